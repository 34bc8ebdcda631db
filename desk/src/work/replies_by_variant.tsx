// An A/B test by what counts: who answered. No winner is named that the numbers do not show.
import { orgId } from "../data/me.ts";
import { useQuery } from "../data/query.ts";
import { channel, count, percent, sentence } from "../ui/format.ts";
import { counted, Empty, List, Tag } from "../ui/parts.tsx";

interface Variant {
  step: number;
  channel: string;
  variant: string;
  sent: number;
  replied: number;
  reply_rate: number;
  rate_low: number;
  rate_high: number;
  verdict: string;
}

const VERDICTS: Record<string, string> = {
  "only one": "only one text",
  "too few": "too few to say",
  "no difference": "no difference shown",
};

export function RepliesByVariant({ campaign }: { campaign: string }) {
  const variants = useQuery<Variant[]>("campaign_replies", {
    p_org_id: orgId.value,
    p_campaign_id: campaign,
  });
  return (
    <List
      title="Replies by variant"
      of={variants}
      empty={
        <Empty title="Nothing was sent yet.">
          <p>Replies are compared once the first messages are out.</p>
        </Empty>
      }
      id={(row) => `${row.step} ${row.channel} ${row.variant}`}
      columns={[
        {
          label: "Step",
          show: (row) => (
            <>
              {row.step} {sentence(channel(row.channel))} <Tag>{row.variant}</Tag>
            </>
          ),
        },
        counted("Sent", (row: Variant) => row.sent),
        {
          label: "Replied",
          num: true,
          labelled: true,
          show: (row) => `${count(row.replied)} (${percent(row.reply_rate, 1)})`,
        },
        {
          label: "95 % interval",
          num: true,
          labelled: true,
          show: (row) => `${percent(row.rate_low, 1)} to ${percent(row.rate_high, 1)}`,
        },
        {
          label: "So far",
          labelled: true,
          show: (row) => (
            <Tag tone={row.verdict === "ahead" ? "good" : "plain"}>
              {VERDICTS[row.verdict] ?? row.verdict}
            </Tag>
          ),
        },
      ]}
    />
  );
}

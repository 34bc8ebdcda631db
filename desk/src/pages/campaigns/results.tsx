// What came of a campaign: the funnel, and its variants side by side.
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { channel, count, money, percent, sentence } from "../../ui/format.ts";
import { counted, Empty, List, Panel, Shown, Tag } from "../../ui/parts.tsx";

interface Step {
  kind: string;
  leads: number;
  quantity: number;
}

interface Variant {
  step: number;
  channel: string;
  variant: string | null;
  template: string | null;
  version: number | null;
  sent: number;
  delivered: number;
  opened: number;
  clicked: number;
  unsubscribed: number;
  cost_usd: number | null;
}

/** The most leads of each kind, in the order of the funnel. */
function totals(steps: Step[]): [kind: string, leads: number][] {
  const found = new Map<string, number>();
  for (const { kind, leads } of steps) found.set(kind, Math.max(found.get(kind) ?? 0, leads));
  return [...found];
}

export function Funnel({ campaign }: { campaign: string }) {
  const funnel = useQuery<Step[]>("campaign_funnel", {
    p_org_id: orgId.value,
    p_campaign_id: campaign,
  }, { poll: true });
  return (
    <Panel title="Funnel">
      <Shown
        of={funnel}
        empty={
          <Empty title="Nothing yet.">
            <p>The first feed runs the morning after launch.</p>
          </Empty>
        }
      >
        {(steps) => {
          const rows = totals(steps);
          const most = Math.max(1, ...rows.map(([, leads]) => leads));
          return (
            <ul class="bars">
              {rows.map(([kind, leads]) => (
                <li key={kind}>
                  <span>{sentence(kind)}</span>
                  <span class="bar">
                    <span style={{ width: `${(leads / most) * 100}%` }} />
                  </span>
                  <strong class="num">{count(leads)}</strong>
                </li>
              ))}
            </ul>
          );
        }}
      </Shown>
    </Panel>
  );
}

export function Variants({ campaign }: { campaign: string }) {
  const variants = useQuery<Variant[]>("campaign_variants", {
    p_org_id: orgId.value,
    p_campaign_id: campaign,
  });
  return (
    <List
      title="Variants, side by side"
      of={variants}
      empty={
        <Empty title="Nothing was sent yet.">
          <p>The first messages follow the first feed.</p>
        </Empty>
      }
      id={(row) => `${row.step} ${row.variant} ${row.template} ${row.version}`}
      columns={[
        {
          label: "Step",
          show: (row) => (
            <>
              {row.step} {sentence(channel(row.channel))} <Tag>{row.variant ?? "A"}</Tag>
              <span class="sub">{row.template} {row.version ? `v${row.version}` : ""}</span>
            </>
          ),
        },
        counted("Sent", (row: Variant) => row.sent),
        counted("Delivered", (row: Variant) => row.delivered),
        counted("Clicked", (row: Variant) => row.clicked),
        {
          label: "Unsubscribed",
          num: true,
          labelled: true,
          show: (row) =>
            `${count(row.unsubscribed)} (${
              percent(row.sent ? row.unsubscribed / row.sent : 0, 1)
            })`,
        },
        counted("Spent", (row: Variant) => row.cost_usd, money),
      ]}
    />
  );
}

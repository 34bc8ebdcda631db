// All deals of one stage, in pages: the board has only those that changed last.
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { date, dollars, sentence } from "../../ui/format.ts";
import { At, counted, Empty, List } from "../../ui/parts.tsx";
import { addressWith, param } from "../../ui/router.ts";
import type { Deal, Stage } from "./deal.ts";

const LIMIT = 50;

export function InStage({ stage, broker }: { stage: Stage; broker: string | null }) {
  const [at, before] = param("after").split("/");
  const deals = useQuery<Deal[]>("list_deals", {
    p_org_id: orgId.value,
    p_stage_id: stage.stage_id,
    p_broker_id: broker,
    p_limit: LIMIT,
    p_before: at || null,
    p_before_id: before || null,
  }, { poll: true });
  return (
    <List
      title={stage.stage}
      aside={<a class="button" href={addressWith({ stage: null, after: null })}>All stages</a>}
      of={deals}
      empty={<Empty title="No deals in this stage." />}
      limit={LIMIT}
      cursor={(row) => `${row.updated_at}/${row.id}`}
      id={(row) => row.id}
      columns={[
        {
          label: "Deal",
          show: (row) => (
            <>
              <a class="title" href={addressWith({ deal: row.id })}>{row.title}</a>
              <span class="sub">{sentence(row.kind)}</span>
            </>
          ),
        },
        counted("Price", (row: Deal) => row.price_usd, dollars),
        {
          label: "Expected close",
          num: true,
          labelled: true,
          show: (row) => date(row.expected_close_on),
        },
        { label: "Changed", labelled: true, show: (row) => <At value={row.updated_at} /> },
      ]}
    />
  );
}

// The sequences with their newest versions.
import { orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { count } from "../../ui/format.ts";
import { Empty, Pager, Panel, Shown, Table } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";

interface Row {
  id: string;
  name: string;
  version: number;
  steps: number | null;
  leads: number | null;
  leads_on_older: number | null;
  campaigns: string[] | null;
}

export function Sequences() {
  const found = useQuery<Row[]>("list_sequences", {
    p_org_id: orgId.value,
    p_limit: 100,
    p_after_name: param("after") || null,
  });
  return (
    <Panel label="Sequences" flush>
      <Shown
        of={found}
        empty={
          <Empty title="No sequences yet.">
            <p>
              A sequence is the order of touches of a campaign. Write one here, or draw one in n8n
              and publish it.
            </p>
          </Empty>
        }
      >
        {(rows) => (
          <Table
            label="Sequences"
            rows={rows}
            id={(row) => row.id}
            columns={[
              {
                label: "Sequence",
                show: (row) => <a class="title" href={`#/sequences/${row.id}`}>{row.name}</a>,
              },
              { label: "Version", num: true, labelled: true, show: (row) => row.version },
              { label: "Steps", num: true, labelled: true, show: (row) => count(row.steps) },
              {
                label: "Leads",
                num: true,
                labelled: true,
                show: (row) => count((row.leads ?? 0) + (row.leads_on_older ?? 0)),
              },
              {
                label: "Campaigns",
                num: true,
                labelled: true,
                show: (row) => (row.campaigns ?? []).join(", ") || "–",
              },
            ]}
          />
        )}
      </Shown>
      <Pager cursor={found.data?.at(-1)?.name} full={(found.data?.length ?? 0) >= 100} />
    </Panel>
  );
}

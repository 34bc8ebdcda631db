// The templates of the org.
import { manages, orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { channel, count, sentence } from "../../ui/format.ts";
import { Empty, Pager, Panel, Shown, Table, Tag } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import type { TemplateRow } from "./types.ts";

const LIMIT = 100;

export function Templates() {
  const found = useQuery<TemplateRow[]>("list_templates", {
    p_org_id: orgId.value,
    p_limit: LIMIT,
    p_after_name: param("after") || null,
  });
  return (
    <Panel
      title="Templates"
      flush
      aside={manages.value
        ? <a class="button primary" href="#/sequences/template/new">New template</a>
        : undefined}
    >
      <Shown
        of={found}
        empty={
          <Empty title="No templates yet.">
            <p>A template is the text of a step.</p>
          </Empty>
        }
      >
        {(rows) => (
          <Table
            label="Templates"
            rows={rows}
            id={(row) => row.id}
            columns={[
              {
                label: "Template",
                show: (row) => (
                  <>
                    <a class="title" href={`#/sequences/template/${encodeURIComponent(row.name)}`}>
                      {row.name}
                    </a>
                    <span class="sub">{row.subject}</span>
                  </>
                ),
              },
              { label: "Channel", show: (row) => sentence(channel(row.channel)) },
              { label: "Version", num: true, labelled: true, show: (row) => row.version },
              { label: "Steps", num: true, labelled: true, show: (row) => count(row.steps) },
              {
                label: "On older versions",
                num: true,
                labelled: true,
                show: (row) =>
                  row.steps_on_older > 0 ? <Tag tone="warn">{row.steps_on_older}</Tag> : "0",
              },
            ]}
          />
        )}
      </Shown>
      <Pager cursor={found.data?.at(-1)?.name} full={(found.data?.length ?? 0) >= LIMIT} />
    </Panel>
  );
}

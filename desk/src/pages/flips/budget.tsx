// Budget lines: what was planned, and what it did cost.
import { useState } from "preact/hooks";
import { act, report } from "../../data/act.ts";
import { orgId, works } from "../../data/me.ts";
import { rpc } from "../../data/rpc.ts";
import { dollars } from "../../ui/format.ts";
import { Empty, Field, FormDialog, Panel, Table, Tag } from "../../ui/parts.tsx";
import { type Line, REFRESH } from "./flip.ts";

function EditLine({ deal, line, close }: { deal: string; line: Line | null; close: () => void }) {
  async function save(values: Record<string, string>) {
    await rpc("save_budget_line", {
      p_org_id: orgId.value,
      p_deal_id: deal,
      p_line_id: line?.id ?? null,
      p_label: values.label,
      p_planned_usd: Number(values.planned ?? 0),
      p_spent_usd: Number(values.actual ?? 0),
      p_version: line?.version,
    });
    report("Line saved", [...REFRESH]);
    close();
  }
  return (
    <FormDialog title={line ? line.label : "New budget line"} close={close} save={save}>
      <div class="pair">
        <Field label="What">
          {(attributes) => (
            <input {...attributes} name="label" defaultValue={line?.label ?? ""} required />
          )}
        </Field>
        <Field label="Planned, USD">
          {(attributes) => (
            <input
              {...attributes}
              name="planned"
              type="number"
              step="any"
              min="0"
              defaultValue={line?.planned_usd ?? ""}
            />
          )}
        </Field>
        <Field label="Spent, USD">
          {(attributes) => (
            <input
              {...attributes}
              name="actual"
              type="number"
              step="any"
              min="0"
              defaultValue={line?.spent_usd ?? ""}
            />
          )}
        </Field>
      </div>
    </FormDialog>
  );
}

export function Budget({ deal: id, lines }: { deal: string; lines: Line[] }) {
  const [editing, setEditing] = useState<Line | "new" | null>(null);
  const planned = lines.reduce((sum, line) => sum + (line.planned_usd ?? 0), 0);
  const spent = lines.reduce((sum, line) => sum + (line.spent_usd ?? 0), 0);
  return (
    <>
      <Panel
        title="Budget"
        flush
        aside={works.value
          ? <button type="button" onClick={() => setEditing("new")}>Add a line</button>
          : undefined}
      >
        {lines.length === 0
          ? (
            <Empty title="No budget yet.">
              <p>Add what the house will cost, then what it did cost.</p>
            </Empty>
          )
          : (
            <Table
              label="Budget lines"
              rows={lines}
              id={(row) => row.id}
              columns={[
                {
                  label: "Line",
                  show: (row) => (
                    <>
                      <strong>{row.label}</strong>
                    </>
                  ),
                },
                {
                  label: "Planned",
                  num: true,
                  labelled: true,
                  show: (row) => dollars(row.planned_usd),
                },
                {
                  label: "Spent",
                  num: true,
                  labelled: true,
                  show: (row) => (
                    <>
                      {dollars(row.spent_usd)}{" "}
                      {(row.spent_usd ?? 0) > (row.planned_usd ?? Infinity) && (
                        <Tag tone="bad">over</Tag>
                      )}
                    </>
                  ),
                },
                {
                  label: "Actions",
                  num: true,
                  show: (row) =>
                    works.value && (
                      <span class="row actions">
                        <button type="button" onClick={() => setEditing(row)}>Edit</button>
                        <button
                          type="button"
                          onClick={() =>
                            void act({
                              done: "Line removed",
                              run: () =>
                                rpc("remove_deal_part", {
                                  p_org_id: orgId.value,
                                  p_deal_id: id,
                                  p_kind: "line",
                                  p_id: row.id,
                                }),
                              undo: () =>
                                rpc("save_budget_line", {
                                  p_org_id: orgId.value,
                                  p_deal_id: id,
                                  p_line_id: null,
                                  p_label: row.label,
                                  p_planned_usd: row.planned_usd,
                                  p_spent_usd: row.spent_usd,
                                }),
                              refresh: [...REFRESH],
                            })}
                        >
                          Remove
                        </button>
                      </span>
                    ),
                },
              ]}
            />
          )}
        {lines.length > 0 && (
          <p class="inside">
            Planned {dollars(planned)}, spent {dollars(spent)}: {spent > planned
              ? `${dollars(spent - planned)} over`
              : `${dollars(planned - spent)} left`}.
          </p>
        )}
      </Panel>
      {editing && (
        <EditLine
          deal={id}
          line={editing === "new" ? null : editing}
          close={() => setEditing(null)}
        />
      )}
    </>
  );
}

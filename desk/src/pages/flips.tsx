// Flip tracker: budget, spending, tasks and profit of a house that is bought to be sold.
import { useState } from "preact/hooks";
import { act } from "../data/act.ts";
import { orgId, works } from "../data/me.ts";
import { useQuery } from "../data/query.ts";
import { rpc } from "../data/rpc.ts";
import { count, date, dollars, percent, sentence } from "../ui/format.ts";
import {
  Dialog,
  Empty,
  Failed,
  Field,
  Head,
  onSubmit,
  Panel,
  Shown,
  Table,
  Tag,
  Waiting,
} from "../ui/parts.tsx";
import { route } from "../ui/router.ts";

interface Line {
  id: string;
  version: number;
  label: string;
  planned_usd: number | null;
  spent_usd: number | null;
}

interface FlipTask {
  id: string;
  label: string;
  version: number;
  due_on: string | null;
  done_at: string | null;
}

interface Flip {
  deal:
    & { id: string; lead_id: string; title: string; stage: string; version: number }
    & Record<string, unknown>;
  lines: Line[];
  tasks: FlipTask[];
  files: { id: string; name: string; kind: string }[];
  figures: Record<string, number | string | boolean | null> | null;
}

interface Deal {
  id: string;
  kind: string;
  title: string;
  stage: string;
  price_usd: number | null;
  expected_close_on: string | null;
}

const REFRESH = ["show_flip"] as const;

function List() {
  const deals = useQuery<Deal[]>("list_deals", { p_org_id: orgId.value, p_limit: 200 });
  const found = { ...deals, data: deals.data?.filter(({ kind }) => kind === "flip") };
  return (
    <>
      <Head title="Flip tracker" />
      <Panel label="Flips" flush>
        <Shown
          of={found}
          empty={
            <Empty title="No flips.">
              <p>Open a deal of the kind “flip” on the page of a lead.</p>
            </Empty>
          }
        >
          {(rows) => (
            <Table
              label="Flips"
              rows={rows}
              id={(row) => row.id}
              columns={[
                {
                  label: "Flip",
                  show: (row) => <a class="title" href={`#/flips/${row.id}`}>{row.title}</a>,
                },
                { label: "Stage", show: (row) => <Tag tone="info">{row.stage}</Tag> },
                {
                  label: "Price",
                  num: true,
                  labelled: true,
                  show: (row) => dollars(row.price_usd),
                },
                {
                  label: "Expected close",
                  num: true,
                  labelled: true,
                  show: (row) => date(row.expected_close_on),
                },
              ]}
            />
          )}
        </Shown>
      </Panel>
    </>
  );
}

function EditLine({ deal, line, close }: { deal: string; line: Line | null; close: () => void }) {
  async function save(values: Record<string, string>) {
    const saved = await act({
      done: "Line saved",
      run: () =>
        rpc("save_budget_line", {
          p_org_id: orgId.value,
          p_deal_id: deal,
          p_line_id: line?.id ?? null,
          p_label: values.label,
          p_planned_usd: Number(values.planned ?? 0),
          p_spent_usd: Number(values.actual ?? 0),
          p_version: line?.version,
        }),
      refresh: [...REFRESH],
    });
    if (saved) close();
  }
  return (
    <Dialog title={line ? line.label : "New budget line"} close={close}>
      <form onSubmit={onSubmit(save)}>
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
        <footer>
          <button type="button" onClick={close}>Cancel</button>
          <button type="submit" class="primary">Save</button>
        </footer>
      </form>
    </Dialog>
  );
}

const shown = (name: string, value: number | string | boolean | null): string => {
  if (value === null) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  if (/_usd|_day$/.test(name)) return dollars(value);
  return /share|percent|margin|roi/.test(name) ? percent(value, 1) : count(value);
};

function One({ id }: { id: string }) {
  const [editing, setEditing] = useState<Line | "new" | null>(null);
  const flip = useQuery<Flip>("show_flip", { p_org_id: orgId.value, p_deal_id: id });
  if (!flip.data) {
    return (
      <>
        <Head title="Flip" />
        {flip.error ? <Failed error={flip.error} retry={flip.reload} /> : <Waiting />}
      </>
    );
  }
  const { deal, lines, tasks, files, figures } = flip.data;
  const addTask = (values: Record<string, string>, form: HTMLFormElement) =>
    act({
      done: "Task added",
      run: () =>
        rpc("save_deal_task", {
          p_org_id: orgId.value,
          p_deal_id: id,
          p_task_id: null,
          p_label: values.title,
          p_due_on: values.due ?? null,
        }),
      refresh: [...REFRESH],
    }).then((saved) => saved && form.reset());
  return (
    <>
      <Head title={deal.title} sub={<Tag tone="info">{deal.stage}</Tag>}>
        <a class="button" href="#/flips">All flips</a>
        <a class="button" href={`#/pipeline?deal=${deal.id}`}>The deal</a>
      </Head>
      <div class="tiles">
        {Object.entries(figures ?? {}).filter(([, value]) =>
          typeof value !== "object" || value === null
        )
          .map(([name, value]) => (
            <div key={name}>
              <span class="label">{sentence(name.replace(/_usd$/, ""))}</span>
              <span class="value">{shown(name, value)}</span>
            </div>
          ))}
      </div>
      <div class="two">
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
        </Panel>
        <div class="stack-wide">
          <Panel title="Tasks">
            <ul class="stack">
              {tasks.map((task) => (
                <li data-row={task.id} key={task.id}>
                  <label class="choice">
                    <input
                      type="checkbox"
                      checked={task.done_at !== null}
                      disabled={!works.value}
                      onChange={(event) => {
                        const done = event.currentTarget.checked;
                        let { version } = task;
                        const save = async (is: boolean) => {
                          const saved = await rpc<{ version: number }>("save_deal_task", {
                            p_org_id: orgId.value,
                            p_deal_id: id,
                            p_task_id: task.id,
                            p_label: task.label,
                            p_due_on: task.due_on,
                            p_done: is,
                            p_version: version,
                          });
                          version = saved.version;
                        };
                        void act({
                          done: done ? "Task done" : "Task reopened",
                          run: () => save(done),
                          undo: () => save(!done),
                          refresh: [...REFRESH],
                        });
                      }}
                    />
                    {task.label} {task.due_on && <span class="muted">due {date(task.due_on)}</span>}
                  </label>
                </li>
              ))}
            </ul>
            {works.value && (
              <form class="stack" onSubmit={onSubmit(addTask)}>
                <div class="pair">
                  <Field label="New task">
                    {(attributes) => <input {...attributes} name="title" required />}
                  </Field>
                  <Field label="Due">
                    {(attributes) => <input {...attributes} name="due" type="date" />}
                  </Field>
                </div>
                <div>
                  <button type="submit">Add</button>
                </div>
              </form>
            )}
          </Panel>
          <Panel title="Documents and photos">
            {files.length === 0 ? <p class="muted">None.</p> : (
              <ul>
                {files.map((file) => (
                  <li key={file.id}>
                    {file.name} <Tag>{file.kind}</Tag>
                  </li>
                ))}
              </ul>
            )}
          </Panel>
        </div>
      </div>
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

export default function Flips() {
  const id = route.value.path[1];
  return id ? <One id={id} key={id} /> : <List />;
}

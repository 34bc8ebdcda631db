// Tasks and calls: what is to do, and what was said.
import { act } from "../data/act.ts";
import { org, orgId } from "../data/me.ts";
import { patch, useQuery } from "../data/query.ts";
import { rpc } from "../data/rpc.ts";
import { sentence } from "../ui/format.ts";
import { At, Empty, Head, Pager, Panel, Score, Shown, Table, Tabs, Tag } from "../ui/parts.tsx";
import { param } from "../ui/router.ts";
import { RevealText } from "../work/reveal.tsx";
import type { CallRow, Member, TaskRow } from "../work/types.ts";
import { Reasons } from "../work/reasons.tsx";
import { SavedViews } from "../work/saved_views.tsx";

const LIMIT = 50;

function without(id: string): () => () => void {
  return () =>
    patch<TaskRow[]>(["desk_tasks"], (rows) => rows.filter(({ task_id }) => task_id !== id));
}

/** Moves a task out of the list; undone by the opposite. */
function finish(row: TaskRow, verb: "complete_task" | "reopen_task") {
  const args = { p_org_id: row.org_id, p_task_id: row.task_id };
  const completes = verb === "complete_task";
  return act({
    done: completes ? "Task done" : "Task reopened",
    show: without(row.task_id),
    run: () => rpc(verb, args),
    undo: () => rpc(completes ? "reopen_task" : "complete_task", args),
    refresh: ["desk_tasks", "desk_day"],
  });
}

const complete = (row: TaskRow) => finish(row, "complete_task");
const reopen = (row: TaskRow) => finish(row, "reopen_task");

function snooze(row: TaskRow) {
  const next = new Date(Date.now() + 86_400_000);
  next.setHours(9, 0, 0, 0);
  const args = { p_org_id: row.org_id, p_task_id: row.task_id };
  return act({
    done: "Task moved to tomorrow 9:00",
    show: () =>
      patch<TaskRow[]>(
        ["desk_tasks"],
        (rows) =>
          rows.map((item) =>
            item.task_id === row.task_id
              ? { ...item, due_at: next.toISOString(), overdue: false }
              : item
          ),
      ),
    run: () => rpc("snooze_task", { ...args, p_until: next.toISOString() }),
    undo: () => rpc("snooze_task", { ...args, p_until: row.due_at ?? new Date().toISOString() }),
    refresh: ["desk_tasks"],
  });
}

function Tasks({ list }: { list: string }) {
  const members = useQuery<Member[]>("desk_members", { p_org_id: orgId.value });
  const tasks = useQuery<TaskRow[]>("desk_tasks", {
    p_list: list,
    p_org_id: orgId.value,
    p_limit: LIMIT,
    p_cursor: param("after") || null,
  }, { poll: true });
  const assign = (row: TaskRow, user: string) =>
    act(
      {
        done: "Task assigned",
        run: () =>
          rpc("assign_task", { p_org_id: row.org_id, p_task_id: row.task_id, p_user_id: user }),
        undo: row.assigned_to
          ? () =>
            rpc("assign_task", {
              p_org_id: row.org_id,
              p_task_id: row.task_id,
              p_user_id: row.assigned_to,
            })
          : undefined,
        refresh: ["desk_tasks"],
      } as Parameters<typeof act>[0],
    );
  const may = org.value?.role !== "viewer";
  return (
    <Panel label="Tasks" flush>
      <Shown
        of={tasks}
        empty={
          <Empty title={list === "done" ? "No task was done lately." : "Nothing to do here."}>
            <p>Tasks come from replies and calls, and from “Add a task” on the page of a lead.</p>
          </Empty>
        }
      >
        {(rows) => (
          <Table
            label="Tasks"
            rows={rows}
            id={(row) => row.task_id}
            columns={[
              {
                label: "Task",
                show: (row) => (
                  <>
                    {row.lead_id
                      ? (
                        <a class="title" href={`#/lead/${row.lead_id}`}>
                          {row.owner_full ?? "Lead"}
                        </a>
                      )
                      : <span class="title">{sentence(row.kind)}</span>}
                    <span class="sub">{row.words}</span>
                    {row.has_note && row.lead_id && (
                      <RevealText
                        org={row.org_id}
                        lead={row.lead_id}
                        subject="tasks"
                        id={row.task_id}
                        label="Read the note"
                      />
                    )}
                  </>
                ),
              },
              {
                label: "Due",
                labelled: true,
                show: (row) => (
                  <>
                    {row.done_at
                      ? (
                        <>
                          done <At value={row.done_at} />
                        </>
                      )
                      : <At value={row.due_at} />} {row.overdue && <Tag tone="bad">late</Tag>}
                  </>
                ),
              },
              {
                label: "Who",
                labelled: true,
                show: (row) =>
                  may && !row.done_at
                    ? (
                      <select
                        aria-label={`Who does it: ${row.owner_full ?? row.kind}`}
                        value={row.assigned_to ?? ""}
                        onChange={(event) => void assign(row, event.currentTarget.value)}
                      >
                        {!row.assigned_to && <option value="">nobody</option>}
                        {row.assigned_to &&
                          !members.data?.some((m) => m.user_id === row.assigned_to) && (
                          <option value={row.assigned_to}>{row.assigned_name}</option>
                        )}
                        {(members.data ?? []).map((member) => (
                          <option value={member.user_id} key={member.user_id}>
                            {member.is_me ? "me" : member.name}
                          </option>
                        ))}
                      </select>
                    )
                    : row.assigned_name,
              },
              { label: "Score", num: true, show: (row) => <Score value={row.lead_score} /> },
              {
                label: "Actions",
                num: true,
                show: (row) =>
                  may && (
                    <span class="row actions">
                      {row.done_at
                        ? (
                          <button
                            type="button"
                            data-key="e"
                            onClick={() => void reopen(row)}
                          >
                            Reopen
                          </button>
                        )
                        : (
                          <>
                            <button type="button" onClick={() => void snooze(row)}>Tomorrow</button>
                            <button
                              type="button"
                              class="primary"
                              data-key="e"
                              onClick={() => void complete(row)}
                            >
                              Done
                            </button>
                          </>
                        )}
                    </span>
                  ),
              },
            ]}
          />
        )}
      </Shown>
      <Pager cursor={tasks.data?.at(-1)?.cursor} full={(tasks.data?.length ?? 0) >= LIMIT} />
    </Panel>
  );
}

function Calls() {
  const calls = useQuery<CallRow[]>("desk_calls", {
    p_org_id: orgId.value,
    p_mine: param("whose") !== "all",
    p_limit: LIMIT,
    p_cursor: param("after") || null,
  }, { poll: true });
  return (
    <>
      <div class="filters">
        <Tabs
          name="whose"
          label="Whose"
          standard="mine"
          options={[["mine", "My calls"], ["all", "All calls"]]}
        />
      </div>
      <Panel label="Calls" flush>
        <Shown
          of={calls}
          empty={
            <Empty title="No calls yet.">
              <p>
                “Call” on my day or on the page of a lead checks the rules and records the outcome.
              </p>
            </Empty>
          }
        >
          {(rows) => (
            <Table
              label="Calls"
              rows={rows}
              id={(row) => String(row.call_id)}
              columns={[
                {
                  label: "Lead",
                  show: (row) => (
                    <>
                      {row.lead_id
                        ? (
                          <a class="title" href={`#/lead/${row.lead_id}`}>
                            {row.owner_full ?? "Lead"}
                          </a>
                        )
                        : "unknown"}
                      <span class="sub">{row.contact}</span>
                    </>
                  ),
                },
                { label: "When", show: (row) => <At value={row.at} /> },
                {
                  label: "Outcome",
                  show: (row) => (
                    <>
                      <Tag
                        tone={row.outcome === "do_not_call"
                          ? "bad"
                          : row.outcome === "appointment"
                          ? "good"
                          : "plain"}
                      >
                        {sentence(row.outcome ?? "open")}
                      </Tag>{" "}
                      {row.against_gate && <Tag tone="bad">against the rules</Tag>}
                      <Reasons reasons={row.against_gate ? row.reasons : null} />
                    </>
                  ),
                },
                {
                  label: "By",
                  labelled: true,
                  show: (row) =>
                    row.called_by_name ?? (row.provider === "manual" ? "a member" : "AI call"),
                },
                {
                  label: "Length",
                  num: true,
                  labelled: true,
                  show: (row) =>
                    row.seconds === null
                      ? "–"
                      : `${Math.floor(row.seconds / 60)}:${
                        String(row.seconds % 60).padStart(2, "0")
                      }`,
                },
                {
                  label: "Notes",
                  show: (row) =>
                    row.has_notes && row.lead_id
                      ? (
                        <RevealText
                          org={row.org_id}
                          lead={row.lead_id}
                          subject="transcripts"
                          id={row.call_id}
                          label="Read"
                        />
                      )
                      : null,
                },
              ]}
            />
          )}
        </Shown>
        <Pager cursor={calls.data?.at(-1)?.cursor} full={(calls.data?.length ?? 0) >= LIMIT} />
      </Panel>
    </>
  );
}

export default function TasksPage() {
  const list = param("list") || "mine";
  return (
    <>
      <Head title="Tasks and calls">
        <SavedViews page="tasks" />
      </Head>
      <div class="filters">
        <Tabs
          name="list"
          label="List"
          standard="mine"
          options={[["mine", "Mine"], ["due", "Due"], ["team", "Team"], ["done", "Done"], [
            "calls",
            "Calls",
          ]]}
        />
      </div>
      {list === "calls" ? <Calls /> : <Tasks list={list} />}
    </>
  );
}

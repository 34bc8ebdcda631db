import { act } from "../../data/act.ts";
import { orgId, works } from "../../data/me.ts";
import { patch, useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { sentence } from "../../ui/format.ts";
import { At, Empty, List, Score, Tag, tomorrow } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { Assignee, useMembers } from "../../work/members.tsx";
import { RevealText } from "../../work/reveal.tsx";
import type { TaskRow } from "../../work/types.ts";

const LIMIT = 50;
const args = (row: TaskRow) => ({ p_org_id: row.org_id, p_task_id: row.task_id });

/** Moves a task out of the list; undone by the opposite. */
function finish(row: TaskRow, verb: "complete_task" | "reopen_task") {
  const completes = verb === "complete_task";
  return act({
    done: completes ? "Task done" : "Task reopened",
    show: () =>
      patch<TaskRow[]>(
        ["desk_tasks"],
        (rows) => rows.filter(({ task_id }) => task_id !== row.task_id),
      ),
    run: () => rpc(verb, args(row)),
    undo: () => rpc(completes ? "reopen_task" : "complete_task", args(row)),
    refresh: ["desk_tasks", "desk_day", "desk_summary"],
  });
}

function snooze(row: TaskRow) {
  const until = new Date(tomorrow()).toISOString();
  return act({
    done: "Task moved to tomorrow 9:00",
    show: () =>
      patch<TaskRow[]>(
        ["desk_tasks"],
        (rows) =>
          rows.map((item) =>
            item.task_id === row.task_id ? { ...item, due_at: until, overdue: false } : item
          ),
      ),
    run: () => rpc("snooze_task", { ...args(row), p_until: until }),
    undo: () =>
      rpc("snooze_task", { ...args(row), p_until: row.due_at ?? new Date().toISOString() }),
    refresh: ["desk_tasks", "desk_summary"],
  });
}

function assign(row: TaskRow, user: string | null) {
  const to = (id: string | null) => rpc("assign_task", { ...args(row), p_user_id: id });
  return act({
    done: "Task assigned",
    run: () => to(user),
    undo: row.assigned_to ? () => to(row.assigned_to) : undefined,
    refresh: ["desk_tasks"],
  });
}

const What = ({ row }: { row: TaskRow }) => (
  <>
    {row.lead_id
      ? <a class="title" href={`#/lead/${row.lead_id}`}>{row.owner_full ?? "Lead"}</a>
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
);

const Actions = ({ row }: { row: TaskRow }) => (
  <span class="row actions">
    {row.done_at
      ? (
        <button type="button" data-key="e" onClick={() => void finish(row, "reopen_task")}>
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
            onClick={() => void finish(row, "complete_task")}
          >
            Done
          </button>
        </>
      )}
  </span>
);

export function Tasks({ list }: { list: string }) {
  const members = useMembers(orgId.value);
  const tasks = useQuery<TaskRow[]>("desk_tasks", {
    p_list: list,
    p_org_id: orgId.value,
    p_limit: LIMIT,
    p_cursor: param("after") || null,
  }, { poll: true });
  return (
    <List
      title="Tasks"
      bare
      of={tasks}
      empty={
        <Empty title={list === "done" ? "No task was done lately." : "Nothing to do here."}>
          <p>Tasks come from replies and calls, and from “Add a task” on the page of a lead.</p>
        </Empty>
      }
      limit={LIMIT}
      cursor={(row) => row.cursor}
      id={(row) => row.task_id}
      columns={[
        { label: "Task", show: (row) => <What row={row} /> },
        {
          label: "Due",
          labelled: true,
          show: (row) => (
            <>
              {row.done_at ? "done " : ""}
              <At value={row.done_at ?? row.due_at} /> {row.overdue && <Tag tone="bad">late</Tag>}
            </>
          ),
        },
        {
          label: "Who",
          labelled: true,
          show: (row) =>
            works.value && !row.done_at
              ? (
                <Assignee
                  label={`Who does it: ${row.owner_full ?? row.kind}`}
                  members={members}
                  chosen={row.assigned_to}
                  name={row.assigned_name}
                  choose={(user) => assign(row, user)}
                />
              )
              : row.assigned_name,
        },
        { label: "Score", num: true, show: (row) => <Score value={row.lead_score} /> },
        { label: "Actions", num: true, show: (row) => works.value && <Actions row={row} /> },
      ]}
    />
  );
}

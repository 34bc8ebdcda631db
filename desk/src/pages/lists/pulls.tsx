// Sources that fetch their list by themselves: when, what became of it, and what waits for a person.
import { useState } from "preact/hooks";
import { act } from "../../data/act.ts";
import { manages, orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import type { Surface } from "../../data/surface.ts";
import { plural, words } from "../../ui/format.ts";
import { actions, At, type Column, confirmed, Empty, List, Tag } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { EditPull } from "./edit_pull.tsx";
import { daysOf, KINDS, type Pull, RUN_TONES, timesOf } from "./pull.ts";
import { PullRuns } from "./pull_runs.tsx";

const LIMIT = 50;
const CHANGED: Surface[] = ["list_pulls", "list_pull_runs", "list_uploads", "desk_summary"];

const run = (pull: Pull) =>
  act({
    done: `${pull.source} is fetched within a minute`,
    run: () => rpc("run_pull", { p_source_id: pull.source_id }),
    refresh: CHANGED,
  });

const release = (pull: Pull) =>
  act({
    done: "Released: its rows become leads",
    run: () => rpc("decide_pull", { p_source_id: pull.source_id, p_release: true }),
    refresh: CHANGED,
  });

async function refuse(pull: Pull): Promise<void> {
  const yes = await confirmed({
    title: `Refuse this list of ${pull.source}?`,
    text:
      `${
        pull.error ?? "It lost rows"
      }. What was fetched is removed, and no lead changes. The next ` +
      "run fetches the list again.",
    action: "Refuse the list",
  });
  if (!yes) return;
  await act({
    done: "Refused: nothing of it was kept",
    run: () => rpc("decide_pull", { p_source_id: pull.source_id, p_release: false }),
    refresh: CHANGED,
  });
}

function set(pull: Pull, active: boolean) {
  // The version that the database has now: an undo follows its own change.
  let version = pull.version;
  const to = async (on: boolean) => {
    const saved = await rpc<{ version: string }>("save_pull", {
      p_source_id: pull.source_id,
      p_version: version,
      p_values: { active: on },
    });
    version = saved.version;
  };
  return act({
    done: active ? `${pull.source} is fetched again` : `${pull.source} is paused`,
    run: () => to(active),
    undo: () => to(!active),
    refresh: CHANGED,
  });
}

const State = ({ pull }: { pull: Pull }) => (
  <>
    {pull.run_state
      ? <Tag tone={RUN_TONES[pull.run_state] ?? "info"}>{words(pull.run_state)}</Tag>
      : <Tag>never run</Tag>} {!pull.active && <Tag tone="warn">paused</Tag>}
    {pull.run_state && (
      <span class="sub">
        <At value={pull.ended_at ?? pull.due_at} />
        {pull.rows === null ? "" : `, ${plural(pull.rows, "row")}`}
      </span>
    )}
  </>
);

export function Pulls() {
  const [editing, setEditing] = useState<Pull | "new" | null>(null);
  const pulls = useQuery<Pull[]>("list_pulls", {
    p_org_id: orgId.value,
    p_limit: LIMIT,
    p_cursor: param("after") || null,
  }, { poll: true });
  const shown = param("pull");
  const pull = pulls.data?.find(({ source_id }) => source_id === shown);
  const busy = (state: string | null) => state === "due" || state === "running";
  const columns: Column<Pull>[] = [
    {
      label: "Source",
      show: (row) => (
        <>
          <a class="title" href={`#/lists?tab=pulls&pull=${row.source_id}`}>{row.source}</a>
          <span class="sub">{KINDS[row.kind] ?? row.kind}, {row.url}</span>
          {row.error && <span class="sub">{row.error}</span>}
        </>
      ),
    },
    {
      label: "When",
      labelled: true,
      show: (row) => (
        <>
          {timesOf(row)}
          <span class="sub">{daysOf(row.weekdays)}, {row.time_zone.replaceAll("_", " ")}</span>
        </>
      ),
    },
    { label: "Last run", show: (row) => <State pull={row} /> },
  ];
  if (manages.value) {
    columns.push(actions<Pull>((row) => [
      row.run_state === "held" && {
        text: "Release",
        name: `Release the list of ${row.source}`,
        run: () => release(row),
      },
      row.run_state === "held" && {
        text: "Refuse",
        name: `Refuse the list of ${row.source}`,
        danger: true,
        run: () => refuse(row),
      },
      row.run_state !== "held" && !busy(row.run_state) && {
        text: "Run now",
        name: `Run ${row.source} now`,
        run: () => run(row),
      },
      {
        text: row.active ? "Pause" : "Resume",
        name: `${row.active ? "Pause" : "Resume"} ${row.source}`,
        run: () => set(row, !row.active),
      },
      { text: "Edit", name: `Edit ${row.source}`, run: () => setEditing(row) },
    ]));
  }
  const held = (pulls.data ?? []).filter(({ run_state }) => run_state === "held").length;
  return (
    <div class="stack-wide">
      {held > 0 && (
        <p class="note warn">
          {plural(held, "list")} lost more rows than allowed and {held === 1 ? "is" : "are"} held.
          {" "}
          {manages.value
            ? "Release it if the loss is right, or refuse it."
            : "An owner or admin releases or refuses it."} No lead changes until then.
        </p>
      )}
      <List
        title="Scheduled pulls"
        aside={manages.value && (
          <button
            type="button"
            class="primary"
            onClick={() => setEditing("new")}
          >
            Add a pull
          </button>
        )}
        of={pulls}
        empty={
          <Empty title="No scheduled pulls.">
            <p>
              {manages.value
                ? "A source can fetch its list by itself, from a web address, an open data server, S3 or SFTP."
                : "Owners and admins can have a source fetch its list by itself."}
            </p>
          </Empty>
        }
        limit={LIMIT}
        cursor={(row) => row.cursor}
        id={(row) => row.source_id}
        columns={columns}
      />
      {pull && <PullRuns pull={pull} key={pull.source_id} />}
      {editing && (
        <EditPull
          pull={editing === "new" ? null : editing}
          close={() => setEditing(null)}
        />
      )}
    </div>
  );
}

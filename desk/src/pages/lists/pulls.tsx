import { act } from "../../data/act.ts";
import { manages, orgId } from "../../data/me.ts";
import { useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import type { Surface } from "../../data/surface.ts";
import { words } from "../../ui/format.ts";
import { At, Empty, List, Tag } from "../../ui/parts.tsx";

interface Pull {
  source_id: string;
  source: string;
  active: boolean;
  run_state: string | null;
  due_at: string | null;
  ended_at: string | null;
  error: string | null;
}

function Act({ label, done, name, args }: {
  label: string;
  done: string;
  name: Surface;
  args: Record<string, unknown>;
}) {
  return (
    <button
      type="button"
      onClick={() =>
        void act({
          done,
          run: () => rpc(name, args),
          refresh: ["list_pulls", "list_uploads"],
        })}
    >
      {label}
    </button>
  );
}

function Actions({ pull }: { pull: Pull }) {
  const args = { p_source_id: pull.source_id };
  return (
    <span class="row actions">
      {pull.run_state === "held"
        ? (
          <>
            <Act
              label="Release"
              done="Released"
              name="decide_pull"
              args={{ ...args, p_release: true }}
            />
            <Act
              label="Drop"
              done="Dropped"
              name="decide_pull"
              args={{ ...args, p_release: false }}
            />
          </>
        )
        : <Act label="Run now" done="Pull started" name="run_pull" args={args} />}
    </span>
  );
}

/** Sources that fetch their list by themselves. A pull that changed too much is held for a person. */
export function Pulls() {
  const pulls = useQuery<Pull[]>("list_pulls", { p_org_id: orgId.value }, { poll: true });
  return (
    <List
      title="Scheduled pulls"
      bare
      of={pulls}
      empty={
        <Empty title="No scheduled pulls.">
          <p>A source can fetch its list by itself; see the documentation of pulls.</p>
        </Empty>
      }
      id={(row) => row.source_id}
      columns={[
        {
          label: "Source",
          show: (row) => (
            <>
              <strong>{row.source}</strong>
              {row.error && <span class="sub">{row.error}</span>}
            </>
          ),
        },
        {
          label: "State",
          show: (row) => (
            <Tag tone={row.run_state === "held" ? "warn" : "info"}>
              {words(row.run_state ?? (row.active ? "waiting" : "off"))}
            </Tag>
          ),
        },
        { label: "Next", labelled: true, show: (row) => <At value={row.due_at} /> },
        { label: "Actions", num: true, show: (row) => manages.value && <Actions pull={row} /> },
      ]}
    />
  );
}

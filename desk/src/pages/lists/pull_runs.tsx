// The history of a pull.
import { useQuery } from "../../data/query.ts";
import { count, words } from "../../ui/format.ts";
import { At, counted, Empty, List, Tag } from "../../ui/parts.tsx";
import { param } from "../../ui/router.ts";
import { type Pull, RUN_TONES } from "./pull.ts";

interface Run {
  id: string;
  state: string;
  due_at: string;
  started_at: string | null;
  ended_at: string | null;
  rows: number;
  parts: number;
  new_parts: number;
  attempts: number;
  upload_id: string | null;
  error: string | null;
  cursor: string;
}

const LIMIT = 20;

export function PullRuns({ pull }: { pull: Pull }) {
  const runs = useQuery<Run[]>("list_pull_runs", {
    p_source_id: pull.source_id,
    p_limit: LIMIT,
    p_cursor: param("runs") || null,
  }, { poll: true });
  return (
    <List
      title={`Runs of ${pull.source}`}
      aside={<a class="button" href="#/lists?tab=pulls">Close</a>}
      of={runs}
      empty={<Empty title="It has not run yet." />}
      limit={LIMIT}
      pager="runs"
      cursor={(row) => row.cursor}
      id={(row) => row.id}
      columns={[
        {
          label: "Due",
          show: (row) => (
            <>
              {row.upload_id
                ? (
                  <a href={`#/lists/${row.upload_id}`}>
                    <At value={row.due_at} />
                  </a>
                )
                : <At value={row.due_at} />}
              {row.error && <span class="sub">{row.error}</span>}
            </>
          ),
        },
        {
          label: "State",
          show: (row) => <Tag tone={RUN_TONES[row.state] ?? "info"}>{words(row.state)}</Tag>,
        },
        counted("Rows", (row: Run) => row.rows),
        {
          label: "New parts",
          num: true,
          labelled: true,
          show: (row) => `${count(row.new_parts)} of ${count(row.parts)}`,
        },
        counted("Attempts", (row: Run) => row.attempts),
        { label: "Ended", labelled: true, show: (row) => <At value={row.ended_at} /> },
      ]}
    />
  );
}

// The report of one upload: progress, counts, warnings, rejects, and its undo.
import { useEffect, useState } from "preact/hooks";
import { WARNINGS } from "../../../../edge-functions/_shared/intake/csv/codes.ts";
import { act } from "../../data/act.ts";
import { useEvery } from "../../data/every.ts";
import { manages, org, orgId } from "../../data/me.ts";
import { refresh, useQuery } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";
import { count, percent, sentence, words } from "../../ui/format.ts";
import { Absent, At, confirmed, Failed, Head, Panel, Tag } from "../../ui/parts.tsx";
import { FixMapping } from "./fix_mapping.tsx";
import type { MappedColumn } from "./mapping.tsx";
import { Rejects } from "./rejects.tsx";
import { CHANGED, STATE_TONES } from "./upload.ts";

interface Status {
  upload_id: string;
  source: string;
  state: string;
  dry_run: boolean;
  filename: string | null;
  progress: number;
  counts: Record<string, number | null>;
  warnings: Record<string, number>;
  mapping: MappedColumn[] | null;
  rerun_of: string | null;
  error: string | null;
  timings: { received_at: string; completed_at: string | null; seconds: number | null };
}

async function undo(id: string): Promise<void> {
  const yes = await confirmed({
    title: "Undo this upload?",
    text: "Leads that only it brought disappear, and its changes to others go back.",
    action: "Undo the upload",
  });
  if (!yes) return;
  await act({
    done: "Upload undone",
    run: () => rpc("undo_upload", { p_upload_id: id }),
    refresh: [...CHANGED],
  });
}

const again = (id: string) =>
  act({
    done: "The file is read again",
    run: () => rpc("rerun_upload", { p_upload_id: id }),
    refresh: [...CHANGED],
  });

function Warnings({ warnings }: { warnings: [code: string, rows: number][] }) {
  if (warnings.length === 0) return null;
  return (
    <Panel title="Warnings">
      <ul class="points">
        {warnings.map(([code, rows]) => (
          <li key={code}>
            <span>
              {WARNINGS[code as keyof typeof WARNINGS]?.meaning ?? sentence(code)}
              <span class="sub">{WARNINGS[code as keyof typeof WARNINGS]?.fix}</span>
            </span>
            <span>{count(rows)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** What became of the rows, in the order in which it happens. */
const COUNTS: [name: string, label: string][] = [
  ["received", "Rows received"],
  ["rejected", "Rejected"],
  ["staged", "Accepted"],
  ["created", "New leads"],
  ["updated", "Leads updated"],
  ["unchanged", "Leads unchanged"],
  ["merged", "Same as another row"],
  ["conflict", "Conflicts"],
];

/** While an upload is read, its report is asked for often. */
const READING_MS = 2_000;

export function One({ id }: { id: string }) {
  const [reading, setReading] = useState(true);
  const query = useQuery<Status>("upload_status", { p_upload_id: id }, {
    poll: reading ? READING_MS : true,
  });
  const state = query.data?.state;
  useEffect(() => {
    setReading(state === undefined || state === "receiving" || state === "processing");
    if (state === "completed") void refresh(["list_rejects", "list_conflicts", "desk_summary"]);
  }, [state]);
  const sources = useEvery<{ source_id: string; key: string; cursor: string }>("list_sources", {
    p_org_id: orgId.value,
  });
  const status = query.data;
  const sourceId = sources.data?.find(({ key }) => key === status?.source)?.source_id;
  if (!status) {
    return (
      <Absent title="Upload" of={query}>
        <a href="#/lists">All uploads</a>
      </Absent>
    );
  }
  return (
    <>
      <Head
        title={status.filename ?? "Upload"}
        sub={
          <>
            <Tag tone={STATE_TONES[status.state] ?? "info"}>{words(status.state)}</Tag>{" "}
            {status.dry_run && <Tag tone="warn">dry run: nothing was kept</Tag>} {status.source},
            {" "}
            <At value={status.timings.received_at} />
          </>
        }
      >
        <a class="button" href="#/lists">All uploads</a>
        {manages.value && status.state === "completed" && !status.dry_run && (
          <>
            <button type="button" onClick={() => void again(id)}>Read again</button>
            <button type="button" class="danger" onClick={() => void undo(id)}>Undo upload</button>
          </>
        )}
      </Head>
      {status.error && <Failed error={status.error} />}
      {status.progress < 1 && (
        <Panel title="Progress">
          <label class="stack">
            {percent(status.progress)} done
            <progress max={1} value={status.progress} />
          </label>
        </Panel>
      )}
      <div class="tiles">
        {COUNTS.map(([name, label]) => (
          <div key={name}>
            <span class="label">{label}</span>
            <span class="value">{count(status.counts?.[name] ?? 0)}</span>
          </div>
        ))}
      </div>
      <div class="stack-wide">
        <Warnings warnings={Object.entries(status.warnings ?? {})} />
        {(status.mapping?.length ?? 0) > 0 && (
          <FixMapping
            upload={id}
            source={sourceId}
            columns={status.mapping ?? []}
            mayRerun={status.state === "completed" && !status.dry_run}
          />
        )}
        {org.value?.role !== "broker" && <Rejects id={id} />}
      </div>
    </>
  );
}

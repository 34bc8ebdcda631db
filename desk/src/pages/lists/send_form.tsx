import { useEffect, useRef, useState } from "preact/hooks";
import type { Trial } from "../../../../edge-functions/_shared/intake/csv/trial.ts";
import { useEvery } from "../../data/every.ts";
import { orgId } from "../../data/me.ts";
import { refresh } from "../../data/query.ts";
import { rows } from "../../data/rpc.ts";
import { count, percent, plural, sentence } from "../../ui/format.ts";
import { Check, Empty, Failed, Input, onSubmit, Panel, Select, Waiting } from "../../ui/parts.tsx";
import { go } from "../../ui/router.ts";
import { type ColumnMap, Columns, saveMap } from "./mapping.tsx";
import { sendFile } from "./send.ts";

interface Source {
  source_id: string;
  key: string;
  name: string;
  cursor: string;
}

interface SourceColumn {
  header: string;
  target: string | null;
  set_by_hand: boolean;
}

/** The entries that somebody set for the source. */
async function mapOf(source: string): Promise<ColumnMap> {
  const columns = await rows<SourceColumn>("source_columns", { p_source_id: source });
  return Object.fromEntries(
    columns.filter(({ set_by_hand }) => set_by_hand).map(({ header, target }) => [header, target]),
  );
}

/** The file and its trial: what the reader makes of its head with the map of the source and the changes. */
function useTrial() {
  const [trial, setTrial] = useState<Trial | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const latest = useRef(0);
  async function run(file: File, source: Source, changes: ColumnMap) {
    const nth = ++latest.current;
    setBusy(true);
    setProblem(null);
    let found: Trial | null = null;
    let error: unknown = null;
    try {
      const { tryFile } = await import("./trial.ts");
      found = await tryFile(file, { ...await mapOf(source.source_id), ...changes });
    } catch (caught) {
      error = caught;
    }
    // Only the last choice counts.
    if (nth !== latest.current) return;
    setTrial(found);
    setProblem(error);
    setBusy(false);
  }
  return { trial, busy, problem, run };
}

function Findings({ trial }: { trial: Trial }) {
  const found = [
    ...Object.entries(trial.warnings).map(([code, n]) => `${sentence(code)}: ${count(n)}`),
    ...trial.rejects.map(({ line, code }) => `Line ${line} would be rejected: ${sentence(code)}`),
  ];
  return (
    <>
      {trial.unusable && <Failed error={`This file would be refused: ${trial.unusable}`} />}
      <p class="muted" role="status">
        {trial.whole ? plural(trial.rows, "row") : `The first ${plural(trial.rows, "row")}`}{" "}
        read here, {count(trial.rejected)}{" "}
        rejected. Addresses, phones and duplicates are checked after the upload; a dry run says what
        would happen.
      </p>
      {found.length > 0 && (
        <details>
          <summary>{plural(found.length, "finding")}</summary>
          <ul class="plain-list">{found.map((text) => <li key={text}>{text}</li>)}</ul>
        </details>
      )}
    </>
  );
}

export function Upload() {
  const sources = useEvery<Source>("list_sources", { p_org_id: orgId.value });
  const [key, setKey] = useState("");
  const [file, setFile] = useState<File | undefined>();
  const [changes, setChanges] = useState<ColumnMap>({});
  const [progress, setProgress] = useState<number | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const tested = useTrial();
  const all = sources.data ?? [];
  const source = all.find((one) => one.key === key) ?? all[0];

  // A file may be chosen before the sources are there.
  useEffect(() => {
    setChanges({});
    if (file && source) void tested.run(file, source, {});
  }, [file, source?.source_id]);
  function change(header: string, target: string | null) {
    const next = { ...changes, [header]: target };
    setChanges(next);
    if (file && source) void tested.run(file, source, next);
  }

  async function send(values: Record<string, string>) {
    if (!file || !source) return;
    setProblem(null);
    setProgress(0);
    try {
      if (Object.keys(changes).length > 0) await saveMap(source.source_id, changes);
      const id = await sendFile(file, {
        source: source.source_id,
        dryRun: values.dry === "on",
        progress: setProgress,
      });
      await refresh(["list_uploads", "source_columns"]);
      go(`#/lists/${id}`);
    } catch (error) {
      setProblem(error);
    }
    setProgress(null);
  }

  if (sources.data?.length === 0) {
    return (
      <Panel title="Upload a list">
        <Empty title="A list comes from a source.">
          <p>
            <a href="#/settings?tab=sources">Add the vendor or partner as a source</a> first.
          </p>
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel title="Upload a list">
      <form class="stack" onSubmit={onSubmit(send)}>
        <div class="pair">
          <Select
            label="Source"
            name="source"
            value={source?.key ?? ""}
            options={all.map((one) => [one.key, one.name])}
            onChange={(event) => setKey(event.currentTarget.value)}
            required
          />
          <Input
            label="File"
            hint="CSV with a header line."
            name="file"
            type="file"
            accept=".csv,text/csv"
            onChange={(event) => setFile(event.currentTarget.files?.[0])}
            required
          />
        </div>
        {tested.busy && !tested.trial && <Waiting />}
        {!!tested.problem && <Failed error={tested.problem} />}
        {file && tested.trial && (
          <>
            <Columns columns={tested.trial.columns} changes={changes} change={change} />
            <Findings trial={tested.trial} />
          </>
        )}
        <Check label="Dry run: say what would happen, keep nothing" name="dry" />
        {!!problem && <Failed error={problem} />}
        {progress !== null
          ? (
            <label class="stack">
              {percent(progress)} sent <progress max={1} value={progress} />
            </label>
          )
          : (
            <div>
              <button type="submit" class="primary">
                {Object.keys(changes).length > 0 ? "Save the mapping and upload" : "Upload"}
              </button>
            </div>
          )}
      </form>
    </Panel>
  );
}

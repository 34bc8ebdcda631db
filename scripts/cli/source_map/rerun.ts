// After a change of the map: offers to read the finished uploads of the source again, and says what that changed.
import { askYesNo, isTerminal } from "../confirm.ts";
import type { Sql } from "../database.ts";
import type { Io } from "../io.ts";
import { fateOf } from "../result.ts";
import { formatCount, plural } from "../size.ts";
import { COUNTS, type UploadStatus } from "../types.ts";
import { isOver } from "../wait.ts";
import type { MappedSource } from "./store.ts";

const FIRST_MS = 300;
const LAST_MS = 5000;

/** null: ask, where somebody can answer. */
export type RerunChoice = boolean | null;

interface Finished {
  upload_id: string;
  filename: string | null;
  received_at: Date;
  received: number;
  answer: "ready" | "current" | "running" | "failed" | "not_stored";
}

export interface ChangedColumn {
  header: string;
  before: string;
  after: string;
}

export interface Rerun {
  upload_id: string;
  rerun_of: string;
  filename: string | null;
  state: string;
  counts: UploadStatus["counts"];
  columns: ChangedColumn[];
  error: string | null;
}

export interface RerunReport {
  reruns: Rerun[];
  /** Uploads that could be read again and were not. */
  offered: string[];
  not_stored: string[];
  running: string[];
  failed: string[];
  lines: string[];
  ok: boolean;
}

export async function offerReruns(
  sql: Sql,
  source: MappedSource,
  choice: RerunChoice,
  timeoutSeconds: number,
  io: Io,
): Promise<RerunReport> {
  const uploads = await sql<Finished[]>`
    select upload_id, filename, received_at, received::float8 as received, answer
    from public.uploads_to_rerun(${source.id})`;
  const having = (answer: Finished["answer"]) =>
    uploads.filter((upload) => upload.answer === answer);
  const ready = having("ready");
  const report: RerunReport = {
    reruns: [],
    offered: [],
    not_stored: having("not_stored").map(({ upload_id }) => upload_id),
    running: having("running").map(({ upload_id }) => upload_id),
    failed: having("failed").map(({ upload_id }) => upload_id),
    lines: [],
    ok: true,
  };
  const say = (text: string) => void report.lines.push(text);
  if (ready.length > 0 && (choice ?? await ask(ready, io))) {
    // In the order in which the lists came.
    for (const upload of ready) {
      const rerun = await readAgain(sql, upload, timeoutSeconds, io);
      report.reruns.push(rerun);
      report.ok &&= rerun.state === "completed";
      say(rerunText(upload, rerun));
    }
  } else if (ready.length > 0) {
    report.offered = ready.map(({ upload_id }) => upload_id);
    say(
      `${plural(ready.length, "finished upload")} (${rowsOf(ready)}) read with other settings; ` +
        `to read them again: sluice source map ${source.key} rerun`,
    );
  }
  for (const upload of having("not_stored")) {
    say(
      `${nameOf(upload)} cannot be read again: its bytes are no longer stored; send the file again`,
    );
  }
  for (const upload of having("running")) {
    say(`${nameOf(upload)} is not finished; run this again afterwards`);
  }
  for (const upload of having("failed")) {
    say(`${nameOf(upload)} failed; to try it again: sluice replay --source ${source.key}`);
  }
  return report;
}

async function ask(ready: readonly Finished[], io: Io): Promise<boolean> {
  return isTerminal(io) &&
    await askYesNo(
      `Read ${plural(ready.length, "finished upload")} (${rowsOf(ready)}) again now?`,
      io,
    );
}

const rowsOf = (uploads: readonly Finished[]) =>
  plural(uploads.reduce((sum, { received }) => sum + received, 0), "row");

function nameOf({ upload_id, filename, received_at }: Finished): string {
  const date = received_at.toISOString().slice(0, 10);
  return filename ? `${filename} of ${date} (${upload_id})` : `upload ${upload_id} of ${date}`;
}

async function readAgain(sql: Sql, upload: Finished, timeout: number, io: Io): Promise<Rerun> {
  const statusOf = async (id: string) => {
    const [row] = await sql<
      { status: UploadStatus }[]
    >`select public.upload_status(${id}) as status`;
    return row!.status;
  };
  const before = await statusOf(upload.upload_id);
  const [row] = await sql<{ id: string }[]>`select public.rerun_upload(${upload.upload_id}) as id`;
  const { id } = row!;
  const deadline = io.now().getTime() + timeout * 1000;
  let status = await statusOf(id);
  for (let pause = FIRST_MS; !isOver(status) && io.now().getTime() < deadline;) {
    await io.sleep(pause);
    pause = Math.min(LAST_MS, pause * 1.5);
    status = await statusOf(id);
  }
  return {
    upload_id: id,
    rerun_of: upload.upload_id,
    filename: upload.filename,
    state: status.state,
    counts: status.counts,
    columns: changedColumns(before, status),
    error: status.error ?? null,
  };
}

function changedColumns(before: UploadStatus, after: UploadStatus): ChangedColumn[] {
  const old = new Map((before.mapping ?? []).map((column) => [column.header, fateOf(column)]));
  return (after.mapping ?? []).flatMap((column) => {
    const [was, is] = [old.get(column.header), fateOf(column)];
    return was === undefined || was === is
      ? []
      : [{ header: column.header ?? "", before: was, after: is }];
  });
}

function rerunText(upload: Finished, { upload_id, state, counts, columns, error }: Rerun): string {
  const numbers = COUNTS.filter((name) => name !== "staged" && (counts[name] ?? 0) > 0)
    .map((name) => `${name} ${formatCount(counts[name]!)}`).join(", ");
  return [
    `${nameOf(upload)} read again as ${upload_id}: ${state}${numbers ? `, ${numbers}` : ""}`,
    ...(error ? [`  ${error}`] : []),
    ...columns.map(({ header, before, after }) => `  ${header}: ${before} -> ${after}`),
  ].join("\n");
}

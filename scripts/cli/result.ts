// The result: a summary for people on standard output, or one JSON object on its last line.
import { WARNINGS } from "../../edge-functions/_shared/intake/csv/codes.ts";
import { formatCount, formatSize, plural } from "./size.ts";
import { COUNTS, type MappedColumn, type UndoResult, type UploadStatus } from "./types.ts";

export interface UploadSummary {
  status: UploadStatus | null;
  uploadId: string;
  duplicate: boolean;
  parts: number;
  sent: number;
  skipped: number;
  bytes: number;
  seconds: number;
  rejectsFile: string | null;
}

export function uploadText(summary: UploadSummary): string {
  const { status } = summary;
  const lines: string[] = [];
  if (summary.duplicate) lines.push(`already uploaded as ${summary.uploadId}`);
  else {
    const skipped = summary.skipped > 0
      ? `, ${formatCount(summary.skipped)} already on the server`
      : "";
    lines.push(
      `uploaded as ${summary.uploadId}: ${plural(summary.parts, "part")}${skipped}, ` +
        `${formatSize(summary.bytes)}`,
    );
  }
  if (status) lines.push(statusText(status, summary.seconds));
  if (summary.rejectsFile) {
    lines.push(`rejected rows, with line and reason: ${summary.rejectsFile}`);
  }
  return lines.join("\n");
}

export function statusText(status: UploadStatus, seconds: number | null = null): string {
  const lines = [
    (status.dry_run ? "dry run: the expected result; no lead is written\n" : "") +
    `${status.state}${seconds === null ? "" : ` after ${seconds.toFixed(1)} s`}`,
  ];
  for (const name of COUNTS) {
    const count = status.counts[name];
    if (count !== undefined) lines.push(`  ${name.padEnd(10)}${formatCount(count).padStart(12)}`);
  }
  const { skipped } = status;
  if (skipped && skipped.parts > 0) {
    lines.push(
      `skipped: ${plural(skipped.rows, "row")} in ${
        plural(skipped.parts, "part")
      }, already uploaded as ` +
        `${skipped.uploads?.join(", ")}; nothing newer changed their leads`,
    );
  }
  if ((status.counts.conflict ?? 0) > 0 && !status.dry_run) {
    lines.push(
      `to answer conflicts, run: sluice conflicts list --org ORG --upload ${status.upload_id}`,
    );
  }
  const warnings = warningsText(status.warnings ?? {}, status.warning_lines ?? {});
  if (warnings) lines.push(warnings);
  if (status.error) lines.push(`error: ${status.error}`);
  for (const part of status.parts) {
    if (part.error && part.error !== status.error) lines.push(`part ${part.part}: ${part.error}`);
  }
  if (status.state === "failed" && !status.dry_run) {
    lines.push(
      "after fixing the cause in the source (for example its column map), run: " +
        `sluice replay --source ${status.source} --upload ${status.upload_id}`,
    );
  }
  return lines.join("\n");
}

/** Each code with its count, its first lines and its meaning. */
export function warningsText(
  counts: Record<string, number>,
  lines: Record<string, readonly number[]>,
): string {
  const found = Object.entries(counts).filter(([, count]) => count > 0).sort(([, a], [, b]) =>
    b - a
  );
  if (found.length === 0) return "";
  const width = Math.max(...found.map(([code]) => code.length));
  const known: Record<string, { meaning: string; fix: string | null }> = WARNINGS;
  return "warnings:\n" + found.map(([code, count]) => {
    const first = lines[code] ?? [];
    const more = count > first.length ? ", …" : "";
    const where = first.length > 0 ? `  line ${first.join(", ")}${more}` : "";
    const entry = known[code];
    return `  ${code.padEnd(width)}  ${formatCount(count)}${where}` +
      (entry ? `\n    ${entry.meaning}${entry.fix ? ` To do: ${entry.fix}` : ""}` : "");
  }).join("\n");
}

/** The field of each column, and what there is to say about the file. */
export function mappingText(status: UploadStatus): string {
  return [
    columnsText(status.mapping ?? []),
    ...(status.dialect?.notes ?? []).map((note) => `note: ${note}`),
  ]
    .filter(Boolean).join("\n");
}

export function columnsText(columns: readonly MappedColumn[]): string {
  if (columns.length === 0) return "";
  const width = Math.min(32, Math.max(...columns.map((column) => column.header?.length ?? 0)));
  return "columns:\n" + columns.map((column) => {
    const why = whyOf(column);
    return `  ${(column.header ?? "").padEnd(width)}  ${fateOf(column)}${why ? ` (${why})` : ""}`;
  }).join("\n");
}

export function fateOf({ field, how }: MappedColumn): string {
  return field ?? (how === "ignored" ? "ignored" : "kept as attribute");
}

const HOW: Record<string, string> = {
  source_map: "column map",
  preset: "preset",
  exact: "exact",
  synonym: "synonym",
  values: "values",
};

/** The rule that decided, and its note. */
export function whyOf({ how, note }: MappedColumn): string {
  return [HOW[how ?? ""], note].filter(Boolean).join("; ");
}

export function undoText(id: string, result: UndoResult): string {
  const { deleted, reverted, unmerged } = result.undone;
  const lines = [
    `undone ${id}: ${plural(deleted, "lead")} deleted, ${formatCount(reverted)} reverted, ` +
    `${plural(unmerged, "merge")} undone`,
  ];
  const reasons = new Map<string, number>();
  for (const { reason } of result.kept) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  if (result.kept.length > 0) lines.push(`kept ${plural(result.kept.length, "lead")}:`);
  for (const [reason, count] of reasons) {
    lines.push(`  ${formatCount(count).padStart(8)}  ${reason}`);
  }
  return lines.join("\n");
}

export function uploadJson(summary: UploadSummary): Record<string, unknown> {
  const { status } = summary;
  return {
    ok: status?.state !== "failed",
    command: "upload",
    upload_id: summary.uploadId,
    duplicate: summary.duplicate,
    state: status?.state ?? null,
    dry_run: status?.dry_run ?? null,
    parts: summary.parts,
    parts_sent: summary.sent,
    parts_skipped: summary.skipped,
    bytes: summary.bytes,
    counts: status?.counts ?? null,
    skipped: status?.skipped ?? null,
    warnings: status?.warnings ?? null,
    warning_lines: status?.warning_lines ?? null,
    mapping: status?.mapping ?? null,
    notes: status?.dialect?.notes ?? null,
    rejects_file: summary.rejectsFile,
    rejects_url: status?.rejects_url ?? null,
    correlation_id: status?.correlation_id ?? null,
    seconds: Number(summary.seconds.toFixed(3)),
    error: status?.error ?? null,
  };
}

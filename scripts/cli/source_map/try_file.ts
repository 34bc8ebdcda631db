// Reads the head of a file on this machine, as the server would: how its columns are mapped, with masked samples,
// and which warnings and rejects the reader finds. Nothing is sent.
import { mask, type Trial, tryHead } from "../../../edge-functions/_shared/intake/csv/index.ts";
import { ClientError } from "../errors.ts";
import { openInput } from "../input.ts";
import type { Io } from "../io.ts";
import { fateOf, warningsText, whyOf } from "../result.ts";
import { plural } from "../size.ts";
import type { ColumnMap } from "./entries.ts";

export { mask, type Trial };

export interface TrialOptions {
  file: string;
  sheet: string | null;
  map: ColumnMap;
  preset: string | null;
  note: (text: string) => void;
}

export async function tryFile(options: TrialOptions, io: Io): Promise<Trial> {
  const input = await openInput(options.file, io, { sheet: options.sheet, note: options.note });
  const reading = input.read()[Symbol.asyncIterator]();
  try {
    const trial = await tryHead({ [Symbol.asyncIterator]: () => reading }, options);
    if ("refusal" in trial) throw new ClientError(trial.refusal);
    return trial;
  } finally {
    // Only the head was read: close the file.
    await reading.return?.();
  }
}

export function trialText(trial: Trial): string {
  const width = Math.min(
    32,
    Math.max(0, ...trial.columns.map(({ header }) => header?.length ?? 0)),
  );
  const lines = ["columns:"];
  for (const column of trial.columns) {
    const why = whyOf(column);
    lines.push(
      `  ${(column.header ?? "").padEnd(width)}  ${fateOf(column)}${why ? ` (${why})` : ""}` +
        (column.samples.length > 0 ? `  ${column.samples.join(" | ")}` : "  no values"),
    );
  }
  if (trial.unmapped.length > 0) {
    lines.push(`not mapped: ${trial.unmapped.map((header) => `"${header}"`).join(", ")}`);
  }
  for (const note of trial.notes) lines.push(`note: ${note}`);
  if (trial.unusable) lines.push(`the file would be refused: ${trial.unusable}`);
  lines.push(
    `${trial.whole ? plural(trial.rows, "row") : `the first ${plural(trial.rows, "row")}`}, ` +
      `${trial.rejected} rejected by the reader`,
  );
  const warnings = warningsText(trial.warnings, trial.warning_lines);
  if (warnings) lines.push(warnings);
  for (const { line, code, detail } of trial.rejects) {
    lines.push(`  line ${line}: ${code}: ${detail}`);
  }
  lines.push(
    "addresses, phones and duplicates are checked by the server: sluice upload FILE --dry-run",
  );
  return lines.join("\n");
}

// Reads the head of a file on this machine, as the server would: how its columns are mapped, with masked samples,
// and which warnings and rejects the reader finds. Nothing is sent.
import {
  openCsv,
  resolveMapping,
  RowMapper,
} from "../../../edge-functions/_shared/intake/csv/index.ts";
import { ClientError } from "../errors.ts";
import { openInput } from "../input.ts";
import type { Io } from "../io.ts";
import { fateOf, warningsText, whyOf } from "../result.ts";
import { plural } from "../size.ts";
import type { MappedColumn } from "../types.ts";
import type { ColumnMap } from "./entries.ts";

const HEAD_ROWS = 1000;
const LINES = 5;
const SAMPLES = 3;

export interface Trial {
  columns: (MappedColumn & { samples: string[] })[];
  unmapped: string[];
  notes: string[];
  unusable: string | null;
  rows: number;
  /** False where the file goes on. */
  whole: boolean;
  warnings: Record<string, number>;
  warning_lines: Record<string, number[]>;
  rejects: { line: number; code: string; detail: string }[];
  rejected: number;
}

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
    return await tryHead({ [Symbol.asyncIterator]: () => reading }, options);
  } finally {
    // Only the head was read: close the file.
    await reading.return?.();
  }
}

async function tryHead(bytes: AsyncIterable<Uint8Array>, options: TrialOptions): Promise<Trial> {
  const opened = await openCsv(bytes);
  if (!opened.ok) throw new ClientError(opened.refusal.message);
  const { csv } = opened;
  const mapping = resolveMapping(csv.headers, {
    sourceMap: options.map,
    preset: options.preset,
    sample: csv.sample,
  });
  const trial: Trial = {
    columns: mapping.columns.map(({ header, canonical, how, note }) => ({
      header,
      field: canonical,
      how,
      ...(note ? { note } : {}),
      samples: [],
    })),
    unmapped: mapping.unmapped,
    notes: mapping.notes,
    unusable: mapping.unusable,
    rows: 0,
    whole: true,
    warnings: {},
    warning_lines: {},
    rejects: [],
    rejected: 0,
  };
  const mapper = new RowMapper(mapping);
  read: for await (const records of csv.batches()) {
    for (const record of records) {
      if (trial.rows === HEAD_ROWS) {
        trial.whole = false;
        break read;
      }
      trial.rows++;
      const row = mapper.map(record);
      for (const code of row.warnings) {
        trial.warnings[code] = (trial.warnings[code] ?? 0) + 1;
        const lines = trial.warning_lines[code] ??= [];
        if (lines.length < LINES) lines.push(row.line_no);
      }
      if (row.reject_code !== null) {
        trial.rejected++;
        if (trial.rejects.length < LINES) {
          trial.rejects.push({
            line: row.line_no,
            code: row.reject_code,
            detail: row.reject_detail ?? "",
          });
        }
        continue;
      }
      for (const [k, column] of trial.columns.entries()) {
        const value = record.fields[k] ?? "";
        if (value !== "" && column.samples.length < SAMPLES) column.samples.push(mask(value));
      }
    }
  }
  return trial;
}

/** The shape of a value: the first character of each word, and the length of the others up to eight. */
export function mask(value: string): string {
  const shown = value.slice(0, 40).replace(
    /([\p{L}\p{N}])([\p{L}\p{N}\p{M}]+)/gu,
    (_, first: string, rest: string) => first + "*".repeat(Math.min(8, [...rest].length)),
  );
  return shown.length < value.length && value.length > 40 ? `${shown}…` : shown;
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

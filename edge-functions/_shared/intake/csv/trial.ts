// Reads the head of a list as the server would: where its columns go, with masked samples, and which warnings and
// rejects the reader finds. The client and the desk show it before anything is sent.
import { resolveMapping } from "./columns.ts";
import { type ByteSource, openCsv } from "./open.ts";
import { RowMapper } from "./rows.ts";

const HEAD_ROWS = 1000;
const LINES = 5;
const SAMPLES = 3;

export interface TrialColumn {
  header: string;
  field: string | null;
  how: string;
  note?: string;
  samples: string[];
}

export interface Trial {
  columns: TrialColumn[];
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

export interface TrialSettings {
  /** The column map of the source. */
  map: Record<string, string | null>;
  preset: string | null;
}

/** The trial, or why the file as a whole cannot be read. */
export async function tryHead(
  bytes: ByteSource,
  { map, preset }: TrialSettings,
): Promise<Trial | { refusal: string }> {
  const opened = await openCsv(bytes);
  if (!opened.ok) return { refusal: opened.refusal.message };
  const { csv } = opened;
  const mapping = resolveMapping(csv.headers, { sourceMap: map, preset, sample: csv.sample });
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

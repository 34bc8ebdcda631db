/** Lines of PostgreSQL's COPY text format, in the column order of `pg_temp.stage_in`. */
import { cleanJsonText } from "../../platform/text.ts";
import type { StageRow } from "./types.ts";

const SPECIAL = /[\\\t\n\r\0]/;
const SPECIALS = /[\\\t\n\r\0]/g;

function escapeChar(c: string): string {
  return c === "\\" ? "\\\\" : c === "\t" ? "\\t" : c === "\n" ? "\\n" : c === "\r" ? "\\r" : "";
}

/** A text value; null is `\N`. NUL, which PostgreSQL cannot store in text, is removed. */
export function copyValue(value: string | null): string {
  if (value === null) return "\\N";
  return SPECIAL.test(value) ? value.replace(SPECIALS, escapeChar) : value;
}

/** A jsonb value with storable text; a backslash of JSON is doubled for COPY. */
export function copyJson(value: unknown): string {
  const json = cleanJsonText(value);
  return json.includes("\\") ? json.replaceAll("\\", "\\\\") : json;
}

/** A text[] value, every element quoted. */
export function copyArray(values: readonly string[]): string {
  if (values.length === 0) return "{}";
  const items = values.map((v) => `"${v.replaceAll("\0", "").replace(/["\\]/g, "\\$&")}"`);
  return copyValue(`{${items.join(",")}}`);
}

/** One line with its line feed. Empty lists of contacts and empty attributes are `[]` and `{}`. */
export function copyLine(row: StageRow): string {
  return row.line_no + "\t" + copyValue(row.mak) + "\t" + copyValue(row.fips) + "\t" +
    copyValue(row.county) + "\t" + copyValue(row.apn) + "\t" + copyValue(row.street) + "\t" +
    copyValue(row.unit) + "\t" + copyValue(row.city) + "\t" + copyValue(row.state) + "\t" +
    copyValue(row.zip) + "\t" + copyValue(row.owner_1_first) + "\t" +
    copyValue(row.owner_1_last) + "\t" + copyValue(row.owner_2_first) + "\t" +
    copyValue(row.owner_2_last) + "\t" + copyValue(row.owner_full) + "\t" +
    copyValue(row.mail_street) + "\t" + copyValue(row.mail_unit) + "\t" +
    copyValue(row.mail_city) + "\t" + copyValue(row.mail_state) + "\t" +
    copyValue(row.mail_zip) + "\t" + (row.phones.length ? copyJson(row.phones) : "[]") + "\t" +
    (row.emails.length ? copyJson(row.emails) : "[]") + "\t" + copyValue(row.result_codes) +
    "\t" + copyValue(row.consent) + "\t" + copyValue(row.consented_at) + "\t" +
    copyValue(row.consent_method) + "\t" + copyValue(row.lead_score) + "\t" +
    copyJson(row.attributes) + "\t" + copyArray(row.warnings) + "\t" +
    copyValue(row.reject_code) + "\t" + copyValue(row.reject_detail) + "\t" +
    (row.raw === null ? "\\N" : copyJson(row.raw)) + "\t" +
    copyValue(row.do_not_contact) + "\n";
}

const BATCH_CHARS = 64 * 1024;

/** Lines joined into strings of about 64 KiB, to be written to a COPY stream. */
export function* copyBatches(rows: Iterable<StageRow>): Generator<string> {
  let lines: string[] = [], size = 0;
  for (const row of rows) {
    const line = copyLine(row);
    lines.push(line);
    size += line.length;
    if (size >= BATCH_CHARS) {
      yield lines.join("");
      lines = [];
      size = 0;
    }
  }
  if (size > 0) yield lines.join("");
}

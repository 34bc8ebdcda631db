/**
 * Rejects as a CSV that a person opens in a spreadsheet, corrects and sends again: the original
 * columns, then `line`, `reason`, `detail`. RFC 4180 (CRLF, quotes doubled).
 *
 * A cell that a spreadsheet could run as a formula gets an apostrophe in front (OWASP), always: also
 * `+1 602…` and `-5`, because no pattern separates harmless cells from `-5+cmd|…`. Reading the file again
 * removes the apostrophe.
 */
export interface RejectLine {
  line: number;
  reason: string;
  detail: string | null;
  /** The original values; one value alone is the text of a record that could not be split. */
  raw: readonly string[];
}

/** Also behind marks that a spreadsheet drops or does not show, such as a second byte order mark. */
const FORMULA = /^[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*[=+\-@\t\r\n＝＋－＠]/;

/** One cell, safe and quoted where needed. */
export function safeCell(value: string): string {
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n;\t|]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function rejectsHeader(headers: readonly string[]): string {
  return [...headers, "line", "reason", "detail"].map(safeCell).join(",") + "\r\n";
}

/** Values beyond the last column are named in `detail`, so that none is lost. */
export function rejectsLine(headers: readonly string[], reject: RejectLine): string {
  const width = headers.length;
  const cells = headers.map((_, k) => reject.raw[k] ?? "");
  const surplus = reject.raw.slice(width);
  const detail = [
    reject.detail ?? "",
    surplus.length > 0 ? `Values after the last column: ${surplus.map(safeCell).join(",")}` : "",
  ].filter(Boolean).join(" ");
  return [...cells, String(reject.line), reject.reason, detail].map(safeCell).join(",") + "\r\n";
}

/** The whole file, line by line. */
export function* rejectsCsv(
  headers: readonly string[],
  rejects: Iterable<RejectLine>,
): Generator<string> {
  yield rejectsHeader(headers);
  for (const reject of rejects) yield rejectsLine(headers, reject);
}

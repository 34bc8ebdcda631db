/** Reads the first 64 KiB to find out whether this is a CSV, and its dialect. */
import { decodeRecord } from "./decode.ts";
import { BLANK, RecordScanner } from "./scan.ts";
import { splitRecords, trimField } from "./split.ts";
import { isKnownHeader } from "./synonyms.ts";
import { isWide, UnitReader } from "./units.ts";
import type { Delimiter, Dialect, Refusal, RefusalCode } from "./types.ts";

/** Bytes that `sniffCsv` needs, if the file has as many. */
export const SNIFF_BYTES = 64 * 1024;

const DELIMITERS: readonly Delimiter[] = [",", "\t", ";", "|"];
const SAMPLE_RECORDS = 40;

export type Sniffed = { ok: true; dialect: Dialect } | { ok: false; refusal: Refusal };

/** `whole`: the sample is the whole file. */
export function sniffCsv(sample: Uint8Array, whole: boolean): Sniffed {
  if (sample.length === 0) return refuse("empty_file", "The file is empty.");
  const foreign = findForeignFormat(sample);
  if (foreign) return refuse(foreign.code, foreign.message);
  const mark = findEncoding(sample);
  if (hasControlBytes(sample, isWide(mark.encoding))) {
    return refuse("not_csv", "The file is binary data, not text: send it as CSV.");
  }
  const candidates = DELIMITERS.map((delimiter) => examine(sample, mark, delimiter, whole));
  const best = candidates.reduce((a, b) => b.score > a.score ? b : a);
  if (best.rows.length === 0) {
    return refuse("empty_file", "The file has no records, only blank lines.");
  }
  if (best.faulty) {
    return refuse("header_unreadable", "The first line has a quote that is not closed.");
  }
  const header = best.rows[best.titles] as string[];
  const known = header.filter(isKnownHeader).length;
  const single = best.width < 2;
  if (single && known === 0 && !header.some(isStrongData)) {
    return refuse(
      "no_delimiter",
      "The first line has no comma, semicolon, tab or pipe and is not a known column name: " +
        "this does not look like a CSV.",
    );
  }
  if (known === 0 && best.rows.length >= 4 && best.consistency < 0.5) {
    return refuse(
      "not_csv",
      "The lines do not have the same columns, and the first one has no column names: this looks like " +
        "plain text, not like a CSV.",
    );
  }
  return {
    ok: true,
    dialect: {
      ...mark,
      delimiter: best.delimiter,
      newline: best.newline,
      hasHeader: looksLikeHeader(header),
      sepLine: best.sepLine,
      ...(best.titles > 0 ? { titles: best.titles } : {}),
    },
  };
}

function refuse(code: RefusalCode, message: string): Sniffed {
  return { ok: false, refusal: { code, message } };
}

const MAGIC: [bytes: string, what: string][] = [
  ["%PDF-", "a PDF document"],
  ["\xd0\xcf\x11\xe0", "an old Excel or Word document; save it as CSV (UTF-8)"],
  ["\x1f\x8b", "compressed with gzip once more; send it with one compression at most"],
  ["BZh", "compressed with bzip2; unpack it first"],
  ["7z\xbc\xaf", "a 7-Zip archive; unpack it first"],
  ["Rar!", "a RAR archive; unpack it first"],
  ["\xfd7zXZ", "compressed with xz; unpack it first"],
  ["\x28\xb5\x2f\xfd", "compressed with zstd; unpack it first"],
  ["\x89PNG", "an image"],
  ["GIF8", "an image"],
  ["\xff\xd8\xff", "an image"],
  ["PAR1", "a Parquet file"],
  ["SQLite format 3\0", "an SQLite database"],
  ["{\\rtf", "an RTF document"],
  ["BEGIN:VCARD", "a vCard file"],
];

function findForeignFormat(sample: Uint8Array): Refusal | null {
  const start = String.fromCharCode(...sample.subarray(0, 4096));
  if (start.startsWith("\xff\xfe\0\0") || start.startsWith("\0\0\xfe\xff")) {
    return {
      code: "unsupported_encoding",
      message: "The file is UTF-32: save it as UTF-8 or UTF-16.",
    };
  }
  const found = MAGIC.find(([bytes]) => start.startsWith(bytes));
  if (found) return notCsv(found[1]);
  if (start.startsWith("PK\x03\x04")) {
    return notCsv(
      /xl\/|\[Content_Types\]|spreadsheet/.test(start)
        ? "a spreadsheet (Excel or OpenDocument); save it as CSV (UTF-8)"
        : "a ZIP archive; unpack it and send the CSV in it",
    );
  }
  const text = start.replace(/^\xef\xbb\xbf/, "").replace(/\0/g, "").trimStart();
  if (/^<(!doctype|html|head|body|table|\?xml|[a-z][\w-]*[\s>])/i.test(text)) {
    return notCsv("a web page or XML, perhaps the error page of a download");
  }
  if (/^(\{\s*("|\}|$)|\[\s*([{[\]"]|-?\d+\s*[,\]]|$))/.test(text)) return notCsv("JSON");
  return null;
}

function notCsv(what: string): Refusal {
  return { code: "not_csv", message: `The file is not a CSV but ${what}.` };
}

function findEncoding(sample: Uint8Array): Pick<Dialect, "encoding" | "bomBytes"> {
  const [a, b, c] = sample;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: "utf-8", bomBytes: 3 };
  if (a === 0xff && b === 0xfe) return { encoding: "utf-16le", bomBytes: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: "utf-16be", bomBytes: 2 };
  // Later parts of a UTF-16 file have no mark: there, every other byte of ASCII text is zero.
  const zeros = [0, 0];
  const n = Math.min(sample.length, 4096) & ~1;
  for (let i = 0; i < n; i++) if (sample[i] === 0) zeros[i & 1] = (zeros[i & 1] as number) + 1;
  const [even, odd] = zeros as [number, number];
  if (odd > n * 0.3 && even < n * 0.05) return { encoding: "utf-16le", bomBytes: 0 };
  if (even > n * 0.3 && odd < n * 0.05) return { encoding: "utf-16be", bomBytes: 0 };
  return { encoding: "utf-8", bomBytes: 0 };
}

/** Text has almost no control characters; a few damaged bytes are left to the checks of their rows. */
function hasControlBytes(sample: Uint8Array, wide: boolean): boolean {
  let control = 0;
  for (const byte of sample) {
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && !(wide && byte < 8)) control++;
  }
  return control > Math.max(8, sample.length * 0.02);
}

interface Candidate {
  delimiter: Delimiter;
  score: number;
  rows: string[][];
  width: number;
  consistency: number;
  newline: Dialect["newline"];
  faulty: boolean;
  sepLine: boolean;
  /** Records above the header. */
  titles: number;
}

/** Reads the first records as if this were the delimiter. */
function examine(
  sample: Uint8Array,
  mark: Pick<Dialect, "encoding" | "bomBytes">,
  delimiter: Delimiter,
  whole: boolean,
): Candidate {
  const reader = new UnitReader(mark);
  const scanner = new RecordScanner(delimiter, isWide(mark.encoding));
  scanner.push(reader.push(sample));
  if (whole) scanner.finish();
  const out: Candidate = {
    delimiter,
    score: 0,
    rows: [],
    width: 0,
    consistency: 0,
    newline: "\n",
    faulty: false,
    sepLine: false,
    titles: 0,
  };
  let first = true, asked: string | null = null;
  for (;;) {
    if (out.rows.length >= SAMPLE_RECORDS) break;
    if (!scanner.next()) {
      // One record longer than the sample is still a record.
      if (whole || !first) break;
      whole = true;
      scanner.finish();
      continue;
    }
    if (scanner.kind === BLANK) continue;
    const text = decodeRecord(scanner.content()).text;
    const sep = first ? readSepLine(text) : null;
    if (sep) {
      out.sepLine = true;
      asked = sep;
      continue;
    }
    if (first) {
      first = false;
      out.faulty = scanner.fault !== null;
      if (scanner.newlineUnits === 2) out.newline = "\r\n";
      else if (scanner.newlineUnits === 1 && scanner.units[scanner.to] === 13) out.newline = "\r";
    } else if (scanner.fault) continue;
    const fields = scanner.fault ? [text] : splitRecords([text], [scanner.kind], delimiter)[0];
    out.rows.push((fields ?? [text]).map(trimField));
  }
  score(out, asked);
  return out;
}

/** The delimiter that Excel's first line specifies. */
export function readSepLine(text: string): Delimiter | null {
  const asked = /^"?sep=([,;\t|])"?\s*$/i.exec(text)?.[1];
  return (asked as Delimiter | undefined) ?? null;
}

/**
 * Records before the first one that names at least two known columns, if each has one or two values and names none: the
 * title of a report, its date, a blank row of delimiters.
 */
function countTitles(rows: readonly string[][]): number {
  for (const [k, row] of rows.slice(0, 10).entries()) {
    const filled = row.filter(Boolean);
    const known = filled.filter(isKnownHeader).length;
    if (known >= 2 && filled.length >= 3) return looksLikeHeader(row) ? k : 0;
    if (
      filled.length > 2 || known > 1 ||
      filled.some((cell) => /@|^\+?[\d(][\d\s().-]{9,}$/.test(cell))
    ) return 0;
  }
  return 0;
}

function score(out: Candidate, asked: string | null): void {
  out.titles = countTitles(out.rows);
  const header = out.rows[out.titles] ?? [];
  const rows = out.rows.slice(out.titles);
  out.width = header.length;
  const same = rows.filter((row) => row.length === header.length).length;
  out.consistency = rows.length ? same / rows.length : 0;
  const known = header.filter(isKnownHeader).length;
  out.score = Math.min(known, 6) * 2;
  if (out.width > 1) out.score += out.consistency * (1 + Math.log2(out.width)) + 0.1;
  if (out.faulty) out.score -= 5;
  if (asked === out.delimiter) out.score += 100;
}

const STREET =
  /^\d+\s+\S.*\b(st|street|ave|avenue|rd|road|dr|drive|ln|lane|blvd|ct|court|way|pl)\b/i;

/** An e-mail, phone, ZIP, date or street line: no column has such a name. */
export function isStrongData(cell: string): boolean {
  return /^\S+@\S+\.\S+$/.test(cell) || /^\+?[\d(][\d\s().-]{6,}$/.test(cell) ||
    /^\d{5}(-\d{4})?$/.test(cell) || /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/.test(cell) ||
    STREET.test(cell);
}

/** A header names columns; a first record of values means that the header is missing. */
export function looksLikeHeader(cells: readonly string[]): boolean {
  const filled = cells.filter(Boolean);
  const known = filled.filter(isKnownHeader).length;
  const strong = filled.filter(isStrongData).length;
  if (strong > 0) return known > strong;
  const numbers = filled.filter((cell) => /^[-$]?[\d,.]+%?$/.test(cell)).length;
  return known > 0 || numbers * 2 < filled.length || filled.length === 0;
}

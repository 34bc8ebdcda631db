/**
 * Reads a CSV: bytes → records, in bounded memory. Every record of the file becomes
 * exactly one row or one reject, in order; only blank lines (which are counted) become neither.
 */
import { decodeRecord } from "./decode.ts";
import { readRun, Run } from "./runs.ts";
import { BLANK, RecordScanner } from "./scan.ts";
import { isStrongData, looksLikeHeader, readSepLine } from "./sniff.ts";
import { splitRecords, trimField } from "./split.ts";
import { isKnownHeader } from "./synonyms.ts";
import { isWide, UnitReader } from "./units.ts";
import type { CsvRecord, CsvStats, Dialect, Refusal, RejectCode, SkippedCode } from "./types.ts";

const MAX_COLUMNS = 2000;
/** Units of input between two searches for records, and most units decoded at once. */
export const STEP = 64 * 1024;

const FAULTS: Partial<Record<RejectCode, string>> = {
  unclosed_quote: "A quote opens here and does not end. Reading went on with the next line.",
  text_after_quote: "Text follows a closing quote: a quote inside quotes must be doubled.",
  field_too_long: "A quoted value is longer than 64 KiB.",
  record_too_long: "The line is part of a record that is longer than 1 MiB.",
};

/** A place between two records, from which a later reader can go on. */
export interface Position {
  /** Bytes of the content before it. */
  offset: number;
  line: number;
  received: number;
  windows1252: number;
  repeatedHeaderLines: number;
  skipped?: CsvStats["skipped"];
}

export class CsvReader {
  readonly dialect: Dialect;
  /** Names of the columns: trimmed, unique (`_2`), never empty (`column_3`). */
  headers: string[] = [];
  /** `missing`: the file has no header record, and columns are named by position. */
  headerFrom: "file" | "part 1" | "missing" = "file";
  /** The first rows, for `resolveMapping`; available after `begin`. */
  sample: string[][] = [];
  private readonly input: AsyncGenerator<Uint8Array>;
  private readonly given: readonly string[] | undefined;
  private readonly units: UnitReader;
  private readonly scanner: RecordScanner;
  private ended = false;
  private pending: CsvRecord[] = [];
  /** Rows with fewer values are short. */
  private fewest = 0;
  private nameless = false;
  private headerDone = false;
  private readonly counts = { bytes: 0, received: 0, rejects: 0, blankLines: 0, windows1252: 0 };
  private skipped: CsvStats["skipped"] = {};
  private titlesLeft: number;
  private utf8Seen = false;
  private repeatedHeaderLines = 0;
  /** Bytes of the content before the first unit. */
  private readonly origin: number;

  constructor(
    dialect: Dialect,
    input: AsyncGenerator<Uint8Array>,
    header: readonly string[] | undefined,
    from?: Position,
  ) {
    this.dialect = dialect;
    this.input = input;
    this.given = header;
    this.titlesLeft = header ? 0 : dialect.titles ?? 0;
    this.origin = from?.offset ?? dialect.bomBytes;
    this.units = new UnitReader(from ? { ...dialect, bomBytes: 0 } : dialect);
    this.scanner = new RecordScanner(dialect.delimiter, isWide(dialect.encoding), from?.line);
    if (from) {
      this.counts.received = from.received;
      this.counts.windows1252 = from.windows1252;
      this.repeatedHeaderLines = from.repeatedHeaderLines;
      this.skipped = structuredClone(from.skipped ?? {});
      this.useHeaders(header ?? [], "part 1");
    }
  }

  /** After the records returned so far; null inside a run of lines that must stay together. */
  get position(): Position | null {
    const at = this.scanner.restart;
    return at && {
      offset: this.origin + at.start * (isWide(this.dialect.encoding) ? 2 : 1),
      line: at.line,
      received: this.counts.received,
      windows1252: this.counts.windows1252,
      ...(Object.keys(this.skipped).length > 0 ? { skipped: structuredClone(this.skipped) } : {}),
      repeatedHeaderLines: this.repeatedHeaderLines,
    };
  }

  /** Counts so far; complete when `batches` has ended. */
  get stats(): CsvStats {
    const { bytes, received, rejects, blankLines, windows1252 } = this.counts;
    const single = this.dialect.encoding !== "utf-8" ? this.dialect.encoding : null;
    return {
      bytes,
      received,
      rows: received - rejects,
      rejects,
      blankLines,
      skipped: this.skipped,
      windows1252Records: windows1252,
      lines: this.scanner.linesRead,
      repeatedHeaderLines: this.repeatedHeaderLines,
      encoding: single ??
        (windows1252 === 0 ? "utf-8" : this.utf8Seen ? "utf-8 and windows-1252" : "windows-1252"),
    };
  }

  /** Reads up to the first records. Called by `openCsv`. */
  async begin(): Promise<Refusal | null> {
    let refusal: Refusal | null = null;
    while (!this.headerDone && !refusal && await this.fill()) {
      while (!this.headerDone && !refusal && this.scanner.next()) refusal = this.first();
    }
    if (refusal) return refusal;
    if (!this.headerDone) {
      if (!this.given) return { code: "empty_file", message: "The file has no records." };
      this.useHeaders(this.given, "part 1");
    }
    this.pending = this.pending.concat(this.drain());
    this.sample = this.pending.filter((r) => !r.reject).slice(0, 200).map((r) => r.fields);
    return null;
  }

  /** Records in order, a few hundred at a time. */
  async *batches(): AsyncGenerator<CsvRecord[]> {
    do {
      const batch = this.pending.length > 0 ? this.pending : this.drain();
      this.pending = [];
      if (batch.length > 0) yield batch;
    } while (await this.fill());
  }

  /** The same, one record at a time. */
  async *records(): AsyncGenerator<CsvRecord> {
    for await (const batch of this.batches()) yield* batch;
  }

  /** Gives the scanner more input; false when there is none left. */
  private async fill(): Promise<boolean> {
    if (this.ended) return false;
    let size = 0;
    while (size < STEP) {
      const step = await this.input.next();
      if (step.done) {
        const last = this.units.finish();
        if (last) this.scanner.push(last);
        this.scanner.finish();
        this.ended = true;
        return true;
      }
      this.counts.bytes += step.value.length;
      size += step.value.length;
      this.scanner.push(this.units.push(step.value));
    }
    return true;
  }

  /** Checks the record that may be the header. */
  private first(): Refusal | null {
    const scanner = this.scanner;
    if (scanner.kind === BLANK) {
      this.counts.blankLines++;
      return null;
    }
    if (scanner.fault) {
      if (this.given) return this.keepFirst();
      const message = FAULTS[scanner.fault] as string;
      return { code: "header_unreadable", message: `Line ${scanner.line}: ${message}` };
    }
    const { text } = decodeRecord(scanner.units.subarray(scanner.from, scanner.to));
    if (this.dialect.sepLine && readSepLine(text)) return null;
    if (this.titlesLeft > 0) {
      this.titlesLeft--;
      this.skip("title_lines", scanner.line);
      return null;
    }
    const split = splitRecords([text], [scanner.kind], this.dialect.delimiter)[0] ?? [text];
    const cells = split.map((cell) => trimField(cell.replaceAll("\0", "")));
    if (this.given) return this.firstOfLaterPart(cells);
    if (cells.length > MAX_COLUMNS) {
      return {
        code: "too_many_columns",
        message: `The first line has ${cells.length} columns; at most ${MAX_COLUMNS} are allowed.`,
      };
    }
    if (this.dialect.hasHeader) {
      this.useHeaders(nameColumns(cells), "file");
    } else {
      this.useHeaders(nameColumns(cells.map(() => "")), "missing");
      this.take();
    }
    return null;
  }

  private firstOfLaterPart(cells: string[]): Refusal | null {
    const given = this.given as readonly string[];
    const names = nameColumns(cells);
    if (names.length === given.length && names.every((name, k) => name === given[k])) {
      this.repeatedHeaderLines = this.scanner.linesRead - this.scanner.line + 1;
      this.useHeaders(given, "part 1");
      return null;
    }
    const known = cells.filter(isKnownHeader).length;
    if (known >= 2 && looksLikeHeader(cells) && !cells.some(isStrongData)) {
      return {
        code: "header_differs",
        message: "This part begins with a header that differs from the header of part 1.",
      };
    }
    return this.keepFirst();
  }

  private keepFirst(): null {
    this.useHeaders(this.given as readonly string[], "part 1");
    this.take();
    return null;
  }

  private useHeaders(headers: readonly string[], from: CsvReader["headerFrom"]): void {
    this.headers = [...headers];
    this.headerFrom = from;
    // Columns without a name at the right edge are optional: rows may omit them.
    const last = headers.findLastIndex((name, k) => name !== `column_${k + 1}`);
    this.fewest = last < 0 ? headers.length : last + 1;
    this.nameless = last < 0;
    this.headerDone = true;
  }

  /** Keeps the current record, the first of the file, which is data. */
  private take(): void {
    this.pending = this.drain(true);
  }

  /** All records that the current input completes. `held`: the scanner is already on one. */
  private drain(held = false): CsvRecord[] {
    const out: CsvRecord[] = [];
    const scanner = this.scanner;
    let run = new Run();
    const flush = () => {
      if (run.froms.length > 0) this.read(out, run);
      run = new Run();
    };
    while (held || scanner.next()) {
      held = false;
      if (scanner.kind === BLANK) {
        this.counts.blankLines++;
      } else if (scanner.fault) {
        flush();
        const text = decodeRecord(scanner.content()).text;
        this.reject(out, scanner.line, [trimField(text)], scanner.fault, FAULTS[scanner.fault]);
      } else {
        if (run.froms.length > 0 && scanner.to - (run.froms[0] as number) > STEP) flush();
        run.froms.push(scanner.from);
        run.tos.push(scanner.to);
        run.lines.push(scanner.line);
        run.kinds.push(scanner.kind);
      }
    }
    flush();
    return out;
  }

  private read(out: CsvRecord[], run: Run): void {
    const { texts, rows, encodings, hasNul } = readRun(
      this.scanner.units,
      run,
      this.dialect.delimiter,
    );
    for (let k = 0; k < texts.length; k++) {
      const text = texts[k] as string, line = run.lines[k] as number, fields = rows[k];
      const as = typeof encodings === "string" ? encodings : encodings[k];
      if (as === "windows-1252") this.counts.windows1252++;
      else if (as === "utf-8") this.utf8Seen = true;
      if (as === "invalid") {
        this.reject(out, line, [text], "invalid_text", "The row is not valid UTF-16.");
      } else if (hasNul && text.includes("\0")) {
        this.reject(
          out,
          line,
          fields ?? [text],
          "nul_byte",
          "The row contains a NUL byte, shown as ␀.",
        );
      } else if (fields) {
        this.row(out, line, fields, as === "windows-1252");
      } else {
        this.reject(out, line, [text], "malformed_record", "The quotes of the row are ambiguous.");
      }
    }
  }

  private row(out: CsvRecord[], line: number, fields: string[], windows1252: boolean): void {
    let padded = false, empty = true;
    for (let k = 0; k < fields.length; k++) {
      const value = fields[k] as string;
      if (value === "") continue;
      const trimmed = trimField(value);
      if (trimmed !== "") empty = false;
      if (trimmed.length !== value.length) {
        padded = true;
        fields[k] = trimmed;
      }
    }
    const width = this.headers.length;
    if (empty) return this.skip("empty_rows", line);
    if (width >= 4 && isFooter(fields)) return this.skip("footer_lines", line);
    let given: number | undefined;
    if (fields.length !== width) {
      const counts = `The row has ${fields.length} values; the header has ${width} columns.`;
      while (fields.length > width && fields[fields.length - 1] === "") fields.pop();
      if (fields.length > width) {
        return this.reject(out, line, fields, "too_many_fields", counts);
      }
      if (fields.length < this.fewest) given = fields.length;
      if (given !== undefined && this.nameless) {
        return this.reject(out, line, fields, "too_few_fields", counts);
      }
      while (fields.length < width) fields.push("");
    }
    this.counts.received++;
    if (given === undefined) out.push({ line, fields, padded, reject: null });
    else out.push({ line, fields, padded, given, reject: null });
    if (windows1252) (out.at(-1) as CsvRecord).windows1252 = true;
  }

  private skip(code: SkippedCode, line: number): void {
    const found = this.skipped[code] ??= { n: 0, lines: [] };
    found.n++;
    if (found.lines.length < 5) found.lines.push(line);
  }

  private reject(
    out: CsvRecord[],
    line: number,
    fields: string[],
    code: RejectCode,
    detail: string | undefined,
  ): void {
    this.counts.received++;
    this.counts.rejects++;
    const clean = fields.map((f) => f.includes("\0") ? f.replaceAll("\0", "␀") : f);
    out.push({ line, fields: clean, padded: false, reject: { code, detail: detail ?? "" } });
  }
}

const FOOTER = new RegExp(
  "^(?:(?:grand |sub)?totals?\\b|(?:number|count|total) of\\b|(?:records?|rows?|count|page|sources?|generated|exported" +
    "|printed|created|disclaimer|notes?|copyright|report(?:ed)?)(?: (?:on|by|at|date|count|total|from))?\\s*[:#=]" +
    "|page \\d+ of \\d+|end of (?:report|file|list|data)|\\d+ (?:records?|rows?|results?)\\b|©|copyright\\b|[*-]{3,})",
  "i",
);

const TOTAL = /^(?:grand |sub)?totals?\s*[:=]?$/i;
const SUM = /^[$(]?-?[\d,.]+[)%]?(?: (?:records?|rows?|parcels?|properties|items|acres?))?$/i;

/**
 * A record with at most two values, the first of which is that of a total, a source or a page number; or a total with
 * nothing but sums.
 */
function isFooter(fields: readonly string[]): boolean {
  let filled = 0;
  for (const value of fields) {
    if (value !== "" && ++filled > 2) return isTotal(fields.filter((field) => field !== ""));
  }
  return FOOTER.test(fields.find((value) => value !== "") as string);
}

function isTotal([first, ...rest]: readonly string[]): boolean {
  return TOTAL.test(first as string) && rest.every((value) => SUM.test(value));
}

/** Unique names: a repeated one gets `_2`, an empty one is `column_N`. */
export function nameColumns(cells: readonly string[]): string[] {
  const taken = new Set<string>();
  return cells.map((cell, k) => {
    const given = cell.replace(/\s+/g, " ").trim();
    const base = given === "" || given === "__proto__" ? `column_${k + 1}` : given;
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base}_${n}`;
    taken.add(name);
    return name;
  });
}

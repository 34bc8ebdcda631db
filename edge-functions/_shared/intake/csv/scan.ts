/**
 * Finds where records begin and end, over code units, before any decoding: quotes, line ends and
 * delimiters are ASCII in every supported encoding. The cutter and the reader both use this
 * class, so they always agree. Memory: one record plus one chunk.
 *
 * Grammar. A record ends at LF, CR or CRLF outside quotes. A quote opens a field only at its start
 * (blanks may precede it); elsewhere it is an ordinary character. A quoted field ends at
 * a quote that is not doubled, and only blanks may follow up to the delimiter or line end.
 *
 * A violation costs one physical line: the line is a fault, and the scan starts again on the next
 * one. The exception is a record over MAX_RECORD: all its lines are faults.
 */

/** Longest quoted field and longest record, in units (bytes, or 2-byte units of UTF-16). */
export const MAX_FIELD = 64 * 1024;
export const MAX_RECORD = 1024 * 1024;
/** Units of a faulty record that are kept for the report. */
const HEAD_KEPT = 64 * 1024;

export type Units = Uint8Array | Uint16Array;
export type Fault = "unclosed_quote" | "text_after_quote" | "field_too_long" | "record_too_long";

/** Bits of `kind`. */
export const QUOTED = 1;
export const STRAY_QUOTE = 2;
export const PADDED_QUOTE = 4;
export const BLANK = 8;

const LF = 10, CR = 13, QUOTE = 34, SPACE = 32, TAB = 9, SUB = 26;
const IDLE = 0, PLAIN = 1, IN_QUOTES = 2, CLOSED = 3, SKIP = 4;

interface Failure {
  fault: Fault;
  at: number;
}

export class RecordScanner {
  /** The record found by `next()`: `units.subarray(from, to)` is its content. */
  units: Units;
  from = 0;
  to = 0;
  line = 0;
  kind = 0;
  fault: Fault | null = null;
  /** Units of the line end: 0 at the end of input, 1 or 2. */
  newlineUnits = 0;
  /** Where the record starts, in units from the first one pushed. */
  start = 0;
  /** Units scanned so far. Broken quotes are scanned twice at most. */
  work = 0;
  /** False inside a run of lines that must stay together. */
  cuttable = true;

  private readonly delimiter: number;
  private base = 0;
  private end = 0;
  private final = false;
  private i = 0;
  private state = IDLE;
  private rec = 0;
  private recKind = 0;
  private nextLine = 1;
  private newlines = 0;
  private firstStop = -1;
  private firstAfter = -1;
  private open = 0;
  private skipFault: Fault = "record_too_long";
  private skipAt = 0;
  private head: Units | null = null;
  private floodUntil = -1;
  private floodFrom = -1;
  /** Quotes opened on later lines of the current record, and those that are known never to close:
   * without this memory, a run of broken lines would be scanned again from each of its lines. */
  private openings: number[] = [];
  private readonly doomed = new Map<number, Failure>();
  private doomedMax = -1;

  constructor(delimiter: string, wide = false, line = 1) {
    this.delimiter = delimiter.charCodeAt(0);
    this.nextLine = line;
    this.units = wide ? new Uint16Array(32 * 1024) : new Uint8Array(64 * 1024);
  }

  /** Adds input. Positions of the last record are invalid afterwards. */
  push(chunk: Units): void {
    let keep = this.state === IDLE ? this.i : this.rec;
    if (this.state === SKIP && this.i - this.rec > HEAD_KEPT) {
      this.head ??= this.units.slice(this.rec, this.rec + HEAD_KEPT);
      keep = this.i;
    }
    const left = this.end - keep;
    const need = left + chunk.length;
    if (need > this.units.length) {
      const size = Math.max(need, this.units.length * 2);
      const grown = this.units instanceof Uint16Array
        ? new Uint16Array(size)
        : new Uint8Array(size);
      grown.set(this.units.subarray(keep, this.end));
      this.units = grown;
    } else if (keep > 0) {
      this.units.copyWithin(0, keep, this.end);
    }
    this.units.set(chunk, left);
    this.base += keep;
    this.end = need;
    this.i -= keep;
    this.rec -= keep;
    this.open -= keep;
    if (this.firstStop >= 0) {
      this.firstStop -= keep;
      this.firstAfter -= keep;
    }
  }

  /** Ends the input: the rest is the last record. */
  finish(): void {
    this.final = true;
  }

  /** Up to 64 Ki units of the last record found. */
  content(): Units {
    if (this.head && this.fault) return this.head;
    return this.units.subarray(this.from, Math.min(this.to, this.from + HEAD_KEPT));
  }

  /** Moves to the next record; false when more input is needed or none is left. */
  next(): boolean {
    for (;;) {
      if (this.state === IDLE) {
        if (this.i >= this.end) return false;
        this.begin();
      }
      const found = this.state === PLAIN
        ? this.plain()
        : this.state === IN_QUOTES
        ? this.inQuotes()
        : this.state === CLOSED
        ? this.closed()
        : this.skip();
      if (found === MORE) return false;
      if (found === FOUND) return true;
    }
  }

  private begin(): void {
    this.rec = this.i;
    this.recKind = 0;
    this.newlines = 0;
    this.firstStop = -1;
    if (this.openings.length > 0) this.openings = [];
    this.head = null;
    const at = this.base + this.i;
    if (this.doomed.size > 0 && at > this.doomedMax) {
      this.doomed.clear();
      this.doomedMax = -1;
    }
    if (at < this.floodUntil) {
      this.state = SKIP;
      this.skipFault = "record_too_long";
      this.skipAt = -1;
    } else {
      this.state = PLAIN;
    }
  }

  private plain(): number {
    const units = this.units, end = this.end;
    const limit = Math.min(end, this.rec + MAX_RECORD);
    let i = this.i;
    while (i < limit) {
      const c = units[i] as number;
      if (c > QUOTE) {
        i++;
      } else if (c === LF) {
        return this.found(i, 1);
      } else if (c === CR) {
        if (i + 1 >= end && !this.final) return this.wait(i);
        return this.found(i, i + 1 < end && units[i + 1] === LF ? 2 : 1);
      } else if (c === QUOTE) {
        let j = i - 1;
        while (j >= this.rec && this.isPad(units[j] as number)) j--;
        if (j < this.rec || units[j] === this.delimiter) {
          return this.opened(i, j !== i - 1);
        }
        this.recKind |= STRAY_QUOTE;
        i++;
      } else {
        i++;
      }
    }
    if (i >= this.rec + MAX_RECORD) return this.tooLong(i);
    return this.final ? this.found(i, 0) : this.wait(i);
  }

  private opened(i: number, padded: boolean): number {
    this.recKind |= padded ? QUOTED | PADDED_QUOTE : QUOTED;
    const at = this.base + i;
    const doom = this.doomed.size > 0 ? this.doomed.get(at) : undefined;
    if (doom) return this.failed(doom, i);
    if (this.firstStop >= 0) this.openings.push(at);
    this.open = i;
    this.advance(i + 1);
    this.state = IN_QUOTES;
    return ON;
  }

  private inQuotes(): number {
    const units = this.units, end = this.end;
    const fieldLimit = this.open + 1 + MAX_FIELD;
    const limit = Math.min(end, this.rec + MAX_RECORD, fieldLimit);
    let i = this.i;
    while (i < limit) {
      const c = units[i] as number;
      if (c > QUOTE) {
        i++;
      } else if (c === QUOTE) {
        if (i + 1 >= end && !this.final) return this.wait(i);
        if (i + 1 < end && units[i + 1] === QUOTE) {
          i += 2;
          continue;
        }
        this.advance(i + 1);
        this.state = CLOSED;
        return ON;
      } else if (c === LF || c === CR) {
        let n = 1;
        if (c === CR) {
          if (i + 1 >= end && !this.final) return this.wait(i);
          if (i + 1 < end && units[i + 1] === LF) n = 2;
        }
        this.newlines++;
        if (this.firstStop < 0) {
          this.firstStop = i;
          this.firstAfter = i + n;
        }
        i += n;
      } else {
        i++;
      }
    }
    if (i >= fieldLimit) return this.fail("field_too_long", i);
    if (i >= this.rec + MAX_RECORD) return this.tooLong(i);
    return this.final ? this.fail("unclosed_quote", Infinity) : this.wait(i);
  }

  private closed(): number {
    const units = this.units;
    const limit = Math.min(this.end, this.rec + MAX_RECORD);
    let i = this.i;
    while (i < limit && this.isPad(units[i] as number)) {
      this.recKind |= PADDED_QUOTE;
      i++;
    }
    if (i >= this.rec + MAX_RECORD) return this.tooLong(i);
    if (i >= this.end) return this.final ? this.found(i, 0) : this.wait(i);
    const c = units[i];
    if (c === this.delimiter) i++;
    else if (c !== LF && c !== CR) return this.fail("text_after_quote", i);
    this.advance(i);
    this.state = PLAIN;
    return ON;
  }

  /** Runs to the end of the physical line of a fault. */
  private skip(): number {
    const units = this.units, end = this.end;
    let i = this.i;
    while (i < end) {
      const c = units[i];
      if (c === LF || c === CR) {
        if (c === CR && i + 1 >= end && !this.final) return this.wait(i);
        const n = c === CR && i + 1 < end && units[i + 1] === LF ? 2 : 1;
        return this.foundFault(i, n);
      }
      i++;
    }
    return this.final ? this.foundFault(i, 0) : this.wait(i);
  }

  private fail(fault: Fault, at: number): number {
    const i = at === Infinity ? this.end : at;
    this.advance(i);
    return this.failed({ fault, at: at === Infinity ? Infinity : this.base + at }, i);
  }

  private failed(failure: Failure, i: number): number {
    for (const at of this.openings) {
      this.doomed.set(at, failure);
      this.doomedMax = Math.max(this.doomedMax, at);
    }
    if (this.firstStop >= 0) {
      this.newlines = 0;
      const n = this.firstAfter - this.firstStop;
      this.fault = "unclosed_quote";
      return this.emit(this.firstStop, n);
    }
    this.skipFault = failure.fault;
    this.skipAt = failure.at;
    this.advance(i);
    this.state = SKIP;
    return ON;
  }

  private tooLong(i: number): number {
    this.advance(i);
    if (this.firstStop < 0) {
      this.skipFault = "record_too_long";
      this.skipAt = -1;
      this.state = SKIP;
    } else {
      this.floodFrom = this.base + this.rec;
      this.floodUntil = this.floodFrom + MAX_RECORD;
      this.i = this.rec;
      this.state = IDLE;
    }
    return ON;
  }

  /**
   * Where the first record starts that was not found yet, in units from the first one pushed, and its line: a scan
   * can start anew there. Null inside a run of lines that must stay together.
   */
  get restart(): { start: number; line: number } | null {
    const start = this.base + (this.state === IDLE ? this.i : this.rec);
    return start < this.floodUntil ? null : { start, line: this.linesRead + 1 };
  }

  /** Physical lines up to the end of the last record; one without a line end counts too. */
  get linesRead(): number {
    return this.nextLine - 1 + (this.line > 0 && this.newlineUnits === 0 ? 1 : 0);
  }

  private found(stop: number, newlineUnits: number): number {
    this.fault = null;
    this.advance(stop);
    return this.emit(stop, newlineUnits);
  }

  private foundFault(stop: number, newlineUnits: number): number {
    this.newlines = 0;
    this.advance(stop);
    // A line that ends before the scan would have failed is the first line of an open quote.
    this.fault = this.base + stop < this.skipAt ? "unclosed_quote" : this.skipFault;
    return this.emit(stop, newlineUnits);
  }

  private emit(stop: number, newlineUnits: number): number {
    this.from = this.rec;
    this.to = stop;
    this.start = this.base + this.rec;
    this.cuttable = this.start >= this.floodUntil || this.start === this.floodFrom;
    this.line = this.nextLine;
    this.nextLine += this.newlines + (newlineUnits > 0 ? 1 : 0);
    this.newlineUnits = newlineUnits;
    this.kind = this.recKind;
    if (this.head === null && this.isBlank(stop)) {
      this.kind = BLANK;
      this.fault = null;
    }
    this.i = stop + newlineUnits;
    this.state = IDLE;
    return FOUND;
  }

  private wait(i: number): number {
    this.advance(i);
    return MORE;
  }

  private advance(i: number): void {
    this.work += i - this.i;
    this.i = i;
  }

  private isPad(c: number): boolean {
    return c === SPACE || (c === TAB && this.delimiter !== TAB);
  }

  /** Nothing but blanks, or the end-of-file character of DOS. */
  private isBlank(stop: number): boolean {
    for (let i = this.rec; i < stop; i++) {
      const c = this.units[i] as number;
      if (!this.isPad(c) && c !== SUB) return false;
    }
    return true;
  }
}

const ON = 0, FOUND = 1, MORE = 2;

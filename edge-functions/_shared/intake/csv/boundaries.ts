/** Cuts a file of any size into parts at record boundaries, without parsing it. */
import { decodeRecord } from "./decode.ts";
import { BLANK, RecordScanner } from "./scan.ts";
import { readSepLine } from "./sniff.ts";
import { isWide, toBytes, UnitReader } from "./units.ts";
import type { Dialect } from "./types.ts";

export interface CutterOptions {
  dialect: Pick<Dialect, "encoding" | "bomBytes" | "delimiter" | "hasHeader">;
  /** Parts are at most this long, unless one record alone is longer. */
  partBytes: number;
  /**
   * The first part is at most this long, and each further one twice as long as the one before:
   * staging begins early, and a small file has several parts that can be staged at the same time.
   */
  firstPartBytes?: number;
}

/**
 * Takes the file chunk by chunk and returns the byte offsets at which parts 2, 3, … begin, each as soon as
 * it is certain. Memory: one record and one chunk. A later part can be sent as it is, or with `prefix`
 * (byte order mark and header record) before it: both give the same records.
 */
export class RecordCutter {
  /** Byte order mark and header record; known with the first record after the header. */
  prefix: Uint8Array | null = null;
  private readonly units: UnitReader;
  private readonly scanner: RecordScanner;
  private readonly dialect: CutterOptions["dialect"];
  private readonly partBytes: number;
  /** Limit of the part that is being filled. */
  private limit: number;
  private readonly unitBytes: number;
  private mark: number[] = [];
  private total = 0;
  private partStart = 0;
  private last = 0;
  private records = 0;

  constructor(options: CutterOptions) {
    this.dialect = options.dialect;
    this.partBytes = options.partBytes;
    this.limit = Math.min(options.firstPartBytes ?? options.partBytes, options.partBytes);
    const wide = isWide(options.dialect.encoding);
    this.unitBytes = wide ? 2 : 1;
    this.units = new UnitReader(options.dialect);
    this.scanner = new RecordScanner(options.dialect.delimiter, wide);
  }

  push(chunk: Uint8Array): number[] {
    const missing = this.dialect.bomBytes - this.mark.length;
    if (missing > 0) this.mark.push(...chunk.subarray(0, missing));
    this.total += chunk.length;
    this.scanner.push(this.units.push(chunk));
    return this.drain();
  }

  /** The cuts that become certain at the end of the file. */
  end(): number[] {
    this.scanner.finish();
    const cuts = this.drain();
    if (this.total - this.partStart > this.limit) this.cut(cuts);
    return cuts;
  }

  private drain(): number[] {
    const cuts: number[] = [];
    const scanner = this.scanner;
    while (scanner.next()) {
      if (scanner.kind === BLANK) continue;
      if (this.prefix === null && this.dialect.hasHeader) {
        this.header();
        continue;
      }
      // The first record stays with the header.
      if (this.records++ === 0 || !scanner.cuttable) continue;
      const start = this.dialect.bomBytes + scanner.start * this.unitBytes;
      if (start - this.partStart > this.limit) this.cut(cuts);
      this.last = start;
    }
    return cuts;
  }

  private cut(cuts: number[]): void {
    if (this.last <= this.partStart) return;
    cuts.push(this.last);
    this.partStart = this.last;
    this.limit = Math.min(2 * this.limit, this.partBytes);
  }

  private header(): void {
    const { scanner } = this;
    const { from, to, newlineUnits, units } = scanner;
    if (readSepLine(decodeRecord(scanner.content()).text)) return;
    const record = toBytes(units.subarray(from, to + newlineUnits), this.dialect.encoding);
    this.prefix = new Uint8Array(this.mark.length + record.length);
    this.prefix.set(this.mark);
    this.prefix.set(record, this.mark.length);
  }
}

// Cuts the stream into parts at record borders, as the server's own reader sees them.
import { RecordCutter } from "../../edge-functions/_shared/intake/csv/boundaries.ts";
import { SNIFF_BYTES, sniffCsv } from "../../edge-functions/_shared/intake/csv/sniff.ts";
import { ClientError } from "./errors.ts";

export interface Part {
  /** From 1. */
  number: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** No part comes after it. */
  last: boolean;
  /** Where it ends in the file, as it lies on the disk. */
  position: number;
  /** Gives the bytes back for reuse, when they are no longer needed. */
  release(): void;
}

type Buffers = Uint8Array<ArrayBuffer>[];

// A border is certain once the record after it has been read: a chunk and a longest record more.
const SLACK_BYTES = 2 << 20;

// Short, because the other parts wait until the header has been read: a thousand rows.
const FIRST_PART_BYTES = 128 << 10;

/**
 * Yields a part when the next one begins, because the last part is marked as the last. Refuses invalid
 * CSV before anything is sent, for the reason that the server would report.
 */
export async function* cutParts(
  input: AsyncIterable<Uint8Array>,
  partBytes: number,
  position: () => number,
): AsyncGenerator<Part> {
  const parts = new Assembler(partBytes);
  let cutter: RecordCutter | null = null;
  let number = 0;
  // Where a border lies in the file itself; of a compressed one it is an estimate.
  const take = (end: number, last: boolean): Part => {
    const at = Math.round(position() * (end / parts.end));
    return { number: ++number, ...parts.takeUntil(end), last, position: at };
  };
  for await (const chunk of input) {
    parts.add(chunk);
    let fresh = chunk;
    if (!cutter) {
      if (parts.end < SNIFF_BYTES) continue;
      cutter = open(parts.peek(), partBytes, false);
      fresh = parts.peek();
    }
    for (const end of cutter.push(fresh)) yield take(end, false);
  }
  if (parts.end === 0) return;
  if (!cutter) {
    cutter = open(parts.peek(), partBytes, true);
    for (const end of cutter.push(parts.peek())) yield take(end, false);
  }
  for (const end of cutter.end()) yield take(end, false);
  yield take(parts.end, true);
}

function open(sample: Uint8Array, partBytes: number, whole: boolean): RecordCutter {
  const sniffed = sniffCsv(sample.subarray(0, SNIFF_BYTES), whole);
  if (!sniffed.ok) throw new ClientError(sniffed.refusal.message);
  return new RecordCutter({
    dialect: sniffed.dialect,
    partBytes,
    firstPartBytes: FIRST_PART_BYTES,
  });
}

/**
 * Keeps the content that has not been yielded yet, by its offset in the whole. Chunks are copied and may
 * be reused afterwards. Buffers are reused, because garbage of this size is collected too late.
 */
class Assembler {
  readonly #size: number;
  readonly #free: Buffers = [];
  #buffer: Uint8Array<ArrayBuffer>;
  #start = 0;
  #length = 0;

  constructor(partBytes: number) {
    this.#size = partBytes + SLACK_BYTES;
    this.#buffer = new Uint8Array(this.#size);
  }

  add(chunk: Uint8Array): void {
    if (this.#length + chunk.byteLength > this.#buffer.byteLength) {
      const grown = new Uint8Array(2 * (this.#length + chunk.byteLength));
      grown.set(this.peek());
      this.#buffer = grown;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length += chunk.byteLength;
  }

  /** Bytes added so far, from the start of the content. */
  get end(): number {
    return this.#start + this.#length;
  }

  /** Everything kept. */
  peek(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length);
  }

  takeUntil(offset: number): Pick<Part, "bytes" | "release"> {
    const buffer = this.#buffer;
    const taken = offset - this.#start;
    const left = this.#length - taken;
    this.#buffer = this.#free.pop() ?? new Uint8Array(this.#size);
    if (this.#buffer.byteLength < left) this.#buffer = new Uint8Array(left + SLACK_BYTES);
    this.#buffer.set(buffer.subarray(taken, this.#length));
    this.#start = offset;
    this.#length = left;
    return { bytes: buffer.subarray(0, taken), release: () => void this.#free.push(buffer) };
  }
}

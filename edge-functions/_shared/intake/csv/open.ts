/** Opens an input: sniffs it, unless its dialect is known, and reads up to the first record. */
import { CsvReader, type Position, STEP } from "./parse.ts";
import { SNIFF_BYTES, sniffCsv } from "./sniff.ts";
import type { Dialect, Refusal } from "./types.ts";

export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface OpenOptions {
  /** The dialect of part 1. Without it the input is sniffed. */
  dialect?: Dialect;
  /** `headers` of part 1, for the other parts: a repeated header record is skipped. */
  header?: readonly string[];
  /** Where another reader of the same content stopped; the source starts there. Needs dialect and header. */
  from?: Position;
}

export type Opened = { ok: true; csv: CsvReader } | { ok: false; refusal: Refusal };

/** Looks at the first 64 KiB, reads the header, and stops before the first record. */
export async function openCsv(source: ByteSource, options: OpenOptions = {}): Promise<Opened> {
  const input = Symbol.asyncIterator in source
    ? source[Symbol.asyncIterator]()
    : source[Symbol.iterator]();
  if (options.from && options.dialect) {
    const { dialect, header, from } = options;
    return { ok: true, csv: new CsvReader(dialect, chain([], input), header, from) };
  }
  const head: Uint8Array[] = [];
  let size = 0, whole = false;
  while (size < SNIFF_BYTES && !whole) {
    const step = await input.next();
    if (step.done) whole = true;
    else {
      head.push(step.value);
      size += step.value.length;
    }
  }
  const sample = concat(head).subarray(0, SNIFF_BYTES);
  const found = options.dialect && size > 0
    ? { ok: true as const, dialect: adopt(options.dialect, sample) }
    : sniffCsv(sample, whole && size <= SNIFF_BYTES);
  if (!found.ok) return found;
  const csv = new CsvReader(found.dialect, chain(head, input), options.header);
  const refusal = await csv.begin();
  return refusal ? { ok: false, refusal } : { ok: true, csv };
}

/** The dialect of part 1 for a part that may or may not repeat the byte order mark. */
function adopt(dialect: Dialect, sample: Uint8Array): Dialect {
  const [a, b, c] = sample;
  const mark = dialect.encoding === "utf-8"
    ? (a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0)
    : (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)
    ? 2
    : 0;
  return { ...dialect, bomBytes: mark };
}

async function* chain(
  head: Uint8Array[],
  rest: AsyncIterator<Uint8Array> | Iterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  while (head.length > 0) yield* portions(head.shift() as Uint8Array);
  for (;;) {
    const step = await rest.next();
    if (step.done) return;
    yield* portions(step.value);
  }
}

/** The input may be one large chunk; its records are still returned in small batches. */
function* portions(chunk: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < chunk.length; at += STEP) yield chunk.subarray(at, at + STEP);
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0] as Uint8Array;
  const out = new Uint8Array(chunks.reduce((n, chunk) => n + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

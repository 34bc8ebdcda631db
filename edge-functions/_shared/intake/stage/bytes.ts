// The content of a part: stored chunks in order, decrypted by the database, inflated here. Plain content can be read
// from any place; compressed content is inflated from its start, and what is not wanted is dropped.
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { asWriter } from "../../platform/db/client.ts";
import type { Work } from "../../jobs/job.ts";
import type { ChunkPlace, OpenPart } from "./open_part.ts";

const FIRST: ChunkPlace = { chunk: 0, before: 0 };
const AT_ONCE = 2;

export class PartContent {
  readonly #work: Work;
  readonly #part: OpenPart;
  /** Chunks read so far. */
  #places: ChunkPlace[] = [];

  constructor(work: Work, part: OpenPart) {
    this.#work = work;
    this.#part = part;
  }

  /** The bytes from `offset`; `from` is the chunk that contains it. */
  read(offset = 0, from = FIRST): AsyncIterable<Uint8Array> {
    const start = this.#part.gzip ? FIRST : { chunk: from.chunk, before: from.before };
    this.#places = [start];
    const stored = this.#stored(start);
    return dropped(this.#part.gzip ? inflated(stored) : stored, offset - start.before);
  }

  /** The chunk that contains a byte which has been read. */
  placeOf(offset: number): ChunkPlace {
    if (this.#part.gzip) return FIRST;
    const later = this.#places.findIndex(({ before }) => before > offset);
    if (later > 1) this.#places.splice(0, later - 1);
    else if (later < 0) this.#places.splice(0, this.#places.length - 1);
    return this.#places[0] as ChunkPlace;
  }

  /** A few chunks at a time; the next few load while these are being read. */
  async *#stored(start: ChunkPlace): AsyncGenerator<Uint8Array> {
    const { sql } = this.#work;
    const { partId } = this.#part;
    const load = async (from: number) => {
      const rows = await asWriter(sql, (tx) =>
        tx<{ body: Uint8Array | null }[]>`
          select private.read_part_chunk(${partId}, n) as body
          from generate_series(${from}::integer, ${from + AT_ONCE - 1}::integer) n order by n`);
      return rows.flatMap(({ body }) => body ? [body] : []);
    };
    let { chunk, before } = start;
    let next = load(chunk);
    for (;;) {
      const chunks = await next;
      const last = chunks.length < AT_ONCE;
      if (!last) {
        next = load(chunk + AT_ONCE);
        next.catch(() => {});
      }
      for (const body of chunks) {
        before += body.length;
        this.#places.push({ chunk: ++chunk, before });
        yield body;
      }
      if (last) return;
    }
  }
}

function inflated(stored: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const source = Readable.from(stored, { objectMode: false, highWaterMark: 1 });
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  gunzip.on("close", () => source.destroy());
  return source.pipe(gunzip);
}

/** Without the first `count` bytes. */
async function* dropped(
  source: AsyncIterable<Uint8Array>,
  count: number,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    if (count >= chunk.length) count -= chunk.length;
    else {
      yield count > 0 ? chunk.subarray(count) : chunk;
      count = 0;
    }
  }
}

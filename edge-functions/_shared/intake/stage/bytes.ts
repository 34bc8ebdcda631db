// The content of a part: stored chunks in order, decrypted by the database, inflated here.
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { asWriter } from "../../platform/db/client.ts";
import type { Work } from "../../jobs/job.ts";
import type { OpenPart } from "./open_part.ts";

const AT_ONCE = 2;

export function partBytes(work: Work, part: OpenPart): AsyncIterable<Uint8Array> {
  const stored = storedChunks(work, part.partId);
  if (!part.gzip) return stored;
  const source = Readable.from(stored, { objectMode: false, highWaterMark: 1 });
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  gunzip.on("close", () => source.destroy());
  return source.pipe(gunzip);
}

/** A few chunks at a time; the next few load while these are being read. */
async function* storedChunks(work: Work, partId: string): AsyncGenerator<Uint8Array> {
  const load = async (from: number) => {
    const rows = await asWriter(work.sql, (tx) =>
      tx<{ body: Uint8Array | null }[]>`
        select private.read_part_chunk(${partId}, n) as body
        from generate_series(${from}::integer, ${from + AT_ONCE - 1}::integer) n order by n`);
    return rows.flatMap(({ body }) => body ? [body] : []);
  };
  let next = load(0);
  for (let from = AT_ONCE;; from += AT_ONCE) {
    const chunks = await next;
    const last = chunks.length < AT_ONCE;
    if (!last) {
      next = load(from);
      next.catch(() => {});
    }
    yield* chunks;
    if (last) return;
  }
}

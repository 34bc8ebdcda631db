// Request bodies: read with a bound, kept as the list of their chunks, never copied together.
import { createGunzip } from "node:zlib";
import { Sha256 } from "../crypto/digest.ts";
import { malformed, Problem } from "./problem.ts";

const PIECE = 256 * 1024;
const NOTHING = new Uint8Array();

function tooLarge(limit: number, what: string): Problem {
  return new Problem(413, "too_large", `${what} is over the limit of ${limit} bytes.`);
}

/**
 * The body, at most `limit` bytes of it. Of a body that is too large, as much again is read and thrown
 * away, so that a client that only listens after sending still gets the answer.
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  if (!request.body) return chunks;
  const reader = request.body.getReader();
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.byteLength;
      if (size <= limit) chunks.push(value);
      else chunks.length = 0;
      if (size > 2 * limit) break;
    }
  } catch (error) {
    throw malformedBody(error);
  } finally {
    if (size > 2 * limit) await reader.cancel().catch(() => {});
  }
  if (size > limit) throw tooLarge(limit, "The body");
  return chunks;
}

function malformedBody(cause: unknown): Problem {
  return new Problem(400, "malformed_request", "The body broke off.", { cause });
}

/** SHA-256 and size of what a gzip body inflates to; the content is looked at and let go. */
export async function hashInflated(
  chunks: readonly Uint8Array[],
  limit: number,
): Promise<{ sha256: Uint8Array; bytes: number }> {
  const hash = new Sha256();
  const gunzip = createGunzip({ chunkSize: 64 * 1024 });
  const done = new Promise<void>((resolve, reject) => {
    gunzip.on("data", (chunk: Uint8Array) => {
      if (hash.bytes + chunk.byteLength > limit) {
        reject(tooLarge(limit, "The content of the compressed body"));
        gunzip.destroy();
      } else hash.update(chunk);
    });
    gunzip.on("end", resolve);
    gunzip.on("error", () => reject(malformed("The body is no complete gzip stream.")));
  });
  // The first failure is the one to report; a write that comes after it must not fail unheard.
  done.catch(() => {});
  for (const chunk of chunks) {
    if (gunzip.destroyed) break;
    if (!gunzip.write(chunk)) {
      await Promise.race([new Promise((drained) => gunzip.once("drain", drained)), done]);
    }
  }
  if (!gunzip.destroyed) gunzip.end();
  await done;
  return { sha256: hash.digest(), bytes: hash.bytes };
}

/**
 * The same bytes in pieces, and the chunks let go on the way. All pieces are one buffer: each is good
 * until the next is asked for.
 */
export function* takePieces(chunks: Uint8Array[]): Generator<Uint8Array> {
  const piece = new Uint8Array(PIECE);
  let at = 0;
  for (let k = 0; k < chunks.length; k++) {
    const chunk = chunks[k] as Uint8Array;
    chunks[k] = NOTHING;
    for (let from = 0; from < chunk.byteLength;) {
      const taken = chunk.subarray(from, from + PIECE - at);
      piece.set(taken, at);
      at += taken.byteLength;
      from += taken.byteLength;
      if (at === PIECE) {
        yield piece;
        at = 0;
      }
    }
  }
  if (at > 0) yield piece.subarray(0, at);
}

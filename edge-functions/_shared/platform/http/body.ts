// Request bodies: read up to a limit and kept as a list of chunks; large ones are never copied together.
import { createGunzip } from "node:zlib";
import { byteLengthOf, Sha256 } from "../crypto/digest.ts";
import { malformed, Problem } from "./problem.ts";

const PIECE = 256 * 1024;
const NOTHING = new Uint8Array();

export function tooLarge(limit: number, what = "The request body"): Problem {
  return new Problem(413, "too_large", `${what} exceeds the limit of ${limit} bytes.`);
}

/**
 * The body, up to `limit` bytes. Of a larger body, as much again is read and discarded, so that a client
 * that only reads after sending still receives the response.
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
  if (size > limit) throw tooLarge(limit);
  return chunks;
}

function malformedBody(cause: unknown): Problem {
  return new Problem(400, "malformed_request", "The request body is incomplete.", { cause });
}

/** The chunks as one piece of memory. */
export function joinChunks(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const body = new Uint8Array(byteLengthOf(chunks));
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}

/** SHA-256 and size of the content of a gzip body, which is inflated piece by piece and not kept. */
export async function hashInflated(
  chunks: readonly Uint8Array[],
  limit: number,
): Promise<{ sha256: Uint8Array; bytes: number }> {
  const hash = new Sha256();
  const gunzip = createGunzip({ chunkSize: 64 * 1024 });
  const done = new Promise<void>((resolve, reject) => {
    gunzip.on("data", (chunk: Uint8Array) => {
      if (hash.bytes + chunk.byteLength > limit) {
        reject(tooLarge(limit, "The content of the compressed request body"));
        gunzip.destroy();
      } else hash.update(chunk);
    });
    gunzip.on("end", resolve);
    gunzip.on("error", () => reject(malformed("The request body is not a complete gzip stream.")));
  });
  // The first failure is the one to report; a later write must not become an unhandled rejection.
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
 * The same bytes in pieces; the chunks are released on the way. All pieces share one buffer: each is valid
 * until the next is requested.
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

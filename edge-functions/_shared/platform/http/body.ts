// Request bodies: read up to a limit and kept as a list of chunks; large ones are never copied together.
import { createGunzip } from "node:zlib";
import { byteLengthOf, Sha256 } from "../crypto/digest.ts";
import type { Hold } from "./budget.ts";
import { malformed, overloaded, Problem } from "./problem.ts";

const PIECE = 256 * 1024;
const SMALL_PIECE = 16 * 1024;
const NOTHING: Uint8Array = new Uint8Array();

export function tooLarge(limit: number, what = "The request body"): Problem {
  return new Problem(413, "too_large", `${what} exceeds the limit of ${limit} bytes.`);
}

/** Reads a body of at most `limit` bytes, and counts it while the request lasts. */
export type BodyReader = (limit: number) => Promise<Uint8Array[]>;

/** What a request's context has for reading its body. */
export interface WithBody {
  var: { readBody: BodyReader };
}

/** Beyond the time that every body has: a large one may take longer, as long as it arrives this fast. */
const BYTES_PER_MS = 64;

/**
 * The body, up to `limit` bytes. A declared length that is too large, or does not fit into the budget now, is
 * refused before anything is read. Where a body turns out too large, or the budget is exhausted meanwhile, the
 * rest is read and discarded up to twice the limit, so that a client that only reads after sending still receives
 * the response.
 */
export async function readBody(
  request: Request,
  limit: number,
  { hold, timeoutMs }: { hold: Hold; timeoutMs: number },
): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > limit) throw tooLarge(limit);
  if (!request.body) return chunks;
  hold.assertFits(declared);
  const reader = openPieces(request.body);
  const started = performance.now();
  let size = 0;
  let refusal: Problem | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const check = () => {
      const left = timeoutMs + size / BYTES_PER_MS - (performance.now() - started);
      if (left <= 0) reject(tooSlow());
      else timer = setTimeout(check, left);
    };
    check();
  });
  const refuse = (problem: Problem) => {
    refusal ??= problem;
    chunks.length = 0;
    hold.release();
  };
  let piece = new Uint8Array(SMALL_PIECE);
  let filled = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(piece.subarray(filled)), late]);
      // The memory moves with each read, also with the last, empty one.
      if (value) piece = new Uint8Array(value.buffer);
      if (done || !value) break;
      filled = value.byteOffset + value.byteLength;
      size += value.byteLength;
      if (size > limit) refuse(tooLarge(limit));
      else if (!refusal && !hold.grow(size)) refuse(overloaded(5));
      if (size > 2 * limit) break;
      if (refusal) filled = 0;
      else if (filled === piece.byteLength) {
        chunks.push(piece);
        piece = new Uint8Array(Math.min(PIECE, size));
        filled = 0;
      }
    }
  } catch (error) {
    chunks.length = 0;
    throw error instanceof Problem ? error : malformedBody(error);
  } finally {
    clearTimeout(timer);
    // Without effect on a body that has been read to its end.
    void reader.cancel().catch(() => {});
  }
  if (refusal) throw refusal;
  if (filled > 0) chunks.push(piece.subarray(0, filled));
  return chunks;
}

interface PieceReader {
  /** Fills the view, or a part of it. Its buffer is then that of the value. */
  read(view: Uint8Array<ArrayBuffer>): Promise<{ done: boolean; value?: Uint8Array<ArrayBuffer> }>;
  cancel(): Promise<void>;
}

/**
 * Reads into memory of ours. The chunks of a plain reader are larger than what they contain, and as garbage they
 * occupy far more memory than the body before they are collected.
 */
function openPieces(body: ReadableStream<Uint8Array<ArrayBuffer>>): PieceReader {
  try {
    return body.getReader({ mode: "byob" });
  } catch {
    return copyPieces(body.getReader());
  }
}

/** For streams that only have chunks of their own, as Deno's of bodies of a few bytes. */
function copyPieces(reader: ReadableStreamDefaultReader<Uint8Array>): PieceReader {
  let rest = NOTHING;
  return {
    async read(view) {
      while (rest.byteLength === 0) {
        const { done, value } = await reader.read();
        if (done) return { done, value: view.subarray(0, 0) };
        rest = value;
      }
      const value = view.subarray(0, rest.byteLength);
      value.set(rest.subarray(0, value.byteLength));
      rest = rest.subarray(value.byteLength);
      return { done: false, value };
    },
    cancel: () => reader.cancel(),
  };
}

const tooSlow = () => new Problem(408, "too_slow", "The request body did not arrive in time.");

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

// SHA-256 and HMAC-SHA256 over chunks. node:crypto streams, so a body that arrived as chunks is
// never copied together; Web Crypto needs one buffer and uses about three times the CPU for it.
import { createHash, createHmac } from "node:crypto";
import { toHex, utf8 } from "./bytes.ts";

/** A body as it arrived: whole, or as the list of its chunks. */
export type Bytes = Uint8Array | readonly Uint8Array[];

export function chunksOf(body: Bytes): readonly Uint8Array[] {
  return body instanceof Uint8Array ? [body] : body;
}

export function byteLengthOf(body: Bytes): number {
  let total = 0;
  for (const chunk of chunksOf(body)) total += chunk.byteLength;
  return total;
}

export function sha256(body: Bytes | string): Uint8Array {
  const hash = createHash("sha256");
  for (const chunk of chunksOf(typeof body === "string" ? utf8(body) : body)) hash.update(chunk);
  return new Uint8Array(hash.digest());
}

export function sha256Hex(body: Bytes | string): string {
  return toHex(sha256(body));
}

export function hmacSha256(key: Uint8Array, ...parts: (Bytes | string)[]): Uint8Array {
  const hmac = createHmac("sha256", key);
  for (const part of parts) {
    for (const chunk of chunksOf(typeof part === "string" ? utf8(part) : part)) hmac.update(chunk);
  }
  return new Uint8Array(hmac.digest());
}

/** Incremental SHA-256, for content that is hashed while it is streamed. */
export class Sha256 {
  readonly #hash = createHash("sha256");
  #bytes = 0;

  update(chunk: Uint8Array): this {
    this.#hash.update(chunk);
    this.#bytes += chunk.byteLength;
    return this;
  }

  /** Bytes hashed so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Ends the hash; it cannot be updated any more. */
  digest(): Uint8Array {
    return new Uint8Array(this.#hash.digest());
  }
}

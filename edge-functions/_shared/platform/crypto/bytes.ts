// Bytes to text and back, and comparison in constant time. Runs in Deno and Node.
import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";

const utf8Encoder = new TextEncoder();

export function utf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

export function toHex(bytes: Uint8Array): string {
  return view(bytes).toString("hex");
}

/** Throws on anything but pairs of hex digits (Buffer would silently stop at the first invalid one). */
export function fromHex(text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) throw new TypeError("not a hex string");
  return new Uint8Array(Buffer.from(text, "hex"));
}

export function toBase64(bytes: Uint8Array): string {
  return view(bytes).toString("base64");
}

export function toBase64Url(bytes: Uint8Array): string {
  return view(bytes).toString("base64url");
}

/**
 * Standard alphabet with padding only. A text that does not encode back to itself (spare bits set,
 * whitespace, missing padding) throws: one value has one spelling.
 */
export function fromBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) throw new TypeError("not a base64 string");
  return new Uint8Array(bytes);
}

/** Without padding; throws on any other spelling, like fromBase64. */
export function fromBase64Url(text: string): Uint8Array {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.toString("base64url") !== text) throw new TypeError("not a base64url string");
  return new Uint8Array(bytes);
}

/**
 * Equal or not, in a time that depends on the lengths only. Lengths are public wherever this is
 * used (digests, tokens of fixed size), so a different length returns at once.
 */
export function constantTimeEqual(a: Uint8Array | string, b: Uint8Array | string): boolean {
  const left = typeof a === "string" ? utf8(a) : a;
  const right = typeof b === "string" ? utf8(b) : b;
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

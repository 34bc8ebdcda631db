// Standard Webhooks signatures (https://www.standardwebhooks.com): HMAC-SHA256, keyed with a
// `whsec_…` secret, over `id.timestamp.body`, where body is the raw bytes as they were sent.
import { constantTimeEqual, fromBase64, toBase64 } from "./bytes.ts";
import { type Bytes, hmacSha256 } from "./digest.ts";

export const ID_HEADER = "webhook-id";
export const TIMESTAMP_HEADER = "webhook-timestamp";
export const SIGNATURE_HEADER = "webhook-signature";

/** How far the sender's clock may be off, either way, inclusive. */
export const TOLERANCE_SECONDS = 300;

const SECRET_PREFIX = "whsec_";
const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;
const MAX_ID_LENGTH = 255;
// A sender lists one signature for each secret while it rotates; a longer list is not plausible.
const MAX_SIGNATURES = 16;
const MAX_SIGNATURE_HEADER_LENGTH = 4096;

// Visible ASCII without "." and ",". A dot would let the border between id, timestamp and body be
// moved without changing what is signed; a comma separates the values of a repeated header.
const ID_PATTERN = /^[\x21-\x2b\x2d\x2f-\x7e]+$/;
// Canonical, so that the text in the header is the text that is signed.
const TIMESTAMP_PATTERN = /^[1-9][0-9]{0,11}$/;
const SIGNATURE_PATTERN = /^[A-Za-z0-9_]+,[A-Za-z0-9+/=_-]+$/;

export interface SignatureHeaders {
  id: string;
  /** Unix seconds. */
  timestamp: number;
  /** The `v1` signatures, base64, without their version. */
  signatures: string[];
}

export type ParsedSignatureHeaders =
  | ({ ok: true } & SignatureHeaders)
  | { ok: false; malformed: string };

export type Verdict = "ok" | "outside_window" | "bad_signature";

/** A secret as `whsec_<base64>` (the prefix may be missing), or its bytes. */
export type Secret = string | Uint8Array;

export const isWebhookId = (id: string): boolean =>
  id.length > 0 && id.length <= MAX_ID_LENGTH && ID_PATTERN.test(id);

/** Reads the three headers. Reports only errors in their form; verification is separate. */
export function parseSignatureHeaders(headers: Headers): ParsedSignatureHeaders {
  const id = headers.get(ID_HEADER);
  const timestamp = headers.get(TIMESTAMP_HEADER);
  const signature = headers.get(SIGNATURE_HEADER);
  const missing = [
    [ID_HEADER, id],
    [TIMESTAMP_HEADER, timestamp],
    [SIGNATURE_HEADER, signature],
  ].filter(([, value]) => !value).map(([name]) => name);
  if (!id || !timestamp || !signature) {
    return malformed(`missing header: ${missing.join(", ")}`);
  }
  if (!isWebhookId(id)) {
    return malformed(
      `${ID_HEADER} must be 1 to ${MAX_ID_LENGTH} visible ASCII characters without "." and ","`,
    );
  }
  if (!TIMESTAMP_PATTERN.test(timestamp)) {
    return malformed(`${TIMESTAMP_HEADER} must be Unix seconds, digits only`);
  }
  if (signature.length > MAX_SIGNATURE_HEADER_LENGTH) {
    return malformed(
      `${SIGNATURE_HEADER} is longer than ${MAX_SIGNATURE_HEADER_LENGTH} characters`,
    );
  }
  const entries = signature.split(" ").filter((entry) => entry !== "");
  if (entries.length > MAX_SIGNATURES) {
    return malformed(`${SIGNATURE_HEADER} lists more than ${MAX_SIGNATURES} signatures`);
  }
  if (!entries.every((entry) => SIGNATURE_PATTERN.test(entry))) {
    return malformed(`${SIGNATURE_HEADER} must be a space-separated list of "v1,<base64>"`);
  }
  // Other versions (v1a is asymmetric) may be listed, too, and are ignored.
  const signatures = entries.filter((entry) => entry.startsWith("v1,")).map((entry) =>
    entry.slice(3)
  );
  if (signatures.length === 0) return malformed(`${SIGNATURE_HEADER} lists no v1 signature`);
  return { ok: true, id, timestamp: Number(timestamp), signatures };
}

/** Whether the timestamp (Unix seconds) is within the tolerance. Known before a body is read. */
export function isInTime(timestamp: number, now: Date): boolean {
  // Written so that NaN fails: no comparison with NaN is true.
  return Math.abs(Math.floor(now.getTime() / 1000) - timestamp) <= TOLERANCE_SECONDS;
}

/**
 * Verifies the raw bytes against every secret (the current one and, while rotating, the previous
 * one). All secrets and all signatures are always tried, so the time reveals neither which one
 * matched nor how far; without any secret (unknown source) the same work is done, and the request refused.
 * The cost is one HMAC pass over the body for each secret.
 */
export function verifySignature(input: {
  secrets: readonly Secret[];
  id: string;
  timestamp: number;
  body: Bytes;
  signatures: readonly string[];
  now: Date;
}): Verdict {
  if (!isInTime(input.timestamp, input.now)) return "outside_window";
  const known = input.secrets.length > 0;
  const keys = known ? input.secrets.map(decodeSecret) : [new Uint8Array(MIN_SECRET_BYTES)];
  let matches = 0;
  for (const key of keys) {
    const expected = signatureOf(key, input.id, input.timestamp, input.body);
    for (const candidate of input.signatures) {
      matches |= Number(constantTimeEqual(candidate, expected));
    }
  }
  return known && matches === 1 ? "ok" : "bad_signature";
}

/** The three headers for a request. `timestamp` is Unix seconds; several secrets while rotating. */
export function signRequest(input: {
  secrets: readonly Secret[];
  id: string;
  timestamp: number;
  body: Bytes;
}): Record<string, string> {
  if (!ID_PATTERN.test(input.id) || input.id.length > MAX_ID_LENGTH) {
    throw new TypeError(`not a usable ${ID_HEADER}`);
  }
  if (!TIMESTAMP_PATTERN.test(String(input.timestamp))) {
    throw new TypeError("timestamp must be whole Unix seconds");
  }
  if (input.secrets.length === 0) throw new TypeError("no secret to sign with");
  return {
    [ID_HEADER]: input.id,
    [TIMESTAMP_HEADER]: String(input.timestamp),
    [SIGNATURE_HEADER]: input.secrets
      .map((secret) =>
        "v1," + signatureOf(decodeSecret(secret), input.id, input.timestamp, input.body)
      ).join(" "),
  };
}

/** The key bytes of a `whsec_…` secret. The message of the error never shows the secret. */
export function decodeSecret(secret: Secret): Uint8Array {
  const bytes = typeof secret === "string" ? base64Secret(secret) : secret;
  if (bytes.byteLength < MIN_SECRET_BYTES || bytes.byteLength > MAX_SECRET_BYTES) {
    throw new TypeError(
      `a signing secret has ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes, this one ${bytes.byteLength}`,
    );
  }
  return bytes;
}

/**
 * A secret for one purpose, so that a signature made with it is valid for nothing else. It does not reveal the secret
 * that it is derived from. `private.derive_secret` computes the same.
 */
export function deriveSecret(secret: Secret, purpose: string): string {
  return SECRET_PREFIX + toBase64(hmacSha256(decodeSecret(secret), purpose));
}

/** A new signing secret of 32 random bytes. */
export function generateSecret(): string {
  return SECRET_PREFIX + toBase64(crypto.getRandomValues(new Uint8Array(32)));
}

function base64Secret(secret: string): Uint8Array {
  const text = secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret;
  try {
    return fromBase64(text);
  } catch {
    throw new TypeError(`a signing secret is ${SECRET_PREFIX} followed by base64`);
  }
}

function signatureOf(key: Uint8Array, id: string, timestamp: number, body: Bytes): string {
  return toBase64(hmacSha256(key, `${id}.${timestamp}.`, body));
}

function malformed(reason: string): ParsedSignatureHeaders {
  return { ok: false, malformed: reason };
}

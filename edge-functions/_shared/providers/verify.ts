// Signatures of the providers, each over the bytes as they came and compared in constant time.
import { Buffer } from "node:buffer";
import { createHmac, createPublicKey, type KeyObject, verify as verifyBytes } from "node:crypto";
// The helper alone: the whole package takes a second to load and is not needed to check a signature.
import twilioWebhooks from "twilio/lib/webhooks/webhooks.js";
import { constantTimeEqual, fromBase64, fromHex } from "../platform/crypto/bytes.ts";
import { hmacSha256, sha256, sha256Hex } from "../platform/crypto/digest.ts";
import type { Verified } from "./events.ts";

const SENDGRID_SIGNATURE = "x-twilio-email-event-webhook-signature";
const SENDGRID_TIMESTAMP = "x-twilio-email-event-webhook-timestamp";

/**
 * SendGrid tries for a day (events) or three (mail), and nothing promises a new timestamp for each
 * attempt. A delivery counts once by its content, so an old one does no harm and a lost one does.
 */
export const SENDGRID_EVENTS_WINDOW_SECONDS = 25 * 3600;
export const SENDGRID_INBOUND_WINDOW_SECONDS = 73 * 3600;
const EARLY_SECONDS = 300;

const publicKeys = new Map<string, KeyObject>();

function publicKey(base64: string): KeyObject {
  const known = publicKeys.get(base64);
  if (known) return known;
  const der = base64.replace(/-----[A-Z ]+-----|\s/g, "");
  const key = createPublicKey({ key: Buffer.from(fromBase64(der)), format: "der", type: "spki" });
  if (key.asymmetricKeyType !== "ec") throw new TypeError("not an ECDSA key");
  publicKeys.set(base64, key);
  return key;
}

/**
 * ECDSA P-256 over timestamp and exact bytes. Not @sendgrid/eventwebhook: it decodes the body as text
 * (bytes that are no UTF-8 all become the same character), takes base64 with rubbish in it, and needs
 * some milliseconds of big-number arithmetic where the platform's own takes a fraction of one.
 */
export function verifySendgrid(input: {
  publicKey: string;
  headers: Headers;
  body: Uint8Array;
  now: Date;
  windowSeconds: number;
}): Verified {
  const signature = input.headers.get(SENDGRID_SIGNATURE);
  const timestamp = input.headers.get(SENDGRID_TIMESTAMP);
  if (!signature || !timestamp) return "missing_signature";
  if (!/^[1-9][0-9]{0,11}$/.test(timestamp)) return "bad_signature";
  let der: Uint8Array;
  try {
    der = fromBase64(signature);
  } catch {
    return "bad_signature";
  }
  const signed = Buffer.concat([Buffer.from(timestamp), input.body]);
  const key = publicKey(input.publicKey);
  if (!verifyBytes("sha256", signed, { key, dsaEncoding: "der" }, der)) return "bad_signature";
  const age = input.now.getTime() / 1000 - Number(timestamp);
  return age <= input.windowSeconds && age >= -EARLY_SECONDS ? "ok" : "outside_window";
}

/** A shared secret, in the path or as the password of basic auth. Compared by hash: lengths differ. */
export function verifySecret(secret: string, given: string | null): Verified {
  if (given === null) return "missing_signature";
  return constantTimeEqual(sha256(given), sha256(secret)) ? "ok" : "bad_signature";
}

export function basicPassword(headers: Headers): string | null {
  const found = /^Basic\s+([A-Za-z0-9+/]+=*)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (!found) return null;
  const text = Buffer.from(found, "base64").toString("utf8");
  return text.includes(":") ? text.slice(text.indexOf(":") + 1) : null;
}

/**
 * X-Twilio-Signature, for the URLs under which the world may have called us (a proxy stands before
 * us). A body that is no form is signed through its hash in the URL, which is held against the bytes.
 */
export function verifyTwilio(input: {
  authToken: string;
  headers: Headers;
  urls: readonly string[];
  body: Uint8Array;
  form: URLSearchParams | null;
}): Verified {
  const signature = input.headers.get("x-twilio-signature");
  if (!signature) return "missing_signature";
  const bodyHash = input.urls[0] ? new URL(input.urls[0]).searchParams.get("bodySHA256") : null;
  if (!input.form && !bodyHash) return "bad_signature";
  const params: Record<string, string | string[]> = {};
  if (input.form && !bodyHash) {
    for (const name of new Set(input.form.keys())) {
      const values = input.form.getAll(name);
      params[name] = values.length === 1 ? values[0]! : values;
    }
  }
  const hashed = !bodyHash || constantTimeEqual(bodyHash.toLowerCase(), sha256Hex(input.body));
  // The first one that holds will do: which of our addresses was called is no secret.
  const matches = input.urls.some((url) =>
    twilioWebhooks.validateRequest(input.authToken, signature, url, params)
  );
  return matches && hashed ? "ok" : "bad_signature";
}

const WINDOW_SECONDS = 300;

/**
 * Vapi proves itself by the plain secret (x-vapi-secret, or a bearer token), or by an HMAC-SHA256 of
 * the body, with its timestamp before it where the credential is set so.
 */
export function verifyVapi(input: {
  secret: string;
  headers: Headers;
  body: Uint8Array;
  now: Date;
}): Verified {
  const { headers } = input;
  const signature = headers.get("x-vapi-signature") ?? headers.get("x-signature");
  if (signature) {
    const timestamp = headers.get("x-vapi-timestamp") ?? headers.get("x-timestamp");
    const expected = timestamp === null
      ? hmacSha256(Buffer.from(input.secret), input.body)
      : hmacSha256(Buffer.from(input.secret), `${timestamp}.`, input.body);
    if (!equalsMac(signature.replace(/^sha256=/, ""), expected)) return "bad_signature";
    if (timestamp === null) return "ok";
    const at = /^[0-9]{10,13}$/.test(timestamp)
      ? Number(timestamp) / (timestamp.length > 11 ? 1000 : 1)
      : NaN;
    return Math.abs(input.now.getTime() / 1000 - at) <= WINDOW_SECONDS ? "ok" : "outside_window";
  }
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? null;
  return verifySecret(input.secret, headers.get("x-vapi-secret") ?? bearer);
}

/** X-Cal-Signature-256: hex HMAC-SHA256 of the body. */
export function verifyCalcom(input: {
  secret: string;
  headers: Headers;
  body: Uint8Array;
}): Verified {
  const signature = input.headers.get("x-cal-signature-256");
  if (!signature) return "missing_signature";
  const expected = createHmac("sha256", input.secret).update(input.body).digest();
  return equalsMac(signature, expected, "hex") ? "ok" : "bad_signature";
}

/** Stripe's own helper; the SDK is loaded by the first delivery. */
export async function verifyStripe(input: {
  secret: string;
  headers: Headers;
  body: Uint8Array;
  now: Date;
}): Promise<Verified> {
  const signature = input.headers.get("stripe-signature");
  if (!signature) return "missing_signature";
  const { default: Stripe } = await import("stripe");
  try {
    await Stripe.webhooks.constructEventAsync(
      Buffer.from(input.body),
      signature,
      input.secret,
      WINDOW_SECONDS,
      Stripe.createSubtleCryptoProvider(),
      input.now.getTime(),
    );
    return "ok";
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) {
      return /timestamp/i.test(error.message) ? "outside_window" : "bad_signature";
    }
    // Signed, but no JSON: whoever reads the body says so.
    if (error instanceof SyntaxError) return "ok";
    throw error;
  }
}

/** A MAC in hex or in base64, one spelling each. */
function equalsMac(given: string, expected: Uint8Array, only?: "hex"): boolean {
  try {
    const bytes = /^[0-9a-f]{64}$/.test(given)
      ? fromHex(given)
      : only
      ? new Uint8Array()
      : fromBase64(given);
    return constantTimeEqual(bytes, expected);
  } catch {
    return false;
  }
}

// SendGrid's signatures: ECDSA over timestamp and body, or a secret in the URL of inbound mail.
import { Buffer } from "node:buffer";
import { createPublicKey, type KeyObject, verify as verifyBytes } from "node:crypto";
import { fromBase64 } from "../../platform/crypto/bytes.ts";
import type { Verified } from "../events.ts";
import type { Variables } from "../../platform/settings.ts";
import type { Verifier } from "../types.ts";
import { basicPassword, requireSecret, verifySecret } from "../verification.ts";
import { readWebhookSettings } from "./settings.ts";

const SIGNATURE = "x-twilio-email-event-webhook-signature";
const TIMESTAMP = "x-twilio-email-event-webhook-timestamp";

/**
 * SendGrid retries for a day (events) or three days (mail), and does not promise a new timestamp for each
 * attempt. A delivery counts once by its content, so an old one is harmless and a lost one is not.
 */
const EVENTS_WINDOW_SECONDS = 25 * 3600;
const INBOUND_WINDOW_SECONDS = 73 * 3600;
const EARLY_SECONDS = 300;

export function sendgridVerifiers(given?: Variables): Record<string, Verifier> {
  const settings = readWebhookSettings(given);
  return {
    events: ({ request: { headers }, now }) => {
      const publicKey = requireSecret(settings.SENDGRID_WEBHOOK_PUBLIC_KEY);
      const windowSeconds = EVENTS_WINDOW_SECONDS;
      if (!isSigned(headers)) return "missing_signature";
      return (body) => verifySendgrid({ publicKey, headers, body, now, windowSeconds });
    },
    // SendGrid signs mail only where a security policy asks for it. Then both signature and secret must match.
    inbound: ({ request: { headers }, pathSecret, now }) => {
      const { SENDGRID_INBOUND_SECRET: secret, SENDGRID_INBOUND_PUBLIC_KEY: publicKey } = settings;
      if (!publicKey) requireSecret(secret);
      const known = secret ? verifySecret(secret, pathSecret ?? basicPassword(headers)) : "ok";
      if (known !== "ok") return known;
      if (publicKey && !isSigned(headers)) return "missing_signature";
      return (body) => {
        if (!publicKey) return "ok";
        const windowSeconds = INBOUND_WINDOW_SECONDS;
        return verifySendgrid({ publicKey, headers, body, now, windowSeconds });
      };
    },
  };
}

const isSigned = (headers: Headers) => headers.has(SIGNATURE) && headers.has(TIMESTAMP);

const publicKeys = new Map<string, KeyObject>();

function publicKeyOf(base64: string): KeyObject {
  const known = publicKeys.get(base64);
  if (known) return known;
  const der = base64.replace(/-----[A-Z ]+-----|\s/g, "");
  const key = createPublicKey({ key: Buffer.from(fromBase64(der)), format: "der", type: "spki" });
  if (key.asymmetricKeyType !== "ec") throw new TypeError("not an ECDSA key");
  publicKeys.set(base64, key);
  return key;
}

/**
 * ECDSA P-256 over timestamp and exact bytes. Not @sendgrid/eventwebhook: it decodes the body as text (all
 * invalid UTF-8 becomes the same character), accepts malformed base64, and needs several milliseconds of
 * big-number arithmetic where the platform's own implementation needs a fraction of one.
 */
export function verifySendgrid(input: {
  publicKey: string;
  headers: Headers;
  body: Uint8Array;
  now: Date;
  windowSeconds: number;
}): Verified {
  const signature = input.headers.get(SIGNATURE);
  const timestamp = input.headers.get(TIMESTAMP);
  if (!signature || !timestamp) return "missing_signature";
  if (!/^[1-9][0-9]{0,11}$/.test(timestamp)) return "bad_signature";
  let der: Uint8Array;
  try {
    der = fromBase64(signature);
  } catch {
    return "bad_signature";
  }
  const signed = Buffer.concat([Buffer.from(timestamp), input.body]);
  const key = publicKeyOf(input.publicKey);
  if (!verifyBytes("sha256", signed, { key, dsaEncoding: "der" }, der)) return "bad_signature";
  const age = input.now.getTime() / 1000 - Number(timestamp);
  return age <= input.windowSeconds && age >= -EARLY_SECONDS ? "ok" : "outside_window";
}

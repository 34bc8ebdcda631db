// Vapi's webhook: a plain secret, or a signature of the body.
import { Buffer } from "node:buffer";
import { hmacSha256 } from "../../platform/crypto/digest.ts";
import type { Verified } from "../events.ts";
import type { Variables } from "../../platform/settings.ts";
import type { Verifier } from "../types.ts";
import { equalsMac, requireSecret, verifySecret, WINDOW_SECONDS } from "../verification.ts";
import { readWebhookSettings } from "./settings.ts";

export function vapiVerifiers(given?: Variables): Record<string, Verifier> {
  const settings = readWebhookSettings(given);
  return {
    vapi: ({ request: { headers }, now }) => {
      const secret = requireSecret(settings.VAPI_WEBHOOK_SECRET);
      if (isSigned(headers)) return (body) => verifyVapi({ secret, headers, body, now });
      const verified = verifyVapi({ secret, headers, body: new Uint8Array(), now });
      return verified === "ok" ? () => "ok" : verified;
    },
  };
}

const isSigned = (headers: Headers) =>
  headers.has("x-vapi-signature") || headers.has("x-signature");

/**
 * The plain secret (x-vapi-secret, or a bearer token), or an HMAC-SHA256 of the body, preceded by its
 * timestamp where the credential is configured so.
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

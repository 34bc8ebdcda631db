// X-Cal-Signature-256: hex HMAC-SHA256 of the body.
import { createHmac } from "node:crypto";
import type { Verified } from "../events.ts";
import type { Variables } from "../../platform/settings.ts";
import type { Verifier } from "../types.ts";
import { equalsMac, requireSecret } from "../verification.ts";
import { readWebhookSettings } from "./settings.ts";

export function calcomVerifiers(given?: Variables): Record<string, Verifier> {
  const settings = readWebhookSettings(given);
  return {
    calcom: ({ request: { headers } }) => {
      const secret = requireSecret(settings.CALCOM_WEBHOOK_SECRET);
      if (!headers.has("x-cal-signature-256")) return "missing_signature";
      return (body) => verifyCalcom({ secret, headers, body });
    },
  };
}

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

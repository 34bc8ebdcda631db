// Standard Webhooks, with secrets derived from those of a source of the org: they open nothing but this endpoint.
import {
  deriveSecret,
  isInTime,
  parseSignatureHeaders,
  verifySignature,
} from "../../platform/crypto/signature.ts";
import { malformed } from "../../platform/http/problem.ts";
import type { Verifier } from "../types.ts";

/** As in `public.source_webhook_secret`. */
export const GENERIC_PURPOSE = "sluice webhooks/generic";

export function genericVerifiers(): Record<string, Verifier> {
  return {
    generic: async ({ request, url, now, sourceSecrets }) => {
      const headers = parseSignatureHeaders(request.headers);
      if (!headers.ok) throw malformed(headers.malformed);
      if (!isInTime(headers.timestamp, now)) return "outside_window";
      const secrets = await sourceSecrets(url.searchParams.get("source") ?? "");
      if (secrets.length === 0) return "bad_signature";
      const derived = secrets.map((secret) => deriveSecret(secret, GENERIC_PURPOSE));
      return (body) => verifySignature({ ...headers, secrets: derived, body, now });
    },
  };
}

// Standard Webhooks, with the signing secrets of a source of the org.
import {
  isInTime,
  parseSignatureHeaders,
  verifySignature,
} from "../../platform/crypto/signature.ts";
import { malformed } from "../../platform/http/problem.ts";
import type { Verifier } from "../types.ts";

export function genericVerifiers(): Record<string, Verifier> {
  return {
    generic: async ({ request, url, now, sourceSecrets }) => {
      const headers = parseSignatureHeaders(request.headers);
      if (!headers.ok) throw malformed(headers.malformed);
      if (!isInTime(headers.timestamp, now)) return "outside_window";
      const secrets = await sourceSecrets(url.searchParams.get("source") ?? "");
      if (secrets.length === 0) return "bad_signature";
      return (body) => verifySignature({ ...headers, secrets, body, now });
    },
  };
}

// Standard Webhooks, with the signing secrets of a source of the org.
import { parseSignatureHeaders, verifySignature } from "../../platform/crypto/signature.ts";
import { malformed } from "../../platform/http/problem.ts";
import type { Verifier } from "../types.ts";

export function genericVerifiers(): Record<string, Verifier> {
  return {
    generic: async ({ request, url, now, sourceSecrets }) => {
      const headers = parseSignatureHeaders(request.headers);
      if (!headers.ok) throw malformed(headers.malformed);
      const secrets = await sourceSecrets(url.searchParams.get("source") ?? "");
      return (body) => verifySignature({ ...headers, secrets, body, now });
    },
  };
}

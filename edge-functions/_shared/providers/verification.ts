// Shared by the signature checks of several providers. Everything is compared in constant time.
import { Buffer } from "node:buffer";
import { constantTimeEqual, fromBase64, fromHex } from "../platform/crypto/bytes.ts";
import { sha256 } from "../platform/crypto/digest.ts";
import { Problem } from "../platform/http/problem.ts";
import type { Verified } from "./events.ts";

/** How far a signed timestamp may be off, either way. */
export const WINDOW_SECONDS = 300;

/** Fails closed with 503, so that the provider retries once the secret is configured. */
export function requireSecret(secret: string | undefined): string {
  if (secret) return secret;
  throw new Problem(
    503,
    "not_configured",
    "This endpoint has no secret configured; nothing was stored.",
    { headers: { "retry-after": "300" } },
  );
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

/** A MAC in hex or, unless only hex is allowed, in base64; one spelling each. */
export function equalsMac(given: string, expected: Uint8Array, only?: "hex"): boolean {
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

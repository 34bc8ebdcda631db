// X-Twilio-Signature, over the URL that Twilio requested and the fields of the form.
// The helper alone: loading the whole package takes a second and is not needed to check a signature.
import twilioWebhooks from "twilio/lib/webhooks/webhooks.js";
import { constantTimeEqual } from "../../platform/crypto/bytes.ts";
import { sha256Hex } from "../../platform/crypto/digest.ts";
import { textOf } from "../content.ts";
import type { Verified } from "../events.ts";
import type { Variables } from "../../platform/settings.ts";
import type { VerificationInput, Verifier } from "../types.ts";
import { requireSecret } from "../verification.ts";
import { readWebhookSettings } from "./settings.ts";

export function twilioVerifiers(given?: Variables): Record<string, Verifier> {
  const settings = readWebhookSettings(given);
  const verifier: Verifier = (input) => {
    const { headers } = input.request;
    const authToken = requireSecret(settings.TWILIO_AUTH_TOKEN);
    const urls = publicUrls(input);
    const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers.get("content-type") ?? "");
    if (!headers.has("x-twilio-signature")) return "missing_signature";
    if (!isForm && !input.url.searchParams.has("bodySHA256")) return "bad_signature";
    return (body) => {
      const form = isForm ? new URLSearchParams(textOf(body)) : null;
      const verified = verifyTwilio({ authToken, headers, urls, body, form });
      // Twilio joins names and values without a separator. Another account's id reveals a text that was cut
      // at other places and has the same signature.
      const account = form?.get("AccountSid");
      const foreign = settings.TWILIO_ACCOUNT_SID && account !== undefined &&
        account !== settings.TWILIO_ACCOUNT_SID;
      return verified === "ok" && foreign ? "bad_signature" : verified;
    };
  };
  return { sms: verifier, status: verifier, voice: verifier };
}

/**
 * Checks the signature for the URLs that Twilio may have requested, since a proxy may have rewritten ours.
 * A body other than a form is signed through its hash in the URL, which is compared with the bytes.
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
  // The first match is enough: which of our URLs was requested is not a secret.
  const matches = input.urls.some((url) =>
    twilioWebhooks.validateRequest(input.authToken, signature, url, params)
  );
  return matches && hashed ? "ok" : "bad_signature";
}

/** The URLs that Twilio may have requested: as configured, and as the proxy in front reports them. */
function publicUrls({ request, url, publicUrl }: VerificationInput): string[] {
  const path = url.pathname + url.search;
  const bases: string[] = [];
  const add = (base: string) => {
    bases.push(/\/functions\/v1$/.test(base) ? base : `${base}/functions/v1`);
  };
  if (publicUrl) add(publicUrl);
  const first = (name: string) => request.headers.get(name)?.split(",")[0]?.trim() || null;
  const proto = first("x-forwarded-proto") ?? url.protocol.replace(":", "");
  const host = first("x-forwarded-host") ?? request.headers.get("host") ?? url.host;
  const hosts = /^[a-z0-9.:[\]-]+$/i.test(host) && /^https?$/.test(proto)
    ? [`${proto}://${host}`, `https://${host}`]
    : [];
  hosts.forEach(add);
  return [...new Set([...bases.map((base) => base + path), ...hosts.map((base) => base + path)])]
    .filter((candidate) => URL.canParse(candidate));
}

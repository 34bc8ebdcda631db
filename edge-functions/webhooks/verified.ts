// Who has sent it, by the provider's own way of proving that. Anything that is not proven ends here.
import { parseSignatureHeaders, verifySignature } from "../_shared/platform/crypto/signature.ts";
import { asWriter } from "../_shared/platform/db/client.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import { malformed, Problem } from "../_shared/platform/http/problem.ts";
import { textOf } from "../_shared/providers/content.ts";
import type { WebhookSettings } from "../_shared/providers/webhook_settings.ts";
import type { Verified } from "../_shared/providers/events.ts";
import {
  basicPassword,
  SENDGRID_EVENTS_WINDOW_SECONDS,
  SENDGRID_INBOUND_WINDOW_SECONDS,
  verifyCalcom,
  verifySecret,
  verifySendgrid,
  verifyStripe,
  verifyTwilio,
  verifyVapi,
} from "../_shared/providers/verify.ts";

export interface VerificationInput {
  orgId: string;
  request: Request;
  url: URL;
  /** What stands in the path after the kind. */
  pathSecret: string | null;
  now: Date;
}

export type Check = (body: Uint8Array) => Promise<Verified> | Verified;

/** Made before the body is read: what is not configured, or not signed at all, costs nothing. */
export async function checkOf(
  door: string,
  knock: VerificationInput,
  deps: Deps,
  settings: WebhookSettings,
): Promise<Check> {
  const { headers } = knock.request;
  const { now } = knock;
  switch (door) {
    case "sendgrid/events": {
      const publicKey = configured(settings.SENDGRID_WEBHOOK_PUBLIC_KEY);
      const windowSeconds = SENDGRID_EVENTS_WINDOW_SECONDS;
      return (body) => verifySendgrid({ publicKey, headers, body, now, windowSeconds });
    }
    case "sendgrid/inbound":
      return inboundCheck(knock, settings);
    case "twilio/sms":
    case "twilio/status":
    case "twilio/voice": {
      const authToken = configured(settings.TWILIO_AUTH_TOKEN);
      const urls = publicUrls(knock, deps.env.publicUrl);
      const isForm = /^application\/x-www-form-urlencoded\b/i
        .test(headers.get("content-type") ?? "");
      return (body) => {
        const form = isForm ? new URLSearchParams(textOf(body)) : null;
        const verdict = verifyTwilio({ authToken, headers, urls, body, form });
        // Twilio joins names and values without a border; a foreign account shows a text cut elsewhere.
        const account = form?.get("AccountSid");
        const foreign = settings.TWILIO_ACCOUNT_SID && account !== undefined &&
          account !== settings.TWILIO_ACCOUNT_SID;
        return verdict === "ok" && foreign ? "bad_signature" : verdict;
      };
    }
    case "vapi": {
      const secret = configured(settings.VAPI_WEBHOOK_SECRET);
      return (body) => verifyVapi({ secret, headers, body, now });
    }
    case "calcom": {
      const secret = configured(settings.CALCOM_WEBHOOK_SECRET);
      return (body) => verifyCalcom({ secret, headers, body });
    }
    case "stripe": {
      const secret = configured(settings.STRIPE_WEBHOOK_SECRET);
      return (body) => verifyStripe({ secret, headers, body, now });
    }
    default:
      return await sourceCheck(knock, deps);
  }
}

/** Fails closed, and says that it is our fault: the provider comes again when it is mended. */
function configured(secret: string | undefined): string {
  if (secret) return secret;
  throw new Problem(503, "not_configured", "This door has no secret yet; nothing was stored.", {
    headers: { "retry-after": "300" },
  });
}

/** SendGrid signs mail only where a security policy says so: then it must be right, and the secret too. */
function inboundCheck(
  { request, pathSecret, now }: VerificationInput,
  settings: WebhookSettings,
): Check {
  const { SENDGRID_INBOUND_SECRET: secret, SENDGRID_INBOUND_PUBLIC_KEY: publicKey } = settings;
  if (!publicKey) configured(secret);
  const { headers } = request;
  return (body) => {
    const known = secret ? verifySecret(secret, pathSecret ?? basicPassword(headers)) : "ok";
    if (known !== "ok" || !publicKey) return known;
    const windowSeconds = SENDGRID_INBOUND_WINDOW_SECONDS;
    return verifySendgrid({ publicKey, headers, body, now, windowSeconds });
  };
}

/** Standard Webhooks, with the secrets of a source of this org. */
async function sourceCheck(
  { orgId, request, url, now }: VerificationInput,
  { sql }: Deps,
): Promise<Check> {
  const headers = parseSignatureHeaders(request.headers);
  if (!headers.ok) throw malformed(headers.malformed);
  const key = url.searchParams.get("source") ?? "";
  const [source] = await asWriter(sql, (tx) =>
    tx<{ org_id: string; secrets: string[] }[]>`
      select s.org_id, s.secrets from private.source_for_key(${key}, ${now}) s`);
  // A source of another org takes the same way as an unknown one.
  const secrets = source?.org_id === orgId ? source.secrets : [];
  return (body) => verifySignature({ ...headers, secrets, body, now });
}

/** The URLs under which the world may have called: as configured, and as the proxy before us says. */
export function publicUrls(
  { request, url }: VerificationInput,
  publicUrl: string | null,
): string[] {
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

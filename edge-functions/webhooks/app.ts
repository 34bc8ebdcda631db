// POST /webhooks/ORG_ID/PROVIDER[/KIND]: verified as bytes, then looked at, then stored, then answered.
import { Hono } from "hono";
import { toHex } from "../_shared/platform/crypto/bytes.ts";
import { sha256 } from "../_shared/platform/crypto/digest.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import { readBody } from "../_shared/platform/http/body.ts";
import { type OpenHandler, openRoute } from "../_shared/platform/http/public.ts";
import { malformed, notFound, Problem } from "../_shared/platform/http/problem.ts";
import { uuidOrNull } from "../_shared/providers/content.ts";
import { ENDPOINTS } from "../_shared/providers/registry.ts";
import { mailFieldsOf } from "../_shared/providers/sendgrid/inbound_mail.ts";
import type { WebhookSettings } from "../_shared/providers/webhook_settings.ts";
import { type Delivery, type InboxEvent, MalformedPayload } from "../_shared/providers/events.ts";
import { Intake, joined, overloaded } from "../_shared/inbound/store.ts";
import { checkOf } from "./verified.ts";

const WRITERS = 2;
const BODY_MS = 20_000;
/** From this size on, of a mail only the fields are stored that anybody reads. */
const LARGE_MAIL = 256 * 1024;
const TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

export function createApp(deps: Deps, settings: WebhookSettings): Hono {
  const intake = new Intake(deps, {
    waiting: settings.WEBHOOKS_WAITING,
    bytes: settings.WEBHOOKS_WAITING_BYTES,
    writers: Math.min(WRITERS, deps.env.connections),
  });
  const app = new Hono().basePath("/webhooks");
  // The path may hold a secret and is never logged.
  const take = openRoute(deps, "take", {}, (inner, request) => handle(inner, request));
  const handle: OpenHandler = async (inner, request) => {
    const url = new URL(request.url);
    const [, , org, provider = "", ...rest] = url.pathname.split("/");
    const orgId = uuidOrNull(org);
    const name = provider in ENDPOINTS ? provider : `${provider}/${rest.shift() ?? ""}`;
    const door = ENDPOINTS[name];
    if (!orgId || !door || rest.length > (name === "sendgrid/inbound" ? 1 : 0)) throw notFound();
    const knock = {
      ...{ orgId, request, url, now: inner.now() },
      pathSecret: rest[0] === undefined ? null : decode(rest[0]),
    };
    const length = request.headers.get("content-length");
    if (Number(length ?? 0) > door.maxBytes) throw tooLarge(door.maxBytes);
    // Who does not say how much comes is given room for the most.
    const leave = intake.enter(length === null ? door.maxBytes : Number(length));
    try {
      const check = await checkOf(name, knock, inner, settings);
      const body = joined(await inTime(readBody(request, door.maxBytes)));
      const verdict = await check(body);
      if (verdict !== "ok") {
        // The log of the operator may know what the caller may not.
        inner.log("warn", "unauthorized", { door: name, org_id: orgId, cause: verdict });
        throw new Problem(401, "unauthorized", "The request does not prove where it comes from.");
      }
      const delivery: Delivery = {
        provider,
        kind: name.includes("/") ? name.slice(provider.length + 1) : provider,
        contentType: (request.headers.get("content-type") ?? "application/octet-stream")
          .slice(0, 300),
        params: paramsOf(name, request, url),
        body,
        receivedAt: knock.now,
      };
      const events = read(() => door.read(delivery));
      const stored = events.length === 0 ? null : await intake.store({
        org_id: orgId,
        provider: delivery.provider,
        kind: delivery.kind,
        content_key: contentKey(events),
        events: events.length,
        params: delivery.params,
        correlation_id: crypto.randomUUID(),
        received_at: knock.now.toISOString(),
        ...keptOf(name, delivery),
      }, storedBody(name, delivery));
      if (stored === "no_org") throw notFound();
      return answerOf(name, stored === "again", events.length);
    } finally {
      leave();
    }
  };
  // Thousands a second may be sent away: told to the log once a second, not one by one.
  let toldAt = -Infinity;
  const sendAway = () => {
    if (performance.now() - toldAt > 1000) {
      toldAt = performance.now();
      deps.log("warn", "overloaded", { waiting: settings.WEBHOOKS_WAITING });
    }
    return overloaded().toResponse(crypto.randomUUID());
  };
  app.post("/*", (c) => intake.isFull() ? sendAway() : take(c.req.raw));
  const methods = openRoute(deps, "none", {}, () =>
    Promise.reject(
      new Problem(405, "method_not_allowed", "This address takes POST.", {
        headers: { allow: "POST" },
      }),
    ));
  app.all("/*", (c) => methods(c.req.raw));
  return app;
}

const tooLarge = (limit: number) =>
  new Problem(413, "too_large", `The body is over the limit of ${limit} bytes.`);

/** A sender that dawdles must not keep its place. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Problem(408, "too_slow", "The body did not come in time.")),
      BODY_MS,
    );
  });
  work.catch(() => {});
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

function read(events: () => InboxEvent[]): InboxEvent[] {
  try {
    return events();
  } catch (error) {
    if (error instanceof MalformedPayload) throw malformed(error.message);
    throw error;
  }
}

/** The same for the same events in another order: a batch may be put together anew when it is tried again. */
function contentKey(events: InboxEvent[]): string {
  return toHex(sha256([...new Set(events.map(({ key }) => key))].sort().join("\n")));
}

function paramsOf(door: string, request: Request, url: URL): Record<string, string> {
  if (door === "generic") {
    return {
      source: url.searchParams.get("source") ?? "",
      webhook_id: request.headers.get("webhook-id") ?? "",
    };
  }
  const messageId = uuidOrNull(url.searchParams.get("message_id"));
  return messageId ? { message_id: messageId } : {};
}

const isLargeMail = (door: string, delivery: Delivery) =>
  door === "sendgrid/inbound" && delivery.body.byteLength > LARGE_MAIL;

const keptOf = (door: string, delivery: Delivery) => ({
  content_type: isLargeMail(door, delivery) ? "application/json" : delivery.contentType,
});

function storedBody(door: string, delivery: Delivery): Uint8Array {
  return isLargeMail(door, delivery)
    ? new TextEncoder().encode(JSON.stringify(mailFieldsOf(delivery)))
    : delivery.body;
}

function answerOf(door: string, again: boolean, events: number): Response {
  const headers: Record<string, string> = again ? { "sluice-duplicate": "true" } : {};
  // Nothing is said or done on the line by us: the answer to a text goes through the gate.
  if (door === "twilio/sms" || door === "twilio/voice") {
    return new Response(TWIML, { headers: { ...headers, "content-type": "text/xml" } });
  }
  return Response.json({ received: events, ...(again ? { duplicate: true } : {}) }, { headers });
}

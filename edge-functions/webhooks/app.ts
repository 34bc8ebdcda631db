// POST /webhooks/ORG_ID/PROVIDER[/KIND[/SECRET]]: verified as raw bytes, then read, then stored, then answered.
import { InboxWriter, overloaded } from "../_shared/inbound/inbox.ts";
import { receive, type Received } from "../_shared/inbound/receive.ts";
import type { InboxSettings } from "../_shared/inbound/settings.ts";
import { sourceSecrets } from "../_shared/inbound/sources.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import {
  type App,
  type AppContext,
  createFunctionApp,
  methodNotAllowed,
  route,
} from "../_shared/platform/http/app.ts";
import { joinChunks, readBody, tooLarge } from "../_shared/platform/http/body.ts";
import { malformed, Problem } from "../_shared/platform/http/problem.ts";
import { uuidOrNull } from "../_shared/providers/content.ts";
import { MalformedPayload } from "../_shared/providers/events.ts";
import type { Verifiers } from "../_shared/providers/registry/verifiers.ts";
import type { WebhookEndpoint } from "../_shared/providers/types.ts";
import { readTarget, type Target } from "./target.ts";

const WRITERS = 2;
const BODY_TIMEOUT_MS = 20_000;

export function createApp(deps: Deps, verifiers: Verifiers, settings: InboxSettings): App {
  const inbox = new InboxWriter(deps, {
    requests: settings.WEBHOOKS_WAITING,
    bytes: settings.WEBHOOKS_WAITING_BYTES,
    writers: Math.min(WRITERS, deps.env.connections),
  });
  const app = createFunctionApp(deps, "webhooks");
  // Under overload thousands of requests a second may be refused: the log gets one line a second.
  let loggedAt = -Infinity;
  const refuseOverload = (c: AppContext) => {
    c.set("quiet", true);
    if (performance.now() - loggedAt > 1000) {
      loggedAt = performance.now();
      deps.log("warn", "overloaded", { waiting: settings.WEBHOOKS_WAITING });
    }
    return overloaded().toResponse(c.var.correlationId);
  };
  // The path may contain a secret and is never logged.
  app.post("/*", route("receive"), async (c) => {
    if (inbox.isFull()) return refuseOverload(c);
    const target = readTarget(new URL(c.req.url));
    const { maxBytes } = target.endpoint;
    const length = c.req.header("content-length");
    if (Number(length ?? 0) > maxBytes) throw tooLarge(maxBytes);
    // A request without a length reserves room for the largest body.
    const release = inbox.reserve(length === undefined ? maxBytes : Number(length));
    try {
      return await receiveDelivery(deps, inbox, verifiers, target, c);
    } catch (error) {
      throw error instanceof MalformedPayload ? malformed(error.message) : error;
    } finally {
      release();
    }
  });
  app.all("/*", methodNotAllowed("POST"));
  return app;
}

async function receiveDelivery(
  { sql, env, now: clock }: Deps,
  inbox: InboxWriter,
  verifiers: Verifiers,
  { orgId, provider, kind, endpoint, pathSecret, url }: Target,
  c: AppContext,
): Promise<Response> {
  const now = clock();
  const { raw: request } = c.req;
  const verifier = verifiers.get(`${provider}/${kind}`);
  if (!verifier) throw new Error(`no verifier for ${provider}/${kind}`);
  const check = await verifier({
    ...{ request, url, pathSecret, now, publicUrl: env.publicUrl },
    sourceSecrets: (sourceKey) => sourceSecrets(sql, orgId, sourceKey, now),
  });
  const body = joinChunks(await withTimeout(readBody(request, endpoint.maxBytes)));
  const verified = await check(body);
  if (verified !== "ok") {
    // The operator's log may contain the cause; the response may not.
    c.var.log("warn", "unauthorized", {
      endpoint: `${provider}/${kind}`,
      org_id: orgId,
      cause: verified,
    });
    throw new Problem(401, "unauthorized", "The request does not prove its origin.");
  }
  const received = await receive(inbox, orgId, endpoint, {
    provider,
    kind,
    contentType: (request.headers.get("content-type") ?? "application/octet-stream").slice(0, 300),
    params: endpoint.paramsOf?.(request, url) ?? messageIdOf(url),
    body,
    receivedAt: now,
  });
  return answerOf(endpoint, received);
}

/** A slow sender must not occupy its place in the inbox. */
async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timedOut = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Problem(408, "too_slow", "The request body did not arrive in time.")),
      BODY_TIMEOUT_MS,
    );
  });
  work.catch(() => {});
  return await Promise.race([work, timedOut]).finally(() => clearTimeout(timer));
}

function messageIdOf(url: URL): Record<string, string> {
  const messageId = uuidOrNull(url.searchParams.get("message_id"));
  return messageId ? { message_id: messageId } : {};
}

function answerOf({ answer }: WebhookEndpoint, { events, duplicate }: Received): Response {
  const headers: Record<string, string> = duplicate ? { "sluice-duplicate": "true" } : {};
  return answer
    ? new Response(answer.body, { headers: { ...headers, "content-type": answer.contentType } })
    : Response.json({ received: events, ...(duplicate ? { duplicate: true } : {}) }, { headers });
}

// POST /webhooks/ORG_ID/PROVIDER[/KIND[/SECRET]]: verified as raw bytes, then read, then stored, then answered.
import { InboxWriter } from "../_shared/inbound/inbox.ts";
import { receive, type Received } from "../_shared/inbound/receive.ts";
import type { InboxSettings } from "../_shared/inbound/settings.ts";
import { orgLookup, sourceSecrets } from "../_shared/inbound/sources.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import {
  type App,
  type AppContext,
  createFunctionApp,
  methodNotAllowed,
  route,
} from "../_shared/platform/http/app.ts";
import { joinChunks } from "../_shared/platform/http/body.ts";
import { malformed, notFound, overloaded, Problem } from "../_shared/platform/http/problem.ts";
import { uuidOrNull } from "../_shared/providers/content.ts";
import { MalformedPayload, type Unverified } from "../_shared/providers/events.ts";
import type { Verifiers } from "../_shared/providers/registry/verifiers.ts";
import type { WebhookEndpoint } from "../_shared/providers/types.ts";
import { type VerifiersOf, verifiersOf } from "./verifiers.ts";
import { readTarget, type Target } from "./target.ts";

const WRITERS = 2;

export function createApp(deps: Deps, projects: Verifiers, settings: InboxSettings): App {
  const inbox = new InboxWriter(deps, {
    requests: settings.WEBHOOKS_WAITING,
    bytes: settings.WEBHOOKS_WAITING_BYTES,
    writers: Math.min(WRITERS, deps.env.connections),
  });
  const app = createFunctionApp(deps, "webhooks");
  const isOrg = orgLookup(deps.sql);
  const verifiers = verifiersOf(deps.sql, projects);
  // The path may contain a secret and is never logged.
  app.post("/*", route("receive"), async (c) => {
    if (inbox.isFull()) throw overloaded(1);
    const target = readTarget(new URL(c.req.url));
    try {
      return await receiveDelivery({ ...deps, inbox, verifiers, isOrg }, target, c);
    } catch (error) {
      throw error instanceof MalformedPayload ? malformed(error.message) : error;
    }
  });
  app.all("/*", methodNotAllowed("POST"));
  return app;
}

interface ReceivingDeps extends Deps {
  inbox: InboxWriter;
  verifiers: VerifiersOf;
  isOrg: (orgId: string) => Promise<boolean>;
}

/** Whatever can be checked without the body is checked before it is read; a place in the inbox comes last. */
async function receiveDelivery(
  { sql, env, now: clock, inbox, verifiers, isOrg }: ReceivingDeps,
  { orgId, provider, kind, endpoint, pathSecret, url }: Target,
  c: AppContext,
): Promise<Response> {
  const now = clock();
  const { raw: request } = c.req;
  const refuse = (cause: Unverified) => {
    // The operator's log may contain the cause; the response may not.
    c.var.log("warn", "unauthorized", { endpoint: `${provider}/${kind}`, org_id: orgId, cause });
    return new Problem(401, "unauthorized", "The request does not prove its origin.");
  };
  const verifier = await verifiers(orgId, provider, kind);
  const check = await verifier({
    ...{ request, url, pathSecret, now, publicUrl: env.publicUrl },
    sourceSecrets: (sourceKey) => sourceSecrets(sql, orgId, sourceKey, now),
  });
  if (typeof check === "string") throw refuse(check);
  if (!await isOrg(orgId)) throw notFound();
  const chunks = await c.var.readBody(endpoint.maxBytes);
  const body = joinChunks(chunks);
  chunks.length = 0;
  const verified = await check(body);
  if (verified !== "ok") throw refuse(verified);
  c.var.verified();
  const release = inbox.reserve(body.byteLength);
  try {
    const received = await receive(inbox, orgId, endpoint, {
      provider,
      kind,
      contentType: (request.headers.get("content-type") ?? "application/octet-stream")
        .slice(0, 300),
      params: endpoint.paramsOf?.(request, url) ?? messageIdOf(url),
      body,
      receivedAt: now,
    }, c.var.correlationId);
    return answerOf(endpoint, received);
  } finally {
    release();
  }
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

// A stack with the webhooks function, an org, a reachable lead, and providers that sign.
import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { signRequest } from "../../../edge-functions/_shared/platform/crypto/signature.ts";
import { type Stack, type StackOptions, startStack } from "../../../scripts/dev/stack.ts";
import {
  hmacHex,
  multipart,
  type Part,
  SECRET,
  sendgridHeaders,
  SETTINGS,
  stripeSignature,
  twilioSignature,
} from "../../support/webhooks.ts";
import { type Answer, call } from "../intake/harness.ts";

export const PUBLIC_URL = "https://sluice.example.com";

export interface WebhookWorld {
  stack: Stack;
  /** As superuser, separate from the functions' own connections. */
  sql: postgres.Sql;
  orgId: string;
  /** Where the gateway serves `/webhooks/ORG_ID` of the org. */
  url: string;
  post(path: string, init: RequestInit): Promise<Answer>;
  sendgrid(events: unknown, headers?: Record<string, string>): Promise<Answer>;
  mail(parts: Part[], options?: { secret?: string; boundary?: string }): Promise<Answer>;
  twilio(kind: string, form: Record<string, string>, query?: string): Promise<Answer>;
  vapi(message: unknown): Promise<Answer>;
  calcom(body: unknown): Promise<Answer>;
  stripe(body: unknown): Promise<Answer>;
  generic(body: unknown, id?: string): Promise<Answer>;
  /** Rows of the inbox: kind, state, how often it came. */
  inbox(): Promise<{ provider: string; kind: string; state: string; deliveries: number }[]>;
  stop(): Promise<void>;
}

export async function startWebhooks(options: StackOptions = {}): Promise<WebhookWorld> {
  const stack = await startStack({
    functions: ["webhooks"],
    ...options,
    env: { ...SETTINGS, SLUICE_PUBLIC_URL: PUBLIC_URL, ...options.env },
  });
  const sql = postgres(stack.adminUrl, { max: 4, onnotice: () => {} });
  const [org] = await sql<{ id: string }[]>`
    insert into public.orgs (name) values ('Org A') returning id`;
  const orgId = org!.id;
  const [source] = await sql<{ id: string }[]>`
    insert into public.sources (org_id, key, name) values (${orgId}, 'call-desk', 'Call desk')
    returning id`;
  await sql`select public.rotate_source_secret(${source!.id})`;
  const [webhook] = await sql<{ secret: string }[]>`
    select public.source_webhook_secret(${source!.id}) as secret`;
  const url = `${stack.functionsUrl}/webhooks/${orgId}`;
  const json = { "content-type": "application/json" };
  const world: WebhookWorld = {
    ...{ stack, sql, orgId, url },
    post: (path, init) => call(`${url}/${path}`, { method: "POST", ...init }),
    sendgrid(events, headers = {}) {
      const body = JSON.stringify(events);
      return world.post("sendgrid/events", {
        body,
        headers: { ...json, ...sendgridHeaders(body, new Date()), ...headers },
      });
    },
    mail(parts, { secret = SECRET, boundary } = {}) {
      const { contentType, body } = multipart(parts, boundary);
      return world.post(`sendgrid/inbound/${secret}`, {
        body: new Uint8Array(body),
        headers: { "content-type": contentType },
      });
    },
    twilio(kind, form, query = "") {
      const path = `/functions/v1/webhooks/${orgId}/twilio/${kind}${query}`;
      return world.post(`twilio/${kind}${query}`, {
        body: new URLSearchParams(form).toString(),
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "x-twilio-signature": twilioSignature(PUBLIC_URL + path, form),
        },
      });
    },
    vapi: (message) =>
      world.post("vapi", {
        body: JSON.stringify({ message }),
        headers: { ...json, "x-vapi-secret": SECRET },
      }),
    calcom(given) {
      const body = JSON.stringify(given);
      const signature = hmacHex(SECRET, body);
      return world.post("calcom", { body, headers: { ...json, "x-cal-signature-256": signature } });
    },
    stripe(given) {
      const body = JSON.stringify(given);
      const signature = stripeSignature(body, new Date());
      return world.post("stripe", { body, headers: { ...json, "stripe-signature": signature } });
    },
    generic(given, id = randomUUID()) {
      const body = JSON.stringify(given);
      const timestamp = Math.floor(Date.now() / 1000);
      const headers = signRequest({
        ...{ secrets: [webhook!.secret], id, timestamp },
        body: new TextEncoder().encode(body),
      });
      return world.post("generic?source=call-desk", { body, headers: { ...json, ...headers } });
    },
    inbox: async () =>
      await sql`select provider, kind, state, deliveries from public.webhook_inbox
        where org_id = ${orgId} order by id`,
    async stop() {
      await sql.end({ timeout: 5 });
      await stack.stop();
    },
  };
  return world;
}

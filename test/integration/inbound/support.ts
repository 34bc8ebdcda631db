// An org with sent messages, and the providers' events about them, with bodies as documented.
import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { processInbox } from "../../../edge-functions/_shared/inbound/jobs/process_inbox.ts";
import { unreadContacts } from "../../../edge-functions/_shared/inbound/contacts.ts";
import type { Work } from "../../../edge-functions/_shared/jobs/job.ts";
import { findEndpoint } from "../../../edge-functions/_shared/providers/registry/endpoints.ts";
import type { Delivery } from "../../../edge-functions/_shared/providers/events.ts";
import { toHex } from "../../../edge-functions/_shared/platform/crypto/bytes.ts";
import { sha256 } from "../../../edge-functions/_shared/platform/crypto/digest.ts";
import { ACCOUNT, mail, multipart, sid } from "../../support/webhooks.ts";

export type Sql = postgres.Sql;

export const START = new Date("2026-11-23T18:00:00Z");
export const at = (seconds: number) => new Date(START.getTime() + seconds * 1000);

const CHANNELS = {
  email: { kind: "email", provider: "sendgrid" },
  sms: { kind: "phone", provider: "twilio" },
  voice_ai: { kind: "phone", provider: "vapi" },
} as const;

export interface Person {
  n: number;
  leadId: string;
  messageId: string;
  providerId: string;
  email: string;
  phone: string;
}

/** Of its own, because orgs that share an account cannot send from each other's. */
function addressOf(channel: string, orgId: string): string {
  if (channel === "email") return `hello-${orgId}@mail.example.com`;
  const n = parseInt(orgId.slice(0, 8), 16);
  return `+1${200 + n % 800}55501${String(n % 97).padStart(2, "0")}`;
}

/** An org with people, each with a phone, an e-mail and a message that was accepted on the channel. */
export async function makeOrg(sql: Sql, channels: (keyof typeof CHANNELS)[]) {
  const [org] = await sql<{ id: string }[]>`
    insert into public.orgs (name) values ('Org A') returning id`;
  const orgId = org!.id;
  const [campaign] = await sql<{ id: string }[]>`
    insert into public.campaigns (org_id, name, state) values (${orgId}, 'Autumn', 'running')
    returning id`;
  const senders: Record<string, string> = {};
  for (const [channel, { provider }] of Object.entries(CHANNELS)) {
    const [sender] = await sql<{ id: string }[]>`
      insert into public.senders (org_id, channel, provider, name, address, postal_address)
      values (${orgId}, ${channel}, ${provider}, 'Org A',
        ${addressOf(channel, orgId)}, '1 Main St')
      returning id`;
    senders[channel] = sender!.id;
  }
  const people: Person[] = [];
  for (const [k, channel] of channels.entries()) {
    const n = k + 1;
    const person = {
      n,
      leadId: randomUUID(),
      messageId: randomUUID(),
      providerId: channel === "sms" ? sid("SM", n) : `p${n}-${orgId.slice(0, 8)}`,
      email: `person${n}@example.com`,
      phone: `+1213555${String(100 + n).padStart(4, "0")}`,
    };
    people.push(person);
    await sql`
      insert into public.leads (org_id, id, situs_street, campaign_id, campaign_status,
        added_to_campaign_at)
      values (${orgId}, ${person.leadId}, ${`${n} Main St`}, ${campaign!.id}, 'active', ${START})`;
    for (const [kind, value] of [["phone", person.phone], ["email", person.email]] as const) {
      await sql`
        insert into public.contact_points
          (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, verified)
        select ${orgId}, ${person.leadId}, ${kind},
          private.blind_index(${value}, private.blind_key(${orgId})),
          private.encrypt_value(${value}, private.org_key(${orgId}, k.id)), k.id,
          private.mask_contact(${value}), true
        from (select private.active_key_id(${orgId}, 'data') as id) k`;
    }
    const { kind, provider } = CHANNELS[channel];
    await sql`
      insert into public.messages (org_id, id, lead_id, channel, kind, text_cipher, key_id,
        contact_point_id, value_bidx, sender_id, provider, state, provider_id, created_at,
        claimed_at, requested_at, sent_at, attempts)
      select ${orgId}, ${person.messageId}, ${person.leadId}, ${channel}, 'manual',
        private.encrypt_value('Hello', private.org_key(${orgId}, k.id)), k.id, c.id, c.value_bidx,
        ${senders[channel]!}, ${provider}, 'sent', ${person.providerId}, ${START}, ${START},
        ${START}, ${START}, 1
      from public.contact_points c, (select private.active_key_id(${orgId}, 'data') as id) k
      where c.lead_id = ${person.leadId} and c.kind = ${kind}`;
  }
  return { orgId, people };
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const delivery = (
  ...[provider, kind, contentType, body, receivedAt, params = {}]: [
    ...[string, string, string, Uint8Array, Date],
    Record<string, string>?,
  ]
): Delivery => ({ provider, kind, contentType, body, receivedAt, params });

/** One SendGrid event, for use in batches. */
export const mailEvent = (
  person: Person,
  event: string,
  seconds: number,
  more: Record<string, unknown> = {},
) => ({
  email: person.email,
  timestamp: Math.floor(at(seconds).getTime() / 1000),
  "smtp-id": `<${person.providerId}@geopod-ismtpd-1>`,
  event,
  message_id: person.messageId,
  sg_event_id: randomUUID(),
  sg_message_id: `${person.providerId}.filter0001.16648.5515E0B88.0`,
  ...more,
});

export const sendgrid = (events: unknown[], seconds = 3600) =>
  delivery("sendgrid", "events", "application/json", utf8(JSON.stringify(events)), at(seconds));

export function reply(person: Person, text: string, seconds: number, id: string = randomUUID()) {
  const { contentType, body } = multipart(mail({
    ...{ from: person.email, text, id },
    headers: `In-Reply-To: <${person.providerId}@geopod-ismtpd-1>\n`,
  }));
  return delivery("sendgrid", "inbound", contentType, new Uint8Array(body), at(seconds));
}

const form = (kind: string, fields: Record<string, string>, seconds: number, query = {}) =>
  delivery(
    ...["twilio", kind, "application/x-www-form-urlencoded"] as const,
    ...[utf8(new URLSearchParams({ AccountSid: ACCOUNT, ...fields }).toString())] as const,
    ...[at(seconds), query] as const,
  );

export const sms = (person: Person, n: number, text: string, seconds: number, more = {}) =>
  form("sms", {
    ...{ MessageSid: sid("SM", 1000 * person.n + n), From: person.phone, To: "+12135550199" },
    ...{ Body: text, NumMedia: "0", ...more },
  }, seconds);

export const smsStatus = (person: Person, status: string, seconds: number, code?: string) =>
  form(
    "status",
    {
      ...{ MessageSid: person.providerId, MessageStatus: status, To: person.phone },
      ...(code ? { ErrorCode: code } : {}),
    },
    seconds,
    { message_id: person.messageId },
  );

const vapi = (message: unknown, seconds: number) =>
  delivery(
    ...["vapi", "vapi", "application/json", utf8(JSON.stringify({ message }))] as const,
    at(seconds),
  );

const callOf = (person: Person) => ({
  ...{ id: person.providerId, type: "outboundPhoneCall", name: person.messageId },
  assistantOverrides: { metadata: { message_id: person.messageId } },
  customer: { number: person.phone },
});

export const callStatus = (person: Person, status: string, seconds: number) =>
  vapi({
    ...{ type: "status-update", status, timestamp: at(seconds).getTime() },
    call: callOf(person),
  }, seconds);

export const callReport = (
  person: Person,
  lines: [role: string, message: string][],
  seconds: number,
  endedReason = "customer-ended-call",
) =>
  vapi({
    ...{ type: "end-of-call-report", endedReason, cost: 0.25, timestamp: at(seconds).getTime() },
    ...{ startedAt: at(seconds - 60).toISOString(), endedAt: at(seconds).toISOString() },
    call: callOf(person),
    artifact: {
      transcript: lines.map(([role, text]) => `${role === "user" ? "User" : "AI"}: ${text}`)
        .join("\n"),
      messages: lines.map(([role, message]) => ({ role, message, time: 0, secondsFromStart: 1 })),
    },
  }, seconds);

export const booking = (
  person: Person,
  triggerEvent: string,
  seconds: number,
  payload: Record<string, unknown>,
) =>
  delivery(
    ...["calcom", "calcom", "application/json"] as const,
    utf8(JSON.stringify({
      ...{ triggerEvent, createdAt: at(seconds).toISOString() },
      payload: {
        startTime: "2026-11-25T18:00:00Z",
        endTime: "2026-11-25T18:30:00Z",
        attendees: [{ email: person.email, name: "A Person", timeZone: "America/Los_Angeles" }],
        metadata: {},
        ...payload,
      },
    })),
    at(seconds),
  );

/** Stores verified deliveries as the function does; returns the id of their batch. */
export async function store(sql: Sql, orgId: string, given: Delivery[]): Promise<string> {
  const batchId = randomUUID();
  let bodyAt = 0;
  const rows = given.map((one, k) => {
    const events = findEndpoint(one.provider, one.kind)!.read(one);
    const place = { nth: k + 1, body_at: bodyAt, body_bytes: one.body.byteLength };
    bodyAt += one.body.byteLength;
    return {
      ...place,
      org_id: orgId,
      ...{ provider: one.provider, kind: one.kind, params: one.params, events: events.length },
      unread: unreadContacts(events),
      content_key: toHex(sha256([...new Set(events.map(({ key }) => key))].sort().join("\n"))),
      ...{ content_type: one.contentType, correlation_id: randomUUID() },
      received_at: one.receivedAt.toISOString(),
    };
  });
  const bodies = Buffer.concat(given.map(({ body }) => body));
  await sql`select * from private.receive_webhooks(${batchId}, ${
    sql.json(rows as never)
  }, ${bodies})`;
  return batchId;
}

/** The worker's own handler, in this process. */
export function worker(sql: Sql, now: () => Date = () => at(7200)) {
  const nothing = { log: () => {}, spend: () => {}, shouldStop: () => false };
  const work = { sql, now, ...nothing, queue: {} } as unknown as Work;
  return async (batchId: string) =>
    await processInbox(work, { data: { batch_id: batchId } } as never);
}

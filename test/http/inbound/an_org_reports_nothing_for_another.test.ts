// Org B signs events with its own secrets that name a message, a phone, an e-mail and a lead of org A. They are valid for
// org B and change nothing of org A. The same events, signed by org A, take effect.
import { Buffer } from "node:buffer";
import { generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signRequest } from "../../../edge-functions/_shared/platform/crypto/signature.ts";
import { signTwilioForm } from "../../../scripts/sandbox/twilio/sign.ts";
import { hmacHex, multipart, privateKey, sid, unix } from "../../support/webhooks.ts";
import { after } from "../delivery/harness.ts";
import { type Answer, call } from "../intake/harness.ts";
import { mailOf, type Person, type ReplyWorld, startReplyWorld } from "./support.ts";

interface Signer {
  orgId: string;
  sendgrid: KeyObject;
  mail: string;
  twilio: { account: string; token: string };
  vapi: string;
  calcom: string;
  source: { key: string; secret: string };
}
interface Target extends Person {
  id: string;
  provider_id: string;
}

let world: ReplyWorld;
let a: Signer, b: Signer;
let n = 0;

async function makeSource(orgId: string, key: string) {
  const { sql } = world.send;
  const [source] = await sql`insert into public.sources (org_id, key, name)
    values (${orgId}, ${key}, 'Desk') returning id`;
  await sql`select public.rotate_source_secret(${source!.id})`;
  const [row] = await sql`select public.source_webhook_secret(${source!.id}) as secret`;
  return { key, secret: row!.secret as string };
}

beforeAll(async () => {
  world = await startReplyWorld();
  const { sql, org, sandbox } = world.send;
  const { env, twilio, sendgrid } = sandbox;
  a = {
    ...{ orgId: org.id, sendgrid: privateKey, mail: sendgrid.inboundSecret },
    twilio: { account: twilio.accountSid, token: twilio.authToken },
    ...{ vapi: env.VAPI_WEBHOOK_SECRET!, calcom: env.CALCOM_WEBHOOK_SECRET! },
    source: await makeSource(org.id, "desk-a"),
  };
  const [other] = await sql`insert into public.orgs (name) values ('Org B') returning id`;
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  b = {
    ...{ orgId: other!.id as string, sendgrid: keys.privateKey, mail: "mail-secret-of-b" },
    twilio: { account: sid("AC", 11), token: "twilio-token-of-b" },
    ...{ vapi: "vapi-secret-of-b", calcom: "calcom-secret-of-b" },
    source: await makeSource(other!.id as string, "desk-b"),
  };
  const accounts = {
    sendgrid: {
      SENDGRID_WEBHOOK_PUBLIC_KEY: keys.publicKey.export({ type: "spki", format: "der" })
        .toString("base64"),
      SENDGRID_INBOUND_SECRET: b.mail,
    },
    twilio: { TWILIO_ACCOUNT_SID: b.twilio.account, TWILIO_AUTH_TOKEN: b.twilio.token },
    vapi: { VAPI_WEBHOOK_SECRET: b.vapi },
    calcom: { CALCOM_WEBHOOK_SECRET: b.calcom },
  };
  for (const [provider, settings] of Object.entries(accounts)) {
    await sql`select public.set_provider_account(${b.orgId}, ${provider}, 'own', ${
      sql.json(settings)
    })`;
  }
});
afterAll(() => world?.stop());

/** A lead of org A whose first message has been sent. */
async function contacted(channel: "sms" | "email"): Promise<Target> {
  const person = await world.person(channel);
  await world.dispatch(1);
  const [sent] = await world.send.messages([person.leadId]);
  expect(sent!.state).toBe("sent");
  return { ...person, id: sent!.id, provider_id: sent!.provider_id! };
}

const json = { "content-type": "application/json" };
const post = (by: Signer, path: string, body: BodyInit, headers: Record<string, string>) =>
  call(`${world.send.stack.functionsUrl}/webhooks/${by.orgId}/${path}`, {
    ...{ method: "POST", body, headers },
  });

function twilio(by: Signer, kind: string, form: Record<string, string>, query = "") {
  const url = `${world.send.stack.functionsUrl}/webhooks/${by.orgId}/twilio/${kind}${query}`;
  const fields = new URLSearchParams({ AccountSid: by.twilio.account, ...form });
  return post(by, `twilio/${kind}${query}`, fields.toString(), {
    "content-type": "application/x-www-form-urlencoded",
    "x-twilio-signature": signTwilioForm(by.twilio.token, url, fields),
  });
}

function sendgrid(by: Signer, event: Record<string, unknown>) {
  const body = JSON.stringify([{ timestamp: unix(after(1)), ...event }]);
  const timestamp = String(unix(after(1)));
  return post(by, "sendgrid/events", body, {
    ...json,
    "x-twilio-email-event-webhook-signature": sign(
      "sha256",
      Buffer.from(timestamp + body),
      by.sendgrid,
    ).toString("base64"),
    "x-twilio-email-event-webhook-timestamp": timestamp,
  });
}

function generic(by: Signer, type: string, data: Record<string, unknown>) {
  const body = JSON.stringify({ type, timestamp: after(1).toISOString(), data });
  return post(by, `generic?source=${by.source.key}`, body, {
    ...json,
    ...signRequest({
      ...{ secrets: [by.source.secret], id: randomUUID(), timestamp: unix(after(1)) },
      body: new TextEncoder().encode(body),
    }),
  });
}

const booking = { startTime: "2026-11-25T18:00:00Z", endTime: "2026-11-25T18:30:00Z" };

const EVENTS: [string, "sms" | "email", (by: Signer, of: Target) => Promise<Answer>][] = [
  ["a bounce at SendGrid", "email", (by, { id, provider_id, email }) =>
    sendgrid(by, {
      ...{ event: "bounce", type: "bounce", email, status: "5.1.1", message_id: id },
      sg_message_id: `${provider_id}.recvd-1`,
    })],
  [
    "an unsubscribe at SendGrid",
    "email",
    (by, { id, email }) =>
      sendgrid(by, { event: "unsubscribe", email, message_id: id, sg_message_id: `u${++n}` }),
  ],
  ["a mail", "email", (by, { email }) => {
    const { contentType, body } = multipart(mailOf({ from: email, text: "Never write me again." }));
    return post(by, `sendgrid/inbound/${by.mail}`, new Uint8Array(body), {
      "content-type": contentType,
    });
  }],
  ["a STOP at Twilio", "sms", (by, { phone }) =>
    twilio(by, "sms", {
      ...{ MessageSid: sid("SM", 900 + ++n), From: phone, To: "+12135550199", Body: "STOP" },
      ...{ OptOutType: "STOP", NumMedia: "0" },
    })],
  ["a status at Twilio", "sms", (by, { id, provider_id, phone }) =>
    twilio(
      by,
      "status",
      { MessageSid: provider_id, MessageStatus: "undelivered", ErrorCode: "30006", To: phone },
      `?message_id=${id}`,
    )],
  ["a call at Vapi", "sms", (by, { id, phone }) => {
    const message = {
      ...{ type: "end-of-call-report", timestamp: after(1).getTime(), cost: 0.1 },
      ...{ startedAt: after(0).toISOString(), endedAt: after(1).toISOString() },
      ...{ endedReason: "customer-ended-call" },
      call: {
        ...{ id: randomUUID(), type: "outboundPhoneCall", customer: { number: phone } },
        metadata: { message_id: id },
      },
      artifact: { transcript: "AI: Hello\nUser: Do not call me again.", messages: [] },
    };
    const headers = { ...json, "x-vapi-secret": by.vapi };
    return post(by, "vapi", JSON.stringify({ message }), headers);
  }],
  ["a booking at Cal.com", "email", (by, { id, email, phone, leadId }) => {
    const body = JSON.stringify({
      ...{ triggerEvent: "BOOKING_CREATED", createdAt: after(1).toISOString() },
      payload: {
        ...{ uid: randomUUID(), ...booking, metadata: { message_id: id, lead_id: leadId } },
        attendees: [{ email, name: "Ann", phoneNumber: phone }],
      },
    });
    const headers = { ...json, "x-cal-signature-256": hmacHex(by.calcom, body) };
    return post(by, "calcom", body, headers);
  }],
  [
    "an opt-out at generic",
    "email",
    (by, { email, phone }) => generic(by, "contact.opted_out", { email, phone, words: "Stop" }),
  ],
  [
    "a reply at generic",
    "email",
    (by, { id, email }) =>
      generic(by, "contact.replied", {
        ...{ channel: "email", from: email, text: "How much?", message_id: id },
      }),
  ],
  ["a booking at generic", "email", (by, { id, leadId, email }) =>
    generic(by, "booking.made", {
      ...{ uid: randomUUID(), lead_id: leadId, message_id: id, email },
      ...{ starts_at: booking.startTime, ends_at: booking.endTime },
    })],
];

/** A hash of every table's rows of the org. */
async function everything(orgId: string, except = "^$"): Promise<Record<string, string>> {
  const { sql } = world.send;
  const tables = await sql<{ name: string }[]>`
    select c.table_schema || '.' || c.table_name as name from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.column_name = 'org_id' and c.table_schema in ('public', 'private')
      and t.table_type = 'BASE TABLE' and c.table_name !~ ${except}`;
  const hashes = await Promise.all(tables.map(async ({ name }) => {
    const [row] =
      await sql`select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as hash
      from ${sql(name)} t where org_id = ${orgId}`;
    return [name, row!.hash as string] as const;
  }));
  return Object.fromEntries(hashes);
}

test.each(EVENTS)("%s that org B signed changes nothing of org A", async (_, channel, report) => {
  const person = await contacted(channel);
  await world.read();
  const before = await everything(a.orgId);
  const own = await everything(b.orgId);
  expect((await report(b, person)).status).toBe(200);
  await world.read();
  expect(await everything(a.orgId)).toEqual(before);
  // It was read, for org B.
  expect(await everything(b.orgId)).not.toEqual(own);
});

test.each(EVENTS)("%s that org A signed takes effect", async (_, channel, report) => {
  const person = await contacted(channel);
  await world.read();
  const effects = () => everything(a.orgId, "^webhook_");
  const before = await effects();
  expect((await report(a, person)).status).toBe(200);
  await world.read();
  expect(await effects()).not.toEqual(before);
});

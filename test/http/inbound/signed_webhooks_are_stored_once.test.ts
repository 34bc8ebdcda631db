import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ACCOUNT, mail, SECRET, sendgridHeaders, sid } from "../../support/webhooks.ts";
import { call } from "../intake/harness.ts";
import { startWebhooks, type WebhookWorld } from "./harness.ts";

let world: WebhookWorld;
beforeAll(async () => {
  world = await startWebhooks();
});
afterAll(() => world?.stop());
beforeEach(() => world.sql`delete from public.webhook_inbox`);

const text = (n: number, more: Record<string, string> = {}) => ({
  ToCountry: "US",
  MessageSid: sid("SM", n),
  AccountSid: ACCOUNT,
  From: "+12135550101",
  To: "+12135550199",
  Body: "Yes, call me",
  NumMedia: "0",
  ...more,
});
const status = (n: number, state: string) => ({
  MessageSid: sid("SM", n),
  MessageStatus: state,
  AccountSid: ACCOUNT,
  To: "+12135550101",
  From: "+12135550199",
  ApiVersion: "2010-04-01",
});
const event = (n: number, name: string, more: Record<string, unknown> = {}) => ({
  email: "ann@example.com",
  timestamp: 1763920800 + n,
  "smtp-id": `<m${n}@ismtpd-1>`,
  event: name,
  sg_event_id: randomUUID(),
  sg_message_id: `m${n}.filter0001.1.2.3.0`,
  message_id: randomUUID(),
  ...more,
});
const booking = {
  triggerEvent: "BOOKING_CREATED",
  createdAt: "2026-11-23T18:00:00.000Z",
  payload: {
    uid: "u1",
    startTime: "2026-11-25T18:00:00Z",
    endTime: "2026-11-25T18:30:00Z",
    attendees: [{ email: "ann@example.com", name: "Ann", timeZone: "America/Los_Angeles" }],
    metadata: {},
  },
};
const report = {
  type: "end-of-call-report",
  endedReason: "customer-ended-call",
  call: { id: "call-1", type: "outboundPhoneCall" },
  customer: { number: "+12135550101" },
  artifact: { transcript: "AI: Hello\nUser: Yes", messages: [{ role: "user", message: "Yes" }] },
  cost: 0.12,
};

describe("a signed delivery", () => {
  test("is stored, for every provider", async () => {
    const answers = [
      await world.sendgrid([event(1, "processed"), event(1, "delivered")]),
      await world.mail(mail({ from: "ann@example.com", text: "Call me" })),
      await world.twilio("sms", text(1)),
      await world.twilio("status", status(2, "delivered"), `?message_id=${randomUUID()}`),
      await world.twilio("voice", {
        ...{ CallSid: sid("CA", 1), AccountSid: ACCOUNT, CallStatus: "ringing" },
        ...{ Direction: "inbound", From: "+12135550101", To: "+12135550199" },
      }),
      await world.vapi(report),
      await world.calcom(booking),
      await world.stripe({
        id: "evt_1",
        object: "event",
        type: "invoice.paid",
        created: 1763920800,
      }),
      await world.generic({ type: "contact.opted_out", data: { phone: "+12135550101" } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(Array(9).fill(200));
    expect((await world.inbox()).map(({ provider, kind }) => `${provider}/${kind}`)).toEqual([
      ...["sendgrid/events", "sendgrid/inbound", "twilio/sms", "twilio/status", "twilio/voice"],
      ...["vapi/vapi", "calcom/calcom", "stripe/stripe", "generic/generic"],
    ]);
  });

  test("is stored encrypted and unchanged", async () => {
    await world.twilio("sms", text(1));
    const [row] = await world.sql`
      select position('Yes'::bytea in body_cipher) as plain, params, state,
        convert_from(private.decrypt_bytes(body_cipher, private.org_key(org_id, key_id)), 'UTF8') as body
      from public.webhook_inbox`;
    expect(row).toEqual({
      ...{ plain: 0, params: {}, state: "received" },
      body: new URLSearchParams(text(1)).toString(),
    });
  });

  test("has its job in the same transaction", async () => {
    await world.twilio("sms", text(1));
    const [row] = await world.sql`
      select count(*)::integer as jobs from public.webhook_inbox i
      join pgboss.job j on j.name = 'process-inbox' and j.data ->> 'batch_id' = i.batch_id::text`;
    expect(row!.jobs).toBe(1);
  });

  test("is answered to Twilio with empty TwiML", async () => {
    const { text: xml, headers } = await world.twilio("sms", text(1));
    expect(headers.get("content-type")).toMatch(/^text\/xml/);
    expect(xml).toBe('<?xml version="1.0" encoding="UTF-8"?><Response/>');
  });
});

describe("a repeated delivery", () => {
  test("is counted and not stored again, even under another provider id", async () => {
    const events = [event(1, "processed"), event(1, "delivered"), event(2, "open")];
    const again = events.map((one) => ({ ...one, sg_event_id: randomUUID() })).reverse();
    expect((await world.sendgrid(events)).json).toEqual({ received: 3 });
    expect((await world.sendgrid(again)).json).toEqual({ received: 3, duplicate: true });
    await world.twilio("sms", text(1));
    await world.twilio("sms", text(1, { ApiVersion: "2010-04-01" }));
    await world.mail(mail({ from: "ann@example.com", text: "Call me" }));
    await world.mail(mail({ from: "ann@example.com", text: "Call me" }), { boundary: "other" });
    await world.calcom(booking);
    await world.calcom({ ...booking, createdAt: "2026-11-23T18:05:00.000Z" });
    await world.vapi(report);
    await world.vapi({ ...report, timestamp: 1763920999000 });
    const id = randomUUID();
    await world.generic({ type: "noted", data: {} }, id);
    await world.generic({ type: "noted", data: {} }, id);
    expect((await world.inbox()).map(({ deliveries }) => deliveries)).toEqual(Array(6).fill(2));
  });

  test("is distinguished from a new one", async () => {
    await world.twilio("status", status(1, "sent"));
    await world.twilio("status", status(1, "delivered"));
    await world.twilio("status", status(2, "delivered"));
    await world.calcom(booking);
    await world.calcom({ ...booking, triggerEvent: "BOOKING_CANCELLED" });
    await world.generic({ type: "noted", data: {} });
    await world.generic({ type: "noted", data: {} });
    expect((await world.inbox()).map(({ deliveries }) => deliveries)).toEqual(Array(7).fill(1));
  });

  test("is stored once, however many arrive at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => world.twilio("sms", text(1))),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await world.inbox()).toEqual([expect.objectContaining({ deliveries: 12 })]);
  });
});

describe("a delivery is refused or not stored if it", () => {
  const stays = async () => expect(await world.inbox()).toEqual([]);
  const json = { "content-type": "application/json" };

  test("has an invalid signature: 401", async () => {
    const form = new URLSearchParams(text(1)).toString();
    const events = JSON.stringify([event(1, "delivered")]);
    const answers = [
      await world.sendgrid([event(1, "delivered")], sendgridHeaders("[]", new Date())),
      await world.post("sendgrid/events", { body: events, headers: json }),
      await world.mail(mail({ from: "ann@example.com", text: "Hi" }), { secret: `${SECRET}x` }),
      await world.post("twilio/sms", {
        body: form,
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "x-twilio-signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        },
      }),
      await world.post("vapi", { body: "{}", headers: { ...json, "x-vapi-secret": "no" } }),
      await world.post("calcom", { body: "{}", headers: { ...json, "x-cal-signature-256": "no" } }),
      await world.post("stripe", {
        body: "{}",
        headers: { ...json, "stripe-signature": "t=1,v1=0" },
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(Array(7).fill(401));
    expect(new Set(answers.map(({ json }) => json.code))).toEqual(new Set(["unauthorized"]));
    await stays();
  });

  test("is a signed text of another Twilio account", async () => {
    expect((await world.twilio("sms", text(1, { AccountSid: `AC${"f".repeat(32)}` }))).status)
      .toBe(401);
    await stays();
  });

  test("is signed but malformed: 400", async () => {
    const answers = [
      await world.sendgrid({ event: "delivered" }),
      await world.sendgrid([{ timestamp: 1_763_920_800 }]),
      await world.mail([{ name: "text", value: "From nobody" }]),
      await world.twilio("sms", { AccountSid: ACCOUNT, Body: "Hi" }),
      await world.twilio("status", { AccountSid: ACCOUNT, MessageSid: sid("SM", 1) }),
      await world.vapi({ type: "end-of-call-report" }),
      await world.calcom({ triggerEvent: "BOOKING_CREATED", payload: {} }),
      await world.stripe({}),
      await world.generic({ type: "contact.opted_out", data: {} }),
      await world.generic([]),
    ];
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(400));
    await stays();
  });

  test("is of an unused kind: 200", async () => {
    expect((await world.vapi({ type: "speech-update", call: { id: "c" } })).status).toBe(200);
    expect((await world.sendgrid([])).status).toBe(200);
    await stays();
  });

  test("is too large: 413", async () => {
    const long = { ...text(1), Body: "x".repeat(70_000) };
    expect((await world.twilio("sms", long)).status).toBe(413);
    await stays();
  });

  test("is for an unknown org or endpoint: 404", async () => {
    const base = world.url.replace(world.orgId, "00000000-0000-4000-8000-000000000000");
    const body = JSON.stringify([event(1, "delivered")]);
    const headers = { ...json, ...sendgridHeaders(body, new Date()) };
    const post = (url: string) => call(url, { method: "POST", body, headers });
    expect((await post(`${base}/sendgrid/events`)).status).toBe(404);
    expect((await post(`${world.url}/sendgrid/other`)).status).toBe(404);
    expect((await post(`${world.url}/sendgrid/events/more`)).status).toBe(404);
    expect((await post(`${world.url.replace(world.orgId, "org")}/sendgrid/events`)).status).toBe(
      404,
    );
    expect((await call(`${world.url}/sendgrid/events`)).status).toBe(405);
    await stays();
  });

  test("is signed by a source of another org", async () => {
    const [other] = await world.sql`insert into public.orgs (name) values ('Org B') returning id`;
    await world.sql`update public.sources set key = 'moved' where key = 'call-desk'`;
    await world.sql`insert into public.sources (org_id, key, name) values (${
      other!.id
    }, 'call-desk', 'B')`;
    try {
      expect((await world.generic({ type: "noted", data: {} })).status).toBe(401);
    } finally {
      await world.sql`delete from public.sources where key = 'call-desk'`;
      await world.sql`update public.sources set key = 'call-desk' where key = 'moved'`;
    }
    await stays();
  });
});

test("a large mail is stored without its attachments", async () => {
  const photo = new Uint8Array(600_000).fill(7);
  const parts = [
    ...mail({ from: "ann@example.com", text: "Here is the house" }),
    { name: "attachment1", value: photo, filename: "house.jpg" },
  ];
  expect((await world.mail(parts)).status).toBe(200);
  const [row] = await world.sql`
    select content_type, length(body_cipher) < 10000 as small,
      convert_from(private.decrypt_bytes(body_cipher, private.org_key(org_id, key_id)), 'UTF8')::jsonb
        ->> 'text' as text
    from public.webhook_inbox`;
  expect(row).toEqual({
    ...{ content_type: "application/json", small: true, text: "Here is the house" },
  });
});

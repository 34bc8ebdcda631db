// Each org has accounts of its own at the providers. A delivery that is valid for one org and endpoint is sent to every
// other one: none takes it.
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signRequest } from "../../../edge-functions/_shared/platform/crypto/signature.ts";
import { hmacHex, mail, multipart, SECRET, sid, TOKEN, unix } from "../../support/webhooks.ts";
import { call } from "../intake/harness.ts";
import { PUBLIC_URL, startWebhooks, type WebhookWorld } from "./harness.ts";

interface Org {
  id: string;
  name: string;
  sendgrid: { publicKey: string; privateKey: KeyObject };
  account: string;
  sourceKey: string;
  /** The source's own, which signs uploads. */
  uploadSecret: string;
  sourceSecret: string;
  secret(purpose: string): string;
}
interface Sent {
  body: string | Uint8Array;
  headers: Record<string, string>;
}

let world: WebhookWorld;
let a: Org, b: Org;
const ENDPOINTS = [
  ...["sendgrid/events", "sendgrid/inbound", "twilio/sms", "twilio/status", "twilio/voice"],
  ...["vapi", "calcom", "stripe", "generic"],
] as const;

beforeAll(async () => {
  world = await startWebhooks();
  a = await makeOrg("a", world.orgId);
  b = await makeOrg("b");
});
afterAll(() => world?.stop());

async function makeOrg(name: string, known?: string): Promise<Org> {
  const { sql } = world;
  const id = known ??
    (await sql`insert into public.orgs (name) values (${name}) returning id`)[0]!.id as string;
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const [source] = await sql`insert into public.sources (org_id, key, name)
    values (${id}, ${`desk-${name}`}, 'Desk') returning id`;
  const [rotated] = await sql`select public.rotate_source_secret(${source!.id}) as secret`;
  const [webhook] = await sql`select public.source_webhook_secret(${source!.id}) as secret`;
  const org: Org = {
    ...{ id, name, account: sid("AC", name === "a" ? 10 : 11), sourceKey: `desk-${name}` },
    uploadSecret: rotated!.secret as string,
    sourceSecret: webhook!.secret as string,
    sendgrid: {
      publicKey: keys.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
      privateKey: keys.privateKey,
    },
    secret: (purpose) => `secret-of-${purpose}-of-org-${name}`,
  };
  const accounts = {
    sendgrid: {
      SENDGRID_WEBHOOK_PUBLIC_KEY: org.sendgrid.publicKey,
      SENDGRID_INBOUND_SECRET: org.secret("mail"),
    },
    twilio: { TWILIO_ACCOUNT_SID: org.account, TWILIO_AUTH_TOKEN: org.secret("twilio") },
    vapi: { VAPI_WEBHOOK_SECRET: org.secret("vapi") },
    calcom: { CALCOM_WEBHOOK_SECRET: org.secret("calcom") },
    stripe: { STRIPE_WEBHOOK_SECRET: org.secret("stripe") },
  };
  for (const [provider, settings] of Object.entries(accounts)) {
    await sql`select public.set_provider_account(${id}, ${provider}, ${`own-${name}`}, ${
      sql.json(settings)
    })`;
  }
  return org;
}

const json = { "content-type": "application/json" };
const form = { "content-type": "application/x-www-form-urlencoded" };

/** The path below /webhooks/ORG_ID/ at which an org receives a kind of delivery. */
const pathOf = (endpoint: string, org: Org) =>
  endpoint === "sendgrid/inbound"
    ? `${endpoint}/${org.secret("mail")}`
    : endpoint === "generic"
    ? `generic?source=${org.sourceKey}`
    : endpoint;

/** A valid delivery of the org, new each time. `url` is what the provider was told to request. */
function signed(
  endpoint: string,
  org: Org,
  url: string,
  n = Math.floor(Math.random() * 1e9),
): Sent {
  const now = new Date();
  switch (endpoint) {
    case "sendgrid/events": {
      const body = JSON.stringify([
        {
          email: "ann@example.com",
          timestamp: 1_763_920_800,
          event: "delivered",
          sg_message_id: `m${n}`,
        },
      ]);
      const timestamp = String(unix(now));
      const signature = sign("sha256", Buffer.from(timestamp + body), org.sendgrid.privateKey);
      return {
        body,
        headers: {
          ...json,
          "x-twilio-email-event-webhook-signature": signature.toString("base64"),
          "x-twilio-email-event-webhook-timestamp": timestamp,
        },
      };
    }
    case "sendgrid/inbound": {
      const parts = multipart(mail({ from: "ann@example.com", text: "Yes", id: `m${n}` }));
      return { body: new Uint8Array(parts.body), headers: { "content-type": parts.contentType } };
    }
    case "twilio/sms":
    case "twilio/status":
    case "twilio/voice": {
      const fields: Record<string, string> = {
        MessageSid: sid("SM", n),
        CallSid: sid("CA", n),
        AccountSid: org.account,
        From: "+12135550101",
        To: "+12135550199",
        Body: "Yes",
        MessageStatus: "delivered",
        CallStatus: "ringing",
        Direction: "inbound",
      };
      const text = Object.keys(fields).sort().reduce((all, name) => all + name + fields[name], url);
      const signature = createHmac("sha1", org.secret("twilio")).update(text).digest("base64");
      return {
        body: new URLSearchParams(fields).toString(),
        headers: { ...form, "x-twilio-signature": signature },
      };
    }
    case "vapi": {
      const message = {
        ...{ type: "end-of-call-report", endedReason: "customer-ended-call", cost: 0.1 },
        ...{ call: { id: `call-${n}`, type: "outboundPhoneCall" } },
        ...{ customer: { number: "+12135550101" }, artifact: { transcript: "User: Yes" } },
      };
      const body = JSON.stringify({ message });
      return { body, headers: { ...json, "x-vapi-signature": hmacHex(org.secret("vapi"), body) } };
    }
    case "calcom": {
      const payload = {
        ...{ uid: `u${n}`, startTime: "2026-11-25T18:00:00Z", endTime: "2026-11-25T18:30:00Z" },
        ...{ attendees: [{ email: "ann@example.com", name: "Ann" }], metadata: {} },
      };
      const body = JSON.stringify({
        ...{ triggerEvent: "BOOKING_CREATED", createdAt: now.toISOString(), payload },
      });
      return {
        body,
        headers: { ...json, "x-cal-signature-256": hmacHex(org.secret("calcom"), body) },
      };
    }
    case "stripe": {
      const body = JSON.stringify({ id: `evt_${n}`, type: "invoice.paid", created: unix(now) });
      const signature = hmacHex(org.secret("stripe"), `${unix(now)}.`, body);
      return { body, headers: { ...json, "stripe-signature": `t=${unix(now)},v1=${signature}` } };
    }
    default: {
      const body = JSON.stringify({ type: "task", timestamp: now.toISOString(), data: { n } });
      const id = randomUUID();
      const secrets = [org.sourceSecret];
      const bytes = new TextEncoder().encode(body);
      return {
        body,
        headers: { ...json, ...signRequest({ secrets, id, timestamp: unix(now), body: bytes }) },
      };
    }
  }
}

const urlOf = (org: Org, path: string) => `${PUBLIC_URL}/functions/v1/webhooks/${org.id}/${path}`;
const post = (org: Org, path: string, { body, headers }: Sent) =>
  call(`${world.stack.functionsUrl}/webhooks/${org.id}/${path}`, {
    method: "POST",
    body: body as string,
    headers,
  });
const stored = async () =>
  (await world.sql`select count(*)::integer as n from public.webhook_inbox`)[0]!.n as number;

test.each(ENDPOINTS)("%s takes what its own org signed", async (endpoint) => {
  for (const org of [a, b]) {
    const path = pathOf(endpoint, org);
    const before = await stored();
    expect((await post(org, path, signed(endpoint, org, urlOf(org, path)))).status).toBe(200);
    expect(await stored()).toBeGreaterThanOrEqual(before);
  }
});

test.each(ENDPOINTS)("what org B signed for %s opens no endpoint of org A", async (endpoint) => {
  const before = await stored();
  for (const other of ENDPOINTS) {
    const path = endpoint === other && endpoint === "sendgrid/inbound"
      ? `sendgrid/inbound/${b.secret("mail")}`
      : other === "sendgrid/inbound"
      ? `sendgrid/inbound/${b.secret("mail")}`
      : other === "generic"
      ? `generic?source=${b.sourceKey}`
      : other;
    // Twilio signs the URL, so org B signs that of org A.
    const { status } = await post(a, path, signed(endpoint, b, urlOf(a, path)));
    expect([400, 401], `${endpoint} at ${other}`).toContain(status);
  }
  expect(await stored()).toBe(before);
});

test.each(ENDPOINTS)(
  "what org A signed for %s opens no other endpoint of org A",
  async (endpoint) => {
    const before = await stored();
    for (const other of ENDPOINTS) {
      if (other === endpoint) continue;
      // Not the secret in the path of the mail endpoint: it is not in what was signed for another endpoint.
      const path = other === "sendgrid/inbound" ? `${other}/${SECRET}` : pathOf(other, a);
      const { status } = await post(a, path, signed(endpoint, a, urlOf(a, pathOf(endpoint, a))));
      expect([400, 401], `${endpoint} at ${other}`).toContain(status);
    }
    expect(await stored()).toBe(before);
  },
);

test("the secret that signs a source's uploads signs no webhook", async () => {
  const path = pathOf("generic", a);
  const uploader = { ...a, sourceSecret: a.uploadSecret };
  expect((await post(a, path, signed("generic", uploader, ""))).status).toBe(401);
  expect((await post(a, path, signed("generic", a, ""))).status).toBe(200);
});

test("the project's secrets open no org that has its own, and an org without any they do", async () => {
  const [free] = await world.sql`insert into public.orgs (name) values ('free') returning id`;
  const c: Org = { ...a, id: free!.id as string, account: "", secret: () => SECRET };
  for (const endpoint of ["vapi", "calcom", "stripe"]) {
    const delivery = signed(endpoint, c, "");
    expect((await post(a, endpoint, delivery)).status, endpoint).toBe(401);
    expect((await post(c, endpoint, delivery)).status, endpoint).toBe(200);
  }
  const twilio: Org = { ...c, account: "AC" + "0123456789abcdef".repeat(2), secret: () => TOKEN };
  expect((await post(a, "twilio/sms", signed("twilio/sms", twilio, urlOf(a, "twilio/sms")))).status)
    .toBe(401);
  expect((await post(c, "twilio/sms", signed("twilio/sms", twilio, urlOf(c, "twilio/sms")))).status)
    .toBe(200);
});

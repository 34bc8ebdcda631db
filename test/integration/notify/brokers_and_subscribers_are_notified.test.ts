import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../../scripts/sandbox/sandbox.ts";
import { eventually } from "../../http/intake/harness.ts";
import { startWebhooks, type WebhookWorld } from "../../http/inbound/harness.ts";
import { makeOrg, type Person } from "../inbound/support.ts";

interface Heard {
  type: string;
  data: Record<string, unknown>;
  id: string;
  url: string;
}

let world: WebhookWorld;
let sandbox: Sandbox;
let orgId: string;
let people: Person[];
let subscriber: Server;
let secret: string;
/** Requests with a valid signature, and the status with which each address answers. */
const heard: Heard[] = [];
const answers = new Map<string, () => number>();
let forged = 0;

beforeAll(async () => {
  subscriber = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const status = answers.get(request.url!)?.() ?? 200;
      try {
        const event = new Webhook(secret).verify(body, request.headers as Record<string, string>);
        const id = String(request.headers["webhook-id"]);
        if (status === 200) heard.push({ ...event as Heard, id, url: request.url! });
      } catch {
        forged++;
      }
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((done) => subscriber.listen(0, "127.0.0.1", done));
  sandbox = await startSandbox({ seed: 7 });
  world = await startWebhooks({
    worker: true,
    env: {
      ...sandbox.env,
      SLUICE_TRIAGE: "on",
      SLUICE_TRIAGE_DAILY_TOKENS: "1000000",
      WORKER_SWEEP_SECONDS: "1",
    },
  });
  ({ orgId, people } = await makeOrg(world.sql, ["sms", "sms", "sms", "email", "sms", "sms"]));
  sandbox.setWebhooksUrl(`${world.stack.functionsUrl}/webhooks/${orgId}`);
  const [made] = await world.sql`
    select public.create_subscription(${orgId}, ${hook("/n8n")},
      '{reply.received,reply.labelled,booking.made,booking.changed,dead_letter.filed}') as s`;
  secret = made!.s.secret;
});
afterAll(async () => {
  await world?.stop();
  await sandbox?.stop();
  subscriber?.close();
});

const hook = (path: string) =>
  `http://127.0.0.1:${(subscriber.address() as AddressInfo).port}${path}`;
const hearing = (what: string, is: (heard: Heard) => boolean) =>
  eventually(what, () => Promise.resolve(heard.find(is) ?? null));
const replies = async ({ leadId }: Person) => {
  const [granted] = await world.sql`
    select public.request_reveal(${orgId}, 'replies', array[${leadId}]::uuid[], 'a test') as answer`;
  const [row] = await world.sql`
    select public.redeem_reveal(${granted!.answer.grant_id}) -> 'values' as replies`;
  return row!.replies;
};
const lead = async ({ leadId }: Person) =>
  (await world.sql`
  select campaign_status as status, last_reply_at is not null as replied from public.leads
  where id = ${leadId}`)[0];

test("a text stops everything, and broker and subscribers are notified with ids only", async () => {
  const [person] = people as [Person];
  sandbox.write({ channel: "sms", from: person.phone, to: "+12135550199", text: "Yes, call me" });
  await sandbox.drain();
  const notification = await hearing("the reply", ({ data }) => data.lead_id === person.leadId);
  expect(notification).toMatchObject({
    type: "reply.received",
    data: { org_id: orgId, channel: "sms", request: "none", label: "interested" },
  });
  expect(JSON.stringify(notification)).not.toMatch(/call me|\+1213/i);
  expect(await lead(person)).toEqual({ status: "replied", replied: true });
  const [task] = await world
    .sql`select kind, done_at from public.tasks where lead_id = ${person.leadId}`;
  expect(task).toEqual({ kind: "answer_reply", done_at: null });
  expect(await replies(person)).toMatchObject([{ channel: "sms", body: "Yes, call me" }]);
});

test("STOP suppresses and is confirmed once; HELP is answered and stops nothing", async () => {
  const [, stops, asks] = people as [Person, Person, Person];
  for (const [person, text] of [[stops, "Stop please"], [asks, "HELP"]] as const) {
    sandbox.write({ channel: "sms", from: person.phone, to: "+12135550199", text });
  }
  await sandbox.drain();
  const answered = (person: Person) =>
    eventually("an answer to be queued", async () => {
      const rows = await world.sql`
        select kind from public.messages where lead_id = ${person.leadId} and kind <> 'manual'`;
      return rows.length > 0 ? rows.map(({ kind }) => kind) : null;
    });
  // Which of the two Twilio's own opt-out words answer is the account's choice; the sandbox leaves them to us.
  expect(await answered(stops)).toEqual(["confirmation"]);
  expect(await answered(asks)).toEqual(["help"]);
  expect(await lead(stops)).toMatchObject({ status: "opted_out" });
  expect(await lead(asks)).toEqual({ status: "active", replied: false });
});

test("a booking marks the lead as booked and is announced", async () => {
  const person = people[3]!;
  const start = new Date("2026-12-01T18:00:00Z");
  sandbox.book({ name: "A Person", email: person.email, start });
  await sandbox.drain();
  const notification = await hearing("the booking", ({ type }) => type === "booking.made");
  expect(notification.data).toMatchObject({ lead_id: person.leadId, change: "made" });
  expect(await lead(person)).toMatchObject({ status: "booked" });
});

test("a reply that the rules cannot label goes to the model, whose draft waits for the broker", async () => {
  const person = people[4]!;
  const text = "My cousin mentioned your letters to me the other day, happy to hear more";
  sandbox.write({ channel: "sms", from: person.phone, to: "+12135550199", text });
  await sandbox.drain();
  const notification = await hearing(
    "the label",
    ({ type, data }) => type === "reply.labelled" && data.lead_id === person.leadId,
  );
  expect(notification.data).toMatchObject({ label: "interested", has_draft: true });
  expect(await replies(person)).toMatchObject([
    { body: text, draft: expect.stringMatching(/broker/) },
  ]);
  const [sent] = await world.sql`
    select count(*)::integer as n from public.messages where lead_id = ${person.leadId} and kind <> 'manual'`;
  expect(sent!.n).toBe(0);
});

test("the model may add an opt-out that no rule recognised", async () => {
  const person = people[5]!;
  // The sandbox's model takes these words for an opt-out; the rules of the gate do not.
  const text = "I talked to my lawyer about opt.out matters and so on, regards";
  sandbox.write({ channel: "sms", from: person.phone, to: "+12135550199", text });
  await sandbox.drain();
  await eventually("the opt-out", async () => {
    const row = await lead(person);
    return row!.status === "opted_out" ? row : null;
  });
});

describe("a subscriber that does not answer", () => {
  test("is retried under the same id until it answers", async () => {
    let failures = 2;
    answers.set("/slow", () => failures-- > 0 ? 503 : 200);
    await world.sql`
      select public.create_subscription(${orgId}, ${
      hook("/slow")
    }, '{booking.changed}', ${secret})`;
    await world.sql`select private.announce(${orgId}, 'booking.changed', '{"booking_id": "b"}')`;
    await world.sql`select private.announce(${orgId}, 'booking.changed', '{"booking_id": "b"}')`;
    await hearing("the third attempt", ({ url }) => url === "/slow");
    const rows = await eventually("it to be noted", async () => {
      const rows = await world.sql`
        select state, attempts from public.notifications n
        join public.subscriptions s on s.id = n.subscription_id where s.url = ${hook("/slow")}`;
      return rows[0]?.state === "sent" ? rows : null;
    });
    expect(rows).toEqual([{ state: "sent", attempts: 3 }]);
    expect(heard.filter(({ url }) => url === "/slow")).toHaveLength(1);
  });

  test("gets no further notifications after it answers 410", async () => {
    answers.set("/gone", () => 410);
    await world.sql`
      select public.create_subscription(${orgId}, ${hook("/gone")}, '{day.closed}', ${secret})`;
    await world
      .sql`select private.announce(${orgId}, 'day.closed', '{"local_date": "2026-11-23"}')`;
    await eventually("the subscription to end", async () => {
      const [row] = await world.sql`
        select active from public.subscriptions where url = ${hook("/gone")}`;
      return row!.active ? null : row!;
    });
  });

  test("ends as a dead letter, whose replay sends again", async () => {
    await world.sql`update pgboss.queue set retry_limit = 0 where name = 'notify'`;
    let status = 500;
    answers.set("/dead", () => status);
    await world.sql`
      select public.create_subscription(${orgId}, ${hook("/dead")}, '{day.closed}', ${secret})`;
    await world
      .sql`select private.announce(${orgId}, 'day.closed', '{"local_date": "2026-11-24"}')`;
    const letter = await eventually(
      "the dead letter",
      async () =>
        (await world.sql`select payload from public.pipeline_dlq
        where source = 'notify' and resolved_at is null`)[0] ?? null,
    );
    status = 200;
    await world.sql`select public.replay_notification(${orgId}, ${letter.payload.notification_id})`;
    await hearing("the replay", ({ url }) => url === "/dead");
    expect(
      await world.sql`select from public.pipeline_dlq
      where source = 'notify' and resolved_at is null`,
    ).toHaveLength(0);
  });
});

test("a delivery that cannot be processed becomes a dead letter by itself, and can be replayed", async () => {
  await world.sql`update pgboss.queue set retry_limit = 0 where name = 'process-inbox'`;
  // Two in one batch, one of them spoilt after it was stored.
  const store = (body: string, key: string) => ({
    ...{ org_id: orgId, provider: "stripe", kind: "stripe", events: 1, params: {} },
    ...{ content_key: key.repeat(64), content_type: "application/json", body },
    ...{ correlation_id: crypto.randomUUID(), received_at: new Date().toISOString() },
  });
  const event = '{"id":"evt_1","type":"invoice.paid","created":1763920800}';
  const rows = [store("spoilt", "a"), store(event.replace("evt_1", "evt_2"), "b")];
  let at = 0;
  const placed = rows.map(({ body, ...row }, k) => {
    const place = { nth: k + 1, body_at: at, body_bytes: body.length };
    at += body.length;
    return { ...row, ...place };
  });
  await world.sql`select * from private.receive_webhooks(${crypto.randomUUID()},
    ${world.sql.json(placed)}, ${Buffer.from(rows.map(({ body }) => body).join(""))})`;
  const notification = await hearing(
    "the dead letter",
    ({ type, data }) => type === "dead_letter.filed" && data.source === "process-inbox",
  );
  const states = async () =>
    (await world.sql`select state from public.webhook_inbox where provider = 'stripe'
      and org_id = ${orgId} order by content_key`).map(({ state }) => state);
  expect(await states()).toEqual(["dead", "done"]);
  const [letter] = await world.sql`
    select payload from public.pipeline_dlq where id = ${notification.data
    .dead_letter_id as string}`;
  await world.sql`
    update public.webhook_inbox set body_cipher =
      private.encrypt_bytes(${Buffer.from(event)}, private.org_key(org_id, key_id))
    where org_id = ${orgId} and id = ${letter!.payload.inbox_id}`;
  await world.sql`select public.replay_inbox(${orgId}, ${letter!.payload.inbox_id})`;
  await eventually("the replay", async () => (await states())[0] === "done" || null);
});

test("deliveries and notifications without a job are still processed", async () => {
  const batchId = crypto.randomUUID();
  const body = Buffer.from('{"id":"evt_9","type":"invoice.paid","created":1763920800}');
  await world.sql.begin(async (tx) => {
    await tx`select * from private.receive_webhooks(${batchId}, ${
      tx.json([{
        ...{ nth: 1, org_id: orgId, provider: "stripe", kind: "stripe", events: 1, params: {} },
        ...{ content_key: "9".repeat(64), content_type: "application/json" },
        ...{ correlation_id: crypto.randomUUID(), received_at: new Date().toISOString() },
        ...{ body_at: 0, body_bytes: body.length },
      }])
    }, ${body})`;
    await tx`select private.announce(${orgId}, 'booking.changed', '{"booking_id": "lost"}')`;
    await tx`delete from pgboss.job where name in ('process-inbox', 'notify') and state = 'created'`;
  });
  await hearing("the announcement", ({ data }) => data.booking_id === "lost");
  await eventually("the delivery", async () => {
    const [row] = await world
      .sql`select state from public.webhook_inbox where batch_id = ${batchId}`;
    return row?.state === "done" || null;
  });
});

test("no notification had an invalid signature", () => expect(forged).toBe(0));

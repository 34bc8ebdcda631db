import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SendWorld, startSendWorld } from "../delivery/harness.ts";
import { askWith, type MadeKey, makeKey } from "./support.ts";

let world: SendWorld;
let made: MadeKey;
let leads: string[];
beforeAll(async () => {
  world = await startSendWorld({ functions: ["api"] });
  leads = await world.addLeads("sms", 3);
  made = await makeKey(world.sql, world.org.id);
});
afterAll(() => world?.stop());

const post = (path: string, body: unknown, idempotency?: string, key = made.key) =>
  askWith(
    world.stack,
    key,
    `POST /api/v1${path}`,
    body,
    idempotency === undefined ? {} : { "idempotency-key": idempotency },
  );
const tasks = async () =>
  (await world.sql`select count(*)::integer as n from public.tasks`)[0]!.n as number;

test("a repeat gets the first answer and does nothing", async () => {
  const id = randomUUID();
  const path = `/leads/${leads[0]}/task`;
  const first = await post(path, { kind: "to_do", note: "Call" }, id);
  const again = await post(path, { kind: "to_do", note: "Call" }, id);
  expect([first.status, first.headers.get("sluice-duplicate")]).toEqual([200, null]);
  expect([again.status, again.headers.get("sluice-duplicate")]).toEqual([200, "true"]);
  expect(again.json).toEqual(first.json);
  expect(await tasks()).toBe(1);
});

test("ten at once do it once", async () => {
  const id = randomUUID();
  const before = await tasks();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => post(`/leads/${leads[1]}/task`, { kind: "to_do" }, id)),
  );
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(await tasks()).toBe(before + 1);
});

test("another body or path with the same key is refused", async () => {
  const id = randomUUID();
  expect((await post(`/leads/${leads[0]}/task`, { kind: "to_do" }, id)).status).toBe(200);
  for (
    const [path, body] of [
      [`/leads/${leads[0]}/task`, { kind: "follow_up" }],
      [`/leads/${leads[1]}/task`, { kind: "to_do" }],
    ] as const
  ) {
    const { status, json } = await post(path, body, id);
    expect([status, json.code]).toEqual([409, "idempotency_key_reused"]);
  }
});

test("a request that was refused may be repeated", async () => {
  const id = randomUUID();
  const path = `/leads/${leads[2]}/task`;
  const due = { kind: "to_do", due_at: "2020-01-01T00:00:00Z" };
  const refused = await post(path, due, id);
  expect([refused.status, refused.json.code]).toEqual([422, "invalid"]);
  expect((await post(path, { kind: "to_do" }, id)).status).toBe(200);
});

test("keys of two machines do not meet, and a successor continues", async () => {
  const { sql, org } = world;
  const id = randomUUID();
  const path = `/leads/${leads[0]}/task`;
  const first = await post(path, { kind: "call_back" }, id);
  const twin = await makeKey(sql, org.id);
  const [row] = await sql<{ next: MadeKey }[]>`
    select public.rotate_api_key(${org.id}, ${made.key_id}) as next`;
  const before = await tasks();
  expect((await post(path, { kind: "call_back" }, id, row!.next.key)).json).toEqual(first.json);
  expect(await tasks()).toBe(before);
  // Of another machine it is a first request, although an open task of the kind is not doubled.
  const other = await post(path, { kind: "call_back" }, id, twin.key);
  expect([other.status, other.headers.get("sluice-duplicate")]).toEqual([200, null]);
});

test("what sends or creates needs a key", async () => {
  for (
    const [path, body] of [
      [`/leads/${leads[0]}/task`, { kind: "to_do" }],
      [`/leads/${leads[0]}/messages`, { step: "next" }],
    ] as const
  ) {
    const { status, json } = await post(path, body);
    expect([status, json.code]).toEqual([400, "malformed_request"]);
  }
  expect((await post(`/leads/${leads[0]}/pause`, {})).status).toBe(200);
});

test("a text is queued once, and the gate has decided", async () => {
  const id = randomUUID();
  const path = `/leads/${leads[2]}/messages`;
  const body = { text: { channel: "sms", text: "Org 1 here. Reply STOP to opt out" } };
  const first = await post(path, body, id);
  expect([first.status, first.json.message_id]).toEqual([200, expect.any(String)]);
  expect((await post(path, body, id)).json).toEqual(first.json);
  const messages = await world.sql`
    select id, kind, purpose from public.messages where lead_id = ${leads[2]!}`;
  expect(messages).toEqual([{ id: first.json.message_id, kind: "manual", purpose: "marketing" }]);
  const mail = await post(path, { text: { channel: "email", text: "Hi" } }, randomUUID());
  expect([mail.status, mail.json.code]).toEqual([422, "invalid"]);
  const none = await post(path, { answer: { reply_id: 1, text: "Yes" } }, randomUUID());
  expect([none.status, none.json.code]).toEqual([404, "not_found"]);
});

test("what a key did is in the audit log under its name", async () => {
  const rows = await world.sql`
    select distinct action, actor from public.list_audit(${world.org.id}, 200) where subject = 'api'
    order by action`;
  expect(rows).toEqual(
    ["api.lead.message", "api.lead.pause", "api.lead.task"]
      .map((action) => ({ action, actor: "key" })),
  );
});

test("and says from where: what the proxy saw, not what the client sent", async () => {
  const path = `/leads/${leads[0]}/task`;
  const { status } = await askWith(
    world.stack,
    made.key,
    `POST /api/v1${path}`,
    { kind: "to_do" },
    { "idempotency-key": randomUUID(), "x-forwarded-for": "203.0.113.7" },
  );
  expect(status).toBe(200);
  const [row] = await world.sql`select address from public.list_audit(${world.org.id}, 1)`;
  expect(row).toEqual({ address: "127.0.0.1" });
});

// A delivery that fails for its content fails once, for a reason that a person sees; what its people wished for counts.
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";
import {
  booking,
  callReport,
  mailEvent,
  makeOrg,
  type Person,
  reply,
  sendgrid,
  sms,
  smsStatus,
  store,
  worker,
} from "./support.ts";

let server: RunningServer;
let database: TestDatabase;
let sql: postgres.Sql;
let orgId: string;
let people: Person[];

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = postgres(database.adminUrl, { max: 4, onnotice: () => {} });
  ({ orgId, people } = await makeOrg(sql, [
    ...["sms", "sms", "email", "email", "email", "voice_ai", "email", "sms"] as const,
  ]));
  // Faults that content may cause: a reply and a message that cannot be stored.
  await sql.unsafe(`
    create function private.tg_test__refuse() returns trigger language plpgsql as $$
    begin
      if new.org_id::text = '${orgId}' and (tg_table_name = 'replies'
        or new.id::text = '${people[3]!.messageId}') then
        raise exception 'value too long' using errcode = '22001';
      end if;
      return new;
    end $$`);
});
afterAll(async () => {
  await sql?.end({ timeout: 5 });
  await database?.drop();
  await server?.release();
});

async function withFault(table: string, work: () => Promise<void>): Promise<void> {
  await sql.unsafe(`create trigger _000_refuse before insert or update on public.${table}
    for each row execute function private.tg_test__refuse()`);
  try {
    await work();
  } finally {
    await sql.unsafe(`drop trigger _000_refuse on public.${table}`);
  }
}

const suppressed = async (value: string, channel: string) =>
  (await sql<{ held: boolean }[]>`select private.is_suppressed(${orgId},
    private.contact_index(${orgId}, ${value}), ${channel}) as held`)[0]!.held;

const stateOf = async (batchId: string) =>
  (await sql<{ state: string }[]>`select state::text from public.webhook_inbox
    where batch_id = ${batchId} order by id`).map(({ state }) => state);

test("a text with a NUL or half a pair is stored, and STOP with a NUL is a STOP", async () => {
  const [first] = people as [Person];
  const batch = await store(sql, orgId, [
    sms(first, 1, "STOP\0", 100),
    sms(first, 2, "a".repeat(9_999) + "😀", 50),
  ]);
  await worker(sql)(batch);
  expect(await stateOf(batch)).toEqual(["done", "done"]);
  expect(await suppressed(first.phone, "sms")).toBe(true);
});

test("a reply that cannot be stored is dead at once, with its reason, and its STOP counts", async () => {
  const [, stops, other] = people as [Person, Person, Person];
  await withFault("replies", async () => {
    const batch = await store(sql, orgId, [
      sms(stops, 1, "STOP", 100),
      smsStatus(stops, "delivered", 90),
      reply(other, "Please stop emailing me.", 100),
    ]);
    await worker(sql)(batch);
    expect((await stateOf(batch)).sort()).toEqual(["dead", "dead", "done"]);
  });
  expect(await suppressed(stops.phone, "sms")).toBe(true);
  expect(await suppressed(other.email, "email")).toBe(true);
  const letters = await sql`select last_error from public.pipeline_dlq
    where source = 'process-inbox' and resolved_at is null`;
  expect(letters.map(({ last_error }) => last_error)).toEqual([
    expect.stringContaining("22001"),
    expect.stringContaining("22001"),
  ]);
});

test("one bad event of a delivery costs that event, not its neighbours", async () => {
  const [, , first, bad, last] = people as [Person, Person, Person, Person, Person];
  await withFault("messages", async () => {
    const batch = await store(sql, orgId, [sendgrid([
      mailEvent(first, "delivered", 5),
      mailEvent(bad, "delivered", 5),
      mailEvent(last, "delivered", 5),
    ])]);
    await worker(sql)(batch);
    expect(await stateOf(batch)).toEqual(["dead"]);
  });
  const states = await sql<{ delivered: boolean }[]>`
    select delivered_at is not null as delivered from public.messages
    where id = any (${[first, bad, last].map(({ messageId }) => messageId)}::uuid[])
    order by array_position(${[first, bad, last].map(({ messageId }) => messageId)}::uuid[], id)`;
  expect(states.map(({ delivered }) => delivered)).toEqual([true, false, true]);
});

test("a call that ends in an error counts its words", async () => {
  const caller = people[5]!;
  const batch = await store(sql, orgId, [callReport(
    caller,
    [["bot", "Hello"], ["user", "Stop calling me."]],
    80,
    "pipeline-error-openai-llm-failed",
  )]);
  await worker(sql)(batch);
  expect(await suppressed(caller.phone, "voice_ai")).toBe(true);
});

test("clicks on all links soon after the delivery are a scanner's, in any order", async () => {
  const person = people[6]!;
  const click = (seconds: number, link: string) =>
    mailEvent(person, "click", seconds, {
      url: `https://example.com/${link}`,
      useragent: "Mozilla/5.0",
    });
  const clicks = async () =>
    (await sql`select clicked_at, machine_clicked_at from public.messages
      where id = ${person.messageId}`)[0]!;
  await worker(sql)(
    await store(sql, orgId, [sendgrid([
      mailEvent(person, "delivered", 10),
      click(60, "a"),
    ])]),
  );
  expect((await clicks()).clicked_at).not.toBeNull();
  await worker(sql)(await store(sql, orgId, [sendgrid([click(62, "b")])]));
  expect(await clicks()).toMatchObject({ clicked_at: null });
  expect((await clicks()).machine_clicked_at).not.toBeNull();
  await worker(sql)(await store(sql, orgId, [sendgrid([click(900, "a")])]));
  expect((await clicks()).clicked_at?.toISOString()).toBe("2026-11-23T18:15:00.000Z");
});

test("a driving phone's text is no reply; a guest of a booking and a plus address find their lead", async () => {
  const person = people[7]!;
  const batch = await store(sql, orgId, [
    sms(person, 1, "I'm driving right now. I'll get back to you later.", 100),
  ]);
  await worker(sql)(batch);
  const replies = async () =>
    (await sql`select channel from public.replies where lead_id = ${person.leadId}`).length;
  expect(await replies()).toBe(0);
  const plus = { ...person, email: person.email.replace("@", "+homes@"), providerId: "unknown" };
  await worker(sql)(await store(sql, orgId, [reply(plus, "Yes, call me", 200)]));
  expect(await replies()).toBe(1);
  await worker(sql)(
    await store(sql, orgId, [booking(person, "BOOKING_CREATED", 300, {
      uid: "guests-1",
      attendees: [{ email: "assistant@example.org" }, { email: person.email }],
    })]),
  );
  const booked = await sql`select uid from public.bookings where lead_id = ${person.leadId}`;
  expect(booked).toHaveLength(1);
});

// From a stored delivery through the reader to suppressions, leads and tasks.
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Delivery } from "../../../edge-functions/_shared/providers/events.ts";
import { createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";
import { callReport, makeOrg, type Person, reply, sms, store, worker } from "./support.ts";

let server: RunningServer;
let database: TestDatabase;
let sql: postgres.Sql;
beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = postgres(database.adminUrl, { max: 4, onnotice: () => {} });
});
afterAll(async () => {
  await sql?.end({ timeout: 5 });
  await database?.drop();
  await server?.release();
});

interface Effect {
  status: string;
  request: string | null;
  phone: string[];
  email: string[];
  valid: number;
  tasks: number;
}

/** What one message of a person changes. */
async function effectOf(
  channel: "sms" | "email" | "voice_ai",
  message: (person: Person) => Delivery,
): Promise<Effect> {
  const { orgId, people: [person] } = await makeOrg(sql, [channel]);
  await worker(sql)(await store(sql, orgId, [message(person!)]));
  const [row] = await sql<Effect[]>`
    select l.campaign_status as status,
      (select r.request from public.replies r where r.lead_id = l.id) as request,
      array(select ch from unnest('{sms,voice_ai,voice_manual}'::text[]) ch
        where private.is_suppressed(l.org_id, p.value_bidx, ch)) as phone,
      array(select ch from unnest('{email}'::text[]) ch
        where private.is_suppressed(l.org_id, e.value_bidx, ch)) as email,
      (select count(*)::integer from public.contact_points c where c.lead_id = l.id and c.invalid_at is null) as valid,
      (select count(*)::integer from public.tasks t where t.lead_id = l.id) as tasks
    from public.leads l
    join public.contact_points p on p.lead_id = l.id and p.kind = 'phone'
    join public.contact_points e on e.lead_id = l.id and e.kind = 'email'
    where l.org_id = ${orgId}`;
  return row!;
}

const CALLS = ["sms", "voice_ai", "voice_manual"];

test("a text that asks for a call ends texts and automated calls, and a person calls", async () => {
  expect(await effectOf("sms", (person) => sms(person, 1, "Stop texting me, just call me", 60)))
    .toEqual({
      ...{ status: "replied", request: "opt_out", phone: ["sms", "voice_ai"], email: [] },
      ...{ valid: 2, tasks: 1 },
    });
});

test("a text that says never ends everything", async () => {
  expect(await effectOf("sms", (person) => sms(person, 1, "Never contact me again!", 60))).toEqual({
    ...{ status: "opted_out", request: "opt_out", phone: CALLS, email: ["email"] },
    ...{ valid: 2, tasks: 0 },
  });
});

test("a wrong number ends that phone and leaves the lead in its sequence", async () => {
  expect(await effectOf("sms", (person) => sms(person, 1, "Sorry, wrong number", 60))).toEqual({
    ...{ status: "active", request: "wrong_contact", phone: CALLS, email: [] },
    ...{ valid: 1, tasks: 0 },
  });
});

test("YES is a reply, whatever the provider makes of it; a STOP in Spanish is a STOP", async () => {
  expect(await effectOf("sms", (person) => sms(person, 1, "YES", 60, { OptOutType: "START" })))
    .toMatchObject({ status: "replied", request: "none", phone: [], tasks: 1 });
  expect(await effectOf("sms", (person) => sms(person, 1, "PARAR", 60)))
    .toMatchObject({ status: "opted_out", request: "opt_out", phone: ["sms", "voice_ai"] });
});

test("a tapback and a sentence with the word stop are replies", async () => {
  const tapback = "Liked “Hi Ann, is 1 Main St for sale? Reply STOP to opt out”";
  for (const text of [tapback, "Can you stop by on Friday?", "Kiinnostaa kovasti, soittakaa"]) {
    expect(await effectOf("sms", (person) => sms(person, 1, text, 60)))
      .toMatchObject({ status: "replied", request: "none", phone: [], tasks: 1 });
  }
});

test("an e-mail that ends e-mail leaves the lead in work while a phone is left", async () => {
  expect(await effectOf("email", (person) => reply(person, "Please stop emailing me.", 60)))
    .toEqual({
      ...{ status: "replied", request: "opt_out", phone: [], email: ["email"] },
      ...{ valid: 2, tasks: 1 },
    });
});

test("our own footer in a quoted mail counts for nothing", async () => {
  const text = "Ja, gern. Wie viel?\n\nVon: Org A <hello@mail.example.com>\n" +
    "Gesendet: Montag, 23. November 2026 10:00\nBetreff: 1 Main St\n\nUnsubscribe: https://x.example.com/u";
  expect(await effectOf("email", (person) => reply(person, text, 60)))
    .toMatchObject({ status: "replied", request: "none", email: [], tasks: 1 });
});

test("what a person says in a call is read by the same reader", async () => {
  const said = (line: string) => (person: Person) =>
    callReport(person, [["bot", "Say stop and we will not call again."], ["user", line]], 80);
  expect(await effectOf("voice_ai", said("Please stop calling. Just text me.")))
    .toMatchObject({ status: "replied", phone: ["voice_ai", "voice_manual"], email: [], tasks: 1 });
  expect(await effectOf("voice_ai", said("I can't stop thinking about it. Tell me more.")))
    .toMatchObject({ status: "replied", phone: [], email: [] });
});

test("a wish that only the learned reader finds takes effect, and a person has a task", async () => {
  const wish = "I would take it kindly if we hear nothing more from you folks";
  expect(await effectOf("sms", (person) => sms(person, 1, wish, 60))).toEqual({
    ...{ status: "opted_out", request: "opt_out", phone: CALLS, email: ["email"] },
    ...{ valid: 2, tasks: 1 },
  });
  const [row] = await sql<{ labelled_by: string; detail: unknown }[]>`
    select r.labelled_by, t.detail from public.replies r join public.tasks t using (org_id, lead_id)
    where r.labelled_by = 'learned'`;
  expect(row).toEqual({
    labelled_by: "learned",
    detail: { channel: "sms", request: "opt_out", read_by: "learned" },
  });
});

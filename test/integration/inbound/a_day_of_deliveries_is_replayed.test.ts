// sluice replay day: deliveries of webhooks are read again from the stored bytes, and no event counts twice.
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";
import { runSluice } from "../../support/sluice_command.ts";
import { makeOrg, type Person, sms, smsStatus, store, worker } from "./support.ts";

let server: RunningServer;
let database: TestDatabase;
let sql: postgres.Sql;
let orgId: string;
let people: Person[];

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = postgres(database.adminUrl, { max: 4, onnotice: () => {} });
  ({ orgId, people } = await makeOrg(sql, ["sms", "sms"]));
});
afterAll(async () => {
  await sql?.end({ timeout: 5 });
  await database?.drop();
  await server?.release();
});

const replay = (...args: string[]) =>
  runSluice(["replay", "day", "2026-11-23", "--org", orgId, ...args], {
    DATABASE_URL: database.adminUrl,
  });

/** What deliveries have caused. */
async function effects() {
  const [row] = await sql`
    select (select count(*)::integer from public.replies where org_id = ${orgId}) as replies,
      (select count(*)::integer from public.suppressions where org_id = ${orgId}) as suppressions,
      (select count(*)::integer from public.consents where org_id = ${orgId}) as consents,
      (select count(*)::integer from public.tasks where org_id = ${orgId}) as tasks,
      (select count(*)::integer from public.pipeline_events where org_id = ${orgId}) as events,
      (select count(*)::integer from public.webhook_events where org_id = ${orgId}) as webhook_events,
      (select array_agg(m.state::text || m.delivered_at::text order by m.id) from public.messages m
        where m.org_id = ${orgId}) as messages`;
  return row!;
}

async function work(): Promise<string[]> {
  const batches = await sql<{ batch_id: string }[]>`
    select distinct batch_id from public.webhook_inbox where org_id = ${orgId} and state = 'received'`;
  for (const { batch_id } of batches) await worker(sql)(batch_id);
  const states = await sql<{ state: string }[]>`
    select state::text from public.webhook_inbox where org_id = ${orgId} order by id`;
  return states.map(({ state }) => state);
}

test("a replayed day changes nothing, however often", async () => {
  const [first, second] = people as [Person, Person];
  await store(sql, orgId, [
    smsStatus(first, "delivered", 60),
    sms(first, 1, "STOP", 100),
    sms(second, 1, "Call me tomorrow", 120),
  ]);
  expect(await work()).toEqual(["done", "done", "done"]);
  const before = await effects();
  expect(before).toMatchObject({ replies: 2, webhook_events: 3 });

  const preview = await replay("--preview");
  expect(preview).toMatchObject({
    code: 0,
    out: "3 webhook deliveries of twilio: are read again\n",
  });
  expect((await replay()).err).toContain("Add --yes");
  expect(await work()).toEqual(["done", "done", "done"]);

  for (let times = 0; times < 2; times++) {
    const done = JSON.parse((await replay("--yes", "--json")).out);
    expect(done.replayed).toEqual({ uploads: 0, deliveries: 3 });
    expect((await replay("--preview")).out)
      .toBe("3 webhook deliveries of twilio: left out: not finished\n");
    expect(await work()).toEqual(["done", "done", "done"]);
    expect(await effects()).toEqual(before);
  }
  const [audited] = await sql<{ n: number }[]>`
    select count(*)::integer as n from private.audit_events
    where org_id = ${orgId} and action = 'day.replayed'`;
  expect(audited!.n).toBe(2);
});

test("what a mistake took away comes back, except what is not stored, of another day or of another org", async () => {
  const other = await makeOrg(sql, ["sms"]);
  await store(sql, other.orgId, [sms(other.people[0]!, 1, "Hello", 100)]);
  const [, second] = people as [Person, Person];
  await store(sql, orgId, [sms(second, 2, "And bring a pen", 86_400)]);
  expect((await work()).at(-1)).toBe("done");
  // As a backup from before the reply would have it.
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`delete from public.replies where org_id = ${orgId} and lead_id = ${second.leadId}`;
    await tx`delete from public.webhook_events where org_id = ${orgId} and kind = 'reply'
      and lead_id = ${second.leadId}`;
    await tx`update public.webhook_inbox set body_cipher = null, key_id = null
      where org_id = ${orgId} and id = (select min(id) from public.webhook_inbox where org_id = ${orgId})`;
  });
  const preview = (await replay("--preview")).out;
  expect(preview).toContain("2 webhook deliveries of twilio: are read again");
  expect(preview).toContain("1 webhook deliveries of twilio: left out: its bytes have expired");
  expect((await replay("--yes")).code).toBe(0);
  await work();
  const [back] = await sql<{ n: number }[]>`
    select count(*)::integer as n from public.replies
    where org_id = ${orgId} and lead_id = ${second.leadId}`;
  expect(back!.n).toBe(1);
  const [theirs] = await sql<{ state: string }[]>`
    select state::text from public.webhook_inbox where org_id = ${other.orgId}`;
  expect(theirs!.state).toBe("received");
});

// Which indexes the feed and the look-ups really used, with enough rows to make the planner choose.
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

const org = "a0000000-0000-4000-8000-000000000000";
const campaign = "a0000000-0000-4000-8000-0000000000c1";
const rows = 20_000;

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl);
  // At PostgreSQL's default for disks, scanning these few leads would be cheaper than 250 look-ups; a million is not.
  await sql`set random_page_cost = 1.1`;
  await sql`insert into public.orgs (id, name) values (${org}, 'Org')`;
  await sql`insert into public.campaigns (org_id, id, name, state)
    values (${org}, ${campaign}, 'One', 'running')`;
  await sql.begin(async (tx) => {
    await tx`select set_config('sluice.actor', 'upload', true)`;
    await tx`insert into public.leads (org_id, id, situs_state, lead_score, phone_verified, phone_bidx)
      select ${org}, md5(n::text)::uuid, 'CA', n % 101, true, sha256(n::text::bytea)
      from generate_series(1, ${rows}::integer) n`;
    await tx`insert into public.contact_points
        (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, verified)
      select org_id, id, 'phone', phone_bidx, '\\x00', 1, '***-***-0100', true from public.leads`;
    await tx`update public.leads set campaign_status = 'replied', last_reply_at = now(),
      campaign_id = ${campaign} where lead_score = 7`;
  });
  await sql`select public.refresh_contactable_leads(p_force => true)`;
  await sql.unsafe("vacuum analyze public.leads, public.contact_points");
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

/** Scans of tables (sequential) and indexes that some work did, by name. */
async function scans(work: (tx: typeof sql) => Promise<unknown>): Promise<Map<string, number>> {
  return await sql.begin(async (tx) => {
    const count = () =>
      tx<{ name: string; n: number }[]>`
        select c.relname as name, pg_stat_get_xact_numscans(c.oid)::integer as n
        from pg_class c join pg_namespace s on s.oid = c.relnamespace
        where s.nspname = 'public' and c.relkind in ('r', 'i', 'm')`;
    const before = new Map((await count()).map(({ name, n }) => [name, n]));
    await work(tx as unknown as typeof sql);
    return new Map(
      (await count()).map(({ name, n }) => [name, n - (before.get(name) ?? 0)]),
    );
  }) as Map<string, number>;
}

test("the feed scans leads_feed_hot_idx once and does no sequential scan", async () => {
  let fed: Record<string, unknown>[] = [];
  const used = await scans(async (tx) => {
    fed = await tx`select * from public.feed_campaigns('2026-11-23T14:00:00Z')`;
  });
  expect(fed).toMatchObject([{ fed_count: 250 }]);
  expect(used.get("leads_feed_hot_idx")).toBe(1);
  // Which other lead has the phone: from the contact points; where none has, no lead is looked up.
  expect(used.get("contact_points_value_idx")).toBe(250);
  for (const table of ["leads", "contact_points", "mv_contactable_leads"]) {
    expect(used.get(table), table).toBe(0);
  }
});

test("a feed for one state of many walks the same index", async () => {
  await sql`update public.campaigns set states = '{CA}', min_score = 50`;
  const used = await scans((tx) => tx`select * from public.feed_campaigns('2026-11-24T14:00:00Z')`);
  expect(used.get("leads_feed_hot_idx")).toBe(1);
  expect(used.get("leads")).toBe(0);
});

async function plan(query: string): Promise<string> {
  return (await sql.unsafe(`explain (costs off) ${query}`)).map((row) => row["QUERY PLAN"]).join(
    "\n",
  );
}

test("the look-up of the lead that a reply belongs to uses leads_active_phone_idx", async () => {
  expect(
    await plan(`select id from public.leads where org_id = '${org}' and phone_bidx = '\\x01'
    and campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')`),
  )
    .toContain("leads_active_phone_idx");
});

test("the latest replies of a campaign come in the order of leads_replied_lookup_idx", async () => {
  const text = await plan(`select id from public.leads where org_id = '${org}'
    and campaign_id = '${campaign}' and campaign_status = 'replied'
    order by last_reply_at desc limit 20`);
  expect(text).toContain("leads_replied_lookup_idx");
  expect(text).not.toContain("Sort");
});

test("the latest replies of an org come in the order of leads_last_reply_idx", async () => {
  const text = await plan(`select id from public.leads where org_id = '${org}'
    and last_reply_at is not null order by last_reply_at desc limit 20`);
  expect(text).toContain("leads_last_reply_idx");
  expect(text).not.toContain("Sort");
});

test("the best contactable leads of an org are found without sorting them all", async () => {
  const text = await plan(`select * from public.contactable_leads where org_id = '${org}'
    order by lead_score desc, lead_id limit 100`);
  expect(text).toContain("mv_contactable_leads_score_idx");
  expect(text).not.toContain("Sort");
});

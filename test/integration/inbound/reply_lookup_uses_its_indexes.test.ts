// The questions that a reply asks, on enough leads that the planner has a choice.
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
const org = "00000000-0000-4000-8000-0000000000aa";
const campaign = "00000000-0000-4000-8000-0000000000ab";

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl);
  await sql`insert into public.orgs (id, name) values (${org}, 'Alpha')`;
  await sql`insert into public.campaigns (org_id, id, name) values (${org}, ${campaign}, 'Spring')`;
  await sql`select set_config('sluice.actor', 'system', false)`;
  // One in ten is in the campaign, one in a hundred has replied.
  await sql`
    insert into public.leads (org_id, apn, phone_bidx, campaign_id, campaign_status, added_to_campaign_at,
      last_reply_at)
    select ${org}, n::text, decode(md5(n::text), 'hex'), case when n % 10 = 0 then ${campaign}::uuid end,
      case when n % 100 = 0 then 'replied' when n % 10 = 0 then 'active' else 'new' end::public.campaign_status,
      case when n % 10 = 0 then '2026-01-01'::timestamptz end,
      case when n % 100 = 0 then '2026-02-01'::timestamptz + make_interval(mins => n) end
    from generate_series(1, 20000) n`;
  await sql`analyze public.leads`;
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

async function plan(query: string): Promise<string> {
  const rows = await sql.unsafe(`explain ${query}`);
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

test("an inbound phone finds the lead in outreach by leads_active_phone_idx", async () => {
  expect(
    await plan(
      `select id from public.leads where org_id = '${org}' and phone_bidx = decode(md5('1000'), 'hex')
    and campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')`,
    ),
  ).toContain("leads_active_phone_idx");
});

test("the replies of a campaign are found by leads_replied_lookup_idx", async () => {
  expect(
    await plan(`select id from public.leads where org_id = '${org}' and campaign_id = '${campaign}'
    and campaign_status = 'replied' order by last_reply_at desc limit 20`),
  ).toContain("leads_replied_lookup_idx");
});

test("the latest replies of an org are found by leads_last_reply_idx", async () => {
  expect(
    await plan(`select id from public.leads where org_id = '${org}' and last_reply_at is not null
    order by last_reply_at desc limit 20`),
  ).toContain("leads_last_reply_idx");
});

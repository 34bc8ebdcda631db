// Two sessions over real connections: the second one acts while the feed of the first is not committed yet.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

type Sql = ReturnType<typeof connect>;
type Session = Awaited<ReturnType<Sql["reserve"]>>;
type Feed = { campaign_id: string; fed_count: number; unassigned_count: number };

const org = "a0000000-0000-4000-8000-000000000000";
const campaign = "a0000000-0000-4000-8000-0000000000c1";
const other = "a0000000-0000-4000-8000-0000000000c2";
const monday = "2026-11-23T14:00:00Z";
const lead = (n: number) => `f0000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: Sql;
let one: Session;
let two: Session;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 4);
  one = await sql.reserve();
  two = await sql.reserve();
});
afterAll(async () => {
  one?.release();
  two?.release();
  await sql?.end();
  await database?.drop();
  await server?.release();
});

beforeEach(async () => {
  await sql`delete from public.orgs`;
  await sql`insert into public.orgs (id, name) values (${org}, 'Org')`;
  await sql`insert into public.campaigns (org_id, id, name, state, daily_limit)
    values (${org}, ${campaign}, 'One', 'running', 10)`;
});

/** Leads 1 to n, best first, each with a verified phone; phones repeat after `phones`. */
async function addLeads(n: number, phones = n): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select set_config('sluice.actor', 'upload', true)`;
    await tx`insert into public.leads (org_id, id, situs_state, lead_score)
      select ${org}, ('f0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'CA', 100 - n
      from generate_series(1, ${n}::integer) n`;
    await tx`insert into public.contact_points
        (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, verified)
      select org_id, id, 'phone', sha256(((100 - lead_score) % ${phones}::integer)::text::bytea), '\\x00',
        (select max(k.id) from private.org_keys k where k.org_id = leads.org_id), '***-***-0100', true
      from public.leads`;
    await tx`select private.refresh_verification(${org}, array(select id from public.leads))`;
  });
  await sql`select public.refresh_contactable_leads(p_force => true)`;
}

const feed = (session: Session, at = monday) =>
  session<Feed[]>`select * from public.feed_campaigns(${at}::timestamptz)`;

const statuses = async (): Promise<string[]> =>
  (await sql`select campaign_status as status from public.leads order by id`)
    .map((row) => row.status as string);

async function pidOf(session: Session): Promise<number> {
  const [row] = await session<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return row?.pid ?? 0;
}

/** True when the session comes to wait for another one, false when its work ends before. */
async function waits(pid: number, work: Promise<unknown>): Promise<boolean> {
  let over = false;
  const end = work.then(() => over = true, () => over = true);
  while (!over) {
    const [row] = await sql`select cardinality(pg_blocking_pids(${pid})) > 0 as waits`;
    if (row?.waits) return true;
    await Promise.race([end, new Promise((resolve) => setImmediate(resolve))]);
  }
  return false;
}

test("a second session finds nothing to do during and after the first one's feed", async () => {
  await addLeads(30);
  await one`begin`;
  expect(await feed(one)).toMatchObject([{ fed_count: 10 }]);
  expect(await feed(two)).toEqual([]);
  await one`commit`;
  expect(await feed(two)).toEqual([]);
  expect((await statuses()).filter((status) => status === "queued")).toHaveLength(10);
});

test("when the first session fails, the second one feeds the same leads", async () => {
  await addLeads(30);
  await one`begin`;
  await feed(one);
  await one`rollback`;
  expect(await feed(two)).toMatchObject([{ fed_count: 10 }]);
  expect((await statuses()).slice(0, 11)).toEqual([...Array(10).fill("queued"), "new"]);
});

test("many concurrent ticks feed a date once", async () => {
  await addLeads(30);
  const tick = () => sql<Feed[]>`select * from public.feed_campaigns(${monday}::timestamptz)`;
  const ticks = await Promise.all(Array.from({ length: 8 }, tick));
  expect(ticks.flat()).toHaveLength(1);
  expect((await statuses()).filter((status) => status === "queued")).toHaveLength(10);
  const events = await sql`select count(*)::integer as n
    from public.pipeline_events join public.campaign_feeds using (correlation_id)`;
  expect(events[0]?.n).toBe(10);
});

test("two campaigns that feed at once share neither lead nor phone nor a broker's last seat", async () => {
  // Leads 1 and 11, 2 and 12 … have one phone.
  await addLeads(20, 10);
  await sql`update public.campaigns set daily_limit = 5`;
  await sql`insert into public.campaigns (org_id, id, name, state, daily_limit)
    values (${org}, ${other}, 'Two', 'running', 20)`;
  await sql`insert into public.brokers (org_id, name, capacity) values (${org}, 'Broker', 7)`;
  const feedOne = (session: Session, id: string) =>
    session<Feed[]>`
      select * from public.feed_campaign(${org}, ${id}, '2026-11-23', ${monday}::timestamptz)`;
  const pid = await pidOf(two);
  await one`begin`;
  expect(await feedOne(one, campaign)).toMatchObject([{ fed_count: 5, unassigned_count: 0 }]);
  const second = feedOne(two, other).execute();
  expect(await waits(pid, second)).toBe(true);
  await one`commit`;
  expect(await second).toMatchObject([{ fed_count: 5, unassigned_count: 3 }]);
  const [shared] = await sql`
    select count(*)::integer as n from (
      select c.value_bidx from public.contact_points c join public.leads l on l.id = c.lead_id
      where l.campaign_status = 'queued' group by 1 having count(*) > 1) twice`;
  expect(shared?.n).toBe(0);
});

test("a STOP that arrives before a feed commits wins", async () => {
  await addLeads(12);
  const pid = await pidOf(two);
  await one`begin`;
  await feed(one);
  const stop = two`select private.suppress_value(org_id, value_bidx, kind, null, 'stop', 'test')
    from public.contact_points where lead_id = ${lead(1)}`.execute();
  expect(await waits(pid, stop)).toBe(true);
  await one`commit`;
  await stop;
  expect((await statuses()).slice(0, 2)).toEqual(["opted_out", "queued"]);
});

test("a feed leaves out a lead whose STOP is not committed yet, and does not wait for it", async () => {
  await addLeads(12);
  await one`begin`;
  await one`select private.suppress_value(org_id, value_bidx, kind, null, 'stop', 'test')
    from public.contact_points where lead_id = ${lead(1)}`;
  expect(await feed(two)).toMatchObject([{ fed_count: 10 }]);
  await one`commit`;
  expect((await statuses()).slice(0, 12)).toEqual([
    "opted_out",
    ...Array(10).fill("queued"),
    "new",
  ]);
});

test("a lead that is being edited is left for tomorrow, without waiting", async () => {
  await addLeads(12);
  await one`begin`;
  await one`update public.leads set status = 'working' where id = ${lead(2)}`;
  expect(await feed(two)).toMatchObject([{ fed_count: 10 }]);
  await one`commit`;
  expect((await statuses()).slice(0, 3)).toEqual(["queued", "new", "queued"]);
  expect(await feed(two, "2026-11-24T14:00:00Z")).toMatchObject([{ fed_count: 2 }]);
});

test("a refresh and a feed do not block each other", async () => {
  await addLeads(12);
  await one`begin`;
  await one`select public.refresh_contactable_leads(p_force => true)`;
  expect(await feed(two)).toMatchObject([{ fed_count: 10 }]);
  await one`commit`;
  await one`begin`;
  await feed(one, "2026-11-24T14:00:00Z");
  await two`select public.refresh_contactable_leads(p_force => true)`;
  await one`commit`;
  expect((await statuses()).filter((status) => status === "queued")).toHaveLength(12);
});

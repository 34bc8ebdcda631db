// Claims in several sessions over real connections never take the same step, never exceed a limit together and never
// block each other for good.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

type Sql = ReturnType<typeof connect>;
type Session = Awaited<ReturnType<Sql["reserve"]>>;

const org = "a0000000-0000-4000-8000-000000000000";
const noon = "2026-11-18T18:00:00Z";
let run = 0;
const id = (kind: string, n: number) =>
  `${kind}0000000-0000-4000-8000-${String(run).padStart(6, "0")}${String(n).padStart(6, "0")}`;

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: Sql;
let one: Session;
let two: Session;
const pids = new Map<Session, number>();

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 8);
  one = await sql.reserve();
  two = await sql.reserve();
  for (const session of [one, two]) {
    const [row] = await session<{ pid: number }[]>`select pg_backend_pid() as pid`;
    pids.set(session, row!.pid);
  }
});
afterAll(async () => {
  one?.release();
  two?.release();
  await sql?.end();
  await database?.drop();
  await server?.release();
});

/** A campaign of one mail. Decisions outlive their org, so each test has leads of its own. */
beforeEach(async () => {
  run += 1;
  await sql`delete from public.orgs`;
  await sql`insert into public.orgs (id, name) values (${org}, 'Acme Realty')`;
  await sql`insert into public.senders (org_id, id, channel, provider, name, address, postal_address, authenticated_at)
    values (${org}, ${
    id("5", 1)
  }, 'email', 'sendgrid', 'Acme', 'hello@mail.example.com', '1 Main St', '2026-11-01Z')`;
  await sql`insert into public.templates (org_id, id, name, channel, subject, text_body)
    values (${org}, ${
    id("7", 1)
  }, 'hello', 'email', 'Hello', '{{ sender.postal_address }} {{ unsubscribe_url }}')`;
  await sql`insert into public.sequences (org_id, id, name) values (${org}, ${id("6", 1)}, 'One')`;
  await sql`insert into public.sequence_steps (org_id, sequence_id, step, channel)
    values (${org}, ${id("6", 1)}, 1, 'email')`;
  await sql`insert into public.step_variants (org_id, sequence_id, step, template_id)
    values (${org}, ${id("6", 1)}, 1, ${id("7", 1)})`;
  await sql`insert into public.campaigns (org_id, id, name, state, sequence_id)
    values (${org}, ${id("c", 1)}, 'All', 'running', ${id("6", 1)})`;
});

/** Leads 1 to n, all due; `shares` many of them have one e-mail. */
async function due(n: number, shares = 1): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select set_config('sluice.actor', 'system', true)`;
    for (let i = 1; i <= n; i++) {
      const address = `owner${run}-${Math.ceil(i / shares)}@example.com`;
      await tx`insert into public.leads
        (org_id, id, situs_state, situs_zip, campaign_id, campaign_status, added_to_campaign_at)
        values (${org}, ${id("f", i)}, 'CA', '90001', ${id("c", 1)}, 'queued', ${noon})`;
      await tx`insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked)
        select ${org}, ${
        id("f", i)
      }, 'email', private.blind_index(${address}, private.blind_key(${org})),
          private.encrypt_value(${address}, private.org_key(${org}, k)), k, '***'
        from private.active_key_id(${org}, 'data') k`;
      await tx`insert into public.sequence_runs
        (org_id, id, campaign_id, lead_id, sequence_id, next_step, next_channel, next_at, started_at)
        values (${org}, ${id("e", i)}, ${id("c", 1)}, ${id("f", i)}, ${
        id("6", 1)
      }, 1, 'email', ${noon}, ${noon})`;
    }
  });
}

interface Message {
  id: string;
  lead_id: string;
  lease_token: string;
}
const claim = (session: Session | Sql, limit: number) =>
  session<
    Message[]
  >`select id, lead_id, lease_token from public.claim_due_steps(${limit}, null, ${noon}, ${org})`;

/** Whether the work waits for another session's lock before it is over. */
async function waits(session: Session, work: Promise<unknown>): Promise<boolean> {
  let over = false;
  const end = work.then(() => over = true, () => over = true);
  while (!over) {
    const [blocked] = await sql`select cardinality(pg_blocking_pids(${pids.get(
      session,
    )!})) > 0 as waits`;
    if (blocked?.waits) return true;
    await Promise.race([end, new Promise((resolve) => setImmediate(resolve))]);
  }
  return false;
}

test("two concurrent claims share the due steps without waiting for each other", async () => {
  await due(4);
  await one`begin`;
  const first = await claim(one, 2);
  await two`begin`;
  const second = await claim(two, 10);
  await two`commit`;
  await one`commit`;
  expect(first).toHaveLength(2);
  expect(second).toHaveLength(2);
  expect(new Set([...first, ...second].map((m) => m.lead_id)).size).toBe(4);
  expect(first[0]!.lease_token).not.toBe(second[0]!.lease_token);
});

test("the steps of a rolled-back claim go to the next claim", async () => {
  await due(2);
  await one`begin`;
  expect(await claim(one, 10)).toHaveLength(2);
  await one`rollback`;
  expect(await claim(two, 10)).toHaveLength(2);
});

test("two claims at once cannot pass a throttle together", async () => {
  await sql`update public.senders set per_minute = 3`;
  await due(6);
  await one`begin`;
  expect(await claim(one, 2)).toHaveLength(2);
  await two`begin`;
  const second = claim(two, 10);
  expect(await waits(two, second)).toBe(true);
  await one`commit`;
  expect(await second).toHaveLength(1);
  await two`commit`;
});

test("two claims at once cannot spend a budget together", async () => {
  await sql`update public.senders set daily_budget_usd = 0.03, cost_usd = 0.01`;
  await due(6);
  await one`begin`;
  expect(await claim(one, 2)).toHaveLength(2);
  await two`begin`;
  const second = claim(two, 10);
  expect(await waits(two, second)).toBe(true);
  await one`commit`;
  expect(await second).toHaveLength(1);
  await two`commit`;
});

test("two claims at once cannot pass a limit of the gate together", async () => {
  await sql`update public.orgs set settings = settings || '{"org_attempts_24h": 1}'`;
  await due(2);
  await one`begin`;
  expect(await claim(one, 1)).toHaveLength(1);
  await two`begin`;
  const second = claim(two, 10);
  expect(await waits(two, second)).toBe(true);
  await one`commit`;
  expect(await second).toHaveLength(0);
  await two`commit`;
  const [row] =
    await sql`select refusal -> 'rules' as rules from public.sequence_runs where refusal is not null`;
  expect(row!.rules).toEqual(["house_org_cap"]);
});

test("a reply that arrives between claim and request wins", async () => {
  await due(2);
  const [first, second] = await claim(one, 10);
  await two`begin`;
  await two`select private.stop_runs(${org}, ${first!.lead_id}, 'reply', ${noon})`;
  const begun = one<
    { message_id: string }[]
  >`select message_id from private.begin_requests(${org}, ${[
    first!.id,
    second!.id,
  ]}, ${first!.lease_token}, ${noon})`;
  // The call waits for the reply that is being noted, and then finds its message cancelled.
  expect(await waits(one, begun)).toBe(true);
  await two`commit`;
  expect((await begun).map((m) => m.message_id)).toEqual([second!.id]);
});

test("many concurrent workers send to each address once, and none gets stuck", async () => {
  await due(60, 3);
  const called: string[] = [];
  await Promise.all(Array.from({ length: 6 }, async () => {
    while (true) {
      const claimed = await sql.begin((tx) => claim(tx as unknown as Sql, 7));
      if (claimed.length === 0) break;
      const token = claimed[0]!.lease_token;
      const begun = await sql.begin((tx) =>
        tx<{ message_id: string }[]>`select message_id from private.begin_requests(${org}, ${
          claimed.map((m) => m.id)
        }, ${token}, ${noon})`
      );
      called.push(...begun.map((m) => m.message_id));
      await sql.begin((tx) =>
        tx`select private.settle_messages(${org}, ${token}, ${
          tx.json(begun.map((m) => ({
            message_id: m.message_id,
            result: "accepted",
            provider_id: `p-${m.message_id}`,
          })))
        }, ${noon})`
      );
    }
  }));
  expect(new Set(called).size).toBe(called.length);
  // Three leads share an address: one contact a day between them.
  expect(called).toHaveLength(20);
  const [row] =
    await sql`select count(*)::integer as sent, count(distinct lead_id)::integer as leads
    from public.messages where state = 'sent'`;
  expect(row).toEqual({ sent: 20, leads: 20 });
  const [events] = await sql`select count(*)::integer as n from public.pipeline_events
    where kind = 'sent' and org_id = ${org} and detail ->> 'campaign_id' = ${id("c", 1)}`;
  expect(events!.n).toBe(20);
});

// Two sessions over real connections: the second one acts while a decision of the first is not committed yet. Then
// the operator commands against a real database.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Io } from "../../../scripts/cli/io.ts";
import { main } from "../../../scripts/cli/main.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

type Sql = ReturnType<typeof connect>;
type Session = Awaited<ReturnType<Sql["reserve"]>>;

const org = "a0000000-0000-4000-8000-000000000000";
// Decisions outlive their org, so each test has leads of its own.
let run = 0;
const lead = (n: number) =>
  `f0000000-0000-4000-8000-${String(run).padStart(6, "0")}${String(n).padStart(6, "0")}`;
const noon = "2026-11-18T18:00:00Z";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: Sql;
let one: Session;
let two: Session;
let dir: string;
let points: number[];

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 4);
  one = await sql.reserve();
  two = await sql.reserve();
  dir = await mkdtemp(join(tmpdir(), "sluice-decide-"));
});
afterAll(async () => {
  one?.release();
  two?.release();
  await sql?.end();
  await database?.drop();
  await server?.release();
  await rm(dir, { recursive: true });
});

/** Two leads that share one phone, and a third of its own; no number is listed; one attempt a day. */
beforeEach(async () => {
  run += 1;
  await sql`delete from public.orgs`;
  await sql`insert into public.orgs (id, name) values (${org}, 'Acme Realty')`;
  await sql`insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on)
    values (${org}, 'max_attempts_24h', '1', 'test', '2026-11-01')`;
  points = [];
  await sql.begin(async (tx) => {
    await tx`select set_config('sluice.actor', 'upload', true)`;
    for (const [n, phone] of [[1, "+12135550101"], [2, "+12135550101"], [3, "+12135550103"]]) {
      await tx`insert into public.leads (org_id, id, situs_state, situs_zip)
        values (${org}, ${lead(Number(n))}, 'CA', '90001')`;
      const [point] = await tx`
        insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked)
        select ${org}, ${
        lead(Number(n))
      }, 'phone', private.blind_index(${phone!}, private.blind_key(${org})),
          private.encrypt_value(${phone!}, private.org_key(${org}, k)), k, '***'
        from private.active_key_id(${org}, 'data') k returning id::int`;
      points.push(point!.id);
    }
  });
  await writeFile(join(dir, "list.txt"), "2135550199\n");
  await sluice(
    "dnc",
    "load",
    join(dir, "list.txt"),
    "--kind",
    "national",
    "--obtained-at",
    "2026-11-10",
  );
});

async function sluice(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const result = { out: "", err: "" };
  const sink = (key: "out" | "err") =>
    new Writable({
      write(chunk, _encoding, done) {
        result[key] += chunk;
        done();
      },
    });
  const io: Io = {
    env: { DATABASE_URL: database.adminUrl },
    stdin: Readable.from([]),
    stdout: sink("out"),
    stderr: sink("err"),
    now: () => new Date(noon),
    sleep: () => Promise.resolve(),
    random: () => 0,
    uuid: () => lead(0),
    fetch: () => Promise.reject(new Error("no network")),
  };
  return { code: await main(args, io), ...result };
}

interface Answer {
  allow: boolean;
  decision_id: number;
  reasons: { rule: string }[];
}
const decide = async (session: Session, n: number): Promise<Answer> => {
  const [row] = await session<{ answer: Answer }[]>`
    select public.gate_decide(${
    lead(n)
  }, ${points[n - 1]!}, 'voice_manual', 'marketing', ${noon}) as answer`;
  return row!.answer;
};
const attempt = (session: Session, n: number) =>
  session`insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, lead_id)
    select org_id, value_bidx, 'voice_manual', 'outbound', ${noon}, lead_id
    from public.contact_points where id = ${points[n - 1]!}`;

async function waits(session: Session, work: Promise<unknown>): Promise<boolean> {
  const [row] = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity where pid = ${pids.get(session)!}`;
  let over = false;
  const end = work.then(() => over = true, () => over = true);
  while (!over) {
    const [blocked] = await sql`select cardinality(pg_blocking_pids(${row!.pid})) > 0 as waits`;
    if (blocked?.waits) return true;
    await Promise.race([end, new Promise((resolve) => setImmediate(resolve))]);
  }
  return false;
}
const pids = new Map<Session, number>();
beforeEach(async () => {
  for (const session of [one, two]) {
    const [row] = await session<{ pid: number }[]>`select pg_backend_pid() as pid`;
    pids.set(session, row!.pid);
  }
});

test("two claims at once cannot pass a cap together, though their leads differ", async () => {
  await one`begin`;
  expect(await decide(one, 1)).toMatchObject({ allow: true });
  await two`begin`;
  const second = decide(two, 2);
  expect(await waits(two, second)).toBe(true);
  await attempt(one, 1);
  await one`commit`;
  expect(await second).toMatchObject({ allow: false, reasons: [{ rule: "house_cap" }] });
  await two`commit`;
});

test("when the first claim is rolled back, the second one passes", async () => {
  await one`begin`;
  await decide(one, 1);
  await two`begin`;
  const second = decide(two, 2);
  expect(await waits(two, second)).toBe(true);
  await attempt(one, 1);
  await one`rollback`;
  expect(await second).toMatchObject({ allow: true });
  await two`commit`;
});

test("claims of different phones do not wait for each other", async () => {
  await one`begin`;
  await decide(one, 1);
  expect(await decide(two, 3)).toMatchObject({ allow: true });
  await one`commit`;
});

test("of twenty claims at once of one phone, one passes", async () => {
  const claims = Array.from({ length: 20 }, (_, i) =>
    sql.begin(async (tx) => {
      const n = 1 + i % 2;
      const [row] = await tx`select public.gate_decide(
        ${lead(n)}, ${points[n - 1]!}, 'voice_manual', 'marketing', ${noon}) as answer`;
      if (row!.answer.allow) {
        await tx`insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, lead_id)
          select org_id, value_bidx, 'voice_manual', 'outbound', ${noon}, lead_id
          from public.contact_points where id = ${points[n - 1]!}`;
      }
      return row!.answer.allow as boolean;
    }));
  expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
});

test("whole claims in any order neither deadlock nor pass a cap together", async () => {
  const orders = [[1, 3], [3, 2], [2, 3], [3, 1]];
  const claims = Array.from({ length: 12 }, (_, i) =>
    sql.begin(async (tx) => {
      const order = orders[i % orders.length]!;
      const asked = order.map((n) => ({
        lead_id: lead(n),
        contact_point_id: points[n - 1]!,
        channel: "voice_manual",
        purpose: "marketing",
      }));
      const rows = await tx`
        select n, answer from private.gate_decide_many(${org}, ${tx.json(asked)}, ${noon})`;
      const allowed = rows.filter((row) => row.answer.allow).map((row) => order[row.n - 1]!);
      for (const n of allowed) {
        await tx`insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, lead_id)
          select org_id, value_bidx, 'voice_manual', 'outbound', ${noon}, lead_id
          from public.contact_points where id = ${points[n - 1]!}`;
      }
      return allowed;
    }));
  // Leads 1 and 2 share a phone: one of them, and the third.
  const passed = (await Promise.all(claims)).flat().map((n) => n === 3 ? "its own" : "shared");
  expect(passed.sort()).toEqual(["its own", "shared"]);
});

test("a decision in a transaction with a fixed snapshot is refused", async () => {
  await one`begin isolation level repeatable read`;
  await expect(decide(one, 1)).rejects.toMatchObject({ code: "SL423" });
  await one`rollback`;
});

const stop = (session: Session) =>
  session`select private.suppress_value(org_id, value_bidx, kind, null, 'stop_keyword', 'a reply')
    from public.contact_points where id = ${points[0]!}`;
const stillAllows = async (session: Session, id: number) => {
  const [row] = await session`
    select public.gate_still_allows(${org}, ${id}, ${noon}::timestamptz + interval '1 second') as yes`;
  return row!.yes as boolean;
};

test("a STOP that arrives between decision and send wins, and without it the message is sent", async () => {
  await one`begin`;
  const { decision_id: id } = await decide(one, 1);
  await attempt(one, 1);
  // It does not wait for the claim.
  await stop(two);
  await one`commit`;
  expect(await stillAllows(one, id)).toBe(false);
  const other = await decide(one, 3);
  expect(await stillAllows(one, other.decision_id)).toBe(true);
});

test("a STOP that is not committed when it is decided wins before the send", async () => {
  await two`begin`;
  await stop(two);
  const { allow, decision_id: id } = await decide(one, 1);
  expect(allow).toBe(true);
  await two`commit`;
  expect(await stillAllows(one, id)).toBe(false);
});

test("`sluice why` prints decisions and outlook, and stores nothing", async () => {
  await decide(one, 1);
  const { code, out } = await sluice(
    "why",
    lead(1),
    "--channel",
    "voice_manual",
    "--at",
    "2026-11-18T05:00:00Z",
  );
  expect(code).toBe(0);
  expect(out).toContain("voice_manual to ***: allowed");
  expect(out).toContain("registry copy of 2026-11-10 00:00 UTC does not list the number");
  expect(out).toContain("At 2026-11-18T05:00:00Z, by the data on record:");
  expect(out).toContain("voice_manual to ***: later, from 2026-11-18T16:00:00Z");
  expect(out).toContain("[federal_hours, ");
  const json = JSON.parse((await sluice("why", lead(1), "--json")).out);
  expect(json).toMatchObject({ ok: true, decisions: [{ verdict: "allowed" }] });
  expect(json.outlook).toHaveLength(3);
  const [count] =
    await sql`select count(*)::int as n from public.gate_decisions where org_id = ${org} and lead_id = ${
      lead(1)
    } and decided_at > now() - interval '1 minute'`;
  expect(count!.n).toBeGreaterThan(0);
  expect(await sluice("why", lead(9))).toMatchObject({
    code: 1,
    err: expect.stringContaining("not found"),
  });
});

test("`sluice dnc load` loads whole lists and changes, and refuses a file that is not a list", async () => {
  const file = join(dir, "list.txt");
  const load = (...args: string[]) =>
    sluice("dnc", "load", file, "--kind", "national", "--obtained-at", "2026-11-12", ...args);
  await writeFile(file, 'area code,phone\n213,5550101\n"(213) 555-0199"\n');
  expect(await load("--area-code", "213")).toMatchObject({
    code: 0,
    out: expect.stringContaining("2 numbers now"),
  });
  expect(await decide(one, 1)).toMatchObject({ allow: false, reasons: [{ rule: "dnc_federal" }] });
  await writeFile(file, "213,5550101,2026-11-12,D\n213,5550198,2026-11-12,A\n");
  expect(await load("--change")).toMatchObject({
    code: 0,
    out: expect.stringContaining("1 more, 1 fewer, 2 numbers"),
  });
  expect(await decide(one, 1)).toMatchObject({ allow: true });
  expect(await load()).toMatchObject({ code: 1, err: expect.stringContaining("--change") });
  await writeFile(file, "2135550101\nhello\n");
  expect(await load()).toMatchObject({ code: 1, err: expect.stringContaining("line 2") });
  await writeFile(file, "3105550101\n");
  expect(await load("--area-code", "213")).toMatchObject({
    code: 1,
    err: expect.stringContaining("SL412"),
  });
  expect(await decide(one, 3)).toMatchObject({ allow: true });
});

test("`sluice person` shows the record, and who is erased is not contacted", async () => {
  await decide(one, 1);
  const person = (verb: string, ...more: string[]) =>
    sluice("person", verb, "--lead", lead(1), "--org", org, ...more);
  const contacts = async () => JSON.parse((await person("show", "--json")).out).records[0].contacts;
  expect(await contacts()).toMatchObject([{ value: "+12135550101" }]);
  expect(await person("erase", "--requester", "by letter of today", "--yes")).toMatchObject({
    code: 0,
    out: expect.stringContaining("- 1 suppressions, as keyed hashes; until"),
  });
  expect(await contacts()).toEqual([]);
  expect(await decide(one, 2)).toMatchObject({ allow: false });
});

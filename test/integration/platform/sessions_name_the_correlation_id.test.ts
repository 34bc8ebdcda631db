// While a request or job is at work in the database, its session has the correlation id, and loses it with the
// transaction. It takes no round trip of its own.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  asMember,
  asWriter,
  withAddress,
} from "../../../edge-functions/_shared/platform/db/client.ts";
import { openPool } from "../../../edge-functions/_shared/platform/db/pool.ts";
import {
  openBeginner,
  openSettler,
} from "../../../edge-functions/_shared/providers/gateway/ledger.ts";
import { continueTrace, withTrace } from "../../../edge-functions/_shared/platform/trace.ts";
import { createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";

const ID = "0af76519-16cd-43dd-8448-eb211c80319c";
const OTHER = "0af76519-16cd-43dd-8448-eb211c80319d";
let server: RunningServer;
let database: TestDatabase;
let sql: ReturnType<typeof openPool>;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = openPool(database.adminUrl, {
    name: "sluice webhooks",
    max: 1,
    statementTimeoutMs: 60_000,
  });
});
afterAll(async () => {
  await sql?.end({ timeout: 5 });
  await database?.drop();
  await server?.release();
});

type Named = { name: string }[];
const ofWriter = () =>
  asWriter(sql, async (tx) =>
    (await tx<Named>`
    select application_name as name from pg_stat_activity where pid = pg_backend_pid()`)[0]!.name);
const ofMember = () =>
  asMember(sql, { sub: ID, role: "authenticated" }, async (tx) =>
    (await tx<Named>`
    select current_setting('application_name') as name`)[0]!.name);
const ofStatement = async () =>
  (await sql<Named>`select current_setting('application_name') as name`)[0]!.name;

test("transactions of the service and of members have the id, and the next ones do not", async () => {
  for (const name of [ofWriter, ofMember, ofStatement]) {
    expect(await withTrace(ID, name)).toBe(`sluice webhooks ${ID}`);
    expect(await name()).toBe("sluice webhooks");
  }
});

test("a job goes on under the id that it turns out to be about; another job has its own", async () => {
  const job = () =>
    withTrace(ID, async () => {
      const before = await ofWriter();
      continueTrace(OTHER);
      continueTrace(null);
      return [before, await ofWriter()];
    });
  const ofAnother = withTrace(ID, async () => [await ofWriter(), await ofWriter()]);
  expect(await job()).toEqual([`sluice webhooks ${ID}`, `sluice webhooks ${OTHER}`]);
  expect(await ofAnother).toEqual([`sluice webhooks ${ID}`, `sluice webhooks ${ID}`]);
});

test("nothing but an id becomes a part of the statement", async () => {
  for (const wrong of ["x'; drop table public.leads; --", "", `${ID} ${ID}`]) {
    expect(await withTrace(wrong, ofWriter)).toBe("sluice webhooks");
  }
  expect(await withTrace(ID, () => withAddress("127.0.0.1", ofWriter))).toBe(
    `sluice webhooks ${ID}`,
  );
});

test("statements of the ledger of data calls, which have no transaction around them, have the id", async () => {
  const pool = openPool(database.adminUrl, { name: "sluice worker", max: 1, prepare: true });
  try {
    await pool`create table private.seen (at text, name text)`;
    await pool.begin((tx) =>
      tx.unsafe(`
        create function private.tg_note_name() returns trigger language plpgsql security definer as $$
        begin
          insert into private.seen
          select tg_argv[0], a.application_name from pg_stat_activity a where a.pid = pg_backend_pid();
          return null;
        end $$;
        create trigger _900_note after insert on private.call_reservations
          for each statement execute function private.tg_note_name('begun');
        create trigger _900_note after insert on public.provider_calls
          for each statement execute function private.tg_note_name('settled');`)
    );
    const [org] = await pool<{ id: string }[]>`
      insert into public.orgs (name) values ('Alpha') returning id`;
    const place = { orgId: org!.id, provider: "x", account: "x", endpoint: "lookup" };
    const [ask, settle] = [openBeginner(pool, () => null), openSettler(pool, () => null)];
    const call = async (input: string) => {
      const [begun] = await ask({
        ...{ place, calls: [{ input, cost_usd: 0 }], limits: [], leaseSeconds: 60 },
        ...{ correlationId: null, aheadMs: 0, mostUsd: null },
      });
      if (begun!.verdict !== "go") throw new Error(begun!.verdict);
      await settle(place, {
        ...{ call_id: begun!.call_id, outcome: "ok", processed: "yes", cost_usd: 0 },
        ...{ answer: "{}", keep_seconds: 60, duration_ms: 1, drift: [] },
      });
    };
    // The second time as a named statement, and without an id after one that had it.
    await withTrace(ID, () => call("one"));
    await withTrace(OTHER, () => call("two"));
    await call("three");
    expect((await pool`select at, name from private.seen`).map(({ at, name }) => `${at} ${name}`))
      .toEqual([
        ...[`begun sluice worker ${ID}`, `settled sluice worker ${ID}`],
        ...[`begun sluice worker ${OTHER}`, `settled sluice worker ${OTHER}`],
        ...["begun sluice worker", "settled sluice worker"],
      ]);
  } finally {
    await pool.end();
  }
});

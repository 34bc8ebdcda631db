// The jobs as pg_cron runs them: each in a session of its own.
import type { Sql } from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";

let server: RunningServer;
let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.url);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

async function inSession<T>(work: (session: Sql) => Promise<T>): Promise<T> {
  const session = connect(database.url);
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}

test("every job's command runs", async () => {
  const jobs = await sql`select jobname, command from cron.job where jobname like 'sluice-%'`;
  expect(jobs).toHaveLength(21);
  await Promise.all(
    jobs.map(({ command }) => inSession((session) => session.unsafe(command).simple())),
  );
});

test("a refresh that hangs is cancelled and recorded, and the feed runs meanwhile", async () => {
  const at = (time: string) => new Date(`2026-11-23T${time}:00-08:00`);
  await sql`insert into public.orgs (id, name) values ('a0000000-0000-4000-8000-000000000000', 'Org')`;
  await sql`insert into public.campaigns (org_id, name, state)
    values ('a0000000-0000-4000-8000-000000000000', 'Campaign', 'running')`;
  const holder = connect(database.url);
  await holder.begin(async (tx) => {
    // Keeps its lock until the end of the transaction; readers go on.
    await tx`refresh materialized view concurrently public.mv_contactable_leads`;
    await inSession(async (session) => {
      await session`set statement_timeout = '500ms'`;
      expect(await session`select public.refresh_contactable_leads(${at("05:30")}) as done`)
        .toEqual([{ done: false }]);
    });
    expect(
      await inSession((session) =>
        session`select state from public.feed_campaigns(${at("06:00")})`
      ),
    ).toEqual([{ state: "done" }]);
  });
  await holder.end();
  const about = () =>
    sql`select state, error from private.overdue_tasks(${at("06:00")})
      where task = 'refresh_contactable_leads'`;
  expect(await about()).toEqual([
    { state: "failed", error: "canceling statement due to statement timeout" },
  ]);
  expect(await sql`select public.refresh_contactable_leads(${at("06:01")}) as done`)
    .toEqual([{ done: true }]);
  expect(await about()).toEqual([]);
});

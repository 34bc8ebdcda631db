// Where pg_cron does not run, its stand-in has its tables and functions; the runs are what pg_cron would have written.
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";
import { runSluice } from "../../support/sluice_command.ts";

let server: RunningServer;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

const schedule = (args: string[], sleep?: () => Promise<unknown>) =>
  runSluice(
    ["schedule", ...args, "--json"],
    { DATABASE_URL: database.adminUrl },
    sleep && { sleep },
  ).then(({ code, out }) => ({ code, ...JSON.parse(out) }));
const active = async () =>
  (await sql`select jobname from cron.job where active order by 1`).map(({ jobname }) => jobname);

test("every job is paused and resumed, and no other job", async () => {
  await sql`insert into cron.job (jobname, schedule, command) values ('own', '* * * * *', 'select 1')`;
  const before = await active();
  expect(before.length).toBeGreaterThan(10);
  const paused = await schedule(["pause"]);
  expect(paused).toMatchObject({ code: 0, ok: true, running: [] });
  expect(["own", ...paused.paused].sort()).toEqual(before);
  expect(await active()).toEqual(["own"]);
  expect((await schedule(["pause"])).paused).toEqual([]);
  expect((await schedule(["resume"])).resumed).toEqual(paused.paused);
  expect(await active()).toEqual(before);
});

test("pausing waits for running jobs, and not for what a crash left in the history", async () => {
  const [run] = await sql`
    insert into cron.job_run_details (jobid, job_pid, status, start_time)
    select j.jobid, pg_backend_pid(), 'running', now() from cron.job j where j.jobname = 'sluice-feed'
    returning runid`;
  await sql`
    insert into cron.job_run_details (jobid, job_pid, status, start_time)
    select j.jobid, 2147483647, 'running', now() from cron.job j where j.jobname = 'sluice-refresh'`;
  let waits = 0;
  const waited = await schedule(["pause"], async () => {
    waits += 1;
    if (waits === 3) {
      await sql`update cron.job_run_details set end_time = now() where runid = ${run!.runid}`;
    }
  });
  expect([waits, waited.code, waited.running]).toEqual([3, 0, []]);

  await sql`update cron.job_run_details set end_time = null where runid = ${run!.runid}`;
  const given = await schedule(["pause", "--timeout", "1"]);
  expect(given).toMatchObject({ code: 3, ok: false, running: ["sluice-feed"] });
  await schedule(["resume"]);
});

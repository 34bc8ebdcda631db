// Where only the function `worker` runs, as on a Supabase project alone: the schedule of the database makes a pull due,
// and each call of the function fetches a bounded piece of it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenData, parcel, startOpenData } from "../../../scripts/sandbox/opendata/server.ts";
import { call, HEADER, houses, startWorld, type World } from "../../http/intake/harness.ts";
import { zipOf } from "../../support/workbook.ts";
import { pullsOf, type Run } from "./support.ts";

let world: World;
let data: OpenData;
let pulls: ReturnType<typeof pullsOf>;
beforeAll(async () => {
  data = await startOpenData();
  world = await startWorld({
    functions: ["csv-upload", "worker"],
    // A part costs 500 rows of the budget at least.
    env: { WORKER_BATCH_ROWS: "900" },
  });
  pulls = pullsOf(world);
});
afterAll(async () => {
  await world?.stop();
  await data?.stop();
});

async function wake() {
  const headers = { apikey: world.stack.secretKey };
  const { status } = await call(`${world.stack.functionsUrl}/worker`, { method: "POST", headers });
  expect(status).toBe(200);
}
/** Wakes the function until the run and its upload have ended; the states of the run after each call. */
async function wakeUntilEnd(source: Parameters<typeof pulls.lastRun>[0]): Promise<Run[]> {
  const runs: Run[] = [];
  for (let calls = 0; calls < 60; calls++) {
    await wake();
    const run = await pulls.lastRun(source);
    runs.push(run);
    const [open] = await world.sql`
      select from public.uploads where id = ${run.upload_id} and state <> 'completed'`;
    if (!["due", "running"].includes(run.state) && !open) return runs;
  }
  throw new Error("the pull did not end");
}

test("a due pull is fetched piece by piece, and nothing twice", async () => {
  data.rows = Array.from({ length: 50 }, (_, n) => parcel(n + 1));
  const source = await pulls.addPull("socrata", `${data.url}/resource/parc-els1`, {
    options: world.sql.json({ page: 10 }),
    time_zone: "UTC",
  });
  await world.sql`
    update public.pulls set created_at = created_at - interval '2 days' where source_id = ${source.id}`;
  // What pg_cron does every minute (test/sql/schedule/pg_cron_wakes_the_worker.sql).
  await world.sql`select private.open_due_pulls()`;
  expect(await pulls.lastRun(source)).toMatchObject({ state: "due" });
  const runs = await wakeUntilEnd(source);
  expect(runs.at(-1)).toMatchObject({ state: "completed", rows: 50, parts: 5, attempts: 1 });
  expect(runs.filter(({ state }) => state === "running").length).toBeGreaterThan(1);
  expect(await pulls.leadsOf(source)).toBe(50);
  const asked = data.requests.map(({ path }) => /offset=(\d+)/.exec(path)?.[1]);
  expect(asked).toEqual(["0", "10", "20", "30", "40", "50"]);
});

test("a ZIP file is fetched, and a list by SFTP waits for the worker process", async () => {
  data.files.set("/list.zip", zipOf({ "list.csv": HEADER + houses(1, 8) }));
  const sftp = await pulls.addPull("sftp", "sftp://127.0.0.1:1/list.csv", {
    options: world.sql.json({ user: "u", host_key: `SHA256:${"A".repeat(43)}` }),
  });
  await world.sql`select public.run_pull(${sftp.id})`;
  const source = await pulls.addPull("file", `${data.url}/list.zip`);
  await world.sql`select public.run_pull(${source.id})`;
  expect((await wakeUntilEnd(source)).at(-1)).toMatchObject({ state: "completed", rows: 8 });
  expect(await pulls.leadsOf(source)).toBe(8);
  expect(await pulls.lastRun(sftp)).toMatchObject({ state: "due", attempts: 0 });
});

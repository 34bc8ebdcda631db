// A hosted function is killed when a request has used up its CPU, without a warning that it could rely on. Here each
// process is killed at a limit, as the kernel counts it. SLUICE_KILL_ROWS=420000 runs the size of the largest part.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  call,
  eventually,
  HEADER,
  houses,
  type Source,
  startWorld,
  type World,
} from "../../http/intake/harness.ts";

const timeout = 1_800_000;
const ROWS = Number(process.env.SLUICE_KILL_ROWS || 40_000);
/** The limits of the platform for the largest part, smaller ones for a smaller part. */
const full = ROWS > 100_000;
const limits = full ? [2000, 1000] : [1000, 600];
const batchRows = full ? [] : [["WORKER_BATCH_ROWS", "3000"]];
/** No batch ends by itself: only being killed ends it. */
const endless = { WORKER_BATCH_ROWS: "10000000", WORKER_BATCH_MS: "600000" };

/** User and system time in ms; null when the process is gone. The kernel counts in hundredths of a second. */
function cpuOf(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null;
  }
}

interface Run {
  calls: number;
  kills: number;
  /** The most CPU of one call, in ms. */
  most: number;
}

async function work(world: World, upload: string, source: Source, limit: number): Promise<Run> {
  const worker = world.stack.processes.get("worker")!;
  const run: Run = { calls: 0, kills: 0, most: 0 };
  for (;;) {
    await eventually("a worker", () => worker.port());
    const pid = worker.pid!;
    const before = cpuOf(pid) ?? 0;
    const used = () => (cpuOf(pid) ?? before) - before;
    const watch = setInterval(() => {
      const now = used();
      run.most = Math.max(run.most, now);
      if (now > limit && worker.pid === pid) {
        run.kills++;
        clearInterval(watch);
        process.kill(pid, "SIGKILL");
      }
    }, 2);
    const answer = await call(`${world.stack.functionsUrl}/worker`, {
      method: "POST",
      headers: { apikey: world.stack.secretKey },
    }).finally(() => clearInterval(watch));
    run.calls++;
    if (answer.status !== 200) {
      await eventually(
        "the process to be gone",
        () => Promise.resolve(worker.pid === pid ? null : true),
      );
      // As if the time of a heartbeat and of a pause had passed.
      await world.sql`update pgboss.job set heartbeat_on = now() - interval '5 minutes'
        where state = 'active'`;
    }
    await world.sql`update pgboss.job set start_after = now() where state in ('created', 'retry')`;
    const { json } = await world.status(upload, source);
    if (["completed", "failed"].includes(json.state)) return run;
    if (run.calls > 3000) throw new Error("the upload does not finish");
  }
}

async function converges(world: World, limit: number): Promise<Run> {
  const source = await world.addSource(await world.addOrg());
  const body = HEADER + houses(1, ROWS);
  const { json } = await world.upload(body, {}, source);
  const run = await work(world, json.upload_id, source, limit);
  const status = (await world.status(json.upload_id, source)).json;
  expect(status).toMatchObject({
    state: "completed",
    counts: { received: ROWS, created: ROWS, rejected: 0 },
  });
  const [found] = await world.sql`
    select (select count(distinct l.situs_house_number)::integer from public.leads l
        where l.org_id = ${source.orgId}) as houses,
      (select count(*)::integer from public.leads l where l.org_id = ${source.orgId}) as leads,
      (select count(*)::integer from public.pipeline_dlq d where d.org_id = ${source.orgId}) as dead`;
  expect(found).toEqual({ houses: ROWS, leads: ROWS, dead: 0 });
  const megabytes = (body.length / 2 ** 20).toFixed(1);
  console.log(
    `${ROWS} rows, ${megabytes} MiB, killed at ${limit} ms of CPU: ${JSON.stringify(run)}`,
  );
  return run;
}

describe("a batch with its own budget", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({
      functions: ["csv-upload", "worker"],
      env: { WORKER_SUPERVISE_SECONDS: "1", ...Object.fromEntries(batchRows) },
    });
  });
  afterAll(() => world?.stop());

  test.each(limits)("never reaches %i ms of CPU, and stages every row once", async (limit) => {
    expect(await converges(world, limit)).toMatchObject({ kills: 0 });
  }, timeout);
});

describe("a batch that is always killed", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({
      functions: ["csv-upload", "worker"],
      env: { WORKER_SUPERVISE_SECONDS: "1", ...endless },
    });
  });
  afterAll(() => world?.stop());

  test("leaves no dead letter, and stages every row once", async () => {
    const run = await converges(world, full ? 1000 : 400);
    expect(run.kills).toBeGreaterThan(0);
  }, timeout);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually, HEADER, houses, startWorld, type World } from "../../http/intake/harness.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld({ worker: true, env: { WORKER_SWEEP_SECONDS: "1" } });
});
afterAll(() => world?.stop());

const worker = () => world.stack.processes.get("worker-loop")!.pid!;

test("a part without a job is still staged", async () => {
  process.kill(worker(), "SIGSTOP");
  const { json } = await world.upload(HEADER + houses(1, 3));
  await world.sql`delete from pgboss.job where data ->> 'part_id' in (
    select id::text from public.upload_parts where upload_id = ${json.upload_id})`;
  process.kill(worker(), "SIGCONT");
  expect((await world.finished(json.upload_id)).counts.created).toBe(3);
});

test("a staged part without a job is still resolved", async () => {
  const lock = await world.sql.reserve();
  await lock`select pg_advisory_lock(hashtextextended(${world.source.orgId}::text, 1))`;
  const { json } = await world.upload(HEADER + houses(10, 3));
  await eventually("the part to be staged", async () => {
    const status = await world.status(json.upload_id);
    return status.json.parts[0].state === "staged" || null;
  });
  process.kill(worker(), "SIGSTOP");
  await world.sql`delete from pgboss.job where data ->> 'upload_id' = ${json.upload_id}`;
  await lock`select pg_advisory_unlock_all()`;
  lock.release();
  process.kill(worker(), "SIGCONT");
  expect((await world.finished(json.upload_id)).counts.created).toBe(3);
});

// The worker loop: `deno run … main.ts`. Any number of copies; SIGTERM and SIGINT stop it at the next safe
// point, and other workers continue the jobs that it had begun.
import process from "node:process";
import type { Work } from "../_shared/jobs/job.ts";
import { fetchSftp } from "../_shared/intake/pull/sftp.ts";
import { runLoop } from "../_shared/jobs/loop.ts";
import { Queue } from "../_shared/jobs/queue.ts";
import { clockOf } from "../_shared/platform/clock.ts";
import { openDatabase } from "../_shared/platform/db/client.ts";
import { jsonLog } from "../_shared/platform/json_log.ts";
import { readEnv } from "../_shared/platform/settings.ts";
import { connectionsOf, loopOf } from "./handlers.ts";
import { readWorkerSettings } from "./settings.ts";

const env = readEnv();
const settings = readWorkerSettings();
const log = jsonLog("worker");
const max = Math.max(env.connections, connectionsOf(settings));
const sql = openDatabase(env, { name: "worker", max });

const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    log("info", "stopping", { signal });
    stop.abort();
  });
}
log("info", "started", { stage_lanes: settings.WORKER_STAGE_LANES });
const work: Work = {
  ...{ sql, env, log, now: clockOf() },
  queue: new Queue(sql, settings.WORKER_SUPERVISE_SECONDS),
  sliceRows: settings.WORKER_SLICE_ROWS,
  resolveRows: settings.WORKER_RESOLVE_ROWS,
  resolveSlices: settings.WORKER_RESOLVE_SLICES,
  shouldStop: () => stop.signal.aborted,
  spend: () => {},
};
await runLoop(work, loopOf(work, settings, { sftp: fetchSftp }), stop.signal);
await sql.end({ timeout: 5 });
await log.sent();
log("info", "stopped");
process.exit(0);

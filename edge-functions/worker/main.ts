// The worker loop: `deno run … main.ts`. Any number of copies; SIGTERM and SIGINT end it at the next
// safe point, and what it had begun goes on elsewhere.
import process from "node:process";
import { clockOf } from "../_shared/platform/clock.ts";
import { openDatabase } from "../_shared/platform/db/client.ts";
import { Queue } from "../_shared/jobs/queue.ts";
import { readEnv } from "../_shared/platform/settings.ts";
import { jsonLog } from "../_shared/platform/log.ts";
import { runLoop } from "../_shared/jobs/loop.ts";
import { readWorkerSettings } from "./settings.ts";

const env = readEnv();
const settings = readWorkerSettings();
const log = jsonLog("worker");
const lanes = settings.WORKER_STAGE_LANES * 2 + settings.WORKER_RESOLVE_LANES + 5 +
  settings.WORKER_INBOX_LANES + settings.WORKER_NOTIFY_LANES +
  (settings.WORKER_DISPATCH === "on" ? settings.WORKER_DISPATCH_LANES * 2 : 0);
const sql = openDatabase(env, { name: "worker", max: Math.max(env.connections, lanes) });

const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    log("info", "stopping", { signal });
    stop.abort();
  });
}
log("info", "started", { stage_lanes: settings.WORKER_STAGE_LANES });
await runLoop(
  {
    sql,
    env,
    log,
    now: clockOf(),
    queue: new Queue(sql, settings.WORKER_SUPERVISE_SECONDS),
  },
  settings,
  stop.signal,
);
await sql.end({ timeout: 5 });
log("info", "stopped");
process.exit(0);

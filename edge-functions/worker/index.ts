// The worker as a function, called by pg_cron: one bounded batch a call.
import { clockOf } from "../_shared/platform/clock.ts";
import { openDatabase } from "../_shared/platform/db/client.ts";
import { readEnv } from "../_shared/platform/settings.ts";
import { jsonLog } from "../_shared/platform/json_log.ts";
import { createApp } from "./app.ts";
import { readWorkerSettings } from "./settings.ts";

const env = readEnv();
// The hosted runtime announces an end for lack of time, CPU or memory: a job is returned to its queue then.
const unload = new AbortController();
addEventListener("beforeunload", () => unload.abort());

const app = createApp(
  {
    // One for the work, and one for the heartbeat of a job that takes long.
    sql: openDatabase(env, { name: "worker-batch", max: Math.max(env.connections, 2) }),
    now: clockOf(),
    env,
    log: jsonLog("worker"),
  },
  readWorkerSettings(),
  unload.signal,
);

Deno.serve((request) => app.fetch(request));

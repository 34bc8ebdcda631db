// The worker as a function, called by pg_cron: one bounded batch a call.
import { clockOf } from "../_shared/platform/clock.ts";
import { openDatabase } from "../_shared/platform/db/client.ts";
import { readEnv } from "../_shared/platform/settings.ts";
import { jsonLog } from "../_shared/platform/log.ts";
import { createApp } from "./app.ts";
import { readWorkerSettings } from "./settings.ts";

const env = readEnv();
const app = createApp({
  sql: openDatabase(env, { name: "worker-batch" }),
  now: clockOf(),
  env,
  log: jsonLog("worker"),
}, readWorkerSettings());

Deno.serve((request) => app.fetch(request));

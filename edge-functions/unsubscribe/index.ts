// Serves unsubscribe links. The endpoints are in app.ts.
import { clockOf } from "../_shared/platform/clock.ts";
import { openDatabase } from "../_shared/platform/db/client.ts";
import { readEnv } from "../_shared/platform/settings.ts";
import { jsonLog } from "../_shared/platform/json_log.ts";
import { createApp } from "./app.ts";

const env = readEnv();
const app = createApp({
  sql: openDatabase(env, { name: "unsubscribe", statementTimeoutMs: 10_000 }),
  now: clockOf(),
  env,
  log: jsonLog("unsubscribe"),
});

Deno.serve((request) => app.fetch(request));

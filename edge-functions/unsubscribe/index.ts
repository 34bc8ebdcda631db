// Serves the unsubscribe function. What it does is in app.ts.
import { clockOf } from "../_shared/clock.ts";
import { openDatabase } from "../_shared/db/client.ts";
import { readEnv } from "../_shared/env.ts";
import { jsonLog } from "../_shared/http/log.ts";
import { createApp } from "./app.ts";

const env = readEnv();
const app = createApp({
  sql: openDatabase(env, { name: "unsubscribe", statementTimeoutMs: 10_000 }),
  now: clockOf(),
  env,
  log: jsonLog("unsubscribe"),
});

Deno.serve((request) => app.fetch(request));

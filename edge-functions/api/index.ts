// Serves the API for machines. The endpoints are in app.ts.
import { openDatabase } from "../_shared/platform/db/client.ts";
import { jsonLog } from "../_shared/platform/json_log.ts";
import { readEnv } from "../_shared/platform/settings.ts";
import { createApp } from "./app.ts";

const env = readEnv();
const app = createApp({
  sql: openDatabase(env, {
    ...{ name: "api", statementTimeoutMs: 30_000 },
    max: Math.max(env.connections, 2),
  }),
  now: () => new Date(),
  env,
  log: jsonLog("api"),
});

Deno.serve((request) => app.fetch(request));

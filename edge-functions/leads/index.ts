// Serves leads that are posted as JSON. The endpoints are in app.ts.
import { openDatabase } from "../_shared/platform/db/client.ts";
import { jsonLog } from "../_shared/platform/json_log.ts";
import { readEnv } from "../_shared/platform/settings.ts";
import { createApp } from "./app.ts";

const env = readEnv();
const app = createApp({
  // A longer statement means that the database is in trouble: answer 503 and let the client retry.
  sql: openDatabase(env, {
    ...{ name: "leads", statementTimeoutMs: 30_000 },
    max: Math.max(env.connections, 2),
  }),
  now: () => new Date(),
  env,
  log: jsonLog("leads"),
});

Deno.serve((request) => app.fetch(request));

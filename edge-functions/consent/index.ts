// Serves consent forms. The endpoints are in app.ts.
import { openDatabase } from "../_shared/platform/db/client.ts";
import { jsonLog } from "../_shared/platform/json_log.ts";
import { readEnv } from "../_shared/platform/settings.ts";
import { createApp } from "./app.ts";

const env = readEnv();
const app = createApp({
  sql: openDatabase(env, { name: "consent", statementTimeoutMs: 10_000 }),
  now: () => new Date(),
  env,
  log: jsonLog("consent"),
});

Deno.serve((request) => app.fetch(request));

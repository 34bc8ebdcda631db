// Serves the upload door. What it does is in app.ts.
import { openDatabase } from "../_shared/platform/db/client.ts";
import { readEnv } from "../_shared/platform/settings.ts";
import { jsonLog } from "../_shared/platform/log.ts";
import { createApp } from "./app.ts";

const env = readEnv();
const app = createApp({
  // A statement that takes longer is a database in trouble: answer 503 and let the client come again.
  sql: openDatabase(env, { name: "csv-upload", statementTimeoutMs: 30_000 }),
  now: () => new Date(),
  env,
  log: jsonLog("csv-upload"),
});

Deno.serve((request) => app.fetch(request));

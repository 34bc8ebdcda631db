// Serves the door for webhooks. What it does is in app.ts.
import { clockOf } from "../_shared/platform/clock.ts";
import { openDatabase } from "../_shared/platform/db/client.ts";
import { readEnv } from "../_shared/platform/settings.ts";
import { jsonLog } from "../_shared/platform/log.ts";
import { readWebhookSettings } from "../_shared/providers/webhook_settings.ts";
import { createApp } from "./app.ts";

const env = readEnv();
const settings = readWebhookSettings();
const app = createApp({
  // A statement that takes longer is a database in trouble: answer 503 and let the provider come again.
  sql: openDatabase(env, { name: "webhooks", statementTimeoutMs: 10_000 }),
  now: clockOf(),
  env,
  log: jsonLog("webhooks"),
}, settings);

Deno.serve((request) => app.fetch(request));

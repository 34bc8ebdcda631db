// Serves webhooks. The endpoints are in app.ts.
import { readInboxSettings } from "../_shared/inbound/settings.ts";
import { clockOf } from "../_shared/platform/clock.ts";
import { openDatabase } from "../_shared/platform/db/client.ts";
import { jsonLog } from "../_shared/platform/json_log.ts";
import { readEnv } from "../_shared/platform/settings.ts";
import { openVerifiers } from "../_shared/providers/registry/verifiers.ts";
import { createApp } from "./app.ts";

const env = readEnv();
const app = createApp(
  {
    // A longer statement means that the database is in trouble: answer 503 and let the provider retry.
    sql: openDatabase(env, { name: "webhooks", statementTimeoutMs: 10_000 }),
    now: clockOf(),
    env,
    log: jsonLog("webhooks"),
  },
  openVerifiers(),
  readInboxSettings(),
);

Deno.serve((request) => app.fetch(request));

// Serves metrics to Prometheus. The endpoint is in app.ts.
import { openDatabase } from "../_shared/platform/db/client.ts";
import { jsonLog } from "../_shared/platform/json_log.ts";
import { readEnv } from "../_shared/platform/settings.ts";
import { createApp } from "./app.ts";
import { readMetricsSettings } from "./settings.ts";

const env = readEnv();
const app = createApp(
  {
    sql: openDatabase(env, { name: "metrics", statementTimeoutMs: 10_000 }),
    now: () => new Date(),
    env,
    log: jsonLog("metrics"),
  },
  readMetricsSettings(),
);

Deno.serve((request) => app.fetch(request));

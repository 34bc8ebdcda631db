// Serves the outreach function. What it does is in app.ts.
import { clockOf, sharedClockOf } from "../_shared/platform/clock.ts";
import { openDatabase } from "../_shared/platform/db/client.ts";
import { readEnv } from "../_shared/platform/settings.ts";
import { jsonLog } from "../_shared/platform/log.ts";
import { openProviders } from "../_shared/providers/accounts.ts";
import { readOutreachSettings } from "../_shared/providers/settings.ts";
import { createApp } from "./app.ts";

const env = readEnv();
const settings = readOutreachSettings();
const now = clockOf();
const app = createApp({
  sql: openDatabase(env, { name: "outreach" }),
  now,
  env,
  log: jsonLog("outreach"),
  clock: sharedClockOf(),
  settings,
  providers: openProviders(env, now),
  shouldStop: () => false,
});

Deno.serve((request) => app.fetch(request));

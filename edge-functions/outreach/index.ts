// Serves outreach. The endpoints are in app.ts.
import { readDeliverySettings } from "../_shared/delivery/settings.ts";
import { clockOf, sharedClockOf } from "../_shared/platform/clock.ts";
import { openDatabase } from "../_shared/platform/db/client.ts";
import { jsonLog } from "../_shared/platform/json_log.ts";
import { readEnv } from "../_shared/platform/settings.ts";
import { openAccounts } from "../_shared/providers/registry/accounts.ts";
import { storedAccounts } from "../_shared/providers/stored.ts";
import { createApp } from "./app.ts";

const env = readEnv();
const settings = readDeliverySettings();
const now = clockOf();
const sql = openDatabase(env, { name: "outreach" });
const app = createApp({
  sql,
  now,
  env,
  log: jsonLog("outreach"),
  clock: sharedClockOf(),
  settings,
  accounts: openAccounts({
    timeoutMs: settings.OUTREACH_TIMEOUT_MS,
    now,
    publicUrl: env.publicUrl,
  }, storedAccounts(sql)),
  shouldStop: () => false,
  spend: () => {},
});

Deno.serve((request) => app.fetch(request));

// The checks of `sluice doctor`, in the order of the output.
import { authServer } from "./auth.ts";
import type { Check } from "./check.ts";
import { clock, databaseClock } from "./clock.ts";
import { columnMaps } from "./column_maps.ts";
import { connection, limits, version } from "./database.ts";
import { deployed } from "./deployed.ts";
import { extensions } from "./extensions.ts";
import { functions } from "./functions.ts";
import { apiKey, refusal } from "./keys.ts";
import { databaseMigrations, migrations } from "./migrations.ts";
import { parcels } from "./parcels.ts";
import { providerKeys } from "./provider_keys.ts";
import { deadLetters, queues } from "./queues.ts";
import { retention } from "./retention.ts";
import { roundTrip } from "./round_trip.ts";
import { rowSecurity } from "./row_security.ts";
import { ruleData, zoneData } from "./rule_data.ts";
import { contactableView, dailyTasks, schedule, wakeUps } from "./schedule.ts";
import { templates } from "./templates.ts";
import { scheduleSecrets, wrappingKey } from "./vault.ts";

export const HOSTED_CHECKS: readonly Check[] = [
  connection,
  version,
  limits,
  extensions,
  migrations,
  wrappingKey,
  scheduleSecrets,
  functions,
  deployed,
  apiKey,
  refusal,
  authServer,
  clock,
  schedule,
  wakeUps,
  dailyTasks,
  contactableView,
  queues,
  deadLetters,
  retention,
  providerKeys,
  ruleData,
  zoneData,
  rowSecurity,
  columnMaps,
  templates,
  parcels,
  roundTrip,
];

/** Without `--hosted`: what a database alone can say, also one without functions. */
export const DATABASE_CHECKS: readonly Check[] = [
  connection,
  version,
  limits,
  extensions,
  databaseMigrations,
  wrappingKey,
  databaseClock,
  schedule,
  dailyTasks,
  contactableView,
  queues,
  deadLetters,
  retention,
  ruleData,
  zoneData,
  rowSecurity,
  columnMaps,
  templates,
  parcels,
];

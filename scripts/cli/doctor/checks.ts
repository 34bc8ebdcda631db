// The checks of `sluice doctor --hosted`, in the order of the output.
import { authServer } from "./auth.ts";
import type { Check } from "./check.ts";
import { clock } from "./clock.ts";
import { columnMaps } from "./column_maps.ts";
import { connection, limits, version } from "./database.ts";
import { deployed } from "./deployed.ts";
import { extensions } from "./extensions.ts";
import { functions } from "./functions.ts";
import { apiKey, refusal } from "./keys.ts";
import { migrations } from "./migrations.ts";
import { parcels } from "./parcels.ts";
import { roundTrip } from "./round_trip.ts";
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
  columnMaps,
  templates,
  parcels,
  roundTrip,
];

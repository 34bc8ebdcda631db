// How fast we send, and how long we wait for a provider: from the environment.
import process from "node:process";
import { z } from "zod";
import { count, readSettings, type Variables } from "../platform/settings.ts";

const schema = z.object({
  /** How long one provider request may take, well below the lease of two minutes. */
  OUTREACH_TIMEOUT_MS: count(15_000, 30_000),
  /** Provider requests in flight at the same time in one process. */
  OUTREACH_CONCURRENCY: count(32, 200),
  /** Messages claimed at once. */
  OUTREACH_BATCH: count(200, 1_000),
});

export type DeliverySettings = z.output<typeof schema>;

export const readDeliverySettings = (
  given: Variables = process.env,
): DeliverySettings => readSettings(schema, given);

const syncSchema = z.object({
  /** How long one request about opt-out lists may take. */
  SYNC_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(15_000),
});

export const readOptOutSyncSettings = (
  given: Variables = process.env,
) => readSettings(syncSchema, given);

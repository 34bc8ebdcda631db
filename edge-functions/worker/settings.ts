// Settings of the worker, beside those that all functions share.
import process from "node:process";
import { z } from "zod";

const count = (otherwise: number, most: number) =>
  z.coerce.number().int().min(1).max(most).default(otherwise);

const schema = z.object({
  /** How many parts are staged at the same time in this process. */
  WORKER_STAGE_LANES: count(2, 16),
  /** How many uploads are resolved at the same time in this process (one per org at most). */
  WORKER_RESOLVE_LANES: count(1, 16),
  /** How many batches of webhooks are processed at the same time in this process. */
  WORKER_INBOX_LANES: count(2, 16),
  /** How many subscribers are told at the same time in this process. */
  WORKER_NOTIFY_LANES: count(2, 16),
  /** Rows of one transaction while staging, rounded up to a read of 64 KiB. More is faster, but larger. */
  WORKER_SLICE_ROWS: count(6_000, 100_000),
  /** Longest wait between two looks for work; jobs are usually announced. */
  WORKER_POLL_MS: count(1_000, 60_000),
  WORKER_SUPERVISE_SECONDS: count(5, 600),
  WORKER_SWEEP_SECONDS: count(60, 3_600),
  /** Between two looks whether today's opt-outs are in step with the providers. */
  WORKER_SYNC_SECONDS: count(300, 3_600),
  /** Whether this worker sends: `on` where n8n does not call the outreach function, or beside it. */
  WORKER_DISPATCH: z.enum(["on", "off"]).default("off"),
  /** How many batches are sent at the same time in this process. */
  WORKER_DISPATCH_LANES: count(2, 8),
  WORKER_DISPATCH_POLL_MS: count(2_000, 60_000),
  WORKER_RECONCILE_SECONDS: count(30, 3_600),
  /** A bounded batch stops after this much time or CPU, whichever comes first. */
  WORKER_BATCH_MS: count(60_000, 600_000),
  WORKER_BATCH_CPU_MS: count(1_200, 600_000),
});

export type Settings = z.output<typeof schema>;

export function readSettings(given: Record<string, string | undefined> = process.env): Settings {
  const read = schema.safeParse(given);
  if (!read.success) throw new Error(`environment: ${z.prettifyError(read.error)}`);
  return read.data;
}

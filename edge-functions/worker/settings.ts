// Settings of the worker, beside those that all functions share.
import { z } from "zod";
import { count, readSettings, type Variables } from "../_shared/platform/settings.ts";

const schema = z.object({
  /** Parts staged at the same time in this process. */
  WORKER_STAGE_LANES: count(2, 16),
  /** Uploads resolved at the same time in this process (at most one per org). */
  WORKER_RESOLVE_LANES: count(1, 16),
  /** Rows of one transaction while resolving; an upload with more is resolved in slices. */
  WORKER_RESOLVE_ROWS: count(25_000, 1_000_000),
  /** Slices of a large upload applied at the same time. */
  WORKER_RESOLVE_SLICES: count(2, 16),
  /** Batches of webhooks processed at the same time in this process. */
  WORKER_INBOX_LANES: count(2, 16),
  /** Notifications sent at the same time in this process. */
  WORKER_NOTIFY_LANES: count(2, 16),
  /** Enrichment runs worked on at the same time in this process. */
  WORKER_ENRICH_LANES: count(1, 8),
  /** Interval of the question which enrichment runs continue. */
  WORKER_WAKE_SECONDS: count(10, 3_600),
  /** Rows of one transaction while staging, rounded up to a read of 64 KiB. More is faster, but uses memory. */
  WORKER_SLICE_ROWS: count(6_000, 100_000),
  /** Longest wait before a queue is polled again; jobs are usually announced. */
  WORKER_POLL_MS: count(1_000, 60_000),
  WORKER_SUPERVISE_SECONDS: count(5, 600),
  WORKER_SWEEP_SECONDS: count(60, 3_600),
  /** Interval of the question which pulls are due. */
  WORKER_PULL_SECONDS: count(20, 3_600),
  /** Interval of the check whether today's opt-outs are synced with the providers. */
  WORKER_SYNC_SECONDS: count(300, 3_600),
  /** Interval of the questions whether numbers were reassigned. */
  WORKER_ASK_SECONDS: count(30, 3_600),
  /** `on` where this worker sends: instead of the calls from n8n to the outreach function, or beside them. */
  WORKER_DISPATCH: z.enum(["on", "off"]).default("off"),
  /** Batches sent at the same time in this process. */
  WORKER_DISPATCH_LANES: count(2, 8),
  WORKER_DISPATCH_POLL_MS: count(2_000, 60_000),
  WORKER_RECONCILE_SECONDS: count(30, 3_600),
  /** A bounded batch stops after this much time, or after work that takes as much CPU as staging so many rows. */
  WORKER_BATCH_MS: count(45_000, 600_000),
  WORKER_BATCH_ROWS: count(20_000, 10_000_000),
});

export type WorkerSettings = z.output<typeof schema>;

export const readWorkerSettings = (given?: Variables): WorkerSettings =>
  readSettings(schema, given);

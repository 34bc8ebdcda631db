// What handlers are given, and how one job is run: fetched, kept alive, closed.
import type { Job, Queue, QueueData, QueueName } from "./queue.ts";
import { asWriter, isDatabaseUnavailable, isTransient } from "../platform/db/client.ts";
import type { Deps } from "../platform/deps.ts";
import { errorFields, type Fields } from "../platform/log.ts";
import { deadLetters } from "../intake/jobs/dead_letters.ts";
import { notify } from "../notify/jobs/notify.ts";
import { processInbox } from "../inbound/jobs/process_inbox.ts";
import { resolveUpload } from "../matching/jobs/resolve_upload.ts";
import { stagePart } from "../intake/jobs/stage_part.ts";
import { triage } from "../inbound/jobs/triage.ts";

export interface Work extends Deps {
  queue: Queue;
  /** Rows of one transaction while staging. */
  sliceRows: number;
  /** Asked at safe points: true when the job should be given back and taken up again later. */
  shouldStop: () => boolean;
}

/** Thrown by a handler at a safe point: what it did stays, the rest is for the next one. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

const HANDLERS: { [Q in QueueName]: (work: Work, job: Job<Q>) => Promise<void> } = {
  "stage-part": stagePart,
  "resolve-upload": resolveUpload,
  "process-inbox": processInbox,
  "notify": notify,
  "triage": triage,
  "dead-letters": deadLetters,
};

/** In the order in which a single lane looks for work: what ends something comes first. */
export const QUEUES: QueueName[] = [
  ...["dead-letters", "process-inbox", "notify", "triage"] as const,
  ...["resolve-upload", "stage-part"] as const,
];

const HEARTBEAT_MS = 5_000;

/** Runs the next job of a queue. False when there is none. */
export async function runNext<Q extends QueueName>(work: Work, name: Q): Promise<boolean> {
  const job = await work.queue.fetch(name);
  if (!job) return false;
  const ids: Fields = {
    queue: name,
    job_id: job.id,
    attempt: job.retryCount + 1,
    ...idsOf(job.data),
  };
  const started = performance.now();
  const heartbeat = setInterval(() => {
    work.queue.touch(name, job.id).catch((error) =>
      work.log("warn", "no_heartbeat", { ...ids, ...errorFields(error) })
    );
  }, HEARTBEAT_MS);
  const ms = () => Math.round(performance.now() - started);
  try {
    await HANDLERS[name](work, job);
    await work.queue.complete(name, job.id);
    work.log("info", "job_done", { ...ids, ms: ms() });
  } catch (error) {
    if (error instanceof Interrupted) {
      await asWriter(work.sql, async (tx) => {
        await work.queue.send(tx, name, job.data as QueueData[Q]);
      });
      await work.queue.complete(name, job.id);
      work.log("info", "job_given_back", { ...ids, ms: ms() });
      return true;
    }
    const reason = errorFields(error);
    work.log(isTransient(error) ? "warn" : "error", "job_failed", { ...ids, ...reason, ms: ms() });
    // Without a database nothing can be written down; the missing heartbeat says it instead.
    if (!isDatabaseUnavailable(error)) await work.queue.fail(name, job.id, reason);
    else await work.queue.fail(name, job.id, reason).catch(() => {});
  } finally {
    clearInterval(heartbeat);
  }
  return true;
}

function idsOf(data: unknown): Fields {
  const { part_id, upload_id, batch_id, notification_id, reply_id } = (data ?? {}) as Fields;
  return { part_id, upload_id, batch_id, notification_id, reply_id };
}

const ATTEMPTS = 5;

/** Two transactions that got in each other's way: the loser goes again at once. */
export async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error) || attempt === ATTEMPTS) throw error;
    }
  }
}

// Runs one job: fetched, kept alive, completed or failed.
import { asWriter, isDatabaseUnavailable, isTransient } from "../platform/db/client.ts";
import { errorFields, type Fields } from "../platform/log.ts";
import { withTrace } from "../platform/trace.ts";
import { type Handlers, Interrupted, type Task, type Work } from "./job.ts";
import type { Job, QueueData, QueueName } from "./queue.ts";

const HEARTBEAT_MS = 5_000;

/** Runs the next job of a queue. False where the queue is empty. */
export async function runNext<Q extends QueueName>(
  work: Work,
  handlers: Handlers,
  name: Q,
): Promise<boolean> {
  const job = await work.queue.fetch(name);
  if (!job) return false;
  // A trace of its own, until the handler knows what the job is about.
  await withTrace(job.id, () => runJob(work, handlers, name, job));
  return true;
}

async function runJob<Q extends QueueName>(
  work: Work,
  handlers: Handlers,
  name: Q,
  job: Job<Q>,
): Promise<void> {
  const ids: Fields = {
    queue: name,
    job_id: job.id,
    attempt: job.retryCount + 1,
    ...idsOf(job.data),
  };
  const started = performance.now();
  const heartbeat = setInterval(() => {
    work.queue.touch(name, job.id).catch((error) =>
      work.log("warn", "heartbeat_failed", { ...ids, ...errorFields(error) })
    );
  }, HEARTBEAT_MS);
  const ms = () => Math.round(performance.now() - started);
  try {
    await handlers[name](work, job);
    await work.queue.complete(name, job.id);
    work.log("info", "job_done", { ...ids, ms: ms() });
  } catch (error) {
    if (error instanceof Interrupted) {
      await asWriter(work.sql, async (tx) => {
        await work.queue.complete(name, job.id, tx);
        await work.queue.send(tx, name, job.data as QueueData[Q]);
      });
      work.log("info", "job_interrupted", { ...ids, ms: ms() });
      return;
    }
    const reason = errorFields(error);
    work.log(isTransient(error) ? "warn" : "error", "job_failed", { ...ids, ...reason, ms: ms() });
    // Without a database the failure cannot be recorded; the missing heartbeat reports it instead.
    if (!isDatabaseUnavailable(error)) await work.queue.fail(name, job.id, reason);
    else await work.queue.fail(name, job.id, reason).catch(() => {});
  } finally {
    clearInterval(heartbeat);
  }
}

/** Runs a task once; a failure is logged. */
export async function runTask({ log }: Work, { name, run }: Task): Promise<void> {
  try {
    await run();
  } catch (error) {
    log("error", `${name}_failed`, errorFields(error));
  }
}

function idsOf(data: unknown): Fields {
  const { part_id, upload_id, batch_id, notification_id, reply_id } = (data ?? {}) as Fields;
  return { part_id, upload_id, batch_id, notification_id, reply_id };
}

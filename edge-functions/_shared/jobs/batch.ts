// The worker as a bounded batch: as much as fits into the time and CPU of one hosted function. The hosted runtime does
// not say how much CPU was used, so CPU is estimated from the work done. Its unit is a staged row.
import type { Handlers, Task, Work } from "./job.ts";
import type { QueueName } from "./queue.ts";
import { runNext, runTask } from "./run.ts";

export interface Batch {
  handlers: Handlers;
  /** In the order in which they are searched for a job. */
  queues: readonly QueueName[];
  /** Run before the jobs, always. */
  before: Task[];
  /** Run after the jobs, while there is time. */
  after: Task[];
}

export interface BatchResult {
  /** Jobs that were run. */
  done: number;
  /** Jobs that could be run now: call again. */
  remaining: number;
}

/** Cost of fetching a job and completing it, in staged rows. */
const JOB_ROWS = 300;

export type Budget = Pick<Work, "shouldStop" | "spend">;

/** Spent after so many ms or rows, whichever comes first, or when the runtime is about to end the process. */
export function openBudget(ms: number, rows: number, unload: AbortSignal): Budget {
  const started = performance.now();
  let left = rows;
  return {
    shouldStop: () => unload.aborted || left <= 0 || performance.now() - started > ms,
    spend: (rows) => {
      left -= rows;
    },
  };
}

export async function runBatch(
  work: Work,
  { handlers, queues, before, after }: Batch,
): Promise<BatchResult> {
  for (const task of before) await runTask(work, task);
  let done = 0;
  // At least one job, however small the budget: every call makes progress.
  do {
    if (!await runFirst(work, handlers, queues)) break;
    work.spend(JOB_ROWS);
    done++;
  } while (!work.shouldStop());
  for (const task of after) {
    if (!work.shouldStop()) await runTask(work, task);
  }
  return { done, remaining: await work.queue.waiting() };
}

async function runFirst(
  work: Work,
  handlers: Handlers,
  queues: readonly QueueName[],
): Promise<boolean> {
  for (const name of queues) {
    if (await runNext(work, handlers, name)) return true;
  }
  return false;
}

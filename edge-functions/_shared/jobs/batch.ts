// The worker as a bounded batch: as much as fits into the time and CPU of one hosted function.
import process from "node:process";
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

/** True after so much time or CPU, whichever comes first. */
export function timeBudget(ms: number, cpuMs: number): () => boolean {
  const started = performance.now();
  const cpuAtStart = process.cpuUsage();
  const usedCpuMs = () => {
    const { user, system } = process.cpuUsage(cpuAtStart);
    return (user + system) / 1000;
  };
  return () => performance.now() - started > ms || usedCpuMs() > cpuMs;
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

// The worker as a loop: lanes that each run one job at a time, and periodic tasks, until it is stopped.
import { errorFields } from "../platform/log.ts";
import { sleep } from "../platform/sleep.ts";
import type { Handlers, Task, Work } from "./job.ts";
import type { QueueName } from "./queue.ts";
import { runNext, runTask } from "./run.ts";
import { WakeSignal } from "./wake_signal.ts";

export interface Loop {
  handlers: Handlers;
  /** Jobs of each queue that run at the same time in this process. */
  lanes: Record<QueueName, number>;
  tasks: PeriodicTask[];
  /** Longest wait before a queue is polled again without an announcement. */
  pollMs: number;
}

export interface PeriodicTask extends Task {
  /** Pause between the end of one run and the start of the next. */
  pauseMs: number;
}

const LONGEST_PAUSE_MS = 15_000;

/** Runs until `signal` aborts, then lets every lane reach a safe point. */
export async function runLoop(work: Work, loop: Loop, signal: AbortSignal): Promise<void> {
  const wake = new WakeSignal(signal);
  const listening = await work.queue.listen((queue) => wake.notify(queue));
  const lanes = (Object.keys(loop.lanes) as QueueName[]).flatMap((name) =>
    Array.from({ length: loop.lanes[name] }, () => runLane(work, loop, name, wake, signal))
  );
  const tasks = loop.tasks.map((task) => repeat(work, task, signal));
  await Promise.all([...lanes, ...tasks]);
  await listening?.close().catch(() => {});
}

async function runLane(
  work: Work,
  { handlers, pollMs }: Loop,
  name: QueueName,
  wake: WakeSignal,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const seen = wake.count(name);
    try {
      const found = await runNext(work, handlers, name);
      failures = 0;
      if (!found) await wake.wait(name, seen, pollMs);
    } catch (error) {
      // Most likely the database is unavailable. Jobs in progress return to their queue by themselves.
      const pause = Math.min(2 ** failures++ * 250, LONGEST_PAUSE_MS);
      work.log("error", "lane_failed", { queue: name, pause_ms: pause, ...errorFields(error) });
      await sleep(pause, signal);
    }
  }
}

async function repeat(work: Work, task: PeriodicTask, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await runTask(work, task);
    await sleep(task.pauseMs, signal);
  }
}

// The worker as a bounded batch: as much as fits into the time and CPU of one hosted function.
import process from "node:process";
import { errorFields } from "../platform/log.ts";
import { openSending, sendBatch } from "../delivery/jobs/outgoing.ts";
import type { WorkerSettings } from "../../worker/settings.ts";
import { sweep } from "../intake/jobs/sweep.ts";
import { syncDaily } from "../delivery/jobs/sync_optouts.ts";
import { QUEUES, runNext, type Work } from "./run.ts";

export interface BatchResult {
  /** Jobs that were run. */
  done: number;
  /** Jobs that could be run now: call again. */
  remaining: number;
}

export async function runBatch(
  work: Omit<Work, "shouldStop" | "sliceRows">,
  settings: WorkerSettings,
): Promise<BatchResult> {
  const started = performance.now();
  const cpuAtStart = process.cpuUsage();
  const cpuMs = () => {
    const { user, system } = process.cpuUsage(cpuAtStart);
    return (user + system) / 1000;
  };
  const shouldStop = () =>
    performance.now() - started > settings.WORKER_BATCH_MS ||
    cpuMs() > settings.WORKER_BATCH_CPU_MS;
  const full: Work = { ...work, sliceRows: settings.WORKER_SLICE_ROWS, shouldStop };
  for (const task of [() => full.queue.supervise(), () => sweep(full)]) {
    await task().catch((error) => full.log("error", "upkeep_failed", errorFields(error)));
  }
  let done = 0;
  // One job at least, however small the budget: every call gets further.
  do {
    let found = false;
    for (const name of QUEUES) {
      if (!found && await runNext(full, name)) found = true;
    }
    if (!found) break;
    done++;
  } while (!shouldStop());
  if (!shouldStop()) await sendBatch(openSending(full), settings.WORKER_DISPATCH === "on");
  if (!shouldStop()) {
    await syncDaily(full).catch((error) =>
      full.log("error", "sync_opt_outs_failed", errorFields(error))
    );
  }
  return { done, remaining: await full.queue.waiting() };
}

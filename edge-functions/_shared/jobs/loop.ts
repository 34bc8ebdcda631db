// The worker as a loop: lanes that each take one job at a time, until told to stop.
import type { QueueName } from "./queue.ts";
import { errorFields } from "../platform/log.ts";
import { openSending, sendDue, settleDoubts } from "../delivery/jobs/outgoing.ts";
import type { WorkerSettings } from "../../worker/settings.ts";
import { sweep } from "../intake/jobs/sweep.ts";
import { syncDaily } from "../delivery/jobs/sync_optouts.ts";
import { runNext, type Work } from "./run.ts";

const LONGEST_PAUSE_MS = 15_000;

/** Runs until `signal` says stop, then lets every lane reach a safe point. */
export async function runLoop(
  work: Omit<Work, "shouldStop" | "sliceRows">,
  settings: WorkerSettings,
  signal: AbortSignal,
): Promise<void> {
  const full: Work = {
    ...work,
    sliceRows: settings.WORKER_SLICE_ROWS,
    shouldStop: () => signal.aborted,
  };
  const bell = new Bell(signal);
  const listening = await full.queue.listen((queue) => bell.ring(queue));
  const lane = (name: QueueName) => runLane(full, name, bell, settings.WORKER_POLL_MS, signal);
  const every = (seconds: number, name: string, task: () => Promise<unknown>) =>
    repeat(full, seconds * 1000, name, task, bell, signal);
  const sending = openSending(full);
  const sendingLanes = settings.WORKER_DISPATCH === "on" ? settings.WORKER_DISPATCH_LANES : 0;
  await Promise.all([
    ...Array.from(
      { length: sendingLanes },
      () =>
        repeat(
          full,
          settings.WORKER_DISPATCH_POLL_MS,
          "dispatch",
          () => sendDue(sending),
          bell,
          signal,
        ),
    ),
    // Also where n8n has the outreach function send: whatever dies in between is seen to here.
    every(settings.WORKER_RECONCILE_SECONDS, "reconcile", () => settleDoubts(sending)),
    ...Array.from({ length: settings.WORKER_STAGE_LANES }, () => lane("stage-part")),
    ...Array.from({ length: settings.WORKER_RESOLVE_LANES }, () => lane("resolve-upload")),
    ...Array.from({ length: settings.WORKER_INBOX_LANES }, () => lane("process-inbox")),
    ...Array.from({ length: settings.WORKER_NOTIFY_LANES }, () => lane("notify")),
    lane("triage"),
    lane("dead-letters"),
    every(settings.WORKER_SUPERVISE_SECONDS, "supervise", () => full.queue.supervise()),
    every(settings.WORKER_SWEEP_SECONDS, "sweep", () => sweep(full)),
    every(settings.WORKER_SYNC_SECONDS, "sync_opt_outs", () => syncDaily(full)),
  ]);
  await listening?.close().catch(() => {});
}

async function runLane(
  work: Work,
  name: QueueName,
  bell: Bell,
  pollMs: number,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const rung = bell.wait(name);
    try {
      const found = await runNext(work, name);
      failures = 0;
      if (!found) await rung(pollMs);
    } catch (error) {
      // Most likely the database is away. Jobs that were begun come back by themselves.
      const pause = Math.min(2 ** failures++ * 250, LONGEST_PAUSE_MS);
      work.log("error", "lane_failed", { queue: name, pause_ms: pause, ...errorFields(error) });
      await bell.wait("stop")(pause);
    }
  }
}

async function repeat(
  work: Work,
  ms: number,
  name: string,
  task: () => Promise<unknown>,
  bell: Bell,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await task();
    } catch (error) {
      work.log("error", `${name}_failed`, errorFields(error));
    }
    await bell.wait("stop")(ms);
  }
}

/** Wakes those who wait for a queue. One that rings between looking and waiting is not missed. */
class Bell {
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(signal: AbortSignal) {
    signal.addEventListener("abort", () => {
      for (const name of [...this.#waiting.keys()]) this.ring(name);
    });
  }

  ring(name: string): void {
    const all = this.#waiting.get(name);
    this.#waiting.delete(name);
    all?.forEach((wake) => wake());
  }

  /** To be called before looking; what it returns waits until a ring since then, or so many ms. */
  wait(name: string): (ms: number) => Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const all = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, all.add(resolve));
    return async (ms) => {
      const timer = setTimeout(resolve, ms);
      await promise;
      clearTimeout(timer);
      all.delete(resolve);
    };
  }
}

// POST /worker: one bounded batch, for the service only.
import { openBudget, runBatch } from "../_shared/jobs/batch.ts";
import type { Work } from "../_shared/jobs/job.ts";
import { Queue } from "../_shared/jobs/queue.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import { type App, createFunctionApp, route } from "../_shared/platform/http/app.ts";
import { callerReader } from "../_shared/platform/http/caller.ts";
import { forbidden } from "../_shared/platform/http/problem.ts";
import { batchOf } from "./handlers.ts";
import type { WorkerSettings } from "./settings.ts";

/** `unload` aborts when the runtime announces that it will end the process. */
export function createApp(deps: Deps, settings: WorkerSettings, unload: AbortSignal): App {
  const queue = new Queue(deps.sql, settings.WORKER_SUPERVISE_SECONDS);
  const readCaller = callerReader(deps.env);
  const app = createFunctionApp(deps, "worker");
  app.post("/", route("batch"), async (c) => {
    if (!(await readCaller(c.req.raw.headers)).service) {
      throw forbidden("Only the service may run the worker.");
    }
    const work: Work = {
      ...deps,
      queue,
      sliceRows: Math.min(settings.WORKER_SLICE_ROWS, settings.WORKER_BATCH_ROWS),
      resolveRows: settings.WORKER_RESOLVE_ROWS,
      // One connection works, the other one sends heartbeats.
      resolveSlices: 1,
      ...openBudget(settings.WORKER_BATCH_MS, settings.WORKER_BATCH_ROWS, unload),
    };
    return c.json(await runBatch(work, batchOf(work, settings)));
  });
  return app;
}

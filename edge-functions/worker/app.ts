// POST /worker: one bounded batch, for the service only.
import { runBatch, timeBudget } from "../_shared/jobs/batch.ts";
import type { Work } from "../_shared/jobs/job.ts";
import { Queue } from "../_shared/jobs/queue.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import { type App, createFunctionApp, route } from "../_shared/platform/http/app.ts";
import { callerReader } from "../_shared/platform/http/caller.ts";
import { forbidden } from "../_shared/platform/http/problem.ts";
import { batchOf } from "./handlers.ts";
import type { WorkerSettings } from "./settings.ts";

export function createApp(deps: Deps, settings: WorkerSettings): App {
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
      sliceRows: settings.WORKER_SLICE_ROWS,
      shouldStop: timeBudget(settings.WORKER_BATCH_MS, settings.WORKER_BATCH_CPU_MS),
    };
    return c.json(await runBatch(work, batchOf(work, settings)));
  });
  return app;
}

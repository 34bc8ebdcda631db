// POST /worker: one bounded batch. The platform has checked the token's signature (verify_jwt); here
// only the service role may set the worker to work.
import { Hono } from "hono";
import { Queue } from "../_shared/jobs/queue.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import { bearerOf, isService } from "../_shared/platform/http/caller.ts";
import { errorFields } from "../_shared/platform/log.ts";
import { isDatabaseUnavailable } from "../_shared/platform/db/client.ts";
import { forbidden, Problem } from "../_shared/platform/http/problem.ts";
import { runBatch } from "../_shared/jobs/batch.ts";
import type { Settings } from "./settings.ts";

export function createApp(deps: Deps, settings: Settings): Hono {
  const queue = new Queue(deps.sql, settings.WORKER_SUPERVISE_SECONDS);
  const app = new Hono().basePath("/worker");
  app.post("/", async (c) => {
    if (!isService(bearerOf(c.req.raw.headers))) {
      throw forbidden("Only the service role may run the worker.");
    }
    return c.json(await runBatch({ ...deps, queue }, settings));
  });
  app.notFound(() =>
    new Problem(404, "not_found", "There is nothing here.").toResponse(crypto.randomUUID())
  );
  app.onError((error) => {
    const correlationId = crypto.randomUUID();
    if (error instanceof Problem) return error.toResponse(correlationId);
    deps.log("error", "failed", { correlation_id: correlationId, ...errorFields(error) });
    const away = isDatabaseUnavailable(error);
    return new Problem(
      away ? 503 : 500,
      away ? "unavailable" : "internal_error",
      away ? "The database is away." : "Something went wrong on this side.",
    ).toResponse(correlationId);
  });
  return app;
}

// The door for lists: routes, and how errors leave.
import { Hono } from "hono";
import { Queue } from "../_shared/jobs/queue.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import { memberVerifier } from "../_shared/platform/http/member.ts";
import { problemOf } from "../_shared/platform/http/public.ts";
import { notFound, Problem } from "../_shared/platform/http/problem.ts";
import { type Context, type Door, type Handler } from "./door.ts";
import { handleRejects } from "./rejects.ts";
import { handleReplay } from "./replay.ts";
import { handleStatus } from "./status.ts";
import { handleUndo } from "./undo.ts";
import { handleUpload } from "./upload.ts";

export const CORRELATION_HEADER = "sluice-correlation-id";

export function createApp(deps: Deps): Hono {
  const door: Door = {
    ...deps,
    queue: new Queue(deps.sql),
    verifyMember: memberVerifier(deps.env),
  };
  const app = new Hono().basePath("/csv-upload");

  const route = (name: string, handler: Handler) => async (request: Request, uploadId?: string) => {
    const started = performance.now();
    const correlationId = crypto.randomUUID();
    const log: Deps["log"] = (level, event, fields) =>
      deps.log(level, event, {
        correlation_id: correlationId,
        route: name,
        ...fields,
      });
    const context: Context = {
      request,
      url: new URL(request.url),
      uploadId,
      correlationId,
      log,
    };
    const response = await handler(door, context).catch((error) =>
      problemOf(error, log, "The database is away; nothing was taken in. Try again.").toResponse(
        correlationId,
      )
    );
    response.headers.set(CORRELATION_HEADER, correlationId);
    response.headers.set("cache-control", "no-store");
    log("info", "answered", {
      status: response.status,
      ms: Math.round(performance.now() - started),
    });
    return response;
  };
  const upload = route("upload", handleUpload);
  const replay = route("replay", handleReplay);
  const status = route("status", handleStatus);
  const rejects = route("rejects", handleRejects);
  const undo = route("undo", handleUndo);
  const nowhere = route("none", () => Promise.reject(notFound()));
  const methods = (allow: string) =>
    route("none", () =>
      Promise.reject(
        new Problem(405, "method_not_allowed", `This address takes ${allow}.`, {
          headers: { allow },
        }),
      ));

  app.post("/", (c) => upload(c.req.raw)).all((c) => methods("POST")(c.req.raw));
  app.post("/replay", (c) => replay(c.req.raw)).all((c) => methods("POST")(c.req.raw));
  app.get("/:id", (c) => status(c.req.raw, c.req.param("id"))).all((c) =>
    methods("GET")(c.req.raw)
  );
  app.get("/:id/rejects.csv", (c) => rejects(c.req.raw, c.req.param("id")))
    .all((c) => methods("GET")(c.req.raw));
  app.post("/:id/undo", (c) => undo(c.req.raw, c.req.param("id")))
    .all((c) => methods("POST")(c.req.raw));
  app.notFound((c) => nowhere(c.req.raw));
  return app;
}

// The endpoints for leads as JSON.
import { Queue } from "../_shared/jobs/queue.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import {
  type App,
  createFunctionApp,
  methodNotAllowed,
  route,
} from "../_shared/platform/http/app.ts";
import { validQuery } from "../_shared/platform/http/input.ts";
import type { LeadsDeps } from "./caller.ts";
import { handlePost, PostQuery } from "./post.ts";
import { handleRead, ReadQuery } from "./read.ts";

export function createApp(given: Deps): App {
  const deps: LeadsDeps = { ...given, queue: new Queue(given.sql) };
  const app = createFunctionApp(deps, "leads");
  app.post(
    "/",
    route("post"),
    validQuery(PostQuery),
    (c) => handlePost(deps, c, c.req.valid("query")),
  )
    .all("/", methodNotAllowed("POST"));
  app.get(
    "/:id",
    route("read"),
    validQuery(ReadQuery),
    (c) => handleRead(deps, c, c.req.valid("query")),
  )
    .all("/:id", methodNotAllowed("GET"));
  return app;
}

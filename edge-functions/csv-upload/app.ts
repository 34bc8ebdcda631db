// The endpoints for uploads.
import { Queue } from "../_shared/jobs/queue.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import {
  type App,
  createFunctionApp,
  methodNotAllowed,
  route,
} from "../_shared/platform/http/app.ts";
import { allowOrigins } from "../_shared/platform/http/cors.ts";
import { validQuery } from "../_shared/platform/http/input.ts";
import { memberVerifier } from "../_shared/platform/http/member.ts";
import { openReader, ReaderQuery } from "./reader.ts";
import { handleRejects } from "./rejects.ts";
import { handleReplay, ReplayQuery } from "./replay.ts";
import type { UploadDeps } from "./signed.ts";
import { handleStatus } from "./status.ts";
import { handleUndo, UndoQuery } from "./undo.ts";
import { handleUpload, UploadQuery } from "./upload.ts";

export function createApp(given: Deps): App {
  const deps: UploadDeps = {
    ...given,
    queue: new Queue(given.sql),
    verifyMember: memberVerifier(given.env),
  };
  const app = createFunctionApp(deps, "csv-upload");
  app.use("*", allowOrigins(given.env.deskOrigins, "GET, POST"));
  app.post(
    "/",
    route("upload"),
    validQuery(UploadQuery),
    (c) => handleUpload(deps, c, c.req.valid("query")),
  )
    .all("/", methodNotAllowed("POST"));
  app.post(
    "/replay",
    route("replay"),
    validQuery(ReplayQuery),
    (c) => handleReplay(deps, c, c.req.valid("query")),
  )
    .all("/replay", methodNotAllowed("POST"));
  app.get(
    "/:id",
    route("status"),
    validQuery(ReaderQuery),
    async (c) => handleStatus(deps, c, await openReader(deps, c, c.req.valid("query"))),
  )
    .all("/:id", methodNotAllowed("GET"));
  app.get(
    "/:id/rejects.csv",
    route("rejects"),
    validQuery(ReaderQuery),
    async (c) => handleRejects(deps, c, await openReader(deps, c, c.req.valid("query"))),
  )
    .all("/:id/rejects.csv", methodNotAllowed("GET"));
  app.post(
    "/:id/undo",
    route("undo"),
    validQuery(UndoQuery),
    (c) => handleUndo(deps, c, c.req.valid("query")),
  )
    .all("/:id/undo", methodNotAllowed("POST"));
  return app;
}

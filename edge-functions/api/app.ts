// The API for machines, such as n8n: each request has an API key, which has one org, a role and scopes (docs/api_keys.md).
import type { MiddlewareHandler } from "hono";
import { Queue } from "../_shared/jobs/queue.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import { readApiKey } from "../_shared/platform/http/api_key.ts";
import { createFunctionApp, methodNotAllowed, route } from "../_shared/platform/http/app.ts";
import { bearerOf } from "../_shared/platform/http/caller.ts";
import { validQuery } from "../_shared/platform/http/input.ts";
import {
  ForecastQuery,
  handleCampaigns,
  handleControlCampaign,
  handleForecast,
  handleSenders,
  handleSequences,
  handleStart,
  handleTemplates,
  PageQuery,
} from "./campaigns.ts";
import type { ApiApp, ApiDeps, ApiEnv } from "./caller.ts";
import {
  handleControl,
  handleLead,
  handleOutlook,
  handleScore,
  handleTask,
  LeadQuery,
} from "./leads.ts";
import { handleMe } from "./me.ts";
import { handlePublish } from "./publish.ts";
import { handleMessage } from "./messages.ts";
import { handleExportSequence, handleMoveSequence, handleShowSequence } from "./sequences.ts";
import { handleUpload, handleUploadStatus, UploadQuery } from "./uploads.ts";

export const LEAD_ACTIONS = ["pause", "resume", "skip", "stop"] as const;
export const CAMPAIGN_ACTIONS = ["pause", "stop"] as const;

export function createApp(given: Deps): ApiApp {
  const deps: ApiDeps = { ...given, queue: new Queue(given.sql) };
  const app = createFunctionApp(deps, "api") as unknown as ApiApp;
  const key: MiddlewareHandler<ApiEnv> = async (c, next) => {
    const found = await readApiKey(deps.sql, bearerOf(c.req.raw.headers));
    c.set("key", found);
    c.var.verified();
    c.var.log("debug", "called", { api_key_id: found.id, org_id: found.orgId });
    await next();
  };

  app.get("/me", route("me"), key, handleMe).all("/me", methodNotAllowed("GET"));
  app.get(
    "/leads/:id",
    route("lead"),
    key,
    validQuery(LeadQuery),
    (c) => handleLead(deps, c, c.req.valid("query")),
  ).all("/leads/:id", methodNotAllowed("GET"));
  app.get("/leads/:id/outlook", route("outlook"), key, (c) => handleOutlook(deps, c))
    .all("/leads/:id/outlook", methodNotAllowed("GET"));
  app.get("/leads/:id/score", route("score"), key, (c) => handleScore(deps, c))
    .all("/leads/:id/score", methodNotAllowed("GET"));
  for (const action of LEAD_ACTIONS) {
    const path = `/leads/:id/${action}`;
    app.post(path, route("control_lead"), key, (c) => handleControl(deps, c, action))
      .all(path, methodNotAllowed("POST"));
  }
  app.post("/leads/:id/task", route("task"), key, (c) => handleTask(deps, c))
    .all("/leads/:id/task", methodNotAllowed("POST"));
  app.post("/leads/:id/messages", route("message"), key, (c) => handleMessage(deps, c))
    .all("/leads/:id/messages", methodNotAllowed("POST"));

  app.get(
    "/campaigns",
    route("campaigns"),
    key,
    validQuery(PageQuery),
    (c) => handleCampaigns(deps, c, c.req.valid("query")),
  ).all("/campaigns", methodNotAllowed("GET"));
  app.get(
    "/campaigns/:id/forecast",
    route("forecast"),
    key,
    validQuery(ForecastQuery),
    (c) => handleForecast(deps, c, c.req.valid("query")),
  ).all("/campaigns/:id/forecast", methodNotAllowed("GET"));
  app.post("/campaigns/:id/start", route("start"), key, (c) => handleStart(deps, c))
    .all("/campaigns/:id/start", methodNotAllowed("POST"));
  for (const action of CAMPAIGN_ACTIONS) {
    const path = `/campaigns/:id/${action}`;
    app.post(path, route("control_campaign"), key, (c) => handleControlCampaign(deps, c, action))
      .all(path, methodNotAllowed("POST"));
  }

  app.post(
    "/uploads",
    route("upload"),
    key,
    validQuery(UploadQuery),
    (c) => handleUpload(deps, c, c.req.valid("query")),
  ).all("/uploads", methodNotAllowed("POST"));
  app.get("/uploads/:id", route("upload_status"), key, (c) => handleUploadStatus(deps, c))
    .all("/uploads/:id", methodNotAllowed("GET"));

  app.post("/sequences/publish", route("publish"), key, (c) => handlePublish(deps, c))
    .all("/sequences/publish", methodNotAllowed("POST"));
  app.get(
    "/sequences",
    route("sequences"),
    key,
    validQuery(PageQuery),
    (c) => handleSequences(deps, c, c.req.valid("query")),
  ).all("/sequences", methodNotAllowed("GET"));
  app.get(
    "/templates",
    route("templates"),
    key,
    validQuery(PageQuery),
    (c) => handleTemplates(deps, c, c.req.valid("query")),
  ).all("/templates", methodNotAllowed("GET"));
  app.get("/senders", route("senders"), key, (c) => handleSenders(deps, c))
    .all("/senders", methodNotAllowed("GET"));
  app.get("/sequences/:id", route("sequence"), key, (c) => handleShowSequence(deps, c))
    .all("/sequences/:id", methodNotAllowed("GET"));
  app.get("/sequences/:id/workflow", route("export"), key, (c) => handleExportSequence(deps, c))
    .all("/sequences/:id/workflow", methodNotAllowed("GET"));
  app.post("/sequences/:id/move", route("move"), key, (c) => handleMoveSequence(deps, c))
    .all("/sequences/:id/move", methodNotAllowed("POST"));
  return app;
}

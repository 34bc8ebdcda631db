// The endpoints for sending and for control. n8n calls them with a secret key or an API key of its org, people with their
// access token.
import type { MiddlewareHandler } from "hono";
import type { Sending } from "../_shared/delivery/sending.ts";
import { createFunctionApp, methodNotAllowed, route } from "../_shared/platform/http/app.ts";
import { claimsOf, isApiKey, readApiKey, type Scope } from "../_shared/platform/http/api_key.ts";
import { bearerOf, callerReader } from "../_shared/platform/http/caller.ts";
import { allowOrigins } from "../_shared/platform/http/cors.ts";
import { validQuery } from "../_shared/platform/http/input.ts";
import { forbidden } from "../_shared/platform/http/problem.ts";
import type { OutreachApp, OutreachDeps, OutreachEnv } from "./caller.ts";
import { handleControlCampaign, handleControlLead } from "./control.ts";
import { DayQuery, handleDay } from "./day.ts";
import { handleEnrich } from "./enrich.ts";
import { handleInvite } from "./invite.ts";
import { DueQuery, handleClaim, handleDispatch, handleDue, handleSend } from "./send.ts";
import { handlePreview, handleTestSend } from "./try_out.ts";

export function createApp(sending: Sending): OutreachApp {
  const deps: OutreachDeps = sending;
  const readCaller = callerReader(deps.env);
  const anyCaller = (scope?: Scope): MiddlewareHandler<OutreachEnv> => async (c, next) => {
    const { headers } = c.req.raw;
    const token = bearerOf(headers);
    if (scope !== undefined && isApiKey(token)) {
      const key = await readApiKey(deps.sql, token);
      c.set("caller", { service: false, member: claimsOf(key, scope), key });
    } else c.set("caller", await readCaller(headers));
    c.var.verified();
    await next();
  };
  const serviceOnly: MiddlewareHandler<OutreachEnv> = async (c, next) => {
    if (!c.var.caller.service && !("key" in c.var.caller)) {
      throw forbidden("Only the service may use this endpoint.");
    }
    await next();
  };

  const app = createFunctionApp(deps, "outreach") as unknown as OutreachApp;
  // The desk tries out texts and invites. Everything else is called by servers.
  for (const path of ["/preview", "/test-send", "/invitations"]) {
    app.use(
      path,
      allowOrigins(deps.env.deskOrigins, "POST") as unknown as MiddlewareHandler<OutreachEnv>,
    );
  }
  app.post("/preview", route("preview"), anyCaller(), (c) => handlePreview(deps, c))
    .all("/preview", methodNotAllowed("POST"));
  app.post("/test-send", route("test_send"), anyCaller(), (c) => handleTestSend(deps, c))
    .all("/test-send", methodNotAllowed("POST"));
  app.post("/invitations", route("invite"), anyCaller(), (c) => handleInvite(deps, c))
    .all("/invitations", methodNotAllowed("POST"));
  app.post(
    "/dispatch",
    route("dispatch"),
    anyCaller("outreach.dispatch"),
    serviceOnly,
    (c) => handleDispatch(deps, c),
  ).all("/dispatch", methodNotAllowed("POST"));
  app.post(
    "/claim",
    route("claim"),
    anyCaller("outreach.dispatch"),
    serviceOnly,
    (c) => handleClaim(deps, c),
  )
    .all("/claim", methodNotAllowed("POST"));
  app.post(
    "/send",
    route("send"),
    anyCaller("outreach.dispatch"),
    serviceOnly,
    (c) => handleSend(deps, c),
  )
    .all("/send", methodNotAllowed("POST"));
  app.get(
    "/due",
    route("due"),
    anyCaller("outreach.dispatch"),
    validQuery(DueQuery),
    (c) => handleDue(deps, c, c.req.valid("query")),
  ).all("/due", methodNotAllowed("GET"));
  app.get(
    "/day",
    route("day"),
    anyCaller("outreach.dispatch"),
    serviceOnly,
    validQuery(DayQuery),
    (c) => handleDay(deps, c, c.req.valid("query")),
  ).all("/day", methodNotAllowed("GET"));
  app.post(
    "/enrichment",
    route("enrichment"),
    anyCaller("enrichment.run"),
    serviceOnly,
    (c) => handleEnrich(deps, c),
  )
    .all("/enrichment", methodNotAllowed("POST"));
  app.post(
    "/leads/:id/:action",
    route("control_lead"),
    anyCaller("leads.control"),
    (c) => handleControlLead(deps, c),
  ).all("/leads/:id/:action", methodNotAllowed("POST"));
  app.post(
    "/campaigns/:id/:action",
    route("control_campaign"),
    anyCaller("campaigns.control"),
    (c) => handleControlCampaign(deps, c),
  ).all("/campaigns/:id/:action", methodNotAllowed("POST"));
  return app;
}

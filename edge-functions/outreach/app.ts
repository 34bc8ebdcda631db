// The door for sending: claim, send, and who is steered where. n8n calls it with the service role's
// token, people with their own.
import { Hono } from "hono";
import { memberVerifier } from "../_shared/platform/http/member.ts";
import { openRoute } from "../_shared/platform/http/public.ts";
import { notFound, Problem } from "../_shared/platform/http/problem.ts";
import type { Sending } from "../_shared/delivery/dispatch.ts";
import { handleDay } from "./day.ts";
import { type Door, type Handler, open } from "./door.ts";
import { handleClaim, handleDispatch, handleDue, handleSend } from "./send.ts";
import { handleCampaign, handleLead } from "./steer.ts";

export function createApp(sending: Sending): Hono {
  const door: Door = { ...sending, verifyMember: memberVerifier(sending.env) };
  const app = new Hono().basePath("/outreach");

  const route = (name: string, handler: Handler) => {
    return async (request: Request, params: Record<string, string> = {}) =>
      await openRoute(door, name, {}, async (deps) => {
        const inner = { ...door, log: deps.log };
        const caller = await open(inner, request);
        return await handler(inner, { request, caller, params });
      })(request);
  };
  const methods = (allow: string) =>
    openRoute(
      door,
      "none",
      { allow },
      () => Promise.reject(new Problem(405, "method_not_allowed", `This address takes ${allow}.`)),
    );
  const nowhere = openRoute(door, "none", {}, () => Promise.reject(notFound()));

  const post = (path: string, name: string, handler: Handler) => {
    const [run, other] = [route(name, handler), methods("POST")];
    app.post(path, (c) => run(c.req.raw, c.req.param())).all((c) => other(c.req.raw));
  };
  post("/dispatch", "dispatch", handleDispatch);
  post("/claim", "claim", handleClaim);
  post("/send", "send", handleSend);
  post("/leads/:id/:action", "control_lead", handleLead);
  post("/campaigns/:id/:action", "control_campaign", handleCampaign);
  const get = (path: string, name: string, handler: Handler) => {
    const [run, other] = [route(name, handler), methods("GET")];
    app.get(path, (c) => run(c.req.raw)).all((c) => other(c.req.raw));
  };
  get("/due", "due", handleDue);
  get("/day", "day", handleDay);
  app.notFound((c) => nowhere(c.req.raw));
  return app;
}

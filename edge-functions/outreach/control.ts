// POST /outreach/leads/ID/ACTION and /outreach/campaigns/ID/ACTION.
import { z } from "zod";
import {
  CAMPAIGN_ACTIONS,
  controlCampaign,
  controlLead,
  controlProblem,
  LEAD_ACTIONS,
} from "../_shared/delivery/control.ts";
import { readJson } from "../_shared/platform/http/input.ts";
import { notFound } from "../_shared/platform/http/problem.ts";
import {
  asCaller,
  AsOf,
  clockFor,
  MAX_BODY,
  orgFor,
  type OutreachContext,
  type OutreachDeps,
} from "./caller.ts";

export const ControlBody = z.strictObject({
  org_id: z.uuid().optional(),
  reason: z.string().trim().max(500).optional(),
  as_of: AsOf.optional(),
});

const TARGETS = {
  lead: { actions: LEAD_ACTIONS, control: controlLead },
  campaign: { actions: CAMPAIGN_ACTIONS, control: controlCampaign },
};

async function handleControl(
  target: keyof typeof TARGETS,
  deps: OutreachDeps,
  c: OutreachContext,
): Promise<Response> {
  const { actions, control } = TARGETS[target];
  const id = z.uuid().safeParse(c.req.param("id"));
  const action = c.req.param("action") ?? "";
  if (!id.success || !actions.includes(action)) throw notFound();
  const body = await readJson(c, MAX_BODY, ControlBody);
  const asOf = clockFor(deps, c, body.as_of);
  const { reason } = body;
  const orgId = orgFor(c, body.org_id);
  const result = await asCaller(
    deps,
    c,
    (tx) => control(tx, { id: id.data, action, orgId, reason: reason || null, asOf }),
  ).catch((error) => {
    throw controlProblem(target, error);
  });
  c.var.log("info", "controlled", { target, id: id.data, action });
  return Response.json({ [`${target}_id`]: id.data, action, result });
}

export const handleControlLead = (deps: OutreachDeps, c: OutreachContext) =>
  handleControl("lead", deps, c);
export const handleControlCampaign = (deps: OutreachDeps, c: OutreachContext) =>
  handleControl("campaign", deps, c);

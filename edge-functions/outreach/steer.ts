// POST /outreach/leads/ID/ACTION and /campaigns/ID/ACTION. Who may do what is for the database to say:
// the statement runs as the caller.
import { z } from "zod";
import { forbidden, notFound, Problem } from "../_shared/platform/http/problem.ts";
import type { Tx } from "../_shared/platform/db/client.ts";
import { asCaller, AsOf, check, clockFor, type Handler, readJson } from "./door.ts";

const Body = z.strictObject({
  org_id: z.uuid().optional(),
  reason: z.string().trim().max(500).optional(),
  as_of: AsOf.optional(),
});

interface Target {
  what: "lead" | "campaign";
  actions: readonly string[];
  orgOf: (tx: Tx, id: string) => Promise<readonly { org_id: string }[]>;
}

const LEAD: Target = {
  what: "lead",
  actions: ["pause", "resume", "skip", "stop"],
  orgOf: (tx, id) => tx`select org_id from public.leads where id = ${id}`,
};
const CAMPAIGN: Target = {
  what: "campaign",
  actions: ["pause", "resume", "stop"],
  orgOf: (tx, id) => tx`select org_id from public.campaigns where id = ${id}`,
};

function steer(target: Target): Handler {
  return async (door, asked) => {
    const id = z.uuid().safeParse(asked.params.id);
    const action = asked.params.action ?? "";
    if (!id.success || !target.actions.includes(action)) throw notFound();
    const body = check(Body, await readJson(asked.request, z.unknown()), "body");
    const asOf = clockFor(door, asked, body.as_of);
    const reason = body.reason || null;
    const result = await asCaller(door, asked.caller, async (tx) => {
      const org = body.org_id ?? (await target.orgOf(tx, id.data))[0]?.org_id;
      if (!org) throw notFound();
      const [row] = target.what === "lead"
        ? await tx<{ result: unknown }[]>`
          select public.control_lead(${org}, ${id.data}, ${action}, ${reason},
            coalesce(${asOf}::timestamptz, now())) as result`
        : await tx<{ result: unknown }[]>`
          select public.control_campaign(${org}, ${id.data}, ${action}, ${reason},
            coalesce(${asOf}::timestamptz, now())) as result`;
      return row?.result ?? null;
    }).catch(explain);
    door.log("info", "steered", { what: target.what, id: id.data, action });
    return Response.json({ [`${target.what}_id`]: id.data, action, result });
  };
}

export const handleLead = steer(LEAD);
export const handleCampaign = steer(CAMPAIGN);

function explain(error: unknown): never {
  const code = (error as { code?: unknown }).code;
  if (code === "42501") throw forbidden("This is not yours to steer.");
  const mapped = typeof code === "string" ? STEERING[code] : undefined;
  throw mapped ? mapped() : error;
}

/** Codes of sql/ERRORS.md. */
const STEERING: Record<string, () => Problem> = {
  // Not there, or not the caller's: which of the two is nobody's business.
  SL511: notFound,
  SL512: notFound,
  SL513: () => new Problem(409, "not_in_sequence", "The lead is in no sequence now."),
  SL501: () => new Problem(409, "conflict", "The campaign cannot take this step."),
};

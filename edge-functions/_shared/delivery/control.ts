// Pausing, resuming and stopping leads and campaigns. The statements run with the caller's rights, so the
// database decides who may do what.
import type { Tx } from "../platform/db/client.ts";
import { forbidden, notFound, Problem } from "../platform/http/problem.ts";

export interface Control {
  id: string;
  action: string;
  /** Without it: the org of the lead or campaign. */
  orgId?: string | undefined;
  reason: string | null;
  /** Null: the database's own clock. */
  asOf: Date | null;
}

export const LEAD_ACTIONS = ["pause", "resume", "skip", "stop"];
export const CAMPAIGN_ACTIONS = ["pause", "resume", "stop"];

export async function controlLead(tx: Tx, { id, action, orgId, ...more }: Control) {
  const org = orgId ?? orgOf(await tx`select org_id from public.leads where id = ${id}`);
  const [row] = await tx<{ result: unknown }[]>`
    select public.control_lead(${org}, ${id}, ${action}, ${more.reason},
      coalesce(${more.asOf}::timestamptz, now())) as result`;
  return row?.result ?? null;
}

export async function controlCampaign(tx: Tx, { id, action, orgId, ...more }: Control) {
  const org = orgId ?? orgOf(await tx`select org_id from public.campaigns where id = ${id}`);
  const [row] = await tx<{ result: unknown }[]>`
    select public.control_campaign(${org}, ${id}, ${action}, ${more.reason},
      coalesce(${more.asOf}::timestamptz, now())) as result`;
  return row?.result ?? null;
}

function orgOf(rows: readonly { org_id?: string }[]): string {
  const org = rows[0]?.org_id;
  if (!org) throw notFound();
  return org;
}

/** Codes of sql/ERRORS.md as problems; all other errors unchanged. */
export function controlProblem(target: "lead" | "campaign", error: unknown): unknown {
  switch ((error as { code?: unknown } | null)?.code) {
    case "42501":
      return forbidden(`You do not have permission to control this ${target}.`);
    // Missing, or invisible to the caller: the answer does not say which.
    case "SL511":
    case "SL512":
      return notFound();
    case "SL513":
      return new Problem(409, "not_in_sequence", "The lead is not in a sequence at the moment.");
    case "SL501":
      return new Problem(409, "conflict", "This action is not possible in the campaign's state.");
    default:
      return error;
  }
}

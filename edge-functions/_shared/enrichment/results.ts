// What came of questions about a lead, as a run records it (private.record_enrichment).
import type { Asked, Refusal } from "../providers/gateway/types.ts";

export interface LeadResult {
  lead_id: string;
  /** refused: by a budget, so that it is asked again on the next date. stop: the whole run waits for a person. */
  status: "done" | "failed" | "later" | "refused" | "stop";
  reason?: string;
  wait_ms?: number;
  cost_usd: number;
  /** Answers by what came of them. */
  words: Record<string, number>;
}

export interface Word {
  asked: Asked<unknown>;
  /** What the answer was judged to be, instead of its outcome. */
  word?: string;
}

/** Outcomes that concern the account, not the question: nothing else can be asked before a person has seen to it. */
const OF_THE_ACCOUNT = new Set(["auth", "out_of_credit"]);
/** A shield in front of the host, which lifts by itself. */
const BLOCKED_MS = 3_600_000;

type Standing = Pick<LeadResult, "status" | "reason" | "wait_ms">;

/** What a refusal means for the lead, or for the whole run. */
const REFUSED: Record<Refusal, Standing> = {
  over_budget: { status: "refused", reason: "over_budget" },
  no_budget: { status: "refused", reason: "no_budget" },
  // Somebody has to look at the invoice before it is asked again.
  unconfirmed: { status: "failed", reason: "unconfirmed" },
  never_contact: { status: "done" },
  over_lead_cap: { status: "done" },
  over_cap: { status: "stop", reason: "over_forecast" },
  no_account: { status: "stop", reason: "no_account" },
  switched_off: { status: "stop", reason: "switched_off" },
};

const RANK = ["done", "failed", "refused", "later", "stop"];

function standingOf(asked: Asked<unknown>): Standing {
  switch (asked.status) {
    case "later":
      return { status: "later", reason: asked.reason, wait_ms: asked.waitMs };
    case "refused":
      return REFUSED[asked.reason];
    case "lost":
      return asked.reason === "erased"
        ? { status: "done" }
        : { status: "failed", reason: asked.reason };
    case "answered":
      if (OF_THE_ACCOUNT.has(asked.outcome)) return { status: "stop", reason: asked.outcome };
      if (asked.outcome === "blocked") {
        return { status: "later", reason: "blocked", wait_ms: BLOCKED_MS };
      }
      return asked.outcome === "bad_request" || (asked.outcome === "ok" && asked.mapped === null)
        ? { status: "failed", reason: asked.outcome === "ok" ? "malformed" : "bad_request" }
        : { status: "done" };
  }
}

/** The result of a lead is that of its question that is least done. */
export function resultOf(leadId: string, words: readonly Word[]): LeadResult {
  let standing: Standing = { status: "done" };
  let cost = 0;
  const counts: Record<string, number> = {};
  for (const { asked, word } of words) {
    const found = standingOf(asked);
    if (RANK.indexOf(found.status) > RANK.indexOf(standing.status)) standing = found;
    if ("costUsd" in asked) cost += asked.costUsd;
    if (found.status === "done") {
      const name = word ?? (asked.status === "answered" ? asked.outcome : asked.reason);
      counts[name] = (counts[name] ?? 0) + 1;
    }
  }
  return { lead_id: leadId, ...standing, cost_usd: cost, words: counts };
}

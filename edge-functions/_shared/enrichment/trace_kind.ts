// The kind of run that looks for the contacts of owners.
import { asWriter } from "../platform/db/client.ts";
import { TRACERS } from "../providers/registry/tracers.ts";
import { CannotRun, type Enricher, type EnrichWork, type Estimate } from "./enricher.ts";
import { type LeadResult, resultOf } from "./results.ts";
import { leadsToTrace, planTraces, traceLeads } from "./trace_leads.ts";

/** A run has time: a call whose turn comes later is waited for. */
const PATIENCE_MS = 30_000;

async function stepsOf(work: Pick<EnrichWork, "sql" | "gateway">, orgId: string) {
  const steps = await planTraces(work, TRACERS, orgId);
  if (steps.length === 0) throw new CannotRun("the org has no provider of skip traces with keys");
  return steps;
}

async function estimate(
  work: EnrichWork,
  orgId: string,
  leadIds: readonly string[],
): Promise<Estimate[]> {
  const estimates = new Map<string, Estimate>();
  for (const { tracer, priceUsd } of await stepsOf(work, orgId)) {
    const { provider, endpoint } = tracer;
    const due = await leadsToTrace(work, orgId, tracer, leadIds);
    const kept = await work.gateway.kept(
      provider,
      endpoint,
      orgId,
      due.map(({ question }) => question),
    );
    for (const [n, { lead_id }] of due.entries()) {
      const one = estimates.get(lead_id) ?? { lead_id, asks: 0, cached: 0, most_usd: 0 };
      one.asks++;
      if (kept[n]) one.cached++;
      else one.most_usd += priceUsd;
      estimates.set(lead_id, one);
    }
  }
  const [row] = await asWriter(work.sql, (tx) =>
    tx<{ cap: number }[]>`
      select private.trace_cap(${orgId})::float8 as cap`);
  return [...estimates.values()].map((one) => ({
    ...one,
    most_usd: Math.min(one.most_usd, row!.cap),
  }));
}

export const trace: Enricher = {
  providers: () => TRACERS.map(({ provider }) => provider.name),
  estimate: (work, run, leadIds) => estimate(work, run.org_id, leadIds),
  async ask(work, run, leadIds, mostUsd) {
    await stepsOf(work, run.org_id);
    const { words, busy } = await traceLeads(work, TRACERS, {
      orgId: run.org_id,
      leadIds,
      mostUsd,
      patienceMs: PATIENCE_MS,
      correlationId: run.correlation_id,
    });
    return leadIds.map((leadId): LeadResult => {
      if (busy.has(leadId)) {
        return {
          ...{ lead_id: leadId, status: "later", reason: "in_flight", wait_ms: 5000 },
          ...{ cost_usd: 0, words: {} },
        };
      }
      const found = words.get(leadId)!;
      // A step without a budget is left out, unless there is no other one.
      const asked = found.filter(({ asked }) =>
        asked.status !== "refused" || asked.reason !== "no_budget"
      );
      return resultOf(leadId, asked.length > 0 ? asked : found);
    });
  },
};

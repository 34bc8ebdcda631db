// The waterfall of skip traces: asks one provider after the other about a lead, until one has a good answer or the lead
// has cost enough. Who is asked, what is accepted and when it ends is decided by the database.
import { asWriter, type Sql } from "../platform/db/client.ts";
import type { Gateway } from "../providers/gateway/gateway.ts";
import type { Asked } from "../providers/gateway/types.ts";
import type { Traced, TraceQuestion } from "../providers/trace.ts";
import type { AnyTracer } from "../providers/registry/tracers.ts";

export interface TraceWork {
  sql: Sql;
  gateway: Gateway;
  now: () => Date;
  shouldStop?: () => boolean;
}

export interface TraceStep {
  tracer: AnyTracer;
  priceUsd: number;
}

/** An answer about a lead, and what the database made of it. */
export interface TraceWord {
  provider: string;
  asked: Asked<Traced>;
  word?: string;
}

interface Batch {
  orgId: string;
  leadIds: readonly string[];
  correlationId?: string;
  patienceMs?: number;
  /** What all calls together may cost. */
  mostUsd?: number;
}

/** The org's steps in order: its own, or every provider that has keys and needs no step. */
export async function planTraces(
  { sql, gateway }: Pick<TraceWork, "sql" | "gateway">,
  tracers: readonly AnyTracer[],
  orgId: string,
): Promise<TraceStep[]> {
  const prices: Record<string, number> = {};
  for (const { provider, endpoint } of tracers) {
    const price = await gateway.costUsd(provider, endpoint, orgId);
    if (price !== null) prices[provider.name] = price;
  }
  const alone = tracers.filter(({ needsStep }) => needsStep).map(({ provider }) => provider.name);
  const rows = await asWriter(sql, (tx) =>
    tx<{ provider: string; price_usd: number }[]>`
      select p.provider, p.price_usd::float8 from private.trace_plan(${orgId}, ${tx.json(prices)}) p
      where p.provider <> all (${alone}::text[]) or exists (select from public.trace_steps s
        where s.org_id = ${orgId} and s.provider = p.provider)
      order by p.place`);
  return rows.map(({ provider, price_usd }) => ({
    tracer: tracers.find((one) => one.provider.name === provider)!,
    priceUsd: price_usd,
  }));
}

export interface Due {
  lead_id: string;
  question: TraceQuestion;
}

/** Questions about those of the leads that a provider is to be asked about. */
export const leadsToTrace = async (
  { sql, now }: Pick<TraceWork, "sql" | "now">,
  orgId: string,
  { provider, knows = () => true }: AnyTracer,
  leadIds: readonly string[],
): Promise<Due[]> =>
  (await asWriter(sql, (tx) =>
    tx<Due[]>`
      select lead_id, question
      from private.leads_to_trace(${orgId}, ${provider.name}, ${leadIds as string[]}, ${now()})`))
    .filter(({ question }) => knows(question));

/** Asks no further provider while an answer is pending, was lost, or costs too much; skips steps without a budget. */
const goesOn = ({ asked }: TraceWord): boolean =>
  asked.status === "answered"
    ? asked.outcome === "ok" || asked.outcome === "empty"
    : asked.status === "refused" && asked.reason === "no_budget";

/** What came of each lead, step by step; nothing where it has a good contact or lacks a name. busy: another worker's. */
export async function traceLeads(
  work: TraceWork,
  tracers: readonly AnyTracer[],
  { orgId, leadIds, mostUsd, ...batch }: Batch,
): Promise<{ words: Map<string, TraceWord[]>; busy: ReadonlySet<string> }> {
  const { sql, gateway, now, shouldStop } = work;
  const words = new Map<string, TraceWord[]>(leadIds.map((id) => [id, []]));
  const steps = await planTraces(work, tracers, orgId);
  const [row] = await asWriter(sql, (tx) =>
    tx<{ ids: string[] }[]>`
      select private.claim_traces(${orgId}, ${leadIds as string[]}, ${now()}) as ids`);
  const claimed = row!.ids;
  let left = mostUsd;
  try {
    let open = leadIds.filter((id) => claimed.includes(id));
    for (const { tracer, priceUsd } of steps) {
      const { provider, endpoint } = tracer;
      const due = await leadsToTrace(work, orgId, tracer, open);
      const asked: Asked<Traced>[] = await gateway.ask(provider, endpoint, {
        ...batch,
        ...{ orgId, shouldStop, costUsd: priceUsd, mostUsd: left },
        questions: due.map(({ lead_id, question }) => ({ question, leadId: lead_id })),
      });
      const recorded = async (answer: Asked<Traced>, leadId: string) => {
        if (answer.status !== "answered") return {};
        if (answer.outcome !== "ok" && answer.outcome !== "empty") return {};
        if (answer.outcome === "ok" && answer.mapped === null) {
          // Paid for, and of no use: that it is not bought again is all that can be done.
          await asWriter(
            sql,
            (tx) =>
              tx`select private.record_facts(${orgId}, ${provider.name}, ${
                tx.json([{ lead_id: leadId, name: "trace", value: { result: "unreadable" } }])
              }, ${answer.answeredAt})`,
          );
          return { word: "unreadable" };
        }
        const [said] = await asWriter(sql, (tx) =>
          tx<{ word: string }[]>`
            select private.record_trace(${orgId}, ${leadId}, ${provider.name}, ${
            tx.json((answer.mapped?.persons ?? []) as never)
          }, ${answer.answeredAt}) as word`);
        return { word: said!.word };
      };
      for (const [n, answer] of asked.entries()) {
        const leadId = due[n]!.lead_id;
        const word = { provider: provider.name, asked: answer, ...await recorded(answer, leadId) };
        words.get(leadId)!.push(word);
        if (left !== undefined && "costUsd" in answer) left = Math.max(0, left - answer.costUsd);
        if (!goesOn(word)) open = open.filter((id) => id !== leadId);
      }
    }
  } finally {
    await asWriter(sql, (tx) => tx`select private.release_traces(${orgId}, ${claimed})`);
  }
  return { words, busy: new Set(leadIds.filter((id) => !claimed.includes(id))) };
}

// The kinds of runs that ask about properties. What is accepted is decided by the database (record_property).
import { asWriter } from "../platform/db/client.ts";
import { toHex } from "../platform/crypto/bytes.ts";
import type { Asked } from "../providers/gateway/types.ts";
import type { Located } from "../providers/google/mapping.ts";
import type { PropertyAnswer, PropertyQuestion, PropertySource } from "../providers/property.ts";
import { OFF_PROVIDERS } from "../providers/registry/data.ts";
import { GEOCODER, PROPERTY_SOURCES } from "../providers/registry/properties.ts";
import { CannotRun, type Enricher, type EnrichWork, type Estimate, type Run } from "./enricher.ts";
import { resultOf, type Word } from "./results.ts";

/** A run has time: a call whose turn comes later is waited for. */
const PATIENCE_MS = 30_000;

interface Due {
  lead_id: string;
  question: PropertyQuestion;
}

const due = (work: EnrichWork, run: Run, provider: string, leadIds: readonly string[]) =>
  asWriter(work.sql, (tx) =>
    tx<Due[]>`
      select lead_id, question from private.properties_to_ask(${run.org_id}, ${provider},
        ${leadIds as string[]}, ${work.now()})`);

type Endpoints = PropertySource<unknown>["endpoints"];

/** What asking all endpoints about the leads would cost. */
async function estimate(
  work: EnrichWork,
  run: Run,
  { provider, endpoints }: { provider: PropertySource<unknown>["provider"]; endpoints: Endpoints },
  leads: readonly Due[],
): Promise<Estimate[]> {
  const estimates = leads.map(({ lead_id }) => ({ lead_id, asks: 0, cached: 0, most_usd: 0 }));
  for (const endpoint of endpoints) {
    const costUsd = await work.gateway.costUsd(provider, endpoint, run.org_id);
    if (costUsd === null) throw new CannotRun(`the org has no keys for ${provider.name}`);
    const questions = leads.map(({ question }) => question);
    const kept = await work.gateway.kept(provider, endpoint, run.org_id, questions);
    for (const [n, one] of estimates.entries()) {
      one.asks++;
      if (kept[n]) one.cached++;
      else one.most_usd += costUsd;
    }
  }
  return estimates;
}

function sourceOf(run: Run): PropertySource<unknown> {
  const off = run.provider === null ? undefined : OFF_PROVIDERS.get(run.provider);
  if (off !== undefined) throw new CannotRun(`${run.provider} is off: ${off}`);
  const source = PROPERTY_SOURCES.find(({ provider }) => provider.name === run.provider) ??
    (run.provider === null ? PROPERTY_SOURCES[0] : undefined);
  if (!source) {
    const names = PROPERTY_SOURCES.map(({ provider }) => provider.name).join(", ");
    throw new CannotRun(`properties are known to ${names}`);
  }
  return source;
}

const toAsk = async (
  work: EnrichWork,
  run: Run,
  source: PropertySource<unknown>,
  leadIds: readonly string[],
) =>
  (await due(work, run, source.provider.name, leadIds))
    .filter(({ question }) => source.knows(question));

export const property: Enricher = {
  providers: (run) => [sourceOf(run).provider.name],
  async estimate(work, run, leadIds) {
    const source = sourceOf(run);
    return estimate(work, run, source, await toAsk(work, run, source, leadIds));
  },
  async ask(work, run, leadIds, mostUsd) {
    const source = sourceOf(run);
    const { provider, endpoints } = source;
    const leads = await toAsk(work, run, source, leadIds);
    const words = new Map<string, Word[]>(leadIds.map((id) => [id, []]));
    let left = mostUsd;
    for (const endpoint of endpoints) {
      const asked: Asked<PropertyAnswer>[] = await work.gateway.ask(provider, endpoint, {
        orgId: run.org_id,
        questions: leads.map(({ lead_id, question }) => ({ question, leadId: lead_id })),
        mostUsd: left,
        patienceMs: PATIENCE_MS,
        correlationId: run.correlation_id,
        shouldStop: work.shouldStop,
      });
      for (const [n, answer] of asked.entries()) {
        const leadId = leads[n]!.lead_id;
        if ("costUsd" in answer) left = Math.max(0, left - answer.costUsd);
        let word: string | undefined;
        if (answer.status === "answered" && answer.mapped !== null) {
          const [row] = await asWriter(work.sql, (tx) =>
            tx<{ word: string }[]>`
              select private.record_property(${run.org_id}, ${leadId}, ${provider.name}, ${
              tx.json(answer.mapped as never)
            }, ${answer.answeredAt}) as word`);
          word = row!.word;
        }
        words.get(leadId)!.push({ asked: answer, word });
      }
    }
    return leadIds.map((id) => resultOf(id, words.get(id)!));
  },
};

/** A lead with a note of its question: a corrected address is asked about at once. */
interface Unlocated extends Due {
  asked: string;
}

async function digestOf(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return toHex(new Uint8Array(bytes));
}

/** Leads without a position, and without a note that there is none, whose time is not over. */
async function toLocate(
  work: EnrichWork,
  run: Run,
  leadIds: readonly string[],
): Promise<Unlocated[]> {
  const leads = await Promise.all(
    (await due(work, run, GEOCODER.provider.name, leadIds))
      .filter(({ question }) => question.street !== null)
      .map(async (one) => ({
        ...one,
        asked: await digestOf(GEOCODER.endpoint.normalise(one.question)),
      })),
  );
  const known = await asWriter(work.sql, (tx) =>
    tx<{ lead_id: string; asked: string | null }[]>`
      select lead_id, value ->> 'asked' as asked from public.lead_facts
      where org_id = ${run.org_id} and lead_id = any (${leads.map(({ lead_id }) => lead_id)})
        and provider = ${GEOCODER.provider.name} and name in ('location', 'unlocated')
        and expires_at > ${work.now()}`);
  const done = new Map(known.map(({ lead_id, asked }) => [`${lead_id} ${asked}`, true]));
  return leads.filter(({ lead_id, asked }) =>
    !done.has(`${lead_id} null`) && !done.has(`${lead_id} ${asked}`)
  );
}

type Geocoded = Extract<Asked<Located>, { status: "answered" }>;

/** What is stored of an answer: a position, or only that there is none. */
function factsOf(answer: Geocoded, { lead_id, asked }: Unlocated): Record<string, unknown>[] {
  const position = answer.mapped?.position;
  if (position) {
    const { placeId, latitude, longitude } = position;
    return [
      { lead_id, name: "place_id", value: placeId },
      { lead_id, name: "location", value: { latitude, longitude, asked } },
    ];
  }
  // Each question is paid for, whatever comes of it: also an answer that nobody can read.
  return answer.mapped !== null || answer.outcome === "empty" || answer.outcome === "ok"
    ? [{ lead_id, name: "unlocated", value: { asked } }]
    : [];
}

export const geocode: Enricher = {
  providers: () => [GEOCODER.provider.name],
  estimate: async (work, run, leadIds) =>
    estimate(
      work,
      run,
      { provider: GEOCODER.provider, endpoints: [GEOCODER.endpoint] } as never,
      await toLocate(work, run, leadIds),
    ),
  async ask(work, run, leadIds, mostUsd) {
    const { provider, endpoint } = GEOCODER;
    const leads = await toLocate(work, run, leadIds);
    const asked = await work.gateway.ask(provider, endpoint, {
      orgId: run.org_id,
      questions: leads.map(({ lead_id, question }) => ({ question, leadId: lead_id })),
      mostUsd,
      patienceMs: PATIENCE_MS,
      correlationId: run.correlation_id,
      shouldStop: work.shouldStop,
    });
    const words = new Map<string, Word[]>(leadIds.map((id) => [id, []]));
    for (const [n, answer] of asked.entries()) {
      const leadId = leads[n]!.lead_id;
      let word: string | undefined;
      if (answer.status === "answered") {
        if (answer.mapped !== null) word = answer.mapped.position ? "located" : "uncertain";
        const facts = factsOf(answer, leads[n]!);
        if (facts.length > 0) {
          await asWriter(
            work.sql,
            (tx) =>
              tx`select private.record_facts(${run.org_id}, ${provider.name}, ${
                tx.json(facts as never)
              }, ${answer.answeredAt})`,
          );
        }
      }
      words.get(leadId)!.push({ asked: answer, word });
    }
    return leadIds.map((id) => resultOf(id, words.get(id)!));
  },
};

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

type Source = PropertySource<unknown>;

/** What the run asks a source for: always the same, and what the org has switched on. */
const withFurther = (run: Run, { endpoints, further = {}, ...source }: Source): Source => ({
  ...source,
  endpoints: [
    ...endpoints,
    ...Object.entries(further).flatMap(([option, one]) =>
      run.options[option] === true ? [one] : []
    ),
  ],
});

/** In the order in which they are asked: the next one only where the org wants it, and the one before knows nothing. */
function sourcesOf(run: Run): readonly Source[] {
  const off = run.provider === null ? undefined : OFF_PROVIDERS.get(run.provider);
  if (off !== undefined) throw new CannotRun(`${run.provider} is off: ${off}`);
  if (run.provider === null) {
    return run.options.fallback === true ? PROPERTY_SOURCES : PROPERTY_SOURCES.slice(0, 1);
  }
  const source = PROPERTY_SOURCES.find(({ provider }) => provider.name === run.provider);
  if (source) return [source];
  const names = PROPERTY_SOURCES.map(({ provider }) => provider.name).join(", ");
  throw new CannotRun(`properties are known to ${names}`);
}

/** Those with keys; one without them is passed over where another one has some. */
async function openSources({ gateway }: EnrichWork, run: Run): Promise<readonly Source[]> {
  const sources = sourcesOf(run);
  const open: Source[] = [];
  for (const source of sources) {
    const costUsd = await gateway.costUsd(source.provider, source.endpoints[0]!, run.org_id);
    if (costUsd !== null) open.push(source);
  }
  return (open.length > 0 ? open : sources.slice(0, 1)).map((source) => withFurther(run, source));
}

const toAsk = async (
  work: EnrichWork,
  run: Run,
  source: Source,
  leadIds: readonly string[],
) =>
  (await due(work, run, source.provider.name, leadIds))
    .filter(({ question }) => source.knows(question));

/** The estimates of all sources: at most, each of them is asked about a lead. */
function sumOf(estimates: readonly Estimate[]): Estimate[] {
  const sums = new Map<string, Estimate>();
  for (const one of estimates) {
    const sum = sums.get(one.lead_id);
    if (!sum) sums.set(one.lead_id, { ...one });
    else {
      sum.asks += one.asks;
      sum.cached += one.cached;
      sum.most_usd += one.most_usd;
    }
  }
  return [...sums.values()];
}

/** Result codes of an answer that was just given. */
function codesOf(asked: Asked<PropertyAnswer>): readonly string[] {
  if (asked.status !== "answered" || asked.cached) return [];
  return asked.mapped?.codes ??
    (asked.outcome === "empty" ? asked.said?.code?.split(",") ?? [] : []);
}

const isEmpty = ({ asked }: Word): boolean =>
  asked.status === "answered" && asked.outcome === "empty";

/** Asks one source about leads, all its endpoints; returns what is left of the money. */
async function askSource(
  work: EnrichWork,
  run: Run,
  { provider, endpoints }: Source,
  leads: readonly Due[],
  words: ReadonlyMap<string, Word[]>,
  mostUsd: number,
): Promise<number> {
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
    const codes: string[] = [];
    for (const [n, answer] of asked.entries()) {
      const leadId = leads[n]!.lead_id;
      if ("costUsd" in answer) left = Math.max(0, left - answer.costUsd);
      codes.push(...codesOf(answer));
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
    if (codes.length > 0) {
      await asWriter(
        work.sql,
        (tx) =>
          tx`select private.count_property_codes(${run.org_id}, ${provider.name}, ${codes},
          ${work.now()})`,
      );
    }
  }
  return left;
}

export const property: Enricher = {
  providers: (run) => sourcesOf(run).map(({ provider }) => provider.name),
  async estimate(work, run, leadIds) {
    const estimates: Estimate[] = [];
    for (const source of await openSources(work, run)) {
      const leads = await toAsk(work, run, source, leadIds);
      estimates.push(...await estimate(work, run, source, leads));
    }
    return sumOf(estimates);
  },
  async ask(work, run, leadIds, mostUsd) {
    const words = new Map<string, Word[]>(leadIds.map((id) => [id, []]));
    let left = mostUsd;
    for (const source of await openSources(work, run)) {
      // Whatever else came of it, an answer, a wait or a refusal, is no reason to pay a second one.
      const open = leadIds.filter((id) => words.get(id)!.every(isEmpty));
      if (open.length === 0) break;
      left = await askSource(work, run, source, await toAsk(work, run, source, open), words, left);
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

// The kind of run that asks for the address keys of leads. What the answers mean, and whether two leads turn out to be one,
// is decided by the database (record_address).
import { asWriter } from "../platform/db/client.ts";
import type { AddressQuestion } from "../providers/address.ts";
import { ADDRESS_CHECKS, type AddressCheck } from "../providers/registry/address_checks.ts";
import { CannotRun, type Enricher, type EnrichWork, type Run } from "./enricher.ts";
import { resultOf, type Word } from "./results.ts";

/** A run has time: a call whose turn comes later is waited for. */
const PATIENCE_MS = 30_000;

interface Due {
  lead_id: string;
  question: AddressQuestion;
}

function checkOf(run: Run): AddressCheck {
  const check = ADDRESS_CHECKS.find(({ provider }) =>
    run.provider === null || provider.name === run.provider
  );
  if (check) return check;
  const names = ADDRESS_CHECKS.map(({ provider }) => provider.name).join(", ");
  throw new CannotRun(`addresses are checked by ${names}`);
}

const due = ({ sql, now }: EnrichWork, run: Run, provider: string, leadIds: readonly string[]) =>
  asWriter(sql, (tx) =>
    tx<Due[]>`
      select lead_id, question from private.addresses_to_verify(${run.org_id}, ${provider},
        ${leadIds as string[]}, ${now()})`);

export const verifyAddress: Enricher = {
  providers: (run) => [checkOf(run).provider.name],
  async estimate(work, run, leadIds) {
    const { provider, endpoint } = checkOf(run);
    const costUsd = await work.gateway.costUsd(provider, endpoint, run.org_id);
    if (costUsd === null) throw new CannotRun(`the org has no keys for ${provider.name}`);
    const leads = await due(work, run, provider.name, leadIds);
    const kept = await work.gateway.kept(
      provider,
      endpoint,
      run.org_id,
      leads.map(({ question }) => question),
    );
    return leads.map(({ lead_id }, n) => ({
      ...{ lead_id, asks: 1, cached: kept[n] ? 1 : 0, most_usd: kept[n] ? 0 : costUsd },
    }));
  },
  async ask(work, run, leadIds, mostUsd) {
    const { provider, endpoint } = checkOf(run);
    const leads = await due(work, run, provider.name, leadIds);
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
      if (answer.status === "answered" && answer.mapped !== null) {
        const { codes, mak } = answer.mapped;
        const [row] = await asWriter(work.sql, (tx) =>
          tx<{ word: string }[]>`
            select private.record_address(${run.org_id}, ${leadId}, ${provider.name}, ${codes}, ${mak},
              ${answer.answeredAt}) as word`);
        word = row!.word;
      }
      words.get(leadId)!.push({ asked: answer, word });
    }
    return leadIds.map((id) => resultOf(id, words.get(id)!));
  },
};

// Plans a run, or continues one: batch after batch, each a transaction of its own, so that a killed worker loses nothing.
import { setTimeout as sleep } from "node:timers/promises";
import { Interrupted, type Work } from "../../jobs/job.ts";
import type { Job } from "../../jobs/queue.ts";
import { asWriter } from "../../platform/db/client.ts";
import { continueTrace } from "../../platform/trace.ts";
import { gatewayOf } from "../../providers/gateway/process.ts";
import { CannotRun, type Enricher, type EnrichWork, type Run } from "../enricher.ts";
import { KINDS } from "../kinds.ts";

const ESTIMATED_AT_ONCE = 500;
const ASKED_AT_ONCE = 200;
/** Pause before a lead that is due soon; anything later rests in the database. */
const SOON_MS = 500;
/** Cost of a batch for this process, in staged rows. */
const BATCH_ROWS = 1_000;

interface Claimed extends Run {
  state: "planning" | "running";
  most_usd: number | null;
  spent_usd: number;
}

export async function enrich(work: Work, job: Job<"enrich">): Promise<void> {
  const { run_id: runId, org_id: orgId } = job.data;
  const at: Place = { work, orgId, runId, jobId: job.id };
  const run = await claim(at);
  if (!run) return;
  continueTrace(run.correlation_id);
  const enricher = KINDS.get(run.kind);
  const enriching: EnrichWork = {
    sql: work.sql,
    gateway: gatewayOf(work.sql),
    now: work.now,
    shouldStop: work.shouldStop,
  };
  try {
    if (!enricher) throw new CannotRun(`this worker has no code for ${run.kind}`);
    await (run.state === "planning" ? plan : ask)(at, run, enricher, enriching);
  } catch (error) {
    if (error instanceof CannotRun) {
      await asWriter(
        work.sql,
        (tx) =>
          tx`select private.fail_enrichment(${orgId}, ${runId}, ${error.message}, null, ${work.now()})`,
      );
      return;
    }
    // Another worker, or this one's next attempt, continues at once.
    await release(at).catch(() => {});
    throw error;
  }
}

interface Place {
  work: Work;
  orgId: string;
  runId: string;
  jobId: string;
}

async function claim({ work, orgId, runId, jobId }: Place): Promise<Claimed | null> {
  const [row] = await asWriter(work.sql, (tx) =>
    tx<(Claimed & { id: string | null })[]>`
      select id, org_id, kind, provider, options, correlation_id, state, most_usd::float8, spent_usd::float8
      from private.claim_enrichment(${orgId}, ${runId}, ${jobId}, ${work.now()})`);
  return row?.id ? row : null;
}

const release = ({ work, orgId, runId, jobId }: Place) =>
  asWriter(work.sql, (tx) => tx`select private.release_enrichment(${orgId}, ${runId}, ${jobId})`);

async function plan(
  { work, orgId, runId, jobId }: Place,
  run: Claimed,
  enricher: Enricher,
  enriching: EnrichWork,
): Promise<void> {
  const providers = [...enricher.providers(run)];
  for (;;) {
    const [next] = await asWriter(work.sql, (tx) =>
      tx<{ ids: string[] }[]>`
        select private.leads_to_estimate(${orgId}, ${runId}, ${ESTIMATED_AT_ONCE}) as ids`);
    if (next!.ids.length === 0) break;
    const estimates = await enricher.estimate(enriching, run, next!.ids);
    const [row] = await asWriter(work.sql, (tx) =>
      tx<{ ours: boolean }[]>`
        select private.record_estimates(${orgId}, ${runId}, ${jobId}, ${next!.ids}, ${
        tx.json(estimates as never)
      }, ${work.now()}) as ours`);
    if (!row!.ours) return;
    work.spend(BATCH_ROWS);
    if (work.shouldStop()) throw new Interrupted();
  }
  const [row] = await asWriter(
    work.sql,
    (tx) =>
      tx<{ forecast: Record<string, string | number> }[]>`
      select private.finish_plan(${orgId}, ${runId}, ${jobId}, ${providers}, ${work.now()}) as forecast`,
  );
  work.log("info", "enrichment_planned", { run_id: runId, org_id: orgId, ...row!.forecast });
  // A renewal needs no confirmation.
  if (run.options.renewal === true) await wakeEnrichment(work);
}

async function ask(
  { work, orgId, runId, jobId }: Place,
  run: Claimed,
  enricher: Enricher,
  enriching: EnrichWork,
): Promise<void> {
  let left = (run.most_usd ?? 0) - run.spent_usd;
  for (let round = 0;; round++) {
    if (round > 0 && work.shouldStop()) throw new Interrupted();
    const [next] = await asWriter(work.sql, (tx) =>
      tx<{ ids: string[] }[]>`
        select private.leads_to_ask(${orgId}, ${runId}, ${ASKED_AT_ONCE}, ${work.now()}) as ids`);
    if (next!.ids.length === 0) {
      const state = await rest({ work, orgId, runId, jobId });
      if (state === "soon") {
        await sleep(SOON_MS);
        continue;
      }
      work.log("info", "enrichment_rests", { run_id: runId, org_id: orgId, state });
      return;
    }
    const results = await enricher.ask(enriching, run, next!.ids, Math.max(left, 0));
    for (const { cost_usd } of results) left -= cost_usd;
    const [row] = await asWriter(work.sql, (tx) =>
      tx<{ state: string }[]>`
        select private.record_enrichment(${orgId}, ${runId}, ${jobId}, ${
        tx.json(results as never)
      }, ${work.now()}) as state`);
    work.spend(BATCH_ROWS);
    if (row!.state !== "running") {
      // Whoever continues it has another job.
      await release({ work, orgId, runId, jobId });
      work.log("info", "enrichment_stopped", { run_id: runId, org_id: orgId, state: row!.state });
      return;
    }
  }
}

async function rest({ work, orgId, runId, jobId }: Place): Promise<string> {
  const [row] = await asWriter(work.sql, (tx) =>
    tx<{ state: string }[]>`
      select private.rest_enrichment(${orgId}, ${runId}, ${jobId}, ${work.now()}) as state`);
  return row!.state;
}

/** Sends the jobs of runs that have rested until now. */
export async function wakeEnrichment({ sql, now }: Pick<Work, "sql" | "now">): Promise<void> {
  await asWriter(sql, (tx) => tx`select private.wake_enrichment(${now()})`);
}

/** Opens runs for facts that have expired. */
export async function openRenewals({ sql, now }: Pick<Work, "sql" | "now">): Promise<void> {
  await asWriter(sql, (tx) => tx`select private.open_renewals(${now()})`);
}

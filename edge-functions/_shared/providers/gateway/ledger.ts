// The part of the gateway that all workers share: cache, limits, budgets and circuits, in Postgres.
import { asWriter, type Sql } from "../../platform/db/client.ts";
import type { Drift, Limit, Outcome, Refusal } from "./types.ts";

export interface Call {
  input: string;
  cost_usd: number;
  lead_id?: string;
  contact_point_id?: number;
}

export type Begun =
  & { nth: number }
  & (
    | { verdict: "cached"; outcome: Outcome; answer: string | null; answered_at: Date }
    | { verdict: "go"; call_id: string; wait_ms: number }
    | { verdict: "later"; reason: string; wait_ms: number }
    | { verdict: "refused"; reason: Exclude<Refusal, "no_account" | "switched_off"> }
  );

export interface Settlement {
  call_id: string;
  outcome: Outcome | "unreachable" | "no_answer";
  processed: "yes" | "no" | "maybe";
  cost_usd?: number;
  answer?: string;
  keep_seconds?: number;
  duration_ms: number;
  retry_after_seconds?: number;
  code?: string;
  drift: Drift[];
}

export interface Place {
  orgId: string;
  provider: string;
  account: string;
  endpoint: string;
}

/** The clock is the database's, which all workers share; tests give one. */
type Clock = () => Date | null;

export async function beginCalls(
  sql: Sql,
  { orgId, provider, account, endpoint }: Place,
  calls: readonly Call[],
  { limits, leaseSeconds, correlationId, mostUsd, clock }: {
    limits: readonly Limit[];
    leaseSeconds: number;
    correlationId: string | null;
    /** What these calls may cost together; null: as much as the budgets allow. */
    mostUsd: number | null;
    clock: Clock;
  },
): Promise<Begun[]> {
  return await asWriter(sql, (tx) =>
    tx<Begun[]>`
      select nth, verdict, reason, call_id, wait_ms, outcome, answer, answered_at
      from private.begin_calls(${orgId}, ${provider}, ${account}, ${endpoint}, ${
      tx.json(calls as never)
    }, ${
      tx.json(limits as never)
    }, make_interval(secs => ${leaseSeconds}), interval '250 milliseconds',
        ${correlationId}, ${mostUsd}, coalesce(${clock()}::timestamptz, now()))`);
}

/** For each question, whether the cache has its answer: asking costs nothing then. */
export async function keptAnswers(
  sql: Sql,
  { orgId, provider, endpoint }: Pick<Place, "orgId" | "provider" | "endpoint">,
  inputs: readonly string[],
  clock: Clock = () => null,
): Promise<boolean[]> {
  const [row] = await asWriter(sql, (tx) =>
    tx<{ kept: boolean[] }[]>`
      select private.kept_answers(${orgId}, ${provider}, ${endpoint}, ${inputs as string[]},
        coalesce(${clock()}::timestamptz, now())) as kept`);
  return row!.kept;
}

/** For calls that were not made, because their turn has passed. */
export async function returnCalls(sql: Sql, orgId: string, provider: string, callIds: string[]) {
  await asWriter(sql, (tx) => tx`select private.return_calls(${orgId}, ${provider}, ${callIds})`);
}

interface Waiting {
  settlement: Settlement;
  resolve: (kept: boolean) => void;
  reject: (error: unknown) => void;
}

/** Settles calls. While one statement is under way, the next answers are collected for one statement together. */
export function openSettler(sql: Sql, clock: Clock) {
  const queues = new Map<string, Waiting[]>();

  async function flush(key: string, orgId: string, provider: string, queue: Waiting[]) {
    while (queue.length > 0) {
      const batch = queue.splice(0, 100);
      try {
        const rows = await asWriter(sql, (tx) =>
          tx<{ call_id: string; kept: boolean }[]>`
            select call_id, kept from private.settle_calls(${orgId}, ${provider}, ${
            tx.json(batch.map(({ settlement }) => settlement) as never)
          }, coalesce(${clock()}::timestamptz, now()))`);
        const kept = new Map(rows.map((row) => [row.call_id, row.kept]));
        for (const { settlement, resolve } of batch) {
          resolve(kept.get(settlement.call_id) ?? false);
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    queues.delete(key);
  }

  /** Whether the answer may be used: not where its subject was erased meanwhile. */
  return (orgId: string, provider: string, settlement: Settlement): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const key = `${orgId} ${provider}`;
      const waiting = { settlement, resolve, reject };
      const queue = queues.get(key);
      if (queue) queue.push(waiting);
      else {
        const begun = [waiting];
        queues.set(key, begun);
        void flush(key, orgId, provider, begun);
      }
    });
}

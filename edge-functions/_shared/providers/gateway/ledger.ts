// The part of the gateway that all workers share: cache, limits, budgets and circuits, in Postgres.
import { asWriter, type Sql } from "../../platform/db/client.ts";
import { Json } from "../../platform/db/sql.ts";
import { currentTrace } from "../../platform/trace.ts";
import { compareClocks } from "./clocks.ts";
import { gather } from "./gather.ts";
import type { Drift, Limit, Outcome, Refusal } from "./types.ts";

export interface Call {
  input: string;
  cost_usd: number;
  lead_id?: string;
  contact_point_id?: number;
}

/**
 * By this process's clock (performance.now), `from`: when its turn has surely come, or when to ask again; `turn`: the
 * earliest that its turn can have come.
 */
export type Begun =
  & { nth: number }
  & (
    | { verdict: "cached"; outcome: Outcome; answer: string | null; answered_at: Date }
    | { verdict: "go"; call_id: string; wait_ms: number; from: number; turn: number }
    | { verdict: "later"; reason: string; wait_ms: number; from: number }
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

/** Questions of one place, which share a statement with others of it. */
interface Asking {
  place: Place;
  calls: readonly Call[];
  limits: readonly Limit[];
  leaseSeconds: number;
  correlationId: string | null;
  /** The turns are so far ahead: for calls whose answers came too late for turns at once. */
  aheadMs: number;
  /** What these calls may cost together; null: as much as the budgets allow. */
  mostUsd: number | null;
}

/** Each statement makes others wait for it. */
const MOST_TOGETHER = 50;

/**
 * What a statement without a transaction adds to the name of its session, and until it ends: whose work it does. The
 * function that does the work takes an argument through it, so that it runs afterwards.
 */
const suffix = () => (currentTrace() ? ` ${currentTrace()}` : "");

/** Asks whether calls may be made. The outcomes have the order of the calls. */
export function openBeginner(sql: Sql, clock: Clock) {
  const clocks = compareClocks();
  let alone = 0;

  const begin = gather<Asking, Begun[]>(MOST_TOGETHER, async (asking) => {
    const { place, limits, leaseSeconds, aheadMs, mostUsd } = asking[0]!;
    // Each keeps the correlation id of the work that it is for.
    const calls = asking.flatMap(({ calls, correlationId }) =>
      correlationId === null
        ? calls
        : calls.map((one) => ({ ...one, correlation_id: correlationId }))
    );
    const given = clock();
    const sent = performance.now();
    const rows = await sql.alone<(Begun & { at_ms: number; until_ms: number })[]>`
      select nth, verdict, reason, call_id, wait_ms, outcome, answer, answered_at,
        extract(epoch from now())::float8 * 1000 as at_ms,
        extract(epoch from clock_timestamp())::float8 * 1000 as until_ms
      from (select set_config('application_name',
        regexp_replace(current_setting('application_name'), ' [0-9a-f-]{36}$', '') || ${suffix()}, true) as name
        offset 0) named
      cross join lateral private.begin_calls(${place.orgId},
        case when named.name is not null then ${place.provider} end, ${place.account}, ${place.endpoint}, ${new Json(
      calls,
    )}, ${new Json(limits)}, make_interval(secs => ${leaseSeconds}), interval '250 milliseconds',
        null, ${mostUsd}, coalesce(${given}::timestamptz, now() + make_interval(secs => ${
      aheadMs / 1000
    })))`;
    const answered = performance.now();
    const [{ at_ms: asked, until_ms: until }] = rows as [typeof rows[number]];
    clocks.learn(sent, answered, asked, until);
    const { most } = clocks.bounds();
    const begun = new Array<Begun>(calls.length);
    for (const { at_ms: _, until_ms: __, ...row } of rows) {
      if (row.verdict === "go" || row.verdict === "later") {
        const from = (given ? answered : asked + most + aheadMs) + row.wait_ms;
        const turn = (given ? answered : asked + clocks.surely() + aheadMs) + row.wait_ms;
        begun[row.nth - 1] = row.verdict === "go" ? { ...row, turn, from } : { ...row, from };
      } else begun[row.nth - 1] = row;
    }
    let at = 0;
    return asking.map((one) => begun.slice(at, at += one.calls.length));
  });

  return (asking: Asking): Promise<Begun[]> => {
    const { calls: _, correlationId: __, mostUsd, ...same } = asking;
    // What has a limit of its own is not asked together with others.
    return begin(mostUsd === null ? JSON.stringify(same) : `alone ${++alone}`, asking);
  };
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

/** Settles calls; answers that come together share a statement. */
export function openSettler(sql: Sql, clock: Clock) {
  const settle = gather<{ place: Place; settlement: Settlement }, boolean>(100, async (items) => {
    const { orgId, provider } = items[0]!.place;
    const rows = await sql.alone<{ call_id: string; kept: boolean }[]>`
      select call_id, kept
      from (select set_config('application_name',
        regexp_replace(current_setting('application_name'), ' [0-9a-f-]{36}$', '') || ${suffix()}, true) as name
        offset 0) named
      cross join lateral private.settle_calls(${orgId},
        case when named.name is not null then ${provider} end, ${new Json(
      items.map(({ settlement }) => settlement),
    )}, coalesce(${clock()}::timestamptz, now()))`;
    const kept = new Map(rows.map((row) => [row.call_id, row.kept]));
    return items.map(({ settlement }) => kept.get(settlement.call_id) ?? false);
  });

  /** Whether the answer may be used: not where its subject was erased meanwhile. */
  return (place: Place, settlement: Settlement): Promise<boolean> =>
    settle(`${place.orgId} ${place.provider}`, { place, settlement });
}

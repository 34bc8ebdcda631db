// Makes the calls that the ledger permits, and settles what came of them.
import { setTimeout as sleep } from "node:timers/promises";
import type { Sql } from "../../platform/db/client.ts";
import { failure, type Read, read, readTogether, send } from "./call.ts";
import { type Begun, openSettler, type Place, returnCalls } from "./ledger.ts";
import { protect } from "./protect.ts";
import type { Asked, DataEndpoint, DataProvider, Said, Verdict } from "./types.ts";

interface Work<S, Q> {
  place: Place;
  settings: S;
  /** The most that one question can cost. */
  costUsd: number;
  /** One question, or as many as one call can ask. */
  members: readonly { question: Q; begun: Begun & { verdict: "go" } }[];
  /** How late a request may begin. */
  mostLateMs: number;
  /** Whether a request that could not be sent at all may wait for another turn. */
  mayReturn: boolean;
}

/** The turn has passed; what the attempt before it failed with, if there was one. */
class TurnPassed extends Error {
  readonly failed: unknown;
  constructor(failed: unknown) {
    super("the turn has passed");
    this.failed = failed;
  }
}

export function openCaller(sql: Sql, now: () => Date | null) {
  const settle = openSettler(sql, now);
  const guards = new Map<string, ReturnType<typeof protect>>();

  function guardOf(provider: { name: string; timeoutMs: number; atOnce: number }) {
    let guard = guards.get(provider.name);
    if (!guard) guards.set(provider.name, guard = protect(provider));
    return guard;
  }

  /** The answers in the order of the questions; null where the turn of the call has passed. */
  return async function make<S, Q, A, M>(
    provider: DataProvider<S>,
    endpoint: DataEndpoint<S, Q, A, M>,
    { place, settings, costUsd, members, mostLateMs, mayReturn }: Work<S, Q>,
  ): Promise<Asked<M>[] | null> {
    const from = Math.max(...members.map(({ begun }) => begun.from));
    const turn = Math.max(...members.map(({ begun }) => begun.turn));
    // A timer may fire up to a millisecond early.
    for (let ms; (ms = from - performance.now()) > 0;) await sleep(ms);
    const began = performance.now();
    const ids = members.map(({ begun }) => begun.call_id);
    const done = (
      id: string,
      more: Omit<Parameters<typeof settle>[1], "call_id" | "duration_ms">,
    ) =>
      settle(place, {
        call_id: id,
        duration_ms: Math.round(performance.now() - began),
        ...more,
      });
    const { together } = endpoint;
    const requestOf = () =>
      together
        ? together.request(
          members.map(({ question }, n) => ({ id: ids[n]!, question })),
          settings,
        )
        : endpoint.request(members[0]!.question, settings);
    let found: Read<M>[];
    try {
      let failed: unknown = null;
      const answer = await guardOf(provider).execute(async ({ signal }) => {
        // After a stall of this process or in the queue, all calls that were due in it would be made at once.
        if (performance.now() - turn > mostLateMs) throw new TurnPassed(failed);
        try {
          return await send(requestOf(), signal);
        } catch (error) {
          failed = error;
          throw error;
        }
      });
      found = together
        ? readTogether(provider, { ...endpoint, together }, answer, ids)
        : [read(provider, endpoint, answer)];
    } catch (error) {
      if (error instanceof TurnPassed && (error.failed === null || mayReturn)) {
        await returnCalls(sql, place.orgId, provider.name, ids);
        return null;
      }
      const failed = failure(error instanceof TurnPassed ? error.failed : error);
      await Promise.all(ids.map((id) => done(id, { ...failed, drift: [] })));
      return ids.map(() =>
        failed.outcome === "no_answer"
          ? { status: "lost", reason: "no_answer", costUsd }
          : { status: "later", reason: "unreachable", waitMs: 1000 }
      );
    }
    return await Promise.all(found.map(async ({ verdict, mapped, text, drift }, n) => {
      const { outcome } = verdict;
      const kept = await done(ids[n]!, {
        outcome,
        processed: verdict.processed,
        cost_usd: verdict.costUsd,
        answer: text ?? undefined,
        keep_seconds: keepSeconds(endpoint, outcome, mapped),
        retry_after_seconds: verdict.retryAfterSeconds,
        code: verdict.code?.slice(0, 80),
        drift,
      });
      const cost = spentUsd(verdict, costUsd);
      const said = saidOf(verdict);
      if (!kept) return { status: "lost", reason: "erased", costUsd: cost };
      if (verdict.processed === "maybe") {
        return { status: "lost", reason: "no_answer", costUsd: cost, ...said };
      }
      return outcome === "retry_after" || outcome === "slow_down"
        ? {
          status: "later",
          reason: outcome,
          waitMs: (verdict.retryAfterSeconds ?? 1) * 1000,
          ...said,
        }
        : {
          status: "answered",
          outcome,
          cached: false,
          answeredAt: now() ?? new Date(),
          costUsd: cost,
          mapped,
          ...said,
        };
    }));
  };
}

function saidOf({ code, requestId }: Verdict): { said?: Said } {
  if (code === undefined && requestId === undefined) return {};
  return {
    said: {
      ...(code === undefined ? {} : { code }),
      ...(requestId === undefined ? {} : { requestId }),
    },
  };
}

/** What settle_calls books: spent, or kept reserved where nobody knows. */
const spentUsd = ({ processed, costUsd }: Verdict, mostUsd: number): number =>
  processed === "no" ? 0 : processed === "yes" ? costUsd ?? mostUsd : mostUsd;

function keepSeconds<S, Q, A, M>(
  endpoint: DataEndpoint<S, Q, A, M>,
  outcome: string,
  mapped: M | null,
): number {
  // Who objected has objected for good.
  if (outcome === "forbidden_person") return 10 * 365 * 86_400;
  if (outcome === "empty") return endpoint.keepSeconds("empty", null);
  return outcome === "ok" && mapped !== null ? endpoint.keepSeconds("ok", mapped) : 0;
}

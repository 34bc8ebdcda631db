// Every call to a data provider goes through here: asked once, paid once, within budget and limits, on record.
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Sql } from "../../platform/db/client.ts";
import type { Variables } from "../../platform/settings.ts";
import { openStored, type StoredAccounts, storedAccounts } from "../stored.ts";
import { failure, read, send } from "./call.ts";
import {
  beginCalls,
  type Begun,
  type Call,
  openSettler,
  type Place,
  returnCall,
} from "./ledger.ts";
import { leaseSeconds, protect } from "./protect.ts";
import { readAnswer } from "./read_answer.ts";
import type { Asked, DataEndpoint, DataProvider, Question } from "./types.ts";

export interface GatewayOptions {
  sql: Sql;
  stored?: StoredAccounts;
  given?: Variables;
  /** For tests: otherwise the database's clock, which all workers share. */
  clock?: () => Date;
}

export interface Batch<Q> {
  orgId: string;
  account?: string;
  questions: readonly Question<Q>[];
  correlationId?: string;
  /** How long to wait for limits, and for equal calls of others. */
  patienceMs?: number;
  /** Asked before each call: true when no further one should be made. */
  shouldStop?: () => boolean;
}

export interface Gateway {
  /** Asks all questions; the answers have their order. */
  ask<S, Q, A, M>(
    provider: DataProvider<S>,
    endpoint: DataEndpoint<S, Q, A, M>,
    batch: Batch<Q>,
  ): Promise<Asked<M>[]>;
}

const PATIENCE_MS = 10_000;
/** How late a call may begin, as a share of the narrowest limit: take_calls leaves 3 % for that. */
const LATE = 0.02;
/** On a machine that is always late, calls are made all the same. */
const MOST_RETURNS = 3;

export function openGateway(
  { sql, stored = storedAccounts(sql), given = process.env, clock }: GatewayOptions,
): Gateway {
  const now = () => clock?.() ?? null;
  const settle = openSettler(sql, now);
  const guards = new Map<string, ReturnType<typeof protect>>();

  function guardOf(provider: { name: string; timeoutMs: number; atOnce: number }) {
    let guard = guards.get(provider.name);
    if (!guard) guards.set(provider.name, guard = protect(provider));
    return guard;
  }

  async function make<S, Q, A, M>(
    provider: DataProvider<S>,
    endpoint: DataEndpoint<S, Q, A, M>,
    { orgId, settings, question, begun, mostLateMs }: {
      orgId: string;
      settings: S;
      question: Q;
      begun: Begun & { verdict: "go" };
      mostLateMs: number;
    },
  ): Promise<Asked<M> | null> {
    const turn = performance.now() + begun.wait_ms;
    if (begun.wait_ms > 0) await sleep(begun.wait_ms);
    const began = performance.now();
    // After a stall of this process, all calls that were due in it would be made at once.
    if (began - turn > mostLateMs) {
      await returnCall(sql, orgId, provider.name, begun.call_id);
      return null;
    }
    const done = (more: Omit<Parameters<typeof settle>[2], "call_id" | "duration_ms">) =>
      settle(orgId, provider.name, {
        call_id: begun.call_id,
        duration_ms: Math.round(performance.now() - began),
        ...more,
      });
    let answer;
    try {
      const request = endpoint.request(question, settings);
      answer = await guardOf(provider).execute(({ signal }) => send(request, signal));
    } catch (error) {
      const failed = failure(error);
      await done({ ...failed, drift: [] });
      return failed.outcome === "no_answer"
        ? { status: "lost", reason: "no_answer" }
        : { status: "later", reason: "unreachable", waitMs: 1000 };
    }
    const { verdict, mapped, text, drift } = read(provider, endpoint, answer);
    const { outcome } = verdict;
    const kept = await done({
      outcome,
      processed: verdict.processed,
      cost_usd: verdict.costUsd,
      answer: text ?? undefined,
      keep_seconds: keepSeconds(endpoint, outcome, mapped),
      retry_after_seconds: verdict.retryAfterSeconds,
      code: verdict.code?.slice(0, 80),
      drift,
    });
    if (!kept) return { status: "lost", reason: "erased" };
    const waitMs = (verdict.retryAfterSeconds ?? 1) * 1000;
    if (verdict.processed === "maybe") return { status: "lost", reason: "no_answer" };
    return outcome === "retry_after" || outcome === "slow_down"
      ? { status: "later", reason: outcome, waitMs }
      : { status: "answered", outcome, cached: false, answeredAt: now() ?? new Date(), mapped };
  }

  return {
    async ask(provider, endpoint, batch) {
      const { orgId, account = "default", questions, shouldStop = () => false } = batch;
      const settings = await openStored(
        stored,
        [provider.name, account, orgId],
        given,
        (name, env) => provider.settings(name, env),
      );
      if (settings === null) {
        return questions.map(() => ({ status: "refused", reason: "no_account" }));
      }
      const place: Place = { orgId, provider: provider.name, account, endpoint: endpoint.name };
      const costUsd = endpoint.costUsd(settings);
      const calls = questions.map(({ question, leadId, contactPointId }): Call => ({
        input: endpoint.normalise(question),
        cost_usd: costUsd,
        ...(leadId === undefined ? {} : { lead_id: leadId }),
        ...(contactPointId === undefined ? {} : { contact_point_id: contactPointId }),
      }));
      const limits = provider.limits(settings);
      const results: Asked<M0<typeof endpoint>>[] = new Array(questions.length);
      const waiting = questions.map((_, index) => ({ index, from: 0 }));
      const lateMs = Math.min(...limits.map(({ seconds }) => seconds)) * 1000 * LATE;
      const returned = new Map<number, number>();
      let failed: { error: unknown } | null = null;
      const underWay = new Set<Promise<void>>();
      const until = performance.now() + (batch.patienceMs ?? PATIENCE_MS);

      const begin = async (indexes: number[]) => {
        const begun = await beginCalls(sql, place, indexes.map((index) => calls[index]!), {
          limits,
          leaseSeconds: leaseSeconds(provider.timeoutMs),
          correlationId: batch.correlationId ?? null,
          clock: now,
        });
        for (const one of begun) {
          const index = indexes[one.nth - 1]!;
          if (one.verdict === "go") {
            const call = make(provider, endpoint, {
              orgId,
              settings,
              question: questions[index]!.question,
              begun: one,
              mostLateMs: (returned.get(index) ?? 0) < MOST_RETURNS ? lateMs : Infinity,
            }).then((asked) => {
              if (asked !== null) results[index] = asked;
              else {
                returned.set(index, (returned.get(index) ?? 0) + 1);
                waiting.push({ index, from: 0 });
              }
            }, (error) => {
              failed ??= { error };
            }).finally(() => underWay.delete(call));
            underWay.add(call);
          } else if (one.verdict === "cached") {
            results[index] = fromCache(endpoint, one);
          } else if (one.verdict === "refused") {
            results[index] = { status: "refused", reason: one.reason };
          } else {
            const from = performance.now() + one.wait_ms;
            if (from > until) {
              results[index] = { status: "later", reason: one.reason, waitMs: one.wait_ms };
            } else waiting.push({ index, from });
          }
        }
      };

      while (waiting.length > 0 || underWay.size > 0) {
        if (shouldStop() || failed) {
          for (const { index } of waiting.splice(0)) {
            results[index] = { status: "later", reason: "stopped", waitMs: 0 };
          }
        }
        if (waiting.length === 0) {
          if (underWay.size === 0) break;
          await Promise.race(underWay);
          continue;
        }
        const free = provider.atOnce - underWay.size;
        if (free <= 0) {
          await Promise.race(underWay);
          continue;
        }
        const at = performance.now();
        const due = waiting.filter(({ from }) => from <= at).slice(0, free);
        // Some at a time, so that one statement serves several calls.
        const enough = Math.min(waiting.length, Math.ceil(provider.atOnce / 4));
        if (due.length >= enough || (due.length > 0 && underWay.size === 0)) {
          for (const one of due) waiting.splice(waiting.indexOf(one), 1);
          await begin(due.map(({ index }) => index));
        } else if (due.length > 0) await Promise.race(underWay);
        else {
          const next = Math.max(1, Math.min(...waiting.map(({ from }) => from)) - at);
          await Promise.race([sleep(next), ...underWay]);
        }
      }
      if (failed) throw (failed as { error: unknown }).error;
      return results;
    },
  };
}

// deno-lint-ignore no-explicit-any
type M0<E> = E extends DataEndpoint<any, any, any, infer M> ? M : never;

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

function fromCache<S, Q, A, M>(
  endpoint: DataEndpoint<S, Q, A, M>,
  { outcome, answer, answered_at: answeredAt }: Begun & { verdict: "cached" },
): Asked<M> {
  const { answer: found } = answer === null
    ? { answer: null }
    : readAnswer(endpoint.schema, JSON.parse(answer));
  return {
    status: "answered",
    outcome,
    cached: true,
    answeredAt,
    mapped: found === null ? null : endpoint.map(found),
  };
}

// Every call to a data provider goes through here: asked once, paid once, within budget and limits, on record.
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Sql } from "../../platform/db/client.ts";
import type { Variables } from "../../platform/settings.ts";
import { openStored, type StoredAccounts, storedAccounts } from "../stored.ts";
import { type Begun, type Call, keptAnswers, openBeginner, type Place } from "./ledger.ts";
import { openCaller } from "./make_calls.ts";
import { leaseSeconds } from "./protect.ts";
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
  /** What a question costs by the org's contract; otherwise the price in the account's settings. */
  costUsd?: number;
  /** How long to wait for limits, and for equal calls of others. */
  patienceMs?: number;
  /** What all of them may cost together, beside the budgets. */
  mostUsd?: number;
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
  /** The most that one question costs an org's account; null where it has no keys. */
  costUsd<S, Q, A, M>(
    provider: DataProvider<S>,
    endpoint: DataEndpoint<S, Q, A, M>,
    orgId: string,
    account?: string,
  ): Promise<number | null>;
  /** For each question, whether the cache has its answer. Asks nothing. */
  kept<S, Q, A, M>(
    provider: DataProvider<S>,
    endpoint: DataEndpoint<S, Q, A, M>,
    orgId: string,
    questions: readonly Q[],
  ): Promise<boolean[]>;
}

/** As exact as the database keeps it. */
const usd = (value: number): number => Math.round(Math.max(0, value) * 1e6) / 1e6;

const PATIENCE_MS = 10_000;
/** How late a call may begin, as a share of the narrowest limit: take_calls leaves 3 % for that. */
const LATE = 0.02;
/** How far ahead a turn is asked for after calls that were late, so that a slow answer is not late again. */
const AHEAD_MS = [0, 50, 250, 1000];

export function openGateway(
  { sql, stored = storedAccounts(sql), given = process.env, clock }: GatewayOptions,
): Gateway {
  const now = () => clock?.() ?? null;
  const ask = openBeginner(sql, now);
  const make = openCaller(sql, now);

  const settingsOf = <S>(provider: DataProvider<S>, account: string, orgId: string) =>
    openStored(
      stored,
      [provider.name, account, orgId],
      given,
      (name, env) => provider.settings(name, env),
    );

  return {
    async costUsd(provider, endpoint, orgId, account = "default") {
      const settings = await settingsOf(provider, account, orgId);
      return settings === null ? null : endpoint.costUsd(settings);
    },

    kept: (provider, endpoint, orgId, questions) =>
      keptAnswers(
        sql,
        { orgId, provider: provider.name, endpoint: endpoint.name },
        questions.map((question) => endpoint.normalise(question)),
        now,
      ),

    async ask(provider, endpoint, batch) {
      const { orgId, account = "default", questions, shouldStop = () => false } = batch;
      if (provider.off !== undefined) {
        return questions.map(() => ({ status: "refused", reason: "switched_off" }));
      }
      const settings = await settingsOf(provider, account, orgId);
      if (settings === null) {
        return questions.map(() => ({ status: "refused", reason: "no_account" }));
      }
      const place: Place = { orgId, provider: provider.name, account, endpoint: endpoint.name };
      const costUsd = batch.costUsd ?? endpoint.costUsd(settings);
      const calls = questions.map(({ question, leadId, contactPointId }): Call => ({
        input: endpoint.normalise(question),
        cost_usd: costUsd,
        ...(leadId === undefined ? {} : { lead_id: leadId }),
        ...(contactPointId === undefined ? {} : { contact_point_id: contactPointId }),
      }));
      const limits = provider.limits(settings);
      const results: Asked<M0<typeof endpoint>>[] = new Array(questions.length);
      const most = endpoint.together?.most ?? 1;
      const waiting = questions.map((_, index) => ({ index, from: 0 }));
      const lateMs = Math.min(...limits.map(({ seconds }) => seconds)) * 1000 * LATE;
      const returned = new Map<number, number>();
      let failed: { error: unknown } | null = null;
      // What calls under way may cost, and what those that ended have cost.
      let committedUsd = 0;
      const underWay = new Set<Promise<void>>();
      const until = performance.now() + (batch.patienceMs ?? PATIENCE_MS);

      const asking = {
        place,
        limits,
        leaseSeconds: leaseSeconds(provider.timeoutMs),
        correlationId: batch.correlationId ?? null,
      };
      const begin = async (indexes: number[]) => {
        const returns = Math.max(...indexes.map((index) => returned.get(index) ?? 0));
        const begun = await ask({
          ...asking,
          aheadMs: AHEAD_MS[Math.min(returns, AHEAD_MS.length - 1)]!,
          calls: indexes.map((index) => calls[index]!),
          mostUsd: batch.mostUsd === undefined ? null : usd(batch.mostUsd - committedUsd),
        });
        const going: { index: number; begun: Begun & { verdict: "go" } }[] = [];
        for (const [n, one] of begun.entries()) {
          const index = indexes[n]!;
          if (one.verdict === "go") {
            committedUsd += costUsd;
            going.push({ index, begun: one });
          } else if (one.verdict === "cached") {
            results[index] = fromCache(endpoint, one);
          } else if (one.verdict === "refused") {
            results[index] = { status: "refused", reason: one.reason };
          } else {
            const { from } = one;
            if (from > until) {
              results[index] = { status: "later", reason: one.reason, waitMs: one.wait_ms };
            } else waiting.push({ index, from });
          }
        }
        going.sort((a, b) => a.begun.from - b.begun.from);
        for (let n = 0; n < going.length; n += most) {
          const members = going.slice(n, n + most);
          const call = make(provider, endpoint, {
            place,
            settings,
            costUsd,
            members: members.map(({ index, begun }) => ({
              question: questions[index]!.question,
              begun,
            })),
            mostLateMs: lateMs,
            mayReturn: members.every(({ index }) =>
              (returned.get(index) ?? 0) < AHEAD_MS.length - 1
            ),
          }).then((asked) => {
            for (const [k, { index }] of members.entries()) {
              const one = asked?.[k];
              committedUsd -= costUsd - (one && "costUsd" in one ? one.costUsd : 0);
              if (asked !== null) results[index] = asked[k]!;
              else {
                returned.set(index, (returned.get(index) ?? 0) + 1);
                if (performance.now() <= until) waiting.push({ index, from: 0 });
                else results[index] = { status: "later", reason: "limit", waitMs: 1000 };
              }
            }
          }, (error) => {
            failed ??= { error };
          }).finally(() => underWay.delete(call));
          underWay.add(call);
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
        const due = waiting.filter(({ from }) => from <= at).slice(0, free * most);
        // Some at a time, so that one statement serves several calls, and one call several questions.
        const enough = Math.min(
          waiting.length,
          most > 1 ? most : Math.ceil(provider.atOnce / 4),
        );
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
    costUsd: 0,
    mapped: found === null ? null : endpoint.map(found),
  };
}

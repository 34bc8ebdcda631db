// What a data provider is to the gateway: a folder with schemas, mapping, cost, limits and a classifier.
import type { z } from "zod";
import type { Variables } from "../../platform/settings.ts";

/** What an answer means; the classifier of each provider reads status and body together. */
export const OUTCOMES = [
  ...["ok", "empty", "retry_after", "slow_down", "out_of_credit"],
  ...["bad_request", "auth", "blocked", "forbidden_person"],
] as const;
export type Outcome =
  | "ok"
  | "empty"
  | "retry_after"
  | "slow_down"
  | "out_of_credit"
  | "bad_request"
  | "auth"
  | "blocked"
  | "forbidden_person";

export interface Verdict {
  outcome: Outcome;
  /** Whether the provider did the work and charged for it. maybe: nobody knows, and the call is not repeated. */
  processed: "yes" | "no" | "maybe";
  /** Where the answer says what it cost; otherwise the endpoint's cost. */
  costUsd?: number;
  retryAfterSeconds?: number;
  /** The provider's own code: short, and without values. */
  code?: string;
  /** The provider's id of the request, for callers that have to prove what they asked. */
  requestId?: string;
}

/** What a caller that keeps a record of its questions needs of a verdict. */
export type Said = Pick<Verdict, "code" | "requestId">;

export interface RawAnswer {
  status: number;
  header(name: string): string | null;
  /** Parsed JSON; null where the body is not JSON. */
  body: unknown;
}

/** At most `calls` in any `seconds`, for one account. `burst`: how many at once (1). */
export interface Limit {
  name: string;
  calls: number;
  seconds: number;
  burst?: number;
}

export interface CallRequest {
  url: string;
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  body?: string;
}

/** The part of an answer that is about one question of several. */
export interface AnswerPart {
  id: string;
  verdict: Verdict;
  /** What the endpoint's schema reads, and what is kept: no more than the mapping needs. */
  body: unknown;
}

/** Several questions in one call. Each is reserved, paid for and kept by itself. */
export interface Together<S, Q> {
  most: number;
  request(questions: readonly { id: string; question: Q }[], settings: S): CallRequest;
  /** Takes an `ok` answer apart by the ids of its questions; `rest` is for questions that it does not name. */
  split(body: unknown, ids: readonly string[]): {
    parts: AnswerPart[];
    rest: Verdict;
    drift: Drift[];
  };
}

/** S: settings of the account; Q: the question; A: the documented answer; M: what we make of it. */
export interface DataEndpoint<S, Q, A, M> {
  name: string;
  /** The question in one spelling: equal questions are asked once. */
  normalise(question: Q): string;
  request(question: Q, settings: S): CallRequest;
  /** Strict, so that fields which the documentation does not have are counted. */
  schema: z.ZodType<A>;
  map(answer: A): M;
  /** Where one call can ask several questions; `request` then asks a single one. */
  together?: Together<S, Q>;
  /** The most that one question can cost. */
  costUsd(settings: S): number;
  /** How long an answer is kept; 0: not at all. */
  keepSeconds(outcome: "ok" | "empty", mapped: M | null): number;
}

/** A step of `sluice provider check`: a call that is free and changes nothing, and what it should answer. */
export interface TourStep<S> {
  title: string;
  endpoint: string;
  request(settings: S): CallRequest;
  expect: Outcome;
}

export interface DataProvider<S = unknown> {
  name: string;
  /** Why no call is made, whatever the settings: nobody has confirmed the provider's API or its terms. */
  off?: string;
  /** The documentation that the folder was written against. */
  docs: { url: string; read: string };
  timeoutMs: number;
  /** Calls at the same time, in one process. */
  atOnce: number;
  limits(settings: S): readonly Limit[];
  /** Null where the account has no keys. */
  settings(account: string, given?: Variables): S | null;
  classify(answer: RawAnswer, endpoint: string): Verdict;
  // deno-lint-ignore no-explicit-any
  endpoints: Readonly<Record<string, DataEndpoint<S, any, any, any>>>;
  tour: readonly TourStep<S>[];
}

export interface Drift {
  path: string;
  problem: string;
}

export interface Question<Q> {
  question: Q;
  leadId?: string;
  contactPointId?: number;
}

/** never_contact: nothing is asked about such a person; over_lead_cap: a lead costs no more than its org allows;
 * over_cap: what was confirmed for the batch is spent. */
export type Refusal =
  | "over_budget"
  | "no_budget"
  | "unconfirmed"
  | "never_contact"
  | "over_lead_cap"
  | "over_cap"
  | "no_account"
  | "switched_off";

export type Asked<M> =
  /** mapped is null where nothing was found, or the answer could not be read. */
  | {
    status: "answered";
    outcome: Outcome;
    cached: boolean;
    answeredAt: Date;
    /** What it cost; 0 from the cache. */
    costUsd: number;
    mapped: M | null;
    said?: Said;
  }
  /** said: only where the provider answered. */
  | { status: "later"; reason: string; waitMs: number; said?: Said }
  | { status: "refused"; reason: Refusal }
  /** No answer came: nobody knows whether it was charged. Or the lead was erased meanwhile. */
  | { status: "lost"; reason: "no_answer" | "erased"; costUsd: number; said?: Said };

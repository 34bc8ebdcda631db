// One request to a provider, and what its answer means.
import { freshFetch, networkOutcome, ONE_REQUEST_EACH } from "../network.ts";
import { readAnswer } from "./read_answer.ts";
import type {
  CallRequest,
  DataEndpoint,
  DataProvider,
  Drift,
  RawAnswer,
  Verdict,
} from "./types.ts";

/** More than any documented answer has. */
const MOST_BYTES = 8 * 1024 * 1024;

export async function send(request: CallRequest, signal?: AbortSignal): Promise<RawAnswer> {
  // A connection of its own: a client that repeats a request by itself would pay twice.
  const response = await freshFetch()(request.url, {
    method: request.method ?? "GET",
    headers: { accept: "application/json", ...ONE_REQUEST_EACH, ...request.headers },
    body: request.body,
    redirect: "manual",
    signal,
  });
  const text = await response.text();
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    body: text.length > MOST_BYTES ? null : parse(text),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export interface Read<M> {
  verdict: Verdict;
  mapped: M | null;
  /** The body to keep, as text; null where there is none or it cannot be read. */
  text: string | null;
  drift: Drift[];
}

export function read<S, Q, A, M>(
  provider: DataProvider<S>,
  endpoint: DataEndpoint<S, Q, A, M>,
  answer: RawAnswer,
): Read<M> {
  const verdict = provider.classify(answer, endpoint.name);
  if (verdict.outcome !== "ok") return { verdict, mapped: null, text: null, drift: [] };
  const { answer: found, drift } = readAnswer(endpoint.schema, answer.body);
  return found === null
    ? { verdict: { ...verdict, code: "malformed" }, mapped: null, text: null, drift }
    : { verdict, mapped: endpoint.map(found), text: JSON.stringify(answer.body), drift };
}

/** A failed request: only what was certainly never sent is not charged. */
export function failure(error: unknown): {
  outcome: "unreachable" | "no_answer";
  processed: "no" | "maybe";
  code: string;
} {
  if ((error as { isBulkheadRejectedError?: boolean }).isBulkheadRejectedError) {
    return { outcome: "unreachable", processed: "no", code: "busy" };
  }
  if ((error as { isTaskCancelledError?: boolean }).isTaskCancelledError) {
    return { outcome: "no_answer", processed: "maybe", code: "timeout" };
  }
  const { result, detail } = networkOutcome(error);
  return result === "retry"
    ? { outcome: "unreachable", processed: "no", code: "unreachable" }
    : { outcome: "no_answer", processed: "maybe", code: (detail ?? "no_answer").slice(0, 80) };
}

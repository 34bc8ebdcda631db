// One request to a provider, and what its answer means.
import { freshFetch, networkOutcome, ONE_REQUEST_EACH } from "../network.ts";
import { readAnswer } from "./read_answer.ts";
import type {
  CallRequest,
  DataEndpoint,
  DataProvider,
  Drift,
  RawAnswer,
  Together,
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
  const text = await readText(response);
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    body: text === null ? null : parse(text),
  };
}

/** Null where it has more than an answer has: the rest is not read. */
async function readText(response: Response): Promise<string | null> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "", size = 0;
  // Leaving the loop cancels the body.
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > MOST_BYTES) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
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
  return readBody(endpoint, verdict, answer.body);
}

function readBody<S, Q, A, M>(
  endpoint: DataEndpoint<S, Q, A, M>,
  verdict: Verdict,
  body: unknown,
): Read<M> {
  if (verdict.outcome !== "ok") return { verdict, mapped: null, text: null, drift: [] };
  const { answer: found, drift } = readAnswer(endpoint.schema, body);
  return found === null
    ? { verdict: { ...verdict, code: "malformed" }, mapped: null, text: null, drift }
    : { verdict, mapped: endpoint.map(found), text: JSON.stringify(body), drift };
}

/** An answer to several questions, by their ids. What differs from the documentation is counted once. */
export function readTogether<S, Q, A, M>(
  provider: DataProvider<S>,
  endpoint: DataEndpoint<S, Q, A, M> & { together: Together<S, Q> },
  answer: RawAnswer,
  ids: readonly string[],
): Read<M>[] {
  const verdict = provider.classify(answer, endpoint.name);
  if (verdict.outcome !== "ok") {
    return ids.map(() => ({ verdict, mapped: null, text: null, drift: [] }));
  }
  const { parts, rest, drift } = endpoint.together.split(answer.body, ids);
  const named = new Map(parts.map((part) => [part.id, part]));
  return ids.map((id, n) => {
    const part = named.get(id);
    const found = part
      ? readBody(endpoint, part.verdict, part.body)
      : { verdict: rest, mapped: null, text: null, drift: [] };
    return n === 0 ? { ...found, drift: [...drift, ...found.drift] } : found;
  });
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

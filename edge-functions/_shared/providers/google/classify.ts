import { retryAfter } from "../network.ts";
import type { RawAnswer, Verdict } from "../gateway/types.ts";

const HOUR = 3600;

/** Every answer is a 200; its status is a word in the body. */
const WORDS: Record<string, Verdict> = {
  OK: { outcome: "ok", processed: "yes" },
  ZERO_RESULTS: { outcome: "empty", processed: "yes" },
  OVER_QUERY_LIMIT: { outcome: "slow_down", processed: "no", retryAfterSeconds: 10, code: "pace" },
  OVER_DAILY_LIMIT: {
    ...{ outcome: "out_of_credit", processed: "no", retryAfterSeconds: HOUR, code: "daily_limit" },
  },
  REQUEST_DENIED: { outcome: "auth", processed: "no", retryAfterSeconds: HOUR, code: "denied" },
  INVALID_REQUEST: { outcome: "bad_request", processed: "no", code: "invalid_request" },
  UNKNOWN_ERROR: { outcome: "retry_after", processed: "maybe", code: "unknown_error" },
};

export function classifyGoogle({ status, header, body }: RawAnswer): Verdict {
  const word = (body as { status?: unknown } | null)?.status;
  const verdict = typeof word === "string" && Object.hasOwn(WORDS, word) ? WORDS[word]! : null;
  if (status === 200 && verdict) {
    // "OK" without results is not an answer.
    return verdict.outcome === "ok" && !Array.isArray((body as { results?: unknown }).results)
      ? { outcome: "retry_after", processed: "maybe", code: "no_results" }
      : verdict;
  }
  const wait = retryAfter(header, new Date());
  if (status === 429) {
    return { outcome: "slow_down", processed: "no", retryAfterSeconds: wait ?? 10 };
  }
  if (status === 401 || status === 403) {
    return { outcome: "auth", processed: "no", retryAfterSeconds: HOUR, code: `http_${status}` };
  }
  if (status >= 400 && status < 500) {
    return { outcome: "bad_request", processed: "no", code: `http_${status}` };
  }
  return {
    outcome: "retry_after",
    processed: "maybe",
    code: `http_${status}`,
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
  };
}

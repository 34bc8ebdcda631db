import { retryAfter } from "../network.ts";
import type { RawAnswer, Verdict } from "../gateway/types.ts";

const HOUR = 3600;

/** A refusal comes as {"error": "…"}, also with status 200, and one sentence names key and credits together. */
function refusal(error: string): Verdict | null {
  if (/credit/i.test(error)) {
    return { outcome: "out_of_credit", processed: "no", retryAfterSeconds: HOUR, code: "credits" };
  }
  if (/api.?key|authenti|permission/i.test(error)) {
    // 200 of them in an hour close the account for another.
    return { outcome: "auth", processed: "no", retryAfterSeconds: HOUR, code: "api_key" };
  }
  if (/rate|too many|limit/i.test(error)) {
    return { outcome: "slow_down", processed: "no", retryAfterSeconds: 600, code: "rate" };
  }
  return null;
}

export function classifyZerobounce({ status, header, body }: RawAnswer): Verdict {
  const answer = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const error = answer.error ?? answer.errors ?? answer.message;
  const wait = retryAfter(header, new Date());
  // The shield in front of the host: it says nothing about the key, and lasts up to a day.
  if (status === 403) {
    return { outcome: "blocked", processed: "no", retryAfterSeconds: wait ?? HOUR };
  }
  if (status === 429) {
    return { outcome: "slow_down", processed: "no", retryAfterSeconds: wait ?? 600 };
  }
  const refused = error === undefined ? null : refusal(JSON.stringify(error));
  if (refused) return refused;
  if (status === 200 && typeof answer.status === "string") {
    return { outcome: "ok", processed: "yes" };
  }
  if (status === 200 && "Credits" in answer) {
    // A wrong key has -1 credits.
    return String(answer.Credits) === "-1"
      ? { outcome: "auth", processed: "no", retryAfterSeconds: HOUR, code: "api_key" }
      : { outcome: "ok", processed: "yes" };
  }
  if (status === 401) return { outcome: "auth", processed: "no", retryAfterSeconds: HOUR };
  if (status >= 400 && status < 500) {
    return { outcome: "bad_request", processed: "no", code: `http_${status}` };
  }
  if (status === 200 && error !== undefined) {
    return { outcome: "bad_request", processed: "no", code: "error" };
  }
  return {
    outcome: "retry_after",
    processed: "maybe",
    code: `http_${status}`,
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
  };
}

import { retryAfter } from "../network.ts";
import type { RawAnswer, Verdict } from "../gateway/types.ts";

const HOUR = 3600;

/** Two kinds of 429: one for a second, one for the rest of the day (until midnight UTC). */
export function classifyYelp({ status, header, body }: RawAnswer): Verdict {
  const answer = (typeof body === "object" && body !== null ? body : {}) as {
    error?: { code?: unknown };
    businesses?: unknown;
  };
  const word = typeof answer.error?.code === "string"
    ? answer.error.code.toLowerCase().slice(0, 60)
    : null;
  const code = word ?? `http_${status}`;
  const wait = retryAfter(header, new Date());
  if (status === 200 && Array.isArray(answer.businesses)) {
    return { outcome: "ok", processed: "yes" };
  }
  if (status === 429 && word === "access_limit_reached") {
    return { outcome: "out_of_credit", processed: "no", retryAfterSeconds: HOUR, code };
  }
  if (status === 429) {
    return { outcome: "slow_down", processed: "no", retryAfterSeconds: wait ?? 2, code };
  }
  if (status === 401 || status === 403) {
    return { outcome: "auth", processed: "no", retryAfterSeconds: HOUR, code };
  }
  if (status >= 400 && status < 500) return { outcome: "bad_request", processed: "no", code };
  return {
    outcome: "retry_after",
    processed: "maybe",
    code,
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
  };
}

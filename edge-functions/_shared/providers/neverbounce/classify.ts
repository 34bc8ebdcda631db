import { retryAfter } from "../network.ts";
import type { RawAnswer, Verdict } from "../gateway/types.ts";

const HOUR = 3600;

/** general_failure has many causes, and the message alone names them. */
function generalFailure(message: string): Verdict {
  if (/credit|balance/i.test(message)) {
    return { outcome: "out_of_credit", processed: "no", retryAfterSeconds: HOUR, code: "credits" };
  }
  return /missing|required|invalid|malformed/i.test(message)
    ? { outcome: "bad_request", processed: "no", code: "general_failure" }
    : { outcome: "retry_after", processed: "maybe", code: "general_failure" };
}

/** Failures come with status 200, and the word in the body says which. */
export function classifyNeverbounce({ status, header, body }: RawAnswer): Verdict {
  const answer = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const wait = retryAfter(header, new Date());
  switch (answer.status) {
    case "success":
      if (status === 200 && typeof answer.result === "string") {
        return { outcome: "ok", processed: "yes" };
      }
      break;
    case "auth_failure":
      return { outcome: "auth", processed: "no", retryAfterSeconds: HOUR, code: "auth_failure" };
    case "bad_referrer":
      return { outcome: "auth", processed: "no", retryAfterSeconds: HOUR, code: "bad_referrer" };
    case "throttle_triggered":
      // No header says how long.
      return {
        outcome: "slow_down",
        processed: "no",
        retryAfterSeconds: wait ?? 60,
        code: "throttle_triggered",
      };
    case "temp_unavail":
      // Whether the check was charged is not documented.
      return {
        outcome: "retry_after",
        processed: "maybe",
        retryAfterSeconds: wait ?? 60,
        code: "temp_unavail",
      };
    case "general_failure":
      return generalFailure(String(answer.message ?? ""));
  }
  if (status === 401) return { outcome: "auth", processed: "no", retryAfterSeconds: HOUR };
  if (status === 403) return { outcome: "blocked", processed: "no", retryAfterSeconds: HOUR };
  if (status === 429) {
    return { outcome: "slow_down", processed: "no", retryAfterSeconds: wait ?? 60 };
  }
  return status >= 400 && status < 500
    ? { outcome: "bad_request", processed: "no", code: `http_${status}` }
    : {
      outcome: "retry_after",
      processed: "maybe",
      code: `http_${status}`,
      ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
    };
}

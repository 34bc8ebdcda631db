// What answers of Lookup v2 mean.
import { retryAfter } from "../network.ts";
import type { RawAnswer, Verdict } from "../gateway/types.ts";

const HOUR = 3600;
const ANSWERS = new Set(["yes", "no", "no_data_available"]);

type Fields = Record<string, unknown>;
const fieldsOf = (value: unknown): Fields | null =>
  typeof value === "object" && value !== null ? value as Fields : null;

/** A package that fails says so in its own error_code, inside a 200. It is taken for charged. */
function packageVerdict(body: Fields, endpoint: string): Verdict {
  const nothing = (code: unknown): Verdict => ({
    outcome: "empty",
    processed: "yes",
    code: String(code).slice(0, 40),
  });
  const found = fieldsOf(body[endpoint]);
  if (found?.error_code) return nothing(found.error_code);
  if (endpoint === "reassigned_number") {
    if (ANSWERS.has(found?.is_number_reassigned as string)) {
      return { outcome: "ok", processed: "yes" };
    }
    return nothing(body.valid === false ? "invalid_number" : "no_answer");
  }
  return body.valid === false || typeof found?.type === "string"
    ? { outcome: "ok", processed: "yes" }
    : nothing("no_answer");
}

function verdictOf({ status, header, body }: RawAnswer, endpoint: string): Verdict {
  const answer = fieldsOf(body);
  const wait = retryAfter(header, new Date());
  if (status === 200) {
    return answer && typeof answer.valid === "boolean"
      ? packageVerdict(answer, endpoint)
      : { outcome: "retry_after", processed: "maybe", code: "malformed" };
  }
  const given = answer?.code;
  const code = typeof given === "number" || typeof given === "string" && /^\d{1,8}$/.test(given)
    ? String(given).slice(0, 40)
    : `http_${status}`;
  if (status === 401) return { outcome: "auth", processed: "no", retryAfterSeconds: HOUR, code };
  // Twilio has to approve the account for the package.
  if (status === 403) return { outcome: "blocked", processed: "no", retryAfterSeconds: HOUR, code };
  if (status === 429) {
    return { outcome: "slow_down", processed: "no", retryAfterSeconds: wait ?? 60, code };
  }
  return status >= 400 && status < 500 ? { outcome: "bad_request", processed: "no", code } : {
    outcome: "retry_after",
    processed: "maybe",
    code,
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
  };
}

export function classifyLookup(answer: RawAnswer, endpoint: string): Verdict {
  const requestId = answer.header("twilio-request-id")?.slice(0, 64);
  return { ...verdictOf(answer, endpoint), ...(requestId ? { requestId } : {}) };
}

import { retryAfter } from "../network.ts";
import type { RawAnswer, Verdict } from "../gateway/types.ts";

const HOUR = 3600;

const codeOf = (body: unknown): number | null => {
  const status = (body as { status?: { code?: unknown } } | null)?.status?.code;
  const code = Number(status);
  return status === undefined || status === null || Number.isNaN(code) ? null : code;
};

/** The status counts, and where it is 200, the code in the body: both have been seen to refuse. */
export function classifyBatchdata({ status: http, header, body }: RawAnswer): Verdict {
  const inside = codeOf(body);
  const status = http === 200 && inside !== null ? inside : http;
  const wait = retryAfter(header, new Date());
  switch (status) {
    case 401:
      return { outcome: "auth", processed: "no", retryAfterSeconds: HOUR, code: "token" };
    case 402:
      return {
        outcome: "out_of_credit",
        processed: "no",
        retryAfterSeconds: HOUR,
        code: "balance",
      };
    case 403:
      // The token is right, and its plan lacks the product.
      return { outcome: "blocked", processed: "no", retryAfterSeconds: HOUR, code: "not_enabled" };
    case 429:
      return { outcome: "slow_down", processed: "no", retryAfterSeconds: wait ?? 60 };
  }
  if (status >= 200 && status < 300) {
    const data = (body as { result?: { data?: unknown } } | null)?.result?.data;
    return Array.isArray(data)
      ? { outcome: "ok", processed: "yes" }
      // Nobody knows what such an answer cost.
      : { outcome: "retry_after", processed: "maybe", code: "no_data" };
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

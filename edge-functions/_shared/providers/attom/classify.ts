import { retryAfter } from "../network.ts";
import type { RawAnswer, Verdict } from "../gateway/types.ts";

const HOUR = 3600;

const messageOf = (body: unknown): string => {
  const msg = (body as { status?: { msg?: unknown } } | null)?.status?.msg;
  return typeof msg === "string" ? msg : "";
};

/** What an answer is about: properties, or of version 3 the records of foreclosures of one. */
function foundIn(body: unknown): readonly unknown[] | null {
  const { property, PreforeclosureDetails: details } = (body ?? {}) as Record<string, unknown>;
  if (Array.isArray(property)) return property;
  if (typeof details !== "object" || details === null) return null;
  const { Default = null, Auction = null } = details as Record<string, unknown>;
  return [Default, Auction].flat().filter((record) => record !== null);
}

/** "No such property" comes with 200 or with 400, and only the message tells it from a mistake of ours. */
export function classifyAttom({ status, header, body }: RawAnswer): Verdict {
  const message = messageOf(body);
  const wait = retryAfter(header, new Date());
  if (/^SuccessWithoutResult$/i.test(message) && (status === 200 || status === 400)) {
    // Only a 200 is billed.
    return { outcome: "empty", processed: status === 200 ? "yes" : "no" };
  }
  if (status === 401 || status === 403) {
    return { outcome: "auth", processed: "no", retryAfterSeconds: HOUR, code: `http_${status}` };
  }
  if (status === 429) {
    // A quota that is used up says so; without that word, only the pace is wrong.
    return /quota/i.test(message + JSON.stringify(body ?? ""))
      ? {
        outcome: "out_of_credit",
        processed: "no",
        retryAfterSeconds: wait ?? HOUR,
        code: "quota",
      }
      : { outcome: "slow_down", processed: "no", retryAfterSeconds: wait ?? 60 };
  }
  if (status === 200) {
    const found = foundIn(body);
    if (found !== null) {
      return found.length > 0
        ? { outcome: "ok", processed: "yes" }
        : { outcome: "empty", processed: "yes" };
    }
    return { outcome: "retry_after", processed: "maybe", code: "no_property" };
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

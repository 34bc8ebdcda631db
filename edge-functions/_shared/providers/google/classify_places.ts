// Answers of the Places API (New): unlike those of Geocoding, the status of HTTP says what they are.
import { retryAfter } from "../network.ts";
import type { RawAnswer, Verdict } from "../gateway/types.ts";

const HOUR = 3600;

export function classifyPlaces({ status, header, body }: RawAnswer): Verdict {
  const error = (body as { error?: { status?: unknown; message?: unknown } } | null)?.error;
  const word = typeof error?.status === "string" ? error.status.toLowerCase().slice(0, 60) : null;
  const code = word ?? `http_${status}`;
  const wait = retryAfter(header, new Date());
  if (status === 200 && typeof body === "object" && body !== null && !Array.isArray(body)) {
    return { outcome: "ok", processed: "yes" };
  }
  // The id has changed, or the place is gone.
  if (status === 404 && word === "not_found") return { outcome: "empty", processed: "no", code };
  if (status === 429) {
    // A minute's quota comes back by itself, and a day's does not.
    return /per day/i.test(String(error?.message))
      ? { outcome: "out_of_credit", processed: "no", retryAfterSeconds: HOUR, code: "daily_quota" }
      : { outcome: "slow_down", processed: "no", retryAfterSeconds: wait ?? 20, code };
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

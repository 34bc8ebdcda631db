// What guards calls within one process; what all processes share is in Postgres (ledger.ts).
import {
  bulkhead,
  ExponentialBackoff,
  fullJitterGenerator,
  handleWhen,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
} from "cockatiel";
import { wasNeverSent } from "../network.ts";

const RETRIES = 2;
const MOST_BACKOFF_MS = 2000;

/**
 * A number of calls at once, a time limit for each attempt, and other attempts for what the provider certainly never
 * received: anything else may have been charged.
 */
export function protect({ timeoutMs, atOnce }: { timeoutMs: number; atOnce: number }) {
  return wrap(
    bulkhead(atOnce, atOnce),
    retry(handleWhen(wasNeverSent), {
      maxAttempts: RETRIES,
      backoff: new ExponentialBackoff({
        generator: fullJitterGenerator,
        initialDelay: 100,
        maxDelay: MOST_BACKOFF_MS,
      }),
    }),
    timeout(timeoutMs, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false }),
  );
}

/** After this time, no call that has begun is still being made: a turn in the queue, and one's own. */
export const leaseSeconds = (timeoutMs: number): number =>
  Math.ceil(2 * (1 + RETRIES) * (timeoutMs + MOST_BACKOFF_MS) / 1000) + 10;

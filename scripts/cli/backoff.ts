// Delays between retries of a request.

export const MAX_ATTEMPTS = 8;
const BASE_MS = 500;
const CAP_MS = 30_000;
/** Longer waits are not worth keeping the process: the user runs the command again later. */
export const MAX_RETRY_AFTER_SECONDS = 120;

const RETRYABLE = new Set([408, 425, 429, 500, 502, 503, 504]);

export function isRetryable(status: number): boolean {
  return RETRYABLE.has(status);
}

/**
 * Full jitter: any delay up to the doubled time, so that many clients do not retry at
 * the same time. A Retry-After of the server is the minimum.
 */
export function delayMs(
  input: { attempt: number; retryAfterSeconds: number | null; random: number },
): number {
  const spread = Math.min(CAP_MS, BASE_MS * 2 ** (input.attempt - 1));
  if (input.retryAfterSeconds === null) return Math.round(input.random * spread);
  return Math.round(input.retryAfterSeconds * 1000 + input.random * Math.min(spread, 1000));
}

/** Seconds from a Retry-After header (seconds or an HTTP date); null without the header. */
export function parseRetryAfter(value: string | null, now: Date): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value.trim())) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now.getTime()) / 1000));
}

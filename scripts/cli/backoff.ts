// How long to wait before a request is tried again.

export const MAX_ATTEMPTS = 8;
const BASE_MS = 500;
const CAP_MS = 30_000;
/** A server that asks for more is not waited for; the user runs the command again later. */
export const MAX_RETRY_AFTER_SECONDS = 120;

const RETRYABLE = new Set([408, 425, 429, 500, 502, 503, 504]);

export function isRetryable(status: number): boolean {
  return RETRYABLE.has(status);
}

/**
 * Full jitter: anything between nothing and the doubled time, so that many clients do not come back
 * together. What the server asks for is the least.
 */
export function delayMs(
  input: { attempt: number; retryAfterSeconds: number | null; random: number },
): number {
  const spread = Math.min(CAP_MS, BASE_MS * 2 ** (input.attempt - 1));
  if (input.retryAfterSeconds === null) return Math.round(input.random * spread);
  return Math.round(input.retryAfterSeconds * 1000 + input.random * Math.min(spread, 1000));
}

/** Seconds from a Retry-After header (seconds or an HTTP date); null when there is none. */
export function parseRetryAfter(value: string | null, now: Date): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value.trim())) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now.getTime()) / 1000));
}

// Determines from a failed request whether the provider received it.
import { cleanText, cut } from "../platform/text.ts";
import { withoutContacts } from "../platform/redact.ts";
import { errorWords } from "./error_words.ts";
import type { Outcome } from "./types.ts";

/** Raised during lookup, connect or handshake, before the request was written. */
const BEFORE = new Set([
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EAI_NODATA", "UND_ERR_CONNECT_TIMEOUT"],
  ...["CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN"],
  ...["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "ERR_TLS_CERT_ALTNAME_INVALID"],
]);
/** The same codes also end an established connection, unless the failed system call is `connect`. */
const WHEN_CONNECTING = new Set(["EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "EADDRNOTAVAIL"]);

interface Clues {
  code?: unknown;
  syscall?: unknown;
  message?: unknown;
  cause?: unknown;
  errors?: unknown;
}

/** Whether the request was certainly never sent; in all other cases it may have arrived. */
export function wasNeverSent(error: unknown, depth = 0): boolean {
  if (typeof error !== "object" || error === null || depth > 5) return false;
  const { code, syscall, message, cause, errors } = error as Clues;
  if (typeof code === "string") {
    if (BEFORE.has(code) || (WHEN_CONNECTING.has(code) && syscall === "connect")) return true;
  }
  // Deno's fetch names the phase only in the message.
  if (typeof message === "string" && /client error \(Connect\)/.test(message)) return true;
  // One error for each address tried.
  if (Array.isArray(errors) && errors.length > 0) {
    return errors.every((one) => wasNeverSent(one, depth + 1));
  }
  return wasNeverSent(cause, depth + 1);
}

/**
 * Deno repeats a request by itself, even a POST, when a reused connection breaks without an answer. A new
 * connection for each request avoids that.
 */
export const ONE_REQUEST_EACH = { Connection: "close" };

/** The same for fetch, which may use HTTP/2, where that header does not exist. */
export function freshFetch(): typeof fetch {
  const deno = (globalThis as {
    Deno?: { createHttpClient?: (options: Record<string, unknown>) => unknown };
  }).Deno;
  const client = deno?.createHttpClient?.({ poolMaxIdlePerHost: 0, http2: false });
  if (!client) return fetch;
  // `client` exists in Deno only; which types apply here depends on the entry point.
  return (input, init) => fetch(input, { ...init, client } as unknown as RequestInit);
}

export function networkOutcome(error: unknown): Outcome {
  const code = codeOf(error);
  return wasNeverSent(error)
    ? { result: "retry", code: "unreachable", detail: `no connection: ${code}` }
    : { result: "unknown", code: "no_answer", detail: `no answer: ${code}` };
}

function codeOf(error: unknown, depth = 0): string {
  if (typeof error !== "object" || error === null || depth > 5) return "unknown";
  const { code, cause } = error as Clues;
  if (typeof code === "string") return code;
  return cause ? codeOf(cause, depth + 1) : (error as { name?: string }).name ?? "unknown";
}

/** Seconds to wait, from Retry-After (seconds or a date) or a reset time in epoch seconds. */
export function retryAfter(
  header: (name: string) => string | null | undefined,
  now: Date,
): number | undefined {
  const given = header("retry-after")?.trim();
  if (given) {
    if (/^\d+(\.\d+)?$/.test(given)) return Math.ceil(Number(given));
    const at = Date.parse(given);
    if (!Number.isNaN(at)) return Math.max(0, Math.ceil((at - now.getTime()) / 1000));
  }
  const reset = header("x-ratelimit-reset")?.trim();
  if (reset && /^\d{10}$/.test(reset)) {
    return Math.max(0, Number(reset) - Math.floor(now.getTime() / 1000));
  }
  return undefined;
}

/** For an error in the account (key, balance, sender): the message waits and the circuit opens. */
export const ACCOUNT_PAUSE_SECONDS = 900;

/**
 * Statuses that mean the same at every provider. 429 comes before anything is done. A 5xx to a POST may
 * come after it was done, except a 503 that says when to retry. Null: the provider's own rules apply.
 */
export function statusOutcome(status: number, wait: number | undefined): Outcome | null {
  const pause = wait === undefined ? {} : { retry_after_seconds: wait };
  if (status === 429) return { result: "retry", code: "http_429", ...pause };
  if (status === 503 && wait !== undefined) return { result: "retry", code: "http_503", ...pause };
  if (status === 408 || status >= 500 || status < 400) {
    return { result: "unknown", code: `http_${status}` };
  }
  if (status === 401 || status === 402 || status === 403) {
    return {
      result: "retry",
      code: `http_${status}`,
      retry_after_seconds: wait ?? ACCOUNT_PAUSE_SECONDS,
    };
  }
  return null;
}

/** A provider's error message as an outcome's detail, without what it may quote of a person. */
export function detailOf(message: unknown): { detail?: string } {
  if (typeof message !== "string" || message === "") return {};
  return { detail: cut(errorWords(withoutContacts(cleanText(message))), 300) };
}

// W3C Trace Context. The trace id is the correlation id without its dashes, so that logs, rows, sessions of the database
// and traces meet in one id.
import { AsyncLocalStorage } from "node:async_hooks";

const traces = new AsyncLocalStorage<{ correlationId: string }>();

/** Runs `work` under a correlation id: lines of the log and transactions name it. */
export const withTrace = <T>(correlationId: string, work: () => T): T =>
  traces.run({ correlationId }, work);

/** What the running job or request turned out to be about: the rest of it goes on under this id. */
export function continueTrace(correlationId: string | null | undefined): void {
  const trace = traces.getStore();
  if (trace && correlationId) trace.correlationId = correlationId;
}

/** Null outside of requests and jobs. */
export const currentTrace = (): string | null => traces.getStore()?.correlationId ?? null;

/** Version 00 has nothing after the flags; a later one may. Version ff, and ids of zeros, are invalid. */
const FORM =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

/** The correlation id of a caller's trace; null where the header is missing or invalid. */
export function correlationOf(traceparent: string | null | undefined): string | null {
  const [, version, id, more] = FORM.exec(traceparent ?? "") ?? [];
  if (id === undefined || (version === "00" && more !== undefined)) return null;
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The header for what belongs to the correlation id, with a span of its own. */
export function traceparentOf(correlationId: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  // A span of zeros is invalid.
  bytes[0]! |= 1;
  const span = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `00-${correlationId.replaceAll("-", "").toLowerCase()}-${span}-01`;
}

// The error bodies of PostgREST: code, details, hint, message, and the status that belongs to a code.
import type { DatabaseError } from "pg";
import { json } from "../http.ts";

export interface Failure {
  status: number;
  code: string;
  message: string;
  details?: string | null;
  hint?: string | null;
}

export class RestError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

export function failed(failure: Failure): Response {
  const { status, code, message, details = null, hint = null } = failure;
  const headers: Record<string, string> = { "proxy-status": `PostgREST; error=${code}` };
  if (status === 401) headers["www-authenticate"] = "Bearer";
  return json(status, { code, details, hint, message }, headers);
}

/** What the shim does not understand: no code of PostgREST's, so that nobody takes it for one. */
export function notUnderstood(what: string): Failure {
  return {
    status: 501,
    code: "LOCAL501",
    message: `The local REST interface does not understand ${what}.`,
    hint:
      "docs/local_platform.md lists what it understands. Read a view or a function made for the page.",
  };
}

/** By the first characters of the SQLSTATE; the longest match counts. */
const STATUS: [string, number][] = [
  ...[["08", 503], ["09", 500], ["0L", 403], ["0P", 403], ["21000", 500], ["22023", 400]] as const,
  ...[["23503", 409], ["23505", 409], ["25006", 405], ["25", 500], ["28", 403]] as const,
  ...[["2D", 500], ["38", 500], ["39", 500], ["3B", 500], ["40", 500], ["42883", 404]] as const,
  ...[["42P01", 404], ["42P17", 500], ["53400", 500], ["53", 503], ["54", 500], [
    "55",
    500,
  ]] as const,
  ...[["57P01", 503], ["57", 500], ["58", 500], ["F0", 500], ["HV", 500], ["P0001", 400]] as const,
  ...[["P0", 500], ["XX", 500]] as const,
].map(([prefix, status]) => [prefix, status]);

/** PostgREST's status for an error of the database; a code of `sql/ERRORS.md` (SLxxx) is the client's fault. */
export function statusOf(code: string, message: string, signedIn: boolean): number {
  if (code === "42501") return signedIn ? 403 : 401;
  if (code === "21000" && message.endsWith("requires a WHERE clause")) return 400;
  if (code === "22023" && /^role .* does not exist$/.test(message)) return 401;
  if (/^PT\d{3}$/.test(code)) return Number(code.slice(2));
  const found = STATUS.filter(([prefix]) => code.startsWith(prefix))
    .sort(([a], [b]) => b.length - a.length)[0];
  return found?.[1] ?? 400;
}

export function databaseFailure(error: DatabaseError, signedIn: boolean): Failure {
  const { code = "XX000", message, detail, hint } = error;
  const status = statusOf(code, message, signedIn);
  return { status, code, message, details: detail ?? null, hint: hint ?? null };
}

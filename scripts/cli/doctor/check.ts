// Types of the checks of `sluice doctor` and of what they may query.
// To add a check, add a file here and one entry in checks.ts.
import type { Target } from "../api.ts";
import type { Sql } from "../database.ts";
import type { Io } from "../io.ts";

export const STATUSES = ["ok", "warning", "failed", "not run"] as const;
export type Status = typeof STATUSES[number];

export interface Finding {
  status: Status;
  /** The result in words. Never contains a secret. */
  message: string;
  /** The recommended action. */
  advice?: string;
}

export interface Reported extends Finding {
  name: string;
}

export interface Context {
  io: Io;
  sql: Sql;
  databaseUrl: string;
  /** Base of the functions, without a slash at the end. */
  functionsUrl: string;
  /** Base of the project's other APIs. */
  projectUrl: string;
  apiKey: string;
  source: Target;
  /** Management API, for what only the platform knows. */
  accessToken: string;
  projectRef: string;
}

/** A setting that a check needs besides the URL of the functions. Without it, the check is not run. */
export type Need = "database" | "apiKey" | "source" | "accessToken";

export interface Check {
  /** A few words, unique. */
  name: string;
  needs: readonly Need[];
  run(context: Context): Promise<Finding>;
}

export const ok = (message: string): Finding => ({ status: "ok", message });
export const warning = (message: string, advice: string): Finding => ({
  status: "warning",
  message,
  advice,
});
export const failed = (message: string, advice: string): Finding => ({
  status: "failed",
  message,
  advice,
});
export const notRun = (message: string, advice?: string): Finding => ({
  status: "not run",
  message,
  ...(advice ? { advice } : {}),
});

const SEVERITY: Record<Status, number> = { "ok": 0, "not run": 1, "warning": 2, "failed": 3 };

/** One finding from several: the worst status; problems only, unless all is well. */
export function combine(findings: readonly Finding[]): Finding {
  const worst = findings.reduce((a, b) => SEVERITY[b.status] > SEVERITY[a.status] ? b : a);
  const shown = worst.status === "ok"
    ? findings
    : findings.filter(({ status }) =>
      SEVERITY[status] >= SEVERITY.warning || status === worst.status
    );
  const advice = [...new Set(shown.flatMap((finding) => finding.advice ?? []))].join(" ");
  return {
    status: worst.status,
    message: shown.map(({ message }) => message).join("; "),
    ...(advice ? { advice } : {}),
  };
}

const TIMEOUT_MS = 30_000;

/** A request that never follows a redirect and never waits for ever. */
export function request(
  { io }: Pick<Context, "io">,
  url: string,
  init: RequestInit = {},
  timeoutMs = TIMEOUT_MS,
): Promise<Response> {
  return io.fetch(url, {
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
    ...init,
  });
}

/** Why a request got no response, in a word or two. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "timeout";
  const cause = error.cause;
  if (cause instanceof Error) return (cause as NodeJS.ErrnoException).code ?? cause.message;
  return error.message;
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** "3 min", "5 h", "2 d". */
export function age(ms: number): string {
  const minutes = Math.max(0, ms) / 60_000;
  if (minutes < 120) return `${Math.round(minutes)} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} d`;
}

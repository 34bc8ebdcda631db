// Errors, by what the user can do about them.

/** Exit codes, as `sluice help` documents them. */
export const EXIT = { ok: 0, failed: 1, usage: 2, unfinished: 3, interrupted: 130 } as const;

/** The command line is invalid, or a file cannot be read. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** The client failed; running the same command again may help. */
export class ClientError extends Error {
  override name = "ClientError";
}

export interface Problem {
  status: number;
  code: string | null;
  title: string;
  detail: string | null;
  correlationId: string | null;
}

/** The server refused, with problem details (RFC 9457) where it gave them. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly problem: Problem;
  readonly hint: string | null;

  constructor(problem: Problem, hint: string | null = null) {
    super(
      `${problem.status} ${problem.title}` + (problem.detail ? `: ${problem.detail}` : "") +
        (hint ? `\n  ${hint}` : "") +
        (problem.correlationId ? `\n  correlation id ${problem.correlationId}` : ""),
    );
    this.problem = problem;
    this.hint = hint;
  }
}

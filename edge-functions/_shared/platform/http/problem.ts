// The one class of errors that callers may see: a code, a status and a sentence. All other errors become
// 500, or 503 where the database is unavailable, without their cause.

/** Problem details, RFC 9457. */
export interface ProblemDocument {
  type: "about:blank";
  title: string;
  status: number;
  detail: string;
  code: string;
  correlation_id: string;
}

const TITLES: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;
  /** Members of the document beside those of every problem. */
  readonly extensions: Record<string, unknown>;

  constructor(
    status: number,
    code: string,
    detail: string,
    options: {
      headers?: Record<string, string>;
      cause?: unknown;
      extensions?: Record<string, unknown>;
    } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.headers = options.headers ?? {};
    this.extensions = options.extensions ?? {};
  }

  toResponse(correlationId: string): Response {
    const body: ProblemDocument = {
      ...this.extensions,
      type: "about:blank",
      title: TITLES[this.status] ?? "Error",
      status: this.status,
      detail: this.message,
      code: this.code,
      correlation_id: correlationId,
    };
    return new Response(JSON.stringify(body), {
      status: this.status,
      headers: { ...this.headers, "content-type": "application/problem+json" },
    });
  }
}

export const malformed = (detail: string) => new Problem(400, "malformed_request", detail);

/** The same for all three causes, so that a caller cannot find out which one it was. */
export const unauthorized = () =>
  new Problem(
    401,
    "unauthorized",
    "The request needs a valid signature of a known source, not older than five minutes.",
  );

export const notFound = () => new Problem(404, "not_found", "Not found.");

export const unauthenticated = () =>
  new Problem(401, "unauthorized", "An API key or access token is required.");

export const forbidden = (detail: string) => new Problem(403, "forbidden", detail);

/** Nothing was stored; another attempt may well succeed. */
export const overloaded = (retryAfterSeconds: number) =>
  new Problem(503, "overloaded", "Too many concurrent requests; nothing was stored.", {
    headers: { "retry-after": String(retryAfterSeconds) },
  });

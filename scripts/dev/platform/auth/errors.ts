// The error bodies of Supabase Auth, in the form that the client's API version asks for.
import { json } from "../http.ts";

const VERSION = "2024-01-01";

export class AuthError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;
  readonly more: Record<string, unknown>;
  constructor(
    status: number,
    code: string,
    message: string,
    more: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) {
    super(message);
    Object.assign(this, { status, code, more, headers });
    this.status = status;
    this.code = code;
    this.more = more;
    this.headers = headers;
  }
}

export const invalid = (message: string) => new AuthError(400, "validation_failed", message);

export function failed(request: Request, error: AuthError): Response {
  const { status, code, message, more, headers } = error;
  const isNew = (request.headers.get("x-supabase-api-version") ?? "") >= VERSION;
  return isNew
    ? json(status, { code, message, ...more }, {
      ...headers,
      "x-sb-error-code": code,
      "x-supabase-api-version": VERSION,
    })
    : json(status, { code: status, error_code: code, msg: message, ...more }, {
      ...headers,
      "x-sb-error-code": code,
    });
}

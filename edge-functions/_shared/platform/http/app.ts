// Shared by all functions: correlation id, log and headers of every response, errors as problem details.
import { type Context, Hono, type MiddlewareHandler } from "hono";
import {
  hasNoWrappingKey,
  isDatabaseUnavailable,
  isInvalidText,
  withAddress,
} from "../db/client.ts";
import type { Deps } from "../deps.ts";
import { errorFields, type Log } from "../log.ts";
import { correlationOf, traceparentOf, withTrace } from "../trace.ts";
import { type BodyReader, readBody } from "./body.ts";
import { BodyBudget } from "./budget.ts";
import { clientAddress, clientNetwork } from "./client_address.ts";
import { forbidden, malformed, notFound, Problem, unauthenticated } from "./problem.ts";
import { isStorableEncoded } from "./text.ts";

export const CORRELATION_HEADER = "sluice-correlation-id";

/** Of the HTTP API: a change that breaks clients gets a new one beside it. */
export const API_VERSION = "v1";

export interface RequestVariables {
  correlationId: string;
  /** Writes the correlation id and the route with each line. */
  log: Log;
  /** The route's name in the log; never a path, which may hold a secret. */
  route: string;
  /** Set where requests may be turned away by the thousand: this one is not logged. */
  quiet: boolean;
  readBody: BodyReader;
  /** The request has proven its origin: its body no longer counts as an unknown client's. */
  verified: () => void;
}

export type AppEnv = { Variables: RequestVariables };
export type App = Hono<AppEnv>;
export type AppContext = Context<AppEnv>;

/** An app for `/<name>` whose routes only have to answer or to throw. */
export function createFunctionApp(
  deps: Pick<Deps, "log" | "env">,
  name: string,
  headers: Record<string, string> = {},
): App {
  const { getPath } = new Hono();
  const app = new Hono<AppEnv>({
    getPath: (request, options) => unversioned(getPath(request, options), name),
  });
  const { bytes, timeoutMs } = deps.env.bodies;
  const budget = new BodyBudget(bytes);
  // Under overload thousands of requests a second may be refused: the log gets one line a second.
  let loggedAt = -Infinity;
  const logOverload = () => {
    if (performance.now() - loggedAt < 1000) return;
    loggedAt = performance.now();
    deps.log("warn", "overloaded", { body_bytes: budget.used });
  };
  app.use(async (c, next) => {
    const started = performance.now();
    // A caller's trace continues: its id is a name in logs and rows, and grants nothing.
    const correlationId = correlationOf(c.req.header("traceparent")) ?? crypto.randomUUID();
    c.set("correlationId", correlationId);
    c.set("route", "none");
    c.set("quiet", false);
    c.set("log", (level, event, fields) =>
      deps.log(level, event, {
        correlation_id: correlationId,
        route: c.get("route"),
        ...fields,
      }));
    await withTrace(correlationId, () => withAddress(clientAddress(deps, c.req.raw), next));
    for (const [header, value] of Object.entries(headers)) c.res.headers.set(header, value);
    c.res.headers.set(CORRELATION_HEADER, correlationId);
    c.res.headers.set("traceparent", traceparentOf(correlationId));
    c.res.headers.set("cache-control", "no-store");
    if (c.get("quiet")) return;
    c.get("log")("info", "answered", {
      status: c.res.status,
      ms: Math.round(performance.now() - started),
    });
  });
  app.use(async (c, next) => {
    // The host header is part of the URL.
    if (!URL.canParse(c.req.url) || !isStorableEncoded(c.req.url)) {
      throw malformed("The URL must be valid, in UTF-8 without NUL.");
    }
    const hold = budget.open(clientNetwork(deps, c.req.raw));
    const read = { hold, timeoutMs };
    c.set("readBody", (limit) => readBody(c.req.raw, Math.min(limit, budget.share), read));
    c.set("verified", () => hold.verified());
    try {
      await next();
    } finally {
      hold.release();
    }
  });
  app.onError((error, c) => {
    if (error instanceof Problem && error.code === "overloaded") {
      c.set("quiet", true);
      logOverload();
    }
    return refuse(c, error);
  });
  app.notFound((c) => refuse(c, notFound()));
  return app.basePath(`/${name}`);
}

/** Every path has two forms: `/name/v1/…`, which is the documented one, and `/name/…`, which is older. */
export function unversioned(path: string, name: string): string {
  const versioned = `/${name}/${API_VERSION}`;
  return path === versioned || path.startsWith(`${versioned}/`)
    ? `/${name}${path.slice(versioned.length)}`
    : path;
}

function refuse(c: AppContext, error: unknown): Response {
  const log: Log = c.get("quiet") ? () => {} : c.get("log");
  return problemOf(error, log).toResponse(c.get("correlationId"));
}

/** Names the route in the log. */
export const route = (name: string): MiddlewareHandler<AppEnv> => async (c, next) => {
  c.set("route", name);
  await next();
};

/** Answers 405 to all methods of a path that no earlier route has taken. */
export function methodNotAllowed(...allowed: string[]): MiddlewareHandler<AppEnv> {
  const methods = allowed.filter((method) => method !== "OPTIONS").join(" and ");
  return () => {
    throw new Problem(405, "method_not_allowed", `This endpoint only accepts ${methods}.`, {
      headers: { allow: allowed.join(", ") },
    });
  };
}

/** What `private.check_session`, `private.require_aal2` and the checks of API keys refuse. */
const SESSION_PROBLEMS: Record<string, () => Problem> = {
  SL106: () => new Problem(403, "second_factor_required", "This needs a session with two factors."),
  SL107: () => new Problem(401, "session_ended", "The session has ended: sign in again."),
  // Revoked or expired since the request began.
  SL132: () => unauthenticated(),
  SL133: () => new Problem(403, "missing_scope", "The API key lacks the scope of this request."),
  SL134: () => forbidden("An API key may not do this: a person does it."),
  SL139: () => forbidden("Exporting plain values takes a permission, which an owner gives."),
};

/** The problem that an error is to the caller; the log gets more. */
export function problemOf(error: unknown, log: Log): Problem {
  if (error instanceof Problem) {
    log(error.status >= 500 ? "error" : "warn", "refused", {
      status: error.status,
      code: error.code,
    });
    return error;
  }
  if (isInvalidText(error)) {
    log("warn", "refused", { status: 400, code: "malformed_request" });
    return malformed("The request contains text that cannot be stored.");
  }
  const session = SESSION_PROBLEMS[(error as { code?: string } | null)?.code ?? ""];
  if (session) {
    const problem = session();
    log("warn", "refused", { status: problem.status, code: problem.code });
    return problem;
  }
  log("error", "failed", errorFields(error));
  if (hasNoWrappingKey(error)) {
    return new Problem(
      503,
      "not_configured",
      "The project has no wrapping key; nothing was changed. Try again when it is configured.",
      { headers: { "retry-after": "60" } },
    );
  }
  return isDatabaseUnavailable(error)
    ? new Problem(
      503,
      "unavailable",
      "The database is unavailable; nothing was changed. Try again later.",
      { headers: { "retry-after": "5" } },
    )
    : new Problem(500, "internal_error", "An internal error occurred.");
}

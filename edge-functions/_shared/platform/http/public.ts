// What the doors that anybody may knock at have in common: how errors leave, who knocks, how often.
import { isIP } from "node:net";
import { asWriter, isDatabaseUnavailable } from "../db/client.ts";
import type { Deps } from "../deps.ts";
import { errorFields } from "../log.ts";
import { Problem } from "./problem.ts";

export type OpenHandler = (deps: Deps, request: Request) => Promise<Response>;

/** A handler with its log, its errors as problem details, and the headers of every answer. */
export function openRoute(
  deps: Deps,
  name: string,
  headers: Record<string, string>,
  handler: OpenHandler,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const started = performance.now();
    const correlationId = crypto.randomUUID();
    const log: Deps["log"] = (level, event, fields) =>
      deps.log(level, event, { correlation_id: correlationId, route: name, ...fields });
    const response = await handler({ ...deps, log }, request).catch((error) =>
      problemOf(error, log).toResponse(correlationId)
    );
    for (const [header, value] of Object.entries(headers)) response.headers.set(header, value);
    response.headers.set("sluice-correlation-id", correlationId);
    response.headers.set("cache-control", "no-store");
    log("info", "answered", {
      status: response.status,
      ms: Math.round(performance.now() - started),
    });
    return response;
  };
}

/** What an error is to those outside, and its line of log; `away` is said where the database is away. */
export function problemOf(
  error: unknown,
  log: Deps["log"],
  away = "The database is away; nothing was changed. Try again.",
): Problem {
  if (error instanceof Problem) {
    log(error.status >= 500 ? "error" : "warn", "refused", {
      status: error.status,
      code: error.code,
    });
    return error;
  }
  log("error", "failed", errorFields(error));
  return isDatabaseUnavailable(error)
    ? new Problem(503, "unavailable", away, { headers: { "retry-after": "5" } })
    : new Problem(500, "internal_error", "Something went wrong on this side.");
}

/**
 * The address that knocks, as the proxy in front saw it; null where it says none. Of x-forwarded-for only what
 * our own proxies added counts: anybody can send one that begins with somebody else's address.
 */
export function clientAddress({ env }: Pick<Deps, "env">, request: Request): string | null {
  const { header, proxies } = env.clientAddress;
  const hops = (request.headers.get(header) ?? "").split(",").map((hop) => hop.trim());
  const address = (header === "x-forwarded-for" ? hops.at(-proxies) : hops[0]) ?? "";
  return isIP(address) ? address : null;
}

/** 429 over `limit` requests a minute of one address. */
export async function limitRate(
  { sql, now, env }: Deps,
  request: Request,
  door: string,
  limit: number,
): Promise<void> {
  const address = clientAddress({ env }, request);
  // Those whose address is unknown share one count, which must not shut the door for all of them.
  const [caller, most] = address ? [address, limit] : ["unknown", limit * 20];
  const [row] = await asWriter(
    sql,
    (tx) =>
      tx<
        { ok: boolean }[]
      >`select private.count_endpoint_request(${door}, ${caller}, ${most}, ${now()})
        as ok`,
  );
  if (!row?.ok) {
    throw new Problem(429, "too_many_requests", "Too many requests; try again in a minute.", {
      headers: { "retry-after": "60" },
    });
  }
}

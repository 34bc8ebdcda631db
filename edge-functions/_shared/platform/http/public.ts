// Superseded by app.ts; goes with its last caller.
import type { Deps } from "../deps.ts";
import { problemOf } from "./app.ts";

export { problemOf };
export { clientAddress, limitRate } from "./client_address.ts";

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

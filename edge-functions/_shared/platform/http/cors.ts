// Calls from pages of another origin: of the configured ones, and of no others.
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./app.ts";

const ALLOWED =
  "authorization, apikey, content-type, content-encoding, webhook-id, x-client-info, x-supabase-api-version";
const EXPOSED = "sluice-correlation-id, sluice-duplicate, retry-after, content-disposition";

/** Without cookies: a caller proves itself with a header that a foreign page does not have. */
export function allowOrigins(
  origins: readonly string[],
  methods: string,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const origin = c.req.header("origin");
    const allowed = origin !== undefined && origins.includes(origin);
    if (allowed && c.req.method === "OPTIONS" && c.req.header("access-control-request-method")) {
      c.set("route", "preflight");
      c.res = new Response(null, {
        status: 204,
        headers: {
          "access-control-allow-methods": methods,
          "access-control-allow-headers": ALLOWED,
          "access-control-max-age": "600",
        },
      });
    } else {
      await next();
    }
    if (origins.length > 0) c.res.headers.append("vary", "origin");
    if (!allowed) return;
    c.res.headers.set("access-control-allow-origin", origin);
    c.res.headers.set("access-control-expose-headers", EXPOSED);
  };
}

// GET /metrics for Prometheus. An API key with the scope metrics.read reads the values of its org, and of the installation
// where that is its only org; the operator's token and the service read everything.
import { constantTimeEqual } from "../_shared/platform/crypto/bytes.ts";
import { sha256 } from "../_shared/platform/crypto/digest.ts";
import { asWriter } from "../_shared/platform/db/client.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import { claimsOf, isApiKey, readApiKey } from "../_shared/platform/http/api_key.ts";
import {
  type App,
  createFunctionApp,
  methodNotAllowed,
  route,
} from "../_shared/platform/http/app.ts";
import { bearerOf, callerReader } from "../_shared/platform/http/caller.ts";
import { forbidden } from "../_shared/platform/http/problem.ts";
import { CONTENT_TYPE, formatMetrics, type Sample } from "../_shared/platform/metrics/format.ts";
import type { MetricsSettings } from "./settings.ts";

export function createApp(deps: Deps, { token }: MetricsSettings): App {
  const readCaller = callerReader(deps.env);
  /** The org whose values the caller may read; null: all. */
  const orgOf = async (headers: Headers): Promise<string | null> => {
    const given = bearerOf(headers);
    if (isApiKey(given)) {
      const key = await readApiKey(deps.sql, given);
      claimsOf(key, "metrics.read");
      return key.orgId;
    }
    if (token !== null && constantTimeEqual(sha256(given), sha256(token))) return null;
    if ((await readCaller(headers)).service) return null;
    throw forbidden("Metrics are for API keys with the scope metrics.read and for the service.");
  };

  const app = createFunctionApp(deps, "metrics");
  app.get("/", route("metrics"), async (c) => {
    const org = await orgOf(c.req.raw.headers);
    c.var.verified();
    const began = performance.now();
    const samples = await asWriter(
      deps.sql,
      (tx) => tx<Sample[]>`select m.metric, m.labels, m.value from private.read_metrics(${org}) m`,
    );
    const seconds = Math.round(performance.now() - began) / 1000;
    const body = formatMetrics([
      ...samples,
      { metric: "sluice_scrape_duration_seconds", labels: {}, value: seconds },
    ]);
    return new Response(body, { headers: { "content-type": CONTENT_TYPE } });
  }).all("/", methodNotAllowed("GET"));
  return app;
}

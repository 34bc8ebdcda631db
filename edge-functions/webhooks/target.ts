// The URL of a delivery: /webhooks/ORG_ID/PROVIDER[/KIND[/SECRET]].
import { unversioned } from "../_shared/platform/http/app.ts";
import { notFound } from "../_shared/platform/http/problem.ts";
import { uuidOrNull } from "../_shared/providers/content.ts";
import { findEndpoint } from "../_shared/providers/registry/endpoints.ts";
import type { WebhookEndpoint } from "../_shared/providers/types.ts";

export interface Target {
  orgId: string;
  provider: string;
  kind: string;
  endpoint: WebhookEndpoint;
  pathSecret: string | null;
  url: URL;
}

/** A provider with a single kind of delivery is addressed by its name alone. */
export function readTarget(url: URL): Target {
  const [, , org, provider = "", ...rest] = unversioned(url.pathname, "webhooks").split("/");
  const orgId = uuidOrNull(org);
  const single = findEndpoint(provider, provider);
  const kind = single ? provider : rest.shift() ?? "";
  const endpoint = single ?? findEndpoint(provider, kind);
  if (!orgId || !endpoint || rest.length > (endpoint.secretInPath ? 1 : 0)) throw notFound();
  const pathSecret = rest[0] === undefined ? null : decode(rest[0]);
  return { orgId, provider, kind, endpoint, pathSecret, url };
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

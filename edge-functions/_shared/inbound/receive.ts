// Receives a verified delivery: reads its events, and stores it once however often it comes.
import { toHex } from "../platform/crypto/bytes.ts";
import { sha256 } from "../platform/crypto/digest.ts";
import { notFound } from "../platform/http/problem.ts";
import type { Delivery, InboxEvent } from "../providers/events.ts";
import type { WebhookEndpoint } from "../providers/types.ts";
import { unreadContacts } from "./contacts.ts";
import type { InboxWriter } from "./inbox.ts";

export interface Received {
  events: number;
  duplicate: boolean;
}

/** Throws MalformedPayload where the body does not match the provider's format. */
export async function receive(
  inbox: InboxWriter,
  orgId: string,
  endpoint: WebhookEndpoint,
  delivery: Delivery,
  correlationId: string,
): Promise<Received> {
  const events = endpoint.read(delivery);
  if (events.length === 0) return { events: 0, duplicate: false };
  const kept = endpoint.reduce?.(delivery) ?? delivery;
  const stored = await inbox.store({
    org_id: orgId,
    provider: delivery.provider,
    kind: delivery.kind,
    content_key: contentKey(events),
    events: events.length,
    unread: unreadContacts(events),
    params: delivery.params,
    content_type: kept.contentType,
    correlation_id: correlationId,
    received_at: delivery.receivedAt.toISOString(),
  }, kept.body);
  if (stored === "no_org") throw notFound();
  return { events: events.length, duplicate: stored === "duplicate" };
}

/** The same for the same events in any order, because a provider may regroup a batch when it retries. */
function contentKey(events: InboxEvent[]): string {
  return toHex(sha256([...new Set(events.map(({ key }) => key))].sort().join("\n")));
}

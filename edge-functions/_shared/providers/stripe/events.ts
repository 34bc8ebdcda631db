// Stripe's events are verified and stored. Nothing in the core acts on payments.
import { isoOf, jsonOf, keyOf, objectOf, textOrNull } from "../content.ts";
import { type Delivery, type InboxEvent, MalformedPayload } from "../events.ts";
import type { WebhookEndpoint } from "../types.ts";

export function readStripe(delivery: Delivery): InboxEvent[] {
  const event = objectOf(jsonOf(delivery.body));
  const id = textOrNull(event.id, 100);
  const name = textOrNull(event.type, 100);
  if (!id || !name) throw new MalformedPayload("The event has no id or type.");
  return [{ type: "other", name, key: keyOf("stripe", id), at: isoOf(event.created, "seconds") }];
}

export const stripeEndpoints: Record<string, WebhookEndpoint> = {
  stripe: { read: readStripe, maxBytes: 512 * 1024 },
};

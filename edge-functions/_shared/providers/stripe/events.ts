// Stripe: verified and kept. Nothing in the core acts on payments.
import { isoOf, jsonOf, keyOf, objectOf, textOrNull } from "../content.ts";
import { type Delivery, type InboxEvent, MalformedPayload } from "../events.ts";

export function readStripe(delivery: Delivery): InboxEvent[] {
  const event = objectOf(jsonOf(delivery.body));
  const id = textOrNull(event.id, 100);
  const name = textOrNull(event.type, 100);
  if (!id || !name) throw new MalformedPayload("An event without id or type.");
  return [{ type: "other", name, key: keyOf("stripe", id), at: isoOf(event.created, "seconds") }];
}

// Whose wish a delivery may contain. The gate refuses these contacts from the moment of receipt until the delivery
// is processed, so that a STOP counts even while no worker runs.
import type { InboxEvent } from "../providers/events.ts";

export interface Unread {
  /** Phones and e-mails of people who may wish for something. */
  values: string[];
  /** Our messages that they may answer. */
  messages: { message_id?: string; provider_id?: string }[];
}

const ENDING = new Set(["unsubscribed", "complained", "bounced"]);

export function unreadContacts(events: InboxEvent[]): Unread {
  const values = new Set<string>();
  const messages = new Map<string, Unread["messages"][number]>();
  const add = (...found: (string | null)[]) => {
    for (const value of found) {
      if (!value) continue;
      values.add(value);
      // The lead may be known without the tag of a plus address.
      if (/^[^@+]+\+[^@]*@/.test(value)) values.add(value.replace(/\+[^@]*@/, "@"));
    }
  };
  for (const event of events) {
    if (event.type === "opt_out") add(event.phone, event.email);
    else if (event.type === "reply" || event.type === "call") add(event.from);
    else if (event.type !== "message" || !ENDING.has(event.kind)) continue;
    if (event.type !== "opt_out" && (event.message_id || event.provider_id)) {
      const { message_id, provider_id } = event;
      messages.set(`${message_id} ${provider_id}`, {
        ...(message_id ? { message_id } : {}),
        ...(provider_id ? { provider_id } : {}),
      });
    }
  }
  return { values: [...values], messages: [...messages.values()] };
}

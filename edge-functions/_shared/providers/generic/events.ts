// Any other sender that signs by Standard Webhooks: `{"type", "timestamp", "data"}`. Three kinds of event
// take effect; others are stored.
import { z } from "zod";
import { emailOrNull, isoOf, jsonOf, keyOf, phoneOrNull } from "../content.ts";
import { type Delivery, type InboxEvent, MalformedPayload } from "../events.ts";
import { cleanText } from "../../platform/text.ts";
import type { WebhookEndpoint } from "../types.ts";

const text = (most: number) => z.string().max(most).optional();
const Envelope = z.object({
  type: z.string().min(1).max(100),
  timestamp: z.union([z.string(), z.number()]).optional(),
  data: z.record(z.string(), z.unknown()).default({}),
});
const OptOut = z.object({
  channel: z.enum(["email", "sms", "voice_manual", "voice_ai"]).optional(),
  phone: text(40),
  email: text(320),
  words: text(4000),
});
const Reply = z.object({
  channel: z.enum(["email", "sms"]),
  from: z.string().max(320),
  text: z.string().max(10_000),
  message_id: z.uuid().optional(),
});
const Booking = z.object({
  uid: z.string().min(1).max(200),
  previous_uid: text(200),
  starts_at: text(40),
  ends_at: text(40),
  lead_id: z.uuid().optional(),
  message_id: z.uuid().optional(),
  email: text(320),
  phone: text(40),
});

const dataOf = <S extends z.ZodType>(schema: S, data: unknown): z.output<S> => {
  const read = schema.safeParse(data);
  if (!read.success) throw new MalformedPayload("The data does not match the event's type.");
  return read.data;
};

export function readGeneric(delivery: Delivery): InboxEvent[] {
  const { type, timestamp, data } = dataOf(Envelope, jsonOf(delivery.body));
  // The sender's event id, the same at every attempt, is unique within its source.
  const { source = "", webhook_id = "" } = delivery.params;
  const common = { key: keyOf("generic", source, webhook_id), name: type, at: isoOf(timestamp) };
  if (type === "contact.opted_out") {
    const { channel, phone, email, words } = dataOf(OptOut, data);
    const values = { phone: phoneOrNull(phone), email: emailOrNull(email) };
    if (!values.phone && !values.email) {
      throw new MalformedPayload("The opt-out names no phone or e-mail.");
    }
    return [{
      type: "opt_out",
      ...common,
      ...values,
      channel: channel ?? null,
      person_text: words ?? null,
    }];
  }
  if (type === "contact.replied") {
    const reply = dataOf(Reply, data);
    const from = reply.channel === "sms" ? phoneOrNull(reply.from) : emailOrNull(reply.from);
    if (!from) throw new MalformedPayload("The reply has no valid sender.");
    return [{
      type: "reply",
      ...common,
      channel: reply.channel,
      from,
      text: reply.text,
      message_id: reply.message_id ?? null,
      provider_id: null,
      opt_out_type: null,
    }];
  }
  const action = /^booking\.(made|moved|cancelled)$/.exec(type)?.[1];
  if (action) {
    const booking = dataOf(Booking, data);
    return [{
      type: "booking",
      ...common,
      action: action as "made" | "moved" | "cancelled",
      uid: booking.uid,
      previous_uid: booking.previous_uid ?? null,
      starts_at: isoOf(booking.starts_at),
      ends_at: isoOf(booking.ends_at),
      lead_id: booking.lead_id ?? null,
      message_id: booking.message_id ?? null,
      email: emailOrNull(booking.email),
      phone: phoneOrNull(booking.phone),
    }];
  }
  return [{ type: "other", ...common }];
}

export const genericEndpoints: Record<string, WebhookEndpoint> = {
  generic: {
    read: readGeneric,
    maxBytes: 256 * 1024,
    paramsOf: (request, url) => ({
      source: cleanText(url.searchParams.get("source") ?? ""),
      webhook_id: request.headers.get("webhook-id") ?? "",
    }),
  },
};

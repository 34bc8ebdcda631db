// Cal.com's events: bookings made, moved or cancelled. A moved booking is a new booking whose new uid comes
// with the uid of the one it replaces.
import {
  emailOrNull,
  isoOf,
  jsonOf,
  keyOf,
  objectOf,
  phoneOrNull,
  textOrNull,
  uuidOrNull,
} from "../content.ts";
import { type BookingEvent, type Delivery, type InboxEvent, MalformedPayload } from "../events.ts";
import type { WebhookEndpoint } from "../types.ts";

const ACTIONS = new Map<string, BookingEvent["action"]>([
  ["BOOKING_CREATED", "made"],
  ["BOOKING_RESCHEDULED", "moved"],
  ["BOOKING_CANCELLED", "cancelled"],
  ["BOOKING_REJECTED", "cancelled"],
]);

export function readCalcom(delivery: Delivery): InboxEvent[] {
  const body = objectOf(jsonOf(delivery.body));
  const name = textOrNull(body.triggerEvent, 60);
  if (!name) throw new MalformedPayload("triggerEvent is missing.");
  const payload = objectOf(body.payload);
  const uid = textOrNull(payload.uid, 200);
  const previous = textOrNull(payload.rescheduleUid, 200);
  const startsAt = isoOf(payload.startTime);
  const common = {
    // Without createdAt: it is the time of the delivery and may differ when it is retried.
    key: keyOf("calcom", name, uid, previous, startsAt),
    name,
    at: isoOf(body.createdAt),
  };
  const action = ACTIONS.get(name);
  if (!action) return [{ type: "other", ...common }];
  if (!uid) throw new MalformedPayload("The booking has no uid.");
  const attendees = Array.isArray(payload.attendees) ? payload.attendees.map(objectOf) : [];
  const responses = objectOf(payload.responses);
  const invited = objectOf(responses.guests).value ?? responses.guests;
  const guests = [
    ...attendees.slice(1).flatMap(({ email, phoneNumber }) => [
      emailOrNull(email),
      phoneOrNull(phoneNumber),
    ]),
    ...(Array.isArray(invited) ? invited.map(emailOrNull) : [emailOrNull(invited)]),
  ].filter((value) => value !== null).slice(0, 20);
  const metadata = objectOf(payload.metadata);
  const answer = (field: string) => objectOf(responses[field]).value ?? responses[field];
  return [{
    type: "booking",
    ...common,
    action,
    uid,
    previous_uid: action === "moved" ? previous : null,
    starts_at: startsAt,
    ends_at: isoOf(payload.endTime),
    lead_id: uuidOrNull(metadata.lead_id) ?? uuidOrNull(metadata.sluice_lead_id),
    message_id: uuidOrNull(metadata.message_id) ?? uuidOrNull(metadata.sluice_message_id),
    ...(guests.length > 0 ? { guests } : {}),
    email: emailOrNull(attendees[0]?.email) ?? emailOrNull(answer("email")),
    phone: phoneOrNull(attendees[0]?.phoneNumber) ?? phoneOrNull(answer("attendeePhoneNumber")) ??
      phoneOrNull(answer("smsReminderNumber")) ?? phoneOrNull(answer("phone")),
  }];
}

export const calcomEndpoints: Record<string, WebhookEndpoint> = {
  calcom: { read: readCalcom, maxBytes: 512 * 1024 },
};

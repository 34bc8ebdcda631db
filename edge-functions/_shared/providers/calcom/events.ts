// Cal.com: bookings made, moved, cancelled. A moved booking is a new one with a new uid that names the
// one it replaces.
import {
  emailOrNull,
  jsonOf,
  keyOf,
  objectOf,
  phoneOrNull,
  textOrNull,
  uuidOrNull,
} from "../content.ts";
import { isoOf } from "../content.ts";
import { type BookingEvent, type Delivery, type InboxEvent, MalformedPayload } from "../events.ts";

const ACTIONS: Record<string, BookingEvent["action"]> = {
  BOOKING_CREATED: "made",
  BOOKING_RESCHEDULED: "moved",
  BOOKING_CANCELLED: "cancelled",
  BOOKING_REJECTED: "cancelled",
};

export function readCalcom(delivery: Delivery): InboxEvent[] {
  const body = objectOf(jsonOf(delivery.body));
  const name = textOrNull(body.triggerEvent, 60);
  if (!name) throw new MalformedPayload("There is no triggerEvent.");
  const payload = objectOf(body.payload);
  const uid = textOrNull(payload.uid, 200);
  const previous = textOrNull(payload.rescheduleUid, 200);
  const startsAt = isoOf(payload.startTime);
  const common = {
    // createdAt is left out: it says when the delivery was made, and may be another one next time.
    key: keyOf("calcom", name, uid, previous, startsAt),
    name,
    at: isoOf(body.createdAt),
  };
  const action = ACTIONS[name];
  if (!action) return [{ type: "other", ...common }];
  if (!uid) throw new MalformedPayload("A booking without uid.");
  const attendees = Array.isArray(payload.attendees) ? payload.attendees.map(objectOf) : [];
  const responses = objectOf(payload.responses);
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
    email: emailOrNull(attendees[0]?.email) ?? emailOrNull(answer("email")),
    phone: phoneOrNull(attendees[0]?.phoneNumber) ?? phoneOrNull(answer("attendeePhoneNumber")) ??
      phoneOrNull(answer("smsReminderNumber")) ?? phoneOrNull(answer("phone")),
  }];
}

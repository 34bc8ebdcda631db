// A delivery as it came, and the one shape into which all providers' events are brought.

/** One verified request. */
export interface Delivery {
  provider: string;
  kind: string;
  contentType: string;
  /** What of the query belongs to the event. */
  params: Record<string, string>;
  body: Uint8Array;
  receivedAt: Date;
}

export type MessageEventKind =
  | "sent"
  | "delivered"
  | "deferred"
  | "opened"
  | "clicked"
  | "soft_bounced"
  | "bounced"
  | "complained"
  | "unsubscribed"
  | "failed";

export type Channel = "email" | "sms" | "voice_ai" | "voice_manual";

interface Common {
  /** Out of the content, so that the same event has the same key however often and in whatever batch it comes. */
  key: string;
  /** What the provider calls it. */
  name: string;
  /** ISO 8601; null where the provider does not say: then it is when the delivery came in. */
  at: string | null;
}

/** Something became of a message that we sent. */
export interface MessageEvent extends Common {
  type: "message";
  kind: MessageEventKind;
  message_id: string | null;
  provider_id: string | null;
  detail: Record<string, string | number | boolean>;
}

/** A person wrote. */
export interface ReplyEvent extends Common {
  type: "reply";
  channel: "email" | "sms";
  /** E.164 or lower-case e-mail. */
  from: string;
  text: string;
  /** The message that it answers, where it says so. */
  message_id: string | null;
  provider_id: string | null;
  /** Twilio's OptOutType: it has answered by itself. */
  opt_out_type: string | null;
}

/** A call ended. */
export interface CallEvent extends Common {
  type: "call";
  direction: "inbound" | "outbound";
  kind: MessageEventKind | null;
  message_id: string | null;
  provider_id: string | null;
  from: string | null;
  ended_reason: string | null;
  /** Whether a person spoke, rather than a machine or nobody. */
  answered: boolean;
  /** The whole conversation. */
  transcript: string | null;
  /** The person's lines only. */
  words: string | null;
  cost_usd: number | null;
  seconds: number | null;
}

/** A booking was made, moved or cancelled. */
export interface BookingEvent extends Common {
  type: "booking";
  action: "made" | "moved" | "cancelled";
  uid: string;
  /** Of the booking that this one replaces. */
  previous_uid: string | null;
  starts_at: string | null;
  ends_at: string | null;
  lead_id: string | null;
  message_id: string | null;
  email: string | null;
  phone: string | null;
}

/** A wish that reached us in some other way. */
export interface OptOutEvent extends Common {
  type: "opt_out";
  channel: Channel | null;
  phone: string | null;
  email: string | null;
  words: string | null;
}

/** Nothing to do about it; it is kept. */
export interface OtherEvent extends Common {
  type: "other";
}

export type InboxEvent =
  | MessageEvent
  | ReplyEvent
  | CallEvent
  | BookingEvent
  | OptOutEvent
  | OtherEvent;

/** The content is not what the provider sends: 400. */
export class MalformedPayload extends Error {
  override name = "MalformedPayload";
}

export type Verified = "ok" | "bad_signature" | "outside_window" | "missing_signature";

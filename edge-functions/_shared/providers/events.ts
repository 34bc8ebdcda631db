// A delivery as received, and the one shape that all providers' events are converted to.

/** One verified request. */
export interface Delivery {
  provider: string;
  kind: string;
  contentType: string;
  /** The query parameters that belong to the event. */
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
  /** Derived from the content: the same event has the same key in every delivery and every batch. */
  key: string;
  /** The provider's name for it. */
  name: string;
  /** ISO 8601; null where the provider does not say, and the time of receipt counts. */
  at: string | null;
}

/** A change in the status of a message that we sent. */
export interface MessageEvent extends Common {
  type: "message";
  kind: MessageEventKind;
  message_id: string | null;
  provider_id: string | null;
  detail: Record<string, string | number | boolean>;
}

/** A message from a person. */
export interface ReplyEvent extends Common {
  type: "reply";
  channel: "email" | "sms";
  /** E.164 or lower-case e-mail. */
  from: string;
  text: string;
  /** The message that it answers, where known. */
  message_id: string | null;
  provider_id: string | null;
  /** Set where the provider recognised a keyword and has answered it already. */
  opt_out_type: string | null;
  /** Of a mail; what counts where the text has no words of the person. */
  subject?: string;
  /** Ids of the messages in its thread that the provider may have given, the newest first. */
  references?: string[];
  /** No person wrote it; closed: it says that nobody reads the mailbox. */
  automatic?: "answer" | "closed";
}

/** A phone call that came in or ended. */
export interface CallEvent extends Common {
  type: "call";
  direction: "inbound" | "outbound";
  kind: MessageEventKind | null;
  message_id: string | null;
  provider_id: string | null;
  from: string | null;
  ended_reason: string | null;
  /** Whether a person spoke, rather than a machine or no one. */
  answered: boolean;
  /** The whole conversation. */
  transcript: string | null;
  /** The person's lines only. */
  person_text: string | null;
  cost_usd: number | null;
  seconds: number | null;
}

/** A booking was made, moved or cancelled. */
export interface BookingEvent extends Common {
  type: "booking";
  action: "made" | "moved" | "cancelled";
  uid: string;
  /** The uid of the booking that this one replaces. */
  previous_uid: string | null;
  starts_at: string | null;
  ends_at: string | null;
  lead_id: string | null;
  message_id: string | null;
  email: string | null;
  phone: string | null;
  /** Phones and e-mails of the others. */
  guests?: string[];
}

/** An opt-out that reached us in some other way. */
export interface OptOutEvent extends Common {
  type: "opt_out";
  channel: Channel | null;
  phone: string | null;
  email: string | null;
  /** The person's own words, where known. */
  person_text: string | null;
}

/** An event that needs no action; it is stored. */
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

/** The content does not match the provider's format: 400. */
export class MalformedPayload extends Error {
  override name = "MalformedPayload";
}

export type Unverified = "bad_signature" | "outside_window" | "missing_signature";
export type Verified = "ok" | Unverified;

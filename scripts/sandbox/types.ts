// Types of the sandbox: accepted requests, people's reactions, faults.

import type { Provider } from "./providers.ts";

export type { Provider };

/** One e-mail that SendGrid's sandbox accepted, one record for each recipient. */
export interface ReceivedEmail {
  /** X-Message-Id: the prefix of sg_message_id. */
  id: string;
  sgMessageId: string;
  at: Date;
  to: string;
  from: string;
  replyTo: string | null;
  subject: string;
  text: string;
  html: string | null;
  headers: Record<string, string>;
  customArgs: Record<string, string>;
  categories: string[];
  status: "processed" | "delivered" | "not_delivered";
  opens: number;
  clicks: number;
}

export interface ReceivedMessage {
  sid: string;
  at: Date;
  to: string;
  from: string | null;
  body: string;
  messagingServiceSid: string | null;
  statusCallback: string | null;
  status: string;
  errorCode: number | null;
}

/** A call that Vapi's or Twilio's sandbox accepted. */
export interface ReceivedCall {
  provider: "vapi" | "twilio";
  id: string;
  at: Date;
  to: string;
  from: string | null;
  assistantId: string | null;
  metadata: Record<string, unknown>;
  request: Record<string, unknown>;
  status: string;
  endedReason: string | null;
}

export interface Booking {
  id: number;
  uid: string;
  at: Date;
  status: "accepted" | "cancelled";
  start: Date;
  minutes: number;
  eventTypeId: number;
  attendee: { name: string; email: string; phoneNumber: string | null; timeZone: string };
  metadata: Record<string, string>;
  rescheduledFrom: string | null;
}

export interface Received {
  emails: ReceivedEmail[];
  messages: ReceivedMessage[];
  calls: ReceivedCall[];
  bookings: Booking[];
  /** Received requests by provider, whatever the response. */
  requests: Record<Provider, number>;
}

/** A message or call that reaches a person; the persona decides the reaction. */
export interface Touch {
  channel: "email" | "sms" | "voice";
  /** E-mail address in lower case, or a number in E.164. */
  to: string;
  from: string;
  subject: string;
  text: string;
  /** Custom args of an e-mail, metadata of a call. */
  args: Record<string, unknown>;
  headers: Record<string, string>;
  /** Number of touches on this channel for this person, including this one. */
  count: number;
  at: Date;
}

interface After {
  /** Milliseconds between the touch and the reaction. */
  after?: number;
}

export type Reaction =
  & After
  & (
    | { kind: "deliver" }
    | { kind: "defer"; reason?: string }
    | { kind: "bounce"; type?: "bounce" | "blocked"; reason?: string; status?: string }
    | { kind: "drop"; reason?: string }
    | { kind: "open"; machine?: boolean; userAgent?: string }
    | { kind: "click"; url?: string; userAgent?: string }
    | { kind: "spamreport" }
    | { kind: "unsubscribe" }
    | { kind: "group_unsubscribe"; group?: number }
    /** Presses the mail program's unsubscribe button (RFC 8058). */
    | { kind: "one_click" }
    | { kind: "undelivered"; code?: number }
    | { kind: "reply"; text: string }
    | Conversation
    | {
      kind: "book";
      start: Date;
      name?: string;
      email?: string;
      metadata?: Record<string, string>;
    }
    | { kind: "rebook"; start: Date }
    | { kind: "cancel_booking"; reason?: string }
  );

/** The course of a phone call: speakers take turns, the assistant first, unless lines name their speaker. */
export interface Conversation extends After {
  kind: "talk";
  endedReason?: string;
  seconds?: number;
  lines?: { role: "assistant" | "user"; text: string }[];
  summary?: string;
  structuredData?: Record<string, unknown>;
}

export type Persona = (touch: Touch) => Reaction[];

export interface Incoming {
  provider: Provider;
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/**
 * A failure and its requests: those of `provider`, `method`, `path` and `when`; of these the `nth`
 * (counted from 1) or a `share`, at most `times`. The first matching rule applies.
 */
export interface Fault {
  provider?: Provider;
  method?: string;
  path?: string | RegExp;
  when?: (request: Incoming) => boolean;
  nth?: number;
  share?: number;
  times?: number;
  /**
   * A status responds with the provider's error body and accepts nothing. `drop` closes the connection and
   * `timeout` never answers, both before anything is accepted; with `_after` it has been accepted.
   */
  then: { status: number; retryAfter?: number } | { delay: number } | FaultWord;
}

export type FaultWord = "drop" | "drop_after" | "timeout" | "timeout_after";

export interface FaultHandle {
  /** Number of requests that it applied to. */
  readonly hits: number;
  remove(): void;
}

/** Failures of webhooks. */
export interface WebhookFaults {
  /** Share of deliveries that are sent twice. */
  duplicate?: number;
  /** Delivers due webhooks in random order. */
  shuffle?: boolean;
  /** Share of deliveries whose response counts as lost, so that they are sent again, as after a timeout. */
  retry?: number;
}

export interface Delivery {
  provider: Provider;
  url: string;
  status: number;
  kind: string;
  /** Until the response, in milliseconds. */
  millis: number;
}

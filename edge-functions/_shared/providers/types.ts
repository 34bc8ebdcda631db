// What goes to a provider and what comes back, the same for all of them.

export type Channel = "email" | "sms" | "voice_manual" | "voice_ai";

/** What is to be sent, as `private.begin_requests` gives it: values in plain, held in memory only. */
export interface Call {
  provider: string;
  channel: Channel;
  /** sequence, confirmation, help or manual. */
  kind?: string | null;
  /** marketing or transactional. */
  purpose?: string | null;
  to: string;
  sender: {
    /** Which of our accounts at the provider. */
    account?: string | null;
    address?: string | null;
    name?: string | null;
    reply_to?: string | null;
    messaging_service_sid?: string | null;
    phone_number_id?: string | null;
    assistant_id?: string | null;
  };
  template: { subject?: string | null; text?: string | null; html?: string | null };
  variables: Record<string, unknown>;
  /** Names the person's address in a link that unsubscribes it; e-mail only. */
  unsubscribe_token?: string | null;
  /** The message's id: where the provider has no key for it, a field that it gives back. */
  idempotency_key: string;
  correlation_id?: string | null;
  campaign_id?: string | null;
  categories?: string[] | null;
}

export const accountOf = (call: Call): string => call.sender.account || "default";

/** A template with its variables filled in. */
export interface Content {
  subject: string | null;
  text: string;
  html: string | null;
}

export interface Outgoing {
  orgId: string;
  messageId: string;
  call: Call;
  content: Content;
  /** Link for one-click unsubscribing; e-mail only. */
  unsubscribeUrl: string | null;
}

/**
 * accepted: the provider has it. refused: it will never take this one. retry: it certainly has not got
 * it, another time may do. unknown: it may have it or not; only the provider can say.
 */
export type Result = "accepted" | "refused" | "retry" | "unknown";

export interface Outcome {
  result: Result;
  provider_id?: string;
  cost_usd?: number;
  /** Short and stable: the provider's own code, or http_503, network, timeout. */
  code?: string;
  /** The provider's words, without the contact's value. */
  detail?: string;
  retry_after_seconds?: number;
  /** What the refusal says about the contact point. */
  contact?: "invalid" | "unsubscribed";
}

/** A message in doubt, and what its provider can be asked by. */
export interface Doubt {
  orgId: string;
  messageId: string;
  call: Call;
  /** As rendered again; null where the template no longer renders. */
  content: Content | null;
  callingAt: Date;
  /** Which of these ids of the provider are other messages of the org. */
  known: (providerIds: string[]) => Promise<Set<string>>;
}

/** found: the provider has it. absent: it certainly has not. silent: it cannot say. */
export type Finding =
  | { found: "found"; provider_id: string; cost_usd?: number }
  | { found: "absent" }
  | { found: "silent"; why: string };

export interface Provider {
  /** What it carries here; other channels of the same company are other providers. */
  channel: Channel;
  send(outgoing: Outgoing): Promise<Outcome>;
  find(doubt: Doubt): Promise<Finding>;
}

// Types of the requests to providers and of their results, the same for all of them.
import type { Variables } from "../platform/settings.ts";
import type { Delivery, InboxEvent, Unverified, Verified } from "./events.ts";

export type Channel = "email" | "sms" | "voice_manual" | "voice_ai";

/** One message to send, as `private.begin_requests` returns it: values in plain text, in memory only. */
export interface SendRequest {
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
  /** The message's id. Where the provider supports no idempotency key, it travels as a custom field. */
  idempotency_key: string;
  correlation_id?: string | null;
  campaign_id?: string | null;
  categories?: string[] | null;
}

export const accountOf = (request: SendRequest): string => request.sender.account || "default";

/** A template with its variables filled in. */
export interface Content {
  subject: string | null;
  text: string;
  html: string | null;
}

/** `link` is in the text, for people; `oneClick` in the header, for mail programs (RFC 8058). */
export interface UnsubscribeLinks {
  link: string;
  oneClick: string;
}

export interface OutgoingMessage {
  orgId: string;
  messageId: string;
  request: SendRequest;
  content: Content;
  /** E-mail only. */
  unsubscribe: UnsubscribeLinks | null;
}

/**
 * accepted: the provider has the message. refused: it will never accept this message. retry: it certainly
 * does not have the message, and a later attempt may succeed. unknown: only the provider can say whether
 * it has the message.
 */
export type Result = "accepted" | "refused" | "retry" | "unknown";

export interface Outcome {
  result: Result;
  provider_id?: string;
  cost_usd?: number;
  /** Short and stable: the provider's own code, or http_503, network, timeout. */
  code?: string;
  /** The provider's explanation, without the contact's value. */
  detail?: string;
  retry_after_seconds?: number;
  /** The state of the contact point, as the refusal reports it. */
  contact?: "invalid" | "cannot_text" | "unsubscribed";
  /** Set where the wait concerns one sender only, so that the account's other messages need not wait. */
  wait_scope?: "sender";
}

/** A message that the provider may or may not have received, and how the provider can be asked about it. */
export interface UnconfirmedMessage {
  orgId: string;
  messageId: string;
  request: SendRequest;
  /** Rendered again; null where the template no longer renders. */
  content: Content | null;
  requestedAt: Date;
  /** Which of these provider ids belong to other messages of the org. */
  known: (providerIds: string[]) => Promise<Set<string>>;
}

/** found: the provider has the message. absent: it certainly does not. silent: it cannot say. */
export type Finding =
  | { found: "found"; provider_id: string; cost_usd?: number }
  | { found: "absent" }
  | { found: "silent"; why: string };

/** One set of credentials at a provider, ready to send. */
export interface ProviderAccount {
  /** The channel that it sends on; other channels of the same company are other providers. */
  channel: Channel;
  send(message: OutgoingMessage): Promise<Outcome>;
  find(message: UnconfirmedMessage): Promise<Finding>;
}

/** Options for opening an account, besides its keys. */
export interface AccountOptions {
  /** How long one provider request may take. */
  timeoutMs: number;
  now: () => Date;
  /** Base URL of our functions as the provider reaches them; null where it cannot reach us. */
  publicUrl: string | null;
}

/** Opens an account with the keys in the environment; null where the keys are missing. */
export interface AccountOpener {
  (account: string, options: AccountOptions, given?: Variables):
    | ProviderAccount
    | null;
}

/** One kind of webhook delivery: how it is read and answered, and how large it may be. */
export interface WebhookEndpoint {
  maxBytes: number;
  read(delivery: Delivery): InboxEvent[];
  /** Request parameters that belong to the event and are stored with it; by default `message_id`. */
  paramsOf?(request: Request, url: URL): Record<string, string>;
  /** A smaller body to store in place of the one received; null to store it unchanged. */
  reduce?(delivery: Delivery): { contentType: string; body: Uint8Array } | null;
  /** The answer where the provider expects something other than our JSON. */
  answer?: { contentType: string; body: string };
  /** Whether the URL may carry a secret after the kind. */
  secretInPath?: boolean;
}

export interface VerificationInput {
  request: Request;
  url: URL;
  /** The path segment after the kind. */
  pathSecret: string | null;
  now: Date;
  /** Our functions' base URL as configured. */
  publicUrl: string | null;
  /** Signing secrets of a source of the org; none for an unknown source. */
  sourceSecrets: (sourceKey: string) => Promise<readonly string[]>;
}

/** Checks the raw body of the request that the verifier has seen. */
export type BodyCheck = (body: Uint8Array) => Promise<Verified> | Verified;

/**
 * Runs before the body is read, so that an unconfigured or unsigned delivery costs nothing. What the headers and
 * the URL alone disprove is refused here.
 */
export type Verifier = (
  input: VerificationInput,
) => Promise<BodyCheck | Unverified> | BodyCheck | Unverified;

/** An address on one of a provider's suppression lists. */
export interface ListedOptOut {
  email: string;
  /** Seconds since 1970. */
  created: number;
}

/** An opt-out of ours that the provider has not received yet. */
export interface PendingOptOut {
  suppressionId: string;
  value: string;
  /** Our messaging service or number that the opt-out is about. */
  sender: string;
  at: Date;
}

/** Lists to read and opt-outs to push, for one account. Both may safely be repeated. */
export interface OptOutAccount {
  lists: readonly string[];
  pageSize: number;
  readPage(list: string, since: Date | null, offset: number): Promise<ListedOptOut[]>;
  pushSize: number;
  /** Returns why the provider refused some of them, by suppression id. */
  push(optOuts: readonly PendingOptOut[]): Promise<Map<string, string>>;
}

/** A question to a register of numbers that were given to somebody else; `since` is YYYY-MM-DD. */
export interface RegisterQuestion {
  phone: string;
  since: string;
}

export type RegisterAnswer = "yes" | "no" | "no_data_available";

/** Result codes of one contact. */
export interface ContactCodes {
  codes: string[];
  /** The level of the check, where codes mean something else at it than otherwise. */
  level?: string;
  /** What else was said about the contact, by the names of facts. */
  facts?: Record<string, unknown>;
}

/** The label of a reply, by what its sender wants. */
export type ReplyLabel =
  | "interested"
  | "question"
  | "later"
  | "wrong_person"
  | "not_interested"
  | "opt_out";

export interface TriageAnswer {
  label: ReplyLabel;
  draft: string;
  tokens: number;
}

/** A model that labels replies and drafts answers. */
export interface TriageModel {
  /** Tokens to reserve of the day's budget before asking. */
  reservedTokens: number;
  ask(reply: string): Promise<TriageAnswer>;
}

// Sends texts with Twilio. A POST answered with 5xx, or not at all, may have succeeded (error 20500): only a
// 429 is documented as safe to repeat (error 20429).
import { ACCOUNT_PAUSE_SECONDS, detailOf, networkOutcome, statusOutcome } from "../network.ts";
import { openMessages, Refusal, type TwilioMessages } from "./messages.ts";
import { segmentsOf } from "./segments.ts";
import type { Finding, Outcome, ProviderAccount, UnconfirmedMessage } from "../types.ts";

export interface TwilioAccount {
  accountSid: string;
  authToken: string;
  baseUrl: string;
  timeoutMs: number;
  costPerSegmentUsd: number;
  /** Where Twilio reports a message's status; null where it cannot reach us. */
  statusCallback: (orgId: string, messageId: string) => string | null;
  now: () => Date;
}

/** The number cannot receive texts, now or later. https://www.twilio.com/docs/api/errors */
const INVALID = new Set([21211, 21214, 21217, 21265, 21401, 21407, 21421, 21635]);
/** The number takes no texts, but calls may reach the person. */
const NO_TEXTS = new Set([21614, 30006]);
/** The person texted STOP to this sender; Twilio keeps its own list. */
const UNSUBSCRIBED = new Set([21610]);
/** The sender's queue is full or its rate is exceeded: the text was not accepted. */
const LATER = new Set([14107, 20429, 21611, 30001, 30022]);
/** The sender's own queue is full, which says nothing about other senders of the account. */
const SENDER_QUEUE_FULL = 21611;
/** The account or its sender must be fixed first: keys, balance, numbers, daily limits. */
const ACCOUNT = new Set([
  ...[10001, 20003, 20005, 20008, 20403, 20404, 21408, 21601, 21603, 21606, 21659, 21660, 21661],
  ...[21701, 21703, 21704, 21705, 21712, 30002, 30034, 63038],
]);

export function twilio(account: TwilioAccount): ProviderAccount {
  const messages = openMessages(account);
  return {
    channel: "sms",
    async send({ orgId, messageId, request, content }) {
      const estimate = segmentsOf(content.text).segments;
      const { messaging_service_sid: service, address } = request.sender;
      const callback = account.statusCallback(orgId, messageId);
      try {
        const message = await messages.create({
          To: request.to,
          ...(callback ? { StatusCallback: callback } : {}),
          ...(service ? { MessagingServiceSid: service } : { From: address ?? "" }),
          Body: content.text,
        });
        const segments = Number(message.num_segments) || estimate;
        return {
          result: "accepted",
          provider_id: message.sid,
          cost_usd: round(segments * account.costPerSegmentUsd),
        };
      } catch (error) {
        return outcomeOf(error);
      }
    },
    find: (message) => findMessage(messages, account, message),
  };
}

function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof Refusal)) return networkOutcome(error);
  const { status, code: number, message, wait } = error;
  const detail = detailOf(message);
  const named = number ? { code: String(number) } : {};
  const pause = wait === undefined ? {} : { retry_after_seconds: wait };
  if (UNSUBSCRIBED.has(number)) {
    return { result: "refused", ...named, ...detail, contact: "unsubscribed" };
  }
  if (NO_TEXTS.has(number)) {
    return { result: "refused", ...named, ...detail, contact: "cannot_text" };
  }
  if (INVALID.has(number)) return { result: "refused", ...named, ...detail, contact: "invalid" };
  if (LATER.has(number)) {
    const scope = number === SENDER_QUEUE_FULL ? { wait_scope: "sender" as const } : {};
    return { result: "retry", ...named, ...detail, ...pause, ...scope };
  }
  if (ACCOUNT.has(number)) {
    return { result: "retry", ...named, ...detail, retry_after_seconds: ACCOUNT_PAUSE_SECONDS };
  }
  const common = statusOutcome(status, wait);
  if (common) return { ...common, ...named, ...detail };
  return { result: "refused", code: `http_${status}`, ...named, ...detail };
}

/** Wide, so that a wrong clock does not make a text look absent; ids tell it from other texts. */
const AROUND_MS = 24 * 60 * 60_000;
const PAGE = 200;

/**
 * Twilio returns no field of ours, so a message is identified by its recipient and its text, and by not
 * belonging to another message of the ledger. The query filters by number alone: Twilio's date filter uses
 * the sending date, which a queued message does not have.
 */
async function findMessage(
  messages: TwilioMessages,
  account: TwilioAccount,
  message: UnconfirmedMessage,
): Promise<Finding> {
  const listed = await messages.list(message.request.to, PAGE);
  const near = listed.filter(({ direction, date_created: created }) =>
    /^outbound/.test(direction) &&
    Math.abs((Date.parse(created ?? "") || 0) - message.requestedAt.getTime()) < AROUND_MS
  );
  const known = await message.known(near.map(({ sid }) => sid));
  const unknown = near.filter(({ sid }) => !known.has(sid));
  const hit = unknown.find(({ body }) =>
    message.content === null || body?.trim() === message.content.text.trim()
  );
  if (hit) {
    const segments = Number(hit.num_segments) || segmentsOf(hit.body ?? "").segments;
    return {
      found: "found",
      provider_id: hit.sid,
      cost_usd: round(segments * account.costPerSegmentUsd),
    };
  }
  if (unknown.length > 0) {
    return { found: "silent", why: "the ledger does not know some of the texts to this number" };
  }
  if (listed.length >= PAGE) {
    return { found: "silent", why: "too many texts went to this number" };
  }
  return { found: "absent" };
}

const round = (usd: number) => Math.round(usd * 10_000) / 10_000;

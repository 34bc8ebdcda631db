// Sends texts with Twilio. A POST answered with 5xx, or not at all, may have succeeded (error 20500): only a
// 429 is documented as safe to repeat (error 20429).
import type { Twilio } from "twilio";
import {
  ACCOUNT_PAUSE_SECONDS,
  detailOf,
  networkOutcome,
  retryAfter,
  statusOutcome,
} from "../network.ts";
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

const HOME = "https://api.twilio.com";

/** The number cannot receive texts, now or later. https://www.twilio.com/docs/api/errors */
const INVALID = new Set([21211, 21214, 21217, 21265, 21401, 21407, 21421, 21614, 21635]);
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
  let client: Promise<Twilio> | null = null;
  const open = () => client ??= openClient(account);
  return {
    channel: "sms",
    async send({ orgId, messageId, request, content }) {
      const api = await open();
      const estimate = segmentsOf(content.text).segments;
      const { messaging_service_sid: service, address } = request.sender;
      const callback = account.statusCallback(orgId, messageId);
      try {
        const message = await api.messages.create({
          to: request.to,
          body: content.text,
          ...(service ? { messagingServiceSid: service } : { from: address ?? "" }),
          ...(callback ? { statusCallback: callback } : {}),
        });
        const segments = Number(message.numSegments) || estimate;
        return {
          result: "accepted",
          provider_id: message.sid,
          cost_usd: round(segments * account.costPerSegmentUsd),
        };
      } catch (error) {
        return outcomeOf(error);
      }
    },
    async find(message) {
      return await findMessage(await open(), account, message);
    },
  };
}

async function openClient(account: TwilioAccount): Promise<Twilio> {
  const [sdk, http] = await Promise.all([
    import("twilio"),
    import("twilio/lib/base/RequestClient.js"),
  ]);
  const create = (sdk.default ?? sdk) as unknown as typeof sdk.default;
  const module = (http.default ?? http) as unknown as typeof http;
  const Base = (module.default ?? module) as unknown as typeof http.default;
  const base = account.baseUrl.replace(/\/+$/, "");
  class Redirected extends Base {
    override async request<T>(options: Parameters<typeof Base.prototype.request<T>>[0]) {
      const uri = options.uri.startsWith(HOME)
        ? base + options.uri.slice(HOME.length)
        : options.uri;
      const response = await super.request<T>({ ...options, uri });
      // Thrown here because the SDK's own error does not include how long to wait.
      if (response.statusCode >= 400) throw new Refusal(response, account.now());
      return response;
    }
  }
  return create(account.accountSid, account.authToken, {
    // The ledger decides whether to send again, never the SDK.
    autoRetry: false,
    // One connection for each request: see ONE_REQUEST_EACH.
    httpClient: new Redirected({ timeout: account.timeoutMs, keepAlive: false, maxSockets: 200 }),
  });
}

class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly wait: number | undefined;

  constructor(
    response: { statusCode: number; body?: unknown; headers?: unknown },
    now: Date,
  ) {
    const body = parse(response.body);
    super(body.message ?? "");
    this.status = response.statusCode;
    this.code = Number(body.code) || 0;
    const headers = (response.headers ?? {}) as Record<string, string | undefined>;
    this.wait = retryAfter((name) => headers[name], now);
  }
}

function parse(body: unknown): { code?: unknown; message?: string } {
  if (typeof body === "object" && body !== null) return body;
  try {
    return JSON.parse(String(body)) ?? {};
  } catch {
    return {};
  }
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
  api: Twilio,
  account: TwilioAccount,
  message: UnconfirmedMessage,
): Promise<Finding> {
  const listed = await api.messages.list({ to: message.request.to, limit: PAGE });
  const near = listed.filter(({ direction, dateCreated }) =>
    /^outbound/.test(direction) &&
    Math.abs((dateCreated?.getTime() ?? 0) - message.requestedAt.getTime()) < AROUND_MS
  );
  const known = await message.known(near.map(({ sid }) => sid));
  const unknown = near.filter(({ sid }) => !known.has(sid));
  const hit = unknown.find(({ body }) =>
    message.content === null || body?.trim() === message.content.text.trim()
  );
  if (hit) {
    const segments = Number(hit.numSegments) || segmentsOf(hit.body ?? "").segments;
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

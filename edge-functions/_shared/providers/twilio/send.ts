// Texts by Twilio. A POST that was answered with 5xx, or not at all, may have been done (error 20500):
// only a 429 is promised to be safe to repeat (error 20429).
import type { Twilio } from "twilio";
import {
  ACCOUNT_PAUSE_SECONDS,
  networkOutcome,
  retryAfter,
  statusOutcome,
  withoutContacts,
} from "../network.ts";
import { segmentsOf } from "./segments.ts";
import type { Doubt, Finding, Outcome, Provider } from "../types.ts";

export interface TwilioAccount {
  accountSid: string;
  authToken: string;
  baseUrl: string;
  timeoutMs: number;
  costPerSegmentUsd: number;
  /** Where Twilio reports what became of a message; null where nobody outside can reach us. */
  statusCallback: (orgId: string, messageId: string) => string | null;
  now: () => Date;
}

const HOME = "https://api.twilio.com";

/** The number cannot get texts, now or later. https://www.twilio.com/docs/api/errors */
const INVALID = new Set([21211, 21214, 21217, 21265, 21401, 21407, 21421, 21614, 21635]);
/** The person texted STOP to this sender; Twilio keeps a list of its own. */
const UNSUBSCRIBED = new Set([21610]);
/** The sender's queue is full, or its rate is: nothing was taken. */
const LATER = new Set([14107, 20429, 21611, 30001, 30022]);
/** The account or its sender has to be mended first: keys, balance, numbers, daily limits. */
const ACCOUNT = new Set([
  ...[10001, 20003, 20005, 20008, 20403, 20404, 21408, 21601, 21603, 21606, 21659, 21660, 21661],
  ...[21701, 21703, 21704, 21705, 21712, 30002, 30034, 63038],
]);

export function twilio(account: TwilioAccount): Provider {
  let client: Promise<Twilio> | null = null;
  const open = () => client ??= openClient(account);
  return {
    channel: "sms",
    async send({ orgId, messageId, call, content }) {
      const api = await open();
      const estimate = segmentsOf(content.text).segments;
      const { messaging_service_sid: service, address } = call.sender;
      const callback = account.statusCallback(orgId, messageId);
      try {
        const message = await api.messages.create({
          to: call.to,
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
    async find(doubt) {
      return await findMessage(await open(), account, doubt);
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
      // Thrown here, because the SDK's own error does not say how long to wait.
      if (response.statusCode >= 400) throw new Refusal(response, account.now());
      return response;
    }
  }
  return create(account.accountSid, account.authToken, {
    // Never by itself: whether to send again is for the ledger to say.
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
  const detail = withoutContacts(message);
  const told = detail ? { detail } : {};
  const named = number ? { code: String(number) } : {};
  const pause = wait === undefined ? {} : { retry_after_seconds: wait };
  if (UNSUBSCRIBED.has(number)) {
    return { result: "refused", ...named, ...told, contact: "unsubscribed" };
  }
  if (INVALID.has(number)) return { result: "refused", ...named, ...told, contact: "invalid" };
  if (LATER.has(number)) return { result: "retry", ...named, ...told, ...pause };
  if (ACCOUNT.has(number)) {
    return { result: "retry", ...named, ...told, retry_after_seconds: ACCOUNT_PAUSE_SECONDS };
  }
  const common = statusOutcome(status, wait);
  if (common) return { ...common, ...named, ...told };
  return { result: "refused", code: `http_${status}`, ...named, ...told };
}

/** Wide, because a clock that is wrong must not make a text absent; others of it are told by their ids. */
const AROUND_MS = 24 * 60 * 60_000;
const PAGE = 200;

/**
 * Twilio gives no field of ours back, so a message is known by whom it went to and its words, and by
 * being no other message of the ledger. Asked by number alone: its filter by date is that of sending,
 * which a queued message does not have.
 */
async function findMessage(api: Twilio, account: TwilioAccount, doubt: Doubt): Promise<Finding> {
  const listed = await api.messages.list({ to: doubt.call.to, limit: PAGE });
  const near = listed.filter(({ direction, dateCreated }) =>
    /^outbound/.test(direction) &&
    Math.abs((dateCreated?.getTime() ?? 0) - doubt.callingAt.getTime()) < AROUND_MS
  );
  const known = await doubt.known(near.map(({ sid }) => sid));
  const unknown = near.filter(({ sid }) => !known.has(sid));
  const hit = unknown.find(({ body }) =>
    doubt.content === null || body?.trim() === doubt.content.text.trim()
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
    return { found: "silent", why: "texts went to this number that the ledger does not know" };
  }
  if (listed.length >= PAGE) {
    return { found: "silent", why: "too many texts went to this number" };
  }
  return { found: "absent" };
}

const round = (usd: number) => Math.round(usd * 10_000) / 10_000;

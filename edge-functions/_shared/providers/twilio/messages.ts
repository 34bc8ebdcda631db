// Twilio's Messages resource, requested directly: https://www.twilio.com/docs/messaging/api/message-resource
// The SDK is too large to be deployed with the worker (docs/providers.md); a test compares our requests with its own.
import { Buffer } from "node:buffer";
import { freshFetch, ONE_REQUEST_EACH, retryAfter } from "../network.ts";

export interface TwilioLogin {
  accountSid: string;
  authToken: string;
  baseUrl: string;
  timeoutMs: number;
  now: () => Date;
}

/** The fields that we read. */
export interface TwilioMessage {
  sid: string;
  body: string | null;
  direction: string;
  /** RFC 2822. */
  date_created: string | null;
  num_segments: string | null;
}

export interface TwilioMessages {
  create(fields: Record<string, string>): Promise<TwilioMessage>;
  /** The newest messages to a number, at most `limit`. */
  list(to: string, limit: number): Promise<TwilioMessage[]>;
}

/** Twilio answered with another status than success. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly status: number;
  /** https://www.twilio.com/docs/api/errors; 0 where the body names none. */
  readonly code: number;
  /** Seconds to wait before the next request. */
  readonly wait: number | undefined;

  constructor(status: number, headers: Headers, body: string, now: Date) {
    const { code, message } = parse(body);
    super(typeof message === "string" ? message : "");
    this.status = status;
    this.code = Number(code) || 0;
    this.wait = retryAfter((name) => headers.get(name), now);
  }
}

export function openMessages(login: TwilioLogin): TwilioMessages {
  const { accountSid, authToken } = login;
  const request = freshFetch();
  const url = `${
    login.baseUrl.replace(/\/+$/, "")
  }/2010-04-01/Accounts/${accountSid}/Messages.json`;
  const headers = {
    ...ONE_REQUEST_EACH,
    accept: "application/json",
    authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`,
  };

  async function answerOf(url: string, init: RequestInit): Promise<Record<string, unknown>> {
    const response = await request(url, {
      ...init,
      // A redirect would repeat the request elsewhere; Twilio documents none.
      redirect: "manual",
      signal: AbortSignal.timeout(login.timeoutMs),
    });
    const body = await response.text();
    if (!response.ok) throw new Refusal(response.status, response.headers, body, login.now());
    return parse(body);
  }

  return {
    async create(fields) {
      const message = await answerOf(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
        body: encode(fields),
      });
      if (typeof message.sid !== "string") throw new TypeError("The answer has no message id.");
      return message as unknown as TwilioMessage;
    },
    async list(to, limit) {
      const query = encode({ To: to, PageSize: String(limit) });
      const { messages } = await answerOf(`${url}?${query}`, { headers });
      if (!Array.isArray(messages)) throw new TypeError("Twilio listed no messages.");
      return messages.slice(0, limit);
    },
  };
}

/** As the SDK encodes: by RFC 3986, so that a space is %20. */
const encode = (fields: Record<string, string>): string =>
  new URLSearchParams(fields).toString()
    .replaceAll("+", "%20").replaceAll("*", "%2A").replaceAll("%7E", "~");

function parse(body: string): Record<string, unknown> {
  try {
    const value = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

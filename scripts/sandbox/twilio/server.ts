// Twilio's 2010-04-01 API for Messages and Calls, and Lookup v2. Magic numbers as documented.
import { type Context, react } from "../context.ts";
import { header, type ProviderHandler } from "../http.ts";
import { randomHex } from "../random.ts";
import { problem, TwilioEvents } from "./events.ts";
import { lookUp, takeConsents } from "./lookup.ts";
import { e164, refusedCall, refusedFrom, refusedTo } from "./numbers.ts";
import type { Answer, Incoming, ReceivedCall, ReceivedMessage } from "../types.ts";

export class Twilio implements ProviderHandler {
  #context: Context;
  readonly events: TwilioEvents;

  constructor(context: Context) {
    this.#context = context;
    this.events = new TwilioEvents(context);
  }

  handle(request: Incoming): Answer {
    const { accountSid, authToken } = this.#context.secrets.twilio;
    const basic = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
    if (header(request, "authorization") !== basic) {
      return problem(401, 20003, "Authenticate");
    }
    const { method, path } = request;
    const lookup = /^\/v2\/PhoneNumbers\/([^/]+)$/.exec(path);
    if (lookup && method === "GET") {
      const requestId = `RQ${randomHex(this.#context.random, 32)}`;
      return lookUp(decodeURIComponent(lookup[1]), request, requestId);
    }
    if (path === "/v1/Consents/Bulk" && method === "POST") {
      return takeConsents(request, this.events.blocked);
    }
    const match = /^\/2010-04-01\/Accounts\/([^/]+)\/(Messages|Calls)(?:\/([^/]+))?\.json$/.exec(
      path,
    );
    if (!match || match[1] !== accountSid) return this.#notFound(path);
    const [, , resource, sid] = match;
    const messages = resource === "Messages";
    if (method === "POST" && !sid) return messages ? this.#message(request) : this.#call(request);
    if (method === "POST" && sid && messages) return this.#redact(sid, path);
    if (method === "GET" && sid) {
      return messages ? this.#fetchMessage(sid, path) : this.#fetchCall(sid, path);
    }
    if (method === "GET") return messages ? this.#listMessages(request) : this.#listCalls(request);
    return problem(405, 20004, "Method not allowed");
  }

  refuse(status: number, retryAfter: number | undefined): Answer {
    const words: Record<number, [number, string]> = {
      401: [20003, "Authenticate"],
      403: [20003, "Permission denied"],
      413: [20413, "Request entity too large"],
      429: [20429, "Too Many Requests"],
      503: [20503, "Service unavailable"],
    };
    const [code, message] = words[status] ?? [20500, "An internal server error has occurred"];
    const answer = problem(status, code, message);
    if (retryAfter !== undefined) answer.headers = { "retry-after": String(retryAfter) };
    return answer;
  }

  #notFound(path: string): Answer {
    return problem(404, 20404, `The requested resource ${path} was not found`);
  }

  #message(request: Incoming): Answer {
    const form = new URLSearchParams(request.body.toString("utf8"));
    const to = form.get("To") ?? "";
    const from = form.get("From") ?? "";
    const service = form.get("MessagingServiceSid");
    const body = form.get("Body") ?? "";
    if (!to) return problem(400, 21604, "A 'To' phone number is required.");
    if (!from && !service) return problem(400, 21603, "A 'From' phone number is required.");
    if (service && !/^MG[0-9a-f]{32}$/.test(service)) {
      return problem(400, 21701, `The Messaging Service does not exist: ${service}`);
    }
    if (!body && !form.get("MediaUrl")) return problem(400, 21602, "Message body is required.");
    if (body.length > 1600) {
      return problem(400, 21617, "The concatenated message body exceeds the 1600 character limit.");
    }
    const refused = refusedFrom[from]?.(from) ?? refusedTo[to]?.(to, from) ??
      (e164.test(to)
        ? null
        : [21211, `The 'To' number ${to} is not a valid phone number.`] as const);
    if (refused) return problem(400, refused[0], refused[1]);
    if (this.events.blocked.has(to)) {
      return problem(400, 21610, "Attempt to send to unsubscribed recipient");
    }
    const message: ReceivedMessage = {
      sid: `SM${randomHex(this.#context.random, 32)}`,
      at: this.#context.now(),
      ...{ to, from: from || null, body, messagingServiceSid: service },
      statusCallback: form.get("StatusCallback"),
      ...{ status: service ? "accepted" : "queued", errorCode: null },
    };
    this.#context.received.messages.push(message);
    const answer = { status: 201, body: this.#show(message) };
    const { touch, reactions } = react(this.#context, {
      channel: "sms",
      ...{ to, from: from || service!, subject: "", text: body, args: {}, headers: {} },
      at: message.at,
    });
    this.events.playMessage(message, touch, reactions);
    return answer;
  }

  #show(message: ReceivedMessage) {
    const { accountSid } = this.#context.secrets.twilio;
    const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}`;
    const settled = !["accepted", "queued"].includes(message.status);
    return {
      account_sid: accountSid,
      api_version: "2010-04-01",
      body: message.body,
      date_created: message.at.toUTCString().replace("GMT", "+0000"),
      date_sent: settled ? message.at.toUTCString().replace("GMT", "+0000") : null,
      date_updated: message.at.toUTCString().replace("GMT", "+0000"),
      direction: "outbound-api",
      error_code: message.errorCode,
      error_message: null,
      from: message.from,
      messaging_service_sid: message.messagingServiceSid,
      num_media: "0",
      num_segments: String(Math.max(1, Math.ceil(message.body.length / 153))),
      price: settled ? "-0.00790" : null,
      price_unit: "USD",
      sid: message.sid,
      status: message.status,
      subresource_uris: { media: `${uri}/Media.json` },
      to: message.to,
      uri: `${uri}.json`,
    };
  }

  #fetchMessage(sid: string, path: string): Answer {
    const found = this.#context.received.messages.find((message) => message.sid === sid);
    return found ? { status: 200, body: this.#show(found) } : this.#notFound(path);
  }

  #redact(sid: string, path: string): Answer {
    const found = this.#context.received.messages.find((message) => message.sid === sid);
    if (!found) return this.#notFound(path);
    found.body = "";
    return { status: 200, body: this.#show(found) };
  }

  #listMessages(request: Incoming): Answer {
    const { query } = request;
    const [to, from] = [query.get("To"), query.get("From")];
    const found = this.#context.received.messages.filter((message) =>
      (!to || message.to === to) && (!from || message.from === from) &&
      sentWithin(message.at, query, "DateSent")
    ).reverse();
    return this.#page(request, "messages", found.map((message) => this.#show(message)));
  }

  #page(request: Incoming, name: string, rows: unknown[]): Answer {
    const size = Math.min(1000, Math.max(1, Number(request.query.get("PageSize") ?? "50")));
    const page = Math.max(0, Number(request.query.get("Page") ?? "0"));
    const uri = (number: number) => {
      const query = new URLSearchParams(request.query);
      query.set("PageSize", String(size));
      query.set("Page", String(number));
      return `${request.path}?${query}`;
    };
    const start = page * size;
    const more = start + size < rows.length;
    return {
      status: 200,
      body: {
        [name]: rows.slice(start, start + size),
        ...{ page, page_size: size, start, end: Math.min(rows.length, start + size) - 1 },
        uri: uri(page),
        first_page_uri: uri(0),
        next_page_uri: more ? uri(page + 1) : null,
        previous_page_uri: page > 0 ? uri(page - 1) : null,
      },
    };
  }

  #call(request: Incoming): Answer {
    const form = new URLSearchParams(request.body.toString("utf8"));
    const [to, from] = [form.get("To") ?? "", form.get("From") ?? ""];
    if (!to) return problem(400, 21201, "No 'To' number is specified");
    if (!from) return problem(400, 21213, "No 'From' number is specified");
    const invalid: [number, string] = [21217, "Phone number does not appear to be valid."];
    const refused = refusedCall[to] ?? (e164.test(to) ? null : invalid);
    if (refused) return problem(400, refused[0], refused[1]);
    if (from === "+15005550001") {
      return problem(400, 21212, `The 'From' number ${from} is not a valid phone number.`);
    }
    const call: ReceivedCall = {
      provider: "twilio",
      id: `CA${randomHex(this.#context.random, 32)}`,
      at: this.#context.now(),
      ...{ to, from, assistantId: null, metadata: {} },
      request: Object.fromEntries(form),
      ...{ status: "queued", endedReason: null },
    };
    this.#context.received.calls.push(call);
    const answer = { status: 201, body: this.#showCall(call) };
    const { touch, reactions } = react(this.#context, {
      channel: "voice",
      ...{ to, from, subject: "", text: form.get("Twiml") ?? "", args: {}, headers: {} },
      at: call.at,
    });
    this.events.playCall(call, touch, reactions);
    return answer;
  }

  #showCall(call: ReceivedCall) {
    const { accountSid } = this.#context.secrets.twilio;
    return {
      account_sid: accountSid,
      api_version: "2010-04-01",
      date_created: call.at.toUTCString().replace("GMT", "+0000"),
      direction: "outbound-api",
      from: call.from,
      sid: call.id,
      status: call.status,
      to: call.to,
      uri: `/2010-04-01/Accounts/${accountSid}/Calls/${call.id}.json`,
    };
  }

  #fetchCall(sid: string, path: string): Answer {
    const found = this.#context.received.calls.find((call) => call.id === sid);
    return found ? { status: 200, body: this.#showCall(found) } : this.#notFound(path);
  }

  #listCalls(request: Incoming): Answer {
    const { query } = request;
    const [to, from] = [query.get("To"), query.get("From")];
    const found = this.#context.received.calls.filter((call) =>
      call.provider === "twilio" && (!to || call.to === to) && (!from || call.from === from) &&
      sentWithin(call.at, query, "StartTime")
    ).reverse();
    return this.#page(request, "calls", found.map((call) => this.#showCall(call)));
  }
}

/** `DateSent`, `DateSent>`, `DateSent<`: Twilio puts the inequality into the parameter name. */
function sentWithin(at: Date, query: URLSearchParams, name: string): boolean {
  const day = query.get(name);
  if (day && at.toISOString().slice(0, 10) !== day.slice(0, 10)) return false;
  const after = query.get(`${name}>`);
  if (after && at < new Date(after)) return false;
  const before = query.get(`${name}<`);
  return !(before && at > new Date(before));
}

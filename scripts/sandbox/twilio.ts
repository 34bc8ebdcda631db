// Twilio's 2010-04-01 API for Messages and Calls, and Lookup v2. Magic numbers as documented.
import { type Context, react } from "./context.ts";
import { header, type ProviderHandler } from "./http.ts";
import { randomHex } from "./random.ts";
import { problem, TwilioEvents } from "./twilio-events.ts";
import type { Answer, Incoming, ReceivedCall, ReceivedMessage } from "./types.ts";

const e164 = /^\+[1-9]\d{7,14}$/;

/** Numbers that answer always alike: those of Twilio's test credentials. */
const refusedTo: Record<string, (to: string, from: string) => [number, string]> = {
  "+15005550001": (to) => [21211, `The 'To' number ${to} is not a valid phone number.`],
  "+15005550002": (to, from) => [
    21612,
    `The 'To' phone number: ${to}, is not currently reachable using the 'From' phone number: ${from} via SMS.`,
  ],
  "+15005550003": (to) => [
    21408,
    `Permission to send an SMS has not been enabled for the region indicated by the 'To' number: ${to}.`,
  ],
  "+15005550004": () => [21610, "Attempt to send to unsubscribed recipient"],
  "+15005550009": (to) => [21614, `'To' number is not a valid mobile number: ${to}`],
};
const refusedFrom: Record<string, (from: string) => [number, string]> = {
  "+15005550001": (from) => [21212, `The 'From' number ${from} is not a valid phone number.`],
  "+15005550007": (from) => [
    21606,
    `The 'From' phone number ${from} is not a valid, SMS-capable inbound phone number or short code for your account.`,
  ],
  "+15005550008": (
    from,
  ) => [21611, `This 'From' number ${from} has exceeded the maximum number of queued messages.`],
};
const refusedCall: Record<string, [number, string]> = {
  "+15005550001": [21217, "Phone number does not appear to be valid."],
  "+15005550002": [21214, "'To' phone number cannot be reached."],
  "+15005550003": [21215, "Account not authorized to call this international number."],
  "+15005550004": [21216, "Account not allowed to call this number."],
};

/** Line types by the last digits of a number, so that a list can choose them. */
function lineType(
  number: string,
): { type: string | null; carrier: string | null; error: number | null } {
  if (/^\+1500555/.test(number)) return { type: null, carrier: null, error: 60600 };
  if (number.endsWith("98")) return { type: "landline", carrier: "Sandbox Landline", error: null };
  if (number.endsWith("99")) return { type: "nonFixedVoip", carrier: "Sandbox Voip", error: null };
  return { type: "mobile", carrier: "Sandbox Wireless", error: null };
}

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
    if (lookup && method === "GET") return this.#lookup(decodeURIComponent(lookup[1]), request);
    if (path === "/v1/Consents/Bulk" && method === "POST") return this.#consents(request);
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

  /** Consent Management: what it took, it keeps as it keeps a STOP. */
  #consents(request: Incoming): Answer {
    const given = new URLSearchParams(request.body.toString("utf8")).getAll("Items");
    if (given.length === 0 || given.length > 25) {
      return problem(400, 20001, "Items must be a list of 1 to 25 objects");
    }
    const items = given.map((text) => {
      const item = readItem(text);
      const faults = [
        /^[0-9a-f]{32}$/i.test(item.correlation_id ?? "") ? "" : "INVALID_CORRELATION_ID",
        e164.test(item.contact_id ?? "") ? "" : "INVALID_CONTACT_ID",
        /^(MG[0-9a-f]{32}|\+[1-9]\d{7,14})$/.test(item.sender_id ?? "") ? "" : "INVALID_SENDER_ID",
        ["opt-in", "opt-out"].includes(item.status ?? "") ? "" : "INVALID_STATUS",
        sources.has(item.source ?? "") ? "" : "INVALID_SOURCE",
      ].filter(Boolean);
      if (faults.length === 0) {
        if (item.status === "opt-out") this.events.blocked.add(item.contact_id!);
        else this.events.blocked.delete(item.contact_id!);
      }
      return {
        correlation_id: item.correlation_id ?? null,
        error_code: faults.length === 0 ? 0 : 30646,
        error_messages: faults,
      };
    });
    return { status: 201, body: { items } };
  }

  #lookup(number: string, request: Incoming): Answer {
    const digits = number.replace(/[^\d+]/g, "");
    const valid = e164.test(digits);
    const wanted = (request.query.get("Fields") ?? "").split(",");
    const { type, carrier, error } = lineType(digits);
    return {
      status: 200,
      body: {
        calling_country_code: valid ? "1" : null,
        country_code: valid ? "US" : null,
        phone_number: digits,
        national_format: valid ? digits.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "($1) $2-$3") : null,
        valid,
        validation_errors: valid ? [] : ["INVALID_LENGTH"],
        line_type_intelligence: wanted.includes("line_type_intelligence") && valid
          ? {
            ...{ error_code: error, carrier_name: carrier, type },
            mobile_country_code: type === "mobile" ? "311" : null,
            mobile_network_code: type === "mobile" ? "480" : null,
          }
          : null,
        ...{ caller_name: null, sim_swap: null, call_forwarding: null, line_status: null },
        ...{ identity_match: null, reassigned_number: null, sms_pumping_risk: null },
        url: `https://lookups.twilio.com/v2/PhoneNumbers/${digits}`,
      },
    };
  }
}

const sources = new Set(["website", "offline", "opt-in-message", "opt-out-message", "others"]);

function readItem(text: string): Record<string, string | undefined> {
  try {
    const item = JSON.parse(text);
    return typeof item === "object" && item !== null ? item : {};
  } catch {
    return {};
  }
}

/** `DateSent`, `DateSent>`, `DateSent<`: Twilio's inequalities stand in the name. */
function sentWithin(at: Date, query: URLSearchParams, name: string): boolean {
  const day = query.get(name);
  if (day && at.toISOString().slice(0, 10) !== day.slice(0, 10)) return false;
  const after = query.get(`${name}>`);
  if (after && at < new Date(after)) return false;
  const before = query.get(`${name}<`);
  return !(before && at > new Date(before));
}

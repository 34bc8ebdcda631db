// Twilio's webhooks: incoming texts, the status of our texts, and calls to our numbers. Mostly forms; the
// same fields as JSON where the account is configured so.
import {
  formOf,
  isoOf,
  jsonOf,
  keyOf,
  objectOf,
  phoneOrNull,
  textOrNull,
  uuidOrNull,
} from "../content.ts";
import {
  type Delivery,
  type InboxEvent,
  MalformedPayload,
  type MessageEventKind,
} from "../events.ts";
import { cut } from "../../platform/text.ts";
import type { WebhookEndpoint } from "../types.ts";

const SID = /^[A-Z]{2}[0-9a-f]{32}$/i;

export function fieldsOf(delivery: Delivery): (name: string) => string | null {
  if (/json/i.test(delivery.contentType)) {
    const fields = objectOf(jsonOf(delivery.body));
    return (name) => typeof fields[name] === "string" ? fields[name] as string : null;
  }
  return formOf(delivery.body);
}

const sidOf = (field: (name: string) => string | null, ...names: string[]): string => {
  const sid = names.map(field).find((value) => value !== null && SID.test(value));
  if (!sid) throw new MalformedPayload(`${names[0]} is missing.`);
  return sid;
};

export function readTwilioSms(delivery: Delivery): InboxEvent[] {
  const field = fieldsOf(delivery);
  const sid = sidOf(field, "MessageSid", "SmsMessageSid", "SmsSid");
  // The same person by another channel: whatsapp:+1…, rcs:+1…
  const from = phoneOrNull(field("From")?.replace(/^(?:whatsapp|rcs|sms|mms):/i, ""));
  const common = { key: keyOf("twilio", sid, "inbound"), name: "inbound_message", at: null };
  // From a short code, or from a channel other than text: not from a lead.
  if (!from) return [{ type: "other", ...common }];
  return [{
    type: "reply",
    ...common,
    channel: "sms",
    from,
    text: cut(field("Body") ?? "", 10_000),
    message_id: null,
    provider_id: sid,
    opt_out_type: textOrNull(field("OptOutType"), 20)?.toUpperCase() ?? null,
  }];
}

/** No message can ever reach the number: disconnected, a landline, or invalid. */
const NEVER = new Set(["30005", "30006", "21211", "21214", "21217", "21614"]);
/** A landline, or a carrier that takes no texts: calls may reach the person. */
const NO_TEXTS = new Set(["30006", "21614"]);
/** The phone is off, out of reach or full: a later attempt may succeed. */
const LATER = new Set(["30003", "30008", "30017", "30022"]);
const OPTED_OUT = new Set(["21610"]);

export function readTwilioStatus(delivery: Delivery): InboxEvent[] {
  const field = fieldsOf(delivery);
  if (!field("MessageSid") && field("CallSid")) return readTwilioVoice(delivery);
  const sid = sidOf(field, "MessageSid", "SmsSid");
  const status = (field("MessageStatus") ?? field("SmsStatus") ?? "").toLowerCase();
  if (!/^[a-z_]{2,20}$/.test(status)) throw new MalformedPayload("MessageStatus is missing.");
  const code = field("ErrorCode") ?? "";
  const common = {
    key: keyOf("twilio", sid, status),
    name: status,
    at: deliveredAt(field("RawDlrDoneDate")),
  };
  const kind = statusKind(status, code);
  if (!kind) return [{ type: "other", ...common }];
  return [{
    type: "message",
    kind,
    ...common,
    message_id: uuidOrNull(delivery.params.message_id),
    provider_id: sid,
    detail: {
      ...(/^[0-9]{3,6}$/.test(code) ? { code } : {}),
      ...(NO_TEXTS.has(code) ? { contact: "cannot_text" } : {}),
    },
  }];
}

function statusKind(status: string, code: string): MessageEventKind | null {
  switch (status) {
    case "sent":
      return "sent";
    case "delivered":
    case "read":
      return "delivered";
    case "undelivered":
    case "failed":
      if (OPTED_OUT.has(code)) return "unsubscribed";
      if (NEVER.has(code)) return "bounced";
      return LATER.has(code) ? "soft_bounced" : "failed";
    case "canceled":
      return "failed";
    default:
      // queued, accepted, scheduled, sending: not final.
      return null;
  }
}

/** RawDlrDoneDate, YYMMDDhhmm in UTC; only some carriers provide it. */
function deliveredAt(raw: string | null): string | null {
  const found = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(raw ?? "");
  return found ? isoOf(`20${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:00Z`) : null;
}

/** Our own calls are made by another provider; these are people who call one of our numbers. */
export function readTwilioVoice(delivery: Delivery): InboxEvent[] {
  const field = fieldsOf(delivery);
  const sid = sidOf(field, "CallSid");
  const status = (field("CallStatus") ?? "").toLowerCase();
  if (!/^[a-z-]{2,20}$/.test(status)) throw new MalformedPayload("CallStatus is missing.");
  const common = {
    key: keyOf("twilio", sid, status),
    name: status,
    at: isoOf(field("Timestamp")),
  };
  const from = phoneOrNull(field("From"));
  if (field("Direction") !== "inbound" || status !== "ringing" || !from) {
    return [{ type: "other", ...common }];
  }
  return [{
    type: "call",
    ...common,
    direction: "inbound",
    kind: null,
    message_id: null,
    provider_id: sid,
    from,
    ended_reason: null,
    answered: false,
    transcript: null,
    person_text: null,
    cost_usd: null,
    seconds: null,
  }];
}

const KIB = 1024;
/** Empty, because we say and do nothing on the line: the answer to a text goes through the gate. */
const EMPTY_TWIML = {
  contentType: "text/xml",
  body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
};

export const twilioEndpoints: Record<string, WebhookEndpoint> = {
  sms: { read: readTwilioSms, maxBytes: 64 * KIB, answer: EMPTY_TWIML },
  status: { read: readTwilioStatus, maxBytes: 64 * KIB },
  voice: { read: readTwilioVoice, maxBytes: 64 * KIB, answer: EMPTY_TWIML },
};

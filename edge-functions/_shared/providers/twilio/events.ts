// Twilio: an incoming text, what became of one of ours, and calls to our numbers. Forms mostly; the same
// fields as JSON where an account is set so.
import {
  jsonOf,
  keyOf,
  objectOf,
  phoneOrNull,
  textOf,
  textOrNull,
  uuidOrNull,
} from "../content.ts";
import { isoOf } from "../content.ts";
import {
  type Delivery,
  type InboxEvent,
  MalformedPayload,
  type MessageEventKind,
} from "../events.ts";

const SID = /^[A-Z]{2}[0-9a-f]{32}$/i;

export function fieldsOf(delivery: Delivery): (name: string) => string | null {
  if (/json/i.test(delivery.contentType)) {
    const fields = objectOf(jsonOf(delivery.body));
    return (name) => typeof fields[name] === "string" ? fields[name] as string : null;
  }
  const form = new URLSearchParams(textOf(delivery.body));
  return (name) => form.get(name);
}

const sidOf = (field: (name: string) => string | null, ...names: string[]): string => {
  const sid = names.map(field).find((value) => value !== null && SID.test(value));
  if (!sid) throw new MalformedPayload(`There is no ${names[0]}.`);
  return sid;
};

export function readTwilioSms(delivery: Delivery): InboxEvent[] {
  const field = fieldsOf(delivery);
  const sid = sidOf(field, "MessageSid", "SmsMessageSid", "SmsSid");
  const from = phoneOrNull(field("From"));
  const common = { key: keyOf("twilio", sid, "inbound"), name: "inbound_message", at: null };
  // From a short code, or from a channel other than text: nobody who could be a lead.
  if (!from) return [{ type: "other", ...common }];
  return [{
    type: "reply",
    ...common,
    channel: "sms",
    from,
    text: (field("Body") ?? "").slice(0, 10_000),
    message_id: null,
    provider_id: sid,
    opt_out_type: textOrNull(field("OptOutType"), 20)?.toUpperCase() ?? null,
  }];
}

/** The carrier says that no message will ever get there: gone, a landline, no number at all. */
const NEVER = new Set(["30005", "30006", "21211", "21214", "21217", "21614"]);
/** Off, out of reach, full: it may work another time. */
const LATER = new Set(["30003", "30008", "30017", "30022"]);
const OPTED_OUT = new Set(["21610"]);

export function readTwilioStatus(delivery: Delivery): InboxEvent[] {
  const field = fieldsOf(delivery);
  if (!field("MessageSid") && field("CallSid")) return readTwilioVoice(delivery);
  const sid = sidOf(field, "MessageSid", "SmsSid");
  const status = (field("MessageStatus") ?? field("SmsStatus") ?? "").toLowerCase();
  if (!/^[a-z_]{2,20}$/.test(status)) throw new MalformedPayload("There is no MessageStatus.");
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
    detail: /^[0-9]{3,6}$/.test(code) ? { code } : {},
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
      // queued, accepted, scheduled, sending: on its way.
      return null;
  }
}

/** RawDlrDoneDate, YYMMDDhhmm in UTC; only some carriers give one. */
function deliveredAt(raw: string | null): string | null {
  const found = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(raw ?? "");
  return found ? isoOf(`20${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:00Z`) : null;
}

/** Our calls are Vapi's; what comes here is somebody who calls one of our numbers. */
export function readTwilioVoice(delivery: Delivery): InboxEvent[] {
  const field = fieldsOf(delivery);
  const sid = sidOf(field, "CallSid");
  const status = (field("CallStatus") ?? "").toLowerCase();
  if (!/^[a-z-]{2,20}$/.test(status)) throw new MalformedPayload("There is no CallStatus.");
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
    words: null,
    cost_usd: null,
    seconds: null,
  }];
}

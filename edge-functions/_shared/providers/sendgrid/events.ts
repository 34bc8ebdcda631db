// SendGrid's event webhook: an unordered array of up to a thousand events, regrouped when retried. The key
// is what happened to which message and when, because sg_event_id is not reliable.
import { anyOf } from "../../platform/any_of.ts";
import { isoOf, jsonOf, keyOf, objectOf, textOrNull, uuidOrNull } from "../content.ts";
import {
  type Delivery,
  type InboxEvent,
  MalformedPayload,
  type MessageEvent,
  type MessageEventKind,
} from "../events.ts";
import { withoutContacts } from "../../platform/redact.ts";
import { errorWords } from "../error_words.ts";

const MAX_EVENTS = 5000;

export function readSendgridEvents(delivery: Delivery): InboxEvent[] {
  const events = jsonOf(delivery.body);
  if (!Array.isArray(events) || events.length > MAX_EVENTS) {
    throw new MalformedPayload("The request body is not a list of events.");
  }
  const read = events.map((event) => readEvent(objectOf(event)));
  if (read.length > 0 && read.every(({ name }) => name === UNREADABLE)) {
    throw new MalformedPayload("No event has an event field.");
  }
  return read;
}

/** The name of an event without one. It costs itself, not the others of its batch. */
const UNREADABLE = "unreadable";

function readEvent(event: Record<string, unknown>): InboxEvent {
  const name = textOrNull(event.event, 60);
  if (!name) {
    return { type: "other", name: UNREADABLE, at: null, key: keyOf("sendgrid", UNREADABLE) };
  }
  // Without a readable time, the time of receipt counts.
  const at = isoOf(event.timestamp, "seconds");
  const sgMessageId = textOrNull(event.sg_message_id, 300);
  const smtpId = textOrNull(event["smtp-id"], 300);
  const common = {
    name,
    at,
    key: keyOf(
      ...["sendgrid", sgMessageId ?? smtpId, uuidOrNull(event.message_id), name],
      ...[at && Number(event.timestamp), textOrNull(event.type), textOrNull(event.url)],
      ...[textOrNull(event.useragent), attemptOf(event), textOrNull(event.email)],
    ),
  };
  const kind = kindOf(name, event);
  if (!kind) return { type: "other", ...common };
  return {
    type: "message",
    kind,
    // message_id is our own custom argument; sg_message_id begins with X-Message-Id.
    message_id: uuidOrNull(event.message_id),
    provider_id: sgMessageId?.split(".")[0] ?? null,
    detail: detailOf(kind, event),
    ...common,
  };
}

/** A number, or the same as text. Not every value that JSON has can be made text. */
const attemptOf = ({ attempt }: Record<string, unknown>): string =>
  typeof attempt === "string" || typeof attempt === "number" ? String(attempt) : "";

/** Reasons for which SendGrid drops a message without trying, from its suppression lists. */
const DROPPED: [RegExp, MessageEventKind][] = [
  [/unsubscribed/i, "unsubscribed"],
  [/spam ?report/i, "complained"],
  [/^bounced|^invalid( address)?$/i, "bounced"],
];

function kindOf(name: string, event: Record<string, unknown>): MessageEventKind | null {
  switch (name) {
    case "processed":
      return "sent";
    case "deferred":
      return "deferred";
    case "delivered":
      return "delivered";
    case "open":
      return "opened";
    case "click":
      return "clicked";
    case "bounce":
      // blocked: refused for now, by a reputation list or a full mailbox; the address may be valid.
      return event.type === "blocked" ? "soft_bounced" : "bounced";
    case "dropped": {
      const reason = textOrNull(event.reason) ?? "";
      return DROPPED.find(([pattern]) => pattern.test(reason))?.[1] ?? "failed";
    }
    case "spamreport":
      return "complained";
    case "unsubscribe":
    case "group_unsubscribe":
      return "unsubscribed";
    default:
      return null;
  }
}

function detailOf(kind: MessageEventKind, event: Record<string, unknown>): MessageEvent["detail"] {
  const detail: MessageEvent["detail"] = {};
  const reason = textOrNull(event.reason, 500) ?? textOrNull(event.response, 500);
  if (reason && kind !== "delivered") detail.detail = errorWords(withoutContacts(reason));
  const status = textOrNull(event.status, 20);
  if (status && kind !== "delivered") detail.code = errorWords(status);
  const url = textOrNull(event.url, 2000);
  // Only whether two links differ is asked: a URL may contain the person's address.
  if (kind === "clicked" && url) detail.link = keyOf("link", url);
  if (kind === "opened" || kind === "clicked") {
    detail.machine = event.sg_machine_open === true || isScanner(textOrNull(event.useragent) ?? "");
  }
  return detail;
}

/**
 * Security scanners that open every mail and follow every link. Image proxies of mail services
 * (GoogleImageProxy, YahooMailProxy) do not count: they fetch when a person opens the mail.
 */
const SCANNERS = anyOf(
  /barracuda|proofpoint|mimecast|symantec|messagelabs|forcepoint|websense|fireeye|trend ?micro/i,
  /sophos|ironport|zscaler|checkpoint|cisco ?secure|safelinks|bingpreview|mailguard|trustwave/,
  /microsoft ?office ?existence|ms-?office|defender|kaspersky|headlesschrome|phantomjs/,
  /python-requests|python-urllib|curl\/|wget\/|go-http-client|okhttp|apache-httpclient|java\//,
  /libwww|scanner|crawler|spider|\bbot\b|bot\//,
);

export function isScanner(userAgent: string): boolean {
  return SCANNERS.test(userAgent);
}

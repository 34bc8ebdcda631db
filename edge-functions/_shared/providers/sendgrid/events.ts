// SendGrid's event webhook: an array of events, up to a thousand, in no order, grouped anew when tried
// again. sg_event_id is not trusted as the key: what happened to which message when is.
import { jsonOf, keyOf, objectOf, textOrNull, uuidOrNull, withoutContacts } from "../content.ts";
import { isoOf } from "../content.ts";
import {
  type Delivery,
  type InboxEvent,
  MalformedPayload,
  type MessageEvent,
  type MessageEventKind,
} from "../events.ts";

const MOST_EVENTS = 5000;

export function readSendgridEvents(delivery: Delivery): InboxEvent[] {
  const events = jsonOf(delivery.body);
  if (!Array.isArray(events) || events.length > MOST_EVENTS) {
    throw new MalformedPayload("The body is no list of events.");
  }
  return events.map((event) => readEvent(objectOf(event)));
}

function readEvent(event: Record<string, unknown>): InboxEvent {
  const name = textOrNull(event.event, 60);
  const at = isoOf(event.timestamp, "seconds");
  if (!name || !at) throw new MalformedPayload("An event without event or timestamp.");
  const sgMessageId = textOrNull(event.sg_message_id, 300);
  const smtpId = textOrNull(event["smtp-id"], 300);
  const common = {
    name,
    at,
    key: keyOf(
      ...["sendgrid", sgMessageId ?? smtpId, uuidOrNull(event.message_id), name],
      ...[Number(event.timestamp), textOrNull(event.type), textOrNull(event.url)],
      ...[textOrNull(event.useragent), String(event.attempt ?? ""), textOrNull(event.email)],
    ),
  };
  const kind = kindOf(name, event);
  if (!kind) return { type: "other", ...common };
  return {
    type: "message",
    kind,
    // Of ours in custom_args; X-Message-Id is what sg_message_id begins with.
    message_id: uuidOrNull(event.message_id),
    provider_id: sgMessageId?.split(".")[0] ?? null,
    detail: detailOf(kind, event),
    ...common,
  };
}

/** Why SendGrid drops a message without trying: it remembers what it was told before. */
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
      // blocked: refused for now, by a reputation list or a full mailbox; the address may be good.
      return event.type === "blocked" ? "soft_bounced" : "bounced";
    case "dropped": {
      const reason = textOrNull(event.reason) ?? "";
      return DROPPED.find(([words]) => words.test(reason))?.[1] ?? "failed";
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
  if (reason && kind !== "delivered") detail.detail = withoutContacts(reason);
  const status = textOrNull(event.status, 20);
  if (status && kind !== "delivered") detail.code = status;
  if (kind === "opened" || kind === "clicked") {
    detail.machine = event.sg_machine_open === true || isScanner(textOrNull(event.useragent) ?? "");
  }
  return detail;
}

/**
 * Programs that open and follow everything to see whether it is safe. Image proxies of mail services
 * (GoogleImageProxy, YahooMailProxy) are none: they fetch when a person looks.
 */
const SCANNERS =
  /barracuda|proofpoint|mimecast|symantec|messagelabs|forcepoint|websense|fireeye|trend ?micro|sophos|ironport|zscaler|checkpoint|cisco ?secure|safelinks|bingpreview|microsoft ?office ?existence|ms-?office|defender|kaspersky|mailguard|trustwave|headlesschrome|phantomjs|python-requests|python-urllib|curl\/|wget\/|go-http-client|okhttp|apache-httpclient|java\/|libwww|scanner|crawler|spider|\bbot\b|bot\//i;

export function isScanner(userAgent: string): boolean {
  return SCANNERS.test(userAgent);
}

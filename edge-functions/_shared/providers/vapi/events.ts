// Vapi's server messages. Two matter: that a call has changed its state, and the report at its end.
import { jsonOf, keyOf, objectOf, phoneOrNull, textOrNull, uuidOrNull } from "../content.ts";
import { isoOf } from "../content.ts";
import {
  type Delivery,
  type InboxEvent,
  MalformedPayload,
  type MessageEventKind,
} from "../events.ts";

type Fields = Record<string, unknown>;

/** What Vapi also sends, many times a second during a call, and nobody here needs: not even stored. */
const KEPT = new Set(["status-update", "end-of-call-report"]);

export function readVapi(delivery: Delivery): InboxEvent[] {
  const message = objectOf(objectOf(jsonOf(delivery.body)).message);
  const type = textOrNull(message.type, 60);
  if (!type) throw new MalformedPayload("There is no message.type.");
  if (!KEPT.has(type)) return [];
  const call = objectOf(message.call);
  const callId = textOrNull(call.id, 100);
  if (!callId) throw new MalformedPayload("There is no message.call.id.");
  return type === "status-update" ? [statusUpdate(message, call, callId)] : [
    endOfCall(message, call, callId),
  ];
}

const messageIdOf = (call: Fields): string | null =>
  uuidOrNull(objectOf(objectOf(call.assistantOverrides).metadata).message_id) ??
    uuidOrNull(objectOf(call.metadata).message_id) ?? uuidOrNull(call.name);

function statusUpdate(message: Fields, call: Fields, callId: string): InboxEvent {
  const status = textOrNull(message.status, 40) ?? "unknown";
  const common = {
    key: keyOf("vapi", callId, "status-update", status),
    name: `status-update ${status}`,
    at: isoOf(message.timestamp),
  };
  // It rings, or it runs: it has gone out. How it ends is told by the report.
  if (status !== "ringing" && status !== "in-progress") return { type: "other", ...common };
  return {
    type: "message",
    kind: "sent",
    ...common,
    message_id: messageIdOf(call),
    provider_id: callId,
    detail: {},
  };
}

function endOfCall(message: Fields, call: Fields, callId: string): InboxEvent {
  const reason = textOrNull(message.endedReason, 120) ?? textOrNull(call.endedReason, 120) ??
    "unknown";
  const artifact = objectOf(message.artifact);
  const customer = { ...objectOf(call.customer), ...objectOf(message.customer) };
  const startedAt = isoOf(message.startedAt ?? call.startedAt);
  const endedAt = isoOf(message.endedAt ?? call.endedAt);
  const words = wordsOf(artifact.messages ?? call.messages);
  const kind = outcomeOf(reason);
  const cost = message.cost ?? call.cost;
  return {
    type: "call",
    key: keyOf("vapi", callId, "end-of-call-report"),
    name: "end-of-call-report",
    at: endedAt ?? isoOf(message.timestamp),
    direction: call.type === "inboundPhoneCall" ? "inbound" : "outbound",
    kind,
    message_id: messageIdOf(call),
    provider_id: callId,
    from: phoneOrNull(customer.number),
    ended_reason: reason,
    answered: kind === "delivered" && reason !== "voicemail" && words !== null,
    transcript: textOrNull(artifact.transcript, 200_000) ?? textOrNull(message.transcript, 200_000),
    words,
    cost_usd: typeof cost === "number" && cost >= 0 && cost < 10_000 ? cost : null,
    seconds: startedAt && endedAt
      ? Math.max(0, Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000))
      : null,
  };
}

/** What the person said, and nothing of what we said: our own opt-out words must not count as theirs. */
function wordsOf(messages: unknown): string | null {
  if (!Array.isArray(messages)) return null;
  const lines = messages.map(objectOf)
    .filter(({ role }) => role === "user" || role === "customer")
    .map(({ message, content }) => textOrNull(message, 4000) ?? textOrNull(content, 4000))
    .filter((line) => line !== null);
  return lines.length > 0 ? lines.join("\n").slice(0, 20_000) : null;
}

/** Connected, even to a machine, is delivered; nobody there or no line is not. */
function outcomeOf(reason: string): MessageEventKind {
  if (/error|fail|rejected|fault|busy|did-not-answer|no-answer|out-of-reach|deleted/.test(reason)) {
    return "failed";
  }
  return "delivered";
}

// Vapi's server messages. Two are used: a call's change of state, and the report at its end.
import { isoOf, jsonOf, keyOf, objectOf, phoneOrNull, textOrNull, uuidOrNull } from "../content.ts";
import { cutMiddle } from "../../platform/text.ts";
import { type Delivery, type InboxEvent, MalformedPayload } from "../events.ts";
import type { WebhookEndpoint } from "../types.ts";
import { isGreeting, wasConnected } from "./ended_reasons.ts";

type Fields = Record<string, unknown>;

/** Vapi sends other messages many times a second during a call; those are not even stored. */
const USED = new Set(["status-update", "end-of-call-report"]);

export function readVapi(delivery: Delivery): InboxEvent[] {
  const message = objectOf(objectOf(jsonOf(delivery.body)).message);
  const type = textOrNull(message.type, 60);
  if (!type) throw new MalformedPayload("message.type is missing.");
  if (!USED.has(type)) return [];
  const call = objectOf(message.call);
  const callId = textOrNull(call.id, 100);
  if (!callId) throw new MalformedPayload("message.call.id is missing.");
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
  // Ringing or in progress: the call was placed. The report says how it ended.
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
  const callArtifact = objectOf(call.artifact);
  const transcript = [artifact, message, callArtifact, call]
    .map((place) => textOrNull(place.transcript, 200_000)).find((text) => text !== null) ?? null;
  const personText = [
    ...[artifact.messages, message.messages, callArtifact.messages, call.messages],
    ...[artifact.messagesOpenAIFormatted, message.messagesOpenAIFormatted],
  ].map(personTextOf).find((text) => text !== null) ?? linesOf(transcript);
  const greeting = personText !== null && isGreeting(reason, personText);
  const kind = wasConnected(reason, personText !== null) ? "delivered" : "failed";
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
    answered: personText !== null && !greeting,
    transcript,
    person_text: personText,
    cost_usd: typeof cost === "number" && cost >= 0 && cost < 10_000 ? cost : null,
    seconds: startedAt && endedAt
      ? Math.max(0, Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000))
      : null,
  };
}

/** The person's lines only: our own opt-out notice must not count as the person's opt-out. */
function personTextOf(messages: unknown): string | null {
  if (!Array.isArray(messages)) return null;
  const lines = messages.map(objectOf)
    .filter(({ role }) => role === "user" || role === "customer")
    .map(({ message, content }) => textOrNull(message, 100_000) ?? textOrNull(content, 100_000))
    .filter((line) => line !== null);
  return lines.length > 0 ? cutMiddle(lines.join("\n"), 20_000) : null;
}

/** The person's lines of a transcript: "User: …", up to the next speaker. */
function linesOf(transcript: string | null): string | null {
  const lines = [...(transcript ?? "").matchAll(
    /^(?:user|customer|human):[ \t]*([^]*?)(?=\n(?:ai|bot|assistant|user|customer|human|system|tool):|$(?![^]))/gim,
  )].map((found) => found[1]!.trim()).filter((line) => line !== "");
  return lines.length > 0 ? cutMiddle(lines.join("\n"), 20_000) : null;
}

export const vapiEndpoints: Record<string, WebhookEndpoint> = {
  vapi: { read: readVapi, maxBytes: 4 * 1024 * 1024 },
};

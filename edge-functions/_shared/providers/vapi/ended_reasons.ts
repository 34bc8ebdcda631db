// Why calls end, as Vapi documents it: https://docs.vapi.ai/calls/call-ended-reason. Reasons as of VERSION.

/** The release of @vapi-ai/server-sdk whose list of reasons was read. */
export const VERSION = "2.0.1";

/** The call never reached a person or a machine. Names ending in * stand for all that begin so. */
const NOT_CONNECTED = [
  ...[
    "assistant-not-found",
    "assistant-not-valid",
    "assistant-not-invalid",
    "assistant-not-provided",
  ],
  ...["assistant-request-*", "assistant-join-timed-out", "call-start-error-*", "call.start.*"],
  ...["call.ringing.*", "call-deleted", "scheduled-call-deleted", "manually-canceled"],
  ...["customer-busy", "customer-did-not-answer", "customer-did-not-give-microphone-permission"],
  ...["phone-call-provider-bypass-enabled-but-no-call-received", "worker-shutdown"],
  ...["twilio-failed-to-connect-call", "twilio-reported-customer-misdialed"],
  ...["vonage-failed-to-connect-call", "vonage-rejected", "call.in-progress.error-sip-*"],
];

/** It connected and broke off: without a word of the person it counts as failed. */
const BROKE_OFF = /error|fail|fault|unavailable|not-found|disconnected|closed-websocket/;

const isListed = (reason: string): boolean =>
  NOT_CONNECTED.some((name) =>
    name.endsWith("*") ? reason.startsWith(name.slice(0, -1)) : reason === name
  );

/** Whether the call was connected, even to a machine; `spoke`: the report has words of the person. */
export function wasConnected(reason: string, spoke: boolean): boolean {
  return spoke || !(isListed(reason) || BROKE_OFF.test(reason) || /no-answer|busy/.test(reason));
}

/** A greeting that the assistant took for a person. */
const GREETING =
  /\b(leave|record) (me |us |a |your )*(brief |short |detailed )?(message|name)\b|\b(after|at) the (tone|beep)\b|\b(you have|you've) reached\b|\b(voice ?mail|mailbox)\b|\b(is|are|am|'m) (not available|unavailable|unable to (come|take|answer))\b|\bforwarded to an automat/i;

export const isGreeting = (reason: string, words: string): boolean =>
  reason === "voicemail" || (words.length < 600 && GREETING.test(words));

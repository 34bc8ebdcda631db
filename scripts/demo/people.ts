// How the demo's fictional people behave. Behaviour depends only on their address or number, so every run
// has the same result.
import { createHash } from "node:crypto";
import type { Persona, Reaction, Touch } from "../sandbox/types.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A share from 0 to 1, derived from the person. */
const nature = (touch: Touch) =>
  createHash("sha256").update(`${touch.channel} ${touch.to}`).digest().readUInt32BE() / 2 ** 32;

/** Ten o'clock in Los Angeles, some days later. */
function appointment(at: Date, days: number): Date {
  const start = new Date(at.getTime() + days * DAY);
  start.setUTCHours(18, 0, 0, 0);
  return start;
}

function reads(share: number): Reaction[] {
  return share < 0.4
    ? [{ kind: "open", machine: true, after: MINUTE }]
    : share < 0.75
    ? [{ kind: "open", after: 50 * MINUTE }]
    : [];
}

function email(touch: Touch): Reaction[] {
  const n = nature(touch);
  if (n < 0.05) return [{ kind: "bounce" }];
  if (n < 0.07) return [{ kind: "defer", after: MINUTE }, { kind: "deliver", after: 90 * MINUTE }];
  if (n < 0.12) {
    return [
      { kind: "open", after: 20 * MINUTE },
      { kind: "reply", text: "Yes, we are thinking about it. Call me.", after: 30 * MINUTE },
      { kind: "book", start: appointment(touch.at, 2), after: 3 * HOUR },
    ];
  }
  if (n < 0.17) return [{ kind: "reply", text: "What would you pay for it?", after: 40 * MINUTE }];
  if (n < 0.2) return [{ kind: "reply", text: "No thanks, not interested.", after: HOUR }];
  if (n < 0.22) {
    return [{ kind: "reply", text: "Please take me off your list.", after: 35 * MINUTE }];
  }
  if (n < 0.26) {
    return [{ kind: "open", after: 10 * MINUTE }, { kind: "one_click", after: 15 * MINUTE }];
  }
  if (n < 0.27) return [{ kind: "spamreport", after: 2 * HOUR }];
  if (n < 0.32) {
    return [{ kind: "open", after: 25 * MINUTE }, { kind: "click", after: 26 * MINUTE }];
  }
  return reads((n * 7919) % 1);
}

function sms(touch: Touch): Reaction[] {
  const n = nature(touch);
  if (n < 0.1) return [{ kind: "reply", text: "STOP", after: 15 * MINUTE }];
  if (n < 0.14) return [{ kind: "undelivered", code: 30005 }];
  if (n < 0.24) {
    return [
      { kind: "reply", text: "Sure, let's talk", after: 20 * MINUTE },
      { kind: "book", start: appointment(touch.at, 3), after: 2 * HOUR },
    ];
  }
  if (n < 0.32) return [{ kind: "reply", text: "Who is this? How much?", after: 30 * MINUTE }];
  if (n < 0.35) return [{ kind: "reply", text: "HELP", after: 10 * MINUTE }];
  return [];
}

function voice(touch: Touch): Reaction[] {
  const n = nature(touch);
  const hello = { role: "assistant" as const, text: touch.text };
  const says = (text: string) => ({ role: "user" as const, text });
  if (n < 0.15) {
    return [
      {
        kind: "talk",
        seconds: 95,
        lines: [hello, says("I could meet somebody this week."), {
          role: "assistant",
          text: "Good, I will send you the times.",
        }],
        summary: "Wants to meet.",
        structuredData: { interested: true },
      },
      { kind: "book", start: appointment(touch.at, 3), after: 30 * MINUTE },
    ];
  }
  if (n < 0.25) {
    return [{
      kind: "talk",
      seconds: 12,
      lines: [hello, says("Do not call me again.")],
      summary: "Asked not to be called again.",
      structuredData: { opt_out: true },
    }];
  }
  if (n < 0.4) {
    return [{ kind: "talk", endedReason: "voicemail", seconds: 8, lines: [hello] }];
  }
  return [];
}

export const people: Persona = (touch) =>
  touch.channel === "email" ? email(touch) : touch.channel === "sms" ? sms(touch) : voice(touch);

import { expect, test } from "vitest";
import { isAutomaticText } from "../../../edge-functions/_shared/inbound/automatic_texts.ts";

test.each([
  "I'm driving with Do Not Disturb While Driving turned on. I'll see your message when I get where I'm going.",
  "I'm driving right now. I'll get back to you later.",
  "I am driving, can I call you later",
  '(I\'m not receiving notifications. If this is urgent, reply "urgent" to send a notification through.)',
  "Auto reply: I'm in a meeting",
  "This is an automated response. We received your message.",
])("a phone sent it: %s", (text) => expect(isAutomaticText(text)).toBe(true));

test.each([
  "STOP",
  "I'm driving by the house tomorrow, what would you pay?",
  "Call me later, I'm busy",
  "I'm in a meeting with my wife about this, what is the price?",
  "Who is this? I drive a truck",
])("a person wrote it: %s", (text) => expect(isAutomaticText(text)).toBe(false));

// Twilio's webhooks: status callbacks, inbound SMS, calls, and JSON bodies, all signed.
import type { Context } from "../context.ts";
import type { Webhook } from "../outbox.ts";
import { randomHex, randomUuid } from "../random.ts";
import { signTwilioForm, signTwilioJson } from "./sign.ts";
import type { Answer, Reaction, ReceivedCall, ReceivedMessage, Touch } from "../types.ts";

export const problem = (status: number, code: number, message: string): Answer => ({
  status,
  body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
});

const stopWords =
  /^\s*(stop|stopall|unsubscribe|cancel|end|quit|revoke|optout|opt out)\s*[.!]?\s*$/i;
const startWords = /^\s*(start|yes|unstop)\s*$/i;
const helpWords = /^\s*(help|info)\s*$/i;

/** Number that a Messaging Service of the sandbox sends from. */
export const serviceNumber = "+12025550142";

export class TwilioEvents {
  #context: Context;
  /** Numbers for which Twilio has recorded an opt-out after a STOP by SMS. */
  readonly blocked = new Set<string>();

  constructor(context: Context) {
    this.#context = context;
  }

  form(url: string, fields: Record<string, string>): Webhook {
    const form = new URLSearchParams(fields);
    return {
      url,
      headers: {
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        "user-agent": "TwilioProxy/1.1",
        "i-twilio-idempotency-token": randomUuid(this.#context.random),
        "x-twilio-signature": signTwilioForm(this.#context.secrets.twilio.authToken, url, form),
      },
      body: form.toString(),
    };
  }

  /** A webhook with a JSON body; the hash of the body goes into the URL and is signed with it. */
  json(url: string, value: unknown): Webhook {
    const body = JSON.stringify(value);
    const signed = signTwilioJson(this.#context.secrets.twilio.authToken, url, body);
    return {
      url: signed.url,
      headers: { "content-type": "application/json", "x-twilio-signature": signed.signature },
      body,
    };
  }

  playMessage(message: ReceivedMessage, touch: Touch, reactions: Reaction[]): void {
    const at = message.at.getTime();
    const failed = reactions.find((reaction) => reaction.kind === "undelivered");
    message.from ??= serviceNumber;
    this.#status(message, at + 1_000, "sent");
    if (failed?.kind === "undelivered") {
      message.errorCode = failed.code ?? 30003;
      this.#status(message, at + (failed.after ?? 4_000), "undelivered", message.errorCode);
    } else {
      const delivery = reactions.find((reaction) => reaction.kind === "deliver");
      this.#status(message, at + (delivery?.after ?? 3_000), "delivered");
    }
    for (const reaction of reactions) {
      const due = at + (reaction.after ?? 60_000);
      if (reaction.kind === "undelivered" || reaction.kind === "deliver") continue;
      if (reaction.kind === "reply") {
        this.inbound(message.to, message.from, reaction.text, due, message.messagingServiceSid);
      } else this.#context.book(reaction, touch, due);
    }
  }

  #status(message: ReceivedMessage, due: number, status: string, code?: number): void {
    message.status = status;
    const url = message.statusCallback;
    if (!url) return;
    this.#context.outbox.add(due, "twilio", status, () =>
      this.form(url, {
        ...(code ? { ErrorCode: String(code) } : {}),
        RawDlrDoneDate: dlrDate(new Date(due)),
        SmsSid: message.sid,
        SmsStatus: status,
        MessageStatus: status,
        To: message.to,
        MessageSid: message.sid,
        AccountSid: this.#context.secrets.twilio.accountSid,
        From: message.from ?? serviceNumber,
        ApiVersion: "2010-04-01",
        ...(message.messagingServiceSid
          ? { MessagingServiceSid: message.messagingServiceSid }
          : {}),
      }));
  }

  /** A person's SMS: STOP keywords block the number, as Twilio's own handling does. */
  inbound(
    from: string,
    to: string,
    text: string,
    due: number,
    service: string | null = null,
  ): void {
    const context = this.#context;
    const word = stopWords.test(text)
      ? "STOP"
      : startWords.test(text)
      ? "START"
      : helpWords.test(text)
      ? "HELP"
      : null;
    const sid = `SM${randomHex(context.random, 32)}`;
    context.outbox.add(due, "twilio", "inbound", () => {
      if (word === "STOP") this.blocked.add(from);
      if (word === "START") this.blocked.delete(from);
      const base = context.webhooksUrl();
      if (!base) return null;
      return this.form(`${base}/twilio/sms`, {
        ToCountry: "US",
        ToState: "",
        SmsMessageSid: sid,
        NumMedia: "0",
        ToCity: "",
        FromZip: "",
        SmsSid: sid,
        FromState: "",
        SmsStatus: "received",
        FromCity: "",
        Body: text,
        FromCountry: "US",
        To: to,
        ...(service ? { MessagingServiceSid: service } : {}),
        ...(service && word ? { OptOutType: word } : {}),
        ToZip: "",
        NumSegments: "1",
        MessageSid: sid,
        AccountSid: context.secrets.twilio.accountSid,
        From: from,
        ApiVersion: "2010-04-01",
      });
    });
  }

  playCall(call: ReceivedCall, touch: Touch, reactions: Reaction[]): void {
    const at = call.at.getTime();
    const callback = String(call.request.StatusCallback ?? "");
    const talk = reactions.find((reaction) => reaction.kind === "talk");
    const answered = talk ? !talk.endedReason || talk.endedReason.includes("ended") : true;
    const steps: [string, number][] = answered
      ? [["initiated", 0], ["ringing", 1_000], ["in-progress", 5_000], ["completed", 65_000]]
      : [["initiated", 0], ["ringing", 1_000], ["no-answer", 30_000]];
    call.status = steps.at(-1)![0];
    for (const [index, [status, after]] of steps.entries()) {
      if (!callback) break;
      this.#context.outbox.add(at + after, "twilio", status, () =>
        this.form(callback, {
          CallSid: call.id,
          AccountSid: this.#context.secrets.twilio.accountSid,
          From: call.from ?? "",
          To: call.to,
          CallStatus: status,
          Direction: "outbound-api",
          ApiVersion: "2010-04-01",
          Timestamp: new Date(at + after).toUTCString().replace("GMT", "+0000"),
          CallbackSource: "call-progress-events",
          SequenceNumber: String(index),
          ...(status === "completed" ? { CallDuration: "60", Duration: "1" } : {}),
        }));
    }
    for (const reaction of reactions) {
      if (reaction.kind === "talk" || reaction.kind === "deliver") continue;
      this.#context.book(reaction, touch, at + (reaction.after ?? 60_000));
    }
  }
}

/** YYMMDDhhmm, as carriers write it. */
const dlrDate = (date: Date) => date.toISOString().replace(/\D/g, "").slice(2, 12);

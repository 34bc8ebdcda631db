// The fate of a mail: SendGrid's events in batches, replies through inbound parse.
import type { Context } from "../context.ts";
import type { Webhook } from "../outbox.ts";
import { randomHex, randomId } from "../random.ts";
import type { SendgridSuppressions } from "./suppressions.ts";
import { signSendgrid } from "./sign.ts";
import type { Reaction, ReceivedEmail, Touch } from "../types.ts";

const person =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const scanner = "Mozilla/5.0 (compatible; MailSafetyScanner/1.0)";

/** A signed POST of several events, as the Event Webhook sends them. */
export function eventBatch(context: Context, events: Record<string, unknown>[]): Webhook {
  const body = JSON.stringify(events);
  const timestamp = String(Math.floor(context.signingTime().getTime() / 1000));
  const { webhookPrivateKey } = context.secrets.sendgrid;
  return {
    url: `${context.webhooksUrl()}/sendgrid/events`,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "user-agent": "SendGrid Event API",
      "x-twilio-email-event-webhook-timestamp": timestamp,
      "x-twilio-email-event-webhook-signature": signSendgrid(webhookPrivateKey, timestamp, body),
    },
    body,
  };
}

export class SendgridEvents {
  #context: Context;
  #suppressions: SendgridSuppressions;

  constructor(context: Context, suppressions: SendgridSuppressions) {
    this.#context = context;
    this.#suppressions = suppressions;
  }

  play(email: ReceivedEmail, touch: Touch, reactions: Reaction[]): void {
    const at = email.at.getTime();
    const dropped = this.#suppressions.reasonFor(email.to);
    if (dropped) {
      email.status = "not_delivered";
      return this.#event(email, at, "dropped", { reason: dropped });
    }
    this.#event(email, at, "processed", { send_at: 0 });
    // A mail is delivered unless another reaction concerns its delivery.
    const ways = new Set(["deliver", "bounce", "drop"]);
    const complete = reactions.some(({ kind }) => ways.has(kind))
      ? reactions
      : [{ kind: "deliver" } as Reaction, ...reactions];
    for (const reaction of complete) {
      const usual = reaction.kind === "deliver" || reaction.kind === "bounce" ? 2_000 : 60_000;
      this.#one(email, touch, reaction, at + (reaction.after ?? usual));
    }
  }

  #one(email: ReceivedEmail, touch: Touch, reaction: Reaction, due: number): void {
    const when = new Date(due);
    switch (reaction.kind) {
      case "deliver":
        email.status = "delivered";
        return this.#event(email, due, "delivered", { response: "250 2.0.0 OK", tls: 1 });
      case "defer":
        return this.#event(email, due, "deferred", {
          response: reaction.reason ?? "451 4.3.2 Please try again later",
          attempt: "1",
        });
      case "bounce": {
        const type = reaction.type ?? "bounce";
        const status = reaction.status ?? (type === "bounce" ? "5.1.1" : "5.7.1");
        const reason = reaction.reason ??
          (type === "bounce"
            ? "550 5.1.1 The email account that you tried to reach does not exist."
            : "550 5.7.1 Message blocked");
        email.status = "not_delivered";
        const list = type === "bounce" ? "bounces" : "blocks";
        this.#suppressions.add(list, email.to, { reason, status }, when);
        return this.#event(email, due, "bounce", {
          ...{ type, reason, status, tls: 1 },
          bounce_classification: type === "bounce" ? "Invalid Address" : "Reputation",
        });
      }
      case "drop":
        email.status = "not_delivered";
        return this.#event(email, due, "dropped", { reason: reaction.reason ?? "Invalid" });
      case "open":
        email.opens++;
        return this.#event(email, due, "open", {
          useragent: reaction.userAgent ?? person,
          sg_machine_open: reaction.machine ?? false,
          sg_content_type: "html",
        });
      case "click":
        email.clicks++;
        return this.#event(email, due, "click", {
          url: reaction.url ?? /https?:\/\/[^\s"<>]+/.exec(email.text)?.[0] ??
            "https://example.com/",
          useragent: reaction.userAgent ?? person,
          url_offset: { index: 0, type: "html" },
        });
      case "spamreport":
        this.#suppressions.add("spam_reports", email.to, {}, when);
        return this.#event(email, due, "spamreport", {});
      case "unsubscribe":
        this.#suppressions.add("unsubscribes", email.to, {}, when);
        return this.#event(email, due, "unsubscribe", {});
      case "group_unsubscribe":
        return this.#event(email, due, "group_unsubscribe", { asm_group_id: reaction.group ?? 1 });
      case "one_click":
        return this.#oneClick(email, due);
      case "reply":
        return this.reply(email, reaction.text, due);
      default:
        return this.#context.book(reaction, touch, due);
    }
  }

  #event(
    email: ReceivedEmail,
    due: number,
    event: string,
    more: Record<string, unknown>,
  ): void {
    const { random } = this.#context;
    const network = ["open", "click", "bounce", "delivered"].includes(event);
    const fields = {
      email: email.to,
      timestamp: Math.floor(due / 1000),
      "smtp-id": `<${email.id}@geopod-ismtpd-1>`,
      event,
      category: email.categories,
      ...email.customArgs,
      sg_event_id: randomId(random, 48),
      sg_message_id: email.sgMessageId,
      ...(network ? { ip: "192.0.2.10" } : {}),
      ...more,
    };
    if (this.#context.webhooksUrl()) this.#context.outbox.addEvent(due, "sendgrid", fields);
  }

  /** RFC 8058: POST to the https or http address of List-Unsubscribe. */
  #oneClick(email: ReceivedEmail, due: number): void {
    const value = Object.entries(email.headers)
      .find(([name]) => name.toLowerCase() === "list-unsubscribe")?.[1] ?? "";
    const url = /<(https?:[^>]+)>/.exec(value)?.[1];
    if (!url) return;
    this.#context.outbox.add(due, "sendgrid", "one_click", () => ({
      url,
      headers: { "content-type": "application/x-www-form-urlencoded", "user-agent": scanner },
      body: "List-Unsubscribe=One-Click",
    }));
  }

  /** Inbound parse: multipart fields as SendGrid posts them, with the credentials of the URL. */
  reply(email: ReceivedEmail, text: string, due: number): void {
    const to = email.replyTo ?? email.from;
    const subject = `Re: ${email.subject}`;
    this.inbound({ from: email.to, to, subject, text, inReplyTo: email, due });
  }

  inbound(mail: {
    from: string;
    to: string;
    subject: string;
    text: string;
    inReplyTo?: ReceivedEmail;
    due: number;
  }): void {
    const context = this.#context;
    if (!context.webhooksUrl()) return;
    const messageId = `<${randomHex(context.random, 24)}@mail.example.com>`;
    const reference = mail.inReplyTo && `<${mail.inReplyTo.id}@geopod-ismtpd-1>`;
    const headers = [
      "Received: by mx0001.example.net with SMTP id sandbox",
      `Date: ${new Date(mail.due).toUTCString().replace("GMT", "+0000")}`,
      `From: <${mail.from}>`,
      `To: <${mail.to}>`,
      `Subject: ${mail.subject}`,
      `Message-ID: ${messageId}`,
      ...(reference ? [`In-Reply-To: ${reference}`, `References: ${reference}`] : []),
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=UTF-8",
    ].join("\n") + "\n";
    const { inboundSecret } = context.secrets.sendgrid;
    context.outbox.add(mail.due, "sendgrid", "inbound", () => {
      const body = new FormData();
      const fields = {
        headers,
        dkim: "{@example.com : pass}",
        to: mail.to,
        from: mail.from,
        subject: mail.subject,
        text: mail.text + "\n",
        sender_ip: "192.0.2.20",
        spam_report: "",
        spam_score: "0.1",
        envelope: JSON.stringify({ to: [mail.to], from: mail.from }),
        attachments: "0",
        charsets: JSON.stringify({ to: "UTF-8", from: "UTF-8", subject: "UTF-8", text: "utf-8" }),
        SPF: "pass",
      };
      for (const [name, value] of Object.entries(fields)) body.set(name, value);
      return {
        url: `${context.webhooksUrl()}/sendgrid/inbound`,
        headers: {
          "user-agent": "Sendlib/1.0",
          authorization: `Basic ${Buffer.from(`sendgrid:${inboundSecret}`).toString("base64")}`,
        },
        body,
      };
    });
  }
}

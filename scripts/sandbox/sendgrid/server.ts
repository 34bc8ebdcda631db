// SendGrid's v3 API: mail/send, suppressions, Email Activity. Responds with SendGrid's texts.
import { type Context, react } from "../context.ts";
import { header, parseJson, type ProviderHandler } from "../http.ts";
import { randomHex, randomId } from "../random.ts";
import { findEmails, summary } from "./activity.ts";
import { SendgridEvents } from "./events.ts";
import { type Address, type Mail, type Problem, validate } from "./mail.ts";
import { SendgridSuppressions } from "./suppressions.ts";
import type { Answer, Incoming, ReceivedEmail } from "../types.ts";

const errors = (status: number, problems: Problem[], headers?: Record<string, string>): Answer => ({
  status,
  headers,
  body: { errors: problems.map((problem) => ({ ...problem, help: null })) },
});

export class Sendgrid implements ProviderHandler {
  #context: Context;
  readonly events: SendgridEvents;
  readonly suppressions: SendgridSuppressions;

  constructor(context: Context) {
    this.#context = context;
    this.suppressions = new SendgridSuppressions(context);
    this.events = new SendgridEvents(context, this.suppressions);
  }

  handle(request: Incoming): Answer {
    const authorization = header(request, "authorization");
    if (!authorization) {
      return errors(401, [{ message: "Permission denied, wrong credentials", field: null }]);
    }
    if (authorization !== `Bearer ${this.#context.secrets.sendgrid.apiKey}`) {
      const message = "The provided authorization grant is invalid, expired, or revoked";
      return errors(401, [{ message, field: null }]);
    }
    const { method, path } = request;
    if (path === "/v3/mail/send") {
      if (method !== "POST") return errors(405, [{ message: "method not allowed", field: null }]);
      return this.#send(request);
    }
    if (path === "/v3/messages" && method === "GET") return this.#activity(request);
    if (path.startsWith("/v3/messages/") && method === "GET") {
      const id = decodeURIComponent(path.slice("/v3/messages/".length));
      const email = this.#context.received.emails.find((mail) => mail.sgMessageId === id);
      if (!email) return errors(404, [{ message: "resource not found", field: null }]);
      return { status: 200, body: summary(email) };
    }
    const suppressed = this.suppressions.handle(request);
    return suppressed ?? errors(404, [{ message: "resource not found", field: null }]);
  }

  refuse(status: number, retryAfter: number | undefined): Answer {
    const words: Record<number, string> = {
      401: "The provided authorization grant is invalid, expired, or revoked",
      403: "access forbidden",
      413: "The JSON payload you have included in your request is too large.",
      429: "too many requests",
      503: "The SendGrid v3 Web API is not available.",
    };
    const headers: Record<string, string> = {};
    if (status === 429) {
      const seconds = retryAfter ?? 1;
      const reset = Math.ceil(this.#context.signingTime().getTime() / 1000) + seconds;
      headers["x-ratelimit-limit"] = "600";
      headers["x-ratelimit-remaining"] = "0";
      headers["x-ratelimit-reset"] = String(reset);
    }
    if (retryAfter !== undefined) headers["retry-after"] = String(retryAfter);
    const message = words[status] ?? "An error occurred on a SendGrid server.";
    return errors(status, [{ message, field: null }], headers);
  }

  #send(request: Incoming): Answer {
    if (!/^application\/json/i.test(header(request, "content-type"))) {
      return errors(415, [{ message: "Content-Type should be application/json.", field: null }]);
    }
    const mail = parseJson(request) as Mail | null;
    if (!mail) return errors(400, [{ message: "Bad Request", field: null }]);
    const problems = validate(mail);
    if (problems.length > 0) return errors(400, problems);
    // Sandbox mode validates but does not send: 200 instead of 202.
    if (mail.mail_settings?.sandbox_mode?.enable) return { status: 200, body: "" };
    const id = randomId(this.#context.random, 22);
    for (const [index, personalization] of mail.personalizations!.entries()) {
      const people = [
        ...personalization.to!,
        ...personalization.cc ?? [],
        ...personalization.bcc ?? [],
      ];
      for (const [position, to] of people.entries()) {
        this.#accept(mail, personalization, to, id, index + position);
      }
    }
    return { status: 202, headers: { "x-message-id": id }, body: "" };
  }

  #accept(
    mail: Mail,
    personalization: NonNullable<Mail["personalizations"]>[number],
    to: Address,
    id: string,
    index: number,
  ): void {
    const context = this.#context;
    const part = (type: string) => mail.content?.find((part) => part.type === type)?.value;
    const email: ReceivedEmail = {
      id,
      sgMessageId: `${id}.recvd-${randomHex(context.random, 10)}-1-${
        randomHex(context.random, 8).toUpperCase()
      }-${index}.0`,
      at: context.now(),
      to: to.email.toLowerCase(),
      from: mail.from!.email,
      replyTo: mail.reply_to?.email ?? null,
      subject: personalization.subject ?? mail.subject ?? "",
      text: part("text/plain") ?? "",
      html: part("text/html") ?? null,
      headers: { ...mail.headers, ...personalization.headers },
      customArgs: { ...mail.custom_args, ...personalization.custom_args },
      categories: mail.categories ?? [],
      status: "processed",
      opens: 0,
      clicks: 0,
    };
    context.received.emails.push(email);
    const { touch, reactions } = react(context, {
      channel: "email",
      ...{ to: email.to, from: email.from, subject: email.subject, text: email.text },
      ...{ args: email.customArgs, headers: email.headers, at: email.at },
    });
    this.events.play(email, touch, reactions);
  }

  #activity(request: Incoming): Answer {
    const limit = Number(request.query.get("limit") ?? "10");
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
      return errors(400, [{ message: "limit must be between 1 and 1000", field: "limit" }]);
    }
    const { emails } = this.#context.received;
    const found = findEmails(emails, request.query.get("query") ?? "");
    if ("fault" in found) {
      return errors(400, [{ message: `invalid query: ${found.fault}`, field: "query" }]);
    }
    return { status: 200, body: { messages: found.slice(0, limit).map(summary) } };
  }
}

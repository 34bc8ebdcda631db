// SendGrid's v3 API: mail/send, suppressions, Email Activity. Answers in SendGrid's words.
import { type Context, react } from "./context.ts";
import { header, parseJson, type ProviderHandler } from "./http.ts";
import { randomHex, randomId } from "./random.ts";
import { SendgridEvents } from "./sendgrid-events.ts";
import { SendgridSuppressions } from "./sendgrid-suppressions.ts";
import type { Answer, Incoming, ReceivedEmail } from "./types.ts";

interface Address {
  email: string;
  name?: string;
}

interface Mail {
  personalizations?: {
    to?: Address[];
    cc?: Address[];
    bcc?: Address[];
    subject?: string;
    headers?: Record<string, string>;
    custom_args?: Record<string, string>;
  }[];
  from?: Address;
  reply_to?: Address;
  subject?: string;
  content?: { type: string; value: string }[];
  headers?: Record<string, string>;
  categories?: string[];
  custom_args?: Record<string, string>;
  template_id?: string;
  mail_settings?: { sandbox_mode?: { enable?: boolean } };
}

interface Problem {
  message: string;
  field: string | null;
}

const emailPattern = /^[^\s@<>(),;:"[\]\\]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)+$/i;
const reservedHeaders = new Set(
  [
    "x-sg-id",
    "x-sg-eid",
    "received",
    "dkim-signature",
    "content-type",
    "content-transfer-encoding",
    "to",
    "from",
    "subject",
    "reply-to",
    "cc",
    "bcc",
  ],
);

const errors = (status: number, problems: Problem[], headers?: Record<string, string>): Answer => ({
  status,
  headers,
  body: { errors: problems.map((problem) => ({ ...problem, help: null })) },
});

export class Sendgrid implements ProviderHandler {
  #context: Context;
  #events: SendgridEvents;
  readonly suppressions: SendgridSuppressions;

  constructor(context: Context) {
    this.#context = context;
    this.suppressions = new SendgridSuppressions(context);
    this.#events = new SendgridEvents(context, this.suppressions);
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
    // Sandbox mode checks and sends nothing: 200 instead of 202.
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
    this.#events.play(email, touch, reactions);
  }

  /** `unique_args['k']="v" AND to_email="…"`, `msg_id LIKE "…%"`, as documented for Email Activity. */
  #activity(request: Incoming): Answer {
    const limit = Number(request.query.get("limit") ?? "10");
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
      return errors(400, [{ message: "limit must be between 1 and 1000", field: "limit" }]);
    }
    const query = request.query.get("query") ?? "";
    let found = [...this.#context.received.emails].reverse();
    for (const term of query.split(/\s+AND\s+/i).filter((term) => term.trim())) {
      const clean = term.trim().replace(/^\(+|\)+$/g, "");
      const match = /^(\w+)(?:\[\s*['"]?([\w-]+)['"]?\s*\])?\s*(=|LIKE)\s*['"](.*)['"]$/i.exec(
        clean,
      );
      const test = match && filterOf(match[1], match[2], match[3].toUpperCase(), match[4]);
      if (!test) return errors(400, [{ message: `invalid query: ${clean}`, field: "query" }]);
      found = found.filter(test);
    }
    return { status: 200, body: { messages: found.slice(0, limit).map(summary) } };
  }
}

function filterOf(field: string, key: string | undefined, operator: string, wanted: string) {
  const fits = (value: string | undefined) => {
    if (value === undefined) return false;
    if (operator !== "LIKE") return value === wanted;
    const pattern = wanted.split("%").map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${pattern.join(".*")}$`).test(value);
  };
  const fields: Record<string, (mail: ReceivedEmail) => string | undefined> = {
    msg_id: (mail) => mail.sgMessageId,
    to_email: (mail) => mail.to,
    from_email: (mail) => mail.from,
    subject: (mail) => mail.subject,
    status: (mail) => mail.status,
    unique_args: (mail) => key === undefined ? undefined : mail.customArgs[key],
    categories: (mail) => mail.categories.find((category) => fits(category)),
  };
  const read = fields[field.toLowerCase()];
  return read && ((mail: ReceivedEmail) => fits(read(mail)));
}

const summary = (mail: ReceivedEmail) => ({
  from_email: mail.from,
  msg_id: mail.sgMessageId,
  subject: mail.subject,
  to_email: mail.to,
  status: mail.status,
  opens_count: mail.opens,
  clicks_count: mail.clicks,
  last_event_time: mail.at.toISOString().replace(/\.\d+Z$/, "Z"),
});

function validate(mail: Mail): Problem[] {
  const problems: Problem[] = [];
  const fail = (message: string, field: string) => problems.push({ message, field });
  if (!Array.isArray(mail.personalizations) || mail.personalizations.length === 0) {
    fail(
      "The personalizations field is required and must have at least one personalization.",
      "personalizations",
    );
  } else if (mail.personalizations.length > 1000) {
    fail("The personalizations field must have at most 1000 personalizations.", "personalizations");
  }
  for (const [index, person] of (mail.personalizations ?? []).entries()) {
    const field = `personalizations.${index}`;
    if (!Array.isArray(person.to) || person.to.length === 0) {
      fail(
        "The to array is required for all personalization objects, and must have at least one email object with a valid email address.",
        `${field}.to`,
      );
    }
    const seen = new Set<string>();
    for (const kind of ["to", "cc", "bcc"] as const) {
      for (const [at, address] of (person[kind] ?? []).entries()) {
        const email = String(address?.email ?? "").toLowerCase();
        if (!emailPattern.test(email)) {
          fail("Does not contain a valid address.", `${field}.${kind}.${at}.email`);
        } else if (seen.has(email)) {
          fail(
            "Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of " +
              `[${email}] in the ${field}.${kind} field.`,
            field,
          );
        }
        seen.add(email);
      }
    }
  }
  if (!mail.from?.email) {
    fail(
      "The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter.",
      "from.email",
    );
  } else if (!emailPattern.test(mail.from.email)) {
    fail("Does not contain a valid address.", "from.email");
  }
  const subjects = (mail.personalizations ?? []).every((person) => person.subject);
  if (!mail.subject && !mail.template_id && !subjects) {
    fail(
      "The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.",
      "subject",
    );
  }
  if (!mail.template_id && !mail.content?.length) {
    fail(
      "Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block.",
      "content",
    );
  }
  for (const [index, part] of (mail.content ?? []).entries()) {
    if (!part?.value) {
      fail(
        "The content value must be a string at least one character in length.",
        `content.${index}.value`,
      );
    }
  }
  const types = (mail.content ?? []).map((part) => part?.type);
  if (types.includes("text/plain") && types.indexOf("text/plain") !== 0) {
    fail(
      "If present, text/plain and text/html may only be provided once, and text/plain must be first.",
      "content",
    );
  }
  for (const name of Object.keys(mail.headers ?? {})) {
    if (reservedHeaders.has(name.toLowerCase())) {
      fail(`The headers parameter cannot contain the reserved header ${name}.`, `headers.${name}`);
    }
  }
  if ((mail.categories?.length ?? 0) > 10) {
    fail("You cannot have more than 10 categories per request.", "categories");
  }
  const args = mail.custom_args ?? {};
  for (const [name, value] of Object.entries(args)) {
    if (typeof value !== "string") {
      fail("The custom_args values must be strings.", `custom_args.${name}`);
    }
  }
  if (JSON.stringify(args).length > 10_000) {
    fail("The combined size of custom arguments must be less than 10,000 bytes.", "custom_args");
  }
  return problems;
}

// SendGrid's inbound parse: a mail as a multipart form. Attachments are neither read nor stored.
import { parseMultipart } from "./multipart.ts";
import { emailOrNull, jsonOf, keyOf, objectOf, uuidOrNull } from "../content.ts";
import { automaticKind, isFromList } from "./automatic_mail.ts";
import { bodyOf, headersOf } from "./raw_mail.ts";
import { cleanText, cut } from "../../platform/text.ts";
import { type Delivery, type InboxEvent, MalformedPayload } from "../events.ts";
import { plainOf } from "../html_text.ts";

export type MailFields = Record<string, string>;

const FIELDS = [
  ...["headers", "from", "to", "cc", "subject", "text", "html", "envelope", "email"],
  ...["dkim", "SPF", "spam_score", "charsets", "sender_ip"],
];

/** The text fields; files and unknown fields are skipped. */
export function mailFieldsOf(delivery: Delivery): MailFields {
  if (/^application\/json/i.test(delivery.contentType)) {
    const fields = Object.entries(objectOf(jsonOf(delivery.body)));
    return Object.fromEntries(
      fields.filter((field): field is [string, string] => typeof field[1] === "string"),
    );
  }
  const form = parseMultipart(delivery.body, delivery.contentType);
  if (!form) throw new MalformedPayload("The request body is not a valid multipart form.");
  const charsets = charsetsOf(form.get("charsets"));
  return Object.fromEntries(
    FIELDS.flatMap((name) => {
      const bytes = form.get(name);
      return bytes ? [[name, decode(bytes, charsets[name])]] : [];
    }),
  );
}

/** The charset of each field: SendGrid passes them on as the sender encoded them. */
function charsetsOf(bytes: Uint8Array | undefined): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(decode(bytes ?? new Uint8Array(), "utf-8")));
  } catch {
    return {};
  }
}

function decode(bytes: Uint8Array, charset: unknown): string {
  try {
    return cleanText(
      new TextDecoder(typeof charset === "string" ? charset : "utf-8").decode(bytes),
    );
  } catch {
    return cleanText(new TextDecoder().decode(bytes));
  }
}

export function readMail(delivery: Delivery): InboxEvent[] {
  const fields = mailFieldsOf(delivery);
  const raw = fields.email ?? "";
  const headers = headersOf(fields.headers ?? raw.split(/\r?\n\r?\n/, 1)[0] ?? "");
  const envelopeFrom = envelopeOf(fields).from;
  const from = writerOf(headers, emailOrNull(fields.from) ?? emailOrNull(headers.from)) ??
    emailOrNull(envelopeFrom);
  if (!from) throw new MalformedPayload("The mail has no sender address.");
  const body = raw ? bodyOf(raw) : { text: null, html: null };
  const text = cut(
    firstOf(fields.text, body.text, plainOf(fields.html ?? ""), plainOf(body.html ?? "")),
    50_000,
  );
  const subject = cut(fields.subject ?? headers.subject ?? "", 1000);
  const messageId = headers["message-id"] ?? "";
  const common = {
    key: keyOf(
      "mail",
      messageId || null,
      from,
      messageId ? null : fields.subject,
      messageId ? null : text,
    ),
    name: "inbound_mail",
    // The Date header comes from the sender and its clock; the time of receipt counts instead.
    at: null,
  };
  const automatic = automaticKind({
    ...{ headers, from, subject, text },
    envelopeFrom: typeof envelopeFrom === "string" ? envelopeFrom.replace(/^<>$/, "") : null,
  });
  if (automatic === "answer") return [{ type: "other", ...common, name: "automatic_mail" }];
  const thread = `${headers["in-reply-to"] ?? ""} ${headers.references ?? ""}`;
  const answered = `${thread} ${fields.to ?? headers.to ?? ""}`;
  // SendGrid's Message-ID is <X-Message-Id@its-host>; the last reference is the newest.
  const ids = (given: string | undefined) =>
    [...(given ?? "").matchAll(/<([^<>@\s]{1,200})@/g)].map((found) => found[1]!);
  const references = [...ids(headers["in-reply-to"]), ...ids(headers.references).reverse()];
  return [{
    type: "reply",
    ...common,
    ...(automatic ? { name: "automatic_mail", automatic } : {}),
    channel: "email",
    from,
    text: text.trim() === "" ? subject : text,
    subject,
    message_id: uuidOrNull(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(answered)?.[0]),
    provider_id: references[0] ?? null,
    ...(references.length > 1 ? { references: [...new Set(references)].slice(0, 50) } : {}),
    opt_out_type: null,
  }];
}

/** The first with something of the person in it: some programs put the quoted mail alone into the plain text. */
const firstOf = (...texts: (string | null | undefined)[]): string =>
  texts.find((text) => text?.split("\n").some((line) => line.trim() && !NOT_OWN.test(line))) ??
    texts.find((text) => text?.trim()) ?? "";
const NOT_OWN =
  /^\s*>|\b(?:html (?:viewer|e-?mail|compatible)|view (?:this|it) in (?:your|a) browser|in html format)\b|\bwrote:\s*$/i;

/** Whoever wrote to a mailing list that put its own address in From. */
function writerOf(headers: Record<string, string>, from: string | null): string | null {
  if (!isFromList(headers)) return from;
  const original = emailOrNull(headers["x-original-from"]) ??
    emailOrNull(headers["x-original-sender"]);
  if (original) return original;
  const list = emailOrNull(/<mailto:([^>?]+)/i.exec(headers["list-post"] ?? "")?.[1]);
  const answer = emailOrNull(headers["reply-to"]);
  return from === list && answer && answer !== list ? answer : from;
}

function envelopeOf(fields: MailFields): { from?: unknown } {
  try {
    return objectOf(JSON.parse(fields.envelope ?? "{}"));
  } catch {
    return {};
  }
}

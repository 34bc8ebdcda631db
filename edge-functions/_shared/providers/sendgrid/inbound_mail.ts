// SendGrid's inbound parse: a mail as a multipart form. Attachments are neither read nor stored.
import { parseMultipart } from "./multipart.ts";
import { emailOrNull, jsonOf, keyOf, objectOf, textOrNull, uuidOrNull } from "../content.ts";
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
  const from = emailOrNull(fields.from) ?? emailOrNull(headers.from) ??
    emailOrNull(envelopeOf(fields).from);
  if (!from) throw new MalformedPayload("The mail has no sender address.");
  const text = cut(fields.text ?? plainOf(fields.html ?? ""), 50_000);
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
  // Out-of-office replies, bounces and lists: not written by a person.
  if (isAutomatic(headers, from)) return [{ type: "other", ...common, name: "automatic_mail" }];
  const answered = `${headers["in-reply-to"] ?? ""} ${headers.references ?? ""} ${fields.to ?? ""}`;
  return [{
    type: "reply",
    ...common,
    channel: "email",
    from,
    text: text.trim() === "" ? (fields.subject ?? "") : text,
    message_id: uuidOrNull(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(answered)?.[0]),
    // SendGrid's Message-ID is <X-Message-Id@its-host>.
    provider_id: textOrNull(/<([^<>@\s]+)@/.exec(headers["in-reply-to"] ?? "")?.[1], 200),
    opt_out_type: null,
  }];
}

function envelopeOf(fields: MailFields): { from?: unknown } {
  try {
    return objectOf(JSON.parse(fields.envelope ?? "{}"));
  } catch {
    return {};
  }
}

/** Header fields, unfolded, by their names in lower case; the first of each. */
function headersOf(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const found = /^([!-9;-~]+):\s*(.*)$/.exec(line);
    if (found) headers[found[1]!.toLowerCase()] ??= found[2]!.trim();
  }
  return headers;
}

function isAutomatic(headers: Record<string, string>, from: string): boolean {
  const submitted = headers["auto-submitted"] ?? "no";
  return !/^no\b/i.test(submitted) || /^(bulk|junk|list)$/i.test(headers.precedence ?? "") ||
    "x-autoreply" in headers || "x-autorespond" in headers ||
    /^(oof|all)$/i.test(headers["x-auto-response-suppress"] ?? "") &&
      /automatic reply|out of office/i
        .test(headers.subject ?? "") ||
    /^(mailer-daemon|postmaster|no-?reply)@/.test(from);
}

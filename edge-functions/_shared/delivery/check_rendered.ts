// Required parts of a rendered template. The same rules as private.check_rendered, repeated here so that no
// text passes through the database again; a test keeps the two in agreement.
import type { Content, SendRequest } from "../providers/types.ts";

export interface SenderIdentity {
  name?: string | null;
  postal_address?: string | null;
  unsubscribe_url?: string | null;
}

/** The missing parts, in the wording of private.check_rendered; empty when none is. */
export function missingIn(
  channel: SendRequest["channel"],
  purpose: string,
  content: { subject: string | null; text: string | null; html: string | null },
  sender: SenderIdentity,
): string[] {
  const missing: string[] = [];
  if (purpose !== "marketing" && purpose !== "transactional") missing.push("purpose");
  if (channel === "email" && !content.subject?.trim()) missing.push("subject");
  if (!content.text?.trim()) missing.push("text");
  for (const part of ["subject", "text", "html"] as const) {
    const body = content[part];
    if (body === null) continue;
    if (/\{\{|\}\}|\{%|%\}/.test(body)) missing.push(`${part}: unrendered Liquid`);
    if (part === "subject") continue;
    const seen = asSeen(part === "html" ? withoutTags(body) : body);
    const shows = (value: string | null | undefined) =>
      Boolean(value?.trim()) && seen.includes(squeeze(value!.trim()).toLowerCase());
    if (channel === "email") {
      if (!shows(sender.postal_address)) missing.push(`${part}: postal address`);
      const url = sender.unsubscribe_url ?? "";
      if (!/^https?:\/\//.test(url) || !body.replaceAll("&amp;", "&").includes(url)) {
        missing.push(`${part}: unsubscribe link`);
      }
    } else {
      if (!shows(sender.name)) missing.push(`${part}: name of the sender`);
      if (!saysHowToStop(channel, body)) missing.push(`${part}: how to opt out`);
    }
  }
  return missing;
}

/** Only sequence messages need it all: confirmations, HELP answers and manual messages have their own texts. */
export function missingInRequest(
  request: SendRequest,
  content: Content,
  unsubscribeUrl: string | null,
): string[] {
  const sender = (request.variables.sender ?? {}) as SenderIdentity;
  const missing = missingIn(request.channel, request.purpose ?? "marketing", content, {
    name: sender.name ?? null,
    postal_address: sender.postal_address ?? null,
    unsubscribe_url: unsubscribeUrl,
  });
  if (!request.kind || request.kind === "sequence") return missing;
  return missing.filter((part) => part === "subject" || part === "text");
}

const squeeze = (text: string) => text.replace(/\s+/g, " ");

/** Applied one after the other, like private.visible_text. */
const withoutTags = (html: string) =>
  [/<!--.*?-->/gs, /<style.*?<\/style>/gis, /<head.*?<\/head>/gis, /<[^>]*>/g]
    .reduce((text, part) => text.replace(part, " "), html);

/** As a reader sees it: an address's entities decoded, whitespace collapsed. */
const asSeen = (text: string) =>
  squeeze(
    text.replaceAll("&amp;", "&").replaceAll("&#39;", "'").replaceAll("&#34;", '"')
      .replaceAll("&quot;", '"').replaceAll("&nbsp;", " "),
  ).toLowerCase();

function saysHowToStop(channel: SendRequest["channel"], text: string): boolean {
  if (channel === "sms") {
    return /\bSTOP\b/.test(text) &&
      (/\b(reply|text|send|txt)\b[^.!?]{0,40}\bstop\b/i.test(text) ||
        /\bstop\b[^.!?]{0,10}\b(to|2)\b[^.!?]{0,10}(stop|end|opt|unsub|cancel|quit)/i.test(text));
  }
  const verb = /\b(stop|not|never|opt[ -]?out|remove|take)\b[^.!?]{0,60}/;
  const object = /\b(call|calls|calling|called|contact|contacted|list|opt[ -]?out)\b/;
  return new RegExp(verb.source + object.source, "i").test(text) || /\bopt[ -]?out\b/i.test(text);
}

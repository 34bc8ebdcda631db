// What must still be there when a template has been filled in. The same rules as private.check_rendered,
// here so that no text goes through the database once more; a test holds the two together.
import type { Call, Content } from "../providers/types.ts";

export interface Identity {
  name?: string | null;
  postal_address?: string | null;
  unsubscribe_url?: string | null;
}

/** What is missing, in the words of private.check_rendered; empty when nothing is. */
export function missingIn(
  channel: Call["channel"],
  purpose: string,
  content: { subject: string | null; text: string | null; html: string | null },
  sender: Identity,
): string[] {
  const missing: string[] = [];
  if (purpose !== "marketing" && purpose !== "transactional") missing.push("purpose");
  if (channel === "email" && !content.subject?.trim()) missing.push("subject");
  if (!content.text?.trim()) missing.push("text");
  for (const part of ["subject", "text", "html"] as const) {
    const body = content[part];
    if (body === null) continue;
    if (/\{\{|\}\}|\{%|%\}/.test(body)) missing.push(`${part}: liquid that was not rendered`);
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

/** Of what is sent by itself: a confirmation, an answer to HELP and a person's own words are others'. */
export function missingInCall(
  call: Call,
  content: Content,
  unsubscribeUrl: string | null,
): string[] {
  const sender = (call.variables.sender ?? {}) as Identity;
  const missing = missingIn(call.channel, call.purpose ?? "marketing", content, {
    name: sender.name ?? null,
    postal_address: sender.postal_address ?? null,
    unsubscribe_url: unsubscribeUrl,
  });
  if (!call.kind || call.kind === "sequence") return missing;
  return missing.filter((what) => what === "subject" || what === "text");
}

const squeeze = (text: string) => text.replace(/\s+/g, " ");

/** One after the other, as private.visible_text does it. */
const withoutTags = (html: string) =>
  [/<!--.*?-->/gs, /<style.*?<\/style>/gis, /<head.*?<\/head>/gis, /<[^>]*>/g]
    .reduce((text, part) => text.replace(part, " "), html);

/** As a reader sees it: entities of an address undone, blanks as one. */
const asSeen = (text: string) =>
  squeeze(
    text.replaceAll("&amp;", "&").replaceAll("&#39;", "'").replaceAll("&#34;", '"')
      .replaceAll("&quot;", '"').replaceAll("&nbsp;", " "),
  ).toLowerCase();

function saysHowToStop(channel: Call["channel"], text: string): boolean {
  if (channel === "sms") {
    return /\bSTOP\b/.test(text) &&
      (/\b(reply|text|send|txt)\b[^.!?]{0,40}\bstop\b/i.test(text) ||
        /\bstop\b[^.!?]{0,10}\b(to|2)\b[^.!?]{0,10}(stop|end|opt|unsub|cancel|quit)/i.test(text));
  }
  return /\b(stop|not|never|opt[ -]?out|remove|take)\b[^.!?]{0,60}\b(call|calls|calling|called|contact|contacted|list|opt[ -]?out)\b/i
    .test(text) || /\bopt[ -]?out\b/i.test(text);
}

// Templates with their variables filled in: liquid, strict. What cannot be filled in is not sent.
import type { Liquid as LiquidType, Template } from "liquidjs";
import type { Call, Content } from "../providers/types.ts";

/** The template is at fault, or lacks what must be said: the message is refused, with this code. */
export class Unsendable extends Error {
  override name = "Unsendable";
  readonly code: "template_error" | "template_unlawful";

  constructor(code: Unsendable["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

interface Engines {
  text: LiquidType;
  html: LiquidType;
  parsed: Map<string, Template[]>;
}

const MOST_PARSED = 500;
let engines: Promise<Engines> | null = null;

async function openEngines(): Promise<Engines> {
  const { Liquid } = await import("liquidjs");
  const options = {
    // An unknown name is a mistake, not an empty place; `if` may ask whether there is a value.
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    ownPropertyOnly: true,
    // No files: a template is one text.
    templates: {},
    renderLimit: 200,
    parseLimit: 200_000,
    memoryLimit: 2_000_000,
  };
  return {
    text: new Liquid(options),
    html: new Liquid({ ...options, outputEscape: "escape" }),
    parsed: new Map(),
  };
}

/** Subject, text and HTML of a call; throws Unsendable. */
export async function render(call: Call, unsubscribeUrl: string | null): Promise<Content> {
  const { text, html, parsed } = await (engines ??= openEngines());
  const variables = {
    ...call.variables,
    ...(unsubscribeUrl ? { unsubscribe_url: unsubscribeUrl } : {}),
  };
  const fill = (engine: "text" | "html", source: string | null | undefined): string | null => {
    if (!source) return null;
    const liquid = engine === "html" ? html : text;
    const key = `${engine}\n${source}`;
    try {
      let templates = parsed.get(key);
      if (!templates) {
        templates = liquid.parse(source);
        if (parsed.size >= MOST_PARSED) parsed.clear();
        parsed.set(key, templates);
      }
      return String(liquid.renderSync(templates, variables));
    } catch (error) {
      // The first line names what is missing; the others quote the template.
      const line = (error as Error).message.split("\n")[0]!.slice(0, 200);
      throw new Unsendable("template_error", line, error);
    }
  };
  const body = fill("text", call.template.text);
  if (!body?.trim()) throw new Unsendable("template_error", "the text is empty");
  const subject = fill("text", call.template.subject)?.replace(/\s*[\r\n]+\s*/g, " ").trim();
  const content = { subject: subject || null, text: body, html: fill("html", call.template.html) };
  check(call, content, unsubscribeUrl);
  return content;
}

/** What a template had to hold when it was saved must have come through with its values. */
function check(call: Call, content: Content, unsubscribeUrl: string | null): void {
  const lacks = (what: string) => {
    throw new Unsendable("template_unlawful", `the message lacks ${what}`);
  };
  // A confirmation or an answer to HELP is worded by Sluice; a person's own mail is a person's.
  const automated = !call.kind || call.kind === "sequence";
  const sender = (call.variables.sender ?? {}) as Record<string, unknown>;
  const says = (text: string, value: unknown) =>
    typeof value === "string" && value.trim() !== "" && squeeze(text).includes(squeeze(value));
  if (call.channel === "email") {
    if (!content.subject) lacks("a subject");
    if (!automated) return;
    if (!unsubscribeUrl || !content.text.includes(unsubscribeUrl)) lacks("the unsubscribe link");
    if (!says(content.text, sender.postal_address)) lacks("the postal address");
    if (content.html) {
      const html = unescape(content.html);
      if (!html.includes(unsubscribeUrl!)) lacks("the unsubscribe link in HTML");
      if (!says(html, sender.postal_address)) lacks("the postal address in HTML");
    }
    return;
  }
  if (!automated || call.channel === "voice_manual") return;
  if (!says(content.text, sender.name)) lacks("the sender's name");
  if (call.channel === "sms" && !/\bstop\b/i.test(content.text)) lacks("how to opt out");
}

const squeeze = (text: string) => text.replace(/\s+/g, " ").trim().toLowerCase();

const ENTITIES: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&#34;": '"',
  "&quot;": '"',
  "&#39;": "'",
};
const unescape = (html: string) =>
  html.replace(/&(?:amp|lt|gt|quot|#34|#39);/g, (entity) => ENTITIES[entity]!);

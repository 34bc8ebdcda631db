// Fills in templates with strict Liquid. A template that cannot be filled in is not sent.
import type { Liquid as LiquidType, Template } from "liquidjs";
import { cut } from "../platform/text.ts";
import type { Content, SendRequest } from "../providers/types.ts";
import { missingInRequest } from "./check_rendered.ts";

/** The template has an error or lacks a required part: the message is refused with this code. */
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

const MAX_PARSED = 500;
/** The limit of time counts a pause of the process, too: the template is at fault only if it exceeds it every time. */
const MOST_RENDERS = 3;

/** `{{ name | filters }}` of a value that may be empty; quoted text may contain what would end it. */
const OUTPUT =
  /\{\{(-?)\s*((?:lead|property|broker)\.[a-z_]+|sender\.phone)((?:"[^"]*"|'[^']*'|[^"'}]|\}(?!\}))*?)(-?)\}\}/g;

/**
 * The same template, in which an empty value is an error, not a gap ("Hi ,"). Templates are checked for a default
 * when they are saved; those from before that rule are not.
 */
export const withoutGaps = (source: string): string =>
  source.replace(OUTPUT, (_, open: string, name: string, filters: string, close: string) => {
    const needed = ` | needed: "${name}"`;
    // Text that a later filter adds does not count as a value; a default does.
    const all = /\|\s*default\b/.test(filters)
      ? `${name}${filters.trimEnd()}${needed}`
      : `${name}${needed}${filters.trimEnd()}`;
    return `{{${open} ${all} ${close}}}`;
  });

function needed(value: unknown, name: string): unknown {
  const shown = Array.isArray(value) ? value.join("") : String(value ?? "");
  if (shown.trim() === "") throw new Error(`${name} is empty and has no default`);
  return value;
}
let engines: Promise<Engines> | null = null;

async function openEngines(): Promise<Engines> {
  const { Liquid } = await import("liquidjs");
  const options = {
    // An unknown variable is an error, not an empty string; `if` may test whether a value is set.
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    // To `if`, as to `default`, an empty text is a missing value.
    jsTruthy: true,
    ownPropertyOnly: true,
    // No includes: a template is a single text.
    templates: {},
    renderLimit: 200,
    parseLimit: 200_000,
    memoryLimit: 2_000_000,
  };
  const text = new Liquid(options);
  const html = new Liquid({ ...options, outputEscape: "escape" });
  for (const engine of [text, html]) engine.registerFilter("needed", needed);
  return { text, html, parsed: new Map() };
}

/** Subject, text and HTML of a request; throws Unsendable. */
export async function render(
  request: SendRequest,
  unsubscribeUrl: string | null,
): Promise<Content> {
  const { text, html, parsed } = await (engines ??= openEngines());
  const variables = {
    ...request.variables,
    ...(unsubscribeUrl ? { unsubscribe_url: unsubscribeUrl } : {}),
  };
  const fill = (engine: "text" | "html", source: string | null | undefined): string | null => {
    if (!source) return null;
    const liquid = engine === "html" ? html : text;
    const key = `${engine}\n${source}`;
    try {
      let templates = parsed.get(key);
      if (!templates) {
        templates = liquid.parse(withoutGaps(source));
        if (parsed.size >= MAX_PARSED) parsed.clear();
        parsed.set(key, templates);
      }
      for (let nth = 1;; nth++) {
        try {
          return String(liquid.renderSync(templates, variables));
        } catch (error) {
          const tooLong = /render limit exceeded/.test((error as Error).message);
          if (!tooLong || nth === MOST_RENDERS) throw error;
        }
      }
    } catch (error) {
      // The first line names the error; the others quote the template.
      const line = cut((error as Error).message.split("\n")[0]!, 200);
      throw new Unsendable("template_error", line, error);
    }
  };
  const body = fill("text", request.template.text);
  if (!body?.trim()) throw new Unsendable("template_error", "the text is empty");
  const subject = fill("text", request.template.subject)?.replace(/\s*[\r\n]+\s*/g, " ").trim();
  const content = {
    subject: subject || null,
    text: body,
    html: fill("html", request.template.html),
  };
  const missing = missingInRequest(request, content, unsubscribeUrl);
  if (missing.length > 0) {
    throw new Unsendable("template_unlawful", `the message lacks ${missing.join(", ")}`);
  }
  return content;
}

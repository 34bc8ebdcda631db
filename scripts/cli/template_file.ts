// A template as one file: settings, the text, and for e-mail its HTML or MJML.
//
//   name: first-touch
//   channel: email
//   subject: About {{ property.street | default: "your property" }}
//   ---
//   Hi {{ lead.first_name | default: "there" }}, …
//   --- mjml
//   <mjml>…</mjml>
import { UsageError } from "./errors.ts";

export interface TemplateFile {
  name: string;
  channel: string;
  purpose: string;
  matter: string | null;
  subject: string | null;
  text: string;
  html: string | null;
  mjml: string | null;
}

const KEYS = ["name", "channel", "purpose", "matter", "subject"] as const;
type Key = (typeof KEYS)[number];

export function parseTemplate(source: string): TemplateFile {
  const lines = source.replace(/^\ufeff/, "").split(/\r?\n/);
  const end = lines.findIndex((line) => line.trim() === "---");
  if (end < 0) throw new UsageError("the line --- after the settings is missing");
  const settings = new Map<Key, string>();
  for (const [at, line] of lines.slice(0, end).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, key, value] = /^([a-z]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (!KEYS.includes(key as Key) || !value) {
      throw new UsageError(`line ${at + 1}: expected one of ${KEYS.join(", ")}`);
    }
    if (settings.has(key as Key)) throw new UsageError(`line ${at + 1}: duplicate ${key}`);
    settings.set(key as Key, value);
  }
  const rest = lines.slice(end + 1);
  const cut = rest.findIndex((line) => /^--- *(mjml|html) *$/.test(line));
  const text = (cut < 0 ? rest : rest.slice(0, cut)).join("\n").trim();
  const kind = cut < 0 ? null : /(mjml|html)/.exec(rest[cut]!)![1];
  const markup = cut < 0 ? null : rest.slice(cut + 1).join("\n").trim();
  const required = (key: Key) => {
    const value = settings.get(key);
    if (!value) throw new UsageError(`${key} is missing in the file`);
    return value;
  };
  if (text === "") throw new UsageError("the text is missing in the file");
  return {
    name: required("name"),
    channel: required("channel"),
    purpose: settings.get("purpose") ?? "marketing",
    matter: settings.get("matter") ?? null,
    subject: settings.get("subject") ?? null,
    text,
    html: kind === "html" ? markup : null,
    mjml: kind === "mjml" ? markup : null,
  };
}

/** Prints a stored template as the same file. */
export function printTemplate(template: TemplateFile & { version: number }): string {
  const settings = KEYS.flatMap((key) => template[key] ? [`${key}: ${template[key]}`] : []);
  const markup = template.mjml ?? template.html;
  return [
    `# version ${template.version}`,
    ...settings,
    "---",
    template.text,
    ...(markup ? [`--- ${template.mjml ? "mjml" : "html"}`, markup] : []),
    "",
  ].join("\n");
}

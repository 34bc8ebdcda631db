// Strings of JSON (the n8n workflows), HTML pages and Markdown.
import ts from "typescript";
import { fromTypeScript } from "./typescript.ts";
import { type Found, isProse } from "./types.ts";

/** Every text value and every node name; code in `jsCode` counts as code. */
export function fromJson(source: string): Found[] {
  const file = ts.parseJsonText("file.json", source);
  const found: Found[] = [];
  const lineOf = (node: ts.Node) =>
    file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node)) {
      const { name, initializer } = node;
      if (ts.isStringLiteral(name) && name.text === "jsCode" && ts.isStringLiteral(initializer)) {
        const line = lineOf(initializer);
        found.push(...fromTypeScript(initializer.text).map((inner) => ({ ...inner, line })));
      } else visit(initializer);
    } else if (ts.isStringLiteral(node)) {
      if (isProse(node.text)) found.push({ kind: "string", line: lineOf(node), text: node.text });
    } else ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Text between tags, and the attributes that a person reads or hears. */
export function fromHtml(source: string): Found[] {
  const readable = source.replace(
    /<!--[^]*?-->|<(script|style)\b[^]*?<\/\1>/g,
    (skipped) => skipped.replace(/[^\n]/g, " "),
  );
  const matches = readable.matchAll(
    />([^<]*[A-Za-z][^<]*)<|\b(?:alt|title|placeholder|aria-label|content)="([^"]*)"/g,
  );
  return [...matches].flatMap((match) => {
    const text = match[1] ?? match[2] ?? "";
    const line = readable.slice(0, match.index).split("\n").length +
      (match[1]?.match(/^\s*/)?.[0].split("\n").length ?? 1) - 1;
    return isProse(text) ? [{ kind: "string" as const, line, text }] : [];
  });
}

/** Paragraphs without code blocks; text in backquotes stays, as it is part of the sentence. */
export function fromMarkdown(source: string): Found[] {
  const found: Found[] = [];
  let code = false;
  let open = false;
  source.split("\n").forEach((text, index) => {
    if (/^\s*```/.test(text)) code = !code;
    if (code || /^\s*(```|$)/.test(text)) {
      open = false;
      return;
    }
    const continues = open && !/^\s*([-*#|>]|\d+\.)/.test(text);
    if (continues) found.at(-1)!.text += ` ${text.trim()}`;
    else found.push({ kind: "doc", line: index + 1, text });
    open = true;
  });
  return found.filter(({ text }) => isProse(text));
}

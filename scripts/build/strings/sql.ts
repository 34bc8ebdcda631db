// Strings and comments of SQL: errors, hints, `comment on`, texts of rule data; function bodies, too.
import { type Found, isProse, joinComments } from "./types.ts";

const TOKEN = new RegExp(
  [
    String.raw`--[^\n]*`,
    String.raw`/\*[^]*?\*/`,
    String.raw`"(?:[^"]|"")*"`,
    String.raw`\b[eE]'(?:[^'\\]|\\[^]|'')*'`,
    String.raw`'(?:[^']|'')*'`,
    String.raw`(\$(?:[A-Za-z_]\w*)?\$)[^]*?\1`,
  ].join("|"),
  "g",
);

export function fromSql(source: string, { isTest = false } = {}): Found[] {
  const found = scan(source, 1, isTest);
  const comments = found.filter(({ kind }) => kind === "comment");
  return [...found.filter(({ kind }) => kind !== "comment"), ...joinComments(comments)];
}

function scan(source: string, firstLine: number, isTest: boolean): Found[] {
  const found: Found[] = [];
  let line = firstLine;
  let last = 0;
  for (const match of source.matchAll(TOKEN)) {
    line += newlines(source.slice(last, match.index));
    last = match.index;
    const token = match[0];
    if (token.startsWith("--")) found.push({ kind: "comment", line, text: token.slice(2) });
    else if (token.startsWith("/*")) {
      found.push({ kind: "comment", line, text: token.slice(2, -2) });
    } else if (token.startsWith("$")) {
      const quote = match[1]!;
      const body = token.slice(quote.length, -quote.length);
      // A dollar-quoted text is either code or a sentence with quotes in it.
      if (/[;']/.test(body) || body.includes("\n")) found.push(...scan(body, line, isTest));
      else if (isProse(body)) found.push({ kind: isTest ? "test" : "string", line, text: body });
    } else if (!token.startsWith('"')) {
      const quoted = token.slice(token.indexOf("'") + 1, -1).replaceAll("''", "'");
      const text = token.startsWith("'") ? quoted : quoted.replaceAll(/\\(.)/g, "$1");
      if (isProse(text)) found.push({ kind: isTest ? "test" : "string", line, text });
    }
  }
  return found;
}

const newlines = (text: string) => text.split("\n").length - 1;

// Finds updates and deletes without a WHERE clause in SQL and PL/pgSQL, also in strings that are executed.
// Supabase loads the extension safeupdate into API sessions, which refuses such statements.

interface Token {
  kind: "word" | "text" | "other";
  /** The word in lower case, the content of a string, or one character. */
  value: string;
  depth: number;
}

const skipped = /\s+|--[^\n]*|\/\*[\s\S]*?\*\//y;
const quoted =
  /(?:[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?\1)/y;
const word = /"(?:[^"]|"")*"|[A-Za-z_][\w$.]*/y;

function tokens(source: string): Token[] {
  const found: Token[] = [];
  let depth = 0;
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const [text = ""] = pattern.exec(source) ?? [];
    at += text.length;
    return text || null;
  };
  while (at < source.length) {
    if (take(skipped)) continue;
    const text = take(quoted);
    if (text) {
      const content = text.startsWith("$")
        ? text.replace(/^\$\w*\$|\$\w*\$$/g, "")
        : text.replace(/^[eE]?'|'$/g, "").replaceAll("''", "'");
      found.push({ kind: "text", value: content, depth });
      continue;
    }
    const name = take(word);
    if (name) {
      found.push({ kind: "word", value: name.toLowerCase(), depth });
      continue;
    }
    const value = source[at++] ?? "";
    if (value === ")") depth--;
    found.push({ kind: "other", value, depth });
    if (value === "(") depth++;
  }
  return found;
}

/** Strings that are concatenated, with a space for what comes between them. */
function texts(list: Token[]): string[] {
  const found: string[] = [];
  let isOpen = false;
  for (const { kind, value } of list) {
    if (kind === "text") {
      if (isOpen) found.push(`${found.pop()} ${value}`);
      else found.push(value);
      isOpen = true;
    } else if (value === "," || value === ";") isOpen = false;
  }
  return found;
}

/** Words before `update` that make it part of something else: a lock, an upsert, a trigger, a privilege. */
const before = new Set(["for", "key", "do", "on", "or", "before", "after", ","]);

/** The statements without a WHERE clause, each with its first words. */
export function statementsWithoutWhere(source: string): string[] {
  const list = tokens(source);
  const found: string[] = [];
  for (const [i, token] of list.entries()) {
    const next = list[i + 1]?.value;
    const starts = token.kind === "word" &&
      (token.value === "delete"
        ? next === "from"
        : token.value === "update" && !before.has(list[i - 1]?.value ?? "") && next !== undefined);
    if (!starts) continue;
    const after = list.slice(i + 1);
    const end = after.findIndex(({ value, depth }) =>
      depth < token.depth || depth === token.depth && value === ";"
    );
    const statement = end < 0 ? after : after.slice(0, end);
    const has = (name: string) =>
      statement.some(({ kind, value, depth }) =>
        kind === "word" && value === name && depth === token.depth
      );
    // Without SET it is a word of a message.
    if (token.value === "update" && !has("set")) continue;
    if (!has("where")) {
      found.push([token, ...statement].slice(0, 6).map(({ value }) => value).join(" "));
    }
  }
  return [
    ...found,
    ...texts(list).filter((text) => /\b(update|delete)\s+\S/i.test(text))
      .flatMap(statementsWithoutWhere),
  ];
}

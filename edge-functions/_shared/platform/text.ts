// Text: what PostgreSQL can store (neither NUL nor half of a surrogate pair, in text and in JSON), and how alike words are.

/** Without NUL; half a surrogate pair becomes the replacement character. */
export const cleanText = (text: string): string => text.replaceAll("\0", "").toWellFormed();

/** At most so many UTF-16 units, and never half a surrogate pair. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? most - 1 : most);
}

/** Beginning and end of a long text: a person who talks says at the end of a call what they want of us. */
export function cutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2) - 1;
  return `${cut(text, half)}\n${text.slice(-half).toWellFormed()}`;
}

const MAY_ENCODE_UNSTORABLE = /\\u(?:0000|d[89a-f])/i;

/** The JSON of a value, with clean strings and names. */
export function cleanJsonText(value: unknown): string {
  const json = JSON.stringify(value);
  return MAY_ENCODE_UNSTORABLE.test(json) ? JSON.stringify(cleanJson(JSON.parse(json))) : json;
}

/** Parses JSON; its strings and names are clean. */
export function parseCleanJson(text: string): unknown {
  const value: unknown = JSON.parse(cleanText(text));
  return MAY_ENCODE_UNSTORABLE.test(text) ? cleanJson(value) : value;
}

/** The same value with clean strings and names. */
export function cleanJson(json: unknown): unknown {
  // Not recursive: a request may nest as deep as its size allows.
  const result: { value: unknown } = { value: json };
  const waiting: [Record<string, unknown>, string][] = [[result, "value"]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [parent, name] = next;
    const value = parent[name];
    if (typeof value === "string") parent[name] = cleanText(value);
    else if (value !== null && typeof value === "object") {
      const copy = (Array.isArray(value) ? [] : {}) as Record<string, unknown>;
      for (const [key, inner] of Object.entries(value)) {
        // Not an assignment: a key __proto__ would set the prototype.
        Object.defineProperty(copy, cleanText(key), {
          ...{ value: inner, enumerable: true, writable: true, configurable: true },
        });
        waiting.push([copy, cleanText(key)]);
      }
      parent[name] = copy;
    }
  }
  return result.value;
}

/** Levenshtein distance, in UTF-16 units. */
export function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      next[j] = Math.min(
        row[j]! + 1,
        next[j - 1]! + 1,
        row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1),
      );
    }
    row = next;
  }
  return row[other.length]!;
}

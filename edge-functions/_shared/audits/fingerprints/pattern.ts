// Patterns of fingerprints: `regex\;version:\1\;confidence:50`, without regard to case. They are matched by an engine whose
// time grows with the text only, since a site chooses the text, and a downloaded set the regex.
import { RE2JS } from "re2js";

export interface Pattern {
  regex: RE2JS | null;
  /** In lower case; a text without it does not match. Empty: nothing is known. */
  literal: string;
  version: string | null;
  confidence: number;
}

export interface Match {
  version: string | null;
  confidence: number;
}

const LONGEST_VERSION = 15;

/** Throws where the engine does not have what the regex uses, such as lookaheads and back references. */
export function readPattern(text: string): Pattern {
  const [source = "", ...tags] = text.split("\\;");
  const tag = (name: string) =>
    tags.find((one) => one.startsWith(`${name}:`))?.slice(name.length + 1);
  const confidence = Number(tag("confidence") ?? 100);
  return {
    regex: source === ""
      ? null
      : RE2JS.compile(RE2JS.translateRegExp(source), RE2JS.CASE_INSENSITIVE),
    literal: literalOf(source).toLowerCase(),
    version: tag("version") ?? null,
    confidence: Number.isFinite(confidence) ? Math.min(100, Math.max(0, confidence)) : 100,
  };
}

/**
 * The longest run of characters that every match contains: outside groups and classes, not optional, and only where the
 * regex has no alternatives at its top level.
 */
export function literalOf(source: string): string {
  let best = "";
  let run = "";
  let depth = 0;
  const end = () => {
    if (run.length > best.length) best = run;
    run = "";
  };
  for (let i = 0; i < source.length; i++) {
    const char = source[i]!;
    if (char === "[") {
      end();
      i = endOfClass(source, i);
    } else if (char === "(") {
      end();
      depth++;
    } else if (char === ")") {
      end();
      depth--;
    } else if (char === "|") {
      if (depth === 0) return "";
      end();
    } else if ("*?{".includes(char)) {
      // What it repeats may be missing.
      run = run.slice(0, -1);
      end();
      if (char === "{") i = Math.max(i, source.indexOf("}", i));
    } else if ("+.^$".includes(char)) end();
    else if (char === "\\") {
      const next = source[++i] ?? "";
      if (/[a-z0-9]/i.test(next)) end();
      else if (depth === 0) run += next;
    } else if (depth === 0) run += char;
  }
  end();
  return /^[\x20-\x7e]*$/.test(best) ? best : "";
}

function endOfClass(source: string, from: number): number {
  for (let i = from + 1; i < source.length; i++) {
    if (source[i] === "\\") i++;
    else if (source[i] === "]" && i > from + 1) return i;
  }
  return source.length;
}

/** `lower` is `text` in lower case, so that it is made once for all patterns. */
export function matchPattern(pattern: Pattern, text: string, lower: string): Match | null {
  if (pattern.literal !== "" && !lower.includes(pattern.literal)) return null;
  if (pattern.regex === null) return { version: null, confidence: pattern.confidence };
  const matcher = pattern.regex.matcher(text);
  if (!matcher.find()) return null;
  const groups: string[] = [];
  for (let n = 0; n <= matcher.groupCount(); n++) groups.push(matcher.group(n) ?? "");
  return { version: versionOf(pattern.version, groups), confidence: pattern.confidence };
}

/** `\1`, or `\1?yes:no`: one or the other, depending on whether the group matched. */
function versionOf(template: string | null, groups: readonly string[]): string | null {
  if (template === null) return null;
  const text = template
    .replace(/\\(\d)\?([^:]*):(.*)$/, (_, n, yes, no) => groups[Number(n)] ? yes : no)
    .replace(/\\(\d)/g, (_, n) => groups[Number(n)] ?? "")
    .trim();
  return text === "" || text.length > LONGEST_VERSION ? null : text;
}

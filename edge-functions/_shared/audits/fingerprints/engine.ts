// Finds technologies by fingerprints in the schema that published sets share: headers, cookies, meta, scriptSrc, html, js,
// dom, implies, excludes, requires, cats.
import type { Technology } from "../types.ts";
import { type Match, matchPattern, type Pattern, readPattern } from "./pattern.ts";

type Patterns = string | readonly string[];

export interface Fingerprint {
  cats: readonly (string | number)[];
  headers?: Record<string, Patterns>;
  cookies?: Record<string, Patterns>;
  meta?: Record<string, Patterns>;
  scriptSrc?: Patterns;
  html?: Patterns;
  /** Paths of properties of window. */
  js?: Record<string, Patterns>;
  /** Selectors; of the schema's forms of `dom`, those that ask whether an element exists. */
  dom?: unknown;
  implies?: Patterns;
  excludes?: Patterns;
  requires?: Patterns;
}
export type Fingerprints = Record<string, Fingerprint>;

/** What was seen of a site. */
export interface Seen {
  headers?: Record<string, string>;
  cookies?: Record<string, string>;
  meta?: Record<string, string>;
  scripts?: readonly string[];
  html?: string;
  js?: Record<string, string>;
  /** Selectors that have an element. */
  dom?: readonly string[];
}

interface Named {
  key: string;
  patterns: Pattern[];
}

interface Rule {
  name: string;
  categories: string[];
  fields: Record<"headers" | "cookies" | "meta" | "js", Named[]>;
  scriptSrc: Pattern[];
  html: Pattern[];
  dom: string[];
  implies: string[];
  excludes: string[];
  requires: string[];
}

export interface RuleSet {
  rules: Rule[];
  /** Patterns that the engine cannot run safely, and does not run. */
  skipped: number;
  /** What a browser has to be asked. */
  js: string[];
  dom: string[];
}

const listOf = (value: Patterns | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;
const nameOf = (text: string) => text.split("\\;")[0]!;

export function readFingerprints(set: Fingerprints): RuleSet {
  let skipped = 0;
  const patternsOf = (value: Patterns | undefined) =>
    listOf(value).flatMap((text) => {
      try {
        return [readPattern(text)];
      } catch {
        skipped++;
        return [];
      }
    });
  const named = (value: Record<string, Patterns> | undefined): Named[] =>
    Object.entries(value ?? {}).map(([key, patterns]) => ({
      key: key.toLowerCase(),
      patterns: patternsOf(patterns),
    })).filter(({ patterns }) => patterns.length > 0);
  const rules = Object.entries(set).map(([name, print]): Rule => ({
    name,
    categories: print.cats.map(String),
    fields: {
      headers: named(print.headers),
      cookies: named(print.cookies),
      meta: named(print.meta),
      // Properties are written as JavaScript has them.
      js: Object.entries(print.js ?? {}).map(([key, patterns]) => ({
        key,
        patterns: patternsOf(patterns),
      })),
    },
    scriptSrc: patternsOf(print.scriptSrc),
    html: patternsOf(print.html),
    dom: selectorsOf(print.dom),
    implies: listOf(print.implies).map(nameOf),
    excludes: listOf(print.excludes).map(nameOf),
    requires: listOf(print.requires).map(nameOf),
  }));
  return {
    rules,
    skipped,
    js: [...new Set(rules.flatMap(({ fields }) => fields.js.map(({ key }) => key)))].sort(),
    dom: [...new Set(rules.flatMap(({ dom }) => dom))].sort(),
  };
}

function selectorsOf(dom: unknown): string[] {
  if (typeof dom === "string") return [dom];
  if (Array.isArray(dom)) return dom.flatMap(selectorsOf);
  if (dom === null || typeof dom !== "object") return [];
  return Object.entries(dom).flatMap(([selector, how]) =>
    (how as { exists?: unknown }).exists === undefined ? [] : [selector]
  );
}

export interface Detected {
  technologies: Technology[];
  /** Rules that were not asked because the time was used up. */
  unasked: number;
}

/** `spent` is asked between rules: true ends the search. */
export function detect(set: RuleSet, seen: Seen, spent: () => boolean = () => false): Detected {
  const html = { text: seen.html ?? "", lower: (seen.html ?? "").toLowerCase() };
  const lists = {
    headers: seen.headers ?? {},
    cookies: seen.cookies ?? {},
    meta: seen.meta ?? {},
    js: seen.js ?? {},
  };
  const lowered = Object.fromEntries(
    Object.entries(lists).map(([field, values]) => [
      field,
      new Map(
        Object.entries(values).map((
          [key, value],
        ) => [field === "js" ? key : key.toLowerCase(), value]),
      ),
    ]),
  );
  const dom = new Set(seen.dom ?? []);
  const found = new Map<string, Technology>();
  let asked = 0;
  for (const rule of set.rules) {
    if (spent()) break;
    asked++;
    const matches: { field: string; match: Match }[] = [];
    const add = (field: string, match: Match | null) =>
      void (match && matches.push({ field, match }));
    for (const [field, named] of Object.entries(rule.fields)) {
      for (const { key, patterns } of named) {
        const value = lowered[field]!.get(key);
        if (value === undefined) continue;
        const lower = value.toLowerCase();
        for (const pattern of patterns) add(field, matchPattern(pattern, value, lower));
      }
    }
    for (const pattern of rule.scriptSrc) {
      for (const script of seen.scripts ?? []) {
        add("scriptSrc", matchPattern(pattern, script, script.toLowerCase()));
      }
    }
    for (const pattern of rule.html) {
      add("html", html.text === "" ? null : matchPattern(pattern, html.text, html.lower));
    }
    for (const selector of rule.dom) {
      if (dom.has(selector)) add("dom", { version: null, confidence: 100 });
    }
    const technology = joined(rule, matches);
    if (technology) found.set(rule.name, technology);
  }
  imply(set, found);
  for (const rule of set.rules) {
    if (found.has(rule.name)) { for (const name of rule.excludes) found.delete(name); }
  }
  for (const rule of set.rules) {
    if (rule.requires.some((name) => !found.has(name))) found.delete(rule.name);
  }
  return {
    technologies: [...found.values()].sort((a, b) => a.name < b.name ? -1 : 1),
    unasked: set.rules.length - asked,
  };
}

function joined(
  { name, categories }: Rule,
  matches: readonly { field: string; match: Match }[],
): Technology | null {
  // A sum, at most 100: several weak signs are as good as a strong one.
  const confidence = Math.min(100, matches.reduce((sum, { match }) => sum + match.confidence, 0));
  if (confidence <= 0) return null;
  const versions = matches.flatMap(({ match }) => match.version ?? []);
  // The most precise one.
  const version =
    versions.sort((a, b) => b.split(".").length - a.split(".").length || (a < b ? 1 : -1))[0];
  const seen = [...new Set(matches.map(({ field }) => field))].sort();
  return { name, categories, version: version ?? null, confidence, seen };
}

function imply(set: RuleSet, found: Map<string, Technology>): void {
  const byName = new Map(set.rules.map((rule) => [rule.name, rule]));
  const queue = [...found.keys()];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    for (const implied of byName.get(name)?.implies ?? []) {
      const rule = byName.get(implied);
      if (!rule || found.has(implied)) continue;
      found.set(implied, {
        name: implied,
        categories: rule.categories,
        version: null,
        confidence: found.get(name)!.confidence,
        seen: ["implied"],
      });
      queue.push(implied);
    }
  }
}

// The report of an audit: the same facts give the same bytes. Nothing here asks the clock, the network or the database.
import { Liquid } from "liquidjs";
import { countAsked, findFaults, type Finding } from "../findings/find.ts";
import type { Unit } from "../findings/rule.ts";
import { inWords } from "../findings/words.ts";
import { type Audit, type Measures, measuresOf, PARTS, technologiesOf } from "../types.ts";
import { bars, ring } from "./charts.ts";
import { TEMPLATE } from "./template.ts";

export interface ReportFacts {
  audit: Audit;
  /** The audit before, if there was one. */
  before?: Audit | null;
  /** Up to three others nearby, as the report calls them. */
  peers?: readonly { label: string; audit: Audit }[];
}

const TOP = 3;
const MOST_PEERS = 3;
const MOST_TECHNOLOGIES = 40;

const EFFORT = [
  "",
  "an hour of work",
  "half a day of work",
  "a few days of work",
  "a week of work",
];
const effortWords = (effort: number) => EFFORT[effort] ?? "weeks of work";

const SCORES: readonly [measure: string, label: string][] = [
  ["lighthouse.performance", "Speed"],
  ["lighthouse.accessibility", "Accessibility"],
  ["lighthouse.best_practices", "Good practice"],
  ["lighthouse.seo", "Search"],
];

/** What is compared, and whether more is better. `lighthouse`: only between runs of one program and version. */
const COMPARED: readonly {
  measure: string;
  label: string;
  unit?: Unit;
  good: number | null;
  lighthouse?: boolean;
}[] = [
  { measure: "field.lcp_ms", label: "Main content, real visitors", unit: "ms", good: 2500 },
  {
    ...{ measure: "speed.lcp_ms", label: "Main content on a phone", unit: "ms", good: 2500 },
    lighthouse: true,
  },
  {
    measure: "speed.bytes",
    label: "Weight of the page",
    unit: "bytes",
    good: null,
    lighthouse: true,
  },
  { measure: "links.broken", label: "Broken links", good: null },
  { measure: "access.grave", label: "Grave barriers", good: null },
];

const engine = new Liquid({ outputEscape: "escape", strictVariables: true, strictFilters: true });
const template = engine.parse(TEMPLATE);

const sourceOf = (audit: Audit) =>
  audit.parts.find(({ part }) => part === "lighthouse")?.result?.source;
const isSameSource = (a: Audit, b: Audit) =>
  JSON.stringify(sourceOf(a)) === JSON.stringify(sourceOf(b));
const dayOf = (audit: Audit) => audit.finishedAt.slice(0, 10);

export function renderReport({ audit, before = null, peers = [] }: ReportFacts): string {
  const measures = measuresOf(audit);
  const findings = audit.reason === null ? findFaults(measures) : [];
  const shown = findings.map((finding, n) => shownFinding(finding, n + 1));
  return engine.renderSync(template, {
    domain: audit.domain,
    url: audit.url,
    day: dayOf(audit),
    reason: audit.reason,
    verdict: verdictOf(measures, findings),
    scores: scoresOf(measures),
    top: shown.slice(0, TOP),
    findings: shown,
    changes: before === null || before.reason !== null || audit.reason !== null
      ? null
      : changesOf(audit, before),
    peers: audit.reason === null ? peerCharts(audit, peers.slice(0, MOST_PEERS)) : [],
    technologies: technologiesOf(audit).slice(0, MOST_TECHNOLOGIES).map((one) => ({
      name: one.name,
      for: one.categories.join(", "),
      version: one.version ?? "",
      confidence: one.confidence,
    })),
    method: methodOf(audit),
  });
}

function shownFinding(finding: Finding, number: number) {
  const { rule, ruleVersion, category, title, cost, fix, effort, priority, evidence } = finding;
  const { url, value, threshold, details } = evidence;
  return {
    ...{ number, rule, ruleVersion, category, title, cost, fix, url, threshold, details },
    effortWords: effortWords(effort),
    priority: priority.toFixed(2),
    found: inWords(value),
  };
}

function verdictOf(measures: Measures, findings: readonly Finding[]): string {
  const { asked } = countAsked(measures);
  if (findings.length === 0) return `Of ${asked} things that were looked at, none needs work.`;
  const quick = findings.filter(({ effort, impact }) => effort === 1 && impact >= 4).length;
  const found = findings.length === 1 ? "one needs work" : `${findings.length} need work`;
  const ease = quick === 0
    ? ""
    : quick === 1
    ? " One of them matters and takes an hour or less."
    : ` ${quick} of them matter and take an hour or less each.`;
  return `Of ${asked} things that were looked at, ${found}.${ease}`;
}

function scoresOf(measures: Measures) {
  return SCORES.flatMap(([measure, label]) => {
    const score = measures[measure]?.value;
    return typeof score !== "number" ? [] : [{
      label,
      chart: ring(label, score),
      words: score >= 90 ? "good" : score >= 50 ? "needs work" : "poor",
    }];
  });
}

function changesOf(audit: Audit, before: Audit) {
  const [now, then] = [measuresOf(audit), measuresOf(before)];
  const [found, had] = [findFaults(now), findFaults(then)];
  const has = (list: readonly Finding[], rule: string) => list.some((one) => one.rule === rule);
  const measured = (finding: Finding, measures: Measures) =>
    measures[finding.evidence.measure] !== undefined;
  // What was not measured this time is not fixed, and what was not measured then is not new.
  const fixed = had.filter((one) => !has(found, one.rule) && measured(one, now));
  const added = found.filter((one) => !has(had, one.rule) && measured(one, then));
  const same = isSameSource(audit, before);
  const rows = COMPARED.flatMap(({ measure, label, unit, lighthouse }) => {
    const [a, b] = [then[measure]?.value, now[measure]?.value];
    return typeof a !== "number" || typeof b !== "number" || lighthouse && !same
      ? []
      : [{ label, before: inWords(a, unit), now: inWords(b, unit) }];
  });
  const count = (n: number, word: string) => `${n} ${n === 1 ? "finding" : "findings"} ${word}`;
  return {
    day: dayOf(before),
    words: fixed.length + added.length === 0
      ? "The findings are the same."
      : `${count(fixed.length, "gone")}, ${count(added.length, "new")}.`,
    fixed: fixed.map(({ title }) => title),
    added: added.map(({ title }) => title),
    rows,
    note: same
      ? null
      : "Speed was measured with another version then, so that its figures are not compared.",
  };
}

function peerCharts(audit: Audit, peers: readonly { label: string; audit: Audit }[]) {
  const own = measuresOf(audit);
  return COMPARED.flatMap(({ measure, label, unit, good, lighthouse }) => {
    const value = own[measure]?.value;
    if (typeof value !== "number") return [];
    const others = peers.flatMap((peer) => {
      const theirs = measuresOf(peer.audit)[measure]?.value;
      return typeof theirs !== "number" || lighthouse && !isSameSource(audit, peer.audit)
        ? []
        : [{ label: peer.label, value: theirs, words: inWords(theirs, unit) }];
    });
    if (others.length === 0) return [];
    const list = [
      { label: "This website", value, words: inWords(value, unit), own: true },
      ...others,
    ];
    const text = list.map((one) => `${one.label}: ${one.words}`).join("; ");
    const limit = good === null ? "" : ` The dashed line is at ${inWords(good, unit)}.`;
    return [{ label, chart: bars(label, list, good), words: `${text}.${limit}` }];
  });
}

const PART_NAMES = {
  page: "The first page, its headers and certificate",
  links: "Links of the first page",
  browser: "The page on a phone, and accessibility",
  lighthouse: "Speed",
};

function methodOf(audit: Audit): string[] {
  const lines = PARTS.map((name) => {
    const made = audit.parts.find(({ part }) => part === name);
    if (!made) return `${PART_NAMES[name]}: not measured.`;
    if (made.result === null) return `${PART_NAMES[name]}: not measured (${made.error}).`;
    const { source, notes = [] } = made.result;
    const by = source
      ? ` by ${
        source.name === "psi" ? "PageSpeed Insights, Lighthouse" : "Lighthouse"
      } ${source.version}`
      : "";
    return `${PART_NAMES[name]}: measured${by}.${notes.map((note) => ` Note: ${note}.`).join("")}`;
  });
  return [
    ...lines,
    "Only the first page was opened, as any visitor does. What was not measured counts neither for nor against the website.",
    "The order of findings is impact × confidence ÷ effort; each names its rule and the version of the rule.",
  ];
}

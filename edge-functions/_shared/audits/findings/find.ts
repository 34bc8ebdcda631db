// Findings: which rules a site breaks, the most worthwhile first. The same measures give the same findings in the same order.
import type { Measure, Measures } from "../types.ts";
import { inWords } from "./words.ts";
import type { Condition, Rule } from "./rule.ts";
import { RULES } from "./rules.ts";

export interface Finding {
  rule: string;
  ruleVersion: number;
  category: string;
  title: string;
  cost: string;
  fix: string;
  impact: number;
  confidence: number;
  effort: number;
  /** impact × confidence ÷ effort. */
  priority: number;
  evidence: {
    url: string;
    measure: string;
    value: Measure["value"];
    /** What the value is held against, as it is read: "at most 2.5 s". */
    threshold: string;
    details: string[];
  };
}

function holds({ measure, is, above, below }: Condition, measures: Measures): boolean {
  const value = measures[measure]?.value;
  if (value === undefined) return false;
  if (is !== undefined) return value === is;
  if (typeof value !== "number") return false;
  return (above === undefined || value > above) && (below === undefined || value < below);
}

/** Between the threshold and the worst value, in proportion. */
function impactOf(rule: Rule, value: Measure["value"]): number {
  if (typeof rule.impact === "number") return rule.impact;
  const [least, most] = rule.impact;
  const from = rule.above ?? rule.below ?? 0;
  const to = rule.worst ?? from;
  const share = typeof value !== "number" || to === from ? 0 : (value - from) / (to - from);
  return least + (most - least) * Math.min(1, Math.max(0, share));
}

const rounded = (value: number) => Math.round(value * 100) / 100;

function thresholdOf(rule: Rule): string {
  if (rule.is !== undefined) return rule.is === true ? "no" : rule.is === false ? "yes" : "other";
  if (rule.above !== undefined) return `at most ${inWords(rule.above, rule.unit)}`;
  return `at least ${inWords(rule.below!, rule.unit)}`;
}

/** Rules whose measure is missing find nothing: it was not measured. */
export function findFaults(measures: Measures, rules: readonly Rule[] = RULES): Finding[] {
  return rules.filter((rule) =>
    holds(rule, measures) && (rule.when ?? []).every((one) => holds(one, measures))
  ).map((rule): Finding => {
    const { value, url, details = [] } = measures[rule.measure]!;
    const impact = rounded(impactOf(rule, value));
    const fill = (text: string) =>
      text.replaceAll("{value}", inWords(value, rule.unit))
        .replaceAll("{threshold}", inWords(rule.above ?? rule.below ?? 0, rule.unit));
    return {
      ...{ rule: rule.id, ruleVersion: rule.version, category: rule.category, title: rule.title },
      ...{ cost: fill(rule.cost), fix: rule.fix, impact, confidence: rule.confidence },
      effort: rule.effort,
      priority: rounded(impact * rule.confidence / rule.effort),
      evidence: { url, measure: rule.measure, value, threshold: thresholdOf(rule), details },
    };
  }).sort((a, b) => b.priority - a.priority || (a.rule < b.rule ? -1 : 1));
}

/** How many rules could be asked, and how many of them hold: what the site does well. */
export function countAsked(
  measures: Measures,
  rules: readonly Rule[] = RULES,
): { asked: number; broken: number } {
  const asked = rules.filter(({ measure }) => measures[measure] !== undefined);
  return { asked: asked.length, broken: findFaults(measures, rules).length };
}

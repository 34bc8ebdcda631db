// What a rule for findings is. Rules are data: a measure, a comparison, what it costs the business, and how to fix it.
import type { Value } from "../types.ts";

export const CATEGORIES = [
  ...["Reachability", "Speed", "Search", "Phones", "Contact", "Security", "Accessibility"],
  "Tracking",
] as const;
export type Category =
  | "Reachability"
  | "Speed"
  | "Search"
  | "Phones"
  | "Contact"
  | "Security"
  | "Accessibility"
  | "Tracking";

export type Unit = "ms" | "bytes" | "count" | "days" | "px" | "characters" | "score" | "version";

export interface Condition {
  measure: string;
  is?: Value;
  above?: number;
  below?: number;
}

export interface Rule extends Condition {
  id: string;
  /** Counted up with every change of the rule. */
  version: number;
  category: Category;
  /** All of them hold; a measure that is missing holds for none. */
  when?: readonly Condition[];
  /** What it costs the business, 1 to 10; where there are two, they are at the threshold and at `worst`. */
  impact: number | readonly [number, number];
  worst?: number;
  /** How certain the measure is, over 0 to 1. */
  confidence: number;
  /** Of the fix: 1 an hour or less, 2 half a day, 3 days, 5 weeks. */
  effort: 1 | 2 | 3 | 4 | 5;
  unit?: Unit;
  title: string;
  /** In plain words; {value} and {threshold} are filled in. */
  cost: string;
  fix: string;
}

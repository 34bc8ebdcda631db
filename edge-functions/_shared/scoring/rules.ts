// The rules of a score as a file says them, after inheritance.

export type Axis = "fit" | "engagement";

export interface Located<T> {
  value: T;
  file: string;
  line: number;
  column: number;
}

export interface Group {
  id: string;
  axis: Axis;
  /** Most points, and most lost points, of all its rules together. */
  cap: number | null;
  half_life_days: number | null;
}

export type Missing = "zero" | "skip" | { points: number };

/** A number decides by steps, a text by its value. */
export interface Table {
  of: string;
  steps: { from: number; points: number }[] | null;
  values: Record<string, number> | null;
  otherwise: number;
}

export interface Rule {
  id: string;
  group: string;
  words: string;
  when: string | null;
  points: number | null;
  table: Table | null;
  /** A number field, or an activity (activity.KIND). */
  per: string | null;
  cap: number | null;
  cap_per_day: number | null;
  missing: Missing;
}

/** From the lowest to the highest: name and least total. */
export interface Tiers {
  fit: { name: string; from: number }[];
  engagement: { name: string; from: number }[];
}

export interface Rules {
  vertical: string;
  /** Shares of the two in the score, in percent. */
  weights: Record<Axis, number>;
  groups: Group[];
  rules: Rule[];
  tiers: Tiers;
}

/** The most that a rule can add or take: its weight in the confidence. */
export function weightOf(rule: Rule): number {
  const points = [rule.points ?? 0];
  if (rule.per !== null) points.push(rule.cap ?? rule.points ?? 0);
  if (rule.table) {
    points.push(rule.table.otherwise, ...rule.table.steps?.map((step) => step.points) ?? []);
    points.push(...Object.values(rule.table.values ?? {}));
  }
  const most = Math.max(...points.map(Math.abs));
  return rule.cap === null ? most : Math.min(most, rule.cap);
}

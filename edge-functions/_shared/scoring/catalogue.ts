// What rules may ask about a lead: the rows of score_fields, score_activities and score_exclusions.

export type FieldType = "bool" | "number" | "text" | "list";

export interface Field {
  name: string;
  type: FieldType;
  /** The relation of score_relations that the expression reads besides the lead. */
  relation: string | null;
  /** SQL over `l` (the lead) and the relation's alias; $3 is the clock. */
  expression: string;
  /** SQL: when the fact was observed; null: it is always current. */
  observed: string | null;
  fresh_days: number | null;
  words: string;
  /** SQL: the time since which the field counts whole days; null: it does not count days. */
  counts_since: string | null;
  /** SQL: when the clock changes the field next. */
  next_change: string | null;
}

export interface Relation {
  name: string;
  /** SQL of a join; $1 is the org, $2 the leads or null, $3 the clock. */
  sql: string;
  /** SQL: when the next of its facts expires; null: none does. */
  next_change: string | null;
}

export interface Exclusion {
  pattern: string;
  reason: string;
}

export interface Catalogue {
  fields: Map<string, Field>;
  relations: Map<string, Relation>;
  /** Kind and words. */
  activities: Map<string, string>;
  exclusions: Exclusion[];
}

/** Why no rule may use a field of this name; null: it may. As private.why_excluded. */
export function whyExcluded(catalogue: Catalogue, name: string): string | null {
  return catalogue.exclusions.find(({ pattern }) => new RegExp(pattern).test(name))?.reason ?? null;
}

// The meaning of the rules, row by row: conditions by the CEL library, everything else as docs/scoring.md says it.
import { Environment } from "@marcbachmann/cel-js";
import { type Rule, type Rules, weightOf } from "../../../edge-functions/_shared/scoring/rules.ts";
import type { Catalogue } from "../../../edge-functions/_shared/scoring/catalogue.ts";
import type { connect } from "../../../scripts/dev/database.ts";

export type Sql = ReturnType<typeof connect>;
export type Value = boolean | number | string | string[];

export interface LeadFacts {
  lead_id: string;
  /** By name; missing: unknown. */
  values: Record<string, Value>;
  /** Names of the fields that are known and too old. */
  stale: string[];
  activities: { kind: string; days: number; n: number }[];
}

export interface Scored {
  lead_id: string;
  fit: number;
  engagement: number;
  score: number;
  tier: string;
  confidence: number;
  points: (number | null)[];
}

const environment = new Environment({ unlistedVariablesAreDyn: true });
const parsed = new Map<string, (context: Record<string, unknown>) => unknown>();

/** The value, or null where CEL says that a fact is missing. */
function ask(source: string, context: Record<string, unknown>): unknown {
  let run = parsed.get(source);
  if (!run) parsed.set(source, run = environment.parse(source));
  try {
    const value = run(context);
    return typeof value === "bigint" ? Number(value) : value;
  } catch (error) {
    if ((error as { code?: string }).code === "no_such_key") return null;
    throw error;
  }
}

const clamp = (value: number, cap: number | null) =>
  cap === null ? value : Math.min(cap, Math.max(-cap, value));

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Points before `missing` is applied; null: unknown. */
function bodyOf(rule: Rule, rules: Rules, facts: LeadFacts, context: Record<string, unknown>) {
  const body = () => {
    if (rule.table) {
      const of = ask(rule.table.of, context);
      if (of === null) return null;
      if (rule.table.steps) {
        return rule.table.steps.filter((step) => (of as number) >= step.from).at(-1)?.points ??
          rule.table.otherwise;
      }
      const values = rule.table.values ?? {};
      return Object.hasOwn(values, of as string) ? values[of as string]! : rule.table.otherwise;
    }
    if (rule.per?.startsWith("activity.")) {
      const half = rules.groups.find(({ id }) => id === rule.group)!.half_life_days;
      const sum = facts.activities.filter(({ kind }) => `activity.${kind}` === rule.per)
        .reduce(
          (sum, { days, n }) =>
            sum + clamp(n * rule.points!, rule.cap_per_day) * (half ? 2 ** (-days / half) : 1),
          0,
        );
      return clamp(Math.round(sum * 1e6) / 1e6, rule.cap ?? 1000);
    }
    if (rule.per !== null) {
      const of = ask(rule.per, context);
      return of === null ? null : clamp(rule.points! * (of as number), rule.cap ?? 1000);
    }
    return rule.points;
  };
  const when = rule.when === null ? true : ask(rule.when, context);
  const points = when === null ? null : when ? body() : 0;
  // Minus zero is zero.
  return points === null ? null : roundHalfEven(points) + 0;
}

export function scoreByRow(
  rules: Rules,
  fieldsOf: (rule: Rule) => string[],
  facts: LeadFacts,
): Scored {
  const context: Record<string, Record<string, Value>> = {};
  for (const group of ["lead", "contact", "property", "engagement"]) context[group] = {};
  for (const [name, value] of Object.entries(facts.values)) {
    const [group, field] = name.split(".") as [string, string];
    (context[group] ??= {})[field] = value;
  }
  let known = 0, all = 0, weighing = 0;
  const points = rules.rules.map((rule) => {
    const body = bodyOf(rule, rules, facts, context);
    const weight = weightOf(rule);
    if (weight > 0 && (!rule.per?.startsWith("activity.") || rule.when !== null)) {
      weighing++;
      if (body !== null || rule.missing !== "skip") all += weight;
      if (body !== null && !fieldsOf(rule).some((name) => facts.stale.includes(name))) {
        known += weight;
      }
    }
    return body ?? (typeof rule.missing === "object" ? rule.missing.points : null);
  });
  const total = (axis: string) =>
    clampTotal(
      rules.groups.filter((group) => group.axis === axis).reduce((sum, group) =>
        sum + clamp(
          rules.rules.reduce(
            (sum, rule, at) => sum + (rule.group === group.id ? points[at] ?? 0 : 0),
            0,
          ),
          group.cap,
        ), 0),
    );
  const [fit, engagement] = [total("fit"), total("engagement")];
  const tier = (axis: "fit" | "engagement", value: number) =>
    rules.tiers[axis].filter(({ from }) => value >= from).at(-1)!.name;
  return {
    lead_id: facts.lead_id,
    fit,
    engagement,
    score: Math.floor((fit * rules.weights.fit + engagement * rules.weights.engagement + 50) / 100),
    tier: tier("fit", fit) + tier("engagement", engagement),
    confidence: weighing === 0 ? 100 : all === 0 ? 0 : roundHalfEven(100 * known / all),
    points,
  };
}

const clampTotal = (value: number) => Math.min(100, Math.max(0, value));

/** Every fact of the org's leads, as the catalogue reads it. */
export async function readFacts(
  sql: Sql,
  catalogue: Catalogue,
  org: string,
  asOf: Date,
): Promise<LeadFacts[]> {
  const fields = [...catalogue.fields.values()];
  const columns = fields.map(({ expression, type }, at) =>
    `to_jsonb((${expression})::${
      { bool: "boolean", number: "float8", text: "text", list: "text[]" }[type]
    }) as v${at}`
  );
  const ages = fields.map(({ observed, fresh_days }, at) =>
    observed === null
      ? `false as s${at}`
      : `(${observed}) < $3::timestamptz - interval '${fresh_days} days' as s${at}`
  );
  const joins = [...catalogue.relations.values()].map(({ sql }) => sql);
  const rows = await sql.unsafe(
    `select l.id as lead_id, ${[...columns, ...ages].join(", ")} from public.leads l ${
      joins.join("\n")
    }
     where l.org_id = $1 and $2::uuid[] is null order by l.id`,
    [org, null as never, asOf],
  );
  const activities = await sql`
    select lead_id, kind, n, (${asOf}::timestamptz at time zone 'UTC')::date - day as days
    from private.lead_activities(${org}, null, ${asOf})`;
  return rows.map((row) => {
    const known = fields.map((field, at) => ({ field, value: row[`v${at}`], stale: row[`s${at}`] }))
      .filter(({ value }) => value !== null);
    return {
      lead_id: row.lead_id,
      values: Object.fromEntries(known.map(({ field, value }) => [field.name, value])),
      stale: known.filter(({ stale }) => stale).map(({ field }) => field.name),
      activities: activities.filter(({ lead_id }) => lead_id === row.lead_id)
        .map(({ kind, n, days }) => ({ kind, n, days })),
    };
  });
}

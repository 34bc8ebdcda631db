// Rules become one SQL query over leads and facts. It returns a row a lead: lead_id, fit, engagement, score, tier,
// confidence, points (one a rule, in order; null: the facts are missing), next_at, until which the clock changes nothing
// of it, and facts: what the rules read, which costs most. A second query scores again from these, for other rules over
// the same facts. Parameters: $1 org, $2 leads (null: all of the org), $3 the clock, $4 the texts of the rules. Layers
// are kept apart by `offset 0`: the planner would otherwise evaluate a sum once per use.
import { type Catalogue, type Relation, whyExcluded } from "./catalogue.ts";
import { CelProblem, celToSql } from "./cel.ts";
import { Moments } from "./moments.ts";
import { InvalidRules, nearest } from "./problems.ts";
import { type SourcedRules } from "./read_rules.ts";
import { type Axis, type Rule, type Rules, weightOf } from "./rules.ts";

export interface Compiled {
  statement: string;
  /** The query over `s`, a row of lead_scores with the facts of this kind; null: some are not numbers. */
  again: string | null;
  /** What the facts are, as text: facts of an equal text serve both versions. */
  facts: string;
  texts: string[];
  /** Fields and activities that the rules ask for. */
  fields: string[];
  activities: string[];
}

/** Points of a rule stay between these. */
export const MOST_POINTS = 1000;
const ACTIVITY = "activity.";
const HALF = Math.LN2;

/** Throws InvalidRules with every problem of the files. */
export function compileRules(sourced: SourcedRules, catalogue: Catalogue): Compiled {
  const { rules, problems } = sourced;
  const writer = new StatementWriter(sourced, catalogue);
  const bodies = rules.rules.map((rule) => writer.rule(rule));
  if (problems.length > 0) throw new InvalidRules(problems);
  const kept = writer.columns(bodies);
  const facts = writer.facts();
  return {
    statement: writer.statement(rules, bodies, {
      facts,
      kept: kept === null
        ? "null::float8[]"
        : `array[${kept.map(({ column, type }) => `f.${column}${TO_NUMBER[type]}`).join(", ")}]`,
    }),
    again: kept === null ? null : writer.statement(rules, bodies, {
      facts: `
        select s.lead_id, s.next_at${
        kept.map(({ column, type }, at) =>
          type === "bool"
            ? `, s.facts[${at + 1}] = 1 as ${column}`
            : `, s.facts[${at + 1}] as ${column}`
        ).join("")
      }
        offset 0`,
      kept: null,
    }),
    facts: facts.replaceAll(
      /\(\$4::text\[\]\)\[(\d+)\]/g,
      (_, at) => JSON.stringify(writer.texts[at - 1]),
    ),
    texts: writer.texts,
    fields: [...writer.fields.keys()].sort(),
    activities: [...new Set(writer.activities.map(({ kind }) => kind))].sort(),
  };
}

/** Facts are kept as numbers: 1 is true. */
const TO_NUMBER = { bool: "::integer::float8", number: "::float8" };

interface Layers {
  /** The innermost layer, `f`. */
  facts: string;
  /** SQL over `f`: what is kept of it; null: nothing. */
  kept: string | null;
}

interface Body {
  /** SQL over `f`, a number or null. */
  sql: string;
  /** Names of the fields whose age counts. */
  fields: string[];
  weighs: boolean;
}

class StatementWriter {
  readonly texts: string[] = [];
  /** Field and its column in `f`. */
  readonly fields = new Map<string, string>();
  readonly activities: { kind: string; column: string; sql: string }[] = [];
  readonly #observed = new Map<string, { column: string; sql: string }>();
  readonly #moments: Moments;
  readonly #sourced: SourcedRules;
  readonly #catalogue: Catalogue;

  constructor(sourced: SourcedRules, catalogue: Catalogue) {
    this.#sourced = sourced;
    this.#catalogue = catalogue;
    this.#moments = new Moments(catalogue);
  }

  rule(rule: Rule): Body {
    const fields = new Set<string>();
    let sql = "0";
    if (rule.table) sql = this.#table(rule, rule.table, fields);
    else if (rule.per?.startsWith(ACTIVITY)) sql = this.#activity(rule, rule.per);
    else if (rule.per !== null) sql = this.#perField(rule, rule.per, fields);
    else if (rule.points !== null) sql = `${rule.points}`;
    if (rule.when !== null) {
      const when = this.#cel(rule.id, "when", rule.when, "bool", fields);
      sql = `case ${when} when true then ${sql} when false then 0 end`;
    }
    const weighs = !rule.per?.startsWith(ACTIVITY) || rule.when !== null;
    // Only counted fields and activities have fractions.
    const fractions = rule.per !== null && !rule.table;
    return {
      sql: fractions ? `round((${sql})::float8)::smallint` : `(${sql})::smallint`,
      fields: [...fields],
      weighs,
    };
  }

  #table(rule: Rule, table: NonNullable<Rule["table"]>, fields: Set<string>): string {
    const type = table.steps ? "number" : "text";
    const steps = table.steps?.map(({ from }) => from);
    const of = this.#cel(rule.id, "of", table.of, type, fields, steps);
    const cases = table.steps
      ? [...table.steps].reverse().map(({ from, points }) => `when ${of} >= ${from} then ${points}`)
      : Object.entries(table.values ?? {}).map(([value, points]) =>
        `when ${of} = ${this.#text(value)} then ${points}`
      );
    return `case when ${of} is null then null ${cases.join(" ")} else ${table.otherwise} end`;
  }

  #perField(rule: Rule, per: string, fields: Set<string>): string {
    const of = this.#cel(rule.id, "per", per, "number", fields);
    // `least` and `greatest` ignore null, so null is kept apart.
    return `case when ${of} is not null then ${
      clamp(`${rule.points} * ${of}`, rule.cap ?? MOST_POINTS)
    } end`;
  }

  #activity(rule: Rule, per: string): string {
    const kind = per.slice(ACTIVITY.length);
    if (!this.#catalogue.activities.has(kind)) {
      const reason = whyExcluded(this.#catalogue, per);
      const meant = nearest(kind, this.#catalogue.activities.keys());
      this.#sourced.complain(
        rule.id,
        "per",
        reason !== null
          ? `${per} cannot be used in a score: ${reason}`
          : `unknown activity ${kind}${
            meant === null ? "" : ` (did you mean ${ACTIVITY}${meant}?)`
          }`,
      );
      return "0";
    }
    const group = this.#sourced.rules.groups.find(({ id }) => id === rule.group);
    const points = clamp(`a.n * ${rule.points}`, rule.cap_per_day);
    // exp() of a double: power() would be numeric, and many times slower.
    const decay = group?.half_life_days
      ? ` * exp(-${HALF}::float8 * (($3::timestamptz at time zone 'UTC')::date - a.day)::float8 / ${group.half_life_days}::float8)`
      : "";
    const column = `a${this.activities.length + 1}`;
    if (group?.half_life_days) {
      this.#moments.decays(`act.${column}`, rule.cap ?? MOST_POINTS, group.half_life_days);
    }
    this.activities.push({
      kind,
      column,
      sql: `sum((${points})::float8${decay}) filter (where a.kind = ${this.#text(kind)})`,
    });
    // The last bits of exp() differ: after one half-life, half a point must be half a point.
    return `case when f.${column} is null then 0 else ${
      clamp(`round(f.${column} * 1e6) / 1e6`, rule.cap ?? MOST_POINTS)
    } end`;
  }

  /** SQL of an expression; a problem is reported where it is in the file. */
  #cel(
    rule: string,
    key: string,
    source: string,
    type: string,
    fields: Set<string>,
    steps?: number[],
  ): string {
    try {
      const part = celToSql(source, this.#catalogue, {
        column: (field) => this.#column(field),
        text: (value) => this.#text(value),
      });
      if (part.type !== type) {
        throw new CelProblem(0, `expected ${type}, found ${part.type}`);
      }
      for (const field of part.fields) {
        fields.add(field);
        this.#moments.reads(field);
      }
      for (const { field, with: number } of part.compared) {
        if (number === null && steps) steps.forEach((step) => this.#moments.reaches(field, step));
        else this.#moments.reaches(field, number);
      }
      return part.sql;
    } catch (error) {
      if (!(error instanceof CelProblem)) throw error;
      this.#sourced.complain(rule, key, error.message, error.at);
      return "null";
    }
  }

  #column(field: string): string {
    let column = this.fields.get(field);
    if (!column) this.fields.set(field, column = `f${this.fields.size + 1}`);
    return `f.${column}`;
  }

  #text(value: string): string {
    let at = this.texts.indexOf(value);
    if (at < 0) at = this.texts.push(value) - 1;
    return `($4::text[])[${at + 1}]`;
  }

  /** The columns of `f` besides lead and next_at; null where some are not numbers. */
  columns(bodies: Body[]): { column: string; type: "bool" | "number" }[] | null {
    // Which ages count is only known then.
    this.#ages(bodies);
    const columns: { column: string; type: "bool" | "number" }[] = [];
    for (const [name, column] of this.fields) {
      const { type } = this.#catalogue.fields.get(name)!;
      if (type !== "bool" && type !== "number") return null;
      columns.push({ column, type });
    }
    for (const { column } of this.#observed.values()) columns.push({ column, type: "bool" });
    for (const { column } of this.activities) columns.push({ column, type: "number" });
    return columns;
  }

  facts(): string {
    // The planner takes a table without rows for one that is cheap to read for each lead, so erasures are hashed.
    return `
        select l.id as lead_id${this.#facts()}
        from public.leads l${this.#joins()}
        where l.org_id = $1 and ($2::uuid[] is null or l.id = any ($2))
          and l.id not in (select e.lead_id from public.erasures e
            where e.org_id = $1 and ($2::uuid[] is null or e.lead_id = any ($2)))
        offset 0`;
  }

  statement(rules: Rules, bodies: Body[], { facts, kept }: Layers): string {
    const made = kept === null ? "" : `, ${kept} as facts`;
    const passed = (from: string) => kept === null ? "" : `, ${from}.facts`;
    const points = rules.rules.map((rule, at) =>
      typeof rule.missing === "object"
        ? `coalesce(r.b${at + 1}, ${rule.missing.points})`
        : `r.b${at + 1}`
    );
    const groups = rules.groups.map((group) => {
      const sums = rules.rules.flatMap((rule, at) =>
        rule.group === group.id ? [`coalesce(${points[at]}, 0)`] : []
      );
      return clamp(`(${sums.join(" + ") || "0"})`, group.cap);
    });
    const total = (axis: Axis) =>
      rules.groups.flatMap((group, at) => group.axis === axis ? [`g.g${at + 1}`] : []).join(
        " + ",
      ) || "0";
    const columns = (prefix: string, items: string[]) =>
      items.map((item, at) => `, ${item} as ${prefix}${at + 1}`).join("");
    return `select o.lead_id, o.fit, o.engagement,
  ((o.fit * ${rules.weights.fit} + o.engagement * ${rules.weights.engagement} + 50) / 100)::smallint as score,
  ${this.#tier(rules, "fit")} || ${
      this.#tier(rules, "engagement")
    } as tier, o.confidence, o.points, o.next_at${passed("o")}
from (
  select g.lead_id, g.points, g.confidence, g.next_at${passed("g")},
    least(100, greatest(0, ${total("fit")}))::smallint as fit,
    least(100, greatest(0, ${total("engagement")}))::smallint as engagement
  from (
    select r.lead_id, r.next_at${passed("r")}, array[${points.join(", ")}]::smallint[] as points,
      ${this.#confidence(rules, bodies)} as confidence${columns("g", groups)}
    from (
      select f.lead_id, f.next_at${made}${columns("b", bodies.map(({ sql }) => sql))}${
      this.#ages(bodies)
    }
      from (${facts}
      ) f
      offset 0
    ) r
    offset 0
  ) g
  offset 0
) o`;
  }

  #tier(rules: Rules, axis: Axis): string {
    const [lowest, ...higher] = rules.tiers[axis];
    const cases = higher.reverse().map(({ name, from }) =>
      `when o.${axis} >= ${from} then ${this.#text(name)}`
    );
    return cases.length === 0
      ? this.#text(lowest!.name)
      : `case ${cases.join(" ")} else ${this.#text(lowest!.name)} end`;
  }

  /** The share of the weight whose facts are known and fresh. A skipped rule weighs only where its facts are known. */
  #confidence(rules: Rules, bodies: Body[]): string {
    const known: string[] = [];
    const all: string[] = [];
    rules.rules.forEach((rule, at) => {
      const weight = weightOf(rule);
      if (!bodies[at]!.weighs || weight === 0) return;
      const is = `r.b${at + 1} is not null`;
      const counts = this.#freshness(bodies[at]!) === null ? is : `${is} and r.n${at + 1}`;
      known.push(`case when ${counts} then ${weight} else 0 end`);
      all.push(rule.missing === "skip" ? `case when ${is} then ${weight} else 0 end` : `${weight}`);
    });
    if (all.length === 0) return "100::smallint";
    return `coalesce(round(100::float8 * (${known.join(" + ")}) / nullif(${
      all.join(" + ")
    }, 0)), 0)::smallint`;
  }

  /** Whether what a rule knows is fresh; null: it always is. */
  #freshness({ fields }: Body): string | null {
    const fresh = fields.flatMap((name) => {
      const age = this.#age(name);
      return age === null ? [] : [`(f.${this.fields.get(name)} is null or f.${age.column})`];
    });
    return fresh.length === 0 ? null : fresh.join(" and ");
  }

  #ages(bodies: Body[]): string {
    return bodies.map((body, at) => {
      const fresh = this.#freshness(body);
      return fresh === null ? "" : `, ${fresh} as n${at + 1}`;
    }).join("");
  }

  /** The column of `f` that says whether a field is fresh. Many fields are as old as the lead's list. */
  #age(name: string): { column: string; sql: string } | null {
    const { observed, fresh_days } = this.#catalogue.fields.get(name)!;
    if (observed === null || fresh_days === null) return null;
    const sql = `coalesce((${observed}) >= $3::timestamptz - interval '${
      fresh_days * 24
    } hours', true)`;
    let age = this.#observed.get(sql);
    if (!age) {
      this.#observed.set(sql, age = { column: `o${this.#observed.size + 1}`, sql });
      this.#moments.ages(observed, fresh_days);
    }
    return age;
  }

  #facts(): string {
    const facts = [...this.fields].map(([name, column]) => {
      const field = this.#catalogue.fields.get(name)!;
      const cast = { bool: "boolean", number: "float8", text: "text", list: "text[]" }[field.type];
      return `,\n          (${field.expression})::${cast} as ${column}`;
    });
    const ages = [...this.#observed.values()].map(({ column, sql }) =>
      `,\n          ${sql} as ${column}`
    );
    const next = `,\n          ${this.#moments.next(this.#relations())} as next_at`;
    return [...facts, ...ages, ...this.activities.map(({ column }) => `, act.${column}`), next]
      .join("");
  }

  #relations(): Relation[] {
    const names = new Set(
      [...this.fields.keys()].flatMap((name) => this.#catalogue.fields.get(name)!.relation ?? []),
    );
    return [...names].sort().map((name) => this.#catalogue.relations.get(name)!);
  }

  #joins(): string {
    const joins = this.#relations().map(({ sql }) => sql);
    if (this.activities.length > 0) {
      joins.push(`left join (
          select a.lead_id, ${
        this.activities.map(({ sql, column }) => `${sql} as ${column}`).join(", ")
      }
          from private.lead_activities($1, $2, $3) a
          group by a.lead_id
        ) act on act.lead_id = l.id`);
    }
    return joins.map((join) => `\n        ${join}`).join("");
  }
}

/** Between -cap and cap. */
const clamp = (sql: string, cap: number | null): string =>
  cap === null ? sql : `least(${cap}, greatest(-${cap}, ${sql}))`;

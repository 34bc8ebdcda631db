// The law of docs/scoring.md: the compiled query gives every lead what the rules mean, row by row, evaluated by the CEL
// library. Facts are missing at random, old at random; rules are random expressions over the whole catalogue.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Catalogue,
  type FieldType,
} from "../../../edge-functions/_shared/scoring/catalogue.ts";
import { celToSql } from "../../../edge-functions/_shared/scoring/cel.ts";
import { compileRules } from "../../../edge-functions/_shared/scoring/compile.ts";
import { readCatalogue } from "../../../edge-functions/_shared/scoring/read_catalogue.ts";
import type { Group, Rule, Rules } from "../../../edge-functions/_shared/scoring/rules.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { type LeadFacts, readFacts, scoreByRow, type Scored, type Sql } from "./support.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: Sql;
let catalogue: Catalogue;
let facts: LeadFacts[];
let org: string;
const NOW = new Date("2026-11-27T18:30:00Z");

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl);
  org = await insertLeads();
  catalogue = await readCatalogue(sql);
  facts = await readFacts(sql, catalogue, org, NOW);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const lead = fc.record({
  situs_state: maybe(fc.constantFrom("CA", "NV", "TX")),
  situs_street: maybe(fc.constantFrom("MAIN ST", "OAK AVE")),
  situs_house_number: maybe(fc.constantFrom("1", "22")),
  situs_zip: maybe(fc.constantFrom("90001", "89101")),
  mailing_street: maybe(fc.constantFrom("1 Main St", "22 Oak Ave", "PO Box 5")),
  mailing_state: maybe(fc.constantFrom("CA", "NV")),
  mailing_zip: maybe(fc.constantFrom("90001", "89101-1234")),
  owner_full: maybe(fc.constantFrom("Ames Holdings LLC", "Pat Ames")),
  consent: fc.boolean(),
  phone_verified: fc.boolean(),
  phone_verification_codes: fc.subarray(["PS01", "PS08", "PE01"]),
  email_verification_codes: fc.subarray(["ES01", "EE01"]),
  attributes: fc.dictionary(
    fc.constantFrom(
      ...["Estimated Value", "ESTIMATED_VALUE", "Est. Value", "AVM", "LTV", "Last Sale Date"],
      ...["Year Built", "year-built", "Other"],
    ),
    fc.constantFrom("$450,000", "62 %", "6/30/2015", "1987", "none", ""),
  ),
  days: fc.nat(1500),
  replies: fc.array(
    fc.record({ days: fc.nat(200), label: maybe(fc.constantFrom("interested", "not_interested")) }),
    {
      maxLength: 4,
    },
  ),
  calls: fc.array(fc.record({ days: fc.nat(200), answered: fc.boolean() }), { maxLength: 3 }),
  property: fc.array(
    fc.record({
      name: fc.constantFrom(
        "value",
        "value",
        "equity",
        "mortgage",
        "mortgage",
        "sale",
        "foreclosure",
      ),
      days: fc.nat(1000),
      amount: maybe(fc.constantFrom(0, 150_000, 300_000, 450_000)),
    }),
    { maxLength: 6 },
  ),
});

async function insertLeads(): Promise<string> {
  const [row] = await sql`
    insert into public.orgs (name, time_zone) values ('Acme', 'America/Los_Angeles') returning id`;
  await sql`insert into public.sources (org_id, key, name) values (${row!.id}, 'list', 'List')`;
  const leads = fc.sample(lead, { numRuns: 150, seed: 7 });
  await sql.begin(async (tx) => {
    await tx`set local sluice.actor = 'upload'`;
    for (const { days, replies, calls, property, ...columns } of leads) {
      const at = new Date(NOW.getTime() - days * 86_400_000);
      const [{ id }] = await tx`
        insert into public.leads ${
        tx({
          ...columns,
          org_id: row!.id,
          attributes: columns.attributes as never,
          consented_at: columns.consent ? at : null,
          observed_at: at,
          created_at: at,
          source_id: null,
        })
      } returning id` as unknown as [{ id: string }];
      for (const [k, { days, label }] of replies.entries()) {
        const at = new Date(NOW.getTime() - days * 86_400_000);
        await tx`
          insert into public.replies
            (org_id, lead_id, value_bidx, channel, provider, event_key, at, request, label, labelled_by, labelled_at)
          values (${row!.id}, ${id}, 'x', 'sms', 'twilio', ${`${id}-${k}`}, ${at}, 'none', ${label},
            ${label && "rules"}, ${label && at})`;
      }
      for (const [k, { name, days, amount }] of property.entries()) {
        await tx`
          insert into public.property_facts
            (org_id, lead_id, property_hash, provider, name, as_of, entry, amount_usd, terms, obtained_at)
          values (${row!.id}, ${id}, 'x', 'attom', ${name}, ${new Date(
          NOW.getTime() - days * 86_400_000,
        )}, ${k}, ${amount}, '', ${NOW})`;
      }
      for (const [k, { days, answered }] of calls.entries()) {
        await tx`
          insert into public.calls (org_id, lead_id, provider, event_key, direction, at, answered)
          values (${row!.id}, ${id}, 'vapi', ${`${id}-${k}`}, 'outbound',
            ${new Date(NOW.getTime() - days * 86_400_000)}, ${answered})`;
      }
    }
  });
  return row!.id;
}

/** Values that the facts have, so that comparisons are not all false. */
const LITERALS: Record<string, fc.Arbitrary<string>> = {
  number: fc.oneof(
    fc.constantFrom("0", "1", "5", "62", "100", "365", "1987", "450000", "-3"),
    fc.double({ min: -10, max: 1000, noNaN: true }).map((value) => value.toFixed(2)),
  ),
  text: fc.constantFrom('"CA"', '"NV"', '"new"', '"it\'s"', '"\\"; drop"', '"PS01"', '"é"'),
};

function expressions() {
  const names = (type: FieldType) =>
    fc.constantFrom(
      ...[...catalogue.fields.values()].filter((field) => field.type === type)
        .map(({ name }) => name),
    );
  const any = fc.constantFrom(...catalogue.fields.keys());
  const listOf = (items: fc.Arbitrary<string>) => fc.array(items, { minLength: 1, maxLength: 3 });
  const literals = {
    text: listOf(LITERALS.text!),
    number: fc.oneof(
      listOf(LITERALS.number!.filter((text) => text.includes("."))),
      listOf(LITERALS.number!.filter((text) => !text.includes("."))),
    ),
  };
  return fc.letrec<{ bool: string }>((tie) => ({
    bool: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      names("bool"),
      any.map((name) => `has(${name})`),
      fc.tuple(names("number"), fc.constantFrom("<", "<=", ">", ">=", "==", "!="), LITERALS.number!)
        .map((parts) => parts.join(" ")),
      fc.tuple(LITERALS.number!, fc.constantFrom("<", ">="), names("number")).map((parts) =>
        parts.join(" ")
      ),
      fc.tuple(names("number"), fc.constantFrom("<", "==", "!="), names("number")).map((parts) =>
        parts.join(" ")
      ),
      fc.tuple(names("text"), fc.constantFrom("==", "!="), LITERALS.text!).map((parts) =>
        parts.join(" ")
      ),
      fc.tuple(names("text"), literals.text).map(([name, list]) =>
        `${name} in [${list.join(", ")}]`
      ),
      fc.tuple(names("number"), literals.number).map(([name, list]) =>
        `${name} in [${list.join(", ")}]`
      ),
      fc.tuple(LITERALS.text!, names("list")).map(([text, name]) => `${text} in ${name}`),
      fc.tuple(names("text"), names("list")).map(([text, name]) => `${text} in ${name}`),
      fc.tuple(names("list"), fc.constantFrom(">", "==", "<="), fc.nat(3)).map(([name, op, n]) =>
        `size(${name}) ${op} ${n}`
      ),
      fc.tuple(names("bool"), fc.constantFrom("==", "!="), fc.boolean()).map((parts) =>
        parts.join(" ")
      ),
      tie("bool").map((one) => `!(${one})`),
      fc.tuple(tie("bool"), fc.constantFrom("&&", "||"), tie("bool")).map(([a, op, b]) =>
        `(${a} ${op} ${b})`
      ),
      fc.tuple(tie("bool"), tie("bool"), tie("bool")).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    ),
  })).bool;
}

const points = fc.integer({ min: -40, max: 40 });
const cap = maybe(fc.integer({ min: 1, max: 50 }));

const EMPTY: Rule = {
  id: "r",
  group: "",
  words: "W",
  when: null,
  points: null,
  table: null,
  per: null,
  cap: null,
  cap_per_day: null,
  missing: "zero",
};

function rulesOf(): fc.Arbitrary<Rules> {
  const of = (type: FieldType) =>
    fc.constantFrom(
      ...[...catalogue.fields.values()].filter((field) => field.type === type)
        .map(({ name }) => name),
    );
  const when = maybe(expressions());
  const missing = fc.oneof(
    fc.constantFrom<Rule["missing"]>("zero", "skip"),
    points.map((points) => ({ points })),
  );
  const body = fc.oneof(
    fc.tuple(expressions(), points).map(([when, points]) => ({ when, points })),
    fc.record({ when, points, per: of("number"), cap }),
    fc.record({
      when,
      points,
      per: fc.constantFrom("replied", "replied_with_interest", "called", "declined").map((kind) =>
        `activity.${kind}`
      ),
      cap,
      cap_per_day: cap,
    }),
    fc.record({
      when,
      table: fc.record({
        of: of("number"),
        steps: fc.uniqueArray(fc.integer({ min: -5, max: 500 }), { minLength: 1, maxLength: 4 })
          .chain((froms) =>
            fc.array(points, { minLength: froms.length, maxLength: froms.length }).map((points) =>
              froms.sort((a, b) => a - b).map((from, at) => ({ from, points: points[at]! }))
            )
          ),
        values: fc.constant(null),
        otherwise: points,
      }),
    }),
    fc.record({
      when,
      table: fc.record({
        of: of("text"),
        steps: fc.constant(null),
        values: fc.dictionary(fc.constantFrom("CA", "NV", "new", "it's", "list"), points),
        otherwise: points,
      }),
    }),
  );
  const groups: Group[] = [
    { id: "fit_a", axis: "fit", cap: 40, half_life_days: null },
    { id: "fit_b", axis: "fit", cap: null, half_life_days: null },
    { id: "decays", axis: "engagement", cap: 60, half_life_days: 30 },
    { id: "stays", axis: "engagement", cap: 30, half_life_days: null },
  ];
  const rule = fc.tuple(body, missing, fc.nat(3)).map(([body, missing, at]): Rule => ({
    ...EMPTY,
    ...body,
    missing,
    group: groups[at]!.id,
  }));
  return fc.record({
    vertical: fc.constant("test"),
    weights: fc.integer({ min: 0, max: 100 }).map((fit) => ({ fit, engagement: 100 - fit })),
    groups: fc.constant(groups),
    rules: fc.array(rule, { minLength: 1, maxLength: 15 }),
    tiers: fc.constant({
      fit: [{ name: "C", from: 0 }, { name: "B", from: 20 }, { name: "A", from: 50 }],
      engagement: [{ name: "3", from: 0 }, { name: "2", from: 15 }, { name: "1", from: 40 }],
    }),
  });
}

/** The facts were read by private.list_value; what runs has look-ups of the headers that the org has. */
async function asRun(statement: string): Promise<string> {
  const [row] = await sql`
    select private.score_query(${statement}, private.list_headers(${org}, null, ${statement})) as query`;
  return row!.query;
}

const fieldsOf = (rule: Rule): string[] =>
  [rule.when, rule.table?.of, rule.per?.startsWith("activity.") ? null : rule.per].flatMap((
    source,
  ) =>
    source ? celToSql(source, catalogue, { column: (name) => name, text: () => "''" }).fields : []
  );

test("the facts differ from lead to lead, and some are missing, some old", () => {
  expect(facts).toHaveLength(150);
  for (
    const name of [
      "lead.absentee",
      "property.value",
      "contact.phone_verified",
      "property.years_owned",
      "property.equity",
      "property.equity_percent",
      "property.days_since_sale",
      "property.days_since_foreclosure",
    ]
  ) {
    const values = facts.map(({ values }) => values[name]);
    expect(new Set(values).size, name).toBeGreaterThan(1);
    expect(values, name).toContain(undefined);
  }
  expect(facts.some(({ stale }) => stale.length > 0)).toBe(true);
  expect(facts.some(({ activities }) => activities.length > 1)).toBe(true);
});

test("SQL gives each lead what CEL gives it", { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(rulesOf(), async (rules) => {
      const { statement, texts } = compileRules({
        rules,
        problems: [],
        complain: (rule, key, message) => {
          throw new Error(`${rule} ${key}: ${message} in ${JSON.stringify(rules)}`);
        },
      }, catalogue);
      // As JSON: the client has no null in an array of numbers.
      const rows = await sql.unsafe(
        `select to_jsonb(x) as lead from (${await asRun(statement)}) x`,
        [
          org,
          null as never,
          NOW,
          texts,
        ],
      );
      const expected = facts.map((facts) => scoreByRow(rules, fieldsOf, facts));
      const sorted = rows.map(({ lead: { next_at: _, facts: __, ...scored } }) => scored as Scored)
        .sort((a, b) => a.lead_id < b.lead_id ? -1 : 1);
      expect(sorted).toEqual(expected);
    }),
    { numRuns: 150 },
  );
});

async function scoresAt(rules: Rules, at: Date): Promise<(Scored & { next_at: string | null })[]> {
  const { statement, texts } = compileRules({ rules, problems: [], complain: () => {} }, catalogue);
  const rows = await sql.unsafe(
    `select to_jsonb(x) as lead from (${await asRun(statement)}) x order by x.lead_id`,
    [org, null as never, at, texts],
  );
  return rows.map(({ lead: { facts: _, ...scored } }) => scored);
}

const without = ({ next_at: _, ...scored }: Scored & { next_at: string | null }) => scored;

test("until next_at the clock changes no score", { timeout: 600_000 }, async () => {
  let waiting = 0, due = 0;
  await fc.assert(
    fc.asyncProperty(rulesOf(), fc.integer({ min: 1, max: 900 * 24 }), async (rules, hours) => {
      const later = new Date(NOW.getTime() + hours * 3_600_000);
      const [now, then] = [await scoresAt(rules, NOW), await scoresAt(rules, later)];
      const stay = (n: number) =>
        now[n]!.next_at === null || Date.parse(now[n]!.next_at!) > later.getTime();
      for (const [n, scored] of now.entries()) {
        if (!stay(n)) due++;
        else {
          waiting++;
          expect(without(then[n]!), `${scored.next_at} after ${hours} hours`)
            .toEqual(without(scored));
        }
      }
    }),
    { numRuns: 150 },
  );
  // Both are common, or the law would say nothing.
  expect(waiting).toBeGreaterThan(1000);
  expect(due).toBeGreaterThan(1000);
});

/** Other points, weights and tiers over the same facts: what activities are worth is a part of theirs. */
const revalued = (rules: Rules): Rules => ({
  ...rules,
  weights: { fit: rules.weights.engagement, engagement: rules.weights.fit },
  groups: rules.groups.map((group) => ({ ...group, cap: group.cap === null ? 35 : null })),
  rules: rules.rules.map((rule) => ({
    ...rule,
    points: rule.points === null || rule.per?.startsWith("activity.")
      ? rule.points
      : 7 - rule.points,
    missing: rule.missing === "zero" ? { points: 3 } : rule.missing,
    table: rule.table && {
      ...rule.table,
      steps: rule.table.steps?.map(({ from, points }) => ({ from, points: points + 5 })) ?? null,
      otherwise: rule.table.otherwise - 2,
    },
  })),
});

async function activate(rules: Rules, at: Date): Promise<number> {
  const compiled = compileRules({ rules, problems: [], complain: () => {} }, catalogue);
  const [row] = await sql<{ changed: number }[]>`
    with put as (
      select version from private.put_score_version(${org}, 'test', ${
    sql.json(rules as never)
  }, '{}',
        ${sql.json(compiled as never)}, ${at})
    ), active as materialized (
      select public.activate_score(${org}, version, ${at}) from put
    )
    select count(*)::integer as changed from active`;
  return row!.changed;
}

test(
  "scores from kept facts are those that reading the facts gives",
  { timeout: 600_000 },
  async () => {
    const numbers = (rule: Rule) =>
      fieldsOf(rule).every((name) => ["bool", "number"].includes(catalogue.fields.get(name)!.type));
    let kept = 0, read = 0;
    await fc.assert(
      fc.asyncProperty(
        rulesOf().map((rules) => ({ ...rules, rules: rules.rules.filter(numbers) }))
          .filter(({ rules }) => rules.length > 0),
        fc.integer({ min: 0, max: 60 * 24 }),
        async (rules, hours) => {
          await sql.begin(async (tx) => {
            await tx`set local sluice.actor = 'system'`;
            await tx`delete from public.lead_scores where org_id = ${org}`;
            await tx`set local session_replication_role = replica`;
            for (const table of ["score_activations", "score_versions"]) {
              await tx.unsafe(`delete from public.${table} where org_id = $1`, [org]);
            }
            await tx`delete from private.score_statements where org_id = ${org}`;
            await tx`delete from private.score_queue where org_id = ${org}`;
          });
          const score = (at: Date) =>
            sql.begin(async (tx) => {
              await tx`set local sluice.actor = 'system'`;
              const [row] = await tx<{ again: number | null }[]>`
              select private.score_again(${org}, ${at})::integer as again`;
              if (row!.again === null) await tx`select private.score_leads(${org}, null, ${at})`;
              return row!.again !== null;
            });
          await activate(rules, NOW);
          expect(await score(NOW)).toBe(false);
          const later = new Date(NOW.getTime() + hours * 3_600_000);
          const others = revalued(rules);
          await activate(others, later);
          if (await score(later)) kept++;
          else read++;
          const rows = await sql<{ lead: Scored }[]>`
          select to_jsonb(s) - '{org_id,version,rule_score,scored_at,next_at,facts,facts_of}'::text[] as lead
          from public.lead_scores s where s.org_id = ${org} order by s.lead_id`;
          expect(rows.map(({ lead }) => lead)).toEqual(
            (await scoresAt(others, later)).map(without),
          );
        },
      ),
      { numRuns: 60 },
    );
    // Where too many leads are due, or an activity's cap is another, the facts are read.
    expect(kept).toBeGreaterThan(10);
    expect(kept + read).toBeGreaterThan(20);
  },
);

test("interest is due on the day on which it loses a point", async () => {
  const rules: Rules = {
    vertical: "test",
    weights: { fit: 50, engagement: 50 },
    groups: [{ id: "decays", axis: "engagement", cap: 60, half_life_days: 30 }],
    rules: [{ ...EMPTY, group: "decays", per: "activity.replied", points: 9, cap: 20 }],
    tiers: { fit: [{ name: "A", from: 0 }], engagement: [{ name: "1", from: 0 }] },
  };
  const now = await scoresAt(rules, NOW);
  const decaying = now.filter(({ points }) => points[0]! > 0);
  expect(decaying.length).toBeGreaterThan(30);
  expect(now.filter(({ points }) => points[0] === 0).every(({ next_at }) => next_at === null))
    .toBe(true);
  for (const { lead_id, next_at, points } of decaying) {
    const at = Date.parse(next_at!);
    const then = await scoresAt(rules, new Date(at));
    expect(then.find((one) => one.lead_id === lead_id)!.points[0]).toBe(points[0]! - 1);
    expect(at % 86_400_000).toBe(0);
  }
});

test("a query about some leads answers about those only", async () => {
  const rules = fc.sample(rulesOf(), { numRuns: 1, seed: 3 })[0]!;
  const { statement, texts } = compileRules({ rules, problems: [], complain: () => {} }, catalogue);
  const some = facts.slice(10, 13).map(({ lead_id }) => lead_id);
  const rows = await sql.unsafe(await asRun(statement), [org, some, NOW, texts]);
  expect(rows.map(({ lead_id }) => lead_id).sort()).toEqual(some);
});

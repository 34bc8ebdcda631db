// The catalogue of the database. Any client with tagged queries will do.
import type { Catalogue, Exclusion, Field, Relation } from "./catalogue.ts";

// deno-lint-ignore no-explicit-any
type Query = (parts: TemplateStringsArray, ...values: any[]) => PromiseLike<readonly any[]>;

export async function readCatalogue(sql: Query): Promise<Catalogue> {
  const fields = await sql`
    select name, type, relation, expression, observed, fresh_days, words, counts_since, next_change
    from public.score_fields order by name` as readonly Field[];
  const relations = await sql`
    select name, sql, next_change from public.score_relations` as readonly Relation[];
  const activities = await sql`select kind, words from public.score_activities order by kind`;
  const exclusions = await sql`
    select pattern, reason from public.score_exclusions order by pattern collate "C"` as readonly Exclusion[];
  return {
    fields: new Map(fields.map((field) => [field.name, { ...field }])),
    relations: new Map(relations.map((relation) => [relation.name, { ...relation }])),
    activities: new Map(activities.map(({ kind, words }) => [kind, words])),
    exclusions: exclusions.map((exclusion) => ({ ...exclusion })),
  };
}

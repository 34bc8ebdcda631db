// Writes docs/schema.md from the comments of a freshly built database: `npm run docs:schema`, or with
// `--check` reports whether the page is current.
import { listItem, wrap } from "./markdown.ts";
import { documentOf, type Sql, writePage } from "./page.ts";

const oneLine = (text: string | null) => (text ?? "").replace(/\s+/g, " ").trim();

async function relations(sql: Sql): Promise<string[]> {
  const tables = await sql`
    select c.oid::integer as id, c.relname as name, c.relkind as kind, obj_description(c.oid) as comment
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by c.relname`;
  const columns = await sql`
    select a.attrelid::integer as id, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
      a.attnotnull as required, col_description(a.attrelid, a.attnum) as comment
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
    order by a.attrelid, a.attnum`;
  const kinds: Record<string, string> = {
    v: " (view)",
    m: " (materialized view)",
    p: " (partitioned)",
  };
  return tables.flatMap((table) => [
    `### ${table.name}${kinds[table.kind] ?? ""}`,
    "",
    wrap(oneLine(table.comment)),
    "",
    ...columns.filter((column) => column.id === table.id).map((column) =>
      listItem(
        `\`${column.name}\` ${column.type}${column.required ? "" : "?"}` +
          (column.comment ? `: ${oneLine(column.comment)}` : ""),
      )
    ),
    "",
  ]);
}

async function functions(sql: Sql): Promise<string[]> {
  const rows = await sql`
    select p.proname as name, pg_get_function_identity_arguments(p.oid) as arguments,
      obj_description(p.oid) as comment
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.prorettype <> 'trigger'::regtype
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    order by p.proname`;
  return rows.flatMap((row) => [
    `### ${row.name}`,
    "",
    wrap(`\`${row.name}(${oneLine(row.arguments)})\``),
    "",
    wrap(oneLine(row.comment)),
    "",
  ]);
}

async function enums(sql: Sql): Promise<string[]> {
  const rows = await sql`
    select t.typname as name, string_agg(e.enumlabel, ', ' order by e.enumsortorder) as labels,
      obj_description(t.oid) as comment
    from pg_type t join pg_enum e on e.enumtypid = t.oid
    where t.typnamespace = 'public'::regnamespace group by t.oid, t.typname order by t.typname`;
  return [
    ...rows.map((row) => listItem(`\`${row.name}\`: ${row.labels}. ${oneLine(row.comment)}`)),
    "",
  ];
}

export function schemaDocument(): Promise<string> {
  return documentOf(async (sql) => {
    // The test template has pgTAP on top; it is an extension and so is left out with all of them.
    return [
      "# Schema",
      "",
      "Made from the comments of the database by `npm run docs:schema`. A question mark after a type means that " +
      "the column",
      "may be null. Schema `private`, which the API does not expose, is documented in `sql/`.",
      "",
      "## Tables and views",
      "",
      ...await relations(sql),
      "## Types",
      "",
      ...await enums(sql),
      "## Functions",
      "",
      ...await functions(sql),
    ];
  });
}

if (import.meta.main) writePage("schema.md", await schemaDocument(), "npm run docs:schema");

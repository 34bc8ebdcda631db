// The schema as pg_dump prints it, by object, and what differs between two of them.
import { postgresClient } from "./paths.ts";
import { run } from "./supabase.ts";

/** Definitions by object: "TABLE public.leads". */
export type Schema = Map<string, string>;

export async function databaseSchema(url: string): Promise<Schema> {
  return readSchema(await schemaDump(url));
}

async function schemaDump(url: string): Promise<string> {
  const outcome = await run(postgresClient("pg_dump"), [
    ...["--schema-only", "--no-owner", "--exclude-schema=supabase_migrations", url],
  ]);
  if (outcome.status !== 0) throw new Error(`pg_dump: ${outcome.stderr}`);
  return outcome.stdout;
}

const header = /^--\n-- Name: (.+); Type: ([A-Z ]+); Schema: (\S+); Owner: .*\n--\n/gm;

/**
 * Splits a dump into objects. The order of a table's columns is left out: PostgreSQL adds a column at the end only, so
 * a migrated table and a fresh one differ there for good, and no statement of ours may depend on it
 * (test/unit/platform/no_statement_depends_on_column_order.test.ts). Types keep theirs: it is part of their values.
 */
export function readSchema(dump: string): Schema {
  const schema: Schema = new Map();
  const starts = [...dump.matchAll(header)];
  starts.forEach((start, i) => {
    const [all, name, type, namespace] = start;
    const end = starts[i + 1]?.index ?? dump.indexOf("\n--\n-- PostgreSQL database dump complete");
    const body = dump.slice((start.index ?? 0) + all.length, end < 0 ? undefined : end)
      .split("\n").filter((line) => line.trim() && !/^(SET|\\(un)?restrict) /.test(line)).join(
        "\n",
      );
    const key = `${type} ${namespace === "-" ? "" : `${namespace}.`}${name}`;
    // Rights are listed in the order in which they were granted.
    const text = type === "TABLE"
      ? sortColumns(body)
      : type.endsWith("ACL")
      ? body.split("\n").sort().join("\n")
      : body;
    schema.set(key, schema.has(key) ? `${schema.get(key)}\n${text}` : text);
  });
  return schema;
}

function sortColumns(definition: string): string {
  const lines = definition.split("\n");
  const first = lines.findIndex((line) => line.endsWith("("));
  const last = lines.findIndex((line, i) => i > first && line.startsWith(")"));
  if (first < 0 || last < 0) return definition;
  const columns: string[] = [];
  for (const line of lines.slice(first + 1, last)) {
    // A default or check of several lines belongs to the line that it starts on.
    if (/^ {4}\S/.test(line)) columns.push(line.replace(/,$/, ""));
    else columns.push(`${columns.pop() ?? ""}\n${line.replace(/,$/, "")}`);
  }
  return [...lines.slice(0, first + 1), ...columns.sort(), ...lines.slice(last)].join("\n");
}

export interface SchemaDifference {
  object: string;
  before?: string;
  after?: string;
}

export function compareSchemas(from: Schema, to: Schema): SchemaDifference[] {
  return [...new Set([...from.keys(), ...to.keys()])].sort().flatMap(
    (object): SchemaDifference[] => {
      const before = from.get(object);
      const after = to.get(object);
      if (before === after) return [];
      return [{
        object,
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      }];
    },
  );
}

/** Object and first line that differs, for people. */
export function describeDifference({ object, before, after }: SchemaDifference): string {
  if (before === undefined) return `${object}: only in sql/`;
  if (after === undefined) return `${object}: only in the migrations`;
  const [one, two] = [before.split("\n"), after.split("\n")];
  // Columns are sorted, so a new one shifts the lines after it: show a line that the other side lacks.
  const [gone, come] = [
    one.find((line) => !two.includes(line)),
    two.find((line) => !one.includes(line)),
  ];
  if (gone === undefined && come === undefined) return `${object}: the same lines in another order`;
  return [
    `${object}:`,
    ...(gone === undefined ? [] : [`  only in the migrations: ${gone.trim()}`]),
    ...(come === undefined ? [] : [`  only in sql/: ${come.trim()}`]),
  ].join("\n");
}

// Rows that building sql/ leaves in a database: rules, reference tables, cron jobs, queues. They are released like
// structure: a migration carries what differs, and the drift check compares it.
import type postgres from "postgres";
import { connect } from "./database.ts";

/** Schemas whose tables belong to the platform or to an extension. */
const platformSchemas = [
  "auth",
  "cron",
  "extensions",
  "net",
  "realtime",
  "storage",
  "supabase_migrations",
  "vault",
];

/**
 * Every table with rows after a build is reference data, so that a new one is covered without being listed.
 * A table whose rows are something else is listed here, with the reason.
 */
const notReferenceData: Record<string, string> = {
  "private.daily_runs": "what the schedule did in this database",
};

/** A column whose default is the time, a random value or a counter says when a row was written, not what it means. */
const accidental =
  /\b(now|clock_timestamp|statement_timestamp|gen_random_uuid|nextval)\(|CURRENT_/i;

/** Columns that the running system writes into rows that a release defines. */
const runtimeColumns: Record<string, RegExp> = {
  "pgboss.queue": /_count$|_on$|^ready_history$|^singletons_active$/,
  "pgboss.version": /_on$/,
};

type Row = Record<string, string | null>;

export interface Table {
  name: string;
  /** The columns that a migration writes. */
  columns: string[];
  /** Those of them that identify a row. */
  key: string[];
  /** Tables that its foreign keys point to. */
  parents: string[];
  rows: Map<string, Row>;
}

export interface TableChange {
  table: Table;
  written: Row[];
  /** Rows that exist but differ, with the columns that do. */
  changed: { row: Row; before: Row; columns: string[] }[];
  removed: Row[];
}

const identifier = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

const literal = (value: string | null | undefined): string =>
  value === null || value === undefined ? "null" : `'${value.replaceAll("'", "''")}'`;

async function readTable(sql: postgres.Sql, name: string): Promise<Table> {
  const columns = await sql<{ name: string; fallback: string; generated: boolean }[]>`
    select a.attname as name, coalesce(pg_get_expr(d.adbin, d.adrelid), '') as fallback,
      a.attgenerated <> '' or a.attidentity <> '' as generated
    from pg_attribute a left join pg_attrdef d on (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
    where a.attrelid = ${name}::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`;
  const keys = await sql<{ columns: string[] }[]>`
    select array(select a.attname::text from pg_attribute a
      where a.attrelid = i.indrelid and a.attnum = any (i.indkey) order by a.attname) as columns
    from pg_index i
    where i.indrelid = ${name}::regclass and i.indisunique and i.indpred is null and i.indexprs is null
      and not exists (select from pg_attribute a
        where a.attrelid = i.indrelid and a.attnum = any (i.indkey) and not a.attnotnull)
    order by i.indisprimary desc, i.indexrelid::regclass::text`;
  const ours = columns.filter((column) =>
    !column.generated && !accidental.test(column.fallback) &&
    !runtimeColumns[name]?.test(column.name)
  ).map((column) => column.name);
  const key = keys.find((candidate) => candidate.columns.every((column) => ours.includes(column)));
  const parents = await sql<{ name: string }[]>`
    select distinct c.confrelid::regclass::text as name from pg_constraint c
    where c.contype = 'f' and c.conrelid = ${name}::regclass and c.confrelid <> c.conrelid`;
  const list = ours.map((column) => `${identifier(column)}::text`).join(", ");
  const found = await sql.unsafe<Row[]>(`select ${list} from ${name}`);
  // Without a key a row is its own.
  const by = key?.columns ?? ours.toSorted();
  const rows = new Map(found.map((row) => [JSON.stringify(by.map((column) => row[column])), row]));
  return {
    name,
    columns: ours,
    key: key?.columns ?? [],
    parents: parents.map((parent) => parent.name),
    rows,
  };
}

/** The tables of a freshly built database that have rows. */
export async function referenceTables(url: string): Promise<Map<string, Table>> {
  const sql = connect(url);
  try {
    await sql`select set_config('search_path', '', false)`;
    const found = await sql<{ name: string }[]>`
      select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        and n.nspname <> all (${platformSchemas}) and c.oid::regclass::text <> all (${
      Object.keys(notReferenceData)
    })
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
        and (xpath('//present/text()', query_to_xml(
          format('select exists (select from %s) as present', c.oid::regclass), true, true, '')))[1]::text = 'true'
      order by 1`;
    const tables = new Map<string, Table>();
    for (const { name } of found) tables.set(name, await readTable(sql, name));
    return tables;
  } finally {
    await sql.end();
  }
}

/** The differences of the rows of `to` from those of `from`, by table. */
export function compareTables(from: Map<string, Table>, to: Map<string, Table>): TableChange[] {
  const changes: TableChange[] = [];
  for (const name of new Set([...from.keys(), ...to.keys()])) {
    const before = from.get(name);
    const after = to.get(name);
    const table = after ?? before;
    if (!table) continue;
    const change: TableChange = { table, written: [], changed: [], removed: [] };
    for (const [key, row] of after?.rows ?? []) {
      const old = before?.rows.get(key);
      if (!old) change.written.push(row);
      else {
        const columns = table.columns.filter((column) => row[column] !== old[column]);
        if (columns.length > 0) change.changed.push({ row, before: old, columns });
      }
    }
    for (const [key, row] of before?.rows ?? []) {
      if (!after?.rows.has(key)) change.removed.push(row);
    }
    if (change.written.length + change.changed.length + change.removed.length > 0) {
      changes.push(change);
    }
  }
  return changes;
}

/** Parents before the tables that point to them. */
function sortByReference(changes: TableChange[]): TableChange[] {
  const sorted: TableChange[] = [];
  const visit = (change: TableChange, path: TableChange[]) => {
    if (sorted.includes(change) || path.includes(change)) return;
    for (const parent of changes) {
      if (change.table.parents.includes(parent.table.name)) visit(parent, [...path, change]);
    }
    sorted.push(change);
  };
  for (const change of changes) visit(change, []);
  return sorted;
}

const slice = 500;

function upserts(table: Table, rows: Row[], set: string[]): string[] {
  const statements: string[] = [];
  const list = (columns: string[]) => columns.map(identifier).join(", ");
  const action = set.length === 0
    ? "do nothing"
    : `do update set ${set.map((c) => `${identifier(c)} = excluded.${identifier(c)}`).join(", ")}`;
  for (let i = 0; i < rows.length; i += slice) {
    const values = rows.slice(i, i + slice)
      .map((row) => `  (${table.columns.map((column) => literal(row[column])).join(", ")})`);
    statements.push(
      `insert into ${table.name} (${list(table.columns)}) values\n${values.join(",\n")}\n` +
        `on conflict (${list(table.key)}) ${action};`,
    );
  }
  return statements;
}

function deletes(table: Table, rows: Row[]): string[] {
  if (table.name === "pgboss.queue") {
    // With its jobs, which would keep the row in place.
    return rows.map((row) => `select pgboss.delete_queue(${literal(row.name)});`);
  }
  const statements: string[] = [];
  const key = table.key.map(identifier).join(", ");
  for (let i = 0; i < rows.length; i += slice) {
    const values = rows.slice(i, i + slice)
      .map((row) => `(${table.key.map((column) => literal(row[column])).join(", ")})`);
    statements.push(`delete from ${table.name} where (${key}) in (\n  ${values.join(",\n  ")});`);
  }
  return statements;
}

/** Idempotent statements that make the rows of one database those of the other. */
export function dataStatements(changes: TableChange[]): string[] {
  const sorted = sortByReference(changes);
  for (const { table } of sorted) {
    if (table.key.length === 0) {
      throw new Error(`${table.name} has rows but no key: a migration cannot carry them.`);
    }
  }
  return [
    ...sorted.flatMap(({ table, written, changed }) => [
      ...upserts(table, written, table.columns.filter((column) => !table.key.includes(column))),
      // Only what was changed here, so that the other columns keep what a deployed database has.
      ...[...Map.groupBy(changed, ({ columns }) => JSON.stringify(columns)).values()].flatMap(
        (group) => upserts(table, group.map(({ row }) => row), group[0]?.columns ?? []),
      ),
    ]),
    ...sorted.toReversed().flatMap(({ table, removed }) => deletes(table, removed)),
  ];
}

/** The first row that differs, for people: one line a table. */
export function describeChange({ table, written, changed, removed }: TableChange): string {
  const count = written.length + changed.length + removed.length;
  const show = (row: Row) => {
    const columns = table.key.length > 0 ? table.key : table.columns;
    return columns.map((column) => `${column} ${literal(row[column])}`).join(", ");
  };
  const [first] = changed;
  const text = first
    ? `${show(first.row)}: ${
      first.columns.map((column) =>
        `${column} is ${literal(first.before[column])} in the migrations and ${
          literal(first.row[column])
        } in sql/`
      ).join("; ")
    }`
    : written[0]
    ? `${show(written[0])}: only in sql/`
    : removed[0]
    ? `${show(removed[0])}: only in the migrations`
    : "";
  return `${table.name} (${count} ${count === 1 ? "row differs" : "rows differ"}): ${text}`;
}

export interface Job {
  jobname: string;
  schedule: string;
  command: string;
}

/** The named cron jobs, as pg_cron or its stand-in lists them. */
export async function cronJobs(url: string): Promise<Map<string, Job>> {
  const sql = connect(url);
  try {
    const [cron] = await sql`select to_regclass('cron.job') is not null as present`;
    if (!cron?.present) return new Map();
    const jobs = await sql<Job[]>`select jobname, schedule, command from cron.job
      where jobname is not null order by jobname`;
    return new Map(jobs.map((job) => [job.jobname, job]));
  } finally {
    await sql.end();
  }
}

export interface JobChange {
  name: string;
  before?: Job;
  after?: Job;
}

export function compareJobs(from: Map<string, Job>, to: Map<string, Job>): JobChange[] {
  return [...new Set([...from.keys(), ...to.keys()])].sort().flatMap((name): JobChange[] => {
    const before = from.get(name);
    const after = to.get(name);
    if (before?.schedule === after?.schedule && before?.command === after?.command) return [];
    return [{ name, ...(before ? { before } : {}), ...(after ? { after } : {}) }];
  });
}

/** One block, because pg_cron lives in one database of a cluster only; empty where no job differs. */
export function jobStatements(changes: JobChange[]): string[] {
  if (changes.length === 0) return [];
  const lines = changes.map(({ name, after }) =>
    after
      ? `  perform cron.schedule(${literal(name)}, ${literal(after.schedule)}, ${
        literal(after.command)
      });`
      : `  perform cron.unschedule(j.jobid) from cron.job j where j.jobname = ${literal(name)};`
  );
  return [`do $cron$
begin
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    raise notice 'no pg_cron in this database: its jobs stay as they are';
    return;
  end if;
${lines.join("\n")}
end
$cron$;`];
}

export function describeJob({ name, before, after }: JobChange): string {
  const show = (job?: Job) => (job ? `${job.schedule} ${job.command}` : "missing");
  return `cron job ${name}: ${show(before)} in the migrations, ${show(after)} in sql/`;
}

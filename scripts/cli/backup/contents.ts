// What a database has, so that a restored one can be compared: rows and checksum of each table, and what the gate
// answers about a sample of contacts. Checksums are of rows as JSON, which does not depend on the order of columns.
import type { Sql } from "../database.ts";

export interface Contents {
  /** Checksum of the names and types of all columns. */
  schema: string;
  tables: Record<string, { rows: number; checksum: string }>;
  /** Null where the wrapping key of the data is not in Vault. */
  gate: { asked: number; checksum: string } | null;
}

/** Tables that are backed up: not the queue, whose jobs a sweep makes again, and not Vault, which has the key. */
export async function tablesOf(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and (n.nspname in ('public', 'private')
      or n.nspname = 'auth' and c.relname in ('users', 'identities', 'mfa_factors'))
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
        and d.deptype = 'e')
    order by 1`;
  return rows.map(({ name }) => name);
}

export async function readContents(sql: Sql, at: Date): Promise<Contents> {
  const tables: Contents["tables"] = {};
  for (const name of await tablesOf(sql)) {
    const [row] = await sql.unsafe(`
      select count(*)::float8 as rows,
        coalesce(sum(hashtextextended(to_jsonb(t)::text, 0)::numeric), 0)::text as checksum
      from ${name} t`);
    tables[name] = row as unknown as { rows: number; checksum: string };
  }
  return { schema: await readSchema(sql), tables, gate: await askGate(sql, at) };
}

export async function readSchema(sql: Sql): Promise<string> {
  const [row] = await sql<{ schema: string }[]>`
    select md5(string_agg(x.line, E'\n' order by x.line)) as schema
    from (
      select format('%s %s %s', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod)) as line
      from pg_attribute a
      where a.attrelid = any (${await tablesOf(
    sql,
  )}::text[]::regclass[]) and a.attnum > 0 and not a.attisdropped) x`;
  return row!.schema;
}

async function askGate(sql: Sql, at: Date): Promise<Contents["gate"]> {
  const [key] = await sql`select from vault.secrets where name = 'sluice_wrapping_key'`;
  if (!key) return null;
  const [row] = await sql<{ asked: number; checksum: string }[]>`
    select count(*)::float8 as asked,
      coalesce(sum(hashtextextended((public.gate_preview(c.lead_id, c.id, x.channel, 'marketing', ${at})
        - '{decision_id,id,decided_at}'::text[])::text, 0)::numeric), 0)::text as checksum
    from (select c.* from public.contact_points c order by md5(c.lead_id::text || c.id) limit 200) c
    cross join lateral unnest(case c.kind when 'email' then array['email'] else array['sms', 'voice_manual'] end)
      x (channel)`;
  return row!;
}

/** What differs, in sentences; empty when they are the same. */
export function differences(before: Contents, after: Contents): string[] {
  const found: string[] = [];
  for (const name of new Set([...Object.keys(before.tables), ...Object.keys(after.tables)])) {
    const [a, b] = [before.tables[name], after.tables[name]];
    if (a?.rows !== b?.rows) {
      found.push(`${name}: ${a?.rows ?? "no"} rows, restored ${b?.rows ?? "no"}`);
    } else if (a?.checksum !== b?.checksum) {
      found.push(`${name}: ${a?.rows} rows with other contents`);
    }
  }
  if (before.gate === null || after.gate === null) {
    found.push("the gate was not asked: the wrapping key is missing");
  } else if (
    before.gate.asked !== after.gate.asked || before.gate.checksum !== after.gate.checksum
  ) found.push(`the gate answers otherwise about ${before.gate.asked} contacts`);
  return found;
}

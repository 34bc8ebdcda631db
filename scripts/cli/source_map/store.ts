// A source with its column map, in the database.
import type { Command } from "commander";
import { addDatabaseOptions, findOrg, type Sql } from "../database.ts";
import { ClientError } from "../errors.ts";
import { plural } from "../size.ts";
import type { MappedColumn } from "../types.ts";
import type { ColumnMap } from "./entries.ts";

export interface MappedSource {
  id: string;
  org_id: string;
  key: string;
  name: string;
  preset: string | null;
  map: ColumnMap;
}

/** Of commands that name a source by its key: orgs may have the same one. */
export const addSourceOrg = (command: Command): Command =>
  addDatabaseOptions(
    command.option("--org <ORG>", "id or name of its org, where several have the key"),
  );

/** The source with that key, of the org (id or name) if one is given. */
export async function findSource(
  sql: Sql,
  key: string,
  wanted: string | null,
): Promise<MappedSource> {
  const org = wanted === null ? null : await findOrg(sql, wanted);
  const found = await sql<MappedSource[]>`
    select id, org_id, key, name, preset, column_map as map from public.sources
    where key = ${key} and (${org}::uuid is null or org_id = ${org})`;
  if (found.length === 0) throw new ClientError(`source ${key} not found`);
  if (found.length > 1) {
    throw new ClientError(`${plural(found.length, "org")} have a source ${key}; add --org`);
  }
  return found[0]!;
}

/** Writes what changed; returns whether anything did. */
export async function saveSource(sql: Sql, source: MappedSource): Promise<boolean> {
  const written = await sql`
    update public.sources set column_map = ${sql.json(source.map)}, preset = ${source.preset}
    where id = ${source.id}
      and (column_map, coalesce(preset, '')) is distinct from
        (${sql.json(source.map)}::jsonb, coalesce(${source.preset}::text, ''))
    returning id`;
  return written.length > 0;
}

export interface LastUpload {
  upload_id: string;
  filename: string | null;
  received_at: Date;
  mapping: MappedColumn[];
  notes: string[];
}

/** The upload of the source that was read last, with how its columns were mapped. */
export async function lastUpload(sql: Sql, source: MappedSource): Promise<LastUpload | null> {
  const [upload] = await sql<LastUpload[]>`
    select id as upload_id, filename, received_at, mapping, coalesce(dialect -> 'notes', '[]') as notes
    from public.uploads
    where source_id = ${source.id} and header is not null and state <> 'undone'
    order by received_at desc limit 1`;
  return upload ?? null;
}

// Sources: their secrets and limits, and which uploads are theirs.
import { asMember, asWriter, type Sql } from "../platform/db/client.ts";

export interface Source {
  source_id: string;
  org_id: string;
  /** The current secret and, while rotating, the previous one. */
  secrets: string[];
  max_part_bytes: number;
  parts_per_minute: number;
}

/** As the database requires it; no other key is asked for. */
const SOURCE_KEY = /^[a-z0-9][a-z0-9_-]{2,62}$/;

/** The sources with the key, one of each org that has it. Whose secret fits is the one that is meant. */
export async function findSources(sql: Sql, key: string, now: Date): Promise<Source[]> {
  if (!SOURCE_KEY.test(key)) return [];
  return await asWriter(
    sql,
    (tx) => tx<Source[]>`select * from private.source_for_key(${key}, ${now})`,
  );
}

/** Whether the caller with these claims may upload for the source. */
export async function mayUploadTo(
  sql: Sql,
  claims: Record<string, unknown>,
  source: Source,
): Promise<boolean> {
  const rows = await asMember(
    sql,
    claims,
    (tx) =>
      tx`select from public.sources x join public.source_for_upload(x.id::text) s on true
        where x.id = ${source.source_id}`,
  );
  return rows.length > 0;
}

/** The id of the upload that the source calls `givenId`; null where it has none. */
export async function findUpload(
  sql: Sql,
  source: Source,
  givenId: string,
): Promise<string | null> {
  const [found] = await asWriter(
    sql,
    (tx) =>
      tx<{ id: string | null }[]>`
        select private.find_upload(${source.source_id}, ${givenId}) as id`,
  );
  return found?.id ?? null;
}

/** Counts a request of the source; returns the seconds to wait, 0 where it is within the limit. */
export async function consumeRateToken(sql: Sql, source: Source, now: Date): Promise<number> {
  const [row] = await asWriter(
    sql,
    (tx) =>
      tx<{ wait: number }[]>`
        select private.consume_rate_token(${source.source_id}, ${source.parts_per_minute}, ${now}) as wait`,
  );
  return row?.wait ?? 0;
}

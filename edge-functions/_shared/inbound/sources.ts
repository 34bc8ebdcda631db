// The signing secrets of a source that sends webhooks.
import { findSource } from "../intake/sources.ts";
import type { Sql } from "../platform/db/client.ts";

/** A source of another org counts as unknown: it has no secrets here. */
export async function sourceSecrets(
  sql: Sql,
  orgId: string,
  sourceKey: string,
  now: Date,
): Promise<readonly string[]> {
  const source = await findSource(sql, sourceKey, now);
  return source?.org_id === orgId ? source.secrets : [];
}

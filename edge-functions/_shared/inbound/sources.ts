// What is known about senders of webhooks before a body is read: the org, and the secrets of a source.
import { findSources } from "../intake/sources.ts";
import { asWriter, type Sql } from "../platform/db/client.ts";

/** A source of another org counts as unknown: it has no secrets here. */
export async function sourceSecrets(
  sql: Sql,
  orgId: string,
  sourceKey: string,
  now: Date,
): Promise<readonly string[]> {
  const sources = await findSources(sql, sourceKey, now);
  return sources.find((source) => source.org_id === orgId)?.secrets ?? [];
}

const REMEMBERED_MS = 300_000;

/** Whether an org exists. Only those found are remembered: strangers can name any number of others. */
export function orgLookup(sql: Sql): (orgId: string) => Promise<boolean> {
  const known = new Map<string, number>();
  return async (orgId) => {
    const at = performance.now();
    if ((known.get(orgId) ?? -Infinity) > at - REMEMBERED_MS) return true;
    const found = await asWriter(sql, (tx) => tx`select from public.orgs where id = ${orgId}`);
    if (found.length === 0) return false;
    known.set(orgId, at);
    return true;
  };
}

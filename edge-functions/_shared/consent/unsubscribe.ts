// Unsubscribing by the signed token of an e-mail's link.
import { asWriter, type Sql } from "../platform/db/client.ts";
import type { Env } from "../platform/settings.ts";

/**
 * The page of a link, pages/unsubscribe; null if no page is hosted. The fragment stays out of access logs, and the
 * file is named because not every host serves index.html for a folder.
 */
export const unsubscribePageOf = (token: string, env: Env): string | null =>
  env.pagesUrl && `${env.pagesUrl}/unsubscribe/index.html#${encodeURIComponent(token)}`;

/** Where mail programs unsubscribe with one click; null without a public URL. */
export const oneClickUrlOf = (token: string, env: Env): string | null =>
  env.publicUrl && `${env.publicUrl}/functions/v1/unsubscribe?u=${encodeURIComponent(token)}`;

export async function isUnsubscribeToken(sql: Sql, token: string): Promise<boolean> {
  const found = await asWriter(sql, async (tx) => {
    await tx`set transaction read only`;
    return await tx`select from private.read_unsubscribe_token(${token})`;
  });
  return found.length > 0;
}

/** False for an invalid token. `source` is recorded as where the opt-out came from. */
export async function unsubscribe(
  sql: Sql,
  token: string,
  source: string,
  now: Date,
): Promise<boolean> {
  const [row] = await asWriter(
    sql,
    (tx) =>
      tx<{ done: boolean }[]>`select private.unsubscribe(${token}, ${source}, ${now}) as done`,
  );
  return row!.done;
}

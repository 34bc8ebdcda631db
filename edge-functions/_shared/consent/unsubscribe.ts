// Unsubscribing by the signed token of an e-mail's link.
import { asWriter, type Sql } from "../platform/db/client.ts";

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

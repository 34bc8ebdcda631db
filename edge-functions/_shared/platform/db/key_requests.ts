// Requests of API keys that change something. The work, the answer that is remembered for the Idempotency-Key and the entry
// in the audit log are one transaction: a repeat finds the answer or does the work, never both.
import { requestAddress, type Sql, type Tx } from "./client.ts";

export interface KeyRequest {
  /** The Idempotency-Key; null: a repeat does the work again. */
  key: string | null;
  path: string;
  hash: Uint8Array;
  /** In the audit log, as `api.ACTION` about the subject. */
  action: string;
  subject: string | null;
}

type Answered = Record<string, unknown>;

export async function onceAsKey(
  sql: Sql,
  claims: Record<string, unknown>,
  { key, path, hash, action, subject }: KeyRequest,
  work: (tx: Tx) => Promise<Answered>,
): Promise<{ answer: Answered; duplicate: boolean }> {
  const done = await sql.begin("read write", async (tx) => {
    // Requests are remembered by the pipeline's role; the work runs with the rights of members.
    await tx`select set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
      set_config('sluice.client_address', ${requestAddress()}, true),
      set_config('role', 'pipeline_writer', true)`;
    if (key !== null) {
      const [before] = await tx<{ answer: Answered | null }[]>`
        select private.begin_api_request(${key}, ${path}, ${hash}) as answer`;
      if (before?.answer) return { answer: before.answer, duplicate: true };
    }
    await tx`select set_config('role', 'authenticated', true)`;
    const answer = await work(tx);
    await tx`select set_config('role', 'pipeline_writer', true)`;
    await tx`select private.end_api_request(${key}, ${
      JSON.stringify(answer)
    }::jsonb, ${action}, ${subject})`;
    return { answer, duplicate: false };
  });
  return done as { answer: Answered; duplicate: boolean };
}

// Verifies contacts of leads. What the answers mean is decided by the database (record_verification).
import { retrying } from "../jobs/job.ts";
import { asWriter, type Sql } from "../platform/db/client.ts";
import type { Gateway } from "../providers/gateway/gateway.ts";
import type { Asked, DataEndpoint, DataProvider } from "../providers/gateway/types.ts";
import type { ContactCodes } from "../providers/types.ts";
import { type LeadResult, resultOf, type Word } from "./results.ts";

/** An endpoint that answers with result codes of one contact. */
export interface Verifier<S, A> {
  provider: DataProvider<S>;
  endpoint: DataEndpoint<S, string, A, ContactCodes>;
}

export interface VerifyWork {
  sql: Sql;
  gateway: Gateway;
  now: () => Date;
  shouldStop?: () => boolean;
}

interface Contact {
  contact_point_id: string;
  lead_id: string;
  value: string;
}

export interface VerifyBatch {
  orgId: string;
  kind: "email" | "phone";
  leadIds: readonly string[];
  /** Only contacts whose verification has expired. */
  renewals?: boolean;
  account?: string;
  correlationId?: string;
  patienceMs?: number;
  mostUsd?: number;
}

/** One result for each lead; a lead without a contact that is due is done. */
export async function verifyContacts<S, A>(
  { sql, gateway, now, shouldStop }: VerifyWork,
  { provider, endpoint }: Verifier<S, A>,
  { orgId, kind, leadIds, renewals = false, correlationId = crypto.randomUUID(), ...batch }:
    VerifyBatch,
): Promise<LeadResult[]> {
  const contacts = await asWriter(sql, (tx) =>
    tx<Contact[]>`
      select contact_point_id::text, lead_id, value
      from private.contacts_to_verify(${orgId}, ${provider.name}, ${kind}, ${leadIds as string[]},
        ${renewals}, ${now()})`);
  const asked = await gateway.ask(provider, endpoint, {
    ...batch,
    ...{ orgId, correlationId, shouldStop },
    questions: contacts.map(({ contact_point_id, lead_id, value }) => ({
      question: value,
      leadId: lead_id,
      contactPointId: Number(contact_point_id),
    })),
  });
  const verdicts = await record(
    sql,
    { orgId, provider: provider.name, correlationId },
    contacts,
    asked,
  );
  const words = new Map<string, Word[]>(leadIds.map((id) => [id, []]));
  for (const [n, answer] of asked.entries()) {
    words.get(contacts[n]!.lead_id)!.push({ asked: answer, word: verdicts.get(n) });
  }
  return [...words].map(([leadId, found]) => resultOf(leadId, found));
}

/** The database's verdicts by the place of the contact. One statement, for a round trip per contact would limit the rate. */
async function record(
  sql: Sql,
  { orgId, provider, correlationId }: { orgId: string; provider: string; correlationId: string },
  contacts: readonly Contact[],
  asked: readonly Asked<ContactCodes>[],
): Promise<Map<number, string>> {
  const rows = asked.flatMap((answer, n) =>
    answer.status === "answered" && answer.mapped !== null
      ? [{
        n,
        id: contacts[n]!.contact_point_id,
        lead_id: contacts[n]!.lead_id,
        codes: answer.mapped.codes,
        level: answer.mapped.level ?? "",
        facts: answer.mapped.facts ?? {},
        at: answer.answeredAt.toISOString(),
      }]
      : []
  );
  if (rows.length === 0) return new Map();
  const verdicts = await retrying(() =>
    asWriter(sql, async (tx) => {
      const found = await tx<{ n: number; verdict: string | null }[]>`
        select x.n, private.record_verification(${orgId}, x.id, ${provider}, x.codes, ${correlationId}, x.level, x.at) as verdict
        from (select * from jsonb_to_recordset(${
        tx.json(rows as never)
      }) y (n integer, id bigint, lead_id uuid, codes text[], level text, at timestamptz)
          order by y.lead_id, y.id) x`;
      const gone = new Set(found.filter(({ verdict }) => verdict === null).map(({ n }) => n));
      const facts = rows.filter(({ n }) => !gone.has(n)).flatMap(({ id, lead_id, at, facts }) =>
        Object.entries(facts).map(([name, value]) => ({
          ...{ lead_id, contact_point_id: Number(id), name, value, obtained_at: at },
        }))
      );
      if (facts.length > 0) {
        await tx`select private.record_facts(${orgId}, ${provider}, ${tx.json(facts as never)})`;
      }
      return found;
    })
  );
  return new Map(verdicts.map(({ n, verdict }) => [n, verdict ?? "gone"]));
}

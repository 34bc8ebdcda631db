// Verifies the e-mails of leads. What the answers mean is decided by the database (record_verification).
import { asWriter, type Sql } from "../platform/db/client.ts";
import type { Gateway } from "../providers/gateway/gateway.ts";
import type { DataEndpoint, DataProvider } from "../providers/gateway/types.ts";

export interface Verifier<S, A> {
  provider: DataProvider<S>;
  endpoint: DataEndpoint<S, string, A, { codes: string[] }>;
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

/** Returns how many contacts there are by verdict; those that could not be asked about, by the reason. */
export async function verifyEmails<S, A>(
  { sql, gateway, now, shouldStop }: VerifyWork,
  { provider, endpoint }: Verifier<S, A>,
  { orgId, leadIds, account, correlationId = crypto.randomUUID(), patienceMs }: {
    orgId: string;
    leadIds: readonly string[];
    account?: string;
    correlationId?: string;
    patienceMs?: number;
  },
): Promise<Record<string, number>> {
  const contacts = await asWriter(sql, (tx) =>
    tx<Contact[]>`
      select contact_point_id::text, lead_id, value
      from private.contacts_to_verify(${orgId}, ${provider.name}, 'email', ${leadIds as string[]}, ${now()})`);
  const asked = await gateway.ask(provider, endpoint, {
    orgId,
    account,
    correlationId,
    patienceMs,
    shouldStop,
    questions: contacts.map(({ contact_point_id, lead_id, value }) => ({
      question: value,
      leadId: lead_id,
      contactPointId: Number(contact_point_id),
    })),
  });
  const counts: Record<string, number> = {};
  for (const [n, answer] of asked.entries()) {
    const contact = contacts[n]!;
    let word: string = answer.status === "answered" ? answer.outcome : answer.reason;
    if (answer.status === "answered" && answer.mapped !== null) {
      const codes = answer.mapped.codes;
      const [row] = await asWriter(sql, (tx) =>
        tx<{ verdict: string | null }[]>`
          select private.record_verification(${orgId}, ${contact.contact_point_id}, ${provider.name}, ${codes},
            ${correlationId}, ${answer.answeredAt}) as verdict`);
      word = row!.verdict ?? "gone";
    }
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}

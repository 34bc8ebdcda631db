// The ledger without functions and workers: an org that mails, its leads in a campaign, and each stage of sending as a
// transaction of its own.
import type { connect } from "../../scripts/dev/database.ts";

export type Sql = ReturnType<typeof connect>;
type Tx = Parameters<Parameters<Sql["begin"]>[1]>[0];

export const ORG = "a0000000-0000-4000-8000-000000000000";

/** Where nothing is left of another org: in a zone without clock changes, with a sender of e-mails. */
export async function addOrg(tx: Tx): Promise<void> {
  await tx`select set_config('sluice.actor', 'system', true)`;
  await tx`delete from public.orgs`;
  await tx`insert into public.orgs (id, name, time_zone) values (${ORG}, 'Acme Realty', 'America/Phoenix')`;
  await tx`insert into public.senders (org_id, channel, provider, name, address, postal_address, authenticated_at)
    values (${ORG}, 'email', 'sendgrid', 'Acme', 'hello@mail.example.com', '1 Main St', '2026-11-01Z')`;
}

/** A running campaign with this version of a sequence, and a lead at its beginning for each address. */
export async function addRuns(
  tx: Tx,
  sequenceId: string,
  addresses: readonly string[],
  start: Date,
): Promise<void> {
  const [campaign] = await tx`insert into public.campaigns (org_id, name, state, sequence_id)
    values (${ORG}, 'All', 'running', ${sequenceId}) returning id`;
  for (const [n, address] of addresses.entries()) {
    const [lead] = await tx`
      insert into public.leads (org_id, owner_full, situs_state, situs_zip, campaign_id, campaign_status,
        added_to_campaign_at)
      values (${ORG}, ${`Owner ${n}`}, 'AZ', '85001', ${campaign!.id}, 'queued', ${start})
      returning id`;
    await tx`
      insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked)
      select ${ORG}, ${
      lead!.id
    }, 'email', private.blind_index(${address}, private.blind_key(${ORG})),
        private.encrypt_value(${address}, private.org_key(${ORG}, k)), k, '***'
      from private.active_key_id(${ORG}, 'data') k`;
    await tx`
      insert into public.sequence_runs (org_id, campaign_id, lead_id, sequence_id, next_step, next_channel, next_at,
        started_at)
      select ${ORG}, ${campaign!.id}, ${
      lead!.id
    }, q.id, q.first_step, 'email', ${start}, ${start} from public.sequences q where q.id = ${sequenceId}`;
  }
}

/** Claims, requests and settles all that is due; each is a transaction of its own, as a worker has them. */
export async function sendDue(sql: Sql, at: Date): Promise<void> {
  const claimed = await sql<{ id: string; lease_token: string }[]>`
    select id, lease_token from public.claim_due_steps(100, null, ${at}, ${ORG})`;
  if (claimed.length === 0) return;
  const token = claimed[0]!.lease_token;
  const begun = await sql<{ message_id: string }[]>`
    select message_id from private.begin_requests(${ORG}, ${
    claimed.map(({ id }) => id)
  }::uuid[], ${token}, ${at})`;
  await sql`select private.settle_messages(${ORG}, ${token}, ${
    sql.json(begun.map(({ message_id }) => ({
      message_id,
      result: "accepted",
      provider_id: `p-${message_id}`,
    })))
  }, ${at})`;
}

/** A click on a link of the last message that the lead got. */
export async function click(
  tx: Tx,
  leadId: string,
  at: Date,
  { machine }: { machine: boolean },
): Promise<void> {
  await tx`
    select private.apply_message_event(${ORG}, m.id, 'clicked', ${at}, ${tx.json({ machine })})
    from (select id from public.messages where lead_id = ${leadId} and sent_at is not null
      order by sent_at desc, created_at desc limit 1) m`;
}

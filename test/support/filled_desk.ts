// An org that has one of everything, so that every list on the pages has a row.
import { type DeskWorld, ORG } from "../integration/desk/support.ts";

export const FLIP = "a0000000-0000-4000-8000-0000000000d1";
const HOUSE = "a0000000-0000-4000-8000-0000000000d2";
export const UPLOAD = "a0000000-0000-4000-8000-0000000000e1";
const FOOT = "{{ sender.postal_address }} {{ unsubscribe_url }}";

/** The ids of what was filled in. */
export interface Filled {
  lead: string;
  sequence: string;
  campaign: string;
  reply: string;
}

export async function fillLists(world: DeskWorld): Promise<Filled> {
  const at = { lead: "", sequence: "", campaign: "", reply: "" };
  const { sql } = world;
  const [lead] = await sql`select id from leads where owner_full = 'Owner 1'`;
  at.lead = lead!.id;
  await sql`
    insert into deals (org_id, id, title, kind, stage_id, lead_id)
    select ${ORG}, x.id::uuid, x.title, x.kind, s.id, ${at.lead}
    from (values (${FLIP}, 'Juniper St', 'flip'), (${HOUSE}, 'Larch St', 'listing')) x (id, title, kind), deal_stages s
    where s.org_id = ${ORG} and s.position = 1`;
  await sql`
    insert into deal_files (org_id, deal_id, kind, name, path, bytes)
    values (${ORG}, ${FLIP}, 'document', 'Contract.pdf', ${`${ORG}/${FLIP}/${crypto.randomUUID()}.pdf`}, 9)`;
  await sql`
    insert into org_gate_rules (org_id, key, value, reason, reviewed_on)
    values (${ORG}, 'max_attempts_24h', '2', 'Enough', current_date)`;
  await sql`
    insert into api_keys (org_id, id, name, role, scopes, secret_hash, family, expires_at)
    values (${ORG}, '0123456789abcdef', 'n8n', 'viewer', '{leads.read}', decode(repeat('00', 32), 'hex'), '0123456789abcdef',
      now() + interval '30 days')`;
  const [source] = await sql`
    insert into sources (org_id, key, name) values (${ORG}, 'county', 'County list') returning id`;
  await sql`
    insert into uploads (org_id, id, source_id, state, filename, correlation_id, completed_at)
    values (${ORG}, ${UPLOAD}, ${source!.id}, 'completed', 'owners.csv', gen_random_uuid(), now())`;
  await sql`
    insert into lead_conflicts (org_id, upload_id, part, line, reason, lead_ids, row_keys)
    values (${ORG}, ${UPLOAD}, 1, 9, 'key_contradicts', array[${at.lead}::uuid], '{}')`;
  await sql`
    insert into pulls (org_id, source_id, kind, url, terms)
    values (${ORG}, ${source!.id}, 'file', 'https://example.com/owners.csv', 'Contract of 2026')`;
  await sql`
    insert into pull_runs (org_id, source_id, due_at, state, rows, error)
    values (${ORG}, ${source!.id}, now(), 'held', 10, '10 rows, after 100 in the last good run')`;
  const [old] = await sql`
    insert into templates (org_id, name, channel, subject, text_body)
    values (${ORG}, 'Hello', 'email', 'Hi', ${FOOT}) returning id`;
  const [sequence] = await sql`select save_sequence(${ORG}, 'Spring', ${
    sql.json([{ channel: "email", variants: [{ template_id: old!.id }] }])
  }) as saved`;
  at.sequence = sequence!.saved.sequence_id;
  await sql`
    insert into templates (org_id, name, channel, subject, text_body, version)
    values (${ORG}, 'Hello', 'email', 'Hello', ${FOOT}, 2)`;
  const [campaign] = await sql`
    insert into campaigns (org_id, name, state, sequence_id)
    values (${ORG}, 'Owners', 'running', ${at.sequence}) returning id`;
  at.campaign = campaign!.id;
  await sql`
    select private.apply_reply_event(${ORG}, 'twilio', ${
    sql.json({
      ...{ key: "k1", at: new Date().toISOString(), channel: "sms", from: "+12135550101" },
      ...{ text: "What would you pay?", label: "question" },
    })
  })`;
  const [reply] = await sql`select id from replies where org_id = ${ORG}`;
  at.reply = reply!.id;
  return at;
}

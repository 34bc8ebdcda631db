// A brokerage on a running stack: eight leads, a campaign that writes on the first day and texts on the
// second, sandbox providers with duplicate webhooks, and n8n subscribed to everything.
import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { subscribeN8n } from "../../scripts/n8n/subscribe.ts";
import { type Sandbox, startSandbox } from "../../scripts/sandbox/sandbox.ts";
import type { Persona } from "../../scripts/sandbox/types.ts";
import { createTestDatabase } from "../../scripts/dev/database.ts";
import { type Stack, startStack } from "../../scripts/dev/stack.ts";
import type { Lab } from "./lab.ts";

/** Wednesday, 16:50 in Los Angeles, when every step of the day is due. */
export const firstDay = new Date("2026-11-19T00:50:00Z");
/** Friday, 16:50. */
export const secondDay = new Date("2026-11-21T00:50:00Z");
const fedAt = new Date("2026-11-18T14:00:00Z");
const daysBefore = (days: number) => new Date(fedAt.getTime() - days * 86_400_000);

export interface Lead {
  id: string;
  email: string;
  phone: string;
}

export interface World {
  stack: Stack;
  sandbox: Sandbox;
  /** As superuser, in addition to the functions' connections. */
  sql: postgres.Sql;
  orgId: string;
  campaignId: string;
  leads: Lead[];
  /** The output of functions and worker. */
  log: string[];
  /** The time of n8n's dispatches, because its own clock is real. */
  asOf: Date;
  /** Feeds a campaign as the schedule does, in the morning of that day; returns the number of leads. */
  feed(day?: string, campaignId?: string): Promise<number>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  functions?: string[];
  /** Writes a campaign with its sequence and texts; returns its id, or "" for none yet. */
  campaign?: (sql: postgres.Sql, orgId: string) => Promise<string>;
}

const texts = {
  email: {
    subject: "About {{ property.street | default: 'your property' }}",
    text: "Hi {{ lead.first_name | default: 'there' }}, shall we talk?\n\n{{ sender.name }}\n" +
      "{{ sender.postal_address }}\nUnsubscribe: {{ unsubscribe_url }}",
  },
  sms: {
    subject: null,
    text:
      "Hi {{ lead.first_name | default: 'there' }}, this is {{ sender.name }}. Reply STOP to opt out",
  },
};

export async function openWorld(
  lab: Lab,
  persona: Persona,
  { functions = ["outreach", "webhooks"], campaign = addCampaign }: WorldOptions = {},
): Promise<World> {
  const began = performance.now();
  let start = firstDay;
  // The sandbox uses the time of the dispatches; functions and worker stay on the first day.
  const clock = (from: Date) => new Date(from.getTime() + performance.now() - began);
  const sandbox = await startSandbox({
    now: () => clock(start),
    signingTime: () => clock(firstDay),
    persona,
    webhookFaults: { duplicate: 1, shuffle: true },
  });
  const log: string[] = [];
  // Uses the lab's server: a stack with its own would stop it at its end, including n8n's database.
  const database = await createTestDatabase(lab.server);
  let stack: Stack;
  try {
    stack = await startStack({
      database,
      functions,
      worker: true,
      env: {
        ...sandbox.env,
        SLUICE_TEST_CLOCK: "allow",
        SLUICE_NOW: firstDay.toISOString(),
      },
      log: (line) => log.push(line),
    });
  } catch (error) {
    await database.drop();
    await sandbox.stop();
    throw error;
  }
  const sql = postgres(stack.adminUrl, { max: 4, onnotice: () => {} });
  const stop = async () => {
    await sql.end({ timeout: 5 });
    await stack.stop();
    await database.drop();
    await sandbox.stop();
  };
  try {
    const orgId = await addOrg(sql);
    await lab.useApiKey(await addKey(sql, orgId));
    await addSenders(sql, orgId, sandbox.twilio.number);
    const campaignId = await campaign(sql, orgId);
    const leads = await addLeads(sql, orgId);
    await subscribeN8n(stack.adminUrl, lab.n8n.url, lab.secrets.current);
    sandbox.setWebhooksUrl(`${stack.functionsUrl}/webhooks/${orgId}`);
    return {
      ...{ stack, sandbox, sql, orgId, campaignId, leads, log, stop },
      get asOf() {
        return start;
      },
      set asOf(at) {
        start = at;
      },
      async feed(day = "2026-11-18", id = campaignId) {
        const at = new Date(`${day}T14:00:00Z`);
        await sql`select public.refresh_contactable_leads(${at}, true)`;
        const [feed] = await sql<{ fed_count: number }[]>`
          select fed_count from public.feed_campaign(${orgId}, ${id}, ${day}, ${at})`;
        // First steps are spread over the hours of the day; here, all of them are due at 16:50.
        const due = new Date(at.getTime() + 650 * 60_000);
        await sql`update public.sequence_runs set next_at = ${due}::timestamptz
          where org_id = ${orgId} and started_at = ${at} and next_at > ${due}`;
        return feed?.fed_count ?? 0;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function addOrg(sql: postgres.Sql): Promise<string> {
  const [org] = await sql<{ id: string }[]>`
    insert into public.orgs (name) values ('Example Realty') returning id`;
  await sql`insert into public.brokers (org_id, name) values (${org!.id}, 'Robin')`;
  // Empty lists of the area codes.
  await sql.begin(async (tx) => {
    await tx`create temp table dnc_input (number bigint not null, gone boolean not null default false,
      line integer) on commit drop`;
    await tx`insert into pg_temp.dnc_input (number) values (2135559999)`;
    await tx`select private.load_dnc('national', 'v1', ${daysBefore(3)}, 'test.txt',
      p_as_of => ${daysBefore(3)})`;
  });
  return org!.id;
}

/** What the workflows and nodes need, and nothing else. */
async function addKey(sql: postgres.Sql, orgId: string): Promise<string> {
  return await sql.begin(async (tx) => {
    await tx`set local role service_role`;
    const [made] = await tx<{ key: { key: string } }[]>`
      select public.create_api_key(${orgId}, 'n8n', 'admin', '{outreach.dispatch,sequences.read,
        sequences.publish,leads.read,tasks.write}') as key`;
    return made!.key.key;
  });
}

async function addSenders(sql: postgres.Sql, orgId: string, number: string): Promise<void> {
  await sql`
    insert into public.senders (org_id, channel, provider, name, address, postal_address,
      authenticated_at)
    values (${orgId}, 'email', 'sendgrid', 'Example Realty', 'team@example.org',
        '1 Main St, Los Angeles, CA 90001', ${daysBefore(9)}),
      (${orgId}, 'sms', 'twilio', 'Example Realty', ${number}, null, ${daysBefore(9)})`;
}

async function addCampaign(sql: postgres.Sql, orgId: string): Promise<string> {
  const [sequence] = await sql<{ id: string }[]>`
    insert into public.sequences (org_id, name) values (${orgId}, 'Mail, then text') returning id`;
  for (const [index, channel] of (["email", "sms"] as const).entries()) {
    const { subject, text } = texts[channel];
    await sql`
      insert into public.sequence_steps (org_id, sequence_id, step, channel, delay, delay_kind,
        send_from, send_until)
      values (${orgId}, ${sequence!.id}, ${index + 1}, ${channel}, ${index === 0 ? "0" : "1 day"},
        'calendar', '09:00', '17:00')`;
    const [template] = await sql<{ id: string }[]>`
      insert into public.templates (org_id, name, channel, subject, text_body)
      values (${orgId}, ${channel}, ${channel}, ${subject}, ${text}) returning id`;
    await sql`
      insert into public.step_variants (org_id, sequence_id, step, template_id)
      values (${orgId}, ${sequence!.id}, ${index + 1}, ${template!.id})`;
  }
  const [campaign] = await sql<{ id: string }[]>`
    insert into public.campaigns (org_id, name, state, started_at, sequence_id)
    values (${orgId}, 'Owners', 'running', ${daysBefore(1)}, ${sequence!.id}) returning id`;
  return campaign!.id;
}

async function addLeads(sql: postgres.Sql, orgId: string): Promise<Lead[]> {
  const leads = Array.from({ length: 8 }, (_, index) => ({
    id: randomUUID(),
    email: `owner${index}@example.net`,
    phone: `+121355501${String(40 + index)}`,
  }));
  await sql.begin(async (tx) => {
    await tx`select set_config('sluice.actor', 'upload', true)`;
    await tx`
      insert into public.leads (org_id, id, situs_house_number, situs_street, situs_city,
        situs_state, situs_zip, owner_1_first, owner_1_last, phone_verified, lead_score)
      select ${orgId}, l.id::uuid, '1', 'MAIN ST', 'LOS ANGELES', 'CA', '90001', 'ANN', 'AMES',
        true, 50
      from jsonb_to_recordset(${tx.json(leads)}) l (id text)`;
    await tx`
      insert into public.contact_points
        (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, verified)
      select ${orgId}, p.lead, p.kind::public.contact_kind,
        private.blind_index(p.value, private.blind_key(${orgId})),
        private.encrypt_value(p.value, private.org_key(${orgId}, k.id)), k.id,
        private.mask_contact(p.value), true
      from jsonb_to_recordset(${tx.json(leads)}) l (id uuid, email text, phone text)
      cross join lateral (values (l.id, 'phone', l.phone), (l.id, 'email', l.email))
        p (lead, kind, value)
      cross join (select private.active_key_id(${orgId}, 'data') as id) k`;
    await tx`
      insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, action,
        channels, purpose, type, shown_text, text_sha256, text_version, seller,
        automated_disclosed, not_condition_of_purchase, method, signature, occurred_at, recorded_by)
      select c.org_id, c.lead_id, c.id, c.value_bidx, 'phone', 'grant', '{sms}',
        'marketing', 'pewc', 'You may text me.', sha256('You may text me.'), 1,
        o.name, true, true, 'consent form', 'Ann Ames', ${daysBefore(30)}, 'person'
      from public.contact_points c join public.orgs o on o.id = c.org_id
      where c.org_id = ${orgId} and c.kind = 'phone'`;
  });
  return leads;
}

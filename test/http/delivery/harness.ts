// An org that may write, text and call: senders, templates, a sequence for each channel, leads with
// consent whose first step is due; sandbox providers; functions and workers on a clock of the test's.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import postgres from "postgres";
import { type Sandbox, startSandbox } from "../../../scripts/sandbox/sandbox.ts";
import { root } from "../../../scripts/dev/paths.ts";
import { DenoProcess } from "../../../scripts/dev/process.ts";
import { type Stack, startStack } from "../../../scripts/dev/stack.ts";
import { type Answer, call } from "../intake/harness.ts";

export type Channel = "email" | "sms" | "voice_ai";
export const PROVIDER = { email: "sendgrid", sms: "twilio", voice_ai: "vapi" } as const;

/** Wednesday, 10:00 in Los Angeles. */
export const NOON = new Date("2026-11-18T18:00:00Z");
export const after = (minutes: number, from = NOON) => new Date(from.getTime() + minutes * 60_000);

export const TEXTS: Record<Channel, { subject?: string; text: string; html?: string }> = {
  email: {
    subject: "About {{ property.street | default: 'your property' }}",
    text:
      "Hi {{ lead.first_name | default: 'there' }},\n\n{{ sender.name }}\n{{ sender.postal_address }}\n" +
      "Unsubscribe: {{ unsubscribe_url }}",
  },
  sms: {
    text:
      "Hi {{ lead.first_name | default: 'there' }}, this is {{ sender.name }}. Reply STOP to opt out",
  },
  voice_ai: {
    text:
      "Hi {{ lead.first_name | default: 'there' }}, this is {{ sender.name }}, an automated call. " +
      "Say stop to opt out of these calls",
  },
};

export interface Org {
  id: string;
  /** Campaigns, by the channel of their only sequence. */
  campaigns: Record<Channel, string>;
  senders: Record<Channel, string>;
}

export interface SendWorld {
  stack: Stack;
  sandbox: Sandbox;
  /** As superuser, separate from the functions' own connections. */
  sql: postgres.Sql;
  org: Org;
  addOrg(): Promise<Org>;
  /** Leads whose first step is due; their ids. */
  addLeads(channel: Channel, count: number, org?: Org): Promise<string[]>;
  /** POST or GET below /outreach. */
  ask(method: string, path: string, body?: unknown, token?: string): Promise<Answer>;
  /** A worker that sends, and does nothing else of note. It is not started again when it ends. */
  startWorker(now: Date, env?: Record<string, string>): DenoProcess;
  messages(leadIds: string[]): Promise<Row[]>;
  stop(): Promise<void>;
}

export interface Row {
  id: string;
  lead_id: string;
  state: string;
  attempts: number;
  provider_id: string | null;
  error_code: string | null;
  refused: string[] | null;
}

export async function startSendWorld(
  options: {
    now?: Date;
    functions?: string[];
    env?: Record<string, string>;
    log?: (line: string) => void;
  } = {},
): Promise<SendWorld> {
  const now = options.now ?? NOON;
  // The providers' clock follows the clock that was set last.
  let clock = { at: now.getTime(), since: performance.now() };
  const setClock = (at: Date) => clock = { at: at.getTime(), since: performance.now() };
  const sandbox = await startSandbox({
    now: () => new Date(clock.at + performance.now() - clock.since),
  });
  const env = {
    ...sandbox.env,
    SLUICE_TEST_CLOCK: "allow",
    SLUICE_NOW: now.toISOString(),
    OUTREACH_TIMEOUT_MS: "5000",
    ...options.env,
  };
  const stack = await startStack({
    functions: options.functions ?? ["outreach"],
    env,
    ...(options.log ? { log: options.log } : {}),
  });
  const sql = postgres(stack.adminUrl, { max: 6, onnotice: () => {} });
  await loadDnc(sql);
  const workers = new Set<DenoProcess>();
  let phones = 0, orgs = 0;

  const addOrg = async (): Promise<Org> => {
    const name = `Org ${++orgs}`;
    const [org] = await sql<{ id: string }[]>`
      insert into public.orgs (name) values (${name}) returning id`;
    const made = { id: org!.id, campaigns: {}, senders: {} } as Org;
    for (const channel of ["email", "sms", "voice_ai"] as const) {
      await addSequence(sql, made, name, channel, sandbox);
    }
    return made;
  };

  const world: SendWorld = {
    stack,
    sandbox,
    sql,
    org: await addOrg(),
    addOrg,
    async addLeads(channel, count, org = world.org) {
      const leads = Array.from({ length: count }, () => ({
        id: randomUUID(),
        phone: phoneOf(phones),
        email: `lead${phones++}@example.com`,
      }));
      await addLeads(sql, org, channel, leads, now);
      return leads.map(({ id }) => id);
    },
    ask(method, path, body, token) {
      const { as_of } = (body ?? {}) as { as_of?: string };
      if (as_of && !Number.isNaN(Date.parse(as_of))) setClock(new Date(as_of));
      return call(`${stack.functionsUrl}/outreach${path}`, {
        method,
        headers: {
          ...(token === undefined
            ? { apikey: stack.secretKey }
            : { authorization: `Bearer ${token}` }),
          "content-type": "application/json",
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    },
    startWorker(at, more = {}) {
      setClock(at);
      const folder = join(root, "edge-functions", "worker");
      const process = new DenoProcess({
        name: "sender",
        entrypoint: join(folder, "main.ts"),
        denoConfig: join(folder, "deno.json"),
        env: {
          SUPABASE_DB_URL: stack.databaseUrl,
          SUPABASE_URL: new URL(stack.functionsUrl).origin,
          ...env,
          SLUICE_NOW: at.toISOString(),
          WORKER_DISPATCH: "on",
          WORKER_DISPATCH_POLL_MS: "50",
          WORKER_RECONCILE_SECONDS: "1",
          ...more,
        },
        allowHosts: [new URL(stack.databaseUrl).hostname],
        serves: false,
        memoryMegabytes: 96,
        log: options.log ?? (() => {}),
      });
      workers.add(process);
      process.start();
      return process;
    },
    messages: async (leadIds) => [
      ...await sql<Row[]>`
        select id, lead_id, state, attempts, provider_id, error_code, refused
        from public.messages where lead_id = any (${leadIds}::uuid[]) order by lead_id, created_at`,
    ],
    async stop() {
      for (const worker of workers) await worker.stop("SIGKILL");
      await sql.end({ timeout: 5 });
      await stack.stop();
      await sandbox.stop();
    },
  };
  return world;
}

/** +1 AAA 555 01NN: a hundred numbers in each of California's area codes. */
const AREAS = [209, 213, 310, 323, 408, 415, 424, 442, 510, 530, 559, 562, 619, 626, 628, 650, 657]
  .concat([661, 669, 707, 714, 747, 760, 805, 818, 831, 858, 909, 916, 925, 949, 951]);
const phoneOf = (n: number) =>
  `+1${AREAS[Math.floor(n / 100) % AREAS.length]}55501${String(n % 100).padStart(2, "0")}`;

/** Lists of the state's area codes, without any number on them, a week old. */
async function loadDnc(sql: postgres.Sql): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`create temp table dnc_input (number bigint not null, gone boolean not null default false,
      line integer) on commit drop`;
    await tx`insert into pg_temp.dnc_input (number) select a * 10000000::bigint + 5559999
      from unnest(${AREAS}::bigint[]) a`;
    await tx`select private.load_dnc('national', 'v1', ${after(-7 * 24 * 60)}, 'test.txt',
      p_as_of => ${after(-7 * 24 * 60 + 60)})`;
  });
}

// Orgs share the accounts, and none sends from the address of another.
const nthOf = (name: string) => Number(name.replace("Org ", ""));
const emailOf = (name: string) =>
  nthOf(name) === 1 ? "team@example.org" : `team${nthOf(name)}@example.org`;
const numberOf = (name: string, first: string) =>
  nthOf(name) === 1 ? first : `+1323555${String(100 + nthOf(name)).padStart(4, "0")}`;

async function addSequence(
  sql: postgres.Sql,
  org: Org,
  name: string,
  channel: Channel,
  sandbox: Sandbox,
): Promise<void> {
  const provider = PROVIDER[channel];
  const { subject = null, text, html = null } = TEXTS[channel];
  const [row] = await sql<{ sender: string; campaign: string }[]>`
    with template as (
      insert into public.templates (org_id, name, channel, subject, text_body, html_body)
      values (${org.id}, ${`First ${channel}`}, ${channel}, ${subject}, ${text}, ${html})
      returning id
    ), sender as (
      insert into public.senders (org_id, channel, provider, name, address, postal_address,
        assistant_id, phone_number_id, authenticated_at, cost_usd)
      values (${org.id}, ${channel}, ${provider}, ${name},
        ${channel === "email" ? emailOf(name) : numberOf(name, sandbox.twilio.number)},
        ${channel === "email" ? "1 Main St, Los Angeles, CA 90001" : null},
        ${channel === "voice_ai" ? randomUUID() : null},
        ${channel === "voice_ai" ? randomUUID() : null}, ${after(-60)}, 0.01)
      returning id
    ), sequence as (
      insert into public.sequences (org_id, name) values (${org.id}, ${`Only ${channel}`})
      returning id
    ), campaign as (
      insert into public.campaigns (org_id, name, state, started_at, sequence_id)
      select ${org.id}, ${`By ${channel}`}, 'running', ${after(-60)}, id from sequence
      returning id
    ), step as (
      insert into public.sequence_steps (org_id, sequence_id, step, channel, delay_kind)
      select ${org.id}, id, 1, ${channel}, 'calendar' from sequence
      returning sequence_id
    )
    select sender.id as sender, campaign.id as campaign, sequence_id, template.id as template
    from sender, campaign, step, template`;
  await sql`insert into public.step_variants (org_id, sequence_id, step, template_id)
    select s.org_id, s.sequence_id, 1, t.id from public.sequence_steps s
    join public.sequences q on q.org_id = s.org_id and q.id = s.sequence_id
    join public.templates t on t.org_id = s.org_id and t.name = ${`First ${channel}`}
    where s.org_id = ${org.id} and q.name = ${`Only ${channel}`}`;
  org.senders[channel] = row!.sender;
  org.campaigns[channel] = row!.campaign;
}

async function addLeads(
  sql: postgres.Sql,
  org: Org,
  channel: Channel,
  leads: { id: string; phone: string; email: string }[],
  now: Date,
): Promise<void> {
  const campaign = org.campaigns[channel];
  const points = leads.flatMap(({ id, phone, email }) => [
    { lead: id, kind: "phone", value: phone },
    { lead: id, kind: "email", value: email },
  ]);
  await sql.begin(async (tx) => {
    await tx`select set_config('sluice.actor', 'upload', true)`;
    await tx`
      insert into public.leads (org_id, id, situs_house_number, situs_street, situs_city,
        situs_state, situs_zip, owner_1_first, owner_1_last, campaign_id, campaign_status)
      select ${org.id}, l.id::uuid, '1', 'MAIN ST', 'LOS ANGELES', 'CA', '90001', 'ANN', 'AMES',
        ${campaign}, 'queued'
      from jsonb_to_recordset(${tx.json(leads)}) l (id text)`;
    await tx`
      insert into public.contact_points
        (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, verified)
      select ${org.id}, p.lead::uuid, p.kind::public.contact_kind,
        private.blind_index(p.value, private.blind_key(${org.id})),
        private.encrypt_value(p.value, private.org_key(${org.id}, k.id)), k.id,
        private.mask_contact(p.value), true
      from jsonb_to_recordset(${tx.json(points)}) p (lead text, kind text, value text)
      cross join (select private.active_key_id(${org.id}, 'data') as id) k`;
    await tx`
      insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, action,
        channels, purpose, type, shown_text, text_sha256, text_version, seller,
        automated_disclosed, not_condition_of_purchase, method, signature, occurred_at, recorded_by)
      select c.org_id, c.lead_id, c.id, c.value_bidx, 'phone', 'grant', '{sms,voice_ai}',
        'marketing', 'pewc', 'You may text and call me.', sha256('You may text and call me.'), 1,
        o.name, true, true, 'consent form', 'Ann Ames', ${after(-60 * 24 * 30, now)}, 'person'
      from public.contact_points c join public.orgs o on o.id = c.org_id
      where c.org_id = ${org.id} and c.kind = 'phone'
        and c.lead_id = any (${leads.map(({ id }) => id)}::uuid[])`;
    await tx`
      insert into public.sequence_runs
        (org_id, campaign_id, lead_id, sequence_id, next_channel, next_at, started_at)
      select c.org_id, c.id, l.id::uuid, c.sequence_id, ${channel}, ${after(-1, now)},
        ${after(-1, now)}
      from public.campaigns c, jsonb_to_recordset(${tx.json(leads)}) l (id text)
      where c.org_id = ${org.id} and c.id = ${campaign}`;
  });
}

// The world of the dispatch bench: leads with written consent, a campaign, workers that send, and a provider.
import { join } from "node:path";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { connect } from "../dev/database.ts";
import { root } from "../dev/paths.ts";
import { DenoProcess } from "../dev/process.ts";
import { type Stack, startStack } from "../dev/stack.ts";
import { stackKeys } from "../dev/state.ts";
import { cpuSeconds } from "./processes.ts";
import type { Sql } from "./world.ts";

/** A Tuesday at which texts are allowed from Hawaii to New York; all clocks start there. */
const START = Date.parse("2026-12-01T19:30:00Z");

/** The org's name: consents are given to it. */
export const SELLER = "Bench Sending";

export interface SendWorld {
  sql: Sql;
  stack: Stack;
  sandbox: Sandbox;
  orgId: string;
  campaignId: string;
  now: () => Date;
  startWorkers(count: number, env?: Record<string, string>): Promise<Workers>;
}

export interface Workers {
  /** CPU time of all of them so far; null if unknown. */
  cpuSeconds(): number | null;
  stop(): Promise<void>;
}

export type BenchChannel = "email" | "sms";

/** Leads with distinct numbers and addresses, from the `first` on: reserved lines in area codes of eight states. */
export async function fill(sql: Sql, orgId: string, leads: number, first = 0): Promise<void> {
  await sql.begin(async (tx) => {
    // Import triggers are not measured here.
    await tx`set local session_replication_role = replica`;
    await tx`
      create temp table people on commit drop as
      select n, ('f0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid as id, z.state,
        '+1' || z.area_code || '555' || lpad((100 + n % 100)::text, 4, '0') as phone
      from generate_series(${first}::integer, ${first + leads - 1}::integer) n
      join (select area_code, states[1] as state, row_number() over (order by area_code) - 1 as at
        from public.area_code_zones where states <@ '{CA,TX,NY,OH,GA,IL,MI,NC}' and cardinality(states) = 1) z
        on z.at = n / 100`;
    await tx`
      insert into public.leads (org_id, id, situs_state, phone_verified, phone_bidx, lead_score, owner_1_first,
        situs_street, situs_city)
      select ${orgId}, id, state, true, private.contact_index(${orgId}, phone), n % 101, 'Robin',
        'Main Street', 'Springfield'
      from people`;
    await tx`
      insert into public.contact_points
        (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, verified, codes)
      select ${orgId}, p.id, v.kind::public.contact_kind, private.contact_index(${orgId}, v.value),
        private.encrypt_value(v.value, k.key), k.id, v.masked, true, v.codes
      from people p
      cross join lateral (values ('phone', p.phone, '***-***-0100', '{PS07}'::text[]),
        ('email', 'p' || p.n || '@example.com', 'p***@example.com', '{}')) v (kind, value, masked, codes)
      cross join (select k.id, private.org_key(k.org_id, k.id) as key from private.org_keys k
        where k.org_id = ${orgId} and k.purpose = 'data') k`;
    await tx`
      insert into public.consents (org_id, lead_id, value_bidx, kind, action, channels, purpose, type,
        shown_text, text_sha256, text_version, seller, automated_disclosed, not_condition_of_purchase,
        method, signature, occurred_at, recorded_by)
      select ${orgId}, id, private.contact_index(${orgId}, phone), 'phone', 'grant', '{sms}', 'marketing', 'pewc',
        'Text me.', sha256('Text me.'), 1, ${SELLER}, true, true, 'form', 'x', '2026-06-01', 'person'
      from people`;
  });
}

export async function makeCampaign(
  sql: Sql,
  orgId: string,
  channel: BenchChannel,
  name = "Bench",
): Promise<string> {
  await sql`
    insert into public.senders (org_id, channel, provider, name, address, postal_address, messaging_service_sid,
      authenticated_at)
    values (${orgId}, ${channel}, ${channel === "email" ? "sendgrid" : "twilio"}, 'Bench Sending',
      ${channel === "email" ? "hello@example.org" : "+12025550142"}, '100 Main Street, Springfield',
      ${channel === "sms" ? `MG${"b".repeat(32)}` : null}, now())`;
  const [template] = await sql`
    insert into public.templates (org_id, name, channel, subject, text_body)
    values (${orgId}, ${name}, ${channel}, ${
    channel === "email" ? "About {{ property.street | default: 'your property' }}" : null
  },
      ${
    channel === "email"
      ? "Hello {{ lead.first_name | default: 'there' }}.\n\n{{ sender.name }}\n{{ sender.postal_address }}\n{{ unsubscribe_url }}"
      : "{{ sender.name }}: hello {{ lead.first_name | default: 'there' }}. Reply STOP to opt out."
  }) returning id`;
  const [sequence] = await sql`
    insert into public.sequences (org_id, name) values (${orgId}, ${name}) returning id`;
  await sql`
    insert into public.sequence_steps (org_id, sequence_id, step, channel, delay_kind, send_from, send_until)
    values (${orgId}, ${sequence!.id}, 1, ${channel}, 'calendar', '00:00', '24:00')`;
  await sql`
    insert into public.step_variants (org_id, sequence_id, step, template_id)
    values (${orgId}, ${sequence!.id}, 1, ${template!.id})`;
  const [campaign] = await sql`
    insert into public.campaigns (org_id, name, state, daily_limit, assign_brokers, sequence_id)
    values (${orgId}, ${name}, 'running', 10000, false, ${sequence!.id}) returning id`;
  return campaign!.id;
}

/** Leads and a campaign that could feed them; nothing is fed yet. */
export async function inSendWorld<T>(
  options: { leads: number; channel: BenchChannel; log?: (line: string) => void },
  work: (world: SendWorld) => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const now = () => new Date(START + performance.now() - began);
  const sandbox = await startSandbox({ now });
  try {
    const stack = await startStack({ database: "test", functions: [], log: options.log });
    const sql = connect(stack.adminUrl, 2);
    try {
      const [org] = await sql`
        insert into public.orgs (name) values (${SELLER}) returning id`;
      const orgId = org!.id as string;
      await sql`select private.ensure_decision_partitions(${now()}), private.ensure_event_partitions(${now()})`;
      await fill(sql, orgId, options.leads);
      const campaignId = await makeCampaign(sql, orgId, options.channel);
      await sql.unsafe("vacuum analyze");
      return await work({
        ...{ sql, stack, sandbox, orgId, campaignId, now },
        startWorkers: (count, env = {}) =>
          startWorkers(stack, sandbox, now, count, env, options.log),
      });
    } finally {
      await sql.end();
      await stack.stop();
    }
  } finally {
    await sandbox.stop();
  }
}

async function startWorkers(
  stack: Stack,
  sandbox: Sandbox,
  now: () => Date,
  count: number,
  env: Record<string, string>,
  log: (line: string) => void = () => {},
): Promise<Workers> {
  const folder = join(root, "edge-functions", "worker");
  const started: Promise<void>[] = [];
  const workers = Array.from({ length: count }, (_, index) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    started.push(promise);
    return new DenoProcess({
      name: `worker-${index + 1}`,
      entrypoint: join(folder, "main.ts"),
      denoConfig: join(folder, "deno.json"),
      allowHosts: [new URL(stack.databaseUrl).hostname],
      serves: false,
      memoryMegabytes: 192,
      log: (line) => {
        if (line.includes("started")) resolve();
        log(line);
      },
      env: {
        ...sandbox.env,
        SUPABASE_URL: new URL(stack.functionsUrl).origin,
        SUPABASE_DB_URL: stack.databaseUrl,
        SB_JWT_SECRET: stackKeys().jwtSecret,
        SLUICE_TEST_CLOCK: "allow",
        SLUICE_NOW: now().toISOString(),
        SENDGRID_ACTIVITY: "on",
        WORKER_STAGE_LANES: "1",
        WORKER_DISPATCH: "on",
        WORKER_DISPATCH_POLL_MS: "50",
        ...env,
      },
    });
  });
  for (const worker of workers) worker.start();
  await Promise.all(started);
  return {
    cpuSeconds: () =>
      workers.reduce<number | null>((sum, { pid }) => {
        const used = cpuSeconds(pid);
        return sum === null || used === null ? null : sum + used;
      }, 0),
    stop: async () => void await Promise.all(workers.map((worker) => worker.stop())),
  };
}

// The gate: decisions a second with a million leads and five million contacts on record. Run it alone:
// node scripts/bench/gate.ts [--leads N]
import { parseArgs } from "node:util";
import { integer, type Line, printTable } from "./report.ts";
import { connect } from "../stack/database.ts";
import { inWorld, type Sql } from "./world.ts";

const ORG = "a0000000-0000-4000-8000-00000000ba7e";
const AS_OF = "2026-11-18T18:00:00Z";
const CLAIM = 50;
const SESSIONS = 4;

/** Leads with a phone each, half of them with written consent, and five contacts of each on record. */
async function fill(sql: Sql, leads: number): Promise<void> {
  await sql`insert into public.orgs (id, name) values (${ORG}, 'Bench Gate')`;
  await sql`select private.ensure_decision_partitions()`;
  await sql.begin(async (tx) => {
    // Triggers of imports are not what is measured here.
    await tx`set local session_replication_role = replica`;
    await tx`
      insert into public.leads (org_id, id, situs_state, situs_zip, phone_verified)
      select ${ORG}, ('f0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
        ('{CA,OH,NY,TX,GA}'::text[])[1 + n % 5], ('{90001,43215,10001,75201,30303}'::text[])[1 + n % 5], true
      from generate_series(1, ${leads}::integer) n`;
    await tx`
      insert into public.contact_points
        (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, verified, codes)
      select l.org_id, l.id, 'phone', substr(sha256(l.id::text::bytea), 1, 16),
        private.encrypt_value('+1' || ('{213,614,212,214,404}'::text[])[1 + l.n % 5] || '55501'
          || lpad((l.n % 100)::text, 2, '0'), k.key), k.id, '***-***-0100', true, '{PS07}'
      from (select *, right(id::text, 12)::integer as n from public.leads where org_id = ${ORG}) l
      cross join (select k.id, private.org_key(k.org_id, k.id) as key from private.org_keys k
        where k.org_id = ${ORG} and k.purpose = 'data') k`;
    await tx`
      insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, lead_id)
      select c.org_id, c.value_bidx, 'sms', 'outbound',
        ${AS_OF}::timestamptz - make_interval(hours => 30 * g + (c.id % 20)::integer), c.lead_id
      from public.contact_points c cross join generate_series(1, 5) g where c.org_id = ${ORG}`;
    await tx`
      insert into public.consents (org_id, lead_id, value_bidx, kind, action, channels, purpose, type,
        shown_text, text_sha256, text_version, seller, automated_disclosed, not_condition_of_purchase,
        method, signature, occurred_at, recorded_by)
      select org_id, lead_id, value_bidx, 'phone', 'grant', '{sms}', 'marketing', 'pewc', 'Text me.',
        sha256('Text me.'), 1, 'Bench Gate', true, true, 'form', 'x', '2026-06-01', 'person'
      from public.contact_points where org_id = ${ORG} and id % 2 = 0`;
    await tx`create temp table dnc_in
      (number bigint not null, gone boolean not null default false, line integer) on commit drop`;
    await tx`insert into dnc_in select (a || '5550199')::bigint
      from unnest('{213,614,212,214,404}'::text[]) a`;
    await tx`select private.load_dnc('national', 'bench', '2026-11-10', 'bench', p_as_of => '2026-11-11')`;
  });
  await sql.unsafe("vacuum analyze");
}

/** Claims of fifty decisions each, in transactions of their own, by several sessions at once. */
async function decide(url: string, leads: number, millis: number): Promise<number> {
  const until = performance.now() + millis;
  const sessions = await Promise.all(
    Array.from({ length: SESSIONS }, async (_, session) => {
      const sql = connect(url);
      let done = 0;
      for (let claim = 0; performance.now() < until; claim++) {
        const from = (claim * SESSIONS + session) * 7919 * CLAIM % (leads - CLAIM);
        const first = `f0000000-0000-4000-8000-${String(from).padStart(12, "0")}`;
        const [row] = await sql`
          select count(public.gate_decide(c.lead_id, c.id, 'sms', 'marketing', ${AS_OF}))::integer as n
          from (select lead_id, id from public.contact_points
            where org_id = ${ORG} and lead_id > ${first} order by lead_id limit ${CLAIM}) c`;
        done += row!.n;
      }
      await sql.end();
      return done;
    }),
  );
  return sessions.reduce((sum, n) => sum + n, 0) / millis * 1000;
}

async function evaluate(sql: Sql): Promise<number> {
  const [row] = await sql`
    with f as materialized (
      select d.facts || jsonb_build_object('org_id', d.org_id, 'channel', d.channel, 'purpose', d.purpose,
        'phone', '+1' || (d.facts ->> 'area_code') || '5550100') as facts
      from public.gate_decisions d where d.org_id = ${ORG} limit 5000
    ), began as materialized (select clock_timestamp() as at, count(*) as n from f
    ), done as materialized (select count(public.gate_evaluate(f.facts, ${AS_OF})) as n from began, f)
    select (done.n / extract(epoch from clock_timestamp() - began.at))::float8 as rate from began, done`;
  return row!.rate;
}

export async function measureGate(sql: Sql, url: string, leads: number): Promise<Line> {
  await fill(sql, leads);
  await decide(url, leads, 3_000);
  const rate = await decide(url, leads, 10_000);
  const alone = await evaluate(sql);
  const [history] = await sql`select count(*)::integer as n from public.contact_attempts`;
  return {
    item: 7,
    what: `decisions a second, collected and stored, ${integer(leads)} leads, ${
      integer(history!.n)
    } contacts`,
    ratio: rate / alone,
    against: `gate_evaluate alone in one session, ${integer(alone)}`,
    absolute: `${integer(rate)} a second in ${SESSIONS} sessions`,
    goal: "≥ 5,000",
    met: rate >= 5_000,
    data: { decisions_per_second: rate, evaluations_per_second: alone, leads },
  };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { leads: { type: "string", default: "1000000" } } });
  await inWorld({ worker: false }, async ({ sql, stack }) => {
    printTable([await measureGate(sql, stack.adminUrl, Number(values.leads))], console.log);
  });
}

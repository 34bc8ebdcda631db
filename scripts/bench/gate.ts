// The gate: decisions a second with a million leads and five million contacts on record. Run it alone:
// node scripts/bench/gate.ts [--leads N]
import { parseArgs } from "node:util";
import { DatabaseCpu } from "./processes.ts";
import { integer, type Line, printTable } from "./report.ts";
import { connect } from "../dev/database.ts";
import { inWorld, type Sql } from "./world.ts";

const ORG = "a0000000-0000-4000-8000-00000000ba7e";
const AS_OF = "2026-11-18T18:00:00Z";
const CLAIM = 50;
const SESSIONS = 2;
/** Listed numbers in each of five area codes. */
const LISTED = 200_000;

/** Leads with one phone each, half of them with written consent, and five contact attempts each on record. */
async function fill(sql: Sql, leads: number): Promise<void> {
  await sql`insert into public.orgs (id, name) values (${ORG}, 'Bench Gate')`;
  await sql`select private.ensure_decision_partitions()`;
  await sql.begin(async (tx) => {
    // Import triggers are not measured here.
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
    // As after last night's scrub: every phone has the status of the last load.
    await tx`create temp table dnc_input
      (number bigint not null, gone boolean not null default false, line integer) on commit drop`;
    await tx`insert into dnc_input select a::bigint * 10000000 + 2000000 + n * 7
      from unnest('{213,614,212,214,404}'::text[]) a cross join generate_series(1, ${LISTED}::integer) n`;
    await tx`select private.load_dnc('national', 'bench', '2026-11-10', 'bench', p_as_of => '2026-11-11')`;
    await tx`
      insert into private.phone_scrubs
        (org_id, value_bidx, federal_listed, registry_obtained_at, load_id, scrubbed_at)
      select org_id, value_bidx, false, '2026-11-10', (select max(id) from private.dnc_loads), '2026-11-12'
      from public.contact_points where org_id = ${ORG}`;
  });
  await sql`select public.refresh_contactable_leads(now(), true)`;
  await sql.unsafe("vacuum analyze");
}

interface Rate {
  perSecond: number;
  cpuMicros: number | null;
}

/** Claims of fifty decisions each, in separate transactions, by two concurrent sessions. */
async function decide(world: Gate, leads: number, millis: number, many: boolean): Promise<Rate> {
  const cpu = new DatabaseCpu(world.server, world.database);
  const began = performance.now();
  const until = began + millis;
  const sessions = await Promise.all(
    Array.from({ length: SESSIONS }, async (_, session) => {
      const sql = connect(world.url);
      let done = 0;
      for (let claim = 0; performance.now() < until; claim++) {
        const from = (claim * SESSIONS + session) * 7919 * CLAIM % (leads - CLAIM);
        const first = `f0000000-0000-4000-8000-${String(from).padStart(12, "0")}`;
        const [row] = many
          ? await sql`
            select count(j.answer)::integer as n
            from (
              select jsonb_agg(jsonb_build_object('lead_id', c.lead_id, 'contact_point_id', c.id,
                'channel', 'sms', 'purpose', 'marketing')) as asked
              from (select lead_id, id from public.contact_points
                where org_id = ${ORG} and lead_id > ${first} order by lead_id limit ${CLAIM}) c) a
            cross join lateral private.gate_decide_many(${ORG}, a.asked, ${AS_OF}) j`
          : await sql`
            select count(public.gate_decide(c.lead_id, c.id, 'sms', 'marketing', ${AS_OF}))::integer as n
            from (select lead_id, id from public.contact_points
              where org_id = ${ORG} and lead_id > ${first} order by lead_id limit ${CLAIM}) c`;
        done += row!.n;
      }
      await sql.end();
      return done;
    }),
  );
  const all = sessions.reduce((sum, n) => sum + n, 0);
  const used = cpu.stop();
  return {
    perSecond: all / (performance.now() - began) * 1000,
    cpuMicros: used === null ? null : used / all * 1e6,
  };
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

/** Microseconds of a look-up in the lists, and of one in an index of the same numbers. */
async function lookUp(sql: Sql): Promise<{ list: number; index: number }> {
  await sql.unsafe(`create table if not exists private.bench_numbers as
    select ('+1' || (a::bigint * 10000000 + 2000000 + n * 7 + n % 2)) as phone
    from unnest('{213,614,212,214,404}'::text[]) a cross join generate_series(1, ${LISTED}) n`);
  await sql.unsafe("create index on private.bench_numbers (phone)");
  await sql.unsafe("analyze private.bench_numbers");
  const time = async (query: string) => {
    const [row] = await sql.unsafe(`
      with asked as materialized (
        select phone from private.bench_numbers tablesample system (2) repeatable (1) limit 10000
      ), began as materialized (select clock_timestamp() as at, count(*) as n from asked
      ), done as materialized (select count(${query}) as hits from began, asked a)
      select (extract(epoch from clock_timestamp() - began.at) / began.n * 1e6)::float8 as micros
      from began, done`);
    return row!.micros as number;
  };
  const list = `(private.look_up_dnc(a.phone, '${ORG}')).load_id`;
  const index = "(select b.phone from private.bench_numbers b where b.phone = a.phone limit 1)";
  for (const query of [list, index]) await time(query);
  return { list: await time(list), index: await time(index) };
}

/** Milliseconds of a forecast for a campaign, and of counting its candidates alone. */
async function forecast(sql: Sql): Promise<{ all: number; count: number; candidates: number }> {
  const [campaign] = await sql`
    insert into public.campaigns (org_id, name) values (${ORG}, 'Bench') returning id`;
  const time = async <T>(work: () => Promise<T>) => {
    await work();
    const began = performance.now();
    const result = await work();
    return { ms: performance.now() - began, result };
  };
  const all = await time(() =>
    sql`select * from public.gate_forecast(${campaign!.id}, '2026-11-18')`
  );
  const count = await time(() =>
    sql`select count(*) from public.mv_contactable_leads where org_id = ${ORG}`
  );
  return { all: all.ms, count: count.ms, candidates: Number(all.result[0]?.candidates ?? 0) };
}

interface Gate {
  sql: Sql;
  url: string;
  server: number | null;
  database: string;
}

const cpuOf = ({ cpuMicros }: Rate) =>
  cpuMicros === null ? "" : `, ${cpuMicros.toFixed(0)} µs of CPU each`;

export async function measureGate(gate: Gate, leads: number): Promise<Line[]> {
  const { sql } = gate;
  await fill(sql, leads);
  await decide(gate, leads, 3_000, true);
  const many = await decide(gate, leads, 10_000, true);
  await decide(gate, leads, 1_000, false);
  const single = await decide(gate, leads, 5_000, false);
  const alone = await evaluate(sql);
  const numbers = await lookUp(sql);
  const ahead = await forecast(sql);
  const [history] = await sql`select count(*)::integer as n from public.contact_attempts`;
  const size = `${integer(leads)} leads, ${integer(history!.n)} contacts`;
  return [
    {
      item: 7,
      what: `decisions a second in claims of ${CLAIM}, stored, ${size}`,
      ratio: many.perSecond / alone,
      against: `gate_evaluate alone in one session, ${integer(alone)}`,
      absolute: `${integer(many.perSecond)} a second in ${SESSIONS} sessions${cpuOf(many)}`,
      goal: "≥ 5,000",
      met: many.perSecond >= 5_000,
      data: {
        decisions_per_second: many.perSecond,
        cpu_micros: many.cpuMicros,
        evaluations_per_second: alone,
        leads,
      },
    },
    {
      item: 7,
      what: "decisions a second one by one",
      ratio: single.perSecond / many.perSecond,
      against: `in claims of ${CLAIM}, ${integer(many.perSecond)}`,
      absolute: `${integer(single.perSecond)} a second in ${SESSIONS} sessions${cpuOf(single)}`,
      goal: "",
      met: null,
      data: { decisions_per_second: single.perSecond, cpu_micros: single.cpuMicros },
    },
    {
      item: 7,
      what: `a number looked up in a list of ${integer(5 * LISTED)}`,
      ratio: numbers.list / numbers.index,
      against: `one index of as many, ${numbers.index.toFixed(1)} µs`,
      absolute: `${numbers.list.toFixed(1)} µs`,
      goal: "< 1 ms",
      met: numbers.list < 1_000,
      data: { micros: numbers.list, index_micros: numbers.index },
    },
    {
      item: 7,
      what: `forecast of a campaign with ${integer(ahead.candidates)} candidates`,
      ratio: ahead.all / ahead.count,
      against: `counting them, ${ahead.count.toFixed(0)} ms`,
      absolute: `${(ahead.all / 1000).toFixed(2)} s`,
      goal: "",
      met: null,
      data: { ms: ahead.all, count_ms: ahead.count, candidates: ahead.candidates },
    },
  ];
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { leads: { type: "string", default: "1000000" } } });
  await inWorld({ worker: false }, async ({ sql, stack, server, database }) => {
    const gate = { sql, url: stack.adminUrl, server, database };
    printTable(await measureGate(gate, Number(values.leads)), console.log);
  });
}

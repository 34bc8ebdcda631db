// Item 13: scoring a million leads by the rules of the project, against an update of one column of the table that it
// writes, and of the table that it reads. Run it alone: node scripts/bench/scoring.ts [--leads N] [--rounds N]. A million
// leads take minutes to write: --seed leaves a database with them, and --at URL measures in it and drops it.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compileFile } from "../cli/score_files.ts";
import { connect, createTestDatabase, dropDatabase } from "../dev/database.ts";
import { root } from "../dev/paths.ts";
import { openServer } from "../dev/server.ts";
import { DatabaseCpu, serverOf } from "./processes.ts";
import { integer, type Line, median, printTable, seconds } from "./report.ts";
import { inWorld, type Sql, type World } from "./world.ts";

const RULES = join(root, "scoring", "home_sellers.yaml");
const AS_OF = "2026-11-27T12:00:00Z";
const NEXT_DAY = "2026-11-28T12:00:00Z";
/** Leads of a batch of the job. */
const BATCH = 5_000;
const ROUNDS = 3;

type Place = Pick<World, "sql" | "orgId" | "server" | "database">;

/**
 * Leads as vendors of lists describe them (nine columns without a field of their own), a phone and an e-mail each. A
 * tenth clicked or opened a mail, some of them replied, were called or booked.
 */
export async function fillScores(sql: Sql, orgId: string, leads: number): Promise<void> {
  await sql.begin(async (tx) => {
    // Import triggers are not measured here.
    await tx`set local session_replication_role = replica`;
    await tx`
      insert into public.leads (org_id, id, mak, county_fips, apn, situs_house_number, situs_street, situs_city,
        situs_state, situs_zip, owner_1_first, owner_1_last, owner_full, mailing_street, mailing_city, mailing_state,
        mailing_zip, phone_verified, phone_verification_codes, email_verified, email_verification_codes, consent,
        consented_at, observed_at, created_at, attributes)
      select ${orgId}, gen_random_uuid(), case when n % 10 < 7 then lpad(n::text, 10, '0') end, '06037',
        case when n % 3 = 0 then n::text end, (n % 9000)::text, 'MAPLE GROVE AVE', 'LOS ANGELES', 'CA',
        (90000 + n % 90)::text, 'Avery', 'Birch', case when n % 20 = 0 then 'Birch Holdings LLC'
          else 'Avery Birch' end,
        case when n % 4 = 0 then (n % 700) || ' Elm St' else (n % 9000) || ' Maple Grove Ave' end, 'Los Angeles',
        case when n % 9 = 0 then 'NV' else 'CA' end, (90000 + n % 90)::text,
        n % 2 = 0, case when n % 2 = 0 then '{PS01,PS07}' when n % 5 = 0 then '{PE01}' else '{}' end::text[],
        n % 3 = 0, case when n % 3 = 0 then '{ES01}' else '{}' end::text[], n % 50 = 0,
        case when n % 50 = 0 then ${AS_OF}::timestamptz - interval '90 days' end,
        ${AS_OF}::timestamptz - make_interval(days => n % 500), ${AS_OF}::timestamptz - make_interval(days => n % 500),
        jsonb_build_object('Estimated Value', '$' || (200 + n % 900) || ',000', 'Est. Loan Balance',
          (100 + n % 300) || '000', 'Equity Percent', (n % 100)::text, 'Last Sale Date',
          to_char(date '1980-01-01' + (n % 16000), 'MM/DD/YYYY'), 'Year Built', (1930 + n % 90)::text, 'Sq Ft',
          (800 + n % 3000)::text, 'Bedrooms', (n % 6)::text, 'Property Type', 'Single Family', 'Lot Size',
          (4000 + n % 5000)::text)
      from generate_series(1, ${leads}::integer) n`;
    await tx`
      insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, verified)
      select l.org_id, l.id, k.kind::public.contact_kind, sha256(l.id::text::bytea || k.kind::bytea), '\\x00', 1,
        '***', l.phone_verified
      from public.leads l cross join (values ('phone'), ('email')) k (kind) where l.org_id = ${orgId}`;
    const some = (share: number) =>
      tx`select x.*, ${AS_OF}::timestamptz - make_interval(days => 1 + (x.n % 120)::integer) as at from (
        select l.org_id, l.id, row_number() over () as n from public.leads l
        where l.org_id = ${orgId} and hashtextextended(l.id::text, ${share}) % 1000 between 0 and ${share}) x`;
    await tx`
      insert into public.messages (org_id, lead_id, channel, kind, contact_point_id, value_bidx, sender_id, provider,
        state, claimed_at, sent_at, opened_at, clicked_at)
      select l.org_id, l.id, 'email', 'manual', 0, 'x', gen_random_uuid(), 'sendgrid', 'sent', l.at, l.at, l.at,
        case when l.n % 3 = 0 then l.at end
      from (${some(100)}) l`;
    await tx`
      insert into public.replies (org_id, lead_id, value_bidx, channel, provider, event_key, at, request, label,
        labelled_by, labelled_at)
      select l.org_id, l.id, 'x', 'sms', 'twilio', l.id::text, l.at, 'none',
        (case when l.n % 2 = 0 then 'interested' else 'not_interested' end)::public.reply_label, 'rules', l.at
      from (${some(20)}) l`;
    await tx`
      insert into public.calls (org_id, lead_id, provider, event_key, direction, at, answered)
      select l.org_id, l.id, 'vapi', l.id::text, 'outbound', l.at, true from (${some(10)}) l`;
    await tx`
      insert into public.bookings (org_id, provider, uid, lead_id, made_at)
      select l.org_id, 'calcom', l.id::text, l.id, l.at from (${some(5)}) l`;
  });
  await sql.unsafe("vacuum analyze");
}

interface Cost {
  seconds: number;
  cpu: number | null;
}

/** One statement, from a table without dead rows and without pages that somebody else left dirty. */
async function time(world: Place, statement: string, triggers = true): Promise<Cost> {
  await world.sql.unsafe("vacuum public.lead_scores");
  await world.sql.unsafe("checkpoint");
  const cpu = new DatabaseCpu(world.server, world.database);
  const began = performance.now();
  await world.sql.begin(async (tx) => {
    if (!triggers) await tx`set local session_replication_role = replica`;
    await tx.unsafe(statement);
  });
  return { seconds: (performance.now() - began) / 1000, cpu: cpu.stop() };
}

const middle = (costs: Cost[]): Cost => ({
  seconds: median(costs.map(({ seconds }) => seconds)),
  cpu: costs[0]?.cpu == null ? null : median(costs.map(({ cpu }) => cpu!)),
});

export async function measureScoring(world: Place, leads: number): Promise<Line[]> {
  await fillScores(world.sql, world.orgId, leads);
  return await measureFilled(world, leads);
}

async function measureFilled(world: Place, leads: number, rounds = ROUNDS): Promise<Line[]> {
  const { sql, orgId } = world;
  const { rules, sources, compiled } = await compileFile(sql, RULES);
  await sql`
    select private.put_score_version(${orgId}, ${rules.vertical}, ${rules as never}::jsonb,
      ${sources as never}::jsonb, ${compiled as never}::jsonb)`;
  await sql`select public.activate_score(${orgId}, 1)`;
  // The job would score beside the measurement.
  await sql`update pgboss.job set state = 'cancelled' where name = 'score-leads' and state < 'completed'`;

  const score = (asOf: string, some = "null") =>
    `select private.score_leads('${orgId}', ${some}, '${asOf}')`;
  const decay = `select private.decay_scores('${NEXT_DAY}')`;
  const update = `update public.lead_scores set scored_at = now() where org_id = '${orgId}'`;
  const [batchOf] = await sql<{ ids: string[] }[]>`
    select array_agg(x.id) as ids from (select id from public.leads
      where org_id = ${orgId} and hashtextextended(id::text, 0) % ${Math.ceil(leads / BATCH)} = 0
      limit ${BATCH}) x`;
  const count = batchOf!.ids.length;
  const some = `'{${batchOf!.ids.join()}}'::uuid[]`;
  const first = await time(world, score(AS_OF));
  await sql.unsafe("vacuum analyze public.lead_scores");
  // The first update of a new table finds too little room in its pages; nights after it do.
  await sql.unsafe(update);
  const all: Cost[] = [], none: Cost[] = [], plain: Cost[] = [], night: Cost[] = [];
  const read: Cost[] = [];
  const batch: Cost[] = [], plainBatch: Cost[] = [];
  for (let round = 0; round < rounds; round++) {
    plain.push(await time(world, update));
    // As after the activation of a version that reads the same facts, and of one that reads others.
    await sql`update public.lead_scores set version = 0 where org_id = ${orgId}`;
    all.push(await time(world, score(AS_OF)));
    await sql`update public.lead_scores set version = 0, facts_of = 0 where org_id = ${orgId}`;
    read.push(await time(world, score(AS_OF)));
    none.push(await time(world, score(AS_OF)));
    night.push(await time(world, decay));
    const [kept] = await sql`select count(*)::integer as n from public.lead_scores
      where org_id = ${orgId} and scored_at < ${NEXT_DAY} and next_at < ${NEXT_DAY}`;
    if (kept!.n > 0) throw new Error(`${kept!.n} scores that were due were not looked at`);
    await sql.unsafe(`update public.lead_scores set version = 0 where lead_id = any (${some})`);
    batch.push(await time(world, score(NEXT_DAY, some)));
    plainBatch.push(await time(world, `${update} and lead_id = any (${some})`));
    // The clock goes back: what it made of the facts is read again.
    await sql.unsafe("update private.score_statements set looked_at = null");
    await sql.unsafe(score(AS_OF));
  }
  // Without triggers, what is left is the row and its indexes.
  const ofLeads = (value: number) =>
    `update public.leads set lead_score = ${value} where org_id = '${orgId}' and id = any (${some})`;
  const wide = await time(world, ofLeads(1));
  const indexed = await time(world, ofLeads(2), false);

  const size = `${integer(leads)} leads`;
  const line = (what: string, costs: Cost[], base: Cost[], rows: number, goal = ""): Line => {
    const [cost, plain] = [middle(costs), middle(base)];
    const ratio = cost.seconds / plain.seconds;
    const cpu = cost.cpu === null || plain.cpu === null
      ? ""
      : `; CPU µs/lead: ${(cost.cpu / rows * 1e6).toFixed(1)}, update ${
        (plain.cpu / rows * 1e6).toFixed(1)
      }`;
    return {
      item: 13,
      what,
      ratio,
      against: `update of one column of their scores, ${seconds(plain.seconds)}`,
      absolute: `${seconds(cost.seconds)}, ${(cost.seconds / rows * 1e6).toFixed(1)} µs/lead${cpu}`,
      goal,
      met: goal === "" ? null : ratio <= 2,
      data: { seconds: cost.seconds, cpu: cost.cpu, plain_seconds: plain.seconds, leads: rows },
    };
  };
  const lines = [
    line(`scoring ${size}, every score changes, by other rules`, all, plain, leads, "≤ 2 ×"),
    line(`scoring ${size}, every score changes, by other facts`, read, plain, leads),
    line(`the nightly statement, ${size}, a day later`, night, plain, leads),
    line(`scoring ${size}, no score changes`, none, plain, leads),
    line(`scoring ${size} for the first time`, [first], plain, leads),
    line(`scoring ${integer(count)} of ${size}, every score changes`, batch, plainBatch, count),
  ];
  const perLead = lines[0]!.data.seconds as number / leads;
  for (
    const [what, { seconds }] of [["", wide], [" without its triggers", indexed]] as const
  ) {
    lines.push({
      ...lines[0]!,
      ratio: perLead / (seconds / count),
      against: `update of one column of leads${what}, ${
        (seconds / count * 1e6).toFixed(0)
      } µs each`,
      goal: "",
      met: null,
    });
  }
  return lines;
}

/** A database with leads, which stays. */
async function seed(leads: number): Promise<void> {
  const server = await openServer();
  const { adminUrl } = await createTestDatabase(server);
  const sql = connect(adminUrl, 2);
  const [org] = await sql`insert into public.orgs (name) values ('Bench Realty') returning id`;
  await fillScores(sql, org!.id, leads);
  await sql.end();
  await server.release();
  console.log(adminUrl);
}

async function measureAt(url: string, rounds: number): Promise<Line[]> {
  const held = await openServer();
  const sql = connect(url, 2);
  const [at] = await sql`
    select o.id as org_id, pg_backend_pid() as pid, current_database() as name,
      (select count(*)::integer from public.leads l where l.org_id = o.id) as leads
    from public.orgs o`;
  const place = { sql, orgId: at!.org_id, server: serverOf(at!.pid), database: at!.name };
  try {
    return await measureFilled(place, at!.leads, rounds);
  } finally {
    await sql.end();
    await dropDatabase(held, place.database);
    await held.release();
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      leads: { type: "string", default: "1000000" },
      rounds: { type: "string", default: String(ROUNDS) },
      seed: { type: "boolean" },
      at: { type: "string" },
    },
  });
  const leads = Number(values.leads), rounds = Number(values.rounds);
  if (values.seed) await seed(leads);
  else if (values.at) printTable(await measureAt(values.at, rounds), console.log);
  else {
    await inWorld({ worker: false }, async (world) => {
      await fillScores(world.sql, world.orgId, leads);
      printTable(await measureFilled(world, leads, rounds), console.log);
    });
  }
}

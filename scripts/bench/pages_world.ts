// The brokerage of item 15: two years of feeds into forty campaigns by fifty brokers from four sources. Everything is
// written set by set, without the triggers of an import; the counts are then folded as the job folds them.
import type { Sql, World } from "./world.ts";

const BROKERS = 50;
const SOURCES = 4;
const CAMPAIGNS = 40;
const DAYS = 700;
/** What follows the feed of a lead spreads over so many days. */
const SPREAD = 90;
const USERS = {
  owner: "00000000-0000-4000-8000-00000000b002",
  broker: "00000000-0000-4000-8000-00000000b001",
};

const id = (prefix: string, n: string) =>
  `('${prefix}0000000-0000-4000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;

export interface Pages {
  users: typeof USERS;
  campaignId: string;
  leadId: string;
  events: number;
}

async function fillPeople({ sql, orgId }: World): Promise<void> {
  for (const [role, user] of Object.entries(USERS)) {
    await sql`insert into auth.users (id, email) values (${user}, ${`${role}@example.com`})`;
    await sql`insert into public.members (org_id, user_id, role) values (${orgId}, ${user}, ${role})`;
  }
  await sql.unsafe(`
    insert into public.brokers (org_id, id, name, user_id)
    select '${orgId}', ${
    id("b", "n")
  }, 'Broker ' || n, case n when 1 then '${USERS.broker}'::uuid end
    from generate_series(1, ${BROKERS}) n;
    insert into public.sources (org_id, id, key, name)
    select '${orgId}', ${
    id("c", "n")
  }, 'list-' || n, 'List ' || n from generate_series(1, ${SOURCES}) n;
    insert into public.campaigns (org_id, id, name, state, created_at)
    select '${orgId}', ${
    id("d", "n")
  }, 'Campaign ' || n, 'running', now() - make_interval(days => ${DAYS} - 17 * n)
    from generate_series(1, ${CAMPAIGNS}) n`);
}

async function fillLeads({ sql, orgId }: World, leads: number): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(`
      create temp table places on commit drop as
        select row_number() over (order by z.zip) - 1 as i, z.zip, min(z.fips) as fips, min(c.state) as state
        from public.zip_counties z join public.us_counties c on c.fips = z.fips
        where z.zip between '90000' and '93999' group by z.zip;
      insert into public.leads (org_id, id, situs_house_number, situs_street, situs_city, situs_state, situs_zip,
        county_fips, owner_1_first, owner_1_last, owner_full, lead_score, phone_verified, source_id,
        assigned_broker_id, campaign_id, campaign_status, added_to_campaign_at, last_reply_at, addr_hash, addr_hash_version, created_at)
      select '${orgId}', ${
      id("f", "n")
    }, (n % 9000)::text, 'Maple Grove Ave', 'Los Angeles', p.state, p.zip, p.fips,
        'Avery', (array['Birch', 'Cedar', 'Elm', 'Oak', 'Pine'])[1 + n % 5] || (n / 5 % 2000), null,
        n::bigint * 7919 % 101, true, ${id("c", `1 + n % ${SOURCES}`)}, ${
      id("b", `1 + n / 7 % ${BROKERS}`)
    },
        case when n % 5 > 0 then ${
      id("d", `1 + n::bigint * ${CAMPAIGNS - 6} / ${leads} + n % 6`)
    } end,
        (case when n % 5 = 0 then 'new' when n % 20 = 7 then 'replied' when n % 97 = 3 then 'opted_out'
          when n % 11 = 1 then 'completed' else 'active' end)::public.campaign_status, f.fed_at,
        case when n % 20 = 7 then f.fed_at + interval '9 days' end, sha256(n::text::bytea), 1, f.fed_at
      from generate_series(1, ${leads}) n
      cross join lateral (select now() - make_interval(mins => (${
      DAYS * 1440
    } * (1 - n / ${leads}::float8))::integer)
        as fed_at) f
      join places p on p.i = n * 7919::bigint % (select count(*) from places);
      insert into private.place_deltas (org_id, situs_zip, county_fips, situs_state, campaign_status, leads)
      select org_id, situs_zip, county_fips, situs_state, campaign_status, count(*) from public.leads
      where org_id = '${orgId}' group by 1, 2, 3, 4, 5;
      insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, verified)
      select '${orgId}', ${
      id("f", "n")
    }, 'phone', sha256(n::text::bytea), k.cipher, k.key_id, '***-***-0100', true
      from generate_series(1, ${leads}) n
      cross join (select private.encrypt_value('+12135550100', private.org_key(o.org_id, o.id)) as cipher,
        o.id as key_id from private.org_keys o where o.org_id = '${orgId}' and o.purpose = 'data' limit 1) k`);
  });
}

/** Replies with their tasks, runs, deals and uploads: what the lists show. */
async function fillWork({ sql, orgId }: World): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    const some = (every: number) =>
      `(select l.*, right(l.id::text, 12)::bigint as n from public.leads l where l.org_id = '${orgId}'
        and right(l.id::text, 12)::bigint % ${every} = 7) l`;
    await tx.unsafe(`
      insert into public.replies (org_id, lead_id, value_bidx, channel, provider, event_key, at, request, label,
        labelled_by, labelled_at, answered_at, campaign_id)
      select l.org_id, l.id, 'x', 'sms', 'twilio', l.id::text, l.last_reply_at, 'none',
        (array['interested', 'question', 'not_interested'])[1 + l.n % 3]::public.reply_label, 'rules',
        l.last_reply_at, case when l.n % 40 <> 7 or l.n % 3 > 0 then l.last_reply_at + interval '3 hours' end,
        l.campaign_id
      from ${some(20)} where l.last_reply_at < now();
      insert into public.tasks (org_id, lead_id, kind, created_at, due_at, done_at)
      select r.org_id, r.lead_id, 'answer_reply', r.at, r.at,
        r.answered_at + make_interval(mins => (r.id % 600)::integer) from public.replies r;
      insert into public.tasks (org_id, lead_id, kind, created_at, due_at, created_by)
      select l.org_id, l.id, 'follow_up', now() - interval '1 day', now() + make_interval(hours => (l.n % 900)::integer - 20),
        '${USERS.broker}' from ${some(300)};
      insert into public.sequences (org_id, id, name) values ('${orgId}', ${
      id("e", "1")
    }, 'Six touches');
      insert into public.sequence_runs (org_id, campaign_id, lead_id, sequence_id, next_step, next_channel, next_at)
      select l.org_id, l.campaign_id, l.id, ${
      id("e", "1")
    }, 1 + l.n % 6, 'email', now() + interval '1 day'
      from public.leads x join lateral (select x.*, right(x.id::text, 12)::bigint as n) l on true
      where x.org_id = '${orgId}' and x.campaign_status = 'active' and x.added_to_campaign_at > now() - interval '60 days';
      insert into public.deals (org_id, lead_id, title, stage_id, broker_id, price_usd)
      select l.org_id, l.id, 'Deal ' || l.n, s.id, l.assigned_broker_id, 100000 + l.n
      from ${
      some(500)
    } join public.deal_stages s on s.org_id = l.org_id and s.position = 1 + l.n % 3;
      insert into public.uploads (org_id, source_id, correlation_id, received_at)
      select '${orgId}', ${
      id("c", `1 + n % ${SOURCES}`)
    }, gen_random_uuid(), now() - make_interval(days => n)
      from generate_series(1, 400) n`);
  });
}

/** What the events need of each lead, by its number: narrow, so that a month of them is read at once. */
async function outlineLeads({ sql, orgId }: World): Promise<void> {
  await sql.unsafe(`
    create unlogged table private.bench_leads as
    select right(l.id::text, 12)::bigint as n, l.id as lead_id, l.source_id, l.campaign_id,
      l.assigned_broker_id as broker_id, l.created_at as fed_at, l.last_reply_at is not null as replied,
      case when l.campaign_id is null then '{}' else jsonb_build_object('campaign_id', l.campaign_id) end as detail,
      date_trunc('week', l.added_to_campaign_at at time zone o.time_zone)::date as fed_week, o.time_zone
    from public.leads l join public.orgs o on o.id = l.org_id where l.org_id = '${orgId}' order by 1;
    create unique index on private.bench_leads (n);
    analyze private.bench_leads`);
}

/** The events of a month in the order of time, and their counts as the trigger would have left them. */
async function fillMonth(
  sql: Sql,
  orgId: string,
  leads: number,
  perLead: number,
  month: number,
): Promise<number> {
  const from = `date_trunc('month', now()) - interval '${month} months'`;
  // Leads by number are in the order of their feed.
  const nth = (at: string) =>
    `(${leads} * (1 - extract(epoch from now() - (${at})) / 86400 / ${DAYS}))::bigint`;
  const between = `interval '${Math.floor(SPREAD * 1440 / perLead)} minutes'`;
  return await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`set local work_mem = '512MB'`;
    await tx.unsafe(`
      create temp table happened on commit drop as
      select l.*, e.j, e.at, (e.at at time zone l.time_zone)::date as day,
        (case when e.j = 0 or l.campaign_id is null then 'verified' when e.j = 1 then 'fed'
          when e.j < ${perLead} - 1 or not l.replied then 'sent' when l.n % 1000 = 7 then 'closed'
          when l.n % 100 = 7 then 'booked' else 'replied' end)::public.pipeline_event_kind as kind,
        -- The first message counts as the step; the seconds of the feed are those since the lead came.
        case when e.j <= 2 or e.j = ${perLead} - 1 and l.replied and l.campaign_id is not null
          or l.campaign_id is null then extract(epoch from e.at - l.fed_at)::float8 end as seconds
      from private.bench_leads l
      cross join lateral (select j, l.fed_at + j * ${between} as at from generate_series(0, ${perLead} - 1) j) e
      where l.n between greatest(1, ${nth(`${from} - interval '${SPREAD} days'`)}) - 1
          and 1 + ${nth(`${from} + interval '1 month'`)}
        and e.at >= ${from} and e.at < ${from} + interval '1 month' and e.at <= now();
      insert into public.pipeline_events (org_id, lead_id, kind, at, detail)
      select '${orgId}'::uuid, h.lead_id, h.kind, h.at, h.detail from happened h order by h.at;
      insert into private.pipeline_deltas (org_id, day, kind, source_id, campaign_id, broker_id, fed_week, quantity, leads,
        bucket, timed, seconds)
      select '${orgId}'::uuid, h.day, h.kind, h.source_id, h.campaign_id, h.broker_id,
        case when h.kind >= 'fed' then h.fed_week end, count(*), count(h.seconds),
        width_bucket(h.seconds, (select private.step_bounds())), count(h.seconds), coalesce(sum(h.seconds), 0)
      from happened h group by 1, 2, 3, 4, 5, 6, 7, 10;
      insert into private.message_deltas (org_id, day, campaign_id, sequence_id, step, channel, variant, sent, delivered,
        replied, cost_usd, source_id, broker_id)
      select '${orgId}'::uuid, h.day, h.campaign_id, ${id("e", "1")}, least(h.j - 1, 6), 'sms',
        case when h.n % 7 < 4 then 'a' else 'b' end, count(*), count(*), count(*) / 20,
        count(*) * 0.008, h.source_id, h.broker_id
      from happened h where h.kind = 'sent' group by 1, 2, 3, 4, 5, 6, 7, 12, 13`);
    const [row] = await tx`select count(*)::integer as n from happened`;
    return row!.n as number;
  });
}

/** Indexes of a table with partitions, by name: built once at the end, they take a tenth of the time. */
const INDEXES = ["pipeline_events_lead_idx", "pipeline_events_kind_idx"];

export async function fillPages(
  world: World,
  leads: number,
  perLead: number,
  progress: (text: string) => void,
): Promise<Pages> {
  const { sql, orgId } = world;
  await fillPeople(world);
  progress(`${leads} leads`);
  await fillLeads(world, leads);
  await sql.unsafe("analyze public.leads");
  await fillWork(world);
  const months = Math.ceil(DAYS / 30) + 1;
  await sql`select private.ensure_event_partitions(now() - make_interval(months => ${months}), ${
    months + 1
  })`;
  await outlineLeads(world);
  const [indexes] = await sql`
    select array_agg(pg_get_indexdef(x::regclass)) as all from unnest(${INDEXES}::text[]) n
    cross join lateral (select 'public.' || n as x) y`;
  for (const index of INDEXES) await sql.unsafe(`drop index public.${index}`);
  let events = 0;
  for (let month = months; month >= 0; month--) {
    events += await fillMonth(sql, orgId, leads, perLead, month);
    progress(`${events} events`);
  }
  await sql`drop table private.bench_leads`;
  for (const index of indexes!.all as string[]) {
    await sql.unsafe(`set maintenance_work_mem = '1GB'; ${index.replace(" ON ONLY ", " ON ")}`);
  }
  progress("indexes");
  await sql.unsafe("analyze private.pipeline_deltas; analyze private.message_deltas");
  // Once at the end, though the job folds each minute: a tenth of the time.
  const began = performance.now();
  const [row] = await sql.begin(async (tx) => {
    await tx`set local work_mem = '1GB'`;
    return await tx`
      select private.fold_pipeline(2147483647) + private.fold_messages(2147483647) as n`;
  });
  const micros = (performance.now() - began) / Number(row!.n) * 1000;
  await sql`select private.fold_places()`;
  await sql.unsafe("vacuum analyze");
  const [size] = await sql`
    select pg_size_pretty(pg_database_size(current_database())) as all,
      (select count(*) from private.pipeline_daily) as daily, (select count(*) from private.funnel_sums) as sums`;
  progress(
    `${size!.all}; ${size!.daily} daily rows, ${size!.sums} sums; ` +
      `${micros.toFixed(0)} µs to fold each of ${row!.n} counts`,
  );
  return {
    users: USERS,
    campaignId: `d0000000-0000-4000-8000-${String(CAMPAIGNS - 5).padStart(12, "0")}`,
    leadId: `f0000000-0000-4000-8000-${
      String(Math.floor(leads / 2 / 20) * 20 + 7).padStart(12, "0")
    }`,
    events,
  };
}

-- numbers added up: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

-- By hand: the next migration counts everything again, from the events.
delete from private.pipeline_daily where true;

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "private"."pipeline_daily_campaign_idx";

ALTER TABLE "private"."pipeline_daily"
  DROP CONSTRAINT "funnel_day_is_kept_once";

DROP FUNCTION "private"."fold_messages"(integer);

DROP FUNCTION "private"."fold_pipeline"(integer);

DROP FUNCTION "private"."pipeline_counts"(uuid, date, date);

ALTER TABLE "private"."pipeline_daily"
  -- squawk-ignore ban-drop-column
  DROP COLUMN "fed_week";

CREATE TABLE "private"."call_deltas" (
  "org_id"      uuid          NOT NULL,
  "id"          bigint        GENERATED ALWAYS AS IDENTITY NOT NULL,
  "day"         date          NOT NULL,
  "source_id"   uuid,
  "campaign_id" uuid,
  "broker_id"   uuid,
  "data_usd"    numeric(14,6) NOT NULL,
  CONSTRAINT "call_deltas_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "private"."call_deltas"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."cohort_sums" (
  "org_id"      uuid                       NOT NULL,
  "split"       text                       NOT NULL,
  "broker_id"   uuid,
  "key"         uuid,
  "fed_week"    date                       NOT NULL,
  "kind"        public.pipeline_event_kind NOT NULL,
  "weeks_after" integer                    NOT NULL,
  "leads"       bigint                     NOT NULL,
  CONSTRAINT "cohort_split_is_known" CHECK ((split = ANY (ARRAY['org'::text, 'campaign'::text, 'broker'::text, 'broker_campaign'::text]))),
  CONSTRAINT "cohort_sum_is_kept_once" UNIQUE NULLS NOT DISTINCT (org_id, split, broker_id, key, fed_week, kind, weeks_after)
);

ALTER TABLE "private"."cohort_sums"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."cost_sums" (
  "org_id"       uuid          NOT NULL,
  "split"        text          NOT NULL,
  "grain"        text          NOT NULL,
  "starts_on"    date          NOT NULL,
  "key"          uuid,
  "messages"     bigint        NOT NULL DEFAULT 0,
  "messages_usd" numeric(14,6) NOT NULL DEFAULT 0,
  "data_usd"     numeric(14,6) NOT NULL DEFAULT 0,
  CONSTRAINT "cost_grain_is_known" CHECK ((grain = ANY (ARRAY['day'::text, 'month'::text]))),
  CONSTRAINT "cost_split_is_known" CHECK ((split = ANY (ARRAY['org'::text, 'source'::text, 'campaign'::text, 'broker'::text]))),
  CONSTRAINT "cost_sum_is_kept_once" UNIQUE NULLS NOT DISTINCT (org_id, split, grain, starts_on, key)
);

ALTER TABLE "private"."cost_sums"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."funnel_sums" (
  "org_id"    uuid                       NOT NULL,
  "split"     text                       NOT NULL,
  "grain"     text                       NOT NULL,
  "starts_on" date                       NOT NULL,
  "kind"      public.pipeline_event_kind NOT NULL,
  "broker_id" uuid,
  "key"       uuid,
  "quantity"  bigint                     NOT NULL,
  "leads"     bigint                     NOT NULL,
  CONSTRAINT "funnel_grain_is_known" CHECK ((grain = ANY (ARRAY['day'::text, 'month'::text]))),
  CONSTRAINT "funnel_split_is_known" CHECK ((split = ANY (ARRAY['org'::text, 'source'::text, 'campaign'::text, 'broker'::text, 'broker_source'::text, 'broker_campaign'::text]))),
  CONSTRAINT "funnel_sum_is_kept_once" UNIQUE NULLS NOT DISTINCT (org_id, split, grain, starts_on, kind, broker_id, key)
);

ALTER TABLE "private"."funnel_sums"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."place_counts" (
  "org_id"          uuid                   NOT NULL,
  "situs_zip"       text                   NOT NULL,
  "county_fips"     text,
  "situs_state"     text,
  "campaign_status" public.campaign_status NOT NULL,
  "leads"           bigint                 NOT NULL,
  CONSTRAINT "place_is_counted_once" UNIQUE NULLS NOT DISTINCT (org_id, situs_zip, county_fips, situs_state, campaign_status)
);

ALTER TABLE "private"."place_counts"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."place_deltas" (
  "id"              bigint                 GENERATED ALWAYS AS IDENTITY NOT NULL,
  "org_id"          uuid                   NOT NULL,
  "situs_zip"       text                   NOT NULL,
  "county_fips"     text,
  "situs_state"     text,
  "campaign_status" public.campaign_status NOT NULL,
  "leads"           bigint                 NOT NULL,
  CONSTRAINT "place_deltas_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "private"."place_deltas"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."message_daily"
  ADD COLUMN "replied" bigint NOT NULL DEFAULT 0;

ALTER TABLE "private"."message_deltas"
  ADD COLUMN "replied" bigint NOT NULL DEFAULT 0;

ALTER TABLE "private"."message_deltas"
  ADD COLUMN "source_id" uuid;

ALTER TABLE "private"."message_deltas"
  ADD COLUMN "broker_id" uuid;

CREATE OR REPLACE FUNCTION private.cost_period (
  p_org_id uuid,
  p_by     text,
  p_from   date,
  p_until  date
)
  RETURNS TABLE (
    day          date,
    key          uuid,
    messages_usd numeric,
    data_usd     numeric
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_split constant text := case p_by when 'day' then 'org' else p_by end;
  v_first date;
  v_end date;
begin
  select m.first_on, m.end_before into v_first, v_end from private.whole_months(p_from, p_until, p_by = 'day') m;
  return query
  select x.starts_on, x.key, x.messages_usd, x.data_usd from private.cost_sums x
  where x.org_id = p_org_id and x.split = v_split and x.grain = 'month'
    and x.starts_on >= v_first and x.starts_on < v_end
  union all
  select x.starts_on, x.key, x.messages_usd, x.data_usd from private.cost_sums x
  where x.org_id = p_org_id and x.split = v_split and x.grain = 'day'
    and x.starts_on >= p_from and x.starts_on < least(v_first, p_until + 1)
  union all
  select x.starts_on, x.key, x.messages_usd, x.data_usd from private.cost_sums x
  where x.org_id = p_org_id and x.split = v_split and x.grain = 'day'
    and x.starts_on >= greatest(v_first, v_end) and x.starts_on <= p_until
  union all
  select d.day, case p_by when 'source' then d.source_id when 'campaign' then d.campaign_id
    when 'broker' then d.broker_id end, d.cost_usd, 0
  from private.message_deltas d where d.org_id = p_org_id and d.day between p_from and p_until and d.cost_usd <> 0
  union all
  select d.day, case p_by when 'source' then d.source_id when 'campaign' then d.campaign_id
    when 'broker' then d.broker_id end, 0, d.data_usd
  from private.call_deltas d where d.org_id = p_org_id and d.day between p_from and p_until;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_for_desk (
  p_org_id uuid,
  p_filter jsonb,
  p_by     text,
  p_limit  integer
)
  RETURNS TABLE (
    place text,
    leads bigint
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  v_column constant text := case p_by when 'zip' then 'situs_zip' else 'county_fips' end;
  v_where text;
begin
  if not p_org_id = any (private.my_org_ids()) then
    return;
  elsif p_org_id = any (private.my_org_ids('{owner,admin,viewer}'))
    and p_filter - '{campaign_status,county_fips,situs_zip,situs_state}'::text[] = '{}' then
    return query
    select x.place, sum(x.leads)::bigint
    from (
      select c.leads, c.situs_zip, c.county_fips, c.situs_state, c.campaign_status,
        case p_by when 'zip' then c.situs_zip else c.county_fips end as place
      from private.place_counts c where c.org_id = p_org_id
      union all
      select d.leads, d.situs_zip, d.county_fips, d.situs_state, d.campaign_status,
        case p_by when 'zip' then d.situs_zip else d.county_fips end
      from private.place_deltas d where d.org_id = p_org_id) x
    where x.place is not null and (p_filter ->> 'situs_zip' is null or x.situs_zip = p_filter ->> 'situs_zip')
      and (p_filter ->> 'county_fips' is null or x.county_fips = p_filter ->> 'county_fips')
      and (p_filter ->> 'situs_state' is null or x.situs_state = p_filter ->> 'situs_state')
      and (p_filter ->> 'campaign_status' is null or x.campaign_status::text = p_filter ->> 'campaign_status')
    group by 1 having sum(x.leads) > 0 order by 2 desc, 1 limit p_limit;
    return;
  end if;
  v_where := private.desk_condition(p_org_id, p_filter);
  return query execute format('select l.%1$I, count(*) from public.leads l where l.situs_zip is not null '
    'and l.%1$I is not null and %2$s group by 1 order by 2 desc, 1 limit $1', v_column, v_where) using p_limit;
end
$function$;

CREATE OR REPLACE FUNCTION private.desk_condition (
  p_org_id uuid,
  p_filter jsonb
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_column text;
  -- What the policies of leads say, for the planner: whoever does not see the org sees the leads of own brokers.
  v_where text := format('l.org_id = %L', p_org_id)
    || case when p_org_id = any (private.my_org_ids('{owner,admin,viewer}')) then ''
      else format(' and l.assigned_broker_id = any (%L)', private.my_broker_ids()) end;
begin
  -- Literals, so that the planner sees which index of few rows fits.
  foreach v_column in array '{status,campaign_status,county_fips,situs_zip,situs_state,campaign_id}'::text[] loop
    if p_filter ? v_column then
      v_where := v_where || format(' and l.%I = %L', v_column, p_filter ->> v_column);
    end if;
  end loop;
  if p_filter ? 'broker_id' then
    v_where := v_where || format(' and l.assigned_broker_id = %L', p_filter ->> 'broker_id');
  end if;
  if p_filter ? 'min_score' and private.has_scores(p_org_id) then
    v_where := v_where || format(' and coalesce((select s.score from public.lead_scores s where s.org_id = l.org_id '
      'and s.lead_id = l.id), l.lead_score) >= %L', p_filter ->> 'min_score');
  elsif p_filter ? 'min_score' then
    v_where := v_where || format(' and l.lead_score >= %L', p_filter ->> 'min_score');
  end if;
  return v_where;
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_calls (
  p_limit integer DEFAULT 300000
)
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_count bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('sluice fold calls', 0)) then
    return 0;
  end if;
  with gone as (
    delete from private.call_deltas d
    where (d.org_id, d.id) in (select x.org_id, x.id from private.call_deltas x order by x.id limit p_limit)
    returning d.*
  ), costs as (
    insert into private.cost_sums as p (org_id, split, grain, starts_on, key, data_usd)
    select g.org_id, s.split, d.grain, d.starts_on, s.key, sum(g.data_usd)
    from gone g
    cross join lateral (values ('org', null), ('source', g.source_id), ('campaign', g.campaign_id),
      ('broker', g.broker_id)) s (split, key)
    cross join lateral (values ('day', g.day), ('month', date_trunc('month', g.day)::date)) d (grain, starts_on)
    group by 1, 2, 3, 4, 5
    on conflict on constraint cost_sum_is_kept_once do update set data_usd = p.data_usd + excluded.data_usd
  )
  select count(*) into v_count from gone;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_messages (
  p_limit integer DEFAULT 300000
)
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_count bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('sluice fold messages', 0)) then
    return 0;
  end if;
  with gone as (
    delete from private.message_deltas d
    where (d.org_id, d.id) in (select x.org_id, x.id from private.message_deltas x order by x.id limit p_limit)
    returning d.*
  ), daily as (
    insert into private.message_daily as p (org_id, day, campaign_id, sequence_id, step, channel, variant, template_id,
      sent, delivered, opened, clicked, bounced, failed, unsubscribed, replied, cost_usd)
    select g.org_id, g.day, g.campaign_id, g.sequence_id, g.step, g.channel, g.variant, g.template_id, sum(g.sent),
      sum(g.delivered), sum(g.opened), sum(g.clicked), sum(g.bounced), sum(g.failed), sum(g.unsubscribed),
      sum(g.replied), sum(g.cost_usd)
    from gone g group by 1, 2, 3, 4, 5, 6, 7, 8
    on conflict on constraint message_day_is_kept_once do update
      set sent = p.sent + excluded.sent, delivered = p.delivered + excluded.delivered,
        opened = p.opened + excluded.opened, clicked = p.clicked + excluded.clicked,
        bounced = p.bounced + excluded.bounced, failed = p.failed + excluded.failed,
        unsubscribed = p.unsubscribed + excluded.unsubscribed, replied = p.replied + excluded.replied,
        cost_usd = p.cost_usd + excluded.cost_usd
  ), costs as (
    insert into private.cost_sums as p (org_id, split, grain, starts_on, key, messages, messages_usd)
    select g.org_id, s.split, d.grain, d.starts_on, s.key, sum(g.sent), sum(g.cost_usd)
    from gone g
    cross join lateral (values ('org', null), ('source', g.source_id), ('campaign', g.campaign_id),
      ('broker', g.broker_id)) s (split, key)
    cross join lateral (values ('day', g.day), ('month', date_trunc('month', g.day)::date)) d (grain, starts_on)
    where g.sent <> 0 or g.cost_usd <> 0
    group by 1, 2, 3, 4, 5
    on conflict on constraint cost_sum_is_kept_once do update
      set messages = p.messages + excluded.messages, messages_usd = p.messages_usd + excluded.messages_usd
  )
  select count(*) into v_count from gone;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_pipeline (
  p_limit integer DEFAULT 300000
)
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_count bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('sluice fold pipeline', 0)) then
    return 0;
  end if;
  with gone as (
    delete from private.pipeline_deltas d
    where (d.org_id, d.id) in (select x.org_id, x.id from private.pipeline_deltas x order by x.id limit p_limit)
    returning d.*
  ), few as materialized (
    select g.org_id, g.day, g.kind, g.source_id, g.campaign_id, g.broker_id, g.fed_week, sum(g.quantity) as quantity,
      sum(g.leads) as leads
    from gone g group by 1, 2, 3, 4, 5, 6, 7
  ), daily as (
    insert into private.pipeline_daily as p (org_id, day, kind, source_id, campaign_id, broker_id, quantity, leads)
    select f.org_id, f.day, f.kind, f.source_id, f.campaign_id, f.broker_id, sum(f.quantity), sum(f.leads) from few f
    group by 1, 2, 3, 4, 5, 6
    on conflict on constraint funnel_day_is_kept_once do update
      set quantity = p.quantity + excluded.quantity, leads = p.leads + excluded.leads
  ), funnel as (
    insert into private.funnel_sums as p (org_id, split, grain, starts_on, kind, broker_id, key, quantity, leads)
    select f.org_id, s.split, g.grain, g.starts_on, f.kind, s.broker_id, s.key, sum(f.quantity), sum(f.leads)
    from few f
    cross join lateral private.funnel_splits(f.source_id, f.campaign_id, f.broker_id) s
    cross join lateral (values ('day', f.day), ('month', date_trunc('month', f.day)::date)) g (grain, starts_on)
    group by 1, 2, 3, 4, 5, 6, 7
    on conflict on constraint funnel_sum_is_kept_once do update
      set quantity = p.quantity + excluded.quantity, leads = p.leads + excluded.leads
  ), cohorts as (
    insert into private.cohort_sums as p (org_id, split, broker_id, key, fed_week, kind, weeks_after, leads)
    select f.org_id, s.split, s.broker_id, s.key, f.fed_week, f.kind, (f.day - f.fed_week) / 7, sum(f.leads)
    from few f cross join lateral private.funnel_splits(f.source_id, f.campaign_id, f.broker_id) s
    where f.fed_week is not null and f.kind >= 'fed' and f.leads <> 0
      and s.split not in ('source', 'broker_source')
    group by 1, 2, 3, 4, 5, 6, 7
    on conflict on constraint cohort_sum_is_kept_once do update set leads = p.leads + excluded.leads
  )
  select count(*) into v_count from gone;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.fold_places (
  p_limit integer DEFAULT 300000
)
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_count bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('sluice fold places', 0)) then
    return 0;
  end if;
  with gone as (
    delete from private.place_deltas d
    where (d.org_id, d.id) in (select x.org_id, x.id from private.place_deltas x order by x.id limit p_limit)
    returning d.*
  ), added as (
    insert into private.place_counts as p (org_id, situs_zip, county_fips, situs_state, campaign_status, leads)
    select g.org_id, g.situs_zip, g.county_fips, g.situs_state, g.campaign_status, sum(g.leads)
    from gone g group by 1, 2, 3, 4, 5
    on conflict on constraint place_is_counted_once do update set leads = p.leads + excluded.leads
  )
  select count(*) into v_count from gone;
  delete from private.place_counts p where p.leads = 0;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.funnel_period (
  p_org_id      uuid,
  p_by          text,
  p_brokers     uuid[],
  p_from        date,
  p_until       date,
  p_campaign_id uuid   DEFAULT NULL::uuid
)
  RETURNS TABLE (
    day      date,
    kind     public.pipeline_event_kind,
    key      uuid,
    quantity bigint,
    leads    bigint
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  -- By day of a campaign, its own rows say it.
  v_by constant text := case when p_campaign_id is not null and p_by = 'day' then 'campaign' else p_by end;
  v_split constant text := case
    when p_brokers is null then case v_by when 'day' then 'org' else v_by end
    when v_by in ('source', 'campaign') then 'broker_' || v_by else 'broker' end;
  v_first date;
  v_end date;
begin
  select m.first_on, m.end_before into v_first, v_end from private.whole_months(p_from, p_until, p_by = 'day') m;
  if p_brokers is null then
    return query
    select s.starts_on, s.kind, case v_split when 'broker' then s.broker_id else s.key end, s.quantity, s.leads
    from private.funnel_sums s
    where s.org_id = p_org_id and s.split = v_split and s.grain = 'month' and s.starts_on >= v_first
      and s.starts_on < v_end and (p_campaign_id is null or s.key = p_campaign_id)
    union all
    select s.starts_on, s.kind, case v_split when 'broker' then s.broker_id else s.key end, s.quantity, s.leads
    from private.funnel_sums s
    where s.org_id = p_org_id and s.split = v_split and s.grain = 'day' and s.starts_on >= p_from
      and s.starts_on < least(v_first, p_until + 1) and (p_campaign_id is null or s.key = p_campaign_id)
    union all
    select s.starts_on, s.kind, case v_split when 'broker' then s.broker_id else s.key end, s.quantity, s.leads
    from private.funnel_sums s
    where s.org_id = p_org_id and s.split = v_split and s.grain = 'day' and s.starts_on >= greatest(v_first, v_end)
      and s.starts_on <= p_until and (p_campaign_id is null or s.key = p_campaign_id);
  else
    return query
    select s.starts_on, s.kind, case v_split when 'broker' then s.broker_id else s.key end, s.quantity, s.leads
    from private.funnel_sums s
    where s.org_id = p_org_id and s.split = v_split and s.broker_id = any (p_brokers)
      and (s.grain = 'month' and s.starts_on >= v_first and s.starts_on < v_end
        or s.grain = 'day' and (s.starts_on >= p_from and s.starts_on < least(v_first, p_until + 1)
          or s.starts_on >= greatest(v_first, v_end) and s.starts_on <= p_until))
      and (p_campaign_id is null or s.key = p_campaign_id);
  end if;
  return query
  select d.day, d.kind, case v_by when 'source' then d.source_id when 'campaign' then d.campaign_id
    when 'broker' then d.broker_id end, d.quantity, d.leads
  from private.pipeline_deltas d
  where d.org_id = p_org_id and d.day between p_from and p_until
    and (p_brokers is null or d.broker_id = any (p_brokers))
    and (p_campaign_id is null or d.campaign_id = p_campaign_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.funnel_splits (
  p_source_id   uuid,
  p_campaign_id uuid,
  p_broker_id   uuid
)
  RETURNS TABLE (
    split     text,
    broker_id uuid,
    key       uuid
  )
  LANGUAGE sql
  IMMUTABLE
  AS $function$
  select v.* from (values ('org', null::uuid, null::uuid), ('source', null, p_source_id),
    ('campaign', null, p_campaign_id), ('broker', p_broker_id, null), ('broker_source', p_broker_id, p_source_id),
    ('broker_campaign', p_broker_id, p_campaign_id)) v (split, broker_id, key)
  where v.split not like 'broker\_%' or v.broker_id is not null
$function$;

CREATE OR REPLACE FUNCTION private.message_counts (
  p_org_id uuid,
  p_from   date,
  p_until  date
)
  RETURNS SETOF private.message_daily
  LANGUAGE sql
  STABLE
  AS $function$
  select d.* from private.message_daily d where d.org_id = p_org_id and d.day between p_from and p_until
  union all
  select d.org_id, d.day, d.campaign_id, d.sequence_id, d.step, d.channel, d.variant, d.template_id, d.sent,
    d.delivered, d.opened, d.clicked, d.bounced, d.failed, d.unsubscribed, d.cost_usd, d.replied
  from private.message_deltas d where d.org_id = p_org_id and d.day between p_from and p_until
$function$;

CREATE OR REPLACE FUNCTION private.pipeline_counts (
  p_org_id uuid,
  p_from   date,
  p_until  date
)
  RETURNS TABLE (
    day         date,
    kind        public.pipeline_event_kind,
    source_id   uuid,
    campaign_id uuid,
    broker_id   uuid,
    quantity    bigint,
    leads       bigint
  )
  LANGUAGE sql
  STABLE
  AS $function$
  select d.day, d.kind, d.source_id, d.campaign_id, d.broker_id, d.quantity, d.leads
  from private.pipeline_daily d where d.org_id = p_org_id and d.day between p_from and p_until
  union all
  select d.day, d.kind, d.source_id, d.campaign_id, d.broker_id, d.quantity, d.leads
  from private.pipeline_deltas d where d.org_id = p_org_id and d.day between p_from and p_until
$function$;

CREATE OR REPLACE FUNCTION private.tg_leads__count_places()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.place_deltas (org_id, situs_zip, county_fips, situs_state, campaign_status, leads)
  select n.org_id, n.situs_zip, n.county_fips, n.situs_state, n.campaign_status,
    case tg_op when 'DELETE' then -1 else 1 end * count(*)
  from changed n
  where n.situs_zip is not null
    -- The counts go with the org.
    and exists (select from public.orgs o
      where o.id = n.org_id and o.id::text is distinct from current_setting('sluice.deleting_org', true))
  group by 1, 2, 3, 4, 5;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_leads__move_place()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.place_deltas (org_id, situs_zip, county_fips, situs_state, campaign_status, leads)
  select v.* from (values
    (old.org_id, old.situs_zip, old.county_fips, old.situs_state, old.campaign_status, -1),
    (new.org_id, new.situs_zip, new.county_fips, new.situs_state, new.campaign_status, 1))
    v (org_id, situs_zip, county_fips, situs_state, campaign_status, leads)
  where v.situs_zip is not null;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_messages__count()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  o public.messages;
begin
  if tg_op = 'UPDATE' then
    o := old;
  end if;
  insert into private.message_deltas (org_id, day, campaign_id, sequence_id, step, channel, variant, template_id, sent,
    delivered, opened, clicked, bounced, failed, unsubscribed, cost_usd, source_id, broker_id)
  select new.org_id, (coalesce(nullif(current_setting('sluice.as_of', true), '')::timestamptz, now())
      at time zone g.time_zone)::date, new.campaign_id, new.sequence_id, new.step, new.channel, new.variant,
    new.template_id,
    (new.sent_at is not null)::integer - (o.sent_at is not null)::integer,
    (new.delivered_at is not null)::integer - (o.delivered_at is not null)::integer,
    (new.opened_at is not null)::integer - (o.opened_at is not null)::integer,
    (new.clicked_at is not null)::integer - (o.clicked_at is not null)::integer,
    (new.bounced_at is not null)::integer - (o.bounced_at is not null)::integer,
    (new.failed_at is not null)::integer - (o.failed_at is not null)::integer,
    (new.unsubscribed_at is not null)::integer - (o.unsubscribed_at is not null)::integer,
    coalesce(new.cost_usd, 0) - coalesce(o.cost_usd, 0), l.source_id, l.assigned_broker_id
  from public.orgs g
  left join public.leads l on l.org_id = new.org_id and l.id = new.lead_id
  where g.id = new.org_id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_provider_calls__count()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.call_deltas (org_id, day, source_id, campaign_id, broker_id, data_usd)
  select n.org_id, (n.at at time zone o.time_zone)::date, l.source_id, l.campaign_id, l.assigned_broker_id,
    sum(n.cost_usd)
  from changed n
  join public.orgs o on o.id = n.org_id
  left join public.leads l on l.org_id = n.org_id and l.id = n.lead_id
  where n.cost_usd > 0
  group by 1, 2, 3, 4, 5;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_replies__count()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.message_deltas (org_id, day, campaign_id, sequence_id, step, channel, variant, template_id,
    replied)
  select m.org_id, (new.at at time zone g.time_zone)::date, m.campaign_id, m.sequence_id, m.step, m.channel, m.variant,
    m.template_id, 1
  from public.messages m join public.orgs g on g.id = m.org_id
  where m.org_id = new.org_id and m.id = new.message_id and not exists (
    select from public.replies r
    where r.org_id = new.org_id and r.message_id = new.message_id and r.id <> new.id
      and r.request not in ('opt_out', 'wrong_contact'));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.whole_months (
  p_from  date,
  p_until date,
  p_days  boolean,
  OUT     first_on date,
  OUT     end_before date
)
  RETURNS record
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  select case when p_days then p_until + 1 else (date_trunc('month', p_from - 1) + interval '1 month')::date end,
    case when p_days then p_until + 1 else date_trunc('month', p_until + 1)::date end
$function$;

CREATE OR REPLACE FUNCTION private.wilson (
  p_hits bigint,
  p_of   bigint,
  OUT    low numeric,
  OUT    high numeric
)
  RETURNS record
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  -- 1.96: 95 %.
  select case when p_of > 0 then round(greatest((p + z2n / 2 - s) / (1 + z2n), 0)::numeric, 6) end,
    case when p_of > 0 then round(least((p + z2n / 2 + s) / (1 + z2n), 1)::numeric, 6) end
  from (select p_hits::float8 / nullif(p_of, 0) as p, 3.8416 / nullif(p_of, 0)::float8 as z2n) x
  cross join lateral (select sqrt(x.z2n * (x.p * (1 - x.p) + x.z2n / 4)) as s) y
$function$;

CREATE OR REPLACE FUNCTION public.campaign_funnel (
  p_org_id      uuid,
  p_campaign_id uuid
)
  RETURNS TABLE (
    kind     public.pipeline_event_kind,
    leads    bigint,
    quantity bigint,
    first_on date,
    last_on  date
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_brokers uuid[];
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  v_brokers := private.counted_brokers(p_org_id);
  return query
  with counted as (
    select c.kind, sum(c.leads)::bigint as leads, sum(c.quantity)::bigint as quantity, min(c.day) as first_on,
      max(c.day) as last_on
    from (
      select f.kind, f.leads, f.quantity, f.starts_on as day from private.funnel_sums f
      where v_brokers is null and f.org_id = p_org_id and f.split = 'campaign' and f.broker_id is null
        and f.key = p_campaign_id and f.grain = 'day'
      union all
      select f.kind, f.leads, f.quantity, f.starts_on from private.funnel_sums f
      where f.org_id = p_org_id and f.split = 'broker_campaign' and f.broker_id = any (v_brokers)
        and f.key = p_campaign_id and f.grain = 'day'
      union all
      select d.kind, d.leads, d.quantity, d.day from private.pipeline_deltas d
      where d.org_id = p_org_id and d.campaign_id = p_campaign_id
        and (v_brokers is null or d.broker_id = any (v_brokers))) c
    group by c.kind
  )
  select k.kind, coalesce(c.leads, 0), coalesce(c.quantity, 0), c.first_on, c.last_on
  from unnest(enum_range('fed'::public.pipeline_event_kind, null)) k (kind)
  left join counted c on c.kind = k.kind
  order by k.kind;
end
$function$;

CREATE OR REPLACE FUNCTION public.campaign_replies (
  p_org_id      uuid,
  p_campaign_id uuid
)
  RETURNS TABLE (
    step       smallint,
    channel    text,
    variant    text,
    sent       bigint,
    replied    bigint,
    reply_rate numeric,
    rate_low   numeric,
    rate_high  numeric,
    verdict    text
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}');
  return query
  with counted as (
    select m.step, m.channel, coalesce(m.variant, 'a') as variant, sum(m.sent)::bigint as sent,
      least(sum(m.replied), sum(m.sent))::bigint as replied
    from private.message_counts(p_org_id, '-infinity', 'infinity') m
    where m.campaign_id = p_campaign_id and m.step is not null
    group by 1, 2, 3 having sum(m.sent) > 0
  ), judged as (
    select c.*, w.low, w.high, c.replied::numeric / c.sent as rate,
      count(*) over s as variants, min(c.sent) over s as fewest, sum(c.replied) over s as replies
    from counted c cross join lateral private.wilson(c.replied, c.sent) w
    window s as (partition by c.step, c.channel)
  )
  select j.step, j.channel, j.variant, j.sent, j.replied, round(j.rate, 6), j.low, j.high,
    case when j.variants = 1 then 'only one'
      when j.fewest < 100 or j.replies < 10 then 'too few'
      when not exists (select from judged o where o.step = j.step and o.channel = j.channel and o.variant <> j.variant
        and o.high >= j.low) then 'ahead'
      when exists (select from judged o where o.step = j.step and o.channel = j.channel and o.variant <> j.variant
        and o.low > j.high) then 'behind'
      else 'no difference' end
  from judged j
  order by j.step, j.channel, j.variant;
end
$function$;

REVOKE ALL ON FUNCTION "public"."campaign_replies"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.feed_cohorts (
  p_org_id      uuid,
  p_from        date,
  p_until       date,
  p_campaign_id uuid DEFAULT NULL::uuid
)
  RETURNS TABLE (
    fed_week    date,
    kind        public.pipeline_event_kind,
    weeks_after integer,
    leads       bigint
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_brokers uuid[];
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}'), private.check_period(p_from, p_until);
  v_brokers := private.counted_brokers(p_org_id);
  return query
  select x.fed_week, x.kind, x.weeks_after, sum(x.leads)::bigint
  from (
    select c.fed_week, c.kind, c.weeks_after, c.leads from private.cohort_sums c
    where v_brokers is null and c.org_id = p_org_id and c.broker_id is null
      and c.split = case when p_campaign_id is null then 'org' else 'campaign' end
      and c.key is not distinct from p_campaign_id and c.fed_week between p_from and p_until
    union all
    select c.fed_week, c.kind, c.weeks_after, c.leads from private.cohort_sums c
    where c.org_id = p_org_id and c.broker_id = any (v_brokers)
      and c.split = case when p_campaign_id is null then 'broker' else 'broker_campaign' end
      and c.key is not distinct from p_campaign_id and c.fed_week between p_from and p_until
    union all
    select d.fed_week, d.kind, (d.day - d.fed_week) / 7, d.leads from private.pipeline_deltas d
    where d.org_id = p_org_id and d.fed_week between p_from and p_until and d.kind >= 'fed'
      and (v_brokers is null or d.broker_id = any (v_brokers))
      and (p_campaign_id is null or d.campaign_id = p_campaign_id)) x
  group by 1, 2, 3
  having sum(x.leads) <> 0
  order by 1, 2, 3;
end
$function$;

CREATE OR REPLACE FUNCTION public.funnel_numbers (
  p_org_id      uuid,
  p_from        date,
  p_until       date,
  p_by          text    DEFAULT 'day'::text,
  p_campaign_id uuid    DEFAULT NULL::uuid,
  p_limit       integer DEFAULT 2000
)
  RETURNS TABLE (
    key      text,
    label    text,
    kind     public.pipeline_event_kind,
    quantity bigint,
    leads    bigint
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_brokers uuid[];
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}'), private.check_period(p_from, p_until);
  if p_by is null or p_by not in ('day', 'source', 'campaign', 'broker') then
    raise exception 'the funnel is counted by day, source, campaign or broker' using errcode = 'SL831';
  end if;
  v_brokers := private.counted_brokers(p_org_id);
  return query
  with counted as materialized (
    select case p_by when 'day' then c.day::text else c.key::text end as key, c.kind,
      sum(c.quantity)::bigint as quantity, sum(c.leads)::bigint as leads
    from private.funnel_period(p_org_id, p_by, v_brokers, p_from, p_until, p_campaign_id) c
    where p_campaign_id is null or p_by in ('day', 'campaign')
    group by 1, 2
    union all
    -- Of one campaign by source or broker: its own rows.
    select case p_by when 'source' then c.source_id::text else c.broker_id::text end, c.kind, sum(c.quantity)::bigint,
      sum(c.leads)::bigint
    from private.pipeline_counts(p_org_id, p_from, p_until) c
    where p_campaign_id is not null and p_by in ('source', 'broker') and c.campaign_id = p_campaign_id
      and (v_brokers is null or c.broker_id = any (v_brokers))
    group by 1, 2
  )
  select c.key, case p_by when 'day' then c.key
      when 'source' then (select s.name from public.sources s where s.org_id = p_org_id and s.id::text = c.key)
      when 'campaign' then (select k.name from public.campaigns k where k.org_id = p_org_id and k.id::text = c.key)
      else (select b.name from public.brokers b where b.org_id = p_org_id and b.id::text = c.key) end,
    c.kind, c.quantity, c.leads
  from counted c
  where c.quantity <> 0 or c.leads <> 0
  order by c.key nulls last, c.kind
  limit least(greatest(coalesce(p_limit, 2000), 1), 10000);
end
$function$;

CREATE OR REPLACE FUNCTION public.list_campaigns (
  p_org_id    uuid,
  p_limit     integer                  DEFAULT 50,
  p_before    timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_before_id uuid                     DEFAULT NULL::uuid
)
  RETURNS TABLE (
    id             uuid,
    name           text,
    state          public.campaign_state,
    version        integer,
    daily_limit    integer,
    states         text[],
    source_ids     uuid[],
    min_score      smallint,
    starts_on      date,
    ends_on        date,
    assign_brokers boolean,
    sequence_id    uuid,
    sequence       text,
    created_at     timestamp with time zone,
    started_at     timestamp with time zone,
    finished_at    timestamp with time zone,
    fed            bigint,
    sent           bigint,
    replied        bigint,
    booked         bigint,
    spent_usd      numeric
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_brokers uuid[];
  v_ids uuid[];
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  v_brokers := private.counted_brokers(p_org_id);
  v_ids := array(
    select c.id from public.campaigns c
    where c.org_id = p_org_id and (p_before is null or (c.created_at, c.id)
      < (p_before, coalesce(p_before_id, '00000000-0000-0000-0000-000000000000')))
    order by c.created_at desc, c.id desc limit private.page_size(p_limit));
  return query
  with counted as (
    select e.campaign_id, sum(e.leads) filter (where e.kind = 'fed') as fed,
      sum(e.leads) filter (where e.kind = 'sent') as sent, sum(e.leads) filter (where e.kind = 'replied') as replied,
      sum(e.leads) filter (where e.kind = 'booked') as booked
    from (
      select f.key as campaign_id, f.kind, f.leads from private.funnel_sums f
      where v_brokers is null and f.org_id = p_org_id and f.split = 'campaign' and f.broker_id is null
        and f.key = any (v_ids) and f.grain = 'month'
      union all
      select f.key, f.kind, f.leads from private.funnel_sums f
      where f.org_id = p_org_id and f.split = 'broker_campaign' and f.broker_id = any (v_brokers)
        and f.key = any (v_ids) and f.grain = 'month'
      union all
      select d.campaign_id, d.kind, d.leads from private.pipeline_deltas d
      where d.org_id = p_org_id and d.campaign_id = any (v_ids)
        and (v_brokers is null or d.broker_id = any (v_brokers))) e
    group by e.campaign_id
  ), spent as (
    select m.campaign_id, sum(m.usd) as usd
    from (
      select c.key as campaign_id, c.messages_usd as usd from private.cost_sums c
      where c.org_id = p_org_id and c.split = 'campaign' and c.key = any (v_ids) and c.grain = 'month'
      union all
      select d.campaign_id, d.cost_usd from private.message_deltas d
      where d.org_id = p_org_id and d.campaign_id = any (v_ids)) m
    where v_brokers is null group by m.campaign_id
  )
  select p.id, p.name, p.state, p.version, p.daily_limit, p.states, p.source_ids, p.min_score, p.starts_on, p.ends_on,
    p.assign_brokers, p.sequence_id, s.name, p.created_at, p.started_at, p.finished_at, coalesce(n.fed, 0)::bigint,
    coalesce(n.sent, 0)::bigint, coalesce(n.replied, 0)::bigint, coalesce(n.booked, 0)::bigint,
    case when v_brokers is null then coalesce(x.usd, 0) end
  from public.campaigns p
  left join public.sequences s on s.org_id = p.org_id and s.id = p.sequence_id
  left join counted n on n.campaign_id = p.id
  left join spent x on x.campaign_id = p.id
  where p.org_id = p_org_id and p.id = any (v_ids)
  order by p.created_at desc, p.id desc;
end
$function$;

CREATE OR REPLACE FUNCTION public.unit_costs (
  p_org_id uuid,
  p_from   date,
  p_until  date,
  p_by     text DEFAULT 'month'::text
)
  RETURNS TABLE (
    starts_on        date,
    messages_usd     numeric,
    data_usd         numeric,
    fed              bigint,
    replied          bigint,
    booked           bigint,
    cost_per_lead    numeric,
    cost_per_booking numeric
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}'), private.check_period(p_from, p_until);
  if p_by is null or p_by not in ('day', 'week', 'month') then
    raise exception 'costs are counted by day, week or month' using errcode = 'SL831';
  end if;
  return query
  with parts as (
    select date_trunc(p_by, m.day)::date as starts_on, sum(m.messages_usd) as messages_usd, 0::numeric as data_usd,
      0::bigint as fed, 0::bigint as replied, 0::bigint as booked
    from private.cost_period(p_org_id, 'day', p_from, p_until) m group by 1
    union all
    select date_trunc(p_by, s.starts_on)::date, 0, sum(s.spent_usd), 0, 0, 0
    from private.call_spend s
    where s.org_id = p_org_id and s.period = 'day' and s.starts_on between p_from and p_until group by 1
    union all
    select date_trunc(p_by, c.day)::date, 0, 0, sum(c.leads) filter (where c.kind = 'fed'),
      sum(c.leads) filter (where c.kind = 'replied'), sum(c.leads) filter (where c.kind = 'booked')
    from private.funnel_period(p_org_id, 'day', null, p_from, p_until) c where c.kind in ('fed', 'replied', 'booked')
    group by 1
  )
  select p.starts_on, sum(p.messages_usd), sum(p.data_usd), sum(p.fed)::bigint, sum(p.replied)::bigint,
    sum(p.booked)::bigint,
    round((sum(p.messages_usd) + sum(p.data_usd)) / nullif(sum(p.fed), 0), 4),
    round((sum(p.messages_usd) + sum(p.data_usd)) / nullif(sum(p.booked), 0), 4)
  from parts p group by p.starts_on order by p.starts_on;
end
$function$;

CREATE OR REPLACE FUNCTION public.unit_costs_by (
  p_org_id uuid,
  p_from   date,
  p_until  date,
  p_by     text,
  p_limit  integer DEFAULT 500
)
  RETURNS TABLE (
    key              uuid,
    label            text,
    messages_usd     numeric,
    data_usd         numeric,
    fed              bigint,
    replied          bigint,
    booked           bigint,
    cost_per_lead    numeric,
    cost_per_booking numeric
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}'), private.check_period(p_from, p_until);
  if p_by is null or p_by not in ('source', 'campaign', 'broker') then
    raise exception 'costs are split by source, campaign or broker' using errcode = 'SL831';
  end if;
  return query
  with parts as (
    select m.key, sum(m.messages_usd) as messages_usd, sum(m.data_usd) as data_usd, 0::bigint as fed,
      0::bigint as replied, 0::bigint as booked
    from private.cost_period(p_org_id, p_by, p_from, p_until) m group by 1
    union all
    select c.key, 0, 0, sum(c.leads) filter (where c.kind = 'fed'), sum(c.leads) filter (where c.kind = 'replied'),
      sum(c.leads) filter (where c.kind = 'booked')
    from private.funnel_period(p_org_id, p_by, null, p_from, p_until) c where c.kind in ('fed', 'replied', 'booked')
    group by 1
  ), summed as (
    select p.key, sum(p.messages_usd) as messages_usd, sum(p.data_usd) as data_usd,
      coalesce(sum(p.fed), 0)::bigint as fed, coalesce(sum(p.replied), 0)::bigint as replied,
      coalesce(sum(p.booked), 0)::bigint as booked
    from parts p group by p.key
  )
  select s.key, case p_by
      when 'source' then (select x.name from public.sources x where x.org_id = p_org_id and x.id = s.key)
      when 'campaign' then (select x.name from public.campaigns x where x.org_id = p_org_id and x.id = s.key)
      else (select x.name from public.brokers x where x.org_id = p_org_id and x.id = s.key) end,
    s.messages_usd, s.data_usd, s.fed, s.replied, s.booked,
    round((s.messages_usd + s.data_usd) / nullif(s.fed, 0), 4),
    round((s.messages_usd + s.data_usd) / nullif(s.booked, 0), 4)
  from summed s
  order by s.messages_usd + s.data_usd desc, s.fed desc, s.key
  limit least(greatest(coalesce(p_limit, 500), 1), 2000);
end
$function$;

REVOKE ALL ON FUNCTION "public"."unit_costs_by"(uuid, date, date, text, integer) FROM PUBLIC, "anon";

ALTER TABLE "private"."call_deltas"
  ADD CONSTRAINT "call_deltas_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."cohort_sums"
  ADD CONSTRAINT "cohort_sums_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."cost_sums"
  ADD CONSTRAINT "cost_sums_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."funnel_sums"
  ADD CONSTRAINT "funnel_sums_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."pipeline_daily"
  -- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint
  ADD CONSTRAINT "funnel_day_is_kept_once" UNIQUE NULLS NOT DISTINCT (org_id, day, kind, source_id, campaign_id, broker_id);

ALTER TABLE "private"."place_counts"
  ADD CONSTRAINT "place_counts_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."place_deltas"
  ADD CONSTRAINT "place_delta_is_of_an_org" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX cost_sums_key_idx ON private.cost_sums USING btree (org_id, split, key, grain, starts_on);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX funnel_sums_key_idx ON private.funnel_sums USING btree (org_id, split, broker_id, key, grain, starts_on);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX pipeline_daily_broker_idx ON private.pipeline_daily USING btree (org_id, broker_id, day);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX pipeline_daily_campaign_idx ON private.pipeline_daily USING btree (org_id, campaign_id, day);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX replies_message_idx ON public.replies USING btree (org_id, message_id)
  WHERE (message_id IS NOT NULL);

CREATE TRIGGER _700_count_places_off
  AFTER DELETE ON public.leads REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_leads__count_places();

CREATE TRIGGER _700_count_places
  AFTER INSERT ON public.leads REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_leads__count_places();

CREATE TRIGGER _700_move_place
  AFTER UPDATE ON public.leads
  FOR EACH ROW
  WHEN
    (((old.situs_zip IS DISTINCT FROM new.situs_zip) OR (old.county_fips IS DISTINCT FROM new.county_fips) OR (old.situs_state IS DISTINCT FROM new.situs_state) OR
    (old.campaign_status IS DISTINCT FROM new.campaign_status)))
  EXECUTE FUNCTION private.tg_leads__move_place();

CREATE TRIGGER _300_count
  AFTER INSERT ON public.provider_calls REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_provider_calls__count();

CREATE TRIGGER _330_count
  AFTER INSERT ON public.replies
  FOR EACH ROW
  WHEN (((new.message_id IS NOT NULL) AND (new.request <> ALL (ARRAY['opt_out'::text, 'wrong_contact'::text]))))
  EXECUTE FUNCTION private.tg_replies__count();

COMMENT ON COLUMN "private"."cohort_sums"."key" IS 'The campaign.';

COMMENT ON COLUMN "private"."funnel_sums"."broker_id" IS 'Set in the splits by broker; null there: leads without a broker.';

COMMENT ON COLUMN "private"."funnel_sums"."key" IS 'Source or campaign; null: none, or the split has no such key.';

COMMENT ON COLUMN "private"."message_daily"."replied" IS 'Messages with an answer that is no refusal; the first answer to a message counts, on its day.';

COMMENT ON COLUMN "private"."pipeline_deltas"."fed_week" IS 'Monday of the week in which the lead was fed; null for events before that.';

COMMENT ON FUNCTION "private"."cost_period"(uuid, text, date, date) IS 'Costs of a period by day, source, campaign or broker in USD; rows repeat and are to be summed. For functions with the rights of the owner.';

COMMENT ON FUNCTION "private"."count_for_desk"(uuid, jsonb, text, integer) IS 'How many leads that the caller may see are in each county or ZIP code. By place and state of outreach alone they are counted already (private.place_counts); otherwise the leads are. Definer: as find_for_desk.';

COMMENT ON FUNCTION "private"."fold_calls"(integer) IS 'Moves up to p_limit costs of data calls into the sums; returns how many. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "private"."fold_messages"(integer) IS 'Moves up to p_limit counts into the daily rows and sums; returns how many. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "private"."fold_pipeline"(integer) IS 'Moves up to p_limit counts into the daily rows and sums; returns how many. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "private"."fold_places"(integer) IS 'Moves up to p_limit differences into the counts by place; returns how many. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "private"."funnel_period"(uuid, text, uuid[], date, date, uuid) IS 'The funnel of a period by day, source, campaign or broker; rows repeat and are to be summed. p_brokers: of their leads alone. p_campaign_id: with day or campaign. For functions with the rights of the owner.';

COMMENT ON FUNCTION "private"."funnel_splits"(uuid, uuid, uuid) IS 'The rows of funnel_sums, without their dates, in which a count is. Inlined.';

COMMENT ON FUNCTION "private"."pipeline_counts"(uuid, date, date) IS 'Counts of an org by day, both dates included; rows repeat and are to be summed. Inlined, so that filters reach the indexes; for functions with the rights of the owner.';

COMMENT ON FUNCTION "private"."tg_leads__count_places"() IS 'Trigger: counts the leads of a statement by place, or takes them off. Definer: nobody else writes the counts.';

COMMENT ON FUNCTION "private"."tg_leads__move_place"() IS 'Trigger: a lead counts where it is now. Definer: nobody else writes the counts.';

COMMENT ON FUNCTION "private"."tg_provider_calls__count"() IS 'Trigger: adds what data calls cost to the source, campaign and broker of their lead. Definer: nobody else writes the counts.';

COMMENT ON FUNCTION "private"."tg_replies__count"() IS 'Trigger: counts a message that was answered, once. Definer: nobody else writes the counts.';

COMMENT ON FUNCTION "private"."whole_months"(date, date, boolean) IS 'The whole months of a period: the first day of the first one, and the day after the last one; a date not after first_on if there is none. p_days: no months, because each day is asked for.';

COMMENT ON FUNCTION "private"."wilson"(bigint, bigint) IS 'The 95 % interval of Wilson for a share p_hits of p_of; null of nothing.';

COMMENT ON FUNCTION "public"."campaign_replies"(uuid, uuid) IS 'Variants of each step of a campaign by replies that do not refuse: messages sent, those that were answered, their share with its 95 % interval (Wilson). verdict: only one; too few (a variant with less than 100 messages, or less than ten replies in the step); ahead, where the interval is above those of all others; behind, where it is below that of another; no difference, which means none that the numbers show. For owners, admins, viewers and the service. Raises SL111. Definer: the counts belong to the owner.';

COMMENT ON FUNCTION "public"."unit_costs_by"(uuid, date, date, text, integer) IS 'Costs of a period in USD by source, campaign or broker of the lead when they arose: of messages and of data calls; per lead that was fed, per lead that booked, null where there was none. key is null where there is none (answers, calls about no lead). For owners, admins, viewers and the service. Raises SL111 and SL831. Definer: the counts belong to the owner.';

COMMENT ON TABLE "private"."call_deltas" IS 'Costs of data calls that are not in cost_sums yet.';

COMMENT ON TABLE "private"."cohort_sums" IS 'Leads by the week of their feed (its Monday), and what became of them by weeks since; split as funnel_sums.';

COMMENT ON TABLE "private"."cost_sums" IS 'Messages sent and what messages and data calls cost, by source, campaign and broker of the lead at the time.';

COMMENT ON TABLE "private"."funnel_sums" IS 'pipeline_daily added up by source, campaign and broker, and for each broker by source and campaign.';

COMMENT ON TABLE "private"."message_deltas" IS 'Counts that are not in message_daily and cost_sums yet; source and broker are those of the lead at the time.';

COMMENT ON TABLE "private"."pipeline_deltas" IS 'Counts that are not in pipeline_daily and the sums yet.';

COMMENT ON TABLE "private"."place_counts" IS 'Leads with a ZIP code by place and state of outreach.';

COMMENT ON TABLE "private"."place_deltas" IS 'Counts that are not in place_counts yet.';

REVOKE ALL ON FUNCTION "private"."cost_period"(uuid, text, date, date) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fold_calls"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fold_messages"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fold_pipeline"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fold_places"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."funnel_period"(uuid, text, uuid[], date, date, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."funnel_splits"(uuid, uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."pipeline_counts"(uuid, date, date) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tg_leads__count_places"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_leads__count_places"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_leads__move_place"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_leads__move_place"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_provider_calls__count"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_provider_calls__count"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_replies__count"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_replies__count"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."whole_months"(date, date, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."wilson"(bigint, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."campaign_replies"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."campaign_replies"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."unit_costs_by"(uuid, date, date, text, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."unit_costs_by"(uuid, date, date, text, integer) TO "service_role";

-- Rights that default privileges would change.

revoke execute on function private.cost_period(uuid,text,date,date) from pipeline_writer;
revoke execute on function private.fold_calls(integer) from pipeline_writer;
revoke execute on function private.fold_messages(integer) from pipeline_writer;
revoke execute on function private.fold_pipeline(integer) from pipeline_writer;
revoke execute on function private.fold_places(integer) from pipeline_writer;
revoke execute on function private.funnel_period(uuid,text,uuid[],date,date,uuid) from pipeline_writer;
revoke execute on function private.funnel_splits(uuid,uuid,uuid) from pipeline_writer;
revoke execute on function private.pipeline_counts(uuid,date,date) from pipeline_writer;
revoke execute on function private.whole_months(date,date,boolean) from pipeline_writer;
revoke execute on function private.wilson(bigint,bigint) from pipeline_writer;

-- Reference data, queues and cron jobs.

do $cron$
begin
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    raise notice 'no pg_cron in this database: its jobs stay as they are';
    return;
  end if;
  perform cron.schedule('sluice-fold-numbers', '* * * * *', 'set statement_timeout = ''1min''; select private.fold_pipeline() + private.fold_messages() + private.fold_calls() + private.fold_places()');
end
$cron$;

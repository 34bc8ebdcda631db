-- The page Numbers. Everything reads counts and sums (90_views/06 to 09), so that it costs the same with many leads.

create function private.counted_brokers(p_org_id uuid) returns uuid[]
language sql stable security definer set search_path = '' as $$
  select case when private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin,viewer}'))
    then null
    else private.my_broker_ids() end
$$;
comment on function private.counted_brokers(uuid) is
  'Brokers whose numbers the caller may see; null: of the whole org. Definer: reads members without the policies.';
revoke execute on function private.counted_brokers(uuid) from pipeline_writer;

create function private.check_period(p_from date, p_until date) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if p_from is null or p_until is null or p_until < p_from or p_until - p_from > 732 then
    raise exception 'a period has a first and a last day, at most two years apart' using errcode = 'SL831';
  end if;
end
$$;
comment on function private.check_period(date, date)
  is 'Raises SL831 for a period that is none or longer than two years.';

create function public.funnel_numbers(p_org_id uuid, p_from date, p_until date, p_by text default 'day',
  p_campaign_id uuid default null, p_limit integer default 2000)
returns table (key text, label text, kind public.pipeline_event_kind, quantity bigint, leads bigint)
language plpgsql stable security definer set search_path = '' as $$
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
$$;
comment on function public.funnel_numbers(uuid, date, date, text, uuid, integer) is
  'The funnel of a period (both dates included, in the time zone of the org) by day, source, campaign or broker: '
  'quantity counts rows and messages, leads those that reached the step for the first time in their campaign. key is '
  'null where there is none. A broker counts own leads only. Raises SL111 and SL831. Definer: the counts belong to '
  'the owner.';

create function public.unit_costs(p_org_id uuid, p_from date, p_until date, p_by text default 'month')
returns table (starts_on date, messages_usd numeric, data_usd numeric, fed bigint, replied bigint, booked bigint,
  cost_per_lead numeric, cost_per_booking numeric)
language plpgsql stable security definer set search_path = '' as $$
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
$$;
comment on function public.unit_costs(uuid, date, date, text) is
  'Costs in USD by day, week or month of the org: of messages and of data calls; per lead that was fed, per lead '
  'that booked, null where there was none. For owners, admins, viewers and the service. Raises SL111 and SL831. '
  'Definer: the counts belong to the owner.';

create function public.unit_costs_by(p_org_id uuid, p_from date, p_until date, p_by text, p_limit integer default 500)
returns table (key uuid, label text, messages_usd numeric, data_usd numeric, fed bigint, replied bigint, booked bigint,
  cost_per_lead numeric, cost_per_booking numeric)
language plpgsql stable security definer set search_path = '' as $$
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
$$;
comment on function public.unit_costs_by(uuid, date, date, text, integer) is
  'Costs of a period in USD by source, campaign or broker of the lead when they arose: of messages and of data calls; '
  'per lead that was fed, per lead that booked, null where there was none. key is null where there is none (answers, '
  'calls about no lead). For owners, admins, viewers and the service. Raises SL111 and SL831. Definer: the counts '
  'belong to the owner.';

create function public.feed_cohorts(p_org_id uuid, p_from date, p_until date, p_campaign_id uuid default null)
returns table (fed_week date, kind public.pipeline_event_kind, weeks_after integer, leads bigint)
language plpgsql stable security definer set search_path = '' as $$
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
$$;
comment on function public.feed_cohorts(uuid, date, date, uuid) is
  'Leads by the week in which they were fed (its Monday): how many were reached, replied, booked and closed, by '
  'weeks since. A broker counts own leads only. Raises SL111 and SL831. Definer: the counts belong to the owner.';

create function public.answer_times(p_org_id uuid, p_from date, p_until date)
returns table (broker_id uuid, broker text, replies bigint, answered bigint, median_minutes numeric,
  p90_minutes numeric, waiting bigint, oldest_waiting_at timestamptz)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  v_brokers uuid[];
  v_from timestamptz;
  v_until timestamptz;
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}'), private.check_period(p_from, p_until);
  v_brokers := private.counted_brokers(p_org_id);
  select p_from::timestamp at time zone o.time_zone, (p_until + 1)::timestamp at time zone o.time_zone
  into v_from, v_until from public.orgs o where o.id = p_org_id;
  return query
  with asked as materialized (
    select t.number, t.lead_id, t.created_at, t.done_at from public.tasks t
    where t.org_id = p_org_id and t.kind = 'answer_reply' and t.created_at >= v_from and t.created_at < v_until
  ), replied as materialized (
    -- Those of many tasks are read from the index of leads that replied, not one by one.
    select a.number, a.created_at, a.done_at, l.assigned_broker_id
    from asked a
    join public.leads l on l.org_id = p_org_id and l.id = a.lead_id and l.last_reply_at is not null
  ), placed as (
    select r.created_at, r.done_at, r.assigned_broker_id from replied r
    union all
    select a.created_at, a.done_at, l.assigned_broker_id
    from asked a
    join public.leads l on l.org_id = p_org_id and l.id = a.lead_id
    where not exists (select from replied r where r.number = a.number)
  )
  select p.assigned_broker_id,
    (select b.name from public.brokers b where b.org_id = p_org_id and b.id = p.assigned_broker_id), count(*),
    count(p.done_at),
    round((percentile_cont(0.5) within group (order by extract(epoch from p.done_at - p.created_at)) / 60)::numeric,
      1),
    round((percentile_cont(0.9) within group (order by extract(epoch from p.done_at - p.created_at)) / 60)::numeric,
      1),
    count(*) filter (where p.done_at is null), min(p.created_at) filter (where p.done_at is null)
  from placed p
  where v_brokers is null or p.assigned_broker_id = any (v_brokers)
  group by p.assigned_broker_id
  order by 2 nulls last;
end
$$;
comment on function public.answer_times(uuid, date, date) is
  'Time from a reply to its first answer in minutes (median and 90th percentile), by broker, from the tasks to '
  'answer that were made in the period; and how many wait since when. A broker counts own leads only. Raises SL111 '
  'and SL831. Definer: one check for all callers.';

revoke execute on function public.funnel_numbers(uuid, date, date, text, uuid, integer),
  public.unit_costs(uuid, date, date, text), public.unit_costs_by(uuid, date, date, text, integer),
  public.feed_cohorts(uuid, date, date, uuid),
  public.answer_times(uuid, date, date) from public, anon;
grant execute on function public.funnel_numbers(uuid, date, date, text, uuid, integer),
  public.unit_costs(uuid, date, date, text), public.unit_costs_by(uuid, date, date, text, integer),
  public.feed_cohorts(uuid, date, date, uuid),
  public.answer_times(uuid, date, date) to authenticated, service_role;

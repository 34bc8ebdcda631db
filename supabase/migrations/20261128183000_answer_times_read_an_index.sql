-- answer times read an index: the function as sql/ has it, by hand.

set lock_timeout = '5s';
set statement_timeout = '2min';

create or replace function public.answer_times(p_org_id uuid, p_from date, p_until date)
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

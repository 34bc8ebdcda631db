-- Each step of the funnel with what it lost, took and cost. From the same sums as the page's other numbers. A key is
-- never null inside, so that its joins are by hash: a year of days is some thousand rows of each.

create function public.funnel_steps(p_org_id uuid, p_from date, p_until date, p_by text default 'period',
  p_limit integer default 2000)
returns table (key text, label text, kind public.pipeline_event_kind, reached bigint, dropped bigint, kept numeric,
  timed bigint, median_seconds numeric, p90_seconds numeric, mean_seconds numeric, answers_429 bigint,
  answers_5xx bigint, cost_usd numeric, cost_per_lead numeric)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_brokers uuid[];
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}'), private.check_period(p_from, p_until);
  if p_by is null or p_by not in ('period', 'day', 'source', 'campaign', 'broker') then
    raise exception 'the funnel is counted by day, source, campaign or broker, or for the period' using
      errcode = 'SL831';
  end if;
  v_brokers := private.counted_brokers(p_org_id);
  return query
  with counted as materialized (
    -- Before the feed rows count, and after it leads.
    select coalesce(case p_by when 'day' then c.day::text when 'period' then null else c.key::text end, '') as key,
      c.kind, sum(case when c.kind < 'fed' then c.quantity else c.leads end)::bigint as reached
    from private.funnel_period(p_org_id, p_by, v_brokers, p_from, p_until) c
    group by 1, 2
  ), costs as materialized (
    select coalesce(case p_by when 'day' then c.day::text when 'period' then null else c.key::text end, '') as key,
      sum(c.messages_usd) as messages_usd, sum(c.data_usd) as data_usd, sum(c.send_429)::bigint as send_429,
      sum(c.send_5xx)::bigint as send_5xx, sum(c.data_429)::bigint as data_429, sum(c.data_5xx)::bigint as data_5xx
    from private.cost_period(p_org_id, p_by, p_from, p_until) c
    -- Brokers see no costs.
    where v_brokers is null
    group by 1
  ), buckets as materialized (
    select coalesce(case p_by when 'day' then d.day::text when 'period' then null else d.key::text end, '') as key,
      d.kind, d.bucket, sum(d.timed) as timed, sum(d.seconds) as seconds
    from private.duration_period(p_org_id, p_by, v_brokers, p_from, p_until) d
    group by 1, 2, 3
    having sum(d.timed) > 0
  ), placed as (
    select b.*, sum(b.timed) over w as up_to, sum(b.timed) over (partition by b.key, b.kind) as total,
      case b.bucket when 0 then 0 else g.bounds[b.bucket] end as low,
      coalesce(g.bounds[b.bucket + 1], 2 * g.bounds[b.bucket]) as high
    from buckets b cross join (select private.step_bounds() as bounds) g
    window w as (partition by b.key, b.kind order by b.bucket)
  ), times as (
    select p.key, p.kind, sum(p.timed)::bigint as timed, (sum(p.seconds) / sum(p.timed))::numeric as mean,
      min(p.low + (p.high - p.low) * (0.5 * p.total - (p.up_to - p.timed)) / p.timed::double precision)
        filter (where p.up_to >= 0.5 * p.total and p.up_to - p.timed < 0.5 * p.total) as median,
      min(p.low + (p.high - p.low) * (0.9 * p.total - (p.up_to - p.timed)) / p.timed::double precision)
        filter (where p.up_to >= 0.9 * p.total and p.up_to - p.timed < 0.9 * p.total) as p90
    from placed p group by 1, 2
  ), steps as (
    select k.key, s.kind, coalesce(c.reached, 0) as reached, coalesce(b.reached, 0) as before
    from (select x.key from counted x union select x.key from costs x) k
    -- Verification is optional, and a booking needs no reply.
    cross join (values ('uploaded', null), ('staged', 'uploaded'), ('deduped', 'staged'), ('verified', 'deduped'),
      ('fed', 'deduped'), ('sent', 'fed'), ('replied', 'sent'), ('booked', 'sent'),
      ('closed', 'booked')) n (step, after)
    cross join lateral (select n.step::public.pipeline_event_kind as kind,
      n.after::public.pipeline_event_kind as after) s
    left join counted c on c.key = k.key and c.kind = s.kind
    left join counted b on b.key = k.key and b.kind = s.after
  )
  select nullif(s.key, ''), case p_by when 'day' then s.key when 'period' then 'all'
      when 'source' then (select x.name from public.sources x where x.org_id = p_org_id and x.id::text = s.key)
      when 'campaign' then (select x.name from public.campaigns x where x.org_id = p_org_id and x.id::text = s.key)
      else (select x.name from public.brokers x where x.org_id = p_org_id and x.id::text = s.key) end,
    s.kind, s.reached, case when s.before > 0 then greatest(s.before - s.reached, 0)::bigint end,
    case when s.before > 0 then round(s.reached::numeric / s.before, 4) end, coalesce(t.timed, 0),
    round(t.median::numeric, 1), round(t.p90::numeric, 1), round(t.mean, 1),
    case when v_brokers is null then case s.kind when 'sent' then coalesce(c.send_429, 0)
      when 'verified' then coalesce(c.data_429, 0) end end,
    case when v_brokers is null then case s.kind when 'sent' then coalesce(c.send_5xx, 0)
      when 'verified' then coalesce(c.data_5xx, 0) end end,
    case when v_brokers is null then case s.kind when 'sent' then coalesce(c.messages_usd, 0)
      when 'verified' then coalesce(c.data_usd, 0) end end,
    case when s.kind >= 'verified' then round((c.data_usd + case when s.kind > 'fed' then c.messages_usd else 0 end)
      / nullif(s.reached, 0), 4) end
  from steps s
  left join costs c on c.key = s.key
  left join times t on t.key = s.key and t.kind = s.kind
  where s.reached <> 0 or t.timed > 0
    or s.kind = 'sent' and (c.messages_usd > 0 or c.send_429 > 0 or c.send_5xx > 0)
    or s.kind = 'verified' and (c.data_usd > 0 or c.data_429 > 0 or c.data_5xx > 0)
  order by nullif(s.key, '') nulls last, s.kind
  limit least(greatest(coalesce(p_limit, 2000), 1), 10000);
end
$$;
comment on function public.funnel_steps(uuid, date, date, text, integer) is
  'The steps of a period (both dates included, in the time zone of the org) for all of it (period) or by day, source, '
  'campaign or broker. reached: rows before the feed, leads from it on. dropped and kept: against the step before, as '
  'counted in the same period (verified and fed against deduped, booked against sent). Seconds: of staged and deduped '
  'the work on a part, of verified and fed since the lead came, later since its feed; median and p90 are estimates '
  'within private.step_bounds. answers_429 and answers_5xx: of providers, to messages (sent) and data calls '
  '(verified). cost_usd: of the step itself; cost_per_lead: of all steps so far, by the leads that reached this one. A broker '
  'counts own leads only, and sees no costs. Raises SL111 and SL831. Definer: the counts belong to the owner.';
revoke execute on function public.funnel_steps(uuid, date, date, text, integer) from public, anon;
grant execute on function public.funnel_steps(uuid, date, date, text, integer) to authenticated, service_role;

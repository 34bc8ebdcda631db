-- The page Campaigns. Numbers are those of the daily counts.

create function public.list_campaigns(p_org_id uuid, p_limit integer default 50, p_before timestamptz default null,
  p_before_id uuid default null, p_campaign_id uuid default null)
returns table (id uuid, name text, state public.campaign_state, version integer, daily_limit integer, states text[],
  source_ids uuid[], min_score smallint, starts_on date, ends_on date, assign_brokers boolean, sequence_id uuid,
  sequence text, created_at timestamptz, started_at timestamptz, finished_at timestamptz, fed bigint, sent bigint,
  replied bigint, booked bigint, spent_usd numeric)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_brokers uuid[];
  v_ids uuid[];
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  v_brokers := private.counted_brokers(p_org_id);
  v_ids := array(
    select c.id from public.campaigns c
    where c.org_id = p_org_id and (p_campaign_id is null or c.id = p_campaign_id)
      and (p_before is null or (c.created_at, c.id)
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
$$;
comment on function public.list_campaigns(uuid, integer, timestamptz, uuid, uuid) is
  'Campaigns of an org, newest first, with leads fed, reached, replied, booked and the cost of their messages in '
  'USD. p_before and p_before_id: of the last row of the page before; p_campaign_id: this one alone. A broker counts '
  'own leads only and sees no cost. Raises SL111. Definer: the counts belong to the owner.';

create function public.campaign_funnel(p_org_id uuid, p_campaign_id uuid)
returns table (kind public.pipeline_event_kind, leads bigint, quantity bigint, first_on date, last_on date)
language plpgsql stable security definer set search_path = '' as $$
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
$$;
comment on function public.campaign_funnel(uuid, uuid) is
  'The funnel of a campaign from fed on: leads and events by step. A broker counts own leads only. Raises SL111. '
  'Definer: the counts belong to the owner.';

create function public.campaign_variants(p_org_id uuid, p_campaign_id uuid)
returns table (step smallint, channel text, variant text, template_id uuid, template text, version integer,
  sent bigint, delivered bigint, opened bigint, clicked bigint, bounced bigint, failed bigint, unsubscribed bigint,
  cost_usd numeric)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}');
  return query
  select m.step, m.channel, m.variant, m.template_id, max(t.name), max(t.version), sum(m.sent)::bigint,
    sum(m.delivered)::bigint, sum(m.opened)::bigint, sum(m.clicked)::bigint, sum(m.bounced)::bigint,
    sum(m.failed)::bigint, sum(m.unsubscribed)::bigint, sum(m.cost_usd)
  from private.message_counts(p_org_id, '-infinity', 'infinity') m
  left join public.templates t on t.org_id = m.org_id and t.id = m.template_id
  where m.campaign_id = p_campaign_id and m.step is not null
  group by m.step, m.channel, m.variant, m.template_id
  order by m.step, m.channel, m.variant, max(t.version);
end
$$;
comment on function public.campaign_variants(uuid, uuid) is
  'Messages of a campaign by step, variant and version of its text, and what became of them; cost_usd in USD. For '
  'owners, admins, viewers and the service. Raises SL111. Definer: the counts belong to the owner.';

-- Honest about few data: an interval for each rate, and a verdict only where the difference cannot well be chance.
create function private.wilson(p_hits bigint, p_of bigint, out low numeric, out high numeric)
language sql immutable parallel safe as $$
  -- 1.96: 95 %.
  select case when p_of > 0 then round(greatest((p + z2n / 2 - s) / (1 + z2n), 0)::numeric, 6) end,
    case when p_of > 0 then round(least((p + z2n / 2 + s) / (1 + z2n), 1)::numeric, 6) end
  from (select p_hits::float8 / nullif(p_of, 0) as p, 3.8416 / nullif(p_of, 0)::float8 as z2n) x
  cross join lateral (select sqrt(x.z2n * (x.p * (1 - x.p) + x.z2n / 4)) as s) y
$$;
comment on function private.wilson(bigint, bigint) is
  'The 95 % interval of Wilson for a share p_hits of p_of; null of nothing.';
revoke execute on function private.wilson(bigint, bigint) from pipeline_writer;

create function public.campaign_replies(p_org_id uuid, p_campaign_id uuid)
returns table (step smallint, channel text, variant text, sent bigint, replied bigint, reply_rate numeric,
  rate_low numeric, rate_high numeric, verdict text)
language plpgsql stable security definer set search_path = '' as $$
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
$$;
comment on function public.campaign_replies(uuid, uuid) is
  'Variants of each step of a campaign by replies that do not refuse: messages sent, those that were answered, their '
  'share with its 95 % interval (Wilson). verdict: only one; too few (a variant with less than 100 messages, or less '
  'than ten replies in the step); ahead, where the interval is above those of all others; behind, where it is below '
  'that of another; no difference, which means none that the numbers show. For owners, admins, viewers and the '
  'service. Raises SL111. Definer: the counts belong to the owner.';

create function public.campaign_spend(p_org_id uuid, p_campaign_id uuid, p_from date, p_until date)
returns table (day date, channel text, messages bigint, cost_usd numeric)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}'), private.check_period(p_from, p_until);
  return query
  select m.day, m.channel, sum(m.sent)::bigint, sum(m.cost_usd)
  from private.message_counts(p_org_id, p_from, p_until) m where m.campaign_id = p_campaign_id
  group by m.day, m.channel having sum(m.sent) <> 0 or sum(m.cost_usd) <> 0 order by m.day, m.channel;
end
$$;
comment on function public.campaign_spend(uuid, uuid, date, date) is
  'Messages and their cost in USD of a campaign by day and channel. For owners, admins, viewers and the service. '
  'Raises SL111 and SL831. Definer: the counts belong to the owner.';

revoke execute on function public.list_campaigns(uuid, integer, timestamptz, uuid, uuid),
  public.campaign_funnel(uuid, uuid), public.campaign_variants(uuid, uuid), public.campaign_replies(uuid, uuid),
  public.campaign_spend(uuid, uuid, date, date) from public, anon;
grant execute on function public.list_campaigns(uuid, integer, timestamptz, uuid, uuid),
  public.campaign_funnel(uuid, uuid), public.campaign_variants(uuid, uuid), public.campaign_replies(uuid, uuid),
  public.campaign_spend(uuid, uuid, date, date) to authenticated, service_role;

-- The page Campaigns. Numbers are those of the daily counts.

create function public.list_campaigns(p_org_id uuid, p_limit integer default 50, p_before timestamptz default null,
  p_before_id uuid default null)
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
    where c.org_id = p_org_id and (p_before is null or (c.created_at, c.id)
      < (p_before, coalesce(p_before_id, '00000000-0000-0000-0000-000000000000')))
    order by c.created_at desc, c.id desc limit private.page_size(p_limit));
  return query
  with counted as (
    select e.campaign_id, sum(e.leads) filter (where e.kind = 'fed') as fed,
      sum(e.leads) filter (where e.kind = 'sent') as sent, sum(e.leads) filter (where e.kind = 'replied') as replied,
      sum(e.leads) filter (where e.kind = 'booked') as booked
    from private.pipeline_counts(p_org_id, '-infinity', 'infinity') e
    where e.campaign_id = any (v_ids) and e.kind >= 'fed' and (v_brokers is null or e.broker_id = any (v_brokers))
    group by e.campaign_id
  ), spent as (
    select m.campaign_id, sum(m.cost_usd) as usd from private.message_counts(p_org_id, '-infinity', 'infinity') m
    where v_brokers is null and m.campaign_id = any (v_ids) group by m.campaign_id
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
comment on function public.list_campaigns(uuid, integer, timestamptz, uuid) is
  'Campaigns of an org, newest first, with leads fed, reached, replied, booked and the cost of their messages in '
  'USD. p_before and p_before_id: of the last row of the page before. A broker counts own leads only and sees no '
  'cost. Raises SL111. Definer: the counts belong to the owner.';

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
    from private.pipeline_counts(p_org_id, '-infinity', 'infinity') c
    where c.campaign_id = p_campaign_id and (v_brokers is null or c.broker_id = any (v_brokers))
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

revoke execute on function public.list_campaigns(uuid, integer, timestamptz, uuid),
  public.campaign_funnel(uuid, uuid), public.campaign_variants(uuid, uuid),
  public.campaign_spend(uuid, uuid, date, date) from public, anon;
grant execute on function public.list_campaigns(uuid, integer, timestamptz, uuid),
  public.campaign_funnel(uuid, uuid), public.campaign_variants(uuid, uuid),
  public.campaign_spend(uuid, uuid, date, date) to authenticated, service_role;

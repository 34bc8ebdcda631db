-- What the pages add up, kept added up: the daily counts by one thing at a time, by day and by month, so that a year of
-- many sources, campaigns and brokers is few rows. The job that folds the differences (09_fold.sql) keeps them.

create table private.funnel_sums (
  org_id uuid not null references public.orgs (id) on delete cascade,
  split text not null,
  grain text not null,
  starts_on date not null,
  kind public.pipeline_event_kind not null,
  broker_id uuid,
  key uuid,
  quantity bigint not null,
  leads bigint not null,
  constraint funnel_sum_is_kept_once
    unique nulls not distinct (org_id, split, grain, starts_on, kind, broker_id, key),
  constraint funnel_split_is_known check (split in ('org', 'source', 'campaign', 'broker', 'broker_source',
    'broker_campaign')),
  constraint funnel_grain_is_known check (grain in ('day', 'month'))
);
comment on table private.funnel_sums is
  'pipeline_daily added up by source, campaign and broker, and for each broker by source and campaign.';
comment on column private.funnel_sums.key is 'Source or campaign; null: none, or the split has no such key.';
comment on column private.funnel_sums.broker_id is 'Set in the splits by broker; null there: leads without a broker.';
create index funnel_sums_key_idx on private.funnel_sums (org_id, split, broker_id, key, grain, starts_on);
alter table private.funnel_sums enable row level security;

create table private.duration_sums (
  org_id uuid not null references public.orgs (id) on delete cascade,
  split text not null,
  grain text not null,
  starts_on date not null,
  kind public.pipeline_event_kind not null,
  broker_id uuid,
  key uuid,
  bucket smallint not null,
  timed bigint not null,
  seconds double precision not null,
  constraint duration_sum_is_kept_once
    unique nulls not distinct (org_id, split, grain, starts_on, kind, broker_id, key, bucket),
  constraint duration_split_is_known check (split in ('org', 'source', 'campaign', 'broker', 'broker_source',
    'broker_campaign')),
  constraint duration_grain_is_known check (grain in ('day', 'month')),
  constraint duration_bucket_is_known check (bucket between 0 and 11)
);
comment on table private.duration_sums is
  'How long the steps of the funnel took: what took as long as a bucket of private.step_bounds; split as funnel_sums.';
create index duration_sums_key_idx on private.duration_sums (org_id, split, broker_id, key, grain, starts_on);
alter table private.duration_sums enable row level security;

create table private.cohort_sums (
  org_id uuid not null references public.orgs (id) on delete cascade,
  split text not null,
  broker_id uuid,
  key uuid,
  fed_week date not null,
  kind public.pipeline_event_kind not null,
  weeks_after integer not null,
  leads bigint not null,
  constraint cohort_sum_is_kept_once
    unique nulls not distinct (org_id, split, broker_id, key, fed_week, kind, weeks_after),
  constraint cohort_split_is_known check (split in ('org', 'campaign', 'broker', 'broker_campaign'))
);
comment on table private.cohort_sums is
  'Leads by the week of their feed (its Monday), and what became of them by weeks since; split as funnel_sums.';
comment on column private.cohort_sums.key is 'The campaign.';
alter table private.cohort_sums enable row level security;

create table private.cost_sums (
  org_id uuid not null references public.orgs (id) on delete cascade,
  split text not null,
  grain text not null,
  starts_on date not null,
  key uuid,
  messages bigint not null default 0,
  messages_usd numeric(14, 6) not null default 0,
  data_usd numeric(14, 6) not null default 0,
  send_429 bigint not null default 0,
  send_5xx bigint not null default 0,
  data_429 bigint not null default 0,
  data_5xx bigint not null default 0,
  constraint cost_sum_is_kept_once unique nulls not distinct (org_id, split, grain, starts_on, key),
  constraint cost_split_is_known check (split in ('org', 'source', 'campaign', 'broker')),
  constraint cost_grain_is_known check (grain in ('day', 'month'))
);
comment on table private.cost_sums is
  'Messages sent, what messages and data calls cost, and requests for them that a provider answered with 429 or 5xx, '
  'by source, campaign and broker of the lead at the time.';
create index cost_sums_key_idx on private.cost_sums (org_id, split, key, grain, starts_on);
alter table private.cost_sums enable row level security;

create table private.call_deltas (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  day date not null,
  source_id uuid,
  campaign_id uuid,
  broker_id uuid,
  data_usd numeric(14, 6) not null default 0,
  send_429 bigint not null default 0,
  send_5xx bigint not null default 0,
  data_429 bigint not null default 0,
  data_5xx bigint not null default 0,
  primary key (org_id, id)
);
comment on table private.call_deltas is
  'Costs of data calls, and requests answered with 429 or 5xx, that are not in cost_sums yet.';
alter table private.call_deltas enable row level security;

create function private.tg_provider_calls__count() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.call_deltas (org_id, day, source_id, campaign_id, broker_id, data_usd, data_429, data_5xx)
  select n.org_id, (n.at at time zone o.time_zone)::date, l.source_id, l.campaign_id, l.assigned_broker_id,
    sum(n.cost_usd), count(*) filter (where s.status = '429'), count(*) filter (where s.status = '5xx')
  from changed n
  cross join lateral (select case when not n.cached then private.request_status(n.outcome::text, n.code) end
    as status) s
  join public.orgs o on o.id = n.org_id
  left join public.leads l on l.org_id = n.org_id and l.id = n.lead_id
  where n.cost_usd > 0 or s.status in ('429', '5xx')
  group by 1, 2, 3, 4, 5;
  return null;
end
$$;
comment on function private.tg_provider_calls__count() is
  'Trigger: adds what data calls cost, and how often a provider was overloaded, to the source, campaign and broker of '
  'their lead. Definer: nobody else writes '
  'the counts.';
create trigger _300_count after insert on public.provider_calls
  referencing new table as changed for each statement execute function private.tg_provider_calls__count();

-- A period is whole months and the days before and after them. Both ends are included.
create function private.whole_months(p_from date, p_until date, p_days boolean, out first_on date, out end_before date)
language sql immutable set search_path = '' as $$
  select case when p_days then p_until + 1 else (date_trunc('month', p_from - 1) + interval '1 month')::date end,
    case when p_days then p_until + 1 else date_trunc('month', p_until + 1)::date end
$$;
comment on function private.whole_months(date, date, boolean) is
  'The whole months of a period: the first day of the first one, and the day after the last one; a date not after '
  'first_on if there is none. p_days: no months, because each day is asked for.';
revoke execute on function private.whole_months(date, date, boolean) from pipeline_writer;

create function private.funnel_period(p_org_id uuid, p_by text, p_brokers uuid[], p_from date, p_until date,
  p_campaign_id uuid default null)
returns table (day date, kind public.pipeline_event_kind, key uuid, quantity bigint, leads bigint)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  -- By day of a campaign, its own rows say it.
  v_by constant text := case when p_campaign_id is not null and p_by = 'day' then 'campaign' else p_by end;
  v_split constant text := case
    when p_brokers is null then case when v_by in ('day', 'period') then 'org' else v_by end
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
$$;
comment on function private.funnel_period(uuid, text, uuid[], date, date, uuid) is
  'The funnel of a period by day, source, campaign or broker, or all at once (period); rows repeat and are to be summed. '
  'p_brokers: of their leads alone. p_campaign_id: with day or campaign. For functions with the rights of the owner.';
revoke execute on function private.funnel_period(uuid, text, uuid[], date, date, uuid) from pipeline_writer;

create function private.duration_period(p_org_id uuid, p_by text, p_brokers uuid[], p_from date, p_until date)
returns table (day date, kind public.pipeline_event_kind, key uuid, bucket smallint, timed bigint,
  seconds double precision)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_split constant text := case
    when p_brokers is null then case when p_by in ('day', 'period') then 'org' else p_by end
    when p_by in ('source', 'campaign') then 'broker_' || p_by else 'broker' end;
  v_first date;
  v_end date;
begin
  select m.first_on, m.end_before into v_first, v_end from private.whole_months(p_from, p_until, p_by = 'day') m;
  return query
  select s.starts_on, s.kind, case v_split when 'broker' then s.broker_id else s.key end, s.bucket, s.timed, s.seconds
  from (values ('month', v_first, v_end), ('day', p_from, least(v_first, p_until + 1)),
    ('day', greatest(v_first, v_end), p_until + 1)) g (grain, starts_on, end_before)
  cross join lateral (
    select x.* from private.duration_sums x
    where p_brokers is null and x.org_id = p_org_id and x.split = v_split and x.grain = g.grain
      and x.starts_on >= g.starts_on and x.starts_on < g.end_before
    union all
    select x.* from private.duration_sums x
    where x.org_id = p_org_id and x.split = v_split and x.broker_id = any (p_brokers) and x.grain = g.grain
      and x.starts_on >= g.starts_on and x.starts_on < g.end_before) s;
  return query
  select d.day, d.kind, case p_by when 'source' then d.source_id when 'campaign' then d.campaign_id
    when 'broker' then d.broker_id end, d.bucket, d.timed, d.seconds
  from private.pipeline_deltas d
  where d.org_id = p_org_id and d.day between p_from and p_until and d.bucket is not null
    and (p_brokers is null or d.broker_id = any (p_brokers));
end
$$;
comment on function private.duration_period(uuid, text, uuid[], date, date) is
  'How long the steps of a period took by day, source, campaign or broker, or all at once (period); rows repeat '
  'and are to be summed. p_brokers: of their leads alone. For functions with the rights of the owner.';
revoke execute on function private.duration_period(uuid, text, uuid[], date, date) from pipeline_writer;

create function private.cost_period(p_org_id uuid, p_by text, p_from date, p_until date)
returns table (day date, key uuid, messages_usd numeric, data_usd numeric, send_429 bigint, send_5xx bigint,
  data_429 bigint, data_5xx bigint)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_split constant text := case when p_by in ('day', 'period') then 'org' else p_by end;
  v_first date;
  v_end date;
begin
  select m.first_on, m.end_before into v_first, v_end from private.whole_months(p_from, p_until, p_by = 'day') m;
  return query
  select x.starts_on, x.key, x.messages_usd, x.data_usd, x.send_429, x.send_5xx, x.data_429, x.data_5xx
  from private.cost_sums x
  where x.org_id = p_org_id and x.split = v_split and x.grain = 'month'
    and x.starts_on >= v_first and x.starts_on < v_end
  union all
  select x.starts_on, x.key, x.messages_usd, x.data_usd, x.send_429, x.send_5xx, x.data_429, x.data_5xx
  from private.cost_sums x
  where x.org_id = p_org_id and x.split = v_split and x.grain = 'day'
    and x.starts_on >= p_from and x.starts_on < least(v_first, p_until + 1)
  union all
  select x.starts_on, x.key, x.messages_usd, x.data_usd, x.send_429, x.send_5xx, x.data_429, x.data_5xx
  from private.cost_sums x
  where x.org_id = p_org_id and x.split = v_split and x.grain = 'day'
    and x.starts_on >= greatest(v_first, v_end) and x.starts_on <= p_until
  union all
  select d.day, case p_by when 'source' then d.source_id when 'campaign' then d.campaign_id
    when 'broker' then d.broker_id end, d.cost_usd, 0, 0, 0, 0, 0
  from private.message_deltas d where d.org_id = p_org_id and d.day between p_from and p_until and d.cost_usd <> 0
  union all
  select d.day, case p_by when 'source' then d.source_id when 'campaign' then d.campaign_id
    when 'broker' then d.broker_id end, 0, d.data_usd, d.send_429, d.send_5xx, d.data_429, d.data_5xx
  from private.call_deltas d where d.org_id = p_org_id and d.day between p_from and p_until;
end
$$;
comment on function private.cost_period(uuid, text, date, date) is
  'Costs of a period by day, source, campaign or broker, or all at once (period), in USD, and requests answered with '
  '429 or 5xx; rows repeat and are to be summed. For functions with the rights of the owner.';
revoke execute on function private.cost_period(uuid, text, date, date) from pipeline_writer;

create type public.pipeline_event_kind as enum
  ('uploaded', 'staged', 'deduped', 'verified', 'fed', 'sent', 'replied', 'booked', 'closed');
comment on type public.pipeline_event_kind is 'Steps of the funnel, in order.';

create table public.pipeline_events (
  org_id uuid not null,
  id bigint generated always as identity,
  lead_id uuid,
  kind public.pipeline_event_kind not null,
  at timestamptz not null default now(),
  quantity integer not null default 1,
  duration interval,
  correlation_id uuid,
  detail jsonb not null default '{}',
  primary key (org_id, at, id),
  constraint quantity_is_not_negative check (quantity >= 0),
  constraint event_of_one_lead_counts_one check (lead_id is null or quantity = 1)
) partition by range (at);
comment on table public.pipeline_events is
  'One step of a lead through the funnel, or of many leads at once (lead_id null, quantity n: a part of an upload). '
  'detail holds no contact values. Partitioned by month.';
create index pipeline_events_lead_idx on public.pipeline_events (org_id, lead_id, at) where lead_id is not null;
create index pipeline_events_kind_idx on public.pipeline_events (org_id, kind, at);
alter table public.pipeline_events enable row level security;
grant select on public.pipeline_events to authenticated;
grant select, insert on public.pipeline_events to pipeline_writer;
create policy select_members on public.pipeline_events for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
      or private.sees_lead(org_id, lead_id)));
create policy select_writer on public.pipeline_events for select to pipeline_writer using (true);
create policy insert_writer on public.pipeline_events for insert to pipeline_writer with check (true);

create function private.ensure_event_partitions(p_as_of timestamptz default now(), p_months integer default 3)
returns integer
language sql volatile security definer set search_path = '' as $$
  select private.ensure_month_partitions('pipeline_events', 'at', this.month - interval '1 month',
    this.month + make_interval(months => p_months), true)
  from (select date_trunc('month', p_as_of at time zone 'UTC') as month) this
$$;
comment on function private.ensure_event_partitions(timestamptz, integer) is
  'Creates the monthly partitions from last month to p_months ahead; returns how many were missing. Definer: '
  'partitions belong to the owner.';

-- Receives events without a monthly partition, so that no event is lost.
create table private.pipeline_events_other partition of public.pipeline_events default;
alter table private.pipeline_events_other enable row level security;

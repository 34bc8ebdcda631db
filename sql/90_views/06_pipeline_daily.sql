-- The funnel by day, without reading the events again. Each statement that writes events adds rows of differences,
-- which no other transaction waits for; a job folds them into daily rows (09_fold.sql). The sum of both is exact at any
-- moment.

create table private.pipeline_daily (
  org_id uuid not null references public.orgs (id) on delete cascade,
  day date not null,
  kind public.pipeline_event_kind not null,
  source_id uuid,
  campaign_id uuid,
  broker_id uuid,
  quantity bigint not null,
  leads bigint not null,
  constraint funnel_day_is_kept_once
    unique nulls not distinct (org_id, day, kind, source_id, campaign_id, broker_id)
);
comment on table private.pipeline_daily is
  'Counts of pipeline events by day and origin. Brokers, campaigns and sources are those of the lead at the time of the '
  'event (of one that a deal takes back: at that time); merges and erasures of leads change no number.';
comment on column private.pipeline_daily.day is 'In the time zone of the org.';
comment on column private.pipeline_daily.quantity is 'Sum of the quantities: rows of uploads, messages sent.';
comment on column private.pipeline_daily.leads is
  'Leads that reached the step in this campaign for the first time; 0 for events of many leads at once.';
create index pipeline_daily_campaign_idx on private.pipeline_daily (org_id, campaign_id, day);
create index pipeline_daily_broker_idx on private.pipeline_daily (org_id, broker_id, day);
alter table private.pipeline_daily enable row level security;

create table private.pipeline_deltas (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  day date not null,
  kind public.pipeline_event_kind not null,
  source_id uuid,
  campaign_id uuid,
  broker_id uuid,
  fed_week date,
  quantity bigint not null,
  leads bigint not null,
  bucket smallint,
  timed bigint not null default 0,
  seconds double precision not null default 0,
  primary key (org_id, id)
);
comment on table private.pipeline_deltas is 'Counts that are not in pipeline_daily and the sums yet.';
comment on column private.pipeline_deltas.fed_week is
  'Monday of the week in which the lead was fed; null for events before that.';
comment on column private.pipeline_deltas.bucket is
  'How long the step took, by private.step_bounds; null where that is unknown. timed counts what took so long, and '
  'seconds adds it up.';
alter table private.pipeline_deltas enable row level security;

create function private.step_bounds() returns double precision[]
language sql immutable parallel safe set search_path = '' as $$
  select array[1, 10, 60, 600, 3600, 21600, 86400, 259200, 604800, 1209600, 2592000]::double precision[]
$$;
comment on function private.step_bounds() is
  'Bounds of the durations of steps, in seconds: from a second to 30 days. Bucket n lies between bounds n and n + 1.';

create function private.tg_pipeline_events__count() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_sign constant integer := case tg_op when 'DELETE' then -1 else 1 end;
begin
  insert into private.pipeline_deltas (org_id, day, kind, source_id, campaign_id, broker_id, fed_week, bucket, quantity,
    leads, timed, seconds)
  select n.org_id, (n.at at time zone o.time_zone)::date, n.kind,
    -- Looked up only where it is asked for: a join would read the uploads of the org for each event.
    coalesce(l.source_id, case when n.lead_id is null then (
      select u.source_id from public.uploads u
      where u.org_id = n.org_id and u.id = (n.detail ->> 'upload_id')::uuid) end), c.campaign_id,
    l.assigned_broker_id,
    case when n.kind = 'fed' then date_trunc('week', n.at at time zone o.time_zone)::date
      when n.kind > 'fed' then date_trunc('week', l.added_to_campaign_at at time zone o.time_zone)::date end,
    width_bucket(t.seconds, private.step_bounds()), v_sign * sum(n.quantity), v_sign * count(*) filter (where f.first),
    v_sign * coalesce(sum(n.quantity) filter (where t.seconds is not null), 0),
    v_sign * coalesce(sum(n.quantity * t.seconds), 0)
  from changed n
  -- The counts go with the org.
  join public.orgs o on o.id = n.org_id and o.id::text is distinct from current_setting('sluice.deleting_org', true)
  left join public.leads l on l.org_id = n.org_id and l.id = n.lead_id
  cross join lateral (select coalesce((n.detail ->> 'campaign_id')::uuid,
    case when n.kind >= 'fed' then l.campaign_id end) as campaign_id) c
  -- The inner offset makes it one probe of the events of the lead: by kind and time it would read those of all leads.
  cross join lateral (select n.lead_id is not null and (n.kind <> 'sent' or not exists (
    select from (select x.* from public.pipeline_events x
      where x.org_id = n.org_id and x.lead_id = n.lead_id and x.at <= n.at offset 0) e
    where e.kind = 'sent' and (e.at, e.id) < (n.at, n.id)
      and e.detail ->> 'campaign_id' is not distinct from n.detail ->> 'campaign_id')) as first offset 0) f
  -- Of a part: the work itself. Of a lead: since it came, and after the feed, since the feed.
  cross join lateral (select case when x.took < interval '0' then 0
      else extract(epoch from x.took) end::double precision as seconds
    from (select case
      when n.lead_id is null then n.duration
      when not f.first then null
      when n.duration is not null then n.duration
      when n.kind <= 'fed' then n.at - l.created_at
      when c.campaign_id = l.campaign_id then n.at - l.added_to_campaign_at end as took) x
    offset 0) t
  group by 1, 2, 3, 4, 5, 6, 7, 8;
  return null;
end
$$;
comment on function private.tg_pipeline_events__count() is
  'Trigger: counts the events of a statement, or takes them off. Definer: nobody else writes the counts.';
create trigger _300_count after insert on public.pipeline_events
  referencing new table as changed for each statement execute function private.tg_pipeline_events__count();
create trigger _300_count_off after delete on public.pipeline_events
  referencing old table as changed for each statement execute function private.tg_pipeline_events__count();

create function private.pipeline_counts(p_org_id uuid, p_from date, p_until date)
returns table (day date, kind public.pipeline_event_kind, source_id uuid, campaign_id uuid, broker_id uuid,
  quantity bigint, leads bigint)
language sql stable as $$
  select d.day, d.kind, d.source_id, d.campaign_id, d.broker_id, d.quantity, d.leads
  from private.pipeline_daily d where d.org_id = p_org_id and d.day between p_from and p_until
  union all
  select d.day, d.kind, d.source_id, d.campaign_id, d.broker_id, d.quantity, d.leads
  from private.pipeline_deltas d where d.org_id = p_org_id and d.day between p_from and p_until
$$;
comment on function private.pipeline_counts(uuid, date, date) is
  'Counts of an org by day, both dates included; rows repeat and are to be summed. Inlined, so that filters reach the '
  'indexes; for functions with the rights of the owner.';
revoke execute on function private.pipeline_counts(uuid, date, date) from pipeline_writer;

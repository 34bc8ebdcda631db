create table public.pipeline_dlq (
  id bigint generated always as identity primary key,
  org_id uuid references public.orgs (id) on delete cascade,
  source text not null,
  payload jsonb not null default '{}',
  reason text not null,
  last_error text,
  attempts integer not null default 1,
  retry_after timestamptz,
  created_at timestamptz not null default now(),
  resolved_at timestamptz,
  correlation_id uuid,
  replays integer not null default 0,
  resolution text,
  resolved_by uuid,
  resolution_reason text,
  constraint attempts_are_positive check (attempts > 0),
  constraint resolution_is_known check (resolution in ('replayed', 'discarded')),
  constraint discarded_dead_letter_has_a_reason check (
    resolution is distinct from 'discarded' or coalesce(length(btrim(resolution_reason)), 0) >= 3)
);
comment on table public.pipeline_dlq is
  'Dead letters: work that failed for good, with its cause, its attempts and the data needed to replay it. payload '
  'holds ids, never contact values.';
comment on column public.pipeline_dlq.source is
  'The queue of the failed job, ''rejects'' for rejected rows, or ''schedule'' or ''worker'' for an alarm.';
comment on column public.pipeline_dlq.retry_after is
  'When the work is replayed by itself; null where a person decides.';
comment on column public.pipeline_dlq.replays is 'How often the work was replayed within a day before this failure.';
comment on column public.pipeline_dlq.resolution is
  'replayed or discarded; null while it is open, and where the work was done or became pointless.';
comment on column public.pipeline_dlq.resolved_by is
  'The member who replayed or discarded it; null: the service, an operator or the schedule.';
comment on column public.pipeline_dlq.resolution_reason is 'Why it was discarded, without contact values.';
create index pipeline_dlq_open_idx on public.pipeline_dlq (org_id, source, created_at) where resolved_at is null;
create unique index pipeline_dlq_one_open_idx on public.pipeline_dlq (source, payload) where resolved_at is null;
create index pipeline_dlq_replayed_idx on public.pipeline_dlq (source, payload, id) where resolution = 'replayed';
create index pipeline_dlq_retry_idx on public.pipeline_dlq (retry_after, id)
  where resolved_at is null and retry_after is not null;
alter table public.pipeline_dlq enable row level security;
grant select on public.pipeline_dlq to authenticated;
grant select, insert, update on public.pipeline_dlq to pipeline_writer;
create policy select_admins on public.pipeline_dlq for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.pipeline_dlq for select to pipeline_writer using (true);
create policy insert_writer on public.pipeline_dlq for insert to pipeline_writer with check (true);
create policy update_writer on public.pipeline_dlq for update to pipeline_writer using (true) with check (true);

create function private.dead_letter_retry_at(p_source text, p_reason text, p_replays integer, p_as_of timestamptz)
  returns timestamptz
language sql immutable parallel safe set search_path = '' as $$
  -- Work that costs nothing outside, asks nobody and changes nothing when it is repeated. What reads a file fails again
  -- unless the worker, not the file, was the cause.
  select case when p_replays < 4 and (
      p_source in ('resolve-upload', 'process-inbox', 'notify', 'match-leads', 'score-leads', 'triage')
      or p_source = 'stage-part' and p_reason in ('staging failed repeatedly', 'part 1 failed'))
    then p_as_of + interval '15 minutes' * 4 ^ p_replays end
$$;
comment on function private.dead_letter_retry_at(text, text, integer, timestamptz) is
  'When work that failed is replayed by itself: after 15 minutes, then one, four and 16 hours; null where a person '
  'decides.';

create function private.record_dead_letter(
  p_org_id uuid, p_source text, p_payload jsonb, p_reason text, p_error text, p_correlation_id uuid,
  p_as_of timestamptz default now()
) returns bigint
language sql volatile set search_path = '' as $$
  insert into public.pipeline_dlq as d (org_id, source, payload, reason, last_error, correlation_id, created_at, replays,
    retry_after)
  select p_org_id, p_source, p_payload, p_reason, left(p_error, 2000), p_correlation_id, p_as_of, r.n,
    private.dead_letter_retry_at(p_source, p_reason, r.n, p_as_of)
  from (
    select coalesce(max(l.replays) + 1, 0) as n
    from (
      select x.replays from public.pipeline_dlq x
      where x.source = p_source and x.payload = p_payload and x.resolution = 'replayed'
        and x.resolved_at > p_as_of - interval '1 day'
      order by x.id desc limit 1) l) r
  on conflict (source, payload) where resolved_at is null
  do update set attempts = d.attempts + 1, reason = excluded.reason, last_error = excluded.last_error
  returning id
$$;
comment on function private.record_dead_letter(uuid, text, jsonb, text, text, uuid, timestamptz) is
  'Records a dead letter, or counts another attempt on the open one for the same work. One that failed again after a '
  'replay continues the count of replays.';

create function private.resolve_dead_letter(p_source text, p_payload jsonb, p_as_of timestamptz default now()) returns void
language sql volatile set search_path = '' as $$
  update public.pipeline_dlq d set resolved_at = p_as_of
  where d.source = p_source and d.payload = p_payload and d.resolved_at is null
$$;
comment on function private.resolve_dead_letter(text, jsonb, timestamptz) is
  'Closes the open dead letter for a piece of work, if there is one.';

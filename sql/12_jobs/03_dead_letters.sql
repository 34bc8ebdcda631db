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
  constraint attempts_are_positive check (attempts > 0)
);
comment on table public.pipeline_dlq is
  'Dead letters: work that failed for good, with its cause, its attempts and the data needed to replay it. payload '
  'holds ids, never contact values.';
comment on column public.pipeline_dlq.source is
  'The queue of the failed job, ''rejects'' for rejected rows, or ''schedule'' or ''worker'' for an alarm.';
create index pipeline_dlq_open_idx on public.pipeline_dlq (org_id, source, created_at) where resolved_at is null;
create unique index pipeline_dlq_one_open_idx on public.pipeline_dlq (source, payload) where resolved_at is null;
alter table public.pipeline_dlq enable row level security;
grant select on public.pipeline_dlq to authenticated;
grant select, insert, update on public.pipeline_dlq to pipeline_writer;
create policy select_admins on public.pipeline_dlq for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.pipeline_dlq for select to pipeline_writer using (true);
create policy insert_writer on public.pipeline_dlq for insert to pipeline_writer with check (true);
create policy update_writer on public.pipeline_dlq for update to pipeline_writer using (true) with check (true);

create function private.record_dead_letter(
  p_org_id uuid, p_source text, p_payload jsonb, p_reason text, p_error text, p_correlation_id uuid,
  p_as_of timestamptz default now()
) returns bigint
language sql volatile set search_path = '' as $$
  insert into public.pipeline_dlq as d (org_id, source, payload, reason, last_error, correlation_id, created_at)
  values (p_org_id, p_source, p_payload, p_reason, left(p_error, 2000), p_correlation_id, p_as_of)
  on conflict (source, payload) where resolved_at is null
  do update set attempts = d.attempts + 1, reason = excluded.reason, last_error = excluded.last_error
  returning id
$$;
comment on function private.record_dead_letter(uuid, text, jsonb, text, text, uuid, timestamptz) is
  'Records a dead letter, or counts another attempt on the open one for the same work.';

create function private.resolve_dead_letter(p_source text, p_payload jsonb, p_as_of timestamptz default now()) returns void
language sql volatile set search_path = '' as $$
  update public.pipeline_dlq d set resolved_at = p_as_of
  where d.source = p_source and d.payload = p_payload and d.resolved_at is null
$$;
comment on function private.resolve_dead_letter(text, jsonb, timestamptz) is
  'Closes the open dead letter for a piece of work, if there is one.';

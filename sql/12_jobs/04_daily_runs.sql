-- Daily tasks of the whole installation: each runs once a day, however often the tick calls.

create type private.daily_run_state as enum ('running', 'done', 'failed');
comment on type private.daily_run_state is 'In the order of life; see sql/STATES.md. A failed run is retried.';

create table private.daily_runs (
  task text not null,
  local_date date not null,
  state private.daily_run_state not null default 'running',
  late boolean not null default false,
  attempts integer not null default 1,
  started_at timestamptz not null,
  finished_at timestamptz,
  retry_after timestamptz,
  error text,
  detail jsonb not null default '{}',
  primary key (task, local_date),
  constraint finished_run_has_its_time check ((state = 'running') = (finished_at is null)),
  constraint failed_run_is_retried check ((state = 'failed') = (retry_after is not null and error is not null))
);
comment on table private.daily_runs is
  'One row per task and local date (America/Los_Angeles), which makes each task run exactly once.';
comment on column private.daily_runs.late is
  'Whether the run started more than five minutes after its scheduled time.';
alter table private.daily_runs enable row level security;
grant select on private.daily_runs to pipeline_writer;
create policy select_writer on private.daily_runs for select to pipeline_writer using (true);

create function private.start_daily_run(p_task text, p_at time, p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_today constant date := (p_as_of at time zone 'America/Los_Angeles')::date;
  v_due constant timestamptz := (v_today + p_at) at time zone 'America/Los_Angeles';
begin
  if p_as_of < v_due
    or not pg_try_advisory_xact_lock(hashtextextended(format('sluice run %s %s', p_task, v_today), 0))
  then
    return false;
  end if;
  insert into private.daily_runs as r (task, local_date, late, started_at)
  values (p_task, v_today, p_as_of > v_due + interval '5 minutes', p_as_of)
  on conflict (task, local_date) do update
    set state = 'running', attempts = r.attempts + 1, late = excluded.late, started_at = excluded.started_at,
      finished_at = null, retry_after = null, error = null
    where r.state = 'failed' and r.retry_after <= p_as_of;
  return found;
end
$$;
comment on function private.start_daily_run(text, time, timestamptz) is
  'True when the caller has to run the task now: its time in Los Angeles has passed, today''s run is not done, and '
  'no other session is running it. Definer: callers may not edit the ledger.';

create function private.finish_daily_run(
  p_task text, p_as_of timestamptz, p_began timestamptz, p_detail jsonb default '{}', p_error text default null
) returns void
language sql volatile security definer set search_path = '' as $$
  insert into private.daily_runs as r (task, local_date, state, started_at, finished_at, retry_after, error, detail)
  values (p_task, (p_as_of at time zone 'America/Los_Angeles')::date,
    case when p_error is null then 'done' else 'failed' end::private.daily_run_state, p_as_of,
    p_as_of + (clock_timestamp() - p_began),
    case when p_error is not null then p_as_of + interval '1 minute' end, p_error, p_detail)
  on conflict (task, local_date) do update
    set state = excluded.state, finished_at = excluded.finished_at, error = excluded.error, detail = excluded.detail,
      attempts = r.attempts + (r.state = 'failed')::integer, started_at = excluded.started_at,
      retry_after = case when p_error is not null
        then p_as_of + least(interval '1 minute' * 2 ^ (r.attempts - 1), interval '1 hour') end
$$;
comment on function private.finish_daily_run(text, timestamptz, timestamptz, jsonb, text) is
  'Finishes a started run. A failed run is retried after a delay that doubles from one minute up to one hour. '
  'Definer: callers may not edit the ledger.';
revoke execute on function private.start_daily_run(text, time, timestamptz),
  private.finish_daily_run(text, timestamptz, timestamptz, jsonb, text) from pipeline_writer;

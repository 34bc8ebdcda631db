-- What should have run and did not. Nothing in the database can raise an alarm when pg_cron itself has stopped:
-- overdue_tasks answers whoever asks.

create function private.overdue_tasks(p_as_of timestamptz default now())
returns table (task text, org_id uuid, campaign_id uuid, local_date date, due_at timestamptz, state text,
  attempts integer, error text)
language sql stable set search_path = '' as $$
  select t.task, null::uuid, null::uuid, d.today, d.due_at, coalesce(r.state::text, 'missing'), coalesce(r.attempts, 0),
    r.error
  from (
    select x.task, x.at from private.daily_tasks() x
    union all
    values ('refresh_contactable_leads', time '05:30')) t
  cross join lateral (
    select x.today, (x.today + t.at) at time zone 'America/Los_Angeles' as due_at
    from (select (p_as_of at time zone 'America/Los_Angeles')::date as today) x) d
  left join private.daily_runs r on r.task = t.task and r.local_date = d.today
  where p_as_of >= d.due_at + interval '15 minutes' and r.state is distinct from 'done'
  union all
  -- Tasks of the worker are known once it has started them.
  select r.task, null, null, r.local_date, r.started_at, r.state::text, r.attempts, r.error
  from private.daily_runs r
  where r.local_date = (p_as_of at time zone 'America/Los_Angeles')::date and r.state <> 'done'
    and r.started_at < p_as_of - interval '1 hour'
    and r.task <> 'refresh_contactable_leads' and r.task not in (select x.task from private.daily_tasks() x)
  union all
  select 'feed', f.org_id, f.campaign_id, f.local_date, f.due_at, coalesce(f.state::text, 'missing'), f.attempts, null
  from private.open_feeds(p_as_of) f
  where p_as_of >= f.due_at + interval '15 minutes'
$$;
comment on function private.overdue_tasks(timestamptz) is
  'Tasks and feeds of today that are not done 15 minutes after their time, with the error of the last attempt. state: '
  'missing (never finished an attempt), running or failed.';

create function private.check_schedule(p_as_of timestamptz default now()) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_overdue record;
  v_payload jsonb;
  v_filed integer := 0;
begin
  -- A task that was done, or a campaign that was fed or ended, since the alarm closes it.
  update public.pipeline_dlq d set resolved_at = p_as_of
  where d.source = 'schedule' and d.resolved_at is null and case
    when d.payload ? 'campaign_id' then not exists (
        select from public.campaigns c
        where c.id = (d.payload ->> 'campaign_id')::uuid and c.org_id = d.org_id and c.state = 'running')
      or exists (
        select from public.campaign_feeds f
        where f.org_id = d.org_id and f.campaign_id = (d.payload ->> 'campaign_id')::uuid and f.state = 'done'
          and f.finished_at >= d.created_at)
    else exists (
      select from private.daily_runs r
      where r.task = d.payload ->> 'task' and r.state = 'done' and r.finished_at >= d.created_at) end;
  -- In the first minutes of an installation nothing has run yet.
  if not exists (select from private.daily_runs r where r.started_at < p_as_of - interval '15 minutes') then
    return 0;
  end if;
  for v_overdue in
    select * from private.overdue_tasks(p_as_of) o
    -- A failed feed has its own dead letter.
    where o.campaign_id is null or o.state <> 'failed'
  loop
    v_payload := jsonb_strip_nulls(jsonb_build_object('task', v_overdue.task, 'campaign_id', v_overdue.campaign_id));
    if not exists (
      select from public.pipeline_dlq d
      where d.source = 'schedule' and d.payload = v_payload and d.resolved_at is null)
    then
      raise warning 'task % of % is overdue: %', v_overdue.task, v_overdue.local_date,
        coalesce(v_overdue.error, v_overdue.state);
      perform private.record_dead_letter(v_overdue.org_id, 'schedule', v_payload, 'overdue',
        coalesce(v_overdue.error, v_overdue.state), null, p_as_of);
      v_filed := v_filed + 1;
    end if;
  end loop;
  return v_filed;
end
$$;
comment on function private.check_schedule(timestamptz) is
  'Files a dead letter and writes a warning to the database''s log for each overdue task, and closes those of tasks '
  'that were done since. Returns how many were filed.';
revoke execute on function private.check_schedule(timestamptz) from pipeline_writer;

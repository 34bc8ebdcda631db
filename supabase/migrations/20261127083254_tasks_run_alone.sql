-- tasks run alone: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."run_daily_task"(text, time WITHOUT time zone, text, timestamp WITH time zone);

CREATE TABLE "private"."worker_wakes" (
  "request_id"   bigint                   NOT NULL,
  "requested_at" timestamp with time zone NOT NULL,
  "answered_at"  timestamp with time zone,
  "error"        text,
  CONSTRAINT "error_is_an_answer" CHECK (((error IS NULL) OR (answered_at IS NOT NULL))),
  CONSTRAINT "worker_wakes_pkey" PRIMARY KEY (request_id)
);

ALTER TABLE "private"."worker_wakes"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION private.check_schedule (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.check_worker (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_error text;
begin
  if to_regclass('net._http_response') is not null then
    execute $sql$
      update private.worker_wakes w
      set answered_at = r.created,
        error = case when r.status_code between 200 and 299 then null
          when r.status_code is not null then 'HTTP ' || r.status_code
          when r.timed_out then 'timeout'
          else coalesce(left(r.error_msg, 500), 'no answer') end
      from net._http_response r
      where r.id = w.request_id and r.created >= w.requested_at and w.answered_at is null
    $sql$;
  end if;
  update private.worker_wakes w set answered_at = p_as_of, error = 'no answer'
  where w.answered_at is null and w.requested_at < p_as_of - interval '3 minutes';
  delete from private.worker_wakes w where w.requested_at < p_as_of - interval '1 day';

  -- One failure may be a restart; three in a row are not.
  select case when count(x.error) = 3 then (array_agg(x.error order by x.requested_at desc))[1] end into v_error
  from (
    select w.error, w.requested_at from private.worker_wakes w where w.answered_at is not null
    order by w.requested_at desc limit 3) x;
  if v_error is null then
    if not exists (
      select from (
        select w.error from private.worker_wakes w where w.answered_at is not null
        order by w.requested_at desc limit 1) x
      where x.error is not null)
    then
      perform private.resolve_dead_letter('worker', '{"request": "wake"}', p_as_of);
    end if;
  elsif not exists (
    select from public.pipeline_dlq d
    where d.source = 'worker' and d.payload = '{"request": "wake"}' and d.resolved_at is null)
  then
    raise warning 'the worker cannot be woken: %', v_error;
    perform private.record_dead_letter(null, 'worker', '{"request": "wake"}', 'worker_unreachable', v_error, null,
      p_as_of);
  end if;
  return v_error;
end
$function$;

CREATE OR REPLACE FUNCTION private.daily_tasks()
  RETURNS TABLE (
    task    text,
    at      time without time zone,
    command text
  )
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  values ('event_partitions', time '00:00', 'select private.ensure_event_partitions($1)'),
    ('decision_partitions', '00:00', 'select private.ensure_decision_partitions($1)'),
    ('old_decisions', '00:00', 'select private.drop_expired_decisions($1)'),
    ('cron_history', '00:00', 'select private.prune_cron_history($1)'),
    ('retention', '00:00', 'select private.purge_expired($1)'),
    ('consent_terms', '00:00', 'select private.expire_consents($1, 100000)'),
    ('dnc_scrub', '01:00', 'select private.scrub_phones($1)')
$function$;

CREATE OR REPLACE FUNCTION private.due_feeds (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    org_id      uuid,
    campaign_id uuid,
    local_date  date
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select f.org_id, f.campaign_id, f.local_date from private.open_feeds(p_as_of) f
  where f.state is null or f.state = 'failed' and f.retry_after <= p_as_of
$function$;

CREATE OR REPLACE FUNCTION private.open_feeds (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    org_id      uuid,
    campaign_id uuid,
    local_date  date,
    due_at      timestamp with time zone,
    state       public.feed_state,
    attempts    integer,
    retry_after timestamp with time zone
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select c.org_id, c.id, d.today, greatest(d.due_at, c.updated_at), f.state, coalesce(f.attempts, 0), f.retry_after
  from public.campaigns c
  join public.orgs o on o.id = c.org_id
  cross join lateral (
    select x.today, private.feed_due_at(x.today, o.time_zone) as due_at
    from (select (p_as_of at time zone o.time_zone)::date as today) x) d
  left join public.campaign_feeds f on f.org_id = c.org_id and f.campaign_id = c.id and f.local_date = d.today
  where c.state = 'running'
    and extract(isodow from d.today) between 1 and 5
    and not d.today = any (o.holidays)
    and d.today between coalesce(c.starts_on, d.today) and coalesce(c.ends_on, d.today)
    and p_as_of >= d.due_at
    and f.state is distinct from 'done'
  order by f.state is not null, c.org_id, c.created_at, c.id
$function$;

CREATE OR REPLACE FUNCTION private.overdue_tasks (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    task        text,
    org_id      uuid,
    campaign_id uuid,
    local_date  date,
    due_at      timestamp with time zone,
    state       text,
    attempts    integer,
    error       text
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.run_daily_task (
  p_task  text,
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_began constant timestamptz := clock_timestamp();
  v_task record;
  v_result text;
  v_error text;
begin
  select t.* into strict v_task from private.daily_tasks() t where t.task = p_task;
  if not private.start_daily_run(v_task.task, v_task.at, p_as_of) then
    return false;
  end if;
  begin
    execute v_task.command into v_result using p_as_of;
  -- "others" does not include the cancel that ends a statement at its timeout.
  exception when query_canceled or others then
    get stacked diagnostics v_error = message_text;
    raise warning 'daily task % failed: % (%)', p_task, v_error, sqlstate;
    perform private.finish_daily_run(p_task, p_as_of, v_began, '{}', v_error);
    return false;
  end;
  perform private.finish_daily_run(p_task, p_as_of, v_began, jsonb_build_object('result', v_result));
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_pipeline_dlq__announce()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- An alarm concerns every org.
  if new.org_id is null and new.source in ('schedule', 'worker') then
    perform private.announce(o.id, 'dead_letter.filed',
      jsonb_build_object('dead_letter_id', new.id, 'source', new.source), new.created_at)
    from public.orgs o;
  end if;
  -- An announcement of a failed notification would fail, too.
  if new.org_id is not null and new.source <> 'notify' then
    perform private.announce(new.org_id, 'dead_letter.filed',
      jsonb_build_object('dead_letter_id', new.id, 'source', new.source), new.created_at);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tick (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_done jsonb := '{}'::jsonb;
  v_task record;
  v_feeds jsonb;
begin
  -- Each task, the refresh and each feed is a subtransaction: a failure is recorded and rolls back nothing else.
  for v_task in select * from private.daily_tasks() loop
    if private.run_daily_task(v_task.task, p_as_of) then
      v_done := v_done || jsonb_build_object(v_task.task, true);
    end if;
  end loop;
  -- First the nominations, then the feeds that take from them, also after an outage that covered both times.
  if public.refresh_contactable_leads(p_as_of) then
    v_done := v_done || '{"refresh": true}'::jsonb;
  end if;
  select jsonb_agg(jsonb_build_object('campaign_id', f.campaign_id, 'local_date', f.local_date, 'state', f.state,
    'fed', f.fed_count, 'unassigned', f.unassigned_count, 'late', f.late))
  into v_feeds from public.feed_campaigns(p_as_of) f;
  if v_feeds is not null then
    v_done := v_done || jsonb_build_object('feeds', v_feeds);
  end if;
  begin
    perform private.announce_closed_days(p_as_of);
  exception when others then
    raise warning 'announcing the end of the day failed: % (%)', sqlerrm, sqlstate;
  end;
  return v_done;
end
$function$;

CREATE OR REPLACE FUNCTION private.wake_worker()
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_url text;
  v_key text;
  v_request bigint;
begin
  if to_regnamespace('net') is null then
    return null;
  end if;
  select max(s.decrypted_secret) filter (where s.name = 'sluice_functions_url'),
    max(s.decrypted_secret) filter (where s.name = 'sluice_service_key')
  into v_url, v_key
  from vault.decrypted_secrets s where s.name in ('sluice_functions_url', 'sluice_service_key');
  if coalesce(v_url, '') = '' or coalesce(v_key, '') = '' then
    return null;
  end if;
  execute 'select net.http_post(url := $1, body := ''{}'', headers := $2, timeout_milliseconds := 55000)'
  into v_request
  using rtrim(v_url, '/') || '/worker',
    jsonb_build_object('Content-Type', 'application/json', 'apikey', v_key)
      -- A legacy key is a JWT, which functions deployed with verify_jwt expect here; a secret key would be refused.
      || case when v_key like 'eyJ%' then jsonb_build_object('Authorization', 'Bearer ' || v_key) else '{}' end;
  -- After a crash pg_net may count from 1 again.
  insert into private.worker_wakes (request_id, requested_at) values (v_request, now())
  on conflict (request_id) do update set requested_at = excluded.requested_at, answered_at = null, error = null;
  return v_request;
end
$function$;

CREATE OR REPLACE FUNCTION public.feed_campaigns (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS SETOF public.campaign_feeds
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_due record;
  v_error text;
begin
  for v_due in select * from private.due_feeds(p_as_of) loop
    begin
      return query select * from public.feed_campaign(v_due.org_id, v_due.campaign_id, v_due.local_date, p_as_of);
      if found then
        update public.pipeline_dlq d set resolved_at = p_as_of
        where d.source = 'feed' and d.resolved_at is null
          and d.payload = jsonb_build_object('campaign_id', v_due.campaign_id, 'local_date', v_due.local_date);
      end if;
    -- An error in one campaign must not stop the others. "others" does not include the cancel that ends a statement at
    -- its timeout.
    exception when query_canceled or others then
      get stacked diagnostics v_error = message_text;
      raise warning 'feed of campaign % failed: % (%)', v_due.campaign_id, v_error, sqlstate;
      return query select * from private.record_feed_failure(
        v_due.org_id, v_due.campaign_id, v_due.local_date, p_as_of, sqlstate, v_error);
      -- The time is used up: the next call feeds the others, and this campaign last.
      exit when sqlstate = '57014';
    end;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION public.refresh_contactable_leads (
  p_as_of timestamp with time zone DEFAULT now(),
  p_force boolean                  DEFAULT false
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET work_mem TO '32MB'
  SET jit TO 'off'
  AS $function$
declare
  v_began constant timestamptz := clock_timestamp();
  v_filled constant boolean := (
    select c.relispopulated from pg_catalog.pg_class c where c.oid = 'public.mv_contactable_leads'::regclass);
  v_error text;
begin
  if not p_force and not private.start_daily_run('refresh_contactable_leads', '05:30', p_as_of) then
    return false;
  end if;
  begin
    if v_filled then
      refresh materialized view concurrently public.mv_contactable_leads;
    else
      refresh materialized view public.mv_contactable_leads;
    end if;
    analyze public.mv_contactable_leads;
  -- A forced refresh raises its error; the daily one records it and retries, and feeds continue with yesterday's
  -- nominations, since they check each lead live.
  exception when query_canceled or others then
    if p_force then
      raise;
    end if;
    get stacked diagnostics v_error = message_text;
    raise warning 'refresh of mv_contactable_leads failed: % (%)', v_error, sqlstate;
    perform private.finish_daily_run('refresh_contactable_leads', p_as_of, v_began, '{}', v_error);
    return false;
  end;
  if not p_force then
    perform private.finish_daily_run('refresh_contactable_leads', p_as_of, v_began,
      jsonb_build_object('seconds', round(extract(epoch from clock_timestamp() - v_began), 3), 'concurrently',
        v_filled));
  end if;
  return true;
end
$function$;

CREATE INDEX worker_wakes_requested_idx ON private.worker_wakes USING btree (requested_at);

COMMENT ON COLUMN "private"."worker_wakes"."error" IS 'Why the worker was not woken; null when it was.';

COMMENT ON COLUMN "public"."pipeline_dlq"."source" IS 'The queue of the failed job, ''rejects'' for rejected rows, or ''schedule'' or ''worker'' for an alarm.';

COMMENT ON FUNCTION "private"."check_schedule"(timestamp with time zone) IS 'Files a dead letter and writes a warning to the database''s log for each overdue task, and closes those of tasks that were done since. Returns how many were filed.';

COMMENT ON FUNCTION "private"."check_worker"(timestamp with time zone) IS 'Reads pg_net''s answers to wake_worker. After three failures in a row it files a dead letter and writes a warning to the database''s log, and the first success closes it. Returns the error, null if the worker can be woken.';

COMMENT ON FUNCTION "private"."daily_tasks"() IS 'The daily tasks: their time in Los Angeles and the command that they run ($1 is the clock).';

COMMENT ON FUNCTION "private"."due_feeds"(timestamp with time zone) IS 'Open feeds that may run now: a failed one waits. A missed feed is caught up later on the same local day, never on another.';

COMMENT ON FUNCTION "private"."open_feeds"(timestamp with time zone) IS 'Feeds of today that are not done: running campaigns whose org has a business day (Monday to Friday, except its holidays), after six local time. Campaigns that failed today come last. due_at: since when, and not before the last change of the campaign.';

COMMENT ON FUNCTION "private"."overdue_tasks"(timestamp with time zone) IS 'Tasks and feeds of today that are not done 15 minutes after their time, with the error of the last attempt. state: missing (never finished an attempt), running or failed.';

COMMENT ON FUNCTION "private"."run_daily_task"(text, timestamp with time zone) IS 'Runs a task of daily_tasks once per date in Los Angeles, from its time on; true if it ran. A failure, also a timeout, is recorded and retried later. Definer: tasks belong to the owner; no other role may call this.';

COMMENT ON FUNCTION "private"."tg_pipeline_dlq__announce"() IS 'Trigger: announces a dead letter, except one about a notification, and an alarm to every org. Definer: roles that write dead letters have no rights on notifications.';

COMMENT ON FUNCTION "private"."tick"(timestamp with time zone) IS 'Runs everything that is due in one transaction and returns what it did (mostly {}). For databases without pg_cron and for tests; pg_cron runs each part in a job of its own.';

COMMENT ON FUNCTION "public"."feed_campaigns"(timestamp with time zone) IS 'Feeds every due campaign and returns the rows in campaign_feeds. It may be called at any rate: each campaign is fed once per local date. A timeout fails the campaign that it stops, and ends the call.';

COMMENT ON TABLE "private"."worker_wakes" IS 'Requests that wake the worker, and how they ended; kept for a day. pg_net forgets its answers after hours.';

REVOKE ALL ON FUNCTION "private"."check_schedule"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_worker"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."daily_tasks"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."daily_tasks"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."open_feeds"(timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."open_feeds"(timestamp WITH time zone) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."open_feeds"(timestamp WITH time zone) TO "service_role";

REVOKE ALL ON FUNCTION "private"."overdue_tasks"(timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."overdue_tasks"(timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."run_daily_task"(text, timestamp WITH time zone) FROM PUBLIC;

-- Written by hand: the default privileges of the schema grant these to pipeline_writer.
revoke execute on function private.check_schedule(timestamptz), private.check_worker(timestamptz),
  private.run_daily_task(text, timestamptz) from pipeline_writer;

-- Reference data, queues and cron jobs.

do $cron$
begin
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    raise notice 'no pg_cron in this database: its jobs stay as they are';
    return;
  end if;
  perform cron.schedule('sluice-check-schedule', '4-59/5 * * * *', 'set statement_timeout = ''1min''; select private.check_schedule()');
  perform cron.schedule('sluice-check-worker', '* * * * *', 'set statement_timeout = ''30s''; select private.check_worker()');
  perform cron.schedule('sluice-daily-consent-terms', '0-59/5 * * * *', 'set statement_timeout = ''10min''; select private.run_daily_task(''consent_terms'')');
  perform cron.schedule('sluice-daily-cron-history', '3-59/5 * * * *', 'set statement_timeout = ''10min''; select private.run_daily_task(''cron_history'')');
  perform cron.schedule('sluice-daily-decision-partitions', '1-59/5 * * * *', 'set statement_timeout = ''10min''; select private.run_daily_task(''decision_partitions'')');
  perform cron.schedule('sluice-daily-dnc-scrub', '1-59/5 * * * *', 'set statement_timeout = ''10min''; select private.run_daily_task(''dnc_scrub'')');
  perform cron.schedule('sluice-daily-event-partitions', '0-59/5 * * * *', 'set statement_timeout = ''10min''; select private.run_daily_task(''event_partitions'')');
  perform cron.schedule('sluice-daily-old-decisions', '2-59/5 * * * *', 'set statement_timeout = ''10min''; select private.run_daily_task(''old_decisions'')');
  perform cron.schedule('sluice-daily-retention', '4-59/5 * * * *', 'set statement_timeout = ''10min''; select private.run_daily_task(''retention'')');
  perform cron.schedule('sluice-day-closed', '3-59/5 * * * *', 'set statement_timeout = ''1min''; select private.announce_closed_days()');
  perform cron.schedule('sluice-feed', '* * * * *', 'set statement_timeout = ''2min''; select count(*) from public.feed_campaigns()');
  perform cron.schedule('sluice-refresh', '* * * * *', 'set statement_timeout = ''10min''; select public.refresh_contactable_leads()');
  perform cron.unschedule(j.jobid) from cron.job j where j.jobname = 'sluice-tick';
  perform cron.schedule('sluice-worker', '* * * * *', 'set statement_timeout = ''30s''; select private.wake_worker()');
end
$cron$;

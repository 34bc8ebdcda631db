-- Built from sql/99_schedule by `npm run db:build`; edit there.

-- sql/99_schedule/01_tick.sql

create function private.run_daily_task(p_task text, p_at time, p_command text, p_as_of timestamptz) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_began constant timestamptz := clock_timestamp();
  v_result text;
  v_error text;
begin
  if not private.start_daily_run(p_task, p_at, p_as_of) then
    return false;
  end if;
  begin
    execute p_command into v_result using p_as_of;
  exception when others then
    get stacked diagnostics v_error = message_text;
    raise warning 'daily task % failed: % (%)', p_task, v_error, sqlstate;
    perform private.finish_daily_run(p_task, p_as_of, v_began, '{}', v_error);
    return false;
  end;
  perform private.finish_daily_run(p_task, p_as_of, v_began, jsonb_build_object('result', v_result));
  return true;
end
$$;
comment on function private.run_daily_task(text, time, text, timestamptz) is
  'Runs a command ($1 is the clock) once per date in Los Angeles, from p_at on; true if it ran. A failure is '
  'recorded and retried. Definer: tasks belong to the owner; no other role may call this.';
revoke execute on function private.run_daily_task(text, time, text, timestamptz) from pipeline_writer;

create function private.prune_cron_history(p_as_of timestamptz default now()) returns bigint
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count bigint := 0;
begin
  if to_regclass('cron.job_run_details') is not null then
    execute 'delete from cron.job_run_details d where d.end_time < $1 - interval ''7 days''' using p_as_of;
    get diagnostics v_count = row_count;
  end if;
  return v_count;
end
$$;
comment on function private.prune_cron_history(timestamptz) is
  'Deletes rows of pg_cron''s history, which it keeps for ever, after a week. Returns how many. Definer: the '
  'history belongs to the owner.';
revoke execute on function private.prune_cron_history(timestamptz) from pipeline_writer;

create function private.scrub_phones(p_as_of timestamptz default now(), p_rounds integer default 50) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_round jsonb;
  v_count integer := 0;
begin
  for i in 1..p_rounds loop
    v_round := private.scrub_dnc(p_as_of);
    v_count := v_count + (v_round ->> 'scrubbed')::integer;
    exit when (v_round ->> 'scrubbed')::integer = 0;
  end loop;
  return v_round || jsonb_build_object('scrubbed', v_count);
end
$$;
comment on function private.scrub_phones(timestamptz, integer) is
  'Runs scrub_dnc until every phone has been compared with the last load, or half a million were; a phone left for '
  'another day is looked up by the decision that needs it. Definer: as scrub_dnc.';
revoke execute on function private.scrub_phones(timestamptz, integer) from pipeline_writer;

create function private.tick(p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_done jsonb := '{}'::jsonb;
  v_task record;
  v_feeds jsonb;
begin
  -- Each task, the refresh and each feed is a subtransaction: a failure is recorded and rolls back nothing else.
  for v_task in
    select * from (values
      ('event_partitions', time '00:00', 'select private.ensure_event_partitions($1)'),
      ('decision_partitions', '00:00', 'select private.ensure_decision_partitions($1)'),
      ('old_decisions', '00:00', 'select private.drop_expired_decisions($1)'),
      ('cron_history', '00:00', 'select private.prune_cron_history($1)'),
      ('retention', '00:00', 'select private.purge_expired($1)'),
      ('consent_terms', '00:00', 'select private.expire_consents($1, 100000)'),
      ('dnc_scrub', '01:00', 'select private.scrub_phones($1)')) t (name, at, command)
  loop
    if private.run_daily_task(v_task.name, v_task.at, v_task.command, p_as_of) then
      v_done := v_done || jsonb_build_object(v_task.name, true);
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
$$;
comment on function private.tick(timestamptz) is
  'Runs what is due and returns what it did (mostly {}). Called every minute, it keeps the schedule: partitions, '
  'pruning, retention and the terms of consents at midnight, DNC scrubs at 01:00 and the contactable view at 05:30 '
  'in Los Angeles, feeds at 06:00 and the end of the day at 21:00 in the org''s time zone.';
revoke execute on function private.tick(timestamptz) from pipeline_writer;

-- feed_campaigns writes it when a feed fails; the service role calls that through the API.
grant execute on function private.record_dead_letter(uuid, text, jsonb, text, text, uuid, timestamptz) to service_role;

-- sql/99_schedule/02_wake_worker.sql

-- A Supabase project alone is enough: the worker's functions run there in bounded batches, and the database wakes
-- them. Where worker/main.ts runs elsewhere, leave the two secrets unset.

do $$
begin
  if to_regnamespace('net') is null
    and exists (select from pg_catalog.pg_available_extensions where name = 'pg_net')
  then
    create extension pg_net with schema extensions;
  end if;
end
$$;

create function private.wake_worker() returns bigint
language plpgsql volatile security definer set search_path = '' as $$
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
    jsonb_build_object('Content-Type', 'application/json', 'Authorization', 'Bearer ' || v_key);
  return v_request;
end
$$;
comment on function private.wake_worker() is
  'Wakes the worker function through pg_net, if Vault has sluice_functions_url '
  '(https://PROJECT.supabase.co/functions/v1) and sluice_service_key; returns the id of the request, null if '
  'nothing is configured. Definer: Vault belongs to the owner.';
revoke execute on function private.wake_worker() from pipeline_writer;

-- sql/99_schedule/03_jobs.sql

-- pg_cron calls every minute; tick() decides what is due. Scheduling by name replaces, so this file can run again.

do $$
begin
  if to_regnamespace('cron') is null
    and exists (select from pg_catalog.pg_available_extensions where name = 'pg_cron')
    and current_setting('cron.database_name', true) = current_database()
  then
    create extension pg_cron;
  end if;
  -- pg_cron runs in one database of a cluster. In any other, something else has to call tick().
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    raise notice 'pg_cron is unavailable in this database: arrange for private.tick() to be called every minute';
    return;
  end if;
  execute $sql$select cron.schedule('sluice-tick', '* * * * *', 'select private.tick()')$sql$;
  execute $sql$select cron.schedule('sluice-worker', '* * * * *', 'select private.wake_worker()')$sql$;
end
$$;

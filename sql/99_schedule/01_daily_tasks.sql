-- Daily tasks of the whole installation. pg_cron runs each in a job of its own (09_jobs.sql), so that one that hangs or
-- fails stops nothing else.

create function private.daily_tasks() returns table (task text, at time, command text)
language sql immutable set search_path = '' as $$
  values ('event_partitions', time '00:00',
      'select private.ensure_event_partitions($1) + private.ensure_call_partitions($1)'),
    ('decision_partitions', '00:00', 'select private.ensure_decision_partitions($1)'),
    ('old_months', '00:00', 'select private.drop_old_months($1)'),
    ('cron_history', '00:00', 'select private.prune_cron_history($1)'),
    ('retention', '00:00', 'select private.purge_expired($1)'),
    ('consent_terms', '00:00', 'select private.expire_consents($1, 100000)'),
    ('dnc_scrub', '01:00', 'select private.scrub_phones($1)'),
    ('match_leads', '02:00', 'select private.queue_changed_leads($1)'),
    ('scores', '04:00', 'select private.decay_scores($1)')
$$;
comment on function private.daily_tasks() is
  'The daily tasks: their time in Los Angeles and the command that they run ($1 is the clock).';

create function private.run_daily_task(p_task text, p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
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
$$;
comment on function private.run_daily_task(text, timestamptz) is
  'Runs a task of daily_tasks once per date in Los Angeles, from its time on; true if it ran. A failure, also a '
  'timeout, is recorded and retried later. Definer: tasks belong to the owner; no other role may call this.';
revoke execute on function private.run_daily_task(text, timestamptz) from pipeline_writer;

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
    perform private.open_due_pulls(p_as_of);
  exception when others then
    raise warning 'opening due pulls failed: % (%)', sqlerrm, sqlstate;
  end;
  begin
    perform private.walk_due_runs(p_as_of);
  exception when others then
    raise warning 'walking due runs failed: % (%)', sqlerrm, sqlstate;
  end;
  begin
    perform private.sweep_facts(p_as_of);
  exception when others then
    raise warning 'sweeping facts failed: % (%)', sqlerrm, sqlstate;
  end;
  begin
    perform private.retry_dead_letters(p_as_of);
  exception when others then
    raise warning 'retrying dead letters failed: % (%)', sqlerrm, sqlstate;
  end;
  begin
    perform private.announce_closed_days(p_as_of);
  exception when others then
    raise warning 'announcing the end of the day failed: % (%)', sqlerrm, sqlstate;
  end;
  return v_done;
end
$$;
comment on function private.tick(timestamptz) is
  'Runs everything that is due in one transaction and returns what it did (mostly {}). For databases without pg_cron '
  'and for tests; pg_cron runs each part in a job of its own.';
revoke execute on function private.tick(timestamptz) from pipeline_writer;

-- feed_campaigns writes it when a feed fails; the service role calls that through the API.
grant execute on function private.record_dead_letter(uuid, text, jsonb, text, text, uuid, timestamptz) to service_role;

-- Each part of the schedule is a job, hence a transaction and a session of its own: one that hangs stops no other. The
-- functions decide what is due. Scheduling by name replaces, so this file can run again. Daily tasks are spread over
-- five minutes, since a small server runs few jobs at a time. Each job has its own timeout, above or below that of the
-- platform (two minutes); where pg_cron uses background workers, the database's timeout applies instead.

do $$
declare
  v_job record;
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
  for v_job in
    select 'sluice-feed' as name, '* * * * *' as schedule, '2min' as timeout,
      'select count(*) from public.feed_campaigns()' as command
    union all values
      ('sluice-refresh', '* * * * *', '10min', 'select public.refresh_contactable_leads()'),
      ('sluice-worker', '* * * * *', '30s', 'select private.wake_worker()'),
      ('sluice-branches', '* * * * *', '1min', 'select private.walk_due_runs()'),
      ('sluice-pulls', '* * * * *', '30s', 'select private.open_due_pulls()'),
      ('sluice-sweep-facts', '7-59/10 * * * *', '5min', 'select private.sweep_facts()'),
      ('sluice-fold-numbers', '* * * * *', '1min',
        'select private.fold_pipeline() + private.fold_messages() + private.fold_calls() + private.fold_places() + '
        'private.fold_metrics()'),
      ('sluice-check-worker', '* * * * *', '30s', 'select private.check_worker()'),
      ('sluice-dead-letters', '2-59/5 * * * *', '1min', 'select private.retry_dead_letters()'),
      ('sluice-check-schedule', '4-59/5 * * * *', '1min', 'select private.check_schedule()'),
      ('sluice-day-closed', '3-59/5 * * * *', '1min', 'select private.announce_closed_days()')
    union all
    select p.name, p.schedule, p.timeout, p.command from private.pack_tasks p
    union all
    select 'sluice-daily-' || replace(t.task, '_', '-'), format('%s-59/5 * * * *', (t.n - 1) % 5), '10min',
      format('select private.run_daily_task(%L)', t.task)
    from private.daily_tasks() with ordinality t (task, at, command, n)
  loop
    execute 'select cron.schedule($1, $2, $3)'
    using v_job.name, v_job.schedule, format('set statement_timeout = %L; %s', v_job.timeout, v_job.command);
  end loop;
end
$$;

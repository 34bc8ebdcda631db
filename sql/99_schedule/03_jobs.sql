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

begin;
\ir ../support/cast.sql
select no_plan();

select results_eq($$ select jobname::text, schedule, command from cron.job where jobname like 'sluice-%' order by 1 $$,
  $$ values ('sluice-tick', '* * * * *', 'select private.tick()'), ('sluice-worker', '* * * * *',
    'select private.wake_worker()') $$,
  'pg_cron calls tick and wakes the worker every minute');
\ir ../../../sql/99_schedule/03_jobs.sql
select is((select count(*) from cron.job where jobname like 'sluice-%'), 2::bigint, 'scheduling again has no effect');

insert into cron.job_run_details (jobid, command, end_time) values (1, 'old', '2026-11-10'),
  (1, 'young', '2026-11-23');
select is(private.prune_cron_history('2026-11-24'), 1::bigint, 'cron history older than a week is deleted');
select is((select string_agg(command, ',') from cron.job_run_details where command in ('old', 'young')), 'young',
  'newer cron history stays');

-- The worker.
select is(private.wake_worker(), null, 'without secrets no request is made');
select vault.create_secret('http://127.0.0.1:54321/functions/v1/', 'sluice_functions_url') \g /dev/null
select is(private.wake_worker(), null, 'without a key no request is made');
select vault.create_secret('sb_secret_key', 'sluice_service_key') \g /dev/null
select isnt(private.wake_worker(), null, 'with both secrets a request is made');
select results_eq($$ select method, url, headers - 'Content-Type', convert_from(body, 'UTF8')::jsonb
  from net.http_request_queue $$,
  $$ values ('POST', 'http://127.0.0.1:54321/functions/v1/worker', '{"apikey": "sb_secret_key"}'::jsonb,
    '{}'::jsonb) $$,
  'one request goes to the worker''s URL with the key as apikey, and not as a bearer token');
delete from net.http_request_queue;
select vault.update_secret(id, 'eyJhbGciOiJIUzI1NiJ9.e30.x') from vault.secrets where name = 'sluice_service_key'
\g /dev/null
select isnt(private.wake_worker(), null, 'with a legacy key a request is made');
select is(headers - 'Content-Type', '{"apikey": "eyJhbGciOiJIUzI1NiJ9.e30.x", "Authorization":
  "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x"}'::jsonb, 'a legacy key is sent both as apikey and as bearer token')
from net.http_request_queue;

select * from finish();
rollback;

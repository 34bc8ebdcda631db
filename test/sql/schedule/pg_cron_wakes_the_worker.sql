begin;
\ir ../support/cast.sql
select no_plan();

select results_eq($$ select jobname::text, schedule, command from cron.job where jobname like 'sluice-%' order by 1 $$,
  $$ values
    ('sluice-branches', '* * * * *', 'set statement_timeout = ''1min''; select private.walk_due_runs()'),
    ('sluice-check-schedule', '4-59/5 * * * *', 'set statement_timeout = ''1min''; select private.check_schedule()'),
    ('sluice-check-worker', '* * * * *', 'set statement_timeout = ''30s''; select private.check_worker()'),
    ('sluice-daily-consent-terms', '0-59/5 * * * *',
      'set statement_timeout = ''10min''; select private.run_daily_task(''consent_terms'')'),
    ('sluice-daily-cron-history', '3-59/5 * * * *',
      'set statement_timeout = ''10min''; select private.run_daily_task(''cron_history'')'),
    ('sluice-daily-decision-partitions', '1-59/5 * * * *',
      'set statement_timeout = ''10min''; select private.run_daily_task(''decision_partitions'')'),
    ('sluice-daily-dnc-scrub', '1-59/5 * * * *',
      'set statement_timeout = ''10min''; select private.run_daily_task(''dnc_scrub'')'),
    ('sluice-daily-event-partitions', '0-59/5 * * * *',
      'set statement_timeout = ''10min''; select private.run_daily_task(''event_partitions'')'),
    ('sluice-daily-match-leads', '2-59/5 * * * *',
      'set statement_timeout = ''10min''; select private.run_daily_task(''match_leads'')'),
    ('sluice-daily-old-months', '2-59/5 * * * *',
      'set statement_timeout = ''10min''; select private.run_daily_task(''old_months'')'),
    ('sluice-daily-retention', '4-59/5 * * * *',
      'set statement_timeout = ''10min''; select private.run_daily_task(''retention'')'),
    ('sluice-daily-scores', '3-59/5 * * * *',
      'set statement_timeout = ''10min''; select private.run_daily_task(''scores'')'),
    ('sluice-day-closed', '3-59/5 * * * *', 'set statement_timeout = ''1min''; select private.announce_closed_days()'),
    ('sluice-dead-letters', '2-59/5 * * * *', 'set statement_timeout = ''1min''; select private.retry_dead_letters()'),
    ('sluice-feed', '* * * * *', 'set statement_timeout = ''2min''; select count(*) from public.feed_campaigns()'),
    ('sluice-fold-numbers', '* * * * *', 'set statement_timeout = ''1min''; select private.fold_pipeline() + '
      'private.fold_messages() + private.fold_calls() + private.fold_places() + '
      'private.fold_metrics()'),
    ('sluice-pulls', '* * * * *', 'set statement_timeout = ''30s''; select private.open_due_pulls()'),
    ('sluice-refresh', '* * * * *', 'set statement_timeout = ''10min''; select public.refresh_contactable_leads()'),
    ('sluice-source-places', '* * * * *', 'set statement_timeout = ''1min''; select private.source_and_sweep()'),
    ('sluice-sweep-facts', '7-59/10 * * * *', 'set statement_timeout = ''5min''; select private.sweep_facts()'),
    ('sluice-worker', '* * * * *', 'set statement_timeout = ''30s''; select private.wake_worker()') $$,
  'every part of the schedule is a job of its own with its own timeout');
\ir ../../../sql/99_schedule/09_jobs.sql
select is((select count(*) from cron.job where jobname like 'sluice-%'), 21::bigint, 'scheduling again has no effect');

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


-- The answers of pg_net.
create function cast_.letter() returns text language sql as $$
  select coalesce(string_agg(concat_ws(' ', d.source, d.reason, d.last_error), ', '), 'none')
  from public.pipeline_dlq d where d.resolved_at is null and d.source = 'worker' $$;
create function cast_.answer(p_status integer, p_error text default null, p_timed_out boolean default false)
  returns text
language plpgsql as $$
begin
  perform private.wake_worker();
  insert into net._http_response (id, status_code, error_msg, timed_out, created)
  select w.request_id, p_status, p_error, p_timed_out, now() from private.worker_wakes w where w.answered_at is null;
  -- Each wake has its own minute.
  update private.worker_wakes w set requested_at = w.requested_at - interval '1 minute' where true;
  return coalesce(private.check_worker(), 'fine');
end
$$;
set local client_min_messages = error;
select is(cast_.answer(200), 'fine', 'a worker that answers is fine');
select is(private.check_worker(), null, 'checking again changes nothing');
select is(cast_.answer(401), 'fine', 'one failure is not yet an alarm');
select is(cast_.answer(503), 'fine', 'two failures are not yet an alarm');
select is(cast_.letter(), 'none', 'two failures file no dead letter');
select is(cast_.answer(401), 'HTTP 401', 'a third failure in a row is an alarm');
select is(cast_.letter(), 'worker worker_unreachable HTTP 401', 'the alarm is a dead letter');
select is(cast_.answer(null, 'Could not connect to server'), 'Could not connect to server',
  'a worker that cannot be reached is an alarm');
select is(cast_.answer(null, 'Timeout was reached', true), 'timeout', 'a worker that does not answer is an alarm');
select is((select count(*) from public.pipeline_dlq d where d.source = 'worker'), 1::bigint,
  'the alarm is raised once');
select is(cast_.answer(200), 'fine', 'a worker that answers again is fine');
select is(cast_.letter(), 'none', 'the first success closes the dead letter');

update private.worker_wakes w set requested_at = w.requested_at - interval '4 minutes' where true;
select private.wake_worker() \g /dev/null
select is(private.check_worker(now() + interval '2 minutes'), null, 'an answer may take three minutes');
select is((select w.error from private.worker_wakes w order by w.requested_at desc limit 1), null,
  'until then the request is open');
select private.check_worker(now() + interval '4 minutes') \g /dev/null
select is((select w.error from private.worker_wakes w order by w.requested_at desc limit 1), 'no answer',
  'a request that pg_net never answers counts as failed');
select private.check_worker(now() + interval '25 hours') \g /dev/null
select is((select count(*) from private.worker_wakes), 0::bigint, 'requests are kept for a day');

-- pg_net counts from 1 again after a crash: an old answer is not taken for the new one.
select private.wake_worker() as request \gset
insert into net._http_response (id, status_code, created) values (:request, 500, now() - interval '1 hour');
select private.check_worker() \g /dev/null
select is((select w.answered_at from private.worker_wakes w where w.request_id = :request), null,
  'an answer from before the request is not its answer');

select is(cast_.run(who, 'select private.check_worker()'), '42501 permission denied for ' || what,
  who || ' cannot check the worker')
from (values ('anon', 'schema private'), ('owner', 'function check_worker'),
  ('pipeline_writer', 'function check_worker')) x (who, what);
select is(cast_.run('project_owner', 'select private.check_worker()'), 'rows 1', 'the owner can check the worker');

select * from finish();
rollback;

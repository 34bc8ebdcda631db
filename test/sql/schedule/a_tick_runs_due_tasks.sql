begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

create function cast_.la(p_local timestamp) returns timestamptz
language sql immutable as $$ select p_local at time zone 'America/Los_Angeles' $$;
update public.campaigns set state = 'paused' where id = cast_.campaign('b');
select cast_.feedable(1) \g /dev/null

select is(private.tick(cast_.la('2026-11-23 00:00')), '{"event_partitions": true, "decision_partitions": true, "old_decisions": true, "cron_history": true, "retention": true, "consent_terms": true}', 'at midnight the day''s housekeeping is done');
select is(private.tick(cast_.la('2026-11-23 00:01')), '{}', 'and then nothing');
select is(private.tick(cast_.la('2026-11-23 01:00')), '{"dnc_scrub": true}', 'at one o''clock phones are asked for anew');
select is(private.tick(cast_.la('2026-11-23 05:30')), '{"refresh": true}', 'at half past five the view is refreshed');
select is(private.tick(cast_.la('2026-11-23 06:00')) - 'feeds', '{}', 'at six the campaigns are fed');
select is((select l.campaign_status::text from public.leads l where l.id = cast_.nth(1)), 'queued', 'the lead is queued');
select is(private.tick(cast_.la('2026-11-23 06:01')), '{}', 'and then nothing');

select cast_.feedable(2) \g /dev/null
select is(private.tick(cast_.la('2026-11-24 10:00')) #- '{feeds,0,campaign_id}',
  '{"event_partitions": true, "decision_partitions": true, "old_decisions": true, "cron_history": true, "retention": true, "consent_terms": true, "dnc_scrub": true, "refresh": true,
    "feeds": [{"local_date": "2026-11-24", "state": "done", "fed": 1, "unassigned": 0, "late": true}]}',
  'after an outage one tick does it all, and feeds who was nominated a moment ago');

-- Events have their month before it begins.
select is((select count(*) from pg_inherits i where i.inhparent = 'public.pipeline_events'::regclass
  and i.inhrelid::regclass::text ~ 'pipeline_events_(2026_1[012]|2027_0[12])$'), 5::bigint, 'last month, this one and the next three have partitions');

-- In a time for which no database of today has months.
insert into public.pipeline_events (org_id, kind, at) values (cast_.org(), 'sent', '2006-03-31 23:59Z'), (cast_.org(), 'sent', '2006-04-01 00:00Z');
select is((select string_agg(e.tableoid::regclass::text, ' ' order by e.at) from public.pipeline_events e where e.kind = 'sent'),
  'private.pipeline_events_other private.pipeline_events_other', 'an event whose month nobody made is not lost');
select is(private.ensure_event_partitions('2005-12-31 23:59Z'), 5, 'the next months are made before they begin');
select is((select string_agg(e.tableoid::regclass::text, ' ' order by e.at) from public.pipeline_events e where e.kind = 'sent'),
  'private.pipeline_events_2006_03 private.pipeline_events_other', 'and takes its events over');
select is(private.ensure_event_partitions('2005-12-31 23:59Z'), 0, 'once');

-- What the daily tasks come to.
select is((select string_agg(r.task, ' ' order by r.task) from private.daily_runs r where r.local_date = '2026-11-24' and r.state = 'done'),
  'consent_terms cron_history decision_partitions dnc_scrub event_partitions old_decisions refresh_contactable_leads retention', 'each has its row in the ledger');
create table private.gate_decisions_2020_01 partition of public.gate_decisions for values from ('2020-01-01Z') to ('2020-02-01Z');
update public.orgs set settings = '{"consent_months": 12}' where id = cast_.org();
update public.leads set consent = true, consented_at = '2025-11-26 07:00Z', consent_method = 'form' where id = cast_.nth(2);
select is((select consent from public.leads where id = cast_.nth(2)), true, 'a consent stands');
set local client_min_messages = error;
alter function private.purge_expired(timestamptz) rename to purge_expired_elsewhere;
select is(private.tick(cast_.la('2026-11-26 01:00')) ?& '{consent_terms,old_decisions,decision_partitions,dnc_scrub}', true, 'a task that fails undoes no other');
select is((select r.state::text from private.daily_runs r where r.local_date = '2026-11-26' and r.task = 'retention'), 'failed', 'and is noted');
alter function private.purge_expired_elsewhere(timestamptz) rename to purge_expired;
select is((select consent from public.leads where id = cast_.nth(2)), false, 'a consent whose term is over no longer stands');
select is(to_regclass('private.gate_decisions_2020_01'), null, 'decisions older than five years are gone');
select isnt(to_regclass('private.gate_decisions_2027_02'), null, 'and those to come have their month');
select is((select r.detail #>> '{result}' is not null from private.daily_runs r where r.local_date = '2026-11-26' and r.task = 'dnc_scrub'), true,
  'the ledger says how many phones were asked for and which copies are due');

-- Jobs.
select results_eq($$ select jobname::text, schedule, command from cron.job where jobname like 'sluice-%' order by 1 $$,
  $$ values ('sluice-tick', '* * * * *', 'select private.tick()'), ('sluice-worker', '* * * * *', 'select private.wake_worker()') $$,
  'pg_cron ticks every minute and wakes the worker');
\ir ../../../sql/99_schedule/03_jobs.sql
select is((select count(*) from cron.job where jobname like 'sluice-%'), 2::bigint, 'scheduling again changes nothing');

insert into cron.job_run_details (jobid, command, end_time) values (1, 'old', '2026-11-10'), (1, 'young', '2026-11-23');
select is(private.prune_cron_history('2026-11-24'), 1::bigint, 'runs older than a week are forgotten');
select is((select string_agg(command, ',') from cron.job_run_details where command in ('old', 'young')), 'young', 'younger ones are not');

-- The worker.
select is(private.wake_worker(), null, 'without secrets nobody is called');
select vault.create_secret('http://127.0.0.1:54321/functions/v1/', 'sluice_functions_url') \g /dev/null
select is(private.wake_worker(), null, 'nor without a key');
select vault.create_secret('secret-key', 'sluice_service_key') \g /dev/null
select isnt(private.wake_worker(), null, 'with both, the worker is');
select results_eq($$ select method, url, headers ->> 'Authorization', convert_from(body, 'UTF8')::jsonb from net.http_request_queue $$,
  $$ values ('POST', 'http://127.0.0.1:54321/functions/v1/worker', 'Bearer secret-key', '{}'::jsonb) $$, 'once, at its address, with the key');

select is(cast_.run(who, 'select private.tick()'), '42501 permission denied for ' || what, who || ' may not tick')
from (values ('anon', 'schema private'), ('owner', 'function tick'), ('pipeline_writer', 'function tick'), ('service_role', 'function tick')) x (who, what);
select is(cast_.run(who, 'select private.wake_worker()'), '42501 permission denied for ' || what, who || ' may not call the worker')
from (values ('anon', 'schema private'), ('owner', 'function wake_worker'), ('pipeline_writer', 'function wake_worker')) x (who, what);
select is(cast_.run('desk', 'select private.tick()'), 'rows 1', 'the owner may');

select * from finish();
rollback;

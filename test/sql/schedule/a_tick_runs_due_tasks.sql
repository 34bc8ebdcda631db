begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

create function cast_.la(p_local timestamp) returns timestamptz
language sql immutable as $$ select p_local at time zone 'America/Los_Angeles' $$;
update public.campaigns set state = 'paused' where id = cast_.campaign('b');
select cast_.feedable(1) \g /dev/null

select is(private.tick(cast_.la('2026-11-23 00:00')),
  '{"event_partitions": true, "decision_partitions": true, "old_months": true, "cron_history": true, "retention": '
  'true, "consent_terms": true}', 'at midnight the housekeeping tasks run');
select is(private.tick(cast_.la('2026-11-23 00:01')), '{}', 'a second tick does nothing');
select is(private.tick(cast_.la('2026-11-23 01:00')), '{"dnc_scrub": true}', 'at 01:00 phones are scrubbed');
select is(private.tick(cast_.la('2026-11-23 02:00')), '{"match_leads": true}', 'at 02:00 changed leads are queued');
select is(private.tick(cast_.la('2026-11-23 04:00')), '{"scores": true}', 'at 04:00 leads are scored again');
select is(private.tick(cast_.la('2026-11-23 05:30')), '{"refresh": true}', 'at 05:30 the view is refreshed');
select is(private.tick(cast_.la('2026-11-23 06:00')) - 'feeds', '{}', 'at 06:00 the campaigns are fed');
select is((select l.campaign_status::text from public.leads l where l.id = cast_.nth(1)), 'queued',
  'the lead is queued');
select is(private.tick(cast_.la('2026-11-23 06:01')), '{}', 'a tick after the feed does nothing');

select cast_.feedable(2) \g /dev/null
select is(private.tick(cast_.la('2026-11-24 10:00')) #- '{feeds,0,campaign_id}',
  '{"event_partitions": true, "decision_partitions": true, "old_months": true, "cron_history": true, "retention": '
    'true, "consent_terms": true, "dnc_scrub": true, "match_leads": true, "scores": true, "refresh": true,
    "feeds": [{"local_date": "2026-11-24", "state": "done", "fed": 1, "unassigned": 0, "late": true}]}',
  'after an outage one tick runs everything, and feeds leads nominated in it');

-- Partitions exist before their month begins.
select is((select count(*) from pg_inherits i where i.inhparent = 'public.pipeline_events'::regclass
  and i.inhrelid::regclass::text ~ 'pipeline_events_(2026_1[012]|2027_0[12])$'), 5::bigint,
    'last month, this month and the next three have partitions');

-- In years for which no database has partitions.
insert into public.pipeline_events (org_id, kind, at) values (cast_.org(), 'sent', '2006-03-31 23:59Z'),
  (cast_.org(), 'sent', '2006-04-01 00:00Z');
select is((select string_agg(e.tableoid::regclass::text, ' ' order by e.at) from public.pipeline_events e
  where e.kind = 'sent'),
  'private.pipeline_events_other private.pipeline_events_other', 'an event without a monthly partition is stored');
select is(private.ensure_event_partitions('2005-12-31 23:59Z'), 5, 'partitions are created ahead of their month');
select is((select string_agg(e.tableoid::regclass::text, ' ' order by e.at) from public.pipeline_events e
  where e.kind = 'sent'),
  'private.pipeline_events_2006_03 private.pipeline_events_other', 'a new partition takes over its events');
select is(private.ensure_event_partitions('2005-12-31 23:59Z'), 0, 'partitions are created once');

-- Results of the daily tasks.
select is((select string_agg(r.task, ' ' order by r.task) from private.daily_runs r where r.local_date = '2026-11-24'
  and r.state = 'done'),
  'consent_terms cron_history decision_partitions dnc_scrub event_partitions match_leads old_months '
    'refresh_contactable_leads retention scores', 'each task has a row in the ledger');
create table private.gate_decisions_2020_01 partition of public.gate_decisions for values from ('2020-01-01Z') to
  ('2020-02-01Z');
update public.orgs set settings = '{"consent_months": 12}' where id = cast_.org();
update public.leads set consent = true, consented_at = '2025-11-26 07:00Z', consent_method = 'form'
  where id = cast_.nth(2);
select is((select consent from public.leads where id = cast_.nth(2)), true, 'a consent within its term is valid');
set local client_min_messages = error;
alter function private.purge_expired(timestamptz, numeric) rename to purge_expired_elsewhere;
select is(private.tick(cast_.la('2026-11-26 01:00')) ?& '{consent_terms,old_months,decision_partitions,dnc_scrub}',
  true, 'a failed task does not roll back others');
select is((select r.state::text from private.daily_runs r where r.local_date = '2026-11-26' and r.task = 'retention'),
  'failed', 'the failed task is recorded');
alter function private.purge_expired_elsewhere(timestamptz, numeric) rename to purge_expired;
select is((select consent from public.leads where id = cast_.nth(2)), false, 'a consent past its term is not valid');
select is(to_regclass('private.gate_decisions_2020_01'), null, 'decisions older than five years are deleted');
select isnt(to_regclass('private.gate_decisions_2027_02'), null, 'coming months of decisions have partitions');
select is((select r.detail #>> '{result}' is not null from private.daily_runs r where r.local_date = '2026-11-26'
  and r.task = 'dnc_scrub'), true,
  'the ledger records the result of the scrub');

select is(cast_.run(who, 'select private.tick()'), '42501 permission denied for ' || what, who || ' cannot call tick')
from (values ('anon', 'schema private'), ('owner', 'function tick'), ('pipeline_writer', 'function tick'),
  ('service_role', 'function tick')) x (who, what);
select is(cast_.run(who, 'select private.wake_worker()'), '42501 permission denied for ' || what,
  who || ' cannot wake the worker')
from (values ('anon', 'schema private'), ('owner', 'function wake_worker'),
  ('pipeline_writer', 'function wake_worker')) x (who, what);
select is(cast_.run('project_owner', 'select private.tick()'), 'rows 1', 'the owner can call tick');

select * from finish();
rollback;

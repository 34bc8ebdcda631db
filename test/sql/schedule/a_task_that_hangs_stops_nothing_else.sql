begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

create function cast_.la(p_local timestamp) returns timestamptz
language sql immutable as $$ select p_local at time zone 'America/Los_Angeles' $$;
create function cast_.overdue(p_local timestamp) returns text language sql as $$
  select coalesce(string_agg(concat_ws(' ', o.task, o.state, o.attempts, o.error), ', ' order by o.task), 'none')
  from private.overdue_tasks(cast_.la(p_local)) o $$;
create function cast_.alarms() returns text language sql as $$
  select coalesce(string_agg(concat_ws(' ', d.payload ->> 'task', d.last_error), ', ' order by d.payload ->> 'task'),
    'none')
  from public.pipeline_dlq d where d.source = 'schedule' and d.resolved_at is null $$;
create function cast_.hang() returns void language sql as $$ select pg_sleep(60) $$;
update public.campaigns set state = 'paused' where id = cast_.campaign('b');
set local client_min_messages = error;

-- A daily task that hangs is cancelled at its timeout, recorded and retried later.
alter function private.purge_expired(timestamptz, numeric) rename to purge_expired_elsewhere;
create function private.purge_expired(p_as_of timestamptz) returns jsonb
language plpgsql as $$ begin perform cast_.hang(); return null; end $$;
set local statement_timeout = '300ms';
select is(private.run_daily_task('retention', cast_.la('2026-11-23 00:04')), false, 'a task that hangs returns');
set local statement_timeout = 0;
select results_eq($$ select state::text, attempts, error, retry_after from private.daily_runs
  where task = 'retention' $$,
  $$ values ('failed', 1, 'canceling statement due to statement timeout', cast_.la('2026-11-23 00:05')) $$,
  'its timeout is recorded');
set local statement_timeout = '300ms';
select is(private.run_daily_task('retention', cast_.la('2026-11-23 00:09')), false, 'it is tried again');
select is(private.run_daily_task('retention', cast_.la('2026-11-23 00:10')), false, 'and then waits');
set local statement_timeout = 0;
select is((select r.attempts from private.daily_runs r where r.task = 'retention'), 2,
  'a task that waits makes no attempt');
select is(private.run_daily_task(t, cast_.la('2026-11-23 00:10')), true, t || ' runs meanwhile')
from unnest(array['event_partitions', 'decision_partitions', 'old_months', 'cron_history', 'consent_terms']) t;

-- It is overdue, and that is an alarm.
select is(cast_.overdue('2026-11-23 00:14'), 'none', 'nothing is overdue within 15 minutes');
select is(cast_.overdue('2026-11-23 00:15'), 'retention failed 2 canceling statement due to statement timeout',
  'what did not run is overdue with its error');
select is(private.check_schedule(cast_.la('2026-11-23 00:25')), 1, 'an overdue task is an alarm');
select is(private.check_schedule(cast_.la('2026-11-23 00:30')), 0, 'it is raised once');
select is(cast_.alarms(), 'retention canceling statement due to statement timeout', 'the alarm is a dead letter');
select is(cast_.overdue('2026-11-23 01:15'), 'dnc_scrub missing 0, retention failed 2 canceling statement due to '
  'statement timeout', 'a task that never ran is missing');
drop function private.purge_expired(timestamptz);
alter function private.purge_expired_elsewhere(timestamptz, numeric) rename to purge_expired;
select is(private.run_daily_task('retention', cast_.la('2026-11-23 00:30')), true, 'it runs once it can');
select is(private.check_schedule(cast_.la('2026-11-23 00:35')), 0, 'no task is overdue any more');
select is(cast_.alarms(), 'none', 'the alarm is closed');

-- A feed that hangs fails alone, and comes last afterwards.
select cast_.feedable(1) \g /dev/null
insert into public.campaigns (org_id, id, name, state) values (cast_.org(), cast_.campaign('c'), 'Campaign C',
  'running');
alter table public.campaigns disable trigger _100_set_updated_at;
update public.campaigns set created_at = created_at - interval '1 day' where id = cast_.campaign('a');
update public.campaigns set updated_at = '2026-11-01' where true;
select cast_.nominate() \g /dev/null
create function cast_.tg_hang() returns trigger language plpgsql as $$
begin perform cast_.hang(); return new; end $$;
create trigger _900_hang after insert or update on public.campaign_feeds
  for each row when (new.campaign_id = 'a0000000-0000-4000-8000-0000000000ca' and new.state = 'running')
  execute function cast_.tg_hang();
select is((select string_agg(right(d.campaign_id::text, 2) || left(d.campaign_id::text, 1), ' ')
  from private.due_feeds(cast_.la('2026-11-23 06:00')) d), 'caa cac', 'both campaigns are due, the older one first');
set local statement_timeout = '2s';
select results_eq($$ select campaign_id, state::text from public.feed_campaigns(cast_.la('2026-11-23 06:00')) $$,
  $$ values (cast_.campaign('a'), 'failed') $$, 'the feed that hangs is cancelled and recorded, and ends the call');
set local statement_timeout = 0;
select results_eq($$ select campaign_id, state::text, fed_count
  from public.feed_campaigns(cast_.la('2026-11-23 06:00:30')) $$,
  $$ values (cast_.campaign('c'), 'done', 1) $$, 'the next call feeds the other campaign');
delete from public.campaign_feeds f where f.campaign_id = cast_.campaign('c');
select is((select string_agg(left(d.campaign_id::text, 1), ' ')
  from private.due_feeds(cast_.la('2026-11-23 06:02')) d),
  'c a', 'a campaign that failed comes last');
select is((select string_agg(o.task || ' ' || o.state || ' ' || left(o.campaign_id::text, 1), ', ' order by 1)
  from private.overdue_tasks(cast_.la('2026-11-23 06:15')) o where o.task = 'feed' and o.campaign_id
    = cast_.campaign('a')), 'feed failed a', 'a feed that is not done after 15 minutes is overdue');
select is((select count(*) from private.overdue_tasks(cast_.la('2026-11-23 05:59')) o where o.task = 'feed'),
  0::bigint, 'before its time no feed is overdue');

-- A cancelled refresh is recorded, too. The first minutes of an installation raise no alarm.
delete from private.daily_runs r where true;
select is(private.check_schedule(cast_.la('2026-11-23 12:00')), 0, 'an installation that has run nothing yet is new');
select ok(cast_.overdue('2026-11-23 12:00') like '%refresh_contactable_leads missing 0%',
  'overdue tasks are listed in any case');

select is(cast_.run(who, format('select private.%s', f)), '42501 permission denied for ' || what, who
  || ' cannot call '
  || f)
from (values ('anon', 'schema private'), ('owner', 'function '), ('pipeline_writer', 'function ')) x (who, kind)
cross join lateral (values ('check_schedule()', 'check_schedule'), ('run_daily_task(''retention'')',
  'run_daily_task'))
  y (f, name)
cross join lateral (select case x.kind when 'function ' then x.kind || y.name else x.kind end as what) z;
select is(cast_.run('project_owner', 'select private.check_schedule()'), 'rows 1',
  'the owner can check the schedule');
select is(cast_.run('pipeline_writer', 'select * from private.overdue_tasks(''2006-01-02'')') like 'rows %', true,
  'the pipeline can ask what is overdue');

select * from finish();
rollback;

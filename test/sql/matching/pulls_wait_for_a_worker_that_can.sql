begin;
\ir ../support/cast.sql
select no_plan();

insert into public.pulls (org_id, source_id, kind, url, options, terms, at_times, time_zone, created_at)
values ('a0000000-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-00000000005c', 'sftp',
  'sftp://example.com/list.csv',
  '{"user": "u", "host_key": "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}', 'contract', '{05:00}', 'UTC',
  '2026-01-01');
create function pg_temp.letters() returns setof text language sql as $$
  select reason from public.pipeline_dlq
  where org_id = 'a0000000-0000-4000-8000-000000000000' and source = 'pull' and resolved_at is null
$$;
create function pg_temp.claim(p_kinds text[], p_as_of timestamptz) returns text language sql as $$
  select private.claim_pull_run(p_kinds, p_as_of) ->> 'kind'
$$;
create function pg_temp.run() returns public.pull_runs language sql as $$
  select r from public.pull_runs r where r.org_id = 'a0000000-0000-4000-8000-000000000000'
$$;

-- The schedule of the database makes it due; nobody needs to ask.
select is((private.tick('2026-03-02T05:00Z') is not null), true, 'a tick of the schedule');
select is((pg_temp.run()).state, 'due', 'makes the pull due');
select is(pg_temp.claim('{file,socrata}', '2026-03-02T05:01Z'), null, 'a worker without its kind leaves it');
select private.open_due_pulls('2026-03-02T06:00Z') \g /dev/null
select is_empty('select pg_temp.letters()', 'for an hour this is no alarm');
select private.open_due_pulls('2026-03-02T06:01Z') \g /dev/null
select private.open_due_pulls('2026-03-02T06:02Z') \g /dev/null
select results_eq('select pg_temp.letters()', array['no worker fetches the pull'], 'afterwards it is one');
select is((select attempts from public.pipeline_dlq where source = 'pull'), 1, 'filed once');
select is(pg_temp.claim('{file,sftp}', '2026-03-02T06:03Z'), 'sftp', 'a worker with its kind takes it');
select is_empty('select pg_temp.letters()', 'and the alarm is closed');

-- Stopping is no attempt; a worker that has stored another number of parts has lost the run.
select private.pause_pull_run((pg_temp.run()).id, 1) \g /dev/null
select is(pg_temp.claim('{sftp}', '2026-03-02T06:04Z'), null, 'its lease holds');
select private.pause_pull_run((pg_temp.run()).id, 0) \g /dev/null
select is((pg_temp.run()).attempts, 0, 'a worker that stops has made no attempt');
select is(pg_temp.claim('{sftp}', '2026-03-02T06:04Z'), 'sftp', 'and another one continues at once');

-- Cut off again and again without a part: killed by a limit, not by an error that would be recorded.
select pg_temp.claim('{sftp}', timestamptz '2026-03-02T06:10Z' + interval '6 minutes' * n) 
from generate_series(0, 5) n \g /dev/null
select is((pg_temp.run()).claims, 8, 'cut off 7 times, it is tried again');
select is(pg_temp.claim('{sftp}', '2026-03-02T08:00Z'), null, 'but not after 8 times');
select is((pg_temp.run()).state, 'failed', 'then it has failed');
select results_eq('select pg_temp.letters()', array['a pull failed'], 'with a dead letter');
select public.run_pull('a0000000-0000-4000-8000-00000000005c', '2026-03-02T09:00Z') \g /dev/null
select is(pg_temp.claim('{sftp}', '2026-03-02T09:00Z'), 'sftp', 'and a person can continue it');

select * from finish();
rollback;

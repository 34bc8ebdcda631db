begin;
\ir ../support/cast.sql
select no_plan();

insert into public.pulls (org_id, source_id, kind, url, terms, at_times, weekdays, time_zone, created_at)
values ('a0000000-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-00000000005c', 'file',
  'https://example.com/list.csv', 'public record', '{02:30,17:00}', '{7,1}', 'America/Los_Angeles', '2026-01-01');
-- The time that is due, when the clock says so; its run ends at once.
create function pg_temp.due(p_as_of timestamptz) returns timestamptz language plpgsql as $$
declare
  v_due timestamptz;
begin
  perform private.open_due_pulls(p_as_of);
  update public.pull_runs r set state = 'unchanged', ended_at = p_as_of where r.state = 'due'
  returning r.due_at into v_due;
  return v_due;
end
$$;

select is(pg_temp.due('2026-03-07T20:00Z'), null, 'not on a Saturday');
-- On 8 March 2026 02:30 does not exist in Los Angeles: clocks go from 02:00 to 03:00.
select is(pg_temp.due('2026-03-08T10:29Z'), null, 'not before its time');
select is(pg_temp.due('2026-03-08T10:30Z'), '2026-03-08T10:30Z', 'once on the day that loses an hour');
select is(pg_temp.due('2026-03-08T10:31Z'), null, 'and not again');
select is(pg_temp.due('2026-03-09T00:01Z'), '2026-03-09T00:00Z', 'at its second time, now in summer time');
-- On 1 November 2026 01:30 comes twice, and 02:30 once.
select is(pg_temp.due('2026-11-01T10:30Z'), '2026-11-01T10:30Z', 'once on the day that gains an hour');
select is(pg_temp.due('2026-11-01T10:31Z'), null, 'and not again');
select is(pg_temp.due('2026-11-03T09:00Z'), '2026-11-03T01:00Z', 'after an outage, the latest time counts');
select is(pg_temp.due('2026-11-03T09:01Z'), null, 'and those before it are not made up for');

update public.pulls set active = false where true;
select is(pg_temp.due('2026-11-09T10:30Z'), null, 'a pull that is switched off is not due');
update public.pulls set active = true where true;
insert into public.pull_runs (org_id, source_id, due_at, state)
values ('a0000000-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-00000000005c', '2026-11-08', 'held');
select is(pg_temp.due('2026-11-09T10:30Z'), null, 'nor while a run is held');

select * from finish();
rollback;

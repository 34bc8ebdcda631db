begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

create function cast_.refreshes(p_from timestamptz, p_to timestamptz, p_every interval) returns text
language sql as $$
  select coalesce(string_agg(to_char(t at time zone 'America/Los_Angeles', 'MM-DD@HH24:MI'), ', ' order by t), '')
  from generate_series(p_from, p_to, p_every) t where public.refresh_contactable_leads(t)
$$;
create function cast_.la(p_local timestamp) returns timestamptz
language sql immutable as $$ select p_local at time zone 'America/Los_Angeles' $$;
create function cast_.nominated() returns bigint language sql as $$ select count(*) from public.mv_contactable_leads
  $$;
savepoint start;

select cast_.feedable(1) \g /dev/null
select is(public.refresh_contactable_leads(cast_.la('2026-11-23 05:29:59')), false,
  'before 05:30 the view is not refreshed');
select is(cast_.nominated(), 0::bigint, 'no lead is nominated before the refresh');
select is(public.refresh_contactable_leads(cast_.la('2026-11-23 05:30')), true, 'at 05:30 the view is refreshed');
select is(cast_.nominated(), 1::bigint, 'the lead is nominated');
select cast_.feedable(2) \g /dev/null
select is(public.refresh_contactable_leads(cast_.la('2026-11-23 05:30')), false, 'a second tick does not refresh');
select is(cast_.nominated(), 1::bigint, 'a second tick nominates no lead');
select is(public.refresh_contactable_leads(cast_.la('2026-11-23 05:31'), true), true,
  'a forced refresh runs at any time');
select is(cast_.nominated(), 2::bigint, 'a forced refresh nominates the lead');
select results_eq($$ select state::text, late, attempts from private.daily_runs
  where task = 'refresh_contactable_leads' $$, $$ values ('done', false, 1) $$,
  'the ledger has only the daily refresh');

rollback to start;
select is(cast_.refreshes('2026-03-07 10:00Z', '2026-03-10 07:00Z', '15 minutes'),
  '03-07@05:30, 03-08@05:30, 03-09@05:30', 'the view is refreshed once on the day of 23 hours');
select is(cast_.refreshes('2026-10-31 08:00Z', '2026-11-03 08:00Z', '15 minutes'),
  '10-31@05:30, 11-01@05:30, 11-02@05:30', 'the view is refreshed once on the day of 25 hours');
select results_eq($$ select started_at from private.daily_runs where task = 'refresh_contactable_leads'
  and local_date in ('2026-03-07', '2026-03-08', '2026-10-31', '2026-11-01') order by 1 $$,
  $$ values ('2026-03-07 13:30Z'::timestamptz), ('2026-03-08 12:30Z'), ('2026-10-31 12:30Z'), ('2026-11-01 13:30Z')
    $$, 'the UTC hour changes with the clocks');
rollback to start;
select is(cast_.refreshes(cast_.la('2028-02-28 12:00'), cast_.la('2028-03-01 12:00'), '15 minutes'),
  '02-28@12:00, 02-29@05:30, 03-01@05:30', 'a leap day is refreshed, and a late start is made up for');
select is((select late from private.daily_runs where task = 'refresh_contactable_leads'
  and local_date = '2028-02-28'), true, 'a late start is recorded as late');
rollback to start;
select is(cast_.refreshes(cast_.la('2026-12-31 05:00'), cast_.la('2027-01-01 06:00'), '15 minutes'),
  '12-31@05:30, 01-01@05:30', 'refreshes continue into a new year');

-- A failed refresh is retried, and feeds continue with the last nominations.
rollback to start;
select cast_.feedable(1) \g /dev/null
select public.refresh_contactable_leads(cast_.la('2026-11-20 05:30')) \g /dev/null
set local client_min_messages = error;
drop index public.mv_contactable_leads_key;
select is(public.refresh_contactable_leads(cast_.la('2026-11-23 05:30')), false, 'a failed refresh returns false');
select results_eq($$ select state::text, retry_after, error from private.daily_runs where local_date = '2026-11-23'
  and task = 'refresh_contactable_leads' $$,
  $$ values ('failed', cast_.la('2026-11-23 05:31'),
    'cannot refresh materialized view "public.mv_contactable_leads" concurrently') $$, 'the ledger records the error');
select is(private.tick(cast_.la('2026-11-23 06:00')) #>> '{feeds,0,fed}', '1', 'the feed uses the last nominations');
create unique index mv_contactable_leads_key on public.mv_contactable_leads (org_id, lead_id);
select is(cast_.refreshes(cast_.la('2026-11-23 06:01'), cast_.la('2026-11-23 08:00'), '1 minute'), '11-23@06:02',
  'the refresh is retried after the delay');
select results_eq($$ select state::text, attempts, error from private.daily_runs where local_date = '2026-11-23'
  and task = 'refresh_contactable_leads' $$,
  $$ values ('done', 3, null::text) $$, 'the ledger records the number of attempts');

-- A database restored without its data.
rollback to start;
select cast_.feedable(1) \g /dev/null
refresh materialized view public.mv_contactable_leads with no data;
select is(public.refresh_contactable_leads(cast_.la('2026-11-23 05:30')), true, 'a view without data is filled');
select is(cast_.nominated(), 1::bigint, 'the filled view has the current leads');
select is(public.refresh_contactable_leads(cast_.la('2026-11-24 05:30')), true,
  'the filled view is refreshed the next day');

select is(cast_.run(who, 'select public.refresh_contactable_leads(p_force => true)'), answer,
  format('%s refreshes: %s', who, answer))
from (values ('anon', '42501 permission denied for function refresh_contactable_leads'),
  ('owner', '42501 permission denied for function refresh_contactable_leads'),
  ('pipeline_writer', 'rows 1'), ('service_role', 'rows 1')) x (who, answer);

select * from finish();
rollback;

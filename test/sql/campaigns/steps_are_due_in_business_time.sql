-- When a step is due: business and calendar time, hours of the step, days on which clocks change.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/due_times.sql
select no_plan();

select is(cast_.due('3 days', 'business', '2026-11-18 10:00'), 'Mon 2026-11-23 10:00',
  'three business days differ from three calendar days');
select is(cast_.due('3 days', 'calendar', '2026-11-18 10:00'), 'Sat 2026-11-21 10:00',
  'three calendar days count every day');
select is(cast_.due('1 day', 'business', '2026-11-20 10:00'), 'Mon 2026-11-23 10:00',
  'one business day leads from Friday to Monday');
select is(cast_.due('1 day', 'business', '2026-11-25 10:00'), 'Mon 2026-11-30 10:00',
  'business days skip the org''s holidays and the weekend');
select is(cast_.due('1 day', 'calendar', '2026-11-25 10:00'), 'Thu 2026-11-26 10:00',
  'calendar time ignores holidays');
select is(cast_.due('2 days', 'business', '2026-11-21 10:00'), 'Tue 2026-11-24 10:00',
  'a delay that starts on a Saturday counts from Monday');
select is(cast_.due('0', 'business', '2026-11-18 10:00'), 'Wed 2026-11-18 10:00', 'no delay means at once');
select is(cast_.due('90 minutes', 'business', '2026-11-18 10:00'), 'Wed 2026-11-18 11:30', 'hours are elapsed hours');
select is(cast_.due('1 day 2 hours', 'business', '2026-11-18 10:00'), 'Thu 2026-11-19 12:00',
  'hours count in addition to days');
select is(left(cast_.due('7 hours', 'business', '2026-11-18 10:00'), 14), 'Thu 2026-11-19',
  'the closing hour itself is too late');
select is(cast_.due('6 hours 59 minutes', 'business', '2026-11-18 10:00'), 'Wed 2026-11-18 16:59',
  'a minute before the closing hour is not too late');
select is(left(cast_.due('7 hours', 'business', '2026-11-20 10:00'), 14), 'Mon 2026-11-23',
  'Friday evening becomes Monday');
select is(left(cast_.due('7 hours', 'calendar', '2026-11-20 10:00'), 14), 'Sat 2026-11-21',
  'Friday evening becomes Saturday in calendar time');
-- Clocks go forward on 2026-03-08 and back on 2026-11-01.
select is(cast_.due('1 day', 'calendar', '2026-03-07 10:00'), 'Sun 2026-03-08 10:00',
  'a day of 23 hours counts as one day');
select is(cast_.due('1 day', 'calendar', '2026-10-31 10:00'), 'Sun 2026-11-01 10:00',
  'a day of 25 hours counts as one day');
select is(cast_.due('1 day', 'business', '2026-10-30 10:00'), 'Mon 2026-11-02 10:00',
  'a business day skips a weekend with a day of 25 hours');
select is(cast_.due('24 hours', 'calendar', '2026-10-31 10:00'), 'Sun 2026-11-01 09:00',
  '24 hours are elapsed hours');
select is(left(cast_.due('0', 'calendar', '2026-03-08 01:30', '02:00', '02:45'), 14), 'Sun 2026-03-08',
  'an hour that the clock skips is still on that day');

select cast_.runner(1) \g /dev/null

-- Hours of the org in its own time zone.
update public.orgs set time_zone = 'America/New_York' where id = cast_.org();
select is(to_char(private.step_due_at((select s from public.sequence_steps s where s.step = 2), cast_.nth(1),
  '2026-11-18T21:30Z', 'America/New_York', '{}') at time zone 'America/New_York', 'Dy HH24:MI'),
  'Mon 16:30', 'the hours are those of the org');

select * from finish();
rollback;

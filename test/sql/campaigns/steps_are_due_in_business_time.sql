-- When a step is due: business and calendar time, hours of the step, days on which clocks change, and the spread
-- over the day. Then the assignment of texts.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

-- Due for lead n, in Los Angeles, as `Mon 2026-11-23 10:00`; Thanksgiving and the day after are holidays of the org.
create function cast_.due(p_delay interval, p_kind text, p_after timestamp, p_from time default '09:00',
  p_until time default '17:00', p_n integer default 1, p_step integer default 2)
returns text language sql as $$
  select to_char(private.step_due_at(row(cast_.org(), cast_.org(), p_step, 'email', p_delay, p_kind, p_from, p_until,
    'marketing', null)::public.sequence_steps,
    cast_.nth(p_n), p_after at time zone 'America/Los_Angeles', 'America/Los_Angeles',
      '{2026-11-26,2026-11-27}') at time zone 'America/Los_Angeles', 'Dy YYYY-MM-DD HH24:MI')
$$;
select is(cast_.due('3 days', 'business', '2026-11-18 10:00'), 'Mon 2026-11-23 10:00',
  'three business days differ from three calendar days');
select is(cast_.due('3 days', 'calendar', '2026-11-18 10:00'), 'Sat 2026-11-21 10:00',
  'three calendar days count every day');
select is(cast_.due('1 day', 'business', '2026-11-20 10:00'), 'Mon 2026-11-23 10:00', 'from Friday to Monday');
select is(cast_.due('1 day', 'business', '2026-11-25 10:00'), 'Mon 2026-11-30 10:00',
  'over the org''s holidays and the weekend');
select is(cast_.due('1 day', 'calendar', '2026-11-25 10:00'), 'Thu 2026-11-26 10:00',
  'calendar time ignores holidays');
select is(cast_.due('2 days', 'business', '2026-11-21 10:00'), 'Tue 2026-11-24 10:00',
  'a delay that starts on a Saturday counts from Monday');
select is(cast_.due('0', 'business', '2026-11-18 10:00'), 'Wed 2026-11-18 10:00', 'no delay means at once');
select is(cast_.due('90 minutes', 'business', '2026-11-18 10:00'), 'Wed 2026-11-18 11:30', 'hours are elapsed hours');
select is(cast_.due('1 day 2 hours', 'business', '2026-11-18 10:00'), 'Thu 2026-11-19 12:00', 'in addition to days');
select is(left(cast_.due('7 hours', 'business', '2026-11-18 10:00'), 14), 'Thu 2026-11-19',
  'the closing hour itself is too late');
select is(cast_.due('6 hours 59 minutes', 'business', '2026-11-18 10:00'), 'Wed 2026-11-18 16:59',
  'a minute before it is not');
select is(left(cast_.due('7 hours', 'business', '2026-11-20 10:00'), 14), 'Mon 2026-11-23',
  'Friday evening becomes Monday');
select is(left(cast_.due('7 hours', 'calendar', '2026-11-20 10:00'), 14), 'Sat 2026-11-21',
  'or Saturday in calendar time');
-- Clocks go forward on 2026-03-08 and back on 2026-11-01.
select is(cast_.due('1 day', 'calendar', '2026-03-07 10:00'), 'Sun 2026-03-08 10:00',
  'a day of 23 hours counts as one day');
select is(cast_.due('1 day', 'calendar', '2026-10-31 10:00'), 'Sun 2026-11-01 10:00', 'so does one of 25');
select is(cast_.due('1 day', 'business', '2026-10-30 10:00'), 'Mon 2026-11-02 10:00', 'and a weekend with one in it');
select is(cast_.due('24 hours', 'calendar', '2026-10-31 10:00'), 'Sun 2026-11-01 09:00',
  'while 24 hours are 24 hours');
select is(left(cast_.due('0', 'calendar', '2026-03-08 01:30', '02:00', '02:45'), 14), 'Sun 2026-03-08',
  'an hour that the clock skips is still on that day');

-- All of a feed at six, spread over nine to five.
create temp table spread as select n, cast_.due('0', 'business', '2026-11-18 06:00', p_n => n, p_step => 1) as at
  from generate_series(1, 1000) n;
select is((select count(distinct left(at, 14))::integer from spread), 1, 'a feed is due on its day');
select ok((select min(right(at, 5)) >= '09:00' and max(right(at, 5)) < '17:00' from spread),
  'within the hours of the step');
select ok((select max(c) < 200 and count(*) = 8 from (select count(*) as c from spread group by substr(at, 16, 2)) h),
  'and spread over them: no hour has more than a fifth of it');
select is(cast_.due('0', 'business', '2026-11-18 06:00', p_n => 7, p_step => 1), (select at from spread where n = 7),
  'the same for the same lead');
select ok((select min(right(cast_.due('0', 'business', '2026-11-18 15:00', p_n => n, p_step => 1), 5)) >= '15:00'
  and count(distinct cast_.due('0', 'business', '2026-11-18 15:00', p_n => n, p_step => 1)) > 50
  from generate_series(1, 100) n), 'a late feed is spread over the rest of the day');
select is((select count(distinct cast_.due('3 days', 'business', '2026-11-18 10:00', p_n => n))::integer
  from generate_series(1, 20) n), 1, 'later steps keep the distance, which was spread before');
select ok((select count(distinct cast_.due('7 hours', 'business', '2026-11-18 10:00', p_n => n)) > 15
  from generate_series(1, 20) n), 'steps outside the hours are spread over the next ones');

-- A/B.
insert into public.templates (org_id, id, name, channel, subject, text_body) values
  (cast_.org(), 'a0000000-0000-4000-8000-0000000000d9', 'hello', 'email', 'Another subject',
    '{{ sender.postal_address }} {{ unsubscribe_url }}');
insert into public.step_variants (org_id, sequence_id, step, variant, template_id, share) values
  (cast_.org(), 'a0000000-0000-4000-8000-0000000000c1', 1, 'b', 'a0000000-0000-4000-8000-0000000000d9', 3);
select cast_.runner(n) from generate_series(1, 400) n \g /dev/null
create temp table arms as select p.lead_id, p.variant, p.template_id
  from private.load_due_steps(cast_.org(), array(select id from public.sequence_runs)) p;
select ok((select count(*) filter (where variant = 'a') between 70 and 130
  and count(*) filter (where variant = 'b') between 270 and 330 from arms), 'shares of one to three are met');
select is((select count(*)::integer from arms a join private.load_due_steps(cast_.org(),
  array(select id from public.sequence_runs)) p using (lead_id, variant, template_id)), 400,
  'each lead always gets the same variant');
select is((select string_agg(distinct variant || ' ' || template_id, ', ' order by variant || ' ' || template_id)
  from arms),
  'a a0000000-0000-4000-8000-0000000000d1, b a0000000-0000-4000-8000-0000000000d9', 'with its text');
update public.step_variants set share = 0 where variant = 'a' and step = 1;
select is((select string_agg(distinct p.variant, ',') from private.load_due_steps(cast_.org(),
  array(select id from public.sequence_runs)) p), 'b', 'a variant with share 0 is not assigned');
select is(cast_.claim(5), '1 2 3 4 5', 'five are claimed');
select is((select string_agg(distinct variant || ' ' || template_id, ',') from public.messages),
  'b a0000000-0000-4000-8000-0000000000d9', 'the message records its variant');

-- Hours of the org in its time zone and of the phone in its own: the stricter of both.
update public.orgs set time_zone = 'America/New_York' where id = cast_.org();
select is(to_char(private.step_due_at((select s from public.sequence_steps s where s.step = 2), cast_.nth(1),
  '2026-11-18T21:30Z', 'America/New_York', '{}') at time zone 'America/New_York', 'Dy HH24:MI'),
  'Mon 16:30', 'the hours are those of the org');
select * from finish();
rollback;

-- Lists change; an uncertain day is kept as a holiday, which only closes more hours.
insert into public.holidays (state, name, kind, month, day, nth, weekday, years, observed, source, verification)
select s.state, h.name, h.kind, h.month, h.day, h.nth, h.weekday, 'all', s.observed, s.source,
  s.verification::public.rule_verification
from (values
  ('US', 'nearest_weekday', '5 U.S.C. 6103', 'from_memory'),
  ('AL', 'nearest_weekday', 'Ala. Code 1-3-8: Sunday moves to Monday, Saturday to Friday', 'secondary_only'),
  ('LA', 'nearest_weekday', 'La. R.S. 1:55', 'from_memory'),
  ('NE', 'nearest_weekday', 'Neb. Rev. Stat. 62-301', 'from_memory'),
  ('PA', 'sunday_to_monday', '44 P.S. 11; 2019 list', 'secondary_only'),
  ('RI', 'sunday_to_monday', 'R.I. Gen. Laws 25-1-1 and federal holidays', 'secondary_only'),
  ('UT', 'nearest_weekday', 'Utah Code 63G-1-301', 'from_memory')
) s(state, observed, source, verification)
cross join (values
  ('New Year''s Day', 'fixed', 1, 1, null::smallint, null::smallint),
  ('Martin Luther King Jr. Day', 'nth_weekday', 1, null, 3, 1),
  ('Washington''s Birthday', 'nth_weekday', 2, null, 3, 1),
  ('Memorial Day', 'last_weekday', 5, null, null, 1),
  ('Juneteenth', 'fixed', 6, 19, null, null),
  ('Independence Day', 'fixed', 7, 4, null, null),
  ('Labor Day', 'nth_weekday', 9, null, 1, 1),
  ('Columbus Day', 'nth_weekday', 10, null, 2, 1),
  ('Veterans Day', 'fixed', 11, 11, null, null),
  ('Thanksgiving Day', 'nth_weekday', 11, null, 4, 4),
  ('Christmas Day', 'fixed', 12, 25, null, null)
) h(name, kind, month, day, nth, weekday);

insert into public.holidays (state, name, kind, month, day, nth, weekday, plus_days, years, observed, source,
  verification) values
  ('AL', 'Mardi Gras', 'easter', null, -47, null, null, 0, 'all', 'none',
    'Ala. Code 1-3-8 (Baldwin and Mobile counties)', 'from_memory'),
  ('AL', 'Confederate Memorial Day', 'nth_weekday', 4, null, 4, 1, 0, 'all', 'none', 'Ala. Code 1-3-8', 'from_memory'),
  ('AL', 'Jefferson Davis'' Birthday', 'nth_weekday', 6, null, 1, 1, 0, 'all', 'none', 'Ala. Code 1-3-8',
    'from_memory'),
  ('LA', 'Battle of New Orleans', 'fixed', 1, 8, null, null, 0, 'all', 'none', 'La. R.S. 1:55', 'from_memory'),
  ('LA', 'Mardi Gras', 'easter', null, -47, null, null, 0, 'all', 'none', 'La. R.S. 1:55', 'secondary_only'),
  ('LA', 'Good Friday', 'easter', null, -2, null, null, 0, 'all', 'none', 'La. R.S. 1:55', 'secondary_only'),
  ('LA', 'Huey P. Long Day', 'fixed', 8, 30, null, null, 0, 'all', 'none', 'La. R.S. 1:55', 'from_memory'),
  ('LA', 'All Saints'' Day', 'fixed', 11, 1, null, null, 0, 'all', 'none', 'La. R.S. 1:55', 'secondary_only'),
  ('LA', 'General Election Day', 'election_day', null, null, null, null, 0, 'even', 'none', 'La. R.S. 1:55',
    'from_memory'),
  ('LA', 'Inauguration Day', 'fixed', 1, 20, null, null, 0, 'after_leap', 'sunday_to_monday',
    'La. R.S. 1:55 (Baton Rouge)', 'from_memory'),
  ('LA', 'Acadian Day', 'nth_weekday', 11, null, 4, 4, 1, 'all', 'none', 'La. R.S. 1:55', 'from_memory'),
  ('NE', 'Arbor Day', 'last_weekday', 4, null, null, 5, 0, 'all', 'none', 'Neb. Rev. Stat. 62-301', 'from_memory'),
  ('NE', 'Day after Thanksgiving', 'nth_weekday', 11, null, 4, 4, 1, 'all', 'none', 'Neb. Rev. Stat. 62-301',
    'from_memory'),
  ('PA', 'Good Friday', 'easter', null, -2, null, null, 0, 'all', 'none', '2019 list at dnc.com', 'secondary_only'),
  ('PA', 'Flag Day', 'fixed', 6, 14, null, null, 0, 'all', 'sunday_to_monday', '2019 list at dnc.com',
    'secondary_only'),
  ('PA', 'Election Day', 'election_day', null, null, null, null, 0, 'all', 'none', '2019 list at dnc.com',
    'secondary_only'),
  ('RI', 'Victory Day', 'nth_weekday', 8, null, 2, 1, 0, 'all', 'none', 'R.I. Gen. Laws 25-1-1', 'secondary_only'),
  ('RI', 'Election Day', 'election_day', null, null, null, null, 0, 'even', 'none', 'R.I. Gen. Laws 25-1-1',
    'from_memory'),
  ('UT', 'Juneteenth (day off)', 'nearest_monday', 6, 19, null, null, 0, 'all', 'none', 'Utah Code 63G-1-301',
    'from_memory'),
  ('UT', 'Pioneer Day', 'fixed', 7, 24, null, null, 0, 'all', 'nearest_weekday', 'Utah Code 63G-1-301',
    'secondary_only');

-- Federal holidays on a Saturday are observed on Friday; the Rhode Island law counts state and federal days.
update public.holidays set observed = 'nearest_weekday' where state = 'RI' and kind = 'fixed';

insert into public.holiday_dates (state, on_date, holiday)
select d.state, d.on_date, d.holiday
from generate_series(1999, 2100) y
cross join lateral private.us_holiday_dates(y) d
where d.on_date between date '2000-01-01' and date '2099-12-31';

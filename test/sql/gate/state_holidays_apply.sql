begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, at::timestamptz, wanted, description) from (values
  ('sms', '{"state":"PA","postal_code":"19103","phone":"+12155550123"}', '2026-11-26T17:00:00Z',
    'state_holiday @ 2026-11-27T14:00:00Z', 'Pennsylvania on Thanksgiving'),
  ('sms', '{"state":"PA","postal_code":"19103","phone":"+12155550123"}', '2026-11-27T17:00:00Z', 'yes',
    'Pennsylvania the day after'),
  ('sms', '{"state":"OH"}', '2026-11-26T17:00:00Z', 'yes', 'Ohio on Thanksgiving: no state closes it'),
  ('sms', '{"state":"PA","postal_code":"19103","phone":"+12155550123"}', '2026-04-03T16:00:00Z', 'state_holiday',
    'Pennsylvania on Good Friday'),
  ('sms', '{"state":"PA","postal_code":"19103","phone":"+12155550123"}', '2026-04-02T16:00:00Z', 'yes',
    'Pennsylvania the day before Good Friday'),
  ('sms', '{"state":"PA","postal_code":"19103","phone":"+12155550123"}', '2026-11-03T17:00:00Z', 'state_holiday',
    'Pennsylvania on Election Day'),
  ('sms', '{"state":"PA","postal_code":"19103","phone":"+12155550123"}', '2025-11-04T17:00:00Z', 'state_holiday',
    'Pennsylvania on Election Day of an odd year'),
  ('sms', '{"state":"RI","postal_code":"02903","phone":"+14015550123"}', '2025-11-04T17:00:00Z', 'yes',
    'Rhode Island has none in an odd year'),
  ('sms', '{"state":"RI","postal_code":"02903","phone":"+14015550123"}', '2026-11-03T17:00:00Z', 'state_holiday',
    'Rhode Island on Election Day'),
  ('sms', '{"state":"RI","postal_code":"02903","phone":"+14015550123"}', '2026-08-10T16:00:00Z', 'state_holiday',
    'Rhode Island on Victory Day'),
  ('sms', '{"state":"RI","postal_code":"02903","phone":"+14015550123"}', '2026-08-11T16:00:00Z', 'yes',
    'Rhode Island the day after Victory Day'),
  ('sms', '{"state":"LA","postal_code":"70112","phone":"+15045550123"}', '2026-02-17T18:00:00Z', 'state_holiday',
    'Louisiana on Mardi Gras'),
  ('sms', '{"state":"LA","postal_code":"70112","phone":"+15045550123"}', '2026-02-18T18:00:00Z', 'yes',
    'Louisiana on Ash Wednesday'),
  ('sms', '{"state":"LA","postal_code":"70112","phone":"+15045550123"}', '2027-02-09T18:00:00Z', 'state_holiday',
    'Louisiana on Mardi Gras of another year'),
  ('sms', '{"state":"LA","postal_code":"70112","phone":"+15045550123"}', '2025-11-01T18:00:00Z', 'state_holiday',
    'Louisiana on All Saints'),
  ('sms', '{"state":"UT","postal_code":"84101","phone":"+18015550123"}', '2026-07-24T18:00:00Z', 'state_holiday',
    'Utah on Pioneer Day'),
  ('sms', '{"state":"UT","postal_code":"84101","phone":"+18015550123"}', '2026-07-23T18:00:00Z', 'yes',
    'Utah the day before Pioneer Day'),
  ('sms', '{"state":"AL","postal_code":"36104","phone":"+13345550123"}', '2027-07-05T18:00:00Z', 'state_holiday',
    'Alabama: the fourth of July 2027 is a Sunday, Monday is off'),
  ('sms', '{"state":"AL","postal_code":"36104","phone":"+13345550123"}', '2026-07-03T18:00:00Z', 'state_holiday',
    'Alabama: the fourth of July 2026 is a Saturday, Friday is off'),
  ('sms', '{"state":"AL","postal_code":"36104","phone":"+13345550123"}', '2026-07-02T18:00:00Z', 'yes',
    'Alabama two days before'),
  ('sms', '{"state":"MS","postal_code":"39201","phone":"+16015550123"}', '2026-11-26T18:00:00Z', 'yes',
    'Mississippi on Thanksgiving: its holiday ban is repealed'),
  ('voice_ai', '{"state":"NE","postal_code":"68102","phone":"+14025550123"}', '2026-11-26T18:00:00Z',
    'state_hours @ 2026-11-26T19:00:00Z', 'Nebraska on Thanksgiving: automated calls from 13:00'),
  ('signed_call', '{"state":"NE","postal_code":"68102","phone":"+14025550123"}', '2026-11-26T18:00:00Z', 'yes',
    'Nebraska on Thanksgiving: hand-dialled calls')
) c(kind, patch, at, wanted, description);

-- Movable feasts of 2024 to 2030, from the almanac.
select is((select string_agg(to_char(private.easter_sunday(y), 'MM-DD'), ' ' order by y)
  from generate_series(2024, 2030) y),
  '03-31 04-20 04-05 03-28 04-16 04-01 04-21', 'Easter');
select ok(exists (select from private.us_holiday_dates(d.y) h where h.state = d.state and h.holiday = d.holiday
  and h.on_date = d.on_date::date),
  format('%s %s %s', d.state, d.holiday, d.on_date))
from (values (2026, 'US', 'Martin Luther King Jr. Day', '2026-01-19'),
  (2026, 'US', 'Washington''s Birthday', '2026-02-16'),
  (2026, 'US', 'Memorial Day', '2026-05-25'), (2027, 'US', 'Memorial Day', '2027-05-31'),
    (2026, 'US', 'Labor Day', '2026-09-07'),
  (2026, 'US', 'Columbus Day', '2026-10-12'), (2026, 'US', 'Thanksgiving Day', '2026-11-26'),
    (2024, 'US', 'Thanksgiving Day', '2024-11-28'),
  (2026, 'PA', 'Good Friday', '2026-04-03'), (2026, 'LA', 'Mardi Gras', '2026-02-17'),
    (2024, 'LA', 'Mardi Gras', '2024-02-13'),
  (2026, 'PA', 'Election Day', '2026-11-03'), (2027, 'PA', 'Election Day', '2027-11-02'),
    (2022, 'PA', 'Election Day', '2022-11-08'),
  (2024, 'LA', 'General Election Day', '2024-11-05'), (2024, 'LA', 'Acadian Day', '2024-11-29'),
    (2025, 'LA', 'Inauguration Day', '2025-01-20'),
  (2026, 'RI', 'Victory Day', '2026-08-10'), (2026, 'UT', 'Pioneer Day', '2026-07-24'),
    (2027, 'UT', 'Pioneer Day', '2027-07-23'),
  (2026, 'UT', 'Juneteenth (day off)', '2026-06-15'), (2027, 'UT', 'Juneteenth (day off)', '2027-06-21'),
  (2022, 'US', 'New Year''s Day', '2021-12-31'), (2028, 'US', 'Veterans Day', '2028-11-10'),
    (2026, 'PA', 'Flag Day', '2026-06-15')
) d(y, state, holiday, on_date);
select ok(not exists (select from private.us_holiday_dates(2027) where state = 'LA'
  and holiday = 'General Election Day'),
  'Louisiana votes in even years');

select * from finish();
rollback;

begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, at::timestamptz, wanted, description) from (values
  -- Both DST days, leap day, the turn of the year.
  ('sms', '{}', '2026-03-07T13:00:00Z', 'yes', 'eight the day before clocks go forward'),
  ('sms', '{}', '2026-03-08T12:00:00Z', 'yes', 'eight the day clocks go forward is an hour earlier'),
  ('sms', '{}', '2026-03-08T11:59:59Z', 'federal_hours @ 2026-03-08T12:00:00Z', 'one second before eight that day'),
  ('sms', '{}', '2026-03-08T03:00:00Z', 'federal_hours @ 2026-03-08T12:00:00Z',
    'the night before waits for the earlier eight'),
  ('sms', '{}', '2026-11-01T13:00:00Z', 'yes', 'eight the day clocks go back'),
  ('sms', '{}', '2026-11-01T12:59:59Z', 'federal_hours @ 2026-11-01T13:00:00Z', 'one second before eight that day'),
  ('sms', '{}', '2026-11-02T01:59:59Z', 'yes', 'one second before nine that evening'),
  ('sms', '{"state":"AZ","postal_code":"85004","phone":"+16025550123"}', '2026-07-15T15:00:00Z', 'yes',
    'Arizona keeps standard time: eight in July'),
  ('sms', '{"state":"AZ","postal_code":"85004","phone":"+16025550123"}', '2026-07-15T14:59:59Z', 'federal_hours',
    'Arizona: one second before eight in July'),
  ('sms', '{}', '2028-02-29T13:00:00Z', 'yes', 'eight on leap day'),
  ('sms', '{}', '2028-03-01T02:00:00Z', 'federal_hours @ 2028-03-01T13:00:00Z', 'nine on leap day waits until March'),
  ('sms', '{}', '2027-01-01T02:00:00Z', 'federal_hours @ 2027-01-01T13:00:00Z',
    'nine on the last evening of the year'),
  -- Mississippi: Central Standard Time, all year.
  ('sms', '{"state":"MS","postal_code":"39201","phone":"+16015550123"}', '2026-07-15T13:59:59Z',
    'state_hours @ 2026-07-15T14:00:00Z', 'Mississippi in July: 8:59:59 CDT is 7:59:59 CST'),
  ('sms', '{"state":"MS","postal_code":"39201","phone":"+16015550123"}', '2026-07-15T14:00:00Z', 'yes',
    'Mississippi in July at 9:00 CDT'),
  ('sms', '{"state":"MS","postal_code":"39201","phone":"+16015550123"}', '2026-07-16T00:59:59Z', 'yes',
    'Mississippi in July before 20:00 CDT'),
  ('sms', '{"state":"MS","postal_code":"39201","phone":"+16015550123"}', '2026-07-16T01:00:00Z', 'state_hours',
    'Mississippi in July at 20:00 CDT')
) c(kind, patch, at, wanted, description);

select * from finish();
rollback;

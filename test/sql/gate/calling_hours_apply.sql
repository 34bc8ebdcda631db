begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, at::timestamptz, wanted, description) from (values
  -- Reasons, and when they end.
  ('sms', '{}', '2026-11-18T13:00:00Z', 'yes', 'eight in the morning in Ohio'),
  ('sms', '{}', '2026-11-18T12:59:59Z', 'federal_hours @ 2026-11-18T13:00:00Z',
    'a second before eight waits a second'),
  ('sms', '{}', '2026-11-19T01:59:59.999Z', 'yes', 'the last millisecond before nine'),
  ('sms', '{}', '2026-11-19T02:00:00Z', 'federal_hours @ 2026-11-19T13:00:00Z',
    'nine sharp waits until the next morning'),
  ('sms', '{"state":"TX","postal_code":"77002","phone":"+17135550123"}', '2026-11-22T15:00:00Z',
    'state_hours @ 2026-11-22T18:00:01Z', 'Texas on a Sunday waits until noon is over'),
  ('sms', '{"state":"TX","postal_code":"77002","phone":"+17135550123"}', '2026-11-22T18:00:00Z',
    'state_hours @ 2026-11-22T18:00:01Z', 'Texas on a Sunday at noon: the law says after noon'),
  ('sms', '{"state":"TX","postal_code":"77002","phone":"+17135550123"}', '2026-11-22T18:00:01Z', 'yes',
    'Texas on a Sunday a second after noon'),
  ('sms', '{"state":"AL","postal_code":"36104","phone":"+13345550123"}', '2026-11-22T18:00:00Z',
    'state_day_closed @ 2026-11-23T14:00:00Z', 'Alabama on a Sunday waits until Monday'),
  ('sms', '{"state":"LA","postal_code":"70112","phone":"+15045550123"}', '2026-11-27T03:00:00Z',
    'federal_hours state_holiday state_hours @ 2026-11-28T14:00:00Z',
    'Louisiana: Thanksgiving night waits until Saturday, Friday is Acadian Day'),
  ('sms', '{"state":"RI","postal_code":"02903","phone":"+14015550123"}', '2026-11-21T22:30:00Z',
    'state_hours @ 2026-11-23T14:00:00Z', 'Rhode Island: Saturday evening waits until Monday'),
  -- Only solicitations have hours.
  ('text_matter', '{}', '2026-11-19T04:00:00Z', 'yes', 'a message about a matter at eleven at night'),
  ('sms', '{}', '2026-11-19T04:00:00Z', 'federal_hours', 'marketing at eleven at night'),
  ('mail', '{}', '2026-11-19T04:00:00Z', 'yes', 'e-mail has no hours'),
  ('mail', '{"state":"PA","postal_code":"19103"}', '2026-11-22T08:00:00Z', 'yes',
    'e-mail on a Pennsylvania Sunday night'),
  -- Consent does not lift hours.
  ('sms', '{"state":"UT","postal_code":"84101","phone":"+18015550123"}', '2026-11-22T18:00:00Z',
    'state_day_closed @ 2026-11-23T15:00:00Z', 'Utah on a Sunday, with consent, too')
) c(kind, patch, at, wanted, description);

select * from finish();
rollback;

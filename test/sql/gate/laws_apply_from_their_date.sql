begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, at::timestamptz, wanted, description) from (values
  ('sms', '{"state":"PA","postal_code":"19103","phone":"+12155550123"}', '2026-10-17T00:30:00Z', 'yes',
    'Pennsylvania on 16 October 2026 at 20:30: the old hours'),
  ('sms', '{"state":"PA","postal_code":"19103","phone":"+12155550123"}', '2026-10-20T00:30:00Z', 'state_hours',
    'Pennsylvania on 19 October 2026 at 20:30: the new hours'),
  ('sms', '{"state":"PA","postal_code":"19103","phone":"+12155550123"}', '2026-10-11T16:00:00Z', 'yes',
    'Pennsylvania on the last open Sunday but one'),
  ('sms', '{"state":"PA","postal_code":"19103","phone":"+12155550123"}', '2026-10-18T16:00:00Z', 'state_day_closed',
    'Pennsylvania on the first closed Sunday'),
  ('signed_call', '{"state":"OR","postal_code":"97204","phone":"+15035550123"}', '2026-01-01T04:30:00Z', 'yes',
    'Oregon on the last evening of 2025 at 20:30'),
  ('signed_call', '{"state":"OR","postal_code":"97204","phone":"+15035550123"}', '2026-01-02T04:30:00Z',
    'state_hours', 'Oregon on the first evening of 2026 at 20:30')
) c(kind, patch, at, wanted, description);

select * from finish();
rollback;

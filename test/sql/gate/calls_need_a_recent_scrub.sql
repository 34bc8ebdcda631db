begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, '2026-11-18T18:00:00Z', wanted, description) from (values
  ('call', '{"dnc":{"scrubbed_at":null}}', 'dnc_never_scrubbed', 'never scrubbed'),
  ('call', '{"dnc":{"scrubbed_at":"absent"}}', 'dnc_never_scrubbed', 'listing unknown'),
  ('call', '{"dnc":{"scrubbed_at":"2026-10-18T18:00:00Z"}}', 'yes', '31 days to the second'),
  ('call', '{"dnc":{"scrubbed_at":"2026-10-18T17:59:59Z"}}', 'dnc_scrub_stale @ never', 'one second older'),
  ('call', '{"dnc":{"scrubbed_at":"2026-11-18T18:00:01Z"}}', 'dnc_scrub_unreadable',
    'scrubbed one second in the future'),
  ('call', '{"dnc":{"scrubbed_at":"recently"}}', 'dnc_scrub_unreadable', 'unreadable'),
  ('signed_call', '{"dnc":{"scrubbed_at":null}}', 'yes', 'a signed agreement needs no scrub'),
  ('call', '{"house":{"scrub_max_age_days":7}}', 'dnc_scrub_stale', 'an org that scrubs weekly'),
  ('call', '{"house":{"scrub_max_age_days":90},"dnc":{"scrubbed_at":"2026-10-01T00:00:00Z"}}', 'dnc_scrub_stale',
    'an org cannot make it 90 days'),
  ('call', '{"dnc":{"lookup_error":true}}', 'dnc_lookup_failed', 'the lookup failed'),
  ('call', '{"dnc":{"lookup_error":"timeout"}}', 'dnc_lookup_failed', 'the lookup failed with a message'),
  ('call', '{"dnc":{"lookup_error":false}}', 'yes', 'the lookup did not fail'),
  ('sms', '{"dnc":{"lookup_error":true}}', 'dnc_lookup_failed', 'consent does not replace a failed lookup'),
  ('mail', '{"dnc":{"lookup_error":true}}', 'dnc_lookup_failed', 'it refuses e-mail, too')
) c(kind, patch, wanted, description);

-- A reason that ends with time can be replaced by one that starts with it: the scrub expires before the hours open.
select gate_.try('call', '{"dnc":{"scrubbed_at":"2026-10-18T12:30:00Z"}}', '2026-11-18T12:00:00Z',
  'federal_hours @ never', 'the scrub is too old when the hours open');
select gate_.try('call', '{"dnc":{"scrubbed_at":"2026-10-18T13:00:00Z"}}', '2026-11-18T12:00:00Z',
  'federal_hours @ 2026-11-18T13:00:00Z', 'the scrub is still valid when they open');

select * from finish();
rollback;

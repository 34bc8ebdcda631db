begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, '2026-11-18T18:00:00Z', wanted, description) from (values
  ('call', '{"dnc":{"internal_request_at":"2026-11-01T00:00:00Z"}}', 'internal_list @ never',
    'asked not to be called'),
  ('sms', '{"dnc":{"internal_request_at":"2026-11-01T00:00:00Z"}}', 'internal_list', 'a request ends texts, too'),
  ('voice_ai', '{"dnc":{"internal_request_at":"2026-11-01T00:00:00Z"}}', 'internal_list',
    'a request ends AI calls, too'),
  ('mail', '{"dnc":{"internal_request_at":"2026-11-01T00:00:00Z"}}', 'yes', 'e-mail has its own list'),
  ('call_matter', '{"dnc":{"internal_request_at":"2026-11-01T00:00:00Z"}}', 'internal_list',
    'a request ends calls about matters, too'),
  ('call', '{"dnc":{"internal_request_at":"some day"}}', 'internal_list', 'an unreadable request counts'),
  ('call', '{"dnc":{"internal_request_at":"2027-01-01T00:00:00Z"}}', 'internal_list',
    'a request dated in the future counts'),
  ('sms', '{"dnc":{"internal_request_at":"2026-01-04T23:59:59Z"},"consent":{"obtained_at":"2026-01-05T00:00:00Z"}}',
    'yes', 'a newer signed consent ends a request within its term'),
  ('sms', '{"dnc":{"internal_request_at":"2026-01-05T00:00:01Z"},"consent":{"obtained_at":"2026-01-05T00:00:00Z"}}',
    'internal_list @ never', 'an older signed consent does not'),
  ('sms', '{"dnc":{"internal_request_at":"2026-01-04T23:59:59Z"},"consent":{"obtained_at":"2026-01-05T00:00:00Z",'
    '"signature":false}}', 'consent_unsigned internal_list @ never', 'a newer consent without a signature does not'),
  ('sms', '{"dnc":{"internal_request_at":"some day"}}', 'internal_list @ never',
    'no consent is newer than a request at an unknown time'),
  ('call', '{"dnc":{"internal_request_at":"2021-11-18T18:00:01Z"}}', 'internal_list @ never',
    'five years less a second'),
  ('sms', '{"dnc":{"internal_request_at":"2021-11-18T18:00:00Z"}}', 'yes', 'five years, and a newer signed consent'),
  ('call', '{"dnc":{"internal_request_at":"2021-11-18T18:00:00Z"}}', 'internal_list @ never',
    'five years, and no newer consent'),
  ('sms', '{"dnc":{"internal_request_at":"2025-11-18T18:00:00Z"},"state":"VA","postal_code":"23219",'
    '"phone":"+18045550123"}', 'internal_list', 'Virginia: texts, ten years'),
  ('sms', '{"dnc":{"internal_request_at":"2019-11-18T18:00:00Z"},"state":"VA","postal_code":"23219",'
    '"phone":"+18045550123"}', 'yes', 'Virginia: a newer signed consent ends the ten years of texts'),
  ('sms', '{"dnc":{"internal_request_at":"2016-11-18T18:00:00Z"},"state":"VA","postal_code":"23219",'
    '"phone":"+18045550123"}', 'yes', 'Virginia: after ten'),
  ('signed_call',
    '{"dnc":{"internal_request_at":"2019-11-18T18:00:00Z"},"state":"VA","postal_code":"23219",'
      '"phone":"+18045550123"}', 'yes', 'Virginia: calls, five'),
  ('sms', '{"dnc":{"internal_request_at":"2025-11-18T18:00:00Z"},"phone":"+18045550123"}', 'internal_list',
    'a Virginia number in Ohio')
) c(kind, patch, wanted, description);

select * from finish();
rollback;

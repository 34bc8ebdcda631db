begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, '2026-11-18T18:00:00Z', wanted, claim) from (values
  -- The national registry and what lifts it.
  ('call', '{}', 'yes', 'not listed, freshly scrubbed'),
  ('call', '{"dnc":{"federal_listed":true}}', 'dnc_federal @ never', 'listed'),
  ('signed_call', '{"dnc":{"federal_listed":true}}', 'yes', 'listed, but a signed agreement names the number'),
  ('signed_call', '{"dnc":{"federal_listed":true},"consent":{"type":"pec"}}', 'yes',
    'a signature is enough; automation need not be disclosed'),
  ('signed_call', '{"dnc":{"federal_listed":true},"consent":{"type":"pec","signature":false}}', 'dnc_federal',
    'oral permission does not lift the registry'),
  ('signed_call', '{"dnc":{"federal_listed":true},"consent":{"phone_covered":false}}', 'dnc_federal',
    'nor does consent for another number'),
  ('signed_call', '{"dnc":{"federal_listed":true},"consent":{"seller":"Other"}}', 'dnc_federal',
    'nor for another seller'),
  ('sms', '{"dnc":{"federal_listed":true,"state_listed":true}}', 'yes', 'a text with written consent'),
  ('voice_ai', '{"dnc":{"federal_listed":true}}', 'yes', 'an AI call with written consent'),
  ('call', '{"dnc":{"federal_listed":null}}', 'dnc_federal_unknown', 'unknown'),
  ('call', '{"dnc":{"federal_listed":"absent"}}', 'dnc_federal_unknown', 'absent'),
  ('call', '{"dnc":{"federal_listed":"no"}}', 'dnc_federal_unknown', 'a string instead of a boolean'),
  ('call', '{"dnc":{"federal_listed":0}}', 'dnc_federal_unknown', 'a number instead of a boolean'),
  ('call', '{"dnc":"absent"}', 'dnc_unknown', 'no do-not-call facts'),
  ('call', '{"dnc":"clean"}', 'dnc_unknown fact_unreadable', 'do-not-call facts that are a string'),
  ('call_matter', '{"dnc":{"federal_listed":true,"state_listed":true,"scrubbed_at":null}}', 'yes',
    'the registry does not apply to a call about a matter'),
  ('mail', '{"dnc":{"federal_listed":true,"state_listed":true,"scrubbed_at":null}}', 'yes', 'nor to e-mail'),
  -- State lists.
  ('call', '{"dnc":{"state_listed":true}}', 'dnc_state @ never', 'on a state list'),
  ('signed_call', '{"dnc":{"state_listed":true}}', 'yes', 'a signed agreement lifts it'),
  ('call', '{"dnc":{"state_listed":"absent"}}', 'dnc_state_unknown', 'state list unknown'),
  ('call', '{"dnc":{"federal_listed":true,"state_listed":true}}', 'dnc_federal dnc_state', 'both lists are named'),
  -- Scrubbed when.
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
  ('mail', '{"dnc":{"lookup_error":true}}', 'dnc_lookup_failed', 'it refuses e-mail, too'),
  -- Relationships: 18 and 3 calendar months.
  ('call', '{"dnc":{"federal_listed":true},"consent":{"type":"ebr_purchase","seller":"Acme '
    'Realty","last_transaction_at":"2025-05-18T18:00:00Z"}}', 'yes', 'a purchase 18 months ago to the second'),
  ('call', '{"dnc":{"federal_listed":true},"consent":{"type":"ebr_purchase","seller":"Acme '
    'Realty","last_transaction_at":"2025-05-18T17:59:59Z"}}', 'dnc_federal relationship_ended', 'one second longer'),
  ('call', '{"dnc":{"federal_listed":true},"consent":{"type":"ebr_inquiry","seller":"Acme '
    'Realty","last_inquiry_at":"2026-08-18T18:00:00Z"}}', 'yes', 'an inquiry 3 months ago to the second'),
  ('call', '{"dnc":{"federal_listed":true},"consent":{"type":"ebr_inquiry","seller":"Acme '
    'Realty","last_inquiry_at":"2026-08-18T17:59:59Z"}}', 'dnc_federal relationship_ended', 'one second longer'),
  ('call', '{"dnc":{"federal_listed":true},"consent":{"type":"ebr_inquiry","seller":"Acme '
    'Realty","last_transaction_at":"2026-11-01T00:00:00Z"}}', 'dnc_federal relationship_ended',
    'an inquiry without its date'),
  ('call', '{"dnc":{"federal_listed":true},"consent":{"type":"ebr_purchase","seller":"Other '
    'Realty","last_transaction_at":"2026-11-01T00:00:00Z"}}', 'dnc_federal relationship_ended',
    'a purchase from another seller'),
  ('call', '{"dnc":{"federal_listed":true},"consent":{"type":"ebr_purchase","seller":"Acme '
    'Realty","last_transaction_at":"2026-12-01T00:00:00Z"}}', 'dnc_federal relationship_ended',
    'a purchase in the future'),
  ('call', '{"dnc":{"federal_listed":true},"consent":{"type":"ebr_purchase","seller":"Acme '
    'Realty","last_transaction_at":"2026-11-01T00:00:00Z","revoked_at":"2026-11-02T00:00:00Z",'
      '"revoked_scope":"all"}}', 'consent_revoked dnc_federal relationship_ended', 'ended by the person'),
  ('call', '{"dnc":{"federal_listed":true,"internal_request_at":"2026-11-02T00:00:00Z"},'
    '"consent":{"type":"ebr_purchase","seller":"Acme Realty","last_transaction_at":"2026-11-01T00:00:00Z"}}',
    'internal_list', 'ended by a request not to call'),
  ('call', '{"dnc":{"state_listed":true},"consent":{"type":"ebr_purchase","seller":"Acme '
    'Realty","last_transaction_at":"2026-11-01T00:00:00Z"}}', 'dnc_state',
    'a relationship does not lift a state list'),
  ('call', '{"dnc":{"scrubbed_at":null},"consent":{"type":"ebr_purchase","seller":"Acme '
    'Realty","last_transaction_at":"2026-11-01T00:00:00Z"}}', 'yes', 'a relationship needs no national scrub'),
  ('call', '{"consent":{"type":"ebr_purchase","seller":"Acme Realty","last_transaction_at":"2020-01-01T00:00:00Z"}}',
    'yes', 'an ended relationship does not matter without a listing'),
  -- The internal list.
  ('call', '{"dnc":{"internal_request_at":"2026-11-01T00:00:00Z"}}', 'internal_list @ never',
    'asked not to be called'),
  ('sms', '{"dnc":{"internal_request_at":"2026-11-01T00:00:00Z"}}', 'internal_list', 'texts, too'),
  ('voice_ai', '{"dnc":{"internal_request_at":"2026-11-01T00:00:00Z"}}', 'internal_list', 'AI calls, too'),
  ('mail', '{"dnc":{"internal_request_at":"2026-11-01T00:00:00Z"}}', 'yes', 'e-mail has its own list'),
  ('call_matter', '{"dnc":{"internal_request_at":"2026-11-01T00:00:00Z"}}', 'internal_list',
    'messages about matters, too'),
  ('call', '{"dnc":{"internal_request_at":"some day"}}', 'internal_list', 'an unreadable request counts'),
  ('call', '{"dnc":{"internal_request_at":"2027-01-01T00:00:00Z"}}', 'internal_list',
    'so does one dated in the future'),
  ('sms', '{"dnc":{"internal_request_at":"2021-11-18T18:00:01Z"}}', 'internal_list @ 2026-11-18T18:00:01Z',
    'five years less a second, despite newer consent'),
  ('sms', '{"dnc":{"internal_request_at":"2021-11-18T18:00:00Z"}}', 'yes', 'five years, and a newer signed consent'),
  ('call', '{"dnc":{"internal_request_at":"2021-11-18T18:00:00Z"}}', 'internal_list @ never',
    'five years, and no newer consent'),
  ('sms', '{"dnc":{"internal_request_at":"2019-11-18T18:00:00Z"},"state":"VA","postal_code":"23219",'
    '"phone":"+18045550123"}', 'internal_list', 'Virginia: texts, ten years'),
  ('sms', '{"dnc":{"internal_request_at":"2016-11-18T18:00:00Z"},"state":"VA","postal_code":"23219",'
    '"phone":"+18045550123"}', 'yes', 'Virginia: after ten'),
  ('signed_call',
    '{"dnc":{"internal_request_at":"2019-11-18T18:00:00Z"},"state":"VA","postal_code":"23219",'
      '"phone":"+18045550123"}', 'yes', 'Virginia: calls, five'),
  ('sms', '{"dnc":{"internal_request_at":"2019-11-18T18:00:00Z"},"phone":"+18045550123"}', 'internal_list',
    'a Virginia number in Ohio')
) c(kind, patch, wanted, claim);

-- Calendar months end where the month ends, and leap days exist.
select gate_.try('call', jsonb_build_object('dnc', '{"federal_listed":true,"scrubbed_at":null}'::jsonb, 'consent',
  jsonb_build_object('type', kind, 'seller', 'Acme Realty', 'last_transaction_at', since, 'last_inquiry_at', since)),
    at::timestamptz, wanted, claim)
from (values
  ('ebr_purchase', '2024-08-31T15:00:00Z', '2026-02-28T15:00:00Z', 'yes', '18 months from 31 August is 28 February'),
  ('ebr_purchase', '2024-08-31T15:00:00Z', '2026-02-28T15:00:01Z',
    'dnc_federal dnc_never_scrubbed relationship_ended', 'and not one second more'),
  ('ebr_inquiry', '2027-11-30T15:00:00Z', '2028-02-29T15:00:00Z', 'yes', '3 months from 30 November is leap day'),
  ('ebr_inquiry', '2027-11-30T15:00:00Z', '2028-02-29T15:00:01Z', 'dnc_federal dnc_never_scrubbed relationship_ended',
    'and not one second more')
) c(kind, since, at, wanted, claim);

-- A reason that ends with time can be replaced by one that starts with it: the scrub expires before the hours open.
select gate_.try('call', '{"dnc":{"scrubbed_at":"2026-10-18T12:30:00Z"}}', '2026-11-18T12:00:00Z',
  'federal_hours @ never', 'the scrub is too old when the hours open');
select gate_.try('call', '{"dnc":{"scrubbed_at":"2026-10-18T13:00:00Z"}}', '2026-11-18T12:00:00Z',
  'federal_hours @ 2026-11-18T13:00:00Z', 'the scrub is still valid when they open');

select * from finish();
rollback;

begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, '2026-11-18T18:00:00Z', wanted, description) from (values
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
    'yes', 'an ended relationship does not matter without a listing')
) c(kind, patch, wanted, description);

-- Calendar months end where the month ends, and leap days exist.
select gate_.try('call', jsonb_build_object('dnc', '{"federal_listed":true,"scrubbed_at":null}'::jsonb, 'consent',
  jsonb_build_object('type', kind, 'seller', 'Acme Realty', 'last_transaction_at', since, 'last_inquiry_at', since)),
    at::timestamptz, wanted, description)
from (values
  ('ebr_purchase', '2024-08-31T15:00:00Z', '2026-02-28T15:00:00Z', 'yes', '18 months from 31 August is 28 February'),
  ('ebr_purchase', '2024-08-31T15:00:00Z', '2026-02-28T15:00:01Z',
    'dnc_federal dnc_never_scrubbed relationship_ended', '18 months from 31 August, and a second more'),
  ('ebr_inquiry', '2027-11-30T15:00:00Z', '2028-02-29T15:00:00Z', 'yes', '3 months from 30 November is leap day'),
  ('ebr_inquiry', '2027-11-30T15:00:00Z', '2028-02-29T15:00:01Z', 'dnc_federal dnc_never_scrubbed relationship_ended',
    '3 months from 30 November, and a second more')
) c(kind, since, at, wanted, description);

select * from finish();
rollback;

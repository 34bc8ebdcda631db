begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, '2026-11-18T18:00:00Z', wanted, description) from (values
  -- Written consent, complete, and each of its parts missing. All of it for texts and for AI voices.
  ('sms', '{}', 'yes', 'a text with written consent'),
  ('voice_ai', '{}', 'yes', 'an AI call with written consent'),
  ('call', '{}', 'yes', 'a hand-dialled call without consent'),
  ('mail', '{}', 'yes', 'e-mail without consent'),
  ('sms', '{"consent":{"type":"pec"}}', 'consent_not_written @ never', 'prior express consent is not written consent'),
  ('voice_ai', '{"consent":{"type":"pec"}}', 'consent_not_written',
    'prior express consent is not enough for an AI call'),
  ('sms', '{"consent":{"type":"none"}}', 'consent_missing', 'no consent'),
  ('sms', '{"consent":"absent"}', 'consent_missing', 'consent absent'),
  ('sms', '{"consent":null}', 'consent_missing', 'consent null'),
  ('sms', '{"consent":{"type":"banana"}}', 'consent_missing', 'consent of an unknown type does not count'),
  ('sms', '{"consent":{"type":7}}', 'consent_missing', 'a type that is a number'),
  ('sms', '{"consent":"yes"}', 'consent_missing fact_unreadable', 'consent that is not an object'),
  ('call', '{"consent":"revoked"}', 'fact_unreadable', 'consent that is a string may hide a revocation'),
  ('sms', '{"consent":{"seller":"Other Realty"}}', 'consent_for_another_seller', 'consent for another seller'),
  ('sms', '{"consent":{"seller":" ACME  realty "}}', 'yes', 'the seller''s name in other case'),
  ('sms', '{"consent":{"seller":null}}', 'consent_for_another_seller', 'consent for an empty seller'),
  ('sms', '{"seller":null}', 'consent_for_another_seller', 'the caller''s seller is unknown'),
  ('sms', '{"seller":null,"consent":{"seller":null}}', 'consent_for_another_seller',
    'two unknown sellers are not the same'),
  ('call', '{"seller":null}', 'yes', 'a call that needs no consent'),
  ('sms', '{"consent":{"phone_covered":false}}', 'consent_without_this_number', 'another number'),
  ('sms', '{"consent":{"phone_covered":null}}', 'consent_without_this_number', 'unknown number'),
  ('sms', '{"consent":{"phone_covered":"+16145550123"}}', 'yes', 'the number itself'),
  ('sms', '{"consent":{"phone_covered":"+16145550124"}}', 'consent_without_this_number', 'another number as text'),
  ('sms', '{"consent":{"phone_covered":"yes"}}', 'consent_without_this_number', 'a flag that is a string'),
  ('sms', '{"consent":{"automated_disclosed":false}}', 'consent_without_automation', 'automation not disclosed'),
  ('voice_ai', '{"consent":{"automated_disclosed":"absent"}}', 'consent_without_automation',
    'unknown whether disclosed'),
  ('sms', '{"consent":{"not_condition_of_purchase":false}}', 'consent_condition_of_purchase',
    'a condition of purchase'),
  ('sms', '{"consent":{"not_condition_of_purchase":"absent"}}', 'consent_condition_of_purchase',
    'unknown whether a condition'),
  ('sms', '{"consent":{"signature":false}}', 'consent_unsigned', 'unsigned'),
  ('sms', '{"consent":{"signature":""}}', 'consent_unsigned', 'an empty signature'),
  ('sms', '{"consent":{"signature":"absent"}}', 'consent_unsigned', 'no signature'),
  ('sms', '{"consent":{"signature":"pre-checked box"}}', 'consent_unsigned', 'a pre-checked box'),
  ('sms', '{"consent":{"signature":true}}', 'yes', 'signed'),
  ('sms', '{"consent":{"signature":"checkbox, unchecked by default"}}', 'yes', 'a box that the person ticked'),
  ('sms', '{"consent":{"obtained_at":null}}', 'consent_undated', 'no date'),
  ('sms', '{"consent":{"obtained_at":"last spring"}}', 'consent_undated', 'an unreadable date'),
  ('sms', '{"consent":{"obtained_at":"2026-02-30T00:00:00Z"}}', 'consent_undated', 'a day that does not exist'),
  ('sms', '{"consent":{"obtained_at":1767225600}}', 'consent_undated', 'a date that is a number'),
  ('sms', '{"consent":{"obtained_at":"2026-11-18T18:00:00Z"}}', 'yes', 'given this second'),
  ('sms', '{"consent":{"obtained_at":"2026-11-18T18:00:01Z"}}', 'consent_in_the_future', 'given one second later'),
  ('sms', '{"consent":{"obtained_at":"2026-11-18T13:00:00-05:00"}}', 'yes', 'another UTC offset'),
  ('sms', '{"consent":{"obtained_at":"2026-11-18"}}', 'yes', 'a date without a time'),
  ('sms', '{"consent":{"type":"pec","signature":false,"seller":"Other"}}',
    'consent_for_another_seller consent_not_written consent_unsigned', 'every defect is named'),
  -- A relationship is not consent to automation.
  ('sms', '{"consent":{"type":"ebr_purchase","last_transaction_at":"2026-10-01T00:00:00Z"}}',
    'relationship_is_no_consent', 'a purchase is not consent to texts'),
  ('voice_ai', '{"consent":{"type":"ebr_inquiry","last_inquiry_at":"2026-11-01T00:00:00Z"}}',
    'relationship_is_no_consent', 'an inquiry is not consent to AI calls'),
  ('call', '{"consent":{"type":"ebr_purchase","seller":"Acme Realty","last_transaction_at":"2026-10-01T00:00:00Z"}}',
    'yes', 'a hand-dialled call'),
  -- Age of consent is the org's policy.
  ('sms', '{"house":{"consent_max_age_months":18}}', 'house_consent_stale', 'consent of 2024 is stale at 18 months'),
  ('sms', '{"house":{"consent_max_age_months":30}}', 'yes', 'consent of 2024 is not stale at 30 months')
) c(kind, patch, wanted, description);

select * from finish();
rollback;

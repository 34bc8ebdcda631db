begin;
\ir ../support/gate.sql
select no_plan();

select gate_.try(kind, patch::jsonb, '2026-11-18T18:00:00Z', wanted, description) from (values
  -- The national registry and what lifts it.
  ('call', '{}', 'yes', 'not listed, freshly scrubbed'),
  ('call', '{"dnc":{"federal_listed":true}}', 'dnc_federal @ never', 'listed'),
  ('signed_call', '{"dnc":{"federal_listed":true}}', 'yes', 'listed, but a signed agreement names the number'),
  ('signed_call', '{"dnc":{"federal_listed":true},"consent":{"type":"pec"}}', 'yes',
    'a signature is enough; automation need not be disclosed'),
  ('signed_call', '{"dnc":{"federal_listed":true},"consent":{"type":"pec","signature":false}}', 'dnc_federal',
    'oral permission does not lift the registry'),
  ('signed_call', '{"dnc":{"federal_listed":true},"consent":{"phone_covered":false}}', 'dnc_federal',
    'consent for another number does not lift the registry'),
  ('signed_call', '{"dnc":{"federal_listed":true},"consent":{"seller":"Other"}}', 'dnc_federal',
    'consent for another seller does not lift the registry'),
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
  ('mail', '{"dnc":{"federal_listed":true,"state_listed":true,"scrubbed_at":null}}', 'yes',
    'the registry does not apply to e-mail'),
  -- State lists.
  ('call', '{"dnc":{"state_listed":true}}', 'dnc_state @ never', 'on a state list'),
  ('signed_call', '{"dnc":{"state_listed":true}}', 'yes', 'a signed agreement lifts a state list'),
  ('call', '{"dnc":{"state_listed":"absent"}}', 'dnc_state_unknown', 'state list unknown'),
  ('call', '{"dnc":{"federal_listed":true,"state_listed":true}}', 'dnc_federal dnc_state', 'both lists are named')
) c(kind, patch, wanted, description);

select * from finish();
rollback;

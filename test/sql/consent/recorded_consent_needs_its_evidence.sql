begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/consent_records.sql
select no_plan();

-- Requirements.
select is(cast_.record('owner', change), 'SL404 invalid consent: ' || fault, fault)
from (values
  ('{"method": "rumour"}'::jsonb, 'method must be paper, spoken, purchase or inquiry'),
    ('{"method": null}', 'method must be paper, spoken, purchase or inquiry'),
  ('{"method": "spoken"}', 'type does not match method: for spoken it is pec'),
    ('{"type": "ebr_purchase"}', 'type does not match method: for paper it is pec or pewc'),
  ('{"method": "purchase"}', 'type does not match method: it must be ebr_purchase'),
  ('{"channels": []}', 'channels must be among those of this contact: sms, voice_manual, voice_ai'),
    ('{"channels": null}', 'channels must be among those of this contact: sms, voice_manual, voice_ai'),
  ('{"channels": ["sms", "email"]}', 'channels must be among those of this contact: sms, voice_manual, voice_ai'),
    ('{"channels": ["fax"]}', 'channels must be among those of this contact: sms, voice_manual, voice_ai'),
  ('{"purpose": "fun"}', 'purpose must be marketing or transactional'),
  ('{"occurred_at": "last week"}', 'occurred_at is not a valid time'),
    ('{"occurred_at": null}', 'occurred_at is not a valid time'),
    ('{"occurred_at": "2099-01-01T00:00:00Z"}', 'occurred_at is in the future'),
  ('{"evidence": " "}', 'evidence is required: where the paper, the recording or the record is kept'),
    ('{"evidence": null}', 'evidence is required: where the paper, the recording or the record is kept'),
  ('{"evidence_sha256": "abc"}', 'evidence_sha256 must be 64 hexadecimal digits'),
  ('{"seller": null}', 'seller is required: who may contact the person'),
    ('{"text": null}', 'text is required: the words that were agreed to, naming the seller'),
  ('{"seller": "Somebody"}', 'text is required: the words that were agreed to, naming the seller'),
    ('{"signature": null}', 'signature is required: the name that was signed'),
  ('{"automated_disclosed": false}', 'written consent requires automated_disclosed and not_condition_of_purchase'),
  ('{"not_condition_of_purchase": null}',
    'written consent requires automated_disclosed and not_condition_of_purchase'),
  ('{"is_unproven": true}', 'unknown field'), ('{"automated_disclosed": "yes"}',
    'a field has a value of the wrong type'), ('{"channels": "sms"}', 'a field has a value of the wrong type')
) x (change, fault);
select is(cast_.run('owner', format('select public.record_consent(%L, %L, %L, ''[]'')', cast_.org_of('a1'),
  cast_.lead('a1'), cast_.contact('a1'))), 'SL404 invalid consent: the value is not a JSON object',
  'the value is not a JSON object');
select is(cast_.run('owner', format('select public.record_consent(%L, %L, %L, %L, ''2199-01-01Z'')',
  cast_.org_of('a1'), cast_.lead('a1'), cast_.contact('a1'), cast_.sheet('{"occurred_at": "2099-01-01T00:00:00Z"}'))),
  'SL404 invalid consent: occurred_at is in the future', 'a member cannot set the time');

select * from finish();
rollback;

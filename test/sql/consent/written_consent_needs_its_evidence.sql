begin;
\ir ../support/cast.sql
select no_plan();

create temp table good as select jsonb_build_object(
  'org_id', 'a0000000-0000-4000-8000-000000000000', 'lead_id', cast_.lead('a1'), 'value_bidx',
    '\x00112233445566778899aabbccddeeff', 'kind', 'phone',
  'action', 'grant', 'type', 'pewc', 'channels', array['sms'], 'purpose', 'marketing', 'shown_text', 'I agree.',
  'text_sha256', sha256('I agree.'::bytea), 'text_version', 1, 'seller', 'Org A', 'automated_disclosed', true,
  'not_condition_of_purchase', true, 'method', 'consent form', 'signature', 'Ann Ames', 'occurred_at', now(),
    'recorded_by', 'system',
  'is_unproven', false, 'is_keyword', false, 'recorded_at', now()) as row;
create function cast_.record(p_change jsonb) returns text
language sql as $$
  select cast_.run('project_owner', format($q$ insert into public.consents overriding user value
    select (jsonb_populate_record(null::public.consents, %L)).* $q$, (select row from pg_temp.good) || p_change))
$$;
select is(cast_.record('{}'), 'rows 1', 'a complete written consent is recorded');
select is(cast_.record(jsonb_build_object(k, null) || case k when 'value_bidx' then '{"kind": null}'::jsonb
  when 'shown_text' then '{"text_sha256": null}' else '{}' end),
  '23514 new row for relation "consents" violates check constraint "written_consent_is_proven"',
    'written consent requires ' || k)
from unnest(array['value_bidx', 'shown_text', 'seller', 'purpose', 'signature', 'automated_disclosed',
  'not_condition_of_purchase']) k;
select is(cast_.record(jsonb_build_object(k, false)),
  '23514 new row for relation "consents" violates check constraint "written_consent_is_proven"',
  'written consent requires ' || k || ' to be true')
from unnest(array['automated_disclosed', 'not_condition_of_purchase']) k;
select is(cast_.record('{"type": "pec", "signature": null, "automated_disclosed": null}'), 'rows 1',
  'consent without a signature can be recorded as express consent');
select is(cast_.record(change), answer, what)
from (values
  ('{"shown_text": "I agree!"}'::jsonb,
    '23514 new row for relation "consents" violates check constraint "consent_text_has_its_hash"',
    'the hash must be that of the text'),
  ('{"type": null}', '23514 new row for relation "consents" violates check constraint "grant_says_of_which_type"',
    'a grant needs a type'),
  ('{"action": "revoke", "revoked_scope": "all"}',
    '23514 new row for relation "consents" violates check constraint "grant_says_of_which_type"',
    'a revocation must not have a type'),
  ('{"action": "revoke", "type": null}',
    '23514 new row for relation "consents" violates check constraint "revocation_says_its_scope"',
    'a revocation needs a scope'),
  ('{"action": "revoke", "type": null, "revoked_scope": "all"}', 'rows 1', 'a revocation with a scope is recorded'),
  ('{"channels": ["fax"]}',
    '23514 new row for relation "consents" violates check constraint "consent_channels_are_known"',
    'channels must be known'),
  ('{"channels": ["email"]}',
    '23514 new row for relation "consents" violates check constraint "consent_channels_fit_the_contact"',
    'a phone cannot consent to e-mail')
) x (change, answer, what);

select * from finish();
rollback;

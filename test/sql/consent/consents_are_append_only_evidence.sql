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
  select cast_.run('desk', format($q$ insert into public.consents overriding user value
    select (jsonb_populate_record(null::public.consents, %L)).* $q$, (select row from pg_temp.good) || p_change))
$$;
select is(cast_.record('{}'), 'rows 1', 'a complete written consent is recorded');
select is(cast_.record(jsonb_build_object(k, null) || case k when 'value_bidx' then '{"kind": null}'::jsonb
  when 'shown_text' then '{"text_sha256": null}' else '{}' end),
  '23514 new row for relation "consents" violates check constraint "written_consent_is_proven"',
    'written consent without ' || k || ' is none')
from unnest(array['value_bidx', 'shown_text', 'seller', 'purpose', 'signature', 'automated_disclosed',
  'not_condition_of_purchase']) k;
select is(cast_.record(jsonb_build_object(k, false)),
  '23514 new row for relation "consents" violates check constraint "written_consent_is_proven"',
  'nor where it is said that ' || k || ' is not so')
from unnest(array['automated_disclosed', 'not_condition_of_purchase']) k;
select is(cast_.record('{"type": "pec", "signature": null, "automated_disclosed": null}'), 'rows 1',
  'it may be recorded as express consent');
select is(cast_.record(change), answer, what)
from (values
  ('{"shown_text": "I agree!"}'::jsonb,
    '23514 new row for relation "consents" violates check constraint "consent_text_has_its_hash"',
    'the hash must be that of the text'),
  ('{"type": null}', '23514 new row for relation "consents" violates check constraint "grant_says_of_which_type"',
    'a grant needs a type'),
  ('{"action": "revoke", "revoked_scope": "all"}',
    '23514 new row for relation "consents" violates check constraint "grant_says_of_which_type"',
    'a revocation must not have one'),
  ('{"action": "revoke", "type": null}',
    '23514 new row for relation "consents" violates check constraint "revocation_says_its_scope"',
    'but needs a scope'),
  ('{"action": "revoke", "type": null, "revoked_scope": "all"}', 'rows 1', 'with a scope it is recorded'),
  ('{"channels": ["fax"]}',
    '23514 new row for relation "consents" violates check constraint "consent_channels_are_known"',
    'channels must be known'),
  ('{"channels": ["email"]}',
    '23514 new row for relation "consents" violates check constraint "consent_channels_fit_the_contact"',
    'a phone cannot consent to e-mail')
) x (change, answer, what);

select is(cast_.run(who, 'update public.consents set ip = null'), answer, who || ' changes no consent')
from (values ('desk', 'SL002 consents is append-only'), ('pipeline_writer',
  '42501 permission denied for table consents'),
  ('service_role', '42501 permission denied for table consents'),
    ('owner', '42501 permission denied for table consents')) x (who, answer);
select is(cast_.run(who, 'delete from public.consents'), answer, who || ' deletes none')
from (values ('desk', 'SL002 consents is append-only'), ('pipeline_writer',
  '42501 permission denied for table consents'),
  ('owner', '42501 permission denied for table consents')) x (who, answer);
select throws_ok('truncate public.consents cascade', 'SL002', null, 'the table cannot be truncated');

-- Read access.
set local sluice.actor = 'system';
insert into public.consents (org_id, lead_id, action, type, channels, method, occurred_at)
select l.org_id, l.id, 'grant', 'pec', '{sms}', 'test', now() from public.leads l
  where l.id in (cast_.lead('a2'), cast_.lead('b1'));
set local sluice.actor = '';
select is(cast_.leads(who, 'public.consents', 'lead_id'), answer, format('%s sees the consents of %s', who, answer))
from (values ('owner', 'a1 a2'), ('admin', 'a1 a2'), ('viewer', 'a1 a2'), ('broker', 'a1'), ('colleague', 'a2'),
  ('rival', 'b1'),
  ('stranger', 'none'), ('anon', '42501 permission denied for table consents'),
    ('pipeline_writer', 'a1 a2 b1')) x (who, answer);
select is(cast_.run('owner', 'select text_cipher from public.consents'), '42501 permission denied for table consents',
  'the person''s words are not exposed by the API');
select is(cast_.run(who, format($$ insert into public.consents (org_id, lead_id, action, type, channels, method,
  occurred_at)
    values ('a0000000-0000-4000-8000-000000000000', %L, 'grant', 'pec', '{sms}', 'test', now()) $$,
      cast_.lead('a1'))), answer, who || ' records a consent: ' || answer)
from (values ('owner', '42501 permission denied for table consents'),
  ('broker', '42501 permission denied for table consents'), ('pipeline_writer', 'rows 1')) x (who, answer);
select lives_ok($$ delete from public.orgs where id = 'a0000000-0000-4000-8000-000000000000' $$,
  'an org can be deleted');
select is((select count(*) from public.consents), 1::bigint, 'with its own consents');

select * from finish();
rollback;

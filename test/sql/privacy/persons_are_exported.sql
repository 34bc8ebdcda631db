begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();
select cast_.consent('a1') \g /dev/null
select cast_.decide('a1') \g /dev/null
select cast_.attempt('a1', '2026-11-18T18:00:05Z') \g /dev/null
update public.leads set owner_1_first = 'Joanna', attributes = '{"Spouse": "Pat Ames"}' where id = cast_.lead('a1');
select private.suppress_value(cast_.org_of('a1'), cast_.bidx('a1'), 'phone', 'sms', 'opt_out', 'a reply') \g /dev/null
create temp table bidx as select cast_.bidx('a1') as phone, cast_.bidx('a1', 'email') as email;

create temp table exported as select public.export_person(cast_.org_of('a1'), cast_.lead('a1')) as j;
select is((select string_agg(c ->> 'value', ' ') from exported, jsonb_array_elements(j -> 'contacts') c),
  '+12135550101 ames@example.com', 'an export has the contacts in plain text');
select is((select array_agg(k || ' ' || jsonb_array_length(j -> 'records' -> k) order by k) from exported,
  unnest('{consents,gate_decisions,contact_attempts}'::text[]) k),
  '{"consents 1","contact_attempts 1","gate_decisions 1"}', 'an export has consents, decisions and contact attempts');
select is((select j -> 'suppressions' -> 0 ->> 'reason' from exported), 'opt_out', 'an export has suppressions');
select is((select j -> 'lead' ->> 'owner_1_first' from exported), 'Joanna', 'an export has the fields of the lead');
select isnt((select j -> 'records' -> 'lead_changes' from exported), '[]', 'an export has the history');
select is_empty($$ select t.relname from pg_class t join pg_attribute a on a.attrelid = t.oid
  and a.attname = 'lead_id' and a.atttypid = 'uuid'::regtype
  join pg_attribute o on o.attrelid = t.oid and o.attname = 'org_id'
  where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p') and not t.relispartition
    and t.relname <> 'contact_points' and not (select j -> 'records' ? t.relname from exported) $$,
      'an export has every table that refers to leads');
select is_empty($$ select 1 from exported where j::text ~ '\\\\x' $$,
  'an export has no ciphertext, hash or blind index');
select is((select count(*)::int from private.pii_access_log where lead_id = cast_.lead('a1')), 1,
  'the access is logged');
select is(cast_.run(who, format('select public.export_person(%L, %L)', cast_.org_of('a1'), cast_.lead('a1'))), answer,
  who || ' and the export')
from (values ('owner', 'rows 1'), ('admin', 'rows 1'), ('service_role', 'rows 1'),
  ('broker', 'SL425 lead ' || cast_.lead('a1') || ' not found'),
  ('viewer', 'SL425 lead ' || cast_.lead('a1') || ' not found'), ('rival', 'SL425 lead ' || cast_.lead('a1')
    || ' not found'),
  ('anon', '42501 permission denied for function export_person')) v(who, answer);

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/reveal.sql
update public.members set may_export = true where role = 'admin';
select no_plan();
select cast_.consent('a1') \g /dev/null
select cast_.decide('a1') \g /dev/null
select cast_.attempt('a1', '2026-11-18T18:00:05Z') \g /dev/null
update public.leads set owner_1_first = 'Joanna', attributes = '{"Spouse": "Pat Ames"}' where id = cast_.lead('a1');
select private.suppress_value(cast_.org_of('a1'), cast_.bidx('a1'), 'phone', 'sms', 'opt_out', 'a reply') \g /dev/null
create temp table bidx as select cast_.bidx('a1') as phone, cast_.bidx('a1', 'email') as email;

create temp table exported as select cast_.reveal('owner', 'person', array[cast_.lead('a1')])::jsonb -> 'record' as j;
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
select is(case when a.answer ~ '^\{' then 'the record' else a.answer end, x.answer, who || ' and the export')
from (values ('owner', 'the record'), ('admin', 'the record'), ('service_role', 'the record'),
  ('project_owner', 'the record'), ('broker', 'SL425 lead not found'), ('viewer', 'SL425 lead not found'),
  ('rival', 'SL425 lead not found'), ('stranger', 'SL425 lead not found'),
  ('anon', '42501 permission denied for function request_reveal')) x (who, answer)
cross join lateral (select cast_.reveal(who, 'person', array[cast_.lead('a1')]) as answer) a;
-- One call alone does not do it, and nobody can call what it is made of.
select matches(cast_.run(who, format('select private.person_record(%L, %L)', cast_.org_of('a1'), cast_.lead('a1'))),
  '^42501 permission denied', who || ' cannot read the record directly')
from unnest('{owner,broker,viewer,service_role,anon}'::text[]) who;

select * from finish();
rollback;

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

-- Export
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

-- Erasure
select is(cast_.run(who, format('select public.erase_lead(%L, %L, ''request'')', cast_.org_of('a1'),
  cast_.lead('a1'))), 'SL426 lead ' || cast_.lead('a1') || ' not found', who || ' cannot erase')
from unnest('{broker,viewer,rival}'::text[]) who;
select is(cast_.run('owner', format('select public.erase_lead(%L, %L, ''request of the person'')', cast_.org_of('a1'),
  cast_.lead('a1'))), 'rows 1', 'an owner can erase');
select is((select count(*)::int from public.contact_points where lead_id = cast_.lead('a1')), 0,
  'the contacts are deleted');
select is((select count(*)::int from public.contact_points where lead_id = cast_.lead('a2')), 1,
  'the contacts of another lead stay');
select is((select coalesce(owner_1_first, owner_1_last, owner_full, attributes::text) || ' ' || campaign_status || ' '
  || situs_street from public.leads where id = cast_.lead('a1')),
  '{} opted_out 1 Main St', 'names and list columns are deleted, the property stays');
select is_empty($$ select 1 from public.lead_changes h where h.lead_id = cast_.lead('a1')
  and h::text ~* '(joanna|ames|main st)' $$, 'the history contains no personal data');
select isnt_empty($$ select 1 from public.lead_changes h where h.lead_id = cast_.lead('a1')
  and h.changes ? 'owner_1_first' $$, 'the history still shows that fields changed');
select is((select count(*)::int from public.suppressions s, bidx b where s.value_bidx in (b.phone, b.email)
  and s.channel is null and s.reason = 'erasure'), 2, 'suppressions stay as hashes');
select is((select count(*)::int from public.consents where lead_id = cast_.lead('a1')) || ' ' || (select count(*)::int
  from public.gate_decisions where lead_id = cast_.lead('a1'))
  || ' ' || (select count(*)::int from public.contact_attempts where lead_id = cast_.lead('a1')), '1 1 1',
    'consents, decisions and contact attempts stay');
select is((select kept ->> 'decisions' from public.erasures where lead_id = cast_.lead('a1')), '1',
  'the erasure records what was kept');
select cast_.add_contact(cast_.lead('a3'), 'phone', '+12135550101') \g /dev/null
select matches(cast_.verdict(public.gate_decide(cast_.lead('a3'), (select c.id from public.contact_points c, bidx b
  where c.lead_id = cast_.lead('a3') and c.value_bidx = b.phone), 'voice_manual', 'marketing', cast_.noon())),
  'suppressed', 'the number stays suppressed when a list contains it again');
select throws_ok('update public.lead_changes set changes = null', 'SL002', null, 'the history is append-only again');
select throws_ok('delete from public.erasures', 'SL002', null, 'an erasure cannot be deleted');
select is(cast_.leads(who, 'public.erasures', 'lead_id'), sees, who || ' and the record of erasures')
  from (values ('owner', 'a1'), ('broker', 'none'), ('rival', 'none')) v(who, sees);
select is(cast_.run('pipeline_writer', $$ select set_config('sluice.erasing', 'yes', true) $$), 'rows 1',
  'the pipeline can set sluice.erasing') ;
set local sluice.erasing = 'yes';
select is(cast_.run('pipeline_writer', 'update public.lead_changes set changes = null'),
  '42501 permission denied for table lead_changes', 'the setting alone does not allow changes of the history');

select * from finish();
rollback;

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

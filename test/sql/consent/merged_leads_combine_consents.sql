begin;
\ir ../support/cast.sql
\ir ../support/lead_consents.sql
select no_plan();

-- Lead a2 is older and has revoked its consent.
select cast_.grant_to('a2', '+12135550102', '{sms}', '2026-01-10 12:00Z'),
  cast_.grant_to('a2', '+12135550102', '{sms}', '2026-01-11 12:00Z', 'revoke') \g /dev/null

insert into public.consents (org_id, lead_id, action, type, channels, method, occurred_at)
values ('a0000000-0000-4000-8000-000000000000', cast_.lead('a3'), 'grant', 'pec', '{voice_manual}', 'test grant',
  '2026-07-01 12:00Z');
update public.leads set mak = null, county_fips = null, apn = null where id = cast_.lead('a3');
set local sluice.actor = 'system';
select private.merge_leads('a0000000-0000-4000-8000-000000000000', cast_.lead('a2'), cast_.lead('a3'), null,
  'test') \g /dev/null
set local sluice.actor = '';
select private.sync_lead_consents('a0000000-0000-4000-8000-000000000000', array[cast_.lead('a2')]) \g /dev/null
select is(cast_.says('a2'), 't 2026-07-01 test grant', 'a merge combines consents');

select * from finish();
rollback;

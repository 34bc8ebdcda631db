begin;
\ir ../support/cast.sql
\ir ../support/lead_consents.sql
select no_plan();

-- By value.
select cast_.grant_to('a2', '+12135550102', '{sms}', '2026-01-10 12:00Z'),
  cast_.grant_to('a2', '+12135550102', '{sms}', '2026-01-11 12:00Z', 'revoke') \g /dev/null
select cast_.add_contact(cast_.lead('a3'), 'phone', '+12135550102') \g /dev/null
select is(cast_.says('a3'), 'f 2026-01-10 test grant', 'a phone applies its revocation to another lead');
delete from public.leads where id = cast_.lead('a2');
select is((select count(*) from public.consents where lead_id = cast_.lead('a2')), 2::bigint,
  'consents outlive their lead');
set local sluice.actor = 'upload';
set local sluice.upload_id = 'a0000000-0000-4000-8000-00000000000d';
insert into public.leads (org_id, id, mak, consent, consented_at, consent_method, source_id, created_upload_id)
values ('a0000000-0000-4000-8000-000000000000', cast_.lead('a4'), '1000000002', true, '2026-06-01 12:00Z', 'web form',
  'a0000000-0000-4000-8000-00000000005c', 'a0000000-0000-4000-8000-00000000000d');
select is(cast_.says('a4'), 't 2026-06-01 web form', 'an import may assert consent');
select cast_.add_contact(cast_.lead('a4'), 'phone', '+12135550102') \g /dev/null
set local sluice.actor = '';
set local sluice.upload_id = '';
select is(cast_.says('a4'), 'f 2026-06-01 web form',
  'the revocation of the imported phone outranks the asserted consent');

select * from finish();
rollback;

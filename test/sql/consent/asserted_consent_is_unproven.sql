begin;
\ir ../support/cast.sql
\ir ../support/lead_consents.sql
select no_plan();

-- Lead a4 comes from an upload that asserts consent.
set local sluice.actor = 'upload';
set local sluice.upload_id = 'a0000000-0000-4000-8000-00000000000d';
insert into public.leads (org_id, id, mak, consent, consented_at, consent_method, source_id, created_upload_id)
values ('a0000000-0000-4000-8000-000000000000', cast_.lead('a4'), '1000000004', true, '2026-06-01 12:00Z', 'web form',
  'a0000000-0000-4000-8000-00000000005c', 'a0000000-0000-4000-8000-00000000000d');
set local sluice.actor = '';
set local sluice.upload_id = '';

-- Unproven consents.
select results_eq($$ select c.type, c.is_unproven, c.method, c.occurred_at, c.value_bidx, c.shown_text, c.recorded_by,
  c.source_id, c.upload_id, c.channels
    from public.consents c where c.is_unproven and c.lead_id = cast_.lead('a4') $$,
  $$ values ('pec', true, 'web form', '2026-06-01 12:00Z'::timestamptz, null::bytea, null::text, 'upload',
    'a0000000-0000-4000-8000-00000000005c'::uuid,
    'a0000000-0000-4000-8000-00000000000d'::uuid, '{email,sms,voice_manual,voice_ai}'::text[]) $$,
  'imported consent is unproven and has its source: express at most, no number, no text');
select throws_ok($$ insert into public.consents (org_id, lead_id, action, type, channels, is_unproven, method,
  occurred_at) values
  ('a0000000-0000-4000-8000-000000000000', cast_.lead('a4'), 'grant', 'pewc', '{sms}', true, 'list', now()) $$,
    '23514', null, 'an unproven consent is never written consent');
set local sluice.actor = 'upload';
update public.leads set owner_1_last = 'Again' where id = cast_.lead('a4');
set local sluice.actor = 'system';
update public.leads set consent = true, consented_at = '2026-06-02 12:00Z' where id = cast_.lead('a3');
set local sluice.actor = '';
select is((select count(*) from public.consents where is_unproven
  and lead_id in (cast_.lead('a4'), cast_.lead('a3'))), 1::bigint,
  'only changes by an import or a person are recorded as unproven consents');
update public.leads set consent = true, consented_at = '2026-06-03 12:00Z', consent_method = 'phone call'
  where id = cast_.lead('b1');
select is((select c.recorded_by || ' ' || c.method from public.consents c where c.lead_id = cast_.lead('b1')),
  'member phone call', 'a manual edit is recorded as an unproven consent, too');
update public.leads set consent = false where id = cast_.lead('b1');
select is((select c.action || ' ' || c.revoked_scope from public.consents c where c.lead_id = cast_.lead('b1')
  order by id desc limit 1), 'revoke all', 'removing the consent is recorded as a revocation');
select is(cast_.says('b1'), 'f 2026-06-03 phone call', 'the revocation updates the lead');

-- An undone upload.
select is((select x.ended from private.effective_consents('a0000000-0000-4000-8000-000000000000',
  array[cast_.lead('a4')]) x
  join public.consents c on c.id = x.consent_id and c.is_unproven), null, 'the unproven consent of an upload counts');
update public.uploads set state = 'undone', undone_at = now(), completed_at = now()
  where id = 'a0000000-0000-4000-8000-00000000000d';
select is((select x.ended from private.effective_consents('a0000000-0000-4000-8000-000000000000',
  array[cast_.lead('a4')]) x
  join public.consents c on c.id = x.consent_id and c.is_unproven), 'undone',
    'the unproven consent of an undone upload no longer counts');

select * from finish();
rollback;

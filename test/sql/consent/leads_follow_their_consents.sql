begin;
\ir ../support/cast.sql
select no_plan();

create function cast_.bidx(p_value text, p_org text default 'a') returns bytea
language sql as $$ select private.blind_index(p_value,
  private.blind_key(format('%s0000000-0000-4000-8000-000000000000', p_org)::uuid)) $$;
create function cast_.grant_to(p_lead text, p_value text, p_channels text[], p_at timestamptz,
  p_action text default 'grant', p_claim boolean default false) returns bigint
language sql as $$
  insert into public.consents (org_id, lead_id, value_bidx, kind, action, type, channels, revoked_scope, is_unproven,
    method, occurred_at, recorded_by)
  values ('a0000000-0000-4000-8000-000000000000', cast_.lead(p_lead), cast_.bidx(p_value), case when p_value like '%@%'
    then 'email' else 'phone' end::public.contact_kind,
    p_action::public.consent_action, case p_action when 'grant' then 'pec' end, p_channels, case p_action when 'revoke'
      then 'channel' end, p_claim,
    'test ' || p_action, p_at, 'system')
  returning id
$$;
create function cast_.says(p_lead text) returns text
language sql as $$
  select concat_ws(' ', l.consent, to_char(l.consented_at at time zone 'UTC', 'YYYY-MM-DD'), l.consent_method)
    from public.leads l where l.id = cast_.lead(p_lead)
$$;

-- A grant, a revocation, a new grant.
select is(cast_.says('a1'), 'f', 'at first no lead has consented');
select cast_.grant_to('a1', '+12135550101', '{sms,voice_ai}', '2026-01-10 12:00Z') \g /dev/null
select is(cast_.says('a1'), 't 2026-01-10 test grant', 'a consent sets consent, time and method of its lead');
select is(cast_.says('a2'), 'f', 'and of no other lead');
select is((select c.actor from public.lead_changes c where c.lead_id = cast_.lead('a1') and c.changes ? 'consent'),
  'system', 'the history names the system as the actor');
select cast_.grant_to('a1', '+12135550101', '{sms}', '2026-02-10 12:00Z', 'revoke') \g /dev/null
select is(cast_.says('a1'), 't 2026-01-10 test grant', 'a revocation of one channel keeps the other');
select cast_.grant_to('a1', '+12135550101', '{voice_ai}', '2026-02-11 12:00Z', 'revoke') \g /dev/null
select is(cast_.says('a1'), 'f 2026-01-10 test grant',
  'a revocation of the last channel removes the consent and leaves its mark');
select cast_.grant_to('a1', '+12135550101', '{sms}', '2026-02-01 12:00Z') \g /dev/null
select is(cast_.says('a1'), 'f 2026-02-01 test grant',
  'an older consent, recorded late, does not outrank the revocation');
select cast_.grant_to('a1', '+12135550101', '{sms}', '2026-03-01 12:00Z', p_claim => true) \g /dev/null
select is(cast_.says('a1'), 'f 2026-03-01 test grant', 'nor does an unproven consent, however new');
select cast_.grant_to('a1', '+12135550101', '{sms}', '2026-03-02 12:00Z') \g /dev/null
select is(cast_.says('a1'), 't 2026-03-02 test grant', 'a newer proven consent does');

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
select is(cast_.says('a4'), 'f 2026-06-01 web form', 'but the revocation of the imported phone applies');

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
  order by id desc limit 1), 'revoke all', 'and its removal as a revocation');
select is(cast_.says('b1'), 'f 2026-06-03 phone call', 'which updates the lead');

-- An undone upload.
select is((select x.ended from private.effective_consents('a0000000-0000-4000-8000-000000000000',
  array[cast_.lead('a4')]) x
  join public.consents c on c.id = x.consent_id and c.is_unproven), null, 'the unproven consent of an upload counts');
update public.uploads set state = 'undone', undone_at = now(), completed_at = now()
  where id = 'a0000000-0000-4000-8000-00000000000d';
select is((select x.ended from private.effective_consents('a0000000-0000-4000-8000-000000000000',
  array[cast_.lead('a4')]) x
  join public.consents c on c.id = x.consent_id and c.is_unproven), 'undone', 'until the upload is undone');

-- Merges.
insert into public.consents (org_id, lead_id, action, type, channels, method, occurred_at)
values ('a0000000-0000-4000-8000-000000000000', cast_.lead('a3'), 'grant', 'pec', '{voice_manual}', 'test grant',
  '2026-07-01 12:00Z');
update public.leads set mak = null, county_fips = null, apn = null where id = cast_.lead('a3');
set local sluice.actor = 'system';
select private.merge_leads('a0000000-0000-4000-8000-000000000000', cast_.lead('a4'), cast_.lead('a3'), null,
  'test') \g /dev/null
set local sluice.actor = '';
select private.sync_lead_consents('a0000000-0000-4000-8000-000000000000', array[cast_.lead('a4')]) \g /dev/null
select is(cast_.says('a4'), 't 2026-07-01 test grant', 'a merge combines consents');

-- Expiry.
select is(private.expire_consents('2026-09-01 12:00Z'), 0, 'without a term no consent expires');
update public.orgs set settings = '{"consent_months": 6}' where id = 'a0000000-0000-4000-8000-000000000000';
select private.sync_lead_consents('a0000000-0000-4000-8000-000000000000', array[cast_.lead('a1')],
  '2026-09-02 11:59:59Z') \g /dev/null
select is(cast_.says('a1'), 't 2026-03-02 test grant', 'a consent counts to the last second of its term');
select is(private.expire_consents('2026-09-02 12:00Z'), 1, 'at the end of its term it expires');
select is(cast_.says('a1'), 'f', 'and leaves no mark of a revocation');
select is((select count(*) from public.consents where lead_id = cast_.lead('a1') and action = 'grant'), 4::bigint,
  'its record is kept');
select throws_ok($$ update public.orgs set settings = '{"consent_months": "soon"}' $$, '23514', null,
  'a term must be a number of months');

select * from finish();
rollback;

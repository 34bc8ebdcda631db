-- In Studio's grid the owner of the database may write every column, but not what follows from evidence.
begin;
\ir ../support/cast.sql
select plan(19);
set local sluice.repair = '';

select 'update public.leads set mak = ''1000000009'' where apn = ''A1''' as statement \gset
select 'SL311 an identity key of leads is not written by hand: it follows from lists and from the '
  || 'address; correct the address, or use merge_leads or split_lead' as expected \gset
\ir ../support/by_hand.sql
select 'update public.leads set apn = ''Z9'' where apn = ''A1''' as statement \gset
select 'SL311 an identity key of leads is not written by hand: it follows from lists and from the '
  || 'address; correct the address, or use merge_leads or split_lead' as expected \gset
\ir ../support/by_hand.sql
select 'update public.leads set county_fips = ''06001'' where apn = ''A1''' as statement \gset
select 'SL311 an identity key of leads is not written by hand: it follows from lists and from the '
  || 'address; correct the address, or use merge_leads or split_lead' as expected \gset
\ir ../support/by_hand.sql
select 'update public.leads set situs_house_number = ''7'' where true' as statement \gset
select 'SL311 an identity key of leads is not written by hand: it follows from lists and from the '
  || 'address; correct the address, or use merge_leads or split_lead' as expected \gset
\ir ../support/by_hand.sql
select 'update public.leads set consent = true, consented_at = now() where true' as statement \gset
select 'SL311 consent of leads is not written by hand: it follows from its evidence; use '
  || 'record_consent' as expected \gset
\ir ../support/by_hand.sql
select 'update public.leads set phone_verified = true where true' as statement \gset
select 'SL311 verification of leads is not written by hand: it follows from the provider''s answers'
  || ' about the contacts; start a verification' as expected \gset
\ir ../support/by_hand.sql
select 'update public.leads set lead_score = 99 where true' as statement \gset
select 'SL311 a score of leads is not written by hand: it follows from lists and from the rules of'
  || ' the org' as expected \gset
\ir ../support/by_hand.sql
select 'update public.leads set campaign_status = ''opted_out'' where true' as statement \gset
select 'SL311 the state in a campaign of leads is not written by hand: it follows from what '
  || 'happened; use control_lead, record_call or control_campaign' as expected \gset
\ir ../support/by_hand.sql
select 'update public.contact_points set verified = true where true' as statement \gset
select 'SL311 a contact of contact_points is not written by hand: its value is encrypted and '
  || 'indexed, and its verification follows from the provider''s answers' as expected \gset
\ir ../support/by_hand.sql
select 'update public.contact_points set value_bidx = ''\x01'' where true' as statement \gset
select 'SL311 a contact of contact_points is not written by hand: its value is encrypted and '
  || 'indexed, and its verification follows from the provider''s answers' as expected \gset
\ir ../support/by_hand.sql
select 'insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, '
  || 'key_id, masked) select org_id, lead_id, kind, ''\x02'', value_cipher, key_id, masked from '
  || 'public.contact_points limit 1' as statement \gset
select 'SL311 a row of contact_points is not written by hand: it is encrypted and indexed; import '
  || 'it with a list' as expected \gset
\ir ../support/by_hand.sql
select 'insert into public.consents (org_id, lead_id, action, channels, method, revoked_scope, '
  || 'occurred_at) select org_id, id, ''revoke'', ''{sms}'', ''by hand'', ''all'', now() from '
  || 'public.leads limit 1' as statement \gset
select 'SL311 a row of consents is not written by hand: it needs its evidence; use record_consent' as expected \gset
\ir ../support/by_hand.sql
select 'insert into public.lead_scores (org_id, lead_id, version, score, rule_score, fit, '
  || 'engagement, tier, confidence, points, scored_at) select org_id, id, 1, 1, 1, 1, 1, ''A1'', '
  || '1, ''{}'', now() from public.leads limit 1' as statement \gset
select 'SL311 a row of lead_scores is not written by hand: it follows from the rules of the org; '
  || 'change the rules' as expected \gset
\ir ../support/by_hand.sql

-- What a person may correct, and what a repair may.
\set expected '00000 written'
select 'update public.leads set owner_1_last = ''Bloom'', situs_street = ''9 Elm St'', status = ''working'' where true'
  as statement \gset
\ir ../support/by_hand.sql
select 'update public.contact_points set label = ''office'', position = 2 where true' as statement \gset
\ir ../support/by_hand.sql
set local sluice.repair = 'a wrong import';
select 'update public.leads set lead_score = 99 where true' as statement \gset
\ir ../support/by_hand.sql
set local sluice.repair = '';
-- Functions, the pipeline and the service pass.
select is(cast_.add_contact(cast_.lead('a2'), 'email', 'bell@example.com') > 0, true, 'a function writes contacts');
set local role pipeline_writer;
select 'update public.leads set lead_score = 99 where true' as statement \gset
\ir ../support/by_hand.sql
reset role;
select set_config('role', 'service_role', true), set_config('request.jwt.claims', '{"role": "service_role"}', true)
\g /dev/null
select 'update public.leads set lead_score = 99 where true' as statement \gset
\ir ../support/by_hand.sql
reset role;

select * from finish();
rollback;

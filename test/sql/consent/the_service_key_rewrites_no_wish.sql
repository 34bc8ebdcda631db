-- Whoever has the service key, as n8n does, and no database password: an opt-out, the laws and the proof stay. What
-- lifts an opt-out is a consent that is recorded with its evidence.
begin;
\ir ../support/cast.sql
\ir ../support/opt_outs.sql
select no_plan();
select cast_.reply(1, 'STOP', now() - interval '1 day') \g /dev/null
insert into public.consent_texts (org_id, version, seller, title, body, channels, automated_disclosed,
  not_condition_of_purchase)
values (:org, 9, 'Org A', 'May we write?', 'I agree that Org A may send automated texts.', '{sms}', true, true);
select is(cast_.held('+12135550101'), 'sms voice_ai', 'the person said STOP');

-- Each way to be rid of it, as the service.
select matches(cast_.run('service_role', statement), '^' || answer, why)
from (values
  ('insert into public.consent_tokens (org_id, lead_id, nonce_hash, expires_at, text_version, channels, phone_bidx,
    issued_via) select org_id, id, sha256(''known''), now() + interval ''1 day'', 9, ''{sms}'', phone_bidx, ''service''
    from public.leads', '42501 permission denied for table consent_tokens',
    'a link with a known nonce cannot be written'),
  ('update public.consent_tokens set nonce_hash = sha256(''known'') where true', '42501', 'nor changed'),
  ('select nonce_hash from public.consent_tokens', '42501', 'nor read'),
  ('select private.issue_consent_token(gen_random_uuid(), gen_random_uuid(), ''{sms}'')', '42501',
    'nor issued unseen'),
  ('update public.contact_points set value_bidx = ''\x00'' where true', '42501 permission denied for table contact_p',
    'a contact cannot get another blind index'),
  ('insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked)
    select org_id, lead_id, kind, ''\x00'', value_cipher, key_id, masked from public.contact_points', '42501',
    'nor be copied under another one'),
  ('delete from public.contact_points where true', '42501', 'nor be deleted'),
  ('delete from public.suppressions where true', 'SL502', 'suppressions cannot be deleted'),
  ('update public.suppressions set channel = ''email'' where true', 'SL502', 'nor changed'),
  ('insert into public.suppression_lifts (org_id) select id from public.orgs', '42501', 'lifts cannot be written'),
  ('insert into public.consents (org_id) select id from public.orgs', '42501', 'consents cannot be written'),
  ('delete from public.consents where true', '42501', 'nor deleted'),
  ('delete from public.wrong_contacts where true', '42501', 'wrong contacts stay'),
  ('delete from public.gate_decisions where true', '42501', 'decisions stay'),
  ('delete from public.contact_attempts where true', '42501', 'attempts stay'),
  ('delete from public.reassigned_checks where true', '42501', 'answers of registers stay'),
  ('delete from public.lead_changes where true', '42501', 'history stays'),
  ('update public.lead_merges set merged_row = ''{}'' where true', '42501', 'merges stay'),
  ('select private.lift_suppressions(gen_random_uuid(), 1, now())', '42(501|883)', 'nothing lifts through a function')
) x (statement, answer, why);
select matches(cast_.run(who, format('update public.leads set campaign_status = %L where id = %L', state,
  cast_.lead('a1'))), case when who in ('broker', 'owner') then '^42501' else '^SL403' end,
  format('a lead that is opted out stays so: %s by %s', state, who))
from unnest(enum_range(null::public.campaign_status)::text[]) state
cross join unnest('{broker,owner,service_role,pipeline_writer,project_owner}'::text[]) who where state <> 'opted_out';
select is(cast_.held('+12135550101'), 'sms voice_ai', 'the STOP holds');
select is(cast_.status('a1'), 'opted_out', 'for the lead, too');

-- The laws of the gate and other reference data are those of the release.
select is(cast_.run('service_role', format('delete from public.%I where true', name)),
  format('42501 permission denied for table %s', name), 'the service cannot delete ' || name)
from unnest('{rule_sets,gate_rules,calling_laws,calling_windows,holidays,holiday_dates,state_rules,zip_zones,
  area_code_zones,us_states,us_counties,zip_counties,verification_code_map,mapping_targets}'::text[]) name;
select matches(cast_.run('service_role', 'select * from public.' || name), '^rows [1-9]', 'it reads ' || name)
from unnest('{rule_sets,gate_rules,calling_laws,state_rules,area_code_zones,us_states,mapping_targets,
  contact_points}'::text[]) name;
-- What operators enter with it stays possible.
select is(cast_.run('service_role', statement), 'rows 1', 'the service enters ' || what)
from (values
  ('insert into public.emergencies (state, declared_at, source) values (''CA'', now(), ''a test'')', 'emergencies'),
  ('insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on)
    values (''a0000000-0000-4000-8000-000000000000'', ''deny_states'', ''["FL"]'', ''a test'', current_date)',
    'rules of the org'),
  ('insert into public.suppressions (org_id, value_bidx, kind, reason, source)
    values (''a0000000-0000-4000-8000-000000000000'', ''\x01'', ''phone'', ''request'', ''a test'')', 'suppressions')
) x (statement, what);

select * from finish();
rollback;

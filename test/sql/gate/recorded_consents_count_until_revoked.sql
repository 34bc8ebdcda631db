begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

-- Consent
select is(cast_.decide('a1'), 'consent_missing @ never', 'a text without consent is refused');
select cast_.consent('a1') \g /dev/null
select is(cast_.decide('a1'), 'yes', 'a text with written consent is allowed');
select is(cast_.decide('a2'), 'consent_missing @ never', 'the consent of one number does not cover another');
select is(cast_.decide('b1'), 'consent_missing @ never', 'a consent does not cover the same number in another org');
select is(cast_.decide('a1', p_at => '2026-11-18T15:59:59Z'), 'federal_hours @ 2026-11-18T16:00:00Z',
  'the hours are those of the person');
select is(cast_.decide('a1', p_at => '2026-05-01T18:00Z'), 'consent_missing dnc_scrub_unreadable @ never',
  'records after the instant do not count');
update public.orgs set settings = '{"consent_months": 3}' where name = 'Org A';
select is(cast_.decide('a1'), 'house_consent_stale @ never', 'a consent expires after the term of the org');
update public.orgs set settings = '{}' where name = 'Org A';
update public.leads set consent = true, consented_at = '2026-06-01T12:00Z', consent_method = 'the list says so'
  where id = cast_.lead('a2');
select isnt(cast_.decide('a2'), 'yes', 'consent that a list asserts is not written consent');

-- Revocation
select cast_.revoke('a1', '2026-11-01T12:00Z', true) \g /dev/null
select is(cast_.decide('a1'), 'consent_revoked @ never', 'a revocation ends the consent');
select is(cast_.decide('a1', 'voice_manual'), 'yes', 'a revocation does not end other channels');
insert into public.consents (org_id, lead_id, value_bidx, kind, action, channels, type, method, is_keyword,
  occurred_at, recorded_by)
select cast_.org_of('a1'), cast_.lead('a1'), cast_.bidx('a1'), 'phone', 'grant', '{sms,voice_ai}', 'pec', 'START',
  true, '2026-11-02T12:00Z', 'person';
select is(cast_.decide('a1'), 'yes', 'START reverses the keyword STOP');
select cast_.revoke('a1', '2026-11-03T12:00Z') \g /dev/null
select is(cast_.decide('a1'), 'consent_revoked @ never', 'START does not reverse an opt-out in words');
select cast_.consent('a1', '2026-11-04T12:00Z') \g /dev/null
select is(cast_.decide('a1'), 'yes', 'a new signed consent reverses an opt-out in words');
select cast_.consent('b1') \g /dev/null
select cast_.revoke('b1', '2026-11-01T12:00Z') \g /dev/null
insert into public.consents (org_id, lead_id, value_bidx, kind, action, channels, type, method, is_keyword,
  occurred_at, recorded_by)
select cast_.org_of('b1'), cast_.lead('b1'), cast_.bidx('b1'), 'phone', 'grant', '{sms,voice_ai}', 'pec', 'START',
  true, '2026-11-02T12:00Z', 'person';
select is(cast_.decide('b1') like '%consent_revoked%', true, 'START after an opt-out in words reverses nothing');

select * from finish();
rollback;

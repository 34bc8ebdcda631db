begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

-- Consent
select is(cast_.decide('a1'), 'consent_missing @ never', 'a text without consent is refused');
select cast_.consent('a1') \g /dev/null
select is(cast_.decide('a1'), 'yes', 'with written consent it is allowed');
select is(cast_.decide('a2'), 'consent_missing @ never', 'the consent of one number does not cover another');
select is(cast_.decide('b1'), 'consent_missing @ never', 'nor the same number in another org');
select is(cast_.decide('a1', p_at => '2026-11-18T15:59:59Z'), 'federal_hours @ 2026-11-18T16:00:00Z',
  'the hours are those of the person');
select is(cast_.decide('a1', p_at => '2026-05-01T18:00Z'), 'consent_missing dnc_scrub_unreadable @ never',
  'records after the instant do not count');
update public.orgs set settings = '{"consent_months": 3}' where name = 'Org A';
select is(cast_.decide('a1'), 'house_consent_stale @ never', 'consent expires when the org says so');
update public.orgs set settings = '{}' where name = 'Org A';
update public.leads set consent = true, consented_at = '2026-06-01T12:00Z', consent_method = 'the list says so'
  where id = cast_.lead('a2');
select isnt(cast_.decide('a2'), 'yes', 'consent that a list asserts is not written consent');

-- Revocation
select cast_.revoke('a1', '2026-11-01T12:00Z', true) \g /dev/null
select is(cast_.decide('a1'), 'consent_revoked @ never', 'a revocation ends the consent');
select is(cast_.decide('a1', 'voice_manual'), 'yes', 'on the channels that it covers');
insert into public.consents (org_id, lead_id, value_bidx, kind, action, channels, type, method, is_keyword,
  occurred_at, recorded_by)
select cast_.org_of('a1'), cast_.lead('a1'), cast_.bidx('a1'), 'phone', 'grant', '{sms,voice_ai}', 'pec', 'START',
  true, '2026-11-02T12:00Z', 'person';
select is(cast_.decide('a1'), 'yes', 'START reverses the keyword STOP');
select cast_.revoke('a1', '2026-11-03T12:00Z') \g /dev/null
select is(cast_.decide('a1'), 'consent_revoked @ never', 'but not an opt-out in words');
select cast_.consent('a1', '2026-11-04T12:00Z') \g /dev/null
select is(cast_.decide('a1'), 'yes', 'a new signed consent does');
select cast_.consent('b1') \g /dev/null
select cast_.revoke('b1', '2026-11-01T12:00Z') \g /dev/null
insert into public.consents (org_id, lead_id, value_bidx, kind, action, channels, type, method, is_keyword,
  occurred_at, recorded_by)
select cast_.org_of('b1'), cast_.lead('b1'), cast_.bidx('b1'), 'phone', 'grant', '{sms,voice_ai}', 'pec', 'START',
  true, '2026-11-02T12:00Z', 'person';
select is(cast_.decide('b1') like '%consent_revoked%', true, 'START after an opt-out in words reverses nothing');

-- Do-not-call lists
select is(cast_.decide('a2', 'voice_manual'), 'yes', 'a hand-dialled call to an unlisted number');
select cast_.load_dnc(2135550102, '2026-11-11Z') \g /dev/null
select is(cast_.decide('a2', 'voice_manual'), 'dnc_federal @ never', 'a listed number is refused');
select is(cast_.decide('a3', 'voice_manual'), 'yes', 'the adjacent number is not');
select is(cast_.decide('a3', 'voice_manual', '2026-12-12T00:00:00Z'), 'yes', 'a copy of 31 days is still valid');
select is(cast_.decide('a3', 'voice_manual', '2026-12-12T00:00:01Z'), 'dnc_scrub_stale @ never',
  'an older one is not');
select cast_.load_dnc(3055550100, '2026-11-11Z', 'state', 'FL') \g /dev/null
select is(cast_.decide('a3', 'voice_manual'), 'yes', 'a list of another state does not matter');
select cast_.load_dnc(2135550103, '2026-11-12Z', 'litigator') \g /dev/null
select is(cast_.decide('a3', 'voice_manual'), 'known_litigator @ never', 'a known litigator is refused');
select is((select count(*)::int from private.phone_scrubs), 4, 'every decision stores the status of its phone');

-- Suppressions, by value
select private.suppress_value(cast_.org_of('a1'), cast_.bidx('a1'), 'phone', 'sms', 'opt_out', 'a reply',
  '2026-11-10T12:00Z') \g /dev/null
select is(cast_.decide('a1'), 'internal_list suppressed @ never', 'a suppressed number is refused');
select is(cast_.decide('a1', 'voice_manual'), 'yes', 'on its channel');
select is(cast_.decide('a1', p_purpose => 'transactional', p_message => '{"message_kind": "transactional"}'),
  'internal_list suppressed @ never', 'also about a matter');
select is(cast_.decide('a1', p_at => '2026-11-10T12:03Z', p_purpose => 'transactional',
  p_message => '{"message_kind": "opt_out_confirmation", "confirmations_already_sent": 0}'),
  'yes', 'except for its one confirmation');
select private.compliant_mail_facts() as mail \gset
select is(cast_.decide('a1', 'email', p_message => :'mail'), 'yes', 'a complete e-mail is allowed');
select is(cast_.decide('a1', 'email') like '%email_without_postal_address%', true,
  'an e-mail with unknown facts is not');
select private.suppress_value(cast_.org_of('a1'), cast_.bidx('a1', 'email'), 'email', 'email', 'unsubscribe',
  'one click', '2026-11-10T12:00Z') \g /dev/null
select is(cast_.decide('a1', 'email', p_message => :'mail'), 'email_unsubscribed suppressed @ never', 'unsubscribed');
select is(cast_.verdict(public.gate_decide(cast_.lead('a1'), cast_.contact('a1', 'phone'), 'email', 'marketing',
  cast_.noon(), :'mail')) like '%contact_of_other_kind%', true,
  'a phone cannot receive e-mail');

-- Caps: by value, across leads
select cast_.add_contact(cast_.lead('a3'), 'phone', '+12135550102') \g /dev/null
insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on)
  values (cast_.org_of('a1'), 'max_attempts_24h', '2', 'test', '2026-11-01');
select cast_.consent('a2') \g /dev/null
select cast_.attempt('a2', '2026-11-17T20:00Z') \g /dev/null
select is(cast_.decide('a2'), 'yes', 'below the cap');
insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, lead_id)
values (cast_.org_of('a3'), cast_.bidx('a2'), 'voice_manual', 'outbound', '2026-11-18T17:00Z', cast_.lead('a3'));
select is(cast_.decide('a2'), 'house_cap @ 2026-11-18T20:00:00Z',
  'an attempt for another lead with the phone, on another channel, counts');
select is(cast_.decide('a2', p_at => '2026-11-18T20:00Z'), 'yes', 'the cap ends at the announced time');
update public.orgs set settings = '{"lead_attempts_24h": 1}' where name = 'Org A';
select is(cast_.decide('a2', p_at => '2026-11-18T20:00Z'), 'yes',
  'a limit per lead counts only its own attempts, none of them within 24 hours');
select is(cast_.decide('a2', p_at => '2026-11-18T19:59Z'), 'house_cap house_lead_cap @ 2026-11-18T20:00:00Z',
  'within 24 hours it refuses');
update public.orgs set settings = '{"org_attempts_24h": 1}' where name = 'Org A';
select is(cast_.decide('a2', p_at => '2026-11-18T20:00Z'), 'house_org_cap @ 2026-11-19T17:00:00Z',
  'a limit of the org counts all leads');
update public.orgs set settings = '{"org_attempts_24h": 5}' where name = 'Org A';
select is(cast_.decide('a2', p_at => '2026-11-18T20:00Z'), 'yes', 'and allows below it');

-- Emergencies, invalid contacts, opted-out leads
insert into public.emergencies (state, declared_at, ended_at, source)
  values ('CA', '2026-11-15Z', '2026-11-19Z', 'proclamation');
select is(cast_.decide('a2', p_at => '2026-11-18T20:00Z'), 'emergency @ never', 'an emergency in the state');
select is(cast_.decide('a2', p_at => '2026-11-19T20:00Z'), 'yes', 'an emergency that has ended');
update public.contact_points set invalid_at = '2026-11-20Z' where id = cast_.contact('a2');
select is(cast_.decide('a2', p_at => '2026-11-19T20:00Z') || ' ' || cast_.decide('a2', p_at => '2026-11-20T20:00Z'),
  'yes contact_invalid @ never', 'a number that is invalid since then');
select throws_ok(format('select public.gate_decide(%L, 1, %L, %L)', gen_random_uuid(), 'sms', 'marketing'), 'SL421',
  null, 'an unknown lead');
select throws_ok(format('select public.gate_decide(%L, %s, %L, %L)', cast_.lead('a1'), cast_.contact('a2'), 'sms',
  'marketing'), 'SL422', null, 'the contact point of another lead');

-- Line types
select is(private.line_type_of(c::text[]), t, c) from (values ('{}', 'unknown'), ('{PS01,PS07}', 'mobile'),
  ('{PS08}', 'landline'), ('{PS09}', 'nonFixedVoip'),
  ('{mobile}', 'mobile'), ('{PS07,mobile}', 'mobile'), ('{PS07,landline}', 'unknown')) v(c, t);

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

-- Consent
select is(cast_.decide('a1'), 'consent_missing @ never', 'a text without consent is refused');
select cast_.consent('a1') \g /dev/null
select is(cast_.decide('a1'), 'yes', 'with written consent it is allowed');
select is(cast_.decide('a2'), 'consent_missing @ never', 'the consent of one number is not that of another');
select is(cast_.decide('b1'), 'consent_missing @ never', 'nor that of the same number with another org');
select is(cast_.decide('a1', p_at => '2026-11-18T15:59:59Z'), 'federal_hours @ 2026-11-18T16:00:00Z', 'the hours are those of the person');
select is(cast_.decide('a1', p_at => '2026-05-01T18:00Z'), 'consent_missing dnc_scrub_unreadable @ never', 'what came later than the instant does not count');
update public.orgs set settings = '{"consent_months": 3}' where name = 'Org A';
select is(cast_.decide('a1'), 'house_consent_stale @ never', 'consent ends when the org says so');
update public.orgs set settings = '{}' where name = 'Org A';
update public.leads set consent = true, consented_at = '2026-06-01T12:00Z', consent_method = 'the list says so' where id = cast_.lead('a2');
select isnt(cast_.decide('a2'), 'yes', 'what a list claims is no written consent');

-- Revocation
select cast_.revoke('a1', '2026-11-01T12:00Z', true) \g /dev/null
select is(cast_.decide('a1'), 'consent_revoked @ never', 'a revocation ends it');
select is(cast_.decide('a1', 'voice_manual'), 'yes', 'on the channels that it reaches');
insert into public.consents (org_id, lead_id, value_bidx, kind, action, channels, type, method, is_keyword, occurred_at, recorded_by)
select cast_.org_of('a1'), cast_.lead('a1'), cast_.bidx('a1'), 'phone', 'grant', '{sms,voice_ai}', 'pec', 'START', true, '2026-11-02T12:00Z', 'person';
select is(cast_.decide('a1'), 'yes', 'START takes back the keyword STOP');
select cast_.revoke('a1', '2026-11-03T12:00Z') \g /dev/null
select is(cast_.decide('a1'), 'consent_revoked @ never', 'but not what was said in words');
select cast_.consent('a1', '2026-11-04T12:00Z') \g /dev/null
select is(cast_.decide('a1'), 'yes', 'a new signed consent does');
select cast_.consent('b1') \g /dev/null
select cast_.revoke('b1', '2026-11-01T12:00Z') \g /dev/null
insert into public.consents (org_id, lead_id, value_bidx, kind, action, channels, type, method, is_keyword, occurred_at, recorded_by)
select cast_.org_of('b1'), cast_.lead('b1'), cast_.bidx('b1'), 'phone', 'grant', '{sms,voice_ai}', 'pec', 'START', true, '2026-11-02T12:00Z', 'person';
select is(cast_.decide('b1') like '%consent_revoked%', true, 'START after words takes nothing back');

-- Do-not-call lists
select is(cast_.decide('a2', 'voice_manual'), 'yes', 'a call by hand to a number that no list has');
select cast_.load_dnc(2135550102, '2026-11-11Z') \g /dev/null
select is(cast_.decide('a2', 'voice_manual'), 'dnc_federal @ never', 'a listed one is refused');
select is(cast_.decide('a3', 'voice_manual'), 'yes', 'its neighbour is not');
select is(cast_.decide('a3', 'voice_manual', '2026-12-12T00:00:00Z'), 'yes', 'a copy of 31 days still answers');
select is(cast_.decide('a3', 'voice_manual', '2026-12-12T00:00:01Z'), 'dnc_scrub_stale @ never', 'an older one does not');
select cast_.load_dnc(3055550100, '2026-11-11Z', 'state', 'FL') \g /dev/null
select is(cast_.decide('a3', 'voice_manual'), 'yes', 'a list of another state has nothing to say');
select cast_.load_dnc(2135550103, '2026-11-12Z', 'litigator') \g /dev/null
select is(cast_.decide('a3', 'voice_manual'), 'known_litigator @ never', 'a known litigator is left alone');
select is((select count(*)::int from private.phone_scrubs), 4, 'every decision leaves the status of its phone');

-- Suppressions, by value
select private.suppress_value(cast_.org_of('a1'), cast_.bidx('a1'), 'phone', 'sms', 'opt_out', 'a reply', '2026-11-10T12:00Z') \g /dev/null
select is(cast_.decide('a1'), 'internal_list suppressed @ never', 'a suppressed number is refused');
select is(cast_.decide('a1', 'voice_manual'), 'yes', 'on its channel');
select is(cast_.decide('a1', p_purpose => 'transactional', p_message => '{"message_kind": "transactional"}'), 'internal_list suppressed @ never', 'also about a matter');
select is(cast_.decide('a1', p_at => '2026-11-10T12:03Z', p_purpose => 'transactional', p_message => '{"message_kind": "opt_out_confirmation", "confirmations_already_sent": 0}'),
  'yes', 'but its one confirmation may go');
\set mail '{"postal_address_in_body": true, "unsubscribe_link": true, "list_unsubscribe_post": true, "from_authenticated": true}'
select is(cast_.decide('a1', 'email', p_message => :'mail'), 'yes', 'a mail that has what it needs');
select is(cast_.decide('a1', 'email') like '%email_without_postal_address%', true, 'one of which nothing is known has not');
select private.suppress_value(cast_.org_of('a1'), cast_.bidx('a1', 'email'), 'email', 'email', 'unsubscribe', 'one click', '2026-11-10T12:00Z') \g /dev/null
select is(cast_.decide('a1', 'email', p_message => :'mail'), 'email_unsubscribed suppressed @ never', 'unsubscribed');
select is(cast_.verdict(public.gate_decide(cast_.lead('a1'), cast_.contact('a1', 'phone'), 'email', 'marketing', cast_.noon(), :'mail')) like '%contact_of_other_kind%', true,
  'a phone is no mailbox');

-- Caps: by value, across leads
select cast_.add_contact(cast_.lead('a3'), 'phone', '+12135550102') \g /dev/null
insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on) values (cast_.org_of('a1'), 'max_attempts_24h', '2', 'test', '2026-11-01');
select cast_.consent('a2') \g /dev/null
select cast_.attempt('a2', '2026-11-17T20:00Z') \g /dev/null
select is(cast_.decide('a2'), 'yes', 'below the cap');
insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, lead_id)
values (cast_.org_of('a3'), cast_.bidx('a2'), 'voice_manual', 'outbound', '2026-11-18T17:00Z', cast_.lead('a3'));
select is(cast_.decide('a2'), 'house_cap @ 2026-11-18T20:00:00Z', 'an attempt for another lead with the phone, on another channel, counts');
select is(cast_.decide('a2', p_at => '2026-11-18T20:00Z'), 'yes', 'the cap opens when it says');
update public.orgs set settings = '{"lead_attempts_24h": 1}' where name = 'Org A';
select is(cast_.decide('a2', p_at => '2026-11-18T20:00Z'), 'yes', 'a limit per lead counts the lead''s own attempts, and this one has none within 24 hours');
select is(cast_.decide('a2', p_at => '2026-11-18T19:59Z'), 'house_cap house_lead_cap @ 2026-11-18T20:00:00Z', 'within them it does');
update public.orgs set settings = '{"org_attempts_24h": 1}' where name = 'Org A';
select is(cast_.decide('a2', p_at => '2026-11-18T20:00Z'), 'house_org_cap @ 2026-11-19T17:00:00Z', 'a limit of the org counts everybody');
update public.orgs set settings = '{"org_attempts_24h": 5}' where name = 'Org A';
select is(cast_.decide('a2', p_at => '2026-11-18T20:00Z'), 'yes', 'and is open below it');

-- Emergencies, dead contacts, dead leads
insert into public.emergencies (state, declared_at, ended_at, source) values ('CA', '2026-11-15Z', '2026-11-19Z', 'proclamation');
select is(cast_.decide('a2', p_at => '2026-11-18T20:00Z'), 'emergency @ never', 'an emergency in the state');
select is(cast_.decide('a2', p_at => '2026-11-19T20:00Z'), 'yes', 'that has ended');
update public.contact_points set invalid_at = '2026-11-20Z' where id = cast_.contact('a2');
select is(cast_.decide('a2', p_at => '2026-11-19T20:00Z') || ' ' || cast_.decide('a2', p_at => '2026-11-20T20:00Z'), 'yes contact_invalid @ never', 'a number that is dead since then');
select throws_ok(format('select public.gate_decide(%L, 1, %L, %L)', gen_random_uuid(), 'sms', 'marketing'), 'SL421', null, 'no such lead');
select throws_ok(format('select public.gate_decide(%L, %s, %L, %L)', cast_.lead('a1'), cast_.contact('a2'), 'sms', 'marketing'), 'SL422', null, 'another lead''s contact');

-- Line types
select is(private.line_type_of(c::text[]), t, c) from (values ('{}', 'unknown'), ('{PS01,PS07}', 'mobile'), ('{PS08}', 'landline'), ('{PS09}', 'nonFixedVoip'),
  ('{mobile}', 'mobile'), ('{PS07,mobile}', 'mobile'), ('{PS07,landline}', 'unknown')) v(c, t);

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
\ir ../support/opt_outs.sql
select no_plan();

-- Reach.
select is(cast_.reply(3, 'Take me off your list and never contact me again', '2026-11-21 10:00Z') -> 'channels',
  '["email", "sms", "voice_ai", "voice_manual"]', 'never contact me again opts out of every channel');
select is(cast_.held('+12135550103'), 'email sms voice_ai voice_manual', 'the phone is suppressed on every channel');
select cast_.add_contact(cast_.lead('a2'), 'email', 'bell@example.com') \g /dev/null
select cast_.reply(2, 'Do not contact me again', '2026-11-21 16:00Z', 'voice_ai') \g /dev/null
select is(cast_.held('bell@example.com'), 'email sms voice_ai voice_manual',
  'the e-mail of the same lead is suppressed on every channel');
select is((select count(*) from public.consents where action = 'revoke' and revoked_scope = 'person'
  and occurred_at = '2026-11-21 16:00Z'), 3::bigint, 'each value has its revocation, and the lead');
select is(cast_.held('ames@example.com'), 'free', 'the e-mail of another lead is not suppressed');

-- E-mail.
select private.record_opt_out(:org, cast_.bidx('ames@example.com'), 'email', 'email',
  'one-click unsubscribe') \g /dev/null
select is(cast_.held('ames@example.com'), 'email', 'an e-mail is suppressed');
insert into public.leads (org_id, id, situs_street) values (:org, cast_.lead('a5'), '5 Main St'),
  (:org, cast_.lead('a6'), '6 Main St');
select cast_.add_contact(cast_.lead('a5'), 'email', 'five@example.com'),
  cast_.add_contact(cast_.lead('a6'), 'email', 'five@example.com'),
  cast_.add_contact(cast_.lead('a6'), 'phone', '+12135550107') \g /dev/null
select private.record_opt_out(:org, cast_.bidx('five@example.com'), 'email', 'email',
  'one-click unsubscribe') \g /dev/null
select is(cast_.status('a5'), 'opted_out', 'a lead without any contact left has opted out');
select is(cast_.status('a6'), 'new', 'a lead that only unsubscribed from e-mail may still be called');
select is(cast_.held('+12135550107'), 'free', 'the phone of a lead that only unsubscribed is not suppressed');
select is(cast_.run(who, format($$ select private.record_opt_out(%L, '\x00', 'phone', 'sms', 'x') $$, :org)),
  '42501 permission denied for function record_opt_out', who || ' cannot record an opt-out through the API')
from unnest(array['owner', 'service_role']) who;

select * from finish();
rollback;

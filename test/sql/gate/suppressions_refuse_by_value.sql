begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

select cast_.consent('a1') \g /dev/null

select private.suppress_value(cast_.org_of('a1'), cast_.bidx('a1'), 'phone', 'sms', 'opt_out', 'a reply',
  '2026-11-10T12:00Z') \g /dev/null
select is(cast_.decide('a1'), 'internal_list suppressed @ never', 'a suppressed number is refused');
select is(cast_.decide('a1', 'voice_manual'), 'yes', 'a number suppressed for texts can be called');
select is(cast_.decide('a1', p_purpose => 'transactional', p_message => '{"message_kind": "transactional"}'),
  'internal_list suppressed @ never', 'a suppressed number is refused about a matter, too');
select is(cast_.decide('a1', p_at => '2026-11-10T12:03Z', p_purpose => 'transactional',
  p_message => '{"message_kind": "opt_out_confirmation", "confirmations_already_sent": 0}'),
  'yes', 'the one confirmation to a suppressed number is allowed');
select private.compliant_mail_facts() as mail \gset
select is(cast_.decide('a1', 'email', p_message => :'mail'), 'yes', 'a complete e-mail is allowed');
select is(cast_.decide('a1', 'email') like '%email_without_postal_address%', true,
  'an e-mail with unknown facts is refused');
select private.suppress_value(cast_.org_of('a1'), cast_.bidx('a1', 'email'), 'email', 'email', 'unsubscribe',
  'one click', '2026-11-10T12:00Z') \g /dev/null
select is(cast_.decide('a1', 'email', p_message => :'mail'), 'email_unsubscribed suppressed @ never',
  'an unsubscribed address is refused');
select is(cast_.verdict(public.gate_decide(cast_.lead('a1'), cast_.contact('a1', 'phone'), 'email', 'marketing',
  cast_.noon(), :'mail')) like '%contact_of_other_kind%', true,
  'a phone cannot receive e-mail');

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/requests.sql
select no_plan();

-- Lead 2 has no e-mail address.
select cast_.runner(1), cast_.runner(2, p_phone => true, p_email => false), cast_.runner(3, p_phone => true)
  \g /dev/null

select cast_.claim() \g /dev/null
select cast_.begin() \g /dev/null
select is(cast_.settle('{"result": "refused", "code": "550", "contact": "invalid"}'), 2, 'two addresses do not exist');
select is((select count(*)::integer from public.contact_points where invalid_at = cast_.noon()
  and lead_id in (cast_.nth(1), cast_.nth(3))), 2, 'their contact points are marked as invalid');
select is((select string_agg(distinct reason || ' ' || source, ',') from public.suppressions where kind = 'email'
  and reason = 'bounce'), 'bounce sendgrid 550', 'the addresses are suppressed as bounced');
select is(cast_.lead_state(1), 'stopped 2 invalid', 'a lead without any other contact point is invalid');
select is(cast_.lead_state(3), 'active 2 queued', 'a lead with a phone stays in its run');
select is(cast_.claim(100, '2026-11-23T18:00Z'), '2 3', 'the next step is claimed as a text');
select is(cast_.begin('2026-11-23T18:00Z'), '2 go 3 go', 'their requests begin');
select is(cast_.settle('{"result": "refused", "code": "21610", "contact": "unsubscribed"}', '2026-11-23T18:00Z'), 2,
  'the provider refuses because the person had replied STOP');
select is((select string_agg(distinct s.channel || ' ' || s.reason, ',' order by s.channel || ' ' || s.reason)
  from public.suppressions s where s.source = 'twilio 21610'), 'sms stop_keyword,voice_ai stop_keyword',
  'the refusal is recorded as an opt-out');
select is((select count(*)::integer from public.consents where action = 'revoke' and method = 'twilio 21610'), 2,
  'the revocation is on record');
select is(cast_.claim(100, '2026-11-26T18:00Z'), 'none', 'nothing is claimed for them any more');

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
\ir ../support/suppression_lifts.sql
select no_plan();

select cast_.suppress(1, null, 'opt_out', '2026-01-01Z') \g /dev/null
select cast_.lift(cast_.consent(1, '{sms}', '2026-02-02Z')),
  cast_.lift(cast_.consent(1, '{voice_manual,voice_ai}', '2026-02-03Z')) \g /dev/null

-- Suppressed again.
select is(cast_.suppress(1, null, 'opt_out', '2026-03-01Z'), true, 'a lifted value can be suppressed again');
select is(cast_.held('+12135550101'), 'sms voice_ai voice_manual', 'the new suppression is in force');
select is(cast_.suppress(1, null, 'opt_out', '2026-03-02Z'), false, 'a value is suppressed once');
-- A keyword does not replace other reasons.
select is(cast_.suppress(2, 'sms', 'stop_keyword', '2026-01-01Z'), true, 'STOP suppresses');
select is(cast_.suppress(2, 'sms', 'request', '2026-01-02Z'), true, 'a further request is a suppression of its own');
select is(cast_.lift(cast_.consent(2, '{sms}', '2026-01-03Z', p_keyword => true)), 1, 'START lifts one of the two');
select is(cast_.held('+12135550102'), 'sms', 'the other suppression stays in force');
-- Suppressions that nothing lifts.
select cast_.suppress(3, null, r, '2026-01-01Z') from unnest(array['opt_out', 'complaint']) r \g /dev/null
select is(cast_.lift(cast_.consent(3, '{sms,voice_manual,voice_ai}', '2026-01-03Z')), 3,
  'a consent lifts the opt-out');
select is(cast_.held('+12135550103'), 'sms voice_ai voice_manual', 'the complaint stays in force');

-- By value: deleting and importing changes nothing.
delete from public.leads where id = cast_.lead('a3');
select is(cast_.held('+12135550103'), 'sms voice_ai voice_manual', 'deleting the lead lifts nothing');
set local sluice.actor = 'upload';
insert into public.leads (org_id, id, mak, consent, consented_at, consent_method)
  values (:org, cast_.lead('a4'), '1000000003', true, '2026-11-01Z', 'list says yes');
select cast_.add_contact(cast_.lead('a4'), 'phone', '+12135550103') \g /dev/null
set local sluice.actor = '';
select is(cast_.held('+12135550103'), 'sms voice_ai voice_manual', 'a list that asserts consent lifts nothing');
select is((select count(*) from public.suppression_lifts l join public.consents c on c.org_id = l.org_id
  and c.id = l.consent_id where c.is_unproven), 0::bigint, 'no unproven consent has lifted anything');

-- The record.
select throws_ok('update public.suppression_lifts set lifted_at = now()', 'SL002', null, 'a lift cannot be changed');
select throws_ok('delete from public.suppression_lifts', 'SL002', null, 'a lift cannot be deleted');
select is(cast_.run(who, 'select * from public.suppression_lifts'), answer, who || ' reads lifts: ' || answer)
from (values ('owner', 'rows 7'), ('admin', 'rows 7'), ('broker', 'rows 0'), ('rival', 'rows 0'),
  ('anon', '42501 permission denied for table suppression_lifts')) x (who, answer);
select lives_ok($$ delete from public.orgs where id = 'a0000000-0000-4000-8000-000000000000' $$,
  'an org can be deleted');
select is((select count(*) from public.suppression_lifts), 0::bigint, 'the lifts of a deleted org are deleted');

select * from finish();
rollback;

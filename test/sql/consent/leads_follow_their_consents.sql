begin;
\ir ../support/cast.sql
\ir ../support/lead_consents.sql
select no_plan();

-- A grant, a revocation, a new grant.
select is(cast_.says('a1'), 'f', 'at first no lead has consented');
select cast_.grant_to('a1', '+12135550101', '{sms,voice_ai}', '2026-01-10 12:00Z') \g /dev/null
select is(cast_.says('a1'), 't 2026-01-10 test grant', 'a consent sets consent, time and method of its lead');
select is(cast_.says('a2'), 'f', 'a consent does not change another lead');
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
select cast_.grant_to('a1', '+12135550101', '{sms}', '2026-03-01 12:00Z', p_unproven => true) \g /dev/null
select is(cast_.says('a1'), 'f 2026-03-01 test grant',
  'an unproven consent, however new, does not outrank the revocation');
select cast_.grant_to('a1', '+12135550101', '{sms}', '2026-03-02 12:00Z') \g /dev/null
select is(cast_.says('a1'), 't 2026-03-02 test grant', 'a newer proven consent outranks the revocation');

select * from finish();
rollback;

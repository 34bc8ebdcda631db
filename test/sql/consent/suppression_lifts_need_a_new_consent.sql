begin;
\ir ../support/cast.sql
\ir ../support/suppression_lifts.sql
select no_plan();

select cast_.suppress(1, null, 'opt_out', '2026-01-01Z') \g /dev/null
select is(cast_.lift(cast_.consent(1, channels, at, unproven, keyword, action)), 0, what)
from (values
  ('{sms}'::text[], '2026-01-01Z'::timestamptz, false, false, 'grant', 'a consent of the same second lifts nothing'),
  ('{sms}', '2025-12-31Z', false, false, 'grant', 'an older consent lifts nothing'),
  ('{sms}', '2026-02-01Z', true, false, 'grant', 'an unproven consent lifts nothing'),
  ('{sms}', '2026-02-01Z', false, true, 'grant', 'START does not lift a suppression that was not a STOP'),
  ('{sms}', '2026-02-01Z', false, false, 'revoke', 'a revocation lifts nothing')
) x (channels, at, unproven, keyword, action, what);
select is(cast_.lift(cast_.consent(2, '{sms}', '2026-02-01Z')), 0, 'the consent of another phone lifts nothing');
select is(cast_.held('+12135550101'), 'sms voice_ai voice_manual', 'the suppression stays in force');
select throws_ok(format($$ insert into public.suppression_lifts (org_id, suppression_id, channel, consent_id,
  lifted_at)
  select s.org_id, s.id, 'sms', %s, now() from public.suppressions s $$, cast_.consent(1, '{sms}', '2025-12-31Z')),
    'SL402', null, 'a lift by an older consent cannot be inserted');
select throws_ok(format($$ insert into public.suppression_lifts (org_id, suppression_id, channel, consent_id,
  lifted_at)
  select s.org_id, s.id, 'sms', %s, now() from public.suppressions s $$, cast_.consent(2, '{sms}', '2026-02-01Z')),
    'SL402', null, 'a lift by the consent of another phone cannot be inserted');
select is(cast_.lift(cast_.consent(1, '{sms}', '2026-02-02Z')), 1, 'a new, proven consent lifts a suppression');
select is(cast_.held('+12135550101'), 'voice_ai voice_manual', 'a lift applies to the channels of its consent');
select is(private.is_suppressed(:org, cast_.bidx('+12135550101'), c), a, format('on %s: %s', coalesce(c, 'any'), a))
  from (values ('all', false), (null, true)) x (c, a);
select is((select campaign_status::text from public.leads where id = cast_.lead('a1')), 'opted_out',
  'the lead stays opted out while any suppression is in force');
select is(cast_.lift(cast_.consent(1, '{voice_manual,voice_ai}', '2026-02-03Z')), 2, 'another consent lifts the rest');
select is(private.is_suppressed(:org, cast_.bidx('+12135550101')), false,
  'no suppression is in force after both lifts');
select is((select campaign_status::text from public.leads where id = cast_.lead('a1')), 'new',
  'the lead may be fed again');
select is((select count(*) from public.suppressions), 1::bigint, 'the suppression itself stays on record');

select results_eq($$ select l.channel, c.occurred_at from public.suppression_lifts l
  join public.consents c on c.id = l.consent_id order by 1 $$,
  $$ values ('sms', '2026-02-02Z'::timestamptz), ('voice_ai', '2026-02-03Z'), ('voice_manual', '2026-02-03Z') $$,
    'each lift names the consent that outranks the suppression');

select * from finish();
rollback;

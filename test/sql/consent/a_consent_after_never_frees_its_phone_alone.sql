begin;
\ir ../support/cast.sql
\ir ../support/opt_outs.sql
select no_plan();
select cast_.add_contact(cast_.lead('a1'), 'phone', '+12135550111') \g /dev/null
select cast_.reply(1, 'Never contact me again', '2026-11-21 10:00Z', p_reading => '{"request": "opt_out",
  "keyword": false, "ends": ["email", "sms", "voice_ai", "voice_manual"], "keeps": [], "scope": "person",
  "never": true}') \g /dev/null
select is(cast_.held('+12135550111'), 'email sms voice_ai voice_manual',
  'never contact me ends the second phone, too');

-- The person signs for texts and calls to the first phone.
with c as (
  insert into public.consents (org_id, lead_id, value_bidx, kind, action, type, channels, method, occurred_at,
    recorded_by)
  values (:org, cast_.lead('a1'), private.contact_index(:org, '+12135550101'), 'phone', 'grant', 'pec',
    '{sms,voice_manual,voice_ai}', 'test', '2026-11-22 10:00Z', 'system') returning id)
select private.lift_suppressions(:org, c.id) from c \g /dev/null
select is(private.is_suppressed(:org, private.contact_index(:org, '+12135550101'), ch), false,
  'a later consent frees its own phone for ' || ch)
from unnest('{sms,voice_manual,voice_ai}'::text[]) ch;
select is(cast_.held('+12135550111'), 'email sms voice_ai voice_manual', 'the second phone stays refused');
select is(cast_.held('ames@example.com'), 'email sms voice_ai voice_manual', 'so does the e-mail address');
select is(cast_.status('a1'), 'opted_out', 'and the lead stays out of campaigns, which would use every contact');
select cast_.add_contact(cast_.lead('a1'), 'phone', '+12135550133') \g /dev/null
select is(cast_.held('+12135550133'), 'email sms voice_ai voice_manual', 'a phone imported later is still refused');
select is(private.is_suppressed(:org, private.contact_index(:org, '+12135550101'), 'sms'), false,
  'and does not refuse the freed one again');

select * from finish();
rollback;

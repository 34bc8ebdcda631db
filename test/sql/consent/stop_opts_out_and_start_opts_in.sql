begin;
\ir ../support/cast.sql
\ir ../support/opt_outs.sql
select no_plan();

-- Replies that are not opt-outs.
select is(cast_.reply(1, 'I cannot get my device to stop, can you help?', '2026-11-21 10:00Z') ->> 'kind', 'none',
  'a question about a device is not an opt-out');
select is(cast_.reply(1, 'Yes, call me', '2026-11-21 10:00Z', p_model => false) ->> 'kind', 'none',
  'a yes is not an opt-out');
select is(cast_.held('+12135550101') || cast_.status('a1'), 'freenew', 'replies that are not opt-outs change nothing');
select is(cast_.reply(1, ' Help! ', '2026-11-21 10:00Z'),
  '{"kind": "help", "answer": "Org A: for help, write to your broker. Reply STOP to end messages."}',
  'HELP gets an answer');
select is(cast_.reply(1, 'HELP', '2026-11-21 10:00Z', p_provider => 'HELP') -> 'answer', 'null',
  'HELP gets no second answer after the provider''s');
select is(cast_.reply(1, 'START', '2026-11-21 10:00Z') ->> 'lifted', '0', 'START without a STOP lifts nothing');
select is((select count(*) from public.consents), 0::bigint, 'START without a STOP records no consent');

-- STOP.
set local role pipeline_writer;
create temp table answer as
select private.record_reply_opt_out(:org, private.blind_index('+12135550101', private.blind_key(:org)), 'phone',
  'sms', 'Stop.', p_as_of => '2026-11-21 10:01Z') as said;
reset role;
select is((select said from answer),
  '{"kind": "opt_out", "keyword": "stop", "keeps": [], "channels": ["sms", "voice_ai"], '
    '"confirmation": {"text": "Org A: You are '
    'unsubscribed and will receive no more messages. Reply START to resubscribe.", "not_after": '
    '"2026-11-21T10:06:00+00:00"}}'::jsonb,
  'STOP is confirmed by one text, within five minutes');
select is(cast_.held('+12135550101'), 'sms voice_ai', 'a text ends texts and automated calls');
select is(cast_.status('a1'), 'opted_out', 'STOP takes the lead out of its campaigns');
select is(cast_.status('a2'), 'new', 'STOP does not change another lead');
select results_eq($$ select action::text, channels, revoked_scope, method, is_keyword, lead_id, occurred_at,
  confirm_before - occurred_at, private.decrypt_value(text_cipher, private.org_key(org_id, key_id))
  from public.consents $$,
  $$ values ('revoke', '{sms,voice_ai}'::text[], 'channel', 'reply by sms', true, cast_.lead('a1'),
    '2026-11-21 10:01Z'::timestamptz, interval '5 minutes', 'Stop.') $$,
    'the revocation is on record, with the words, encrypted');
select is(cast_.reply(1, 'Stop.', '2026-11-21 10:01Z') -> 'confirmation', 'null',
  'a repeated webhook is not confirmed again');
select is((select count(*) from public.consents), 1::bigint, 'a repeated webhook is recorded once');
select is(cast_.reply(1, 'STOP', '2026-11-21 11:00Z') -> 'confirmation', 'null',
  'a second STOP gets no second confirmation');
select is(cast_.reply(2, 'STOP', '2026-11-21 10:00Z', p_provider => 'STOP') -> 'confirmation', 'null',
  'STOP is not confirmed when the provider confirms it');

-- START.
select is(cast_.reply(1, 'Start', '2026-11-21 10:30Z') ->> 'lifted', '0',
  'a START that was sent before the second STOP lifts nothing');
select is(cast_.held('+12135550101') || cast_.status('a1'), 'sms voice_aiopted_out', 'the later STOP stands');
select is((select concat_ws(' ', consent, consent_method) from public.leads where id = cast_.lead('a1')),
  'f reply START', 'the later STOP outranks START');
select is(cast_.reply(1, 'Start', '2026-11-21 11:30Z') -> 'channels', '["sms", "voice_ai"]', 'START reverses STOP');
select is(cast_.held('+12135550101'), 'free', 'START lifts the suppressions of STOP');
select is(cast_.status('a1'), 'new', 'the lead may be fed again after START');
select is((select concat_ws(' ', action, type, method, is_keyword, channels) from public.consents
  order by id desc limit 1), 'grant pec reply START t {sms,voice_ai}', 'START is recorded as a new consent');
select is(cast_.reply(1, 'START', '2026-11-21 12:00Z') ->> 'lifted', '0', 'repeating START lifts nothing more');
select is(cast_.reply(1, 'STOP', '2026-11-21 13:00Z') #>> '{confirmation,not_after}', '2026-11-21T13:05:00+00:00',
  'STOP after START suppresses again, and is confirmed again');
select is(cast_.held('+12135550101'), 'sms voice_ai', 'STOP after START suppresses the same channels');
-- More words than a keyword.
select is(cast_.reply(1, 'please stop texting me, I said', '2026-11-21 14:00Z') ->> 'kind', 'opt_out',
  'a sentence opts out');
select is(cast_.reply(1, 'START', '2026-11-21 15:00Z') ->> 'still_suppressed', 'true',
  'START does not reverse a sentence');
select is(cast_.held('+12135550101'), 'sms voice_ai', 'the sentence still suppresses');

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
select no_plan();
\set org '''a0000000-0000-4000-8000-000000000000'''

create function cast_.bidx(p_value text) returns bytea
language sql as $$ select private.blind_index(p_value, private.blind_key('a0000000-0000-4000-8000-000000000000')) $$;
create function cast_.held(p_value text) returns text
language sql as $$
  select coalesce(string_agg(ch, ' ' order by ch), 'free') from unnest('{email,sms,voice_manual,voice_ai}'::text[]) ch
  where private.is_suppressed('a0000000-0000-4000-8000-000000000000', cast_.bidx(p_value), ch)
$$;
create function cast_.reply(p_n integer, p_body text, p_at timestamptz, p_channel text default 'sms',
  p_provider text default null, p_model boolean default false) returns jsonb
language sql as $$
  select private.record_reply_opt_out('a0000000-0000-4000-8000-000000000000', cast_.bidx('+1213555010' || p_n),
    'phone', p_channel, p_body, p_provider, p_model, p_at)
$$;
create function cast_.status(p_lead text) returns text language sql
  as $$ select campaign_status::text from public.leads where id = cast_.lead(p_lead) $$;

-- Replies that are not opt-outs.
select is(cast_.reply(1, 'I cannot get my device to stop, can you help?', '2026-11-21 10:00Z') ->> 'kind', 'none',
  'a question about a device is not an opt-out');
select is(cast_.reply(1, 'Yes, call me', '2026-11-21 10:00Z', p_model => false) ->> 'kind', 'none', 'nor is a yes');
select is(cast_.held('+12135550101') || cast_.status('a1'), 'freenew', 'and nothing changes');
select is(cast_.reply(1, ' Help! ', '2026-11-21 10:00Z'),
  '{"kind": "help", "answer": "Org A: for help, write to your broker. Reply STOP to end messages."}',
  'HELP gets an answer');
select is(cast_.reply(1, 'HELP', '2026-11-21 10:00Z', p_provider => 'HELP') -> 'answer', 'null',
  'unless the provider answered');
select is(cast_.reply(1, 'START', '2026-11-21 10:00Z') ->> 'lifted', '0', 'START without a STOP lifts nothing');
select is((select count(*) from public.consents), 0::bigint, 'and records no consent');

-- STOP.
set local role pipeline_writer;
create temp table answer as
select private.record_reply_opt_out(:org, private.blind_index('+12135550101', private.blind_key(:org)), 'phone',
  'sms', 'Stop.', null, false, '2026-11-21 10:01Z') as said;
reset role;
select is((select said from answer),
  '{"kind": "opt_out", "keyword": "stop", "channels": ["sms", "voice_ai"], "confirmation": {"text": "Org A: You are '
    'unsubscribed and will receive no more messages. Reply START to resubscribe.", "not_after": '
    '"2026-11-21T10:06:00+00:00"}}'::jsonb,
  'STOP is confirmed by one text, within five minutes');
select is(cast_.held('+12135550101'), 'sms voice_ai', 'a text ends texts and automated calls');
select is(cast_.status('a1'), 'opted_out', 'and takes the lead out of the campaigns');
select is(cast_.status('a2'), 'new', 'no other lead');
select results_eq($$ select action::text, channels, revoked_scope, method, is_keyword, lead_id, occurred_at,
  confirm_before - occurred_at, private.decrypt_value(text_cipher, private.org_key(org_id, key_id))
  from public.consents $$,
  $$ values ('revoke', '{sms,voice_ai}'::text[], 'channel', 'reply by sms', true, cast_.lead('a1'),
    '2026-11-21 10:01Z'::timestamptz, interval '5 minutes', 'Stop.') $$,
    'the revocation is on record, with the words, encrypted');
select is(cast_.reply(1, 'Stop.', '2026-11-21 10:01Z') -> 'confirmation', 'null',
  'a repeated webhook is not confirmed again');
select is((select count(*) from public.consents), 1::bigint, 'nor recorded again');
select is(cast_.reply(1, 'STOP', '2026-11-21 11:00Z') -> 'confirmation', 'null',
  'a second STOP gets no second confirmation');
select is(cast_.reply(2, 'STOP', '2026-11-21 10:00Z', p_provider => 'STOP') -> 'confirmation', 'null',
  'no confirmation where the provider sends one');

-- START.
select is(cast_.reply(1, 'Start', '2026-11-21 10:30Z') -> 'channels', '["sms", "voice_ai"]', 'START reverses STOP');
select is(cast_.held('+12135550101'), 'free', 'where nothing else was suppressed');
select is(cast_.status('a1'), 'new', 'and the lead may be fed again');
select is((select concat_ws(' ', action, type, method, is_keyword, channels) from public.consents
  order by id desc limit 1), 'grant pec reply START t {sms,voice_ai}', 'it is recorded as a new consent');
select is((select concat_ws(' ', consent, consent_method) from public.leads where id = cast_.lead('a1')),
  'f reply START', 'which the later STOP outranks');
select is(cast_.reply(1, 'START', '2026-11-21 12:00Z') ->> 'lifted', '0', 'repeating START lifts nothing more');
select is(cast_.reply(1, 'STOP', '2026-11-21 13:00Z') #>> '{confirmation,not_after}', '2026-11-21T13:05:00+00:00',
  'STOP after START suppresses again, and is confirmed again');
select is(cast_.held('+12135550101'), 'sms voice_ai', 'on the same channels');
-- More words than a keyword.
select is(cast_.reply(1, 'please stop texting me, I said', '2026-11-21 14:00Z') ->> 'kind', 'opt_out',
  'a sentence opts out');
select is(cast_.reply(1, 'START', '2026-11-21 15:00Z') ->> 'still_suppressed', 'true',
  'START does not reverse a sentence');
select is(cast_.held('+12135550101'), 'sms voice_ai', 'which still suppresses');

-- Reach.
select is(cast_.reply(3, 'Take me off your list and never contact me again', '2026-11-21 10:00Z') -> 'channels',
  '["email", "sms", "voice_ai", "voice_manual"]', 'never contact me again ends everything');
select is(cast_.held('+12135550103'), 'email sms voice_ai voice_manual', 'for the phone');
select cast_.add_contact(cast_.lead('a2'), 'email', 'bell@example.com') \g /dev/null
select cast_.reply(2, 'Do not contact me again', '2026-11-21 16:00Z', 'voice_ai') \g /dev/null
select is(cast_.held('bell@example.com'), 'email sms voice_ai voice_manual', 'and for the e-mail of the same lead');
select is((select count(*) from public.consents where action = 'revoke' and revoked_scope = 'all'
  and occurred_at = '2026-11-21 16:00Z'), 2::bigint, 'each with its revocation');
select is(cast_.held('ames@example.com'), 'free', 'not for another lead');

-- The model only adds opt-outs.
select is(cast_.reply(4, 'hmm', '2026-11-21 10:00Z', p_model => true) ->> 'kind', 'opt_out',
  'a model may add an opt-out');
select is(cast_.reply(5, 'unsubscribe', '2026-11-21 10:00Z', p_model => false) ->> 'kind', 'opt_out',
  'it cannot remove one');
select is(cast_.reply(4, 'START', '2026-11-21 11:00Z') ->> 'still_suppressed', 'true',
  'an opt-out found by a model is not a keyword');
select is((select count(*) from public.consents where value_bidx = cast_.bidx('+12135550104') and action = 'grant'),
  0::bigint, 'so no consent is recorded');
select is(cast_.reply(6, 'START', '2026-11-21 11:00Z', p_model => true) ->> 'kind', 'opt_out',
  'when uncertain it is an opt-out');

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
select is(cast_.held('+12135550107'), 'free', 'on the phone that is not suppressed');
select is(cast_.run(who, format($$ select private.record_opt_out(%L, '\x00', 'phone', 'sms', 'x') $$, :org)),
  '42501 permission denied for function record_opt_out', who || ' records no opt-out by hand of the API')
from unnest(array['owner', 'service_role']) who;

select * from finish();
rollback;

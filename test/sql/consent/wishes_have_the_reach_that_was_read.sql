begin;
\ir ../support/cast.sql
\ir ../support/opt_outs.sql
select no_plan();
create function cast_.read(p_ends text, p_keeps text default '', p_scope text default 'contact',
  p_never boolean default false, p_more jsonb default '{}') returns jsonb
language sql as $$
  select jsonb_build_object('request', 'opt_out', 'keyword', false, 'ends', string_to_array(p_ends, ' '),
    'keeps', case when p_keeps = '' then '{}'::text[] else string_to_array(p_keeps, ' ') end, 'scope', p_scope,
    'never', p_never, 'wrong_contact', false) || p_more
$$;
select cast_.add_contact(cast_.lead('a1'), 'phone', '+12135550111'),
  cast_.add_contact(cast_.lead('a2'), 'email', 'bell@example.com'),
  cast_.add_contact(cast_.lead('a2'), 'phone', '+12135550112') \g /dev/null

-- Texts end, a call is asked for.
select is(cast_.reply(1, 'Stop texting me, just call me', '2026-11-21 10:00Z',
  p_reading => cast_.read('sms voice_ai', 'voice_manual', 'person')) -> 'keeps', '["voice_manual"]',
  'the channel that was asked for is part of the answer');
select is(cast_.held('+12135550101'), 'sms voice_ai', 'texts and automated calls end');
select is(cast_.held('+12135550111'), 'sms voice_ai', 'the second phone gets no text either');
select is(cast_.held('ames@example.com'), 'free', 'e-mail does not end');
select is(cast_.status('a1'), 'new', 'the lead stays in work for the call');
select is((select count(*) from public.consents where lead_id = cast_.lead('a1') and value_bidx is null
  and action = 'revoke' and channels = '{sms,voice_ai}'), 1::bigint,
  'the lead itself has the revocation, so that a phone imported later gets no text');

-- E-mail ends, whichever way it was asked.
select cast_.reply(2, 'Please stop emailing me', '2026-11-21 10:00Z',
  p_reading => cast_.read('email', '', 'person')) \g /dev/null
select is(cast_.held('bell@example.com'), 'email', 'a text that ends e-mail ends e-mail');
select is(cast_.held('+12135550102'), 'free', 'and no phone');
select is(cast_.status('a2'), 'new', 'the lead stays in work while a phone is left');

-- Without anything left.
select cast_.reply(3, 'Stop. Email me instead', '2026-11-21 10:00Z',
  p_reading => cast_.read('sms voice_ai', 'email', 'person')) \g /dev/null
select is(cast_.status('a3'), 'opted_out', 'a lead without an e-mail address has opted out, whatever was asked for');

-- The keyword stands, whatever the verdict says.
select is(cast_.reply(2, 'STOP', '2026-11-21 11:00Z', p_reading => '{"request": "none"}') ->> 'kind', 'opt_out',
  'STOP is an opt-out even if the reader said otherwise');
select is(cast_.held('+12135550102'), 'sms voice_ai', 'and has its reach');
select is(cast_.reply(4, '停止', '2026-11-21 11:00Z', p_reading => '{"request": "none"}') ->> 'kind', 'opt_out',
  'so is a STOP in another language');
select is(cast_.reply(4, 'hello', '2026-11-21 12:00Z', p_reading => '{"request": "none"}') ->> 'kind', 'none',
  'other words are none');

select * from finish();
rollback;

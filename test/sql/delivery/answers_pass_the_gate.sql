-- Answers: confirmations of opt-outs, HELP, and manual messages by a broker.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();
create function cast_.queue(p_n integer, p_kind text, p_channel text default 'sms', p_text text default
  'Words for one person', p_reply text default null, p_as_of timestamptz default cast_.noon())
returns uuid language plpgsql as $$
declare v_answer uuid;
begin
  set local role pipeline_writer;
  v_answer := private.queue_message(cast_.org(), cast_.nth(p_n), (select c.id from public.contact_points c
    where c.lead_id = cast_.nth(p_n) and (c.kind = 'email') = (p_channel = 'email')),
    p_channel, p_kind, p_text, p_reply, p_as_of);
  reset role;
  return v_answer;
end
$$;
create function cast_.row_of(p_id uuid) returns text language sql as $$
  select concat_ws(' ', m.kind, m.state, m.purpose, m.refused) from public.messages m where m.id = p_id
$$;
select cast_.runner(n, p_phone => true, p_due => cast_.noon() + interval '1 day') from generate_series(1, 9) n
  \g /dev/null

-- The confirmation of a STOP.
select private.record_opt_out(cast_.org(), (select value_bidx from public.contact_points where lead_id = cast_.nth(1)
  and kind = 'phone'), 'phone', 'sms', 'reply by sms', 'STOP', 'stop_keyword', p_as_of => cast_.noon()) \g /dev/null
select cast_.queue(1, 'manual') as id \gset manual_
select ok(cast_.row_of(:'manual_id') like 'manual cancelled marketing%opted_out%' or cast_.row_of(:'manual_id') like
  'manual cancelled marketing%suppressed%', 'after a STOP a manual message is cancelled: '
  || cast_.row_of(:'manual_id'));
select cast_.queue(1, 'confirmation', p_text => 'Org A: You are unsubscribed.', p_reply => 'in-1',
  p_as_of => cast_.noon() + interval '10 seconds') as id \gset one_
select is(cast_.row_of(:'one_id'), 'confirmation retrying transactional', 'one confirmation is queued');
select is(cast_.queue(1, 'confirmation', p_reply => 'in-1', p_as_of => cast_.noon() + interval '20 seconds'),
  :'one_id'::uuid, 'a repeated answer to the same message is queued once');
select cast_.queue(1, 'confirmation', p_reply => 'in-2', p_as_of => cast_.noon() + interval '30 seconds') as id
  \gset two_
select is(cast_.row_of(:'two_id'), 'confirmation cancelled transactional ["confirmation_already_sent"]',
  'a second confirmation is cancelled');
select is(cast_.claim(100, cast_.noon() + interval '30 seconds'), '1', 'the next claim takes the confirmation');
select is(private.stop_runs(cast_.org(), cast_.nth(1), 'opt_out', cast_.noon() + interval '30 seconds'), 0,
  'stopping the runs of the lead keeps the confirmation');
select is((select (request ->> 'to') || ' ' || (request #>> '{template,text}')
  from private.begin_requests(cast_.org(), array[:'one_id'::uuid], (select lease_token from public.messages
  where id = :'one_id'), cast_.noon() + interval '40 seconds')),
  '+12135550101 {% raw %}Org A: You are unsubscribed.{% endraw %}', 'the request has the text unchanged');
select is(cast_.settle('{"result": "accepted"}', cast_.noon() + interval '41 seconds'), 1,
  'the confirmation is settled');
select is(cast_.row_of(:'one_id'), 'confirmation sent transactional', 'the confirmation is sent once');
select is((select campaign_status::text from public.leads where id = cast_.nth(1)), 'opted_out',
  'the lead stays opted out');
select private.record_opt_out(cast_.org(), (select value_bidx from public.contact_points where lead_id = cast_.nth(2)
  and kind = 'phone'), 'phone', 'sms', 'reply by sms', 'STOP', 'stop_keyword', p_as_of => cast_.noon()) \g /dev/null
select is(cast_.row_of(cast_.queue(2, 'confirmation', p_as_of => cast_.noon() + interval '5 minutes 1 second')),
  'confirmation cancelled transactional ["confirmation_too_late"]', 'a confirmation after five minutes is cancelled');
select is(cast_.row_of(cast_.queue(3, 'confirmation')),
  'confirmation cancelled transactional ["confirmation_without_opt_out"]',
  'a confirmation without an opt-out is cancelled');
select private.record_opt_out(cast_.org(), (select value_bidx from public.contact_points where lead_id = cast_.nth(4)
  and kind = 'phone'), 'phone', 'sms', 'reply by sms', 'STOP', 'stop_keyword', p_as_of => cast_.noon()) \g /dev/null
select cast_.queue(4, 'confirmation', p_as_of => cast_.noon() + interval '4 minutes') as id \gset late_
select is(cast_.claim(100, cast_.noon() + interval '4 minutes 30 seconds'), '4',
  'a confirmation queued in time is claimed');
select is((select request ->> 'cancelled' from private.begin_requests(cast_.org(), array[:'late_id'::uuid],
  (select lease_token from public.messages where id = :'late_id'), cast_.noon() + interval '6 minutes')),
  '["confirmation_too_late"]', 'a confirmation that is requested too late is cancelled');

-- HELP and manual messages.
select cast_.queue(5, 'help', p_reply => 'in-5') as id \gset help_
select is(cast_.row_of(:'help_id'), 'help retrying transactional', 'the answer to HELP is queued');
select cast_.queue(5, 'manual', p_text => 'Shall we say {{ ten }}? {% raw %}', p_reply => 'in-6') as id \gset words_
select is(cast_.row_of(:'words_id'), 'manual retrying transactional', 'a broker can answer a message');
select cast_.queue(6, 'manual', p_as_of => '2026-11-18T12:00Z') as id \gset night_
select is((select state || ' ' || (retry_at > '2026-11-18T15:59Z') || ' ' || (decision_id is null)
  from public.messages where id = :'night_id'), 'retrying true true',
  'a manual message outside of the permitted hours waits');
select is((select refused from public.messages where id = :'night_id'), '["federal_hours"]',
  'a waiting message records the rules');
select is(cast_.claim(), '5 5 6', 'all waiting messages are claimed at ten');
select is((select retry_at is null and decision_id is not null from public.messages where id = :'night_id'), true,
  'the waiting message gets a new decision');
select is((select b.request #>> '{template,text}' from private.begin_requests(cast_.org(), array[:'words_id'::uuid],
  (select lease_token from public.messages where id = :'words_id'), cast_.noon()) b),
  '{% raw %}Shall we say {{ ten }}? { % raw %}{% endraw %}', 'a manual text is not rendered as a template');
select cast_.queue(7, 'manual', 'email', 'See you at ten.', 'in-7') as id \gset mail_
select is(cast_.claim(), '7', 'a manual e-mail is claimed');
select ok((select b.request #>> '{template,text}' like
  '%See you at ten.%{{ sender.postal_address }}%{{ unsubscribe_url }}%' from private.begin_requests(cast_.org(),
  array[:'mail_id'::uuid], (select lease_token from public.messages where id = :'mail_id'), cast_.noon()) b),
  'a manual e-mail names its sender and the unsubscribe link');
select is((select count(*)::integer from public.contact_attempts where lead_id = cast_.nth(5)), 2,
  'answers count as contact attempts');
select throws_ok(format('select private.queue_message(%L, %L, 1, %L, %L, %L)', cast_.org(), cast_.nth(1), 'sms',
  'sequence', 'x'), 'SL532', null, 'a sequence step cannot be queued');
select throws_ok(format('select private.queue_message(%L, %L, 1, %L, %L, %L)', cast_.org(), cast_.nth(1), 'sms',
  'manual', ' '), 'SL532', null, 'an empty text cannot be queued');
select throws_ok(format('select private.queue_message(%L, %L, 1, %L, %L, %L)', cast_.org(), cast_.nth(1), 'sms',
  'manual', 'x'), 'SL533', null, 'a message to the contact of another lead cannot be queued');
select is((select count(*)::integer from public.messages m where m::text like '%ten%'
  or m::text like '%unsubscribed.%'), 0, 'no text is stored unencrypted');

select * from finish();
rollback;

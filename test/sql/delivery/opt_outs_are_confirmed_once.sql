begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/answers.sql
select no_plan();

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

select * from finish();
rollback;

-- Answers to HELP, and manual messages by a broker.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/answers.sql
select no_plan();

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

-- Answers: confirmations of opt-outs, HELP, and manual messages by a broker. Then their record: export, erasure,
-- merged leads, undone uploads, and the deletion of an org.
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

-- Export and erasure.
select ok((select e #> '{records,messages}' @> jsonb_build_array(jsonb_build_object('id', :'words_id'))
  and e -> 'message_texts' @> '[{"text": "Shall we say {{ ten }}? {% raw %}"}]'
  from (select public.export_person(cast_.org(), cast_.nth(5)) as e) x),
  'an export contains messages and their texts');
select ok((select not e #>> '{records,messages}' like '%text_cipher%' from (select public.export_person(cast_.org(),
  cast_.nth(5)) as e) x), 'an export contains no ciphertext');
select ok((public.erase_lead(cast_.org(), cast_.nth(5), 'asked to be forgotten', cast_.noon())
  ->> 'messages')::integer = 2, 'an erasure counts the messages it keeps');
select is((select count(*)::integer from public.messages where lead_id = cast_.nth(5) and (text_cipher is not null
  or in_reply_to is not null)), 0, 'an erasure deletes the texts of messages');
select is((select state from public.sequence_runs where lead_id = cast_.nth(5))::text, 'stopped',
  'an erasure stops the sequence run');
select is(cast_.claim(100, cast_.noon() + interval '2 days'), '3 6 7 8 9', 'other leads are still claimed');

-- Merged leads.
create function cast_.merge(p_survivor integer, p_merged integer) returns bigint language plpgsql as $$
begin
  perform set_config('sluice.actor', 'system', true);
  return private.merge_leads(cast_.org(), cast_.nth(p_survivor), cast_.nth(p_merged), null, 'test', cast_.noon());
end
$$;
update public.leads set campaign_status = 'active' where id = cast_.nth(9);
select cast_.merge(8, 9) \g /dev/null
select is((select string_agg(state || ' ' || coalesce(end_reason, '-') || ' ' || coalesce(right(merged_from::text, 1),
  '-'), ', ' order by id) from public.sequence_runs where lead_id = cast_.nth(8)),
  'stopped merged -, active - 9', 'the run of the lead with the higher status continues, the other ends');
select is((select string_agg(state || ' ' || coalesce(right(merged_from::text, 1), '-'), ', ' order by state)
  from public.messages where lead_id = cast_.nth(8)), 'sending 9, cancelled -', 'messages move to the survivor');
select is((select count(*)::integer from public.leads where id = cast_.nth(9)), 0, 'the merged lead is gone');
select is(cast_.begin(cast_.noon() + interval '2 days'), '3 go 6 go 7 go 8 ["contact_gone"]',
  'the decision for a merged lead no longer holds');
select is(cast_.claim(100, cast_.noon() + interval '2 days') || ' ' || (select count(*) from public.messages
  where merged_from = cast_.nth(9)), '8 1', 'the step is claimed again for the survivor');
select is(cast_.begin(cast_.noon() + interval '2 days'), '8 go', 'its request begins');
select ok(cast_.settle('{"result": "accepted"}', cast_.noon() + interval '2 days') >= 4, 'its request is settled');
select is((select next_step from public.sequence_runs where lead_id = cast_.nth(8) and state = 'active'), 2::smallint,
  'the run of the survivor moves on');
-- The survivor has received the step that the other lead is at.
select cast_.runner(21), cast_.runner(22) \g /dev/null
select is(cast_.claim(1), '21', 'one of two leads is claimed');
select is(cast_.begin(), '5 ["contact_gone"] 6 go 21 go', 'the first step is sent; nothing is sent to an erased lead');
select is(cast_.settle(), 2, 'the first step is settled');
select cast_.merge(22, 21) \g /dev/null
select is((select string_agg(state || ' ' || next_step, ', ' order by id) from public.sequence_runs
  where lead_id = cast_.nth(22)), 'active 2, stopped 1', 'after the merge the lead is past the step it has received');
update public.sequence_runs set next_step = 1, next_channel = 'email', next_at = cast_.noon()
  where lead_id = cast_.nth(22) and state = 'active';
select is(cast_.claim(), 'nobody', 'a step that was sent is not claimed again, even if the run is put back to it');
select is((select skipped #> '{0,rules}' from public.sequence_runs where lead_id = cast_.nth(22) and skipped <> '[]'),
  '["already_sent"]', 'the skipped step records the reason');

-- Undoing an upload keeps leads with messages, and undoes the merges it caused.
update public.leads set campaign_status = 'new', campaign_id = null, added_to_campaign_at = null, created_upload_id
  = 'a0000000-0000-4000-8000-00000000000d', source_id = 'a0000000-0000-4000-8000-00000000005c' where id = cast_.nth(6);
select is(private.reason_to_keep(l, 'a0000000-0000-4000-8000-00000000000d'), 'contacted or added to a campaign since',
  'undo keeps a lead that has a message, whatever its status') from public.leads l where id = cast_.nth(6);
select throws_ok(format('delete from public.leads where id = %L', cast_.nth(6)), '23503', null,
  'a lead with a message cannot be deleted');
update public.lead_merges set upload_id = 'a0000000-0000-4000-8000-00000000000d' where merged_id = cast_.nth(9);
select is(private.unmerge_leads(cast_.org(), 'a0000000-0000-4000-8000-00000000000d', cast_.noon()), 1,
  'a merge is undone');
select is((select string_agg(right(lead_id::text, 1) || ' ' || state, ', ' order by lead_id) from public.sequence_runs
  where lead_id in (cast_.nth(8), cast_.nth(9))), '8 stopped, 9 active', 'runs return to their lead');
select is((select string_agg(right(lead_id::text, 1) || ' ' || state, ', ' order by lead_id, state)
  from public.messages where lead_id in (cast_.nth(8), cast_.nth(9))), '8 sent, 8 cancelled, 9 cancelled',
  'messages return to their lead');
select lives_ok(format('delete from public.orgs where id = %L', cast_.org()), 'an org can be deleted');
select is((select count(*)::integer from public.messages) + (select count(*)::integer from public.sequence_runs) +
  (select count(*)::integer from public.templates), 0, 'its messages, runs and templates are deleted with it');
select * from finish();
rollback;

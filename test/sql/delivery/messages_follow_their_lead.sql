-- The record of messages: export, erasure, merged leads, undone uploads, and the deletion of an org.
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
select cast_.runner(n, p_phone => true, p_due => cast_.noon() + interval '1 day')
from unnest('{3,5,6,7,8,9}'::integer[]) n \g /dev/null
-- Lead 5 has two answers, leads 6 and 7 have one; all are claimed.
select cast_.queue(5, 'help', p_reply => 'in-5') \g /dev/null
select cast_.queue(5, 'manual', p_text => 'Shall we say {{ ten }}? {% raw %}', p_reply => 'in-6') as id \gset words_
select cast_.queue(6, 'manual'), cast_.queue(7, 'manual', 'email', 'See you at ten.', 'in-7') as id \g /dev/null
select is(cast_.claim(), '5 5 6 7', 'the answers are claimed');
select private.begin_requests(cast_.org(), array[m.id], m.lease_token, cast_.noon())
from public.messages m where m.id = :'words_id' or m.lead_id = cast_.nth(7) \g /dev/null

-- Export and erasure.
select ok((select e #> '{records,messages}' @> jsonb_build_array(jsonb_build_object('id', :'words_id'))
  and e -> 'message_texts' @> '[{"text": "Shall we say {{ ten }}? {% raw %}"}]'
  from (select private.person_record(cast_.org(), cast_.nth(5)) as e) x),
  'an export contains messages and their texts');
select ok((select not e #>> '{records,messages}' like '%text_cipher%' from (select private.person_record(cast_.org(),
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
select is(cast_.claim(), 'none', 'a step that was sent is not claimed again, even if the run is put back to it');
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
  where lead_id in (cast_.nth(8), cast_.nth(9))), '8 active, 9 active',
  'runs return to their lead, and the one that the merge had ended goes on');
select is((select string_agg(right(lead_id::text, 1) || ' ' || state, ', ' order by lead_id, state)
  from public.messages where lead_id in (cast_.nth(8), cast_.nth(9))), '8 sent, 8 cancelled, 9 cancelled',
  'messages return to their lead');
select lives_ok(format('delete from public.orgs where id = %L', cast_.org()), 'an org can be deleted');
select is((select count(*)::integer from public.messages) + (select count(*)::integer from public.sequence_runs) +
  (select count(*)::integer from public.templates), 0, 'its messages, runs and templates are deleted with it');
select * from finish();
rollback;

begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/drawn.sql
select no_plan();
select cast_.save_drawn(cast_.drawn()) \g /dev/null
select cast_.drawn_runner(n) from generate_series(1, 9) n \g /dev/null
-- Wednesday, 2026-11-18, 10:00.
\set sent cast_.noon()
select cast_.send_all() \g /dev/null

select is(cast_.where_is(n), 'active Replied? ' || to_char((cast_.noon() + interval '2 days')
  at time zone 'America/Los_Angeles', 'MM-DD HH24:MI'), 'lead ' || n || ' waits two days for a reply')
from generate_series(1, 2) n;

select cast_.replies(1, :sent + interval '3 hours') \g /dev/null
select is((select state::text from public.sequence_runs where lead_id = cast_.nth(1)), 'active',
  'a reply that a branch follows does not end the run');
select is((select campaign_status::text from public.leads where id = cast_.nth(1)), 'replied', 'the lead has replied');
select is(cast_.walk(:sent + interval '3 hours'), 1, 'the reply made one run due');
select is(cast_.where_is(1), 'active Text 11-19 ' || to_char((:sent + interval '3 hours') at time zone
  'America/Los_Angeles', 'HH24:MI'), 'the text follows a day after the reply');
select cast_.replies(1, :sent + interval '5 hours') \g /dev/null
select is(cast_.where_is(1), 'stopped reply Text', 'a second reply, which no branch follows, ends the run');

select cast_.replies(2, :sent + interval '3 hours', 'opt_out') \g /dev/null
select is(cast_.where_is(2), 'stopped reply Replied?', 'a request to stop never follows the branch');

-- In time is in time, however late the walk.
select cast_.replies(3, :sent + interval '47 hours') \g /dev/null
select is(cast_.walk(:sent + interval '50 hours'), 7, 'a late walk finds all');
select is(left(cast_.where_is(3), 11), 'active Text', 'a reply in time counts in a late walk');
select is(cast_.where_is(4), 'active Clicked? ' || to_char((:sent + interval '74 hours') at time zone
  'America/Los_Angeles', 'MM-DD HH24:MI'), 'without a reply in time, no is taken');
select is(cast_.walk(:sent + interval '50 hours'), 0, 'a repeated walk does nothing');

-- Clicks.
select cast_.event(cast_.message(5), 'clicked', :sent + interval '51 hours') \g /dev/null
select cast_.event(cast_.message(6), 'clicked', :sent + interval '51 hours', '{"machine": true}') \g /dev/null
select is(cast_.walk(:sent + interval '51 hours'), 0, 'a click counts a minute later');
select is(cast_.walk(:sent + interval '51 hours 1 minute'), 1, 'then it makes the run due');
select is(cast_.where_is(5), 'completed handed_over Broker', 'a click by a person leads to the hand-over');
select is((select kind || ' ' || (detail ->> 'node') || ': ' || (detail ->> 'note') from public.tasks
  where lead_id = cast_.nth(5)), 'hand_over Broker: Opened the offer', 'which makes a task for the broker');
select is((select campaign_status::text from public.leads where id = cast_.nth(5)), 'completed',
  'the lead has completed the campaign');
select is(left(cast_.where_is(6), 15), 'active Clicked?', 'a click by a scanner does not count');
select cast_.replies(7, :sent + interval '52 hours') \g /dev/null
select is(cast_.where_is(7), 'stopped reply Clicked?', 'where no branch on a reply is left, a reply ends the run');
select cast_.walk(:sent + interval '75 hours') \g /dev/null
select is(left(cast_.where_is(6), 11), 'active Call', 'without a click, no is taken');
select cast_.send_all(:sent + interval '7 days') \g /dev/null
select is((select string_agg(state || ' ' || end_reason, ', ' order by lead_id) from public.sequence_runs
  where ended_at is not null and lead_id in (cast_.nth(4), cast_.nth(6))), 'completed completed, completed completed',
  'a message that nothing follows ends the run');
select is((select count(*) from (select lead_id, step from public.messages group by 1, 2 having count(*) > 1) x),
  0::bigint, 'nothing is sent twice');

select * from finish();
rollback;

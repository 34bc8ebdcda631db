begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/drawn.sql
select no_plan();
select cast_.save_drawn(cast_.drawn()) \g /dev/null
select cast_.drawn_runner(n) from generate_series(1, 12) n \g /dev/null
\set sent cast_.noon()

-- A reply that overtakes our own record of the message is a reply to it; one before the request is not.
select cast_.claim(2) \g /dev/null
select cast_.replies(1, :sent) \g /dev/null
select is(cast_.where_is(1), 'stopped reply Mail', 'a reply before the message is requested ends the run');
select cast_.begin() \g /dev/null
select is(cast_.state(1), 'cancelled', 'its message is cancelled');
select cast_.replies(2, :sent) \g /dev/null
select is(cast_.where_is(2), 'active Mail', 'a reply to a message that is in flight waits for its branch');
select cast_.settle() \g /dev/null
select is(left(cast_.where_is(2), 11), 'active Text', 'which it takes as soon as the message is settled');

select cast_.send_all() \g /dev/null
select is(left(cast_.where_is(n), 15), 'active Replied?', 'lead ' || n || ' is at the branch')
from generate_series(3, 4) n;

select cast_.event(cast_.message(3), 'unsubscribed', :sent + interval '1 hour') \g /dev/null
select is(cast_.where_is(3), 'stopped unsubscribed Replied?', 'an unsubscribe ends it');
select cast_.event(cast_.message(4), 'complained', :sent + interval '1 hour') \g /dev/null
select is(cast_.where_is(4), 'stopped complained Replied?', 'a complaint ends it');
select set_config('sluice.actor', 'system', true) \g /dev/null
update public.leads set campaign_status = 'booked' where id = cast_.nth(5);
select set_config('sluice.actor', '', true) \g /dev/null
select is(cast_.where_is(5), 'stopped booked Replied?', 'a booking ends it');
select private.stop_drawn_runs(cast_.org(), cast_.nth(6), 'wrong_contact', :sent + interval '1 hour') \g /dev/null
select is(cast_.where_is(6), 'stopped wrong_contact Replied?', 'a wrong number ends it');
-- Also after a reply that the branch has not followed yet.
select cast_.replies(7, :sent + interval '1 hour') \g /dev/null
select cast_.replies(7, :sent + interval '2 hours', 'opt_out') \g /dev/null
select is(cast_.where_is(7), 'stopped reply Replied?', 'a request to stop ends a run that would follow a reply');
select is(cast_.walk(:sent + interval '3 hours'), 0, 'and nothing is left to walk');

-- A person skips a branch: as if nothing had happened.
select cast_.ask('owner', format('select public.control_lead(%L, %L, ''skip'')', cast_.org(), cast_.nth(9)))
  \g /dev/null
select is(left(cast_.where_is(9), 15), 'active Clicked?', 'a skipped branch answers no');
select is((select string_agg(x ->> 'rules', ' ') from public.sequence_runs r, jsonb_array_elements(r.skipped) x
  where r.lead_id = cast_.nth(9)), '["skipped_by_person"]', 'which is recorded');

-- A person pauses: events count, and nothing is sent until the person resumes.
select cast_.ask('owner', format('select public.control_lead(%L, %L, ''pause'')', cast_.org(), cast_.nth(8)))
  \g /dev/null
select cast_.replies(8, :sent + interval '1 hour') \g /dev/null
select is((select state::text from public.sequence_runs where lead_id = cast_.nth(8)), 'paused',
  'a reply that a branch follows does not resume');
select is(cast_.walk(:sent + interval '3 hours'), 0, 'a paused run is not walked');
select cast_.ask('owner', format('select public.control_lead(%L, %L, ''resume'')', cast_.org(), cast_.nth(8)))
  \g /dev/null
select cast_.walk(now() + interval '1 minute') \g /dev/null
select is(left(cast_.where_is(8), 11), 'active Text', 'it takes its branch when it resumes');

-- A pause of the campaign holds the walk, too.
update public.campaigns set state = 'paused' where id = cast_.campaign();
select is(cast_.walk(:sent + interval '40 days'), 0, 'nothing is walked while the campaign is paused');
update public.campaigns set state = 'running' where id = cast_.campaign();
select isnt(cast_.walk(now() + interval '40 days'), 0, 'and all when it runs');
select is((select count(*) from (select lead_id, step from public.messages where state <> 'cancelled' group by 1, 2
  having count(*) > 1) x), 0::bigint, 'nothing is sent twice');

select * from finish();
rollback;

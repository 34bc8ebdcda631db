begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

-- A stop before the request, and reports for cancelled messages.
select cast_.runner(2) \g /dev/null
select is(cast_.claim(), '2', 'a step is claimed');
select is(private.stop_runs(cast_.org(), cast_.nth(2), 'reply', cast_.noon()), 1, 'a reply stops the run');
select is(private.stop_runs(cast_.org(), cast_.nth(2), 'reply', cast_.noon()), 0, 'a run is stopped once');
select is((select concat_ws(' ', state, refused) from public.messages where id = cast_.message(2)),
  'cancelled ["reply"]', 'the message not requested yet is cancelled');
select is(cast_.begin(), 'none', 'a cancelled message does not begin');
select is((select concat_ws(' ', state, end_reason, ended_at = cast_.noon()) from public.sequence_runs
  where lead_id = cast_.nth(2)), 'stopped reply t', 'the run records the reason');
select is(cast_.event(cast_.message(2), 'delivered'), 'cancelled', 'a cancelled message stays cancelled');
select cast_.runner(3) \g /dev/null
select is(cast_.claim() || ' ' || cast_.begin(), '3 3 go', 'another request begins');
select is(private.stop_runs(cast_.org(), cast_.nth(3), 'reply', cast_.noon()), 1, 'its run is stopped');
select is(cast_.state(3), 'sending', 'a request under way continues');
select is(cast_.settle(), 1, 'it is settled');
select is(cast_.state(3) || ' ' || (select state || ' ' || sent_count from public.sequence_runs
  where lead_id = cast_.nth(3)), 'sent stopped 1', 'the run stays stopped');
-- Status changes of the lead, by any writer.
select cast_.runner(n) from generate_series(4, 7) n \g /dev/null
update public.leads set campaign_status = 'opted_out' where id = cast_.nth(4);
update public.leads set campaign_status = 'replied', last_reply_at = now() where id = cast_.nth(5);
update public.leads set campaign_status = 'booked' where id = cast_.nth(6);
select is((select string_agg(state || ' ' || coalesce(end_reason, '-'), ', ' order by lead_id)
  from public.sequence_runs where lead_id in (cast_.nth(4), cast_.nth(5), cast_.nth(6), cast_.nth(7))),
  'stopped opted_out, stopped replied, stopped booked, active -',
    'leads that opted out, replied or booked have no live run');
select cast_.runner(8) \g /dev/null
select private.suppress_value(cast_.org(), c.value_bidx, c.kind, null, 'opt_out', 'reply', cast_.noon())
  from public.contact_points c where c.lead_id = cast_.nth(8) \g /dev/null
select is((select concat_ws(' ', state, end_reason, ended_at = cast_.noon()) from public.sequence_runs
  where lead_id = cast_.nth(8)), 'stopped opted_out t',
  'a suppression on all channels stops the run at its own time, not the wall clock');
select is(cast_.claim(), '7', 'other leads are claimed');

select * from finish();
rollback;

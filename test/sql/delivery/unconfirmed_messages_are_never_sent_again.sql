-- After a crash or a lost response: leases expire, and an unconfirmed message is never sent again unchecked.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();
create function cast_.reclaim(p_as_of timestamptz) returns integer language plpgsql as $$
declare v_answer integer;
begin
  set local role pipeline_writer;
  v_answer := private.expire_leases(p_as_of);
  reset role;
  return v_answer;
end
$$;
create function cast_.reconcile(p_n integer, p_outcome jsonb, p_as_of timestamptz default cast_.noon() + interval
  '5 minutes') returns text language plpgsql as $$
declare v_answer text;
begin
  set local role pipeline_writer;
  v_answer := private.settle_unconfirmed(cast_.org(), cast_.message(p_n), p_outcome, p_as_of);
  reset role;
  return v_answer;
end
$$;

-- Crashes. The lease expires before the request, and after it.
select cast_.runner(n) from generate_series(11, 14) n \g /dev/null
select is(cast_.claim(), '11 12 13 14', 'four steps are claimed');
select is((select count(*)::integer from private.begin_requests(cast_.org(), array[cast_.message(12),
  cast_.message(13), cast_.message(14)], (select lease_token from public.messages where id = cast_.message(12)),
  cast_.noon())), 3, 'three of four requests begin before the worker dies');
select is(cast_.reclaim(cast_.noon() + interval '119 seconds'), 0, 'no lease expires early');
select is(cast_.reclaim(cast_.noon() + interval '2 minutes'), 4, 'four leases expire');
select is((select string_agg(cast_.state(n), ' ' order by n) from generate_series(11, 14) n),
  'retrying unconfirmed unconfirmed unconfirmed', 'messages not requested are due again, the others are unconfirmed');
select is(cast_.reclaim(cast_.noon() + interval '3 minutes'), 0, 'a lease expires once');
select is(cast_.claim(100, cast_.noon() + interval '3 minutes'), '11', 'only the message not requested is claimed');
select is((select count(*)::integer from private.unconfirmed_messages(10, cast_.noon() + interval '3 minutes') d
  where d.org_id = cast_.org()), 3, 'three messages are to be reconciled');
select is(cast_.reconcile(12, '{"result": "accepted", "provider_id": "found"}'), 'sent',
  'the first was accepted by the provider');
select is((select concat_ws(' ', provider_id, sent_at = requested_at) from public.messages
  where id = cast_.message(12)), 'found t', 'it was sent at the time of its request');
select is(cast_.lead_state(12), 'active 2 active', 'its run moves on');
select is(cast_.reconcile(12, '{"result": "absent"}'), 'sent', 'a later report does not change it');
select is(cast_.reconcile(13, '{"result": "absent"}'), 'retrying', 'the second provably never reached the provider');
select is(cast_.reconcile(14, '{"result": "unknown"}'), 'unconfirmed', 'the third stays unconfirmed');
select is((select count(*)::integer from public.pipeline_dlq where source = 'message_unconfirmed'
  and resolved_at is null and payload ->> 'message_id' = cast_.message(14)::text), 1,
  'a dead letter asks a person to decide');
select is((select count(*)::integer from private.unconfirmed_messages(10, cast_.noon() + interval '9 minutes')), 0,
  'it is not reconciled again');
select is(cast_.claim(100, cast_.noon() + interval '6 minutes'), '13',
  'only the message that never reached the provider is claimed again');
select is(cast_.claim(100, cast_.noon() + interval '30 days'), 'none', 'the unconfirmed message is never claimed');
select is(cast_.event(cast_.message(14), 'delivered', cast_.noon() + interval '1 hour'), 'delivered',
  'a report proves that it was sent');
select is(cast_.lead_state(14), 'active 2 active', 'its run moves on');
select is(cast_.reconcile(14, '{"result": "refused"}'), 'delivered', 'a settled message stays settled');
-- A person skips the step meanwhile.
select cast_.runner(15) \g /dev/null
select is(cast_.claim() || ' ' || cast_.begin(), '15 11 go 13 go 15 go', 'one more request begins');
select is(cast_.reclaim(cast_.noon() + interval '2 minutes') >= 1, true, 'its message becomes unconfirmed');
select is(public.control_lead(cast_.org(), cast_.nth(15), 'skip', 'known to be lost', cast_.noon() + interval
  '1 hour') ->> 'next_step', '2', 'a person skips the step');
select is(cast_.event(cast_.message(15), 'delivered', cast_.noon() + interval '2 hours'), 'delivered',
  'a report shows that it was delivered');
select is(cast_.lead_state(15), 'active 2 active', 'the run does not move on twice');
-- The worker is only slow.
select cast_.runner(21), cast_.runner(22) \g /dev/null
select is(cast_.claim(), '21 22', 'two more steps are claimed');
select is((select count(*)::integer from private.begin_requests(cast_.org(), array[cast_.message(21),
  cast_.message(22)], (select lease_token from public.messages where id = cast_.message(21)), cast_.noon())), 2,
  'their requests begin');
select is(cast_.reclaim(cast_.noon() + interval '3 minutes') >= 2, true,
  'their leases expire because the worker is slow');
select is(private.settle_messages(cast_.org(), (select lease_token from public.messages where id = cast_.message(21)),
  jsonb_build_array(jsonb_build_object('message_id', cast_.message(21), 'result', 'accepted', 'provider_id', 'late')),
    cast_.noon() + interval '4 minutes'), 1, 'a late outcome with the same token settles the message');
select is(cast_.state(21), 'sent', 'it is sent');
select is(private.settle_messages(cast_.org(), gen_random_uuid(),
  jsonb_build_array(jsonb_build_object('message_id', cast_.message(22), 'result', 'accepted')), cast_.noon() +
    interval '4 minutes'), 0, 'another token settles nothing');
select is(private.settle_messages(cast_.org(), (select lease_token from public.messages where id = cast_.message(22)),
  jsonb_build_array(jsonb_build_object('message_id', cast_.message(22), 'result', 'unknown')), cast_.noon() + interval
    '4 minutes'), 1, 'an unknown outcome is recorded');
select is(cast_.state(22), 'unconfirmed', 'an unknown outcome leaves the message unconfirmed');

select * from finish();
rollback;

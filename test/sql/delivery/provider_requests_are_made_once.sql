-- From the claim to the provider and back: whoever holds the lease calls, once; what nobody knows is never sent again.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();
create function cast_.rewind() returns void language plpgsql as $$
begin
  update public.sequence_runs set message_id = null, next_at = cast_.noon(), refusal = null, skipped = '[]', next_step = 1, next_channel = 'email', state = 'active',
    ended_at = null, end_reason = null, sent_count = 0, paused_at = null, paused_by = null;
  delete from public.messages;
  delete from private.provider_circuits;
  delete from public.pipeline_events;
  update public.leads set campaign_status = 'queued', current_sequence_step = 0 where id::text like 'f%';
end
$$;
create function cast_.reclaim(p_as_of timestamptz) returns integer language plpgsql as $$
declare v_answer integer;
begin
  set local role pipeline_writer;
  v_answer := private.expire_leases(p_as_of);
  reset role;
  return v_answer;
end
$$;
create function cast_.doubt(p_n integer, p_outcome jsonb, p_as_of timestamptz default cast_.noon() + interval '5 minutes') returns text language plpgsql as $$
declare v_answer text;
begin
  set local role pipeline_writer;
  v_answer := private.settle_unconfirmed(cast_.org(), cast_.message(p_n), p_outcome, p_as_of);
  reset role;
  return v_answer;
end
$$;
select cast_.runner(n, p_phone => n > 1) from generate_series(1, 3) n \g /dev/null

-- The call.
select is(cast_.claim(), '1 2 3', 'three are claimed');
select is((select count(*)::integer from private.begin_requests(cast_.org(), array[cast_.message(1)], gen_random_uuid(), cast_.noon())), 0, 'another token begins nothing');
select is((select count(*)::integer from private.begin_requests(cast_.org('b'), array[cast_.message(1)], (select lease_token from public.messages limit 1), cast_.noon())), 0, 'nor another org');
select is((select count(*)::integer from private.begin_requests(cast_.org(), array[cast_.message(1)], (select lease_token from public.messages limit 1), cast_.noon() + interval '2 minutes')), 0, 'nor a lease that is over');
create temp table request as select b.request from private.begin_requests(cast_.org(), array[cast_.message(1)], (select lease_token from public.messages limit 1), cast_.noon()) b;
select is((select request ->> 'to' from request), 'lead1@example.com', 'who holds the lease learns the address');
select is((select request #> '{variables,lead}' from request), '{"first_name": "Jo", "last_name": "Ames", "full_name": "Jo Ames"}', 'the name as one writes it');
select is((select request #>> '{variables,sender,postal_address}' from request), '1 Main St, Los Angeles, CA 90001', 'the sender');
select is((select request #>> '{sender,address}' from request), 'hello@mail.example.com', 'its address');
select is((select request #>> '{template,subject}' from request), 'Your home on {{ property.street }}', 'the template');
select is((select t.value_bidx from request, private.read_unsubscribe_token(request ->> 'unsubscribe_token') t), (select value_bidx from public.messages where id = cast_.message(1)), 'a token that unsubscribes just this address');
select is((select request ->> 'idempotency_key' from request), cast_.message(1)::text, 'and the key under which a provider knows it again');
select is((select requested_at from public.messages where id = cast_.message(1)), cast_.noon(), 'it is calling');
select is((select count(*)::integer from private.begin_requests(cast_.org(), array[cast_.message(1)], (select lease_token from public.messages limit 1), cast_.noon())), 0, 'and does not begin again');

-- What came up between claim and call.
insert into public.suppressions (org_id, value_bidx, kind, channel, reason, source)
select org_id, value_bidx, 'email', 'email', 'unsubscribe', 'test' from public.messages where id = cast_.message(2);
select is(cast_.begin(), '2 ["email_unsubscribed", "suppressed"] 3 go', 'an unsubscribe in between wins, and the other goes');
select is((select concat_ws(' ', state, cancelled_at = cast_.noon(), requested_at) from public.messages where id = cast_.message(2)), 'cancelled t', 'it is cancelled and was never called');
select is((select concat_ws(' ', next_step, next_at = cast_.noon(), message_id) from public.sequence_runs where lead_id = cast_.nth(2)), '1 t', 'its step is due again');
select is(cast_.claim(), 'nobody', 'then the gate says no for good');
select is((select skipped #> '{0,rules}' ? 'suppressed' and next_step = 2 from public.sequence_runs where lead_id = cast_.nth(2)), true, 'and the run goes on without it');

-- Accepted.
select is(cast_.settle('{"result": "accepted", "cost_usd": 0.001}'), 2, 'two are taken by the provider');
select is(cast_.settle(), 0, 'settling again settles nothing');
select is((select concat_ws(' ', state, sent_at = cast_.noon(), provider_id = 'p-' || id, cost_usd, lease_token) from public.messages where id = cast_.message(1)), 'sent t t 0.001000', 'sent, under the provider''s id');
select is(cast_.stands(1), 'active 2 active', 'the first touch makes the lead active, the run goes on');
select is((select current_sequence_step from public.leads where id = cast_.nth(1)), 1::smallint, 'the lead knows its step');
select is((select count(*)::integer from public.pipeline_events where kind = 'sent' and lead_id = cast_.nth(1) and detail ->> 'message_id' = cast_.message(1)::text), 1, 'one event of the funnel');
select is((select next_at from public.sequence_runs where lead_id = cast_.nth(1)), '2026-11-23T18:00Z', 'three business days later');
select is((select actor from public.lead_changes where lead_id = cast_.nth(1) order by id desc limit 1), 'system', 'the machine did it');

-- Refused, for good and for a while.
select cast_.rewind() \g /dev/null
select is(cast_.claim(), '1 3', 'again');
select is(cast_.begin(), '1 go 3 go', 'called');
select is(cast_.settle('{"result": "refused", "code": "400", "detail": "no mailbox lead1@example.com at +1 213-555-0101"}'), 2, 'and refused');
select is((select concat_ws(' ', state, error_code, error_detail) from public.messages where id = cast_.message(1)), 'failed 400 no mailbox (address) at (number)', 'failed, with what the provider said, less values');
select is(cast_.stands(1), 'active 2 queued', 'the run goes on, and the lead was not touched');
select is((select count(*)::integer from public.pipeline_events), 0, 'nothing was sent');

select cast_.rewind() \g /dev/null
select is(cast_.claim(), '1 3', 'again');
select is(cast_.begin(), '1 go 3 go', 'called');
select is(cast_.settle('{"result": "retry", "code": "503"}'), 2, 'the provider is out of order');
select is((select string_agg(concat_ws(' ', state, attempts, requested_at, lease_token), ',') from public.messages), 'retrying 1,retrying 1', 'they are tried again');
select ok((select min(retry_at) > cast_.noon() and max(retry_at) <= cast_.noon() + interval '31 seconds' from public.messages), 'within half a minute');
select is(cast_.claim(100, cast_.noon() + interval '1 minute'), '1 3', 'then they are claimed again');
select is((select count(*)::integer from public.messages), 2, 'in the same rows');
select is((select count(*)::integer from public.contact_attempts where lead_id = cast_.nth(1)), 3, 'no further attempt is counted than one a claim of the step');
create function cast_.try_until_it_fails() returns text language plpgsql as $$
declare t timestamptz := cast_.noon() + interval '1 minute';
begin
  for i in 1..10 loop
    perform cast_.claim(100, t);
    exit when cast_.begin(t) = 'nobody';
    perform cast_.settle('{"result": "retry", "code": "503"}', t);
    delete from private.provider_circuits;
    t := t + interval '2 hours';
  end loop;
  return (select string_agg(distinct state || ' ' || attempts, ',') from public.messages);
end
$$;
select is(cast_.try_until_it_fails(), 'failed 6', 'after six calls it has failed');
select is((select count(*)::integer from public.pipeline_dlq where source = 'message_failed' and reason = '503'), 2, 'with a dead letter each');
select is(cast_.stands(1), 'active 2 queued', 'the run goes on');
select ok((select bool_and(w >= interval '1 second' and w <= interval '1 hour 1 second') from (select private.retry_delay(n) as w from generate_series(1, 40) n) x), 'waits grow up to an hour');
select ok((select min(private.retry_delay(1, 600)) >= interval '10 minutes' from generate_series(1, 20)), 'and are never shorter than the provider asked');
select cast_.rewind() \g /dev/null
select cast_.claim() \g /dev/null
select cast_.begin() \g /dev/null
select is(cast_.settle('{"result": "retry", "called": false}'), 2, 'what was never called');
select is((select max(attempts) || ' ' || count(*) from public.messages where state = 'retrying'), '0 2', 'is no attempt');
select is((select count(*)::integer from private.provider_circuits), 0, 'and says nothing of the provider');

-- A number or address that is gone.
select cast_.rewind() \g /dev/null
select cast_.claim() \g /dev/null
select cast_.begin() \g /dev/null
select is(cast_.settle('{"result": "refused", "code": "550", "contact": "invalid"}'), 2, 'the addresses do not exist');
select is((select count(*)::integer from public.contact_points where invalid_at = cast_.noon() and lead_id in (cast_.nth(1), cast_.nth(3))), 2, 'they are marked');
select is((select string_agg(distinct reason || ' ' || source, ',') from public.suppressions where kind = 'email' and reason = 'bounce'), 'bounce sendgrid 550', 'and never written to again');
select is(cast_.stands(1), 'stopped 2 invalid', 'a lead that nothing else reaches is invalid');
select is(cast_.stands(3), 'active 2 queued', 'one that has a phone goes on');
select is(cast_.claim(100, '2026-11-23T18:00Z'), '2 3', 'by text');
select is(cast_.begin('2026-11-23T18:00Z'), '2 go 3 go', 'which is called');
select is(cast_.settle('{"result": "refused", "code": "21610", "contact": "unsubscribed"}', '2026-11-23T18:00Z'), 2, 'but the person had said STOP to the provider');
select is((select string_agg(distinct s.channel || ' ' || s.reason, ',' order by s.channel || ' ' || s.reason) from public.suppressions s where s.source = 'twilio 21610'), 'sms stop_keyword,voice_ai stop_keyword', 'which is an opt-out as any other');
select is((select count(*)::integer from public.consents where action = 'revoke' and method = 'twilio 21610'), 2, 'on record');
select is(cast_.claim(100, '2026-11-26T18:00Z'), 'nobody', 'nothing goes to them any more');

-- Crashes. The lease runs out before the call, and after it.
select cast_.runner(n) from generate_series(11, 14) n \g /dev/null
select is(cast_.claim(), '11 12 13 14', 'four');
select is((select count(*)::integer from private.begin_requests(cast_.org(), array[cast_.message(12), cast_.message(13), cast_.message(14)], (select lease_token from public.messages where id = cast_.message(12)), cast_.noon())), 3, 'three of them begin, and the worker dies');
select is(cast_.reclaim(cast_.noon() + interval '119 seconds'), 0, 'while the lease lasts nobody else touches them');
select is(cast_.reclaim(cast_.noon() + interval '2 minutes'), 4, 'when it is over');
select is((select string_agg(cast_.state(n), ' ' order by n) from generate_series(11, 14) n), 'retrying unconfirmed unconfirmed unconfirmed', 'what was not calling is due again, the rest is in doubt');
select is(cast_.reclaim(cast_.noon() + interval '3 minutes'), 0, 'once');
select is(cast_.claim(100, cast_.noon() + interval '3 minutes'), '11', 'only what never called is claimed');
select is((select count(*)::integer from private.unconfirmed_messages(10, cast_.noon() + interval '3 minutes') d where d.org_id = cast_.org()), 3, 'three are asked about');
select is(cast_.doubt(12, '{"result": "accepted", "provider_id": "found"}'), 'sent', 'the provider has the first');
select is((select concat_ws(' ', provider_id, sent_at = requested_at) from public.messages where id = cast_.message(12)), 'found t', 'which was sent when it was called');
select is(cast_.stands(12), 'active 2 active', 'its run goes on');
select is(cast_.doubt(12, '{"result": "absent"}'), 'sent', 'whatever is said later');
select is(cast_.doubt(13, '{"result": "absent"}'), 'retrying', 'the second it provably never got');
select is(cast_.doubt(14, '{"result": "unknown"}'), 'unconfirmed', 'of the third nobody knows');
select is((select count(*)::integer from public.pipeline_dlq where source = 'message_unconfirmed' and resolved_at is null and payload ->> 'message_id' = cast_.message(14)::text), 1, 'a person is told');
select is((select count(*)::integer from private.unconfirmed_messages(10, cast_.noon() + interval '9 minutes')), 0, 'and nobody asks again');
select is(cast_.claim(100, cast_.noon() + interval '6 minutes'), '13', 'only what is provably absent is claimed again');
select is(cast_.claim(100, cast_.noon() + interval '30 days'), 'nobody', 'the one in doubt never is');
select is(cast_.event(cast_.message(14), 'delivered', cast_.noon() + interval '1 hour'), 'delivered', 'a report proves that it went out');
select is(cast_.stands(14), 'active 2 active', 'and its run goes on');
select is(cast_.doubt(14, '{"result": "refused"}'), 'delivered', 'a doubt that is settled stays settled');
-- A person skipped the step meanwhile.
select cast_.runner(15) \g /dev/null
select is(cast_.claim() || ' ' || cast_.begin(), '15 11 go 13 go 15 go', 'one more is calling');
select is(cast_.reclaim(cast_.noon() + interval '2 minutes') >= 1, true, 'and in doubt');
select is(public.control_lead(cast_.org(), cast_.nth(15), 'skip', 'known to be lost', cast_.noon() + interval '1 hour') ->> 'next_step', '2', 'a person takes the lead on');
select is(cast_.event(cast_.message(15), 'delivered', cast_.noon() + interval '2 hours'), 'delivered', 'when it turns out that it got there');
select is(cast_.stands(15), 'active 2 active', 'no second step is taken for it');
-- Another: the worker was only slow.
select cast_.runner(21), cast_.runner(22) \g /dev/null
select is(cast_.claim(), '21 22', 'two more');
select is((select count(*)::integer from private.begin_requests(cast_.org(), array[cast_.message(21), cast_.message(22)], (select lease_token from public.messages where id = cast_.message(21)), cast_.noon())), 2, 'begin');
select is(cast_.reclaim(cast_.noon() + interval '3 minutes') >= 2, true, 'their worker is slow');
select is(private.settle_messages(cast_.org(), (select lease_token from public.messages where id = cast_.message(21)),
  jsonb_build_array(jsonb_build_object('message_id', cast_.message(21), 'result', 'accepted', 'provider_id', 'late')), cast_.noon() + interval '4 minutes'), 1, 'its late answer settles the doubt');
select is(cast_.state(21), 'sent', 'as sent');
select is(private.settle_messages(cast_.org(), gen_random_uuid(),
  jsonb_build_array(jsonb_build_object('message_id', cast_.message(22), 'result', 'accepted')), cast_.noon() + interval '4 minutes'), 0, 'another token settles nothing');
select is(private.settle_messages(cast_.org(), (select lease_token from public.messages where id = cast_.message(22)),
  jsonb_build_array(jsonb_build_object('message_id', cast_.message(22), 'result', 'unknown')), cast_.noon() + interval '4 minutes'), 1, 'and an unknown answer');
select is(cast_.state(22), 'unconfirmed', 'leaves it in doubt');

-- Whatever way a run or its campaign was halted, what was claimed for it before is not called.
select cast_.runner(31), cast_.runner(32) \g /dev/null
select is(cast_.claim(), '31 32', 'two are claimed');
update public.sequence_runs set state = 'paused', paused_at = now(), paused_by = 'lead' where lead_id = cast_.nth(31);
select is((select string_agg(coalesce(b.request ->> 'cancelled', 'go'), ' ' order by m.lead_id) from private.begin_requests(cast_.org(), array[cast_.message(31), cast_.message(32)],
  (select lease_token from public.messages where id = cast_.message(31)), cast_.noon()) b join public.messages m on m.id = b.message_id), '["not_running"] go', 'one run was paused by hand meanwhile');
select is((select state || ' ' || (next_at = cast_.noon()) from public.sequence_runs where lead_id = cast_.nth(31)), 'paused true', 'its step is still to come');

-- The machine of states.
select throws_ok(format('update public.messages set state = %L, cancelled_at = now(), lease_token = null, lease_until = null where id = %L', 'cancelled', cast_.message(22)), 'SL531', null, 'what may have been called cannot be cancelled');
select throws_ok(format('update public.messages set state = %L, retry_at = now() where id = %L', 'retrying', cast_.message(21)), 'SL531', null, 'what was sent is not sent again');
select throws_ok(format('update public.messages set state = %L where id = %L', 'delivered', cast_.message(21)), '23514', null, 'delivered needs its time');
select lives_ok(format('update public.messages set state = %L, delivered_at = now() where id = %L', 'delivered', cast_.message(21)), 'and has it here');
select throws_ok(format('update public.messages set state = %L where id = %L', 'sent', cast_.message(21)), 'SL531', null, 'delivered does not become sent');
select throws_ok(format('update public.sequence_runs set ended_at = now() where lead_id = %L', cast_.nth(21)), '23514', null, 'a live run has no end');
select throws_ok(format('update public.sequence_runs set next_at = null where lead_id = %L', cast_.nth(21)), '23514', null, 'and waits for something');
select throws_ok(format('insert into public.sequence_runs (org_id, campaign_id, lead_id, sequence_id, next_channel, next_at) select org_id, campaign_id, lead_id, sequence_id, next_channel, now() from public.sequence_runs where lead_id = %L', cast_.nth(21)), '23505', null, 'a lead has one live run');
select * from finish();
rollback;

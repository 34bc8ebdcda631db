-- From the claim to the provider and back: only the owner of the lease sends the request, once; an unconfirmed
-- message is never sent again.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();
create function cast_.reset() returns void language plpgsql as $$
begin
  update public.sequence_runs set message_id = null, next_at = cast_.noon(), refusal = null, skipped = '[]',
    next_step = 1, next_channel = 'email', state = 'active',
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
select cast_.runner(n, p_phone => n > 1) from generate_series(1, 3) n \g /dev/null

-- The request.
select is(cast_.claim(), '1 2 3', 'three steps are claimed');
select is((select count(*)::integer from private.begin_requests(cast_.org(), array[cast_.message(1)],
  gen_random_uuid(), cast_.noon())), 0, 'another token begins nothing');
select is((select count(*)::integer from private.begin_requests(cast_.org('b'), array[cast_.message(1)],
  (select lease_token from public.messages limit 1), cast_.noon())), 0, 'another org begins nothing');
select is((select count(*)::integer from private.begin_requests(cast_.org(), array[cast_.message(1)],
  (select lease_token from public.messages limit 1), cast_.noon() + interval '2 minutes')), 0,
  'an expired lease begins nothing');
create temp table request as select b.request from private.begin_requests(cast_.org(), array[cast_.message(1)],
  (select lease_token from public.messages limit 1), cast_.noon()) b;
select is((select request ->> 'to' from request), 'lead1@example.com',
  'the request has the address for the lease owner');
select is((select request #> '{variables,lead}' from request),
  '{"first_name": "Jo", "last_name": "Ames", "full_name": "Jo Ames"}', 'the name is in proper case');
select is((select request #>> '{variables,sender,postal_address}' from request), '1 Main St, Los Angeles, CA 90001',
  'the request has the sender''s postal address');
select is((select request #>> '{sender,address}' from request), 'hello@mail.example.com',
  'the request has the sender''s address');
select is((select request #>> '{template,subject}' from request), 'Your home on {{ property.street }}',
  'the request has the template');
select is((select t.value_bidx from request, private.read_unsubscribe_token(request ->> 'unsubscribe_token') t),
  (select value_bidx from public.messages where id = cast_.message(1)), 'the token unsubscribes exactly this address');
select is((select request ->> 'idempotency_key' from request), cast_.message(1)::text,
  'the request has an idempotency key');
select is((select requested_at from public.messages where id = cast_.message(1)), cast_.noon(),
  'the message is marked as requested');
select is((select count(*)::integer from private.begin_requests(cast_.org(), array[cast_.message(1)],
  (select lease_token from public.messages limit 1), cast_.noon())), 0, 'a requested message does not begin again');

-- Changes between claim and request.
insert into public.suppressions (org_id, value_bidx, kind, channel, reason, source)
select org_id, value_bidx, 'email', 'email', 'unsubscribe', 'test' from public.messages where id = cast_.message(2);
select is(cast_.begin(), '2 ["email_unsubscribed", "suppressed"] 3 go',
  'an unsubscribe after the claim cancels its message; the other begins');
select is((select concat_ws(' ', state, cancelled_at = cast_.noon(), requested_at) from public.messages
  where id = cast_.message(2)), 'cancelled t', 'the cancelled message was never requested');
select is((select concat_ws(' ', next_step, next_at = cast_.noon(), message_id) from public.sequence_runs
  where lead_id = cast_.nth(2)), '1 t', 'its step is due again');
select is(cast_.claim(), 'nobody', 'the next claim is refused for good');
select is((select skipped #> '{0,rules}' ? 'suppressed' and next_step = 2 from public.sequence_runs
  where lead_id = cast_.nth(2)), true, 'the run skips the step');

-- Accepted.
select is(cast_.settle('{"result": "accepted", "cost_usd": 0.001}'), 2, 'two messages are accepted');
select is(cast_.settle(), 0, 'settling again settles nothing');
select is((select concat_ws(' ', state, sent_at = cast_.noon(), provider_id = 'p-' || id, cost_usd, lease_token)
  from public.messages where id = cast_.message(1)), 'sent t t 0.001000',
  'the message is sent and has the provider''s id');
select is(cast_.lead_state(1), 'active 2 active', 'the first touch makes the lead active, and the run moves on');
select is((select current_sequence_step from public.leads where id = cast_.nth(1)), 1::smallint,
  'the lead records its step');
select is((select count(*)::integer from public.pipeline_events where kind = 'sent' and lead_id = cast_.nth(1)
  and detail ->> 'message_id' = cast_.message(1)::text), 1, 'one pipeline event is recorded');
select is((select next_at from public.sequence_runs where lead_id = cast_.nth(1)), '2026-11-23T18:00Z',
  'the next step is due three business days later');
select is((select actor from public.lead_changes where lead_id = cast_.nth(1) order by id desc limit 1), 'system',
  'the change is attributed to the system');

-- Refused, and retried.
select cast_.reset() \g /dev/null
select is(cast_.claim(), '1 3', 'two steps are claimed for a refusal');
select is(cast_.begin(), '1 go 3 go', 'their requests begin');
select is(cast_.settle('{"result": "refused", "code": "400", "detail": "no mailbox lead1@example.com at +1 '
  '213-555-0101"}'), 2, 'the provider refuses both');
select is((select concat_ws(' ', state, error_code, error_detail) from public.messages where id = cast_.message(1)),
  'failed 400 no mailbox (address) at (number)',
  'the message is failed, with the provider''s error without contact values');
select is(cast_.lead_state(1), 'active 2 queued', 'the run moves on, and the lead stays queued');
select is((select count(*)::integer from public.pipeline_events), 0, 'no pipeline event is recorded');

select cast_.reset() \g /dev/null
select is(cast_.claim(), '1 3', 'two steps are claimed for a retry');
select is(cast_.begin(), '1 go 3 go', 'their requests begin');
select is(cast_.settle('{"result": "retry", "code": "503"}'), 2, 'the provider is unavailable');
select is((select string_agg(concat_ws(' ', state, attempts, requested_at, lease_token), ',') from public.messages),
  'retrying 1,retrying 1', 'both messages are retried');
select ok((select min(retry_at) > cast_.noon() and max(retry_at) <= cast_.noon() + interval '31 seconds'
  from public.messages), 'the retry is due within half a minute');
select is(cast_.claim(100, cast_.noon() + interval '1 minute'), '1 3', 'they are claimed again');
select is((select count(*)::integer from public.messages), 2, 'the same rows are used');
select is((select count(*)::integer from public.contact_attempts where lead_id = cast_.nth(1)), 3,
  'a retry is not another contact attempt');
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
select is(cast_.try_until_it_fails(), 'failed 6', 'a message fails after six requests');
select is((select count(*)::integer from public.pipeline_dlq where source = 'message_failed' and reason = '503'), 2,
  'each failed message has a dead letter');
select is(cast_.lead_state(1), 'active 2 queued', 'the run moves on');
select ok((select bool_and(w >= interval '1 second' and w <= interval '1 hour 1 second')
  from (select private.retry_delay(n) as w from generate_series(1, 40) n) x), 'retry delays grow up to an hour');
select ok((select min(private.retry_delay(1, 600)) >= interval '10 minutes' from generate_series(1, 20)),
  'retry delays are never shorter than the provider asked for');
select cast_.reset() \g /dev/null
select cast_.claim() \g /dev/null
select cast_.begin() \g /dev/null
select is(cast_.settle('{"result": "retry", "called": false}'), 2, 'messages that were never requested are settled');
select is((select max(attempts) || ' ' || count(*) from public.messages where state = 'retrying'), '0 2',
  'a request that was not sent is not an attempt');
select is((select count(*)::integer from private.provider_circuits), 0,
  'a request that was not sent does not affect the circuit');

-- Invalid numbers and addresses.
select cast_.reset() \g /dev/null
select cast_.claim() \g /dev/null
select cast_.begin() \g /dev/null
select is(cast_.settle('{"result": "refused", "code": "550", "contact": "invalid"}'), 2, 'two addresses do not exist');
select is((select count(*)::integer from public.contact_points where invalid_at = cast_.noon()
  and lead_id in (cast_.nth(1), cast_.nth(3))), 2, 'their contact points are marked as invalid');
select is((select string_agg(distinct reason || ' ' || source, ',') from public.suppressions where kind = 'email'
  and reason = 'bounce'), 'bounce sendgrid 550', 'the addresses are suppressed as bounced');
select is(cast_.lead_state(1), 'stopped 2 invalid', 'a lead without any other contact point is invalid');
select is(cast_.lead_state(3), 'active 2 queued', 'a lead with a phone stays in its run');
select is(cast_.claim(100, '2026-11-23T18:00Z'), '2 3', 'the next step is claimed as a text');
select is(cast_.begin('2026-11-23T18:00Z'), '2 go 3 go', 'their requests begin');
select is(cast_.settle('{"result": "refused", "code": "21610", "contact": "unsubscribed"}', '2026-11-23T18:00Z'), 2,
  'the provider refuses because the person had replied STOP');
select is((select string_agg(distinct s.channel || ' ' || s.reason, ',' order by s.channel || ' ' || s.reason)
  from public.suppressions s where s.source = 'twilio 21610'), 'sms stop_keyword,voice_ai stop_keyword',
  'the refusal is recorded as an opt-out');
select is((select count(*)::integer from public.consents where action = 'revoke' and method = 'twilio 21610'), 2,
  'the revocation is on record');
select is(cast_.claim(100, '2026-11-26T18:00Z'), 'nobody', 'nothing is claimed for them any more');

-- However a run or its campaign was halted, no message claimed before is requested.
select cast_.runner(31), cast_.runner(32) \g /dev/null
select is(cast_.claim(), '31 32', 'two steps are claimed');
update public.sequence_runs set state = 'paused', paused_at = now(), paused_by = 'lead' where lead_id = cast_.nth(31);
select is((select string_agg(coalesce(b.request ->> 'cancelled', 'go'), ' ' order by m.lead_id)
  from private.begin_requests(cast_.org(), array[cast_.message(31), cast_.message(32)],
  (select lease_token from public.messages where id = cast_.message(31)), cast_.noon()) b join public.messages m
    on m.id = b.message_id), '["not_running"] go', 'a run that was paused by hand is cancelled before its request');
select is((select state || ' ' || (next_at = cast_.noon()) from public.sequence_runs where lead_id = cast_.nth(31)),
  'paused true', 'its step stays due');

select * from finish();
rollback;

-- Only the owner of the lease sends the request, once.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/requests.sql
select no_plan();

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
select is((select request #>> '{template,subject}' from request),
  'Your home on {{ property.street | default: "hand" }}',
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
select is(cast_.claim(), 'none', 'the next claim is refused for good');
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

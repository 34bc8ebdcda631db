-- Throttles are sliding windows, budgets are per local day; both, and circuit breakers, use the clock argument.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();
create function cast_.claimed(p_limit integer default 100, p_after interval default '0') returns integer language
  plpgsql as $$
declare
  v_answer integer;
begin
  set local role pipeline_writer;
  select count(*) into v_answer from public.claim_due_steps(p_limit, null, cast_.noon() + p_after, cast_.org());
  reset role;
  return v_answer;
end
$$;
-- Resets everything to the state before the first claim.
create function cast_.reset() returns void language plpgsql as $$
begin
  update public.sequence_runs set message_id = null, next_at = cast_.noon(), refusal = null, skipped = '[]',
    next_step = 1, next_channel = 'email', state = 'active',
    ended_at = null, end_reason = null, sent_count = 0;
  delete from public.messages;
  delete from private.throttle_windows;
  delete from private.provider_spend;
  delete from private.provider_circuits;
  delete from public.throttles;
  update public.senders set per_minute = null, per_day = null, daily_budget_usd = null, cost_usd = 0, state = 'active';
end
$$;
select cast_.runner(n) from generate_series(1, 40) n \g /dev/null

select is(cast_.claimed(), 40, 'without limits all due steps are claimed');
select is((select count(*)::integer from private.throttle_windows), 0, 'without limits nothing is counted');

-- Per minute and sender.
select cast_.reset();
update public.senders set per_minute = 10 where channel = 'email';
select is(cast_.claimed(), 10, 'ten messages a minute are claimed');
select is(cast_.claimed(100, '30 seconds'), 0, 'none is claimed half a minute later');
select is(cast_.claimed(100, '59 seconds'), 0, 'none is claimed at the end of the minute');
select is(cast_.claimed(3, '62 seconds'), 3, 'messages are claimed again when the first have left the window');
select is(cast_.claimed(100, '63 seconds'), 7, 'the window allows ten in total');
select is(cast_.claimed(100, '2 minutes 2 seconds'), 0, 'the window slides: the three of a minute ago still count');
select is(cast_.claimed(100, '2 minutes 5 seconds'), 10, 'the window allows ten again after they have left it');
select is((select min(taken) || '-' || max(taken) from private.throttle_windows), '3-10',
  'buckets count the messages claimed in their second');
-- No window of a minute holds more than ten.
select is((select max(n)::integer from (select (select count(*) from public.messages b where b.claimed_at
  > a.claimed_at - interval '1 minute' and b.claimed_at <= a.claimed_at) as n from public.messages a) x), 10,
  'no minute of the ledger has more than ten messages');

-- Per day and sender.
select cast_.reset();
update public.senders set per_day = 15 where channel = 'email';
select is(cast_.claimed(), 15, 'fifteen messages a day are claimed');
select is(cast_.claimed(100, '23 hours'), 0, 'a day is 24 hours, whatever the date');
select is(cast_.claimed(100, '24 hours 6 minutes'), 15, 'fifteen more are claimed after 24 hours');

-- Org, campaign, domain, mailbox.
select cast_.reset();
insert into public.throttles (org_id, scope, key, per_minute) values (cast_.org(), 'org', 'org', 4);
select is(cast_.claimed(), 4, 'a throttle applies to the org');
select cast_.reset();
insert into public.throttles (org_id, scope, key, per_minute) values (cast_.org(), 'campaign', cast_.campaign()::text,
  5);
select is(cast_.claimed(), 5, 'a throttle applies to the campaign');
select cast_.reset();
insert into public.throttles (org_id, scope, key, per_minute) values (cast_.org(), 'campaign',
  gen_random_uuid()::text, 5), (cast_.org('b'), 'org', 'org', 5);
select is(cast_.claimed(), 40, 'throttles of another campaign or org do not apply');
select cast_.reset();
insert into public.throttles (org_id, scope, key, per_minute) values (cast_.org(), 'domain', 'mail.example.com', 6);
select is(cast_.claimed(), 6, 'a throttle applies to the sending domain');
select cast_.reset();
insert into public.throttles (org_id, scope, key, per_minute) values (cast_.org(), 'mailbox', 'example.com', 7);
select is(cast_.claimed(), 7, 'a throttle applies to the recipients'' mailbox provider');
select is((select count(*)::integer from public.sequence_runs r where r.refusal -> 'rules' ? 'no_capacity'
  and r.next_at > cast_.noon()), 33, 'steps without capacity are deferred for a moment, with the reason');
select is((select count(*)::integer from public.gate_decisions where not allow), 0,
  'the gate is not asked about steps without capacity');
select is(cast_.claimed(100, '2 minutes'), 7, 'deferred steps are claimed when there is capacity again');
select cast_.reset();
insert into public.throttles (org_id, scope, key, per_minute) values (cast_.org(), 'mailbox', 'example.net', 7);
select is(cast_.claimed(), 40, 'a throttle of another mailbox provider does not apply');

-- Two senders share the leads, each within its own limit.
select cast_.reset();
insert into public.senders (org_id, channel, provider, name, address, postal_address, authenticated_at, per_minute)
  values
  (cast_.org(), 'email', 'sendgrid', 'Org A', 'second@mail2.example.com', '1 Main St, Los Angeles, CA 90001',
    '2026-11-01Z', 3);
select is(cast_.claimed(), 40, 'what one sender cannot take the other takes');
select is((select count(*)::integer from public.messages m join public.senders s on s.id = m.sender_id
  where s.per_minute = 3), 3, 'the limited sender takes as many as its limit');
select cast_.reset();
select is(cast_.claimed(), 40, 'without limits two senders claim all steps');
select ok((select min(c) between 8 and 20 from (select count(*) as c from public.messages group by sender_id) x),
  'two senders share the leads by a hash');
update public.senders set state = 'paused' where address like 'second%';
select is((select paused_at is not null from public.senders where address like 'second%'), true,
  'a paused sender records when it was paused');
select cast_.reset();
update public.senders set state = 'paused' where address like 'second%';
select is(cast_.claimed(), 40, 'the leads of a paused sender go to the other');
select is((select count(distinct sender_id)::integer from public.messages), 1, 'a paused sender sends nothing');
update public.sequence_steps set sender_id = (select id from public.senders where address like 'second%')
  where step = 1;
select cast_.reset();
select is(cast_.claimed(), 40, 'steps that name their sender are claimed');
select is((select string_agg(distinct s.address, ' ') from public.messages m join public.senders s on s.id
  = m.sender_id), 'second@mail2.example.com', 'no other sender is used for them');
update public.sequence_steps set sender_id = null;
select throws_ok($$ update public.sequence_steps set sender_id = cast_.sender('sms') where step = 1 $$, 'SL522', null,
  'a step cannot name a sender of another channel');

-- Budgets.
select cast_.reset();
update public.senders set state = 'paused' where address like 'second%';
update public.senders set daily_budget_usd = 0.10, cost_usd = 0.02 where id = cast_.sender('email');
select is(cast_.claimed(), 5, 'the budget of the day limits the claim');
select is((select reserved_usd::text || ' ' || spent_usd from private.provider_spend), '0.100000 0.000000',
  'the expected cost is reserved');
select is(cast_.begin(cast_.noon()), '1 go 2 go 3 go 4 go 5 go', 'the requests begin');
select is(cast_.settle('{"result": "accepted", "cost_usd": 0.01}'), 5,
  'messages are sent at a lower cost than expected');
select is((select concat_ws(' ', local_date, reserved_usd, spent_usd, messages) from private.provider_spend),
  '2026-11-18 0.000000 0.050000 5', 'the actual cost is booked');
select is(cast_.claimed(), 2, 'the rest of the budget pays for two more');
select is(cast_.begin(cast_.noon()), '6 go 7 go', 'their requests begin');
select is(cast_.settle('{"result": "refused", "code": "400"}'), 2, 'the provider refuses them');
select is((select concat_ws(' ', reserved_usd, spent_usd, messages) from private.provider_spend),
  '0.000000 0.050000 5', 'refused messages cost nothing');
select is(cast_.claimed(100, '13 hours 59 minutes'), 2,
  'a minute before midnight in Los Angeles the same budget applies');
select is(cast_.claimed(100, '14 hours'), 5, 'the next day has a budget of its own');
select is((select string_agg(local_date || ' ' || reserved_usd, ', ' order by local_date)
  from private.provider_spend), '2026-11-18 0.040000, 2026-11-19 0.100000', 'costs are booked per day');
select cast_.event(m.id, 'delivered', cast_.noon(), '{"cost_usd": 0.03}') from public.messages m
  where m.state = 'sent' order by m.id limit 1 \g /dev/null
select is((select spent_usd::text from private.provider_spend where local_date = '2026-11-18'), '0.070000',
  'a price reported later is booked');

-- Circuits.
select cast_.reset();
update public.senders set state = 'paused' where address like 'second%';
create function cast_.circuit() returns text language sql as $$
  select concat_ws(' ', state, trips, round(extract(epoch from retry_at - opened_at))) from private.provider_circuits
    where provider = 'sendgrid'
$$;
select is(cast_.claimed(4), 4, 'four messages are claimed');
select is(cast_.begin(), '1 go 2 go 3 go 4 go', 'four requests begin');
select is(cast_.settle('{"result": "retry", "code": "500"}'), 4, 'four requests fail');
select is(cast_.circuit(), 'closed 0', 'four failures do not open the circuit');
select is(cast_.claimed(2, '1 second'), 2, 'a closed circuit lets more messages through');
select ok(cast_.begin(cast_.noon() + interval '1 second') like '%go%', 'their requests begin');
select is(cast_.settle('{"result": "retry", "code": "500"}', cast_.noon() + interval '1 second'), 2,
  'their requests fail');
select is(cast_.circuit(), 'open 1 15', 'six failures of six open the circuit for 15 seconds');
select is(cast_.claimed(100, '10 seconds'), 0, 'an open circuit lets nothing through');
select is((select count(*)::integer from public.sequence_runs where next_at = cast_.noon()), 34,
  'waiting steps stay due');
select is(cast_.claimed(100, '16 seconds'), 1, 'after 15 seconds one probe is claimed');
select is(cast_.circuit(), 'half_open 1 135', 'the circuit is half open');
select is(cast_.claimed(100, '17 seconds'), 0, 'no other message is claimed during a probe');
select ok(cast_.begin(cast_.noon() + interval '17 seconds') like '%go', 'the probe''s request begins');
select is(cast_.settle('{"result": "retry", "code": "503"}', cast_.noon() + interval '18 seconds'), 1,
  'the probe fails');
select is(cast_.circuit(), 'open 2 30', 'the circuit opens for twice as long');
select is(cast_.claimed(100, '47 seconds'), 0, 'nothing is claimed before that');
select is(cast_.claimed(100, '49 seconds'), 1, 'a second probe is claimed');
select ok(cast_.begin(cast_.noon() + interval '49 seconds') like '%go', 'the second probe''s request begins');
select is(cast_.settle('{"result": "refused", "code": "400"}', cast_.noon() + interval '50 seconds'), 1,
  'the second probe is refused, which is an answer');
select is(cast_.circuit(), 'closed 2', 'the circuit closes');
select ok(cast_.claimed(100, '51 seconds') > 30, 'claims continue');

select cast_.reset();
select is(cast_.claimed(6), 6, 'six messages are claimed');
select ok(cast_.begin() like '%go%', 'their requests begin');
select is(cast_.settle('{"result": "retry", "code": "429", "retry_after_seconds": 120}'), 6,
  'the provider asks to retry after two minutes');
select is(cast_.circuit(), 'open 1 120', 'the circuit opens for two minutes');
select ok((select min(retry_at) >= cast_.noon() + interval '120 seconds' and max(retry_at) <= cast_.noon() + interval
  '151 seconds' and count(distinct retry_at) > 3
  from public.messages where state = 'retrying'), 'each message waits for two minutes plus a random delay');
select is(private.circuit_capacity(cast_.org(), 'sendgrid', 'default', cast_.noon()), 0,
  'the circuit of the account is open');
select is(private.circuit_capacity(cast_.org(), 'sendgrid', 'other', cast_.noon()), null,
  'another account is not affected');
select is(private.circuit_capacity(cast_.org('b'), 'sendgrid', 'default', cast_.noon()), null,
  'another org is not affected');
select is(private.reserve_probe(cast_.org(), 'sendgrid', 'default', cast_.noon() + interval '121 seconds'), true,
  'the probe is reserved');
select is(private.reserve_probe(cast_.org(), 'sendgrid', 'default', cast_.noon() + interval '122 seconds'), false,
  'the probe is reserved once');
select is(private.reserve_probe(cast_.org(), 'sendgrid', 'default', cast_.noon() + interval '242 seconds'), true,
  'a probe without an answer can be reserved again');
select is(private.record_request_outcomes(cast_.org(), 'sendgrid', 'z', 10, 5, null, cast_.noon()), 'closed',
  'five failures of fifteen do not open the circuit');
select is(private.record_request_outcomes(cast_.org(), 'sendgrid', 'z', 0, 5, null, cast_.noon() + interval
  '30 seconds'), 'open', 'ten failures of twenty in one minute open it');
select is(private.record_request_outcomes(cast_.org(), 'sendgrid', 'y', 0, 4, null, cast_.noon()), 'closed',
  'four failures do not open the circuit');
select is(private.record_request_outcomes(cast_.org(), 'sendgrid', 'y', 0, 4, null, cast_.noon() + interval
  '61 seconds'), 'closed', 'four more a minute later are counted separately');
select is(private.record_request_outcomes(cast_.org(), 'sendgrid', 'y', 0, 1, null, cast_.noon() + interval
  '62 seconds'), 'open', 'five failures in one minute open it');
select * from finish();
rollback;

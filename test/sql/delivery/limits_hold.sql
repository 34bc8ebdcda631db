-- Throttles as sliding windows, budgets by local day, circuit breakers: by the clock that is handed in.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();
create function cast_.claimed(p_limit integer default 100, p_after interval default '0') returns integer language plpgsql as $$
declare
  v_answer integer;
begin
  set local role pipeline_writer;
  select count(*) into v_answer from public.claim_due_steps(p_limit, null, cast_.noon() + p_after, cast_.org());
  reset role;
  return v_answer;
end
$$;
-- As if nothing had been claimed yet.
create function cast_.anew() returns void language plpgsql as $$
begin
  update public.sequence_runs set message_id = null, next_at = cast_.noon(), refusal = null, skipped = '[]', next_step = 1, next_channel = 'email', state = 'active',
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

select is(cast_.claimed(), 40, 'without a limit all that is due is claimed');
select is((select count(*)::integer from private.throttle_windows), 0, 'and nothing is counted');

-- A sender's minute.
select cast_.anew();
update public.senders set per_minute = 10 where channel = 'email';
select is(cast_.claimed(), 10, 'ten a minute');
select is(cast_.claimed(100, '30 seconds'), 0, 'not one more half a minute later');
select is(cast_.claimed(100, '59 seconds'), 0, 'nor at its end');
select is(cast_.claimed(3, '62 seconds'), 3, 'when the first have left the window there is room');
select is(cast_.claimed(100, '63 seconds'), 7, 'for ten in all');
select is(cast_.claimed(100, '2 minutes 2 seconds'), 0, 'windows slide: the three of a minute ago still count');
select is(cast_.claimed(100, '2 minutes 5 seconds'), 10, 'and then no more');
select is((select min(taken) || '-' || max(taken) from private.throttle_windows), '3-10', 'buckets hold what was claimed in their second');
-- No window of a minute holds more than ten.
select is((select max(n)::integer from (select (select count(*) from public.messages b where b.claimed_at > a.claimed_at - interval '1 minute' and b.claimed_at <= a.claimed_at) as n from public.messages a) x), 10,
  'no minute of the ledger holds more than ten');

-- A sender's day.
select cast_.anew();
update public.senders set per_day = 15 where channel = 'email';
select is(cast_.claimed(), 15, 'fifteen a day');
select is(cast_.claimed(100, '23 hours'), 0, 'which is 24 hours, whatever the date');
select is(cast_.claimed(100, '24 hours 6 minutes'), 15, 'and then fifteen more');

-- Org, campaign, domain, mailbox.
select cast_.anew();
insert into public.throttles (org_id, scope, key, per_minute) values (cast_.org(), 'org', 'org', 4);
select is(cast_.claimed(), 4, 'the org');
select cast_.anew();
insert into public.throttles (org_id, scope, key, per_minute) values (cast_.org(), 'campaign', cast_.campaign()::text, 5);
select is(cast_.claimed(), 5, 'the campaign');
select cast_.anew();
insert into public.throttles (org_id, scope, key, per_minute) values (cast_.org(), 'campaign', gen_random_uuid()::text, 5), (cast_.org('b'), 'org', 'org', 5);
select is(cast_.claimed(), 40, 'not of another campaign or org');
select cast_.anew();
insert into public.throttles (org_id, scope, key, per_minute) values (cast_.org(), 'domain', 'mail.example.com', 6);
select is(cast_.claimed(), 6, 'the sending domain');
select cast_.anew();
insert into public.throttles (org_id, scope, key, per_minute) values (cast_.org(), 'mailbox', 'example.com', 7);
select is(cast_.claimed(), 7, 'the mailboxes of the people written to');
select is((select count(*)::integer from public.sequence_runs r where r.refusal -> 'rules' ? 'no_capacity' and r.next_at > cast_.noon()), 33, 'who has no room steps aside for a moment, with the reason');
select is((select count(*)::integer from public.gate_decisions where not allow), 0, 'the gate was not asked for what could not be sent');
select is(cast_.claimed(100, '2 minutes'), 7, 'and goes when there is room again');
select cast_.anew();
insert into public.throttles (org_id, scope, key, per_minute) values (cast_.org(), 'mailbox', 'example.net', 7);
select is(cast_.claimed(), 40, 'not those of others');

-- Two senders share the leads out, each by its own limit.
select cast_.anew();
insert into public.senders (org_id, channel, provider, name, address, postal_address, authenticated_at, per_minute) values
  (cast_.org(), 'email', 'sendgrid', 'Org A', 'second@mail2.example.com', '1 Main St, Los Angeles, CA 90001', '2026-11-01Z', 3);
select is(cast_.claimed(), 40, 'what the one cannot take the other takes');
select is((select count(*)::integer from public.messages m join public.senders s on s.id = m.sender_id where s.per_minute = 3), 3, 'up to its limit');
select cast_.anew();
select is(cast_.claimed(), 40, 'without limits');
select ok((select min(c) between 8 and 20 from (select count(*) as c from public.messages group by sender_id) x), 'they share by a hash of the lead');
update public.senders set state = 'paused' where address like 'second%';
select is((select paused_at is not null from public.senders where address like 'second%'), true, 'a paused sender knows since when');
select cast_.anew();
update public.senders set state = 'paused' where address like 'second%';
select is(cast_.claimed(), 40, 'a paused sender leaves its leads to the other');
select is((select count(distinct sender_id)::integer from public.messages), 1, 'and sends nothing');
update public.sequence_steps set sender_id = (select id from public.senders where address like 'second%') where step = 1;
select cast_.anew();
select is(cast_.claimed(), 40, 'a step may name its sender');
select is((select string_agg(distinct s.address, ' ') from public.messages m join public.senders s on s.id = m.sender_id), 'second@mail2.example.com', 'and no other sends it');
update public.sequence_steps set sender_id = null;
select throws_ok($$ update public.sequence_steps set sender_id = cast_.sender('sms') where step = 1 $$, 'SL522', null, 'one of another channel cannot be named');

-- Budgets.
select cast_.anew();
update public.senders set state = 'paused' where address like 'second%';
update public.senders set daily_budget_usd = 0.10, cost_usd = 0.02 where id = cast_.sender('email');
select is(cast_.claimed(), 5, 'as many as the day''s budget pays for');
select is((select reserved_usd::text || ' ' || spent_usd from private.provider_spend), '0.100000 0.000000', 'what is on its way is reserved');
select is(cast_.begin(cast_.noon()), '1 go 2 go 3 go 4 go 5 go', 'they go out');
select is(cast_.settle('{"result": "accepted", "cost_usd": 0.01}'), 5, 'and cost less than expected');
select is((select concat_ws(' ', local_date, reserved_usd, spent_usd, messages) from private.provider_spend), '2026-11-18 0.000000 0.050000 5', 'which is what is booked');
select is(cast_.claimed(), 2, 'so there is money for two more');
select is(cast_.begin(cast_.noon()), '6 go 7 go', 'which go out');
select is(cast_.settle('{"result": "refused", "code": "400"}'), 2, 'and are refused');
select is((select concat_ws(' ', reserved_usd, spent_usd, messages) from private.provider_spend), '0.000000 0.050000 5', 'what was refused costs nothing');
select is(cast_.claimed(100, '13 hours 59 minutes'), 2, 'the same local day, a minute before midnight in Los Angeles');
select is(cast_.claimed(100, '14 hours'), 5, 'the next day has a budget of its own');
select is((select string_agg(local_date || ' ' || reserved_usd, ', ' order by local_date) from private.provider_spend), '2026-11-18 0.040000, 2026-11-19 0.100000', 'each day its account');
select cast_.event(m.id, 'delivered', cast_.noon(), '{"cost_usd": 0.03}') from public.messages m where m.state = 'sent' order by m.id limit 1 \g /dev/null
select is((select spent_usd::text from private.provider_spend where local_date = '2026-11-18'), '0.070000', 'a price that is told later is booked');

-- Circuits.
select cast_.anew();
update public.senders set state = 'paused' where address like 'second%';
create function cast_.circuit() returns text language sql as $$
  select concat_ws(' ', state, trips, round(extract(epoch from retry_at - opened_at))) from private.provider_circuits where provider = 'sendgrid'
$$;
select is(cast_.claimed(4), 4, 'four');
select is(cast_.begin(), '1 go 2 go 3 go 4 go', 'are called');
select is(cast_.settle('{"result": "retry", "code": "500"}'), 4, 'and fail');
select is(cast_.circuit(), 'closed 0', 'four failures do not open the circuit');
select is(cast_.claimed(2, '1 second'), 2, 'so more go');
select ok(cast_.begin(cast_.noon() + interval '1 second') like '%go%', 'are called');
select is(cast_.settle('{"result": "retry", "code": "500"}', cast_.noon() + interval '1 second'), 2, 'and fail');
select is(cast_.circuit(), 'open 1 15', 'six of six do, for 15 seconds');
select is(cast_.claimed(100, '10 seconds'), 0, 'nothing goes out');
select is((select count(*)::integer from public.sequence_runs where next_at = cast_.noon()), 34, 'nothing that waits is touched');
select is(cast_.claimed(100, '16 seconds'), 1, 'then one probe');
select is(cast_.circuit(), 'half_open 1 135', 'is on its way');
select is(cast_.claimed(100, '17 seconds'), 0, 'and no other');
select ok(cast_.begin(cast_.noon() + interval '17 seconds') like '%go', 'it is called');
select is(cast_.settle('{"result": "retry", "code": "503"}', cast_.noon() + interval '18 seconds'), 1, 'and fails');
select is(cast_.circuit(), 'open 2 30', 'twice as long');
select is(cast_.claimed(100, '47 seconds'), 0, 'nothing before');
select is(cast_.claimed(100, '49 seconds'), 1, 'a second probe');
select ok(cast_.begin(cast_.noon() + interval '49 seconds') like '%go', 'is called');
select is(cast_.settle('{"result": "refused", "code": "400"}', cast_.noon() + interval '50 seconds'), 1, 'and answered: no is an answer');
select is(cast_.circuit(), 'closed 2', 'the circuit closes');
select ok(cast_.claimed(100, '51 seconds') > 30, 'and all goes on');

select cast_.anew();
select is(cast_.claimed(6), 6, 'six again');
select ok(cast_.begin() like '%go%', 'are called');
select is(cast_.settle('{"result": "retry", "code": "429", "retry_after_seconds": 120}'), 6, 'the provider asks for two minutes');
select is(cast_.circuit(), 'open 1 120', 'and gets them');
select ok((select min(retry_at) >= cast_.noon() + interval '120 seconds' and max(retry_at) <= cast_.noon() + interval '151 seconds' and count(distinct retry_at) > 3
  from public.messages where state = 'retrying'), 'each message waits as long, and some time at random more');
select is(private.circuit_capacity(cast_.org(), 'sendgrid', 'default', cast_.noon()), 0, 'the circuit is open for the account');
select is(private.circuit_capacity(cast_.org(), 'sendgrid', 'other', cast_.noon()), null, 'not for another account');
select is(private.circuit_capacity(cast_.org('b'), 'sendgrid', 'default', cast_.noon()), null, 'nor another org');
select is(private.reserve_probe(cast_.org(), 'sendgrid', 'default', cast_.noon() + interval '121 seconds'), true, 'the probe is taken');
select is(private.reserve_probe(cast_.org(), 'sendgrid', 'default', cast_.noon() + interval '122 seconds'), false, 'once');
select is(private.reserve_probe(cast_.org(), 'sendgrid', 'default', cast_.noon() + interval '242 seconds'), true, 'one that never answers is taken again');
select is(private.record_request_outcomes(cast_.org(), 'sendgrid', 'z', 10, 5, null, cast_.noon()), 'closed', 'five of fifteen are no breakdown');
select is(private.record_request_outcomes(cast_.org(), 'sendgrid', 'z', 0, 5, null, cast_.noon() + interval '30 seconds'), 'open', 'ten of twenty in one minute are');
select is(private.record_request_outcomes(cast_.org(), 'sendgrid', 'y', 0, 4, null, cast_.noon()), 'closed', 'four');
select is(private.record_request_outcomes(cast_.org(), 'sendgrid', 'y', 0, 4, null, cast_.noon() + interval '61 seconds'), 'closed', 'and four a minute later are not eight');
select is(private.record_request_outcomes(cast_.org(), 'sendgrid', 'y', 0, 1, null, cast_.noon() + interval '62 seconds'), 'open', 'five in one are five');
select * from finish();
rollback;

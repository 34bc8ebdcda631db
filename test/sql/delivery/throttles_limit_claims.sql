-- Throttles are sliding windows, by the clock argument.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/limits.sql
select no_plan();
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
select is(cast_.claimed(), 40, 'a step over the limit of one sender goes to the other');
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

select * from finish();
rollback;

-- Claiming: due steps pass the gate and enter the ledger once; a refusal affects the run.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

select cast_.runner(1), cast_.runner(2), cast_.runner(3, p_due => cast_.noon() + interval '1 second') \g /dev/null
select is(cast_.claim(1), '1', 'steps are claimed in the order in which they became due, up to the limit');
select is(cast_.claim(), '2', 'claimed steps and steps not due are not claimed');
select is(cast_.claim(100, cast_.noon() + interval '1 second'), '3', 'a step is claimed once it is due');
select is((select count(distinct lease_token)::integer from public.messages), 3, 'each claim has its own lease');
select is((select array_agg(distinct lease_until) from public.messages where claimed_at = cast_.noon()),
  array[cast_.noon() + interval '2 minutes'], 'a lease lasts two minutes');
select is((select count(*)::integer from public.contact_attempts a join public.messages m using (org_id, lead_id,
  decision_id, value_bidx, channel, campaign_id)
  where a.direction = 'outbound'), 3,
    'each message has its decision, and its contact attempt in the same transaction');
select is((select count(*)::integer from public.gate_decisions d join public.messages m on m.decision_id = d.id
  where d.allow), 3, 'each decision allows its message');
select is((select count(*)::integer from public.sequence_runs r join public.messages m on m.id = r.message_id
  where r.next_at is null), 3, 'the run waits for its message');
select is((select string_agg(distinct concat_ws(' ', kind, state, channel, provider, step, variant, attempts), ',')
  from public.messages), 'sequence sending email sendgrid 1 a 0', 'the ledger row describes the step');
select throws_ok($$ insert into public.messages select (m).* from (select m from public.messages m limit 1) x cross
  join lateral
  jsonb_populate_record(x.m, jsonb_build_object('id', gen_random_uuid())) m $$, '23505', null,
    'a second row for lead, campaign, step and channel is rejected');

-- Campaign, channel, org.
select cast_.runner(51), cast_.runner(52, 2, cast_.noon(), true) \g /dev/null
select is(cast_.claim(100, cast_.noon(), 'sms'), '52', 'a claim can be limited to a channel');
select is((select count(*)::integer from public.claim_due_steps(100, null, cast_.noon(), cast_.org('b'))), 0,
  'a claim can be limited to an org');
update public.campaigns set state = 'paused' where org_id = cast_.org();
select is(cast_.claim(), 'none', 'a paused campaign sends nothing');
update public.campaigns set state = 'running' where org_id = cast_.org();
select is(cast_.claim(100, now() + interval '30 days', 'email'), '1 2 3 51',
  'the steps of a resumed campaign are claimed, including those not requested before');

-- Counting due steps.
select cast_.runner(64), cast_.runner(65, p_due => cast_.noon() + interval '1 hour') \g /dev/null
select is((select due || ' ' || next_at from private.due_counts(cast_.org(), cast_.noon()) where channel = 'email'),
  '1 2026-11-18 19:00:00+00', 'one step is due now, the next in an hour');
select is(private.next_due_at(cast_.org()) <= cast_.noon(), true, 'the earliest step is due');
select is((select count(*)::integer from private.due_counts(cast_.org('b'), cast_.noon())), 0,
  'nothing is due in another org');
select is(private.next_due_at(cast_.org('b')), null, 'nothing is planned in another org');

select * from finish();
rollback;

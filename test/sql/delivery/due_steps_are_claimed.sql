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

-- Refusals by the gate.
select cast_.runner(11, 2, cast_.noon(), true), cast_.runner(12, 2, '2026-11-18T14:00Z', true), cast_.runner(13, 2)
  \g /dev/null
select is(cast_.claim(100, '2026-11-18T14:00Z'), 'nobody', 'no text is claimed at six in the morning');
select is((select r.refusal -> 'rules' from public.sequence_runs r where r.lead_id = cast_.nth(12)),
  '["federal_hours"]', 'the run records the reason');
select ok((select r.next_at >= '2026-11-18T17:00Z' and r.next_at < '2026-11-19T01:00Z' and r.state = 'active'
  and r.next_step = 2 from public.sequence_runs r where r.lead_id = cast_.nth(12)),
  'the step is due again in its window');
select is((select d.allow from public.gate_decisions d where d.lead_id = cast_.nth(12)), false,
  'the refusal is stored');
select is((select count(*)::integer from public.contact_attempts where lead_id = cast_.nth(12)), 0,
  'a refused step leaves no contact attempt');
select is(cast_.claim(), '11', 'a text is claimed within the permitted hours; a lead without a phone is skipped');
select is((select r.skipped #> '{0,rules}' from public.sequence_runs r where r.lead_id = cast_.nth(13)),
  '["no_contact_point"]', 'the skipped step records the reason');
select is(cast_.lead_state(13), 'active 3 queued', 'the run moves on to the next step');
select is(cast_.claim(100, cast_.noon() + interval '10 days'), '12', 'a deferred step is claimed later');
select is(cast_.lead_state(13), 'stopped 3 completed', 'a run without any sendable step is stopped, not completed');
select is((select end_reason from public.sequence_runs where lead_id = cast_.nth(13)), 'nothing_could_be_sent',
  'the stopped run records the reason');

-- Without consent the step is skipped; the next one may be allowed.
select cast_.runner(21, 2, cast_.noon(), true) \g /dev/null
insert into public.consents (org_id, lead_id, value_bidx, kind, action, channels, method, revoked_scope, is_keyword,
  occurred_at, recorded_by)
select c.org_id, c.lead_id, c.value_bidx, 'phone', 'revoke', '{sms}', 'call', 'channel', false, '2026-11-01Z',
  'person' from public.contact_points c where c.lead_id = cast_.nth(21) and c.kind = 'phone';
select is(cast_.claim(), 'nobody', 'a lead that revoked consent to texts gets none');
select is(cast_.lead_state(21), 'active 3 queued', 'the next step, a call, stays planned');
select ok((select r.skipped #> '{0,rules}' ? 'consent_revoked' and r.skipped #>> '{0,decision_id}' is not null
  from public.sequence_runs r where r.lead_id = cast_.nth(21)), 'the skipped step records the decision');

-- The second phone.
select cast_.runner(31, 2, cast_.noon(), true), cast_.add_contact(cast_.nth(31), 'phone', '+12135550177') \g /dev/null
update public.contact_points set position = 2 where lead_id = cast_.nth(31) and masked = '***-***-0177';
insert into public.consents (org_id, lead_id, value_bidx, kind, action, channels, purpose, type, shown_text,
  text_sha256, text_version,
  seller, automated_disclosed, not_condition_of_purchase, method, signature, occurred_at, recorded_by)
select c.org_id, c.lead_id, c.value_bidx, 'phone', 'grant', '{sms}', 'marketing', 'pewc', 'Org A may text me.',
  sha256('Org A may text me.'), 1, 'Org A', true, true,
  'consent form', 'Jo Ames', '2026-06-01T12:00Z', 'person' from public.contact_points c
    where c.masked = '***-***-0177';
insert into public.suppressions (org_id, value_bidx, kind, channel, reason, source)
select c.org_id, c.value_bidx, 'phone', 'sms', 'stop_keyword', 'test' from public.contact_points c
  where c.lead_id = cast_.nth(31) and c.position = 1 and c.kind = 'phone';
select is(cast_.claim(), '31', 'the next phone is used when the first is suppressed');
select is((select c.masked from public.messages m join public.contact_points c on c.id = m.contact_point_id
  where m.id = cast_.message(31, 2)), '***-***-0177', 'the text goes to the second phone');
select is((select count(*)::integer from public.gate_decisions where lead_id = cast_.nth(31)), 2,
  'both decisions are stored');
select is((select count(*)::integer from public.contact_attempts where lead_id = cast_.nth(31)), 1,
  'one contact attempt is recorded');

-- Two leads with one phone, and a cap of one a day.
insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on) values (cast_.org(), 'max_attempts_24h',
  '1', 'test', '2026-11-01');
select cast_.runner(41, 2, cast_.noon(), true), cast_.runner(141, 2, cast_.noon(), true) \g /dev/null
select is(cast_.claim(), '41', 'the cap of a shared phone applies within one claim');
select is((select r.refusal -> 'rules' from public.sequence_runs r where r.lead_id = cast_.nth(141)), '["house_cap"]',
  'the other lead waits because of the cap');
select ok((select next_at >= cast_.noon() + interval '24 hours' from public.sequence_runs r
  where r.lead_id = cast_.nth(141)), 'it waits for a day');
delete from public.org_gate_rules;

-- Campaign, channel, org.
select cast_.runner(51), cast_.runner(52, 2, cast_.noon(), true) \g /dev/null
select is(cast_.claim(100, cast_.noon(), 'sms'), '52', 'a claim can be limited to a channel');
select is((select count(*)::integer from public.claim_due_steps(100, null, cast_.noon(), cast_.org('b'))), 0,
  'a claim can be limited to an org');
update public.campaigns set state = 'paused' where org_id = cast_.org();
select is(cast_.claim(), 'nobody', 'a paused campaign sends nothing');
update public.campaigns set state = 'running' where org_id = cast_.org();
select is(cast_.claim(100, now() + interval '30 days', 'email'), '1 2 3 51',
  'the steps of a resumed campaign are claimed, including those not requested before');

-- A step without a template.
select cast_.runner(61) \g /dev/null
update public.step_variants set share = 0 where step = 1;
select is(cast_.claim(), 'nobody', 'a step without a template sends nothing');
select is((select concat_ws(' ', r.next_step, r.next_at > cast_.noon(), r.refusal -> 'rules')
  from public.sequence_runs r where r.lead_id = cast_.nth(61)), '1 t ["step_has_no_template"]',
  'a step without a template is deferred with the reason');
update public.step_variants set share = 1;
select is(cast_.claim(100, cast_.noon() + interval '2 hours'), '61', 'the step is claimed once it has a template');

-- Counting due steps.
select cast_.runner(64), cast_.runner(65, p_due => cast_.noon() + interval '1 hour') \g /dev/null
select is((select due || ' ' || next_at from private.due_counts(cast_.org(), cast_.noon()) where channel = 'email'),
  '1 2026-11-18 19:00:00+00', 'one step is due now, the next in an hour');
select is(private.next_due_at(cast_.org()) <= cast_.noon(), true, 'the earliest step is due');
select is((select count(*)::integer from private.due_counts(cast_.org('b'), cast_.noon())), 0,
  'nothing is due in another org');
select is(private.next_due_at(cast_.org('b')), null, 'nothing is planned in another org');

-- Feeds create runs.
update public.leads set campaign_status = 'new', campaign_id = null where org_id = cast_.org() and campaign_status
  <> 'opted_out' and id::text like 'a%';
select cast_.feedable(71), cast_.feedable(72) \g /dev/null
select cast_.nominate() \g /dev/null
select is(cast_.feed(), '71 72', 'two leads are fed');
select is((select count(*)::integer from public.sequence_runs r join public.leads l on l.id = r.lead_id
  where l.id in (cast_.nth(71), cast_.nth(72))
  and r.next_step = 1 and r.next_channel = 'email' and r.state = 'active' and r.started_at = '2026-11-23T14:00Z'), 2,
    'fed leads start at the first step of the sequence');
select ok((select bool_and(next_at >= '2026-11-23T17:00Z' and next_at < '2026-11-24T01:00Z') from public.sequence_runs
  where lead_id in (cast_.nth(71), cast_.nth(72))), 'the first step is due on the same day, within its hours');
select is((select count(*)::integer from public.sequence_runs r join public.campaign_feeds f on f.correlation_id
  = r.correlation_id), 2, 'runs carry the correlation id of the feed');
update public.campaigns set sequence_id = null where org_id = cast_.org();
select cast_.feedable(73) \g /dev/null
select cast_.nominate() \g /dev/null
select is(cast_.feed('2026-11-24'), '73', 'leads are fed to a campaign without a sequence');
select is((select count(*)::integer from public.sequence_runs where lead_id = cast_.nth(73)), 0,
  'no run is created without a sequence');

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

-- Refusals by the gate.
select cast_.runner(11, 2, cast_.noon(), true), cast_.runner(12, 2, '2026-11-18T14:00Z', true), cast_.runner(13, 2)
  \g /dev/null
select is(cast_.claim(100, '2026-11-18T14:00Z'), 'none', 'no text is claimed at six in the morning');
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
select is(cast_.claim(), 'none', 'a lead that revoked consent to texts gets none');
select is(cast_.lead_state(21), 'active 3 queued', 'the next step, a call, stays planned');
select ok((select r.skipped #> '{0,rules}' ? 'consent_revoked' and r.skipped #>> '{0,decision_id}' is not null
  from public.sequence_runs r where r.lead_id = cast_.nth(21)), 'the skipped step records the decision');

-- Two leads with one phone, and a cap of one a day.
insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on) values (cast_.org(), 'max_attempts_24h',
  '1', 'test', '2026-11-01');
select cast_.runner(41, 2, cast_.noon(), true), cast_.runner(141, 2, cast_.noon(), true) \g /dev/null
select is(cast_.claim(), '41', 'the cap of a shared phone applies within one claim');
select is((select r.refusal -> 'rules' from public.sequence_runs r where r.lead_id = cast_.nth(141)),
  '["house_cap", "value_shared_today"]', 'the other lead waits because of the cap');
select ok((select next_at >= cast_.noon() + interval '24 hours' from public.sequence_runs r
  where r.lead_id = cast_.nth(141)), 'it waits for a day');
delete from public.org_gate_rules;

-- A step without a template.
select cast_.runner(61) \g /dev/null
update public.step_variants set share = 0 where step = 1;
select is(cast_.claim(), 'none', 'a step without a template sends nothing');
select is((select concat_ws(' ', r.next_step, r.next_at > cast_.noon(), r.refusal -> 'rules')
  from public.sequence_runs r where r.lead_id = cast_.nth(61)), '1 t ["step_has_no_template"]',
  'a step without a template is deferred with the reason');
update public.step_variants set share = 1;
select is(cast_.claim(100, cast_.noon() + interval '2 hours'), '61', 'the step is claimed once it has a template');

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();
grant usage on schema cast_ to public;
grant execute on all functions in schema cast_ to public;
select cast_.consent('a1') \g /dev/null
select cast_.load_dnc(2135550102, '2026-11-11T00:00Z') \g /dev/null
select cast_.decide('a1') || cast_.decide('a2', 'voice_manual')
  || cast_.decide('a3', p_at => '2026-11-18T05:00Z') \g /dev/null

-- In words
select is((select verdict || ': ' || why from public.why_not_contacted where lead_id = cast_.lead('a1')),
  'allowed: no reason to refuse', 'an allowed decision says so');
select is((select verdict || ': ' || why from public.why_not_contacted where lead_id = cast_.lead('a2')),
  'refused: the number is on the national registry [dnc_federal, 47 CFR 64.1200(c)(2); 16 CFR 310.4(b)(1)(iii)]',
    'a refusal names the reason, the rule and the law');
select is((select evidence from public.why_not_contacted where lead_id = cast_.lead('a1')),
  format('consent %s (pewc) of 2026-06-01 12:00 UTC for Org A; registry copy of 2026-11-11 00:00 UTC does not list '
    'the number, looked up 2026-11-18 18:00 UTC; never contacted before',
    (select id from public.consents where lead_id = cast_.lead('a1'))), 'with the evidence of an allowed decision');
select matches((select evidence from public.why_not_contacted where lead_id = cast_.lead('a2')),
  'no consent on record; registry copy of 2026-11-11 00:00 UTC lists the number', 'and of a refusal');
select is((select contact || ' ' || zones from public.why_not_contacted where lead_id = cast_.lead('a1')),
  '***-***-0101 America/Los_Angeles', 'the contact is masked');
select is_empty($$ select r.rule from (select unnest(rules) as rule from public.gate_decisions) r
  where r.rule not in (select rule from public.gate_rules union select rule from public.decision_rules) $$,
    'every reason is in a catalogue');
select is_empty($$ select rule from public.decision_rules d where not exists (
  select from pg_proc p where p.proname = 'check_decision_rules' and p.prosrc ~ ('''' || d.rule || '''')) $$,
    'and every one of our own rules can occur');
select is(cast_.leads(who, 'public.why_not_contacted', 'lead_id'), sees, who || ' reads why about their leads')
from (values ('owner', 'a1 a2 a3'), ('broker', 'a1'), ('colleague', 'a2'), ('rival', 'none')) v(who, sees);

-- Now, later, never
create function cast_.outlook(p_lead text, p_at timestamptz) returns text language sql as $$
  select string_agg(channel || ' ' || outlook, ', ' order by contact_point_id,
    array_position('{sms,voice_manual,voice_ai,email}', channel))
  from public.contact_outlook(array[cast_.lead(p_lead)], p_as_of => p_at)
$$;
select is(cast_.outlook('a1', cast_.noon()), 'sms now, voice_manual now, voice_ai now, email now',
  'with consent every channel is open at ten');
select is(cast_.outlook('a1', '2026-11-18T09:00Z'),
  'sms later today, voice_manual later today, voice_ai later today, email now', 'at one in the night only e-mail is');
select is(cast_.outlook('a1', '2026-11-19T05:00Z'), 'sms later, voice_manual later, voice_ai later, email now',
  'after nine in the evening it is tomorrow');
select is(cast_.outlook('a2', cast_.noon()), 'sms never, voice_manual never, voice_ai never',
  'a listed number without consent is never');
select is(cast_.outlook('a3', cast_.noon()), 'sms never, voice_manual now, voice_ai never',
  'an unlisted one can be called by hand');
select is(cast_.leads(who, 'public.lead_outlook', 'lead_id'), sees, who || ' has the outlook of their leads')
from (values ('owner', 'a1 a2 a3'), ('broker', 'a1'), ('colleague', 'a2'), ('rival', 'b1'),
  ('stranger', 'none')) v(who, sees);
select is(cast_.leads('broker', format('public.contact_outlook(array[%L, %L]::uuid[])', cast_.lead('a1'),
  cast_.lead('a2')), 'lead_id'), 'a1', 'leads of a colleague are omitted');

-- Forecast
insert into public.campaigns (org_id, id, name, state) values (cast_.org_of('a1'),
  'a0000000-0000-4000-8000-0000000000ca', 'Campaign', 'draft');
set local sluice.actor = 'system';
update public.contact_points set verified = true where kind = 'phone';
select private.refresh_verification(org_id, array[id]) from public.leads \g /dev/null
set local sluice.actor = '';
select public.refresh_contactable_leads(p_force => true) \g /dev/null
create function cast_.forecast(p_channel text, p_date date default '2026-11-18',
  p_sample integer default 500) returns text language sql as $$
  select string_agg(coalesce(rule, outlook) || ' ' || leads, ', ' order by rule is not null, outlook, rule)
  from public.gate_forecast('a0000000-0000-4000-8000-0000000000ca', p_date, array[p_channel], p_sample)
$$;
select is(cast_.forecast('sms'), 'never 2, now 1, consent_missing 2, dnc_federal 1', 'texts: one of three');
select is(cast_.forecast('voice_manual'), 'never 1, now 2, dnc_federal 1', 'hand-dialled calls: two of three');
select is(cast_.forecast('email'), 'never 2, now 1, no_contact 2', 'e-mail: one lead has an address');
select is(cast_.forecast('voice_manual', '2026-12-20'), 'never 2, now 1, dnc_federal 1, dnc_scrub_stale 2',
  'on a date when the copies will be too old: only leads with a signed consent');
select is((select sampled || ' of ' || candidates from public.gate_forecast('a0000000-0000-4000-8000-0000000000ca',
  '2026-11-18', '{sms}', 2) limit 1), '2 of 3', 'a sample reports its size');
select is((select sum(leads)::int from public.gate_forecast('a0000000-0000-4000-8000-0000000000ca', '2026-11-18',
  '{sms}', 1) where rule is null), 3, 'and is scaled up');
select is((select count(*)::int from public.gate_decisions), 3, 'neither outlook nor forecast stores a decision');
select is(cast_.run(who, $$ select * from public.gate_forecast('a0000000-0000-4000-8000-0000000000ca', '2026-11-18',
  '{sms}') $$), answer, who || ' and the forecast')
from (values ('owner', 'rows 4'), ('viewer', 'rows 4'), ('broker',
  'SL424 campaign a0000000-0000-4000-8000-0000000000ca not found'),
  ('rival', 'SL424 campaign a0000000-0000-4000-8000-0000000000ca not found')) v(who, answer);

select * from finish();
rollback;

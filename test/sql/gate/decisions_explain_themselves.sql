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
    (select id from public.consents where lead_id = cast_.lead('a1'))), 'an allowed decision shows its evidence');
select matches((select evidence from public.why_not_contacted where lead_id = cast_.lead('a2')),
  'no consent on record; registry copy of 2026-11-11 00:00 UTC lists the number', 'a refusal shows its evidence');
select is((select contact || ' ' || zones from public.why_not_contacted where lead_id = cast_.lead('a1')),
  '***-***-0101 America/Los_Angeles', 'the contact is masked');
select is_empty($$ select r.rule from (select unnest(rules) as rule from public.gate_decisions) r
  where r.rule not in (select rule from public.gate_rules union select rule from public.decision_rules) $$,
    'every reason is in a catalogue');
select is_empty($$ select rule from public.decision_rules d where not exists (
  select from pg_proc p where p.proname = 'check_decision_rules' and p.prosrc ~ ('''' || d.rule || '''')) $$,
    'every rule of the sender can occur');
select is(cast_.leads(who, 'public.why_not_contacted', 'lead_id'), sees, who
  || ' reads the reasons about visible leads')
from (values ('owner', 'a1 a2 a3'), ('broker', 'a1'), ('colleague', 'a2'), ('rival', 'none')) v(who, sees);

select * from finish();
rollback;

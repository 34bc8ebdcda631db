begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

select cast_.consent('a1') \g /dev/null
update public.leads set owner_1_first = 'Joanna', mailing_state = 'NV', mailing_zip = '89101'
  where id = cast_.lead('a1');

-- Stored without contact values
select is(cast_.decide('a1') || ' ' || cast_.decide('a2'), 'yes consent_missing @ never',
  'one contact is allowed, one is refused');
select is((select count(*)::int from public.gate_decisions), 2, 'each decision is stored');
select results_eq($$ select allow, rules, channel, purpose, as_of, states from public.gate_decisions
  where lead_id = cast_.lead('a1') $$,
  $$ values (true, '{}'::text[], 'sms', 'marketing', cast_.noon(), '{CA,NV}'::text[]) $$,
    'a decision has verdict, channel, instant and places');
select is((select rules from public.gate_decisions where lead_id = cast_.lead('a2')), '{consent_missing}',
  'a decision has its reasons');
select is((select rule_version from public.gate_decisions limit 1), private.gate_rule_version(),
  'a decision has the version of the rules');
select is((select facts -> 'consent' ->> 'type' from public.gate_decisions where lead_id = cast_.lead('a1')), 'pewc',
  'a decision has its facts');
select is_empty($$ select id from public.gate_decisions d where d::text ~* '(5550101|5550102|ames|joanna)' $$,
  'a decision contains no phone, e-mail or name');
select is((select facts ->> 'area_code' from public.gate_decisions limit 1), '213', 'the area code is kept');
select is(cast_.verdict(public.gate_evaluate(d.facts || jsonb_build_object('org_id', d.org_id, 'channel', d.channel,
  'purpose', d.purpose, 'phone', '+1' || (d.facts ->> 'area_code') || '5550100'), d.as_of)),
  case when d.allow then 'yes' else 'consent_missing @ never' end, 'the stored facts give the same answer again')
from public.gate_decisions d;

select * from finish();
rollback;

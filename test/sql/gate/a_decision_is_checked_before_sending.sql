begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

select cast_.consent('a1') \g /dev/null
update public.leads set owner_1_first = 'Joanna', mailing_state = 'NV', mailing_zip = '89101'
  where id = cast_.lead('a1');

select public.gate_decide(cast_.lead('a1'), cast_.contact('a1'), 'sms', 'marketing', cast_.noon()) ->> 'decision_id'
  as id \gset
select ok(public.gate_still_allows(cast_.org_of('a1'), :id, cast_.noon() + interval '10 seconds'),
  'a recent decision is still valid');
select ok(not public.gate_still_allows(cast_.org_of('b1'), :id, cast_.noon()),
  'a decision is not valid for another org');
select ok(not public.gate_still_allows(cast_.org_of('a1'), :id, '2026-11-19T04:00:01Z'),
  'a decision is not valid after the hours have ended');
select cast_.attempt('a1', cast_.noon()) from generate_series(1, 6) \g /dev/null
select ok(public.gate_still_allows(cast_.org_of('a1'), :id, cast_.noon() + interval '10 seconds'),
  'attempts recorded with the decision do not count');
select private.suppress_value(cast_.org_of('a1'), cast_.bidx('a1'), 'phone', null, 'stop_keyword', 'a reply',
  cast_.noon() + interval '11 seconds') \g /dev/null
select ok(not public.gate_still_allows(cast_.org_of('a1'), :id, cast_.noon() + interval '12 seconds'),
  'a STOP after the decision ends its validity');
select is((select allow::text || ' ' || array_to_string(rules, ' ') from public.gate_decisions
  where lead_id = cast_.lead('a1') order by id desc limit 1),
  'false internal_list lead_opted_out suppressed', 'the refusal is recorded');

select * from finish();
rollback;

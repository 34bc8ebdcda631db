begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

select cast_.consent('a1') \g /dev/null
select cast_.decide('a1') || cast_.decide('a2') \g /dev/null
select cast_.attempt('a1', '2026-11-18T12:00Z') \g /dev/null

select throws_ok('update public.gate_decisions set allow = not allow', 'SL002', null, 'a decision cannot be changed');
select throws_ok('delete from public.gate_decisions', 'SL002', null, 'a decision cannot be deleted');
select throws_ok('truncate public.gate_decisions', 'SL002', null, 'decisions cannot be truncated');
select throws_ok('delete from private.gate_decisions_other', 'SL002', null,
  'a decision cannot be deleted from its partition');
select throws_ok('update public.contact_attempts set at = now()', 'SL002', null, 'an attempt cannot be changed');
select throws_ok('delete from public.contact_attempts', 'SL002', null, 'an attempt cannot be deleted');

select * from finish();
rollback;

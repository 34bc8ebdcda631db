begin;
\ir ../support/deliver.sql
select no_plan();

create function pg_temp.row(p_street text, p_owner text, p_zip text default null, p_more jsonb default '{}')
returns jsonb language sql as $$
  select jsonb_build_array(jsonb_build_object('street', p_street, 'full', p_owner, 'zip', p_zip) || p_more)
$$;

select is(pg_temp.deliver(pg_temp.row('100 Oak St', 'Ann Moss', '90401')), 'c1 u0 =0 m0 x0 r0', 'a whole address');
select is(pg_temp.deliver(pg_temp.row('100 Oak', 'Ann Moss', '')), 'c0 u1 =0 m0 x0 r0',
  'an address without suffix and ZIP is the one that fits');
select is((select evidence from public.lead_joins order by id desc limit 1),
  'an address with a gap that fits and an agreeing owner', 'why is recorded');
select is(pg_temp.deliver(pg_temp.row('100 Oak', 'Ann Moss', '')), 'c0 u0 =1 m0 x0 r0', 'and found again');
select is(pg_temp.deliver(pg_temp.row('100 Oak Ave', 'Bo Reed', '90401')), 'c1 u0 =0 m0 x0 r0',
  'another suffix is another street');
select is(pg_temp.deliver(pg_temp.row('100 N Oak', 'Cy Voss', '90401')), 'c1 u0 =0 m0 x0 r0',
  'an address that fits two is a lead of its own');

select is(pg_temp.deliver(pg_temp.row('200 Elm St', 'Ann Moss', '90401', '{"unit":"4"}')), 'c1 u0 =0 m0 x0 r0',
  'an address with a unit');
select is(pg_temp.deliver(pg_temp.row('200 Elm St', 'Ann Moss', '90401')), 'c0 u1 =0 m0 x0 r0',
  'an address without it is the only one there');
select is(pg_temp.deliver(pg_temp.row('300 Elm St', 'Ann Moss', '90401', '{"unit":"4"}')
  || pg_temp.row('300 Elm St', 'Bo Reed', '90401', '{"unit":"5"}') || pg_temp.row('300 Elm', 'Bo Reed', '90401')),
  'c3 u0 =0 m0 x0 r0', 'of two units none is chosen');
select is(pg_temp.deliver(pg_temp.row('400 Fir St', 'Ann Moss', '90401') || pg_temp.row('400 Fir', 'Bo Reed', '')),
  'c2 u0 =0 m0 x0 r0', 'owners that contradict stay apart');
select is(pg_temp.deliver(pg_temp.row('500 Fir St', 'Ann Moss', '') || pg_temp.row('500 Fir', 'Ann Moss', '90401')
  || pg_temp.row('500 FIR STREET', 'Moss, Ann', '90401')), 'c1 u0 =0 m2 x0 r0', 'rows of one list, in any order');
select is(pg_temp.deliver(pg_temp.row('600 Fir St', 'Ann Moss', '90401')
  || pg_temp.row('600 Fir St', 'Bo Reed', '90402')), 'c2 u0 =0 m0 x0 r0', 'two ZIPs are two places');
select is(pg_temp.deliver(pg_temp.row('700 Fir St', null, '90401') || pg_temp.row('700 Fir St', null, '90402')),
  'c2 u0 =0 m0 x0 r0', 'also where no owner is known');
select is(pg_temp.deliver(pg_temp.row('800 Fir St', 'Ann Moss', '90401')
  || pg_temp.row('800 Fir St', 'Ann Moss', '90402')), 'c2 u0 =0 m0 x0 r0', 'or where the owners agree');
select is(pg_temp.deliver(pg_temp.row('900 Fir St', 'Ann Moss', '90401')
  || pg_temp.row('900 Fir St', 'Ann Moss', '90402') || pg_temp.row('900 Fir St', 'Ann Moss', '')),
  'c1 u0 =0 m2 x0 r0', 'a ZIP is wrong where the owners agree and an address without ZIP fits both');

select * from finish();
rollback;

begin;
\ir ../support/deliver.sql
select no_plan();

select is(pg_temp.deliver('[{"fips":"06037","apn":"80-1","phone":"3105550180","codes":"AS01,PS01"},
  {"fips":"06037","apn":"80-2","phone":"3105550181"}]'), 'c2 u0 =0 m0 x0 r0',
  'two leads, one with a result code, are created');
select ok((pg_temp.lead('801')).phone_verified, 'a code of the map verifies');
select ok(not (pg_temp.lead('802')).phone_verified, 'a phone without a code is not verified');

select * from finish();
rollback;

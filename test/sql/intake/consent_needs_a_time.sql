begin;
\ir ../support/deliver.sql
select no_plan();

select is(pg_temp.deliver('[{"fips":"06037","apn":"80-3","consent":"yes"},
  {"fips":"06037","apn":"80-4","consent":"yes","consented_at":"2026-05-01T10:00:00Z"}]'), 'c2 u0 =0 m0 x0 r0',
  'two leads that claim consent are created');
select ok(not (pg_temp.lead('803')).consent, 'consent without a time is ignored');
select ok((pg_temp.lead('804')).consent, 'consent with a time is recorded');

select * from finish();
rollback;

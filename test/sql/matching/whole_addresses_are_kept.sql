begin;
\ir ../support/deliver.sql
select no_plan();
select is(pg_temp.deliver('[{"street":"20 Bay St","city":"Santa Monica","zip":"","full":"GARCIA WES"},
  {"street":"20 Bay St","city":"Santa Monica","zip":"90401","full":"GARCIA WES"}]'), 'c1 u0 =0 m1 x0 r0',
  'two spellings of an address are one lead');
select is(pg_temp.deliver('[{"street":"21 Bay St","city":"Santa Monica","zip":"90401","full":"GARCIA IDA"},
  {"street":"21 Bay St","city":"Santa Monica","zip":"","full":"GARCIA IDA"}]'), 'c1 u0 =0 m1 x0 r0',
  'also in the other order');
select is(array(select situs_zip from public.leads order by situs_street), '{90401,90401}'::text[],
  'the lead has the ZIP, whichever row comes first');
select * from finish();
rollback;

begin;
\ir ../support/deliver.sql
select no_plan();
select is(pg_temp.deliver('[{"fips":"32031","apn":"16201000000","street":"1 Oak St","last":"Ames"},
  {"fips":"32031","apn":"16201000000","street":"2 Oak St","last":"Baker"},
  {"fips":"32031","apn":"SPLIT 2024","street":"3 Oak St","last":"Cole"},
  {"fips":"32031","apn":"SPLIT 2024","street":"4 Oak St","last":"Dunn"}]'), 'c4 u0 =0 m0 x0 r0',
  'a rounded number and a note unite nothing');
select is((select count(*) from public.leads where apn is not null), 0::bigint, 'and are not kept as keys');
select is(pg_temp.deliver((select jsonb_agg(jsonb_build_object('fips', '50001', 'apn', (12340 + n) || '00000',
    'street', n || ' Elm St', 'last', 'Owner')) from generate_series(1, 20) n)), 'c20 u0 =0 m0 x0 r0',
  'a county whose numbers end in zeros is read');
select is(pg_temp.deliver('[{"fips":"50001","apn":"1234500000","last":"Owner","phone":"310-555-0101"}]'),
  'c0 u1 =0 m0 x0 r0', 'and its numbers are keys, also in a later list');
select is(pg_temp.deliver('[{"fips":"32031","apn":"162-01-000-000","street":"7 Oak St","last":"Gray"},
  {"fips":"32031","apn":"162-01-000-000","last":"Gray"}]'), 'c1 u0 =0 m1 x0 r0', 'segments make it a key');
select * from finish();
rollback;

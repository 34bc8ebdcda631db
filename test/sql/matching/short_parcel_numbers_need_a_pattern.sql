begin;
\ir ../support/deliver.sql
select no_plan();

create function pg_temp.town(p_fips text, p_from integer, p_to integer, p_step integer, p_street text) returns jsonb
language sql as $$
  select jsonb_agg(jsonb_build_object('fips', p_fips, 'apn', (n * p_step % 397)::text, 'street', n || ' ' || p_street,
    'last', 'Owner' || n) order by n)
  from generate_series(p_from, p_to) n
$$;

select is(pg_temp.deliver('[{"fips":"32031","apn":"1","street":"1 Oak St","last":"Ames"},
    {"fips":"32031","apn":"1","street":"2 Oak St","last":"Cole"},
    {"fips":"32031","apn":"PARCEL 1","street":"3 Oak St","last":"Dunn"},
    {"fips":"32031","apn":"0000000000001","street":"4 Oak St","last":"Evans"},
    {"fips":"32031","apn":"12","street":"5 Oak St"}]'), 'c5 u0 =0 m0 x0 r0',
  'parcel numbers 1, PARCEL 1 and 0000000000001 unite nothing');
select is(pg_temp.deliver('[{"fips":"32031","apn":"12","street":"6 Oak St"}]'), 'c1 u0 =0 m0 x0 r0',
  'nor do they find a lead at another address');
select is(pg_temp.deliver('[{"fips":"32031","apn":"12","street":"5 Oak St","last":"Fenn"}]'), 'c0 u1 =0 m0 x0 r0',
  'a row whose address agrees finds its lead');
select results_eq($$ select value, rows, places from public.upload_shared_keys order by 1, 2 desc $$,
  $$ values ('320311', 2, 2), ('3203112', 1, 1), ('3203112', 1, 1), ('3203112', 1, 1) $$,
  'each upload names the numbers that it left out');

select is(pg_temp.deliver(pg_temp.town('50001', 1, 60, 47, 'Elm St')), 'c60 u0 =0 m0 x0 r0',
  'a town that numbers its parcels like this is read');
select is((select count(*) from public.leads where county_fips = '50001' and apn is not null), 60::bigint,
  'and its parcel numbers are keys');
select is(pg_temp.deliver('[{"fips":"50001","apn":"47","last":"Owner1","email":"a@example.com"}]'),
  'c0 u1 =0 m0 x0 r0',
  'a later row of the town, too short a list to show a pattern, finds its parcel by the number alone');
select is(pg_temp.deliver('[{"fips":"32031","apn":"47","last":"Owner1"}]'), 'c0 u0 =0 m0 x0 r1',
  'the pattern of one county says nothing about another');

select is(pg_temp.deliver(pg_temp.town('50003', 1, 60, 1, 'Fir St')), 'c60 u0 =0 m0 x0 r0', 'a list of counted rows');
select is((select count(*) from public.leads where county_fips = '50003' and apn is not null), 0::bigint,
  'has no parcel numbers: they keep step with its lines');
select is(pg_temp.deliver(pg_temp.town('50003', 1, 60, 1, 'Ash St')), 'c60 u0 =0 m0 x0 r0',
  'so the next counted list changes none of its leads');
select is(pg_temp.deliver('[{"fips":"32031","apn":"1-1","street":"7 Oak St","last":"Gray"},
    {"fips":"32031","apn":"1-1","street":"7 Oak St","last":"Gray"}]'), 'c1 u0 =0 m1 x0 r0',
  'a number with segments is a key');

select is(pg_temp.deliver('[{"fips":"32031","apn":"00000123","street":"8 Oak St","last":"Hale"},
    {"fips":"32031","apn":"00000123","last":"Hale"}]'), 'c1 u0 =0 m1 x0 r0',
  'a number of the county''s width is a key, however many of its digits are zeros');

select * from finish();
rollback;

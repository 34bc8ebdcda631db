begin;
\ir ../support/deliver.sql
select no_plan();

select is(pg_temp.deliver('[{"mak":"8234567890","street":"1 Main St"}]'), 'c1 u0 =0 m0 x0 r0',
  'a row without a match becomes a lead');
select is(pg_temp.deliver('[{"mak":"8234567890","street":"99 Other Rd"}]'), 'c0 u1 =0 m0 x0 r0',
  'a row with a known MAK joins that lead and adds its second address');
select is(pg_temp.deliver('[{"street":"99 Other Road"}]'), 'c0 u0 =1 m0 x0 r0',
  'a row with only the second address of a property finds it');
select is(pg_temp.leads(), 1::bigint, 'three spellings of one property are one lead');

select is(pg_temp.deliver('[{"fips":"06037","apn":"4285-027-001","street":"5 Elm St"}]'), 'c1 u0 =0 m0 x0 r0',
  'a parcel becomes a lead');
select is(pg_temp.deliver('[{"fips":"06037","apn":"4285 27 1","street":"7 Elm St"}]'), 'c0 u1 =0 m0 x0 r0',
  'other separators and leading zeros do not make another parcel');
select is(pg_temp.deliver('[{"fips":"06059","apn":"4285027001","street":"9 Elm St"}]'), 'c1 u0 =0 m0 x0 r0',
  'the same APN in another county is another property');
select is(pg_temp.leads(), 3::bigint, 'these rows made three leads');

select is(pg_temp.deliver('[{"street":"20 Oak St Apt 4B"},{"street":"20 Oak Street","unit":"# 4B"},{"street":"20 '
  'OAK ST UNIT 4B"}]'),
  'c1 u0 =0 m2 x0 r0', 'three spellings in one batch make one lead');
select is(pg_temp.deliver('[{"street":"20 Oak St Apt 4C"}]'), 'c1 u0 =0 m0 x0 r0', 'another unit is another lead');

select is(pg_temp.deliver('[{"street":"30 Pine St"},{"mak":"3000000001","street":"30 Pine '
  'St"},{"mak":"3000000001","fips":"06037","apn":"30-1"},{"fips":"06037","apn":"30-1","street":"32 Pine St"}]'),
  'c1 u0 =0 m3 x0 r0', 'rows of one batch that are only linked through each other become one lead');
select results_eq($$ select mak, apn from public.leads where mak = '3000000001' $$, $$
  values ('3000000001', '301') $$, 'that lead has all their keys');
select is((select count(*) from public.lead_addresses a join public.leads l on l.id = a.lead_id
  where l.mak = '3000000001'), 1::bigint, 'that lead has their further address');

select is(pg_temp.deliver('[{"street":"40 Fir St"}]'), 'c1 u0 =0 m0 x0 r0', 'one lead is known by its address');
select is(pg_temp.deliver('[{"fips":"06037","apn":"40-1","street":"42 Fir St","phone":"(310) 555-0140"}]'),
  'c1 u0 =0 m0 x0 r0', 'another lead is known by its parcel');
select is(pg_temp.deliver('[{"fips":"06037","apn":"40-1","street":"40 Fir St"}]'), 'c0 u0 =0 m1 x0 r0',
  'a row that bridges two leads without contradiction merges them');
select is((select count(*) from public.lead_merges), 1::bigint, 'the merge is recorded');
select is((select array_agg(l.apn) from public.leads l where l.situs_street ilike '%Fir%'), array['401'],
  'the lead with the stronger key survives');
select is((select count(*) from public.contact_points c join public.leads l on l.id = c.lead_id where l.apn = '401'),
  1::bigint, 'the survivor keeps its phone');

select is(pg_temp.deliver('[{"mak":"5000000001","street":"50 Ash St"},{"mak":"5000000002","street":"52 Ash St"}]'),
  'c2 u0 =0 m0 x0 r0', 'two MAKs make two leads');
select is(pg_temp.deliver('[{"mak":"5000000001","street":"52 Ash St"}]'), 'c0 u1 =0 m0 x0 r0',
  'a MAK outweighs an address: another property at it does not matter');
select is(pg_temp.deliver('[{"mak":"5000000003","street":"50 Ash St"}]'), 'c1 u0 =0 m0 x0 r0',
  'another MAK at a known address is another property');
select is(pg_temp.deliver('[{"mak":"5000000004","street":"54 Ash St"},{"mak":"5000000005","street":"54 Ash St"}]'),
  'c2 u0 =0 m0 x0 r0', 'two MAKs at one address are two properties');
select is(pg_temp.deliver('[{"mak":"5000000006","fips":"06037","apn":"56-6"},{"fips":"06037","apn":"56-7"}]'),
  'c2 u0 =0 m0 x0 r0', 'two parcels make two leads');
select is(pg_temp.deliver('[{"mak":"5000000006","fips":"06037","apn":"56-7"}]'), 'c0 u0 =0 m0 x1 r0',
  'a row whose MAK and parcel point to two properties is a conflict');
select results_eq($$ select reason, cardinality(lead_ids) from public.lead_conflicts order by id desc limit 1 $$,
  $$ values ('keys_point_to_different_leads', 2) $$, 'the conflict names both leads and the reason');
select is(pg_temp.deliver('[{"mak":"5000000007","fips":"06037","apn":"56-6"}]'), 'c0 u0 =0 m0 x1 r0',
  'a row whose MAK contradicts the lead of its parcel is a conflict');
select is((select reason from public.lead_conflicts order by id desc limit 1), 'key_contradicts',
  'that conflict has its own reason');

select is(pg_temp.deliver('[{"city":"","phone":"310-555-0160","first":"Ann"}]'), 'c1 u0 =0 m0 x0 r0',
  'a row without property key becomes a person');
select is(pg_temp.deliver('[{"city":"","phone":"+1 310 555 0160","email":"ann@example.com"}]'), 'c0 u1 =0 m0 x0 r0',
  'the person is found by phone');
select is(pg_temp.deliver('[{"city":"","email":"ANN@example.com"}]'), 'c0 u0 =1 m0 x0 r0',
  'the person is found by e-mail');
select is(pg_temp.deliver('[{"city":"","phone":"310-555-0140"}]'), 'c0 u0 =1 m0 x0 r0',
  'a phone that one property has leads to that property');
select is(pg_temp.deliver('[{"street":"60 Bay St","phone":"310-555-0140"}]'), 'c1 u0 =0 m0 x0 r0',
  'two properties with one phone stay two leads');
select is(pg_temp.deliver('[{"city":"","phone":"310-555-0140"}]'), 'c0 u0 =0 m0 x1 r0',
  'a phone of two properties alone is ambiguous');
select is(pg_temp.deliver('[{"city":"","first":"Nobody"}]'), 'c0 u0 =0 m0 x0 r1', 'a row without any key is rejected');

select * from finish();
rollback;

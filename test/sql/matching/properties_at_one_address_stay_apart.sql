begin;
\ir ../support/deliver.sql
select no_plan();

-- A building without unit numbers.
select is(pg_temp.deliver('[
  {"fips":"06037","apn":"162-09-61-01","street":"2700 Main St","full":"K1"},
  {"fips":"06037","apn":"162-09-62-02","street":"2700 Main St","full":"K2"},
  {"fips":"06037","apn":"162-09-63-03","street":"2700 Main St","full":"K3"},
  {"mak":"8000000004","street":"2700 Main St","full":"K4"},
  {"mak":"8000000005","street":"2700 Main St","full":"K5"}]'), 'c5 u0 =0 m0 x0 r0',
  'parcels and MAKs at one address are as many leads, without a unit');
select is(pg_temp.deliver('[
  {"mak":"8000000005","street":"2700 Main St","full":"K5"},
  {"fips":"06037","apn":"162-09-63-03","street":"2700 Main St","full":"K3"},
  {"fips":"06037","apn":"162-09-61-01","street":"2700 Main St","full":"K1"},
  {"mak":"8000000004","street":"2700 Main St","full":"K4"},
  {"fips":"06037","apn":"162-09-62-02","street":"2700 Main St","full":"K2"}]'), 'c0 u0 =5 m0 x0 r0',
  'the same list again, in another order, changes nothing');

-- A row with only the address.
select is(pg_temp.deliver('[{"street":"2700 Main Street","phone":"310-555-0101"}]'), 'c0 u0 =0 m0 x1 r0',
  'a row with only an address that fits several properties is a conflict');
select results_eq($$ select reason, cardinality(lead_ids) from public.lead_conflicts order by id desc limit 1 $$,
  $$ values ('address_is_ambiguous', 5) $$, 'the conflict names all of them');
select is(pg_temp.deliver('[{"fips":"06037","apn":"7-1","street":"7 Main St","first":"Ann","last":"Moss"},
  {"fips":"06037","apn":"7-2","street":"7 Main St","first":"Bo","last":"Reed"},
  {"street":"7 Main St","first":"Bo","last":"Reed","phone":"310-555-0102"}]'), 'c2 u0 =0 m1 x0 r0',
  'a row with only an address belongs to the one property whose owner agrees');
select is((select l.apn from public.leads l join public.contact_points c on c.lead_id = l.id
  where c.masked like '%0102'), '72', 'that property has its phone');
select is(pg_temp.deliver('[{"street":"7 Main St","first":"Cy","last":"Voss"}]'), 'c1 u0 =0 m0 x0 r0',
  'an owner who contradicts all of them is a lead of its own');
select is((select evidence from public.lead_joins order by id desc limit 1), 'the same address and an agreeing owner',
  'why a row has joined a lead without a key is recorded');

-- A lead that is known by its address alone.
select is(pg_temp.deliver('[{"street":"8 Main St","phone":"310-555-0103"}]'), 'c1 u0 =0 m0 x0 r0',
  'an address becomes a lead');
select is(pg_temp.deliver('[{"fips":"06037","apn":"8-1","street":"8 Main St"}]'), 'c0 u1 =0 m0 x0 r0',
  'the only property at the address takes it over');
select is(pg_temp.deliver('[{"street":"9 Main St"}]'), 'c1 u0 =0 m0 x0 r0', 'another address becomes a lead');
select is(pg_temp.deliver('[{"fips":"06037","apn":"9-1","street":"9 Main St"},
  {"fips":"06037","apn":"9-2","street":"9 Main St"}]'), 'c2 u0 =0 m0 x0 r0',
  'two properties at the address leave it alone');
select is(pg_temp.deliver('[{"street":"10 Main St","first":"Dee","last":"Lark"}]'), 'c1 u0 =0 m0 x0 r0',
  'an address with an owner becomes a lead');
select is(pg_temp.deliver('[{"fips":"06037","apn":"10-1","street":"10 Main St","first":"Eli","last":"Moon"},
  {"fips":"06037","apn":"10-2","street":"10 Main St","first":"Dee","last":"Lark"}]'), 'c1 u1 =0 m0 x0 r0',
  'of two properties the one whose owner agrees takes it over');
select is((select apn from public.leads where owner_1_last = 'Lark'), '102', 'it is the right one');
select is(pg_temp.deliver('[{"fips":"06037","apn":"10-3","street":"10 Main St"},{"street":"11 Main St"},
  {"fips":"06037","apn":"11-1","street":"11 Main St"},{"fips":"06037","apn":"11-2","street":"11 Main St"}]'),
  'c3 u0 =0 m0 x1 r0', 'within one list the address alone is a conflict, wherever its row is');

select * from finish();
rollback;

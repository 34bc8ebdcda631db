begin;
\ir ../support/deliver.sql
select no_plan();

-- What an owner has got; `-` for nothing.
create function pg_temp.has(p_full text) returns text language sql as $$
  select string_agg(concat_ws(' ', coalesce(l.apn_segments, '-'), coalesce((
    select string_agg(right(c.masked, 4), ',' order by c.id)
    from public.contact_points c where c.lead_id = l.id), '-')),
    ' | ') from public.leads l where l.owner_full = p_full
$$;

-- A parcel whose owner is named at the address with the unit.
select pg_temp.deliver('[{"street":"10 Bay St","full":"GARCIA WES"},
  {"street":"10 Bay St","unit":"4","fips":"06037","apn":"162-09-61","full":"TODD ED","phone":"310-555-0111"},
  {"street":"10 Bay St","unit":"5","fips":"06037","apn":"162-09-62","full":"FINCH AMY"},
  {"street":"10 Bay St","fips":"06037","apn":"162-09-61"}]');
select is(pg_temp.has('GARCIA WES'), '- -', 'a parcel without a name stays with the owner whom another row names');
select is(pg_temp.has('TODD ED'), '162-9-61 0111', 'that owner has it');
select pg_temp.deliver('[{"street":"11 Bay St","fips":"06037","apn":"162-11-61"},
  {"street":"11 Bay St","full":"GARCIA WILL"},
  {"street":"11 Bay St","unit":"4","fips":"06037","apn":"162-11-61","full":"TODD EVE"}]');
select is(pg_temp.has('GARCIA WILL'), '- -', 'also in another order, with one unit known');

-- A phone without a name in a building with units.
select pg_temp.deliver('[{"street":"12 Bay St","full":"GARCIA ADA"},
  {"street":"12 Bay St","unit":"4","full":"TODD IAN","phone":"310-555-0112"},
  {"street":"12 Bay St","unit":"5","full":"FINCH LEO"}]');
select is(pg_temp.deliver('[{"street":"12 Bay St","phone":"310-555-0112"}]'), 'c0 u0 =0 m0 x1 r0',
  'a row without name and unit is a conflict in a building whose units are known');
select is(pg_temp.has('GARCIA ADA'), '- -', 'the one owner without a unit does not get its phone');
select is(pg_temp.deliver('[{"street":"12 Bay St","full":"GARCIA ADA","phone":"310-555-0113"}]'),
  'c0 u1 =0 m0 x0 r0', 'a row with the name finds its lead');
select is(pg_temp.deliver('[{"street":"12 Bay St","unit":"4","phone":"310-555-0114"}]'), 'c0 u1 =0 m0 x0 r0',
  'a row with the unit belongs to its only owner');

-- Several parcels or owners at one address: nobody is taken because the others are excluded.
select pg_temp.deliver('[{"street":"13 Bay St","full":"GARCIA LIA"}]');
select is(pg_temp.deliver('[{"street":"13 Bay St","fips":"06037","apn":"162-13-61","full":"TODD MAX"},
  {"street":"13 Bay St","fips":"06037","apn":"162-13-99"}]'), 'c2 u0 =0 m0 x0 r0',
  'of two properties the one without a name does not belong to the lead that the other contradicts');
select pg_temp.deliver('[{"street":"14 Bay St","full":"GARCIA IRA"}]');
select is(pg_temp.deliver('[{"street":"14 Bay St","fips":"06037","apn":"162-14-61"},
  {"street":"14 Bay St","full":"TODD JOY","phone":"310-555-0115"}]'), 'c1 u0 =0 m0 x1 r0',
  'a property without a name belongs to neither of two owners, also where only one of them is a lead');
select is(pg_temp.has('GARCIA IRA'), '- -', 'the lead does not get its parcel');
select pg_temp.deliver('[{"street":"15 Bay St","full":"GARCIA ZOE"}]');
select is(pg_temp.deliver('[{"street":"15 Bay St","fips":"06037","apn":"162-15-61"}]'), 'c0 u1 =0 m0 x0 r0',
  'the only property at the address of the only owner belongs to that owner');

-- Parcels without a name in a building whose units are known.
select pg_temp.deliver('[{"street":"16 Bay St","full":"GARCIA SAL"},
  {"street":"16 Bay St","unit":"4","full":"TODD RAY"}]');
select is(pg_temp.deliver('[{"street":"16 Bay St","fips":"06037","apn":"162-16-61","phone":"310-555-0116"}]'),
  'c1 u0 =0 m0 x0 r0', 'a parcel without a name and unit does not belong to the one owner without a unit');
select is(pg_temp.has('GARCIA SAL'), '- -', 'who gets neither its parcel nor its phone');
select pg_temp.deliver('[{"street":"17 Bay St","full":"GARCIA TIM"}]');
select is(pg_temp.deliver('[{"street":"17 Bay St","fips":"06037","apn":"162-17-61"},
  {"street":"17 Bay St","unit":"4","fips":"06037","apn":"162-17-62"}]'), 'c2 u0 =0 m0 x0 r0',
  'nor where the units come in the same upload');
select pg_temp.deliver('[{"street":"18 Bay St","phone":"310-555-0118"},
  {"street":"18 Bay St","unit":"4","full":"TODD ZED"},{"street":"18 Bay St","unit":"5","full":"FINCH ARI"}]');
select is(pg_temp.deliver('[{"street":"18 Bay St","fips":"06037","apn":"162-18-61","full":"GARCIA UMA"}]'),
  'c1 u0 =0 m0 x0 r0', 'a lead without a name and unit does not belong to a parcel of the building either');
select pg_temp.deliver('[{"street":"19 Bay St","unit":"4","full":"GARCIA VAL"},{"street":"19 Bay St","unit":"5"}]');
select is(pg_temp.deliver('[{"street":"19 Bay St","unit":"4","fips":"06037","apn":"162-19-61"}]'),
  'c0 u1 =0 m0 x0 r0', 'a parcel with the unit belongs to its only owner');

select * from finish();
rollback;

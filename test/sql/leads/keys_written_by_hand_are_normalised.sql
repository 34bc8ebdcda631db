begin;
\ir ../support/cast.sql
select no_plan();
set local sluice.actor = '';

-- Keys of a lead written by a person go through the same normalisers as those of an import.
select is(cast_.run('broker', $$insert into public.leads (org_id, county_fips, apn, situs_street, situs_unit,
  situs_city, situs_state, situs_zip, assigned_broker_id)
  values ('a0000000-0000-4000-8000-000000000000', '6037', '4567-012 034', '123 north main street', 'Apt 4B',
    'los angeles', 'California', '90012-1234', 'a0000000-0000-4000-8000-0000000000b1')$$),
  'rows 1', 'a broker inserts a lead with unnormalised keys');
select is((l.county_fips, l.apn, l.situs_state, l.situs_zip),
  ('06037'::text, '4567012034'::text, 'CA'::text, '90012'::text), 'county, parcel, state and ZIP are normalised')
  from public.leads l where l.apn = '4567012034';
select is(l.addr_hash, p.addr_hash, 'the address hash is the same as for an import')
  from public.leads l, private.parse_address('123 N MAIN ST', '# 4b', 'LOS ANGELES', 'CA', '90012') p
  where l.apn = '4567012034';
select is(l.addr_hash_version, private.address_hash_version()::smallint, 'the version of the normaliser is recorded')
  from public.leads l where l.apn = '4567012034';
select is(cast_.run('admin', $$insert into public.leads (org_id, situs_street, situs_unit, situs_city,
  situs_state, situs_zip)
  values ('a0000000-0000-4000-8000-000000000000', '123 N. Main St.', 'Unit 4B', 'Los Angeles', 'CA', '90012')$$),
    'rows 1', 'the address of a parcel may also be that of a lead without one');
select matches(cast_.run('admin', $$insert into public.leads (org_id, situs_street, situs_unit, situs_city,
  situs_state, situs_zip)
  values ('a0000000-0000-4000-8000-000000000000', '123 N Main Street', '# 4B', 'Los Angeles', 'CA', '90012')$$),
    '^23505 .*leads_addr_hash_key', 'a second lead without any other identity violates the unique key');
select is((select apn_segments from public.leads where apn = '4567012034'), '4567-12-34',
  'a parcel number written with separators keeps its segments');
select is(cast_.run('project_owner', $$update public.leads set mak = ' 8234567890.0 ' where apn = '4567012034'$$),
  'rows 1',
  'a direct session can correct a key');
select is((select mak from public.leads where apn = '4567012034'), '8234567890', 'the corrected key is normalised');
select is(cast_.run('project_owner', $$update public.leads set mak = 'none' where apn = '4567012034'$$), 'rows 1',
  'a direct session can write an invalid key');
select is((select mak from public.leads where apn = '4567012034'), null, 'an invalid key is normalised to null');
-- The pipeline supplies normalised keys, which stay as they are.
select is(cast_.run('pipeline_writer', 'set local sluice.actor = ''upload'''), 'rows 0',
  'the pipeline can set its actor');
set local sluice.actor = 'upload';
insert into public.leads (org_id, mak, situs_street)
  values ('a0000000-0000-4000-8000-000000000000', '1000000066', 'As Imported');
select is((select situs_street from public.leads where mak = '1000000066'), 'As Imported',
  'keys written by the pipeline are not derived again');
set local sluice.actor = '';

select * from finish();
rollback;

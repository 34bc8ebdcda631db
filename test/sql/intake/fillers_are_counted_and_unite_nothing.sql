begin;
\ir ../support/deliver.sql
select no_plan();

create function pg_temp.warned() returns jsonb language sql as $$
  select warnings from public.upload_parts order by received_at desc limit 1
$$;

select is(pg_temp.deliver('[
  {"fips":"06037","apn":"NOT AVAILABLE","mak":"9999999999","street":"1 Elm St","phone":"800-555-1212"},
  {"fips":"06037","apn":"NOT AVAILABLE","mak":"9999999999","street":"3 Elm St","phone":"800-555-1212"},
  {"fips":"06037","apn":"12/3/2004","street":"5 Elm St","email":"none@none.com","phone":"310-555-0101"},
  {"fips":"06037","apn":"12/3/2004","street":"7 Elm St","email":"none@none.com","phone":"310-555-0102"}]'),
  'c4 u0 =0 m0 x0 r0', 'rows that share only fillers are leads of their own');
select is(pg_temp.warned() - 'zip_healed', '{"filler_apn": 4, "filler_mak": 2, "filler_phone": 2, "filler_email": 2}',
  'the fillers of each kind are counted');
select is((select count(*) from public.contact_points
  where org_id = '00000000-0000-4000-8000-000000000001'), 2::bigint, 'only the real phones are contacts');
select is((select count(*) from public.leads where org_id = '00000000-0000-4000-8000-000000000001'
  and (apn is not null or mak is not null)), 0::bigint, 'no filler is stored as a key');

select is(pg_temp.deliver('[{"fips":"06037","apn":"4285-027-001","street":"9 Elm St","phone":"310-555-0103"},
  {"fips":"06037","apn":"4285027001.0","street":"9 Elm Street"}]', p_at => now() + interval '1 minute'),
  'c1 u0 =0 m1 x0 r0', 'a real parcel number still unites');
select is(pg_temp.warned(), '{}', 'real values are not counted');
select is(pg_temp.deliver('[{"fips":"06037","apn":"TEMP 2"}]'), 'c0 u0 =0 m0 x0 r1',
  'a row with nothing but a filler has no identity');

select * from finish();
rollback;

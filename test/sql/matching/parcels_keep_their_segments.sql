begin;
\ir ../support/deliver.sql
select no_plan();

select is(private.parcel_segments(raw), segments, coalesce(raw,
  'null') || ' has the segments ' || coalesce(segments, 'none'))
from (values
  ('10-6-100', '10-6-100'), ('010-06-100', '10-6-100'), ('10 6/100', '10-6-100'), (' 10.6.100 ', '10-6-100'),
  ('012-000-00a', '12-0-A'), ('4285027001', null), ('-', null), ('', null), (null, null), ('2029580065.00', null),
  ('B-12', 'B-12')) v (raw, segments);

select is(pg_temp.deliver('[{"fips":"25017","apn":"10-6-100","street":"1 Elm St","full":"Ames"},
  {"fips":"25017","apn":"106-100","street":"2 Elm St","full":"Bird"},
  {"fips":"25017","apn":"4-49","street":"3 Elm St","full":"Cole"},
  {"fips":"25017","apn":"44-9","street":"4 Elm St","full":"Dent"}]'), 'c4 u0 =0 m0 x0 r0',
  'numbers with the same digits and other segments are different parcels');
select is(pg_temp.deliver('[{"fips":"25017","apn":"010 006 100"},{"fips":"25017","apn":"044.09"}]'),
  'c0 u0 =2 m0 x0 r0', 'other separators and leading zeros do not matter');

-- One side has no separators.
select is(pg_temp.deliver('[{"fips":"25017","apn":"106100","street":"2 Elm St","phone":"617-555-0101"}]'),
  'c0 u1 =0 m0 x0 r0', 'digits match where the address agrees');
select is((select l.apn_segments from public.leads l join public.contact_points c on c.lead_id = l.id
  where c.masked like '%0101'), '106-100', 'it is the parcel at that address');
select is(pg_temp.deliver('[{"fips":"25017","apn":"449","full":"Cole"}]'), 'c0 u0 =1 m0 x0 r0',
  'digits match where the owner agrees');
select is(pg_temp.deliver('[{"fips":"25017","apn":"449","street":"30 Oak St","full":"Voss"}]'), 'c1 u0 =0 m0 x0 r0',
  'digits alone are another parcel');
select is(pg_temp.deliver('[{"fips":"25017","apn":"9999","street":"9 Fir St"},{"fips":"25017","apn":"99-99","street":
  "9 Fir St"},{"fips":"25017","apn":"999-9","street":"10 Fir St"}]'), 'c2 u0 =0 m1 x0 r0',
  'within one list, too');

-- Leads of release 0.1.0 have no segments.
set local sluice.actor = 'system';
update public.leads set apn_segments = null where apn = '106100' and situs_street = '1 Elm St';
set local sluice.actor = '';
select is(pg_temp.deliver('[{"fips":"25017","apn":"10-6-100","street":"1 Elm Street"}]'), 'c0 u1 =0 m0 x0 r0',
  'a number with separators finds a lead without them at its address');
select is((select apn_segments from public.leads where situs_street = '1 Elm St'), '10-6-100',
  'and fills its segments');

-- One row agrees with a lead without segments, another one of the same parcel says nothing that could.
select is(pg_temp.deliver('[{"fips":"25019","apn":"0242246","street":"5 Fir St","full":"E Okafor"}]'),
  'c1 u0 =0 m0 x0 r0', 'a lead without segments');
select is(pg_temp.deliver('[{"fips":"25019","apn":"02-42-246","street":"5 Fir St","zip":"85002"},
  {"fips":"25019","apn":"02-42-246","street":"5 Fir St","zip":"85002","full":"Ed Okafor"}]'), 'c0 u1 =0 m1 x0 r0',
  'rows with the same segments find one lead');
select is((select string_agg(apn_segments, ' ') from public.leads where county_fips = '25019'), '2-42-246',
  'which gets them');

-- Lost leading zeros.
select is(pg_temp.deliver('[{"fips":"32003","apn":"0138025110","street":"1 Ash St"},
  {"fips":"32003","apn":"1380251117","street":"2 Ash St"},{"fips":"32003","apn":"1380251124","street":"3 Ash St"},
  {"fips":"32003","apn":"1380251138","street":"4 Ash St"}]'), 'c4 u0 =0 m0 x0 r0', 'a county with ten digits');
select is(pg_temp.deliver('[{"fips":"32003","apn":"138025110","street":"1 Ash St"}]'), 'c0 u0 =1 m0 x0 r0',
  'a lost zero is healed at the same address');
select is(pg_temp.deliver('[{"fips":"32003","apn":"138025110","street":"50 Ash St"}]'), 'c1 u0 =0 m0 x0 r0',
  'but not at another one');
select is(pg_temp.deliver('[{"fips":"32007","apn":"0138025110","street":"1 Fir St"},
  {"fips":"32007","apn":"0380251117","street":"2 Fir St"},{"fips":"32007","apn":"0380251124","street":"3 Fir St"},
  {"fips":"32007","apn":"0380251138","street":"4 Fir St"}]'), 'c4 u0 =0 m0 x0 r0',
  'a county whose numbers begin with 0');
select is(pg_temp.deliver('[{"fips":"32007","apn":"138025110","street":"1 Fir St"},
  {"fips":"32007","apn":"380251117","street":"2 Fir St"},{"fips":"32007","apn":"380251124","street":"3 Fir St"},
  {"fips":"32007","apn":"380251138","street":"4 Fir St"},{"fips":"32007","apn":"380251199","street":"5 Fir St"}]'),
  'c1 u0 =4 m0 x0 r0', 'a list that has lost all of them is healed, too');
select is(pg_temp.deliver('[{"fips":"32005","apn":"4827","street":"1 Bay St"},{"fips":"32005","apn":"04827","street":
  "1 Bay St"},{"fips":"32005","apn":"7031","street":"2 Bay St"},{"fips":"32005","apn":"883251","street":"3 Bay St"},
  {"fips":"32005","apn":"90412","street":"4 Bay St"}]'), 'c5 u0 =0 m0 x0 r0',
  'where the county has numbers of any length, nothing was lost');

select * from finish();
rollback;

begin;
select no_plan();

create function pg_temp.hash(street text, unit text = null, city text = 'Chicago', state text = 'IL',
  zip text = '60601')
returns bytea language sql as $$
  select addr_hash from private.parse_address(street, unit, city, state, zip)
$$;

-- All spellings of a group have the hash of the first one, and it is not null.
select case when spelling = spellings[1] then isnt(pg_temp.hash(spelling), null, spelling || ' has a hash')
  else is(pg_temp.hash(spelling), pg_temp.hash(spellings[1]), spelling || ' is ' || spellings[1]) end
from (values
  (array['123 N Main St', '123 North Main Street', '123 N. MAIN ST.', '  123  n  main  st ', '00123 N Main Str',
    '123.0 N Main St', '123 N Main St, Chicago, IL 60601', '123 N Main St Chicago IL 60601-1234',
    '123 N Main St, Chicago, Illinois, 60601, USA', '123 N Main St 60601', 'c/o Ann Lee, 123 N Main St']),
  (array['123 N Main St Apt 4B', '123 N Main St # 4B', '123 N Main St #4B', '123 N Main St Unit 4B',
    '123 N Main St Ste 4B',
    '123 N Main St No 4-B', '123 N Main St, 4B', '123 N Main St 4B', '123 North Main Street, Apartment 4 B',
    '#4B 123 N Main St', 'Apt 4B, 123 N Main St', '123 N Main St Apt. 04B',
      '123 N Main St, Apt 4B, Chicago, IL 60601']),
  (array['123 Main St Bldg 2 Apt 3', '123 Main St Apt 3 Building 2', '123 Main St, Bldg 2, # 3']),
  (array['55 SE Alder St', '55 South-East Alder Street', '55 South - East Alder St', '55 Southeast Alder St']),
  (array['HC 3 Box 44', 'Star Route 3 Box 44', 'SR 3 Box 44', 'S.R. 3, Box 44']),
  (array['123 Main St Fl 2', '123 Main St 2nd Floor', '123 Main St Second Floor', '123 Main St Floor 2']),
  (array['1 First Ave', '1 1st Ave', '1 1ST AVENUE', 'One First Ave']),
  (array['77 21st St', '77 Twenty First Street']),
  (array['123 1/2 Oak St', '123-1/2 Oak St', '123½ Oak Street']),
  (array['12-34 35th Ave', '12-34 35TH AVENUE', '12 - 34 35th Ave']),
  (array['123A Oak St', '123-A Oak St', '123a oak st', '123 A Oak St']),
  (array['4800 60th St', '4800-60th Street']),
  (array['123 N 6000 W', '123 North 6000 West']),
  (array['N6W23001 Bluemound Rd', 'N6W23001 Bluemound Road', 'N6 W23001 Bluemound Rd']),
  (array['PO Box 123', 'P.O. Box 123', 'Post Office Box 123', 'POB 123', 'P O Box #0123']),
  (array['RR 2 Box 34', 'R.R. #2, Box 34', 'Rural Route 2 Box 34']),
  (array['HC 1 Box 3', 'Highway Contract Route 1 Box 3', 'HCR 1 Box 3']),
  (array['1200 County Road 12', '1200 Co Rd 12', '1200 CR 12', '1200 Cnty Rd 12']),
  (array['1200 US Hwy 1', '1200 US Highway 1', '1200 U.S. Route 1', '1200 US 1']),
  (array['1200 State Route 9', '1200 SR 9', '1200 State Hwy 9', '1200 ST RT 9']),
  (array['1200 FM 1960', '1200 Farm to Market Road 1960', '1200 FM Rd 1960']),
  (array['10 Park Ave S', '10 Park Avenue South']),
  (array['10 NW 5th Ave', '10 Northwest Fifth Avenue', '10 N.W. 5th Ave']),
  (array['4 St Louis Ave', '4 Saint Louis Ave', '4 St. Louis Avenue']),
  (array['4 Mt Vernon Rd', '4 Mount Vernon Road']),
  (array['5 O''Brien Ct', '5 OBrien Court', '5 O’Brien Ct']),
  (array['100 Larkin Pl', '100 LARKIN PLACE']),
  (array['123 Main St', '123 Main St PO Box 45'])
) as groups (spellings)
cross join lateral unnest(spellings) spelling;

-- Pairs of different addresses.
select isnt(pg_temp.hash(a), pg_temp.hash(b), a || ' is not ' || b)
from (values
  ('123 Main St', '124 Main St'), ('123 Main St', '123 Main Ave'), ('123 Main St', '123 Mann St'),
  ('123 N Main St', '123 S Main St'), ('123 N Main St', '123 Main St'), ('123 Main St N', '123 N Main St'),
  ('123 Main St Apt 4B', '123 Main St Apt 4C'), ('123 Main St Apt 4B', '123 Main St'),
  ('123 Main St Apt 1-11', '123 Main St Apt 11-1'), ('123 Main St Fl 2', '123 Main St Apt 2'),
  ('123 Main St Bldg 2', '123 Main St Apt 2'), ('123 Main St Bldg 2 Apt 3', '123 Main St Bldg 3 Apt 2'),
  ('12-34 35th Ave', '1234 35th Ave'), ('123 1/2 Oak St', '123 Oak St'), ('123A Oak St', '123 Oak St'),
  ('123 A St', '123A Oak St'),
  ('10 E St', '10 East St'), ('10 1st Ave', '10 11th Ave'),
  ('10 Avenue A', '10 Avenue B'), ('10 N Avenue A', '10 N Avenue B'), ('PO Box 12', 'PO Box 13'),
  ('RR 2 Box 34', 'RR 3 Box 34'), ('RR 2 Box 34', 'HC 2 Box 34'), ('1200 County Road 12', '1200 County Road 13'),
  ('1200 County Road 12', '1200 State Route 12'), ('123 N 6000 W', '123 S 6000 W'), ('123 Oak Hill Ct', '123 Oak Ct'),
  ('5 Del Mar Ave', '5 Mar Ave'), ('123 Main St Rear', '123 Main St')
) as pairs (a, b);

select is(pg_temp.hash('123 Main St Apt 4B'), pg_temp.hash('123 Main St', unit),
  format('a unit column "%s" gives the hash of the unit in the line', unit))
from unnest(array['4B', 'Apt 4B', '#4B', 'unit 4-b', 'No 4-B', 'STE 4B', ' 4 b ', '04B']) unit;
select is(pg_temp.hash('123 Main St', unit), pg_temp.hash('123 Main St'), format('the unit "%s" is ignored', unit))
from unnest(array['', ' ', 'N/A', 'none', '-', '#']) unit;
select is(pg_temp.hash('123 Main St Bldg 2', 'Apt 3'), pg_temp.hash('123 Main St', 'Bldg 2 Apt 3'),
  'a building in the line and an apartment in its column are combined');
select is(pg_temp.hash('123 Main St Apt 4', 'Apt 4'), pg_temp.hash('123 Main St', '4'), 'a repeated unit counts once');

select isnt(pg_temp.hash('123 Main St'), pg_temp.hash('123 Main St', zip => '60602'),
  'another ZIP makes another address');
select is(pg_temp.hash('123 Main St'), pg_temp.hash('123 Main St', city => 'Chcago', zip => '60601-1234'),
  'with a ZIP, the spelling of the city does not matter');
select is(pg_temp.hash('123 Main St', city => 'St. Louis', state => 'mo', zip => null),
  pg_temp.hash('123 Main St', city => 'SAINT LOUIS', state => 'Missouri', zip => ''),
  'without a ZIP, city and state are the place');
select isnt(pg_temp.hash('123 Main St', zip => null), pg_temp.hash('123 Main St', city => 'Peoria', zip => null),
  'without a ZIP, another city makes another address');

select is(pg_temp.hash(street), null, format('"%s" has no hash', street))
from unnest(array['', ' ', 'Main St', '123', '123 N', 'RR 2', '0 Main St', 'n/a', 'Main St & Oak St', '123 日本 St',
  'Apt 4', null, '#', ',,,']) street;
select is(pg_temp.hash('123 Main St', city => null, zip => null), null, 'a state alone is not a place');
select is(pg_temp.hash('123 Main St', state => null, zip => null), null, 'a city alone is not a place');
select is(pg_temp.hash('123 Main St', zip => 'x', city => ''), null, 'an invalid ZIP is not a place');

select results_eq(
  $$ select situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip, warnings
     from private.parse_address('123 NW MAIN STREET, APT 4-B, SANTA MONICA, CA 90401', null, null, null, null) $$,
  $$ values ('123', '123 NW Main St', '4B', 'Santa Monica', 'CA', '90401',
     '{place_taken_out_of_street,unit_taken_out_of_street}'::text[]) $$,
  'a whole address in one field is split into its parts'
);
select results_eq(
  $$ select situs_street, situs_city, situs_state, situs_zip, situs_zip4, warnings
     from private.parse_address('5 ELM ST', '', 'new york', 'n.y.', '501-0012') $$,
  $$ values ('5 Elm St', 'New York', 'NY', '00501', '0012', '{zip_healed}'::text[]) $$,
  'repaired values are reported as warnings'
);
select is(situs_street, shown, shown || ' is shown as people write it')
from (values ('10 SW PARK AVENUE', '10 SW Park Ave'), ('10 park avenue south', '10 Park Ave S'),
  ('10 first street northwest', '10 1st St NW'), ('1200 us highway 1', '1200 US Highway 1'),
  ('1200 CR 12', '1200 County Road 12'), ('po box 12', 'PO BOX 12'), ('10 W LA SALLE ST', '10 W La Salle St')
) as cases (raw, shown)
cross join lateral private.parse_address(raw, null, 'Chicago', 'IL', '60601');

select is(a.addr_hash, b.addr_hash, a.situs_street || ' has the hash of its original')
from unnest(array['219 South Dearborn Second Floor', '2625 N. Orchard', '10 W LA SALLE ST', '77 Camino del Mar',
  '5 N Park', '9 5th S', '123 Martin Luther King Junior Boulevard', '4 Avenue of the Americas', '3 Old Hwy 8 #2']) raw
cross join lateral private.parse_address(raw, null, 'Chicago', 'IL', '60601') a
cross join lateral private.parse_address(a.situs_street, a.situs_unit, a.situs_city, a.situs_state, a.situs_zip) b;

select lives_ok(format('select * from private.parse_address(%L, %L, %L, %L, %L)', t, t, t, t, t),
  'unusual text raises no error: ' || to_json(left(t, 10)))
from unnest(array[repeat('9', 100000), repeat('A ', 50000), '''"\%_', E'\n\t\r', '😀😀😀', '½', '#', '-', '/', '1/2',
  ', ,', '1 ,',
  'APT', '# #', '1 # #', 'BOX', 'PO BOX', '1 - 2', 'US', '1 US', E'\u202e123 Main']) t;

select is(private.address_hash_version(), 2::smallint, 'the rules have version 2');
select is(encode(pg_temp.hash('123 North Main Street', 'Apt 4B'), 'hex'),
  encode(sha256('v2|123|N MAIN ST|4B|60601'), 'hex'), 'the hash is SHA-256 of the versioned canonical string');

select * from finish();
rollback;

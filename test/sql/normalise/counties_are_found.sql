begin;
select no_plan();

select is(private.county_fips(fips, county, state, zip), expected, claim)
from (values
  ('06037', null, null, null, '06037', 'the row''s own code is used'),
  ('6037', null, null, null, '06037', 'the lost zero of the row''s code is restored'),
  ('6037.0', null, null, null, '06037', 'a spreadsheet''s .0 is removed'),
  ('99999', 'Cook', 'IL', null, '17031', 'a code without a county is ignored'),
  ('09001', null, null, null, '09001', 'an old county of Connecticut is known'),
  ('09190', null, null, null, '09190', 'a planning region of Connecticut is known'),
  (null, 'Los Angeles', 'CA', null, '06037', 'county and state determine the county'),
  (null, 'LOS ANGELES COUNTY', 'California', null, '06037', 'the word County and the name of the state are accepted'),
  (null, 'De Kalb', 'IL', null, '17037', 'blanks inside a name do not matter'),
  (null, 'Doña Ana', 'NM', null, '35013', 'a name with accents is known'),
  (null, 'Dona Ana', 'NM', null, '35013', 'a name without its accents is known'),
  (null, 'Prince Georges', 'MD', null, '24033', 'apostrophes do not matter'),
  (null, 'Orleans Parish', 'LA', null, '22071', 'a parish counts as a county'),
  (null, 'Saint Charles', 'MO', null, '29183', 'Saint equals St.'),
  (null, 'Rock Island', 'IL', null, '17161', 'a name that ends with Island keeps the word'),
  (null, 'Alexandria', 'VA', null, '51510', 'an independent city does not need the word City'),
  (null, 'Richmond', 'VA', null, null, 'a name of both a county and a city is ambiguous'),
  (null, 'Richmond City', 'VA', null, '51760', 'the word City decides'),
  (null, 'City of Richmond', 'VA', null, '51760', 'City of decides'),
  (null, 'Richmond County', 'VA', null, '51159', 'the word County decides'),
  (null, 'Richmond', 'VA', '23220', '51760', 'the ZIP decides'),
  (null, 'Orange', 'WA', '98101', null, 'a county that does not exist in the state is a contradiction'),
  (null, null, null, '90401', '06037', 'a ZIP in one county determines it'),
  (null, null, 'NV', '90401', null, 'a ZIP of another state does not count'),
  (null, null, null, '60007', null, 'a ZIP in two counties is ambiguous'),
  (null, null, null, '00000', null, 'an unknown ZIP determines no county'),
  (null, null, null, null, null, 'an empty row has no county')
) as cases (fips, county, state, zip, expected, claim);

select * from finish();
rollback;

begin;
select no_plan();

select is(private.normalise_zip(raw) || coalesce('+' || private.normalise_zip4(raw), ''), expected, claim)
from (values
  ('90401', '90401', 'five digits are a ZIP'),
  ('90401-1234', '90401+1234', 'ZIP+4 with a hyphen'),
  ('904011234', '90401+1234', 'ZIP+4 without a hyphen'),
  ('90401 1234', '90401+1234', 'ZIP+4 with a blank'),
  ('1234', '01234', 'one lost zero is restored'),
  ('501', '00501', 'two lost zeros are restored'),
  ('7001.0', '07001', 'a spreadsheet''s .0 is removed'),
  ('1234-5678', '01234+5678', 'the lost zero of a ZIP+4 is restored'),
  ('12345678', '01234+5678', 'eight digits are a ZIP+4 without its leading zero'),
  ('90401-12', '90401+0012', 'lost zeros of the last four digits are restored'),
  ('90401-', '90401', 'a hyphen without further digits is removed'),
  ('90401-0000', '90401', '0000 after the ZIP is removed'),
  ('''90401', '90401', 'an apostrophe that marks text is removed'),
  (' 90401 ', '90401', 'padding is removed'),
  ('12', null, 'two digits are rejected'),
  ('00000', null, 'zeros are rejected'),
  ('123456', null, 'six digits are rejected'),
  ('SW1A 1AA', null, 'a foreign code is rejected'),
  ('9.04E+04', null, 'scientific notation is rejected'),
  ('', null, 'empty text is rejected'),
  (null, null, 'null stays null')
) as cases (raw, expected, claim);

select is(private.normalise_state(raw), expected, claim)
from (values
  ('CA', 'CA', 'a code is accepted'), ('ca', 'CA', 'a code in lower case is accepted'),
  ('Calif.', 'CA', 'an old abbreviation is accepted'), ('california', 'CA', 'a name is accepted'),
  ('N.Y.', 'NY', 'dots are ignored'), ('NEW  YORK', 'NY', 'repeated blanks count as one'),
  ('D.C.', 'DC', 'the District of Columbia is accepted'), ('West Virginia', 'WV', 'West Virginia is not Virginia'),
  ('PR', 'PR', 'a territory is accepted'), ('Ontario', null, 'a Canadian province is rejected'),
    ('XX', null, 'an unknown code is rejected'),
  ('A ', null, 'one letter is rejected'), ('', null, 'empty text is rejected'), (null, null, 'null stays null')
) as cases (raw, expected, claim);

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

select is_empty(
  $$ select state, name_key from public.us_counties group by 1, 2 having count(*) > 1 $$,
  'no two counties of a state share a key'
);
select is_empty(
  $$ select * from public.us_counties c join public.us_states s on s.code = c.state where left(c.fips, 2) <> s.fips $$,
  'every county code begins with the code of its state'
);
select is(count(*)::integer, 3233, 'there are 3,233 current counties') from public.us_counties where is_current;
select is_empty(
  $$ select private.normalise_county_name(name) from public.us_counties
     where private.normalise_county_name(private.normalise_county_name(name))
       <> private.normalise_county_name(name) $$,
  'normalising a county name is idempotent'
);
select table_privs_are('public', t, 'anon', '{}', 'anon cannot read ' || t)
from unnest('{us_states,us_counties,zip_counties}'::text[]) t;
select table_privs_are('public', t, 'authenticated', '{SELECT}', 'members can read ' || t)
from unnest('{us_states,us_counties,zip_counties}'::text[]) t;

select * from finish();
rollback;

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
  ('7001.0', '07001', 'a spreadsheet''s .0 is healed'),
  ('1234-5678', '01234+5678', 'a lost zero of a ZIP+4 is restored'),
  ('12345678', '01234+5678', 'eight digits are a ZIP+4 that lost its zero'),
  ('90401-12', '90401+0012', 'lost zeros of the plus four are restored'),
  ('90401-', '90401', 'a hyphen without the rest is dropped'),
  ('90401-0000', '90401', 'a plus four of zeros is none'),
  ('''90401', '90401', 'the apostrophe that guards text is dropped'),
  (' 90401 ', '90401', 'padding falls away'),
  ('12', null, 'two digits are no ZIP'),
  ('00000', null, 'zeros are no ZIP'),
  ('123456', null, 'six digits are no ZIP'),
  ('SW1A 1AA', null, 'a foreign code is no ZIP'),
  ('9.04E+04', null, 'scientific notation is no ZIP'),
  ('', null, 'empty text is no ZIP'),
  (null, null, 'null stays null')
) as cases (raw, expected, claim);

select is(private.normalise_state(raw), expected, claim)
from (values
  ('CA', 'CA', 'a code is a state'), ('ca', 'CA', 'a code in small letters is a state'),
  ('Calif.', 'CA', 'an old abbreviation is a state'), ('california', 'CA', 'a name is a state'),
  ('N.Y.', 'NY', 'dots fall away'), ('NEW  YORK', 'NY', 'blanks are counted once'),
  ('D.C.', 'DC', 'the district is one'), ('West Virginia', 'WV', 'West Virginia is not Virginia'),
  ('PR', 'PR', 'a territory is one'), ('Ontario', null, 'a province is none'), ('XX', null, 'XX is none'),
  ('A ', null, 'one letter is none'), ('', null, 'empty text is none'), (null, null, 'null stays null')
) as cases (raw, expected, claim);

select is(private.county_fips(fips, county, state, zip), expected, claim)
from (values
  ('06037', null, null, null, '06037', 'the row''s own code counts'),
  ('6037', null, null, null, '06037', 'its lost zero is restored'),
  ('6037.0', null, null, null, '06037', 'a spreadsheet''s .0 is healed'),
  ('99999', 'Cook', 'IL', null, '17031', 'a code that no county has is passed over'),
  ('09001', null, null, null, '09001', 'an old county of Connecticut is known'),
  ('09190', null, null, null, '09190', 'a planning region of Connecticut is known'),
  (null, 'Los Angeles', 'CA', null, '06037', 'county and state name a county'),
  (null, 'LOS ANGELES COUNTY', 'California', null, '06037', 'the word County and a state''s name do as well'),
  (null, 'De Kalb', 'IL', null, '17037', 'blanks inside a name do not matter'),
  (null, 'Doña Ana', 'NM', null, '35013', 'a name with accents is known'),
  (null, 'Dona Ana', 'NM', null, '35013', 'and without'),
  (null, 'Prince Georges', 'MD', null, '24033', 'apostrophes do not matter'),
  (null, 'Orleans Parish', 'LA', null, '22071', 'a parish is a county'),
  (null, 'Saint Charles', 'MO', null, '29183', 'Saint is St.'),
  (null, 'Rock Island', 'IL', null, '17161', 'a name that ends with Island keeps it'),
  (null, 'Alexandria', 'VA', null, '51510', 'an independent city needs no word City'),
  (null, 'Richmond', 'VA', null, null, 'a name of both a county and a city is left open'),
  (null, 'Richmond City', 'VA', null, '51760', 'the word City settles it'),
  (null, 'City of Richmond', 'VA', null, '51760', 'and so does City of'),
  (null, 'Richmond County', 'VA', null, '51159', 'the word County settles it'),
  (null, 'Richmond', 'VA', '23220', '51760', 'the ZIP settles it'),
  (null, 'Orange', 'WA', '98101', null, 'a county that the state does not have is a contradiction'),
  (null, null, null, '90401', '06037', 'a ZIP in one county names it'),
  (null, null, 'NV', '90401', null, 'a ZIP of another state does not'),
  (null, null, null, '60007', null, 'a ZIP in two counties names none'),
  (null, null, null, '00000', null, 'an unknown ZIP names none'),
  (null, null, null, null, null, 'nothing names nothing')
) as cases (fips, county, state, zip, expected, claim);

select is_empty(
  $$ select state, name_key from public.us_counties group by 1, 2 having count(*) > 1 $$,
  'no two counties of a state share a key'
);
select is_empty(
  $$ select * from public.us_counties c join public.us_states s on s.code = c.state where left(c.fips, 2) <> s.fips $$,
  'every county''s code begins with its state''s'
);
select is(count(*)::integer, 3233, 'there are 3,233 current counties') from public.us_counties where is_current;
select is_empty(
  $$ select private.normalise_county_name(name) from public.us_counties
     where private.normalise_county_name(private.normalise_county_name(name)) <> private.normalise_county_name(name) $$,
  'normalising a county''s key changes nothing'
);
select table_privs_are('public', t, 'anon', '{}', 'anon reads no ' || t)
from unnest('{us_states,us_counties,zip_counties}'::text[]) t;
select table_privs_are('public', t, 'authenticated', '{SELECT}', 'members read ' || t)
from unnest('{us_states,us_counties,zip_counties}'::text[]) t;

select * from finish();
rollback;

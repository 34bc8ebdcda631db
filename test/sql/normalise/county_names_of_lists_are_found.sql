begin;
select no_plan();

select is(private.county_fips(null, county, state, zip), expected,
  coalesce(county, '-') || ', ' || coalesce(state, '-'))
from (values
  ('King & Queen', 'VA', null, '51097'), ('Lewis & Clark County', 'MT', null, '30049'),
  ('E Baton Rouge', 'LA', null, '22033'), ('W. Feliciana Parish', 'LA', null, '22125'),
  ('Dade', 'FL', null, '12086'), ('Miami Dade', 'FL', null, '12086'), ('Dade', 'GA', null, '13083'),
  ('Manhattan', 'NY', null, '36061'), ('Brooklyn', 'NY', null, '36047'), ('Kings', 'NY', null, '36047'),
  ('Staten Island', 'NY', null, '36085'), ('The Bronx', 'NY', null, '36005'), ('Queens', 'NY', null, '36081'),
  ('CLARK (NV)', 'NV', null, '32003'), ('CLARK (NV)', null, null, '32003'), ('Clark, NV', null, null, '32003'),
  ('Clark Co.', 'NV', null, '32003'), ('32003', null, null, '32003'), ('32003.0', 'NV', null, '32003'),
  ('6037', null, null, '06037'), ('St. Tammany Parish', 'LA', null, '22103'), ('Saint Tammany', 'LA', null, '22103'),
  ('Ste. Genevieve', 'MO', null, '29186'), ('Obrien', 'IA', null, '19141'), ('Doña Ana', 'NM', null, '35013'),
  ('Anchorage', 'AK', null, '02020'), ('New Orleans', 'LA', null, '22071'), ('Washington DC', 'DC', null, '11001'),
  ('St. Louis City', 'MO', null, '29510'), ('St. Louis County', 'MO', null, '29189'),
  ('Richmond', 'VA', null, null), ('Fairfax', 'VA', null, null), ('Baltimore', 'MD', null, null),
  ('Baltimore City', 'MD', null, '24510'), ('Carson City', 'NV', null, '32510'),
  ('N Slope Borough', 'AK', null, '02185'), ('NW Arctic', 'AK', null, '02188'),
  ('Mat-Su Borough', 'AK', null, '02170'),
  ('Fairbanks N Star', 'AK', null, '02090'), ('City and Borough of Juneau', 'AK', null, '02110'),
  ('Philadelphia City', 'PA', null, '42101'), ('City of Philadelphia', 'PA', null, '42101'),
  ('City & County of San Francisco', 'CA', null, '06075'), ('City and County of Denver', 'CO', null, '08031'),
  ('Kings (Brooklyn)', 'NY', null, '36047'), ('Borough of Brooklyn', 'NY', null, '36047'),
  ('Manhattan Borough', 'NY', null, '36061'), ('Bklyn', 'NY', null, '36047'), ('SI', 'NY', null, '36085'),
  ('NYC - Queens', 'NY', null, '36081'), ('NYC', 'NY', null, null), ('New York City', 'NY', '10451', '36005'),
  ('Suffolk (City)', 'VA', null, '51800'), ('P.G. County', 'MD', null, '24033'), ('L.A. County', 'CA', null, '06037'),
  ('Cook County IL', null, null, '17031'), ('IL - Cook', 'IL', null, '17031'), ('Nashville', 'TN', null, '47037'),
  ('32-003', 'NV', null, '32003'), ('FIPS 32003', null, null, '32003'), ('NV-003', null, null, '32003'),
  ('St Croix', 'VI', null, '78010'), ('Iowa City', 'IA', null, null), ('LA Salle Parish', 'LA', null, '22059'),
  ('Maricopa', null, null, '04013'), ('Clark', null, null, null), ('Clark', null, '89101', '32003'),
  ('Nowhere', 'NV', '89101', null)
) c (county, state, zip, expected);
select is(private.county_fips('3', null, 'NV', null), '32003', 'the three digits of a county and a state are enough');
select is(private.county_fips('3', null, null, null), null, 'without a state they are not');
select is(private.county_fips(null, county, 'NV', zip), expected,
  format('the number "%s" in the column of counties, ZIP %s', county, coalesce(zip, '-')))
from (values ('003', null, '32003'), ('03', null, '32003'), ('3', null, '32003'), ('2', null, null),
  ('03', '89101', '32003'),
  ('3', '89101', '32003'), ('003', '89501', '32031'), ('002', null, null)) c (county, zip, expected);
select is(private.county_fips(null, '23', 'FL', null), null,
  'in Florida two digits may be the number of the Department of Revenue');
select is(private.county_fips(null, '86', 'FL', '33101'), '12086', 'unless the ZIP confirms them');
select is(private.zip_state('89101'), 'NV', 'a ZIP tells the state');
select is(private.zip_state('99999'), null, 'an unknown ZIP does not');

select matches(private.describe_missing_identity(false, false, true, false, true), 'county is ambiguous',
  'an ambiguous county is the reason of the reject');

select * from finish();
rollback;

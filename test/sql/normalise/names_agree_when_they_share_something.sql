begin;
select no_plan();

create temporary table pairs (a text, b text, agrees boolean, kind text);
insert into pairs (kind, agrees, a, b)
select k.kind, k.agrees, split_part(p, ' ~ ', 1), split_part(p, ' ~ ', 2)
from (values
  ('same person', true, array['John Smith ~ JOHN SMITH', 'John Q. Smith ~ John Smith', 'Smith, John ~ John Smith',
    'SMITH JOHN A ~ John Smith', 'Mr. John Smith Jr. ~ SMITH JOHN III', 'Dr Ann Lee, MD ~ Lee Ann',
    'J. Smith ~ John Smith',
    'John Smith, Esq. ~ John Smith', 'Xiomarq Vandergrift ~ VANDERGRIFT, XIOMARQ', 'Thomas James ~ James Thomas']),
  ('household', true, array['John Smith ~ Mary Smith', 'John & Mary Smith ~ Mary Smith',
    'John Smith and Mary Miller ~ Mary Miller', 'SMITH JOHN & MARY ~ Mary Smith', 'Smith John et ux ~ Smith John',
    'Jones Robert et al ~ Robert Jones', 'John Smith and Mary Miller ~ Miller, Mary', 'James Thomas ~ Mary Thomas',
    'Thomas, James ~ Thomas, Scott', 'Nguyen Van Anh ~ Nguyen Thi Lan', 'Wei Chen ~ Li Chen',
    'SMITH JOHN H/W ~ John Smith', 'JOHN SMITH JTWROS ~ MARY SMITH', 'SMITH, JOHN & MILLER, MARY ~ Mary Miller']),
  ('trust or estate', true, array['SMITH FAMILY TRUST ~ John Smith',
    'The Smith Living Trust dtd 01/02/2003 ~ Mary Smith',
    'John A Smith Revocable Trust ~ SMITH JOHN A TR', 'Estate of John Smith ~ John Smith',
    'SMITH JOHN TTEE ~ Smith John', 'Smith John Trustee U/A 5/6/99 ~ J Smith', 'Okafor Irrev Tr ~ Chidi Okafor',
    'SMITH JOHN LIFE EST ~ John Smith', 'Smith Family Trust ~ Smith Revocable Living Trust',
    'Garcia Family Tr of 1999 ~ Garcia Family Trust 2004']),
  ('maiden name', true, array['Mary Jones Smith ~ Mary Jones', 'Mary Smith nee Jones ~ Mary Jones',
    'Mary Smith (Jones) ~ Mary Jones', 'Mary Jones-Smith ~ Mary Smith', 'Mary Jones fka Smith ~ Mary Smith',
    'Ana Garcia-Lopez ~ Ana Lopez']),
  ('nickname', true, array['Bob Smith ~ Robert Smith', 'Bill ~ William', 'Peggy Smith ~ Margaret Smith',
    'Liz ~ Elizabeth Smith',
    'Bob ~ Robert Miller', 'Chuck O''Brien ~ Charles OBrien', 'Jack S ~ John Smith', 'Pat ~ Patricia', 'Pat ~ Patrick',
    'Bill Smyth ~ William Smith', 'Dick Andersen ~ Richard Anderson', 'Kate ~ Katherine', 'Jim ~ JAMES']),
  ('initials', true, array['J Smith ~ John Smith', 'J.R. Smith ~ John R Smith', 'John S ~ John Smith',
    'John S. ~ John Smith',
    'R J Alvarado ~ Rosa Alvarado']),
  ('swapped or joined', true, array['John Smith ~ Smith John', 'De La Cruz Maria ~ Maria Delacruz',
    'Maria de la Cruz ~ Maria Cruz',
    'Mc Donald Ann ~ Ann McDonald', 'Jan van Dyke ~ Jan VanDyke', 'O Brien Pat ~ Pat O''Brien',
    'Le Blanc Paul ~ Paul LeBlanc',
    'Ludwig von Hohenfels ~ Hohenfels', 'Kim Le ~ Le Kim', 'St. John Ann ~ Ann Saint John',
    'Maria Del Rio ~ Maria DelRio']),
  ('diacritics', true, array['José Núñez ~ Jose Nunez', 'Jürgen Müller ~ Jurgen Muller',
    'Søren Østergaard ~ Soren Ostergaard',
    'Zoë Strauß ~ Zoe Strauss', 'O’Malley ~ O''Malley']),
  ('typing error', true, array['Johansson Erik ~ Johanson Erik', 'Maria Rodriguez ~ Maria Rodrigues',
    'Vandergrift ~ Vandegrift',
    'Ann Hutchinson ~ Ann Hutchison', 'Peter Abernathy ~ Paul Abernahty', 'Eleanor Wozniack ~ Wozniak']),
  ('same firm', true, array['Acme Holdings LLC ~ ACME HOLDINGS, L.L.C.', 'Acme Holdings LLC ~ Acme Properties Inc',
    'Redwood Dental Group ~ REDWOOD DENTAL', 'Sunrise Bakery ~ Sun Rise Bakery', 'ABC Realty Corp. ~ A.B.C. Realty ~',
    'Blue Heron Cafe ~ The Blue Heron Café', 'Smith Properties LLC ~ John Smith',
    'Smith & Sons Plumbing ~ Smith Plumbing',
    'Phoenix Properties LLC ~ PHOENIX PROPERTIES', 'Phoenix Properties LLC ~ Phoenix Properties Group',
    'Kowalczyk Roofing ~ Kowalczyks Roofing', '123 Main St LLC ~ 123 MAIN ST LLC', 'Hotel Zephyr ~ Zephyr Hotel',
    'Fernandina Market ~ Fernandino Market', 'John Smith DBA Zephyr Cleaning ~ Zephyr Cleaning LLC',
    'American National Bank ~ American National Bank NA']),
  ('different people', false, array['John Smith ~ Mary Miller', 'John Smith ~ John Miller',
    'Smith, John ~ Miller, John',
    'Bob Smith ~ Robert Miller', 'Mary Smith ~ Mary Jones', 'Thomas Miller ~ Thomas Baker',
    'Thomas Miller ~ James Thomas',
    'Mary Ann Smith ~ Mary Ann Jones', 'John S ~ John Miller', 'John Walker ~ Bob Waller', 'Ann Hansen ~ Peter Hanson',
    'John Smith & Mary Miller ~ John Jones & Mary Baker', 'J Smith ~ J Miller', 'Jose Garcia ~ Jose Hernandez',
    'Maria Hernandez ~ Maria Fernandez', 'Robert Hansen ~ Robert Jansenius', 'Ann Lee ~ Ann Park',
    'Chris Baker ~ Christine Cook', 'Li Wang ~ Mei Zhang',
    'Xiomarq Peterson ~ Xiomarq Olson', 'John David ~ John Smith', 'Smith John Jr ~ Miller John Jr',
    'Priya Patel ~ Priya Shah', 'John Smith et al ~ Mary Miller et al', 'Dr John Smith ~ Dr John Miller',
    'Estate of John Smith ~ Estate of John Miller', 'Thomas James ~ Thomas Scott', 'Brown Ann ~ Crown Ben']),
  ('different trusts', false, array['Smith Family Trust ~ Miller Family Trust', 'Smith Living Trust ~ John Miller',
    'John Smith Revocable Trust ~ John Miller Revocable Trust', 'Smith John TR ~ Jones John TR']),
  ('different firms', false, array['Acme Holdings LLC ~ Zephyr Holdings LLC',
    'Phoenix Properties LLC ~ Phoenix Holdings LLC',
    'Chicago Realty Group ~ Chicago Investments Group', 'Redwood Dental ~ Bluestem Dental', 'Acme LLC ~ John Smith',
    'Smith Properties LLC ~ Miller Properties LLC', '123 Main St LLC ~ 125 Main St LLC',
    'Blue Sky Holdings ~ Blue Lagoon Holdings',
    'First National Bank ~ First American Title', 'San Diego Homes ~ San Diego Capital',
    'Las Vegas Rentals LLC ~ Las Vegas Equity LLC',
    'Texas Land Holdings ~ Texas Energy Partners', 'Zephyr Cafe ~ Tamarind Cafe',
    'Quillfeather Inc ~ Osprey Partners LP',
    'Real Estate Solutions LLC ~ Real Estate Partners LLC', 'New York Pizza ~ New York Bagels',
    'Mesa Invest ~ Mesa Storage',
    'Mary''s Diner ~ Mary Jones']),
  ('says nothing', null, array['CURRENT OWNER ~ John Smith', 'Occupant ~ John Smith', 'UNKNOWN ~ UNKNOWN',
    'John Smith ~ N/A',
    'Current Resident ~ Mary Miller', 'Owner of Record ~ Acme LLC', 'LLC ~ Acme LLC', 'Trust ~ Smith Trust',
    'J. ~ John Smith',
    'Not Available ~ John Smith', 'Unknown Owner ~ John Smith', 'The ~ Smith', '. ~ Smith', 'none ~ Smith',
    'See Deed ~ Smith',
    'Family Trust ~ Smith', 'Various Owners ~ Smith', 'x ~ Smith', 'OWNER UNKNOWN ~ Current Occupant'])
) k (kind, agrees, examples), unnest(k.examples) p;
update pairs set b = rtrim(b, '~ ');

select is(private.names_agree(a, b), agrees, format('%s: %s, %s', kind, a, b)) from pairs;
select is(private.names_agree(b, a), agrees, format('%s: %s, %s', kind, b, a)) from pairs;
select cmp_ok((select count(*)::int from pairs), '>=', 120, 'the table has at least 120 pairs');
select is(private.names_agree(null, 'John Smith'), null, 'a missing name says nothing');

-- Columns say which name is the family name.
select is(private.names_agree(private.parse_owner(o[1], o[2], o[3], o[4], o[5]),
  private.parse_owner(p[1], p[2], p[3], p[4], p[5])), agrees, description)
from (values
  (array['John', 'Smith', null, null, null], array['John', 'Smith', null, null, null], true, 'the same columns'),
  (array['Thomas', 'James', null, null, null], array['Thomas', 'Scott', null, null, null], false,
    'one first name, two family names'),
  (array['James', 'Thomas', null, null, null], array['Thomas', 'James', null, null, null], true, 'columns swapped'),
  (array['James', 'Thomas', null, null, null], array['Thomas', 'Miller', null, null, null], false,
    'a family name is no first name'),
  (array['Zadyn', 'Quill', null, null, null], array['Zadyn', 'Osterby', null, null, null], false,
    'an unknown first name alone'),
  (array['Smith', 'John', null, null, null], array['John', 'Smith',
    null, null, null], true, 'Smith in the first column'),
  (array['John', 'Smith', 'Mary', 'Miller', null], array['Mary', 'Miller', null, null, null], true,
    'the second owner in common'),
  (array['John', 'Smith', 'Mary', 'Smith', null], array['Mary', 'Miller', null, null, null], false,
    'the first name of the second owner'),
  (array['John', 'Smith',
    null, null, null], array[null, null, null, null, 'SMITH JOHN & MARY'], true, 'columns and full name'),
  (array[null, 'Acme Holdings LLC', null, null, null], array[null, null, null, null, 'ACME HOLDINGS'], true,
    'a firm in the last name'),
  (array[null, null, null, null, 'SMITH FAMILY TRUST'], array['Ann', 'Smith',
    null, null, null], true, 'a trust and a person'),
  (array[null, 'CURRENT OWNER', null, null, null], array['Ann', 'Smith', null, null, null], null, 'a filler'),
  (array['Ann', null, null, null, null], array['Ann', 'Smith', null, null, null], true, 'a first name alone'),
  (array['Bob', 'Smith-Jones', null, null, null], array['Robert', 'Jones',
    null, null, null], true, 'half of a double name'),
  (array['Maria', 'de la Cruz', null, null, null], array['Maria', 'Delacruz', null, null, null], true, 'particles'),
  (array[null, null, null, null, 'Legacy Charter School (at Mason School)'], array[null, null, null, null, 'Mason'],
    false, 'a host is another owner'),
  (array[null, null, null, null, 'Legacy Charter School (at Mason School)'], array[null, null, null, null,
    'Legacy Charter'], true, 'the guest is the owner'),
  (array[null, null, null, null, null]::text[], array['Ann', 'Smith', null, null, null], null, 'no name')
) v (o, p, agrees, description);

select is(private.names_agree(repeat('x', 100000), repeat('& , ^ | /', 50)), null, 'any text has an answer');
select is(private.name_tokens('Bob Smith-Jones, Jr.'), array['ROBERT', 'SMITH', 'JONES'], 'tokens are full names');
select * from finish();
rollback;

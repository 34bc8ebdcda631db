-- Two spellings of an address, one of them with holes, share a loose key; only holes do not contradict.
begin;
select no_plan();

create function pg_temp.loose(street text, zip text = '60601', city text = 'Chicago') returns text[]
language sql as $$ select private.loose_address(street, city, 'IL', zip) $$;
create function pg_temp.contradict(a text, b text, a_unit text = null, b_unit text = null, a_zip text = '60601',
  b_zip text = '60601', a_city text = 'Chicago', b_city text = 'Chicago')
returns boolean language sql as $$
  select private.addresses_contradict(a, a_unit, a_city, 'IL', a_zip, b, b_unit, b_city, 'IL', b_zip)
$$;

select ok(pg_temp.loose(a) && pg_temp.loose(b), a || ' and ' || b || ' share a key')
from (values ('123 N Main St', '123 Main'), ('123 N Main St', '123 N Main'), ('123 Main St', '123 Main St N'),
  ('12 Willow Creek Rd', '12 Willow Creek'), ('12 Willow Creek', '12 Willow Crk Rd'), ('5 La Salle St', '5 Lasalle'),
  ('7 21st St NE', '7 21st'), ('9 County Road 12', '9 CR 12')) as pairs (a, b);
select ok(not pg_temp.loose(a) && pg_temp.loose(b), a || ' and ' || b || ' share no key')
from (values ('123 N Main St', '124 N Main St'), ('123 Main St', '123 Maine St'), ('7 21st St', '7 1st St'),
  ('9 County Road 12', '9 County Road 13')) as pairs (a, b);
select ok(pg_temp.loose('1 Elm St', null) && pg_temp.loose('1 Elm St'), 'a missing ZIP is bridged by city and state');
select ok(pg_temp.loose('1 Elm St', '60601', null) && pg_temp.loose('1 Elm St'), 'a missing city by the ZIP');
select ok(not pg_temp.loose('1 Elm St', null, 'Peoria') && pg_temp.loose('1 Elm St'), 'another city shares no key');
select is(pg_temp.loose('1 Elm St', null, null), '{}', 'without a place there is no key');

select ok(not pg_temp.contradict(a, b), a || ' may be ' || b)
from (values ('123 N Main St', '123 Main'), ('123 N Main St', '123 Main St'), ('123 N Main St', '123 N Main St NE'),
  ('12 Willow Creek Rd', '12 Willow Creek'), ('123 Main St', '123 MAIN STREET')) as pairs (a, b);
select ok(pg_temp.contradict(a, b) and pg_temp.contradict(b, a), a || ' is not ' || b)
from (values ('123 Main St', '124 Main St'), ('123 Main St', '123 Main Ave'), ('123 N Main St', '123 S Main St'),
  ('123 N Main St', '123 Main St N'), ('123 Main St NE', '123 Main St NW'), ('123 Main St', '123 Oak St')
) as pairs (a, b);
select ok(not pg_temp.contradict('1 Elm St', '1 Elm St', '4', null), 'a missing unit does not contradict');
select ok(pg_temp.contradict('1 Elm St', '1 Elm St', '4', '5'), 'another unit does');
select ok(not pg_temp.contradict('1 Elm St', '1 Elm St', 'Apt 4', '#4'), 'another spelling of the unit does not');
select ok(pg_temp.contradict('1 Elm St', '1 Elm St', a_zip => '60601', b_zip => '60602'), 'another ZIP does');
select ok(not pg_temp.contradict('1 Elm St', '1 Elm St', b_zip => null), 'a missing ZIP does not');
select ok(pg_temp.contradict('1 Elm St', '1 Elm St', b_zip => null, b_city => 'Peoria'),
  'without a ZIP, another city does');
select ok(not pg_temp.contradict('1 Elm St', '1 Elm St', b_city => 'Chcago'),
  'with equal ZIPs, the city does not matter');
select is(pg_temp.contradict(null, null), false, 'no address contradicts no address');

select * from finish();
rollback;

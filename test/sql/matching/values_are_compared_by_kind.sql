begin;
\ir ../support/cast.sql
select no_plan();

select is(array(select private.match_date(d) from unnest('{12/11/1978,12-11-78,1978-12-11,19781211,11-Dec-78,
  "Dec 11, 1978",13/12/1978,1978-12-11T00:00:00}'::text[]) with ordinality t (d, o) order by o),
  '{D19781211,D19781211,D19781211,D19781211,D19781211,D19781211,D19781213,D19781211}',
  'dates however they are written');
select is(array(select private.match_date(d) from unnest('{99/99/99,hello,2135550101,12,"1 Main St"}'::text[]) d),
  array[null, null, null, null, null]::text[], 'nothing else is a date');
select is(private.match_value('Unknown'), null, 'a word that says nothing is no value');
select is(private.match_value('a/b-12'), 'AB12', 'a slash takes nothing away');
select is(private.compare_text(private.match_value(a), private.match_value(b))::int, level,
  a || ' and ' || b || ': ' || level)
from (values ('12/11/1978', '1978-12-11', 2), ('12/11/1978', '11/12/1978', 1), ('12/11/1978', '12/11/1979', 1),
  ('12/11/1978', '3/15/1990', 0), ('1/116/1982', '1982-11-16', 1), ('1/117/1982', '1982-11-16', 0),
  ('M', 'Male', 1), ('F', 'Male', 0)) t (a, b, level);

create function pg_temp.given(a text, b text) returns integer language sql as $$
  select private.compare_given(upper(a), (x).words, left((x).roles, 1) in ('g', 'e'), upper(b), (y).words,
    left((y).roles, 1) in ('g', 'e'))
  from (select private.parse_name(a) as x, private.parse_name(b) as y) n
$$;
select is(pg_temp.given(a, b), level, a || ' and ' || b || ': ' || level)
from (values ('Bob', 'Robert', 2), ('Patrick', 'Patricia', 0), ('Mary', 'Mark', 0), ('Jonathn', 'Jonathan', 2),
  ('Sarah', 'Zara', 1), ('Mohamed', 'Muhammed', 1), ('J', 'John', 1)) t (a, b, level);
select is(private.match_generation(n), g, n) from (values ('Smith Jr.', '2'), ('Klein II', '2'), ('Klein, III', '3'),
  ('Smith', null), ('Hajji', null)) t (n, g);
select ok(private.is_vetoed('{3,0,-1,5,-1,-1,-1,2}'), 'a household stays two, whatever other column is the same');
select ok(not private.is_vetoed('{3,0,-1,5,-1,-1,-1,2}', 1), 'unless it is a number that one person has alone');
select is(array(select h from unnest('{SSN_NUMBER,Passport No,Licence #,EIN,License state,Rating,Email}'::text[]) h
  where private.is_number_of_one(h)), '{SSN_NUMBER,"Passport No","Licence #",EIN}', 'numbers of one by their headers');
select ok(private.is_vetoed('{0,2,0,5,-1,-1,-1,2}', 0, 7), 'a nickname in one house is not one person');
select ok(not private.is_vetoed('{0,2,0,5,-1,-1,-1,2}', 0, 8), 'but with one date of birth a married name may be');
select ok(private.is_vetoed('{0,2,0,0,-1,0,-1,2}', 0, 8), 'not without a house, phone or e-mail in common');
select ok(private.is_vetoed('{3,0,-1,5,-1,2,2,2}', 0, 8), 'nor twins');
select ok(private.most_probability('{3,3,-1,5,-1,2,-1,0}', 0, 8) < 0.5, 'two dates of birth are two persons');
select is(private.most_probability('{3,3,-1,5,-1,2,-1,2}', 0, 8), 1::float8, 'one date is no reason');
select is(private.most_probability('{3,3,-1,5,-1,2,-1,2,0}', 1, 9), 1::float8, 'nor two with one passport');
select is(private.letters_for_digits('{N0RTHGATE,51ST,5ILVER,101,A1,B747X}'), '{NORTHGATE,51ST,SILVER,101,A1,B747X}',
  'digits between letters are letters, numbers are not');
select is(private.compare_address('804', a, null, '804', b, null)::int, level, a || ' and ' || b || ': ' || level)
from (values ('NORTHPOINT', 'N POINT ST', 5), ('ALDER ST', 'ALDER AVE', 3), ('N ST', 'NORTH ST', 5)) t (a, b, level);
select is(private.compare_words('{PRIDGEWATER}', '{5}', '{BRIDGEWATER}', '{5}')::int, 4, 'a wrong first letter');
select is(pg_temp.given('A', 'Tony'), 1, 'the initial of the name behind a nickname');
select is(pg_temp.given('T', 'Ed'), 1, 'the initial of another nickname of the same name');
select is(pg_temp.given('B', 'Ed'), 0, 'but not of any name');
select is(private.compare_words(a, array_fill(1::real, array[cardinality(a)]), b,
  array_fill(1::real, array[cardinality(b)]))::int, level, array_to_string(a, ' ') || ' and '
  || array_to_string(b, ' ') || ': ' || level)
from (values ('{MOSS,HILL,LAKE,ROOFING}'::text[], '{MOSS,HILL,LAKE,PAINTING}'::text[], 3),
  ('{MOSS,HILL,LAKE,ROOFING}', '{MOSS,HILL,LAKE}', 4), ('{MOSS,ROOFING}', '{MOSS,PAINTING}', 2),
  ('{MOSS,ROOFING}', '{MOSS}', 3)) t (a, b, level);
select is(private.shared_bits('{-2,-1,5,5,-1,0,-1}')::int & 1, 0, 'firms of one name in one house are no household');
select is(private.shared_bits('{-2,-1,5,0,-1,2,-1}')::int, 1 + 4 + 16, 'branches share name and phone');
select is(private.are_scrambled(a, b), yes,
  a || ' and ' || b || case when yes then ' are one word' else ' are two' end)
from (values ('OAYLT', 'TAYLOR', true), ('NOHA', 'NOAH', true), ('JNOE', 'JONES', true), ('HARRY', 'HENRY', false),
  ('CLARK', 'CLAIRE', false), ('MOSS', 'MOORE', false), ('LEE', null, false)) t (a, b, yes);
select is(private.compare_given('LMEAI', '{LMEAI}', false, 'AMELIA', '{AMELIA}', true)::int, 1,
  'scrambled letters say little');
select is(private.compare_given('AIDAN', '{AIDAN}', true, 'NADIA', '{NADIA}', true)::int, 0,
  'but two names that exist stay two');
select is(private.compare_family('HSRIR', 'HARRIS')::int, 1, 'a scrambled family name is a little alike');
select is(private.compare_emails(array[a], array[b], '{ANN,MOSS}')::int, level, a || ' and ' || b || ': ' || level)
from (values ('ann.moss@example.com', 'ann.moss@example.com', 2), ('ann.moss@example.com', 'anm.moss@example.com', 1),
  ('ann.moss@example.com', 'ann.moss@example.net', -1), ('tiger77@example.com', 'tiger77@example.net', 1),
  ('ann.moss4@example.com', 'ann.moss7@example.com', 0), ('moss.house12@example.com', 'mosh.souse12@example.com', 1),
  ('ann.moss@example.com', 'ben.quill@example.com', 0), ('1f2e3d', '1f2e3c', 0)) t (a, b, level);
select is(private.compare_emails(array[e], array[e], '{REBECCA,BAKER}', f, i)::int, level, e || ': ' || level)
from (values ('rmiller47@example.com', '{BAKER,MILLER}'::text[], 'R', 3),
  ('becky.baker@example.com', '{BAKER,MILLER}', 'BR', 3), ('millerfamily@example.com', '{BAKER,MILLER}', 'F', 2),
  ('rmiller47@example.com', '{BAKER,QUILL}', 'R', 2), ('rmiller47@example.com', '{BAKER,MILLER}', 'B', 2),
  ('rmiller47@example.com', '{BAKER,MILLER}', null, 2), ('miller@example.com', '{BAKER,MILLER}', 'R', 2))
  t (e, f, i, level);
select ok(not private.is_vetoed('{0,2,0,-1,-1,-1,3}'), 'one mailbox that is named like both may be one person');
select ok(private.is_vetoed('{0,2,0,-1,-1,-1,2}'), 'another one in common is not enough');
select ok(private.is_vetoed('{0,0,0,-1,-1,-1,3}'), 'nor with another given name');

-- A mailbox that names the other record's person, and a nickname in which a vowel is missing.
select private.open_match_scratch();
insert into match_input (record, list, reference, first_name, last_name, street, emails)
values (1, 0, '1', 'Becky', 'Baker', null, '{rmarchetti15@example.org}'),
  (2, 0, '2', 'Rebecca', 'Marchetti', null, '{}'),
  (3, 0, '3', 'Sue', 'Marchetti', null, '{}'), (4, 0, '4', 'Mke', 'Finch', '1 Oak St', '{}'),
  (5, 0, '5', 'Michael', 'Finch', '1 Oak St', '{}');
select private.prepare_match_records();
insert into match_pairs (a, b) values (1, 2), (1, 3), (4, 5);
select private.compare_pairs();
select is(array(select p.levels[1:3]::text from match_pairs p order by p.a, p.b), '{"{1,2,-1}","{0,0,0}","{4,2,-1}"}',
  'a mailbox names a family name that fits the given name alone');
select * from finish();
rollback;

begin;
select no_plan();

-- Pairs at one house with one phone.
select private.open_match_scratch();
insert into match_input (record, list, reference, first_name, last_name, street, zip, phones)
select n, 0, n::text, f, l, h || ' Oak St', '90401', array['31055501' || h]
from (values (1, 'Ed', 'Finch', 10), (2, 'Ned', 'Falk', 10), (3, 'Ann', 'Moss', 11), (4, 'Ann', 'Quill', 11),
  (5, 'Bob', 'Reyes', 12), (6, 'Robert', 'Reyes', 12)) t (n, f, l, h);
select private.match_lists();
create function pg_temp.pair(p_a integer) returns setof match_pairs language sql as $$
  select p from match_pairs p where p.a = p_a and p.b = p_a + 1
$$;
select ok(probability < 0.01, 'a nickname in common and nothing else is not one person') from pg_temp.pair(1);
select matches(private.match_reasons(levels), 'names share nothing', 'the reason says so') from pg_temp.pair(1);
select ok(probability < 0.9, 'another family name stays below all probabilities from which pairs are merged')
from pg_temp.pair(3);
select ok(probability > 0.9, 'a nickname with the same family name is one person') from pg_temp.pair(5);
select is((select count(*) from match_pairs p where p.b = p.a + 1 and p.a in (1, 3, 5)), 3::bigint,
  'all were compared');

select ok(private.is_vetoed('{0,2,0,5,-1,2,-1,2}'), 'names that share nothing keep two apart');
select ok(not private.is_vetoed('{0,2,0,5,-1,2,-1,2}', 1), 'unless they have the number of one');

select * from finish();
rollback;

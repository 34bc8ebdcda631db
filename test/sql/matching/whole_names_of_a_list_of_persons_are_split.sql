-- In a list that consists of persons, a name whose own order is uncertain is read in the order of the others.
begin;
select no_plan();

select is(private.split_full_name(raw, given_first), first_last::private.split_name,
  raw || ' is read where given names come ' || case when given_first then 'first' else 'last' end)
from (values
  ('Islaa Fenwirth', true, '(Islaa,Fenwirth)'), ('B Rossrick', true, '(B,Rossrick)'),
  ('Tara D Lewis', true, '("Tara D",Lewis)'), ('Fenwirth Islaa', false, '(Islaa,Fenwirth)'),
  ('Edward', true, '(Edward,)'), ('Rossrick', true, '(,Rossrick)'),
  ('Whitrell, Louis', true, '(Louis,Whitrell)'), ('Whitrell Louis', true, '(Louis,Whitrell)')
) v (raw, given_first, first_last);
select is(private.split_full_name(raw, true), null, raw || ' is no person in any list')
from unnest('{Tom & Sue Field,Smithson Family Trust,Acme Roofing,1234 Holdings}'::text[]) raw;

select private.open_match_scratch();
insert into match_input (record, list, reference, full_name, city)
select n, 0, n::text, w, 'Dover'
from (values (1, 'Nathan Rossrick'), (2, 'B Rossrick'), (5, 'N Rossrick')) t (n, w)
union all
select 100 + n, 0, (100 + n)::text, (array['Ann', 'Ben', 'Cora', 'Dan', 'Eve', 'Fay', 'Gus'])[1 + n % 7] || ' '
  || (array['Amesley', 'Bakerton', 'Coleford', 'Dunnwick', 'Evansby'])[1 + n % 5] || chr(97 + n % 11), 'Salem'
from generate_series(1, 60) n;
select ok(private.find_name_order(), 'the list consists of persons, given names first');
select private.match_lists();
create function pg_temp.p(p_a integer, p_b integer) returns double precision language sql as $$
  select coalesce((select p.probability from match_pairs p where p.a = p_a and p.b = p_b), 0)
$$;
select ok(pg_temp.p(1, 2) < 0.01, 'an initial that does not fit keeps two persons of one family apart');
select ok(pg_temp.p(1, 5) > 1000 * pg_temp.p(1, 2), 'one that fits does not');

truncate match_input;
insert into match_input (record, list, reference, full_name)
select n, 0, n::text, case when n % 2 = 0 then 'Acme Roofing ' || n else 'Ann Moss' end from generate_series(1, 60) n;
select is(private.find_name_order(), null, 'a list with many firms has no order of names');
truncate match_input;
insert into match_input (record, list, reference, full_name)
select n, 0, n::text, 'MOSS' || chr(64 + n % 20) || ' ANN M' from generate_series(1, 60) n;
select is(private.find_name_order(), false, 'family names may come first');

select * from finish();
rollback;

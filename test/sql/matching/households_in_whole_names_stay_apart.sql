begin;
select no_plan();

select is(private.split_full_name(raw), first_last::private.split_name, raw || ' is read')
from (values
  ('Whitrell, Louis', '(Louis,Whitrell)'), ('Glenn Nashstone', '(Glenn,Nashstone)'),
  ('NASHSTONE GLENN M', '("GLENN M",NASHSTONE)'), ('Bernadette C Eastler', '("Bernadette C",Eastler)'),
  ('Robert Smithson Jr.', '(Robert,Smithson)'), ('O''Dell, Ann', '(Ann,O''Dell)')) v (raw, first_last);
select is(private.split_full_name(raw), null, raw || ' is no one person whose order of names is certain')
from unnest('{Tom & Sue Field,Smithson Family Trust,Acme Roofing,James Thomas,"Smith, Robert, Mary","Hill Partners",
  "Smith, Robert & Mary","Blue Oak Cafe",Cher,"1234 Holdings"}'::text[]) raw;

select private.open_match_scratch();
insert into match_input (record, list, reference, first_name, last_name, full_name, street, zip, phones)
select n, 0, n::text, f, l, w, '10 Oak St', '90401', '{3105550110}'
from (values (1, 'Lillian', 'Whitrell', null), (2, null, null, 'Whitrell, Louis'), (3, null, null, 'Louis Whitrell'),
  (4, null, null, 'WHITRELL LILLIAN M')) t (n, f, l, w);
select private.match_lists();
create function pg_temp.p(p_a integer, p_b integer) returns double precision language sql as $$
  select p.probability from match_pairs p where p.a = p_a and p.b = p_b
$$;
select ok(pg_temp.p(1, 2) < 0.01 and pg_temp.p(1, 3) < 0.01 and pg_temp.p(2, 4) < 0.01,
  'two of one house and phone with different given names are two, whether the names have columns or not');
select ok(pg_temp.p(1, 4) > 0.9 and pg_temp.p(2, 3) > 0.9, 'and each is one in both ways to write the name');

select * from finish();
rollback;

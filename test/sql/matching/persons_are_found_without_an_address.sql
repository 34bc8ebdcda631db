-- Persons who share no address: scrambled names, wrong dates, mailboxes, and what other records of a person say.
begin;
select no_plan();

select private.open_match_scratch();
insert into match_input (record, list, reference, first_name, last_name, city, phones, emails, extras)
select n, 0, n::text, nullif(f, ''), nullif(l, ''), nullif(c, ''), case when p <> '' then array[p] else '{}' end,
  case when e <> '' then array[e || '@example.com'] else '{}' end, jsonb_build_object('Date of Birth', b)
from (values
  -- One person: swapped, scrambled, without a name, with a wrong day.
  (1, 'Amelia', 'Taylor', 'Dover', '', 'rocket77', '1978-05-09'),
  (2, 'Taylor', 'Amelia', 'Dover', '', 'rocket77', '1978-05-09'),
  (3, 'lmeAi', 'Taylor', 'Doevr', '', 'rocket77', ''), (4, 'Amelia', 'oaylT', 'Dover', '', '', '1978-05-09'),
  (5, 'Amelia', '', 'Dover', '', 'rokcet77', '1978-05-19'),
  -- Two persons of one name: each has a mailbox of her own.
  (6, 'Laura', 'Green', 'Salem', '', 'laura.green4', '1950-01-02'),
  (7, 'Laura', 'Green', 'Leeds', '', 'laura.green7', '1981-11-23'),
  -- A phone leads to the second record, a mailbox to the third.
  (8, 'Peter', 'Quill', 'Salem', '9785550101', '', ''), (9, 'Peter', 'Quill', 'Salem', '9785550101', 'comet1234', ''),
  (10, 'Quill', '', '', '', 'comet1234', '1961-03-04')
) t (n, f, l, c, p, e, b)
union all
select 100 + n, 0, (100 + n)::text, (array['Ann', 'Ben', 'Cora', 'Dan', 'Eve', 'Fay', 'Gus'])[1 + n % 7],
  (array['Ames', 'Baker', 'Cole', 'Dunn', 'Evans'])[1 + n % 5] || chr(97 + n % 11), 'Salem', '{}',
  array['person' || n * 37 || '@example.com'], jsonb_build_object('Date of Birth', (date '1950-01-01' + n * 101)::text)
from generate_series(1, 60) n;
select private.match_lists();
create function pg_temp.p(p_a integer, p_b integer) returns double precision language sql as $$
  select coalesce((select p.probability from match_pairs p where p.a = p_a and p.b = p_b), 0)
$$;

select ok(pg_temp.p(1, n) > 0.5, 'record ' || n || ' is the first one') from generate_series(2, 5) n;
select ok(pg_temp.p(2, 3) > 0.5 and pg_temp.p(2, 4) > 0.5, 'swapped and scrambled at once as well');
select ok(pg_temp.p(6, 7) < 0.5, 'two mailboxes of one name that differ by a number are two persons');
select ok(pg_temp.p(8, 9) > 0.5 and pg_temp.p(9, 10) > 0.5, 'a phone and a mailbox unite records of one name');
select ok(pg_temp.p(8, 10) > 0.5, 'and the records that only the third one connects');
select ok((select count(*) from match_pairs p where p.a > 100 and p.probability >= 0.5) = 0, 'strangers stay apart');

select * from finish();
rollback;

begin;
select no_plan();

select private.open_match_scratch();
insert into match_input (record, list, reference, first_name, last_name, street, zip, emails, extras)
select n, 0, n::text, f, l, s, '90401', case when e <> '' then array[e || '@example.com'] else '{}' end,
  jsonb_build_object('Birth Date', b)
from (values
  -- A misspelt name beside its nickname.
  (1, 'Teodore', 'Hartby', '10 Oak St', 'th1', ''), (2, 'Ted', 'Hartby', '10 Oak St', '', ''),
  (3, 'Theodore', 'Hartby', '10 Oak St', 'th1', ''),
  -- One person's mailbox, in five spellings, and an office's.
  (4, 'Riley', 'Cameron', '', 'rc', ''), (5, 'Rilye', 'Cameron', '', 'rc', ''), (6, 'Riley', 'Camerno', '', 'rc', ''),
  (7, 'Rily', 'Cameron', '', 'rc', ''), (8, 'Riley', 'Kameron', '', 'rc', ''),
  (9, 'Ann', 'Moss', '', 'front', ''), (10, 'Bob', 'Quill', '', 'front', ''), (11, 'Cora', 'Vance', '', 'front', ''),
  (12, 'Dan', 'Wolfe', '', 'front', ''), (13, 'Eve', 'Yates', '', 'front', ''),
  -- Two who are Jr beside the father.
  (14, 'Gary', 'Ortega Jr', '12 Elm St', '', ''), (15, 'Gary', 'Ortega Jr', '12 Elm St', '', '1969-06-11'),
  (16, 'Gary', 'Ortega Sr', '12 Elm St', '', '1941-02-03'),
  -- A married name beside the former one with a nickname.
  (17, 'Katherine', 'Becker', '21 Fir St', '', '1968-08-07'), (18, 'Kathy', 'Becker', '21 Fir St', '', ''),
  (19, 'Katherine', 'Tomlin', '21 Fir St', '', '1968-08-07'),
  -- Twins.
  (20, 'Patrick', 'Lund', '30 Fir St', 'lunds', '1990-01-02'),
  (21, 'Philip', 'Lund', '30 Fir St', 'lunds', '1990-01-02'),
  (22, 'Jian', 'Chen', '31 Fir St', '', '')
) t (n, f, l, s, e, b);
select private.match_lists();
create function pg_temp.p(p_a integer, p_b integer) returns double precision language sql as $$
  select coalesce((select p.probability from match_pairs p where p.a = p_a and p.b = p_b), 0)
$$;

select ok(pg_temp.p(1, 2) > 0.5, 'Ted may be Teodore');
select ok(pg_temp.p(1, 3) > 0.5 and pg_temp.p(2, 3) > 0.5, 'and both are Theodore');
select is((select count(*) from match_records r where r.record between 4 and 8 and r.shared_emails <> '{}'),
  0::bigint,
  'five spellings of one name do not make a mailbox an office''s');
select is((select count(*) from match_records r where r.record between 9 and 13 and r.shared_emails <> '{}'),
  5::bigint,
  'five names do');
select ok(pg_temp.p(14, 15) > 0.5, 'two who are Jr at one house are one');
select ok(pg_temp.p(14, 16) < 0.5 and pg_temp.p(15, 16) < 0.5, 'and not their father');
select ok(pg_temp.p(17, 18) > 0.5 and pg_temp.p(17, 19) > 0.5,
  'a former name with a nickname does not contradict the married one');
select ok(pg_temp.p(20, 21) < 0.5, 'twins stay two');
select ok(not r.first_forms && '{JOHN,JUAN}', 'a short name is not taken for a typing error of another one')
from match_records r where r.record = 22;

select * from finish();
rollback;

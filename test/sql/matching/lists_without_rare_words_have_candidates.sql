begin;
select no_plan();

-- Eighty contractors in one town: no word belongs to fewer than seventy.
select private.open_match_scratch();
insert into match_input (record, list, reference, full_name, city)
select n, 0, n::text, case when n <= 80 then 'Eagle Roofing' else 'Moss' || n end, 'Fairhaven'
from generate_series(1, 200) n;
select private.match_lists();
select cmp_ok((select count(*) from match_pairs p where p.a <= 80 and p.b <= 80 and p.levels is not null),
  '>=', 80::bigint, 'records that share only common words are compared');
select cmp_ok((select count(*) from match_pairs p), '<=', 2000::bigint, 'up to the most pairs per record');

select * from finish();
rollback;

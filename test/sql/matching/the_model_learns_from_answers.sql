begin;
\ir ../support/deliver.sql
select no_plan();

create function pg_temp.learn() returns integer language sql as $$
  select private.learn_match_model('00000000-0000-4000-8000-000000000001', now())
$$;
create function pg_temp.model() returns public.match_models language sql as $$
  select private.current_match_model('00000000-0000-4000-8000-000000000001')
$$;
select is(pg_temp.learn(), null, 'without pairs there is nothing to learn');
insert into private.match_finders (org_id, leads) values ('00000000-0000-4000-8000-000000000001', 2000);
-- Pairs as a run counts them: same name and address; same name and phone, another address; only the family name.
insert into private.match_pattern_counts (org_id, levels, pairs)
select '00000000-0000-4000-8000-000000000001', l::smallint[], n from (values ('{3,3,-1,5,-1,-1,-1}', 100),
  ('{3,3,-1,0,3,2,-1}', 40), ('{3,0,-1,0,3,0,-1}', 900), ('{3,3,-1,0,0,0,-1}', 50)) t (l, n);
insert into public.match_candidates (org_id, left_id, right_id, origin, levels, weight, probability)
select '00000000-0000-4000-8000-000000000001', ('00000000-0000-4000-8000-0000000000' || n)::uuid,
  ('00000000-0000-4000-8000-0000000001' || n)::uuid, 'finder', '{3,3,-1,0,0,0,-1}', 0, 0.5
from generate_series(10, 39) n;
select is(pg_temp.learn(), 1, 'the first version');
select ok((m).answers = 0 and (m).pairs = 1090 and (m).share_same between 0.05 and 0.3, 'it learned from pairs')
from (select pg_temp.model() as m) x;
select ok(((m).weights -> '4' -> 5 ->> 2)::float8 > 1 and ((m).weights -> '4' -> 0 ->> 2)::float8 < 0,
  'the same address speaks for a pair, another one against it') from (select pg_temp.model() as m) x;
create temporary table before as select distinct c.probability, c.model_version from public.match_candidates c;
select results_eq('select model_version from before', 'values (1)', 'open candidates carry its version');
select is(pg_temp.learn(), null, 'nothing new, no new version');

update public.match_candidates set state = 'different', decided_at = now()
where left_id::text < '00000000-0000-4000-8000-000000000014';
select is(pg_temp.learn(), null, 'four answers are too few');
update public.match_candidates set state = 'different', decided_at = now()
where left_id::text < '00000000-0000-4000-8000-000000000020';
select is(pg_temp.learn(), 2, 'ten answers make a version');
select ok((m).answers = 10 and (m).same_answers = 0 and (m).answered = '{"3,3,-1,0,0,0,-1": [0, 10]}', 'it names them')
from (select pg_temp.model() as m) x;
select ok(c.probability < b.probability / 3, 'pairs like the answered ones are less probable')
from public.match_candidates c, before b where c.model_version = 2 limit 1;
select is((select count(*)::int from public.match_models), 2, 'the first version is kept');
update public.match_candidates set state = 'open', decided_at = null where state = 'different';
update public.match_candidates c set state = 'same', decided_at = now(), merge_id = 1
where left_id::text >= '00000000-0000-4000-8000-000000000020';
select is(pg_temp.learn(), 3, 'answers that say the opposite');
select ok(bool_and(c.probability > 0.8), 'and pairs like them are probable') from public.match_candidates c
where c.state = 'open' and c.model_version = 3;

-- A list in which equal names make most leads another one teaches nothing.
update private.match_finders set leads = 100 where true;
update private.match_pattern_counts set pairs = 10 * pairs where true;
select is(pg_temp.learn(), 4, 'ten times as many pairs');
select is((m).share_same, 0.01::float8, 'what would make more than one lead in ten another one is left aside')
from (select pg_temp.model() as m) x;
select * from finish();
rollback;

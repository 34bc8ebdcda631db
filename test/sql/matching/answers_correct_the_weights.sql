begin;
\ir ../support/cast.sql
select no_plan();
select private.open_match_scratch() \gset ignored_

create function pg_temp.fit(p_answers jsonb) returns double precision language plpgsql as $$
begin
  perform private.open_match_scratch();
  perform private.set_match_priors(7);
  insert into pg_temp.match_patterns (levels, pairs, same, different, probability, weight)
  select (a ->> 0)::smallint[], 100, (a ->> 1)::float8, (a ->> 2)::float8, 0, (a ->> 3)::float8
  from jsonb_array_elements(p_answers) a;
  perform private.spread_patterns();
  return private.fit_answers();
end
$$;
create function pg_temp.correction(p_comparison integer, p_level integer) returns double precision language sql as $$
  select w.correction from pg_temp.match_weights w where w.comparison = p_comparison and w.level = p_level
$$;
select is(pg_temp.fit('[["{3,3,-1,5,-1,-1,-1}", 0, 0, 4]]'), 0::float8, 'without answers nothing moves');
select ok(pg_temp.fit('[["{3,3,-1,5,-1,-1,-1}", 0, 6, 2], ["{3,3,-1,0,-1,-1,-1}", 0, 6, 1]]') > 0.5,
  'answers that likely pairs are different raise the threshold');
select ok(pg_temp.fit('[["{3,3,-1,5,-1,-1,-1}", 6, 0, -2], ["{3,3,-1,0,-1,-1,-1}", 6, 0, -1]]') < -0.5,
  'answers that unlikely pairs are the same lower it');
select ok(abs(pg_temp.fit('[["{3,3,-1,5,-1,0,-1}", 9, 0, 0], ["{3,3,-1,0,-1,2,-1}", 0, 9, 0]]')) < 0.2,
  'answers of both kinds about equal weights leave the threshold');
select ok(pg_temp.correction(4, 5) > 0.2 and pg_temp.correction(4, 0) < -0.2 and pg_temp.correction(6, 2) < -0.2
  and abs(pg_temp.correction(1, 3)) < 0.2, 'and move the weights of the levels in which they differ');
select ok((select bool_and(abs(w.correction) < 3) from pg_temp.match_weights w), 'a little at a time');
select is((select count(*)::int from pg_temp.match_weights w
  where abs(w.weight - w.correction - log(2, (nullif(w.m, 0) / w.u)::numeric)::float8) > 0.001 and w.comparison > 0),
  0, 'from where they were');
select is(pg_temp.fit('[["{3,0,-1,5,-1,-1,-1}", 5, 0, -35]]'), 0::float8, 'pairs that names keep apart teach nothing');
select * from finish();
rollback;

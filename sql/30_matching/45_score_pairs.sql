-- Step 5: the probability of each pair: its weight, corrected by what persons answered about similar pairs, by the
-- other candidates of its records, and by records that both resemble.

-- The lowest merge_probability that an org may set is 0.9.
create function private.most_probability(p_levels smallint[], p_numbers integer default 0, p_own integer default 7)
returns double precision
language sql immutable parallel safe as $$
  select case
    when coalesce(2::smallint = any (p_levels[8:7 + p_numbers]), false) then 1
    -- Two dates of birth are father and son.
    when p_levels[1] >= 0 and coalesce(0::smallint = any (p_levels[8 + p_numbers:p_own]), false) then 0.3
    when p_levels[1] = 0 then 0.85
    else 1 end::double precision
$$;
comment on function private.most_probability(smallint[], integer, integer) is
  'The highest probability of a pair that nobody answered: with different family names below any probability from '
  'which pairs are merged, because a name after a marriage looks like another person in the house; with two dates of '
  'birth below a half. p_numbers and p_own as in is_vetoed.';

-- An answer is about the pair's levels, not about one of them: logistic regression from the learned weights on, whose
-- corrections stay small unless answers agree on them.
create function private.fit_answers() returns double precision
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_own constant integer := private.count_own();
begin
  update match_weights w set correction = 0 where true;
  -- Comparison -1 is the threshold.
  insert into match_weights (comparison, level, m, u, prior_m, prior_u, weight) values (-1, 0, 0, 0, 0, 0, 0)
  on conflict do nothing;
  for i in 1 .. 60 loop
    with answered as (
      select p.pattern, p.same, p.same + p.different as answers, p.weight
      from match_patterns p where p.same + p.different > 0 and not p.is_random and p.weight > -30
    ), features as (
      select a.pattern, -1::smallint as comparison, 0::smallint as level from answered a
      union all
      select l.pattern, l.comparison, l.level from match_pattern_levels l join answered a using (pattern)
      where l.comparison <= v_own
    ), fitted as (
      select a.pattern, a.same, a.answers, count(*) as features,
        1 / (1 + power(2, -greatest(-60, least(60, a.weight + sum(w.correction))))) as is_one
      from answered a join features f using (pattern) join match_weights w using (comparison, level)
      group by a.pattern, a.same, a.answers, a.weight
    ), steps as (
      select f.comparison, f.level, sum(t.same - t.answers * t.is_one) * ln(2) as slope,
        sum(t.answers * t.features * t.is_one * (1 - t.is_one)) * power(ln(2), 2) as bend
      from features f join fitted t using (pattern)
      group by f.comparison, f.level
    )
    update match_weights w
    set correction = w.correction + (s.slope - w.correction * x.hold) / (s.bend + x.hold)
    from steps s
    -- The threshold moves more easily than the weight of a level.
    cross join lateral (select case s.comparison when -1 then 1 else 3 end as hold) x
    where w.comparison = s.comparison and w.level = s.level;
  end loop;
  update match_weights w set weight = w.weight + w.correction where w.comparison >= 0;
  return -(select w.correction from match_weights w where w.comparison = -1);
end
$$;
comment on function private.fit_answers() is
  'Corrects the learned weights so that the answers in match_patterns are most likely. Returns the weight at which '
  'answers turn from different to same: the threshold.';

create function private.judged(p_levels smallint[], p_weight double precision, p_same double precision,
  p_different double precision, p_numbers integer default 0, p_own integer default 7)
returns double precision
language sql immutable parallel safe as $$
  select least(case when p_same = 0 then private.most_probability(p_levels, p_numbers, p_own) else 1 end,
    (2 / (1 + power(2, -greatest(-60, least(60, p_weight)))) + p_same) / (2 + p_same + p_different))
$$;
comment on function private.judged(smallint[], double precision, double precision, double precision, integer, integer) is
  'The probability of a pair: that of its weight, corrected by answers about pairs with the same levels.';

create function private.score_pairs(p_lambda double precision, p_shift double precision default null)
returns double precision
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_shift double precision := p_shift;
  v_numbers constant integer := private.count_numbers();
  v_own constant integer := private.count_reliable();
begin
  if v_shift is null then
    update match_patterns p set weight = private.weigh_levels(w.weights, p.levels)
    from (select private.match_weights_json(p_lambda) as weights offset 0) w
    where not p.is_random;
    v_shift := private.fit_answers();
  end if;
  update match_patterns p set weight = private.weigh_levels(w.weights, p.levels) - v_shift
  from (select private.match_weights_json(p_lambda) as weights offset 0) w
  where not p.is_random;
  update match_pairs p set weight = q.weight, probability = coalesce(p.answer::integer,
    private.judged(q.levels, q.weight, q.same, q.different, v_numbers, v_own))
  from match_patterns q where q.levels = p.levels and not q.is_random and not p.is_random;
  return v_shift;
end
$$;
comment on function private.score_pairs(double precision, double precision) is
  'Sets weight (log2 of the odds) and probability of all pairs, and returns the shift of the threshold that answers '
  'ask for; p_shift: the one that was found before.';

create function private.drop_dominated_pairs() returns void
language plpgsql volatile set search_path = pg_temp, private as $$
begin
  -- Of two lists, a record rarely has two counterparts: one that is far better excludes the others.
  update match_pairs p set probability = p.probability / (1 + power(2, least(60, x.best - p.weight)))
  from (
    select q.a, q.b, greatest(max(q.weight) over (partition by q.a), max(q.weight) over (partition by q.b)) as best
    from match_pairs q where q.probability > 0.01
  ) x
  where p.a = x.a and p.b = x.b and x.best > p.weight + 3 and p.answer is null;
end
$$;
comment on function private.drop_dominated_pairs() is
  'Lowers the probability of pairs of two lists whose records have a much better counterpart.';

-- A person is what all records that surely are this person say: an unsure pair is compared again with what is known of
-- both of its records' persons, each comparison by the mean of what their records say.
create function private.find_near_records() returns table (record integer, near integer)
language sql stable set search_path = pg_temp, private as $$
  select r.record, r.record from match_records r
  union all
  select t.x, t.y
  from (
    select s.x, s.y, row_number() over (partition by s.x order by s.weight desc, s.y) as place
    from (
      select p.a as x, p.b as y, p.weight from match_pairs p where p.probability >= 0.95
      union all
      select p.b, p.a, p.weight from match_pairs p where p.probability >= 0.95
    ) s
  ) t
  where t.place <= 3
$$;
comment on function private.find_near_records() is
  'Each record with itself and the three others that most surely are the same.';

create function private.find_unsure_pairs() returns table (a integer, b integer, x integer, y integer)
language sql stable set search_path = pg_temp, private as $$
  with near as materialized (select * from private.find_near_records())
  select p.a, p.b, least(s.near, t.near), greatest(s.near, t.near)
  from match_pairs p
  join near s on s.record = p.a
  join near t on t.record = p.b
  where p.probability between 0.001 and 0.999 and p.answer is null and p.weight > -30
    and s.near <> t.near and s.near <> p.b and t.near <> p.a
$$;
comment on function private.find_unsure_pairs() is
  'The unsure pairs, each with the pairs (x, y) of records that surely are one with one of its records each.';

create function private.add_near_pairs() returns void
language plpgsql volatile set search_path = pg_temp, private set enable_nestloop = off as $$
begin
  insert into match_pairs (a, b)
  select distinct u.x, u.y from private.find_unsure_pairs() u
  on conflict (a, b) do nothing;
  analyze pg_temp.match_pairs;
end
$$;
comment on function private.add_near_pairs() is 'Adds the pairs that pool_evidence looks at to those to compare.';

create function private.pool_evidence(p_lambda double precision, p_shift double precision) returns void
language plpgsql volatile set search_path = pg_temp, private set enable_nestloop = off as $$
declare
  v_numbers constant integer := private.count_numbers();
  v_own constant integer := private.count_reliable();
begin
  with levels as (
    select u.a, u.b, l.comparison, w.is_own, avg(w.weight) as weight
    from private.find_unsure_pairs() u
    join match_pairs p on p.a = u.x and p.b = u.y
    join match_patterns q on q.levels = p.levels and not q.is_random
    join match_pattern_levels l using (pattern)
    join match_weights w using (comparison, level)
    group by u.a, u.b, l.comparison, w.is_own
  ), pooled as (
    select l.a, l.b, log(2, (p_lambda / (1 - p_lambda))::numeric)::double precision - p_shift
      + coalesce(sum(l.weight) filter (where l.is_own or l.weight < 0), 0)
      + greatest(0, max(l.weight) filter (where not l.is_own)) as weight
    from levels l group by l.a, l.b
  )
  update match_pairs p set weight = o.weight, probability = private.judged(p.levels, o.weight, q.same, q.different,
    v_numbers, v_own)
  from pooled o, match_patterns q
  where p.a = o.a and p.b = o.b and q.levels = p.levels and not q.is_random and p.answer is null;
end
$$;
comment on function private.pool_evidence(double precision, double precision) is
  'Sets the probability of unsure pairs from all that their persons'' records say.';

create function private.find_bridged_pairs() returns void
language plpgsql volatile set search_path = pg_temp, private as $$
begin
  with strong as (
    select p.a as x, p.b as y from match_pairs p where p.probability >= 0.9
    union all
    select p.b, p.a from match_pairs p where p.probability >= 0.9
  )
  insert into match_pairs (a, b)
  select distinct s.y, t.y from strong s join strong t on s.x = t.x and s.y < t.y
  on conflict (a, b) do nothing;
  analyze pg_temp.match_pairs;
end
$$;
comment on function private.find_bridged_pairs() is
  'Adds the pairs of one list whose records both are a third record to those to compare.';

create function private.close_triangles() returns void
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_numbers constant integer := private.count_numbers();
  v_own constant integer := private.count_reliable();
begin
  -- Of one list, two records that both are a third one are one, too, unless they contradict.
  with strong as (
    select p.a as x, p.b as y, p.probability as is_one from match_pairs p where p.probability >= 0.9
    union all
    select p.b, p.a, p.probability from match_pairs p where p.probability >= 0.9
  ), bridged as (
    select s.y as a, t.y as b, max(s.is_one * t.is_one) as is_one
    from strong s join strong t on s.x = t.x and s.y < t.y
    group by s.y, t.y
  )
  update match_pairs p set probability = greatest(p.probability, least(b.is_one * 0.9, 0.5 + p.probability,
    private.most_probability(p.levels, v_numbers, v_own)))
  from bridged b
  where p.a = b.a and p.b = b.b and p.answer is null and p.weight > -4;
end
$$;
comment on function private.close_triangles() is
  'Raises the probability of pairs of one list whose records both are a third record; pairs that contradict each '
  'other stay apart.';

create function private.cut_contradictions() returns void
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_own constant integer := private.count_reliable();
begin
  -- A record is not two others that contradict each other (father and son): it is the one that it fits better, if any.
  with close as (
    select p.a as x, p.b as y, p.weight from match_pairs p where p.probability >= 0.5 and p.answer is null
    union all
    select p.b, p.a, p.weight from match_pairs p where p.probability >= 0.5 and p.answer is null
  ), rivals as (
    select s.x, s.y, max(t.weight) as weight
    from close s join close t on t.x = s.x and t.y <> s.y
    join match_pairs c on c.a = least(s.y, t.y) and c.b = greatest(s.y, t.y)
    -- Names that differ keep apart, unless all the rest says that one was replaced.
    where c.answer is false
      -- Who married has two family names, one of which may stand with a nickname.
      or c.weight < -35 and not coalesce(c.levels[1] >= 0 and c.levels[2] > 0 or 2 = any (c.levels[8:v_own]), false)
      or c.probability < 0.5 and 0 = any (c.levels[8:v_own])
    group by s.x, s.y
  ), cut as (
    select least(r.x, r.y) as a, greatest(r.x, r.y) as b, max(r.weight) as weight from rivals r group by 1, 2
  )
  update match_pairs p
  set probability = p.probability / (1 + power(2, greatest(-60, least(60, c.weight - p.weight))))
  from cut c where p.a = c.a and p.b = c.b and p.answer is null;
end
$$;
comment on function private.cut_contradictions() is
  'Of one list: lowers the probability of pairs of a record with two others that contradict each other by their names '
  'or a date of birth or number, so that it stays with the one that it fits better.';

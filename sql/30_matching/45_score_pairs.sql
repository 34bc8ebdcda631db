-- Step 5: the probability of each pair: its weight, corrected by what persons answered about similar pairs, by the
-- other candidates of its records, and by records that both resemble.

-- The lowest merge_probability that an org may set is 0.9.
create function private.most_probability(p_levels smallint[]) returns double precision
language sql immutable parallel safe as $$
  select case when p_levels[1] = 0 then 0.85 else 1 end::double precision
$$;
comment on function private.most_probability(smallint[]) is
  'The highest probability of a pair that nobody answered: with different family names below any probability from '
  'which pairs are merged, because a name after a marriage looks like another person in the house.';

create function private.fit_threshold() returns double precision
language sql stable set search_path = pg_temp, private as $$
  -- Likelihood of the answers; few answers move the threshold little.
  select coalesce((
    select c.cut from (select n / 4.0::double precision as cut from generate_series(-32, 32) n) c
    cross join lateral (
      select sum(ln(1 + power(2, least(60, case when p.answer then c.cut - p.weight else p.weight - c.cut end))))
        as loss
      from match_pairs p where p.answer is not null and p.weight > -30
    ) x
    order by x.loss + power(c.cut, 2) * 0.1, abs(c.cut) limit 1), 0)
$$;
comment on function private.fit_threshold() is
  'The weight at which answers turn from different to same: the threshold that agrees best with them.';

create function private.judged(p_levels smallint[], p_weight double precision, p_same double precision,
  p_different double precision)
returns double precision
language sql immutable parallel safe as $$
  select least(case when p_same = 0 then private.most_probability(p_levels) else 1 end,
    (2 / (1 + power(2, -greatest(-60, least(60, p_weight)))) + p_same) / (2 + p_same + p_different))
$$;
comment on function private.judged(smallint[], double precision, double precision, double precision) is
  'The probability of a pair: that of its weight, corrected by answers about pairs with the same levels.';

create function private.score_pairs(p_lambda double precision) returns double precision
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_shift double precision;
  v_weights constant jsonb := private.match_weights_json(p_lambda);
begin
  update match_patterns p set weight = private.weigh_levels(v_weights, p.levels)
  where not p.is_random;
  update match_pairs p set weight = q.weight from match_patterns q
  where q.levels = p.levels and not q.is_random and not p.is_random;
  v_shift := private.fit_threshold();
  update match_pairs p set weight = q.weight - v_shift,
    probability = coalesce(p.answer::integer,
      private.judged(q.levels, q.weight - v_shift, q.same, q.different))
  from match_patterns q where q.levels = p.levels and not q.is_random and not p.is_random;
  return v_shift;
end
$$;
comment on function private.score_pairs(double precision) is
  'Sets weight (log2 of the odds) and probability of all pairs, and returns the shift of the threshold that answers '
  'asked for.';

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
  update match_pairs p set probability = greatest(p.probability, least(b.is_one * 0.9, 0.5 + p.probability))
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
  v_own constant integer := (select max(w.comparison) from match_weights w where w.is_own);
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
    where c.answer is false or c.weight < -35 or c.probability < 0.5 and 0 = any (c.levels[8:v_own])
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

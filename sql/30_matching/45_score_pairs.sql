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

create function private.score_pairs(p_lambda double precision) returns double precision
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_shift double precision := 0;
  v_numbers constant integer := (select count(*) from match_weights w where w.is_number and w.level = 0);
begin
  update match_patterns p set weight = w.weight
  from (
    select q.levels, log(2, (p_lambda / (1 - p_lambda))::numeric)::float8 + coalesce(sum(w.weight), 0)
      - case when private.is_vetoed(q.levels, v_numbers) then 40 else 0 end as weight
    from match_patterns q
    cross join lateral unnest(q.levels) with ordinality l (level, c)
    left join match_weights w on w.comparison = l.c and w.level = l.level
    group by q.levels
  ) w
  where p.levels = w.levels;
  update match_pairs p set weight = q.weight from match_patterns q where q.levels = p.levels;

  -- The threshold that agrees best with the answers becomes the middle; few answers move it little.
  select c.cut into v_shift
  from (select n / 2.0::float8 as cut from generate_series(-6, 6) n) c
  cross join lateral (
    select count(*) filter (where p.answer <> (p.weight > c.cut)) as wrong from match_pairs p
    where p.answer is not null and p.weight > -30
  ) x
  where (select count(distinct p.answer) from match_pairs p) = 2
  order by x.wrong + abs(c.cut) * 0.8, abs(c.cut)
  limit 1;
  v_shift := coalesce(v_shift, 0);

  -- Answers about pairs with the same levels outweigh the model.
  update match_pairs p set weight = q.weight - v_shift,
    probability = least(case when q.same = 0 then private.most_probability(q.levels) else 1 end,
      (2 / (1 + power(2, -greatest(-60, least(60, q.weight - v_shift)))) + q.same) / (2 + q.same + q.different))
  from match_patterns q where q.levels = p.levels;
  update match_pairs p set probability = p.answer::integer where p.answer is not null;
  return v_shift;
end
$$;
comment on function private.score_pairs(double precision) is
  'Sets weight (log2 of the odds) and probability of all pairs, and returns the shift of the threshold that answers '
  'asked for. Names that share nothing are never one.';

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

create function private.close_triangles() returns void
language plpgsql volatile set search_path = pg_temp, private as $$
begin
  -- Of one list, two records that both are a third one are one, too, unless they were compared and contradict.
  with strong as (
    select p.a as x, p.b as y, p.probability as is_one from match_pairs p where p.probability >= 0.9
    union all
    select p.b, p.a, p.probability from match_pairs p where p.probability >= 0.9
  ), bridged as (
    select s.y as a, t.y as b, max(s.is_one * t.is_one) as is_one, count(*) as bridges
    from strong s join strong t on s.x = t.x and s.y < t.y
    group by s.y, t.y
  )
  insert into match_pairs as p (a, b, levels, weight, probability)
  select b.a, b.b, null, null, b.is_one * 0.9
  from bridged b where b.is_one >= 0.95 or b.bridges > 1 or exists (
    select from match_pairs q where q.a = b.a and q.b = b.b)
  on conflict (a, b) do update
    set probability = greatest(p.probability, least(excluded.probability, 0.5 + p.probability))
    where p.answer is null and p.weight > -4 and p.probability < excluded.probability;
end
$$;
comment on function private.close_triangles() is
  'Adds pairs of one list whose records both are a third record; pairs that contradict each other stay apart.';

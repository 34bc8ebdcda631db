-- Step 4: how much each level says. Expectation and maximisation over the patterns of levels; answers of persons
-- count for many pairs. The priors stand for what is known before any list is seen, and keep small lists from strange
-- results.

create function private.match_priors() returns jsonb
language sql immutable parallel safe as $$
  select '{"1":[[0.05,0.03,0.12,0.8],[0.8,0.08,0.03,0.09]],
    "2":[[0.015,0.03,0.17,0.785],[0.8,0.05,0.06,0.09]],
    "3":[[0.005,0.015,0.05,0.13,0.2,0.6],[0.45,0.25,0.14,0.08,0.04,0.04]],
    "4":[[0.08,0.03,0.06,0.08,0.1,0.65],[0.68,0.12,0.05,0.05,0.05,0.05]],
    "5":[[0.07,0.07,0.16,0.7],[0.45,0.15,0.2,0.2]],
    "6":[[0.14,0.06,0.8],[0.94,0.02,0.04]],
    "7":[[0.14,0.06,0.8],[0.94,0.03,0.03]],
    "number":[[0.01,0.06,0.93],[0.93,0.05,0.02]],
    "other":[[0.12,0.13,0.75],[0.7,0.1,0.2]]}'::jsonb
$$;
comment on function private.match_priors() is
  'Shares of each level among records that are one, and among other candidates, before anything is learned; by '
  'comparison, levels from 0. number: a date of birth or the number of a person or firm.';

create function private.is_number_of_one(p_header text) returns boolean
language sql immutable parallel safe as $$
  select coalesce(p_header ~* ('passport|ssn|social.?sec|licen[cs]e.?(n|#|id|$)|tax.?id|national.?id|registration|'
    '(^|[^a-z])(ein|vat|npi)($|[^a-z])') and p_header !~* 'state|country|type', false)
$$;
comment on function private.is_number_of_one(text) is
  'Whether the header of another column names a number that a person or firm has alone.';

create function private.set_match_priors(p_comparisons integer, p_extras text[] default '{}') returns void
language plpgsql volatile set search_path = pg_temp, private as $$
begin
  truncate match_weights;
  insert into match_weights (comparison, level, m, u, prior_m, prior_u, weight, strength, is_number)
  select c, o - 1, m.value::float8, u.value::float8, m.value::float8, u.value::float8,
    log(2, (m.value::float8 / u.value::float8)::numeric),
    -- What a date of birth says is known; what other columns mean is not, so there the list decides sooner.
    case when c <= 7 then 60 when p.is_known then 400 else 15 end, private.is_number_of_one(p_extras[c - 7])
  from generate_series(1, p_comparisons) c
  cross join lateral (
    select x.is_known, coalesce(private.match_priors() -> c::text, private.match_priors()
      -> case when x.is_known then 'number' else 'other' end) as p
    from (select coalesce(private.is_number_of_one(p_extras[c - 7]) or p_extras[c - 7] ~* 'birth|dob', false)
      as is_known) x) p
  cross join lateral jsonb_array_elements_text(p.p -> 0) with ordinality m (value, o)
  join lateral jsonb_array_elements_text(p.p -> 1) with ordinality u (value, n) on m.o = u.n;
end
$$;
comment on function private.set_match_priors(integer, text[]) is
  'Fills match_weights with the priors; p_extras: the headers of the other columns.';

create function private.count_patterns() returns void
language plpgsql volatile set search_path = pg_temp, private as $$
begin
  truncate match_patterns;
  insert into match_patterns (levels, pairs, same, different, probability)
  select p.levels, count(*), count(*) filter (where p.answer), count(*) filter (where not p.answer), 0
  from match_pairs p group by p.levels;
  analyze pg_temp.match_patterns;
end
$$;
comment on function private.count_patterns() is 'Counts the candidate pairs by their levels.';

create function private.is_vetoed(p_levels smallint[], p_numbers integer default 0) returns boolean
language sql immutable parallel safe as $$
  select p_levels[3] = 0 and p_levels[1] < 0 or (p_levels[1] >= 0 and (p_levels[2] = 0 or p_levels[3] = 0)
    and not coalesce(2::smallint = any (p_levels[8:7 + p_numbers]), false))
$$;
comment on function private.is_vetoed(smallint[], integer) is
  'Whether the names keep two records apart, whatever else they share: two names without a common word, two persons '
  'who share no more than a nickname, or two with different given names (a household, twins), unless they have the '
  'same number of one (a passport); the first p_numbers other columns are such numbers.';

create function private.learn_weights(p_rounds integer default 25, p_trust double precision default 10)
returns double precision
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_lambda double precision := 0.1;
  v_pairs double precision;
  v_numbers constant integer := (select count(*) from match_weights w where w.is_number and w.level = 0);
begin
  select sum(p.pairs) into v_pairs from match_patterns p;
  if v_pairs is null then
    return v_lambda;
  end if;
  for i in 1 .. p_rounds loop
    update match_patterns p set probability = case when private.is_vetoed(p.levels, v_numbers) then 0
      else 1 / (1 + power(2, -greatest(-60, least(60, w.weight + log(2, (v_lambda / (1 - v_lambda))::numeric))))) end
    from (
      select q.levels, coalesce(sum(w.weight), 0) as weight
      from match_patterns q
      cross join lateral unnest(q.levels) with ordinality l (level, c)
      left join match_weights w on w.comparison = l.c and w.level = l.level
      group by q.levels
    ) w
    where p.levels = w.levels;
    select least(0.9, greatest(1e-4, (sum(x.m) + 1) / (sum(x.m + x.u) + 10))) into v_lambda
    from (select p.same * p_trust + (p.pairs - p.same - p.different) * p.probability as m,
      p.different * p_trust + (p.pairs - p.same - p.different) * (1 - p.probability) as u from match_patterns p) x;
    with counts as (
      select l.c, l.level,
        sum(p.same * p_trust + (p.pairs - p.same - p.different) * p.probability) as m,
        sum(p.different * p_trust + (p.pairs - p.same - p.different) * (1 - p.probability)) as u
      from match_patterns p cross join lateral unnest(p.levels) with ordinality l (level, c)
      where l.level >= 0
      group by l.c, l.level
    ), totals as (
      select c.c, sum(c.m) as m, sum(c.u) as u from counts c group by c.c
    ), shares as (
      select w.comparison, w.level,
        (coalesce(c.m, 0) + w.strength * w.prior_m) / (coalesce(t.m, 0) + w.strength) as m,
        (coalesce(c.u, 0) + w.strength * w.prior_u) / (coalesce(t.u, 0) + w.strength) as u
      from match_weights w
      left join totals t on t.c = w.comparison
      left join counts c on c.c = w.comparison and c.level = w.level
    )
    -- The closest agreement never speaks against a pair, and a difference never for it.
    update match_weights w set m = s.m, u = s.u,
      weight = case when s.level = 0 then least(0, log(2, (s.m / s.u)::numeric))
        when s.level = x.top then greatest(0, log(2, (s.m / s.u)::numeric)) else log(2, (s.m / s.u)::numeric) end
    from shares s join (select y.comparison, max(y.level) as top from match_weights y group by y.comparison) x
      using (comparison) where s.comparison = w.comparison and s.level = w.level;
  end loop;
  return v_lambda;
end
$$;
comment on function private.learn_weights(integer, double precision) is
  'Learns m and u of every level from match_patterns; an answer counts for p_trust pairs. Returns the share of pairs '
  'that are one (lambda).';

-- Step 4: how much each level says. Expectation and maximisation over the patterns of levels; answers of persons
-- count for many pairs. The priors stand for what is known before any list is seen, and keep small lists from strange
-- results.

create function private.match_priors() returns jsonb
language sql immutable parallel safe as $$
  select '{"1":[[0.04,0.02,0.1,0.42,0.42],[0.93,0.03,0.02,0.015,0.005]],
    "2":[[0.015,0.04,0.165,0.48,0.3],[0.9,0.04,0.025,0.03,0.005]],
    "3":[[0.005,0.015,0.05,0.13,0.2,0.6],[0.9,0.06,0.025,0.01,0.003,0.002]],
    "4":[[0.1,0.03,0.06,0.06,0.1,0.65],[0.95,0.03,0.008,0.003,0.004,0.005]],
    "5":[[0.07,0.07,0.16,0.7],[0.7,0.06,0.12,0.12]],
    "6":[[0.25,0.05,0.7],[0.98,0.015,0.005]],
    "7":[[0.25,0.05,0.35,0.35],[0.98,0.015,0.004,0.001]],
    "number":[[0.01,0.06,0.93],[0.98,0.015,0.005]],
    "other":[[0.12,0.13,0.75],[0.7,0.1,0.2]]}'::jsonb
$$;
comment on function private.match_priors() is
  'Shares of each level among records that are one, and among strangers, before anything is learned; by comparison, '
  'levels from 0. number: a date of birth or the number of a person or firm.';

create function private.is_number_of_one(p_header text) returns boolean
language sql immutable parallel safe as $$
  select coalesce(p_header ~* ('passport|ssn|soc(ial)?.?sec|licen[cs]e.?(n|#|id|$)|tax.?id|national.?id|registration|'
    '(^|[^a-z])(ein|vat|npi)($|[^a-z])') and p_header !~* 'state|country|type', false)
$$;
comment on function private.is_number_of_one(text) is
  'Whether the header of another column names a number that a person or firm has alone.';

create function private.is_birth(p_header text) returns boolean
language sql immutable parallel safe as $$
  select coalesce(p_header ~* 'birth|dob', false)
$$;
comment on function private.is_birth(text) is 'Whether the header of another column names a date of birth.';

create function private.branch_weight() returns double precision
language sql immutable parallel safe as $$
  select -4::double precision
$$;
comment on function private.branch_weight() is
  'The weight of two addresses of firms: firms move less than persons, and branches share name and phone.';

create function private.set_match_priors(p_comparisons integer, p_extras text[] default '{}') returns void
language plpgsql volatile set search_path = pg_temp, private as $$
begin
  truncate match_weights;
  insert into match_weights (comparison, level, m, u, prior_m, prior_u, weight, strength, is_number, is_own)
  select c, o - 1, m.value::float8, u.value::float8, m.value::float8, u.value::float8,
    log(2, (m.value::float8 / u.value::float8)::numeric),
    -- What a date of birth says is known; what other columns mean is not, so there the list decides sooner.
    case when c <= 7 then 60 when p.is_known then 400 else 15 end, private.is_number_of_one(p_extras[c - 7]),
    c <= 7 or p.is_known
  from generate_series(1, p_comparisons) c
  cross join lateral (
    select x.is_known, coalesce(private.match_priors() -> c::text, private.match_priors()
      -> case when x.is_known then 'number' else 'other' end) as p
    from (select private.is_number_of_one(p_extras[c - 7]) or private.is_birth(p_extras[c - 7]) as is_known) x) p
  cross join lateral jsonb_array_elements_text(p.p -> 0) with ordinality m (value, o)
  join lateral jsonb_array_elements_text(p.p -> 1) with ordinality u (value, n) on m.o = u.n;
  insert into match_weights (comparison, level, m, u, prior_m, prior_u, weight)
  select 0, n, 0, 0, 0, 0, n / 16 * private.branch_weight() from generate_series(0, 31) n;
end
$$;
comment on function private.set_match_priors(integer, text[]) is
  'Fills match_weights with the priors; p_extras: the headers of the other columns.';

create function private.count_own() returns integer
language sql stable set search_path = pg_temp, private as $$
  select coalesce(max(w.comparison), 7)::integer from match_weights w where w.is_own
$$;
comment on function private.count_own() is
  'The last comparison of a fact that a person or firm has alone: 7, the numbers of one, the dates of birth.';

create function private.count_numbers() returns integer
language sql stable set search_path = pg_temp, private as $$
  select count(*)::integer from match_weights w where w.is_number and w.level = 0
$$;
comment on function private.count_numbers() is 'How many of the other columns are numbers of one.';

create function private.count_reliable() returns integer
language sql stable set search_path = pg_temp, private as $$
  select case when exists (select from match_weights w
      where w.is_own and not w.is_number and w.comparison > 7 and w.level = 0 and w.m > 0.05)
    then 7 + private.count_numbers() else private.count_own() end
$$;
comment on function private.count_reliable() is
  'count_own; without the dates of birth if those of one person differ more often than one time in twenty.';

create function private.spread_patterns() returns void
language plpgsql volatile set search_path = pg_temp, private as $$
begin
  truncate match_pattern_levels;
  insert into match_pattern_levels (pattern, comparison, level)
  select p.pattern, l.comparison, l.level from match_patterns p cross join lateral private.level_keys(p.levels) l;
  analyze pg_temp.match_patterns;
  analyze pg_temp.match_pattern_levels;
end
$$;
comment on function private.spread_patterns() is 'Fills match_pattern_levels.';

create function private.count_patterns() returns void
language plpgsql volatile set search_path = pg_temp, private as $$
begin
  truncate match_patterns;
  insert into match_patterns (levels, is_random, pairs, same, different, probability)
  select p.levels, p.is_random, count(*), count(*) filter (where p.answer), count(*) filter (where not p.answer), 0
  from match_pairs p group by p.levels, p.is_random;
  perform private.spread_patterns();
end
$$;
comment on function private.count_patterns() is 'Counts the compared pairs by their levels.';

create function private.is_vetoed(p_levels smallint[], p_numbers integer default 0, p_own integer default 7)
returns boolean
language sql immutable parallel safe as $$
  select p_levels[3] = 0 and p_levels[1] < 0 or (p_levels[1] >= 0 and (p_levels[2] = 0 or p_levels[3] = 0)
    and not coalesce(2::smallint = any (p_levels[8:7 + p_numbers]), false)
    -- Liz Finch, born the same day as Elizabeth Falk and in the same house, has married.
    and not (p_levels[2] > 0 and coalesce(2::smallint = any (p_levels[8 + p_numbers:p_own]), false)
      and (p_levels[4] >= 4 or p_levels[6] = 2 or p_levels[7] >= 2))
    -- So has Liz Finch with the mailbox efinch@ of Elizabeth Falk.
    and not (p_levels[2] > 0 and p_levels[7] = 3))
$$;
comment on function private.is_vetoed(smallint[], integer, integer) is
  'Whether the names keep two records apart, whatever else they share: two names without a common word, two persons '
  'who share no more than a nickname, or two with different given names (a household, twins), unless they have the '
  'same number of one (a passport); the first p_numbers other columns are such numbers. The next ones, up to comparison '
  'p_own, are dates of birth: with the same one, a nickname, and a house, phone or e-mail, a family name may differ.';

create function private.shared_bits(p_levels smallint[]) returns smallint
language sql immutable parallel safe as $$
  -- Firms of one name in one house are one, but branches share name and phone.
  select (case when p_levels[1] >= 2 or p_levels[1] = -1 and p_levels[3] >= 3
      or p_levels[1] = -2 and p_levels[3] >= 3 and p_levels[4] < 4 then 1 else 0 end
    + case when p_levels[4] >= 4 then 2 else 0 end + case when p_levels[6] = 2 then 4 else 0 end
    + case when p_levels[7] >= 2 then 8 else 0 end
    + case when p_levels[1] = -2 and (p_levels[4] in (0, 1) or p_levels[4] = -1 and p_levels[5] = 0) then 16
      else 0 end)::smallint
$$;
comment on function private.shared_bits(smallint[]) is
  'What a household or office has in common: 1 the (family) name, 2 the house, 4 a phone, 8 an e-mail; 16: two firms at '
  'two addresses.';

create function private.known_bits(p_levels smallint[]) returns smallint
language sql immutable parallel safe as $$
  select (case when greatest(p_levels[1], p_levels[3]) >= 0 then 1 else 0 end
    + case when p_levels[4] >= 0 then 2 else 0 end + case when p_levels[6] >= 0 then 4 else 0 end
    + case when p_levels[7] >= 0 then 8 else 0 end)::smallint
$$;
comment on function private.known_bits(smallint[]) is 'Which of the bits of shared_bits both records know.';

create function private.level_keys(p_levels smallint[]) returns table (comparison smallint, level smallint)
language sql immutable parallel safe as $$
  select 0::smallint, private.shared_bits(p_levels)
  union all
  select t.c::smallint, t.level from unnest(p_levels) with ordinality t (level, c) where t.level >= 0
$$;
comment on function private.level_keys(smallint[]) is 'The rows of match_weights whose weights a pair has.';

-- Strangers of one household share name, house, phone and e-mail at once: as often as is counted, not as often as
-- chance would have it.
create function private.learn_ties(p_scale double precision, p_trust double precision) returns void
language sql volatile set search_path = pg_temp, private as $$
  with patterns as (
    select private.shared_bits(p.levels)::integer as bits, private.known_bits(p.levels)::integer as known,
      sum(case when p.is_random then p.pairs * p_scale
        else p.different * p_trust + (p.pairs - p.same - p.different) * (1 - p.probability) end) as pairs
    from match_patterns p group by 1, 2
  ), singles as (
    select b, coalesce(sum(p.pairs) filter (where p.bits & b = b) / nullif(sum(p.pairs), 0), 0) as share
    from unnest('{1,2,4,8}'::integer[]) b left join patterns p on p.known & b = b
    group by b
  ), joint as (
    select w.level, sum(p.pairs) filter (where p.bits & w.level = w.level) as seen, sum(p.pairs) as known,
      (select exp(sum(ln(greatest(s.share, 1e-12)))) from singles s where s.b & w.level = s.b) as by_chance
    from match_weights w
    left join patterns p on p.known & w.level = w.level
    where w.comparison = 0 and w.level < 16 and w.level not in (0, 1, 2, 4, 8)
    group by w.level
  )
  update match_weights w set u = coalesce(j.seen / nullif(j.known, 0), 0), m = j.by_chance,
    weight = greatest(-10, -log(2, greatest(1, (coalesce(j.seen, 0) + 1)
      / (coalesce(j.known, 0) * j.by_chance + 1))::numeric))
      + w.level / 16 * private.branch_weight()
  from joint j where w.comparison = 0 and w.level % 16 = j.level
$$;
comment on function private.learn_ties(double precision, double precision) is
  'Sets the weights of comparison 0 from match_patterns: how much more often strangers share several things at once '
  'than each of them would by chance.';

create function private.learn_weights(
  p_all_pairs double precision, p_rounds integer default 25, p_trust double precision default 3
) returns double precision
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_compared double precision;
  v_random double precision;
  v_scale double precision;
  v_lambda double precision;
  v_before double precision;
  v_numbers constant integer := private.count_numbers();
  v_own constant integer := private.count_own();
begin
  select coalesce(sum(p.pairs) filter (where not p.is_random), 0), sum(p.pairs) filter (where p.is_random)
  into v_compared, v_random from match_patterns p;
  -- A random pair stands for all that are no candidates.
  v_scale := greatest(0, p_all_pairs - v_compared) / v_random;
  v_lambda := greatest(0.05 * v_compared, 0.5) / greatest(p_all_pairs, 2);
  for i in 1 .. p_rounds loop
    exit when v_compared = 0;
    update match_patterns p set probability = case when private.is_vetoed(p.levels, v_numbers, v_own) then 0
      else 1 / (1 + power(2, -greatest(-60, least(60, w.weight + log(2, (v_lambda / (1 - v_lambda))::numeric))))) end
    from (
      select l.pattern, coalesce(sum(w.weight) filter (where w.is_own or w.weight < 0), 0)
        + greatest(0, max(w.weight) filter (where not w.is_own)) as weight
      from match_pattern_levels l join match_weights w using (comparison, level)
      group by l.pattern
    ) w
    where p.pattern = w.pattern and not p.is_random;
    v_before := v_lambda;
    select least(0.8 * v_compared, greatest(0.5,
      sum(p.same * p_trust + (p.pairs - p.same - p.different) * p.probability)
        / (1 + sum(p.same + p.different) * (p_trust - 1) / v_compared))) / greatest(p_all_pairs, 2)
    into v_lambda from match_patterns p where not p.is_random;
    with counts as (
      select l.comparison, l.level,
        sum(case when p.is_random then 0
          else p.same * p_trust + (p.pairs - p.same - p.different) * p.probability end) as m,
        sum(case when p.is_random then p.pairs * v_scale
          else p.different * p_trust + (p.pairs - p.same - p.different) * (1 - p.probability) end) as u
      from match_patterns p join match_pattern_levels l using (pattern)
      group by l.comparison, l.level
    ), totals as (
      select c.comparison, sum(c.m) as m, sum(c.u) as u from counts c group by c.comparison
    ), shares as (
      select w.comparison, w.level,
        (coalesce(c.m, 0) + w.strength * w.prior_m) / (coalesce(t.m, 0) + w.strength) as m,
        (coalesce(c.u, 0) + x.strength * w.prior_u) / greatest(coalesce(t.u, 0) + x.strength, 1e-9) as u
      from match_weights w
      left join totals t using (comparison)
      left join counts c using (comparison, level)
      -- Without random pairs, strangers are what is known before.
      cross join lateral (select greatest(w.strength, 0.02 * coalesce(t.u, 0),
        case when v_random is null then p_all_pairs - v_compared end) as strength) x
      where w.comparison > 0
    ), weighed as (
      -- A closer agreement never says less than a lesser one; the closest never speaks against a pair, and a
      -- difference never for it.
      select s.comparison, s.level, s.m, s.u,
        min(log(2, (s.m / s.u)::numeric)) over (partition by s.comparison order by s.level desc) as weight,
        max(s.level) over (partition by s.comparison) as top
      from shares s
    )
    update match_weights w set m = s.m, u = s.u,
      weight = greatest(-14, least(14, case when s.level = 0 then least(0, s.weight)
        when s.level = s.top then greatest(0, s.weight) else s.weight end))
    from weighed s where s.comparison = w.comparison and s.level = w.level;
    perform private.learn_ties(coalesce(v_scale, 0), p_trust);
    exit when i > 5 and abs(v_lambda / v_before - 1) < 0.001;
  end loop;
  return v_lambda;
end
$$;
comment on function private.learn_weights(double precision, integer, double precision) is
  'Learns m and u of every level from match_patterns; an answer counts for p_trust pairs. Strangers are all '
  'p_all_pairs, as random ones show them, not the candidates alone, which all have something in common. Returns the '
  'share of all pairs that are one (lambda).';

create function private.share_same() returns double precision
language sql stable set search_path = pg_temp, private as $$
  select coalesce(sum(p.pairs * p.probability) / nullif(sum(p.pairs), 0), 0)
  from match_patterns p where not p.is_random
$$;
comment on function private.share_same() is 'The share of candidates that are one, as last learned.';

create function private.match_weights_json(p_lambda double precision) returns jsonb
language sql stable set search_path = pg_temp, private as $$
  select jsonb_object_agg(w.comparison, w.levels) || jsonb_build_object(
    'prior', log(2, (p_lambda / (1 - p_lambda))::numeric)::double precision, 'numbers', private.count_numbers(),
    'own', private.count_own())
  from (
    select x.comparison, jsonb_agg(jsonb_build_array(x.m, x.u, x.weight) order by x.level) as levels
    from match_weights x where x.comparison >= 0 group by x.comparison) w
$$;
comment on function private.match_weights_json(double precision) is
  'The learned weights as match_models keeps them. prior: the weight of a pair about which nothing is known; numbers: '
  'how many of the other columns are numbers of one; own: the last comparison of an own fact.';

-- Other columns often depend on each other (a firm''s director and website): the one that says the most counts.
create function private.weigh_levels(p_weights jsonb, p_levels smallint[]) returns double precision
language sql immutable parallel safe as $$
  select (p_weights ->> 'prior')::double precision
    + coalesce(sum(l.weight) filter (where l.comparison <= (p_weights ->> 'own')::integer or l.weight < 0), 0)
    + greatest(0, max(l.weight) filter (where l.comparison > (p_weights ->> 'own')::integer))
    - case when private.is_vetoed(p_levels, (p_weights ->> 'numbers')::integer,
      (p_weights ->> 'own')::integer) then 40 else 0 end
  from (
    select k.comparison, (p_weights -> k.comparison::text -> k.level::integer ->> 2)::double precision as weight
    from private.level_keys(p_levels) k) l
$$;
comment on function private.weigh_levels(jsonb, smallint[]) is
  'The weight (log2 of the odds) of a pair with these levels; names that share nothing are never one.';

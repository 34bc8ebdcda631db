-- match by answers: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."fit_threshold"();

DROP FUNCTION "private"."is_vetoed"(smallint[], integer);

DROP FUNCTION "private"."judged"(smallint[], double precision, double precision, double precision);

DROP FUNCTION "private"."learn_weights"(double precision, integer, double precision);

DROP FUNCTION "private"."most_probability"(smallint[]);

DROP FUNCTION "private"."score_pairs"(double precision);

ALTER TABLE "private"."match_weights"
  ADD COLUMN "correction" double precision NOT NULL DEFAULT 0;

CREATE OR REPLACE FUNCTION private.close_triangles()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.compare_address (
  a_house  text,
  a_street text,
  a_unit   text,
  b_house  text,
  b_street text,
  b_unit   text
)
  RETURNS smallint
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select (case
    when a_street is null or b_street is null then -1
    when a_house = b_house and (a_street = b_street or extensions.similarity(a_street, b_street) >= 0.6
        or extensions.similarity(replace(a_street, ' ', ''), replace(b_street, ' ', '')) >= 0.6)
      then case when a_unit is distinct from b_unit then 4 else 5 end
    -- NORTHPOINT and N POINT ST, but not ALDER ST and ALDER AVE.
    when a_house = b_house and (private.spell_direction(a_street, true)
        in (private.spell_direction(b_street, true), private.spell_direction(b_street, false))
        or private.spell_direction(a_street, false) = private.spell_direction(b_street, true))
      then case when a_unit is distinct from b_unit then 4 else 5 end
    when a_house = b_house and extensions.similarity(a_street, b_street) >= 0.25 then 3
    when (a_house is null or b_house is null or private.is_one_edit(a_house, b_house))
      and extensions.similarity(a_street, b_street) >= 0.6 then 2
    when extensions.similarity(a_street, b_street) >= 0.6 then 1
    -- A corner or a PO box contradicts no house.
    when a_house is null or b_house is null then -1
    else 0 end)::smallint
$function$;

CREATE OR REPLACE FUNCTION private.compare_family (
  a text,
  b text
)
  RETURNS smallint
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select (case when a is null or b is null then -1 when a = b then 3
    when private.is_one_edit(a, b) or extensions.similarity(a, b) >= 0.5 or private.are_two_edits(a, b)
      or (least(length(a), length(b)) > 3 and (position(a in b) > 0 or position(b in a) > 0)) then 2
    when extensions.similarity(a, b) >= 0.25 then 1
    else 0 end)::smallint
$function$;

CREATE OR REPLACE FUNCTION private.compare_given (
  a          text,
  a_forms    text[],
  a_is_known boolean,
  b          text,
  b_forms    text[],
  b_is_known boolean
)
  RETURNS smallint
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select (case when a is null or b is null then -1 when a = b then 3
    when length(a) = 1 or length(b) = 1 then case when left(a, 1) = left(b, 1)
        or position(case when length(a) = 1 then a else b end in coalesce(private.nickname_initials()
          ->> case when length(a) = 1 then b else a end, '')) > 0
        -- A and TONY: ANTHONY.
        or case when length(a) = 1 then a else b end = any (array(
          select left(f, 1) from unnest(case when length(a) = 1 then b_forms else a_forms end) f)) then 1 else 0 end
    when a_forms && b_forms then 2
    -- Two names that exist are rarely each other's typing error: Mary and Mark, Patrick and Patricia.
    when not (a_is_known and b_is_known) and (extensions.similarity(a, b) >= 0.4 or private.is_one_edit(a, b)
      or private.are_two_edits(a, b)) then 2
    when length(private.name_skeleton(a)) > 1 and private.name_skeleton(a) = private.name_skeleton(b) then 1
    else 0 end)::smallint
$function$;

CREATE OR REPLACE FUNCTION private.compare_pairs()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET enable_nestloop TO 'off'
  AS $function$
declare
  v_extras text := (
    select string_agg(format('private.compare_text(a.extras[%1$s], b.extras[%1$s])', n), ', ' order by n)
    from generate_series(1, (select max(cardinality(r.extras)) from match_records r)) n);
begin
  execute format($sql$
    update match_pairs p set levels = array[
      case when not k.persons then
          -- Names without a known given name are those of firms.
          case when a.is_firm or b.is_firm or a.roles !~ '[gex]' or b.roles !~ '[gex]' then -2 else -1 end
        when k.swapped then 2
        when a.last_name = b.last_name and not a.last_is_common then 4
        else private.compare_family(a.last_name, b.last_name) end,
      case when not k.persons then -1 when k.swapped then case when k.whole then 2 else -1 end
        when a.generation <> b.generation then 0
        -- Gary E and Gary K.
        when a.first_name = b.first_name then case when a.middle <> b.middle then 1
          when a.first_is_common or length(a.first_name) = 1 then 3 else 4 end
        else private.compare_given(a.first_name, a.first_forms, a.first_is_known, b.first_name, b.first_forms,
          b.first_is_known) end,
      case when k.persons then
          -- Ed Finch and Ned Falk: a nickname or a typing error in common is nothing in common.
          case when not k.swapped and a.last_name is not null and b.last_name is not null
            and private.compare_family(a.last_name, b.last_name) = 0 and a.first_name is distinct from b.first_name
            and not private.names_agree(row(a.words, a.roles, a.is_firm)::private.parsed_name,
              row(b.words, b.roles, b.is_firm)::private.parsed_name) then 0 else -1 end
        when a.generation <> b.generation then 0
        else private.compare_whole_names(a.words, a.weights, a.joined, b.words, b.weights, b.joined) end,
      k.address,
      -- The same house and street imply the place; only another place says something. Who moves may leave town.
      case when k.address >= 3 and k.place > 0 or k.address = 0 and k.place = 0 then -1 else k.place end,
      -- What many share says nothing.
      case when a.shared_phones && b.shared_phones then -1 else private.compare_lists(a.phones, b.phones, false) end,
      case when a.shared_emails && b.shared_emails then -1 else private.compare_lists(a.emails, b.emails, true) end
      %s]::smallint[]
    from match_records a, match_records b,
      lateral (
        select h.persons, h.whole,
          h.persons and a.last_name is distinct from b.last_name and a.first_name is distinct from b.first_name
            and (private.compare_family(a.last_name, b.first_name) >= 2 or a.last_forms && b.first_forms
              or not h.whole or private.is_initial_of(a.last_name, b.first_name)
                and private.compare_family(a.first_name, b.last_name) = 3)
            and (private.compare_family(a.first_name, b.last_name) >= 2 or a.first_forms && b.last_forms
              or not h.whole and private.compare_family(a.last_name, b.first_name) >= 2
              or private.is_initial_of(b.last_name, a.first_name)
                and private.compare_family(a.last_name, b.first_name) = 3) as swapped,
          private.compare_address(a.house_number, a.street, a.unit, b.house_number, b.street, b.unit) as address,
          private.compare_place(a.city, a.state, a.zip, b.city, b.state, b.zip) as place
        from (select num_nulls(a.first_name, a.last_name, b.first_name, b.last_name) = 0 as whole,
          num_nonnulls(a.first_name, a.last_name) > 0 and num_nonnulls(b.first_name, b.last_name) > 0 as persons) h
        offset 0) k
    where p.a = a.record and p.b = b.record and p.levels is null
  $sql$, ', ' || v_extras);
end
$function$;

CREATE OR REPLACE FUNCTION private.compare_words (
  a         text[],
  a_weights real[],
  b         text[],
  b_weights real[]
)
  RETURNS smallint
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  n integer := cardinality(a);
  m integer := cardinality(b);
  v_best real;
  v_like real;
  v_a real := 0;
  v_b real := 0;
  v_of_b real[] := array_fill(0::real, array[greatest(m, 1)]);
  v_total_a real := 0;
  v_total_b real := 0;
  v_word text;
  v_other text;
  v_dice real;
  v_part real;
begin
  if n = 0 or m = 0 then
    return -1;
  end if;
  for i in 1 .. n loop
    v_word := a[i];
    v_best := 0;
    for j in 1 .. m loop
      v_other := b[j];
      if v_word = v_other then
        v_like := 1;
      elsif left(v_word, 1) <> left(v_other, 1) then
        -- Only the first letter is wrong.
        v_like := case when length(v_word) > 5 and substr(v_word, 2) = substr(v_other, 2) then 0.85 else 0 end;
      elsif private.is_abbreviation(v_word, v_other) or private.is_abbreviation(v_other, v_word) then
        v_like := 0.8;
      elsif length(v_word) < 4 or length(v_other) < 4 then
        v_like := 0;
      elsif starts_with(v_word, v_other) or starts_with(v_other, v_word) then
        v_like := 0.85;
      elsif private.is_one_edit(v_word, v_other) then
        v_like := 0.85;
      elsif extensions.similarity(v_word, v_other) >= 0.5 or private.are_two_edits(v_word, v_other) then
        v_like := 0.7;
      else
        v_like := 0;
      end if;
      v_best := greatest(v_best, v_like);
      v_of_b[j] := greatest(v_of_b[j], v_like);
    end loop;
    v_a := v_a + v_best * a_weights[i];
    v_total_a := v_total_a + a_weights[i];
  end loop;
  for j in 1 .. m loop
    v_b := v_b + v_of_b[j] * b_weights[j];
    v_total_b := v_total_b + b_weights[j];
  end loop;
  if v_total_a = 0 or v_total_b = 0 then
    return -1;
  end if;
  v_dice := (v_a + v_b) / (v_total_a + v_total_b);
  v_part := greatest(v_a / v_total_a, v_b / v_total_b);
  return case when v_dice >= 0.97 then 5 when v_dice >= 0.75 then 4 when v_dice >= 0.5 or v_part >= 0.9 then 3
    when v_dice >= 0.25 then 2 when v_dice > 0.03 then 1 else 0 end;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_own()
  RETURNS integer
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  select coalesce(max(w.comparison), 7)::integer from match_weights w where w.is_own
$function$;

CREATE OR REPLACE FUNCTION private.count_reliable()
  RETURNS integer
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  select case when exists (select from match_weights w
      where w.is_own and not w.is_number and w.comparison > 7 and w.level = 0 and w.m > 0.05)
    then 7 + private.count_numbers() else private.count_own() end
$function$;

CREATE OR REPLACE FUNCTION private.cut_contradictions()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
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
    where c.answer is false or c.weight < -35 or c.probability < 0.5 and 0 = any (c.levels[8:v_own])
    group by s.x, s.y
  ), cut as (
    select least(r.x, r.y) as a, greatest(r.x, r.y) as b, max(r.weight) as weight from rivals r group by 1, 2
  )
  update match_pairs p
  set probability = p.probability / (1 + power(2, greatest(-60, least(60, c.weight - p.weight))))
  from cut c where p.a = c.a and p.b = c.b and p.answer is null;
end
$function$;

CREATE OR REPLACE FUNCTION private.fill_match_keys()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
begin
  insert into match_keys (key, record, list)
  select distinct k.key, r.record, r.list
  from match_records r
  cross join lateral (
    select array(select w from unnest(r.words) with ordinality t (w, o)
      where substr(r.roles, o::integer, 1) not in ('i', 'x') order by w limit 8) as words,
      coalesce(nullif(array_remove(array[r.zip, r.city], null), '{}'), '{""}') as places,
      (select w from unnest(string_to_array(r.street, ' ')) w
        where not private.directions() ? w order by length(w) desc, w limit 1) as street_word
    offset 0
  ) x
  cross join lateral (
    select 'w ' || w as key from unnest(x.words) w
    union all
    -- Two words in any order; the beginning and the end of a word, which a typing error leaves alone.
    select 'ww ' || v || ' ' || w from unnest(x.words) v join unnest(x.words) w on v < w
    union all
    select 'wb ' || left(w, 4) || ' ' || p from unnest(x.words) w, unnest(x.places) p where length(w) > 3
    union all
    select 'we ' || right(w, 4) || ' ' || p from unnest(x.words) w, unnest(x.places) p where length(w) > 3
    union all
    select 'j ' || left(r.joined, 8) where length(r.joined) > 3
    union all
    -- The family name as it sounds or begins, with a given name's first letter: Yolana Ramsova and Y. Ramsowa.
    select 'nf ' || n || ' ' || left(f, 1)
    from unnest(array[left(r.last_name, 4), private.name_skeleton(r.last_name)]) n
    cross join unnest(r.first_forms || r.first_name) f where length(n) > 2
    union all
    select 'wa ' || left(w, 3) || ' ' || r.house_number from unnest(x.words) w where r.house_number is not null
    union all
    select 'p ' || right(p, 7) from unnest(r.phones) p
    union all
    select 'e ' || e from unnest(r.emails) e
    union all
    select 'el ' || split_part(e, '@', 1) from unnest(r.emails) e
    union all
    select 'a ' || r.house_number || ' ' || x.street_word
      where r.house_number is not null and x.street_word is not null
    union all
    select 'ab ' || r.house_number || ' ' || left(x.street_word, 3) || ' ' || p from unnest(x.places) p
      where r.house_number is not null and x.street_word is not null
    union all
    select 'h ' || r.house_number || ' ' || p from unnest(x.places) p where r.house_number is not null
    union all
    -- One of two records may lack the place.
    select 'hn ' || r.house_number where r.house_number is not null
    union all
    select 's ' || x.street_word || ' ' || p from unnest(x.places) p where x.street_word is not null
    union all
    select 'x' || o || ' ' || v from unnest(r.extras) with ordinality t (v, o) where length(v) > 2
    union all
    select 'xw ' || o || ' ' || v || ' ' || left(w, 2)
    from unnest(r.extras) with ordinality t (v, o) cross join unnest(x.words) w where length(v) > 4
  ) k
  where k.key is not null;
end
$function$;

CREATE OR REPLACE FUNCTION private.fit_answers()
  RETURNS double precision
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.hash_match_keys (
  p_org_id uuid
)
  RETURNS TABLE (
    record integer,
    keys   bigint[]
  )
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  select k.record, array_agg(distinct hashtextextended(p_org_id || k.key, 0))
  from match_keys k where k.key !~ '^(w|s|we|el|hn) '
  group by k.record
$function$;

CREATE OR REPLACE FUNCTION private.is_initial_of (
  a text,
  b text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select length(a) = 1 and a = left(b, 1) or length(b) = 1 and b = left(a, 1)
$function$;

CREATE OR REPLACE FUNCTION private.is_vetoed (
  p_levels  smallint[],
  p_numbers integer    DEFAULT 0,
  p_own     integer    DEFAULT 7
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select p_levels[3] = 0 and p_levels[1] < 0 or (p_levels[1] >= 0 and (p_levels[2] = 0 or p_levels[3] = 0)
    and not coalesce(2::smallint = any (p_levels[8:7 + p_numbers]), false)
    -- Liz Finch, born the same day as Elizabeth Falk and in the same house, has married.
    and not (p_levels[2] > 0 and coalesce(2::smallint = any (p_levels[8 + p_numbers:p_own]), false)
      and (p_levels[4] >= 4 or 2 in (p_levels[6], p_levels[7]))))
$function$;

CREATE OR REPLACE FUNCTION private.judged (
  p_levels    smallint[],
  p_weight    double precision,
  p_same      double precision,
  p_different double precision,
  p_numbers   integer          DEFAULT 0,
  p_own       integer          DEFAULT 7
)
  RETURNS double precision
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select least(case when p_same = 0 then private.most_probability(p_levels, p_numbers, p_own) else 1 end,
    (2 / (1 + power(2, -greatest(-60, least(60, p_weight)))) + p_same) / (2 + p_same + p_different))
$function$;

CREATE OR REPLACE FUNCTION private.learn_weights (
  p_all_pairs double precision,
  p_rounds    integer          DEFAULT 25,
  p_trust     double precision DEFAULT 3
)
  RETURNS double precision
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.match_lists()
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_extras text[];
  v_lambda double precision;
  v_shift double precision;
  v_nominated bigint;
begin
  v_extras := private.prepare_match_records();
  perform private.nominate_pairs();
  select count(*) into v_nominated from match_pairs;
  insert into match_pairs as p (a, b, answer)
  select least(x.a, x.b), greatest(x.a, x.b), x.same from match_answers x where x.a <> x.b
  on conflict (a, b) do update set answer = excluded.answer;
  perform private.draw_pairs(6000);
  perform private.compare_pairs();
  perform private.set_match_priors(7 + cardinality(v_extras), v_extras);
  perform private.count_patterns();
  v_lambda := private.learn_weights(private.count_all_pairs());
  v_shift := private.score_pairs(v_lambda);
  delete from match_pairs p where p.is_random;
  if exists (select from match_records r where r.list = 1) then
    perform private.drop_dominated_pairs();
  else
    perform private.find_bridged_pairs();
    perform private.compare_pairs();
    perform private.count_patterns();
    perform private.score_pairs(v_lambda, v_shift);
    perform private.cut_contradictions();
    perform private.close_triangles();
  end if;
  return jsonb_build_object('records', (select count(*) from match_records), 'candidates', v_nominated,
    'compared', v_extras, 'lambda', v_lambda, 'shift', v_shift,
    'answers', (select count(*) from match_pairs p where p.answer is not null));
end
$function$;

CREATE OR REPLACE FUNCTION private.match_weights_json (
  p_lambda double precision
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  select jsonb_object_agg(w.comparison, w.levels) || jsonb_build_object(
    'prior', log(2, (p_lambda / (1 - p_lambda))::numeric)::double precision, 'numbers', private.count_numbers(),
    'own', private.count_own())
  from (
    select x.comparison, jsonb_agg(jsonb_build_array(x.m, x.u, x.weight) order by x.level) as levels
    from match_weights x where x.comparison >= 0 group by x.comparison) w
$function$;

CREATE OR REPLACE FUNCTION private.letters_for_digits(
  p_words text[]
)
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select case when array_to_string(p_words, ' ') !~ '[015]' then p_words else array(
    select case when w ~ '[015]' and w ~ '^[A-Z015]{4,}$' and length(translate(w, '015', '')) > 2 * length(w) / 3
      then translate(w, '015', 'OIS') else w end
    from unnest(p_words) with ordinality t (w, o) order by o) end
$function$;

CREATE OR REPLACE FUNCTION private.most_probability (
  p_levels  smallint[],
  p_numbers integer    DEFAULT 0,
  p_own     integer    DEFAULT 7
)
  RETURNS double precision
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select case
    when coalesce(2::smallint = any (p_levels[8:7 + p_numbers]), false) then 1
    -- Two dates of birth are father and son.
    when p_levels[1] >= 0 and coalesce(0::smallint = any (p_levels[8 + p_numbers:p_own]), false) then 0.3
    when p_levels[1] = 0 then 0.85
    else 1 end::double precision
$function$;

CREATE OR REPLACE FUNCTION private.nominate_pairs (
  p_per_record double precision DEFAULT 9.5,
  p_most       integer          DEFAULT 60
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '128MB'
  SET enable_nestloop TO 'off'
  AS $function$
declare
  v_lists constant boolean := exists (select from match_records r where r.list = 1);
  v_count constant double precision := greatest((select count(*) from match_records), 1);
begin
  perform private.fill_match_keys();
  with counts as (
    select k.key, count(*) as records from match_keys k group by k.key
  ), rare as (
    select k.key, k.record, k.list, ln(v_count / c.records + 1) as share,
      case split_part(k.key, ' ', 1) when 'wa' then 2 when 'p' then 3 when 'e' then 4 when 'el' then 4 when 'a' then 5
        when 'ab' then 5 when 'h' then 5 when 'hn' then 5 when 's' then 5 when 'w' then 1 when 'ww' then 1
        when 'wb' then 1 when 'we' then 1 when 'nf' then 1 when 'j' then 1 else 6 end as kind
    from match_keys k join counts c using (key)
    where c.records between 2 and p_most
  ), shared as (
    -- Keys of one kind say the same again: the rarest of each kind counts.
    select x.record as a, y.record as b, coalesce(max(x.share) filter (where x.kind = 1), 0)
      + coalesce(max(x.share) filter (where x.kind = 2), 0) + coalesce(max(x.share) filter (where x.kind = 3), 0)
      + coalesce(max(x.share) filter (where x.kind = 4), 0) + coalesce(max(x.share) filter (where x.kind = 5), 0)
      + coalesce(max(x.share) filter (where x.kind = 6), 0) as share
    from rare x join rare y on x.key = y.key and (case when v_lists then x.list = 0 and y.list = 1
      else x.record < y.record end)
    group by x.record, y.record
  ), ranked as (
    select s.a, s.b, s.share, row_number() over (partition by s.a order by s.share desc, s.b) as of_a,
      row_number() over (partition by s.b order by s.share desc, s.a) as of_b
    from shared s
  )
  insert into match_pairs (a, b)
  select x.a, x.b
  from (
    select r.a, r.b, row_number() over (order by least(r.of_a, r.of_b) > 2, r.share desc, r.a, r.b) as place
    from ranked r
  ) x
  where x.place <= p_per_record * v_count;
  analyze pg_temp.match_pairs;
end
$function$;

CREATE OR REPLACE FUNCTION private.pairs_to_review (
  p_most integer
)
  RETURNS TABLE (
    a           integer,
    b           integer,
    probability double precision,
    levels      smallint[],
    place       bigint
  )
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  with unsure as (
    select p.a, p.b, p.probability, p.levels, x.doubt, sqrt(sum(x.doubt) over kind) as mass,
      -- By chance, so that the answers stand for their kind.
      row_number() over (kind order by hashint8(p.a::bigint << 31 | p.b)) as of_kind
    from match_pairs p
    -- What the pair itself says, before other records confirmed or excluded it.
    cross join lateral (select c * (1 - c) as doubt
      from (select 1 / (1 + power(2, -greatest(-60, least(60, p.weight)))) as c) y) x
    where p.answer is null and p.levels is not null and p.probability between 0.001 and 0.999
    window kind as (partition by p.levels[1:7])
  )
  select u.a, u.b, u.probability, u.levels, row_number() over (order by u.doubt * u.mass / u.of_kind desc, u.a, u.b)
  from unsure u
  order by u.doubt * u.mass / u.of_kind desc, u.a, u.b
  limit p_most
$function$;

CREATE OR REPLACE FUNCTION private.prepare_match_records()
  RETURNS text[]
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
declare
  v_extras text[];
  v_count constant double precision := greatest((select count(*) from match_input), 1);
begin
  analyze pg_temp.match_input;
  -- Other columns are compared when both lists fill them often enough and their values tell records apart: two random
  -- records rarely have the same one.
  select array_agg(c.key order by not private.is_number_of_one(c.key), not private.is_birth(c.key), c.key) into v_extras
  from (
    select v.key
    from (
      select x.key, min(x.value) as key_value, count(*) as records, min(i.list) as list, max(i.list) as other_list
      from match_input i cross join lateral jsonb_each_text(i.extras) x
      where x.value <> ''
      group by x.key, private.match_value(x.value)
    ) v
    group by v.key
    having sum(power(v.records / v_count, 2)) < 0.2
      and (sum(v.records) > 0.15 * v_count
        -- A number that few records have (a passport, a licence) tells them apart all the better.
        or sum(v.records) >= greatest(4, 0.02 * v_count) and sum(v.records) < 2.5 * count(*)
          and avg(length(v.key_value)) >= 5)
      -- A value of its own for each record is an id.
      and count(*) < 0.995 * sum(v.records)
      and min(v.list) = (select min(j.list) from match_input j)
      and max(v.other_list) = (select max(j.list) from match_input j)
    order by sum(v.records) desc, v.key
    limit 12
  ) c;

  insert into match_records (record, list, words, roles, is_firm, joined, first_name, first_forms,
    first_is_known, middle, last_forms, last_name, generation, house_number, street, unit, city, state, zip, phones, emails, extras)
  select i.record, i.list, coalesce(private.letters_for_digits((n.name).words), '{}'), coalesce((n.name).roles, ''),
    coalesce((n.name).is_firm, false),
    regexp_replace(private.name_letters(coalesce(i.full_name, concat(i.first_name, i.last_name))), '[^A-Z0-9]', '',
      'g'),
    case when not coalesce((n.name).is_firm, false) then private.match_text(g.first_word) end,
    array(select w from unnest((n.first).words) with ordinality t (w, o)
      where substr((n.first).roles, o::integer, 1) <> 'i') || private.match_text(n.first_name),
    left((n.first).roles, 1) in ('g', 'e'),
    case when not coalesce((n.name).is_firm, false) then left(private.match_text(g.next_word), 1) end,
    (n.last).words,
    case when not coalesce((n.name).is_firm, false) then private.match_text(n.last_name) end,
    case when not coalesce((n.name).is_firm, false) then coalesce(private.match_generation(i.last_name),
      private.match_generation(i.first_name), private.match_generation(i.full_name)) end,
    coalesce(p.situs_house_number, substring(s.line, '^([0-9]+[A-Z]?)( |$)'), private.match_text(i.house_number)),
    regexp_replace(coalesce(private.match_street(p.situs_street), s.line), '^[0-9]+[A-Z]? +', ''),
    coalesce(p.situs_unit, private.canonical_unit(i.unit)),
    coalesce(private.match_text(p.situs_city), private.match_text(i.city)),
    coalesce(private.normalise_state(i.state), upper(btrim(i.state))),
    coalesce(private.normalise_zip(i.zip), private.match_text(i.zip), p.situs_zip),
    array(select distinct right(d, 10) from unnest(i.phones) v
      cross join lateral (select regexp_replace(split_part(lower(v), 'x', 1), '[^0-9]', '', 'g') as d) x
      where length(d) >= 7 and d !~ '^(.)\1*$'),
    array(select distinct lower(btrim(v)) from unnest(i.emails) v where v like '%_@_%'),
    array(select private.match_value(i.extras ->> k) from unnest(v_extras) with ordinality e (k, o) order by o)
  from match_input i
  cross join lateral (
    select private.parse_owner(i.first_name, i.last_name, i.second_first_name, i.second_last_name, i.full_name) as name,
      private.parse_name(f.first_name) as first, private.parse_name(f.last_name) as last, f.first_name, f.last_name,
      nullif(btrim(concat_ws(' ', i.house_number, i.street)), '') as raw_line
    from (select regexp_replace(i.first_name, '[ ,]+(jr|sr|i|ii|iii|iv)[.]?$', '', 'i') as first_name,
      regexp_replace(i.last_name, '[ ,]+(jr|sr|i|ii|iii|iv)[.]?$', '', 'i') as last_name) f
    offset 0
  ) n
  left join lateral (
    select * from private.parse_address(n.raw_line, i.unit, i.city, i.state, i.zip)
    where n.raw_line is not null
  ) p on true
  cross join lateral (select private.match_street(n.raw_line) as line offset 0) s
  -- `Ann M`, `J Robert`: the word that is a name, and the initial of the other one.
  cross join lateral (
    select case when x.at is null then x.words[1] else x.words[x.at] end as first_word,
      case when x.at is null then x.words[2] when x.at > 1 then x.words[1] else x.words[2] end as next_word
    from (select t.words, (select o from unnest(t.words) with ordinality w (word, o)
        where length(private.match_text(word)) > 1 order by o limit 1) as at
      from (select regexp_split_to_array(btrim(n.first_name), '[ .,]+') as words) t) x
    offset 0
  ) g;

  update match_records r set last_is_common = x.last, first_is_common = x.first
  from (
    select q.record,
      private.is_common(count(*) over (partition by q.last_name), v_count, 0.004) and q.last_name is not null as last,
      private.is_common(count(*) over (partition by q.first_name), v_count, 0.01) and q.first_name is not null as first
    from match_records q
  ) x
  where x.record = r.record and (x.last or x.first);

  -- A word says the more, the fewer records have it.
  with counts as (
    select w, count(*) as records from match_records r cross join lateral unnest(r.words) w group by w
  )
  update match_records r
  set weights = (
    select array_agg((ln(1 + v_count / c.records) * case substr(r.roles, o::integer, 1)
      when 'x' then 0 when 'i' then 0.2 when 'w' then 0.5 else 1 end)::real order by o)
    from unnest(r.words) with ordinality t (w, o) join counts c using (w))
  where r.words <> '{}';
  -- The phone of an agency that several houses have says little about any of them.
  with shared as (
    select p from match_records r cross join lateral unnest(r.phones) p
    where r.house_number is not null
    group by p having count(distinct r.house_number) > 3
  )
  update match_records r set shared_phones = x.phones
  from (
    select q.record, array_agg(p) as phones
    from match_records q cross join lateral unnest(q.phones) p join shared using (p)
    group by q.record
  ) x
  where x.record = r.record;
  -- Likewise the e-mail of an office.
  with shared as (
    select e from match_records r cross join lateral unnest(r.emails) e
    group by e having count(distinct r.joined) > 3
      or e ~ '^(info|office|sales|contact|admin|hello|mail|support|service|team|reception|billing|accounts?)@'
  )
  update match_records r set shared_emails = x.emails
  from (
    select q.record, array_agg(e) as emails
    from match_records q cross join lateral unnest(q.emails) e join shared using (e)
    group by q.record
  ) x
  where x.record = r.record;
  analyze pg_temp.match_records;
  return coalesce(v_extras, '{}');
end
$function$;

CREATE OR REPLACE FUNCTION private.score_pairs (
  p_lambda double precision,
  p_shift  double precision DEFAULT NULL::double precision
)
  RETURNS double precision
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.shared_bits (
  p_levels smallint[]
)
  RETURNS smallint
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  -- Firms of one name in one house are one, but branches share name and phone.
  select (case when p_levels[1] >= 2 or p_levels[1] = -1 and p_levels[3] >= 3
      or p_levels[1] = -2 and p_levels[3] >= 3 and p_levels[4] < 4 then 1 else 0 end
    + case when p_levels[4] >= 4 then 2 else 0 end + case when p_levels[6] = 2 then 4 else 0 end
    + case when p_levels[7] = 2 then 8 else 0 end
    + case when p_levels[1] = -2 and (p_levels[4] in (0, 1) or p_levels[4] = -1 and p_levels[5] = 0) then 16
      else 0 end)::smallint
$function$;

CREATE OR REPLACE FUNCTION private.spell_direction (
  p_street    text,
  p_with_type boolean
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select replace(coalesce('{"N":"NORTH","S":"SOUTH","E":"EAST","W":"WEST"}'::jsonb ->> split_part(x.core, ' ', 1),
    split_part(x.core, ' ', 1)) || substr(x.core, length(split_part(x.core, ' ', 1)) + 1), ' ', '')
  from (select case when p_with_type then p_street else regexp_replace(p_street,
    '(...) (ST|AVE|BLVD|RD|DR|LN|CT|PL|PKWY|WAY|TER|CIR)$', '\1') end as core) x
$function$;

CREATE OR REPLACE FUNCTION private.weigh_levels (
  p_weights jsonb,
  p_levels  smallint[]
)
  RETURNS double precision
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select (p_weights ->> 'prior')::double precision
    + coalesce(sum(l.weight) filter (where l.comparison <= (p_weights ->> 'own')::integer or l.weight < 0), 0)
    + greatest(0, max(l.weight) filter (where l.comparison > (p_weights ->> 'own')::integer))
    - case when private.is_vetoed(p_levels, (p_weights ->> 'numbers')::integer,
      (p_weights ->> 'own')::integer) then 40 else 0 end
  from (
    select k.comparison, (p_weights -> k.comparison::text -> k.level::integer ->> 2)::double precision as weight
    from private.level_keys(p_levels) k) l
$function$;

CREATE OR REPLACE FUNCTION public.list_match_candidates (
  p_org_id  uuid,
  p_state   public.candidate_state DEFAULT 'open'::public.candidate_state,
  p_lead_id uuid                   DEFAULT NULL::uuid,
  p_limit   integer                DEFAULT 50,
  p_offset  integer                DEFAULT 0
)
  RETURNS TABLE (
    id            bigint,
    state         public.candidate_state,
    probability   double precision,
    weight        double precision,
    reasons       text[],
    origin        text,
    model_version integer,
    found_at      timestamp with time zone,
    skipped       boolean,
    decided_at    timestamp with time zone,
    decided_by    uuid,
    merge_id      bigint,
    left_lead     jsonb,
    right_lead    jsonb
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin,viewer}'))) is not true then
    raise exception 'org not found' using errcode = 'SL302';
  end if;
  return query
  select x.id, x.state, x.probability, x.weight, x.reasons, x.origin, x.model_version, x.found_at,
    x.skipped_at is not null, x.decided_at, x.decided_by, x.merge_id,
    coalesce(private.lead_card(p_org_id, x.left_id), jsonb_build_object('lead_id', x.left_id)),
    coalesce(private.lead_card(p_org_id, x.right_id), jsonb_build_object('lead_id', x.right_id))
  from (
    select c.*,
      case when c.state <> 'open' then 0 else coalesce(c.probability * (1 - c.probability), 0)
        * sqrt(sum(c.probability * (1 - c.probability)) over kind) / row_number() over (
          kind order by c.probability * (1 - c.probability) desc nulls last, c.id) end as worth
    from public.match_candidates c
    where c.org_id = p_org_id and c.state = p_state and (p_lead_id is null or p_lead_id in (c.left_id, c.right_id))
    window kind as (partition by c.skipped_at is not null, coalesce(c.levels::text, c.reasons::text))
  ) x
  order by x.skipped_at is not null, x.worth desc nulls last, x.decided_at desc, abs(x.probability - 0.5), x.id
  limit p_limit offset p_offset;
end
$function$;

COMMENT ON FUNCTION "private"."count_own"() IS 'The last comparison of a fact that a person or firm has alone: 7, the numbers of one, the dates of birth.';

COMMENT ON FUNCTION "private"."count_reliable"() IS 'count_own; without the dates of birth if those of one person differ more often than one time in twenty.';

COMMENT ON FUNCTION "private"."fit_answers"() IS 'Corrects the learned weights so that the answers in match_patterns are most likely. Returns the weight at which answers turn from different to same: the threshold.';

COMMENT ON FUNCTION "private"."is_initial_of"(text, text) IS 'Whether one of two names is the initial of the other.';

COMMENT ON FUNCTION "private"."is_vetoed"(smallint[], integer, integer) IS 'Whether the names keep two records apart, whatever else they share: two names without a common word, two persons who share no more than a nickname, or two with different given names (a household, twins), unless they have the same number of one (a passport); the first p_numbers other columns are such numbers. The next ones, up to comparison p_own, are dates of birth: with the same one, a nickname, and a house, phone or e-mail, a family name may differ.';

COMMENT ON FUNCTION "private"."judged"(smallint[], double precision, double precision, double precision, integer, integer) IS 'The probability of a pair: that of its weight, corrected by answers about pairs with the same levels.';

COMMENT ON FUNCTION "private"."learn_weights"(double precision, integer, double precision) IS 'Learns m and u of every level from match_patterns; an answer counts for p_trust pairs. Strangers are all p_all_pairs, as random ones show them, not the candidates alone, which all have something in common. Returns the share of all pairs that are one (lambda).';

COMMENT ON FUNCTION "private"."letters_for_digits"(text[]) IS 'Words in which digits between letters are the letters that they look like (N0RTH).';

COMMENT ON FUNCTION "private"."most_probability"(smallint[], integer, integer) IS 'The highest probability of a pair that nobody answered: with different family names below any probability from which pairs are merged, because a name after a marriage looks like another person in the house; with two dates of birth below a half. p_numbers and p_own as in is_vetoed.';

COMMENT ON FUNCTION "private"."nominate_pairs"(double precision, integer) IS 'Fills match_pairs: for each record the two others that share the most, and further pairs, the closest first, until there are p_per_record pairs a record; keys of more than p_most records nominate nobody. With two lists, pairs are across the lists.';

COMMENT ON FUNCTION "private"."pairs_to_review"(integer) IS 'The pairs whose answers teach the most: near the threshold, of kinds that many pairs belong to; a kind''s further pairs come later.';

COMMENT ON FUNCTION "private"."score_pairs"(double precision, double precision) IS 'Sets weight (log2 of the odds) and probability of all pairs, and returns the shift of the threshold that answers ask for; p_shift: the one that was found before.';

COMMENT ON FUNCTION "private"."spell_direction"(text, boolean) IS 'A street with its leading direction in full, without spaces, and if need be without its type: N POINT ST is NORTHPOINT.';

COMMENT ON FUNCTION "public"."list_match_candidates"(uuid, public.candidate_state, uuid, integer, integer) IS 'Pairs in a state, or those of one lead, with the values of both leads. Open pairs: those that a person skipped come last; before, those whose answers teach the most: uncertain ones, of kinds (with the same reasons) that many pairs belong to; a kind''s further pairs come later. Decided ones: the latest first. For owners, admins, viewers and the service. Raises SL302. Definer: it reads leads across policies.';

COMMENT ON TABLE "private"."match_weights" IS 'Shape: for each level its share among records that are one (m) and among others (u); weight is log2(m/u). Comparison 0: what strangers who share several of name, address, phone and e-mail share by being one household or office; its level is a sum of 1, 2, 4 and 8, and of 16 for firms at two addresses. strength: the number of pairs that the priors stand for. correction: what answers added to weight. is_number: a column whose value one person or firm has alone. is_own: a fact of this person or firm; other columns often depend on each other.';

REVOKE ALL ON FUNCTION "private"."count_own"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_own"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."count_reliable"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_reliable"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."fit_answers"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fit_answers"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_initial_of"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_initial_of"(text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_vetoed"(smallint[], integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_vetoed"(smallint[], integer, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."judged"(smallint[], double precision, double precision, double precision, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."judged"(smallint[], double precision, double precision, double precision, integer, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."learn_weights"(double precision, integer, double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."learn_weights"(double precision, integer, double precision) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."letters_for_digits"(text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."letters_for_digits"(text[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."most_probability"(smallint[], integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."most_probability"(smallint[], integer, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."score_pairs"(double precision, double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."score_pairs"(double precision, double precision) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."spell_direction"(text, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."spell_direction"(text, boolean) TO "pipeline_writer";

-- match lists: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

create extension if not exists pg_trgm with schema extensions;

CREATE UNLOGGED TABLE "private"."match_answers" (
  "a"    integer NOT NULL,
  "b"    integer NOT NULL,
  "same" boolean NOT NULL,
  CONSTRAINT "match_answers_pkey" PRIMARY KEY (a, b)
);

ALTER TABLE "private"."match_answers"
  ENABLE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE "private"."match_input" (
  "record"            integer  NOT NULL,
  "list"              smallint NOT NULL DEFAULT 0,
  "reference"         text     NOT NULL,
  "first_name"        text,
  "last_name"         text,
  "second_first_name" text,
  "second_last_name"  text,
  "full_name"         text,
  "house_number"      text,
  "street"            text,
  "unit"              text,
  "city"              text,
  "state"             text,
  "zip"               text,
  "phones"            text[],
  "emails"            text[],
  "extras"            jsonb,
  CONSTRAINT "match_input_pkey" PRIMARY KEY (record)
);

ALTER TABLE "private"."match_input"
  ENABLE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE "private"."match_keys" (
  "key"    text     NOT NULL,
  "record" integer  NOT NULL,
  "list"   smallint NOT NULL,
  CONSTRAINT "match_keys_pkey" PRIMARY KEY (key, record)
);

ALTER TABLE "private"."match_keys"
  ENABLE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE "private"."match_pairs" (
  "a"           integer          NOT NULL,
  "b"           integer          NOT NULL,
  "levels"      smallint[],
  "answer"      boolean,
  "weight"      double precision,
  "probability" double precision,
  CONSTRAINT "match_pairs_pkey" PRIMARY KEY (a, b)
);

ALTER TABLE "private"."match_pairs"
  ENABLE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE "private"."match_patterns" (
  "levels"      smallint[]       NOT NULL,
  "pairs"       double precision NOT NULL,
  "same"        double precision NOT NULL,
  "different"   double precision NOT NULL,
  "weight"      double precision NOT NULL DEFAULT 0,
  "probability" double precision NOT NULL,
  CONSTRAINT "match_patterns_pkey" PRIMARY KEY (levels)
);

ALTER TABLE "private"."match_patterns"
  ENABLE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE "private"."match_records" (
  "record"        integer  NOT NULL,
  "list"          smallint NOT NULL,
  "words"         text[]   NOT NULL,
  "roles"         text     NOT NULL,
  "is_firm"       boolean  NOT NULL,
  "weights"       real[],
  "joined"        text     NOT NULL,
  "first_name"    text,
  "first_forms"   text[],
  "last_name"     text,
  "house_number"  text,
  "street"        text,
  "unit"          text,
  "city"          text,
  "state"         text,
  "zip"           text,
  "phones"        text[]   NOT NULL,
  "shared_phones" text[]   NOT NULL DEFAULT '{}'::text[],
  "emails"        text[]   NOT NULL,
  "extras"        text[]   NOT NULL,
  CONSTRAINT "match_records_pkey" PRIMARY KEY (record)
);

ALTER TABLE "private"."match_records"
  ENABLE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE "private"."match_weights" (
  "comparison" smallint         NOT NULL,
  "level"      smallint         NOT NULL,
  "m"          double precision NOT NULL,
  "u"          double precision NOT NULL,
  "prior_m"    double precision NOT NULL,
  "prior_u"    double precision NOT NULL,
  "weight"     double precision NOT NULL,
  CONSTRAINT "match_weights_pkey" PRIMARY KEY (comparison, level)
);

ALTER TABLE "private"."match_weights"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION private.close_triangles()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
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
    when a_house = b_house and (a_street = b_street or extensions.similarity(a_street, b_street) >= 0.6)
      then case when a_unit is distinct from b_unit then 4 else 5 end
    when a_house = b_house and extensions.similarity(a_street, b_street) >= 0.25 then 3
    when (a_house is null or b_house is null or private.is_one_edit(a_house, b_house))
      and extensions.similarity(a_street, b_street) >= 0.6 then 2
    when extensions.similarity(a_street, b_street) >= 0.6 then 1
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
    when private.is_one_edit(a, b) or extensions.similarity(a, b) >= 0.5
      or (least(length(a), length(b)) > 3 and (position(a in b) > 0 or position(b in a) > 0)) then 2
    when extensions.similarity(a, b) >= 0.25 then 1
    else 0 end)::smallint
$function$;

CREATE OR REPLACE FUNCTION private.compare_given (
  a       text,
  a_forms text[],
  b       text,
  b_forms text[]
)
  RETURNS smallint
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select (case when a is null or b is null then -1 when a = b then 3
    when length(a) = 1 or length(b) = 1 then case when left(a, 1) = left(b, 1) then 1 else 0 end
    when a_forms && b_forms or extensions.similarity(a, b) >= 0.4 or private.is_one_edit(a, b) then 2
    else 0 end)::smallint
$function$;

CREATE OR REPLACE FUNCTION private.compare_lists (
  a      text[],
  b      text[],
  nearly boolean
)
  RETURNS smallint
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v text;
  w text;
begin
  if cardinality(a) = 0 or cardinality(b) = 0 then
    return -1;
  elsif a && b then
    return 2;
  end if;
  foreach v in array a loop
    foreach w in array b loop
      if right(v, 7) = right(w, 7) or private.is_one_edit(v, w)
        or (nearly and split_part(v, '@', 1) = split_part(w, '@', 1)) then
        return 1;
      end if;
    end loop;
  end loop;
  return 0;
end
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
      case when not k.persons then -1 when k.swapped then 2
        else private.compare_family(a.last_name, b.last_name) end,
      case when not k.persons then -1 when k.swapped then case when k.whole then 2 else -1 end
        else private.compare_given(a.first_name, a.first_forms, b.first_name, b.first_forms) end,
      case when k.persons then -1
        else private.compare_whole_names(a.words, a.weights, a.joined, b.words, b.weights, b.joined) end,
      k.address,
      -- The same house and street imply the place; only another place says something.
      case when k.address >= 3 and k.place > 0 then -1 else k.place end,
      case when a.shared_phones && b.shared_phones then least(1, private.compare_lists(a.phones, b.phones, false))
        else private.compare_lists(a.phones, b.phones, false) end,
      private.compare_lists(a.emails, b.emails, true)
      %s]::smallint[]
    from match_records a, match_records b,
      lateral (
        select h.persons, h.whole,
          h.persons and a.last_name is distinct from b.last_name and a.first_name is distinct from b.first_name
            and (private.compare_family(a.last_name, b.first_name) >= 2
              or (not h.whole and private.compare_family(a.first_name, b.last_name) >= 2))
            and (not h.whole or private.compare_family(a.first_name, b.last_name) >= 2) as swapped,
          private.compare_address(a.house_number, a.street, a.unit, b.house_number, b.street, b.unit) as address,
          private.compare_place(a.city, a.state, a.zip, b.city, b.state, b.zip) as place
        from (select num_nulls(a.first_name, a.last_name, b.first_name, b.last_name) = 0 as whole,
          num_nonnulls(a.first_name, a.last_name) > 0 and num_nonnulls(b.first_name, b.last_name) > 0 as persons) h
        offset 0) k
    where p.a = a.record and p.b = b.record and p.levels is null
  $sql$, ', ' || v_extras);
end
$function$;

CREATE OR REPLACE FUNCTION private.compare_place (
  a_city  text,
  a_state text,
  a_zip   text,
  b_city  text,
  b_state text,
  b_zip   text
)
  RETURNS smallint
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select (case when a_zip = b_zip then 3
    when a_city = b_city then 2
    when private.is_one_edit(a_zip, b_zip) or extensions.similarity(a_city, b_city) >= 0.4 then 1
    when (a_zip is null or b_zip is null) and (a_city is null or b_city is null) then -1
    else 0 end)::smallint
$function$;

CREATE OR REPLACE FUNCTION private.compare_text (
  a text,
  b text
)
  RETURNS smallint
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select (case when a is null or b is null then -1 when a = b then 2
    when length(a) > 3 and length(b) > 3 and (private.is_one_edit(a, b) or extensions.similarity(a, b) >= 0.5) then 1
    else 0 end)::smallint
$function$;

CREATE OR REPLACE FUNCTION private.compare_whole_names (
  a         text[],
  a_weights real[],
  a_joined  text,
  b         text[],
  b_weights real[],
  b_joined  text
)
  RETURNS smallint
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select case when a_joined = b_joined and a_joined <> '' then 5::smallint
    when length(a_joined) > 5 and length(b_joined) > 5 and extensions.similarity(a_joined, b_joined) >= 0.7
      then greatest(4::smallint, private.compare_words(a, a_weights, b, b_weights))
    else private.compare_words(a, a_weights, b, b_weights) end
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
      elsif length(v_word) < 4 or length(v_other) < 4 or left(v_word, 1) <> left(v_other, 1) then
        v_like := 0;
      elsif starts_with(v_word, v_other) or starts_with(v_other, v_word) then
        v_like := 0.85;
      elsif private.is_one_edit(v_word, v_other) then
        v_like := 0.85;
      elsif extensions.similarity(v_word, v_other) >= 0.5 then
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

CREATE OR REPLACE FUNCTION private.count_patterns()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
begin
  truncate match_patterns;
  insert into match_patterns (levels, pairs, same, different, probability)
  select p.levels, count(*), count(*) filter (where p.answer), count(*) filter (where not p.answer), 0
  from match_pairs p group by p.levels;
  analyze pg_temp.match_patterns;
end
$function$;

CREATE OR REPLACE FUNCTION private.drop_dominated_pairs()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
begin
  -- Of two lists, a record rarely has two counterparts: one that is far better excludes the others.
  update match_pairs p set probability = p.probability / (1 + power(2, least(60, x.best - p.weight)))
  from (
    select q.a, q.b, greatest(max(q.weight) over (partition by q.a), max(q.weight) over (partition by q.b)) as best
    from match_pairs q where q.probability > 0.01
  ) x
  where p.a = x.a and p.b = x.b and x.best > p.weight + 3 and p.answer is null;
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
      coalesce(r.zip, r.city, '') as place,
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
    select 'wb ' || left(w, 4) || ' ' || x.place from unnest(x.words) w where length(w) > 3
    union all
    select 'we ' || right(w, 4) || ' ' || x.place from unnest(x.words) w where length(w) > 3
    union all
    select 'j ' || left(r.joined, 8) where length(r.joined) > 3
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
    select 'ab ' || r.house_number || ' ' || left(x.street_word, 3) || ' ' || x.place
      where r.house_number is not null and x.street_word is not null
    union all
    select 's ' || x.street_word || ' ' || x.place where x.street_word is not null
    union all
    select 'x' || o || ' ' || v from unnest(r.extras) with ordinality t (v, o) where length(v) > 2
    union all
    select 'xw ' || o || ' ' || v || ' ' || left(w, 2)
    from unnest(r.extras) with ordinality t (v, o) cross join unnest(x.words) w where length(v) > 4
  ) k
  where k.key is not null;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_vetoed (
  p_levels smallint[]
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select p_levels[3] = 0 or (p_levels[1] >= 0 and p_levels[2] = 0
    and not coalesce(2::smallint = any (p_levels[8:]), false))
$function$;

CREATE OR REPLACE FUNCTION private.learn_weights (
  p_rounds integer          DEFAULT 25,
  p_trust  double precision DEFAULT 10
)
  RETURNS double precision
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_lambda double precision := 0.1;
  v_pairs double precision;
  v_strength double precision;
begin
  select sum(p.pairs) into v_pairs from match_patterns p;
  if v_pairs is null then
    return v_lambda;
  end if;
  for i in 1 .. p_rounds loop
    update match_patterns p set probability = case when private.is_vetoed(p.levels) then 0
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
    v_strength := 60;
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
        (coalesce(c.m, 0) + v_strength * w.prior_m) / (coalesce(t.m, 0) + v_strength) as m,
        (coalesce(c.u, 0) + v_strength * w.prior_u) / (coalesce(t.u, 0) + v_strength) as u
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
  perform private.compare_pairs();
  perform private.set_match_priors(7 + cardinality(v_extras));
  perform private.count_patterns();
  v_lambda := private.learn_weights();
  v_shift := private.score_pairs(v_lambda);
  if exists (select from match_records r where r.list = 1) then
    perform private.drop_dominated_pairs();
  else
    perform private.close_triangles();
  end if;
  return jsonb_build_object('records', (select count(*) from match_records), 'candidates', v_nominated,
    'compared', v_extras, 'lambda', v_lambda, 'shift', v_shift,
    'answers', (select count(*) from match_pairs p where p.answer is not null));
end
$function$;

CREATE OR REPLACE FUNCTION private.match_phrases()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"1":["different family name","family name a little alike","family name nearly the same","same family name"],
    "2":["different given name","given name fits the initial","given name nearly the same","same given name"],
    "3":["names share nothing","names share little","names share some words","names share most words",
      "names nearly the same","same name"],
    "4":["different address","same street, other number","same street, number missing or nearly the same",
      "same number, similar street","same house, unit differs","same address"],
    "5":["different place","similar place","same city","same ZIP"],
    "6":["different phone","similar or widely shared phone","same phone"],
    "7":["different e-mail","similar e-mail","same e-mail"]}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.match_priors()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"1":[[0.05,0.03,0.12,0.8],[0.8,0.08,0.03,0.09]],
    "2":[[0.015,0.03,0.17,0.785],[0.8,0.05,0.06,0.09]],
    "3":[[0.005,0.015,0.05,0.13,0.2,0.6],[0.45,0.25,0.14,0.08,0.04,0.04]],
    "4":[[0.08,0.03,0.06,0.08,0.1,0.65],[0.68,0.12,0.05,0.05,0.05,0.05]],
    "5":[[0.07,0.07,0.16,0.7],[0.45,0.15,0.2,0.2]],
    "6":[[0.14,0.06,0.8],[0.94,0.02,0.04]],
    "7":[[0.14,0.06,0.8],[0.94,0.03,0.03]],
    "other":[[0.12,0.13,0.75],[0.7,0.1,0.2]]}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.match_reasons (
  p_levels smallint[],
  p_extras text[]     DEFAULT '{}'::text[]
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select coalesce(string_agg(coalesce(private.match_phrases() -> l.c::text ->> l.level,
      (array['different ', 'similar ', 'same '])[l.level + 1] || (p_extras)[l.c - 7]),
    '; ' order by l.level desc, l.c), 'both match a third record')
  from unnest(p_levels) with ordinality t (level, o)
  cross join lateral (select t.level::integer as level, t.o::integer as c) l
  where l.level >= 0
$function$;

CREATE OR REPLACE FUNCTION private.match_street (
  raw text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select nullif(string_agg(coalesce(private.street_types() ->> w, private.directions() ->> w, w), ' ' order by n), '')
  from regexp_split_to_table(private.name_letters(raw), '[^A-Z0-9]+') with ordinality t (w, n)
  where w <> ''
$function$;

CREATE OR REPLACE FUNCTION private.match_summary (
  p_record private.match_input
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select concat_ws(', ', nullif(concat_ws(' ', p_record.first_name, p_record.last_name), ''), p_record.full_name,
    nullif(concat_ws(' ', p_record.house_number, p_record.street, p_record.unit), ''), p_record.city, p_record.state,
    p_record.zip, array_to_string(p_record.phones, ' '), array_to_string(p_record.emails, ' '),
    (select string_agg(e.key || ' ' || e.value, ', ' order by e.key) from jsonb_each_text(p_record.extras) e))
$function$;

CREATE OR REPLACE FUNCTION private.match_text (
  raw text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select nullif(regexp_replace(private.name_letters(raw), '[^A-Z0-9]', '', 'g'), '')
$function$;

CREATE OR REPLACE FUNCTION private.nominate_pairs (
  p_per_record integer DEFAULT 14,
  p_most       integer DEFAULT 60
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
    select k.key, k.record, k.list,
      -- Keys of one kind overlap, so a kind's further keys add less; the kind is the first word.
      ln(v_count / c.records + 1) as share
    from match_keys k join counts c using (key)
    where c.records between 2 and p_most
  ), shared as (
    select x.record as a, y.record as b, sum(x.share) as share
    from rare x join rare y on x.key = y.key and (case when v_lists then x.list = 0 and y.list = 1
      else x.record < y.record end)
    group by x.record, y.record
  ), ranked as (
    select s.a, s.b, s.share, row_number() over (partition by s.a order by s.share desc, s.b) as of_a,
      row_number() over (partition by s.b order by s.share desc, s.a) as of_b,
      max(s.share) over (partition by s.a) as best_of_a, max(s.share) over (partition by s.b) as best_of_b
    from shared s
  )
  insert into match_pairs (a, b)
  select r.a, r.b from ranked r
  where (r.of_a <= 4 or (r.of_a <= p_per_record and r.share > r.best_of_a * 0.15))
    or (r.of_b <= 4 or (r.of_b <= p_per_record and r.share > r.best_of_b * 0.15));
  analyze pg_temp.match_pairs;
end
$function$;

CREATE OR REPLACE FUNCTION private.open_match_scratch()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if to_regclass('pg_temp.match_input') is null then
    create temporary table match_input (like private.match_input including all) on commit drop;
    create temporary table match_records (like private.match_records including all) on commit drop;
    create temporary table match_keys (like private.match_keys) on commit drop;
    create temporary table match_pairs (like private.match_pairs including all) on commit drop;
    create temporary table match_answers (like private.match_answers including all) on commit drop;
    create temporary table match_patterns (like private.match_patterns including all) on commit drop;
    create temporary table match_weights (like private.match_weights including all) on commit drop;
  else
    truncate pg_temp.match_input, pg_temp.match_records, pg_temp.match_keys, pg_temp.match_pairs,
      pg_temp.match_answers, pg_temp.match_patterns, pg_temp.match_weights;
  end if;
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
  select x.a, x.b, x.probability, x.levels, row_number() over (order by x.distance, x.a, x.b)
  from (
    select p.a, p.b, p.probability, p.levels, abs(p.probability - 0.5) as distance,
      row_number() over (partition by p.levels order by p.a, p.b) as of_kind
    from match_pairs p
    where p.answer is null and p.levels is not null and p.probability > 0.002
  ) x
  where x.of_kind <= 3
  order by x.distance, x.a, x.b
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
  select array_agg(c.key order by c.key) into v_extras
  from (
    select v.key
    from (
      select x.key, x.value, count(*) as records, min(i.list) as list, max(i.list) as other_list
      from match_input i cross join lateral jsonb_each_text(i.extras) x
      where x.value <> ''
      group by x.key, x.value
    ) v
    group by v.key
    having sum(v.records) > 0.15 * v_count and sum(power(v.records / v_count, 2)) < 0.2
      -- A value of its own for each record is an id.
      and count(*) < 0.995 * sum(v.records)
      and min(v.list) = (select min(j.list) from match_input j)
      and max(v.other_list) = (select max(j.list) from match_input j)
    order by sum(v.records) desc, v.key
    limit 8
  ) c;

  insert into match_records (record, list, words, roles, is_firm, joined, first_name, first_forms, last_name,
    house_number, street, unit, city, state, zip, phones, emails, extras)
  select i.record, i.list, coalesce((n.name).words, '{}'), coalesce((n.name).roles, ''),
    coalesce((n.name).is_firm, false),
    regexp_replace(private.name_letters(coalesce(i.full_name, concat(i.first_name, i.last_name))), '[^A-Z0-9]', '',
      'g'),
    case when not coalesce((n.name).is_firm, false) then private.match_text(i.first_name) end,
    case when i.first_name is not null then (private.parse_name(i.first_name)).words end,
    case when not coalesce((n.name).is_firm, false) then private.match_text(i.last_name) end,
    coalesce(p.situs_house_number, substring(s.line, '^([0-9]+[A-Z]?)( |$)'), private.match_text(i.house_number)),
    coalesce(p.situs_street, regexp_replace(s.line, '^[0-9]+[A-Z]? +', '')),
    coalesce(p.situs_unit, private.canonical_unit(i.unit)),
    coalesce(private.match_text(p.situs_city), private.match_text(i.city)),
    coalesce(private.normalise_state(i.state), upper(btrim(i.state))),
    coalesce(private.normalise_zip(i.zip), private.match_text(i.zip), p.situs_zip),
    array(select distinct right(d, 10) from unnest(i.phones) v
      cross join lateral (select regexp_replace(split_part(lower(v), 'x', 1), '[^0-9]', '', 'g') as d) x
      where length(d) >= 7 and d !~ '^(.)\1*$'),
    array(select distinct lower(btrim(v)) from unnest(i.emails) v where v like '%_@_%'),
    array(select private.match_text(i.extras ->> k) from unnest(v_extras) with ordinality e (k, o) order by o)
  from match_input i
  cross join lateral (
    select private.parse_owner(i.first_name, i.last_name, i.second_first_name, i.second_last_name, i.full_name) as name,
      nullif(btrim(concat_ws(' ', i.house_number, i.street)), '') as raw_line
    offset 0
  ) n
  left join lateral (
    select * from private.parse_address(n.raw_line, i.unit, i.city, i.state, i.zip)
    where n.raw_line is not null
  ) p on true
  cross join lateral (select private.match_street(n.raw_line) as line offset 0) s;

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
  analyze pg_temp.match_records;
  return coalesce(v_extras, '{}');
end
$function$;

CREATE OR REPLACE FUNCTION private.score_pairs (
  p_lambda double precision
)
  RETURNS double precision
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_shift double precision := 0;
begin
  update match_patterns p set weight = w.weight
  from (
    select q.levels, log(2, (p_lambda / (1 - p_lambda))::numeric)::float8 + coalesce(sum(w.weight), 0)
      - case when private.is_vetoed(q.levels) then 40 else 0 end as weight
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
    probability = (2 / (1 + power(2, -greatest(-60, least(60, q.weight - v_shift)))) + q.same)
      / (2 + q.same + q.different)
  from match_patterns q where q.levels = p.levels;
  update match_pairs p set probability = p.answer::integer where p.answer is not null;
  return v_shift;
end
$function$;

CREATE OR REPLACE FUNCTION private.set_match_priors (
  p_comparisons integer
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
begin
  truncate match_weights;
  insert into match_weights (comparison, level, m, u, prior_m, prior_u, weight)
  select c, o - 1, m.value::float8, u.value::float8, m.value::float8, u.value::float8,
    log(2, (m.value::float8 / u.value::float8)::numeric)
  from generate_series(1, p_comparisons) c
  cross join lateral (
    select coalesce(private.match_priors() -> c::text, private.match_priors() -> 'other') as p) p
  cross join lateral jsonb_array_elements_text(p.p -> 0) with ordinality m (value, o)
  join lateral jsonb_array_elements_text(p.p -> 1) with ordinality u (value, n) on m.o = u.n;
end
$function$;

COMMENT ON EXTENSION "pg_trgm" IS 'text similarity measurement and index searching based on trigrams';

COMMENT ON FUNCTION "private"."close_triangles"() IS 'Adds pairs of one list whose records both are a third record; pairs that contradict each other stay apart.';

COMMENT ON FUNCTION "private"."compare_address"(text, text, text, text, text, text) IS '5 same house number and street, 4 other unit, 3 same number and a similar street, 2 same street and a similar or missing number, 1 same street, 0 different, -1 one is missing.';

COMMENT ON FUNCTION "private"."compare_family"(text, text) IS '3 equal, 2 a typing error or half of a double name, 1 similar, 0 different, -1 one is missing.';

COMMENT ON FUNCTION "private"."compare_given"(text, text[], text, text[]) IS '3 equal, 2 a nickname or typing error, 1 an initial, 0 different, -1 one is missing.';

COMMENT ON FUNCTION "private"."compare_lists"(text[], text[], boolean) IS 'Phones or e-mails: 2 one in common, 1 nearly (a digit, an area code, the name before @), 0 different, -1 missing.';

COMMENT ON FUNCTION "private"."compare_pairs"() IS 'Sets the levels of all candidate pairs.';

COMMENT ON FUNCTION "private"."compare_place"(text, text, text, text, text, text) IS '3 same ZIP, 2 same city, 1 a similar ZIP or city, 0 different, -1 no evidence.';

COMMENT ON FUNCTION "private"."compare_text"(text, text) IS '2 equal, 1 similar, 0 different, -1 one is missing.';

COMMENT ON FUNCTION "private"."compare_whole_names"(text[], real[], text, text[], real[], text) IS 'compare_words, and 4 for names that are nearly equal when written without spaces.';

COMMENT ON FUNCTION "private"."compare_words"(text[], real[], text[], real[]) IS 'Level of two names by their words, weighted by rarity: 5 all, 4 nearly all, 3 half or one is part of the other, 2 a quarter, 1 little, 0 nothing, -1 one is missing.';

COMMENT ON FUNCTION "private"."count_patterns"() IS 'Counts the candidate pairs by their levels.';

COMMENT ON FUNCTION "private"."drop_dominated_pairs"() IS 'Lowers the probability of pairs of two lists whose records have a much better counterpart.';

COMMENT ON FUNCTION "private"."fill_match_keys"() IS 'Fills match_keys: what a record shares with its candidates.';

COMMENT ON FUNCTION "private"."is_vetoed"(smallint[]) IS 'Whether the names keep two records apart, whatever else they share: two names without a common word, or two persons with different given names (a household), unless two other columns (a date of birth, a number) are the same.';

COMMENT ON FUNCTION "private"."learn_weights"(integer, double precision) IS 'Learns m and u of every level from match_patterns; an answer counts for p_trust pairs. Returns the share of pairs that are one (lambda).';

COMMENT ON FUNCTION "private"."match_lists"() IS 'Matches the records of pg_temp.match_input, within one list or across two, and leaves pairs with probabilities in pg_temp.match_pairs. Answers in pg_temp.match_answers train it. Returns counts.';

COMMENT ON FUNCTION "private"."match_phrases"() IS 'Words for each level of each comparison, from level 0.';

COMMENT ON FUNCTION "private"."match_priors"() IS 'Shares of each level among records that are one, and among other candidates, before anything is learned; by comparison, levels from 0.';

COMMENT ON FUNCTION "private"."match_reasons"(smallint[], text[]) IS 'The levels of a pair as a sentence; p_extras: headers of the other columns.';

COMMENT ON FUNCTION "private"."match_street"(text) IS 'A street line in capitals with USPS abbreviations, for lines that the address parser does not read.';

COMMENT ON FUNCTION "private"."match_summary"(private.match_input) IS 'A record in one line, for the person who compares.';

COMMENT ON FUNCTION "private"."match_text"(text) IS 'Letters and digits alone, in capitals, or null.';

COMMENT ON FUNCTION "private"."nominate_pairs"(integer, integer) IS 'Fills match_pairs: for each record the p_per_record others that share the most keys; keys of more than p_most records nominate nobody. With two lists, pairs are across the lists.';

COMMENT ON FUNCTION "private"."open_match_scratch"() IS 'Creates or empties the temporary working tables of matching; they end with the transaction.';

COMMENT ON FUNCTION "private"."pairs_to_review"(integer) IS 'The pairs whose answers teach the most: nearest the threshold, at most three of one kind.';

COMMENT ON FUNCTION "private"."prepare_match_records"() IS 'Fills match_records from match_input: names and addresses as everywhere else; a street line that the parser does not read is compared word by word. Returns the headers of the other columns that are compared.';

COMMENT ON FUNCTION "private"."score_pairs"(double precision) IS 'Sets weight (log2 of the odds) and probability of all pairs, and returns the shift of the threshold that answers asked for. Names that share nothing are never one.';

COMMENT ON FUNCTION "private"."set_match_priors"(integer) IS 'Fills match_weights with the priors.';

COMMENT ON TABLE "private"."match_answers" IS 'Shape: what persons said about pairs of records.';

COMMENT ON TABLE "private"."match_input" IS 'Shape: records to match, as a list has them. list: 0 or 1. extras: other columns by header, as text.';

COMMENT ON TABLE "private"."match_keys" IS 'Shape: what each record has in common with its candidates.';

COMMENT ON TABLE "private"."match_pairs" IS 'Shape: candidate pairs with the level of each comparison (-1: no evidence), and a person''s answer.';

COMMENT ON TABLE "private"."match_patterns" IS 'Shape: pairs counted by their levels: learning takes a few hundred rows, however many pairs there are.';

COMMENT ON TABLE "private"."match_records" IS 'Shape: the same records, normalised. joined: all words of the name without spaces. weights: rarity of each word. shared_phones: its phones that several houses have.';

COMMENT ON TABLE "private"."match_weights" IS 'Shape: for each level its share among records that are one (m) and among others (u); weight is log2(m/u).';

REVOKE ALL ON FUNCTION "private"."close_triangles"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."close_triangles"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."compare_address"(text, text, text, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."compare_address"(text, text, text, text, text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."compare_family"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."compare_family"(text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."compare_given"(text, text[], text, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."compare_given"(text, text[], text, text[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."compare_lists"(text[], text[], boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."compare_lists"(text[], text[], boolean) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."compare_pairs"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."compare_pairs"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."compare_place"(text, text, text, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."compare_place"(text, text, text, text, text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."compare_text"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."compare_text"(text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."compare_whole_names"(text[], real[], text, text[], real[], text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."compare_whole_names"(text[], real[], text, text[], real[], text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."compare_words"(text[], real[], text[], real[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."compare_words"(text[], real[], text[], real[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."count_patterns"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_patterns"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."drop_dominated_pairs"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."drop_dominated_pairs"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."fill_match_keys"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fill_match_keys"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_vetoed"(smallint[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_vetoed"(smallint[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."learn_weights"(integer, double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."learn_weights"(integer, double precision) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."match_lists"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."match_lists"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."match_phrases"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."match_phrases"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."match_priors"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."match_priors"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."match_reasons"(smallint[], text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."match_reasons"(smallint[], text[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."match_street"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."match_street"(text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."match_summary"(private.match_input) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."match_summary"(private.match_input) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."match_text"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."match_text"(text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."nominate_pairs"(integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."nominate_pairs"(integer, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."open_match_scratch"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."open_match_scratch"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."pairs_to_review"(integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."pairs_to_review"(integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."prepare_match_records"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."prepare_match_records"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."score_pairs"(double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."score_pairs"(double precision) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."set_match_priors"(integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."set_match_priors"(integer) TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."match_answers" TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."match_input" TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."match_keys" TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."match_pairs" TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."match_patterns" TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."match_records" TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."match_weights" TO "pipeline_writer";

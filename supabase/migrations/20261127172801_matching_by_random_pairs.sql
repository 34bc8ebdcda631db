-- matching by random pairs: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

ALTER TABLE "private"."match_pattern_counts"
  DROP CONSTRAINT "match_pattern_counts_pkey";

ALTER TABLE "private"."match_patterns"
  DROP CONSTRAINT "match_patterns_pkey";

DROP FUNCTION "private"."learn_weights"(integer, double precision);

DROP FUNCTION "private"."nominate_pairs"(integer, integer);

CREATE UNLOGGED TABLE "private"."match_pattern_levels" (
  "pattern"    integer  NOT NULL,
  "comparison" smallint NOT NULL,
  "level"      smallint NOT NULL,
  CONSTRAINT "match_pattern_levels_pkey" PRIMARY KEY (pattern, comparison)
);

ALTER TABLE "private"."match_pattern_levels"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."match_pairs"
  ADD COLUMN "is_random" boolean NOT NULL DEFAULT false;

ALTER TABLE "private"."match_pattern_counts"
  ADD COLUMN "is_random" boolean NOT NULL DEFAULT false;

-- Working tables are empty, and the counts have a few hundred rows.
ALTER TABLE "private"."match_patterns"
  -- squawk-ignore adding-field-with-default
  ADD COLUMN "pattern" integer GENERATED ALWAYS AS IDENTITY NOT NULL;

ALTER TABLE "private"."match_patterns"
  ADD COLUMN "is_random" boolean NOT NULL DEFAULT false;

ALTER TABLE "private"."match_records"
  ADD COLUMN "first_is_common" boolean NOT NULL DEFAULT false;

ALTER TABLE "private"."match_records"
  ADD COLUMN "middle" text;

ALTER TABLE "private"."match_records"
  ADD COLUMN "last_forms" text[];

ALTER TABLE "private"."match_records"
  ADD COLUMN "last_is_common" boolean NOT NULL DEFAULT false;

ALTER TABLE "private"."match_weights"
  ADD COLUMN "is_own" boolean NOT NULL DEFAULT true;

CREATE OR REPLACE FUNCTION private.are_two_edits (
  a text,
  b text
)
  RETURNS boolean
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  n constant integer := length(a);
  m constant integer := length(b);
  v_head integer := 0;
  v_tail integer := 0;
begin
  if least(n, m) < 6 or abs(n - m) > 1 then
    return false;
  end if;
  -- All but a few letters in the middle agree.
  while v_head < least(n, m) and substr(a, v_head + 1, 1) = substr(b, v_head + 1, 1) loop
    v_head := v_head + 1;
  end loop;
  while v_tail < least(n, m) - v_head and substr(a, n - v_tail, 1) = substr(b, m - v_tail, 1) loop
    v_tail := v_tail + 1;
  end loop;
  return v_head > 0 and greatest(n, m) - v_head - v_tail <= 3 and v_head + v_tail >= 4
    or v_head > 2 and private.is_one_edit(substr(a, v_head + 2), substr(b, v_head + 2));
end
$function$;

CREATE OR REPLACE FUNCTION private.branch_weight()
  RETURNS double precision
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select -4::double precision
$function$;

CREATE OR REPLACE FUNCTION private.close_triangles()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
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
    when a_house = b_house and extensions.similarity(a_street, b_street) >= 0.25 then 3
    when (a_house is null or b_house is null or private.is_one_edit(a_house, b_house))
      and extensions.similarity(a_street, b_street) >= 0.6 then 2
    when extensions.similarity(a_street, b_street) >= 0.6 then 1
    -- A corner or a PO box contradicts no house.
    when a_house is null or b_house is null then -1
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
          ->> case when length(a) = 1 then b else a end, '')) > 0 then 1 else 0 end
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
              or not h.whole)
            and (private.compare_family(a.first_name, b.last_name) >= 2 or a.first_forms && b.last_forms
              or not h.whole and private.compare_family(a.last_name, b.first_name) >= 2) as swapped,
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
    -- New York and New York City.
    when a_city = b_city or least(length(a_city), length(b_city)) > 4
      and (starts_with(a_city, b_city) or starts_with(b_city, a_city)) then 2
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
    when a ~ '^D[0-9]{8}$' and b ~ '^D[0-9]{8}$' then
      -- Day and month swapped, a digit, or one of year, month and day.
      case when private.is_one_edit(a, b) then 1
        when (substr(a, 2, 4) = substr(b, 2, 4))::integer + (substr(a, 6, 2) = substr(b, 6, 2))::integer
          + (right(a, 2) = right(b, 2))::integer = 2 then 1
        when substr(a, 6, 2) = right(b, 2) and substr(b, 6, 2) = right(a, 2)
          and private.is_one_edit(substr(a, 2, 4), substr(b, 2, 4)) then 1
        else 0 end
    -- A code and its word: M and MALE.
    when starts_with(a, b) or starts_with(b, a) then 1
    when length(a) > 3 and length(b) > 3 and (private.is_one_edit(a, b) or extensions.similarity(a, b) >= 0.5) then 1
    else 0 end)::smallint
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
        v_like := 0;
      elsif private.is_abbreviation(v_word, v_other) or private.is_abbreviation(v_other, v_word) then
        v_like := 0.8;
      elsif length(v_word) < 4 or length(v_other) < 4 then
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

CREATE OR REPLACE FUNCTION private.count_all_pairs()
  RETURNS double precision
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  select case when x.b > 0 then x.a * x.b else x.a * (x.a - 1) / 2 end::double precision
  from (select count(*) filter (where r.list = 0)::double precision as a,
    count(*) filter (where r.list = 1)::double precision as b from match_records r) x
$function$;

CREATE OR REPLACE FUNCTION private.count_numbers()
  RETURNS integer
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  select count(*)::integer from match_weights w where w.is_number and w.level = 0
$function$;

CREATE OR REPLACE FUNCTION private.count_patterns()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
begin
  truncate match_patterns;
  insert into match_patterns (levels, is_random, pairs, same, different, probability)
  select p.levels, p.is_random, count(*), count(*) filter (where p.answer), count(*) filter (where not p.answer), 0
  from match_pairs p group by p.levels, p.is_random;
  perform private.spread_patterns();
end
$function$;

CREATE OR REPLACE FUNCTION private.cut_contradictions()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.draw_pairs (
  p_most integer
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_left constant integer := (select count(*) from match_records r where r.list = 0);
  v_right constant integer := (select count(*) from match_records r where r.list = 1);
  v_others constant integer := case v_right when 0 then v_left else v_right end;
begin
  if v_left = 0 or v_others < 2 then
    return;
  end if;
  with shuffled as (
    select r.record, r.list, row_number() over (partition by r.list order by hashint4(r.record), r.record) as place
    from match_records r
  ), drawn as (
    select x.record as a, y.record as b
    from shuffled x
    cross join generate_series(1, least(v_others, 1 + p_most / v_left)) n
    join shuffled y on y.list = sign(v_right) and y.place = (x.place + n) % v_others + 1
    where x.list = 0
  )
  insert into match_pairs (a, b, is_random)
  select distinct least(d.a, d.b), greatest(d.a, d.b), true from drawn d where d.a <> d.b
  on conflict (a, b) do nothing;
  analyze pg_temp.match_pairs;
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

CREATE OR REPLACE FUNCTION private.find_bridged_pairs()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.find_candidates (
  p_org_id uuid,
  p_limit  integer                  DEFAULT 300,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET jit TO 'off'
  AS $function$
declare
  v_model public.match_models;
  v_upload uuid;
  v_batch uuid[];
  v_changed uuid[];
  v_pairs integer := 0;
  v_found integer := 0;
  v_merged integer := 0;
begin
  -- Uploads come first.
  if private.match_waits_for_intake(p_org_id) then
    return jsonb_build_object('busy', true, 'done', true);
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 2));
  select u.upload_id into v_upload from private.match_uploads u
  where u.org_id = p_org_id order by u.completed_at, u.upload_id limit 1;
  if found then
    return jsonb_build_object('queued', private.queue_upload_leads(p_org_id, v_upload, p_as_of), 'done', false);
  end if;
  with taken as (
    delete from private.match_queue q
    where q.org_id = p_org_id and q.lead_id in (
      select x.lead_id from private.match_queue x where x.org_id = p_org_id order by x.lead_id limit p_limit)
    returning q.lead_id
  )
  select array_agg(t.lead_id) into v_batch from taken t;
  if v_batch is null then
    perform private.learn_match_model(p_org_id, p_as_of);
    v_merged := private.merge_alike(p_org_id, p_as_of);
    insert into private.match_finders as f (org_id, ran_at) values (p_org_id, p_as_of)
    on conflict (org_id) do update set ran_at = excluded.ran_at;
    perform private.resolve_dead_letter('match-leads', jsonb_build_object('org_id', p_org_id), p_as_of);
    return jsonb_build_object('merged', v_merged, 'done', true);
  end if;

  v_model := private.current_match_model(p_org_id);
  if v_model.version is null then
    v_model := private.untrained_match_model(p_org_id);
  end if;
  perform private.open_match_scratch();
  perform private.load_match_records(p_org_id, v_batch);
  v_changed := private.profile_leads(p_org_id, p_as_of);
  if v_changed <> '{}' then
    insert into match_nominations select n.* from private.nominate_leads(p_org_id, v_changed, 10, 60) n;
    insert into match_leads (record, lead_id) select i.record, i.reference::uuid from match_input i;
    perform private.draw_pairs(p_limit);
    perform private.load_match_records(p_org_id, array(
      select n.left_id from match_nominations n union select n.right_id from match_nominations n
      except select l.lead_id from match_leads l));
    insert into match_leads (record, lead_id) select i.record, i.reference::uuid from match_input i;
    insert into match_pairs (a, b)
    select least(x.record, y.record), greatest(x.record, y.record) from match_nominations n
    join match_leads x on x.lead_id = n.left_id join match_leads y on y.lead_id = n.right_id
    on conflict (a, b) do update set is_random = false;
    get diagnostics v_pairs = row_count;
    analyze pg_temp.match_pairs;
    perform private.compare_pairs();
    insert into private.match_pattern_counts as c (org_id, levels, is_random, pairs)
    select p_org_id, p.levels, p.is_random, count(*) from match_pairs p
    group by p.levels, p.is_random order by p.levels, p.is_random
    on conflict (org_id, levels, is_random) do update set pairs = c.pairs + excluded.pairs;
    delete from match_pairs p where p.is_random;
    v_found := private.store_candidates(v_model, v_changed, p_as_of);
    -- A first search takes long: it learns on the way.
    if (select sum(c.pairs) from private.match_pattern_counts c where c.org_id = p_org_id
        and not c.is_random) >= 1000 then
      perform private.learn_match_model(p_org_id, p_as_of);
    end if;
  end if;
  return jsonb_build_object('leads', cardinality(v_batch), 'changed', cardinality(v_changed), 'pairs', v_pairs,
    'found', v_found, 'done', false);
end
$function$;

CREATE OR REPLACE FUNCTION private.fit_threshold()
  RETURNS double precision
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  -- Likelihood of the answers; few answers move the threshold little.
  select coalesce((
    select c.cut from (select n / 4.0::double precision as cut from generate_series(-32, 32) n) c
    cross join lateral (
      select sum(ln(1 + power(2, least(60, case when p.answer then c.cut - p.weight else p.weight - c.cut end))))
        as loss
      from match_pairs p where p.answer is not null and p.weight > -30
    ) x
    order by x.loss + power(c.cut, 2) * 0.1, abs(c.cut) limit 1), 0)
$function$;

CREATE OR REPLACE FUNCTION private.is_abbreviation (
  p_short text,
  p_long  text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select length(p_short) between 3 and 4 and length(p_long) > length(p_short) + 1
    and (starts_with(p_long, p_short) or p_short !~ '[AEIOU]'
      and p_long ~ ('^' || array_to_string(string_to_array(p_short, null), '.*')))
$function$;

CREATE OR REPLACE FUNCTION private.is_birth (
  p_header text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select coalesce(p_header ~* 'birth|dob', false)
$function$;

CREATE OR REPLACE FUNCTION private.is_common (
  p_records double precision,
  p_of      double precision,
  p_share   double precision
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select p_records > 4 and p_records > p_share * p_of
$function$;

CREATE OR REPLACE FUNCTION private.is_number_of_one (
  p_header text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select coalesce(p_header ~* ('passport|ssn|soc(ial)?.?sec|licen[cs]e.?(n|#|id|$)|tax.?id|national.?id|registration|'
    '(^|[^a-z])(ein|vat|npi)($|[^a-z])') and p_header !~* 'state|country|type', false)
$function$;

CREATE OR REPLACE FUNCTION private.judge_levels (
  p_model  public.match_models,
  p_levels smallint[],
  p_weight double precision
)
  RETURNS double precision
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select private.judged(p_levels, p_weight, coalesce((a.counts ->> 0)::double precision, 0),
    coalesce((a.counts ->> 1)::double precision, 0))
  from (select p_model.answered -> array_to_string(p_levels, ',') as counts) a
$function$;

CREATE OR REPLACE FUNCTION private.judged (
  p_levels    smallint[],
  p_weight    double precision,
  p_same      double precision,
  p_different double precision
)
  RETURNS double precision
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select least(case when p_same = 0 then private.most_probability(p_levels) else 1 end,
    (2 / (1 + power(2, -greatest(-60, least(60, p_weight)))) + p_same) / (2 + p_same + p_different))
$function$;

CREATE OR REPLACE FUNCTION private.known_bits (
  p_levels smallint[]
)
  RETURNS smallint
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select (case when greatest(p_levels[1], p_levels[3]) >= 0 then 1 else 0 end
    + case when p_levels[4] >= 0 then 2 else 0 end + case when p_levels[6] >= 0 then 4 else 0 end
    + case when p_levels[7] >= 0 then 8 else 0 end)::smallint
$function$;

CREATE OR REPLACE FUNCTION private.learn_match_model (
  p_org_id uuid,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_old constant public.match_models := private.current_match_model(p_org_id);
  v_pairs bigint;
  v_same integer;
  v_different integer;
  v_leads constant double precision := (select nullif(f.leads, 0) from private.match_finders f
    where f.org_id = p_org_id);
  v_lambda double precision;
  v_share double precision;
  v_shift double precision;
  v_model public.match_models;
begin
  select coalesce(sum(n.pairs), 0) into v_pairs from private.match_pattern_counts n
  where n.org_id = p_org_id and not n.is_random;
  select count(*) filter (where c.state = 'same'), count(*) filter (where c.state = 'different')
  into v_same, v_different
  from public.match_candidates c
  where c.org_id = p_org_id and c.state in ('same', 'different') and c.levels is not null
    and c.inherited_from is null;
  -- A version each time that there is much to learn: twice as many pairs, or a tenth more answers.
  if v_pairs + v_same + v_different = 0 or v_old.version is not null and v_pairs < 2 * v_old.pairs
      and abs(v_same + v_different - v_old.answers) < greatest(5, v_old.answers / 10) then
    return null;
  end if;
  perform private.open_match_scratch();
  perform private.set_match_priors(7);
  insert into match_pairs (a, b, levels, answer)
  select row_number() over (), 0, c.levels, c.state = 'same'
  from public.match_candidates c
  where c.org_id = p_org_id and c.state in ('same', 'different') and c.levels is not null
    and c.inherited_from is null;
  insert into match_patterns (levels, is_random, pairs, same, different, probability)
  select x.levels, x.is_random, greatest(sum(x.pairs), sum(x.same + x.different)), sum(x.same), sum(x.different), 0
  from (
    select n.levels, n.is_random, n.pairs, 0 as same, 0 as different from private.match_pattern_counts n
    where n.org_id = p_org_id
    union all
    select p.levels, false, 0, p.answer::integer, (not p.answer)::integer from match_pairs p
  ) x
  group by x.levels, x.is_random;
  perform private.spread_patterns();
  v_lambda := private.learn_weights(greatest(v_leads * (v_leads - 1) / 2, v_pairs));
  v_share := private.share_same();
  -- A run in which everything, or nothing, became one has not learned to tell pairs apart: nor one that took equal
  -- names for equal persons, so that one lead in ten would be another one.
  if v_share >= 0.79 or v_share <= 0.0002 or v_share * v_pairs > greatest(5, 0.1 * v_leads) then
    perform private.set_match_priors(7);
    v_lambda := private.likely_lambda(v_leads);
    v_share := 0.01;
  end if;
  v_shift := private.score_pairs(v_lambda);
  insert into public.match_models as m (org_id, version, trained_at, pairs, answers, same_answers, share_same,
    threshold, weights, answered)
  select p_org_id, coalesce(v_old.version, 0) + 1, p_as_of, v_pairs, v_same + v_different, v_same, v_share, v_shift,
    private.match_weights_json(v_lambda),
    coalesce((select jsonb_object_agg(array_to_string(p.levels, ','), jsonb_build_array(p.same, p.different))
      from match_patterns p where p.same + p.different > 0), '{}')
  returning m.* into v_model;
  with scored as (
    select l.levels, s.weight, private.judge_levels(v_model, l.levels, s.weight) as probability
    from (select distinct c.levels from public.match_candidates c
      where c.org_id = p_org_id and c.state = 'open' and c.levels is not null) l
    cross join lateral (select private.score_levels(v_model, l.levels) as weight offset 0) s
  )
  update public.match_candidates c
  set weight = s.weight, probability = s.probability, model_version = v_model.version,
    state = case when s.probability < private.least_probability() and c.origin = 'finder' then 'stale' else c.state end,
    decided_at = case when s.probability < private.least_probability() and c.origin = 'finder' then p_as_of end
  from scored s
  where c.org_id = p_org_id and c.state = 'open' and c.levels = s.levels;
  return v_model.version;
end
$function$;

CREATE OR REPLACE FUNCTION private.learn_ties (
  p_scale double precision,
  p_trust double precision
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.learn_weights (
  p_all_pairs double precision,
  p_rounds    integer          DEFAULT 25,
  p_trust     double precision DEFAULT 10
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
begin
  select coalesce(sum(p.pairs) filter (where not p.is_random), 0), sum(p.pairs) filter (where p.is_random)
  into v_compared, v_random from match_patterns p;
  -- A random pair stands for all that are no candidates.
  v_scale := greatest(0, p_all_pairs - v_compared) / v_random;
  v_lambda := greatest(0.05 * v_compared, 0.5) / greatest(p_all_pairs, 2);
  for i in 1 .. p_rounds loop
    exit when v_compared = 0;
    update match_patterns p set probability = case when private.is_vetoed(p.levels, v_numbers) then 0
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

CREATE OR REPLACE FUNCTION private.level_keys (
  p_levels smallint[]
)
  RETURNS TABLE (
    comparison smallint,
    level      smallint
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select 0::smallint, private.shared_bits(p_levels)
  union all
  select t.c::smallint, t.level from unnest(p_levels) with ordinality t (level, c) where t.level >= 0
$function$;

CREATE OR REPLACE FUNCTION private.likely_lambda (
  p_leads double precision
)
  RETURNS double precision
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select least(0.01, 0.1 / greatest(p_leads, 1))
$function$;

CREATE OR REPLACE FUNCTION private.load_match_records (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_from constant integer := coalesce((select max(r.record) from match_records r), 0);
  v_leads constant double precision := greatest(1,
    coalesce((select f.leads from private.match_finders f where f.org_id = p_org_id), 0));
begin
  truncate match_input;
  insert into match_input (record, list, reference, first_name, last_name, second_first_name, second_last_name,
    full_name, street, unit, city, state, zip)
  select v_from + row_number() over (order by l.id), 0, l.id, l.owner_1_first, l.owner_1_last, l.owner_2_first,
    l.owner_2_last, l.owner_full, s.street, s.unit, s.city, s.state, s.zip
  from unnest(p_lead_ids) i (id)
  cross join lateral (select * from public.leads x where x.org_id = p_org_id and x.id = i.id offset 0) l
  cross join lateral (
    select l.situs_street as street, l.situs_unit as unit, l.situs_city as city, l.situs_state as state,
      l.situs_zip as zip where l.situs_street is not null
    union all
    select l.mailing_street, l.mailing_unit, coalesce(l.mailing_city, l.situs_city),
      coalesce(l.mailing_state, l.situs_state), coalesce(l.mailing_zip, l.situs_zip) where l.situs_street is null
  ) s;
  perform private.prepare_match_records();
  update match_records r set phones = c.phones, emails = c.emails, shared_phones = c.shared
  from match_input i
  cross join lateral (
    select coalesce(array_agg(v.value) filter (where v.kind = 'phone'), '{}') as phones,
      coalesce(array_agg(v.value) filter (where v.kind = 'email'), '{}') as emails,
      coalesce(array_agg(v.value) filter (where v.kind = 'phone' and v.leads > 3), '{}') as shared
    from (
      select p.kind, encode(p.value_bidx, 'hex') as value, (
        select count(*) from (
          select from public.contact_points o
          where o.org_id = p_org_id and o.value_bidx = p.value_bidx limit 4) o) as leads
      from public.contact_points p where p.org_id = p_org_id and p.lead_id = i.reference::uuid
      offset 0
    ) v
  ) c
  where r.record = i.record;
  -- How rare a word is in the whole org.
  update match_records r
  set weights = (
    select array_agg((ln(1 + v_leads / greatest(1, coalesce(w.leads, 1)))
      * case substr(r.roles, t.o::integer, 1) when 'x' then 0 when 'i' then 0.2 when 'w' then 0.5 else 1 end)::real
      order by t.o)
    from unnest(r.words) with ordinality t (word, o)
    left join private.match_words w on w.org_id = p_org_id and w.word = hashtextextended(t.word, 0))
  where r.record > v_from and r.words <> '{}';
  -- How common a name is, likewise.
  update match_records r
  set last_is_common = private.is_common(x.last, v_leads, 0.004),
    first_is_common = private.is_common(x.first, v_leads, 0.01)
  from (
    select q.record, coalesce(l.leads, 0) as last, greatest(f.leads, g.leads, 0) as first
    from match_records q
    left join private.match_words l on l.org_id = p_org_id and l.word = hashtextextended(q.last_name, 0)
    left join private.match_words f on f.org_id = p_org_id and f.word = hashtextextended(q.first_name, 0)
    left join private.match_words g on g.org_id = p_org_id and g.word = hashtextextended(q.first_forms[1], 0)
    where q.record > v_from
  ) x
  where x.record = r.record;
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
    perform private.score_pairs(v_lambda);
    perform private.cut_contradictions();
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
  select '{"1":["different family name","family name a little alike","family name nearly the same","same common family name",
      "same family name"],
    "2":["different given name","given name fits the initial or sounds the same","given name nearly the same",
      "same common given name","same given name"],
    "3":["names share nothing","names share little","names share some words","names share most words",
      "names nearly the same","same name"],
    "4":["different address","same street, other number","same street, number missing or nearly the same",
      "same number, similar street","same house, unit differs","same address"],
    "5":["different place","similar place","same city","same ZIP"],
    "6":["different phone","similar phone","same phone"],
    "7":["different e-mail","similar e-mail","same e-mail"]}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.match_priors()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"1":[[0.04,0.02,0.1,0.42,0.42],[0.93,0.03,0.02,0.015,0.005]],
    "2":[[0.015,0.04,0.165,0.48,0.3],[0.9,0.04,0.025,0.03,0.005]],
    "3":[[0.005,0.015,0.05,0.13,0.2,0.6],[0.9,0.06,0.025,0.01,0.003,0.002]],
    "4":[[0.1,0.03,0.06,0.06,0.1,0.65],[0.95,0.03,0.008,0.003,0.004,0.005]],
    "5":[[0.07,0.07,0.16,0.7],[0.7,0.06,0.12,0.12]],
    "6":[[0.25,0.05,0.7],[0.98,0.015,0.005]],
    "7":[[0.25,0.05,0.7],[0.98,0.015,0.005]],
    "number":[[0.01,0.06,0.93],[0.98,0.015,0.005]],
    "other":[[0.12,0.13,0.75],[0.7,0.1,0.2]]}'::jsonb
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
    'own', (select max(x.comparison) from match_weights x where x.is_own))
  from (
    select x.comparison, jsonb_agg(jsonb_build_array(x.m, x.u, x.weight) order by x.level) as levels
    from match_weights x group by x.comparison) w
$function$;

CREATE OR REPLACE FUNCTION private.nickname_initials()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"ALEXANDER":"SX","ALEXANDRA":"SL","ANDREW":"D","ANTHONY":"T","BENJAMIN":"J","CAROLINE":"L",
    "CATHERINE":"K","CHARLES":"H","DOROTHY":"L","EDWARD":"NT","ELEANOR":"LN","ELIZABETH":"BL","EUGENE":"G",
    "FREDERICK":"R","HENRY":"H","ISABELLA":"B","JONATHAN":"N","KATHERINE":"C",
    "MARGARET":"DPG","MARTHA":"P","MARY":"MP","PATRICIA":"T","REBECCA":"B","RICHARD":"D",
    "ROBERT":"B","VIRGINIA":"G","WILLIAM":"B",
    "GERTRUDE":"T","ALBERT":"B","ALFRED":"F","ABIGAIL":"G",
    "ANN":"N","ANNE":"N","HELEN":"N","ELLEN":"N","VERONICA":"R",
    "ESTHER":"H","MATILDA":"T","AUGUSTUS":"G",
    "WILHELMINA":"B","ISABEL":"B","NICHOLAS":"C",
    "JOSE":"P","FRANCISCO":"P","GUADALUPE":"L","IGNACIO":"N",
    "DOLORES":"L","ENRIQUE":"K","EDUARDO":"L","JESUS":"C","ROSARIO":"C"}'::jsonb
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
  select x.a, x.b
  from (
    select r.*, row_number() over (order by least(r.of_a, r.of_b) > 4,
      greatest(r.share / r.best_of_a, r.share / r.best_of_b) desc, r.a, r.b) as place
    from ranked r
    where least(r.of_a, r.of_b) <= 4 or greatest(r.share / r.best_of_a, r.share / r.best_of_b) > 0.15
  ) x
  where x.place <= p_per_record * v_count;
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
    create temporary table match_pattern_levels (like private.match_pattern_levels including all) on commit drop;
    create temporary table match_weights (like private.match_weights including all) on commit drop;
    create temporary table match_leads (like private.match_leads including all) on commit drop;
    create temporary table match_nominations (like private.match_nominations including all) on commit drop;
  else
    truncate pg_temp.match_input, pg_temp.match_records, pg_temp.match_keys, pg_temp.match_pairs,
      pg_temp.match_answers, pg_temp.match_patterns, pg_temp.match_pattern_levels, pg_temp.match_weights,
      pg_temp.match_leads, pg_temp.match_nominations;
  end if;
end
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
  select i.record, i.list, coalesce((n.name).words, '{}'), coalesce((n.name).roles, ''),
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

CREATE OR REPLACE FUNCTION private.resolve_row (
  p_org_id    uuid,
  p_upload_id uuid,
  p_row_no    bigint,
  p_as_of     timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  r private.resolve_rows;
  v_leads uuid[];
  v_reason text;
  v_conflict record;
  v_verdict text := 'unchanged';
begin
  select * into strict r from resolve_rows x where x.row_no = p_row_no;
  v_reason := r.reason;
  if v_reason is not null then
    v_leads := private.leads_at_place(p_org_id, r);
  elsif r.answer is not null then
    v_leads := array_remove(array[private.current_lead(p_org_id, r.by_mak)], null);
  elsif r.kind = 3 then
    v_leads := array_remove(array[r.by_place, r.by_email], null);
    -- A phone decides before an e-mail: together they only unite persons, and none that somebody called different.
    if cardinality(v_leads) = 2 and (not private.are_one_person(p_org_id, v_leads)
      or private.are_different(p_org_id, v_leads)) then
      v_leads := v_leads[1:1];
    end if;
  else
    select array_agg(distinct f.id) into v_leads from (
      select l.id from public.leads l where l.org_id = p_org_id and l.mak = r.mak
      union all
      select l.id from public.leads l
      where l.org_id = p_org_id and l.county_fips = left(r.parcel, 5)
        and coalesce(l.apn_segments, l.apn) = substr(r.parcel, 6) and l.apn is not null
      union all
      select r.by_parcel where r.by_parcel is not null
    ) f;
    if r.by_place <> all (v_leads) and private.are_different(p_org_id, v_leads || r.by_place)
      and not private.are_different(p_org_id, v_leads) then
      -- A MAK or parcel decides before the address, where somebody called the two leads different (a split). The
      -- address stays with the other one.
      update public.leads_staging s set addr_hash = null
      where s.part_id = r.part_id and s.line_number = r.line_number;
      update resolve_rows x set addr_hash = null, by_place = null where x.row_no = p_row_no;
      r.addr_hash := null;
      r.by_place := null;
    elsif r.by_place is not null and (r.by_place = any (v_leads)) is not true then
      v_leads := array_append(v_leads, r.by_place);
    end if;
    if cardinality(v_leads) > 0 and (private.keys_contradict(p_org_id, v_leads, r.mak, r.parcel)
      or private.is_elsewhere(p_org_id, v_leads, r)
      or cardinality(v_leads) > 1 and private.are_different(p_org_id, v_leads)) then
      v_reason := case when cardinality(v_leads) = 1 then 'key_contradicts' else 'keys_point_to_different_leads' end;
    end if;
  end if;

  if cardinality(v_leads) > 0 then
    v_leads := private.survivor_of(p_org_id, v_leads);
  end if;
  if v_reason is not null then
    v_conflict := private.open_conflict(p_org_id, r.part_id, r.line_number, v_reason, coalesce(v_leads, '{}'),
      p_as_of);
    if v_conflict.verdict = 'known' then
      v_leads := array[v_conflict.lead_id];
      perform private.take_keys(r.part_id, r.line_number);
    elsif v_conflict.verdict = 'own' then
      v_leads := '{}';
      r.answer := 'own';
    else
      update resolve_rows x set verdict = v_conflict.verdict, reason = v_reason where x.row_no = p_row_no;
      return;
    end if;
  end if;

  if coalesce(cardinality(v_leads), 0) = 0 then
    v_leads := array[gen_random_uuid()];
    v_verdict := 'created';
    if r.answer = 'own' then
      perform private.make_own(p_org_id, r.part_id, r.line_number, v_leads[1]);
    end if;
  elsif cardinality(v_leads) > 1 then
    perform private.unite_leads(p_org_id, p_upload_id, v_leads, r, p_as_of);
    v_verdict := 'merged';
  end if;
  update resolve_rows x
  set lead_id = v_leads[1], verdict = v_verdict, component = p_row_no, component_size = 1
  where x.row_no = p_row_no;
  -- Rows linked to this one, and to no lead yet, follow it.
  if v_reason is null then
    update resolve_rows x set by_place = v_leads[1]
    where x.component = r.component and x.lead_id is null and x.reason is null and x.kind > 1
      and coalesce(x.by_mak, x.by_place, x.by_email) is null;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.score_levels (
  p_model  public.match_models,
  p_levels smallint[]
)
  RETURNS double precision
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select private.weigh_levels(p_model.weights, p_levels) - p_model.threshold
$function$;

CREATE OR REPLACE FUNCTION private.score_pairs (
  p_lambda double precision
)
  RETURNS double precision
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.set_match_priors (
  p_comparisons integer,
  p_extras      text[]  DEFAULT '{}'::text[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.share_same()
  RETURNS double precision
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  select coalesce(sum(p.pairs * p.probability) / nullif(sum(p.pairs), 0), 0)
  from match_patterns p where not p.is_random
$function$;

CREATE OR REPLACE FUNCTION private.shared_bits (
  p_levels smallint[]
)
  RETURNS smallint
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select (case when p_levels[1] >= 2 or p_levels[1] < 0 and p_levels[3] >= 3 then 1 else 0 end
    + case when p_levels[4] >= 4 then 2 else 0 end + case when p_levels[6] = 2 then 4 else 0 end
    + case when p_levels[7] = 2 then 8 else 0 end
    + case when p_levels[1] = -2 and p_levels[4] in (0, 1) then 16 else 0 end)::smallint
$function$;

CREATE OR REPLACE FUNCTION private.spread_patterns()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
begin
  truncate match_pattern_levels;
  insert into match_pattern_levels (pattern, comparison, level)
  select p.pattern, l.comparison, l.level from match_patterns p cross join lateral private.level_keys(p.levels) l;
  analyze pg_temp.match_patterns;
  analyze pg_temp.match_pattern_levels;
end
$function$;

CREATE OR REPLACE FUNCTION private.untrained_match_model (
  p_org_id uuid
)
  RETURNS public.match_models
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_populate_record(null::public.match_models, jsonb_build_object('org_id', p_org_id, 'version', 0,
    'share_same', 0.01, 'threshold', 0, 'answered', '{}'::jsonb, 'weights', (
      select jsonb_object_agg(p.key, (
        select jsonb_agg(jsonb_build_array(m.value, u.value,
          log(2, (m.value::double precision / u.value::double precision)::numeric)::double precision) order by m.o)
        from jsonb_array_elements_text(p.value -> 0) with ordinality m (value, o)
        join jsonb_array_elements_text(p.value -> 1) with ordinality u (value, n) on m.o = u.n))
      from jsonb_each(private.match_priors()) p where p.key not in ('number', 'other'))
      || jsonb_build_object('numbers', 0, 'own', 7, 'prior', (
        select log(2, (l / (1 - l))::numeric)::double precision
        from private.likely_lambda(coalesce((select f.leads from private.match_finders f
          where f.org_id = p_org_id), 0)) l),
        '0', (select jsonb_agg(jsonb_build_array(0, 0, n / 16 * private.branch_weight()) order by n)
          from generate_series(0, 31) n))))
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
    - case when private.is_vetoed(p_levels, (p_weights ->> 'numbers')::integer) then 40 else 0 end
  from (
    select k.comparison, (p_weights -> k.comparison::text -> k.level::integer ->> 2)::double precision as weight
    from private.level_keys(p_levels) k) l
$function$;

ALTER TABLE "private"."match_pattern_counts"
  -- squawk-ignore constraint-missing-not-valid, adding-serial-primary-key-field
  ADD CONSTRAINT "match_pattern_counts_pkey" PRIMARY KEY (org_id, levels, is_random);

ALTER TABLE "private"."match_patterns"
  -- squawk-ignore constraint-missing-not-valid, adding-serial-primary-key-field
  ADD CONSTRAINT "match_patterns_pkey" PRIMARY KEY (levels, is_random);

COMMENT ON COLUMN "public"."match_models"."weights" IS '{"comparison": [[m, u, weight], …]} by level from 0: shares among pairs that are one, and strangers; log2(m/u). prior: the weight of a pair about which nothing is known.';

COMMENT ON FUNCTION "private"."are_two_edits"(text, text) IS 'Whether two words of six letters or more begin alike and differ by two errors.';

COMMENT ON FUNCTION "private"."branch_weight"() IS 'The weight of two addresses of firms: firms move less than persons, and branches share name and phone.';

COMMENT ON FUNCTION "private"."close_triangles"() IS 'Raises the probability of pairs of one list whose records both are a third record; pairs that contradict each other stay apart.';

COMMENT ON FUNCTION "private"."compare_address"(text, text, text, text, text, text) IS '5 same house number and street, 4 other unit, 3 same number and a similar street, 2 same street and a similar or missing number, 1 same street, 0 different, -1 one is missing or no house.';

COMMENT ON FUNCTION "private"."count_all_pairs"() IS 'How many pairs there are: within one list, or across two.';

COMMENT ON FUNCTION "private"."count_numbers"() IS 'How many of the other columns are numbers of one.';

COMMENT ON FUNCTION "private"."count_patterns"() IS 'Counts the compared pairs by their levels.';

COMMENT ON FUNCTION "private"."cut_contradictions"() IS 'Of one list: lowers the probability of pairs of a record with two others that contradict each other by their names or a date of birth or number, so that it stays with the one that it fits better.';

COMMENT ON FUNCTION "private"."draw_pairs"(integer) IS 'Adds about p_most random pairs that are no candidates to match_pairs: how often strangers agree.';

COMMENT ON FUNCTION "private"."find_bridged_pairs"() IS 'Adds the pairs of one list whose records both are a third record to those to compare.';

COMMENT ON FUNCTION "private"."fit_threshold"() IS 'The weight at which answers turn from different to same: the threshold that agrees best with them.';

COMMENT ON FUNCTION "private"."is_abbreviation"(text, text) IS 'Whether a word of three or four letters begins another one (VET), or has its consonants (MFG, RPR).';

COMMENT ON FUNCTION "private"."is_birth"(text) IS 'Whether the header of another column names a date of birth.';

COMMENT ON FUNCTION "private"."is_common"(double precision, double precision, double precision) IS 'Whether a name of that many records, of all, is too common to say much; a few records may all be one person.';

COMMENT ON FUNCTION "private"."judged"(smallint[], double precision, double precision, double precision) IS 'The probability of a pair: that of its weight, corrected by answers about pairs with the same levels.';

COMMENT ON FUNCTION "private"."known_bits"(smallint[]) IS 'Which of the bits of shared_bits both records know.';

COMMENT ON FUNCTION "private"."learn_ties"(double precision, double precision) IS 'Sets the weights of comparison 0 from match_patterns: how much more often strangers share several things at once than each of them would by chance.';

COMMENT ON FUNCTION "private"."learn_weights"(double precision, integer, double precision) IS 'Learns m and u of every level from match_patterns; an answer counts for p_trust pairs. Strangers are all p_all_pairs, as random ones show them, not the candidates alone, which all have something in common. Returns the share of all pairs that are one (lambda).';

COMMENT ON FUNCTION "private"."level_keys"(smallint[]) IS 'The rows of match_weights whose weights a pair has.';

COMMENT ON FUNCTION "private"."likely_lambda"(double precision) IS 'The share of all pairs of leads that are one, before anything was learned.';

COMMENT ON FUNCTION "private"."match_priors"() IS 'Shares of each level among records that are one, and among strangers, before anything is learned; by comparison, levels from 0. number: a date of birth or the number of a person or firm.';

COMMENT ON FUNCTION "private"."match_weights_json"(double precision) IS 'The learned weights as match_models keeps them. prior: the weight of a pair about which nothing is known; numbers: how many of the other columns are numbers of one; own: the last comparison of an own fact.';

COMMENT ON FUNCTION "private"."nickname_initials"() IS 'First letters of nicknames that do not begin like the given name: B for ROBERT (Bob).';

COMMENT ON FUNCTION "private"."nominate_pairs"(double precision, integer) IS 'Fills match_pairs: for each record the four others that share the most keys, and further ones, the closest first, until there are p_per_record pairs a record; keys of more than p_most records nominate nobody. With two lists, pairs are across the lists.';

COMMENT ON FUNCTION "private"."score_pairs"(double precision) IS 'Sets weight (log2 of the odds) and probability of all pairs, and returns the shift of the threshold that answers asked for.';

COMMENT ON FUNCTION "private"."share_same"() IS 'The share of candidates that are one, as last learned.';

COMMENT ON FUNCTION "private"."shared_bits"(smallint[]) IS 'What a household or office has in common: 1 the (family) name, 2 the house, 4 a phone, 8 an e-mail; 16: two firms at two addresses.';

COMMENT ON FUNCTION "private"."spread_patterns"() IS 'Fills match_pattern_levels.';

COMMENT ON FUNCTION "private"."weigh_levels"(jsonb, smallint[]) IS 'The weight (log2 of the odds) of a pair with these levels; names that share nothing are never one.';

COMMENT ON TABLE "private"."match_pairs" IS 'Shape: candidate pairs with the level of each comparison (-1: no evidence), and a person''s answer. is_random: no candidate, but drawn to know how often strangers agree.';

COMMENT ON TABLE "private"."match_pattern_counts" IS 'All pairs that were compared, counted by their levels: what the model learns from besides answers. is_random: pairs drawn to know how often strangers agree.';

COMMENT ON TABLE "private"."match_pattern_levels" IS 'Shape: the levels of each pattern, a row each, while learning.';

COMMENT ON TABLE "private"."match_records" IS 'Shape: the same records, normalised. joined: all words of the name without spaces. weights: rarity of each word. shared_phones: its phones that several houses have; shared_emails: its e-mails of an office or of several names. first_is_known: the given name is in the list of names. first_is_common, last_is_common: many records have it. middle: an initial. generation: 1 senior, 2 junior, 3 …';

COMMENT ON TABLE "private"."match_weights" IS 'Shape: for each level its share among records that are one (m) and among others (u); weight is log2(m/u). Comparison 0: what strangers who share several of name, address, phone and e-mail share by being one household or office; its level is a sum of 1, 2, 4 and 8, and of 16 for firms at two addresses. strength: the number of pairs that the priors stand for. is_number: a column whose value one person or firm has alone. is_own: a fact of this person or firm; other columns often depend on each other.';

REVOKE ALL ON FUNCTION "private"."are_two_edits"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_two_edits"(text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."branch_weight"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."branch_weight"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."count_all_pairs"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_all_pairs"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."count_numbers"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_numbers"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."cut_contradictions"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cut_contradictions"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."draw_pairs"(integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."draw_pairs"(integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."find_bridged_pairs"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_bridged_pairs"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."fit_threshold"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fit_threshold"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_abbreviation"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_abbreviation"(text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_birth"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_birth"(text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_common"(double precision, double precision, double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_common"(double precision, double precision, double precision) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."judged"(smallint[], double precision, double precision, double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."judged"(smallint[], double precision, double precision, double precision) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."known_bits"(smallint[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."known_bits"(smallint[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."learn_ties"(double precision, double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."learn_ties"(double precision, double precision) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."learn_weights"(double precision, integer, double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."learn_weights"(double precision, integer, double precision) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."level_keys"(smallint[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."level_keys"(smallint[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."likely_lambda"(double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."likely_lambda"(double precision) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."match_weights_json"(double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."match_weights_json"(double precision) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."nickname_initials"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."nickname_initials"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."nominate_pairs"(double precision, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."nominate_pairs"(double precision, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."share_same"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."share_same"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."shared_bits"(smallint[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."shared_bits"(smallint[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."spread_patterns"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."spread_patterns"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."weigh_levels"(jsonb, smallint[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."weigh_levels"(jsonb, smallint[]) TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."match_pattern_levels" TO "pipeline_writer";

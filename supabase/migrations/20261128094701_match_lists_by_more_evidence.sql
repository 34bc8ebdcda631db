-- match lists by more evidence: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."compare_emails"(text[], text[], text[]);

CREATE OR REPLACE FUNCTION private.compare_emails (
  a          text[],
  b          text[],
  p_names    text[],
  p_families text[] DEFAULT '{}'::text[],
  p_initials text   DEFAULT ''::text
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
  v_level smallint := 0;
begin
  if cardinality(a) = 0 or cardinality(b) = 0 then
    return -1;
  elsif a && b then
    return case when exists (
      select from unnest(a) e cross join unnest(p_families) f
      where e = any (b) and private.is_own_mailbox(e, f, p_initials)) then 3 else 2 end;
  end if;
  foreach v in array a loop
    -- Of leads, only the blind indexes are known.
    continue when position('@' in v) = 0;
    foreach w in array b loop
      if split_part(v, '@', 1) = split_part(w, '@', 1) then
        -- ann.moss@ of two providers may be two who have one name.
        if v ~ '[0-9].*@' or not exists (
          select from unnest(p_names) n where length(n) > 2 and position(lower(n) in v) > 0) then
          return 1;
        end if;
        v_level := -1;
      elsif (private.is_one_edit(v, w) or private.are_scrambled(v, w))
        -- And so are ann.moss4@ and ann.moss7@.
        and private.sorted_letters(regexp_replace(v, '[^0-9]', '', 'g'))
          is not distinct from private.sorted_letters(regexp_replace(w, '[^0-9]', '', 'g')) then
        return 1;
      end if;
    end loop;
  end loop;
  return v_level;
end
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
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_short text;
  v_long text;
  v_forms text[];
begin
  if a is null or b is null then
    return -1;
  elsif a = b then
    return 3;
  elsif length(a) = 1 or length(b) = 1 then
    v_short := case when length(a) = 1 then a else b end;
    v_long := case when length(a) = 1 then b else a end;
    v_forms := case when length(a) = 1 then b_forms else a_forms end;
    return (left(v_long, 1) = v_short
      or position(v_short in coalesce(private.nickname_initials() ->> v_long, '')) > 0
      -- A and TONY: ANTHONY.
      or exists (select from unnest(v_forms) f where left(f, 1) = v_short
        -- T and ED: TED is EDWARD, too.
        or position(v_short in coalesce(private.nickname_initials() ->> f, '')) > 0))::integer;
  elsif a_forms && b_forms then
    return 2;
  elsif not (a_is_known and b_is_known) then
    -- Two names that exist are rarely each other's typing error: Mary and Mark, Patrick and Patricia.
    if extensions.similarity(a, b) >= 0.4 or private.is_one_edit(a, b) or private.are_two_edits(a, b) then
      return 2;
    elsif private.are_scrambled(a, b)
      -- H RRY: a letter became a space.
      or cardinality(a_forms) + cardinality(b_forms) > 2 and exists (
        select from unnest(a_forms) f cross join unnest(b_forms) g where private.are_scrambled(f, g)) then
      return 1;
    end if;
  end if;
  return (length(private.name_skeleton(a)) > 1 and private.name_skeleton(a) = private.name_skeleton(b))::integer;
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
      case when not k.persons then
          -- Names without a known given name are those of firms.
          case when a.is_firm or b.is_firm or a.roles !~ '[gex]' or b.roles !~ '[gex]' then -2 else -1 end
        when k.swapped then 2
        when a.last_name = b.last_name and not a.last_is_common then 4
        -- rmarchetti@ of Becky Becker: she was, or is, Rebecca Marchetti.
        when k.named then greatest(1::smallint, private.compare_family(a.last_name, b.last_name))
        else private.compare_family(a.last_name, b.last_name) end,
      case when not k.persons then -1 when k.swapped then case when k.whole then 2 else -1 end
        when a.generation <> b.generation then 0
        -- Gary E and Gary K.
        when a.first_name = b.first_name then case when a.middle <> b.middle then 1
          -- Two who are Jr, or have one middle initial, are not the father and his son.
          when a.generation = b.generation or a.middle = b.middle then 4
          when a.first_is_common or length(a.first_name) = 1 then 3 else 4 end
        else private.compare_given(a.first_name, a.first_forms, a.first_is_known, b.first_name, b.first_forms,
          b.first_is_known) end,
      case when k.persons then
          -- Ed Finch and Ned Falk: a nickname or a typing error in common is nothing in common.
          case when not k.swapped and not k.named and a.last_name is not null and b.last_name is not null
            and private.compare_family(a.last_name, b.last_name) = 0 and a.first_name is distinct from b.first_name
            and not private.names_agree(row(a.words, a.roles, a.is_firm)::private.parsed_name,
              row(b.words, b.roles, b.is_firm)::private.parsed_name) then 0 else -1 end
        when a.generation <> b.generation then 0
        else private.compare_whole_names(a.words, a.weights, a.joined, b.words, b.weights, b.joined) end,
      k.address,
      -- The same house and street imply the place; only another place says something. Who moves may leave town.
      case when k.address >= 3 and k.place > 0 or k.address = 0 and k.place = 0 then -1 else k.place end,
      -- What many share says nothing.
      case when a.shared_phones && b.shared_phones then -1 else private.compare_phones(a.phones, b.phones) end,
      case when a.shared_emails && b.shared_emails then -1
        else private.compare_emails(a.emails, b.emails, array[a.first_name, a.last_name],
          array[a.last_name, b.last_name], k.initials) end
      %s]::smallint[]
    from match_records a, match_records b,
      lateral (
        select h.persons, h.whole,
          h.persons and a.last_name is distinct from b.last_name and a.first_name is distinct from b.first_name
            and (private.are_nearly_equal(a.last_name, b.first_name) or a.last_forms && b.first_forms
              or not h.whole or private.is_initial_of(a.last_name, b.first_name)
                and private.are_nearly_equal(a.first_name, b.last_name))
            and (private.are_nearly_equal(a.first_name, b.last_name) or a.first_forms && b.last_forms
              or not h.whole and private.are_nearly_equal(a.last_name, b.first_name)
              or private.is_initial_of(b.last_name, a.first_name)
                and private.are_nearly_equal(a.last_name, b.first_name)) as swapped,
          private.compare_address(a.house_number, a.street, a.unit, b.house_number, b.street, b.unit) as address,
          private.compare_place(a.city, a.state, a.zip, b.city, b.state, b.zip) as place,
          i.initials, i.initials <> '' and a.last_name <> b.last_name and exists (
            select from unnest(a.emails) e where private.is_own_mailbox(e, b.last_name, i.initials)
            union all
            select from unnest(b.emails) e where private.is_own_mailbox(e, a.last_name, i.initials)) as named
        from (select num_nulls(a.first_name, a.last_name, b.first_name, b.last_name) = 0 as whole,
          num_nonnulls(a.first_name, a.last_name) > 0 and num_nonnulls(b.first_name, b.last_name) > 0 as persons) h
        cross join lateral (
          select case when h.whole and a.emails || b.emails <> '{}' then (
            select string_agg(distinct left(f, 1), '') from unnest(a.first_forms || a.first_name) f
            join unnest(b.first_forms || b.first_name) g on left(f, 1) = left(g, 1)) end as initials offset 0) i
        offset 0) k
    where p.a = a.record and p.b = b.record and p.levels is null
  $sql$, ', ' || v_extras);
end
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
    -- A date with a slip in its punctuation (1/116/1982) has the same digits.
    when (a ~ '^D[0-9]{8}$') <> (b ~ '^D[0-9]{8}$') and private.sorted_letters(translate(a, 'D0', ''))
      = private.sorted_letters(translate(b, 'D0', '')) then 1
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
  v_contradict boolean := false;
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
    v_contradict := v_contradict or v_best = 0 and a_weights[i] > 0 and length(v_word) > 1;
  end loop;
  v_contradict := v_contradict and exists (
    select from generate_series(1, m) j where v_of_b[j] = 0 and b_weights[j] > 0 and length(b[j]) > 1);
  for j in 1 .. m loop
    v_b := v_b + v_of_b[j] * b_weights[j];
    v_total_b := v_total_b + b_weights[j];
  end loop;
  if v_total_a = 0 or v_total_b = 0 then
    return -1;
  end if;
  v_dice := (v_a + v_b) / (v_total_a + v_total_b);
  v_part := greatest(v_a / v_total_a, v_b / v_total_b);
  -- Moss Roofing and Moss Painting: each has a word that the other one lacks, however common it is.
  return case when v_dice >= 0.97 and not v_contradict then 5 when v_dice >= 0.75 and not v_contradict then 4
    when v_dice >= 0.75 or not v_contradict and (v_dice >= 0.5 or v_part >= 0.9) then 3
    when v_dice >= 0.25 then 2 when v_dice > 0.03 then 1 else 0 end;
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
        where not private.directions() ? w order by length(w) desc, w limit 1) as street_word,
      -- A mailbox is often named like its person.
      array(select upper(t) from unnest(r.emails) e
        cross join regexp_split_to_table(split_part(e, '@', 1), '[^a-z]+') t
        where position('@' in e) > 0 and t <> '') as mailbox
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
    -- Letters that changed their places.
    select 'wl ' || private.sorted_letters(w) from unnest(x.words) w where length(w) > 3
    union all
    select 'w ' || m from unnest(x.mailbox) m where length(m) > 3
    union all
    select 'j ' || left(array_to_string(x.mailbox, ''), 8) where length(array_to_string(x.mailbox, '')) > 6
    union all
    select 'eb ' || left(split_part(e, '@', 1), 6) from unnest(r.emails) e
      where length(split_part(e, '@', 1)) > 6 and position('@' in e) > 0
    union all
    select 'ee ' || right(split_part(e, '@', 1), 6) from unnest(r.emails) e
      where length(split_part(e, '@', 1)) > 6 and position('@' in e) > 0
    union all
    -- The family name as it sounds or begins, with a given name's first letter: Yolana Ramsova and Y. Ramsowa.
    select 'nf ' || n || ' ' || left(f, 1)
    from unnest(array[left(r.last_name, 4), private.name_skeleton(r.last_name)]) n
    cross join unnest(r.first_forms || r.first_name) f where length(n) > 2
    union all
    -- The end of the family name, where a typing error is in its beginning.
    select 'nf ' || right(r.last_name, 4) || ' ' || left(f, 1)
    from unnest(r.first_forms || r.first_name) f where length(r.last_name) > 4
    union all
    -- rmiller47@ is R. Miller, and millerfamily@ some Miller.
    select 'nf ' || substr(m, 2, 4) || ' ' || left(m, 1) from unnest(x.mailbox) m where length(m) > 4
    union all
    select 'm ' || left(m, 5) from unnest(x.mailbox || r.last_name) m where length(m) > 4
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
    union all
    -- A date of which a part is wrong.
    select 'xd ' || o || ' ' || d.part || left(w, d.letters)
    from unnest(r.extras) with ordinality t (v, o)
    cross join lateral (values (left(v, 7) || '..', 2), (left(v, 5) || '..' || right(v, 2), 2),
      ('D....' || right(v, 4), 2), (left(v, 5) || '....', 3)) d (part, letters)
    cross join unnest(x.words) w
    where v ~ '^D[0-9]{8}$'
  ) k
  where k.key is not null;
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
  from match_keys k where k.key !~ '^(w|s|we|wl|el|hn|m) '
  group by k.record
$function$;

CREATE OR REPLACE FUNCTION private.is_own_mailbox (
  p_email    text,
  p_family   text,
  p_initials text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select coalesce(length(p_family) > 2 and position('@' in p_email) > 0 and x.rest <> 'FAMILY'
    and translate(left(x.rest, 1), p_initials, '') = '', false) and x.rest <> '' and x.rest <> x.box
  from (
    select b.box, replace(b.box, p_family, '') as rest
    from (select regexp_replace(upper(split_part(p_email, '@', 1)), '[^A-Z]', '', 'g') as box) b) x
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
      and (p_levels[4] >= 4 or p_levels[6] = 2 or p_levels[7] >= 2))
    -- So has Liz Finch with the mailbox efinch@ of Elizabeth Falk.
    and not (p_levels[2] > 0 and p_levels[7] = 3))
$function$;

CREATE OR REPLACE FUNCTION private.match_phrases()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"1":["different family name","family name a little alike, or the one in the e-mail","family name nearly the same","same common family name",
      "same family name"],
    "2":["different given name","given name fits the initial or sounds the same","given name nearly the same",
      "same common given name","same given name"],
    "3":["names share nothing","names share little","names share some words","names share most words",
      "names nearly the same","same name"],
    "4":["different address","same street, other number","same street, number missing or nearly the same",
      "same number, similar street","same house, unit differs","same address"],
    "5":["different place","similar place","same city","same ZIP"],
    "6":["different phone","similar phone","same phone"],
    "7":["different e-mail","similar e-mail","same e-mail","same e-mail, named like the person"]}'::jsonb
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
    "7":[[0.25,0.05,0.35,0.35],[0.98,0.015,0.004,0.001]],
    "number":[[0.01,0.06,0.93],[0.98,0.015,0.005]],
    "other":[[0.12,0.13,0.75],[0.7,0.1,0.2]]}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.merge_alike (
  p_org_id uuid,
  p_as_of  timestamp with time zone
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_least constant double precision := (
    select (o.settings ->> 'merge_probability')::double precision from public.orgs o where o.id = p_org_id);
  v_pair record;
  v_leads uuid[];
  v_count integer := 0;
begin
  if v_least is null then
    return 0;
  end if;
  -- As a resolve does: one change of identities per org at a time.
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  perform set_config('sluice.actor', 'system', true);
  for v_pair in
    select c.* from public.match_candidates c
    where c.org_id = p_org_id and c.state = 'open' and c.origin = 'finder' and c.model_version is not null
      and c.probability >= v_least
      -- The same house, phone or e-mail: equal names alone are two persons of one name.
      and (c.levels[4] >= 4 or c.levels[6] = 2 or c.levels[7] >= 2)
    order by c.probability desc, c.id
    limit 1000
  loop
    select array[x.leads[1], x.leads[2]] into v_leads
    from (select private.survivor_of(p_org_id, array[a.id, b.id]) as leads
      from public.leads a join public.leads b on b.org_id = a.org_id and b.id = v_pair.right_id
      where a.org_id = p_org_id and a.id = v_pair.left_id
        -- Two rows of one list are rarely one by mistake, and names that share nothing are never one.
        and (a.created_upload_id <> b.created_upload_id) is not false
        and (a.mak <> b.mak) is not true
        and private.owners_agree(
          private.owner_text(a.owner_1_first, a.owner_1_last, a.owner_2_first, a.owner_2_last, a.owner_full,
            a.situs_street),
          private.owner_text(b.owner_1_first, b.owner_1_last, b.owner_2_first, b.owner_2_last, b.owner_full,
            b.situs_street))) x;
    -- An earlier merge of this loop may have ended one of the leads, or made the two different.
    if v_leads[2] is not null and exists (
        select from public.match_candidates c where c.org_id = p_org_id and c.id = v_pair.id and c.state = 'open') then
      perform private.merge_with_undo(p_org_id, v_leads[1], v_leads[2],
        format('alike with a probability of %s', round(v_pair.probability::numeric, 4)), null, p_as_of);
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end
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
  v_addresses constant boolean := exists (select from match_records r where r.street is not null);
begin
  perform private.fill_match_keys();
  with counts as (
    select k.key, count(*) as records from match_keys k group by k.key
  ), rare as (
    select k.key, k.record, k.list, ln(v_count / c.records + 1) as share,
      case split_part(k.key, ' ', 1) when 'wa' then 2 when 'p' then 3 when 'e' then 4 when 'el' then 4
        when 'eb' then 4 when 'ee' then 4 when 'a' then 5
        when 'ab' then 5 when 'h' then 5 when 'hn' then 5 when 's' then 5 when 'w' then 1 when 'ww' then 1
        when 'wb' then 1 when 'we' then 1 when 'nf' then 1 when 'wl' then 1 when 'j' then 1
        when 'm' then 1 else 6 end as kind
    from match_keys k join counts c using (key)
    where c.records between 2 and (
      -- Where few pairs share a rare key, less rare ones nominate, too.
      select greatest(p_most, max(m.most) filter (where m.pairs < 200 * v_count))
      from (
        select t.most, (select sum(d.records * (d.records - 1) / 2) from counts d where d.records between 2 and t.most)
          as pairs
        from unnest('{90,130,200,300,450,700}'::integer[]) t (most)) m)
  ), shared as (
    -- Keys of one kind say the same again: the rarest of each kind counts.
    select x.record as a, y.record as b, coalesce(max(x.share) filter (where x.kind = 1), 0)
      + coalesce(max(x.share) filter (where x.kind = 2), 0) + coalesce(max(x.share) filter (where x.kind = 3), 0)
      + coalesce(max(x.share) filter (where x.kind = 4), 0) + coalesce(max(x.share) filter (where x.kind = 5), 0)
      + coalesce(max(x.share) filter (where x.kind = 6), 0) as share
    from rare x join rare y on x.key = y.key and (case when v_lists then x.list = 0 and y.list = 1
      else x.record < y.record end)
    group by x.record, y.record
  ), placed as (
    -- Without addresses, the town speaks for those who share something else.
    select s.a, s.b, s.share + case when v_addresses then 0 when x.city is null or y.city is null then 1
      when x.city = y.city then 1.5 when left(x.city, 3) = left(y.city, 3) or right(x.city, 3) = right(y.city, 3)
      or private.sorted_letters(x.city) = private.sorted_letters(y.city) then 1.2 else 0 end as share
    from shared s join match_records x on x.record = s.a join match_records y on y.record = s.b
  ), ranked as (
    select s.a, s.b, s.share, row_number() over (partition by s.a order by s.share desc, s.b) as of_a,
      row_number() over (partition by s.b order by s.share desc, s.a) as of_b
    from placed s
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

CREATE OR REPLACE FUNCTION private.prepare_match_records()
  RETURNS text[]
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
declare
  v_extras text[];
  v_count constant double precision := greatest((select count(*) from match_input), 1);
  v_given_first boolean;
begin
  analyze pg_temp.match_input;
  v_given_first := private.find_name_order();
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
    from (select regexp_replace(s.first_name, '[ ,]+(jr|sr|i|ii|iii|iv)[.]?$', '', 'i') as first_name,
        regexp_replace(s.last_name, '[ ,]+(jr|sr|i|ii|iii|iv)[.]?$', '', 'i') as last_name
      from (select coalesce(i.first_name, (x.whole).first_name) as first_name,
          coalesce(i.last_name, (x.whole).last_name) as last_name
        -- Two members of a household differ by their given names, whether those have a column or not.
        from (select case when num_nonnulls(i.first_name, i.last_name, i.second_first_name, i.second_last_name) = 0
          then private.split_full_name(i.full_name, v_given_first) end as whole offset 0) x) s) f
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

  -- Ted is no other person than Teodore: what is no name may be a typing error of one, and has its forms.
  with known as materialized (
    select k.key as name, left(k.key, 1) as initial, string_to_array(substr(k.value, 2), ' ') as forms
    from jsonb_each_text(private.given_names()) k where length(k.key) > 3
  ), meant as (
    select u.first_name, array_agg(distinct f) as forms
    from (select distinct r.first_name from match_records r
      where not coalesce(r.first_is_known, false) and length(r.first_name) > 2) u
    join known k on k.initial = left(u.first_name, 1) and private.is_one_edit(u.first_name, k.name)
      -- Four letters are mistaken for another name more easily: only letters that changed their places, or a vowel
      -- that is missing (MKE).
      and (length(u.first_name) > 4 and length(k.name) > 4 or length(u.first_name) = length(k.name)
        and private.sorted_letters(u.first_name) = private.sorted_letters(k.name)
        or length(u.first_name) = 3 and length(k.name) = 4
        and translate(u.first_name, 'AEIOU', '') = translate(k.name, 'AEIOU', ''))
    cross join unnest(k.forms || k.name) f where f <> ''
    group by u.first_name
  )
  update match_records r set first_forms = r.first_forms || m.forms
  from meant m where m.first_name = r.first_name and not coalesce(r.first_is_known, false);

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
  -- Likewise the e-mail of an office. Spellings of one name are one name.
  with uses as (
    select e, r.joined, min(r.words) as words, count(*) as records
    from match_records r cross join lateral unnest(r.emails) e
    group by e, r.joined
  ), busy as (
    select u.e, u.joined, u.words, first_value(u.joined) over often as main,
      first_value(u.words) over often as main_words
    from uses u
    where u.e in (select v.e from uses v group by v.e having count(*) > 3)
    window often as (partition by u.e order by u.records desc, length(u.joined) desc, u.joined)
  ), shared as (
    select b.e from busy b
    group by b.e having count(*) filter (where not b.words && b.main_words
      and extensions.similarity(b.joined, b.main) < 0.25) > 2
    union
    select u.e from uses u
    where u.e ~ '^(info|office|sales|contact|admin|hello|mail|support|service|team|reception|billing|accounts?)@'
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
    + case when p_levels[7] >= 2 then 8 else 0 end
    + case when p_levels[1] = -2 and (p_levels[4] in (0, 1) or p_levels[4] = -1 and p_levels[5] = 0) then 16
      else 0 end)::smallint
$function$;

COMMENT ON FUNCTION "private"."compare_emails"(text[], text[], text[], text[], text) IS '3 one in common that is named like both persons (p_families, and p_initials of their given names), 2 one in common, 1 a typing error or the same mailbox at another provider, 0 different, -1 missing, or a mailbox that is named like the person (p_names) at another provider.';

COMMENT ON FUNCTION "private"."is_own_mailbox"(text, text, text) IS 'Whether a mailbox is named by a family name and a word or letter that begins with one of p_initials: rmiller47@ is of R. Miller, but millerfamily@ of a household.';

COMMENT ON FUNCTION "private"."nominate_pairs"(double precision, integer) IS 'Fills match_pairs: for each record the two others that share the most, and further pairs, the closest first, until there are p_per_record pairs a record; keys of more than p_most records nominate nobody, except in lists where rarer keys are shared by few. With two lists, pairs are across the lists.';

REVOKE ALL ON FUNCTION "private"."compare_emails"(text[], text[], text[], text[], text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."compare_emails"(text[], text[], text[], text[], text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_own_mailbox"(text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_own_mailbox"(text, text, text) TO "pipeline_writer";

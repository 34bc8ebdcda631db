-- persons without an address: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."compare_given"(text, text[], boolean, text, text[], boolean);

DROP FUNCTION "private"."compare_lists"(text[], text[], boolean);

CREATE OR REPLACE FUNCTION private.add_near_pairs()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET enable_nestloop TO 'off'
  AS $function$
begin
  insert into match_pairs (a, b)
  select distinct u.x, u.y from private.find_unsure_pairs() u
  on conflict (a, b) do nothing;
  analyze pg_temp.match_pairs;
end
$function$;

CREATE OR REPLACE FUNCTION private.are_nearly_equal (
  a text,
  b text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select private.compare_family(a, b) >= 2 or length(translate(a, b, '')) < 2 and private.are_scrambled(a, b)
$function$;

CREATE OR REPLACE FUNCTION private.are_scrambled (
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
  v_rest text := b;
  v_at integer;
begin
  -- Most words differ in more letters than that.
  if a is null or b is null or least(n, length(b)) < 3 or abs(n - length(b)) > 1
    or length(translate(a, b, '')) > 1 or length(translate(b, a, '')) > 1 then
    return false;
  end if;
  for i in 1 .. n loop
    v_at := position(substr(a, i, 1) in v_rest);
    if v_at > 0 then
      v_rest := overlay(v_rest placing '' from v_at for 1);
    end if;
  end loop;
  -- Letters that one of them has alone.
  return 2 * length(v_rest) + n - length(b) <= case when least(n, length(b)) > 5 then 2 else 1 end;
end
$function$;

CREATE OR REPLACE FUNCTION private.compare_emails (
  a       text[],
  b       text[],
  p_names text[]
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
    return 2;
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
    when extensions.similarity(a, b) >= 0.25
      or length(translate(a, b, '')) < 2 and private.are_scrambled(a, b) then 1
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
      or exists (select from unnest(v_forms) f where left(f, 1) = v_short))::integer;
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
      case when a.shared_phones && b.shared_phones then -1 else private.compare_phones(a.phones, b.phones) end,
      case when a.shared_emails && b.shared_emails then -1
        else private.compare_emails(a.emails, b.emails, array[a.first_name, a.last_name]) end
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
          private.compare_place(a.city, a.state, a.zip, b.city, b.state, b.zip) as place
        from (select num_nulls(a.first_name, a.last_name, b.first_name, b.last_name) = 0 as whole,
          num_nonnulls(a.first_name, a.last_name) > 0 and num_nonnulls(b.first_name, b.last_name) > 0 as persons) h
        offset 0) k
    where p.a = a.record and p.b = b.record and p.levels is null
  $sql$, ', ' || v_extras);
end
$function$;

CREATE OR REPLACE FUNCTION private.compare_phones (
  a text[],
  b text[]
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
      if right(v, 7) = right(w, 7) or private.is_one_edit(v, w) then
        return 1;
      end if;
    end loop;
  end loop;
  return 0;
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
    when private.is_one_edit(a_zip, b_zip) or extensions.similarity(a_city, b_city) >= 0.4
      or private.are_scrambled(a_city, b_city) then 1
    when (a_zip is null or b_zip is null) and (a_city is null or b_city is null) then -1
    else 0 end)::smallint
$function$;

CREATE OR REPLACE FUNCTION private.count_owners (
  p_owners text[]
)
  RETURNS integer
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v record;
  v_owner private.parsed_name;
  v_found private.parsed_name[] := '{}'::private.parsed_name[];
  v_numbers text[] := array[]::text[];
begin
  -- Comparing a hundred names with each other would take longer than the upload.
  if cardinality(p_owners) > 20 then
    return cardinality(p_owners);
  end if;
  for v in
    select x.name, regexp_replace(x.o, '[^0-9]', '', 'g') as numbers
    from (select o, private.parse_name_text(private.name_letters(o)) as name from unnest(p_owners) o offset 0) x
    -- The longest first: an initial fits several names.
    order by cardinality((x.name).words) desc, length(x.o) desc, x.o
  loop
    v_owner := v.name;
    continue when exists (
      select from unnest(v_found, v_numbers) f (words, roles, is_firm, numbers)
      where f.numbers = v.numbers and not private.is_another(row(f.words, f.roles, f.is_firm)::private.parsed_name,
        v_owner));
    v_found := v_found || v_owner;
    v_numbers := v_numbers || v.numbers;
  end loop;
  return cardinality(v_found);
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

CREATE OR REPLACE FUNCTION private.find_near_records()
  RETURNS TABLE (
    record integer,
    near   integer
  )
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.find_overused_contacts (
  p_org_id    uuid,
  p_upload_id uuid,
  p_parts     uuid[],
  p_report    boolean DEFAULT true
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  SET jit TO 'off'
  AS $function$
begin
  truncate resolve_overused;
  -- Most lists have none.
  perform from private.leads_staging_contacts c
  where c.part_id = any (p_parts)
  group by c.value_bidx, c.kind having count(*) > private.shared_key_limit()
  limit 1;
  if not found then
    return;
  end if;
  -- The thousand most frequent ones, so that a list full of them costs no more.
  with busy as materialized (
    select c.value_bidx, c.kind from private.leads_staging_contacts c
    where c.part_id = any (p_parts)
    group by c.value_bidx, c.kind having count(*) > private.shared_key_limit()
    order by count(*) desc, c.value_bidx limit 1000
  ), facts as (
    select c.kind, c.value_bidx, c.masked, s.*
    from private.leads_staging_contacts c
    join busy b on b.value_bidx = c.value_bidx and b.kind = c.kind
    cross join lateral (
      select x.part, x.line_number, encode(x.addr_hash, 'hex') as place,
        private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full,
          x.situs_street) as owner
      from public.leads_staging x
      where x.part_id = c.part_id and x.line_number = c.line_number
      offset 0
    ) s
    where c.part_id = any (p_parts)
  )
  insert into resolve_overused (place, kind, masked, rows, places, owners, first_lines)
  select u.value_bidx, u.kind, u.masked, u.rows, u.places, c.owners, u.first_lines
  from (
    select f.value_bidx, f.kind, min(f.masked) as masked, count(*) as rows, count(distinct f.place) as places,
      array_agg(distinct f.owner) filter (where f.owner is not null) as owners,
      -- Without a name, the address says who it is.
      count(distinct f.place) filter (where f.owner is null) as unnamed,
      to_jsonb((array_agg(jsonb_build_array(f.part, f.line_number) order by f.part, f.line_number))[1:5]) as first_lines
    from facts f
    group by f.value_bidx, f.kind
    having count(distinct coalesce(f.owner, f.place)) > private.shared_key_limit()
    offset 0
  ) u
  cross join lateral (select coalesce(private.count_owners(u.owners), 0) + u.unnamed as owners offset 0) c
  where c.owners > private.shared_key_limit();
  if not found or not p_report then
    return;
  end if;
  insert into public.upload_shared_keys as k (org_id, upload_id, kind, value, rows, places, owners, first_lines)
  -- The blind index tells apart values that look alike when masked.
  select p_org_id, p_upload_id, o.kind::text, o.masked || ' #' || left(encode(o.place, 'hex'), 6), o.rows, o.places,
    o.owners, o.first_lines
  from resolve_overused o
  on conflict (org_id, upload_id, kind, value) do update
  set rows = excluded.rows, places = excluded.places, owners = excluded.owners, first_lines = excluded.first_lines;
  perform private.add_warnings(w.part_id,
    jsonb_build_object('shared_contact', jsonb_build_object('n', w.n, 'lines', w.lines)))
  from (
    select c.part_id, count(distinct c.line_number) as n,
      to_jsonb((array_agg(distinct c.line_number order by c.line_number))[1:5]) as lines
    from resolve_overused o
    join private.leads_staging_contacts c on c.value_bidx = o.place and c.part_id = any (p_parts)
    group by c.part_id
  ) w;

  if not exists (select from resolve_overused o where o.owners > private.stranger_limit()) then
    return;
  end if;
  update private.leads_staging_contacts c set invalid = true, verified = false
  from resolve_overused o
  where o.owners > private.stranger_limit() and c.value_bidx = o.place and c.part_id = any (p_parts);
  update public.leads_staging s set phone_verified = v.phone, email_verified = v.email,
    phone_codes = coalesce(string_to_array(v.phone_codes, ','), '{}'),
    email_codes = coalesce(string_to_array(v.email_codes, ','), '{}')
  from (
    select c.part_id, c.line_number, bool_or(c.verified and c.kind = 'phone') as phone,
      bool_or(c.verified and c.kind = 'email') as email,
      (array_agg(array_to_string(c.codes, ',') order by c.invalid, not c.verified, c.position)
        filter (where c.kind = 'phone'))[1] as phone_codes,
      (array_agg(array_to_string(c.codes, ',') order by c.invalid, not c.verified, c.position)
        filter (where c.kind = 'email'))[1] as email_codes
    from (
      select distinct x.part_id, x.line_number
      from private.leads_staging_contacts x join resolve_overused o on o.place = x.value_bidx
      where o.owners > private.stranger_limit() and x.part_id = any (p_parts)
    ) d
    join private.leads_staging_contacts c using (part_id, line_number)
    group by c.part_id, c.line_number
  ) v
  where s.part_id = v.part_id and s.line_number = v.line_number
    and (s.phone_verified, s.email_verified, s.phone_codes, s.email_codes) is distinct from (v.phone, v.email,
      coalesce(string_to_array(v.phone_codes, ','), '{}'), coalesce(string_to_array(v.email_codes, ','), '{}'));
end
$function$;

CREATE OR REPLACE FUNCTION private.find_unsure_pairs()
  RETURNS TABLE (
    a integer,
    b integer,
    x integer,
    y integer
  )
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  with near as materialized (select * from private.find_near_records())
  select p.a, p.b, least(s.near, t.near), greatest(s.near, t.near)
  from match_pairs p
  join near s on s.record = p.a
  join near t on t.record = p.b
  where p.probability between 0.001 and 0.999 and p.answer is null and p.weight > -30
    and s.near <> t.near and s.near <> p.b and t.near <> p.a
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
  from match_keys k where k.key !~ '^(w|s|we|wl|el|hn) '
  group by k.record
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
    perform private.add_near_pairs();
    perform private.compare_pairs();
    perform private.count_patterns();
    perform private.score_pairs(v_lambda, v_shift);
    perform private.pool_evidence(v_lambda, v_shift);
    perform private.cut_contradictions();
    perform private.close_triangles();
  end if;
  return jsonb_build_object('records', (select count(*) from match_records), 'candidates', v_nominated,
    'compared', v_extras, 'lambda', v_lambda, 'shift', v_shift,
    'answers', (select count(*) from match_pairs p where p.answer is not null));
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
begin
  perform private.fill_match_keys();
  with counts as (
    select k.key, count(*) as records from match_keys k group by k.key
  ), rare as (
    select k.key, k.record, k.list, ln(v_count / c.records + 1) as share,
      case split_part(k.key, ' ', 1) when 'wa' then 2 when 'p' then 3 when 'e' then 4 when 'el' then 4
        when 'eb' then 4 when 'ee' then 4 when 'a' then 5
        when 'ab' then 5 when 'h' then 5 when 'hn' then 5 when 's' then 5 when 'w' then 1 when 'ww' then 1
        when 'wb' then 1 when 'we' then 1 when 'nf' then 1 when 'wl' then 1 when 'j' then 1 else 6 end as kind
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

CREATE OR REPLACE FUNCTION private.pool_evidence (
  p_lambda double precision,
  p_shift  double precision
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET enable_nestloop TO 'off'
  AS $function$
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
$function$;

COMMENT ON FUNCTION "private"."add_near_pairs"() IS 'Adds the pairs that pool_evidence looks at to those to compare.';

COMMENT ON FUNCTION "private"."are_nearly_equal"(text, text) IS 'Whether two names may be one with typing errors.';

COMMENT ON FUNCTION "private"."are_scrambled"(text, text) IS 'Whether two words have the same letters in another order (OAYLT, TAYLOR), but for one, or for two in long words.';

COMMENT ON FUNCTION "private"."compare_emails"(text[], text[], text[]) IS '2 one in common, 1 a typing error or the same mailbox at another provider, 0 different, -1 missing, or a mailbox that is named like the person (p_names) at another provider.';

COMMENT ON FUNCTION "private"."compare_given"(text, text[], boolean, text, text[], boolean) IS '3 equal, 2 a nickname or typing error, 1 an initial, the same sound or the same letters, 0 different, -1 missing.';

COMMENT ON FUNCTION "private"."compare_phones"(text[], text[]) IS '2 one in common, 1 nearly (a digit, an area code), 0 different, -1 missing.';

COMMENT ON FUNCTION "private"."count_owners"(text[]) IS 'How many persons or firms these spellings of names stand for; more than 20 are counted as they are.';

COMMENT ON FUNCTION "private"."find_near_records"() IS 'Each record with itself and the three others that most surely are the same.';

COMMENT ON FUNCTION "private"."find_unsure_pairs"() IS 'The unsure pairs, each with the pairs (x, y) of records that surely are one with one of its records each.';

COMMENT ON FUNCTION "private"."pool_evidence"(double precision, double precision) IS 'Sets the probability of unsure pairs from all that their persons'' records say.';

REVOKE ALL ON FUNCTION "private"."add_near_pairs"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."add_near_pairs"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."are_nearly_equal"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_nearly_equal"(text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."are_scrambled"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_scrambled"(text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."compare_emails"(text[], text[], text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."compare_emails"(text[], text[], text[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."compare_given"(text, text[], boolean, text, text[], boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."compare_given"(text, text[], boolean, text, text[], boolean) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."compare_phones"(text[], text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."compare_phones"(text[], text[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."count_owners"(text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_owners"(text[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."find_near_records"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_near_records"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."find_unsure_pairs"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_unsure_pairs"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."pool_evidence"(double precision, double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."pool_evidence"(double precision, double precision) TO "pipeline_writer";

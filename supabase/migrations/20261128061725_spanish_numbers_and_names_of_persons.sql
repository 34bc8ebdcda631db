-- spanish numbers and names of persons: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."split_full_name"(text);

CREATE OR REPLACE FUNCTION private.find_name_order()
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  select case when count(x.name) > 0.7 * count(*) and count(*) >= 20 then
    coalesce(avg((position((x.name).first_name in x.full_name) = 1)::integer) filter (where x.full_name !~ ','), 1) >= 0.5
    end
  from (
    select upper(btrim(i.full_name)) as full_name, private.split_full_name(upper(btrim(i.full_name))) as name
    from match_input i
    where i.full_name is not null
      and num_nonnulls(i.first_name, i.last_name, i.second_first_name, i.second_last_name) = 0
    offset 0
  ) x
$function$;

CREATE OR REPLACE FUNCTION private.is_puerto_rico (
  state text,
  zip   text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select state = 'PR' or zip < '01000' and zip ~ '^00[679]'
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

CREATE OR REPLACE FUNCTION private.number_spanish_street (
  street      text,
  puerto_rico boolean
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  w constant text[] := string_to_array(street, ' ');
  n constant integer := cardinality(w);
  v_at integer := 3;
  v_number integer;
begin
  -- AVE is English, too.
  if n < 2 or w[1] not in ('CALLE', 'CLL', 'CLLE', 'CALLEJON', 'CLJ', 'AVENIDA', 'AVDA')
    and not (puerto_rico and w[1] in ('AVE', 'AV')) then
    return street;
  end if;
  v_number := (private.spanish_numbers() ->> w[2])::integer;
  if v_number is not null then
    -- CIENTO DOS; TREINTA Y CINCO
    if v_number = 100 and private.spanish_numbers() ? w[3] then
      v_number := v_number + (private.spanish_numbers() ->> w[3])::integer;
      v_at := 4;
    end if;
    if w[v_at] = 'Y' and v_number % 10 = 0 and v_number % 100 > 0
      and (private.spanish_numbers() ->> w[v_at + 1])::integer < 10 then
      v_number := v_number + (private.spanish_numbers() ->> w[v_at + 1])::integer;
      v_at := v_at + 2;
    end if;
  elsif puerto_rico then
    -- On the mainland, Calle Primera and Calle Uno may be two.
    v_number := coalesce((private.spanish_ordinals() ->> w[2])::integer,
      substring(w[2], '^([0-9]{1,3})(?:ERA|ERO|ER|RA|RO|DA|DO|TA|TO|MA|MO|VA|VO|NA|NO)$')::integer);
  end if;
  -- Calle Dos de Mayo and Calle Tres Hermanos are names.
  if v_number is null or v_at <= n and w[v_at] not in ('URB', 'URBANIZACION', 'URBANIZATION', 'N', 'S', 'E', 'O', 'NE',
    'NO', 'SE', 'SO', 'NORTE', 'SUR', 'ESTE', 'OESTE', 'NORESTE', 'NOROESTE', 'SURESTE', 'SUROESTE') then
    return street;
  end if;
  return array_to_string(array[w[1], v_number::text] || w[v_at :], ' ');
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
      -- A false union is worse than a missed one: pairs far above the threshold are asked before those far below.
      from (select 1 / (1 + power(2, -greatest(-60, least(60,
        case when p.weight > 4 then 4 + (p.weight - 4) / 3 else p.weight end)))) as c) y) x
    where p.answer is null and p.levels is not null and p.probability between 0.001 and 0.9999
    window kind as (partition by p.levels[1:7])
  )
  select u.a, u.b, u.probability, u.levels, row_number() over (order by u.doubt * u.mass / u.of_kind desc, u.a, u.b)
  from unsure u
  order by u.doubt * u.mass / u.of_kind desc, u.a, u.b
  limit p_most
$function$;

CREATE OR REPLACE FUNCTION private.parse_address (
  street    text,
  unit      text,
  city      text,
  state     text,
  zip       text,
  rechecked boolean                 DEFAULT true,
  streets   jsonb                   DEFAULT NULL::jsonb,
  OUT       situs_house_number text,
  OUT       situs_street text,
  OUT       situs_unit text,
  OUT       situs_city text,
  OUT       situs_state text,
  OUT       situs_zip text,
  OUT       situs_zip4 text,
  OUT       addr_hash bytea,
  OUT       warnings text[]
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  PARALLEL SAFE
  AS $function$
declare
  v_words text[];
  v_line text := upper(street collate "C");
  v_city text;
  v_unit_at integer;
  v_unit text := unit;
  v_line_unit text;
  v_street text;
  v_shown text;
  v_forms text;
  v_box record;
  v_condominium record;
  v_spanish record;
  v_house record;
  v_puerto_rico boolean;
  v_stripped boolean := false;
  v_special boolean;
  v_urb text;
  v_number text;
  v_comma boolean;
  v_unclear boolean := false;
  v_last text;
  v_place record;
  v_again record;
  v_line_shown text;
  v_differs boolean;
  k integer;
begin
  -- A call costs more than checking whether it is needed.
  if length(v_line) > 200 or v_line ~ '[^A-Z0-9 ]|  |^ | $' then
    v_line := private.clean_address_text(street);
  end if;
  if v_unit is not null then
    if octet_length(v_unit) <> length(v_unit) then
      v_unit := private.clean_address_text(v_unit);
      v_unclear := octet_length(v_unit) <> length(v_unit);
    end if;
    v_unit := private.canonical_unit(v_unit);
  end if;
  if length(zip) = 5 and ltrim(zip, '0123456789') = '' and zip >= '00501' then
    situs_zip := zip;
  elsif zip is not null then
    situs_zip := private.normalise_zip(zip);
    situs_zip4 := private.normalise_zip4(zip);
    if situs_zip is not null and zip !~ '^[0-9]{5}-[0-9]{4}$' then
      warnings := array_append(warnings, 'zip_healed');
    end if;
  end if;
  if length(state) = 2 and position(' ' || state || ' ' in private.state_codes()) > 0 then
    situs_state := state;
  elsif state is not null then
    situs_state := private.normalise_state(state);
  end if;
  if city is not null then
    situs_city := nullif(btrim(left(split_part(city, ',', 1), 100)), '');
    v_city := upper(situs_city collate "C");
    if v_city ~ '[^A-Z ]|  ' then
      v_city := nullif(private.clean_address_text(situs_city), '');
    end if;
    if situs_city = v_city or situs_city = lower(situs_city) then
      situs_city := initcap(situs_city);
    end if;
  end if;
  v_last := split_part(v_line, ' ', -1);
  if private.is_plain_line(v_line, v_last, v_city) then
    -- Most lines are a house number and a street, with nothing to remove.
    situs_house_number := split_part(v_line, ' ', 1);
    v_street := substr(v_line, length(situs_house_number) + 2);
  elsif v_line <> '' then
    if v_line ~ '[A-Z]{2}-?[0-9]' then
      v_line := private.split_glued_unit(v_line);
      v_last := split_part(v_line, ' ', -1);
    end if;
    v_words := string_to_array(v_line, ' ');

    -- A row with its place in columns of its own seldom repeats it in the line.
    v_comma := position(',' in v_line) > 0;
    if v_comma or v_city is null or situs_zip is null or right(v_line, length(v_city)) = v_city
      or v_last = situs_state or length(v_last) >= 5 and ascii(right(v_last, 1)) between 48 and 57 then
      v_place := private.strip_place(v_words, v_city, situs_state, situs_zip);
      v_stripped := v_place.stripped;
      if v_stripped then
        v_words := v_place.words;
        v_last := v_words[cardinality(v_words)];
        situs_state := v_place.state;
        situs_zip := v_place.zip;
        if v_city is null and v_place.city is not null then
          v_city := v_place.city;
          situs_city := initcap(v_city);
        end if;
        warnings := array_append(warnings, 'place_taken_out_of_street');
      end if;
    end if;

    -- Puerto Rico and other Spanish addresses.
    v_puerto_rico := private.is_puerto_rico(situs_state, situs_zip);
    if v_puerto_rico and '{"COND":1,"CONDOMINIO":1}'::jsonb ?| v_words then
      v_condominium := private.split_condominium(v_words, v_unit is not null);
      v_words := v_condominium.words;
      v_line_unit := v_condominium.unit;
      if v_condominium.building is not null then
        v_street := v_condominium.building;
        v_words := '{}';
      end if;
    end if;
    v_special := private.line_words() ?| v_words;
    if v_puerto_rico or v_special
      and '{"URB":1,"URBANIZACION":1,"CALLE":1,"CLL":1,"CALLEJON":1,"CARR":1,"CARRETERA":1,"KM":1}'::jsonb ?| v_words
    then
      v_spanish := private.split_spanish_line(v_words, v_puerto_rico);
      v_words := v_spanish.words;
      v_urb := v_spanish.urb;
      v_comma := ',' = any (v_words);
      if v_spanish.road is not null then
        v_street := v_spanish.road;
        v_words := '{}';
      end if;
    end if;

    -- Boxes: a post office box, a box on a rural or highway contract route.
    if v_special and '{"BOX":1,"BX":1,"POBOX":1,"POB":1,"DRAWER":1,"LOCKBOX":1,"CALLER":1,"BIN":1,"APARTADO":1,"APDO":1,
      "BUZON":1,      "BZN":1}'::jsonb ?| v_words then
      v_box := private.split_box(array_to_string(v_words, ' '));
      if v_box.before is not null then
        v_words := string_to_array(v_box.before, ' ');
        warnings := array_append(warnings, 'box_dropped');
      elsif v_box.box is not null then
        v_street := v_box.box;
        v_words := '{}';
        if private.unit_words() ? split_part(v_box.rest, ' ', 1) then
          v_line_unit := v_box.rest;
        elsif v_city is null and v_stripped and v_box.rest !~ '[^A-Z ]' then
          v_city := v_box.rest;
          situs_city := initcap(v_city);
        end if;
      end if;
    end if;

    -- A unit in front: `APT 4, 123 MAIN ST`.
    if private.unit_words() ->> v_words[1] = 'sure' and v_words[2] <> ',' then
      k := 3 + coalesce((v_words[3] in (',', '-'))::integer, 0);
      if v_words[k] ~ '^[0-9]' and v_words[k + 1] is not null then
        v_line_unit := v_words[2];
        v_words := v_words[k :];
      end if;
    end if;
    -- A name before the number (`c/o Smith, 123 Main St`), separated from it by a comma.
    if v_comma and v_words[1] !~ '[0-9]' and not private.number_words() ? v_words[1]
      and not (v_words[1] in ('NO', 'NUM', 'NUMBER') and v_words[2] ~ '^[0-9]') then
      v_unit_at := array_position(v_words, ',');
      if v_words[v_unit_at + 1] ~ '^[0-9]+[A-Z]?$' and cardinality(v_words) > v_unit_at + 1 then
        -- A building with a unit: `Harbor Towers Apt 4, 123 Main St`.
        k := private.find_unit(v_words[: v_unit_at - 1]);
        if private.unit_words() ? v_words[k] then
          v_line_unit := concat_ws(' ', v_line_unit, array_to_string(v_words[k : v_unit_at - 1], ' '));
        end if;
        v_words := v_words[v_unit_at + 1 :];
      end if;
    end if;

    -- House number, unit and street. find_unit expects the house number as one word.
    if v_street is null then
      v_house := private.split_house(v_words);
      situs_house_number := v_house.house;
      v_words := coalesce(situs_house_number, '-') || v_house.words;
      if v_special then
        v_words := private.cut_cross_street(v_words, 2);
        v_last := v_words[cardinality(v_words)];
      end if;
      if v_comma or length(v_last) = 1 or ascii(v_last) < 58 or ascii(right(v_last, 1)) < 58
        or private.unit_words() ?| v_words then
        v_unit_at := private.find_unit(v_words);
        if v_unit_at is not null then
          v_line_unit := concat_ws(' ', v_line_unit,
            private.canonical_unit(array_to_string(v_words[v_unit_at :], ' ')));
          v_words := v_words[1 : v_unit_at - 1];
          warnings := array_append(warnings, 'unit_taken_out_of_street');
        end if;
      end if;
      v_street := array_to_string(v_words[2 :], ' ');
      if v_street ~ '[^A-Z0-9 ]' then
        -- Non-Latin text is indistinguishable after cleaning: no hash is better than a wrong one.
        if octet_length(v_street) <> length(v_street) then
          situs_house_number := null;
        end if;
        v_street := translate(v_street, translate(v_street, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ', ''),
          repeat(' ', length(v_street)));
        v_street := btrim(regexp_replace(v_street, ' {2,}', ' ', 'g'));
      end if;
      v_street := nullif(v_street, '') || coalesce(' URB ' || nullif(v_urb, ''), '');
    end if;

    if v_line_unit is not null and v_line_unit <> '' then
      v_line_unit := private.canonical_unit(v_line_unit);
      v_unit := case
        when v_unit is null or v_unit = v_line_unit then v_line_unit
        else private.canonical_unit(v_line_unit || ' ' || v_unit)
      end;
    end if;
  end if;

  if v_street is not null and situs_house_number is not null then
    if left(v_street, 2) in ('CA', 'CL', 'AV') then
      v_street := private.number_spanish_street(v_street,
        private.is_puerto_rico(situs_state, situs_zip));
    end if;
    v_forms := streets ->> v_street;
    if v_forms is null then
      v_forms := private.street_forms(v_street);
    end if;
    v_street := split_part(v_forms, '|', 1);
    v_shown := split_part(v_forms, '|', 2);
    situs_street := situs_house_number || ' ' || split_part(v_forms, '|', 3);
    v_line_shown := situs_house_number || ' ' || v_shown;
    -- A directional alone is not a street.
    v_unclear := v_unclear or private.directions() ? v_street;
  elsif v_words = '{}' then
    situs_street := v_street;
    v_line_shown := v_street;
  else
    v_street := null;
    situs_street := nullif(left(btrim(street), 200), '');
  end if;
  if v_street is not null then
    -- The text shown must parse to the same address as the original. A plain line and an unchanged line do; any other
    -- line is parsed again, and an unclear address gets no hash rather than a wrong one.
    v_differs := rechecked and not v_unclear and v_line_shown <> v_line and (situs_house_number is null
      or not private.is_plain_line(v_line_shown, split_part(v_line_shown, ' ', -1), v_city));
    if situs_zip is null then
      -- Without a ZIP the city is part of the hash.
      v_city := private.city_key(v_city);
    end if;
    -- Where house numbers have hyphens, lists leave them out: Queens 112-10 is 11210, Hawaii 92-1234 921234.
    v_number := situs_house_number;
    if position('-' in v_number) > 0
      and (situs_zip ~ '^(11[136][0-9][0-9]|114[0-9][0-9]|1100[145])$' and v_number ~ '^[0-9]{1,3}-[0-9]{2}$'
        or situs_zip ~ '^96[78]' and v_number ~ '^[0-9]{2}-[0-9]{3,4}$') then
      v_number := replace(v_number, '-', '');
    end if;
    addr_hash := private.address_hash(v_number, v_street, v_unit, v_city, situs_state, situs_zip);
    if v_differs then
      v_again := private.parse_address(situs_street, v_unit, situs_city, situs_state, situs_zip, false);
      v_unclear := v_again.situs_street is distinct from situs_street or v_again.situs_unit is distinct from v_unit
        or v_again.situs_house_number is distinct from situs_house_number
        or v_again.situs_city is distinct from situs_city or v_again.situs_zip is distinct from situs_zip
        or v_again.situs_state is distinct from situs_state or v_again.addr_hash is distinct from addr_hash;
    end if;
  end if;
  if v_unclear then
    addr_hash := null;
    warnings := array_append(warnings, 'address_unclear');
  end if;
  situs_unit := v_unit;
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
      where not coalesce(r.first_is_known, false) and length(r.first_name) > 3) u
    join known k on k.initial = left(u.first_name, 1) and private.is_one_edit(u.first_name, k.name)
      -- Four letters are mistaken for another name more easily: only letters that changed their places.
      and (length(u.first_name) > 4 and length(k.name) > 4 or length(u.first_name) = length(k.name)
        and private.sorted_letters(u.first_name) = private.sorted_letters(k.name))
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

CREATE OR REPLACE FUNCTION private.spanish_numbers()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"UNO":1,"DOS":2,"TRES":3,"CUATRO":4,"CINCO":5,"SEIS":6,"SIETE":7,"OCHO":8,"NUEVE":9,"DIEZ":10,"ONCE":11,
    "DOCE":12,"TRECE":13,"CATORCE":14,"QUINCE":15,"DIECISEIS":16,"DIECISIETE":17,"DIECIOCHO":18,"DIECINUEVE":19,
    "VEINTE":20,"VEINTIUNO":21,"VEINTIDOS":22,"VEINTITRES":23,"VEINTICUATRO":24,"VEINTICINCO":25,"VEINTISEIS":26,
    "VEINTISIETE":27,"VEINTIOCHO":28,"VEINTINUEVE":29,"TREINTA":30,"CUARENTA":40,"CINCUENTA":50,"SESENTA":60,
    "SETENTA":70,"OCHENTA":80,"NOVENTA":90,"CIEN":100,"CIENTO":100}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.spanish_ordinals()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"PRIMER":1,"PRIMERA":1,"PRIMERO":1,"SEGUNDA":2,"SEGUNDO":2,"TERCER":3,"TERCERA":3,"TERCERO":3,"CUARTA":4,
    "CUARTO":4,"QUINTA":5,"QUINTO":5,"SEXTA":6,"SEXTO":6,"SEPTIMA":7,"SEPTIMO":7,"OCTAVA":8,"OCTAVO":8,"NOVENA":9,
    "NOVENO":9,"DECIMA":10,"DECIMO":10,"UNDECIMA":11,"UNDECIMO":11,"DUODECIMA":12,"DUODECIMO":12}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.split_full_name (
  raw           text,
  p_given_first boolean DEFAULT NULL::boolean
)
  RETURNS private.split_name
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_name text := regexp_replace(btrim(raw), '[ ,]+(jr|sr|i|ii|iii|iv)[.]?$', '', 'i');
  v_words text[];
  v_known boolean[];
  v_comma integer;
begin
  if v_name !~ '^[[:alpha:]''’. ,-]+$' then
    return null;
  end if;
  v_words := regexp_split_to_array(regexp_replace(v_name, '[ .,]+$', ''), '[ .,]+');
  if cardinality(v_words) not between 1 + (p_given_first is null)::integer and 4 or exists (
    select from unnest(v_words) w cross join lateral (select private.name_letters(w) as letters offset 0) l
    where length(w) > 1 and private.owner_words() ->> l.letters ~ '^[^p]' and not private.given_names() ? l.letters) then
    return null;
  end if;
  v_comma := position(',' in v_name);
  if v_comma > 0 then
    if position(',' in substr(v_name, v_comma + 1)) > 0 then
      return null;
    end if;
    return row(btrim(substr(v_name, v_comma + 1)), btrim(left(v_name, v_comma - 1)))::private.split_name;
  end if;
  v_known := array(select private.given_names() ? private.name_letters(w) from unnest(v_words) with ordinality t (w, o)
    order by o);
  -- ANN MOSS and MOSS ANN M; JAMES THOMAS may be either.
  if v_known[1] and not v_known[cardinality(v_known)] then
    return case when cardinality(v_words) > 2 and (length(v_words[2]) = 1 or v_known[2])
      then row(v_words[1] || ' ' || v_words[2], array_to_string(v_words[3:], ' '))::private.split_name
      else row(v_words[1], array_to_string(v_words[2:], ' '))::private.split_name end;
  elsif not v_known[1] and v_known[2] and length(v_words[1]) > 2 then
    return row(array_to_string(v_words[2:], ' '), v_words[1])::private.split_name;
  elsif p_given_first is null then
    return null;
  elsif cardinality(v_words) = 1 then
    return case when v_known[1] then row(v_words[1], null)::private.split_name
      else row(null, v_words[1])::private.split_name end;
  elsif not p_given_first then
    return row(array_to_string(v_words[2:], ' '), v_words[1])::private.split_name;
  elsif cardinality(v_words) > 2 and (length(v_words[2]) = 1 or v_known[2]) then
    return row(v_words[1] || ' ' || v_words[2], array_to_string(v_words[3:], ' '))::private.split_name;
  end if;
  return row(v_words[1], array_to_string(v_words[2:], ' '))::private.split_name;
end
$function$;

COMMENT ON FUNCTION "private"."find_name_order"() IS 'Whether names in one cell begin with the given name, in a list that consists of persons, because the order of most of its names is certain; null elsewhere.';

COMMENT ON FUNCTION "private"."is_puerto_rico"(text, text) IS 'Whether an address is in Puerto Rico, by its state or ZIP. Inlined, hence without a SET clause.';

COMMENT ON FUNCTION "private"."number_spanish_street"(text, boolean) IS 'A Spanish street whose whole name is a number in words, with that number in digits: CALLE VEINTE Y UNO is CALLE 21. Ordinals (CALLE TERCERA, CALLE 3RA) only in Puerto Rico.';

COMMENT ON FUNCTION "private"."spanish_numbers"() IS 'Spanish numbers in words. Inlined, hence without a SET clause.';

COMMENT ON FUNCTION "private"."spanish_ordinals"() IS 'Spanish ordinal numbers in words. Inlined, hence without a SET clause.';

COMMENT ON FUNCTION "private"."split_full_name"(text, boolean) IS 'Given names and family name of a cell that names one person, where their order is certain: a comma, or one known given name at one end. Null for firms, trusts and several persons. p_given_first: the order of the other names, in a list of persons.';

REVOKE ALL ON FUNCTION "private"."find_name_order"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_name_order"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_puerto_rico"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_puerto_rico"(text, text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."is_puerto_rico"(text, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."number_spanish_street"(text, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."number_spanish_street"(text, boolean) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."number_spanish_street"(text, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "private"."spanish_numbers"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."spanish_numbers"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."spanish_numbers"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."spanish_ordinals"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."spanish_ordinals"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."spanish_ordinals"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."split_full_name"(text, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."split_full_name"(text, boolean) TO "pipeline_writer";

-- Existing leads on streets whose number is a word get the hash of the number. As in the migration before, the triggers
-- are off: an address is not changed by its new hash.
set statement_timeout = '60min';
alter table public.leads disable trigger user;
update public.leads l set addr_hash_version = 1
from (
  select k.org_id, k.id, upper(substr(k.situs_street, position(' ' in k.situs_street) + 1)) as street
  from public.leads k where k.situs_street ~* '^\S+ (ca|cl|av)'
) s
where s.org_id = l.org_id and s.id = l.id and l.addr_hash_version is not null
  and private.number_spanish_street(s.street, private.is_puerto_rico(l.situs_state, l.situs_zip)) <> s.street;
select private.rehash_addresses();
alter table public.leads enable trigger user;
set statement_timeout = '2min';

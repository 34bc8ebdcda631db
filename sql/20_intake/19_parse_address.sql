-- The address of a list's row, taken apart. The line may carry more than the street: unit, city, state, ZIP,
-- country, a box. Steps: clean the text, take the place off its end, the unit off its end or front, the house
-- number off its front; what is left is the street.

create function private.clean_address_text(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_text text := upper(left(raw, 200) collate "C");
begin
  if v_text !~ '[^A-Z0-9 ]' and position('  ' in v_text) = 0 then
    return btrim(v_text);
  end if;
  if octet_length(v_text) <> length(v_text) then
    v_text := replace(replace(replace(v_text, '½', ' 1/2'), '¼', ' 1/4'), '¾', ' 3/4');
    v_text := translate(v_text, '‐‑‒–—―’‘ʼ', '------''''''');
    v_text := upper(regexp_replace(normalize(v_text, nfkd), '[\u0300-\u036f]', '', 'g') collate "C");
  end if;
  -- Apostrophes vanish (O'Brien), a comma and a number sign are words of their own, other marks part words.
  v_text := translate(v_text, '''`', '');
  v_text := translate(v_text, E';\n\r', ',,,');
  if position('#' in v_text) > 0 or position(',' in v_text) > 0 then
    v_text := regexp_replace(replace(v_text, '#', ' # '), '[, ]*,[, ]*', ' , ', 'g');
  end if;
  v_text := translate(v_text, E'.:"()[]{}!?*_+=|\\~^<>@&$%\t\f\u000b', repeat(' ', 30));
  return btrim(regexp_replace(v_text, ' {2,}', ' ', 'g'), ' ,-/');
end
$$;
comment on function private.clean_address_text(text) is
  'Address text (first 200 characters) in capitals, accents and marks taken off, commas and number signs as words of their own.';

-- What is part of the place at the end of a line of words: ZIP, state, country and city.
create function private.strip_place(
  inout words text[], inout city text, inout state text, inout zip text, out stripped boolean
)
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  n integer := cardinality(words);
  v_city text[] := string_to_array(city, ' ');
  v_word text;
  v_two text;
  v_comma integer;
begin
  stripped := false;
  if n > 4 and words[n] in ('USA', 'US') and (words[n - 1] = ',' or words[n - 1] ~ '^[0-9-]{5,10}$') then
    n := n - 1;
    n := n - (words[n] = ',')::integer;
  end if;
  -- The ZIP counts as one when it is the row's, or when a state stands before it.
  if n > 3 and words[n] ~ '^[0-9]{5}(-[0-9]{4})?$' then
    v_word := words[n - 1 - (words[n - 1] = ',')::integer];
    v_two := words[n - 2] || ' ' || words[n - 1];
    if left(words[n], 5) = zip or private.normalise_state(v_word) is not null
      or private.normalise_state(v_two) is not null then
      zip := coalesce(zip, private.normalise_zip(words[n]));
      n := n - 1;
      n := n - (words[n] = ',')::integer;
      stripped := true;
    end if;
  end if;
  -- The state: after a ZIP, a comma or the row's city. CT, AL, LA … are street types as well, and stay unless
  -- a comma or the city says otherwise.
  v_two := words[n - 1] || ' ' || words[n];
  if n > 4 and private.normalise_state(v_two) is not null and position(' ' in v_two) > 0
    and words[n - 1] <> ',' and (stripped or words[n - 2] = ',') then
    state := coalesce(state, private.normalise_state(v_two));
    n := n - 2;
    stripped := true;
  elsif n > 3 and private.normalise_state(words[n]) is not null
    and (words[n - 1] = ','
      or (cardinality(v_city) > 0 and n - cardinality(v_city) > 2 and words[n - cardinality(v_city) : n - 1] = v_city)
      or (stripped and (not private.street_types() ? words[n] or private.street_types() ? words[n - 1])))
  then
    state := coalesce(state, private.normalise_state(words[n]));
    n := n - 1;
    stripped := true;
  end if;
  n := n - (words[n] = ',')::integer;
  -- The city: the row's own, or what stands between the last comma and the state.
  v_comma := 0;
  for i in reverse n .. 3 loop
    if words[i] = ',' then
      v_comma := i;
      exit;
    end if;
  end loop;
  if cardinality(v_city) > 0 then
    if n - cardinality(v_city) > 1 and words[n - cardinality(v_city) + 1 : n] = v_city
      and (stripped or words[n - cardinality(v_city)] = ',' or private.street_types() ? words[n - cardinality(v_city)])
      and not private.directions() ? words[n - cardinality(v_city)]
    then
      n := n - cardinality(v_city);
      stripped := true;
    end if;
  elsif stripped and v_comma > 0 and v_comma < n and not words[v_comma + 1] ~ '[0-9#]' then
    city := array_to_string(words[v_comma + 1 : n], ' ');
    n := v_comma;
  elsif stripped then
    -- No comma: the city follows the street type, the third word at the earliest.
    for i in 3 .. n - 1 loop
      if private.unit_words() ->> words[i] = 'sure' and words[i + 1] ~ '[0-9]' and i + 2 <= n
        and array_to_string(words[i + 2 : n], '') !~ '[^A-Z]' then
        city := array_to_string(words[i + 2 : n], ' ');
        n := i + 1;
        exit;
      elsif private.street_types() ? words[i] and not private.street_types() ? words[i + 1]
        and not private.directions() ? words[i + 1] and not private.unit_words() ? words[i + 1]
        and array_to_string(words[i + 1 : n], '') !~ '[^A-Z]' then
        city := array_to_string(words[i + 1 : n], ' ');
        n := i;
        exit;
      end if;
    end loop;
  end if;
  n := n - coalesce((words[n] = ',')::integer, 0);
  words := words[1 : n];
end
$$;
comment on function private.strip_place(text[], text, text, text) is
  'Takes ZIP, state, country and city off the end of a line, filling those that the row lacks; stripped says whether there were any.';

-- Where the unit begins: the index of its first word, or null. House number and one word of a street come before.
create function private.find_unit(words text[]) returns integer
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  n integer := cardinality(words);
  v_kind text;
  v_next text;
begin
  for i in 3 .. n loop
    v_kind := private.unit_words() ->> words[i];
    if v_kind is null then
      continue;
    end if;
    v_next := words[i + 1];
    if v_next in ('#', 'NO', ',') then
      v_next := words[i + 2];
    end if;
    if words[i] in ('FL', 'FLR', 'FLOOR') and i = n and i > 3
      and words[i - 1] ~ '^([0-9]+(ST|ND|RD|TH)|FIRST|SECOND|THIRD|FOURTH|FIFTH|SIXTH|SEVENTH|EIGHTH|NINTH|TENTH)$' then
      return i - 1;
    elsif v_kind in ('alone', 'both') and (i = n or words[i + 1] = ',' or private.unit_words() ? words[i + 1])
      and i > 3 and (private.street_types() ? words[i - 1] or words[i - 1] = ',') then
      return i;
    elsif v_kind = 'sure' and v_next is not null
      and (words[i] = '#' or length(v_next) = 1 or not private.street_types() ? v_next) then
      return i;
    elsif v_kind in ('value', 'both') and v_next ~ '^([0-9]+[A-Z]?|[A-Z]?-?[0-9]+|[0-9]+-[A-Z0-9]+|[A-Z])$' then
      return i;
    end if;
  end loop;
  -- A bare number or letter after a street type ("1000 ASHLAND AVE 1", "12 PARK AVE S 4B"), or after a comma.
  -- A number after a highway or a county road is that road's.
  if n >= 4 and words[n] ~ '^([0-9]+-?[A-Z]?|[A-Z]-?[0-9]*)$' then
    if words[n - 1] = ',' then
      return n;
    elsif private.street_types() ? words[n - 1]
      and not private.street_types() ->> words[n - 1] in ('HWY', 'RTE', 'BYP', 'EXPY', 'FWY')
      and not private.directions() ? words[n]
      and not (n = 4 and private.directions() ? words[2])
      and not ((private.street_types() ->> words[n - 1]) in ('RD', 'RDS')
        and '{"COUNTY":1,"CNTY":1,"CTY":1,"CO":1,"STATE":1,"ST":1,"FM":1,"RM":1,"RANCH":1,"MARKET":1,"FARM":1,"TOWNSHIP":1,
          "TWP":1,"TOWN":1,"FOREST":1,"SERVICE":1,"PRIVATE":1,"PARISH":1}'::jsonb ? words[n - 2])
    then
      return n;
    elsif n >= 5 and private.directions() ? words[n - 1] and private.street_types() ? words[n - 2]
      and words[n] ~ '[0-9]' then
      return n;
    end if;
  end if;
  return null;
end
$$;
comment on function private.find_unit(text[]) is 'Index of the word at which the unit begins in a line''s words; null when there is none.';

create function private.parse_address(
  street text, unit text, city text, state text, zip text,
  out situs_house_number text, out situs_street text, out situs_unit text, out situs_city text,
  out situs_state text, out situs_zip text, out situs_zip4 text, out addr_hash bytea, out warnings text[]
)
language plpgsql stable parallel safe set search_path = '' as $$
declare
  v_words text[];
  v_line text := upper(street collate "C");
  v_city text;
  v_unit_at integer;
  v_unit text := unit;
  v_line_unit text;
  v_street text;
  v_shown text;
  v_box text[];
  v_comma boolean;
  v_last text;
  v_place record;
  k integer := 1;
begin
  -- A call costs more than looking whether it is needed.
  if length(v_line) > 200 or v_line ~ '[^A-Z0-9 ]|  |^ | $' then
    v_line := private.clean_address_text(street);
  end if;
  if v_unit is not null then
    v_unit := private.canonical_unit(v_unit);
  end if;
  if zip ~ '^[0-9]{5}$' and zip >= '00501' then
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
  if v_line <> '' then
    v_words := string_to_array(v_line, ' ');

    -- A row whose place stands in its own columns seldom repeats it in the line.
    v_comma := position(',' in v_line) > 0;
    v_last := v_words[cardinality(v_words)];
    if v_comma or v_city is null or situs_zip is null or right(v_line, length(v_city)) = v_city
      or v_last = situs_state or length(v_last) >= 5 and ascii(right(v_last, 1)) between 48 and 57 then
      v_place := private.strip_place(v_words, v_city, situs_state, situs_zip);
      if v_place.stripped then
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

    -- A unit in front: `APT 4, 123 MAIN ST`.
    if private.unit_words() ->> v_words[1] = 'sure' and v_words[2] <> ',' then
      k := 3 + coalesce((v_words[3] = ',')::integer, 0);
      if v_words[k] ~ '^[0-9]' and v_words[k + 1] is not null then
        v_line_unit := v_words[2];
        v_words := v_words[k :];
      end if;
      k := 1;
    end if;

    -- Boxes: a post office box, a box on a rural or highway contract route.
    if '{"BOX":1,"BX":1,"POBOX":1,"POB":1,"DRAWER":1}'::jsonb ?| v_words then
      v_line := array_to_string(v_words, ' ');
      v_box := regexp_match(v_line,
        '^(?:[^0-9].* )?(R R|RR|RURAL ROUTE|RURAL RTE|RURAL RT|RFD|RTE|RT|ROUTE|HC|HCR|HIGHWAY CONTRACT|HIGHWAY CONTRACT ROUTE)(?: #| NO)? ?([0-9]+[A-Z]?)[ ,]*(?:BOX|BX)(?: #| NO)? ?([0-9A-Z][0-9A-Z-]*)$');
      if v_box is not null then
        v_street := case left(v_box[1], 1) when 'H' then 'HC ' else 'RR ' end || v_box[2] || ' BOX '
          || coalesce(nullif(ltrim(v_box[3], '0'), ''), '0');
        v_words := '{}';
      else
        v_box := regexp_match(v_line,
          '^(.*?)[ ,]*(P ?O (?:BOX|BX|DRAWER)|POST OFFICE BOX|POBOX|POB|BOX|BX|DRAWER)(?: #| NO)? ?([0-9A-Z][0-9A-Z-]*)$');
      end if;
      if v_street is null and v_box[1] !~ '^[0-9]' then
        v_street := 'PO BOX ' || coalesce(nullif(ltrim(v_box[3], '0'), ''), '0');
        v_words := '{}';
      elsif v_street is null and v_box[2] like 'P%' then
        -- A street and a post office box: the property is at the street.
        v_words := string_to_array(rtrim(v_box[1], ' ,'), ' ');
        warnings := array_append(warnings, 'box_dropped');
      end if;
    end if;

    -- A name before the number (`c/o Smith, 123 Main St`), parted from it by a comma.
    if v_comma and v_words[1] !~ '[0-9]' then
      v_unit_at := array_position(v_words, ',');
      if v_words[v_unit_at + 1] ~ '^[0-9]+$' and cardinality(v_words) > v_unit_at + 1 then
        v_words := v_words[v_unit_at + 1 :];
      end if;
    end if;

    -- The house number.
    if v_words[1] = 'ONE' and cardinality(v_words) > 1 then
      v_words[1] := '1';
    elsif v_words[1] ~ '^[0-9]+-[0-9]+(ST|ND|RD|TH)$' then
      -- `4800-60th St` is 4800 60th St.
      v_words := string_to_array(replace(v_words[1], '-', ' '), ' ') || v_words[2 :];
    end if;
    if v_words[1] ~ '^[0-9]+$' then
      situs_house_number := ltrim(v_words[1], '0');
      k := 2;
      if v_words[2] = '-' and v_words[3] ~ '^[0-9]+$' then
        situs_house_number := situs_house_number || '-' || v_words[3];
        k := 4;
      elsif v_words[2] ~ '^0{1,2}$' and street ~ '^\s*[0-9]+\.0' then
        k := 3;
      end if;
    elsif v_words[1] ~ '^([0-9]+-?[A-Z]|[0-9]+-[0-9]+[A-Z]?|[NSEW][0-9]+([NSEW][0-9]+)?[A-Z]?|[A-Z][0-9]+|[0-9]+-[1-9]/[1-9])$' then
      k := 2;
      situs_house_number := ltrim(v_words[1], '0');
      if right(situs_house_number, 1) >= 'A' then
        situs_house_number := replace(situs_house_number, '-', '');
      elsif position('/' in situs_house_number) > 0 then
        situs_house_number := replace(situs_house_number, '-', ' ');
      elsif v_words[2] ~ '^[NSEW][0-9]+$' then
        situs_house_number := situs_house_number || v_words[2];
        k := 3;
      end if;
    end if;
    if k > 1 and v_words[k] ~ '^[1-9]/[1-9]$' then
      situs_house_number := situs_house_number || ' ' || v_words[k];
      k := k + 1;
    end if;
    if situs_house_number = '' then
      situs_house_number := null;
    end if;

    -- Unit and street. find_unit expects the house number as one word.
    if v_street is null then
      if v_words[k] = ',' then
        k := k + 1;
      end if;
      if k <> 2 then
        v_words := coalesce(situs_house_number, '-') || v_words[k :];
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
        -- Text that is not Latin cannot be told apart after cleaning: no hash rather than a wrong one.
        if octet_length(v_street) <> length(v_street) then
          situs_house_number := null;
        end if;
        v_street := translate(v_street, translate(v_street, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ', ''),
          repeat(' ', length(v_street)));
        v_street := btrim(regexp_replace(v_street, ' {2,}', ' ', 'g'));
      end if;
      v_street := nullif(v_street, '');
      if v_street is not null and situs_house_number is not null then
        v_shown := v_street;
        v_street := private.canonical_street(v_street);
        -- Shown in the words that came in, abbreviated, where that comes to the same.
        if v_shown <> v_street then
          v_shown := private.canonical_street_words(v_shown);
          if v_shown <> v_street and (private.canonical_highway(v_shown) is not null
            or private.canonical_street(v_shown) <> v_street) then
            v_shown := v_street;
          end if;
        end if;
      end if;
    end if;

    if v_line_unit is not null and v_line_unit <> '' then
      v_line_unit := private.canonical_unit(v_line_unit);
      v_unit := case
        when v_unit is null or v_unit = v_line_unit then v_line_unit
        else private.canonical_unit(v_line_unit || ' ' || v_unit)
      end;
    end if;
    situs_street := case
      when v_words = '{}' then v_street
      when v_shown is not null then concat(situs_house_number, ' ', private.show_street(v_shown))
      else left(btrim(street), 200)
    end;
    -- A direction alone is no street; neither is a street without a number.
    if v_words = '{}' or (v_shown is not null and (length(v_street) > 2 or not private.directions() ? v_street)) then
      addr_hash := private.address_hash(situs_house_number, v_street, v_unit, v_city, situs_state, situs_zip);
    end if;
  end if;
  situs_unit := v_unit;
end
$$;
comment on function private.parse_address(text, text, text, text, text) is
  'Parts of an address for the columns of leads, its hash, and warnings (zip_healed, place_taken_out_of_street, unit_taken_out_of_street, box_dropped). situs_street shows house number and street. The hash is null without a usable street line or a place. Never raises; its own output parses to the same hash.';

revoke execute on function private.clean_address_text(text), private.strip_place(text[], text, text, text),
  private.find_unit(text[]), private.parse_address(text, text, text, text, text) from public;
grant execute on function private.clean_address_text(text), private.strip_place(text[], text, text, text),
  private.find_unit(text[]), private.parse_address(text, text, text, text, text) to pipeline_writer, service_role;

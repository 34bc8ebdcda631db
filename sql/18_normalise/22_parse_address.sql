create function private.line_words() returns jsonb
language sql immutable parallel safe as $$
  select private.crossing_words()
    || '{"URB":1,"URBANIZACION":1,"CALLE":1,"CLL":1,"CALLEJON":1,"CARR":1,"CARRETERA":1,"KM":1,"BOX":1,"BX":1,
    "POBOX":1,"POB":1,"DRAWER":1,"LOCKBOX":1,"CALLER":1,"BIN":1,"APARTADO":1,"APDO":1,"BUZON":1,"BZN":1}'::jsonb
$$;
comment on function private.line_words() is
  'Words of a line for which parse_address has further rules: boxes, Spanish lines, cross streets. Inlined, hence '
  'without a SET clause.';

-- Parses the address of a list's row. The line may contain more than the street: unit, city, state, ZIP, country, a
-- box. Steps: clean the text, remove the place from its end, the unit from its end or front and the house number from
-- its front; the rest is the street.
create function private.parse_address(
  street text, unit text, city text, state text, zip text, rechecked boolean default true, streets jsonb default null,
  out situs_house_number text, out situs_street text, out situs_unit text, out situs_city text,
  out situs_state text, out situs_zip text, out situs_zip4 text, out addr_hash bytea, out warnings text[]
)
language plpgsql stable parallel safe as $$
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
$$;
comment on function private.parse_address(text, text, text, text, text, boolean, jsonb) is
  'Parts of an address for the columns of leads, its hash, and warnings (zip_healed, place_taken_out_of_street, '
  'unit_taken_out_of_street, box_dropped, address_unclear). situs_street contains house number and street. The hash '
  'is null without a usable street line or a place. Never raises; its own output parses to the same hash (rechecked '
  '= false marks that internal second parse). streets: the result of known_streets, so that it is not computed '
  'again.';

revoke execute on function private.line_words() from public;
grant execute on function private.line_words() to pipeline_writer, service_role;
revoke execute on function private.parse_address(text, text, text, text, text, boolean, jsonb) from public;
grant execute on function private.parse_address(text, text, text, text, text, boolean, jsonb)
  to pipeline_writer, service_role;

-- normalise again: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

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
  SET search_path TO ''
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
    if v_line ~ '[A-Z]{2}[0-9]' then
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
    v_puerto_rico := situs_state = 'PR' or situs_zip < '01000' and situs_zip ~ '^00[679]';
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
      k := 3 + coalesce((v_words[3] = ',')::integer, 0);
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

CREATE OR REPLACE FUNCTION private.read_email (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_email text;
  v_local text;
  v_domain text;
  v_top text;
  v_around constant text := E' \t\r\n\f\u00a0\u200b\ufeff"''<>();,';
begin
  if raw is null or length(raw) > 400 or position('@' in raw) = 0 then
    return null;
  end if;
  -- Most addresses match this simple form.
  if length(raw) <= 64
    and raw ~ '^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*'
      '@[A-Za-z0-9]+(-[A-Za-z0-9]+)*(\.[A-Za-z0-9]+(-[A-Za-z0-9]+)*)*\.[A-Za-z]{2,}$' then
    return lower(raw collate "C");
  end if;
  -- Unwraps `Name <a@b>` and `mailto:a@b?subject=…`; repairs nothing else.
  v_email := lower(btrim(raw, v_around) collate "C");
  if position('<' in v_email) > 0 then
    v_email := btrim(split_part(v_email, '<', 2), v_around);
  end if;
  if left(v_email, 7) = 'mailto:' then
    v_email := btrim(split_part(substr(v_email, 8), '?', 1), v_around);
  end if;
  v_local := split_part(v_email, '@', 1);
  v_domain := substr(v_email, length(v_local) + 2);
  -- RFC 5321: at most 64 characters in the local part and 254 in total. Only the dot-atom form of the local part.
  if length(v_email) > 254 or length(v_local) not between 1 and 64
    or translate(v_local, 'abcdefghijklmnopqrstuvwxyz0123456789.!#$%&''*+/=?^_`{|}~-', '') <> ''
    or left(v_local, 1) = '.' or right(v_local, 1) = '.' or position('..' in v_email) > 0
  then
    return null;
  end if;
  -- The domain: letters, digits and inner hyphens, labels of at most 63 characters, the last one letters (or xn--).
  v_top := split_part(v_domain, '.', -1);
  if translate(v_domain, 'abcdefghijklmnopqrstuvwxyz0123456789.-', '') <> ''
    or position('.' in v_domain) < 2
    or left(v_domain, 1) = '-'
    or position('-.' in v_domain) > 0 or position('.-' in v_domain) > 0
    or length(v_top) not between 2 and 63
    or (ltrim(v_top, 'abcdefghijklmnopqrstuvwxyz') <> '' and (left(v_top, 4) <> 'xn--' or right(v_top, 1) = '-'))
    or (length(v_domain) > 63 and v_domain ~ '[^.]{64}')
  then
    return null;
  end if;
  return v_email;
end
$function$;

CREATE OR REPLACE FUNCTION private.split_numbered_road (
  street text,
  OUT    predir text,
  OUT    name text,
  OUT    sufdir text
)
  RETURNS record
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_part text[];
  v_owner text;
  v_road text;
  v_kind text;
begin
  -- `71 HIGHWAY` is Highway 71.
  v_part := regexp_match(street, '^((?:N|S|E|W|NORTH|SOUTH|EAST|WEST) )?((?:US|STATE|COUNTY) )?([0-9]{1,3}[A-Z]?) '
    '((?:HIGHWAY|HWY|HIWAY)(?: (?:N|S|E|W|NORTH|SOUTH|EAST|WEST))?)$');
  if v_part is not null then
    street := concat(v_part[1], v_part[2], split_part(v_part[4], ' ', 1), ' ', v_part[3],
      ' ' || nullif(split_part(v_part[4], ' ', 2), ''));
  end if;
  v_part := regexp_match(street,
    '^(?:(N|S|E|W|NE|NW|SE|SW|NORTH|SOUTH|EAST|WEST) )?(?:(OLD|BUS|BUSINESS|ALT|ALTERNATE) )?'
    '(?:(U S|US|USA|UNITED STATES|STATE|ST|COUNTY|CNTY|CTY|CO|COUNTY TRUNK|TOWNSHIP|TWP|TOWN|FARM TO MARKET|FARM'
    '|RANCH TO MARKET|RANCH|PRIVATE|PVT|PARISH|INTERSTATE|INTER STATE|INT'
    '|A[KLRZ]|CA|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]'
    '|ALABAMA|ALASKA|ARIZONA|ARKANSAS|CALIFORNIA|COLORADO|CONNECTICUT|DELAWARE|FLORIDA|GEORGIA|HAWAII|IDAHO'
    '|ILLINOIS|INDIANA|IOWA|KANSAS|KENTUCKY|LOUISIANA|MAINE|MARYLAND|MASSACHUSETTS|MICHIGAN|MINNESOTA|MISSISSIPPI'
    '|MISSOURI|MONTANA|NEBRASKA|NEVADA|NEW (?:HAMPSHIRE|JERSEY|MEXICO|YORK)|(?:NORTH|SOUTH) (?:CAROLINA|DAKOTA)'
    '|OHIO|OKLAHOMA|OREGON|PENNSYLVANIA|RHODE ISLAND|TENNESSEE|TEXAS|UTAH|VERMONT|(?:WEST )?VIRGINIA|WASHINGTON'
    '|WISCONSIN|WYOMING) ?)?'
    '(?:(?:(STATE|ST|COUNTY) (?=R|H))?'
    '(HIGHWAY|HIGHWY|HIWAY|HIWY|HWAY|HWY|TRUNK HIGHWAY|TRUNK HWY|TRUNK|ROUTE|RTE|RT|ROAD|RD|CR|SR|SRT|SH|STH|CTH|CH'
    '|FM|F M|RM|R M|RR|TR|PR|IH|I|LOOP|LP|SPUR|INTERSTATE)'
    '(?: HIGHWAY| HWY| ROAD| RD| ROUTE| RTE)?(?: NO| NUM| NUMBER)?(?: |(?=[0-9])))?'
    '([0-9]{1,4}[A-Z]?|[A-Z]{1,2})'
    '(?: (BUS|BUSINESS|BYP|BYPASS|ALT|ALTERNATE|TRUCK|LOOP|SPUR|FRONTAGE RD|FRONTAGE ROAD|SERVICE RD|SERVICE ROAD'
    '|ACCESS RD|ACCESS ROAD|FEEDER RD|FEEDER ROAD))?(?: (N|S|E|W|NB|SB|EB|WB|NORTH|SOUTH|EAST|WEST))?$');
  if v_part is null then
    return;
  end if;
  v_owner := case
    when v_part[3] in ('U S', 'US', 'USA', 'UNITED STATES') then 'US'
    when v_part[3] in ('COUNTY', 'CNTY', 'CTY', 'CO', 'COUNTY TRUNK') or v_part[4] = 'COUNTY' then 'COUNTY'
    when v_part[3] in ('TOWNSHIP', 'TWP', 'TOWN') then 'TOWNSHIP'
    when v_part[3] in ('FARM TO MARKET', 'FARM') then 'FM'
    when v_part[3] in ('RANCH TO MARKET', 'RANCH') then 'RM'
    when v_part[3] in ('PRIVATE', 'PVT') then 'PRIVATE'
    when v_part[3] in ('INTERSTATE', 'INTER STATE', 'INT') then 'INTERSTATE'
    when v_part[3] = 'PARISH' then 'PARISH'
    when v_part[3] is not null or v_part[4] is not null then 'STATE'
  end;
  v_road := case
    when v_part[5] in ('HIGHWAY', 'HIGHWY', 'HIWAY', 'HIWY', 'HWAY', 'HWY', 'TRUNK HIGHWAY', 'TRUNK HWY', 'TRUNK')
      then 'HIGHWAY'
    when v_part[5] in ('ROUTE', 'RTE', 'RT') then 'ROUTE'
    when v_part[5] in ('ROAD', 'RD') then 'ROAD'
    else v_part[5]
  end;
  v_kind := case
    when v_owner = 'US' and coalesce(v_road, 'HIGHWAY') in ('HIGHWAY', 'ROUTE') then 'US HIGHWAY'
    when v_owner = 'STATE' and (v_road in ('HIGHWAY', 'ROUTE', 'ROAD', 'SR')
        or v_road is null and v_part[3] not in ('STATE', 'ST'))
      or v_owner is null and v_road in ('SR', 'SRT', 'SH', 'STH') then 'STATE ROUTE'
    when v_owner = 'COUNTY' and v_road in ('ROAD', 'ROUTE') or v_owner is null and v_road = 'CR' then 'COUNTY ROAD'
    when v_owner = 'COUNTY' and v_road = 'HIGHWAY' or v_owner is null and v_road in ('CTH', 'CH') then 'COUNTY HIGHWAY'
    when v_owner = 'TOWNSHIP' and v_road in ('ROAD', 'HIGHWAY') or v_owner is null and v_road = 'TR'
      then 'TOWNSHIP ROAD'
    when v_owner = 'FM' and (v_road in ('ROAD', 'HIGHWAY') or v_road is null and v_part[3] <> 'FARM')
      or v_owner is null and v_road in ('FM', 'F M') then 'FM'
    when v_owner = 'RM' and (v_road in ('ROAD', 'HIGHWAY') or v_road is null and v_part[3] <> 'RANCH')
      or v_owner is null and v_road in ('RM', 'R M', 'RR') then 'RM'
    when v_owner = 'PRIVATE' and v_road = 'ROAD' or v_owner is null and v_road = 'PR' then 'PRIVATE ROAD'
    when v_owner = 'PARISH' and v_road = 'ROAD' then 'PARISH ROAD'
    when v_owner = 'INTERSTATE' and coalesce(v_road, 'HIGHWAY') = 'HIGHWAY'
      or v_owner is null and v_road in ('INTERSTATE', 'I', 'IH') then 'INTERSTATE'
    when (v_owner is null or v_owner = 'STATE') and v_road in ('LOOP', 'LP') then 'LOOP'
    when (v_owner is null or v_owner = 'STATE') and v_road = 'SPUR' then 'SPUR'
    when v_owner is null and v_road in ('HIGHWAY', 'ROUTE') then v_road
    when v_owner is null and v_road is null and v_part[2] in ('BUS', 'BUSINESS') then 'HIGHWAY'
  end;
  -- A letter names a road only after "county road", "highway" or "route" (Wisconsin, Missouri). Elsewhere, as in
  -- OLD ROUTE N and COLORADO RD N, it is a directional.
  if v_kind is null or v_part[6] !~ '[0-9]'
    and (v_road is null or v_part[2] is not null or v_part[6] in ('NE', 'NW', 'SE', 'SW')
      or v_owner = 'STATE' and v_part[3] not in ('STATE', 'ST', 'MO', 'MISSOURI', 'WI', 'WISCONSIN')
      or v_kind not in ('COUNTY ROAD', 'COUNTY HIGHWAY', 'HIGHWAY', 'ROUTE', 'STATE ROUTE')
      or private.street_types() ? v_part[6]) then
    return;
  end if;
  predir := private.directions() ->> v_part[1];
  sufdir := left(v_part[8], 1);
  name := concat_ws(' ', case when v_part[2] = 'OLD' then 'OLD' when v_part[2] like 'BUS%' then 'BUS'
      when v_part[2] like 'ALT%' then 'ALT' end,
    v_kind, v_part[6],
    case
      when v_part[7] like 'BUS%' then 'BUS' when v_part[7] like 'BYP%' then 'BYP' when v_part[7] like 'ALT%' then 'ALT'
      else replace(v_part[7], 'ROAD', 'RD')
    end);
end
$function$;

CREATE OR REPLACE FUNCTION private.street_forms (
  street text
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_split record := private.split_street(street);
  v_street text := concat_ws(' ', v_split.predir, v_split.name, v_split.type, v_split.sufdir);
  v_shown text := street;
begin
  if v_street <> street then
    -- One plain word between abbreviations is a fixed point already.
    if v_split.shown <> v_street or v_split.type is null or position(' ' in v_split.name) > 0
      or ascii(v_split.name) < 58 or private.directions() ? v_split.name or private.special_words() ? v_split.name
      or v_split.sufdir is not null and v_split.type in ('HWY', 'RTE', 'RD', 'LOOP', 'SPUR') then
      v_street := private.canonical_street(v_street);
    end if;
    -- Shown in the abbreviated original words where those give the same canonical street.
    v_shown := v_split.shown;
    if v_shown <> v_street and private.canonical_street(v_shown) is distinct from v_street then
      v_shown := v_street;
    end if;
  end if;
  return v_street || '|' || v_shown || '|' || private.show_street(v_shown);
end
$function$;

CREATE OR REPLACE FUNCTION private.strip_place (
  INOUT words text[],
  INOUT city text,
  INOUT state text,
  INOUT zip text,
  OUT   stripped boolean
)
  RETURNS record
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  n integer := cardinality(words);
  v_city text[] := string_to_array(city, ' ');
  v_word text;
  v_two text;
  v_comma integer;
  v_from integer;
  k integer;
begin
  stripped := false;
  if n > 4 and words[n] in ('USA', 'US') and (words[n - 1] = ',' or words[n - 1] ~ '^[0-9-]{5,10}$') then
    n := n - 1;
    n := n - (words[n] = ',')::integer;
  end if;
  -- `60601 - 1234` and `60601 1234`.
  if n > 5 and length(words[n]) = 4 and words[n] ~ '^[0-9]{4}$' and words[n - 1] = '-'
    and words[n - 2] ~ '^[0-9]{5}$' then
    n := n - 2;
  elsif n > 4 and length(words[n]) = 4 and words[n] ~ '^[0-9]{4}$' and words[n - 1] ~ '^[0-9]{5}$' then
    n := n - 1;
  end if;
  -- The ZIP counts when it equals the row's ZIP, or when a state or a comma precedes it. A spreadsheet drops its
  -- leading zeros; without them it counts only after a state whose ZIPs have some and that is not a street type.
  -- The number of a box may equal its ZIP.
  if n > 3 and length(words[n]) >= 3 and ascii(right(words[n], 1)) < 58
    and not '{"BOX":1,"BX":1,"POBOX":1,"POB":1,"DRAWER":1,"LOCKBOX":1,"CALLER":1,"BIN":1,"APARTADO":1,"APDO":1,
      "BUZON":1,"BZN":1}'::jsonb ? words[n - 1]
    and words[n] ~ '^[0-9]{3,5}(-[0-9]{4})?$|^[0-9]{9}$' then
    v_word := words[n - 1 - (words[n - 1] = ',')::integer];
    v_two := words[n - 2 - (words[n - 1] = ',')::integer] || ' ' || v_word;
    if (case
      when words[n] ~ '^[0-9]{5}' then left(words[n], 5) = zip or private.normalise_state(v_word) is not null
        or private.normalise_state(v_two) is not null or v_word in ('AA', 'AE', 'AP')
        or zip is null and city is null and words[n - 1] = ',' and private.street_types() ? words[n - 2]
      when zip is null then
        (length(words[n]) > 3 and (v_word in ('MA', 'MASSACHUSETTS', 'ME', 'MAINE', 'NH', 'NJ', 'RI', 'VT', 'VERMONT',
            'CONNECTICUT') or v_two in ('NEW HAMPSHIRE', 'NEW JERSEY', 'RHODE ISLAND')
            or v_word = 'CT' and words[n - 2] = ',')
          or v_word in ('PR', 'VI') and words[n - 2] = ',' or v_two = 'PUERTO RICO')
      else false
    end) then
      zip := coalesce(zip, private.normalise_zip(words[n]));
      n := n - 1;
      n := n - (words[n] = ',')::integer;
      stripped := true;
    end if;
  end if;
  -- The military states are no states of leads; their ZIP is the place.
  if stripped and words[n] in ('AA', 'AE', 'AP')
    and words[n - 1 - (words[n - 1] = ',')::integer] in ('APO', 'FPO', 'DPO') then
    city := coalesce(city, words[n - 1 - (words[n - 1] = ',')::integer]);
    n := n - 2 - (words[n - 1] = ',')::integer;
    n := n - (words[n] = ',')::integer;
    words := words[1 : n];
    return;
  end if;
  -- The state: after a ZIP, a comma or the row's city. CT, AL, LA … are street types as well, and stay unless a comma
  -- or the city marks them as a state.
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
  -- The city: the row's own, or the words between the last comma and the state.
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
    -- Without a comma: the city follows the unit, or a street type that is at least the third word. A common type
    -- counts before the others, and none may follow it.
    for i in 3 .. n - 1 loop
      if private.unit_words() ->> words[i] = 'sure' and words[i + 1] ~ '[0-9]' and i + 2 <= n
        and array_to_string(words[i + 2 : n], '') !~ '[^A-Z]' then
        v_from := i + 2;
      end if;
    end loop;
    for v_round in 0 .. 1 loop
      exit when v_from is not null;
      for i in 3 .. n - 1 loop
        k := i + 1 + (private.directions() ? words[i + 1] and length(words[i + 1]) <= 2)::integer;
        if private.street_types() ? words[i] and k <= n
          and (v_round = 1 or private.common_street_types() ? (private.street_types() ->> words[i]))
          and (not private.street_types() ? words[k] or words[k] in ('ST', 'FT', 'MT', 'FORT', 'MOUNT', 'PORT', 'PT',
            'LAKE', 'GREEN', 'GLEN', 'FOREST', 'PARK', 'GARDEN', 'UNION', 'GROVE', 'ROCK', 'BAY') and k < n)
          and not private.unit_words() ? words[k]
          and array_to_string(words[k : n], '') !~ '[^A-Z]'
          and not exists (select from unnest(words[k + 1 : n]) t
            where private.common_street_types() ? (private.street_types() ->> t))
        then
          v_from := k;
          exit;
        end if;
      end loop;
    end loop;
    if v_from is not null then
      city := array_to_string(words[v_from : n], ' ');
      n := v_from - 1;
    end if;
  end if;
  n := n - coalesce((words[n] = ',')::integer, 0);
  words := words[1 : n];
end
$function$;

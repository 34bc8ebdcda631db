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
  if position('.' in v_text) > 0 then
    -- A house number that a spreadsheet treated as a number: `123.0 Main St`, `123.5 Main St`.
    v_text := regexp_replace(v_text, '^(\s*[0-9]+)\.0{1,2}(?=\s)', '\1');
    v_text := regexp_replace(v_text, '^(\s*[0-9]+)\.50?(?=\s)', '\1 1/2');
    -- Initials are one word: S.E., P.O., H.C.
    v_text := regexp_replace(v_text, '\m([A-Z])\.(?=[A-Z]\M)', '\1', 'g');
  end if;
  if position('-' in v_text) > 0 then
    v_text := regexp_replace(v_text, '\m(NORTH|SOUTH) ?- ?(EAST|WEST)\M', '\1\2');
  end if;
  if position('@' in v_text) > 0 then
    v_text := replace(v_text, '@', ' AT ');
  end if;
  if position('/' in v_text) > 0 then
    v_text := regexp_replace(v_text, '\mC/(?!O\M) *', 'CALLE ');
  end if;
  if position('&' in v_text) > 0 then
    v_text := regexp_replace(v_text, '^(\s*[0-9]+) *& *(?=[0-9]+ )', '\1-');
  end if;
  -- Apostrophes are dropped (O'Brien), a comma and a number sign become words of their own, other marks separate
  -- words.
  v_text := translate(v_text, '''`', '');
  v_text := translate(v_text, E';\n\r', ',,,');
  if position('#' in v_text) > 0 or position(',' in v_text) > 0 then
    v_text := regexp_replace(replace(v_text, '#', ' # '), '[, ]*,[, ]*', ' , ', 'g');
  end if;
  v_text := translate(replace(v_text, '. ', ' '), E'.:"()[]{}!?*_+=|\\~^<>@&$%\t\f\u000b', repeat(' ', 30));
  if position('  ' in v_text) > 0 then
    v_text := regexp_replace(v_text, ' {2,}', ' ', 'g');
  end if;
  return btrim(v_text, ' ,-/');
end
$$;
comment on function private.clean_address_text(text) is
  'Address text (first 200 characters) in capitals without accents and marks, with commas and number signs as '
  'separate words.';

-- The place at the end of a line of words: ZIP, state, country and city.
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
  v_from integer;
  k integer;
begin
  stripped := false;
  if n > 4 and words[n] in ('USA', 'US') and (words[n - 1] = ',' or words[n - 1] ~ '^[0-9-]{5,10}$') then
    n := n - 1;
    n := n - (words[n] = ',')::integer;
  end if;
  if n > 5 and words[n] = 'STATES' and words[n - 1] = 'UNITED'
    and (words[n - 2] = ',' or words[n - 2] ~ '^[0-9-]{5,10}$') then
    n := n - 2;
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
        -- `1 Oak St, Evanston, 60201` and `1 Oak St, Evanston 60201`: letters only between the last comma and the ZIP.
        or zip is null and city is null and array_to_string(words[1 : n - 1], ' ') ~ '^[^ ]+ .+ , [A-Z ]*[A-Z]+(?: ,)?$'
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
      or (stripped and (not private.street_types() ? words[n] or private.street_types() ? words[n - 1]
        -- `5 ELM ST HARTFORD CT 06103`: the street has its type already.
        or words[n] = 'CT' and zip like '06%' and exists (select from unnest(words[3 : n - 2]) t
          where private.common_street_types() ? (private.street_types() ->> t)))))
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
  elsif (stripped or private.street_types() ? words[v_comma - 1]) and v_comma > 0 and v_comma < n
    and not words[v_comma + 1] ~ '[0-9#]' and (stripped or array_to_string(words[v_comma + 1 : n], '') !~ '[^A-Z]'
      and not private.unit_words() ?| words[v_comma + 1 : n])
  then
    city := array_to_string(words[v_comma + 1 : n], ' ');
    n := v_comma;
    stripped := true;
  elsif stripped then
    -- Without a comma: the city follows the unit, or a street type that is at least the third word. A common type
    -- counts before the others, and none may follow it.
    for i in 3 .. n - 1 loop
      k := i + 1 + (words[i + 1] in ('NO', '#'))::integer;
      if private.unit_words() ->> words[i] = 'sure' and words[k] ~ '[0-9]' and k + 1 <= n
        and array_to_string(words[k + 1 : n], '') !~ '[^A-Z]' then
        v_from := k + 1;
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
$$;
comment on function private.strip_place(text[], text, text, text) is
  'Removes ZIP, state, country and city from the end of a line and fills those that the row lacks; stripped says '
  'whether it found any.';

revoke execute on function private.clean_address_text(text), private.strip_place(text[], text, text, text) from public;
grant execute on function private.clean_address_text(text), private.strip_place(text[], text, text, text)
  to pipeline_writer, service_role;

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
  -- A house number that a spreadsheet treated as a number: `123.0 Main St`.
  if position('.0' in v_text) > 0 then
    v_text := regexp_replace(v_text, '^(\s*[0-9]+)\.0{1,2}(?=\s)', '\1');
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
begin
  stripped := false;
  if n > 4 and words[n] in ('USA', 'US') and (words[n - 1] = ',' or words[n - 1] ~ '^[0-9-]{5,10}$') then
    n := n - 1;
    n := n - (words[n] = ',')::integer;
  end if;
  -- The ZIP counts when it equals the row's ZIP, or when a state precedes it.
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
    -- Without a comma: the city follows the street type, which is at least the third word.
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
  'Removes ZIP, state, country and city from the end of a line and fills those that the row lacks; stripped says '
  'whether it found any.';

revoke execute on function private.clean_address_text(text), private.strip_place(text[], text, text, text) from public;
grant execute on function private.clean_address_text(text), private.strip_place(text[], text, text, text)
  to pipeline_writer, service_role;

-- whole address lines: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.find_unit (
  words text[]
)
  RETURNS integer
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  n integer := cardinality(words);
  v_kind text;
  v_next text;
begin
  for i in 3 .. n loop
    v_kind := private.unit_words() ->> words[i];
    -- `7 N STE ANNE DR` is a street.
    -- `HIGHWAY NO 130` is a road.
    if v_kind is null or words[i] in ('NO', 'NUM', 'NUMBER')
      and (private.street_types() ->> words[i - 1]) in ('HWY', 'RTE') or words[i] = 'STE' and words[i + 1] ~ '^[A-Z]{3,}$'
      and private.street_types() ? words[i + 2] then
      continue;
    end if;
    v_next := words[i + 1];
    if v_next in ('#', 'NO', ',') then
      v_next := words[i + 2];
    end if;
    if words[i] in ('FL', 'FLR', 'FLOOR') and i = n and i > 3
      and words[i - 1] ~ '^([0-9]+(ST|ND|RD|TH)|FIRST|SECOND|THIRD|FOURTH|FIFTH'
        '|SIXTH|SEVENTH|EIGHTH|NINTH|TENTH)$' then
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
  -- A bare number or letter after a street type ("1000 ASHLAND AVE 1", "12 PARK AVE S 4B") or after a comma. A number
  -- after a highway or a county road is the number of that road.
  if n >= 4 and (ascii(words[n]) < 58 or length(words[n]) = 1 or ascii(right(words[n], 1)) < 58)
    and words[n] ~ '^([0-9]+-?[A-Z]?|[A-Z]-?[0-9]*)$' then
    if words[n - 1] = ',' then
      return n;
    elsif private.street_types() ? words[n - 1]
      and not private.street_types() ->> words[n - 1] in ('HWY', 'RTE', 'BYP', 'EXPY', 'FWY', 'LOOP', 'SPUR')
      and not private.directions() ? words[n]
      and not (n = 4 and private.directions() ? words[2])
      and not ((private.street_types() ->> words[n - 1]) in ('RD', 'RDS')
        and '{"COUNTY":1,"CNTY":1,"CTY":1,"CO":1,"STATE":1,"ST":1,"FM":1,"RM":1,"RANCH":1,"MARKET":1,"FARM":1,
        "TOWNSHIP":1,
          "TWP":1,"TOWN":1,"FOREST":1,"SERVICE":1,"PRIVATE":1,"PVT":1,"PARISH":1}'::jsonb
          ? split_part(words[n - 2], '-', -1))
    then
      return n;
    elsif n >= 5 and private.directions() ? words[n - 1] and private.street_types() ? words[n - 2]
      and words[n] ~ '[0-9]' then
      return n;
    end if;
  end if;
  return null;
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
$function$;

-- Existing leads get the hashes of the new rules. Written by hand. The triggers are off because an address is not
-- changed by its new hash: no history, no new updated_at. About a second per 4,000 leads.
set statement_timeout = '60min';
alter table public.leads disable trigger user;
select private.rehash_addresses();
alter table public.leads enable trigger user;
reset statement_timeout;

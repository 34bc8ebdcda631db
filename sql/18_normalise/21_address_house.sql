create function private.split_spanish_line(inout words text[], puerto_rico boolean, out urb text, out road text)
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  n integer := cardinality(words);
  v_part text[];
  v_from integer;
  v_to integer;
  v_house text;
begin
  if '{"KM":1,"KILOMETRO":1}'::jsonb ?| words then
    v_part := regexp_match(
      btrim(regexp_replace(translate(array_to_string(words, ' '), ',#-', '   '), ' {2,}', ' ', 'g')),
      '^(?:(.*?) )??(?:CARR|CARRETERA|PR|ROAD|RD|RUTA|ROUTE|STATE ROAD)(?: ESTATAL| EST)?(?: NO| NUM)? ?([0-9]{1,4}R?) '
      '(?:(?:KM|KILOMETRO) ?([0-9]{1,3}))(?: ([0-9]))?(?: (?:HM|H|HECTOMETRO) ?([0-9]))?(?: .*)?$');
    if v_part is not null then
      road := 'CARR ' || v_part[2] || ' KM ' || ltrim(v_part[3], '0')
        || coalesce(' ' || nullif(coalesce(v_part[5], v_part[4]), '0'), '');
      if v_part[1] ~ '^[0-9]+[A-Z]?$' then
        words := v_part[1] || string_to_array(road, ' ');
        road := null;
      end if;
      return;
    end if;
  end if;

  -- The urbanización, wherever it stands: URB LAS GARDENIAS, 150 CALLE A.
  for i in 1 .. n - 1 loop
    if words[i] in ('URB', 'URBANIZACION', 'URBANIZATION') then
      v_from := i;
      v_to := n;
      for k in i + 2 .. n loop
        if words[k] in (',', '#') or words[k] ~ '[0-9]' or private.leading_types() ? words[k]
          or private.unit_words() ? words[k] then
          v_to := k - 1;
          exit;
        end if;
      end loop;
      urb := array_to_string(words[i + 1 : v_to], ' ');
      exit;
    end if;
  end loop;
  if urb is null and puerto_rico and ',' = any (words) then
    -- Without its word: the part before or after the commas that has neither a number nor a unit.
    v_to := array_position(words, ',') - 1;
    if array_to_string(words[1 : v_to], '') !~ '[^A-Z]' and not private.leading_types() ? words[1]
      and not private.unit_words() ? words[1] then
      v_from := 1;
    else
      v_to := n;
      for i in reverse n .. 3 loop
        if words[i] = ',' then
          if i < n and array_to_string(words[i + 1 :], '') !~ '[^A-Z]' and not private.unit_words() ? words[i + 1]
            and not private.leading_types() ? words[i + 1] then
            v_from := i + 1;
          end if;
          exit;
        end if;
      end loop;
    end if;
    if v_from is not null then
      urb := array_to_string(words[v_from : v_to], ' ');
    end if;
  end if;
  if v_from is not null then
    words := words[1 : v_from - 1 - coalesce((words[v_from - 1] = ',')::integer, 0)]
      || words[v_to + 1 + coalesce((v_from = 1 and words[v_to + 1] = ',')::integer, 0) :];
    n := cardinality(words);
  end if;

  -- CALLE LUNA 110 is 110 CALLE LUNA; BLOQUE A 15 CALLE 3 and A 15 CALLE 3 are A15 CALLE 3.
  if words[1] in ('BLQ', 'BLOQUE', 'BLOQ', 'BLK') and words[2] ~ '^[A-Z0-9]{1,3}$' then
    words := words[2 :];
    if words[2] in ('#', 'NO', 'NUM', ',') then
      words := words[1] || words[3 :];
    end if;
    n := cardinality(words);
    if words[2] ~ '^[0-9]+$' then
      words := (words[1] || case when words[1] ~ '[0-9]$' then '-' else '' end || words[2]) || words[3 :];
    end if;
  elsif words[1] ~ '^[A-Z]{1,2}$' and words[2] ~ '^[0-9]+[A-Z]?$'
    and private.leading_types() ->> words[3] = 'CALLE' then
    words := (words[1] || words[2]) || words[3 :];
  elsif private.leading_types() ->> words[1] in ('CALLE', 'CLJ')
    or puerto_rico and private.leading_types() ->> words[1] in ('AVE', 'PSO', 'CAM') then
    for i in 3 .. n loop
      if words[i] ~ '^[0-9]+-?[A-Z]?$|^[A-Z]{1,2}-?[0-9]+$'
        and (i = n or words[i + 1] in (',', '#') or private.unit_words() ? words[i + 1]) then
        v_house := words[i];
        v_to := i - 1;
        if words[v_to] in ('#', 'NO', 'NUM', ',') then
          v_to := v_to - 1;
        end if;
        if v_to > 2 and words[v_to] ~ '^[A-Z]$' and v_house ~ '^[0-9]' then
          v_house := words[v_to] || v_house;
          v_to := v_to - 1;
        end if;
        if v_to >= 2 then
          words := replace(v_house, '-', '') || words[2 - 1 : v_to] || words[i + 1 :];
        end if;
        exit;
      end if;
    end loop;
  end if;
end
$$;
comment on function private.split_spanish_line(text[], boolean) is
  'Puts the words of a Spanish line in the order of others: the house number first, the urbanización apart. road is '
  'the address by kilometre (CARR 2 KM 45 6), which has no house number.';

-- A condominium of Puerto Rico often has no house number: its name and the unit are the address.
create function private.split_condominium(inout words text[], has_unit boolean, out building text, out unit text)
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_part constant text[] := regexp_match(array_to_string(words, ' '),
    '^(?:(.+?)(?: ,)? )??(?:COND|CONDOMINIO) ([A-Z][A-Z ]*?)'
    '(?:(?: ,)? (?:APT|APTO|APARTAMENTO|APARTMENT|UNIT|#)(?: #| NO)? ?([0-9A-Z-]{1,8}))?(?: , (.+)| ([0-9]+ .+))?$');
  v_rest constant text := coalesce(v_part[1], v_part[4], v_part[5]);
begin
  if v_part is null or v_part[3] is null and not has_unit then
    return;
  end if;
  unit := v_part[3];
  if v_rest ~ '^[0-9]+[A-Z]? [A-Z]|^(CALLE|AVE|AVENIDA) .* [0-9]+[A-Z]?$' then
    words := string_to_array(v_rest, ' ');
  else
    building := 'COND ' || v_part[2];
  end if;
end
$$;
comment on function private.split_condominium(text[], boolean) is
  'Takes a condominium and its unit out of the words of a Puerto Rican line. building is its name, where the line has '
  'no house number; nothing is taken where neither the line nor has_unit says which unit is meant.';

-- The house number at the front of a line, and the words after it.
create function private.split_house(inout words text[], out house text)
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  n integer;
  k integer := 1;
  v_part text[];
  v_number integer;
begin
  -- Most lines: digits, perhaps a directional, and a word.
  if ltrim(words[1], '0123456789') = '' then
    k := case when words[2] in ('N', 'S', 'E', 'W') then 3 else 2 end;
    if length(words[k]) > 1 and ascii(right(words[k], 1)) > 57 and words[k] not in ('TO', 'THRU', 'AND')
      and (ascii(words[k]) > 57 or right(words[k], 2) in ('ST', 'ND', 'RD', 'TH')) then
      house := nullif(ltrim(words[1], '0'), '');
      words := words[2 :];
      return;
    end if;
    k := 1;
  end if;

  if words[1] in ('NO', 'NUM', 'NUMBER', '#') and words[2] ~ '^[0-9]' then
    words := words[2 :];
  end if;
  if words[1] ~ '^[A-Z]+TY-[A-Z]+$' and private.number_words() ? split_part(words[1], '-', 1) then
    words := string_to_array(words[1], '-') || words[2 :];
  elsif words[1] ~ '^[0-9]+$' and words[2] = '-' and words[3] ~ '^[A-Z]$' then
    words := (words[1] || words[3]) || words[4 :];
  end if;
  n := cardinality(words);
  if private.number_words() ? words[1] and n > 1 then
    v_number := (private.number_words() ->> words[1])::integer;
    k := 2;
    if words[2] = 'HUNDRED' and v_number < 10 then
      v_number := v_number * 100;
      k := 3 + coalesce((words[3] = 'AND')::integer, 0);
      if private.number_words() ? words[k] then
        v_number := v_number + (private.number_words() ->> words[k])::integer;
        k := k + 1;
      end if;
    end if;
    if v_number % 10 = 0 and v_number % 100 >= 20 and (private.number_words() ->> words[k])::integer < 10 then
      v_number := v_number + (private.number_words() ->> words[k])::integer;
      k := k + 1;
    end if;
    -- TEN MILE RD and THREE OAKS DR have no house number.
    if k <= n and (words[k] !~ '(S|MILE|HUNDRED|NOTCH)$' or v_number = 1) then
      words := v_number::text || words[k :];
    end if;
    n := cardinality(words);
  elsif words[1] ~ '^[0-9]+-[0-9]+(ST|ND|RD|TH)$' then
    -- `4800-60th St` is 4800 60th St.
    words := string_to_array(replace(words[1], '-', ' '), ' ') || words[2 :];
    n := n + 1;
  elsif words[1] ~ '^[0-9]+/[0-9]{2,}$' then
    words[1] := replace(words[1], '/', '-');
  elsif words[1] ~ '^[0-9]+$' and words[2] in ('-', 'TO', 'THRU', 'AND') and words[3] ~ '^[0-9]+$' and n > 3 then
    words := (words[1] || '-' || words[3]) || words[4 :];
    n := n - 2;
  end if;

  -- Grids. 842E 1700S is 842 E 1700 S (Utah), 25 W 150 PLANK RD 25W150 (Illinois), N 6 W 23001 N6W23001 (Wisconsin).
  if words[1] ~ '^[0-9]+[NSEW]$' and (words[2] ~ '^[0-9]+[NSEW]$'
    or words[2] ~ '^[0-9]+$' and private.directions() ? words[3]) then
    words := array[left(words[1], -1), right(words[1], 1)] || words[2 :];
    n := n + 1;
  end if;
  if private.directions() ? words[2] and words[3] ~ '^[0-9]{2,5}[NSEW]$' then
    words := words[1 : 2] || array[left(words[3], -1), right(words[3], 1)] || words[4 :];
    n := n + 1;
  end if;
  if words[1] ~ '^[0-9]{0,5}-?[NSEW]' or words[2] ~ '^[NSEW]' then
    v_part := regexp_match(array_to_string(words, ' '),
      '^(?:([NSEW])[ -]?([0-9]{1,4})[ -]?([NSEW])[ -]?([0-9]{2,6}[A-Z]?)|([NSEW]) ([0-9]{2,6})'
      '|([0-9]{1,2})[ -]?([NSEW])[ -]?([0-9]{3}[A-Z]?)) (?:, )?([^ ]+ [^ ].*|[^ ]+)$');
    if v_part is not null and not private.directions() ? split_part(v_part[10], ' ', 1)
      and (position(' ' in v_part[10]) > 0 and not private.common_street_types()
        ? coalesce(private.street_types() ->> split_part(v_part[10], ' ', 1), '')) then
      house := array_to_string(v_part[1 : 9], '');
      words := string_to_array(v_part[10], ' ');
      return;
    end if;
  end if;

  k := 1;
  if words[1] ~ '^[0-9]+$' then
    house := ltrim(words[1], '0');
    k := 2;
    -- `12 A OAK ST` is 12A OAK ST; `12 A ST` stays, and so do D'Angelo, L'Enfant and O'Brien.
    if n > 3 and words[2] ~ '^[A-CF-MP-RT-VX-ZD]$' and words[3] ~ '^[0-9A-Z]{2}' and words[3] ~ '[A-Z]'
      and not (words[2] in ('D', 'L') and words[3] ~ '^[AEIOUH]')
      and not private.unit_words() ? words[3] and not private.crossing_words() ? words[3]
      and not (private.common_street_types() ? coalesce(private.street_types() ->> words[3], '')
        and not private.street_types() ? coalesce(words[4], ''))
    then
      house := house || words[2];
      k := 3;
    end if;
  elsif words[1] ~ '^(0*[1-9][0-9]*-?[A-Z]|0*[1-9][0-9]*(-[0-9]+)+[A-Z]?|[NSEW][0-9]+([NSEW][0-9]+)?[A-Z]?'
    '|[0-9]{1,2}[NSEW][0-9]{3}[A-Z]?|[A-Z]{1,2}-?[0-9]+[A-Z]?|0*[1-9][0-9]*-[1-9]/[1-9])$' then
    k := 2;
    house := ltrim(words[1], '0');
    if position('/' in house) > 0 then
      house := replace(house, '-', ' ');
    elsif house ~ '[A-Z]' and house !~ '^[0-9]+-[0-9]' then
      house := replace(house, '-', '');
    end if;
  end if;
  if house <> '' and words[k] ~ '^[1-9]/[1-9]$' then
    house := house || ' ' || words[k];
    k := k + 1;
  end if;
  house := nullif(house, '');
  if words[k] = ',' then
    k := k + 1;
  end if;
  words := words[k :];
end
$$;
comment on function private.split_house(text[]) is
  'Takes the house number from the front of a line''s words: 123, 123A, 123 1/2, 12-34, N6W23001, 25W150, A15, one in '
  'words; null when there is none.';

revoke execute on function private.split_spanish_line(text[], boolean), private.split_house(text[]),
  private.split_condominium(text[], boolean) from public;
grant execute on function private.split_spanish_line(text[], boolean), private.split_house(text[]),
  private.split_condominium(text[], boolean)
  to pipeline_writer, service_role;

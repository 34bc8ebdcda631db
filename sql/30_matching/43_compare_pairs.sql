-- Step 3: each pair is compared level by level; a higher level is a closer agreement, -1 is no evidence.
--
-- Comparisons: 1 family name (-2: the names of firms), 2 given name (records whose columns name both), 3 whole name (others), 4 house number and
-- street (one comparison: they are not independent), 5 place, 6 phone, 7 e-mail, 8 and above other columns.

create function private.is_abbreviation(p_short text, p_long text) returns boolean
language sql immutable parallel safe as $$
  select length(p_short) between 3 and 4 and length(p_long) > length(p_short) + 1
    and (starts_with(p_long, p_short) or p_short !~ '[AEIOU]'
      and p_long ~ ('^' || array_to_string(string_to_array(p_short, null), '.*')))
$$;
comment on function private.is_abbreviation(text, text) is
  'Whether a word of three or four letters begins another one (VET), or has its consonants (MFG, RPR).';

create function private.compare_words(a text[], a_weights real[], b text[], b_weights real[]) returns smallint
language plpgsql immutable parallel safe set search_path = '' as $$
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
$$;
comment on function private.compare_words(text[], real[], text[], real[]) is
  'Level of two names by their words, weighted by rarity: 5 all, 4 nearly all, 3 half or one is part of the other, 2 a '
  'quarter, 1 little, 0 nothing, -1 one is missing.';

create function private.compare_text(a text, b text) returns smallint
language sql immutable parallel safe as $$
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
$$;
comment on function private.compare_text(text, text) is
  '2 equal, 1 similar (a typing error, a date with day and month swapped, a code and its word), 0 different, -1 one is '
  'missing.';

create function private.nickname_initials() returns jsonb
language sql immutable parallel safe as $$
  select '{"ALEXANDER":"SX","ALEXANDRA":"SL","ANDREW":"D","ANTHONY":"T","BENJAMIN":"J","CAROLINE":"L",
    "CATHERINE":"K","CHARLES":"H","DOROTHY":"L","EDWARD":"NT","ELEANOR":"LN","ELIZABETH":"BL","EUGENE":"G",
    "FREDERICK":"R","HENRY":"H","ISABELLA":"B","JONATHAN":"N","KATHERINE":"C",
    "MARGARET":"DPG","MARTHA":"P","MARY":"MP","PATRICIA":"T","REBECCA":"B","RICHARD":"D",
    "ROBERT":"B","VIRGINIA":"G","WILLIAM":"B",
    "GERTRUDE":"T","ALBERT":"B","ALFRED":"F","ABIGAIL":"G",
    "ANN":"N","ANNE":"N","HELEN":"N","ELLEN":"N","VERONICA":"R",
    "ESTHER":"H","MATILDA":"T","AUGUSTUS":"G",
    "WILHELMINA":"B","ISABEL":"B","NICHOLAS":"C",
    "JOSE":"P","FRANCISCO":"P","GUADALUPE":"L","IGNACIO":"N",
    "DOLORES":"L","ENRIQUE":"K","EDUARDO":"L","JESUS":"C","ROSARIO":"C"}'::jsonb
$$;
comment on function private.nickname_initials() is
  'First letters of nicknames that do not begin like the given name: B for ROBERT (Bob).';

create function private.are_two_edits(a text, b text) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  n constant integer := length(a);
  m constant integer := length(b);
  v_head integer := 0;
  v_tail integer := 0;
begin
  if least(n, m) < 6 or abs(n - m) > 1 then
    return false;
  end if;
  -- All but a few letters in the middle agree.
  while v_head < least(n, m) and substr(a, v_head + 1, 1) = substr(b, v_head + 1, 1) loop
    v_head := v_head + 1;
  end loop;
  while v_tail < least(n, m) - v_head and substr(a, n - v_tail, 1) = substr(b, m - v_tail, 1) loop
    v_tail := v_tail + 1;
  end loop;
  return v_head > 0 and greatest(n, m) - v_head - v_tail <= 3 and v_head + v_tail >= 4
    or v_head > 2 and private.is_one_edit(substr(a, v_head + 2), substr(b, v_head + 2));
end
$$;
comment on function private.are_two_edits(text, text) is
  'Whether two words of six letters or more begin alike and differ by two errors.';

create function private.are_scrambled(a text, b text) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
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
$$;
comment on function private.are_scrambled(text, text) is
  'Whether two words have the same letters in another order (OAYLT, TAYLOR), but for one, or for two in long words.';

create function private.compare_given(
  a text, a_forms text[], a_is_known boolean, b text, b_forms text[], b_is_known boolean
) returns smallint
language plpgsql immutable parallel safe set search_path = '' as $$
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
$$;
comment on function private.compare_given(text, text[], boolean, text, text[], boolean) is
  '3 equal, 2 a nickname or typing error, 1 an initial, the same sound or the same letters, 0 different, -1 missing.';

create function private.compare_family(a text, b text) returns smallint
language sql immutable parallel safe as $$
  select (case when a is null or b is null then -1 when a = b then 3
    when private.is_one_edit(a, b) or extensions.similarity(a, b) >= 0.5 or private.are_two_edits(a, b)
      or (least(length(a), length(b)) > 3 and (position(a in b) > 0 or position(b in a) > 0)) then 2
    when extensions.similarity(a, b) >= 0.25
      or length(translate(a, b, '')) < 2 and private.are_scrambled(a, b) then 1
    else 0 end)::smallint
$$;
comment on function private.compare_family(text, text) is
  '3 equal, 2 a typing error or half of a double name, 1 similar, 0 different, -1 one is missing.';

create function private.are_nearly_equal(a text, b text) returns boolean
language sql immutable parallel safe as $$
  select private.compare_family(a, b) >= 2 or length(translate(a, b, '')) < 2 and private.are_scrambled(a, b)
$$;
comment on function private.are_nearly_equal(text, text) is 'Whether two names may be one with typing errors.';

create function private.compare_phones(a text[], b text[]) returns smallint
language plpgsql immutable parallel safe set search_path = '' as $$
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
$$;
comment on function private.compare_phones(text[], text[]) is
  '2 one in common, 1 nearly (a digit, an area code), 0 different, -1 missing.';

create function private.is_own_mailbox(p_email text, p_family text, p_initials text) returns boolean
language sql immutable parallel safe as $$
  select coalesce(length(p_family) > 2 and position('@' in p_email) > 0 and x.rest <> 'FAMILY'
    and translate(left(x.rest, 1), p_initials, '') = '', false) and x.rest <> '' and x.rest <> x.box
  from (
    select b.box, replace(b.box, p_family, '') as rest
    from (select regexp_replace(upper(split_part(p_email, '@', 1)), '[^A-Z]', '', 'g') as box) b) x
$$;
comment on function private.is_own_mailbox(text, text, text) is
  'Whether a mailbox is named by a family name and a word or letter that begins with one of p_initials: rmiller47@ is of '
  'R. Miller, but millerfamily@ of a household.';

create function private.compare_emails(
  a text[], b text[], p_names text[], p_families text[] default '{}', p_initials text default ''
) returns smallint
language plpgsql immutable parallel safe set search_path = '' as $$
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
$$;
comment on function private.compare_emails(text[], text[], text[], text[], text) is
  '3 one in common that is named like both persons (p_families, and p_initials of their given names), 2 one in common, 1 a typing error or the same mailbox at another provider, 0 different, -1 missing, or a mailbox '
  'that is named like the person (p_names) at another provider.';

create function private.spell_direction(p_street text, p_with_type boolean) returns text
language sql immutable parallel safe as $$
  select replace(coalesce('{"N":"NORTH","S":"SOUTH","E":"EAST","W":"WEST"}'::jsonb ->> split_part(x.core, ' ', 1),
    split_part(x.core, ' ', 1)) || substr(x.core, length(split_part(x.core, ' ', 1)) + 1), ' ', '')
  from (select case when p_with_type then p_street else regexp_replace(p_street,
    '(...) (ST|AVE|BLVD|RD|DR|LN|CT|PL|PKWY|WAY|TER|CIR)$', '\1') end as core) x
$$;
comment on function private.spell_direction(text, boolean) is
  'A street with its leading direction in full, without spaces, and if need be without its type: N POINT ST is '
  'NORTHPOINT.';

create function private.is_initial_of(a text, b text) returns boolean
language sql immutable parallel safe as $$
  select length(a) = 1 and a = left(b, 1) or length(b) = 1 and b = left(a, 1)
$$;
comment on function private.is_initial_of(text, text) is 'Whether one of two names is the initial of the other.';

create function private.compare_address(
  a_house text, a_street text, a_unit text, b_house text, b_street text, b_unit text
) returns smallint
language sql immutable parallel safe as $$
  select (case
    when a_street is null or b_street is null then -1
    when a_house = b_house and (a_street = b_street or extensions.similarity(a_street, b_street) >= 0.6
        or extensions.similarity(replace(a_street, ' ', ''), replace(b_street, ' ', '')) >= 0.6)
      then case when a_unit is distinct from b_unit then 4 else 5 end
    -- NORTHPOINT and N POINT ST, but not ALDER ST and ALDER AVE.
    when a_house = b_house and (private.spell_direction(a_street, true)
        in (private.spell_direction(b_street, true), private.spell_direction(b_street, false))
        or private.spell_direction(a_street, false) = private.spell_direction(b_street, true))
      then case when a_unit is distinct from b_unit then 4 else 5 end
    when a_house = b_house and extensions.similarity(a_street, b_street) >= 0.25 then 3
    when (a_house is null or b_house is null or private.is_one_edit(a_house, b_house))
      and extensions.similarity(a_street, b_street) >= 0.6 then 2
    when extensions.similarity(a_street, b_street) >= 0.6 then 1
    -- A corner or a PO box contradicts no house.
    when a_house is null or b_house is null then -1
    else 0 end)::smallint
$$;
comment on function private.compare_address(text, text, text, text, text, text) is
  '5 same house number and street, 4 other unit, 3 same number and a similar street, 2 same street and a similar or '
  'missing number, 1 same street, 0 different, -1 one is missing or no house.';

create function private.compare_place(
  a_city text, a_state text, a_zip text, b_city text, b_state text, b_zip text
) returns smallint
language sql immutable parallel safe as $$
  select (case when a_zip = b_zip then 3
    -- New York and New York City.
    when a_city = b_city or least(length(a_city), length(b_city)) > 4
      and (starts_with(a_city, b_city) or starts_with(b_city, a_city)) then 2
    when private.is_one_edit(a_zip, b_zip) or extensions.similarity(a_city, b_city) >= 0.4
      or private.are_scrambled(a_city, b_city) then 1
    when (a_zip is null or b_zip is null) and (a_city is null or b_city is null) then -1
    else 0 end)::smallint
$$;
comment on function private.compare_place(text, text, text, text, text, text) is
  '3 same ZIP, 2 same city, 1 a similar ZIP or city, 0 different, -1 no evidence.';

create function private.compare_whole_names(
  a text[], a_weights real[], a_joined text, b text[], b_weights real[], b_joined text
) returns smallint
language sql immutable parallel safe as $$
  select case when a_joined = b_joined and a_joined <> '' then 5::smallint
    when length(a_joined) > 5 and length(b_joined) > 5 and extensions.similarity(a_joined, b_joined) >= 0.7
      then greatest(4::smallint, private.compare_words(a, a_weights, b, b_weights))
    else private.compare_words(a, a_weights, b, b_weights) end
$$;
comment on function private.compare_whole_names(text[], real[], text, text[], real[], text) is
  'compare_words, and 4 for names that are nearly equal when written without spaces.';

-- One statement with all functions inlined: comparing is most of the work. The other columns are known only here.
create function private.compare_pairs() returns void
language plpgsql volatile set search_path = pg_temp, private set enable_nestloop = off as $$
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
$$;
comment on function private.compare_pairs() is 'Sets the levels of all candidate pairs.';

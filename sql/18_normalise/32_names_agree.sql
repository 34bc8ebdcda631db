-- Do two names share something? False is a contradiction: a phone, an e-mail or an address alone does not unite two
-- leads whose names share nothing. Without clear agreement the answer is false, because a wrong union is worse than a
-- missed one.

create function private.is_one_edit(a text, b text) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  i integer := 1;
begin
  if a = b or abs(length(a) - length(b)) > 1 then
    return a = b;
  end if;
  while substr(a, i, 1) = substr(b, i, 1) loop
    i := i + 1;
  end loop;
  return substr(a, i + 1) = substr(b, i + 1) or substr(a, i) = substr(b, i + 1) or substr(a, i + 1) = substr(b, i)
    or (substr(a, i, 1) = substr(b, i + 1, 1) and substr(a, i + 1, 1) = substr(b, i, 1)
      and substr(a, i + 2) = substr(b, i + 2));
end
$$;
comment on function private.is_one_edit(text, text) is
  'Whether two words are equal or differ by one letter more, less or other, or by two neighbours swapped.';

create function private.without_street(p_name private.parsed_name) returns private.parsed_name
language sql immutable parallel safe set search_path = '' as $$
  select row(array_agg(w.word order by w.i),
    string_agg(case when w.role ~ '[suge]' and w.next = any (s.types) then 'w' else w.role end, '' order by w.i),
    p_name.is_firm)::private.parsed_name
  from (select '{RD,ROAD,STREET,AVE,AVENUE,BLVD,BOULEVARD,LN,LANE,DR,DRIVE,CT,COURT,PL,PLACE,WAY,PKWY,PARKWAY,HWY,
    HIGHWAY,TERRACE,CIRCLE,SQUARE,PLAZA}'::text[] as types) s
  cross join lateral (
    select t.i, substr(p_name.roles, t.i::integer, 1) as role, p_name.words[t.i + 1] as next,
      coalesce('{"RD":"ROAD","AVE":"AVENUE","BLVD":"BOULEVARD","LN":"LANE","DR":"DRIVE","CT":"COURT","PL":"PLACE",
        "PKWY":"PARKWAY","HWY":"HIGHWAY"}'::jsonb ->> t.word, t.word) as word
    from unnest(p_name.words) with ordinality t (word, i)
  ) w
$$;
comment on function private.without_street(private.parsed_name) is
  'A firm''s name in which the name of a street (Hill Road) tells it apart no more than a generic word.';

create function private.names_agree(a private.parsed_name, b private.parsed_name) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_a_words text[] := a.words;
  v_b_words text[] := b.words;
  v_a_roles text := a.roles;
  v_b_roles text := b.roles;
  v_both_firms boolean := a.is_firm and b.is_firm;
  n integer := length(v_a_roles);
  m integer := length(v_b_roles);
  v_role text;
  v_other text;
  v_word text;
  v_at integer;
  -- One letter per word: the role of a matched word becomes a dot, or a colon for another form of a given name.
  v_a_left text;
  v_b_left text;
  v_crossed integer := 0;
  v_given integer := 0;
  v_either boolean := false;
  v_first boolean := false;
  v_unknown_first boolean := false;
  v_a_family boolean;
  v_b_family boolean;
  v_generic integer := 0;
begin
  if coalesce(n, 0) = 0 or coalesce(m, 0) = 0 or v_a_roles ~ '^i*$' or v_b_roles ~ '^i*$' then
    return null;
  end if;
  if v_both_firms and left(v_a_roles, 1) = 'n' and left(v_b_roles, 1) = 'n' and v_a_words[1] <> v_b_words[1] then
    return false;
  end if;

  -- Firms in one building have the name of its street in common.
  if v_both_firms and v_a_roles ~ '[suge]w' and v_b_roles ~ '[suge]w' then
    v_a_words := (private.without_street(a)).words;
    v_a_roles := (private.without_street(a)).roles;
    v_b_words := (private.without_street(b)).words;
    v_b_roles := (private.without_street(b)).roles;
  end if;
  v_a_left := v_a_roles;
  v_b_left := v_b_roles;
  for i in 1 .. n loop
    v_at := array_position(v_b_words, v_a_words[i]);
    if v_at is null then
      continue;
    end if;
    v_role := substr(v_a_roles, i, 1);
    v_other := substr(v_b_roles, v_at, 1);
    -- `Hill Partners` on Hill Road is not John Hill's.
    continue when (v_role = 'r' or v_other = 'r') and not v_both_firms;
    v_a_left := overlay(v_a_left placing case v_role when 'x' then ':' else '.' end from i);
    v_b_left := overlay(v_b_left placing case v_other when 'x' then ':' else '.' end from v_at);
    if v_role in ('i', 'n') or v_other in ('i', 'n') then
      continue;
    elsif v_role in ('w', 'r') or v_other in ('w', 'r') then
      if v_both_firms or v_role = v_other then
        v_generic := v_generic + 1;
      elsif n = 1 or m = 1 or v_a_roles ~ '[ge]' or v_b_roles ~ '[ge]' then
        -- `Green Properties` and `Ann Green`, but not `New York Pizza` and `New York Bagels`.
        return true;
      else
        v_generic := v_generic + 1;
      end if;
    elsif v_both_firms then
      return true;
    elsif v_role in ('s', 'u') and v_other in ('s', 'u') then
      if v_role = 'u' and v_other = 'u' and i = 1 and v_at = 1 and n > 1 and m > 1 then
        v_unknown_first := true;
      else
        return true;
      end if;
    elsif v_role in ('s', 'u') or v_other in ('s', 'u') then
      if v_role = 'e' or v_other = 'e' then
        v_either := true;
      end if;
      v_crossed := v_crossed + 1;
    elsif v_role = 'e' and v_other = 'e' then
      v_either := true;
      v_first := v_first or (i = 1 and v_at = 1);
      v_given := v_given + 1;
    else
      v_given := v_given + 1;
    end if;
  end loop;

  -- The other forms of a given name are matched with it.
  v_a_left := regexp_replace(v_a_left, '[ge](?=x*:)|x', '.', 'g');
  v_b_left := regexp_replace(v_b_left, '[ge](?=x*:)|x', '.', 'g');
  v_a_family := v_a_left ~ '[su]';
  v_b_family := v_b_left ~ '[su]';
  if v_unknown_first and not (v_a_family and v_b_family) then
    return true;
  end if;
  if v_crossed > 0 and v_crossed + v_given > 1 then
    return true;
  end if;
  if v_either or v_given > 0 or v_crossed > 0 then
    if v_a_left !~ '[sueg]' or v_b_left !~ '[sueg]' then
      -- One name is part of the other, unless the family name is an initial that does not fit.
      if v_a_roles ~ '[ge]x*i$' and v_a_roles !~ '[su]' and v_b_family then
        return exists (select from unnest(v_b_words) w where left(w, 1) = v_a_words[n] and length(w) > 1);
      elsif v_b_roles ~ '[ge]x*i$' and v_b_roles !~ '[su]' and v_a_family then
        return exists (select from unnest(v_a_words) w where left(w, 1) = v_b_words[m] and length(w) > 1);
      end if;
      return true;
    end if;
    -- `James Thomas` and `Mary Thomas`, but not `Thomas Miller` and `Thomas Baker`.
    if v_either and not v_a_family and not v_b_family
      and not (v_first and v_a_left !~ 'g' and v_b_left !~ 'g') then
      return true;
    end if;
  end if;

  -- Typing errors in long names, and names written as one word or two.
  for i in 1 .. n loop
    continue when substr(v_a_left, i, 1) not in ('s', 'u', 'e') or length(v_a_words[i]) < 4;
    v_word := v_a_words[i];
    for j in 1 .. m loop
      continue when substr(v_b_left, j, 1) not in ('s', 'u', 'e') or length(v_b_words[j]) < 4;
      v_other := v_b_words[j];
      if (v_word || 'S' = v_other or v_other || 'S' = v_word) and (a.is_firm or b.is_firm)
        and substr(v_a_left, i, 1) <> 'e' and substr(v_b_left, j, 1) <> 'e' then
        return true;
      end if;
      if length(v_word) >= 5 and length(v_other) >= 5 and abs(length(v_word) - length(v_other)) <= 1
        and private.is_one_edit(v_word, v_other)
        and (v_given > 0 or (greatest(length(v_word), length(v_other)) >= 6 and left(v_word, 1) = left(v_other, 1)))
        -- Two frequent names may be each other's error only with the same given name and first letter.
        and (v_given > 0 and left(v_word, 1) = left(v_other, 1)
          or not (private.family_names() ? v_word and private.family_names() ? v_other)) then
        return true;
      end if;
      if length(v_word) >= 7 and position(v_word in array_to_string(v_b_words, '')) > 0
        or length(v_other) >= 7 and position(v_other in array_to_string(v_a_words, '')) > 0 then
        return true;
      end if;
    end loop;
  end loop;

  -- Two firms of generic words only: one name has all words of the other.
  if v_both_firms and v_generic > 0 and (v_a_left !~ '[suegn]' or v_b_left !~ '[suegn]') then
    return v_a_left !~ '[a-z]' and (v_generic > 1 or v_b_left !~ '[a-z]')
      or v_b_left !~ '[a-z]' and (v_generic > 1 or v_a_left !~ '[a-z]');
  end if;
  return false;
end
$$;
comment on function private.names_agree(private.parsed_name, private.parsed_name) is
  'True if two names share something that tells people or firms apart, false if they share nothing (a contradiction), '
  'null if one is missing or says nothing. Symmetric.';

create function private.names_agree(a text, b text) returns boolean
language sql immutable parallel safe as $$
  select private.names_agree(private.parse_name(a), private.parse_name(b))
$$;
comment on function private.names_agree(text, text) is 'The same for names as a list has them.';

revoke execute on function private.is_one_edit(text, text), private.without_street(private.parsed_name),
  private.names_agree(private.parsed_name, private.parsed_name), private.names_agree(text, text) from public;
grant execute on function private.is_one_edit(text, text), private.without_street(private.parsed_name),
  private.names_agree(private.parsed_name, private.parsed_name), private.names_agree(text, text)
  to pipeline_writer, service_role;

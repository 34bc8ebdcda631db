-- Names of owners, taken apart: what names_agree (32_names_agree.sql) and the matching of leads compare.
--
-- Role of each word: s family name, u unknown (a family name or a firm's own word), e given or family name, g given
-- name, x another full form of the given name before it, w generic word of a firm or a place in its name, r word of a
-- firm that its street has, too, n number, i initial. Words that say nothing are dropped.

create type private.parsed_name as (words text[], roles text, is_firm boolean);
comment on type private.parsed_name is
  'Words of a name in capitals with full given names, one role letter per word, and whether a firm has the name.';

create function private.known_name_words() returns jsonb
language sql immutable parallel safe as $$
  select private.given_names() || private.family_names() || private.owner_words()
$$;
comment on function private.known_name_words() is 'All known words of names in one constant: one look-up per word.';

create function private.name_letters(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_name text := left(raw, 200);
begin
  if octet_length(v_name) = length(v_name) then
    v_name := upper(v_name collate "C");
  else
    v_name := translate(v_name, 'øØłŁđĐıþÞð’‘ʼ´–—“”', 'oOlLdDitTd''''''''--""');
    v_name := replace(replace(replace(v_name, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
    v_name := upper(regexp_replace(normalize(v_name, NFD), '[\u0300-\u036f]', '', 'g'));
  end if;
  if position('(' in v_name) > 0 then
    -- `Legacy School (at Mason School)`: the host is another name.
    v_name := regexp_replace(v_name, '\(\s*(AT|INSIDE|NEAR)\s[^)]*(\)|$)', ' ', 'g');
  end if;
  if position('/' in v_name) > 0 then
    v_name := regexp_replace(v_name,
      '\m(C/O|H/W|W/H|N/A|N/K/A|A/K/A|F/K/A|D/B/A|U/A|U/T/A|U/D/T|T/A|H/H)\M|[0-9]+/[0-9]+(/[0-9]+)?', ' ', 'g');
    v_name := replace(v_name, '/', ' & ');
  end if;
  if v_name ~ '[^A-Z ]' then
    v_name := translate(v_name, '.-_"()[]{}:%#*?!=<>\@', '                     ');
    v_name := replace(replace(replace(replace(translate(v_name, '''`', ''), ',', ' , '), '&', ' & '), ';', ' & '),
      '+', ' & ');
  end if;
  -- Legal forms (L L C, P A) and abbreviations (A B C) in single letters.
  if v_name ~ '\m[A-Z] [A-Z]\M' then
    v_name := regexp_replace(v_name, '\m(L L C|L L P|L P|P L L C|P A|P C|N A)\M(?=\s*([,&]|$))', 'LLC', 'g');
    v_name := regexp_replace(v_name, '\m([A-Z]) ([A-Z]) ([A-Z])\M', '\1\2\3', 'g');
  end if;
  return v_name;
end
$$;
comment on function private.name_letters(text) is
  'A name in capitals without diacritics and punctuation; commas and & are words of their own. Reads 200 characters.';

create function private.parse_name_text(p_text text) returns private.parsed_name
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_words text[] := array[]::text[];
  v_roles text := '';
  v_is_firm boolean := false;
  v_word text;
  v_entry text;
  v_role text;
  v_full text[];
  -- t: free text; l: family name, f: given name, as columns say.
  v_mode text := 't';
  -- Where the name of one person begins, and whether its family name came first, before a comma.
  v_begin integer := 1;
  v_count integer := 0;
  v_after_comma boolean := false;
  v_particles text := '';
  v_bound boolean := false;
  v_raw_previous text := '';
begin
  if p_text is null then
    return null;
  end if;
  foreach v_word in array string_to_array(p_text, ' ') loop
    if v_word = '' then
      continue;
    end if;
    v_entry := private.known_name_words() ->> v_word;
    v_role := left(v_entry, 1);

    if v_role = '&' or v_word in ('^', '|', ',') then
      if v_particles <> '' then
        v_words := v_words || v_particles;
        v_roles := v_roles || 'u';
        v_count := v_count + 1;
        v_particles := '';
      end if;
      if v_word = '|' then
        v_mode := 'f';
      elsif v_word = ',' then
        -- `Smith, John`, but not `John Smith, Mary Smith`.
        v_role := lower(substr(v_roles, v_begin, 1));
        if v_mode = 't' and not v_after_comma and not v_is_firm and (
          (v_count = 1 and v_role <> 'g' and v_role <> '')
          or (v_count = 2 and v_role in ('s', 'u'))) then
          v_roles := left(v_roles, v_begin - 1) || translate(substr(v_roles, v_begin), 'ue', 'ss');
          v_after_comma := true;
        end if;
      else
        v_mode := case v_word when '^' then 'l' else 't' end;
        v_begin := cardinality(v_words) + 1;
        v_count := 0;
        v_after_comma := false;
      end if;
      continue;
    end if;

    if v_role = 'p' and v_mode <> 'f' then
      v_particles := v_particles || case v_word when 'SAINT' then 'ST' when 'STE' then 'ST' else v_word end;
      v_bound := v_word in ('ST', 'SAINT', 'STE', 'SAN', 'SANTA', 'MC', 'MAC', 'O');
      continue;
    elsif v_particles <> '' then
      if v_role in ('-', 't', 'l', 'w') or (v_particles = 'LE' and v_role in ('g', 'e')) then
        -- `Main St LLC`, `Le Trust`, `Le Kim`.
        if v_particles not in ('ST', 'STE') then
          v_words := v_words || v_particles;
          v_roles := v_roles || 'u';
          v_count := v_count + 1;
        end if;
      else
        v_particles := v_particles || v_word;
        if not v_particles = any (v_words) then
          v_full := null;
          v_words := v_words || v_particles;
          v_roles := v_roles || case when private.known_name_words() ->> v_particles = 'c' then 'W' else 's' end;
          v_count := v_count + 1;
        end if;
        if v_bound or private.known_name_words() ->> v_particles = 'c' then
          v_particles := '';
          continue;
        end if;
      end if;
      v_particles := '';
    end if;

    if v_role in ('-', 't') or (v_word = 'AL' and v_raw_previous = 'ET') then
      v_raw_previous := v_word;
      continue;
    elsif v_role = 'l' then
      v_is_firm := true;
      continue;
    end if;

    v_full := null;
    if left(v_word, 1) = '~' then
      v_word := substr(v_word, 2);
      v_role := 'r';
      v_is_firm := true;
    elsif v_role is null then
      v_role := case
        when length(v_word) = 1 then case when v_word between 'A' and 'Z' then 'i' else 'n' end
        when v_word < 'A' and v_word >= '0' then 'n'
        when v_mode = 'f' or v_after_comma then 'g'
        when v_mode = 'l' then 's'
        when length(v_word) > 5
          and v_word ~ '(SON|SEN|EZ|SKI|SKY|WICZ|STEIN|BERG|BAUM|MANN|OFF|ELLI|ETTI|AKIS|OPOULOS|IDES|YAN)$|^(MC|FITZ)'
          then 's'
        else 'u' end;
    elsif v_role = 'w' then
      v_is_firm := true;
    elsif v_role = 'c' then
      v_role := 'U';
    elsif v_mode = 'l' then
      v_role := translate(v_role, 'geGE', 'ssSS');
    else
      if v_role in ('g', 'e', 'G', 'E') then
        v_full := string_to_array(substr(v_entry, 2), ' ');
        if v_role in ('g', 'G') then
          v_word := v_full[1];
        end if;
        if v_mode = 'f' or v_after_comma then
          v_role := translate(v_role, 'eE', 'gG');
        end if;
      elsif v_mode = 'f' then
        v_role := translate(v_role, 'sS', 'gG');
      end if;
    end if;
    if v_word = any (v_words) then
      continue;
    end if;
    v_words := v_words || v_word;
    v_roles := v_roles || v_role;
    if v_role <> 'i' then
      v_count := v_count + 1;
    end if;
    if v_full is not null and (cardinality(v_full) > 1 or v_full[1] <> v_word) then
      foreach v_word in array v_full loop
        if not v_word = any (v_words) then
          v_words := v_words || v_word;
          v_roles := v_roles || 'x';
        end if;
      end loop;
    end if;
  end loop;
  if v_particles <> '' and v_particles <> 'ST' then
    v_words := v_words || v_particles;
    v_roles := v_roles || 'u';
  end if;
  return (v_words,
    case when v_is_firm then translate(v_roles, 'SEGUW', 'wwwww') else translate(v_roles, 'SEGUW', 'segus') end,
    v_is_firm)::private.parsed_name;
end
$$;
comment on function private.parse_name_text(text) is
  'Words and roles of a name from name_letters. ^ begins a name whose columns are known: family names, |, given names. '
  '~ marks a word that the street has, too (private.name_on_street).';

-- `Hill Partners` and `Hill Holdings` on Hill Road share the street and nothing else. So do `Oak Grove LLC` and
-- `Oakgrove Trust`: of a firm that is called like its street alone, the legal form counts.
create function private.name_on_street(name text, situs_street text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  w text[] := string_to_array(btrim(regexp_replace(private.name_letters(translate(name, '^|~', '   ')), ' {2,}', ' ',
    'g')), ' ');
  n integer := cardinality(w);
  v_street text;
  v_from integer;
  v_to integer;
  v_rest text[];
begin
  -- The name of the street in one word: OAKGROVE of `5 Oak Grove Ave`.
  v_street := (private.split_street(regexp_replace(upper(situs_street collate "C"), '^\S*[0-9]\S* ', ''))).name;
  v_street := regexp_replace(v_street, '[^A-Z0-9]', '', 'g');
  if v_street is null or length(v_street) < 3 then
    return name;
  end if;
  -- Persons, and what is called after them.
  if '{FAMILY,FAM,LIVING,REVOCABLE,REVOC,REV,ESTATE,ETAL,ET,&,HEIRS,TRUSTEE,TRUSTEES,TTEE}'::text[] && w then
    return name;
  end if;
  for i in 1 .. n loop
    for j in i .. least(i + 3, n) loop
      if (select string_agg(coalesce(private.name_words() ->> x, x), '' order by k)
        from unnest(w[i : j]) with ordinality t (x, k)) = v_street then
        v_from := i;
        v_to := j;
      end if;
    end loop;
    exit when v_from is not null;
  end loop;
  if v_from is null then
    return name;
  end if;
  -- `Hill Road Partners`, `Hill Rd Partners`.
  if private.common_street_types() ? (private.street_types() ->> w[v_to + 1]) then
    v_to := v_to + 1;
  end if;
  v_rest := w[1 : v_from - 1] || w[v_to + 1 :];
  if exists (select from unnest(v_rest) x where private.known_name_words() ->> x ~* '^[ge]')
    and not exists (select from unnest(v_rest) x where private.known_name_words() ->> x ~ '^[lw]') then
    -- `Hill John`, `Ann Hill Trust`.
    return name;
  elsif not exists (select from unnest(v_rest) x where x <> ',' and x not in ('THE', 'OF', 'AT', 'ON')
    and coalesce(private.known_name_words() ->> x, '') !~ '^[-tl]') then
    v_rest := array(select '~' || x from unnest(v_rest) x where x not in (',', 'THE', 'OF', 'AT', 'ON'));
    -- A single word may be a family name.
    if cardinality(v_rest) = 0 then
      return name;
    end if;
  end if;
  return '~' || v_street || ' ' || array_to_string(v_rest, ' ');
end
$$;
comment on function private.name_on_street(text, text) is
  'A name for parse_name_text in which the words of the street that the property is on are generic; unchanged where '
  'it does not have them or is a person''s.';

revoke execute on function private.name_on_street(text, text) from public;
grant execute on function private.name_on_street(text, text) to pipeline_writer, service_role;

create function private.parse_name(raw text) returns private.parsed_name
language sql immutable parallel safe as $$
  select private.parse_name_text(private.name_letters(translate(raw, '^|', '  ')))
$$;
comment on function private.parse_name(text) is 'The words of a name as a list has it, of one or several owners.';

create function private.parse_owner(
  owner_1_first text, owner_1_last text, owner_2_first text, owner_2_last text, owner_full text
) returns private.parsed_name
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_text text;
begin
  if owner_1_last is not null and owner_1_first is not null then
    v_text := '^ ' || translate(owner_1_last, '^|', '  ') || ' | ' || translate(owner_1_first, '^|', '  ');
  else
    v_text := translate(coalesce(owner_1_last, owner_1_first), '^|', '  ');
  end if;
  if owner_2_last is not null and owner_2_first is not null then
    v_text := coalesce(v_text, '') || ' & ^ ' || translate(owner_2_last, '^|', '  ') || ' | '
      || translate(owner_2_first, '^|', '  ');
  elsif owner_2_last is not null or owner_2_first is not null then
    v_text := coalesce(v_text, '') || ' & ' || translate(coalesce(owner_2_last, owner_2_first), '^|', '  ');
  end if;
  if owner_full is not null then
    v_text := coalesce(v_text || ' & ', '') || translate(owner_full, '^|', '  ');
  end if;
  return private.parse_name_text(private.name_letters(v_text));
end
$$;
comment on function private.parse_owner(text, text, text, text, text) is
  'The words of all owners of a lead or staging row, from its columns.';

create function private.name_tokens(raw text) returns text[]
language sql immutable parallel safe as $$
  select (private.parse_name(raw)).words
$$;
comment on function private.name_tokens(text) is
  'Significant words of a name, with full given names: for indexes and blocks.';

revoke execute on function private.known_name_words(), private.name_letters(text), private.parse_name_text(text),
  private.parse_name(text), private.parse_owner(text, text, text, text, text), private.name_tokens(text) from public;
grant execute on function private.known_name_words(), private.name_letters(text), private.parse_name_text(text),
  private.parse_name(text), private.parse_owner(text, text, text, text, text), private.name_tokens(text)
  to pipeline_writer, service_role;

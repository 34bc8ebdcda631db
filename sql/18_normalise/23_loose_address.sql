-- For records with holes: a missing ZIP, suffix, directional or unit. A shared loose address makes two records
-- candidates; whether they may be one is for addresses_contradict to say, and for there being only one candidate.

create function private.city_key(city text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  w text[] := string_to_array(translate(private.clean_address_text(split_part(city, ',', 1)), '-#', '  '), ' ');
begin
  for i in 1 .. coalesce(cardinality(w), 0) loop
    w[i] := coalesce('{"ST":"SAINT","N":"NORTH","NO":"NORTH","S":"SOUTH","SO":"SOUTH","E":"EAST","W":"WEST",
      "TWP":"TOWNSHIP","BORO":"BOROUGH","HT":"HEIGHTS","DR":"DR"}'::jsonb ->> w[i], private.name_words() ->> w[i],
      w[i]);
  end loop;
  return nullif(regexp_replace(array_to_string(w, ''), '^(NEWYORK)CITY$', '\1'), '');
end
$$;
comment on function private.city_key(text) is
  'A city in one spelling, without blanks: St. Louis and Saint Louis, Winston-Salem and Winston Salem, La Grange and '
  'LaGrange, Colorado Spgs and Colorado Springs agree.';

create function private.loose_streets(situs_street text) returns text[]
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_line text := upper(situs_street collate "C");
  v_house text[] := regexp_match(v_line, '^([0-9A-Z]*[0-9][0-9A-Z-]*(?: [1-9]/[1-9])?) +(.+)$');
  v_split record;
begin
  if v_line ~ '[^A-Z0-9 /-]|  ' then
    v_line := private.clean_address_text(situs_street);
    v_house := regexp_match(v_line, '^([0-9A-Z]*[0-9][0-9A-Z-]*(?: [1-9]/[1-9])?) +(.+)$');
  end if;
  if v_house is null then
    return array[nullif(v_line, '')];
  end if;
  v_split := private.split_street(v_house[2]);
  if v_split.name is null then
    return array[]::text[];
  end if;
  if v_split.type is null or private.common_street_types() ? v_split.type then
    return array[v_house[1] || ' ' || v_split.name];
  end if;
  -- Willow Creek may be a creek named Willow or what is left of Willow Creek Rd.
  return array[v_house[1] || ' ' || v_split.name,
    v_house[1] || ' ' || v_split.name || coalesce(private.name_words() ->> v_split.type, v_split.type)];
end
$$;
comment on function private.loose_streets(text) is
  'House number and name of a street line (leads.situs_street) without directionals and suffix: one text, or two where '
  'the last word may be the suffix or the name.';

create function private.loose_address(situs_street text, situs_city text, situs_state text, situs_zip text)
returns text[]
language sql immutable parallel safe set search_path = '' as $$
  select coalesce(array_agg(s || '|' || p.place), '{}')
  from unnest(private.loose_streets(situs_street)) s
  cross join unnest(array[left(situs_zip, 5), private.city_key(situs_city) || ',' || situs_state]) p (place)
  where s is not null and p.place is not null
$$;
comment on function private.loose_address(text, text, text, text) is
  'Loose keys of a normalised address: house number, street name without directionals and suffix, and the place. One '
  'key per place known (the ZIP; city and state), so that two records share a key when either place agrees. Empty '
  'without a street or a place.';

create function private.addresses_contradict(
  a_street text, a_unit text, a_city text, a_state text, a_zip text,
  b_street text, b_unit text, b_city text, b_state text, b_zip text
) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_a text[];
  v_b text[];
  a record;
  b record;
begin
  if left(a_zip, 5) <> left(b_zip, 5) or upper(a_state) <> upper(b_state)
    or (a_zip is null or b_zip is null) and private.city_key(a_city) <> private.city_key(b_city)
    or private.canonical_unit(a_unit) <> private.canonical_unit(b_unit) then
    return true;
  end if;
  v_a := private.loose_streets(a_street);
  v_b := private.loose_streets(b_street);
  if cardinality(v_a) = 0 or cardinality(v_b) = 0 or v_a[1] is null or v_b[1] is null then
    return false;
  end if;
  if not v_a && v_b then
    return true;
  end if;
  a := private.split_street(upper(substr(a_street, position(' ' in a_street) + 1) collate "C"));
  b := private.split_street(upper(substr(b_street, position(' ' in b_street) + 1) collate "C"));
  return coalesce(
    -- Suffixes differ; where one line lacks the last word, its suffix may be a part of the other's name.
    a.name = b.name and a.type <> b.type
    or a.predir <> b.predir or a.sufdir <> b.sufdir, false)
    -- A directional before the name is another street than the same one after it.
    or a.predir is null and b.sufdir is null and a.sufdir is not null and b.predir is not null
    or b.predir is null and a.sufdir is null and b.sufdir is not null and a.predir is not null;
end
$$;
comment on function private.addresses_contradict(text, text, text, text, text, text, text, text, text, text) is
  'Whether two normalised addresses (columns situs_street, situs_unit, situs_city, situs_state, situs_zip) cannot be '
  'the same: both have a ZIP, state, unit, suffix or directional and theirs differ, or house number or street name '
  'differ; cities count where a ZIP is missing. Never null.';

revoke execute on function private.city_key(text), private.loose_streets(text),
  private.loose_address(text, text, text, text),
  private.addresses_contradict(text, text, text, text, text, text, text, text, text, text) from public;
grant execute on function private.city_key(text), private.loose_streets(text),
  private.loose_address(text, text, text, text),
  private.addresses_contradict(text, text, text, text, text, text, text, text, text, text)
  to pipeline_writer, service_role;

-- One spelling of the street (directional, name, type; without house number and unit). address_standardizer parses
-- it; where its grammar fails (it returns nothing, or misreads a part of the name), simple rules over the words
-- decide. The result is a fixed point of the function by construction, so the stored text hashes to the same value as
-- the raw text.

create function private.canonical_highway(street text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_part text[];
  v_kind text;
begin
  v_part := regexp_match(street,
    '^(?:(N|S|E|W|NORTH|SOUTH|EAST|WEST|OLD) )?(?:(U S|US|STATE|ST|COUNTY|CNTY|CTY|CO|TOWNSHIP|TWP|'
    'FARM TO MARKET|RANCH TO MARKET) ?)?(?:(HIGHWAY|HWY|HIWAY|ROUTE|RTE|RT|ROAD|RD|CR|SR|SH|FM|RM|INTERSTATE|I)'
    '(?: HWY| HIGHWAY| ROAD| RD)?(?: NO| NUMBER)? ?)?'
    '([0-9]{1,4}[A-Z]?|[A-Z]{1,2})(?: (N|S|E|W|NORTH|SOUTH|EAST|WEST))?$');
  if v_part is null then
    return null;
  end if;
  v_kind := case
    when v_part[2] in ('U S', 'US') and coalesce(v_part[3], 'HWY') in ('HIGHWAY', 'HWY', 'HIWAY', 'ROUTE', 'RTE', 'RT')
      then 'US HIGHWAY'
    when v_part[2] in ('STATE', 'ST') and v_part[3] in ('HIGHWAY', 'HWY', 'HIWAY', 'ROUTE', 'RTE', 'RT', 'ROAD', 'RD')
      or v_part[2] is null and v_part[3] in ('SR', 'SH')
      then 'STATE ROUTE'
    when v_part[2] in ('COUNTY', 'CNTY', 'CTY', 'CO') and v_part[3] in ('ROAD', 'RD', 'ROUTE', 'RTE', 'RT')
      or v_part[2] is null and v_part[3] = 'CR'
      then 'COUNTY ROAD'
    when v_part[2] in ('COUNTY', 'CNTY', 'CTY', 'CO')
      and v_part[3] in ('HIGHWAY', 'HWY', 'HIWAY') then 'COUNTY HIGHWAY'
    when v_part[2] in ('TOWNSHIP', 'TWP') and v_part[3] in ('ROAD', 'RD', 'HIGHWAY', 'HWY') then 'TOWNSHIP ROAD'
    when v_part[2] = 'FARM TO MARKET' or v_part[2] is null and v_part[3] = 'FM' then 'FM'
    when v_part[2] = 'RANCH TO MARKET' or v_part[2] is null and v_part[3] = 'RM' then 'RM'
    when v_part[2] is null and v_part[3] in ('INTERSTATE', 'I') then 'INTERSTATE'
    when v_part[2] is null and v_part[3] in ('HIGHWAY', 'HWY', 'HIWAY') then 'HIGHWAY'
    when v_part[2] is null and v_part[3] in ('ROUTE', 'RTE', 'RT') then 'ROUTE'
  end;
  -- A letter names a highway only after "county road" or "highway" (Wisconsin, Missouri).
  if v_kind is null or v_part[4] !~ '[0-9]'
    and (v_kind not in ('COUNTY ROAD', 'COUNTY HIGHWAY', 'HIGHWAY', 'ROUTE')
      or private.street_types() ? v_part[4]) then
    return null;
  end if;
  return concat_ws(' ', case when v_part[1] = 'OLD' then 'OLD' else left(v_part[1], 1) end,
    v_kind, v_part[4], left(v_part[5], 1));
end
$$;
comment on function private.canonical_highway(text) is
  'One spelling of a numbered road (CR 12 is COUNTY ROAD 12, US 1 is US HIGHWAY 1, SR 9 and State Hwy 9 are STATE '
  'ROUTE 9); null for other streets.';

create function private.canonical_street_words(street text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_words text[] := string_to_array(street, ' ');
  v_last integer := cardinality(v_words);
begin
  for i in 1 .. v_last loop
    v_words[i] := coalesce('{"FIRST":"1ST","SECOND":"2ND","THIRD":"3RD","FOURTH":"4TH","FIFTH":"5TH","SIXTH":"6TH",
      "SEVENTH":"7TH","EIGHTH":"8TH","NINTH":"9TH","TENTH":"10TH","ELEVENTH":"11TH","TWELFTH":"12TH",
      "SAINT":"ST","MT":"MOUNT","FT":"FORT","JUNIOR":"JR"}'::jsonb ->> v_words[i], v_words[i]);
  end loop;
  if v_last >= 2 and private.directions() ? v_words[v_last] then
    v_words[v_last] := private.directions() ->> v_words[v_last];
    v_last := v_last - 1;
  end if;
  -- `N ORCHARD` is a street named Orchard, `N AVE` one named N.
  if v_last >= 2 and private.street_types() ? v_words[v_last]
    and (v_last > 2 or not private.directions() ? v_words[1]
      or private.common_street_types() ? (private.street_types() ->> v_words[v_last])) then
    v_words[v_last] := private.street_types() ->> v_words[v_last];
    v_last := v_last - 1;
  end if;
  if v_last >= 2 and private.directions() ? v_words[1] then
    v_words[1] := private.directions() ->> v_words[1];
  end if;
  return array_to_string(v_words, ' ');
end
$$;
comment on function private.canonical_street_words(text) is
  'One spelling of a street by rules over its words alone; the fallback of canonical_street.';

create function private.canonical_street(street text) returns text
language plpgsql stable parallel safe set search_path = '' as $$
declare
  v_street text := street;
  v_next text;
  v_least text;
  v_std extensions.stdaddr;
  v_name text;
begin
  -- The standardizer does not know NORTHWEST as one word. Before two words or at the end it is a directional.
  if position('HWEST' in v_street) > 0 or position('HEAST' in v_street) > 0 then
    v_street := regexp_replace(v_street, '^(N|S)(?:OR|OU)TH(E|W)(?:A|E)ST (?=.* )', '\1\2 ');
    v_street := regexp_replace(v_street, ' (N|S)(?:OR|OU)TH(E|W)(?:A|E)ST$', ' \1\2');
  end if;
  -- Repeats until nothing changes: at once for text that is already in USPS spelling, else after one more round.
  for i in 1 .. 12 loop
    if '{"HWY":1,"HIGHWAY":1,"HIWAY":1,"ROUTE":1,"RTE":1,"RT":1,"CR":1,"SR":1,"SH":1,"FM":1,"RM":1,"US":1,"U":1,"I":1,
        "COUNTY":1,"CNTY":1,"CTY":1,"CO":1,"STATE":1,"INTERSTATE":1,"TOWNSHIP":1,"TWP":1,"FARM":1,"RANCH":1}'::jsonb
      ?| string_to_array(v_street, ' ') then
      v_next := private.canonical_highway(v_street);
      if v_next is not null then
        return v_next;
      end if;
    end if;
    v_next := null;
    if length(v_street) <= 60 then
      -- As an assignment, the call is a "simple expression": its state, including the rule tables, lives as long as
      -- the transaction. A query inside a function would load them at each call (milliseconds).
      v_std := extensions.standardize_address('private.us_lex', 'private.us_gaz', 'private.us_rules',
        '1 ' || v_street, '');
      v_name := v_std.name;
      -- Trusted only when it has put every word into the street and has found a name.
      if v_std.house_num = '1' and v_name not in ('', 'SAINT', 'MOUNT', 'FORT')
        and v_std.unit is null and v_std.building is null and v_std.box is null and v_std.ruralroute is null
        and v_std.extra is null and v_std.qual is distinct from 'ALTERNATE'
        and (v_std.predir is not null or v_std.suftype is null or not private.directions() ? v_name
          or private.common_street_types() ? (private.street_types() ->> v_std.suftype))
      then
        if v_name in ('EAST', 'WEST', 'NORTH', 'SOUTH') and position(v_name in v_street) = 0 then
          -- E Street is not East Street.
          v_name := left(v_name, 1);
        elsif v_name !~ '[^0-9]' and v_std.pretype is null and v_std.sufdir is null then
          v_name := v_name || case
            when right(v_name, 2) in ('11', '12', '13') then 'TH'
            when right(v_name, 1) = '1' then 'ST' when right(v_name, 1) = '2' then 'ND'
            when right(v_name, 1) = '3' then 'RD' else 'TH' end;
        end if;
        v_next := concat_ws(' ', private.directions() ->> v_std.predir, v_std.qual, v_std.pretype, v_name,
          coalesce(private.street_types() ->> v_std.suftype, v_std.suftype),
          private.directions() ->> v_std.sufdir);
      end if;
    end if;
    if v_next is null or position('#' in v_next) > 0 then
      v_next := private.canonical_street_words(v_street);
    end if;
    if v_next = v_street then
      return v_next;
    end if;
    v_street := v_next;
    -- A few unusual words alternate between spellings; the alphabetically first one represents them.
    if i >= 6 then
      v_least := least(v_least, v_street collate "C");
    end if;
  end loop;
  return v_least;
end
$$;
comment on function private.canonical_street(text) is
  'One spelling of a street without house number and unit, in capital letters, digits and single blanks, with USPS '
  'abbreviations. Idempotent.';

revoke execute on function private.canonical_highway(text), private.canonical_street_words(text),
  private.canonical_street(text) from public;
grant execute on function private.canonical_highway(text), private.canonical_street_words(text),
  private.canonical_street(text) to pipeline_writer, service_role;

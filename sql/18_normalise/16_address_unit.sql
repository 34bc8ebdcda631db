create function private.split_glued_unit(line text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select regexp_replace(line, '\m(APT|UNIT|STE|SUITE|BLDG|RM|LOT|SPC|SPACE|TRLR|PH|FL)-?([0-9]+[A-Z]?)\M', '\1 \2', 'g')
$$;
comment on function private.split_glued_unit(text) is
  'A line with its unit apart from its designator: APT4B and APT-4B are APT 4B.';
revoke execute on function private.split_glued_unit(text) from public;
grant execute on function private.split_glued_unit(text) to pipeline_writer, service_role;

create function private.canonical_unit(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_unit text;
  v_words text[];
  v_before text[];
  v_word text;
  v_kind text;
  v_building text;
  v_floor text;
  v_rest text;
  v_target text;
begin
  if raw is null then
    return null;
  end if;
  if raw ~ '^[1-9][0-9]{0,5}[A-Z]?$' then
    return raw;
  end if;
  -- Most units: `APT 4B`.
  if split_part(raw, ' ', 1) in ('APT', 'UNIT', 'STE', 'SUITE', '#', 'NO', 'LOT', 'RM', 'SPC')
    and split_part(raw, ' ', 2) ~ '^[1-9][0-9]{0,5}[A-Z]?$' and split_part(raw, ' ', 3) = '' then
    return split_part(raw, ' ', 2);
  end if;
  v_unit := upper(left(raw, 60) collate "C");
  v_unit := replace(v_unit, '#', ' # ');
  v_unit := btrim(translate(v_unit, translate(v_unit, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#-/ ', ''),
    repeat(' ', length(v_unit))));
  if v_unit ~ '^[0-9]+ 0{1,2}$' and raw ~ '^\s*[0-9]+\.0{1,2}\s*$' then
    v_unit := split_part(v_unit, ' ', 1);
  end if;
  if v_unit in ('', '-', 'N/A', 'NA', 'NONE', 'NULL', '#') then
    return null;
  end if;
  if v_unit ~ '[A-Z]{2}[0-9]' then
    v_unit := private.split_glued_unit(v_unit);
  end if;
  v_words := string_to_array(v_unit, ' ');
  -- Repeats until nothing changes, because removed words bring others together.
  for i in 1 .. 5 loop
    v_before := v_words;
    v_building := '';
    v_floor := '';
    v_rest := '';
    v_target := '';
    foreach v_word in array v_words loop
      v_word := btrim(v_word, '-/');
      if v_word = '' then
        continue;
      end if;
      v_kind := '{"BLDG":"B","BUILDING":"B","BLD":"B","FL":"F","FLR":"F","FLOOR":"F","#":"-","APT":"-","APARTMENT":"-",
        "APMT":"-","APTS":"-","UNIT":"-","STE":"-","SUITE":"-","NO":"-","NUM":"-","NUMBER":"-","RM":"-","ROOM":"-",
        "SPC":"-","SPACE":"-","SP":"-","LOT":"-","TRLR":"-","TRAILER":"-","CONDO":"-","PENTHOUSE":"PH",
        "BASEMENT":"BSMT","DEPARTMENT":"DEPT","TOWER":"TWR","CONDOMINIUM":"-","APART":"-","LEVEL":"F","LVL":"F",
        "FRONT":"FRNT","LOBBY":"LBBY","LOWER":"LOWR","UPPER":"UPPR","OFFICE":"OFC","HANGAR":"HNGR","FIRST":"1ST",
        "SECOND":"2ND","THIRD":"3RD","FOURTH":"4TH","FIFTH":"5TH","SIXTH":"6TH","SEVENTH":"7TH","EIGHTH":"8TH",
        "NINTH":"9TH","TENTH":"10TH","ONE":"1","TWO":"2","THREE":"3","FOUR":"4","FIVE":"5","SIX":"6","SEVEN":"7",
        "EIGHT":"8","NINE":"9","TEN":"10"}'::jsonb ->> v_word;
      if v_kind = 'F' and v_target = '' and v_rest ~ '(^| )[0-9]+(ST|ND|RD|TH)$' then
        -- `2nd floor` is floor 2.
        v_floor := v_floor || ' ' || substring(v_rest, '([0-9]+)[A-Z]+$');
        v_rest := rtrim(regexp_replace(v_rest, '[0-9]+[A-Z]+$', ''));
      elsif v_kind in ('B', 'F', '-') then
        v_target := case when v_kind = '-' and v_target <> '' then v_target else v_kind end;
      else
        v_word := coalesce(v_kind, v_word);
        if v_word ~ '^0+[0-9]' then
          v_word := ltrim(v_word, '0');
          v_word := case when v_word ~ '^[0-9]' then v_word else '0' || v_word end;
        end if;
        case v_target
          when 'B' then v_building := v_building || ' ' || v_word;
          when 'F' then v_floor := v_floor || ' ' || v_word;
          else v_rest := v_rest || ' ' || v_word;
        end case;
        v_target := '';
      end if;
    end loop;
    -- `4-B`, `4 B` and `B-4` are one label; `1-11` and `11-1` are two.
    v_building := regexp_replace(v_building, '([0-9])[ -]+([A-Z])(?![A-Z])', '\1\2', 'g');
    v_rest := regexp_replace(v_rest, '([0-9])[ -]+([A-Z])(?![A-Z])', '\1\2', 'g');
    v_rest := regexp_replace(v_rest, '(?<![A-Z])([A-Z])[ -]+([0-9])', '\1\2', 'g');
    v_words := string_to_array(btrim(
      case when v_building <> '' then 'BLDG' || v_building else '' end
      || case when v_floor <> '' then ' FL' || v_floor else '' end
      || v_rest), ' ');
    exit when cardinality(v_words) <= 1 or v_words = v_before;
  end loop;
  return nullif(array_to_string(v_words, ' '), '');
end
$$;
comment on function private.canonical_unit(text) is
  'One spelling of a unit: drops Apt, Unit, Ste, No and #, and puts buildings and floors first (BLDG 2 4B); null '
  'when there is no unit.';

create function private.road_owners() returns jsonb
language sql immutable parallel safe as $$
  select '{"COUNTY":1,"CNTY":1,"CTY":1,"CO":1,"STATE":1,"ST":1,"FM":1,"RM":1,"RANCH":1,"MARKET":1,"MKT":1,"FARM":1,
    "TOWNSHIP":1,"TWP":1,"TOWN":1,"FOREST":1,"SERVICE":1,"SVC":1,"SERV":1,"FS":1,"NF":1,"NFS":1,"USFS":1,
    "PRIVATE":1,"PVT":1,"PARISH":1}'::jsonb
$$;
comment on function private.road_owners() is
  'Words before ROAD whose number names a road: COUNTY ROAD 12. Inlined, hence without a SET clause.';

-- The index of the unit's first word, or null. House number and at least one word of the street come before it.
create function private.find_unit(words text[]) returns integer
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  n integer := cardinality(words);
  v_kind text;
  v_next text;
begin
  for i in 3 .. n loop
    v_kind := private.unit_words() ->> words[i];
    -- `7 N STE ANNE DR` is a street.
    -- `HIGHWAY NO 130` and `COUNTY RD NO 12` are roads.
    if v_kind is null
      or words[i] in ('NO', 'NUM', 'NUMBER') and ((private.street_types() ->> words[i - 1]) in ('HWY', 'RTE')
        or words[i - 1] in ('CR', 'SR', 'FM', 'RM', 'RR', 'CTH', 'FSR')
        or words[i - 1] in ('RD', 'ROAD') and private.road_owners() ? words[i - 2])
      or words[i] = 'STE' and words[i + 1] ~ '^[A-Z]{3,}$' and private.street_types() ? words[i + 2] then
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
        and private.road_owners() ? split_part(words[n - 2], '-', -1))
    then
      return n;
    elsif n >= 5 and private.directions() ? words[n - 1] and words[n - 1] <> 'NO'
      and private.street_types() ? words[n - 2] and words[n] ~ '[0-9]' then
      return n;
    end if;
  end if;
  return null;
end
$$;
comment on function private.find_unit(text[]) is
  'Index of the word at which the unit begins in the words of a line; null when there is no unit.';

revoke execute on function private.canonical_unit(text), private.find_unit(text[]), private.road_owners() from public;
grant execute on function private.canonical_unit(text), private.find_unit(text[]), private.road_owners()
  to pipeline_writer, service_role;

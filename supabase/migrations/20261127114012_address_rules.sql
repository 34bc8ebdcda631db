-- address rules: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.canonical_unit (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.city_key (
  city text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  w text[] := string_to_array(translate(private.clean_address_text(split_part(city, ',', 1)), '-#', '  '), ' ');
begin
  for i in 1 .. coalesce(cardinality(w), 0) loop
    w[i] := coalesce('{"ST":"SAINT","N":"NORTH","S":"SOUTH","E":"EAST","W":"WEST","TWP":"TOWNSHIP","BORO":"BOROUGH",
      "HT":"HEIGHTS","DR":"DR"}'::jsonb ->> w[i], private.name_words() ->> w[i], w[i]);
  end loop;
  return nullif(regexp_replace(array_to_string(w, ''), '^(NEWYORK)CITY$', '\1'), '');
end
$function$;

CREATE OR REPLACE FUNCTION private.clean_address_text (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.cut_cross_street (
  words    text[],
  at_least integer
)
  RETURNS text[]
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_before text;
begin
  for i in at_least + 1 .. cardinality(words) - 1 loop
    if words[i] in ('BETWEEN', 'BTWN', 'BTW', 'BET', 'BETW', 'BTN') and 'AND' = any (words[i + 2 :]) then
      return words[1 : i - 1 - (words[i - 1] = ',')::integer];
    elsif words[i] in ('OFF', 'NEAR', 'NR', 'AT', 'BETWEEN', 'BTWN', 'BTW', 'BET', 'BETW', 'BTN', 'OPP', 'OPPOSITE',
      'CORNER', 'COR', 'CROSS', 'BEHIND')
      and (words[i] not in ('CORNER', 'COR') or words[i + 1] = 'OF')
      and (words[i] <> 'CROSS' or words[i + 1] in ('ST', 'STREET', 'STREETS', 'STS'))
    then
      v_before := case when private.directions() ? words[i - 1] then words[i - 2] else words[i - 1] end;
      if i - at_least >= 2 and private.common_street_types() ? (private.street_types() ->> v_before) then
        return words[1 : i - 1];
      elsif v_before = ',' then
        return words[1 : i - 2];
      elsif i > 3 and private.unit_words() ? words[i - 2] and words[i - 1] ~ '^[0-9]|^[A-Z]$' then
        return words[1 : i - 1];
      end if;
    end if;
  end loop;
  return words;
end
$function$;

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
    if v_kind is null or words[i] = 'STE' and words[i + 1] ~ '^[A-Z]{3,}$'
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

CREATE OR REPLACE FUNCTION private.is_plain_line (
  line      text,
  last_word text,
  city      text
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select line ~ '^[1-9][0-9]{0,7} (?:[NSEW] )?[0-9]*[A-Z][A-Z]+(?: [0-9]*[A-Z]*)*$' and length(last_word) > 1
    and split_part(line, ' ', 2) not in ('TO', 'THRU', 'AND')
    and ascii(last_word) > 57 and ascii(right(last_word, 1)) > 57
    and (city is null or position(city in line) = 0)
    and not private.unit_words() ?| string_to_array(line, ' ')
$function$;

CREATE OR REPLACE FUNCTION private.join_ordinals (
  words text[]
)
  RETURNS text[]
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_joined text[] := array[]::text[];
  v_number integer;
  v_next integer;
  n integer := cardinality(words);
  i integer := 1;
  k integer;
begin
  while i <= n loop
    v_number := null;
    k := i;
    -- ONE HUNDRED [AND]
    if words[k] in ('ONE', 'TWO', 'THREE') and words[k + 1] = 'HUNDRED' then
      v_number := (private.number_words() ->> words[k])::integer * 100;
      k := k + 2 + coalesce((words[k + 2] = 'AND')::integer, 0);
    elsif words[k] = 'HUNDRED' then
      v_number := 100;
      k := k + 1 + coalesce((words[k + 1] = 'AND')::integer, 0);
    elsif words[k] in ('ONE', 'TWO', 'THREE') and words[k + 1] = 'HUNDREDTH' then
      v_joined := v_joined || private.ordinal((private.number_words() ->> words[k])::integer * 100);
      i := k + 2;
      continue;
    end if;
    -- TWENTY FIRST, then FIRST
    v_next := (private.ordinal_words() ->> words[k + 1])::integer;
    if words[k] like '%TY' and private.number_words() ? words[k] and v_next between 1 and 9 then
      v_joined := v_joined
        || private.ordinal(coalesce(v_number, 0) + (private.number_words() ->> words[k])::integer + v_next);
      i := k + 2;
    elsif private.ordinal_words() ? words[k] then
      v_joined := v_joined || private.ordinal(coalesce(v_number, 0) + (private.ordinal_words() ->> words[k])::integer);
      i := k + 1;
    elsif ascii(words[i]) < 58 and length(words[i]) <= 6
      and (ltrim(words[i], '0123456789') in ('ST', 'ND', 'RD', 'TH') or right(words[i], 2) in ('2D', '3D')
        and ltrim(words[i], '0123456789') = 'D') then
      v_joined := v_joined || private.ordinal(rtrim(words[i], 'STNDRH')::integer);
      i := i + 1;
    elsif ltrim(words[i], '0123456789') = '' and length(words[i]) <= 4 and (words[i + 1] in ('TH', 'ND')
      or words[i + 1] in ('ST', 'RD') and private.street_types() ? words[i + 2]) then
      v_joined := v_joined || private.ordinal(words[i]::integer);
      i := i + 2;
    else
      v_joined := v_joined || words[i];
      i := i + 1;
    end if;
  end loop;
  return v_joined;
end
$function$;

CREATE OR REPLACE FUNCTION private.line_words()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select private.crossing_words()
    || '{"URB":1,"URBANIZACION":1,"CALLE":1,"CLL":1,"CALLEJON":1,"CARR":1,"CARRETERA":1,"KM":1,"BOX":1,"BX":1,
    "POBOX":1,"POB":1,"DRAWER":1,"LOCKBOX":1,"CALLER":1,"BIN":1,"APARTADO":1,"APDO":1,"BUZON":1,"BZN":1}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.loose_streets (
  situs_street text
)
  RETURNS text[]
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.name_words()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{
  "ALY":"ALLEY","ALLEE":"ALLEY","ALLY":"ALLEY","ANX":"ANNEX","ANEX":"ANNEX","ANNX":"ANNEX","ARC":"ARCADE",
  "AVE":"AVENUE","AV":"AVENUE","AVEN":"AVENUE","AVENU":"AVENUE","AVN":"AVENUE","AVNUE":"AVENUE","BYU":"BAYOU",
  "BAYOO":"BAYOU","BCH":"BEACH","BND":"BEND","BLF":"BLUFF","BLUF":"BLUFF","BLFS":"BLUFFS","BTM":"BOTTOM",
  "BOT":"BOTTOM","BOTTM":"BOTTOM","BLVD":"BOULEVARD","BOUL":"BOULEVARD","BOULV":"BOULEVARD","BLV":"BOULEVARD",
  "BR":"BRANCH","BRNCH":"BRANCH","BRG":"BRIDGE","BRDGE":"BRIDGE","BRK":"BROOK","BRKS":"BROOKS","BG":"BURG",
  "BGS":"BURGS","BYP":"BYPASS","BYPA":"BYPASS","BYPAS":"BYPASS","BYPS":"BYPASS","CP":"CAMP","CMP":"CAMP",
  "CYN":"CANYON","CANYN":"CANYON","CNYN":"CANYON","CPE":"CAPE","CSWY":"CAUSEWAY","CAUSWA":"CAUSEWAY",
  "CTR":"CENTER","CEN":"CENTER","CENT":"CENTER","CENTR":"CENTER","CENTRE":"CENTER","CNTER":"CENTER",
  "CNTR":"CENTER","CTRS":"CENTERS","CIR":"CIRCLE","CIRC":"CIRCLE","CIRCL":"CIRCLE","CRCL":"CIRCLE",
  "CRCLE":"CIRCLE","CIRS":"CIRCLES","CLF":"CLIFF","CLFS":"CLIFFS","CLB":"CLUB","CMN":"COMMON","CMNS":"COMMONS",
  "COR":"CORNER","CORS":"CORNERS","CRSE":"COURSE","CRT":"COURT","CTS":"COURTS","CV":"COVE","CVS":"COVES",
  "CRK":"CREEK","CRES":"CRESCENT","CRECENT":"CRESCENT","CRESENT":"CRESCENT","CRSCNT":"CRESCENT",
  "CRSENT":"CRESCENT","CRSNT":"CRESCENT","CRST":"CREST","XING":"CROSSING","CRSSNG":"CROSSING",
  "CRSSING":"CROSSING","XRD":"CROSSROAD","XRDS":"CROSSROADS","CURV":"CURVE","DL":"DALE","DM":"DAM","DV":"DIVIDE",
  "DIV":"DIVIDE","DVD":"DIVIDE","DRIV":"DRIVE","DRV":"DRIVE","DRS":"DRIVES","EST":"ESTATE","ESTS":"ESTATES",
  "EXPY":"EXPRESSWAY","EXPR":"EXPRESSWAY","EXPW":"EXPRESSWAY","EXPWY":"EXPRESSWAY","EXT":"EXTENSION",
  "EXTN":"EXTENSION","EXTNSN":"EXTENSION","EXTS":"EXTENSIONS","FLS":"FALLS","FRY":"FERRY","FRRY":"FERRY",
  "FLD":"FIELD","FLDS":"FIELDS","FLT":"FLAT","FLTS":"FLATS","FRD":"FORD","FRDS":"FORDS","FRST":"FOREST",
  "FRG":"FORGE","FORG":"FORGE","FRGS":"FORGES","FRK":"FORK","FRKS":"FORKS","FT":"FORT","FRT":"FORT",
  "FWY":"FREEWAY","FREEWY":"FREEWAY","FRWAY":"FREEWAY","FRWY":"FREEWAY","GDN":"GARDEN","GARDN":"GARDEN",
  "GRDEN":"GARDEN","GRDN":"GARDEN","GDNS":"GARDENS","GRDNS":"GARDENS","GTWY":"GATEWAY","GATEWY":"GATEWAY",
  "GATWAY":"GATEWAY","GTWAY":"GATEWAY","GLN":"GLEN","GLNS":"GLENS","GRN":"GREEN","GRNS":"GREENS","GRV":"GROVE",
  "GROV":"GROVE","GRVS":"GROVES","HBR":"HARBOR","HARB":"HARBOR","HARBR":"HARBOR","HRBOR":"HARBOR",
  "HBRS":"HARBORS","HVN":"HAVEN","HAVN":"HAVEN","HTS":"HEIGHTS","HGTS":"HEIGHTS","HWY":"HIGHWAY",
  "HIGHWY":"HIGHWAY","HIWAY":"HIGHWAY","HIWY":"HIGHWAY","HWAY":"HIGHWAY","HL":"HILL","HLS":"HILLS",
  "HOLW":"HOLLOW","HLLW":"HOLLOW","HOLWS":"HOLLOWS","INLT":"INLET","ISLND":"ISLAND","ISS":"ISLANDS",
  "ISLNDS":"ISLANDS","JCT":"JUNCTION","JCTION":"JUNCTION","JCTN":"JUNCTION","JUNCTN":"JUNCTION",
  "JUNCTON":"JUNCTION","JCTS":"JUNCTIONS","JCTNS":"JUNCTIONS","KY":"KEY","KYS":"KEYS","KNL":"KNOLL",
  "KNOL":"KNOLL","KNLS":"KNOLLS","LK":"LAKE","LKS":"LAKES","LNDG":"LANDING","LNDNG":"LANDING","LN":"LANE",
  "LGT":"LIGHT","LGTS":"LIGHTS","LF":"LOAF","LCK":"LOCK","LCKS":"LOCKS","LDG":"LODGE","LDGE":"LODGE",
  "LODG":"LODGE","LP":"LOOP","MNR":"MANOR","MANR":"MANOR","MNRS":"MANORS","MDW":"MEADOW","MDWS":"MEADOWS",
  "MEDOWS":"MEADOWS","ML":"MILL","MLS":"MILLS","MSN":"MISSION","MISSN":"MISSION","MSSN":"MISSION",
  "MTWY":"MOTORWAY","MT":"MOUNT","MNT":"MOUNT","MTN":"MOUNTAIN","MNTAIN":"MOUNTAIN","MNTN":"MOUNTAIN",
  "MOUNTIN":"MOUNTAIN","MTIN":"MOUNTAIN","MTNS":"MOUNTAINS","MNTNS":"MOUNTAINS","NCK":"NECK","ORCH":"ORCHARD",
  "ORCHRD":"ORCHARD","OVL":"OVAL","OPAS":"OVERPASS","PRK":"PARK","PKWY":"PARKWAY","PARKWY":"PARKWAY",
  "PKWAY":"PARKWAY","PKY":"PARKWAY","PKWYS":"PARKWAYS","PSGE":"PASSAGE","PNE":"PINE","PNES":"PINES","PL":"PLACE",
  "PLN":"PLAIN","PLNS":"PLAINS","PLAINES":"PLAINS","PLZ":"PLAZA","PLZA":"PLAZA","PT":"POINT","PTS":"POINTS",
  "PRT":"PORT","PRTS":"PORTS","PRARIE":"PRAIRIE","PRR":"PRAIRIE","PROM":"PROMENADE","RADL":"RADIAL",
  "RAD":"RADIAL","RADIEL":"RADIAL","RNCH":"RANCH","RNCHS":"RANCHES","RPD":"RAPID","RPDS":"RAPIDS","RST":"REST",
  "RDG":"RIDGE","RDGE":"RIDGE","RDGS":"RIDGES","RIV":"RIVER","RIVR":"RIVER","RVR":"RIVER","RD":"ROAD",
  "RDS":"ROADS","RTE":"ROUTE","SHL":"SHOAL","SHLS":"SHOALS","SHR":"SHORE","SHOAR":"SHORE","SHRS":"SHORES",
  "SHOARS":"SHORES","SKWY":"SKYWAY","SPG":"SPRING","SPNG":"SPRING","SPRNG":"SPRING","SPGS":"SPRINGS",
  "SPNGS":"SPRINGS","SPRNGS":"SPRINGS","SQ":"SQUARE","SQR":"SQUARE","SQRE":"SQUARE","SQU":"SQUARE",
  "SQS":"SQUARES","SQRS":"SQUARES","STATN":"STATION","STN":"STATION","STRA":"STRAVENUE","STRAV":"STRAVENUE",
  "STRAVE":"STRAVENUE","STRAVEN":"STRAVENUE","STRAVN":"STRAVENUE","STRVN":"STRAVENUE","STRVNUE":"STRAVENUE",
  "STRM":"STREAM","STREME":"STREAM","STR":"STREET","STRT":"STREET","STS":"STREETS","SMT":"SUMMIT",
  "SUMIT":"SUMMIT","SUMITT":"SUMMIT","TER":"TERRACE","TERR":"TERRACE","TRWY":"THROUGHWAY","TRCE":"TRACE",
  "TRAK":"TRACK","TRK":"TRACK","TRKS":"TRACKS","TRFY":"TRAFFICWAY","TRL":"TRAIL","TRLS":"TRAILS","TRLR":"TRAILER",
  "TRLRS":"TRAILERS","TUNL":"TUNNEL","TUNEL":"TUNNEL","TUNLS":"TUNNELS","TUNNL":"TUNNEL","TPKE":"TURNPIKE",
  "TRNPK":"TURNPIKE","TURNPK":"TURNPIKE","UPAS":"UNDERPASS","UN":"UNION","UNS":"UNIONS","VLY":"VALLEY",
  "VALLY":"VALLEY","VLLY":"VALLEY","VLYS":"VALLEYS","VDCT":"VIADUCT","VIADCT":"VIADUCT","VW":"VIEW","VWS":"VIEWS",
  "VLG":"VILLAGE","VILL":"VILLAGE","VILLAG":"VILLAGE","VILLG":"VILLAGE","VILLIAGE":"VILLAGE","VLGS":"VILLAGES",
  "VL":"VILLE","VIS":"VISTA","VIST":"VISTA","VST":"VISTA","VSTA":"VISTA","WY":"WAY","WL":"WELL","WLS":"WELLS",
  "STE":"SAINTE","DOCTOR":"DR","JUNIOR":"JR","SENIOR":"SR","GENERAL":"GEN","CAPTAIN":"CAPT","COLONEL":"COL",
  "REVEREND":"REV","PRESIDENT":"PRES","SERGEANT":"SGT","INTERNATIONAL":"INTL","NATIONAL":"NATL","MEMORIAL":"MEM",
  "AND":""}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.parse_address (
  street    text,
  unit      text,
  city      text,
  state     text,
  zip       text,
  rechecked boolean                 DEFAULT true,
  streets   jsonb                   DEFAULT NULL::jsonb,
  OUT       situs_house_number text,
  OUT       situs_street text,
  OUT       situs_unit text,
  OUT       situs_city text,
  OUT       situs_state text,
  OUT       situs_zip text,
  OUT       situs_zip4 text,
  OUT       addr_hash bytea,
  OUT       warnings text[]
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_words text[];
  v_line text := upper(street collate "C");
  v_city text;
  v_unit_at integer;
  v_unit text := unit;
  v_line_unit text;
  v_street text;
  v_shown text;
  v_forms text;
  v_box record;
  v_spanish record;
  v_house record;
  v_puerto_rico boolean;
  v_stripped boolean := false;
  v_special boolean;
  v_urb text;
  v_number text;
  v_comma boolean;
  v_unclear boolean := false;
  v_last text;
  v_place record;
  v_again record;
  v_line_shown text;
  k integer;
begin
  -- A call costs more than checking whether it is needed.
  if length(v_line) > 200 or v_line ~ '[^A-Z0-9 ]|  |^ | $' then
    v_line := private.clean_address_text(street);
  end if;
  if v_unit is not null then
    if octet_length(v_unit) <> length(v_unit) then
      v_unit := private.clean_address_text(v_unit);
      v_unclear := octet_length(v_unit) <> length(v_unit);
    end if;
    v_unit := private.canonical_unit(v_unit);
  end if;
  if length(zip) = 5 and ltrim(zip, '0123456789') = '' and zip >= '00501' then
    situs_zip := zip;
  elsif zip is not null then
    situs_zip := private.normalise_zip(zip);
    situs_zip4 := private.normalise_zip4(zip);
    if situs_zip is not null and zip !~ '^[0-9]{5}-[0-9]{4}$' then
      warnings := array_append(warnings, 'zip_healed');
    end if;
  end if;
  if length(state) = 2 and position(' ' || state || ' ' in private.state_codes()) > 0 then
    situs_state := state;
  elsif state is not null then
    situs_state := private.normalise_state(state);
  end if;
  if city is not null then
    situs_city := nullif(btrim(left(split_part(city, ',', 1), 100)), '');
    v_city := upper(situs_city collate "C");
    if v_city ~ '[^A-Z ]|  ' then
      v_city := nullif(private.clean_address_text(situs_city), '');
    end if;
    if situs_city = v_city or situs_city = lower(situs_city) then
      situs_city := initcap(situs_city);
    end if;
  end if;
  v_last := split_part(v_line, ' ', -1);
  if private.is_plain_line(v_line, v_last, v_city) then
    -- Most lines are a house number and a street, with nothing to remove.
    situs_house_number := split_part(v_line, ' ', 1);
    v_street := substr(v_line, length(situs_house_number) + 2);
  elsif v_line <> '' then
    if v_line ~ '[A-Z]{2}[0-9]' then
      v_line := private.split_glued_unit(v_line);
      v_last := split_part(v_line, ' ', -1);
    end if;
    v_words := string_to_array(v_line, ' ');

    -- A row with its place in columns of its own seldom repeats it in the line.
    v_comma := position(',' in v_line) > 0;
    if v_comma or v_city is null or situs_zip is null or right(v_line, length(v_city)) = v_city
      or v_last = situs_state or length(v_last) >= 5 and ascii(right(v_last, 1)) between 48 and 57 then
      v_place := private.strip_place(v_words, v_city, situs_state, situs_zip);
      v_stripped := v_place.stripped;
      if v_stripped then
        v_words := v_place.words;
        v_last := v_words[cardinality(v_words)];
        situs_state := v_place.state;
        situs_zip := v_place.zip;
        if v_city is null and v_place.city is not null then
          v_city := v_place.city;
          situs_city := initcap(v_city);
        end if;
        warnings := array_append(warnings, 'place_taken_out_of_street');
      end if;
    end if;

    -- Puerto Rico and other Spanish addresses.
    v_puerto_rico := situs_state = 'PR' or situs_zip < '01000' and situs_zip ~ '^00[679]';
    v_special := private.line_words() ?| v_words;
    if v_puerto_rico or v_special
      and '{"URB":1,"URBANIZACION":1,"CALLE":1,"CLL":1,"CALLEJON":1,"CARR":1,"CARRETERA":1,"KM":1}'::jsonb ?| v_words
    then
      v_spanish := private.split_spanish_line(v_words, v_puerto_rico);
      v_words := v_spanish.words;
      v_urb := v_spanish.urb;
      v_comma := ',' = any (v_words);
      if v_spanish.road is not null then
        v_street := v_spanish.road;
        v_words := '{}';
      end if;
    end if;

    -- Boxes: a post office box, a box on a rural or highway contract route.
    if v_special and '{"BOX":1,"BX":1,"POBOX":1,"POB":1,"DRAWER":1,"LOCKBOX":1,"CALLER":1,"BIN":1,"APARTADO":1,"APDO":1,
      "BUZON":1,      "BZN":1}'::jsonb ?| v_words then
      v_box := private.split_box(array_to_string(v_words, ' '));
      if v_box.before is not null then
        v_words := string_to_array(v_box.before, ' ');
        warnings := array_append(warnings, 'box_dropped');
      elsif v_box.box is not null then
        v_street := v_box.box;
        v_words := '{}';
        if private.unit_words() ? split_part(v_box.rest, ' ', 1) then
          v_line_unit := v_box.rest;
        elsif v_city is null and v_stripped and v_box.rest !~ '[^A-Z ]' then
          v_city := v_box.rest;
          situs_city := initcap(v_city);
        end if;
      end if;
    end if;

    -- A unit in front: `APT 4, 123 MAIN ST`.
    if private.unit_words() ->> v_words[1] = 'sure' and v_words[2] <> ',' then
      k := 3 + coalesce((v_words[3] = ',')::integer, 0);
      if v_words[k] ~ '^[0-9]' and v_words[k + 1] is not null then
        v_line_unit := v_words[2];
        v_words := v_words[k :];
      end if;
    end if;
    -- A name before the number (`c/o Smith, 123 Main St`), separated from it by a comma.
    if v_comma and v_words[1] !~ '[0-9]' and not private.number_words() ? v_words[1]
      and not (v_words[1] in ('NO', 'NUM', 'NUMBER') and v_words[2] ~ '^[0-9]') then
      v_unit_at := array_position(v_words, ',');
      if v_words[v_unit_at + 1] ~ '^[0-9]+[A-Z]?$' and cardinality(v_words) > v_unit_at + 1 then
        v_words := v_words[v_unit_at + 1 :];
      end if;
    end if;

    -- House number, unit and street. find_unit expects the house number as one word.
    if v_street is null then
      v_house := private.split_house(v_words);
      situs_house_number := v_house.house;
      v_words := coalesce(situs_house_number, '-') || v_house.words;
      if v_special then
        v_words := private.cut_cross_street(v_words, 2);
        v_last := v_words[cardinality(v_words)];
      end if;
      if v_comma or length(v_last) = 1 or ascii(v_last) < 58 or ascii(right(v_last, 1)) < 58
        or private.unit_words() ?| v_words then
        v_unit_at := private.find_unit(v_words);
        if v_unit_at is not null then
          v_line_unit := concat_ws(' ', v_line_unit,
            private.canonical_unit(array_to_string(v_words[v_unit_at :], ' ')));
          v_words := v_words[1 : v_unit_at - 1];
          warnings := array_append(warnings, 'unit_taken_out_of_street');
        end if;
      end if;
      v_street := array_to_string(v_words[2 :], ' ');
      if v_street ~ '[^A-Z0-9 ]' then
        -- Non-Latin text is indistinguishable after cleaning: no hash is better than a wrong one.
        if octet_length(v_street) <> length(v_street) then
          situs_house_number := null;
        end if;
        v_street := translate(v_street, translate(v_street, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ', ''),
          repeat(' ', length(v_street)));
        v_street := btrim(regexp_replace(v_street, ' {2,}', ' ', 'g'));
      end if;
      v_street := nullif(v_street, '') || coalesce(' URB ' || nullif(v_urb, ''), '');
    end if;

    if v_line_unit is not null and v_line_unit <> '' then
      v_line_unit := private.canonical_unit(v_line_unit);
      v_unit := case
        when v_unit is null or v_unit = v_line_unit then v_line_unit
        else private.canonical_unit(v_line_unit || ' ' || v_unit)
      end;
    end if;
  end if;

  if v_street is not null and situs_house_number is not null then
    v_forms := streets ->> v_street;
    if v_forms is null then
      v_forms := private.street_forms(v_street);
    end if;
    v_street := split_part(v_forms, '|', 1);
    v_shown := split_part(v_forms, '|', 2);
    situs_street := situs_house_number || ' ' || split_part(v_forms, '|', 3);
    -- The text shown must parse to the same address as the original. A plain line and an unchanged line do; any other
    -- line is parsed again, and an unclear address gets no hash rather than a wrong one.
    v_line_shown := situs_house_number || ' ' || v_shown;
    if v_line_shown <> v_line and rechecked
      and not private.is_plain_line(v_line_shown, split_part(v_shown, ' ', -1), v_city) then
      v_again := private.parse_address(situs_street, v_unit, situs_city, situs_state, situs_zip, false);
      v_unclear := v_again.situs_street is distinct from situs_street or v_again.situs_unit is distinct from v_unit
        or v_again.situs_house_number is distinct from situs_house_number
        or v_again.situs_city is distinct from situs_city or v_again.situs_zip is distinct from situs_zip
        or v_again.situs_state is distinct from situs_state or v_unclear;
    end if;
    -- A directional alone is not a street.
    v_unclear := coalesce(v_unclear, false) or private.directions() ? v_street;
  elsif v_words = '{}' then
    situs_street := v_street;
  else
    v_street := null;
    situs_street := nullif(left(btrim(street), 200), '');
  end if;
  if v_unclear then
    warnings := array_append(warnings, 'address_unclear');
  elsif v_street is not null then
    if situs_zip is null then
      -- Without a ZIP the city is part of the hash.
      v_city := private.city_key(v_city);
    end if;
    -- Where house numbers have hyphens, lists leave them out: Queens 112-10 is 11210, Hawaii 92-1234 921234.
    v_number := situs_house_number;
    if position('-' in v_number) > 0
      and (situs_zip ~ '^(11[136][0-9][0-9]|114[0-9][0-9]|1100[145])$' and v_number ~ '^[0-9]{1,3}-[0-9]{2}$'
        or situs_zip ~ '^96[78]' and v_number ~ '^[0-9]{2}-[0-9]{3,4}$') then
      v_number := replace(v_number, '-', '');
    end if;
    addr_hash := private.address_hash(v_number, v_street, v_unit, v_city, situs_state, situs_zip);
  end if;
  situs_unit := v_unit;
end
$function$;

CREATE OR REPLACE FUNCTION private.rehash_addresses()
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  SET work_mem TO '256MB'
  SET jit TO 'off'
  AS $function$
declare
  v_streets jsonb;
  v_found bigint;
  v_without bigint;
begin
  perform set_config('sluice.actor', 'system', true);
  select private.known_streets(array_agg(l.situs_street)) into v_streets
  from public.leads l
  where l.addr_hash_version is distinct from private.address_hash_version() and l.situs_street is not null;

  with parsed as materialized (
    select l.org_id, l.id, l.created_at, a.addr_hash, a.situs_house_number,
      l.mak is null and (l.county_fips is null or l.apn is null) and l.owner_1_first is null
        and l.owner_1_last is null and l.owner_2_first is null and l.owner_2_last is null
        and l.owner_full is null as alone
    from public.leads l
    cross join lateral private.parse_address(l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip,
      true, v_streets) a
    where l.addr_hash_version is distinct from private.address_hash_version() and l.situs_street is not null
      and (a.addr_hash is not null or l.addr_hash is not null)
      -- The answer to a conflict gave it a hash of its own.
      and not exists (select from public.conflict_answers c
        where c.org_id = l.org_id and c.lead_id = l.id and c.answer = 'own')
  ), kept as (
    -- leads_addr_hash_key: a lead without any other identity owns its address. The oldest one keeps it.
    select p.*, p.addr_hash is not null and (not p.alone
      or row_number() over (partition by p.org_id, p.addr_hash, p.alone order by p.created_at, p.id) = 1
        and not exists (
          select from public.leads o
          where o.org_id = p.org_id and o.addr_hash = p.addr_hash and o.mak is null
            and (o.county_fips is null or o.apn is null) and o.owner_1_first is null and o.owner_1_last is null
            and o.owner_2_first is null and o.owner_2_last is null and o.owner_full is null)) as keeps
    from parsed p
  ), written as (
    update public.leads l
    set addr_hash = case when k.keeps then k.addr_hash end,
      addr_hash_version = case when k.keeps then private.address_hash_version() end,
      situs_house_number = coalesce(k.situs_house_number, l.situs_house_number)
    from kept k
    where l.org_id = k.org_id and l.id = k.id and (k.keeps or l.addr_hash is not null)
    returning k.keeps
  )
  select count(*), count(*) filter (where not w.keeps) into v_found, v_without from written w;

  -- Further addresses of leads are hashes only. Those of merged leads have their text in the merge.
  insert into public.lead_addresses (org_id, addr_hash, lead_id, created_upload_id, created_at)
  select m.org_id, a.addr_hash, m.survivor_id, d.created_upload_id, d.created_at
  from public.lead_merges m
  join public.lead_addresses d on d.org_id = m.org_id and d.lead_id = m.survivor_id
    and d.addr_hash = decode(substr(m.merged_row ->> 'addr_hash', 3), 'hex')
  cross join lateral private.parse_address(m.merged_row ->> 'situs_street', m.merged_row ->> 'situs_unit',
    m.merged_row ->> 'situs_city', m.merged_row ->> 'situs_state', m.merged_row ->> 'situs_zip') a
  where (m.merged_row ->> 'addr_hash_version')::smallint < private.address_hash_version() and a.addr_hash is not null
  on conflict (org_id, addr_hash, lead_id) do nothing;

  update public.leads_staging s
  set addr_hash = a.addr_hash
  from public.leads_staging t
  cross join lateral private.parse_address(t.situs_street, t.situs_unit, t.situs_city, t.situs_state, t.situs_zip) a
  where s.part_id = t.part_id and s.line_number = t.line_number and s.verdict is null
    and s.addr_hash is distinct from a.addr_hash;
  return jsonb_build_object('leads', v_found, 'without_address_key', v_without);
end
$function$;

CREATE OR REPLACE FUNCTION private.special_words()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select private.crossing_words() || private.ordinal_words()
    || '{"HWY":1,"HIGHWAY":1,"HIWAY":1,"HIGHWY":1,"HIWY":1,"HWAY":1,"ROUTE":1,"RTE":1,"RT":1,"CR":1,"SR":1,"SH":1,
    "FM":1,"RM":1,"RR":1,"TR":1,"PR":1,"F":1,"R":1,"US":1,"U":1,"I":1,"IH":1,"COUNTY":1,"CNTY":1,"CTY":1,"CO":1,
    "CTH":1,"STH":1,"CH":1,"STATE":1,"INTERSTATE":1,"TOWNSHIP":1,"TWP":1,"TOWN":1,"FARM":1,"RANCH":1,"LOOP":1,
    "LP":1,"SPUR":1,"PRIVATE":1,"PVT":1,"PARISH":1,"BUSINESS":1,"BUS":1,"URB":1,"URBANIZACION":1,"URBANIZATION":1,
    "KING":1,"MLK":1}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.split_box (
  line text,
  OUT  box text,
  OUT  before text,
  OUT  rest text
)
  RETURNS record
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_line text := btrim(regexp_replace(translate(line, ',#', '  '), ' {2,}', ' ', 'g'));
  v_part text[];
  v_number text;
begin
  v_part := regexp_match(v_line,
    '^(?:(.*?) )??(R R|RR|R F D|RFD|RD|R D|RURAL (?:ROUTE|RTE|RT|DELIVERY|FREE DELIVERY)|ROUTE|RTE|RT'
    '|H C|HC|HCR|H C R|HC R|HC (?:ROUTE|RTE|RT)|(?:HIGHWAY|HWY) CONTRACT(?: ROUTE| RTE| RT)?|STAR (?:ROUTE|RTE|RT)'
    '|PSC|CMR|UNIT)(?: NO| NUM| NUMBER)?[ -]?([0-9]+[A-Z]?)? ?(?:BOX|BX|BUZON|BZN)(?: NO| NUM| NUMBER)? '
    '?([0-9A-Z]+(?:-[0-9A-Z]+)*(?: [A-Z]$)?)(?: (.+))?$');
  if v_part is not null and v_part[1] is distinct from 'CO' and v_part[1] !~ '^[0-9]' is not false then
    box := case
      when v_part[2] in ('PSC', 'CMR', 'UNIT') then v_part[2]
      when v_part[2] like 'H%' or v_part[2] like 'STAR%' then 'HC'
      else 'RR'
    end || coalesce(' ' || nullif(ltrim(v_part[3], '0'), ''), '') || ' BOX ';
    v_number := v_part[4];
    rest := v_part[5];
  else
    v_part := regexp_match(v_line,
      '^(?:(.*?) )??((?:P ?O|POST OFFICE|POST) ?(?:BOX|BX|DRAWER|BIN|LOCKBOX)|POBOX|POB|P O B|APARTADO(?: POSTAL)?'
      '|APDO(?: POSTAL)?|LOCKBOX|(?:FIRM )?CALLER|DRAWER|BOX|BX|BUZON|BZN)(?: NO| NUM| NUMBER)? '
      '?([0-9]+[A-Z]*(?:-[0-9A-Z]+)*(?: [A-Z]$)?|[A-Z](?:-?[0-9]+)?)(?: (.+))?$');
    if v_part is null then
      return;
    end if;
    if v_part[1] ~ '^[0-9]' then
      -- For a street and a post office box, the property is at the street. A box without a post office is a unit.
      if v_part[2] like 'P%' or v_part[2] like 'AP%' then
        before := regexp_replace(line, '[ ,]*' || v_part[2] || '[ ,#]+.*$', '');
      end if;
      return;
    end if;
    v_number := v_part[3];
    rest := v_part[4];
    if rest ~ '^[0-9]+[A-Z]? [0-9A-Z]' then
      before := rest;
      rest := null;
      return;
    end if;
    -- Words before a box without a post office name its place: `CAMP OAK BOX 12` is not PO Box 12.
    box := case
      when v_part[2] in ('BOX', 'BX', 'BUZON', 'BZN') and v_part[1] is not null then v_part[1] || ' BOX '
      else 'PO BOX '
    end;
  end if;
  v_number := regexp_replace(v_number, '([0-9])[ -]([A-Z])', '\1\2', 'g');
  box := box || coalesce(nullif(ltrim(v_number, '0'), ''), '0');
end
$function$;

CREATE OR REPLACE FUNCTION private.split_glued_unit (
  line text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select regexp_replace(line, '\m(APT|UNIT|STE|SUITE|BLDG|RM|LOT|SPC|SPACE|TRLR|PH|FL)([0-9]+[A-Z]?)\M', '\1 \2', 'g')
$function$;

CREATE OR REPLACE FUNCTION private.split_house (
  INOUT words text[],
  OUT   house text
)
  RETURNS record
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
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
    if n > 3 and words[2] ~ '^[A-CF-MP-RT-VX-ZD]$' and words[3] ~ '^[0-9A-Z]{2}'
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
$function$;

CREATE OR REPLACE FUNCTION private.split_numbered_road (
  street text,
  OUT    predir text,
  OUT    name text,
  OUT    sufdir text
)
  RETURNS record
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_part text[];
  v_owner text;
  v_road text;
  v_kind text;
begin
  -- `71 HIGHWAY` is Highway 71.
  v_part := regexp_match(street, '^((?:N|S|E|W|NORTH|SOUTH|EAST|WEST) )?((?:US|STATE|COUNTY) )?([0-9]{1,3}[A-Z]?) '
    '((?:HIGHWAY|HWY|HIWAY)(?: (?:N|S|E|W|NORTH|SOUTH|EAST|WEST))?)$');
  if v_part is not null then
    street := concat(v_part[1], v_part[2], split_part(v_part[4], ' ', 1), ' ', v_part[3],
      ' ' || nullif(split_part(v_part[4], ' ', 2), ''));
  end if;
  v_part := regexp_match(street,
    '^(?:(N|S|E|W|NE|NW|SE|SW|NORTH|SOUTH|EAST|WEST) )?(?:(OLD|BUS|BUSINESS|ALT|ALTERNATE) )?'
    '(?:(U S|US|USA|UNITED STATES|STATE|ST|COUNTY|CNTY|CTY|CO|COUNTY TRUNK|TOWNSHIP|TWP|TOWN|FARM TO MARKET|FARM'
    '|RANCH TO MARKET|RANCH|PRIVATE|PVT|PARISH|INTERSTATE|INTER STATE|INT'
    '|A[KLRZ]|CA|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]'
    '|ALABAMA|ALASKA|ARIZONA|ARKANSAS|CALIFORNIA|COLORADO|CONNECTICUT|DELAWARE|FLORIDA|GEORGIA|HAWAII|IDAHO'
    '|ILLINOIS|INDIANA|IOWA|KANSAS|KENTUCKY|LOUISIANA|MAINE|MARYLAND|MASSACHUSETTS|MICHIGAN|MINNESOTA|MISSISSIPPI'
    '|MISSOURI|MONTANA|NEBRASKA|NEVADA|NEW (?:HAMPSHIRE|JERSEY|MEXICO|YORK)|(?:NORTH|SOUTH) (?:CAROLINA|DAKOTA)'
    '|OHIO|OKLAHOMA|OREGON|PENNSYLVANIA|RHODE ISLAND|TENNESSEE|TEXAS|UTAH|VERMONT|(?:WEST )?VIRGINIA|WASHINGTON'
    '|WISCONSIN|WYOMING) ?)?'
    '(?:(?:(STATE|ST|COUNTY) (?=R|H))?'
    '(HIGHWAY|HIGHWY|HIWAY|HIWY|HWAY|HWY|TRUNK HIGHWAY|TRUNK HWY|TRUNK|ROUTE|RTE|RT|ROAD|RD|CR|SR|SRT|SH|STH|CTH|CH'
    '|FM|F M|RM|R M|RR|TR|PR|IH|I|LOOP|LP|SPUR|INTERSTATE)'
    '(?: HIGHWAY| HWY| ROAD| RD| ROUTE| RTE)?(?: NO| NUM| NUMBER)? ?)?'
    '([0-9]{1,4}[A-Z]?|[A-Z]{1,2})'
    '(?: (BUS|BUSINESS|BYP|BYPASS|ALT|ALTERNATE|TRUCK|LOOP|SPUR|FRONTAGE RD|FRONTAGE ROAD|SERVICE RD|SERVICE ROAD'
    '|ACCESS RD|ACCESS ROAD|FEEDER RD|FEEDER ROAD))?(?: (N|S|E|W|NB|SB|EB|WB|NORTH|SOUTH|EAST|WEST))?$');
  if v_part is null then
    return;
  end if;
  v_owner := case
    when v_part[3] in ('U S', 'US', 'USA', 'UNITED STATES') then 'US'
    when v_part[3] in ('COUNTY', 'CNTY', 'CTY', 'CO', 'COUNTY TRUNK') or v_part[4] = 'COUNTY' then 'COUNTY'
    when v_part[3] in ('TOWNSHIP', 'TWP', 'TOWN') then 'TOWNSHIP'
    when v_part[3] in ('FARM TO MARKET', 'FARM') then 'FM'
    when v_part[3] in ('RANCH TO MARKET', 'RANCH') then 'RM'
    when v_part[3] in ('PRIVATE', 'PVT') then 'PRIVATE'
    when v_part[3] in ('INTERSTATE', 'INTER STATE', 'INT') then 'INTERSTATE'
    when v_part[3] = 'PARISH' then 'PARISH'
    when v_part[3] is not null or v_part[4] is not null then 'STATE'
  end;
  v_road := case
    when v_part[5] in ('HIGHWAY', 'HIGHWY', 'HIWAY', 'HIWY', 'HWAY', 'HWY', 'TRUNK HIGHWAY', 'TRUNK HWY', 'TRUNK')
      then 'HIGHWAY'
    when v_part[5] in ('ROUTE', 'RTE', 'RT') then 'ROUTE'
    when v_part[5] in ('ROAD', 'RD') then 'ROAD'
    else v_part[5]
  end;
  v_kind := case
    when v_owner = 'US' and coalesce(v_road, 'HIGHWAY') in ('HIGHWAY', 'ROUTE') then 'US HIGHWAY'
    when v_owner = 'STATE' and (v_road in ('HIGHWAY', 'ROUTE', 'ROAD', 'SR')
        or v_road is null and v_part[3] not in ('STATE', 'ST'))
      or v_owner is null and v_road in ('SR', 'SRT', 'SH', 'STH') then 'STATE ROUTE'
    when v_owner = 'COUNTY' and v_road in ('ROAD', 'ROUTE') or v_owner is null and v_road = 'CR' then 'COUNTY ROAD'
    when v_owner = 'COUNTY' and v_road = 'HIGHWAY' or v_owner is null and v_road in ('CTH', 'CH') then 'COUNTY HIGHWAY'
    when v_owner = 'TOWNSHIP' and v_road in ('ROAD', 'HIGHWAY') or v_owner is null and v_road = 'TR'
      then 'TOWNSHIP ROAD'
    when v_owner = 'FM' and (v_road in ('ROAD', 'HIGHWAY') or v_road is null and v_part[3] <> 'FARM')
      or v_owner is null and v_road in ('FM', 'F M') then 'FM'
    when v_owner = 'RM' and (v_road in ('ROAD', 'HIGHWAY') or v_road is null and v_part[3] <> 'RANCH')
      or v_owner is null and v_road in ('RM', 'R M', 'RR') then 'RM'
    when v_owner = 'PRIVATE' and v_road = 'ROAD' or v_owner is null and v_road = 'PR' then 'PRIVATE ROAD'
    when v_owner = 'PARISH' and v_road = 'ROAD' then 'PARISH ROAD'
    when v_owner = 'INTERSTATE' and coalesce(v_road, 'HIGHWAY') = 'HIGHWAY'
      or v_owner is null and v_road in ('INTERSTATE', 'I', 'IH') then 'INTERSTATE'
    when (v_owner is null or v_owner = 'STATE') and v_road in ('LOOP', 'LP') then 'LOOP'
    when (v_owner is null or v_owner = 'STATE') and v_road = 'SPUR' then 'SPUR'
    when v_owner is null and v_road in ('HIGHWAY', 'ROUTE') then v_road
    when v_owner is null and v_road is null and v_part[2] in ('BUS', 'BUSINESS') then 'HIGHWAY'
  end;
  -- A letter names a road only after "county road", "highway" or "route" (Wisconsin, Missouri).
  if v_kind is null or v_part[6] !~ '[0-9]'
    and (v_road is null or v_kind not in ('COUNTY ROAD', 'COUNTY HIGHWAY', 'HIGHWAY', 'ROUTE', 'STATE ROUTE')
      or private.street_types() ? v_part[6]) then
    return;
  end if;
  predir := private.directions() ->> v_part[1];
  sufdir := left(v_part[8], 1);
  name := concat_ws(' ', case when v_part[2] = 'OLD' then 'OLD' when v_part[2] like 'BUS%' then 'BUS'
      when v_part[2] like 'ALT%' then 'ALT' end,
    v_kind, v_part[6],
    case
      when v_part[7] like 'BUS%' then 'BUS' when v_part[7] like 'BYP%' then 'BYP' when v_part[7] like 'ALT%' then 'ALT'
      else replace(v_part[7], 'ROAD', 'RD')
    end);
end
$function$;

CREATE OR REPLACE FUNCTION private.split_spanish_line (
  INOUT       words text[],
  puerto_rico boolean,
  OUT         urb text,
  OUT         road text
)
  RETURNS record
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.split_street (
  street text,
  OUT    predir text,
  OUT    name text,
  OUT    type text,
  OUT    sufdir text,
  OUT    shown text
)
  RETURNS record
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  w text[] := string_to_array(street, ' ');
  n integer := cardinality(w);
  a integer := 1;
  v_lead text;
  v_key text[];
  v_word text;
  v_urb text;
  v_road record;
  v_digits boolean := translate(street, '0123456789', '') <> street;
  -- Most streets have none of these words.
  v_special boolean := private.special_words() ?| w;
begin
  if n is null or n = 0 then
    return;
  end if;
  if v_special or v_digits and (w[1] = 'ST' or n > 3 and w[2] = 'ST' or length(w[1]) = 2 and ascii(w[2]) < 58
      or ascii(w[1]) > 57 and translate(w[1], '0123456789', '') <> w[1]) then
    v_road := private.split_numbered_road(street);
    if v_road.name is not null then
      predir := v_road.predir;
      name := v_road.name;
      sufdir := v_road.sufdir;
      shown := concat_ws(' ', predir, name, sufdir);
      return;
    end if;
  end if;
  if v_special then
    -- The urbanización of Puerto Rico tells streets of one name apart.
    for i in 2 .. n - 1 loop
      if w[i] in ('URB', 'URBANIZACION', 'URBANIZATION') then
        v_urb := array_to_string(w[i + 1 :], ' ');
        w := w[1 : i - 1];
        exit;
      end if;
    end loop;
    w := private.cut_cross_street(w, 1);
  end if;
  if v_special or v_digits then
    w := private.join_ordinals(w);
    n := cardinality(w);
  end if;

  v_lead := private.leading_types() ->> w[1];
  if v_lead in ('CALLE', 'CLJ') and n > 2
    and '{"N":1,"S":1,"E":1,"O":1,"NE":1,"NO":1,"SE":1,"SO":1,"NORTE":1,"SUR":1,"ESTE":1,"OESTE":1,"NORESTE":1,
      "NOROESTE":1,"SURESTE":1,"SUROESTE":1}'::jsonb ? w[n] then
    -- Spanish: SO is southwest, O west.
    sufdir := case when w[n] like 'NOR_ESTE' or w[n] like 'SUR_ESTE' or w[n] in ('NOROESTE', 'SUROESTE')
      then left(w[n], 1) || substr(w[n], 4, 1) when length(w[n]) > 2 then left(w[n], 1) else w[n] end;
    n := n - 1;
  else
    -- `7TH ST S E` is 7TH ST SE.
    if n >= 4 and w[n - 1] in ('N', 'S', 'NORTH', 'SOUTH') and w[n] in ('E', 'W', 'EAST', 'WEST')
      and private.street_types() ? w[n - 2] then
      sufdir := left(w[n - 1], 1) || left(w[n], 1);
      n := n - 2;
    elsif n >= 2 and private.directions() ? w[n]
      and (n > 2 or v_lead is null and not private.directions() ? w[1]
        and not private.common_street_types() ? coalesce(private.street_types() ->> w[1], '')) then
      sufdir := private.directions() ->> w[n];
      n := n - 1;
    end if;
    -- `N ORCHARD` is a street named Orchard, `N AVE` one named N.
    if n >= 2 and private.street_types() ? w[n]
      and (n > 2 or not private.directions() ? w[1]
        or private.common_street_types() ? (private.street_types() ->> w[n])) then
      type := private.street_types() ->> w[n];
      n := n - 1;
    elsif n >= 2 and w[n] = 'LA' then
      type := 'LN';
      n := n - 1;
    end if;
    if n >= 2 and private.directions() ? w[1] then
      if n >= 3 and w[1] in ('N', 'S', 'NORTH', 'SOUTH') and w[2] in ('E', 'W', 'EAST', 'WEST')
        and (length(w[2]) = 1) = (length(w[1]) = 1) and (length(w[1]) = 1 or ascii(w[3]) < 58) then
        predir := left(w[1], 1) || left(w[2], 1);
        a := 3;
      else
        predir := private.directions() ->> w[1];
        a := 2;
      end if;
    end if;
  end if;

  if a = n and type is not null and v_digits and type not in ('HWY', 'RTE') and w[n] ~ '^[0-9]{1,4}$' then
    w[n] := private.ordinal(w[n]::integer);
  end if;
  shown := concat_ws(' ', predir, array_to_string(w[a : n], ' '), type, sufdir, 'URB ' || v_urb);

  v_lead := case when n > a then private.leading_types() ->> w[a] end;
  if v_lead is not null then
    a := a + 1;
  end if;
  v_key := w[a : n];
  if v_special and v_key && '{KING,MLK}' then
    v_key := string_to_array(regexp_replace(array_to_string(v_key, ' '), '^(?:(?:DR|DOCTOR) )?(?:(?:REV|REVEREND) )?'
      '(?:MARTIN LUTHER KING|M L KING|ML KING|MLK)(?: (?:JR|JUNIOR))?$', 'MLK'), ' ');
    n := a + cardinality(v_key) - 1;
  end if;
  for i in 1 .. n - a + 1 loop
    v_word := v_key[i];
    if v_word = 'ST' and v_lead is null
      and (i = 1 or i <= n - a and not private.street_types() ? v_key[i + 1]) then
      v_key[i] := 'SAINT';
    elsif i > 1 and v_word in ('DR', 'CT', 'STREET') then
      v_key[i] := case v_word when 'DR' then 'DRIVE' when 'CT' then 'COURT' else 'ST' end;
    else
      v_key[i] := coalesce(private.name_words() ->> v_word, v_word);
    end if;
  end loop;
  -- LA SALLE and LASALLE, MC ARTHUR and MCARTHUR, O BRIEN and OBRIEN, OAK HILL and OAKHILL are one name each.
  if v_digits then
    name := regexp_replace(btrim(array_to_string(v_key, ' ')), '([A-Z]) +(?=[A-Z])', '\1', 'g');
  else
    name := array_to_string(v_key, '');
  end if;
  if name = '' then
    name := w[a];
  end if;
  name := concat_ws(' ', v_lead, name, 'URB ' || regexp_replace(v_urb, '([A-Z]) +(?=[A-Z])', '\1', 'g'));
end
$function$;

CREATE OR REPLACE FUNCTION private.street_forms (
  street text
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_split record := private.split_street(street);
  v_street text := concat_ws(' ', v_split.predir, v_split.name, v_split.type, v_split.sufdir);
  v_shown text := street;
begin
  if v_street <> street then
    -- One plain word between abbreviations is a fixed point already.
    if v_split.shown <> v_street or v_split.type is null or position(' ' in v_split.name) > 0
      or ascii(v_split.name) < 58 or private.directions() ? v_split.name or private.special_words() ? v_split.name then
      v_street := private.canonical_street(v_street);
    end if;
    -- Shown in the abbreviated original words where those give the same canonical street.
    v_shown := v_split.shown;
    if v_shown <> v_street and private.canonical_street(v_shown) is distinct from v_street then
      v_shown := v_street;
    end if;
  end if;
  return v_street || '|' || v_shown || '|' || private.show_street(v_shown);
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
  -- `60601 - 1234` and `60601 1234`.
  if n > 5 and length(words[n]) = 4 and words[n] ~ '^[0-9]{4}$' and words[n - 1] = '-'
    and words[n - 2] ~ '^[0-9]{5}$' then
    n := n - 2;
  elsif n > 4 and length(words[n]) = 4 and words[n] ~ '^[0-9]{4}$' and words[n - 1] ~ '^[0-9]{5}$' then
    n := n - 1;
  end if;
  -- The ZIP counts when it equals the row's ZIP, or when a state or a comma precedes it. A spreadsheet drops its
  -- leading zeros; without them it counts only after a state whose ZIPs have some and that is not a street type.
  if n > 3 and length(words[n]) >= 3 and ascii(right(words[n], 1)) < 58 
    and words[n] ~ '^[0-9]{3,5}(-[0-9]{4})?$|^[0-9]{9}$' then
    v_word := words[n - 1 - (words[n - 1] = ',')::integer];
    v_two := words[n - 2 - (words[n - 1] = ',')::integer] || ' ' || v_word;
    if (case
      when words[n] ~ '^[0-9]{5}' then left(words[n], 5) = zip or private.normalise_state(v_word) is not null
        or private.normalise_state(v_two) is not null or v_word in ('AA', 'AE', 'AP')
        or zip is null and city is null and words[n - 1] = ',' and private.street_types() ? words[n - 2]
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
  elsif stripped and v_comma > 0 and v_comma < n and not words[v_comma + 1] ~ '[0-9#]' then
    city := array_to_string(words[v_comma + 1 : n], ' ');
    n := v_comma;
  elsif stripped then
    -- Without a comma: the city follows the unit, or a street type that is at least the third word. A common type
    -- counts before the others, and none may follow it.
    for i in 3 .. n - 1 loop
      if private.unit_words() ->> words[i] = 'sure' and words[i + 1] ~ '[0-9]' and i + 2 <= n
        and array_to_string(words[i + 2 : n], '') !~ '[^A-Z]' then
        v_from := i + 2;
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

CREATE OR REPLACE FUNCTION private.unit_words()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"#":"sure","APT":"sure","APARTMENT":"sure","APMT":"sure","APTS":"sure","APART":"sure",
  "UNIT":"sure","STE":"sure",
  "SUITE":"sure","BLDG":"sure","BUILDING":"sure","BLD":"sure","PMB":"sure","NO":"value","NUM":"value","NUMBER":"value",
  "RM":"value","ROOM":"value","SPC":"value","SPACE":"value","SP":"value","LOT":"value","TRLR":"value",
  "TRAILER":"value",
  "FL":"value","FLR":"value","FLOOR":"value","DEPT":"value","DEPARTMENT":"value","KEY":"value",
  "LEVEL":"value","LVL":"value","TOWER":"value","TWR":"value",
  "CONDOMINIUM":"value","OFC":"value","OFFICE":"value","HNGR":"value",
  "HANGAR":"value","SLIP":"value","PIER":"value","STOP":"value","TH":"value","CONDO":"value","BOX":"value",
  "BX":"value","POBOX":"value",
  "POB":"value","DRAWER":"value",
  "PH":"both","PENTHOUSE":"both","BSMT":"alone","BASEMENT":"alone","FRNT":"alone","FRONT":"alone","REAR":"alone",
  "SIDE":"alone",
  "LBBY":"alone","LOBBY":"alone","LOWR":"alone","LOWER":"alone","UPPR":"alone","UPPER":"alone"}'::jsonb
$function$;

COMMENT ON FUNCTION "private"."line_words"() IS 'Words of a line for which parse_address has further rules: boxes, Spanish lines, cross streets. Inlined, hence without a SET clause.';

COMMENT ON FUNCTION "private"."name_words"() IS 'Words in the name of a street: each abbreviation with its word.';

COMMENT ON FUNCTION "private"."rehash_addresses"() IS 'Brings the address hashes of leads, of their merged addresses and of staged rows to the current address_hash_version. Of leads without any other identity that now share an address, the oldest keeps it as its key; the others stay leads without an address key, and none is merged. Safe to repeat. Returns how many leads changed, and how many have no address key any more.';

COMMENT ON FUNCTION "private"."special_words"() IS 'Words for which split_street has further rules: numbered roads, ordinals, cross streets. Inlined, hence without a SET clause.';

COMMENT ON FUNCTION "private"."split_box"(text) IS 'The box that a cleaned line names, in one spelling (PO BOX 12, RR 2 BOX 18, HC 68 BOX 23A, PSC 3 BOX 4), and the words after it. A line with a street as well gives the street (before) instead. All null without a box.';

COMMENT ON FUNCTION "private"."split_glued_unit"(text) IS 'A line with its unit apart from its designator: APT4B is APT 4B.';

COMMENT ON FUNCTION "private"."split_house"(text[]) IS 'Takes the house number from the front of a line''s words: 123, 123A, 123 1/2, 12-34, N6W23001, 25W150, A15, one in words; null when there is none.';

COMMENT ON FUNCTION "private"."split_spanish_line"(text[], boolean) IS 'Puts the words of a Spanish line in the order of others: the house number first, the urbanización apart. road is the address by kilometre (CARR 2 KM 45 6), which has no house number.';

REVOKE ALL ON FUNCTION "private"."line_words"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."line_words"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."line_words"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."rehash_addresses"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."special_words"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."special_words"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."special_words"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."split_box"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."split_box"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."split_box"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."split_glued_unit"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."split_glued_unit"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."split_glued_unit"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."split_house"(text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."split_house"(text[]) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."split_house"(text[]) TO "service_role";

REVOKE ALL ON FUNCTION "private"."split_spanish_line"(text[], boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."split_spanish_line"(text[], boolean) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."split_spanish_line"(text[], boolean) TO "service_role";

-- Rights that default privileges would change.

revoke execute on function private.rehash_addresses() from pipeline_writer;

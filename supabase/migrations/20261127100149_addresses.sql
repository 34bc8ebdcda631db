-- addresses: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."canonical_highway"(text);

DROP FUNCTION "private"."canonical_street_words"(text);

CREATE OR REPLACE FUNCTION private.address_hash (
  house_number text,
  street       text,
  unit         text,
  city         text,
  state        text,
  zip          text
)
  RETURNS bytea
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  AS $function$
  select case when street is not null and (zip is not null or city is not null and state is not null) then
    pg_catalog.sha256(pg_catalog.convert_to(
      'v2|' || coalesce(house_number, '') || '|' || street || '|' || coalesce(unit, '') || '|'
        || coalesce(zip, city || ',' || state), 'UTF8'))
  end
$function$;

CREATE OR REPLACE FUNCTION private.address_hash_version()
  RETURNS smallint
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select 2::smallint
$function$;

CREATE OR REPLACE FUNCTION private.addresses_contradict (
  a_street text,
  a_unit   text,
  a_city   text,
  a_state  text,
  a_zip    text,
  b_street text,
  b_unit   text,
  b_city   text,
  b_state  text,
  b_zip    text
)
  RETURNS boolean
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.canonical_street (
  street text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_street text := street;
  v_next text;
  v_least text;
  s record;
begin
  -- Repeats until nothing changes, which the second round confirms. A few unusual words alternate between spellings;
  -- the alphabetically first one represents them.
  for i in 1 .. 12 loop
    -- As an assignment, the call is a simple expression, which costs less than a query.
    s := private.split_street(v_street);
    v_next := concat_ws(' ', s.predir, s.name, s.type, s.sufdir);
    if v_next = v_street then
      return v_next;
    end if;
    v_street := v_next;
    if i >= 6 then
      v_least := least(v_least, v_street collate "C");
    end if;
  end loop;
  return v_least;
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
    w[i] := coalesce('{"ST":"SAINT","STE":"SAINTE","FORT":"FT","MOUNT":"MT","NORTH":"N","SOUTH":"S","EAST":"E",
      "WEST":"W","TOWNSHIP":"TWP","BOROUGH":"BORO"}'::jsonb ->> w[i],
      case when i > 1 then private.street_types() ->> w[i] end, w[i]);
  end loop;
  return nullif(regexp_replace(array_to_string(w, ''), '^(NEWYORK)CITY$', '\1'), '');
end
$function$;

CREATE OR REPLACE FUNCTION private.crossing_words()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"OFF":1,"NEAR":1,"NR":1,"AT":1,"BETWEEN":1,"BTWN":1,"BTW":1,"BET":1,"BETW":1,"BTN":1,"OPP":1,"OPPOSITE":1,
    "CORNER":1,"COR":1,"CROSS":1,"BEHIND":1}'::jsonb
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
      end if;
    end if;
  end loop;
  return words;
end
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
    elsif words[i] ~ '^[0-9]{1,4}(ST|ND|RD|TH)$|^[0-9]{0,3}[23]D$' then
      v_joined := v_joined || private.ordinal(substring(words[i], '^[0-9]+')::integer);
      i := i + 1;
    elsif words[i] ~ '^[0-9]{1,4}$' and (words[i + 1] in ('TH', 'ND')
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

CREATE OR REPLACE FUNCTION private.leading_types()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"AVENUE":"AVE","AVE":"AVE","AV":"AVE","AVENIDA":"AVE","AVDA":"AVE","CALLE":"CALLE","CLL":"CALLE",
    "CLLE":"CALLE","CAMINO":"CAM","CAM":"CAM","CAMINITO":"CMT","CMT":"CMT","CERRADA":"CER","CER":"CER",
    "CIRCULO":"CIR","ENTRADA":"ENT","ENT":"ENT","PASEO":"PSO","PSO":"PSO","PLACITA":"PLA","PLA":"PLA","RANCHO":"RCH",
    "RCH":"RCH","VEREDA":"VER","VER":"VER","CARRETERA":"CARR","CARR":"CARR","CALLEJON":"CLJ","CLJ":"CLJ",
    "BULEVAR":"BLVD","ROAD":"RD","RD":"RD","STREET":"STREET"}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.loose_address (
  situs_street text,
  situs_city   text,
  situs_state  text,
  situs_zip    text
)
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select coalesce(array_agg(s || '|' || p.place), '{}')
  from unnest(private.loose_streets(situs_street)) s
  cross join unnest(array[left(situs_zip, 5), private.city_key(situs_city) || ',' || situs_state]) p (place)
  where s is not null and p.place is not null
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
  return array[v_house[1] || ' ' || v_split.name, v_house[1] || ' ' || v_split.name || v_split.type];
end
$function$;

CREATE OR REPLACE FUNCTION private.name_words()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select private.street_types()
    || '{"TRAILS":"TRAILS","TRLS":"TRAILS","PARKS":"PARKS","WALKS":"WALKS","SPURS":"SPURS","LOOPS":"LOOPS",
    "PARKWAYS":"PARKWAYS","PKWYS":"PARKWAYS","PATHS":"PATHS","PIKES":"PIKES","LANES":"LANES","TRACES":"TRACES",
    "TRACKS":"TRACKS","TRKS":"TRACKS","TUNNELS":"TUNNELS","TUNLS":"TUNNELS","ISLES":"ISLES","HOLLOWS":"HOLLOWS",
    "HOLWS":"HOLLOWS","RANCHES":"RANCHES","RNCHS":"RANCHES","FORESTS":"FORESTS","TRLRS":"TRAILERS",
    "HEIGHT":"HEIGHT","VIA":"VIA","VIADUCT":"VIADUCT","STA":"STA","PR":"PR","IS":"IS","EXPRESS":"EXPRESS",
    "SAINTE":"SAINTE","STE":"SAINTE","SAINT":"SAINT","DOCTOR":"DR","JUNIOR":"JR","SENIOR":"SR","GENERAL":"GEN",
    "CAPTAIN":"CAPT","COLONEL":"COL","REVEREND":"REV","PRESIDENT":"PRES","SERGEANT":"SGT","INTERNATIONAL":"INTL",
    "NATIONAL":"NATL","MEMORIAL":"MEM","AND":""}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.number_words()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"ONE":1,"TWO":2,"THREE":3,"FOUR":4,"FIVE":5,"SIX":6,"SEVEN":7,"EIGHT":8,"NINE":9,"TEN":10,"ELEVEN":11,
    "TWELVE":12,"THIRTEEN":13,"FOURTEEN":14,"FIFTEEN":15,"SIXTEEN":16,"SEVENTEEN":17,"EIGHTEEN":18,"NINETEEN":19,
    "TWENTY":20,"THIRTY":30,"FORTY":40,"FIFTY":50,"SIXTY":60,"SEVENTY":70,"EIGHTY":80,"NINETY":90}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.ordinal (
  n integer
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select n || case
    when n % 100 between 11 and 13 then 'TH'
    when n % 10 = 1 then 'ST' when n % 10 = 2 then 'ND' when n % 10 = 3 then 'RD' else 'TH' end
$function$;

CREATE OR REPLACE FUNCTION private.ordinal_words()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"FIRST":1,"SECOND":2,"THIRD":3,"FOURTH":4,"FIFTH":5,"SIXTH":6,"SEVENTH":7,"EIGHTH":8,"NINTH":9,"TENTH":10,
    "ELEVENTH":11,"TWELFTH":12,"THIRTEENTH":13,"FOURTEENTH":14,"FIFTEENTH":15,"SIXTEENTH":16,"SEVENTEENTH":17,
    "EIGHTEENTH":18,"NINETEENTH":19,"TWENTIETH":20,"THIRTIETH":30,"FORTIETH":40,"FIFTIETH":50,"SIXTIETH":60,
    "SEVENTIETH":70,"EIGHTIETH":80,"NINETIETH":90,"HUNDREDTH":100}'::jsonb
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
    when v_owner = 'TOWNSHIP' and v_road in ('ROAD', 'HIGHWAY') or v_owner is null and v_road = 'TR' then 'TOWNSHIP ROAD'
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
begin
  if n is null or n = 0 then
    return;
  end if;
  if '{"HWY":1,"HIGHWAY":1,"HIWAY":1,"HIGHWY":1,"HIWY":1,"HWAY":1,"ROUTE":1,"RTE":1,"RT":1,"CR":1,"SR":1,"SH":1,
      "FM":1,"RM":1,"RR":1,"TR":1,"PR":1,"F":1,"R":1,"US":1,"U":1,"I":1,"IH":1,"COUNTY":1,"CNTY":1,"CTY":1,"CO":1,
      "CTH":1,"STH":1,"CH":1,"STATE":1,"INTERSTATE":1,"TOWNSHIP":1,"TWP":1,"TOWN":1,"FARM":1,"RANCH":1,"LOOP":1,
      "LP":1,"SPUR":1,"PRIVATE":1,"PVT":1,"PARISH":1,"BUSINESS":1,"BUS":1,"ST":1}'::jsonb ?| w
    or w[1] ~ '^[A-Z]{2,3}[0-9]{1,4}[A-Z]?$|^I[0-9]{1,3}$' or n >= 2 and length(w[1]) = 2 and w[2] ~ '^[0-9]'
  then
    v_road := private.split_numbered_road(street);
    if v_road.name is not null then
      predir := v_road.predir;
      name := v_road.name;
      sufdir := v_road.sufdir;
      shown := concat_ws(' ', predir, name, sufdir);
      return;
    end if;
  end if;

  -- The urbanización of Puerto Rico tells streets of one name apart.
  if '{"URB":1,"URBANIZACION":1,"URBANIZATION":1}'::jsonb ?| w then
    for i in 2 .. n - 1 loop
      if w[i] in ('URB', 'URBANIZACION', 'URBANIZATION') then
        v_urb := array_to_string(w[i + 1 :], ' ');
        n := i - 1;
        w := w[1 : n];
        exit;
      end if;
    end loop;
  end if;
  if private.crossing_words() ?| w then
    w := private.cut_cross_street(w, 1);
    n := cardinality(w);
  end if;
  if street ~ '[0-9]' or private.ordinal_words() ?| w then
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
        and (length(w[2]) = 1) = (length(w[1]) = 1) and (length(w[1]) = 1 or w[3] ~ '^[0-9]') then
        predir := left(w[1], 1) || left(w[2], 1);
        a := 3;
      else
        predir := private.directions() ->> w[1];
        a := 2;
      end if;
    end if;
  end if;

  if a = n and type is not null and type not in ('HWY', 'RTE') and w[n] ~ '^[0-9]{1,4}$' then
    w[n] := private.ordinal(w[n]::integer);
  end if;
  shown := concat_ws(' ', predir, array_to_string(w[a : n], ' '), type, sufdir, 'URB ' || v_urb);

  v_lead := case when n > a then private.leading_types() ->> w[a] end;
  if v_lead is not null then
    a := a + 1;
  end if;
  v_key := w[a : n];
  for i in 1 .. n - a + 1 loop
    v_word := v_key[i];
    if v_word = 'ST' and v_lead is null
      and (i = 1 or i <= n - a and not private.street_types() ? v_key[i + 1]) then
      v_key[i] := 'SAINT';
    else
      v_key[i] := coalesce(private.name_words() ->> v_word, v_word);
    end if;
  end loop;
  -- LA SALLE and LASALLE, MC ARTHUR and MCARTHUR, O BRIEN and OBRIEN, OAK HILL and OAKHILL are one name each.
  name := btrim(array_to_string(v_key, ' '));
  if position(' ' in name) > 0 then
    name := regexp_replace(name, '([A-Z]) +(?=[A-Z])', '\1', 'g');
    name := regexp_replace(name, '^(DR)?(MARTINLUTHERKING|MLK|MLKING)(JR)?$', 'MLK');
  elsif name in ('MLKING', 'MARTINLUTHERKING', 'MARTINLUTHERKINGJR', 'MLKJR', 'DRMARTINLUTHERKINGJR') then
    name := 'MLK';
  end if;
  if name = '' then
    name := array_to_string(w[a : n], '');
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
  v_street text := private.canonical_street(street);
  v_shown text := street;
  v_split record;
begin
  -- Shown in the abbreviated original words where those give the same canonical street.
  if v_shown <> v_street then
    v_split := private.split_street(v_shown);
    v_shown := v_split.shown;
    if v_shown <> v_street and private.canonical_street(v_shown) is distinct from v_street then
      v_shown := v_street;
    end if;
  end if;
  return v_street || '|' || v_shown || '|' || private.show_street(v_shown);
end
$function$;

CREATE OR REPLACE FUNCTION private.street_types()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{
  "ALY":"ALY","ALLEY":"ALY","ALLEE":"ALY","ALLY":"ALY","ANX":"ANX","ANEX":"ANX","ANNEX":"ANX","ANNX":"ANX",
  "ARC":"ARC","ARCADE":"ARC","AVE":"AVE","AVENUE":"AVE","AV":"AVE","AVEN":"AVE","AVENU":"AVE","AVN":"AVE",
  "AVNUE":"AVE","BYU":"BYU","BAYOU":"BYU","BAYOO":"BYU","BCH":"BCH","BEACH":"BCH","BND":"BND","BEND":"BND",
  "BLF":"BLF","BLUFF":"BLF","BLUF":"BLF","BLFS":"BLFS","BLUFFS":"BLFS","BTM":"BTM","BOTTOM":"BTM","BOT":"BTM",
  "BOTTM":"BTM","BLVD":"BLVD","BOULEVARD":"BLVD","BOUL":"BLVD","BOULV":"BLVD","BLV":"BLVD","BR":"BR",
  "BRANCH":"BR","BRNCH":"BR","BRG":"BRG","BRIDGE":"BRG","BRDGE":"BRG","BRK":"BRK","BROOK":"BRK","BRKS":"BRKS",
  "BROOKS":"BRKS","BG":"BG","BURG":"BG","BGS":"BGS","BURGS":"BGS","BYP":"BYP","BYPASS":"BYP","BYPA":"BYP",
  "BYPAS":"BYP","BYPS":"BYP","CP":"CP","CAMP":"CP","CMP":"CP","CYN":"CYN","CANYON":"CYN","CANYN":"CYN",
  "CNYN":"CYN","CPE":"CPE","CAPE":"CPE","CSWY":"CSWY","CAUSEWAY":"CSWY","CAUSWA":"CSWY","CTR":"CTR",
  "CENTER":"CTR","CEN":"CTR","CENT":"CTR","CENTR":"CTR","CENTRE":"CTR","CNTER":"CTR","CNTR":"CTR","CTRS":"CTRS",
  "CENTERS":"CTRS","CIR":"CIR","CIRCLE":"CIR","CIRC":"CIR","CIRCL":"CIR","CRCL":"CIR","CRCLE":"CIR","CIRS":"CIRS",
  "CIRCLES":"CIRS","CLF":"CLF","CLIFF":"CLF","CLFS":"CLFS","CLIFFS":"CLFS","CLB":"CLB","CLUB":"CLB","CMN":"CMN",
  "COMMON":"CMN","CMNS":"CMNS","COMMONS":"CMNS","COR":"COR","CORNER":"COR","CORS":"CORS","CORNERS":"CORS",
  "CRSE":"CRSE","COURSE":"CRSE","CT":"CT","COURT":"CT","CRT":"CT","CTS":"CTS","COURTS":"CTS","CV":"CV",
  "COVE":"CV","CVS":"CVS","COVES":"CVS","CRK":"CRK","CREEK":"CRK","CRES":"CRES","CRESCENT":"CRES",
  "CRECENT":"CRES","CRESENT":"CRES","CRSCNT":"CRES","CRSENT":"CRES","CRSNT":"CRES","CRST":"CRST","CREST":"CRST",
  "XING":"XING","CROSSING":"XING","CRSSNG":"XING","CRSSING":"XING","XRD":"XRD","CROSSROAD":"XRD","XRDS":"XRDS",
  "CROSSROADS":"XRDS","CURV":"CURV","CURVE":"CURV","DL":"DL","DALE":"DL","DM":"DM","DAM":"DM","DV":"DV",
  "DIVIDE":"DV","DIV":"DV","DVD":"DV","DR":"DR","DRIVE":"DR","DRIV":"DR","DRV":"DR","DRS":"DRS","DRIVES":"DRS",
  "EST":"EST","ESTATE":"EST","ESTS":"ESTS","ESTATES":"ESTS","EXPY":"EXPY","EXPRESSWAY":"EXPY","EXP":"EXPY",
  "EXPR":"EXPY","EXPRESS":"EXPY","EXPW":"EXPY","EXPWY":"EXPY","EXT":"EXT","EXTENSION":"EXT","EXTN":"EXT",
  "EXTNSN":"EXT","EXTS":"EXTS","EXTENSIONS":"EXTS","FALL":"FALL","FLS":"FLS","FALLS":"FLS","FRY":"FRY",
  "FERRY":"FRY","FRRY":"FRY","FLD":"FLD","FIELD":"FLD","FLDS":"FLDS","FIELDS":"FLDS","FLT":"FLT","FLAT":"FLT",
  "FLTS":"FLTS","FLATS":"FLTS","FRD":"FRD","FORD":"FRD","FRDS":"FRDS","FORDS":"FRDS","FRST":"FRST",
  "FOREST":"FRST","FORESTS":"FRST","FRG":"FRG","FORGE":"FRG","FORG":"FRG","FRGS":"FRGS","FORGES":"FRGS",
  "FRK":"FRK","FORK":"FRK","FRKS":"FRKS","FORKS":"FRKS","FT":"FT","FORT":"FT","FRT":"FT","FWY":"FWY",
  "FREEWAY":"FWY","FREEWY":"FWY","FRWAY":"FWY","FRWY":"FWY","GDN":"GDN","GARDEN":"GDN","GARDN":"GDN",
  "GRDEN":"GDN","GRDN":"GDN","GDNS":"GDNS","GARDENS":"GDNS","GRDNS":"GDNS","GTWY":"GTWY","GATEWAY":"GTWY",
  "GATEWY":"GTWY","GATWAY":"GTWY","GTWAY":"GTWY","GLN":"GLN","GLEN":"GLN","GLNS":"GLNS","GLENS":"GLNS",
  "GRN":"GRN","GREEN":"GRN","GRNS":"GRNS","GREENS":"GRNS","GRV":"GRV","GROVE":"GRV","GROV":"GRV","GRVS":"GRVS",
  "GROVES":"GRVS","HBR":"HBR","HARBOR":"HBR","HARB":"HBR","HARBR":"HBR","HRBOR":"HBR","HBRS":"HBRS",
  "HARBORS":"HBRS","HVN":"HVN","HAVEN":"HVN","HAVN":"HVN","HTS":"HTS","HEIGHTS":"HTS","HT":"HTS","HEIGHT":"HTS",
  "HGTS":"HTS","HWY":"HWY","HIGHWAY":"HWY","HIGHWY":"HWY","HIWAY":"HWY","HIWY":"HWY","HWAY":"HWY","HL":"HL",
  "HILL":"HL","HLS":"HLS","HILLS":"HLS","HOLW":"HOLW","HOLLOW":"HOLW","HLLW":"HOLW","HOLLOWS":"HOLW",
  "HOLWS":"HOLW","INLT":"INLT","INLET":"INLT","IS":"IS","ISLAND":"IS","ISLND":"IS","ISS":"ISS","ISLANDS":"ISS",
  "ISLNDS":"ISS","ISLE":"ISLE","ISLES":"ISLE","JCT":"JCT","JUNCTION":"JCT","JCTION":"JCT","JCTN":"JCT",
  "JUNCTN":"JCT","JUNCTON":"JCT","JCTS":"JCTS","JUNCTIONS":"JCTS","JCTNS":"JCTS","KY":"KY","KEY":"KY","KYS":"KYS",
  "KEYS":"KYS","KNL":"KNL","KNOLL":"KNL","KNOL":"KNL","KNLS":"KNLS","KNOLLS":"KNLS","LK":"LK","LAKE":"LK",
  "LKS":"LKS","LAKES":"LKS","LAND":"LAND","LNDG":"LNDG","LANDING":"LNDG","LNDNG":"LNDG","LN":"LN","LANE":"LN",
  "LANES":"LN","LGT":"LGT","LIGHT":"LGT","LGTS":"LGTS","LIGHTS":"LGTS","LF":"LF","LOAF":"LF","LCK":"LCK",
  "LOCK":"LCK","LCKS":"LCKS","LOCKS":"LCKS","LDG":"LDG","LODGE":"LDG","LDGE":"LDG","LODG":"LDG","LOOP":"LOOP",
  "LOOPS":"LOOP","LP":"LOOP","MALL":"MALL","MNR":"MNR","MANOR":"MNR","MANR":"MNR","MNRS":"MNRS","MANORS":"MNRS",
  "MDW":"MDW","MEADOW":"MDW","MDWS":"MDWS","MEADOWS":"MDWS","MEDOWS":"MDWS","MEWS":"MEWS","ML":"ML","MILL":"ML",
  "MLS":"MLS","MILLS":"MLS","MSN":"MSN","MISSION":"MSN","MISSN":"MSN","MSSN":"MSN","MTWY":"MTWY",
  "MOTORWAY":"MTWY","MT":"MT","MOUNT":"MT","MNT":"MT","MTN":"MTN","MOUNTAIN":"MTN","MNTAIN":"MTN","MNTN":"MTN",
  "MOUNTIN":"MTN","MTIN":"MTN","MTNS":"MTNS","MOUNTAINS":"MTNS","MNTNS":"MTNS","NCK":"NCK","NECK":"NCK",
  "ORCH":"ORCH","ORCHARD":"ORCH","ORCHRD":"ORCH","OVAL":"OVAL","OVL":"OVAL","OPAS":"OPAS","OVERPASS":"OPAS",
  "PARK":"PARK","PRK":"PARK","PARKS":"PARK","PKWY":"PKWY","PARKWAY":"PKWY","PARKWY":"PKWY","PKWAY":"PKWY",
  "PKY":"PKWY","PARKWAYS":"PKWY","PKWYS":"PKWY","PASS":"PASS","PSGE":"PSGE","PASSAGE":"PSGE","PATH":"PATH",
  "PATHS":"PATH","PIKE":"PIKE","PIKES":"PIKE","PNE":"PNE","PINE":"PNE","PNES":"PNES","PINES":"PNES","PL":"PL",
  "PLACE":"PL","PLN":"PLN","PLAIN":"PLN","PLNS":"PLNS","PLAINS":"PLNS","PLAINES":"PLNS","PLZ":"PLZ","PLAZA":"PLZ",
  "PLZA":"PLZ","PT":"PT","POINT":"PT","PTS":"PTS","POINTS":"PTS","PRT":"PRT","PORT":"PRT","PRTS":"PRTS",
  "PORTS":"PRTS","PR":"PR","PRAIRIE":"PR","PRARIE":"PR","PRR":"PR","PROM":"PROM","PROMENADE":"PROM","RADL":"RADL",
  "RADIAL":"RADL","RAD":"RADL","RADIEL":"RADL","RAMP":"RAMP","RNCH":"RNCH","RANCH":"RNCH","RANCHES":"RNCH",
  "RNCHS":"RNCH","RPD":"RPD","RAPID":"RPD","RPDS":"RPDS","RAPIDS":"RPDS","RST":"RST","REST":"RST","RDG":"RDG",
  "RIDGE":"RDG","RDGE":"RDG","RDGS":"RDGS","RIDGES":"RDGS","RIV":"RIV","RIVER":"RIV","RIVR":"RIV","RVR":"RIV",
  "RD":"RD","ROAD":"RD","RDS":"RDS","ROADS":"RDS","RTE":"RTE","ROUTE":"RTE","ROW":"ROW","RUE":"RUE","RUN":"RUN",
  "SHL":"SHL","SHOAL":"SHL","SHLS":"SHLS","SHOALS":"SHLS","SHR":"SHR","SHORE":"SHR","SHOAR":"SHR","SHRS":"SHRS",
  "SHORES":"SHRS","SHOARS":"SHRS","SKWY":"SKWY","SKYWAY":"SKWY","SPG":"SPG","SPRING":"SPG","SPNG":"SPG",
  "SPRNG":"SPG","SPGS":"SPGS","SPRINGS":"SPGS","SPNGS":"SPGS","SPRNGS":"SPGS","SPUR":"SPUR","SPURS":"SPUR",
  "SQ":"SQ","SQUARE":"SQ","SQR":"SQ","SQRE":"SQ","SQU":"SQ","SQS":"SQS","SQUARES":"SQS","SQRS":"SQS","STA":"STA",
  "STATION":"STA","STATN":"STA","STN":"STA","STRA":"STRA","STRAVENUE":"STRA","STRAV":"STRA","STRAVE":"STRA",
  "STRAVEN":"STRA","STRAVN":"STRA","STRVN":"STRA","STRVNUE":"STRA","STRM":"STRM","STREAM":"STRM","STREME":"STRM",
  "ST":"ST","STREET":"ST","STR":"ST","STRT":"ST","STS":"STS","STREETS":"STS","SMT":"SMT","SUMMIT":"SMT",
  "SUMIT":"SMT","SUMITT":"SMT","TER":"TER","TERRACE":"TER","TERR":"TER","TRWY":"TRWY","THROUGHWAY":"TRWY",
  "TRCE":"TRCE","TRACE":"TRCE","TRACES":"TRCE","TRAK":"TRAK","TRACK":"TRAK","TRACKS":"TRAK","TRK":"TRAK",
  "TRKS":"TRAK","TRFY":"TRFY","TRAFFICWAY":"TRFY","TRL":"TRL","TRAIL":"TRL","TRAILS":"TRL","TRLS":"TRL",
  "TR":"TRL","TRLR":"TRLR","TRAILER":"TRLR","TRLRS":"TRLR","TUNL":"TUNL","TUNNEL":"TUNL","TUNEL":"TUNL",
  "TUNLS":"TUNL","TUNNELS":"TUNL","TUNNL":"TUNL","TPKE":"TPKE","TURNPIKE":"TPKE","TRNPK":"TPKE","TURNPK":"TPKE",
  "UPAS":"UPAS","UNDERPASS":"UPAS","UN":"UN","UNION":"UN","UNS":"UNS","UNIONS":"UNS","VLY":"VLY","VALLEY":"VLY",
  "VALLY":"VLY","VLLY":"VLY","VLYS":"VLYS","VALLEYS":"VLYS","VIA":"VIA","VIADUCT":"VIA","VDCT":"VIA",
  "VIADCT":"VIA","VW":"VW","VIEW":"VW","VWS":"VWS","VIEWS":"VWS","VLG":"VLG","VILLAGE":"VLG","VILL":"VLG",
  "VILLAG":"VLG","VILLG":"VLG","VILLIAGE":"VLG","VLGS":"VLGS","VILLAGES":"VLGS","VL":"VL","VILLE":"VL",
  "VIS":"VIS","VISTA":"VIS","VIST":"VIS","VST":"VIS","VSTA":"VIS","WALK":"WALK","WALKS":"WALK","WALL":"WALL",
  "WAY":"WAY","WY":"WAY","WAYS":"WAYS","WL":"WL","WELL":"WL","WLS":"WLS","WELLS":"WLS"}'::jsonb
$function$;

COMMENT ON FUNCTION "private"."address_hash"(text, text, text, text, text, text) IS 'SHA-256 of v2|house number|street|unit|place over the canonical parts from parse_address; the place is the ZIP, or city and state without a ZIP. Null without a street or a place.';

COMMENT ON FUNCTION "private"."addresses_contradict"(text, text, text, text, text, text, text, text, text, text) IS 'Whether two normalised addresses (columns situs_street, situs_unit, situs_city, situs_state, situs_zip) cannot be the same: both have a ZIP, state, unit, suffix or directional and theirs differ, or house number or street name differ; cities count where a ZIP is missing. Never null.';

COMMENT ON FUNCTION "private"."canonical_street"(text) IS 'One spelling of a street without house number and unit, in capital letters, digits and single blanks, with USPS abbreviations and the words of its name as one. Idempotent.';

COMMENT ON FUNCTION "private"."city_key"(text) IS 'A city in one spelling, without blanks: St. Louis and Saint Louis, Winston-Salem and Winston Salem, La Grange and LaGrange, Colorado Spgs and Colorado Springs agree.';

COMMENT ON FUNCTION "private"."crossing_words"() IS 'Words that may begin a note on the cross street. Inlined, hence without a SET clause.';

COMMENT ON FUNCTION "private"."cut_cross_street"(text[], integer) IS 'Removes a note on the cross street from the end: JANE ST OFF HUDSON ST, … BETWEEN 5TH AND 6TH AVE. The first at_least words always stay.';

COMMENT ON FUNCTION "private"."join_ordinals"(text[]) IS 'Words with their ordinal numbers as digits: TWENTY FIRST is 21ST, ONE HUNDRED AND TENTH 110TH, 2D 2ND, 42 ND 42ND.';

COMMENT ON FUNCTION "private"."leading_types"() IS 'Types of street that come before the name, each spelling with one abbreviation. Inlined, hence without a SET clause.';

COMMENT ON FUNCTION "private"."loose_address"(text, text, text, text) IS 'Loose keys of a normalised address: house number, street name without directionals and suffix, and the place. One key per place known (the ZIP; city and state), so that two records share a key when either place agrees. Empty without a street or a place.';

COMMENT ON FUNCTION "private"."loose_streets"(text) IS 'House number and name of a street line (leads.situs_street) without directionals and suffix: one text, or two where the last word may be the suffix or the name.';

COMMENT ON FUNCTION "private"."name_words"() IS 'Words in the name of a street with the spelling that stands for them. Inlined, hence without a SET clause.';

COMMENT ON FUNCTION "private"."number_words"() IS 'Cardinal numbers in words. Inlined, hence without a SET clause.';

COMMENT ON FUNCTION "private"."ordinal"(integer) IS '1ST, 2ND, 3RD, 11TH. Inlined, hence without a SET clause.';

COMMENT ON FUNCTION "private"."ordinal_words"() IS 'Ordinal numbers in words. Inlined, hence without a SET clause.';

COMMENT ON FUNCTION "private"."split_numbered_road"(text) IS 'Name and directionals of a numbered road in one spelling: CR 12 is COUNTY ROAD 12, US 1 is US HIGHWAY 1, SR 9, KY Hwy 9 and State Hwy 9 are STATE ROUTE 9, RR 620 is RM 620; nulls for other streets.';

COMMENT ON FUNCTION "private"."split_street"(text) IS 'Directionals, name and type of a street (capital letters, digits and single blanks) in one spelling, and the street as it is shown: USPS abbreviations around the words of the name.';

REVOKE ALL ON FUNCTION "private"."addresses_contradict"(text, text, text, text, text, text, text, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."addresses_contradict"(text, text, text, text, text, text, text, text, text, text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."addresses_contradict"(text, text, text, text, text, text, text, text, text, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."city_key"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."city_key"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."city_key"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."crossing_words"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."crossing_words"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."crossing_words"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."cut_cross_street"(text[], integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cut_cross_street"(text[], integer) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."cut_cross_street"(text[], integer) TO "service_role";

REVOKE ALL ON FUNCTION "private"."join_ordinals"(text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."join_ordinals"(text[]) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."join_ordinals"(text[]) TO "service_role";

REVOKE ALL ON FUNCTION "private"."leading_types"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leading_types"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."leading_types"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."loose_address"(text, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."loose_address"(text, text, text, text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."loose_address"(text, text, text, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."loose_streets"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."loose_streets"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."loose_streets"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."name_words"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."name_words"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."name_words"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."number_words"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."number_words"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."number_words"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."ordinal"(integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."ordinal"(integer) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."ordinal"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "private"."ordinal_words"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."ordinal_words"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."ordinal_words"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."split_numbered_road"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."split_numbered_road"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."split_numbered_road"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."split_street"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."split_street"(text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."split_street"(text) TO "service_role";

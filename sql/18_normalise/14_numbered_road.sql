-- Roads that have a number or a letter for a name: highways, county roads, farm-to-market roads, interstates.
create function private.split_numbered_road(street text, out predir text, out name text, out sufdir text)
language plpgsql immutable parallel safe set search_path = '' as $$
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
    '(?:(U S|US|USA|UNITED STATES|STATE|ST|COUNTY|CNTY|CTY|CO|COUNTY TRUNK|TOWNSHIP|TWP|TOWN'
    '|FARM TO MARKET|FARM TO MKT|FARM MARKET|FARM MKT|FARM'
    '|RANCH TO MARKET|RANCH TO MKT|RANCH MARKET|RANCH|(?:US |NATIONAL |NATL |NAT )?FOREST(?: SERVICE| SVC| SERV)?'
    '|NF|NFS|FS|USFS|PRIVATE|PVT|PARISH|INTERSTATE|INTER STATE|INT'
    '|A[KLRZ]|CA|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]'
    '|ALABAMA|ALASKA|ARIZONA|ARKANSAS|CALIFORNIA|COLORADO|CONNECTICUT|DELAWARE|FLORIDA|GEORGIA|HAWAII|IDAHO'
    '|ILLINOIS|INDIANA|IOWA|KANSAS|KENTUCKY|LOUISIANA|MAINE|MARYLAND|MASSACHUSETTS|MICHIGAN|MINNESOTA|MISSISSIPPI'
    '|MISSOURI|MONTANA|NEBRASKA|NEVADA|NEW (?:HAMPSHIRE|JERSEY|MEXICO|YORK)|(?:NORTH|SOUTH) (?:CAROLINA|DAKOTA)'
    '|OHIO|OKLAHOMA|OREGON|PENNSYLVANIA|RHODE ISLAND|TENNESSEE|TEXAS|UTAH|VERMONT|(?:WEST )?VIRGINIA|WASHINGTON'
    '|WISCONSIN|WYOMING) ?)?'
    '(?:(?:(STATE|ST|COUNTY) (?=R|H))?'
    '(HIGHWAY|HIGHWY|HIWAY|HIWY|HWAY|HWY|TRUNK HIGHWAY|TRUNK HWY|TRUNK|ROUTE|RTE|RT|ROAD|RD|CR|SR|SRT|SH|STH|CTH|CH'
    '|FM|F M|RM|R M|RR|TR|PR|FSR|NFSR|IH|I|LOOP|LP|SPUR|INTERSTATE)'
    '(?: HIGHWAY| HWY| ROAD| RD| ROUTE| RTE)?(?: NO| NUM| NUMBER)?(?: |(?=[0-9])))?'
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
    when v_part[3] like 'FARM%' then 'FM'
    when v_part[3] like 'RANCH%' then 'RM'
    when v_part[3] ~ 'FOREST|FS$|^NF$' then 'FOREST'
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
    when v_owner = 'FOREST' and v_road in ('ROAD', 'ROUTE') or v_owner is null and v_road in ('FSR', 'NFSR')
      then 'FOREST ROAD'
    when v_owner = 'PARISH' and v_road = 'ROAD' then 'PARISH ROAD'
    when v_owner = 'INTERSTATE' and coalesce(v_road, 'HIGHWAY') = 'HIGHWAY'
      or v_owner is null and v_road in ('INTERSTATE', 'I', 'IH') then 'INTERSTATE'
    when (v_owner is null or v_owner = 'STATE') and v_road in ('LOOP', 'LP') then 'LOOP'
    when (v_owner is null or v_owner = 'STATE') and v_road = 'SPUR' then 'SPUR'
    when v_owner is null and v_road in ('HIGHWAY', 'ROUTE') then v_road
    when v_owner is null and v_road is null and v_part[2] in ('BUS', 'BUSINESS') then 'HIGHWAY'
  end;
  -- A letter names a road only after "county road", "highway" or "route" (Wisconsin, Missouri). Elsewhere, as in
  -- OLD ROUTE N and COLORADO RD N, it is a directional.
  if v_kind is null or v_part[6] !~ '[0-9]'
    and (v_road is null or v_part[2] is not null or v_part[6] in ('NE', 'NW', 'SE', 'SW')
      or v_owner = 'STATE' and v_part[3] not in ('STATE', 'ST', 'MO', 'MISSOURI', 'WI', 'WISCONSIN')
      or v_kind not in ('COUNTY ROAD', 'COUNTY HIGHWAY', 'HIGHWAY', 'ROUTE', 'STATE ROUTE')
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
$$;
comment on function private.split_numbered_road(text) is
  'Name and directionals of a numbered road in one spelling: CR 12 is COUNTY ROAD 12, US 1 is US HIGHWAY 1, SR 9, '
  'KY Hwy 9 and State Hwy 9 are STATE ROUTE 9, RR 620 is RM 620; nulls for other streets.';
revoke execute on function private.split_numbered_road(text) from public;
grant execute on function private.split_numbered_road(text) to pipeline_writer, service_role;

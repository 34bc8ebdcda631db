create function private.zip_single_county(zip text) returns text
language plpgsql stable parallel safe set search_path = '' as $$
begin
  return (
    select min(z.fips) from public.zip_counties z
    where z.zip = zip_single_county.zip
    having count(*) = 1
  );
end
$$;
comment on function private.zip_single_county(text) is
  'FIPS code of the county that contains the whole five-digit ZIP; null when the ZIP is unknown or lies in several '
  'counties.';

create function private.county_aliases() returns jsonb
language sql immutable parallel safe as $$
  select '{"AK:FAIRBANKSNSTAR":"FAIRBANKSNORTHSTAR","AK:MATSU":"MATANUSKASUSITNA","CA:LA":"LOSANGELES",
    "CA:SANFRANCISCOCITY":"SANFRANCISCO","CA:SF":"SANFRANCISCO","CO:BROOMFIELDCITY":"BROOMFIELD",
    "CO:DENVERCITY":"DENVER","DC:DC":"DISTRICTOFCOLUMBIA","DC:WASHINGTON":"DISTRICTOFCOLUMBIA",
    "DC:WASHINGTONDC":"DISTRICTOFCOLUMBIA","FL:DADE":"MIAMIDADE","FL:JACKSONVILLE":"DUVAL","HI:HONOLULUCITY":"HONOLULU",
    "IN:INDIANAPOLIS":"MARION","KY:LEXINGTON":"FAYETTE","KY:LEXINGTONFAYETTE":"FAYETTE","KY:LOUISVILLE":"JEFFERSON",
    "LA:NEWORLEANS":"ORLEANS","LA:NEWORLEANSCITY":"ORLEANS","LA:STJOHN":"STJOHNTHEBAPTIST","MD:BALTO":"BALTIMORE",
    "MD:BALTOCITY":"BALTIMORECITY","MD:PG":"PRINCEGEORGES","MD:PRGEORGES":"PRINCEGEORGES",
    "MN:LAKEOFWOODS":"LAKEOFTHEWOODS","MO:STLCITY":"STLOUISCITY",
    "NY:BK":"KINGS","NY:BKLYN":"KINGS","NY:BROOKLYN":"KINGS","NY:BROOKLYNKINGS":"KINGS","NY:KINGSBROOKLYN":"KINGS",
    "NY:NYCBROOKLYN":"KINGS","NY:BX":"BRONX","NY:NYCBRONX":"BRONX","NY:THEBRONX":"BRONX","NY:MANHATTAN":"NEWYORK",
    "NY:MANHATTANNEWYORK":"NEWYORK","NY:NEWYORKMANHATTAN":"NEWYORK","NY:NYCMANHATTAN":"NEWYORK",
    "NY:NYCNEWYORK":"NEWYORK","NY:NYCQUEENS":"QUEENS","NY:QNS":"QUEENS","NY:NYCRICHMOND":"RICHMOND",
    "NY:NYCSTATENISLAND":"RICHMOND","NY:RICHMONDSTATENISLAND":"RICHMOND","NY:SI":"RICHMOND","NY:STATENIS":"RICHMOND",
    "NY:STATENISLAND":"RICHMOND","NY:STATENISLANDRICHMOND":"RICHMOND",
    "PA:PHILADELPHIACITY":"PHILADELPHIA","PA:PHILA":"PHILADELPHIA","PA:PHILLY":"PHILADELPHIA","TN:NASHVILLE":"DAVIDSON",
    "TN:NASHVILLEDAVIDSON":"DAVIDSON","VA:ISLEWIGHT":"ISLEOFWIGHT","VA:VABEACH":"VIRGINIABEACHCITY",
    "VA:VABEACHCITY":"VIRGINIABEACHCITY","VI:STCROIX":"STCROIXISLAND","VI:STJOHN":"STJOHNISLAND",
    "VI:STTHOMAS":"STTHOMASISLAND"}'::jsonb
$$;
comment on function private.county_aliases() is
  'Names that people use for a county that is called otherwise: state and name, each with the name_key of its county. '
  'Inlined, hence without a SET clause.';

create function private.county_candidates(county text, state text) returns text[]
language plpgsql stable parallel safe set search_path = '' as $$
declare
  v_county text := county;
  v_state text := private.normalise_state(county_candidates.state);
  v_key text;
  v_part text[];
  v_found text[];
begin
  -- The state may stand with the name: `CLARK (NV)`, `Cook County IL`, `IL - Cook`, `NV-003`.
  if v_state is null or position(v_state in upper(v_county)) > 0 then
    v_part := regexp_match(v_county, '^(.+?)[,( ]\s*([A-Z]{2})\s*\)?\s*$');
    if v_part is null or v_part[1] ~* '^[a-z]{2}$' then
      v_part := regexp_match(v_county, '^([A-Z]{2})\s*[-:,/]\s*(.+)$');
      v_part := array[v_part[2], v_part[1]];
    end if;
    if private.normalise_state(v_part[2]) = coalesce(v_state, private.normalise_state(v_part[2])) then
      v_state := private.normalise_state(v_part[2]);
      v_county := v_part[1];
    end if;
  end if;
  v_state := coalesce(v_state, private.normalise_state(substring(v_county, '[,(]\s*([A-Za-z. ]+?)\s*\)?\s*$')));
  v_key := private.normalise_county_name(v_county);
  if v_state = 'NY' and v_key in ('NYC', 'NEWYORKCITY') then
    return '{36005,36047,36061,36081,36085}'::text[];
  end if;
  v_key := coalesce(private.county_aliases() ->> (v_state || ':' || v_key), v_key);
  -- A bare name may be that of a county and of a city ("Richmond", VA).
  select array_agg(c.fips order by c.fips) into v_found from public.us_counties c
  where (c.state = v_state or v_state is null)
    and (c.name_key = v_key or v_county !~* 'county|co\.?\s*$|city' and c.name_key = v_key || 'CITY');
  return v_found;
end
$$;
comment on function private.county_candidates(text, text) is
  'The counties that a name may mean, as FIPS codes: in the state that is given or that the name ends with '
  '("CLARK (NV)"), else in all; null when there is none.';

create function private.county_fips(fips_raw text, county text, state text, zip text) returns text
language plpgsql stable parallel safe set search_path = '' as $$
declare
  v_fips text;
  v_state text;
  v_zip constant text := left(zip, 5);
  v_found text[];
begin
  -- 1. The row's own code, if it is valid: five digits, with its leading zero restored, or the three of the county with
  -- a state. A column of counties may have codes, too.
  foreach v_fips in array array[fips_raw, county] loop
    v_fips := regexp_replace(btrim(v_fips), '\.0{1,2}$', '');
    if v_fips ~ '[^0-9]' then
      v_fips := regexp_replace(v_fips, '^(?:FIPS|County)?[ :#-]*([0-9]{2})[ -]?([0-9]{3})$', '\1\2', 'i');
    end if;
    if v_fips ~ '^[0-9]{4,5}$' then
      select c.fips into v_fips from public.us_counties c where c.fips = lpad(v_fips, 5, '0');
      if found then
        return v_fips;
      end if;
    end if;
  end loop;
  v_fips := coalesce(substring(btrim(fips_raw), '^([0-9]{1,3})(?:\.0{1,2})?$'),
    substring(btrim(county), '^(?:[A-Z]{2}[ -]?)?([0-9]{1,3})(?:\.0{1,2})?$'));
  if v_fips is not null then
    v_state := coalesce(private.normalise_state(county_fips.state),
      private.normalise_state(substring(btrim(county), '^([A-Z]{2})[ -]?[0-9]{3}$')));
    select c.fips into v_fips from public.us_counties c
    where c.state = v_state and substr(c.fips, 3) = lpad(v_fips, 3, '0')
      -- The ZIP may not contradict a number in the column of counties. Lists of Florida number the counties from 11 to
      -- 77, as its Department of Revenue does: there, two digits need the ZIP.
      and (btrim(fips_raw) ~ '^[0-9]{1,3}(\.|$)'
        or exists (select from public.zip_counties z where z.zip = v_zip and z.fips = c.fips)
        or (length(v_fips) = 3 or v_state <> 'FL')
          and not exists (select from public.zip_counties z where z.zip = v_zip));
    if found then
      return v_fips;
    end if;
  end if;
  -- 2. County and state; a ZIP decides between several, and stands in for a state.
  if private.normalise_county_name(county) is not null then
    v_found := private.county_candidates(county, county_fips.state);
    if cardinality(v_found) > 1 then
      select array_agg(z.fips) into v_found from public.zip_counties z
      where z.zip = v_zip and z.fips = any (v_found);
    end if;
    if v_found is not null then
      return case when cardinality(v_found) = 1 then v_found[1] end;
    elsif county_fips.state is not null then
      -- A county that does not exist in the state is a contradiction, which the ZIP cannot resolve.
      return null;
    end if;
  end if;
  -- 3. A ZIP that lies in one county, and in the row's state if the row has one.
  v_fips := private.zip_single_county(v_zip);
  if v_fips is not null and state is not null and not exists (
    select from public.us_counties c where c.fips = v_fips and c.state = private.normalise_state(county_fips.state)
  ) then
    return null;
  end if;
  return v_fips;
end
$$;
comment on function private.county_fips(text, text, text, text) is
  'County code (five digits) from the row''s FIPS code if that county exists, else from county name and state, else '
  'from a normalised ZIP that lies in exactly one county; otherwise null. State may be a code or a name.';

create function private.zip_state(zip text) returns text
language sql stable parallel safe set search_path = '' as $$
  select min(c.state) from public.zip_counties z join public.us_counties c on c.fips = z.fips
  where z.zip = left(zip_state.zip, 5)
  having count(distinct c.state) = 1
$$;
comment on function private.zip_state(text) is
  'The state that a ZIP lies in; null when it is unknown or touches several.';

revoke execute on function private.zip_single_county(text), private.county_fips(text, text, text, text),
  private.county_aliases(), private.county_candidates(text, text), private.zip_state(text) from public;
grant execute on function private.zip_single_county(text), private.county_fips(text, text, text, text),
  private.county_aliases(), private.county_candidates(text, text), private.zip_state(text)
  to pipeline_writer, service_role;

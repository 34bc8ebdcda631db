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

create function private.county_fips(fips_raw text, county text, state text, zip text) returns text
language plpgsql stable parallel safe set search_path = '' as $$
declare
  v_fips text;
  v_state text;
  v_key text;
  v_zip text;
  v_found text[];
begin
  -- 1. The row's own code, if it is valid: five digits, with its leading zero restored.
  if fips_raw is not null then
    v_fips := regexp_replace(btrim(fips_raw), '\.0{1,2}$', '');
    if v_fips ~ '^[0-9]{4,5}$' then
      select c.fips into v_fips from public.us_counties c where c.fips = lpad(v_fips, 5, '0');
      if found then
        return v_fips;
      end if;
    end if;
  end if;
  v_zip := left(zip, 5);
  -- 2. County and state. A bare name of both a county and a city ("Richmond", VA) needs the ZIP to decide.
  if county is not null and state is not null then
    v_state := private.normalise_state(state);
    v_key := private.normalise_county_name(county);
    if county ~* 'county|co\.?\s*$|city' then
      select array_agg(c.fips) into v_found from public.us_counties c
      where c.state = v_state and c.name_key = v_key;
    else
      select array_agg(c.fips) into v_found from public.us_counties c
      where c.state = v_state and c.name_key in (v_key, v_key || 'CITY');
    end if;
    if cardinality(v_found) > 1 then
      select array_agg(z.fips) into v_found from public.zip_counties z
      where z.zip = v_zip and z.fips = any (v_found);
    end if;
    if v_found is not null then
      return case when cardinality(v_found) = 1 then v_found[1] end;
    end if;
    -- A county that does not exist in the state is a contradiction, which the ZIP cannot resolve.
    return null;
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

revoke execute on function private.zip_single_county(text), private.county_fips(text, text, text, text) from public;
grant execute on function private.zip_single_county(text), private.county_fips(text, text, text, text)
  to pipeline_writer, service_role;

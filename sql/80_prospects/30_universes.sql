-- A universe is what an org looks for: kinds of businesses within a drawn area, with filters and quotas.

create type public.universe_state as enum ('active', 'paused', 'ended');
comment on type public.universe_state is 'In the order of life; see sql/STATES.md.';

create table public.universes (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  provider text not null,
  verticals text[] not null,
  area jsonb not null,
  within jsonb not null default '[]',
  filters jsonb not null default '{}',
  floor_metres integer not null default 250,
  daily_quota integer not null default 100,
  cell_quota integer,
  refresh_days integer not null default 30,
  scheduled_usd numeric(14, 6),
  state public.universe_state not null default 'active',
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint universe_name_is_unique unique (org_id, name),
  constraint universe_has_a_name check (length(btrim(name)) between 1 and 100),
  constraint universe_has_verticals check (cardinality(verticals) between 1 and 20),
  constraint area_is_a_list check (jsonb_typeof(area) = 'array'),
  constraint universe_has_an_area check (jsonb_array_length(area) between 1 and 50),
  constraint within_is_a_list check (jsonb_typeof(within) = 'array'),
  constraint filters_are_an_object check (jsonb_typeof(filters) = 'object'),
  constraint floor_is_100_m_to_50_km check (floor_metres between 100 and 50000),
  constraint daily_quota_is_1_to_100000 check (daily_quota between 1 and 100000),
  constraint cell_quota_is_1_to_100000 check (cell_quota between 1 and 100000),
  constraint refresh_is_1_day_to_a_year check (refresh_days between 1 and 366),
  constraint scheduled_amount_is_not_negative check (scheduled_usd >= 0 and scheduled_usd <> 'NaN')
);
comment on table public.universes is 'Which businesses an org looks for. Written by save_universe.';
comment on column public.universes.provider is 'The provider that lists the places.';
comment on column public.universes.area is
  'What is asked for: [{"kind": "radius", "latitude", "longitude", "metres"} or {"kind": "polygon", "points": [[latitude, '
  'longitude], …]}]. Several may overlap; no part is asked twice.';
comment on column public.universes.within is
  'States, counties, cities and ZIPs to which businesses are limited: [{"kind": "state", "code": "CA"}, {"kind": "county", '
  '"code": "06037"}, {"kind": "city", "code": "Los Angeles, CA"}, {"kind": "zip", "code": "90001"}]; empty: no limit.';
comment on column public.universes.filters is
  '{"chains": false: none of chains, "domains": websites that are left out, "words": words that leave a name out}.';
comment on column public.universes.floor_metres is 'No cell with a shorter side is asked; a full one is then not complete.';
comment on column public.universes.daily_quota is 'New places that are read on a local date; cell_quota: of one cell.';
comment on column public.universes.refresh_days is 'After so many days, cells that were full or had changed are asked again.';
comment on column public.universes.scheduled_usd is
  'A daily run starts by itself where its forecast costs no more; null: no daily runs.';
create trigger _010_require_pack before insert or update on public.universes
  for each row execute function private.tg_require_pack('prospects');
create trigger _100_set_updated_at before update on public.universes
  for each row execute function private.set_updated_at();
create trigger _800_audit after insert or update or delete on public.universes
  for each row execute function private.tg_audit_row('universe', 'id', 'name', 'provider', 'verticals', 'area', 'within',
    'filters', 'daily_quota', 'cell_quota', 'scheduled_usd', 'state');
alter table public.universes enable row level security;
revoke all on public.universes from anon, authenticated, service_role;
grant select on public.universes to authenticated, service_role, pipeline_writer;
create policy select_members on public.universes for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
    and org_id = any ((select private.orgs_with_pack('prospects'))::uuid[]));
create policy select_writer on public.universes for select to pipeline_writer using (true);

create function private.shape_problem(s jsonb) returns text
language sql immutable parallel safe set search_path = '' as $$
  select case
    when jsonb_typeof(s) is distinct from 'object' then 'is not an object'
    when s ->> 'kind' = 'radius' then case
      when jsonb_typeof(s -> 'latitude') is distinct from 'number'
        or jsonb_typeof(s -> 'longitude') is distinct from 'number'
        or jsonb_typeof(s -> 'metres') is distinct from 'number' then 'needs latitude, longitude and metres'
      when abs((s ->> 'latitude')::numeric) > 85 or abs((s ->> 'longitude')::numeric) > 180 then 'is not on the map'
      when (s ->> 'metres')::numeric not between 100 and 200000 then 'has a radius of 100 m to 200 km'
      when s - '{kind,latitude,longitude,metres}'::text[] <> '{}' then 'has an unknown field' end
    when s ->> 'kind' = 'polygon' then case
      when jsonb_typeof(s -> 'points') is distinct from 'array' then 'needs points'
      when jsonb_array_length(s -> 'points') not between 3 and 500 then 'has 3 to 500 points'
      when exists (select from jsonb_array_elements(s -> 'points') p where jsonb_typeof(p) <> 'array'
          or jsonb_array_length(p) <> 2 or jsonb_typeof(p -> 0) <> 'number' or jsonb_typeof(p -> 1) <> 'number')
        then 'has points [latitude, longitude]'
      when exists (select from jsonb_array_elements(s -> 'points') p
          where abs((p ->> 0)::numeric) > 85 or abs((p ->> 1)::numeric) > 180) then 'is not on the map'
      when s - '{kind,points}'::text[] <> '{}' then 'has an unknown field' end
    else 'has the kind radius or polygon' end
$$;
comment on function private.shape_problem(jsonb) is 'What is wrong with a shape of an area; null where it is valid.';

create function private.place_problem(p jsonb) returns text
language sql stable set search_path = '' as $$
  select case
    when jsonb_typeof(p) is distinct from 'object' or coalesce(p ->> 'code', '') = '' then 'needs kind and code'
    when p ->> 'kind' = 'state' then case
      when not exists (select from public.us_states s where s.code = p ->> 'code') then 'is an unknown state' end
    when p ->> 'kind' = 'county' then case
      when not exists (select from public.us_counties c where c.fips = p ->> 'code') then 'is an unknown county' end
    when p ->> 'kind' = 'zip' then case
      when not exists (select from public.zip_counties z where z.zip = p ->> 'code') then 'is an unknown ZIP' end
    when p ->> 'kind' = 'city' then case
      when p ->> 'code' !~ '^[^,]{2,60}, [A-Z]{2}$' or not exists (select from public.us_states s
          where s.code = right(p ->> 'code', 2)) then 'is a city and its state, such as Los Angeles, CA' end
    else 'has the kind state, county, city or zip' end
$$;
comment on function private.place_problem(jsonb) is 'What is wrong with a named place; null where it is valid.';

-- Nested and equal places: a county in a state, a ZIP in a county or a state, a city in a state.
create function private.place_holds(p jsonb, q jsonb) returns boolean
language sql stable set search_path = '' as $$
  select p = q or case p ->> 'kind'
    when 'state' then case q ->> 'kind'
      when 'county' then exists (select from public.us_counties c where c.fips = q ->> 'code' and c.state = p ->> 'code')
      when 'city' then right(q ->> 'code', 2) = p ->> 'code'
      when 'zip' then exists (select from public.zip_counties z join public.us_counties c on c.fips = z.fips
        where z.zip = q ->> 'code' and c.state = p ->> 'code') end
    when 'county' then q ->> 'kind' = 'zip' and exists (select from public.zip_counties z
      where z.zip = q ->> 'code' and z.fips = p ->> 'code') end is true
$$;
comment on function private.place_holds(jsonb, jsonb) is 'Whether the first place is the second, or it lies in it in part.';

create function private.is_within(p_within jsonb, p_city text, p_state text, p_zip text) returns boolean
language sql stable set search_path = '' as $$
  select jsonb_array_length(p_within) = 0 or exists (select from jsonb_array_elements(p_within) w
    where private.place_holds(w, jsonb_build_object('kind', 'zip', 'code', p_zip))
      or w ->> 'kind' = 'state' and w ->> 'code' = p_state
      or w ->> 'kind' = 'city' and lower(w ->> 'code') = lower(p_city || ', ' || p_state))
$$;
comment on function private.is_within(jsonb, text, text, text) is
  'Whether an address is in one of the named places; without places, everything is.';

create function private.box_of_shape(s jsonb) returns box
language sql immutable parallel safe set search_path = '' as $$
  select case s ->> 'kind'
    when 'radius' then box(
      point((s ->> 'longitude')::float8 - r.wide, (s ->> 'latitude')::float8 - r.high),
      point((s ->> 'longitude')::float8 + r.wide, (s ->> 'latitude')::float8 + r.high))
    else (select box(point(min((p ->> 1)::float8), min((p ->> 0)::float8)),
        point(max((p ->> 1)::float8), max((p ->> 0)::float8)))
      from jsonb_array_elements(s -> 'points') p) end
  from (select (s ->> 'metres')::float8 / 111195 as high,
    (s ->> 'metres')::float8 / 111195 / cos(radians(least(89, abs((s ->> 'latitude')::float8)
      + (s ->> 'metres')::float8 / 111195))) as wide) r
$$;
comment on function private.box_of_shape(jsonb) is 'The box around a shape, in degrees: x is the longitude.';

create function private.universe_overlaps(p_org_id uuid, p_id uuid, p_universe jsonb) returns text[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(distinct x.said order by x.said), '{}') from (
    select format('%s %s lies in %s %s', q.value ->> 'kind', q.value ->> 'code', p.value ->> 'kind', p.value ->> 'code') as said
    from jsonb_array_elements(p_universe -> 'within') with ordinality p (value, n)
    join jsonb_array_elements(p_universe -> 'within') with ordinality q (value, n) on q.n <> p.n
    where private.place_holds(p.value, q.value) and (p.value <> q.value or p.n < q.n)
    union all
    select format('shapes %s and %s of the area may overlap', p.n, q.n)
    from jsonb_array_elements(p_universe -> 'area') with ordinality p (value, n)
    join jsonb_array_elements(p_universe -> 'area') with ordinality q (value, n) on p.n < q.n
    where private.box_of_shape(p.value) operator(pg_catalog.&&) private.box_of_shape(q.value)
    union all
    select format('universe %s looks for the same businesses in part of this area', u.name)
    from public.universes u
    where u.org_id = p_org_id and u.id is distinct from p_id and u.state <> 'ended'
      and u.verticals && array(select v.value from jsonb_array_elements_text(p_universe -> 'verticals') v)
      and exists (select from jsonb_array_elements(u.area) a, jsonb_array_elements(p_universe -> 'area') b
        where private.box_of_shape(a.value) operator(pg_catalog.&&) private.box_of_shape(b.value))) x
$$;
comment on function private.universe_overlaps(uuid, uuid, jsonb) is
  'Sentences about what overlaps: named places with each other, shapes (their boxes), and other universes with a '
  'vertical in common.';

create function public.save_universe(p_org_id uuid, p_universe jsonb, p_id uuid default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_problem text;
  u public.universes;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.require_pack(p_org_id, 'prospects');
  if jsonb_typeof(p_universe) is distinct from 'object' then
    raise exception 'a universe is an object' using errcode = 'SL711';
  end if;
  p_universe := jsonb_build_object('within', '[]'::jsonb, 'filters', '{}'::jsonb) || p_universe;
  select x.problem into v_problem from (
    select format('unknown field %s', k) as problem from jsonb_object_keys(p_universe) k
    where k not in ('name', 'provider', 'verticals', 'area', 'within', 'filters', 'floor_metres', 'daily_quota',
      'cell_quota', 'refresh_days', 'scheduled_usd')
    union all
    select format('%s is a list', k) from unnest('{verticals,area,within}'::text[]) k
    where jsonb_typeof(p_universe -> k) is distinct from 'array'
    union all
    select 'filters are {chains, domains, words}' where jsonb_typeof(p_universe -> 'filters') is distinct from 'object'
      or p_universe -> 'filters' <> '{}' and (
        (p_universe -> 'filters') - '{chains,domains,words}'::text[] <> '{}'
        or jsonb_typeof(coalesce(p_universe #> '{filters,chains}', 'true')) <> 'boolean'
        or jsonb_typeof(coalesce(p_universe #> '{filters,domains}', '[]')) <> 'array'
        or jsonb_typeof(coalesce(p_universe #> '{filters,words}', '[]')) <> 'array')) x limit 1;
  if v_problem is null then
    select x.problem into v_problem from (
      select format('%s has no categories of %s', v, p_universe ->> 'provider') as problem
      from jsonb_array_elements_text(p_universe -> 'verticals') v
      where not exists (select from public.vertical_codes c
        where c.vertical = v and c.scheme = p_universe ->> 'provider' and c.scheme not in ('sic', 'naics'))
      union all
      select format('shape %s %s', s.n, private.shape_problem(s.value))
      from jsonb_array_elements(p_universe -> 'area') with ordinality s (value, n)
      where private.shape_problem(s.value) is not null
      union all
      select format('%s %s', coalesce(w.value ->> 'code', 'place ' || w.n), private.place_problem(w.value))
      from jsonb_array_elements(p_universe -> 'within') with ordinality w (value, n)
      where private.place_problem(w.value) is not null) x limit 1;
  end if;
  if v_problem is not null then
    raise exception '%', v_problem using errcode = 'SL711';
  end if;
  u := jsonb_populate_record(null::public.universes, p_universe);
  if p_id is null then
    insert into public.universes (org_id, name, provider, verticals, area, within, filters, floor_metres, daily_quota,
      cell_quota, refresh_days, scheduled_usd, created_by)
    values (p_org_id, u.name, u.provider, u.verticals, u.area, u.within, u.filters, coalesce(u.floor_metres, 250),
      coalesce(u.daily_quota, 100), u.cell_quota, coalesce(u.refresh_days, 30), u.scheduled_usd, (select auth.uid()))
    returning * into u;
  else
    update public.universes x set name = u.name, filters = u.filters, within = u.within,
      daily_quota = coalesce(u.daily_quota, 100), cell_quota = u.cell_quota,
      refresh_days = coalesce(u.refresh_days, 30), scheduled_usd = u.scheduled_usd
    where x.org_id = p_org_id and x.id = p_id
      -- Its cells are those of this area, provider and floor.
      and x.provider = u.provider and x.area = u.area and x.floor_metres = coalesce(u.floor_metres, 250)
      and x.verticals = u.verticals
    returning * into u;
    if not found then
      raise exception 'universe not found, or another provider, area, floor or vertical: make a new one for these'
        using errcode = 'SL712';
    end if;
  end if;
  return jsonb_build_object('universe_id', u.id, 'overlaps', private.universe_overlaps(p_org_id, u.id, p_universe));
exception when unique_violation then
  raise exception 'another universe has this name' using errcode = 'SL711';
when check_violation or not_null_violation or invalid_text_representation or numeric_value_out_of_range then
  raise exception '%', sqlerrm using errcode = 'SL711';
end
$$;
comment on function public.save_universe(uuid, jsonb, uuid) is
  'Makes a universe {name, provider, verticals, area, within, filters, floor_metres, daily_quota, cell_quota, '
  'refresh_days, scheduled_usd}, or changes that of p_id, but not what its cells depend on. Returns {universe_id, '
  'overlaps: [sentences]}. Raises SL111, SL141, SL711 for what is not valid, SL712. For owners, admins and the service. '
  'Definer: universes are written by functions only.';

create function public.set_universe_state(p_org_id uuid, p_id uuid, p_state public.universe_state) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.require_pack(p_org_id, 'prospects');
  update public.universes u set state = p_state where u.org_id = p_org_id and u.id = p_id and u.state <> 'ended';
  if not found then
    raise exception 'universe not found, or ended' using errcode = 'SL712';
  end if;
end
$$;
comment on function public.set_universe_state(uuid, uuid, public.universe_state) is
  'Pauses, continues or ends a universe; an ended one stays ended. Raises SL111, SL141 and SL712. For owners, admins and '
  'the service. Definer: universes are written by functions only.';
revoke execute on function public.save_universe(uuid, jsonb, uuid),
  public.set_universe_state(uuid, uuid, public.universe_state) from public, anon;
grant execute on function public.save_universe(uuid, jsonb, uuid),
  public.set_universe_state(uuid, uuid, public.universe_state) to authenticated, service_role;

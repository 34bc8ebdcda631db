-- own leads stand apart: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.find_loose_addresses (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
begin
  if not exists (select from resolve_rows r where r.kind = 2) then
    return;
  end if;
  -- Of this upload: all addresses with the house number and street name of a row that has only an address.
  with wanted as materialized (
    select distinct s.house, s.stem
    from resolve_rows r
    cross join lateral (
      select x.situs_house_number as house, private.street_stem(x.situs_street) as stem
      from public.leads_staging x where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) s
    where r.kind = 2 and r.addr_hash is not null and s.house is not null
  ), staged as materialized (
    select (s.part::bigint << 32) + s.line_number as row_no, s.situs_house_number, s.situs_street, s.situs_unit,
      s.situs_city, s.situs_state, s.situs_zip, substr(s.situs_street, strpos(s.situs_street, ' ')) as name
    from public.leads_staging s
    where s.part_id in (select distinct x.part_id from resolve_rows x)
      and s.situs_house_number is not null and strpos(s.situs_street, ' ') > 1
  ), streets as materialized (
    -- A list has many houses in each of its streets.
    select d.name, private.street_stem('1' || d.name) as stem from (select distinct s.name from staged s offset 0) d
  ), named as materialized (
    -- Apart from the next step, so that no plan joins by the house number alone.
    select s.*, n.stem from staged s join streets n using (name)
  ), here as materialized (
    select s.row_no, w.stem, s.situs_house_number, s.situs_street, s.situs_unit, s.situs_city, s.situs_state,
      s.situs_zip
    from named s
    join wanted w on w.house = s.situs_house_number and w.stem = s.stem
  )
  insert into resolve_addresses (addr_hash, house, stem, street, unit, city, state, zip, owner)
  select distinct on (r.addr_hash) r.addr_hash, s.situs_house_number, s.stem, s.situs_street, s.situs_unit,
    s.situs_city, s.situs_state, s.situs_zip, r.owner
  from here s
  cross join lateral (select x.addr_hash, x.owner from resolve_rows x where x.row_no = s.row_no offset 0) r
  where r.addr_hash is not null
  -- What the rows say decides which of them stands for the address.
  order by r.addr_hash, (r.owner is null), (s.situs_city is null), s.situs_street, s.situs_city, r.owner;
  -- Of the leads: those with the same house number and street name.
  insert into resolve_addresses (addr_hash, house, stem, street, unit, city, state, zip, owner)
  select distinct on (l.addr_hash) l.addr_hash, l.situs_house_number, d.stem, l.situs_street, l.situs_unit,
    l.situs_city, l.situs_state, l.situs_zip,
    private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full,
      l.situs_street)
  from (select distinct a.house, a.stem from resolve_addresses a offset 0) d
  cross join lateral (
    select x.* from public.leads x
    where x.org_id = p_org_id and x.addr_hash is not null and x.situs_house_number = d.house
      and private.street_stem(x.situs_street) = d.stem
      -- A lead of its own (free_keys) has an address key that no other row can have: only its answer finds it.
      and not exists (
        select from public.conflict_answers a
        where a.org_id = p_org_id and a.lead_id = x.id and a.answer = 'own' and x.addr_hash is distinct from
          (private.parse_address(x.situs_street, x.situs_unit, x.situs_city, x.situs_state, x.situs_zip)).addr_hash)
    limit 200
  ) l
  where not exists (select from resolve_addresses a where a.addr_hash = l.addr_hash);
  analyze pg_temp.resolve_addresses;
end
$function$;

CREATE OR REPLACE FUNCTION private.free_keys (
  p_org_id  uuid,
  p_part_id uuid,
  p_line    integer,
  p_lead_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
begin
  update public.leads_staging s
  set verdict = 'created', mak = case when not exists (
      select from public.leads l where l.org_id = p_org_id and l.mak = s.mak) then s.mak end,
    apn = case when not p.taken then s.apn end,
    apn_segments = case when not p.taken then s.apn_segments end,
    addr_hash = case when s.addr_hash is not null and not exists (
        select from public.leads l where l.org_id = p_org_id and l.addr_hash = s.addr_hash)
      and not exists (
        select from public.lead_addresses a where a.org_id = p_org_id and a.addr_hash = s.addr_hash)
      -- Nor that of a lead whose address has a ZIP or a suffix that this one lacks.
      and not exists (
        select from public.leads l where l.org_id = p_org_id and l.situs_house_number = s.situs_house_number
          and private.street_stem(l.situs_street) = private.street_stem(s.situs_street)
          and not private.addresses_contradict(l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip,
            s.situs_street, s.situs_unit, s.situs_city, s.situs_state, s.situs_zip))
      then s.addr_hash
      else sha256(convert_to('own|' || coalesce(encode(s.addr_hash, 'hex'), '') || '|' || p_lead_id, 'UTF8')) end
  from public.leads_staging x
  cross join lateral (
    select exists (select from public.leads l where l.org_id = p_org_id and l.county_fips = x.county_fips
      and l.apn is not null and coalesce(l.apn_segments, l.apn) = coalesce(x.apn_segments, x.apn)) as taken
  ) p
  where s.part_id = p_part_id and s.line_number = p_line and x.part_id = s.part_id and x.line_number = s.line_number;
  update resolve_rows r set mak = null, parcel = null, apn = null, addr_hash = null
  where r.part_id = p_part_id and r.line_number = p_line;
end
$function$;

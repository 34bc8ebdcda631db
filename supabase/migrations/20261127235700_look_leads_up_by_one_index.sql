-- look leads up by one index: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

-- Not released yet: nobody has it on a large table.
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."leads_street_idx";

CREATE OR REPLACE FUNCTION private.bare_properties (
  p_org_id uuid
)
  RETURNS TABLE (
    place bytea
  )
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  SET enable_sort TO 'off'
  AS $function$
  with silent as materialized (
    select distinct m.place
    from resolve_nodes m join resolve_nodes n using (place)
    where m.component is not null and n.component is null and (m.owner is null or n.owner is null)
  ), spots as materialized (
    select distinct on (p.place) p.place, s.*
    from silent
    join resolve_places p using (place)
    join resolve_rows r using (row_no)
    cross join lateral (
      select x.situs_house_number as house, private.street_stem(x.situs_street) as stem, x.situs_street,
        x.situs_city, x.situs_state, x.situs_zip
      from public.leads_staging x
      where x.part_id = r.part_id and x.line_number = r.line_number and x.situs_unit is null
      offset 0
    ) s
    where p.kind = 1 and s.house is not null
    order by p.place, (s.situs_zip is null), (s.situs_city is null), s.situs_street, s.situs_city
  ), units as materialized (
    select t.place, x.situs_street, x.situs_unit, x.situs_city, x.situs_state, x.situs_zip
    from spots t
    cross join lateral (
      select l.* from private.leads_in_street(p_org_id, t.house, t.stem) l
      where l.situs_unit is not null
      limit 200
    ) x
    union all
    select t.place, x.situs_street, x.situs_unit, x.situs_city, x.situs_state, x.situs_zip
    from spots t
    join public.leads_staging x on x.situs_house_number = t.house and private.street_stem(x.situs_street) = t.stem
    where x.part_id in (select distinct r.part_id from resolve_rows r) and x.situs_unit is not null
  )
  select distinct t.place
  from spots t
  join units u using (place)
  where not private.addresses_contradict(t.situs_street, null, t.situs_city, t.situs_state, t.situs_zip,
    u.situs_street, u.situs_unit, u.situs_city, u.situs_state, u.situs_zip)
$function$;

CREATE OR REPLACE FUNCTION private.contacts_with_value (
  p_org_id     uuid,
  p_value_bidx bytea
)
  RETURNS SETOF public.contact_points
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  ROWS 1
  AS $function$
  select c.* from public.contact_points c
  where c.org_id = p_org_id and c.value_bidx between p_value_bidx and p_value_bidx
  order by c.value_bidx
$function$;

CREATE OR REPLACE FUNCTION private.drop_shared_keys (
  p_org_id    uuid,
  p_upload_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_sort TO 'off'
  AS $function$
declare
  v_found integer;
begin
  with busy as (
    select l.link from resolve_links l
    group by l.link having count(*) > private.shared_key_limit()
  ), facts as (
    select case when b.link = convert_to('m' || r.mak, 'UTF8') then 'mak' else 'parcel' end as kind,
      case when b.link = convert_to('m' || r.mak, 'UTF8') then r.mak else r.parcel end as value,
      r.row_no, r.owner, s.place
    from busy b
    join resolve_links l using (link)
    join resolve_rows r using (row_no)
    cross join lateral (
      select case when x.addr_hash is not null then concat_ws(' ',
        substr(x.situs_street, length(x.situs_house_number) + 2),
        left(lpad(substring(x.situs_house_number from '^\d+'), 6, '0'), 4), coalesce(x.situs_zip, x.situs_city))
        end as place
      from public.leads_staging x
      where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) s
    where b.link in (convert_to('m' || r.mak, 'UTF8'), convert_to('p' || r.parcel, 'UTF8'))
  )
  insert into public.upload_shared_keys as k (org_id, upload_id, kind, value, rows, places, owners, first_lines)
  select p_org_id, p_upload_id, f.kind, f.value, count(*), count(distinct f.place), count(distinct f.owner),
    to_jsonb((array_agg(jsonb_build_array(f.row_no >> 32, f.row_no & 4294967295) order by f.row_no))[1:5])
  from facts f
  group by f.kind, f.value
  having count(distinct f.place) > private.shared_key_limit() or count(distinct f.owner) > private.shared_key_limit()
  on conflict (org_id, upload_id, kind, value) do update
  set rows = excluded.rows, places = excluded.places, owners = excluded.owners, first_lines = excluded.first_lines;

  insert into public.upload_shared_keys as k (org_id, upload_id, kind, value, rows, places, owners, first_lines)
  select p_org_id, p_upload_id, 'parcel', p.parcel, count(*), count(distinct s.addr_hash), count(distinct p.owner),
    to_jsonb((array_agg(jsonb_build_array(p.row_no >> 32, p.row_no & 4294967295) order by p.row_no))[1:5])
  from (
    select x.* from private.short_parcels(p_org_id) x
    union all
    select x.* from private.rounded_parcels(p_org_id) x
  ) p
  join public.leads_staging s using (part_id, line_number)
  group by p.parcel
  on conflict (org_id, upload_id, kind, value) do nothing;

  -- Also in rows of this upload that are resolved later (repaired and replayed).
  if not exists (select from public.upload_shared_keys k
    where k.org_id = p_org_id and k.upload_id = p_upload_id and k.kind in ('mak', 'parcel')) then
    return false;
  end if;
  update resolve_rows r
  set without_mak = r.without_mak or m.value is not null, mak = case when m.value is null then r.mak end,
    by_mak = case when m.value is null then r.by_mak end,
    without_parcel = r.without_parcel or p.value is not null, parcel = case when p.value is null then r.parcel end,
    apn = case when p.value is null then r.apn end, by_parcel = case when p.value is null then r.by_parcel end,
    twin = case when p.value is null then r.twin end,
    kind = case when (r.mak is null or m.value is not null) and (r.parcel is null or p.value is not null) then 2
      else 1 end,
    near = case when r.addr_hash is not null then coalesce(
      (select true from private.leads_with_address(p_org_id, r.addr_hash) limit 1),
      (select true from private.other_addresses(p_org_id, r.addr_hash) limit 1)) end,
    lead_id = null, component_size = null, verdict = null
  from resolve_rows x
  left join public.upload_shared_keys m on m.org_id = p_org_id and m.upload_id = p_upload_id and m.kind = 'mak'
    and m.value = x.mak
  left join public.upload_shared_keys p on p.org_id = p_org_id and p.upload_id = p_upload_id and p.kind = 'parcel'
    and p.value = x.parcel
  where r.row_no = x.row_no and (m.value is not null or p.value is not null);
  get diagnostics v_found = row_count;
  perform private.add_warnings(w.part_id,
    jsonb_build_object('shared_key', jsonb_build_object('n', w.n, 'lines', w.lines)))
  from (
    select r.part_id, count(*) as n, to_jsonb((array_agg(r.line_number order by r.line_number))[1:5]) as lines
    from resolve_rows r where r.without_mak or r.without_parcel group by r.part_id
  ) w;
  -- Without an address their phone or e-mail is left (match_contacts).
  update public.leads_staging s set verdict = 'keyless'
  from resolve_rows r
  where r.kind = 2 and r.addr_hash is null and s.part_id = r.part_id and s.line_number = r.line_number;
  delete from resolve_rows r where r.kind = 2 and r.addr_hash is null;
  return v_found > 0;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_address_nodes (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_sort TO 'off'
  AS $function$
begin
  insert into resolve_nodes (place, node, lead_id, component, owner, mak, parcel, apn)
  select p.place, l.id::text, l.id, null, l.owner, l.mak, l.parcel, l.apn
  from (select distinct x.place from resolve_places x) p
  cross join lateral (
    select x.id, x.mak, private.parcel_key(x.county_fips, x.apn, x.apn_segments) as parcel, x.apn,
      private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full,
        x.situs_street) as owner
    -- Two index look-ups; an "or" would scan all leads for each place.
    from (
      select y.id
      from (select p.place as addr_hash union select a.addr_hash from resolve_aliases a where a.place = p.place) h
      cross join lateral (
        select z.id from private.leads_with_address(p_org_id, h.addr_hash) z
        union
        select z.lead_id from private.other_addresses(p_org_id, h.addr_hash) z
        offset 0
      ) y
    ) i
    join lateral (select * from public.leads z where z.org_id = p_org_id and z.id = i.id offset 0) x on true
    offset 0
  ) l;
  -- Properties of this upload. One that has found its lead by a key is that lead's node.
  insert into resolve_nodes (place, node, lead_id, component, owner, mak, parcel, apn)
  -- Its owners are those of all its rows, also of rows at another address (with the unit, say).
  select distinct p.place, coalesce(f.lead_id::text, 'c' || r.component), f.lead_id, r.component, o.owner,
    f.mak, f.parcel, f.apn
  from resolve_places p
  join resolve_rows r using (row_no)
  join (
    select x.component, (array_agg(coalesce(x.by_mak, x.by_parcel)) filter (where coalesce(x.by_mak, x.by_parcel)
      is not null))[1] as lead_id, min(x.mak) as mak, min(x.parcel) as parcel, min(x.apn) as apn,
      array_agg(distinct x.owner) as owners
    from resolve_rows x
    where x.component in (select y.component from resolve_places q join resolve_rows y using (row_no) where q.kind = 1)
    group by x.component
  ) f using (component)
  cross join lateral unnest(f.owners) o (owner)
  where p.kind = 1;
  insert into resolve_nodes (place, node, lead_id, component, owner, mak, parcel, apn)
  select n.place, n.node, n.lead_id, n.component, l.owner, n.mak, n.parcel, n.apn
  from (select distinct x.place, x.node, x.lead_id, x.component, x.mak, x.parcel, x.apn from resolve_nodes x
    where x.component is not null and x.lead_id is not null) n
  cross join lateral (
    select private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full,
      x.situs_street) as owner
    from public.leads x where x.org_id = p_org_id and x.id = n.lead_id
    offset 0
  ) l;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_contact_nodes (
  p_org_id uuid,
  p_parts  uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_sort TO 'off'
  AS $function$
begin
  insert into resolve_places (place, row_no, kind, owner)
  select v.place, r.row_no, v.kind, r.owner
  from resolve_rows r
  cross join lateral (values (r.phone, 3::smallint), (r.email, 4::smallint)) v (place, kind)
  where v.place is not null;
  insert into resolve_nodes (place, node, lead_id, owner)
  select p.place, l.id::text, l.id, l.owner
  from (select distinct x.place from resolve_places x) p
  cross join lateral (
    select x.id, private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full,
      x.situs_street) as owner
    from private.contacts_with_value(p_org_id, p.place) c
    -- offset 0: not all leads once per contact
    cross join lateral (select z.* from public.leads z where z.org_id = p_org_id and z.id = c.lead_id offset 0) x
    offset 0
  ) l;
  -- A property of this upload has the owners of all its rows, and not only the name that came last.
  with properties as materialized (
    select n.place, n.node, n.lead_id, l.mak, l.parcel
    from resolve_nodes n
    cross join lateral (
      select x.mak, private.parcel_key(x.county_fips, x.apn, x.apn_segments) as parcel
      from public.leads x where x.org_id = p_org_id and x.id = n.lead_id
      offset 0
    ) l
    where l.mak is not null or l.parcel is not null
  ), named as materialized (
    select s.mak, private.parcel_key(s.county_fips, s.apn, s.apn_segments) as parcel,
      private.owner_text(s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full,
        s.situs_street) as owner
    from public.leads_staging s
    where s.part_id = any (p_parts) and (s.mak is not null or s.apn is not null)
      and exists (select from properties)
  )
  insert into resolve_nodes (place, node, lead_id, owner)
  select p.place, p.node, p.lead_id, x.owner
  from properties p join named x on x.mak = p.mak where x.owner is not null
  union
  select p.place, p.node, p.lead_id, x.owner
  from properties p join named x on x.parcel = p.parcel where x.owner is not null;
  delete from resolve_places p
  where p.place not in (select n.place from resolve_nodes n)
    and p.place not in (select x.place from resolve_places x group by x.place having count(*) > 1);
  analyze pg_temp.resolve_places;
  analyze pg_temp.resolve_nodes;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_loose_addresses (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  SET enable_sort TO 'off'
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
    select x.* from private.leads_in_street(p_org_id, d.house, d.stem) x
    -- A lead of its own (free_keys) has an address key that no other row can have: only its answer finds it.
    where x.addr_hash is not null and not exists (
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
  SET enable_sort TO 'off'
  AS $function$
begin
  update public.leads_staging s
  set verdict = 'created', mak = case when not exists (
      select from private.leads_with_mak(p_org_id, s.mak)) then s.mak end,
    apn = case when not p.taken then s.apn end,
    apn_segments = case when not p.taken then s.apn_segments end,
    addr_hash = case when s.addr_hash is not null and not exists (
        select from private.leads_with_address(p_org_id, s.addr_hash))
      and not exists (
        select from private.other_addresses(p_org_id, s.addr_hash))
      -- Nor that of a lead whose address has a ZIP or a suffix that this one lacks.
      and not exists (
        select from private.leads_in_street(p_org_id, s.situs_house_number, private.street_stem(s.situs_street)) l
        where not private.addresses_contradict(l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip,
          s.situs_street, s.situs_unit, s.situs_city, s.situs_state, s.situs_zip))
      then s.addr_hash
      else sha256(convert_to('own|' || coalesce(encode(s.addr_hash, 'hex'), '') || '|' || p_lead_id, 'UTF8')) end
  from public.leads_staging x
  cross join lateral (
    select exists (
      select from private.leads_with_parcel(p_org_id, x.county_fips, coalesce(x.apn_segments, x.apn))) as taken
  ) p
  where s.part_id = p_part_id and s.line_number = p_line and x.part_id = s.part_id and x.line_number = s.line_number;
  update resolve_rows r set mak = null, parcel = null, apn = null, addr_hash = null
  where r.part_id = p_part_id and r.line_number = p_line;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_one_of_several_owners (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  SET enable_sort TO 'off'
  AS $function$
  select exists (
    select
    from public.leads l
    cross join lateral private.leads_in_street(p_org_id, l.situs_house_number, private.street_stem(l.situs_street)) x
    where l.org_id = p_org_id and l.id = p_lead_id and x.id <> l.id
      and (l.situs_unit is null or x.situs_unit is not distinct from l.situs_unit)
      and not private.addresses_contradict(l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip,
        x.situs_street, x.situs_unit, x.situs_city, x.situs_state, x.situs_zip)
      and not private.owners_agree(
        private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full,
          l.situs_street),
        private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full,
          x.situs_street)))
$function$;

CREATE OR REPLACE FUNCTION private.leads_at_place (
  p_org_id uuid,
  r        private.resolve_rows
)
  RETURNS uuid[]
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  SET enable_sort TO 'off'
  AS $function$
  select case when r.kind = 3 then array(
      select c.lead_id from private.contacts_with_value(p_org_id, r.phone) c
      union
      select c.lead_id from private.contacts_with_value(p_org_id, r.email) c)
    else array(
      select l.id from private.leads_with_address(p_org_id, r.addr_hash) l
      union
      select a.lead_id from private.other_addresses(p_org_id, r.addr_hash) a)
  end
$function$;

CREATE OR REPLACE FUNCTION private.leads_in_street (
  p_org_id uuid,
  p_house  text,
  p_stem   text
)
  RETURNS SETOF public.leads
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  ROWS 1
  AS $function$
  select l.* from public.leads l
  where l.org_id = p_org_id and l.situs_house_number = p_house
    and private.street_stem(l.situs_street) between p_stem and p_stem
  order by private.street_stem(l.situs_street)
$function$;

CREATE OR REPLACE FUNCTION private.leads_with_address (
  p_org_id    uuid,
  p_addr_hash bytea
)
  RETURNS SETOF public.leads
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  ROWS 1
  AS $function$
  select l.* from public.leads l
  where l.org_id = p_org_id and l.addr_hash between p_addr_hash and p_addr_hash
  order by l.addr_hash
$function$;

CREATE OR REPLACE FUNCTION private.leads_with_digits (
  p_org_id      uuid,
  p_county_fips text,
  p_apn         text
)
  RETURNS SETOF public.leads
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  ROWS 1
  AS $function$
  select l.* from public.leads l
  where l.org_id = p_org_id and l.county_fips = p_county_fips and l.apn_segments is not null
    and l.apn between p_apn and p_apn
  order by l.apn
$function$;

CREATE OR REPLACE FUNCTION private.leads_with_mak (
  p_org_id uuid,
  p_mak    text
)
  RETURNS SETOF public.leads
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  ROWS 1
  AS $function$
  select l.* from public.leads l where l.org_id = p_org_id and l.mak between p_mak and p_mak order by l.mak
$function$;

CREATE OR REPLACE FUNCTION private.leads_with_parcel (
  p_org_id      uuid,
  p_county_fips text,
  p_number      text
)
  RETURNS SETOF public.leads
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  ROWS 1
  AS $function$
  select l.* from public.leads l
  where l.org_id = p_org_id and l.county_fips = p_county_fips and l.apn is not null
    and coalesce(l.apn_segments, l.apn) between p_number and p_number
  order by coalesce(l.apn_segments, l.apn)
$function$;

CREATE OR REPLACE FUNCTION private.match_rows (
  p_org_id uuid,
  p_parts  uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_sort TO 'off'
  AS $function$
declare
  -- Ids that grow with time (UUID version 7) keep new index entries side by side. Random ids touch a page of every
  -- index per row, which would dominate the time of an import into a large table.
  v_prefix constant text := private.uuid_v7_prefix(clock_timestamp());
begin
  insert into resolve_rows (row_no, part_id, line_number, kind, mak, parcel, apn, addr_hash, owner,
    by_mak, by_parcel, near, twin, component, component_size, lead_id, verdict)
  select k.row_no, s.part_id, s.line_number, case when s.mak is null and k.parcel is null then 2 else 1 end,
    s.mak, k.parcel, case when k.parcel is not null then s.apn end, s.addr_hash,
    private.owner_text(s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full,
      s.situs_street),
    f.by_mak, f.by_parcel, o.near, o.twin, k.row_no,
    -- Most rows are new leads; link_rows reverts this where rows belong together.
    case when n.is_new then 1 end,
    case when n.is_new then (v_prefix || substr(gen_random_uuid()::text, 16))::uuid end,
    case when n.is_new then 'created' end
  from public.leads_staging s
  cross join lateral (
    select (s.part::bigint << 32) + s.line_number as row_no,
      private.parcel_key(s.county_fips, s.apn, s.apn_segments) as parcel
  ) k
  cross join lateral (
    select
      case when s.mak is not null then (
        select l.id from private.leads_with_mak(p_org_id, s.mak) l) end as by_mak,
      case when k.parcel is not null then (
        select l.id
        from private.leads_with_parcel(p_org_id, s.county_fips, coalesce(s.apn_segments, s.apn)) l) end as by_parcel
    offset 0
  ) f
  -- Weaker evidence is weighed later (settle_places, match_twins). Here: is there any?
  cross join lateral (
    select
      case when s.addr_hash is null then null
        when f.by_mak is null and f.by_parcel is null then coalesce(
          (select true from private.leads_with_address(p_org_id, s.addr_hash) limit 1),
          (select true from private.other_addresses(p_org_id, s.addr_hash) limit 1))
        -- A lead that is known by this address alone may be the same property.
        else (select true from private.leads_with_address(p_org_id, s.addr_hash) l
          where l.mak is null and (l.county_fips is null or l.apn is null) limit 1)
      end as near,
      case when k.parcel is null or f.by_parcel is not null then null
        when s.apn_segments is null then (
          select true from private.leads_with_digits(p_org_id, s.county_fips, s.apn) limit 1)
        else (select true from private.leads_with_parcel(p_org_id, s.county_fips, s.apn)) end as twin
    offset 0
  ) o
  cross join lateral (
    select coalesce(f.by_mak, f.by_parcel) is null and o.near is null and o.twin is null as is_new
  ) n
  where s.part_id = any (p_parts) and s.verdict is null
    and (s.mak is not null or k.parcel is not null or s.addr_hash is not null);
end
$function$;

CREATE OR REPLACE FUNCTION private.match_twins (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_sort TO 'off'
  AS $function$
begin
  update resolve_rows r
  set by_parcel = t.lead_id, parcel = t.parcel, lead_id = null, component_size = null, verdict = null
  from (
    with settled as (
      select c.row_no, c.of_row, c.lead_id, c.parcel
      from (
        select r.row_no, r.parcel as of_row, l.*,
          count(*) over (partition by r.row_no) as leads,
          bool_or(l.here) over (partition by l.lead_id) as anyone_here,
          min(r.parcel) over (partition by l.lead_id, l.here) <> max(r.parcel) over (partition by l.lead_id, l.here)
            as contested
        from resolve_rows r
        cross join lateral (
          select x.id as lead_id, private.parcel_key(x.county_fips, x.apn, x.apn_segments) as parcel, a.here
          from (
            select y.*
            from private.leads_with_digits(p_org_id, left(r.parcel, 5), r.apn) y where position('-' in r.parcel) = 0
            union all
            select y.*
            from private.leads_with_parcel(p_org_id, left(r.parcel, 5), r.apn) y where position('-' in r.parcel) > 0
          ) x
          cross join lateral (
            select x.addr_hash is not distinct from r.addr_hash and r.addr_hash is not null or exists (
              select from public.lead_addresses o
              where o.org_id = p_org_id and o.lead_id = x.id and o.addr_hash = r.addr_hash) as here
          ) a
          where a.here or private.owners_agree(r.owner, private.owner_text(x.owner_1_first, x.owner_1_last,
            x.owner_2_first, x.owner_2_last, x.owner_full, x.situs_street))
          offset 0
        ) l
        where r.twin
      ) c
      where c.leads = 1 and not c.contested and (c.here or not c.anyone_here)
    )
    select s.row_no, s.lead_id, s.parcel from settled s
    union all
    -- Rows with the same segments are the same property, also where neither their address nor their owner agrees.
    select g.row_no, s.lead_id, s.parcel
    from (
      select x.of_row, (array_agg(distinct x.lead_id))[1] as lead_id, min(x.parcel) as parcel
      from settled x where position('-' in x.of_row) > 0
      group by x.of_row having count(distinct x.lead_id) = 1
    ) s
    join resolve_rows g on g.parcel = s.of_row
    where g.twin and not exists (select from settled x where x.row_no = g.row_no)
  ) t
  where r.row_no = t.row_no;
end
$function$;

CREATE OR REPLACE FUNCTION private.other_addresses (
  p_org_id    uuid,
  p_addr_hash bytea
)
  RETURNS SETOF public.lead_addresses
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  ROWS 1
  AS $function$
  select a.* from public.lead_addresses a
  where a.org_id = p_org_id and a.addr_hash between p_addr_hash and p_addr_hash
  order by a.addr_hash
$function$;

CREATE OR REPLACE FUNCTION private.resolve_row (
  p_org_id    uuid,
  p_upload_id uuid,
  p_row_no    bigint,
  p_as_of     timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET enable_sort TO 'off'
  AS $function$
declare
  r private.resolve_rows;
  v_leads uuid[];
  v_reason text;
  v_conflict record;
  v_verdict text := 'unchanged';
begin
  select * into strict r from resolve_rows x where x.row_no = p_row_no;
  v_reason := r.reason;
  if v_reason is not null then
    v_leads := private.leads_at_place(p_org_id, r);
  elsif r.answer is not null then
    v_leads := array_remove(array[private.current_lead(p_org_id, r.by_mak)], null);
  elsif r.kind = 3 then
    v_leads := array_remove(array[r.by_place, r.by_email], null);
    -- A phone decides before an e-mail: together they only unite persons, and none that somebody called different.
    if cardinality(v_leads) = 2 and (not private.are_one_person(p_org_id, v_leads)
      or private.are_different(p_org_id, v_leads)) then
      v_leads := v_leads[1:1];
    end if;
  else
    select array_agg(distinct f.id) into v_leads from (
      select l.id from private.leads_with_mak(p_org_id, r.mak) l
      union all
      select l.id from private.leads_with_parcel(p_org_id, left(r.parcel, 5), substr(r.parcel, 6)) l
      union all
      select r.by_parcel where r.by_parcel is not null
    ) f;
    if r.by_place <> all (v_leads) and private.are_different(p_org_id, v_leads || r.by_place)
      and not private.are_different(p_org_id, v_leads) then
      -- A MAK or parcel decides before the address, where somebody called the two leads different (a split). The
      -- address stays with the other one.
      update public.leads_staging s set addr_hash = null
      where s.part_id = r.part_id and s.line_number = r.line_number;
      update resolve_rows x set addr_hash = null, by_place = null where x.row_no = p_row_no;
      r.addr_hash := null;
      r.by_place := null;
    elsif r.by_place is not null and (r.by_place = any (v_leads)) is not true then
      v_leads := array_append(v_leads, r.by_place);
    end if;
    if cardinality(v_leads) > 0 and (private.keys_contradict(p_org_id, v_leads, r.mak, r.parcel)
      or private.is_elsewhere(p_org_id, v_leads, r)
      or cardinality(v_leads) > 1 and private.are_different(p_org_id, v_leads)) then
      v_reason := case when cardinality(v_leads) = 1 then 'key_contradicts' else 'keys_point_to_different_leads' end;
    end if;
  end if;

  if cardinality(v_leads) > 0 then
    v_leads := private.survivor_of(p_org_id, v_leads);
  end if;
  if v_reason is not null then
    v_conflict := private.open_conflict(p_org_id, r.part_id, r.line_number, v_reason, coalesce(v_leads, '{}'),
      p_as_of);
    if v_conflict.verdict = 'known' then
      v_leads := array[v_conflict.lead_id];
      perform private.take_keys(r.part_id, r.line_number);
    elsif v_conflict.verdict = 'own' then
      v_leads := '{}';
      r.answer := 'own';
    else
      update resolve_rows x set verdict = v_conflict.verdict, reason = v_reason where x.row_no = p_row_no;
      return;
    end if;
  end if;

  if coalesce(cardinality(v_leads), 0) = 0 then
    v_leads := array[gen_random_uuid()];
    v_verdict := 'created';
    if r.answer = 'own' then
      perform private.make_own(p_org_id, r.part_id, r.line_number, v_leads[1]);
    end if;
  elsif cardinality(v_leads) > 1 then
    perform private.unite_leads(p_org_id, p_upload_id, v_leads, r, p_as_of);
    v_verdict := 'merged';
  end if;
  update resolve_rows x
  set lead_id = v_leads[1], verdict = v_verdict, component = p_row_no, component_size = 1
  where x.row_no = p_row_no;
  -- Rows linked to this one, and to no lead yet, follow it.
  if v_reason is null then
    update resolve_rows x set by_place = v_leads[1]
    where x.component = r.component and x.lead_id is null and x.reason is null and x.kind > 1
      and coalesce(x.by_mak, x.by_place, x.by_email) is null;
  end if;
end
$function$;

COMMENT ON FUNCTION "private"."contacts_with_value"(uuid, bytea) IS 'Contact points with this phone or e-mail, by their index. For functions with enable_sort = off.';

COMMENT ON FUNCTION "private"."leads_in_street"(uuid, text, text) IS 'Leads with this house number and street name, in any city, by their index. For functions with enable_sort = off.';

COMMENT ON FUNCTION "private"."leads_with_address"(uuid, bytea) IS 'Leads whose own address is this one, by their index. For functions with enable_sort = off.';

COMMENT ON FUNCTION "private"."leads_with_digits"(uuid, text, text) IS 'Leads whose parcel number has separators, and is this one without them, by their index. For functions with enable_sort = off.';

COMMENT ON FUNCTION "private"."leads_with_mak"(uuid, text) IS 'The lead with a MAK, by its index. For functions with enable_sort = off.';

COMMENT ON FUNCTION "private"."leads_with_parcel"(uuid, text, text) IS 'The lead with a parcel number, in the form that the lead has (with separators if it has any), by its index. For functions with enable_sort = off.';

COMMENT ON FUNCTION "private"."other_addresses"(uuid, bytea) IS 'Leads that have this address besides their own, by its index. For functions with enable_sort = off.';

REVOKE ALL ON FUNCTION "private"."contacts_with_value"(uuid, bytea) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."contacts_with_value"(uuid, bytea) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."leads_in_street"(uuid, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leads_in_street"(uuid, text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."leads_with_address"(uuid, bytea) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leads_with_address"(uuid, bytea) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."leads_with_digits"(uuid, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leads_with_digits"(uuid, text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."leads_with_mak"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leads_with_mak"(uuid, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."leads_with_parcel"(uuid, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leads_with_parcel"(uuid, text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."other_addresses"(uuid, bytea) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."other_addresses"(uuid, bytea) TO "pipeline_writer";

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX leads_street_idx ON public.leads USING btree (org_id, situs_house_number, private.street_stem(situs_street))
  WHERE (situs_house_number IS NOT NULL);

-- Step 1: find the existing leads that the keys of each staging row point to.
--
-- Here and in the next steps leads, staging rows and contact points are looked up by their whole key, one row at a
-- time, behind `offset 0`. The working tables are filled and emptied all the time and an org may be new, so there are
-- no useful statistics, and a planner that assumes empty tables would compare every row with every row.

create function private.uuid_v7_prefix(p_at timestamptz) returns text
language sql stable parallel safe set search_path = '' as $$
  select overlay(lpad(to_hex((extract(epoch from p_at) * 1000)::bigint), 12, '0') placing '-' from 9 for 0) || '-7'
$$;
comment on function private.uuid_v7_prefix(timestamptz) is
  'First 15 characters of a version 7 UUID (RFC 9562): the time in milliseconds and the version. The rest may be '
  'random.';

create function private.match_rows(p_org_id uuid, p_part_id uuid) returns void
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
as $$
declare
  -- Ids that grow with time (UUID version 7) keep new index entries side by side. Random ids touch a page of every
  -- index per row, which would dominate the time of an import into a large table.
  v_prefix constant text := private.uuid_v7_prefix(clock_timestamp());
begin
  insert into resolve_rows (line_number, mak, county_fips, apn, addr_hash, phone, email, has_key,
    by_mak, by_parcel, by_address, component, component_size, lead_id, verdict)
  select s.line_number, s.mak, s.county_fips, s.apn, s.addr_hash, s.phone, s.email, k.has_key,
    f.by_mak, f.by_parcel, f.by_address, s.line_number,
    -- Most rows are new leads; link_rows reverts this where rows belong together.
    case when n.is_new then 1 end,
    case when n.is_new then (v_prefix || substr(gen_random_uuid()::text, 16))::uuid end,
    case when n.is_new then 'created' end
  from public.leads_staging s
  cross join lateral (
    select s.mak is not null or (s.county_fips is not null and s.apn is not null) or s.addr_hash is not null as has_key
  ) k
  cross join lateral (
    select
      case when s.mak is not null then (
        select l.id from public.leads l where l.org_id = p_org_id and l.mak = s.mak) end as by_mak,
      case when s.county_fips is not null and s.apn is not null then (
        select l.id from public.leads l
        where l.org_id = p_org_id and l.county_fips = s.county_fips and l.apn = s.apn) end as by_parcel,
      case when s.addr_hash is not null then coalesce(
        (select l.id from public.leads l where l.org_id = p_org_id and l.addr_hash = s.addr_hash),
        (select x.lead_id from public.lead_addresses x where x.org_id = p_org_id and x.addr_hash = s.addr_hash)
      ) end as by_address
    offset 0
  ) f
  cross join lateral (
    select k.has_key and coalesce(f.by_mak, f.by_parcel, f.by_address) is null as is_new
  ) n
  where s.part_id = p_part_id and s.verdict is null;
end
$$;
comment on function private.match_rows(uuid, uuid) is
  'Fills resolve_rows from the staging rows of a part. Matches by MAK, by county and APN, and by address (first or '
  'further address of a lead).';

-- Step 2: link rows that share a key, a lead, or (rows without a property key) a fallback contact.
create function private.link_rows(p_org_id uuid, p_part_id uuid) returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' as $$
declare
  v_changed integer;
begin
  with fallback as (
    select u.value_bidx
    from resolve_rows r cross join lateral (values (r.phone), (r.email)) u (value_bidx)
    where not r.has_key and u.value_bidx is not null
  ), links (link, line_number) as materialized (
    select k.link, r.line_number
    from resolve_rows r
    cross join lateral (values
      (case when r.mak is not null then convert_to('m' || r.mak, 'UTF8') end),
      (case when r.county_fips is not null and r.apn is not null
        then convert_to('p' || r.county_fips || r.apn, 'UTF8') end),
      (r.addr_hash),
      (uuid_send(r.by_mak)), (uuid_send(r.by_parcel)), (uuid_send(r.by_address)),
      (case when not r.has_key then r.phone end), (case when not r.has_key then r.email end)
    ) k (link)
    where k.link is not null
    union all
    -- Rows with a property key are linked to rows without one by a contact that both have ...
    select c.value_bidx, r.line_number
    from resolve_rows r
    cross join lateral (
      select x.value_bidx from private.leads_staging_contacts x
      where x.part_id = p_part_id and x.line_number = r.line_number
      offset 0
    ) c
    -- `is true` keeps the list of fallback contacts in one hash table.
    where r.has_key and exists (select from fallback)
      and (c.value_bidx in (select f.value_bidx from fallback f)) is true
    union all
    -- ... and by the existing leads that have the contact.
    select uuid_send(c.lead_id), r.line_number
    from resolve_rows r
    cross join lateral (
      select p.lead_id from public.contact_points p
      where p.org_id = p_org_id and p.value_bidx in (r.phone, r.email)
      offset 0
    ) c
    where not r.has_key
  )
  insert into resolve_links (link, line_number)
  select l.link, l.line_number
  from links l
  join (select k.link from links k group by k.link having min(k.line_number) < max(k.line_number)) shared using (link);
  if not exists (select from resolve_links) then
    return;
  end if;
  analyze pg_temp.resolve_links;
  update resolve_rows r set component_size = null, lead_id = null, verdict = null
  where r.line_number in (select l.line_number from resolve_links l);
  analyze pg_temp.resolve_rows;

  -- The smallest line number spreads along every link; following the winner's own winner halves long chains.
  loop
    with smallest as (
      select l.link, min(r.component) as component
      from resolve_links l join resolve_rows r using (line_number)
      group by l.link
    ), better as (
      select l.line_number, min(s.component) as component
      from resolve_links l join smallest s using (link)
      group by l.line_number
    )
    update resolve_rows r set component = b.component
    from better b
    where r.line_number = b.line_number and b.component < r.component;
    get diagnostics v_changed = row_count;
    exit when v_changed = 0;
    update resolve_rows r set component = p.component
    from resolve_rows p
    where p.line_number = r.component and p.component < r.component;
  end loop;
end
$$;
comment on function private.link_rows(uuid, uuid) is
  'Sets the component of every row: the smallest line number among all directly or indirectly linked rows.';

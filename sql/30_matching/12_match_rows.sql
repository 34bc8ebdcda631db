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

-- Without a SET clause, so that it is inlined. The format is that of private.parse_owner, but a firm counts only where
-- no person is named: colleagues share their firm.
create function private.owner_text(
  first_1 text, last_1 text, first_2 text, last_2 text, owner_full text, situs_street text default null
) returns text
language sql immutable parallel safe as $$
  select upper(case
    when coalesce(first_1, last_1, first_2, last_2) is null then
      case when position(left(private.street_stem(situs_street), 3) in upper(owner_full)) > 0
        then private.name_on_street(owner_full, situs_street) else owner_full end
    when coalesce(first_2, last_2) is null then coalesce('^ ' || last_1 || ' | ' || first_1, last_1, first_1)
    else coalesce('^ ' || last_1 || ' | ' || first_1, last_1, first_1, '')
      || ' & ' || coalesce('^ ' || last_2 || ' | ' || first_2, last_2, first_2)
  end)
$$;
comment on function private.owner_text(text, text, text, text, text, text) is
  'The owners of a lead or row as one text, for comparison: the persons, or else the full name, in which the words of '
  'the street are marked.';

create function private.owners_agree(a text, b text) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select private.names_agree(private.parse_name_text(private.name_letters(a)),
    private.parse_name_text(private.name_letters(b)))
$$;
comment on function private.owners_agree(text, text) is
  'private.names_agree for two results of private.owner_text.';

create function private.match_rows(p_org_id uuid, p_parts uuid[]) returns void
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set enable_sort = off
as $$
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
$$;
comment on function private.match_rows(uuid, uuid[]) is
  'Fills resolve_rows from the rows of these parts that have a property key. Matches by MAK and by county and APN, '
  'and notes where another spelling of the parcel (twin) or the address (near) is known.';

-- A number without separators is the same parcel as one with them only if address or owner agree, and only if one such
-- parcel exists. Leads of release 0.1.0 have no segments: the first list that has them fills them.
create function private.match_twins(p_org_id uuid) returns void
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set enable_sort = off
as $$
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
$$;
comment on function private.match_twins(uuid) is
  'Lets rows point to the lead that has their parcel number in the other form (with or without separators), where '
  'address or owner agree and no other parcel claims it.';

-- The same within the upload: rows without separators take the segments of the one parcel that agrees with them, and
-- rows that lost zeros take the number that has them.
create function private.link_twins(p_org_id uuid) returns boolean
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' set enable_nestloop = off as $$
declare
  v_digits integer := 0;
  v_zeros integer := 0;
begin
  if exists (select from resolve_rows r where position('-' in r.parcel) = 0)
    and exists (select from resolve_rows r where position('-' in r.parcel) > 0) then
    update resolve_rows r
    set parcel = t.parcel
    from (
      select p.digits, min(p.segments) as parcel
      from (
        select distinct u.parcel as digits, g.parcel as segments
        from resolve_rows u
        join resolve_rows g on left(g.parcel, 5) || g.apn = u.parcel and position('-' in g.parcel) > 0
        where position('-' in u.parcel) = 0 and u.by_parcel is null
          and (u.addr_hash = g.addr_hash or private.owners_agree(u.owner, g.owner))
      ) p
      group by p.digits having count(*) = 1
    ) t
    where r.parcel = t.digits and r.by_parcel is null;
    get diagnostics v_digits = row_count;
  end if;

  update resolve_rows r
  set parcel = t.parcel
  from (
    select p.row_no, min(p.parcel) as parcel
    from (
      select distinct s.row_no, l.parcel
      from resolve_places a
      join resolve_rows s using (row_no)
      join resolve_places b on b.place = a.place
      join resolve_rows l on l.row_no = b.row_no and left(l.parcel, 5) = left(s.parcel, 5)
        and ltrim(l.apn, '0') = ltrim(s.apn, '0') and length(l.apn) > length(s.apn)
      where s.by_parcel is null and private.lost_zeros(p_org_id, left(s.parcel, 5), s.apn, l.apn)
    ) p
    group by p.row_no having count(*) = 1
  ) t
  where r.row_no = t.row_no;
  get diagnostics v_zeros = row_count;
  return v_digits + v_zeros > 0;
end
$$;
comment on function private.link_twins(uuid) is
  'Gives rows whose parcel has no separators, or has lost its leading zeros, the number of the one parcel of this '
  'upload that has the same digits and the same address (without separators: or the same owner). Returns whether any '
  'row changed.';

-- Rows without any property key, after all others have become leads. Phones are kind 3 and e-mails kind 4 in
-- resolve_places.
create function private.match_contacts(p_parts uuid[]) returns boolean
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' as $$
begin
  insert into resolve_rows (row_no, part_id, line_number, kind, phone, email, owner, without_mak, without_parcel,
    component)
  select (s.part::bigint << 32) + s.line_number, s.part_id, s.line_number, 3, s.phone, s.email,
    private.owner_text(s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full,
      s.situs_street),
    s.verdict is not null, s.verdict is not null, (s.part::bigint << 32) + s.line_number
  from public.leads_staging s
  where s.part_id = any (p_parts) and (s.verdict is null and s.mak is null and s.addr_hash is null
    and (s.apn is null or s.county_fips is null) or s.verdict = 'keyless')
    and (s.phone is not null or s.email is not null);
  return found;
end
$$;
comment on function private.match_contacts(uuid[]) is
  'Fills resolve_rows with the rows that have only a phone or e-mail; returns whether there are any.';

create function private.find_contact_nodes(p_org_id uuid, p_parts uuid[]) returns void
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set enable_sort = off
as $$
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
$$;
comment on function private.find_contact_nodes(uuid, uuid[]) is
  'Fills resolve_places and resolve_nodes with the contacts that rows share with each other or with leads.';

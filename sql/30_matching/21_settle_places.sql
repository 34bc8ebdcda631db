-- Step 3: whose are the rows that only share an address, a phone or an e-mail? Names decide, and the whole upload is
-- looked at, so that the order of rows does not matter.
--
-- A place is an address, a phone or an e-mail. Its nodes are the leads there and the properties of this upload there.
-- A row belongs to the one node whose owner agrees with it; to the only node, if nothing contradicts and nobody else
-- claims it; or to the rows there that agree with it. If several are possible, it becomes a conflict.

create function private.find_shared_addresses() returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' set enable_nestloop = off as $$
begin
  insert into resolve_places (place, row_no, kind, owner)
  select coalesce(l.place, r.addr_hash), r.row_no, r.kind, r.owner
  from resolve_rows r
  left join resolve_aliases l using (addr_hash)
  join (
    select coalesce(a.place, x.addr_hash) as place
    from resolve_rows x left join resolve_aliases a using (addr_hash)
    where x.addr_hash is not null
    group by 1
    having min(x.row_no) < max(x.row_no) or bool_or(x.near) or bool_or(a.place is not null)
  ) g on g.place = coalesce(l.place, r.addr_hash);
  analyze pg_temp.resolve_places;
end
$$;
comment on function private.find_shared_addresses() is
  'Fills resolve_places with the rows at addresses that several rows have, or that a lead has.';

create function private.keep_unsettled_addresses() returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' set enable_nestloop = off as $$
begin
  delete from resolve_places p
  where p.place not in (
    select x.place
    from resolve_places x join resolve_rows r using (row_no)
    group by x.place
    -- Properties alone are told apart by their keys, unless one has only a MAK and another only a parcel.
    having bool_or(r.near) or bool_or(r.kind = 2)
      or min(r.component) < max(r.component) and bool_or(r.mak is null) and bool_or(r.parcel is null));
end
$$;
comment on function private.keep_unsettled_addresses() is
  'Removes the addresses from resolve_places at which all rows are settled by their MAK or parcel.';

create function private.find_address_nodes(p_org_id uuid) returns void
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set enable_sort = off
as $$
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
$$;
comment on function private.find_address_nodes(uuid) is
  'Fills resolve_nodes for the addresses in resolve_places: leads of the org, and properties of this upload.';

create function private.lost_zeros(p_org_id uuid, p_county_fips text, apn_1 text, apn_2 text) returns boolean
language plpgsql stable set search_path = pg_temp, private as $$
declare
  v_usual boolean;
begin
  if length(apn_1) = length(apn_2) or ltrim(apn_1, '0') <> ltrim(apn_2, '0') then
    return false;
  end if;
  -- What is usual in the county, as far as this upload, the leads, or both show: a spreadsheet takes the zeros of a
  -- whole list.
  select bool_or(s.whole >= 0.9 * s.total)
  into v_usual
  from (
    select count(*) as total,
      count(*) filter (where length(x.apn) = greatest(length(apn_1), length(apn_2))) as whole
    from (
      (select distinct r.apn, false as is_lead from resolve_rows r
       where left(r.parcel, 5) = p_county_fips and r.apn not in (apn_1, apn_2) limit 1000)
      union all
      (select l.apn, true from public.leads l
       where l.org_id = p_org_id and l.county_fips = p_county_fips and l.apn not in (apn_1, apn_2) limit 1000)
    ) x
    group by grouping sets ((), (x.is_lead))
    having count(*) >= 3
  ) s;
  return coalesce(v_usual, false);
end
$$;
comment on function private.lost_zeros(uuid, text, text, text) is
  'Whether two parcel numbers are equal but for leading zeros, and nine in ten of the county''s numbers, among its '
  'leads, in this upload or in both, are as long as the longer one, so that a spreadsheet has lost them.';

create function private.keys_differ(
  org_id uuid, mak_1 text, parcel_1 text, apn_1 text, mak_2 text, parcel_2 text, apn_2 text
) returns boolean
language sql stable parallel safe as $$
  select coalesce(mak_1 <> mak_2, false)
    or coalesce(parcel_1 <> parcel_2 and (left(parcel_1, 5) <> left(parcel_2, 5)
      or position('-' in parcel_1) > 0 and position('-' in parcel_2) > 0
      or apn_1 <> apn_2 and not private.lost_zeros(org_id, left(parcel_1, 5), apn_1, apn_2)), false)
$$;
comment on function private.keys_differ(uuid, text, text, text, text, text, text) is
  'Whether two properties at one address have different MAKs or parcels. Numbers of which one has no separators '
  'differ if their digits do, unless zeros were lost.';

-- A list that names a hundred owners at an address of a hundred properties is compared letter by letter.
create function private.fits(
  a text, parsed_a private.parsed_name, b text, parsed_b private.parsed_name, p_pairs bigint
) returns boolean
language sql immutable parallel safe as $$
  select case when a is null or b is null then null when a = b then true when p_pairs > 20000 then false
    else private.names_agree(parsed_a, parsed_b) end
$$;
comment on function private.fits(text, private.parsed_name, text, private.parsed_name, bigint) is
  'private.names_agree for two owners, or mere equality where a place has more than 20,000 pairs of owners.';

-- An address without a unit, in a building whose units are known, says little: where a name is missing, nobody there
-- is taken for the one meant.
create function private.bare_addresses() returns table (place bytea)
language sql stable set search_path = pg_temp, private as $$
  select distinct coalesce(l.place, a.addr_hash)
  from resolve_addresses a
  join resolve_addresses b on b.house = a.house and b.stem = a.stem and b.unit is not null
  left join resolve_aliases l on l.addr_hash = a.addr_hash
  left join resolve_aliases o on o.addr_hash = b.addr_hash
  where a.unit is null and coalesce(o.place, b.addr_hash) <> coalesce(l.place, a.addr_hash)
    and not private.addresses_contradict(a.street, null, a.city, a.state, a.zip, b.street, b.unit, b.city, b.state,
      b.zip)
$$;
comment on function private.bare_addresses() is
  'Places that are an address without a unit, while units of the building are known elsewhere.';

-- The same for properties of this upload, which find_loose_addresses does not look at.
create function private.bare_properties(p_org_id uuid) returns table (place bytea)
language sql stable
set search_path = pg_temp, private
set work_mem = '64MB'
set enable_nestloop = off
set enable_sort = off
as $$
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
$$;
comment on function private.bare_properties(uuid) is
  'Places of properties without a unit where a name is missing, while units of the building are known elsewhere.';

-- Properties of this upload may belong to a lead at their address.
create function private.claim_leads(p_org_id uuid) returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' set enable_nestloop = off as $$
begin
  if not exists (select from resolve_nodes n where n.component is not null) then
    return;
  end if;
  with mine as (
    select n.* from resolve_nodes n where n.component is not null
  ), theirs as (
    select n.* from resolve_nodes n
    where n.component is null
      and n.lead_id not in (
        select x.lead_id from resolve_nodes x where x.component is not null and x.lead_id is not null)
  ), pairs as (
    select m.place, m.component, t.lead_id, min(t.parcel) as parcel,
      case when bool_or(w.fits) then true when bool_or(not w.fits) then false end as fits
    from mine m
    join theirs t using (place)
    cross join lateral (select m.owner = t.owner or private.owners_agree(m.owner, t.owner) as fits) w
    where case when m.lead_id is null
      then not private.keys_differ(p_org_id, m.mak, m.parcel, m.apn, t.mak, t.parcel, t.apn)
      -- A property that a key has led to its lead takes over a lead that only has the address.
      else t.mak is null and t.parcel is null end
    group by m.place, m.component, t.lead_id
  ), possible as (
    select p.*, count(*) over (partition by p.place, p.component) as leads,
      count(*) filter (where p.fits) over (partition by p.place, p.component) as agreeing
    from pairs p where p.fits is not false
  ), claims as (
    select p.*, count(*) over (partition by p.lead_id) as claimants,
      count(*) filter (where p.fits) over (partition by p.lead_id) as agreeing_claimants
    from possible p
    where p.leads = 1 or (p.fits and p.agreeing = 1)
  ), granted as (
    select c.place, c.component, c.lead_id, c.parcel, c.fits from claims c
    where c.fits and c.agreeing_claimants = 1
      -- Without a name on one side, only where nobody else is there.
      or c.fits is null and c.claimants = 1 and c.place not in (
          select b.place from private.bare_addresses() b union all select b.place from private.bare_properties(p_org_id) b)
        and not exists (select from resolve_nodes n where n.place = c.place
          and n.component is distinct from c.component and n.lead_id is distinct from c.lead_id)
        and not exists (
          select from resolve_places p
          join resolve_nodes n on n.place = p.place and (n.component = c.component or n.lead_id = c.lead_id)
          where p.place = c.place and p.kind = 2 and not private.owners_agree(p.owner, n.owner))
  ), noted as (
    update resolve_rows r set by_place = g.lead_id, parcel = case when r.parcel is not null then
        coalesce(g.parcel, r.parcel) end,
      evidence = case when g.fits then 'the same address and an agreeing owner' else 'the same address' end
    from granted g join resolve_places p using (place)
    where r.row_no = p.row_no and r.component = g.component and r.kind = 1
    returning r.row_no
  )
  update resolve_nodes n set lead_id = coalesce(m.lead_id, g.lead_id), node = coalesce(m.lead_id, g.lead_id)::text
  from granted g
  cross join lateral (select x.lead_id from resolve_nodes x where x.place = g.place and x.component = g.component
    limit 1) m
  where n.place = g.place and (n.component = g.component or n.lead_id = g.lead_id);

  -- One list has the MAK of a property, the other its parcel.
  with alone as (
    select n.place, min(n.component) as one, max(n.component) as other
    from resolve_nodes n
    group by n.place
    having count(distinct n.node) = 2 and count(*) filter (where n.component is null or n.lead_id is not null) = 0
  ), same as (
    select a.place, a.one, a.other
    from alone a
    join resolve_nodes x on x.place = a.place and x.component = a.one
    join resolve_nodes y on y.place = a.place and y.component = a.other
    group by a.place, a.one, a.other
    having not bool_or(private.keys_differ(p_org_id, x.mak, x.parcel, x.apn, y.mak, y.parcel, y.apn))
      and (bool_or(private.owners_agree(x.owner, y.owner))
        or not coalesce(bool_or(not private.owners_agree(x.owner, y.owner)), false))
  ), linked as (
    insert into resolve_links (link, row_no)
    select convert_to('s', 'UTF8') || s.place, c.row_no
    from same s cross join lateral (values (s.one), (s.other)) c (row_no)
    returning 1
  )
  update resolve_nodes n set node = 'c' || s.one from same s where n.place = s.place;
end
$$;
comment on function private.claim_leads(uuid) is
  'Leads at an address that one property of this upload alone may be: its rows point to them (by_place). Two '
  'properties that may be the same lead both stay without it, unless the owner of exactly one agrees.';

create function private.settle_owners() returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' set enable_nestloop = off as $$
begin
  -- Each owner is parsed once. One that says nothing (CURRENT OWNER) counts as none.
  insert into resolve_words (owner, parsed, is_named)
  select d.owner, d.parsed, private.names_agree(d.parsed, d.parsed)
  from (
    select x.owner, private.parse_name_text(private.name_letters(x.owner)) as parsed
    from (
      select p.owner from resolve_places p where p.owner is not null and p.kind > 1
      union
      select n.owner from resolve_nodes n where n.owner is not null
    ) x
    offset 0
  ) d;
  analyze pg_temp.resolve_words;
  update resolve_places p set owner = null
  where p.kind > 1 and p.owner in (select w.owner from resolve_words w where w.is_named is not true);
  insert into resolve_owners (place, owner)
  select distinct p.place, p.owner from resolve_places p where p.kind > 1;

  -- Which node of its place does each named owner fit?
  with sizes as (
    select x.place, case when x.place in (select u.place from resolve_overused u) then 1000000
      else x.owners * n.nodes end as pairs
    from (select o.place, count(*) as owners from resolve_owners o group by o.place) x
    join (select y.place, count(*) as nodes from resolve_nodes y group by y.place) n using (place)
  ), fits as (
    select o.place, o.owner, n.node,
      case when bool_or(w.fits) then true when bool_or(not w.fits) then false end as fits
    from resolve_owners o
    join sizes z using (place)
    join resolve_nodes n using (place)
    left join resolve_words x on x.owner = o.owner
    left join resolve_words y on y.owner = n.owner
    cross join lateral (select private.fits(o.owner, x.parsed, n.owner, y.parsed, z.pairs) as fits) w
    where o.owner is not null
    group by o.place, o.owner, n.node
  ), counts as (
    select f.place, f.owner, count(*) as nodes, count(*) filter (where f.fits) as agreeing,
      count(*) filter (where f.fits is null) as silent, min(f.node) filter (where f.fits) as agreeing_node,
      min(f.node) as any_node
    from fits f group by f.place, f.owner
  )
  update resolve_owners o
  set node = case when c.agreeing = 1 then c.agreeing_node when c.agreeing = 0 and c.nodes = 1 and c.silent = 1
      then c.any_node end,
    state = case when c.agreeing > 1 or c.agreeing = 0 and c.silent > 0 and c.nodes > 1 then 'ambiguous'
      when c.agreeing = 1 then 'agrees' when c.silent = 1 then 'silent' end
  from counts c where o.place = c.place and o.owner = c.owner;

  -- Owners among themselves, as far as they belong to no node yet: they form a cluster if they agree. Of two that
  -- share nothing but a third who agrees with both, the third is ambiguous.
  with free as (
    select o.place, o.owner, case when o.place in (select u.place from resolve_overused u) then 1000
      else count(*) over (partition by o.place) end as owners
    from resolve_owners o where o.owner is not null and (o.state is null or o.state = 'silent')
  ), pairs as (
    select a.place, a.owner, b.owner as other
    from free a
    join free b using (place)
    join resolve_words x on x.owner = a.owner
    join resolve_words y on y.owner = b.owner
    where a.owner <> b.owner and private.fits(a.owner, x.parsed, b.owner, y.parsed, a.owners * a.owners)
  ), unclear as (
    select distinct p.place, p.owner
    from pairs p join pairs q using (place, owner)
    where p.other < q.other and not exists (
      select from pairs x where x.place = p.place and x.owner = p.other and x.other = q.other)
  ), clusters as (
    select f.place, f.owner, least(f.owner, min(p.other)) as cluster
    from free f
    left join pairs p on p.place = f.place and p.owner = f.owner and not exists (
      select from unclear u where u.place = p.place and u.owner = p.other)
    group by f.place, f.owner
  )
  update resolve_owners o
  set cluster = case when u.owner is null then c.cluster end,
    state = case when u.owner is not null then 'ambiguous' else o.state end
  from clusters c left join unclear u using (place, owner)
  where o.place = c.place and o.owner = c.owner;

  -- A nameless node belongs to the only cluster there; it belongs to nobody if there are two.
  with claims as (
    select o.place, count(distinct o.cluster) as clusters, bool_or(o.state = 'ambiguous') as unclear
    from resolve_owners o where o.owner is not null group by o.place
  )
  update resolve_owners o
  set node = case when c.clusters = 1 and not c.unclear
    and o.place not in (select b.place from private.bare_addresses() b) then o.node end
  from claims c where o.place = c.place and o.state = 'silent';

  -- Rows without a name.
  with groups as (
    select o.place, o.cluster, o.node from resolve_owners o
    where o.owner is not null and o.state is distinct from 'ambiguous'
    union select n.place, null, n.node from resolve_nodes n
  ), counts as (
    select o.place, count(distinct coalesce('n' || g.node, 'o' || g.cluster)) as groups,
      min(g.node) as node, min(g.cluster) filter (where g.node is null) as cluster,
      bool_or(g.cluster is not null or exists (
        select from resolve_nodes n where n.place = o.place and n.owner is not null)) as is_named
    from resolve_owners o left join groups g using (place)
    where o.owner is null
    group by o.place
  )
  update resolve_owners o
  set node = c.node, cluster = coalesce(c.cluster, ''),
    state = case when c.groups > 1
      or c.is_named and o.place in (select b.place from private.bare_addresses() b) then 'ambiguous' else 'silent' end
  from counts c where o.place = c.place and o.owner is null;
end
$$;
comment on function private.settle_owners() is
  'Decides for each owner (null: the rows without a name) at the places of resolve_places whether it belongs to a '
  'node, to a cluster of agreeing owners, or to several (ambiguous).';

create function private.settle_places() returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' set enable_nestloop = off as $$
begin
  perform private.settle_owners();
  with settled as materialized (
    select p.row_no, p.place, p.kind, o.owner, o.node, o.cluster, o.state, n.lead_id, n.component
    from resolve_places p
    join resolve_owners o on o.place = p.place and coalesce(o.owner, '') = coalesce(p.owner, '')
    left join (select distinct on (x.place, x.node) x.place, x.node, x.lead_id, x.component from resolve_nodes x
      order by x.place, x.node, x.component) n on n.place = o.place and n.node = o.node
    where p.kind > 1
  ), decided as materialized (
    -- kind 2: the address; 3: the phone, which decides before 4: the e-mail.
    select d.row_no,
      case when d.states[1] = 'ambiguous' or d.leads[1] is null and d.states[2] = 'ambiguous' then
        case when d.kind = 2 then 'address_is_ambiguous' else 'contact_is_ambiguous' end end as reason,
      coalesce(d.leads[1], d.leads[2]) as lead_id, d.leads[2] as other_id,
      case when d.leads[1] is not null then d.states[1] else d.states[2] end as state, d.kind, d.owner
    from (
      select s.row_no, min(s.kind) as kind, min(s.owner) as owner,
        array[min(s.state) filter (where s.kind < 4), min(s.state) filter (where s.kind = 4)] as states,
        array[(array_agg(s.lead_id) filter (where s.kind < 4))[1], (array_agg(s.lead_id) filter (where s.kind = 4))[1]]
          as leads
      from settled s group by s.row_no
    ) d
  ), linked as (
    insert into resolve_links (link, row_no)
    select convert_to('n', 'UTF8') || s.place || convert_to(coalesce(s.node, s.cluster), 'UTF8'), k.row_no
    from settled s
    join decided d using (row_no)
    cross join lateral (values (s.row_no), (s.component)) k (row_no)
    where s.state is distinct from 'ambiguous' and d.reason is null and k.row_no is not null
      and s.lead_id is null
    returning 1
  )
  update resolve_rows r
  set by_place = case when d.reason is null then coalesce(r.by_place, d.lead_id) end,
    by_email = case when d.reason is null and d.other_id <> d.lead_id then d.other_id end,
    reason = d.reason,
    evidence = case when d.reason is null then
      case d.kind when 2 then case when r.addr_hash in (select l.addr_hash from resolve_aliases l)
          then 'an address with a gap that fits' else 'the same address' end when 3 then 'the same phone' else 'the same e-mail' end
        || case when d.state = 'agrees' or d.lead_id is null and d.owner is not null then ' and an agreeing owner'
          else '; no owner contradicts' end end,
    lead_id = null, component_size = null, verdict = null
  from decided d
  where r.row_no = d.row_no;
end
$$;
comment on function private.settle_places() is
  'Applies what settle_owners decided: rows point to a lead (by_place), are linked to rows of the same owner, or have '
  'the reason of a conflict.';

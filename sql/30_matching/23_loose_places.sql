-- Addresses with holes: a missing ZIP, suffix, directional or unit. Two addresses with the same house number and
-- street name in one city or ZIP are one place if nothing in them contradicts. An address that fits two others which
-- contradict each other (12 Main: St or Ave?) stays alone, unless they differ in their ZIP only and their owners agree.
-- Names decide afterwards, as at every shared address (settle_places).

create function private.find_loose_addresses(p_org_id uuid) returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' as $$
begin
  if not exists (select from resolve_rows r where r.kind = 2) then
    return;
  end if;
  -- Of this upload: all addresses, if some rows have only an address.
  insert into resolve_addresses (addr_hash, house, stem, street, unit, city, state, zip, owner)
  select distinct on (r.addr_hash) r.addr_hash, s.situs_house_number, private.street_stem(s.situs_street),
    s.situs_street, s.situs_unit, s.situs_city, s.situs_state, s.situs_zip, r.owner
  from resolve_rows r
  cross join lateral (
    select x.* from public.leads_staging x where x.part_id = r.part_id and x.line_number = r.line_number offset 0
  ) s
  where r.addr_hash is not null and s.situs_house_number is not null
  -- What the rows say decides which of them stands for the address.
  order by r.addr_hash, (r.owner is null), (s.situs_city is null), s.situs_street, s.situs_city, r.owner;
  analyze pg_temp.resolve_addresses;
  -- Of the leads: those with the same house number and street name.
  insert into resolve_addresses (addr_hash, house, stem, street, unit, city, state, zip, owner)
  select distinct on (l.addr_hash) l.addr_hash, l.situs_house_number, d.stem, l.situs_street, l.situs_unit,
    l.situs_city, l.situs_state, l.situs_zip,
    private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full)
  from (
    select distinct a.house, a.stem from resolve_addresses a
    where a.addr_hash in (select r.addr_hash from resolve_rows r where r.kind = 2)
  ) d
  cross join lateral (
    select x.* from public.leads x
    where x.org_id = p_org_id and x.addr_hash is not null and x.situs_house_number = d.house
      and private.street_stem(x.situs_street) = d.stem
    limit 200
  ) l
  where l.addr_hash not in (select a.addr_hash from resolve_addresses a);
  analyze pg_temp.resolve_addresses;
end
$$;
comment on function private.find_loose_addresses(uuid) is
  'Fills resolve_addresses with the addresses of this upload, and of leads with the same house number and street '
  'name, if the upload has rows with only an address.';

create function private.join_loose_addresses() returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' set enable_nestloop = off as $$
begin
  if not exists (select from resolve_addresses) then
    return;
  end if;
  with crowded as (
    select a.house, a.stem from resolve_addresses a
    group by a.house, a.stem having count(*) between 2 and 100
  ), known as materialized (
    select a.*, private.loose_address(a.street, a.city, a.state, a.zip) as keys
    from resolve_addresses a join crowded using (house, stem)
    offset 0
  ), neighbours as materialized (
    select a.addr_hash, b.addr_hash as other, a.zip is null as a_gap, a.owner, b.owner as other_owner,
      a.zip <> b.zip and a.city is not null and b.city is not null as is_zip_other,
      private.addresses_contradict(a.street, a.unit, a.city, a.state, a.zip, b.street, b.unit, b.city, b.state, b.zip)
        as contradict,
      private.addresses_contradict(a.street, a.unit, a.city, a.state, null, b.street, b.unit, b.city, b.state, null)
        as contradict_without_zip
    from known a
    join known b on b.house = a.house and b.stem = a.stem and b.addr_hash <> a.addr_hash and a.keys && b.keys
    offset 0
  ), pairs as materialized (
    select n.addr_hash, n.other from neighbours n where not n.contradict
    union all
    -- An address without a ZIP fits both, and their owners agree: one of the two ZIPs is wrong.
    select n.addr_hash, n.other from neighbours n
    where n.contradict and n.is_zip_other and not n.contradict_without_zip
      and private.owners_agree(n.owner, n.other_owner)
      and exists (
        select from neighbours x join neighbours y on y.addr_hash = x.addr_hash
        where x.a_gap and not x.contradict and not y.contradict and x.other = n.addr_hash and y.other = n.other)
  ), unclear as materialized (
    select distinct p.addr_hash
    from pairs p join pairs q using (addr_hash)
    where p.other < q.other and not exists (
      select from pairs x where x.addr_hash = p.other and x.other = q.other)
  ), joined as (
    select p.addr_hash, (array_agg(p.other order by p.other))[1] as first_other
    from pairs p
    where p.addr_hash not in (select u.addr_hash from unclear u) and p.other not in (select u.addr_hash from unclear u)
    group by p.addr_hash
  )
  insert into resolve_aliases (addr_hash, place)
  select j.addr_hash, least(j.addr_hash, j.first_other) from joined j;
  analyze pg_temp.resolve_aliases;
end
$$;
comment on function private.join_loose_addresses() is
  'Fills resolve_aliases: addresses that are one place, by their holes, and the hash that stands for it.';

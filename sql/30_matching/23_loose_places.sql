-- Addresses with holes: a missing ZIP, suffix, directional or unit. Two addresses with the same house number and
-- street name in one city or ZIP are one place if nothing in them contradicts. An address that fits two others which
-- contradict each other (12 Main: St or Ave?) stays alone, unless they differ in their ZIP only and their owners agree.
-- Names decide afterwards, as at every shared address (settle_places).

create function private.find_loose_addresses(p_org_id uuid) returns void
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set enable_nestloop = off
set enable_sort = off
as $$
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
$$;
comment on function private.find_loose_addresses(uuid) is
  'Fills resolve_addresses with the addresses of this upload and of leads that have the house number and street name '
  'of a row with only an address.';

create function private.join_loose_addresses() returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' set enable_nestloop = off as $$
begin
  if not exists (select from resolve_addresses) then
    return;
  end if;
  with crowded as (
    select a.house, a.stem from resolve_addresses a
    group by a.house, a.stem having count(*) between 2 and 100
  ), placed as materialized (
    select a.*, left(a.zip, 5) as zip5, c.town || ',' || a.state as town
    from resolve_addresses a
    join crowded using (house, stem)
    left join (
      select d.city, private.city_key(d.city) as town
      from (select distinct x.city from resolve_addresses x) d
      offset 0
    ) c on c.city = a.city
  ), zips as (
    select p.house, p.stem, p.zip5 from placed p
    where p.zip5 is not null group by p.house, p.stem, p.zip5 having count(*) > 1
  ), towns as (
    select p.house, p.stem, p.town from placed p
    where p.town is not null group by p.house, p.stem, p.town having count(*) > 1
  ), known as materialized (
    -- Only addresses that share their place with another one can share a key.
    select p.*, private.loose_address(p.street, p.city, p.state, p.zip) as keys
    from placed p
    left join zips z using (house, stem, zip5)
    left join towns t using (house, stem, town)
    where z.house is not null or t.house is not null
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
  ), noted as (
    -- What fits but does not become one lead is suggested (51_suggest_gaps.sql).
    insert into resolve_gaps (addr_hash, other, fits)
    select p.addr_hash, p.other, p.fits
    from (
      select x.*, case when u.addr_hash is null then 1 else count(*) over (partition by x.addr_hash) end as fits
      from pairs x left join unclear u using (addr_hash)
    ) p
    where p.fits between 2 and 5 or p.fits = 1 and p.addr_hash < p.other
      and p.other not in (select u.addr_hash from unclear u)
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

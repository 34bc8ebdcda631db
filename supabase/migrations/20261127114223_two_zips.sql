-- two zips: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.join_loose_addresses()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
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
$function$;

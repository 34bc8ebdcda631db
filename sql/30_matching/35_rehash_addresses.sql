-- After a change of the address rules. The migration that raises address_hash_version calls this once, with the
-- triggers of leads off: the address stays what it was, only its hash changes, so there is nothing to record.

create function private.rehash_addresses() returns jsonb
language plpgsql volatile set search_path = '' set work_mem = '256MB' set jit = off as $$
declare
  v_streets jsonb;
  v_found bigint;
  v_without bigint;
begin
  perform set_config('sluice.actor', 'system', true);
  select private.known_streets(array_agg(l.situs_street)) into v_streets
  from public.leads l
  where l.addr_hash_version is distinct from private.address_hash_version() and l.situs_street is not null;

  with parsed as materialized (
    select l.org_id, l.id, l.created_at, a.addr_hash, a.situs_house_number,
      l.mak is null and (l.county_fips is null or l.apn is null) and l.owner_1_first is null
        and l.owner_1_last is null and l.owner_2_first is null and l.owner_2_last is null
        and l.owner_full is null as alone
    from public.leads l
    cross join lateral private.parse_address(l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip,
      true, v_streets) a
    where l.addr_hash_version is distinct from private.address_hash_version() and l.situs_street is not null
      and (a.addr_hash is not null or l.addr_hash is not null)
      -- The answer to a conflict gave it a hash of its own.
      and not exists (select from public.conflict_answers c
        where c.org_id = l.org_id and c.lead_id = l.id and c.answer = 'own')
  ), kept as (
    -- leads_addr_hash_key: a lead without any other identity owns its address. The oldest one keeps it.
    select p.*, p.addr_hash is not null and (not p.alone
      or row_number() over (partition by p.org_id, p.addr_hash, p.alone order by p.created_at, p.id) = 1
        and not exists (
          select from public.leads o
          where o.org_id = p.org_id and o.addr_hash = p.addr_hash and o.mak is null
            and (o.county_fips is null or o.apn is null) and o.owner_1_first is null and o.owner_1_last is null
            and o.owner_2_first is null and o.owner_2_last is null and o.owner_full is null)) as keeps
    from parsed p
  ), written as (
    update public.leads l
    set addr_hash = case when k.keeps then k.addr_hash end,
      addr_hash_version = case when k.keeps then private.address_hash_version() end,
      situs_house_number = coalesce(k.situs_house_number, l.situs_house_number)
    from kept k
    where l.org_id = k.org_id and l.id = k.id and (k.keeps or l.addr_hash is not null)
    returning k.keeps
  )
  select count(*), count(*) filter (where not w.keeps) into v_found, v_without from written w;

  -- Further addresses of leads are hashes only. Those of merged leads have their text in the merge.
  insert into public.lead_addresses (org_id, addr_hash, lead_id, created_upload_id, created_at)
  select m.org_id, a.addr_hash, m.survivor_id, d.created_upload_id, d.created_at
  from public.lead_merges m
  join public.lead_addresses d on d.org_id = m.org_id and d.lead_id = m.survivor_id
    and d.addr_hash = decode(substr(m.merged_row ->> 'addr_hash', 3), 'hex')
  cross join lateral private.parse_address(m.merged_row ->> 'situs_street', m.merged_row ->> 'situs_unit',
    m.merged_row ->> 'situs_city', m.merged_row ->> 'situs_state', m.merged_row ->> 'situs_zip') a
  where (m.merged_row ->> 'addr_hash_version')::smallint < private.address_hash_version() and a.addr_hash is not null
  on conflict (org_id, addr_hash, lead_id) do nothing;

  update public.leads_staging s
  set addr_hash = a.addr_hash
  from public.leads_staging t
  cross join lateral private.parse_address(t.situs_street, t.situs_unit, t.situs_city, t.situs_state, t.situs_zip) a
  where s.part_id = t.part_id and s.line_number = t.line_number and s.verdict is null
    and s.addr_hash is distinct from a.addr_hash;
  return jsonb_build_object('leads', v_found, 'without_address_key', v_without);
end
$$;
comment on function private.rehash_addresses() is
  'Brings the address hashes of leads, of their merged addresses and of staged rows to the current '
  'address_hash_version. Of leads without any other identity that now share an address, the oldest keeps it as its '
  'key; the others stay leads without an address key, and none is merged. Safe to repeat. Returns how many leads '
  'changed, and how many have no address key any more.';
revoke execute on function private.rehash_addresses() from public, pipeline_writer, service_role;

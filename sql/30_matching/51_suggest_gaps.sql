-- An address with a gap that fits one place but not its owner, or several places, does not join: the leads are offered
-- to a person as candidates (public.match_candidates).

create function private.pick_gaps() returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' set enable_nestloop = off as $$
begin
  if not exists (select from resolve_gaps) then
    return;
  end if;
  with picked as materialized (
    select m.addr_hash, m.other, m.fits from resolve_gaps m
    where m.addr_hash in (select r.addr_hash from resolve_rows r where r.kind = 2)
      or m.other in (select r.addr_hash from resolve_rows r where r.kind = 2)
    order by m.fits, m.addr_hash, m.other
    limit 2000
  ), others as (
    delete from resolve_gaps where true
  )
  insert into resolve_gaps (addr_hash, other, fits) select p.addr_hash, p.other, p.fits from picked p;
end
$$;
comment on function private.pick_gaps() is
  'Keeps the gaps of rows with only an address in resolve_gaps, at most 2,000 pairs per upload.';

create function private.suggest_gaps(p_org_id uuid, p_as_of timestamptz default now()) returns void
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set enable_nestloop = off
set plan_cache_mode = force_custom_plan
as $$
begin
  if not exists (select from resolve_gaps) then
    return;
  end if;
  perform private.suggest_match(p_org_id, s.one, s.other,
    array_remove(array['an address with a gap that fits' || case when s.fits > 1 then ' several places' else '' end,
      case when s.agree then 'owners agree' when not s.agree then 'owners share nothing' end], null),
    case when s.agree then 3 when s.agree is null then -1 else -2 end, 'upload', p_as_of)
  from (
    select distinct on (least(x.id, y.id), greatest(x.id, y.id)) x.id as one, y.id as other, g.fits,
      private.owners_agree(x.owner, y.owner) as agree
    from resolve_gaps g
    cross join lateral (select * from private.leads_at_address(p_org_id, g.addr_hash) offset 0) x
    cross join lateral (select * from private.leads_at_address(p_org_id, g.other) offset 0) y
    where x.id <> y.id
    order by least(x.id, y.id), greatest(x.id, y.id), g.fits
  ) s
  where s.fits = 1 or s.agree is not false;
end
$$;
comment on function private.suggest_gaps(uuid, timestamptz) is
  'Offers the leads at the addresses of resolve_gaps that did not become one. Where several '
  'places fit, those whose owners share nothing are left out.';

create function private.leads_at_address(p_org_id uuid, p_addr_hash bytea) returns table (id uuid, owner text)
language sql stable set search_path = '' as $$
  select l.id,
    private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full,
      l.situs_street) as owner
  from (
    select x.id from public.leads x where x.org_id = p_org_id and x.addr_hash = p_addr_hash
    union
    select a.lead_id from public.lead_addresses a where a.org_id = p_org_id and a.addr_hash = p_addr_hash
    limit 5
  ) i
  join public.leads l on l.org_id = p_org_id and l.id = i.id
$$;
comment on function private.leads_at_address(uuid, bytea) is 'Up to five leads at an address, with their owners.';

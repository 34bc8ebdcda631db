-- Step 2: link the rows of an upload that share a key or a lead, and spread components along the links.

create function private.link_keys(p_leads_only boolean default false) returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' as $$
begin
  with links (link, row_no) as materialized (
    select k.link, r.row_no
    from resolve_rows r
    cross join lateral (values
      (case when r.mak is not null and not p_leads_only then convert_to('m' || r.mak, 'UTF8') end),
      (case when r.parcel is not null and not p_leads_only then convert_to('p' || r.parcel, 'UTF8') end),
      (uuid_send(r.by_mak)), (uuid_send(r.by_parcel)), (uuid_send(r.by_place)), (uuid_send(r.by_email))
    ) k (link)
    where k.link is not null and r.reason is null
  )
  insert into resolve_links (link, row_no)
  select distinct l.link, l.row_no
  from links l
  join (select k.link from links k group by k.link having min(k.row_no) < max(k.row_no)) shared using (link);
end
$$;
comment on function private.link_keys(boolean) is
  'Adds the MAKs, parcels and leads that several rows share to resolve_links, or only the leads.';

create function private.spread_components() returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' as $$
declare
  v_changed integer;
begin
  if not exists (select from resolve_links) then
    return;
  end if;
  analyze pg_temp.resolve_links;
  update resolve_rows r set component_size = null, lead_id = null, verdict = null
  where r.row_no in (select l.row_no from resolve_links l) and r.lead_id is not null;
  analyze pg_temp.resolve_rows;

  -- The smallest row number spreads along every link; following the winner's own winner halves long chains.
  loop
    with smallest as (
      select l.link, min(r.component) as component
      from resolve_links l join resolve_rows r using (row_no)
      group by l.link
    ), better as (
      select l.row_no, min(s.component) as component
      from resolve_links l join smallest s using (link)
      group by l.row_no
    )
    update resolve_rows r set component = b.component
    from better b
    where r.row_no = b.row_no and b.component < r.component;
    get diagnostics v_changed = row_count;
    exit when v_changed = 0;
    update resolve_rows r set component = p.component
    from resolve_rows p
    where p.row_no = r.component and p.component < r.component;
  end loop;
end
$$;
comment on function private.spread_components() is
  'Sets the component of every row: the smallest row number among all directly or indirectly linked rows.';

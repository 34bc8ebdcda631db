-- contacts meet all owners: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."find_contact_nodes"(uuid);

CREATE OR REPLACE FUNCTION private.find_contact_nodes (
  p_org_id uuid,
  p_parts  uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
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
    from public.contact_points c join public.leads x on x.org_id = c.org_id and x.id = c.lead_id
    where c.org_id = p_org_id and c.value_bidx = p.place
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

CREATE OR REPLACE FUNCTION private.link_contacts (
  p_org_id    uuid,
  p_upload_id uuid,
  p_parts     uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
begin
  if private.match_contacts(p_parts) then
    -- Not known any more where the properties were matched in another transaction.
    if not exists (select from resolve_overused) then
      perform private.find_overused_contacts(p_org_id, p_upload_id, p_parts, false);
    end if;
    perform private.recall_answers(p_org_id), private.find_contact_nodes(p_org_id, p_parts);
    perform private.drop_overused_contacts();
    perform private.settle_places();
    perform private.link_keys(true);
    perform private.spread_components();
  end if;
end
$function$;

COMMENT ON FUNCTION "private"."find_contact_nodes"(uuid, uuid[]) IS 'Fills resolve_places and resolve_nodes with the contacts that rows share with each other or with leads.';

REVOKE ALL ON FUNCTION "private"."find_contact_nodes"(uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_contact_nodes"(uuid, uuid[]) TO "pipeline_writer";

-- identity streets: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."note_contacts_of_others"(uuid, bigint);

DROP FUNCTION "private"."owner_text"(text, text, text, text, text);

ALTER TABLE "private"."contacts_of_others"
  ADD COLUMN "is_nameless" boolean NOT NULL DEFAULT false;

CREATE OR REPLACE FUNCTION private.apply_contacts (
  p_org_id    uuid,
  p_upload_id uuid,
  p_row_no    bigint
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  -- One key for all parts, unless it was rotated between them.
  v_key integer := (select case when min(p.key_id) = max(p.key_id) then min(p.key_id) end
    from public.upload_parts p where p.upload_id = p_upload_id);
  v_added uuid[];
  v_judged uuid[];
begin
  with added as (
    insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, label,
      position, verified, codes, invalid_at, created_upload_id)
    select p_org_id, r.lead_id, c.kind, c.value_bidx, c.value_cipher,
      coalesce(v_key, (select p.key_id from public.upload_parts p where p.id = r.part_id)), c.masked, c.label,
      c.position, c.verified, c.codes, case when c.invalid then now() end, p_upload_id
    from resolve_rows r
    join resolve_leads n using (component)
    cross join lateral (
      select x.* from private.leads_staging_contacts x
      where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) c
    where p_row_no is null or r.row_no = p_row_no
    on conflict (org_id, lead_id, value_bidx) do nothing
    returning lead_id
  )
  select array_agg(distinct a.lead_id) into v_added
  from added a where exists (select from resolve_leads n where n.lead_id = a.lead_id and not n.is_new);

  perform private.note_contacts_of_others(p_org_id, p_upload_id, p_row_no);

  -- A later verification result of a contact point replaces the earlier one.
  with judged as (
    update public.contact_points p
    set codes = c.codes, verified = c.verified,
      invalid_at = case when c.invalid then coalesce(p.invalid_at, now()) end
    from (
      select distinct on (r.lead_id, s.value_bidx) r.lead_id, s.*
      from resolve_rows r
      join resolve_leads n using (component)
      cross join lateral (
        select x.* from private.leads_staging_contacts x
        where x.part_id = r.part_id and x.line_number = r.line_number
        offset 0
      ) s
      where (r.component_size > 1 or not n.is_new) and (p_row_no is null or r.row_no = p_row_no) and s.codes <> '{}'
      order by r.lead_id, s.value_bidx, r.row_no desc
    ) c
    where p.org_id = p_org_id and p.lead_id = c.lead_id and p.value_bidx = c.value_bidx and p.codes <> c.codes
    returning p.lead_id
  )
  select array_agg(distinct j.lead_id) into v_judged from judged j;

  v_added := v_added || v_judged;
  if v_added is not null then
    perform private.refresh_verification(p_org_id, v_added);
  end if;
  return v_added;
end
$function$;

CREATE OR REPLACE FUNCTION private.are_one_person (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select bool_and(a.mak is null and a.addr_hash is null and (a.apn is null or a.county_fips is null))
    and not coalesce(bool_or(not private.owners_agree(
      private.owner_text(a.owner_1_first, a.owner_1_last, a.owner_2_first, a.owner_2_last, a.owner_full,
        a.situs_street),
      private.owner_text(b.owner_1_first, b.owner_1_last, b.owner_2_first, b.owner_2_last, b.owner_full,
        b.situs_street))), false)
  from public.leads a
  join public.leads b on b.org_id = p_org_id and b.id = any (p_lead_ids)
  where a.org_id = p_org_id and a.id = any (p_lead_ids)
$function$;

CREATE OR REPLACE FUNCTION private.bare_properties (
  p_org_id uuid
)
  RETURNS TABLE (
    place bytea
  )
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
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
      select l.* from public.leads l
      where l.org_id = p_org_id and l.situs_house_number = t.house and private.street_stem(l.situs_street) = t.stem
        and l.situs_unit is not null
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
$function$;

CREATE OR REPLACE FUNCTION private.came_with_another_name (
  p_org_id           uuid,
  p_contact_point_id bigint
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select exists (
    select
    from public.contact_points c
    join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
    cross join lateral (
      -- The names that lists have replaced since. What a person corrected is right for all contacts.
      select coalesce(h.changes -> 'owner_1_first' ->> 0, l.owner_1_first) as owner_1_first,
        coalesce(h.changes -> 'owner_1_last' ->> 0, l.owner_1_last) as owner_1_last,
        coalesce(h.changes -> 'owner_full' ->> 0, l.owner_full) as owner_full
      from public.lead_changes h
      where h.org_id = c.org_id and h.lead_id = c.lead_id and h.action = 'updated' and h.actor = 'upload'
        and not l.edited_fields && '{owner_1,owner_full}' and h.changed_at > c.created_at
        and h.changes ?| '{owner_1_first,owner_1_last,owner_full}'
      union all
      select m.merged_row ->> 'owner_1_first', m.merged_row ->> 'owner_1_last', m.merged_row ->> 'owner_full'
      from public.lead_merges m
      where m.org_id = c.org_id and m.survivor_id = c.lead_id and m.undone_at is null
        and c.id = any (m.merged_contacts)
    ) o
    cross join lateral (
      select private.parse_name_text(private.name_letters(private.owner_text(o.owner_1_first, o.owner_1_last, null,
          null, o.owner_full))) as then_name,
        private.parse_name_text(private.name_letters(private.owner_text(l.owner_1_first, l.owner_1_last, null, null,
          l.owner_full))) as now_name
      offset 0
    ) n
    where c.org_id = p_org_id and c.id = p_contact_point_id
      and private.is_another(n.then_name, n.now_name))
    or exists (select from private.contacts_of_others o
      where o.org_id = p_org_id and o.contact_point_id = p_contact_point_id and not o.is_nameless)
    or private.came_without_name(p_org_id, p_contact_point_id) and private.is_one_of_several_owners(p_org_id,
      (select c.lead_id from public.contact_points c where c.org_id = p_org_id and c.id = p_contact_point_id))
$function$;

CREATE OR REPLACE FUNCTION private.came_without_name (
  p_org_id           uuid,
  p_contact_point_id bigint
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select exists (select from private.contacts_of_others o
      where o.org_id = p_org_id and o.contact_point_id = p_contact_point_id and o.is_nameless)
    or exists (
      select
      from public.contact_points c
      join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
      cross join lateral (
        -- The lead had no name then: a later upload has filled it.
        select from public.lead_changes h
        where h.org_id = c.org_id and h.lead_id = c.lead_id and h.action = 'updated' and h.actor = 'upload'
          and h.changed_at > c.created_at and h.changes ?| '{owner_1_first,owner_1_last,owner_full}'
          and num_nonnulls(
            case when h.changes ? 'owner_1_first' then h.changes -> 'owner_1_first' ->> 0 else l.owner_1_first end,
            case when h.changes ? 'owner_1_last' then h.changes -> 'owner_1_last' ->> 0 else l.owner_1_last end,
            case when h.changes ? 'owner_full' then h.changes -> 'owner_full' ->> 0 else l.owner_full end) = 0
        union all
        select from public.lead_merges m
        where m.org_id = c.org_id and m.survivor_id = c.lead_id and m.undone_at is null
          and c.id = any (m.merged_contacts)
          and num_nonnulls(m.merged_row ->> 'owner_1_first', m.merged_row ->> 'owner_1_last',
            m.merged_row ->> 'owner_full') = 0
      ) w
      where c.org_id = p_org_id and c.id = p_contact_point_id and not l.edited_fields && '{owner_1,owner_full}')
$function$;

CREATE OR REPLACE FUNCTION private.city_key (
  city text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  w text[] := string_to_array(translate(private.clean_address_text(split_part(city, ',', 1)), '-#', '  '), ' ');
begin
  for i in 1 .. coalesce(cardinality(w), 0) loop
    w[i] := coalesce('{"ST":"SAINT","N":"NORTH","NO":"NORTH","S":"SOUTH","SO":"SOUTH","E":"EAST","W":"WEST",
      "TWP":"TOWNSHIP","BORO":"BOROUGH","HT":"HEIGHTS","DR":"DR"}'::jsonb ->> w[i], private.name_words() ->> w[i],
      w[i]);
  end loop;
  return nullif(regexp_replace(array_to_string(w, ''), '^(NEWYORK)CITY$', '\1'), '');
end
$function$;

CREATE OR REPLACE FUNCTION private.claim_leads (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.classify_components (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
declare
  v_prefix constant text := private.uuid_v7_prefix(clock_timestamp());
begin
  with candidates as (
    select distinct r.component, l.lead_id
    from resolve_rows r
    cross join lateral (values (r.by_mak), (r.by_parcel), (r.by_place), (r.by_email)) l (lead_id)
    where r.lead_id is null and r.reason is null and r.answer is distinct from 'own' and l.lead_id is not null
  ), found as (
    select c.component, count(*) as leads, (array_agg(c.lead_id))[1] as lead_id
    from candidates c group by c.component
  ), facts as (
    select r.component, min(r.row_no) as first_row, count(*) as size, coalesce(min(f.leads), 0) as leads,
      (array_agg(f.lead_id))[1] as lead_id,
      min(r.mak) as mak, max(r.mak) as other_mak, min(r.parcel) as parcel, max(r.parcel) as other_parcel,
      min(encode(r.addr_hash, 'hex')) as addr_hash, max(encode(r.addr_hash, 'hex')) as other_addr_hash,
      min(r.owner) as owner, max(r.owner) as other_owner
    from resolve_rows r left join found f using (component)
    where r.lead_id is null and r.reason is null and r.answer is distinct from 'own'
    group by r.component
  )
  update resolve_rows r
  set component = f.first_row, component_size = f.size,
    lead_id = case when f.leads = 0 then (v_prefix || substr(f.random_id, 16))::uuid else f.lead_id end,
    verdict = case when r.row_no > f.first_row then 'merged'
      when f.leads = 0 then 'created' else 'unchanged' end
  from (
    select f.*, gen_random_uuid()::text as random_id
    from facts f
    -- One scalar look-up by primary key per component, never a scan of all leads.
    cross join lateral (
      select case when f.lead_id is null then null else (
        select row(l.mak, private.parcel_key(l.county_fips, l.apn, l.apn_segments), encode(l.addr_hash, 'hex'),
          private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full,
            l.situs_street))::private.lead_keys
        from public.leads l where l.org_id = p_org_id and l.id = f.lead_id
      ) end as keys
      offset 0
    ) l
    where f.leads <= 1
      and f.mak is not distinct from f.other_mak
      and f.parcel is not distinct from f.other_parcel
      and ((l.keys).mak is null or f.mak is null or (l.keys).mak = f.mak)
      and ((l.keys).parcel is null or f.parcel is null or (l.keys).parcel = f.parcel)
      -- Two owners at two addresses.
      and (f.addr_hash is not distinct from f.other_addr_hash or f.owner is not distinct from f.other_owner
        or coalesce(private.owners_agree(f.owner, f.other_owner), false))
      and (f.leads = 0 or (l.keys).addr_hash is null or f.addr_hash is null
        or (l.keys).addr_hash = f.addr_hash and f.addr_hash = f.other_addr_hash
        or (l.keys).owner is null or f.owner is null
        or (l.keys).owner = f.owner and f.owner = f.other_owner
        or coalesce(private.owners_agree((l.keys).owner, f.owner)
          and private.owners_agree((l.keys).owner, f.other_owner), false))
  ) f
  where r.component = f.component and r.lead_id is null and r.reason is null;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_address_nodes (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
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
        select z.id from public.leads z where z.org_id = p_org_id and z.addr_hash = h.addr_hash
        union
        select z.lead_id from public.lead_addresses z where z.org_id = p_org_id and z.addr_hash = h.addr_hash
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
$function$;

CREATE OR REPLACE FUNCTION private.find_contact_nodes (
  p_org_id uuid
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
  delete from resolve_places p
  where p.place not in (select n.place from resolve_nodes n)
    and p.place not in (select x.place from resolve_places x group by x.place having count(*) > 1);
  analyze pg_temp.resolve_places;
  analyze pg_temp.resolve_nodes;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_loose_addresses (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
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
  ), here as materialized (
    select (s.part::bigint << 32) + s.line_number as row_no, w.stem, s.situs_house_number, s.situs_street,
      s.situs_unit, s.situs_city, s.situs_state, s.situs_zip
    from public.leads_staging s
    join wanted w on w.house = s.situs_house_number and w.stem = private.street_stem(s.situs_street)
    where s.part_id in (select distinct x.part_id from resolve_rows x)
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
    select x.* from public.leads x
    where x.org_id = p_org_id and x.addr_hash is not null and x.situs_house_number = d.house
      and private.street_stem(x.situs_street) = d.stem
    limit 200
  ) l
  where not exists (select from resolve_addresses a where a.addr_hash = l.addr_hash);
  analyze pg_temp.resolve_addresses;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_overused_contacts (
  p_org_id    uuid,
  p_upload_id uuid,
  p_parts     uuid[],
  p_report    boolean DEFAULT true
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  SET jit TO 'off'
  AS $function$
begin
  truncate resolve_overused;
  -- The thousand most frequent ones, so that a list full of them costs no more.
  with busy as materialized (
    select c.value_bidx, c.kind from private.leads_staging_contacts c
    where c.part_id = any (p_parts)
    group by c.value_bidx, c.kind having count(*) > private.shared_key_limit()
    order by count(*) desc, c.value_bidx limit 1000
  ), facts as (
    select c.kind, c.value_bidx, c.masked, s.*
    from private.leads_staging_contacts c
    join busy b on b.value_bidx = c.value_bidx and b.kind = c.kind
    cross join lateral (
      select x.part, x.line_number, encode(x.addr_hash, 'hex') as place,
        private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full,
          x.situs_street) as owner
      from public.leads_staging x
      where x.part_id = c.part_id and x.line_number = c.line_number
      offset 0
    ) s
    where c.part_id = any (p_parts)
  )
  insert into resolve_overused (place, kind, masked, rows, places, owners, first_lines)
  select f.value_bidx, f.kind, min(f.masked), count(*), count(distinct f.place),
    -- Without a name, the address says who it is.
    count(distinct coalesce(f.owner, f.place)),
    to_jsonb((array_agg(jsonb_build_array(f.part, f.line_number) order by f.part, f.line_number))[1:5])
  from facts f
  group by f.value_bidx, f.kind
  having count(distinct coalesce(f.owner, f.place)) > private.shared_key_limit();
  if not found or not p_report then
    return;
  end if;
  insert into public.upload_shared_keys as k (org_id, upload_id, kind, value, rows, places, owners, first_lines)
  -- The blind index tells apart values that look alike when masked.
  select p_org_id, p_upload_id, o.kind::text, o.masked || ' #' || left(encode(o.place, 'hex'), 6), o.rows, o.places,
    o.owners, o.first_lines
  from resolve_overused o
  on conflict (org_id, upload_id, kind, value) do update
  set rows = excluded.rows, places = excluded.places, owners = excluded.owners, first_lines = excluded.first_lines;
  perform private.add_warnings(w.part_id,
    jsonb_build_object('shared_contact', jsonb_build_object('n', w.n, 'lines', w.lines)))
  from (
    select c.part_id, count(distinct c.line_number) as n,
      to_jsonb((array_agg(distinct c.line_number order by c.line_number))[1:5]) as lines
    from resolve_overused o
    join private.leads_staging_contacts c on c.value_bidx = o.place and c.part_id = any (p_parts)
    group by c.part_id
  ) w;

  if not exists (select from resolve_overused o where o.owners > private.stranger_limit()) then
    return;
  end if;
  update private.leads_staging_contacts c set invalid = true, verified = false
  from resolve_overused o
  where o.owners > private.stranger_limit() and c.value_bidx = o.place and c.part_id = any (p_parts);
  update public.leads_staging s set phone_verified = v.phone, email_verified = v.email
  from (
    select c.part_id, c.line_number, bool_or(c.verified and c.kind = 'phone') as phone,
      bool_or(c.verified and c.kind = 'email') as email
    from (
      select distinct x.part_id, x.line_number
      from private.leads_staging_contacts x join resolve_overused o on o.place = x.value_bidx
      where o.owners > private.stranger_limit() and x.part_id = any (p_parts)
    ) d
    join private.leads_staging_contacts c using (part_id, line_number)
    group by c.part_id, c.line_number
  ) v
  where s.part_id = v.part_id and s.line_number = v.line_number
    and (s.phone_verified, s.email_verified) is distinct from (v.phone, v.email);
end
$function$;

CREATE OR REPLACE FUNCTION private.find_unit (
  words text[]
)
  RETURNS integer
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  n integer := cardinality(words);
  v_kind text;
  v_next text;
begin
  for i in 3 .. n loop
    v_kind := private.unit_words() ->> words[i];
    -- `7 N STE ANNE DR` is a street.
    -- `HIGHWAY NO 130` and `COUNTY RD NO 12` are roads.
    if v_kind is null
      or words[i] in ('NO', 'NUM', 'NUMBER') and ((private.street_types() ->> words[i - 1]) in ('HWY', 'RTE')
        or words[i - 1] in ('CR', 'SR', 'FM', 'RM', 'RR', 'CTH', 'FSR')
        or words[i - 1] in ('RD', 'ROAD') and private.road_owners() ? words[i - 2])
      or words[i] = 'STE' and words[i + 1] ~ '^[A-Z]{3,}$' and private.street_types() ? words[i + 2] then
      continue;
    end if;
    v_next := words[i + 1];
    if v_next in ('#', 'NO', ',') then
      v_next := words[i + 2];
    end if;
    if words[i] in ('FL', 'FLR', 'FLOOR') and i = n and i > 3
      and words[i - 1] ~ '^([0-9]+(ST|ND|RD|TH)|FIRST|SECOND|THIRD|FOURTH|FIFTH'
        '|SIXTH|SEVENTH|EIGHTH|NINTH|TENTH)$' then
      return i - 1;
    elsif v_kind in ('alone', 'both') and (i = n or words[i + 1] = ',' or private.unit_words() ? words[i + 1])
      and i > 3 and (private.street_types() ? words[i - 1] or words[i - 1] = ',') then
      return i;
    elsif v_kind = 'sure' and v_next is not null
      and (words[i] = '#' or length(v_next) = 1 or not private.street_types() ? v_next) then
      return i;
    elsif v_kind in ('value', 'both') and v_next ~ '^([0-9]+[A-Z]?|[A-Z]?-?[0-9]+|[0-9]+-[A-Z0-9]+|[A-Z])$' then
      return i;
    end if;
  end loop;
  -- A bare number or letter after a street type ("1000 ASHLAND AVE 1", "12 PARK AVE S 4B") or after a comma. A number
  -- after a highway or a county road is the number of that road.
  if n >= 4 and (ascii(words[n]) < 58 or length(words[n]) = 1 or ascii(right(words[n], 1)) < 58)
    and words[n] ~ '^([0-9]+-?[A-Z]?|[A-Z]-?[0-9]*)$' then
    if words[n - 1] = ',' then
      return n;
    elsif private.street_types() ? words[n - 1]
      and not private.street_types() ->> words[n - 1] in ('HWY', 'RTE', 'BYP', 'EXPY', 'FWY', 'LOOP', 'SPUR')
      and not private.directions() ? words[n]
      and not (n = 4 and private.directions() ? words[2])
      and not ((private.street_types() ->> words[n - 1]) in ('RD', 'RDS')
        and private.road_owners() ? split_part(words[n - 2], '-', -1))
    then
      return n;
    elsif n >= 5 and private.directions() ? words[n - 1] and words[n - 1] <> 'NO'
      and private.street_types() ? words[n - 2] and words[n] ~ '[0-9]' then
      return n;
    end if;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.has_several_owners (
  p_org_id     uuid,
  p_value_bidx bytea
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v record;
  v_owner private.parsed_name;
  v_greeting private.parsed_name;
  v_owners private.parsed_name[] := '{}'::private.parsed_name[];
  v_greetings private.parsed_name[] := '{}'::private.parsed_name[];
begin
  for v in
    select distinct
      private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full,
        l.situs_street) as owner,
      private.owner_text(l.owner_1_first, l.owner_1_last, null, null, l.owner_full, l.situs_street) as greeting
    from (
      select c.lead_id from public.contact_points c
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx
      limit 1000
    ) c
    join public.leads l on l.org_id = p_org_id and l.id = c.lead_id
    where num_nonnulls(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full) > 0
    order by 1, 2
    limit 21
  loop
    v_owner := private.parse_name_text(private.name_letters(v.owner));
    -- CURRENT OWNER is nobody.
    continue when private.names_agree(v_owner, v_owner) is null;
    v_greeting := private.parse_name_text(private.name_letters(v.greeting));
    for i in 1 .. cardinality(v_owners) loop
      -- Husband and wife agree, but answer the same phone.
      if not private.names_agree(v_owners[i], v_owner) or private.is_another(v_greetings[i], v_greeting) then
        return true;
      end if;
    end loop;
    v_owners := v_owners || v_owner;
    v_greetings := v_greetings || v_greeting;
  end loop;
  return cardinality(v_owners) > 20;
end
$function$;

CREATE OR REPLACE FUNCTION private.is_elsewhere (
  p_org_id   uuid,
  p_lead_ids uuid[],
  r          private.resolve_rows
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(bool_or(
    l.addr_hash <> r.addr_hash
    and not exists (select from public.lead_addresses a
      where a.org_id = p_org_id and a.lead_id = l.id and a.addr_hash = r.addr_hash)
    and not exists (select from public.leads_staging s
      where s.part_id = r.part_id and s.line_number = r.line_number
        and s.situs_house_number = l.situs_house_number
        and split_part(s.situs_street, ' ', 2) = split_part(l.situs_street, ' ', 2)
        and (s.situs_zip = l.situs_zip or s.situs_city = l.situs_city))
    and not private.owners_agree(r.owner, private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first,
      l.owner_2_last, l.owner_full, l.situs_street))), false)
  from public.leads l where l.org_id = p_org_id and l.id = any (p_lead_ids)
$function$;

CREATE OR REPLACE FUNCTION private.is_one_of_several_owners (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select exists (
    select
    from public.leads l
    join public.leads x on x.org_id = l.org_id and x.situs_house_number = l.situs_house_number
      and private.street_stem(x.situs_street) = private.street_stem(l.situs_street) and x.id <> l.id
    where l.org_id = p_org_id and l.id = p_lead_id
      and (l.situs_unit is null or x.situs_unit is not distinct from l.situs_unit)
      and not private.addresses_contradict(l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip,
        x.situs_street, x.situs_unit, x.situs_city, x.situs_state, x.situs_zip)
      and not private.owners_agree(
        private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full,
          l.situs_street),
        private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full,
          x.situs_street)))
$function$;

CREATE OR REPLACE FUNCTION private.leads_at_address (
  p_org_id    uuid,
  p_addr_hash bytea
)
  RETURNS TABLE (
    id    uuid,
    owner text
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.match_contacts (
  p_parts uuid[]
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.match_rows (
  p_org_id uuid,
  p_parts  uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
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
        select l.id from public.leads l where l.org_id = p_org_id and l.mak = s.mak) end as by_mak,
      case when k.parcel is not null then (
        select l.id from public.leads l
        where l.org_id = p_org_id and l.county_fips = s.county_fips and l.apn is not null
          and coalesce(l.apn_segments, l.apn) = coalesce(s.apn_segments, s.apn)) end as by_parcel
    offset 0
  ) f
  -- Weaker evidence is weighed later (settle_places, match_twins). Here: is there any?
  cross join lateral (
    select
      case when s.addr_hash is null then null
        when f.by_mak is null and f.by_parcel is null then coalesce(
          (select true from public.leads l where l.org_id = p_org_id and l.addr_hash = s.addr_hash limit 1),
          (select true from public.lead_addresses x where x.org_id = p_org_id and x.addr_hash = s.addr_hash limit 1))
        -- A lead that is known by this address alone may be the same property.
        else (select true from public.leads l where l.org_id = p_org_id and l.addr_hash = s.addr_hash
          and l.mak is null and (l.county_fips is null or l.apn is null) limit 1)
      end as near,
      case when k.parcel is null or f.by_parcel is not null then null
        when s.apn_segments is null then (
          select true from public.leads l where l.org_id = p_org_id and l.county_fips = s.county_fips
            and l.apn = s.apn and l.apn_segments is not null limit 1)
        else (
          select true from public.leads l where l.org_id = p_org_id and l.county_fips = s.county_fips
            and l.apn is not null and coalesce(l.apn_segments, l.apn) = s.apn) end as twin
    offset 0
  ) o
  cross join lateral (
    select coalesce(f.by_mak, f.by_parcel) is null and o.near is null and o.twin is null as is_new
  ) n
  where s.part_id = any (p_parts) and s.verdict is null
    and (s.mak is not null or k.parcel is not null or s.addr_hash is not null);
end
$function$;

CREATE OR REPLACE FUNCTION private.match_twins (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
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
          from public.leads x
          cross join lateral (
            select x.addr_hash is not distinct from r.addr_hash and r.addr_hash is not null or exists (
              select from public.lead_addresses o
              where o.org_id = p_org_id and o.lead_id = x.id and o.addr_hash = r.addr_hash) as here
          ) a
          where x.org_id = p_org_id and x.county_fips = left(r.parcel, 5)
            and case when position('-' in r.parcel) = 0 then x.apn = r.apn and x.apn_segments is not null
              else x.apn is not null and coalesce(x.apn_segments, x.apn) = r.apn end
            and (a.here or private.owners_agree(r.owner, private.owner_text(x.owner_1_first, x.owner_1_last,
              x.owner_2_first, x.owner_2_last, x.owner_full, x.situs_street)))
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
$function$;

CREATE OR REPLACE FUNCTION private.merge_alike (
  p_org_id uuid,
  p_as_of  timestamp with time zone
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_least constant double precision := (
    select (o.settings ->> 'merge_probability')::double precision from public.orgs o where o.id = p_org_id);
  v_pair record;
  v_leads uuid[];
  v_count integer := 0;
begin
  if v_least is null then
    return 0;
  end if;
  -- As a resolve does: one change of identities per org at a time.
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  perform set_config('sluice.actor', 'system', true);
  for v_pair in
    select c.* from public.match_candidates c
    where c.org_id = p_org_id and c.state = 'open' and c.origin = 'finder' and c.model_version is not null
      and c.probability >= v_least
      -- The same house, phone or e-mail: equal names alone are two persons of one name.
      and (c.levels[4] >= 4 or 2 in (c.levels[6], c.levels[7]))
    order by c.probability desc, c.id
    limit 1000
  loop
    select array[x.leads[1], x.leads[2]] into v_leads
    from (select private.survivor_of(p_org_id, array[a.id, b.id]) as leads
      from public.leads a join public.leads b on b.org_id = a.org_id and b.id = v_pair.right_id
      where a.org_id = p_org_id and a.id = v_pair.left_id
        -- Two rows of one list are rarely one by mistake, and names that share nothing are never one.
        and (a.created_upload_id <> b.created_upload_id) is not false
        and (a.mak <> b.mak) is not true
        and private.owners_agree(
          private.owner_text(a.owner_1_first, a.owner_1_last, a.owner_2_first, a.owner_2_last, a.owner_full,
            a.situs_street),
          private.owner_text(b.owner_1_first, b.owner_1_last, b.owner_2_first, b.owner_2_last, b.owner_full,
            b.situs_street))) x;
    -- An earlier merge of this loop may have ended one of the leads, or made the two different.
    if v_leads[2] is not null and exists (
        select from public.match_candidates c where c.org_id = p_org_id and c.id = v_pair.id and c.state = 'open') then
      perform private.merge_with_undo(p_org_id, v_leads[1], v_leads[2],
        format('alike with a probability of %s', round(v_pair.probability::numeric, 4)), null, p_as_of);
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.name_on_street (
  name         text,
  situs_street text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  w text[] := string_to_array(btrim(regexp_replace(private.name_letters(translate(name, '^|~', '   ')), ' {2,}', ' ',
    'g')), ' ');
  n integer := cardinality(w);
  v_street text;
  v_from integer;
  v_to integer;
  v_rest text[];
begin
  -- The name of the street in one word: OAKGROVE of `5 Oak Grove Ave`.
  v_street := (private.split_street(regexp_replace(upper(situs_street collate "C"), '^\S*[0-9]\S* ', ''))).name;
  v_street := regexp_replace(v_street, '[^A-Z0-9]', '', 'g');
  if v_street is null or length(v_street) < 3 then
    return name;
  end if;
  -- Persons, and what is called after them.
  if '{FAMILY,FAM,LIVING,REVOCABLE,REVOC,REV,ESTATE,ETAL,ET,&,HEIRS,TRUSTEE,TRUSTEES,TTEE}'::text[] && w then
    return name;
  end if;
  for i in 1 .. n loop
    for j in i .. least(i + 3, n) loop
      if (select string_agg(coalesce(private.name_words() ->> x, x), '' order by k)
        from unnest(w[i : j]) with ordinality t (x, k)) = v_street then
        v_from := i;
        v_to := j;
      end if;
    end loop;
    exit when v_from is not null;
  end loop;
  if v_from is null then
    return name;
  end if;
  -- `Hill Road Partners`, `Hill Rd Partners`.
  if private.common_street_types() ? (private.street_types() ->> w[v_to + 1]) then
    v_to := v_to + 1;
  end if;
  v_rest := w[1 : v_from - 1] || w[v_to + 1 :];
  if exists (select from unnest(v_rest) x where private.known_name_words() ->> x ~* '^[ge]')
    and not exists (select from unnest(v_rest) x where private.known_name_words() ->> x ~ '^[lw]') then
    -- `Hill John`, `Ann Hill Trust`.
    return name;
  elsif not exists (select from unnest(v_rest) x where x <> ',' and x not in ('THE', 'OF', 'AT', 'ON')
    and coalesce(private.known_name_words() ->> x, '') !~ '^[-tl]') then
    v_rest := array(select '~' || x from unnest(v_rest) x where x not in (',', 'THE', 'OF', 'AT', 'ON'));
    -- A single word may be a family name.
    if cardinality(v_rest) = 0 then
      return name;
    end if;
  end if;
  return '~' || v_street || ' ' || array_to_string(v_rest, ' ');
end
$function$;

CREATE OR REPLACE FUNCTION private.names_agree (
  a private.parsed_name,
  b private.parsed_name
)
  RETURNS boolean
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_a_words text[] := a.words;
  v_b_words text[] := b.words;
  v_a_roles text := a.roles;
  v_b_roles text := b.roles;
  v_both_firms boolean := a.is_firm and b.is_firm;
  n integer := length(v_a_roles);
  m integer := length(v_b_roles);
  v_role text;
  v_other text;
  v_word text;
  v_at integer;
  -- One letter per word: the role of a matched word becomes a dot, or a colon for another form of a given name.
  v_a_left text;
  v_b_left text;
  v_crossed integer := 0;
  v_given integer := 0;
  v_either boolean := false;
  v_first boolean := false;
  v_unknown_first boolean := false;
  v_a_family boolean;
  v_b_family boolean;
  v_generic integer := 0;
begin
  if coalesce(n, 0) = 0 or coalesce(m, 0) = 0 or v_a_roles ~ '^i*$' or v_b_roles ~ '^i*$' then
    return null;
  end if;
  if v_both_firms and left(v_a_roles, 1) = 'n' and left(v_b_roles, 1) = 'n' and v_a_words[1] <> v_b_words[1] then
    return false;
  end if;

  -- Firms in one building have the name of its street in common.
  if v_both_firms and v_a_roles ~ '[suge]w' and v_b_roles ~ '[suge]w' then
    v_a_words := (private.without_street(a)).words;
    v_a_roles := (private.without_street(a)).roles;
    v_b_words := (private.without_street(b)).words;
    v_b_roles := (private.without_street(b)).roles;
  end if;
  v_a_left := v_a_roles;
  v_b_left := v_b_roles;
  for i in 1 .. n loop
    v_at := array_position(v_b_words, v_a_words[i]);
    if v_at is null then
      continue;
    end if;
    v_role := substr(v_a_roles, i, 1);
    v_other := substr(v_b_roles, v_at, 1);
    -- `Hill Partners` on Hill Road is not John Hill's.
    continue when (v_role = 'r' or v_other = 'r') and not v_both_firms;
    v_a_left := overlay(v_a_left placing case v_role when 'x' then ':' else '.' end from i);
    v_b_left := overlay(v_b_left placing case v_other when 'x' then ':' else '.' end from v_at);
    if v_role in ('i', 'n') or v_other in ('i', 'n') then
      continue;
    elsif v_role in ('w', 'r') or v_other in ('w', 'r') then
      if v_both_firms or v_role = v_other then
        v_generic := v_generic + 1;
      elsif n = 1 or m = 1 or v_a_roles ~ '[ge]' or v_b_roles ~ '[ge]' then
        -- `Green Properties` and `Ann Green`, but not `New York Pizza` and `New York Bagels`.
        return true;
      else
        v_generic := v_generic + 1;
      end if;
    elsif v_both_firms then
      return true;
    elsif v_role in ('s', 'u') and v_other in ('s', 'u') then
      if v_role = 'u' and v_other = 'u' and i = 1 and v_at = 1 and n > 1 and m > 1 then
        v_unknown_first := true;
      else
        return true;
      end if;
    elsif v_role in ('s', 'u') or v_other in ('s', 'u') then
      if v_role = 'e' or v_other = 'e' then
        v_either := true;
      end if;
      v_crossed := v_crossed + 1;
    elsif v_role = 'e' and v_other = 'e' then
      v_either := true;
      v_first := v_first or (i = 1 and v_at = 1);
      v_given := v_given + 1;
    else
      v_given := v_given + 1;
    end if;
  end loop;

  -- The other forms of a given name are matched with it.
  v_a_left := regexp_replace(v_a_left, '[ge](?=x*:)|x', '.', 'g');
  v_b_left := regexp_replace(v_b_left, '[ge](?=x*:)|x', '.', 'g');
  v_a_family := v_a_left ~ '[su]';
  v_b_family := v_b_left ~ '[su]';
  if v_unknown_first and not (v_a_family and v_b_family) then
    return true;
  end if;
  if v_crossed > 0 and v_crossed + v_given > 1 then
    return true;
  end if;
  if v_either or v_given > 0 or v_crossed > 0 then
    if v_a_left !~ '[sueg]' or v_b_left !~ '[sueg]' then
      -- One name is part of the other, unless the family name is an initial that does not fit.
      if v_a_roles ~ '[ge]x*i$' and v_a_roles !~ '[su]' and v_b_family then
        return exists (select from unnest(v_b_words) w where left(w, 1) = v_a_words[n] and length(w) > 1);
      elsif v_b_roles ~ '[ge]x*i$' and v_b_roles !~ '[su]' and v_a_family then
        return exists (select from unnest(v_a_words) w where left(w, 1) = v_b_words[m] and length(w) > 1);
      end if;
      return true;
    end if;
    -- `James Thomas` and `Mary Thomas`, but not `Thomas Miller` and `Thomas Baker`.
    if v_either and not v_a_family and not v_b_family
      and not (v_first and v_a_left !~ 'g' and v_b_left !~ 'g') then
      return true;
    end if;
  end if;

  -- Typing errors in long names, and names written as one word or two.
  for i in 1 .. n loop
    continue when substr(v_a_left, i, 1) not in ('s', 'u', 'e') or length(v_a_words[i]) < 4;
    v_word := v_a_words[i];
    for j in 1 .. m loop
      continue when substr(v_b_left, j, 1) not in ('s', 'u', 'e') or length(v_b_words[j]) < 4;
      v_other := v_b_words[j];
      if (v_word || 'S' = v_other or v_other || 'S' = v_word) and (a.is_firm or b.is_firm)
        and substr(v_a_left, i, 1) <> 'e' and substr(v_b_left, j, 1) <> 'e' then
        return true;
      end if;
      if length(v_word) >= 5 and length(v_other) >= 5 and abs(length(v_word) - length(v_other)) <= 1
        and private.is_one_edit(v_word, v_other)
        and (v_given > 0 or (greatest(length(v_word), length(v_other)) >= 6 and left(v_word, 1) = left(v_other, 1)))
        -- Two frequent names may be each other's error only with the same given name and first letter.
        and (v_given > 0 and left(v_word, 1) = left(v_other, 1)
          or not (private.family_names() ? v_word and private.family_names() ? v_other)) then
        return true;
      end if;
      if length(v_word) >= 7 and position(v_word in array_to_string(v_b_words, '')) > 0
        or length(v_other) >= 7 and position(v_other in array_to_string(v_a_words, '')) > 0 then
        return true;
      end if;
    end loop;
  end loop;

  -- Two firms of generic words only: one name has all words of the other.
  if v_both_firms and v_generic > 0 and (v_a_left !~ '[suegn]' or v_b_left !~ '[suegn]') then
    return v_a_left !~ '[a-z]' and (v_generic > 1 or v_b_left !~ '[a-z]')
      or v_b_left !~ '[a-z]' and (v_generic > 1 or v_a_left !~ '[a-z]');
  end if;
  return false;
end
$function$;

CREATE OR REPLACE FUNCTION private.note_contacts_of_others (
  p_org_id    uuid,
  p_upload_id uuid,
  p_row_no    bigint
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
  with rows as materialized (
    select r.part_id, r.line_number, r.lead_id, r.owner
    from resolve_rows r
    join resolve_leads n using (component)
    cross join lateral (
      select private.owner_text(x.owner_1_first, x.owner_1_last, null, null, x.owner_full,
        x.situs_street) as greeting
      from public.leads x where x.org_id = p_org_id and x.id = r.lead_id
      offset 0
    ) l
    where (r.component_size > 1 or not n.is_new) and (p_row_no is null or r.row_no = p_row_no)
      and case when r.owner is null then l.greeting is not null
        else r.owner <> l.greeting and private.is_another(private.parse_name_text(private.name_letters(r.owner)),
          private.parse_name_text(private.name_letters(l.greeting))) end
    offset 0
  ), points as materialized (
    select p.id, k.lead_id, c.value_bidx, bool_and(k.owner is null) as is_nameless
    from rows k
    cross join lateral (
      select x.value_bidx from private.leads_staging_contacts x
      where x.part_id = k.part_id and x.line_number = k.line_number
      offset 0
    ) c
    cross join lateral (
      select x.id, x.created_upload_id from public.contact_points x
      where x.org_id = p_org_id and x.lead_id = k.lead_id and x.value_bidx = c.value_bidx
      offset 0
    ) p
    where k.owner is not null or p.created_upload_id = p_upload_id
    group by p.id, k.lead_id, c.value_bidx
  )
  insert into private.contacts_of_others (org_id, contact_point_id, is_nameless)
  select p_org_id, p.id, p.is_nameless from points p where not p.is_nameless
  union all
  -- Nobody is named, neither by this row nor by another one that brings the contact.
  select p_org_id, p.id, true
  from (select * from points x where x.is_nameless) p
  where p_row_no is not null or not exists (
    select from resolve_rows y
    cross join lateral (
      select z.value_bidx from private.leads_staging_contacts z
      where z.part_id = y.part_id and z.line_number = y.line_number
      offset 0
    ) z
    where y.owner is not null and y.lead_id = p.lead_id and z.value_bidx = p.value_bidx)
  on conflict do nothing
$function$;

CREATE OR REPLACE FUNCTION private.owner_text (
  first_1      text,
  last_1       text,
  first_2      text,
  last_2       text,
  owner_full   text,
  situs_street text DEFAULT NULL::text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select upper(case
    when coalesce(first_1, last_1, first_2, last_2) is null then
      case when position(left(private.street_stem(situs_street), 3) in upper(owner_full)) > 0
        then private.name_on_street(owner_full, situs_street) else owner_full end
    when coalesce(first_2, last_2) is null then coalesce('^ ' || last_1 || ' | ' || first_1, last_1, first_1)
    else coalesce('^ ' || last_1 || ' | ' || first_1, last_1, first_1, '')
      || ' & ' || coalesce('^ ' || last_2 || ' | ' || first_2, last_2, first_2)
  end)
$function$;

CREATE OR REPLACE FUNCTION private.parse_address (
  street    text,
  unit      text,
  city      text,
  state     text,
  zip       text,
  rechecked boolean                 DEFAULT true,
  streets   jsonb                   DEFAULT NULL::jsonb,
  OUT       situs_house_number text,
  OUT       situs_street text,
  OUT       situs_unit text,
  OUT       situs_city text,
  OUT       situs_state text,
  OUT       situs_zip text,
  OUT       situs_zip4 text,
  OUT       addr_hash bytea,
  OUT       warnings text[]
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_words text[];
  v_line text := upper(street collate "C");
  v_city text;
  v_unit_at integer;
  v_unit text := unit;
  v_line_unit text;
  v_street text;
  v_shown text;
  v_forms text;
  v_box record;
  v_condominium record;
  v_spanish record;
  v_house record;
  v_puerto_rico boolean;
  v_stripped boolean := false;
  v_special boolean;
  v_urb text;
  v_number text;
  v_comma boolean;
  v_unclear boolean := false;
  v_last text;
  v_place record;
  v_again record;
  v_line_shown text;
  v_differs boolean;
  k integer;
begin
  -- A call costs more than checking whether it is needed.
  if length(v_line) > 200 or v_line ~ '[^A-Z0-9 ]|  |^ | $' then
    v_line := private.clean_address_text(street);
  end if;
  if v_unit is not null then
    if octet_length(v_unit) <> length(v_unit) then
      v_unit := private.clean_address_text(v_unit);
      v_unclear := octet_length(v_unit) <> length(v_unit);
    end if;
    v_unit := private.canonical_unit(v_unit);
  end if;
  if length(zip) = 5 and ltrim(zip, '0123456789') = '' and zip >= '00501' then
    situs_zip := zip;
  elsif zip is not null then
    situs_zip := private.normalise_zip(zip);
    situs_zip4 := private.normalise_zip4(zip);
    if situs_zip is not null and zip !~ '^[0-9]{5}-[0-9]{4}$' then
      warnings := array_append(warnings, 'zip_healed');
    end if;
  end if;
  if length(state) = 2 and position(' ' || state || ' ' in private.state_codes()) > 0 then
    situs_state := state;
  elsif state is not null then
    situs_state := private.normalise_state(state);
  end if;
  if city is not null then
    situs_city := nullif(btrim(left(split_part(city, ',', 1), 100)), '');
    v_city := upper(situs_city collate "C");
    if v_city ~ '[^A-Z ]|  ' then
      v_city := nullif(private.clean_address_text(situs_city), '');
    end if;
    if situs_city = v_city or situs_city = lower(situs_city) then
      situs_city := initcap(situs_city);
    end if;
  end if;
  v_last := split_part(v_line, ' ', -1);
  if private.is_plain_line(v_line, v_last, v_city) then
    -- Most lines are a house number and a street, with nothing to remove.
    situs_house_number := split_part(v_line, ' ', 1);
    v_street := substr(v_line, length(situs_house_number) + 2);
  elsif v_line <> '' then
    if v_line ~ '[A-Z]{2}-?[0-9]' then
      v_line := private.split_glued_unit(v_line);
      v_last := split_part(v_line, ' ', -1);
    end if;
    v_words := string_to_array(v_line, ' ');

    -- A row with its place in columns of its own seldom repeats it in the line.
    v_comma := position(',' in v_line) > 0;
    if v_comma or v_city is null or situs_zip is null or right(v_line, length(v_city)) = v_city
      or v_last = situs_state or length(v_last) >= 5 and ascii(right(v_last, 1)) between 48 and 57 then
      v_place := private.strip_place(v_words, v_city, situs_state, situs_zip);
      v_stripped := v_place.stripped;
      if v_stripped then
        v_words := v_place.words;
        v_last := v_words[cardinality(v_words)];
        situs_state := v_place.state;
        situs_zip := v_place.zip;
        if v_city is null and v_place.city is not null then
          v_city := v_place.city;
          situs_city := initcap(v_city);
        end if;
        warnings := array_append(warnings, 'place_taken_out_of_street');
      end if;
    end if;

    -- Puerto Rico and other Spanish addresses.
    v_puerto_rico := situs_state = 'PR' or situs_zip < '01000' and situs_zip ~ '^00[679]';
    if v_puerto_rico and '{"COND":1,"CONDOMINIO":1}'::jsonb ?| v_words then
      v_condominium := private.split_condominium(v_words, v_unit is not null);
      v_words := v_condominium.words;
      v_line_unit := v_condominium.unit;
      if v_condominium.building is not null then
        v_street := v_condominium.building;
        v_words := '{}';
      end if;
    end if;
    v_special := private.line_words() ?| v_words;
    if v_puerto_rico or v_special
      and '{"URB":1,"URBANIZACION":1,"CALLE":1,"CLL":1,"CALLEJON":1,"CARR":1,"CARRETERA":1,"KM":1}'::jsonb ?| v_words
    then
      v_spanish := private.split_spanish_line(v_words, v_puerto_rico);
      v_words := v_spanish.words;
      v_urb := v_spanish.urb;
      v_comma := ',' = any (v_words);
      if v_spanish.road is not null then
        v_street := v_spanish.road;
        v_words := '{}';
      end if;
    end if;

    -- Boxes: a post office box, a box on a rural or highway contract route.
    if v_special and '{"BOX":1,"BX":1,"POBOX":1,"POB":1,"DRAWER":1,"LOCKBOX":1,"CALLER":1,"BIN":1,"APARTADO":1,"APDO":1,
      "BUZON":1,      "BZN":1}'::jsonb ?| v_words then
      v_box := private.split_box(array_to_string(v_words, ' '));
      if v_box.before is not null then
        v_words := string_to_array(v_box.before, ' ');
        warnings := array_append(warnings, 'box_dropped');
      elsif v_box.box is not null then
        v_street := v_box.box;
        v_words := '{}';
        if private.unit_words() ? split_part(v_box.rest, ' ', 1) then
          v_line_unit := v_box.rest;
        elsif v_city is null and v_stripped and v_box.rest !~ '[^A-Z ]' then
          v_city := v_box.rest;
          situs_city := initcap(v_city);
        end if;
      end if;
    end if;

    -- A unit in front: `APT 4, 123 MAIN ST`.
    if private.unit_words() ->> v_words[1] = 'sure' and v_words[2] <> ',' then
      k := 3 + coalesce((v_words[3] in (',', '-'))::integer, 0);
      if v_words[k] ~ '^[0-9]' and v_words[k + 1] is not null then
        v_line_unit := v_words[2];
        v_words := v_words[k :];
      end if;
    end if;
    -- A name before the number (`c/o Smith, 123 Main St`), separated from it by a comma.
    if v_comma and v_words[1] !~ '[0-9]' and not private.number_words() ? v_words[1]
      and not (v_words[1] in ('NO', 'NUM', 'NUMBER') and v_words[2] ~ '^[0-9]') then
      v_unit_at := array_position(v_words, ',');
      if v_words[v_unit_at + 1] ~ '^[0-9]+[A-Z]?$' and cardinality(v_words) > v_unit_at + 1 then
        -- A building with a unit: `Harbor Towers Apt 4, 123 Main St`.
        k := private.find_unit(v_words[: v_unit_at - 1]);
        if private.unit_words() ? v_words[k] then
          v_line_unit := concat_ws(' ', v_line_unit, array_to_string(v_words[k : v_unit_at - 1], ' '));
        end if;
        v_words := v_words[v_unit_at + 1 :];
      end if;
    end if;

    -- House number, unit and street. find_unit expects the house number as one word.
    if v_street is null then
      v_house := private.split_house(v_words);
      situs_house_number := v_house.house;
      v_words := coalesce(situs_house_number, '-') || v_house.words;
      if v_special then
        v_words := private.cut_cross_street(v_words, 2);
        v_last := v_words[cardinality(v_words)];
      end if;
      if v_comma or length(v_last) = 1 or ascii(v_last) < 58 or ascii(right(v_last, 1)) < 58
        or private.unit_words() ?| v_words then
        v_unit_at := private.find_unit(v_words);
        if v_unit_at is not null then
          v_line_unit := concat_ws(' ', v_line_unit,
            private.canonical_unit(array_to_string(v_words[v_unit_at :], ' ')));
          v_words := v_words[1 : v_unit_at - 1];
          warnings := array_append(warnings, 'unit_taken_out_of_street');
        end if;
      end if;
      v_street := array_to_string(v_words[2 :], ' ');
      if v_street ~ '[^A-Z0-9 ]' then
        -- Non-Latin text is indistinguishable after cleaning: no hash is better than a wrong one.
        if octet_length(v_street) <> length(v_street) then
          situs_house_number := null;
        end if;
        v_street := translate(v_street, translate(v_street, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ', ''),
          repeat(' ', length(v_street)));
        v_street := btrim(regexp_replace(v_street, ' {2,}', ' ', 'g'));
      end if;
      v_street := nullif(v_street, '') || coalesce(' URB ' || nullif(v_urb, ''), '');
    end if;

    if v_line_unit is not null and v_line_unit <> '' then
      v_line_unit := private.canonical_unit(v_line_unit);
      v_unit := case
        when v_unit is null or v_unit = v_line_unit then v_line_unit
        else private.canonical_unit(v_line_unit || ' ' || v_unit)
      end;
    end if;
  end if;

  if v_street is not null and situs_house_number is not null then
    v_forms := streets ->> v_street;
    if v_forms is null then
      v_forms := private.street_forms(v_street);
    end if;
    v_street := split_part(v_forms, '|', 1);
    v_shown := split_part(v_forms, '|', 2);
    situs_street := situs_house_number || ' ' || split_part(v_forms, '|', 3);
    v_line_shown := situs_house_number || ' ' || v_shown;
    -- A directional alone is not a street.
    v_unclear := v_unclear or private.directions() ? v_street;
  elsif v_words = '{}' then
    situs_street := v_street;
    v_line_shown := v_street;
  else
    v_street := null;
    situs_street := nullif(left(btrim(street), 200), '');
  end if;
  if v_street is not null then
    -- The text shown must parse to the same address as the original. A plain line and an unchanged line do; any other
    -- line is parsed again, and an unclear address gets no hash rather than a wrong one.
    v_differs := rechecked and not v_unclear and v_line_shown <> v_line and (situs_house_number is null
      or not private.is_plain_line(v_line_shown, split_part(v_line_shown, ' ', -1), v_city));
    if situs_zip is null then
      -- Without a ZIP the city is part of the hash.
      v_city := private.city_key(v_city);
    end if;
    -- Where house numbers have hyphens, lists leave them out: Queens 112-10 is 11210, Hawaii 92-1234 921234.
    v_number := situs_house_number;
    if position('-' in v_number) > 0
      and (situs_zip ~ '^(11[136][0-9][0-9]|114[0-9][0-9]|1100[145])$' and v_number ~ '^[0-9]{1,3}-[0-9]{2}$'
        or situs_zip ~ '^96[78]' and v_number ~ '^[0-9]{2}-[0-9]{3,4}$') then
      v_number := replace(v_number, '-', '');
    end if;
    addr_hash := private.address_hash(v_number, v_street, v_unit, v_city, situs_state, situs_zip);
    if v_differs then
      v_again := private.parse_address(situs_street, v_unit, situs_city, situs_state, situs_zip, false);
      v_unclear := v_again.situs_street is distinct from situs_street or v_again.situs_unit is distinct from v_unit
        or v_again.situs_house_number is distinct from situs_house_number
        or v_again.situs_city is distinct from situs_city or v_again.situs_zip is distinct from situs_zip
        or v_again.situs_state is distinct from situs_state or v_again.addr_hash is distinct from addr_hash;
    end if;
  end if;
  if v_unclear then
    addr_hash := null;
    warnings := array_append(warnings, 'address_unclear');
  end if;
  situs_unit := v_unit;
end
$function$;

CREATE OR REPLACE FUNCTION private.parse_name_text (
  p_text text
)
  RETURNS private.parsed_name
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_words text[] := array[]::text[];
  v_roles text := '';
  v_is_firm boolean := false;
  v_word text;
  v_entry text;
  v_role text;
  v_full text[];
  -- t: free text; l: family name, f: given name, as columns say.
  v_mode text := 't';
  -- Where the name of one person begins, and whether its family name came first, before a comma.
  v_begin integer := 1;
  v_count integer := 0;
  v_after_comma boolean := false;
  v_particles text := '';
  v_bound boolean := false;
  v_raw_previous text := '';
begin
  if p_text is null then
    return null;
  end if;
  foreach v_word in array string_to_array(p_text, ' ') loop
    if v_word = '' then
      continue;
    end if;
    v_entry := private.known_name_words() ->> v_word;
    v_role := left(v_entry, 1);

    if v_role = '&' or v_word in ('^', '|', ',') then
      if v_particles <> '' then
        v_words := v_words || v_particles;
        v_roles := v_roles || 'u';
        v_count := v_count + 1;
        v_particles := '';
      end if;
      if v_word = '|' then
        v_mode := 'f';
      elsif v_word = ',' then
        -- `Smith, John`, but not `John Smith, Mary Smith`.
        v_role := lower(substr(v_roles, v_begin, 1));
        if v_mode = 't' and not v_after_comma and not v_is_firm and (
          (v_count = 1 and v_role <> 'g' and v_role <> '')
          or (v_count = 2 and v_role in ('s', 'u'))) then
          v_roles := left(v_roles, v_begin - 1) || translate(substr(v_roles, v_begin), 'ue', 'ss');
          v_after_comma := true;
        end if;
      else
        v_mode := case v_word when '^' then 'l' else 't' end;
        v_begin := cardinality(v_words) + 1;
        v_count := 0;
        v_after_comma := false;
      end if;
      continue;
    end if;

    if v_role = 'p' and v_mode <> 'f' then
      v_particles := v_particles || case v_word when 'SAINT' then 'ST' when 'STE' then 'ST' else v_word end;
      v_bound := v_word in ('ST', 'SAINT', 'STE', 'SAN', 'SANTA', 'MC', 'MAC', 'O');
      continue;
    elsif v_particles <> '' then
      if v_role in ('-', 't', 'l', 'w') or (v_particles = 'LE' and v_role in ('g', 'e')) then
        -- `Main St LLC`, `Le Trust`, `Le Kim`.
        if v_particles not in ('ST', 'STE') then
          v_words := v_words || v_particles;
          v_roles := v_roles || 'u';
          v_count := v_count + 1;
        end if;
      else
        v_particles := v_particles || v_word;
        if not v_particles = any (v_words) then
          v_full := null;
          v_words := v_words || v_particles;
          v_roles := v_roles || case when private.known_name_words() ->> v_particles = 'c' then 'W' else 's' end;
          v_count := v_count + 1;
        end if;
        if v_bound or private.known_name_words() ->> v_particles = 'c' then
          v_particles := '';
          continue;
        end if;
      end if;
      v_particles := '';
    end if;

    if v_role in ('-', 't') or (v_word = 'AL' and v_raw_previous = 'ET') then
      v_raw_previous := v_word;
      continue;
    elsif v_role = 'l' then
      v_is_firm := true;
      continue;
    end if;

    v_full := null;
    if left(v_word, 1) = '~' then
      v_word := substr(v_word, 2);
      v_role := 'r';
      v_is_firm := true;
    elsif v_role is null then
      v_role := case
        when length(v_word) = 1 then case when v_word between 'A' and 'Z' then 'i' else 'n' end
        when v_word < 'A' and v_word >= '0' then 'n'
        when v_mode = 'f' or v_after_comma then 'g'
        when v_mode = 'l' then 's'
        when length(v_word) > 5
          and v_word ~ '(SON|SEN|EZ|SKI|SKY|WICZ|STEIN|BERG|BAUM|MANN|OFF|ELLI|ETTI|AKIS|OPOULOS|IDES|YAN)$|^(MC|FITZ)'
          then 's'
        else 'u' end;
    elsif v_role = 'w' then
      v_is_firm := true;
    elsif v_role = 'c' then
      v_role := 'U';
    elsif v_mode = 'l' then
      v_role := translate(v_role, 'geGE', 'ssSS');
    else
      if v_role in ('g', 'e', 'G', 'E') then
        v_full := string_to_array(substr(v_entry, 2), ' ');
        if v_role in ('g', 'G') then
          v_word := v_full[1];
        end if;
        if v_mode = 'f' or v_after_comma then
          v_role := translate(v_role, 'eE', 'gG');
        end if;
      elsif v_mode = 'f' then
        v_role := translate(v_role, 'sS', 'gG');
      end if;
    end if;
    if v_word = any (v_words) then
      continue;
    end if;
    v_words := v_words || v_word;
    v_roles := v_roles || v_role;
    if v_role <> 'i' then
      v_count := v_count + 1;
    end if;
    if v_full is not null and (cardinality(v_full) > 1 or v_full[1] <> v_word) then
      foreach v_word in array v_full loop
        if not v_word = any (v_words) then
          v_words := v_words || v_word;
          v_roles := v_roles || 'x';
        end if;
      end loop;
    end if;
  end loop;
  if v_particles <> '' and v_particles <> 'ST' then
    v_words := v_words || v_particles;
    v_roles := v_roles || 'u';
  end if;
  return (v_words,
    case when v_is_firm then translate(v_roles, 'SEGUW', 'wwwww') else translate(v_roles, 'SEGUW', 'segus') end,
    v_is_firm)::private.parsed_name;
end
$function$;

CREATE OR REPLACE FUNCTION private.road_owners()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{"COUNTY":1,"CNTY":1,"CTY":1,"CO":1,"STATE":1,"ST":1,"FM":1,"RM":1,"RANCH":1,"MARKET":1,"MKT":1,"FARM":1,
    "TOWNSHIP":1,"TWP":1,"TOWN":1,"FOREST":1,"SERVICE":1,"SVC":1,"SERV":1,"FS":1,"NF":1,"NFS":1,"USFS":1,
    "PRIVATE":1,"PVT":1,"PARISH":1}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.special_words()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select private.crossing_words() || private.ordinal_words()
    || '{"HWY":1,"HIGHWAY":1,"HIWAY":1,"HIGHWY":1,"HIWY":1,"HWAY":1,"ROUTE":1,"RTE":1,"RT":1,"CR":1,"SR":1,"SH":1,
    "FM":1,"RM":1,"RR":1,"TR":1,"PR":1,"F":1,"R":1,"US":1,"U":1,"I":1,"IH":1,"COUNTY":1,"CNTY":1,"CTY":1,"CO":1,
    "CTH":1,"STH":1,"CH":1,"STATE":1,"INTERSTATE":1,"TOWNSHIP":1,"TWP":1,"TOWN":1,"FARM":1,"RANCH":1,"LOOP":1,
    "LP":1,"SPUR":1,"PRIVATE":1,"PVT":1,"PARISH":1,"BUSINESS":1,"BUS":1,"URB":1,"URBANIZACION":1,"URBANIZATION":1,
    "FOREST":1,"NF":1,"NFS":1,"FS":1,"USFS":1,"FSR":1,"NFSR":1,"KING":1,"MLK":1}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.split_box (
  line text,
  OUT  box text,
  OUT  before text,
  OUT  rest text
)
  RETURNS record
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_line text := btrim(regexp_replace(translate(line, ',#', '  '), ' {2,}', ' ', 'g'));
  v_part text[];
  v_number text;
begin
  v_part := regexp_match(v_line,
    '^(?:(.*?) )??(R R|RR|R F D|RFD|RD|R D|RURAL (?:ROUTE|RTE|RT|DELIVERY|FREE DELIVERY)|ROUTE|RTE|RT'
    '|H C|HC|HCR|H C R|HC R|HC (?:ROUTE|RTE|RT)|(?:HIGHWAY|HWY) CONTRACT(?: ROUTE| RTE| RT)?|STAR (?:ROUTE|RTE|RT)'
    '|R(?= ?[0-9])|PSC|CMR|UNIT)(?: NO| NUM| NUMBER)?[ -]?([0-9]+[A-Z]?)? ?(?:BOX|BX|BUZON|BZN)(?: NO| NUM| NUMBER)? '
    '?([0-9A-Z]+(?:-[0-9A-Z]+)*(?: [A-Z]$)?)(?: (.+))?$');
  if v_part is not null and v_part[1] is distinct from 'CO' and v_part[1] !~ '^[0-9]' is not false then
    box := case
      when v_part[2] in ('PSC', 'CMR', 'UNIT') then v_part[2]
      when v_part[2] like 'H%' or v_part[2] like 'STAR%' then 'HC'
      else 'RR'
    end || coalesce(' ' || nullif(ltrim(v_part[3], '0'), ''), '') || ' BOX ';
    v_number := v_part[4];
    rest := v_part[5];
  else
    v_part := regexp_match(v_line,
      '^(?:(.*?) )??((?:P ?O|POST OFFICE|POST) ?(?:BOX|BX|DRAWER|BIN|LOCKBOX)|POBOX|POB|P O B|APARTADO(?: POSTAL)?'
      '|APDO(?: POSTAL)?|LOCKBOX|(?:FIRM )?CALLER|DRAWER|BOX|BX|BUZON|BZN)(?: NO| NUM| NUMBER)? '
      '?([0-9]+[A-Z]*(?:-[0-9A-Z]+)*(?: [A-Z]$)?|[A-Z](?:-?[0-9]+)?)(?: (.+))?$');
    if v_part is null then
      return;
    end if;
    if v_part[1] ~ '^[0-9]' then
      -- For a street and a post office box, the property is at the street. A box without a post office is a unit.
      if v_part[2] like 'P%' or v_part[2] like 'AP%' then
        before := regexp_replace(line, '[ ,]*' || v_part[2] || '[ ,#]+.*$', '');
      end if;
      return;
    end if;
    v_number := v_part[3];
    rest := v_part[4];
    if rest ~ '^[0-9]+[A-Z]? [0-9A-Z]' then
      before := rest;
      rest := null;
      return;
    end if;
    -- Words before a box without a post office name its place: `CAMP OAK BOX 12` is not PO Box 12.
    box := case
      when v_part[2] in ('BOX', 'BX', 'BUZON', 'BZN') and v_part[1] is not null then v_part[1] || ' BOX '
      else 'PO BOX '
    end;
  end if;
  v_number := regexp_replace(v_number, '([0-9])[ -]([A-Z])', '\1\2', 'g');
  box := box || coalesce(nullif(ltrim(v_number, '0'), ''), '0');
end
$function$;

CREATE OR REPLACE FUNCTION private.split_glued_unit (
  line text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select regexp_replace(line, '\m(APT|UNIT|STE|SUITE|BLDG|RM|LOT|SPC|SPACE|TRLR|PH|FL)-?([0-9]+[A-Z]?)\M', '\1 \2', 'g')
$function$;

CREATE OR REPLACE FUNCTION private.split_house (
  INOUT words text[],
  OUT   house text
)
  RETURNS record
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  n integer;
  k integer := 1;
  v_part text[];
  v_number integer;
begin
  -- Most lines: digits, perhaps a directional, and a word.
  if ltrim(words[1], '0123456789') = '' then
    k := case when words[2] in ('N', 'S', 'E', 'W') then 3 else 2 end;
    if length(words[k]) > 1 and ascii(right(words[k], 1)) > 57 and words[k] not in ('TO', 'THRU', 'AND')
      and (ascii(words[k]) > 57 or right(words[k], 2) in ('ST', 'ND', 'RD', 'TH')) then
      house := nullif(ltrim(words[1], '0'), '');
      words := words[2 :];
      return;
    end if;
    k := 1;
  end if;

  if words[1] in ('NO', 'NUM', 'NUMBER', '#') and words[2] ~ '^[0-9]' then
    words := words[2 :];
  end if;
  if words[1] ~ '^[A-Z]+TY-[A-Z]+$' and private.number_words() ? split_part(words[1], '-', 1) then
    words := string_to_array(words[1], '-') || words[2 :];
  elsif words[1] ~ '^[0-9]+$' and words[2] = '-' and words[3] ~ '^[A-Z]$' then
    words := (words[1] || words[3]) || words[4 :];
  end if;
  n := cardinality(words);
  if private.number_words() ? words[1] and n > 1 then
    v_number := (private.number_words() ->> words[1])::integer;
    k := 2;
    if words[2] = 'HUNDRED' and v_number < 10 then
      v_number := v_number * 100;
      k := 3 + coalesce((words[3] = 'AND')::integer, 0);
      if private.number_words() ? words[k] then
        v_number := v_number + (private.number_words() ->> words[k])::integer;
        k := k + 1;
      end if;
    end if;
    if v_number % 10 = 0 and v_number % 100 >= 20 and (private.number_words() ->> words[k])::integer < 10 then
      v_number := v_number + (private.number_words() ->> words[k])::integer;
      k := k + 1;
    end if;
    -- TEN MILE RD and THREE OAKS DR have no house number.
    if k <= n and (words[k] !~ '(S|MILE|HUNDRED|NOTCH)$' or v_number = 1) then
      words := v_number::text || words[k :];
    end if;
    n := cardinality(words);
  elsif words[1] ~ '^[0-9]+-[0-9]+(ST|ND|RD|TH)$' then
    -- `4800-60th St` is 4800 60th St.
    words := string_to_array(replace(words[1], '-', ' '), ' ') || words[2 :];
    n := n + 1;
  elsif words[1] ~ '^[0-9]+/[0-9]{2,}$' then
    words[1] := replace(words[1], '/', '-');
  elsif words[1] ~ '^[0-9]+$' and words[2] in ('-', 'TO', 'THRU', 'AND') and words[3] ~ '^[0-9]+$' and n > 3 then
    words := (words[1] || '-' || words[3]) || words[4 :];
    n := n - 2;
  end if;

  -- Grids. 842E 1700S is 842 E 1700 S (Utah), 25 W 150 PLANK RD 25W150 (Illinois), N 6 W 23001 N6W23001 (Wisconsin).
  if words[1] ~ '^[0-9]+[NSEW]$' and (words[2] ~ '^[0-9]+[NSEW]$'
    or words[2] ~ '^[0-9]+$' and private.directions() ? words[3]) then
    words := array[left(words[1], -1), right(words[1], 1)] || words[2 :];
    n := n + 1;
  end if;
  if private.directions() ? words[2] and words[3] ~ '^[0-9]{2,5}[NSEW]$' then
    words := words[1 : 2] || array[left(words[3], -1), right(words[3], 1)] || words[4 :];
    n := n + 1;
  end if;
  if words[1] ~ '^[0-9]{0,5}-?[NSEW]' or words[2] ~ '^[NSEW]' then
    v_part := regexp_match(array_to_string(words, ' '),
      '^(?:([NSEW])[ -]?([0-9]{1,4})[ -]?([NSEW])[ -]?([0-9]{2,6}[A-Z]?)|([NSEW]) ([0-9]{2,6})'
      '|([0-9]{1,2})[ -]?([NSEW])[ -]?([0-9]{3}[A-Z]?)) (?:, )?([^ ]+ [^ ].*|[^ ]+)$');
    if v_part is not null and not private.directions() ? split_part(v_part[10], ' ', 1)
      and (position(' ' in v_part[10]) > 0 and not private.common_street_types()
        ? coalesce(private.street_types() ->> split_part(v_part[10], ' ', 1), '')) then
      house := array_to_string(v_part[1 : 9], '');
      words := string_to_array(v_part[10], ' ');
      return;
    end if;
  end if;

  k := 1;
  if words[1] ~ '^[0-9]+$' then
    house := ltrim(words[1], '0');
    k := 2;
    -- `12 A OAK ST` is 12A OAK ST; `12 A ST` stays, and so do D'Angelo, L'Enfant and O'Brien.
    if n > 3 and words[2] ~ '^[A-CF-MP-RT-VX-ZD]$' and words[3] ~ '^[0-9A-Z]{2}' and words[3] ~ '[A-Z]'
      and not (words[2] in ('D', 'L') and words[3] ~ '^[AEIOUH]')
      and not private.unit_words() ? words[3] and not private.crossing_words() ? words[3]
      and not (private.common_street_types() ? coalesce(private.street_types() ->> words[3], '')
        and not private.street_types() ? coalesce(words[4], ''))
    then
      house := house || words[2];
      k := 3;
    end if;
  elsif words[1] ~ '^(0*[1-9][0-9]*-?[A-Z]|0*[1-9][0-9]*(-[0-9]+)+[A-Z]?|[NSEW][0-9]+([NSEW][0-9]+)?[A-Z]?'
    '|[0-9]{1,2}[NSEW][0-9]{3}[A-Z]?|[A-Z]{1,2}-?[0-9]+[A-Z]?|0*[1-9][0-9]*-[1-9]/[1-9])$' then
    k := 2;
    house := ltrim(words[1], '0');
    if position('/' in house) > 0 then
      house := replace(house, '-', ' ');
    elsif house ~ '[A-Z]' and house !~ '^[0-9]+-[0-9]' then
      house := replace(house, '-', '');
    end if;
  end if;
  if house <> '' and words[k] ~ '^[1-9]/[1-9]$' then
    house := house || ' ' || words[k];
    k := k + 1;
  end if;
  house := nullif(house, '');
  if words[k] = ',' then
    k := k + 1;
  end if;
  words := words[k :];
end
$function$;

CREATE OR REPLACE FUNCTION private.split_numbered_road (
  street text,
  OUT    predir text,
  OUT    name text,
  OUT    sufdir text
)
  RETURNS record
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_part text[];
  v_owner text;
  v_road text;
  v_kind text;
begin
  -- `71 HIGHWAY` is Highway 71.
  v_part := regexp_match(street, '^((?:N|S|E|W|NORTH|SOUTH|EAST|WEST) )?((?:US|STATE|COUNTY) )?([0-9]{1,3}[A-Z]?) '
    '((?:HIGHWAY|HWY|HIWAY)(?: (?:N|S|E|W|NORTH|SOUTH|EAST|WEST))?)$');
  if v_part is not null then
    street := concat(v_part[1], v_part[2], split_part(v_part[4], ' ', 1), ' ', v_part[3],
      ' ' || nullif(split_part(v_part[4], ' ', 2), ''));
  end if;
  v_part := regexp_match(street,
    '^(?:(N|S|E|W|NE|NW|SE|SW|NORTH|SOUTH|EAST|WEST) )?(?:(OLD|BUS|BUSINESS|ALT|ALTERNATE) )?'
    '(?:(U S|US|USA|UNITED STATES|STATE|ST|COUNTY|CNTY|CTY|CO|COUNTY TRUNK|TOWNSHIP|TWP|TOWN'
    '|FARM TO MARKET|FARM TO MKT|FARM MARKET|FARM MKT|FARM'
    '|RANCH TO MARKET|RANCH TO MKT|RANCH MARKET|RANCH|(?:US |NATIONAL |NATL |NAT )?FOREST(?: SERVICE| SVC| SERV)?'
    '|NF|NFS|FS|USFS|PRIVATE|PVT|PARISH|INTERSTATE|INTER STATE|INT'
    '|A[KLRZ]|CA|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]'
    '|ALABAMA|ALASKA|ARIZONA|ARKANSAS|CALIFORNIA|COLORADO|CONNECTICUT|DELAWARE|FLORIDA|GEORGIA|HAWAII|IDAHO'
    '|ILLINOIS|INDIANA|IOWA|KANSAS|KENTUCKY|LOUISIANA|MAINE|MARYLAND|MASSACHUSETTS|MICHIGAN|MINNESOTA|MISSISSIPPI'
    '|MISSOURI|MONTANA|NEBRASKA|NEVADA|NEW (?:HAMPSHIRE|JERSEY|MEXICO|YORK)|(?:NORTH|SOUTH) (?:CAROLINA|DAKOTA)'
    '|OHIO|OKLAHOMA|OREGON|PENNSYLVANIA|RHODE ISLAND|TENNESSEE|TEXAS|UTAH|VERMONT|(?:WEST )?VIRGINIA|WASHINGTON'
    '|WISCONSIN|WYOMING) ?)?'
    '(?:(?:(STATE|ST|COUNTY) (?=R|H))?'
    '(HIGHWAY|HIGHWY|HIWAY|HIWY|HWAY|HWY|TRUNK HIGHWAY|TRUNK HWY|TRUNK|ROUTE|RTE|RT|ROAD|RD|CR|SR|SRT|SH|STH|CTH|CH'
    '|FM|F M|RM|R M|RR|TR|PR|FSR|NFSR|IH|I|LOOP|LP|SPUR|INTERSTATE)'
    '(?: HIGHWAY| HWY| ROAD| RD| ROUTE| RTE)?(?: NO| NUM| NUMBER)?(?: |(?=[0-9])))?'
    '([0-9]{1,4}[A-Z]?|[A-Z]{1,2})'
    '(?: (BUS|BUSINESS|BYP|BYPASS|ALT|ALTERNATE|TRUCK|LOOP|SPUR|FRONTAGE RD|FRONTAGE ROAD|SERVICE RD|SERVICE ROAD'
    '|ACCESS RD|ACCESS ROAD|FEEDER RD|FEEDER ROAD))?(?: (N|S|E|W|NB|SB|EB|WB|NORTH|SOUTH|EAST|WEST))?$');
  if v_part is null then
    return;
  end if;
  v_owner := case
    when v_part[3] in ('U S', 'US', 'USA', 'UNITED STATES') then 'US'
    when v_part[3] in ('COUNTY', 'CNTY', 'CTY', 'CO', 'COUNTY TRUNK') or v_part[4] = 'COUNTY' then 'COUNTY'
    when v_part[3] in ('TOWNSHIP', 'TWP', 'TOWN') then 'TOWNSHIP'
    when v_part[3] like 'FARM%' then 'FM'
    when v_part[3] like 'RANCH%' then 'RM'
    when v_part[3] ~ 'FOREST|FS$|^NF$' then 'FOREST'
    when v_part[3] in ('PRIVATE', 'PVT') then 'PRIVATE'
    when v_part[3] in ('INTERSTATE', 'INTER STATE', 'INT') then 'INTERSTATE'
    when v_part[3] = 'PARISH' then 'PARISH'
    when v_part[3] is not null or v_part[4] is not null then 'STATE'
  end;
  v_road := case
    when v_part[5] in ('HIGHWAY', 'HIGHWY', 'HIWAY', 'HIWY', 'HWAY', 'HWY', 'TRUNK HIGHWAY', 'TRUNK HWY', 'TRUNK')
      then 'HIGHWAY'
    when v_part[5] in ('ROUTE', 'RTE', 'RT') then 'ROUTE'
    when v_part[5] in ('ROAD', 'RD') then 'ROAD'
    else v_part[5]
  end;
  v_kind := case
    when v_owner = 'US' and coalesce(v_road, 'HIGHWAY') in ('HIGHWAY', 'ROUTE') then 'US HIGHWAY'
    when v_owner = 'STATE' and (v_road in ('HIGHWAY', 'ROUTE', 'ROAD', 'SR')
        or v_road is null and v_part[3] not in ('STATE', 'ST'))
      or v_owner is null and v_road in ('SR', 'SRT', 'SH', 'STH') then 'STATE ROUTE'
    when v_owner = 'COUNTY' and v_road in ('ROAD', 'ROUTE') or v_owner is null and v_road = 'CR' then 'COUNTY ROAD'
    when v_owner = 'COUNTY' and v_road = 'HIGHWAY' or v_owner is null and v_road in ('CTH', 'CH') then 'COUNTY HIGHWAY'
    when v_owner = 'TOWNSHIP' and v_road in ('ROAD', 'HIGHWAY') or v_owner is null and v_road = 'TR'
      then 'TOWNSHIP ROAD'
    when v_owner = 'FM' and (v_road in ('ROAD', 'HIGHWAY') or v_road is null and v_part[3] <> 'FARM')
      or v_owner is null and v_road in ('FM', 'F M') then 'FM'
    when v_owner = 'RM' and (v_road in ('ROAD', 'HIGHWAY') or v_road is null and v_part[3] <> 'RANCH')
      or v_owner is null and v_road in ('RM', 'R M', 'RR') then 'RM'
    when v_owner = 'PRIVATE' and v_road = 'ROAD' or v_owner is null and v_road = 'PR' then 'PRIVATE ROAD'
    when v_owner = 'FOREST' and v_road in ('ROAD', 'ROUTE') or v_owner is null and v_road in ('FSR', 'NFSR')
      then 'FOREST ROAD'
    when v_owner = 'PARISH' and v_road = 'ROAD' then 'PARISH ROAD'
    when v_owner = 'INTERSTATE' and coalesce(v_road, 'HIGHWAY') = 'HIGHWAY'
      or v_owner is null and v_road in ('INTERSTATE', 'I', 'IH') then 'INTERSTATE'
    when (v_owner is null or v_owner = 'STATE') and v_road in ('LOOP', 'LP') then 'LOOP'
    when (v_owner is null or v_owner = 'STATE') and v_road = 'SPUR' then 'SPUR'
    when v_owner is null and v_road in ('HIGHWAY', 'ROUTE') then v_road
    when v_owner is null and v_road is null and v_part[2] in ('BUS', 'BUSINESS') then 'HIGHWAY'
  end;
  -- A letter names a road only after "county road", "highway" or "route" (Wisconsin, Missouri). Elsewhere, as in
  -- OLD ROUTE N and COLORADO RD N, it is a directional.
  if v_kind is null or v_part[6] !~ '[0-9]'
    and (v_road is null or v_part[2] is not null or v_part[6] in ('NE', 'NW', 'SE', 'SW')
      or v_owner = 'STATE' and v_part[3] not in ('STATE', 'ST', 'MO', 'MISSOURI', 'WI', 'WISCONSIN')
      or v_kind not in ('COUNTY ROAD', 'COUNTY HIGHWAY', 'HIGHWAY', 'ROUTE', 'STATE ROUTE')
      or private.street_types() ? v_part[6]) then
    return;
  end if;
  predir := private.directions() ->> v_part[1];
  sufdir := left(v_part[8], 1);
  name := concat_ws(' ', case when v_part[2] = 'OLD' then 'OLD' when v_part[2] like 'BUS%' then 'BUS'
      when v_part[2] like 'ALT%' then 'ALT' end,
    v_kind, v_part[6],
    case
      when v_part[7] like 'BUS%' then 'BUS' when v_part[7] like 'BYP%' then 'BYP' when v_part[7] like 'ALT%' then 'ALT'
      else replace(v_part[7], 'ROAD', 'RD')
    end);
end
$function$;

CREATE OR REPLACE FUNCTION private.split_street (
  street text,
  OUT    predir text,
  OUT    name text,
  OUT    type text,
  OUT    sufdir text,
  OUT    shown text
)
  RETURNS record
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  w text[] := string_to_array(street, ' ');
  n integer := cardinality(w);
  a integer := 1;
  v_lead text;
  v_key text[];
  v_word text;
  v_urb text;
  v_road record;
  v_digits boolean := translate(street, '0123456789', '') <> street;
  -- Most streets have none of these words.
  v_special boolean := private.special_words() ?| w;
begin
  if n is null or n = 0 then
    return;
  end if;
  if v_special or v_digits and (w[1] = 'ST' or n > 3 and w[2] = 'ST' or length(w[1]) = 2 and ascii(w[2]) < 58
      or ascii(w[1]) > 57 and translate(w[1], '0123456789', '') <> w[1]) then
    v_road := private.split_numbered_road(street);
    if v_road.name is not null then
      predir := v_road.predir;
      name := v_road.name;
      sufdir := v_road.sufdir;
      shown := concat_ws(' ', predir, name, sufdir);
      return;
    end if;
  end if;
  if v_special then
    -- The urbanización of Puerto Rico tells streets of one name apart.
    for i in 2 .. n - 1 loop
      if w[i] in ('URB', 'URBANIZACION', 'URBANIZATION') then
        v_urb := array_to_string(w[i + 1 :], ' ');
        w := w[1 : i - 1];
        exit;
      end if;
    end loop;
    w := private.cut_cross_street(w, 1);
  end if;
  if v_special or v_digits then
    w := private.join_ordinals(w);
    n := cardinality(w);
  end if;

  v_lead := private.leading_types() ->> w[1];
  if v_lead in ('CALLE', 'CLJ') and n > 2
    and '{"N":1,"S":1,"E":1,"O":1,"NE":1,"NO":1,"SE":1,"SO":1,"NORTE":1,"SUR":1,"ESTE":1,"OESTE":1,"NORESTE":1,
      "NOROESTE":1,"SURESTE":1,"SUROESTE":1}'::jsonb ? w[n] then
    -- Spanish: SO is southwest, O west.
    sufdir := case when w[n] like 'NOR_ESTE' or w[n] like 'SUR_ESTE' or w[n] in ('NOROESTE', 'SUROESTE')
      then left(w[n], 1) || substr(w[n], 4, 1) when length(w[n]) > 2 then left(w[n], 1) else w[n] end;
    n := n - 1;
  else
    -- `7TH ST S E` is 7TH ST SE.
    if n >= 4 and w[n - 1] in ('N', 'S', 'NORTH', 'SOUTH') and w[n] in ('E', 'W', 'EAST', 'WEST')
      and private.street_types() ? w[n - 2] then
      sufdir := left(w[n - 1], 1) || left(w[n], 1);
      n := n - 2;
    elsif n >= 2 and private.directions() ? w[n]
      and (n > 2 or v_lead is null and not private.directions() ? w[1]
        and not private.common_street_types() ? coalesce(private.street_types() ->> w[1], '')) then
      sufdir := private.directions() ->> w[n];
      n := n - 1;
    end if;
    -- `N ORCHARD` is a street named Orchard, `N AVE` one named N.
    if n >= 2 and private.street_types() ? w[n]
      and (n > 2 or not private.directions() ? w[1]
        or private.common_street_types() ? (private.street_types() ->> w[n])) then
      type := private.street_types() ->> w[n];
      n := n - 1;
    elsif n >= 2 and w[n] = 'LA' then
      type := 'LN';
      n := n - 1;
    end if;
    if n >= 2 and private.directions() ? w[1] then
      if n >= 3 and w[1] in ('N', 'S', 'NORTH', 'SOUTH') and w[2] in ('E', 'W', 'EAST', 'WEST')
        and (length(w[2]) = 1) = (length(w[1]) = 1) and (length(w[1]) = 1 or ascii(w[3]) < 58) then
        predir := left(w[1], 1) || left(w[2], 1);
        a := 3;
      else
        predir := private.directions() ->> w[1];
        a := 2;
      end if;
    end if;
  end if;

  if a = n and type is not null and v_digits and type not in ('HWY', 'RTE') and w[n] ~ '^[0-9]{1,4}$' then
    w[n] := private.ordinal(w[n]::integer);
  end if;
  shown := concat_ws(' ', predir, array_to_string(w[a : n], ' '), type, sufdir, 'URB ' || v_urb);

  v_lead := case when n > a then private.leading_types() ->> w[a] end;
  if v_lead is not null then
    a := a + 1;
  end if;
  v_key := w[a : n];
  if v_special and v_key && '{KING,MLK}' then
    v_key := string_to_array(regexp_replace(array_to_string(v_key, ' '), '^(?:(?:DR|DOCTOR) )?(?:(?:REV|REVEREND) )?'
      '(?:MARTIN LUTHER KING|M L KING|ML KING|MLK)(?: (?:JR|JUNIOR))?$', 'MLK'), ' ');
    n := a + cardinality(v_key) - 1;
  end if;
  for i in 1 .. n - a + 1 loop
    v_word := v_key[i];
    if v_word = 'ST' and v_lead is null
      and (i = 1 or i <= n - a and not private.street_types() ? v_key[i + 1]) then
      v_key[i] := 'SAINT';
    elsif i > 1 and v_word in ('DR', 'CT', 'STREET') then
      v_key[i] := case v_word when 'DR' then 'DRIVE' when 'CT' then 'COURT' else 'ST' end;
    elsif n = a and length(private.directions() ->> v_word) = 2 then
      -- NORTHEAST BLVD is NE BLVD. One letter stays: E ST is not EAST ST.
      v_key[i] := private.directions() ->> v_word;
    else
      v_key[i] := coalesce(private.name_words() ->> v_word, v_word);
    end if;
  end loop;
  -- LA SALLE and LASALLE, MC ARTHUR and MCARTHUR, O BRIEN and OBRIEN, OAK HILL and OAKHILL are one name each.
  if v_digits then
    name := regexp_replace(btrim(array_to_string(v_key, ' ')), '([A-Z]) +(?=[A-Z])', '\1', 'g');
  else
    name := array_to_string(v_key, '');
  end if;
  if name = '' then
    name := w[a];
  end if;
  name := concat_ws(' ', v_lead, name, 'URB ' || regexp_replace(v_urb, '([A-Z]) +(?=[A-Z])', '\1', 'g'));
end
$function$;

CREATE OR REPLACE FUNCTION private.street_types()
  RETURNS jsonb
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '{
  "ALY":"ALY","ALLEY":"ALY","ALLEE":"ALY","ALLY":"ALY","ANX":"ANX","ANEX":"ANX","ANNEX":"ANX","ANNX":"ANX",
  "ARC":"ARC","ARCADE":"ARC","AVE":"AVE","AVENUE":"AVE","AV":"AVE","AVEN":"AVE","AVENU":"AVE","AVN":"AVE",
  "AVNUE":"AVE","BYU":"BYU","BAYOU":"BYU","BAYOO":"BYU","BCH":"BCH","BEACH":"BCH","BND":"BND","BEND":"BND",
  "BLF":"BLF","BLUFF":"BLF","BLUF":"BLF","BLFS":"BLFS","BLUFFS":"BLFS","BTM":"BTM","BOTTOM":"BTM","BOT":"BTM",
  "BOTTM":"BTM","BLVD":"BLVD","BOULEVARD":"BLVD","BOUL":"BLVD","BOULV":"BLVD","BLV":"BLVD","BR":"BR",
  "BRANCH":"BR","BRNCH":"BR","BRG":"BRG","BRIDGE":"BRG","BRDGE":"BRG","BRK":"BRK","BROOK":"BRK","BRKS":"BRKS",
  "BROOKS":"BRKS","BG":"BG","BURG":"BG","BGS":"BGS","BURGS":"BGS","BYP":"BYP","BYPASS":"BYP","BYPA":"BYP",
  "BYPAS":"BYP","BYPS":"BYP","CP":"CP","CAMP":"CP","CMP":"CP","CYN":"CYN","CANYON":"CYN","CANYN":"CYN",
  "CNYN":"CYN","CPE":"CPE","CAPE":"CPE","CSWY":"CSWY","CAUSEWAY":"CSWY","CAUSWA":"CSWY","CTR":"CTR",
  "CENTER":"CTR","CEN":"CTR","CENT":"CTR","CENTR":"CTR","CENTRE":"CTR","CNTER":"CTR","CNTR":"CTR","CTRS":"CTRS",
  "CENTERS":"CTRS","CIR":"CIR","CIRCLE":"CIR","CIRC":"CIR","CIRCL":"CIR","CRCL":"CIR","CRCLE":"CIR","CIRS":"CIRS",
  "CIRCLES":"CIRS","CLF":"CLF","CLIFF":"CLF","CLFS":"CLFS","CLIFFS":"CLFS","CLB":"CLB","CLUB":"CLB","CMN":"CMN",
  "COMMON":"CMN","CMNS":"CMNS","COMMONS":"CMNS","COR":"COR","CORNER":"COR","CORS":"CORS","CORNERS":"CORS",
  "CRSE":"CRSE","COURSE":"CRSE","CT":"CT","COURT":"CT","CRT":"CT","CTS":"CTS","COURTS":"CTS","CV":"CV",
  "COVE":"CV","CVS":"CVS","COVES":"CVS","CRK":"CRK","CREEK":"CRK","CRES":"CRES","CRESCENT":"CRES",
  "CRECENT":"CRES","CRESENT":"CRES","CRSCNT":"CRES","CRSENT":"CRES","CRSNT":"CRES","CRST":"CRST","CREST":"CRST",
  "XING":"XING","CROSSING":"XING","CRSSNG":"XING","CRSSING":"XING","XRD":"XRD","CROSSROAD":"XRD","XRDS":"XRDS",
  "CROSSROADS":"XRDS","CURV":"CURV","CURVE":"CURV","DL":"DL","DALE":"DL","DM":"DM","DAM":"DM","DV":"DV",
  "DIVIDE":"DV","DIV":"DV","DVD":"DV","DR":"DR","DRIVE":"DR","DRIV":"DR","DRV":"DR","DRS":"DRS","DRIVES":"DRS",
  "EST":"EST","ESTATE":"EST","ESTS":"ESTS","ESTATES":"ESTS","EXPY":"EXPY","EXPRESSWAY":"EXPY","EXP":"EXPY",
  "EXPR":"EXPY","EXPRESS":"EXPY","EXPW":"EXPY","EXPWY":"EXPY","EXT":"EXT","EXTENSION":"EXT","EXTN":"EXT",
  "EXTNSN":"EXT","EXTS":"EXTS","EXTENSIONS":"EXTS","FALL":"FALL","FLS":"FLS","FALLS":"FLS","FRY":"FRY",
  "FERRY":"FRY","FRRY":"FRY","FLD":"FLD","FIELD":"FLD","FLDS":"FLDS","FIELDS":"FLDS","FLT":"FLT","FLAT":"FLT",
  "FLTS":"FLTS","FLATS":"FLTS","FRD":"FRD","FORD":"FRD","FRDS":"FRDS","FORDS":"FRDS","FRST":"FRST",
  "FOREST":"FRST","FORESTS":"FRST","FRG":"FRG","FORGE":"FRG","FORG":"FRG","FRGS":"FRGS","FORGES":"FRGS",
  "FRK":"FRK","FORK":"FRK","FRKS":"FRKS","FORKS":"FRKS","FT":"FT","FORT":"FT","FRT":"FT","FWY":"FWY",
  "FREEWAY":"FWY","FREEWY":"FWY","FRWAY":"FWY","FRWY":"FWY","GDN":"GDN","GARDEN":"GDN","GARDN":"GDN",
  "GRDEN":"GDN","GRDN":"GDN","GDNS":"GDNS","GARDENS":"GDNS","GRDNS":"GDNS","GTWY":"GTWY","GATEWAY":"GTWY",
  "GATEWY":"GTWY","GATWAY":"GTWY","GTWAY":"GTWY","GLN":"GLN","GLEN":"GLN","GLNS":"GLNS","GLENS":"GLNS",
  "GRN":"GRN","GREEN":"GRN","GRNS":"GRNS","GREENS":"GRNS","GRV":"GRV","GROVE":"GRV","GROV":"GRV","GRVS":"GRVS",
  "GROVES":"GRVS","HBR":"HBR","HARBOR":"HBR","HARB":"HBR","HARBR":"HBR","HRBOR":"HBR","HBRS":"HBRS",
  "HARBORS":"HBRS","HVN":"HVN","HAVEN":"HVN","HAVN":"HVN","HTS":"HTS","HEIGHTS":"HTS","HT":"HTS","HEIGHT":"HTS",
  "HGTS":"HTS","HWY":"HWY","HIGHWAY":"HWY","HIGHWY":"HWY","HIWAY":"HWY","HIWY":"HWY","HWAY":"HWY","HL":"HL",
  "HILL":"HL","HLS":"HLS","HILLS":"HLS","HOLW":"HOLW","HOLLOW":"HOLW","HLLW":"HOLW","HOLLOWS":"HOLW",
  "HOLWS":"HOLW","INLT":"INLT","INLET":"INLT","IS":"IS","ISLAND":"IS","ISLND":"IS","ISS":"ISS","ISLANDS":"ISS",
  "ISLNDS":"ISS","ISLE":"ISLE","ISLES":"ISLE","JCT":"JCT","JUNCTION":"JCT","JCTION":"JCT","JCTN":"JCT",
  "JUNCTN":"JCT","JUNCTON":"JCT","JCTS":"JCTS","JUNCTIONS":"JCTS","JCTNS":"JCTS","KY":"KY","KEY":"KY","KYS":"KYS",
  "KEYS":"KYS","KNL":"KNL","KNOLL":"KNL","KNOL":"KNL","KNLS":"KNLS","KNOLLS":"KNLS","LK":"LK","LAKE":"LK",
  "LKS":"LKS","LAKES":"LKS","LAND":"LAND","LNDG":"LNDG","LANDING":"LNDG","LNDNG":"LNDG","LN":"LN","LANE":"LN",
  "LANES":"LN","LGT":"LGT","LIGHT":"LGT","LGTS":"LGTS","LIGHTS":"LGTS","LF":"LF","LOAF":"LF","LCK":"LCK",
  "LOCK":"LCK","LCKS":"LCKS","LOCKS":"LCKS","LDG":"LDG","LODGE":"LDG","LDGE":"LDG","LODG":"LDG","LOOP":"LOOP",
  "LOOPS":"LOOP","LP":"LOOP","MALL":"MALL","MNR":"MNR","MANOR":"MNR","MANR":"MNR","MNRS":"MNRS","MANORS":"MNRS",
  "MDW":"MDW","MEADOW":"MDW","MDWS":"MDWS","MEADOWS":"MDWS","MEDOWS":"MDWS","MEWS":"MEWS","ML":"ML","MILL":"ML",
  "MLS":"MLS","MILLS":"MLS","MSN":"MSN","MISSION":"MSN","MISSN":"MSN","MSSN":"MSN","MTWY":"MTWY",
  "MOTORWAY":"MTWY","MT":"MT","MOUNT":"MT","MNT":"MT","MTN":"MTN","MOUNTAIN":"MTN","MNTAIN":"MTN","MNTN":"MTN",
  "MOUNTIN":"MTN","MTIN":"MTN","MTNS":"MTNS","MOUNTAINS":"MTNS","MNTNS":"MTNS","NCK":"NCK","NECK":"NCK",
  "ORCH":"ORCH","ORCHARD":"ORCH","ORCHRD":"ORCH","OVAL":"OVAL","OVL":"OVAL","OPAS":"OPAS","OVERPASS":"OPAS",
  "PARK":"PARK","PRK":"PARK","PARKS":"PARK","PKWY":"PKWY","PARKWAY":"PKWY","PARKWY":"PKWY","PKWAY":"PKWY",
  "PKY":"PKWY","PARKWAYS":"PKWY","PKWYS":"PKWY","PASS":"PASS","PSGE":"PSGE","PASSAGE":"PSGE","PATH":"PATH",
  "PATHS":"PATH","PIKE":"PIKE","PIKES":"PIKE","PNE":"PNE","PINE":"PNE","PNES":"PNES","PINES":"PNES","PL":"PL",
  "PLACE":"PL","PLN":"PLN","PLAIN":"PLN","PLNS":"PLNS","PLAINS":"PLNS","PLAINES":"PLNS","PLZ":"PLZ","PLAZA":"PLZ",
  "PLZA":"PLZ","PT":"PT","POINT":"PT","PTS":"PTS","POINTS":"PTS","PRT":"PRT","PORT":"PRT","PRTS":"PRTS",
  "PORTS":"PRTS","PR":"PR","PRAIRIE":"PR","PRARIE":"PR","PRR":"PR","PROM":"PROM","PROMENADE":"PROM","RADL":"RADL",
  "RADIAL":"RADL","RAD":"RADL","RADIEL":"RADL","RAMP":"RAMP","RNCH":"RNCH","RANCH":"RNCH","RANCHES":"RNCH",
  "RNCHS":"RNCH","RPD":"RPD","RAPID":"RPD","RPDS":"RPDS","RAPIDS":"RPDS","RST":"RST","REST":"RST","RDG":"RDG",
  "RIDGE":"RDG","RDGE":"RDG","RDGS":"RDGS","RIDGES":"RDGS","RIV":"RIV","RIVER":"RIV","RIVR":"RIV","RVR":"RIV",
  "RD":"RD","ROAD":"RD","RDS":"RDS","ROADS":"RDS","RTE":"RTE","ROUTE":"RTE","ROW":"ROW","RUE":"RUE","RUN":"RUN",
  "SHL":"SHL","SHOAL":"SHL","SHLS":"SHLS","SHOALS":"SHLS","SHR":"SHR","SHORE":"SHR","SHOAR":"SHR","SHRS":"SHRS",
  "SHORES":"SHRS","SHOARS":"SHRS","SKWY":"SKWY","SKYWAY":"SKWY","SPG":"SPG","SPRING":"SPG","SPNG":"SPG",
  "SPRNG":"SPG","SPGS":"SPGS","SPRINGS":"SPGS","SPNGS":"SPGS","SPRNGS":"SPGS","SPUR":"SPUR","SPURS":"SPUR",
  "SQ":"SQ","SQUARE":"SQ","SQR":"SQ","SQRE":"SQ","SQU":"SQ","SQS":"SQS","SQUARES":"SQS","SQRS":"SQS","STA":"STA",
  "STATION":"STA","STATN":"STA","STN":"STA","STRA":"STRA","STRAVENUE":"STRA","STRAV":"STRA","STRAVE":"STRA",
  "STRAVEN":"STRA","STRAVN":"STRA","STRVN":"STRA","STRVNUE":"STRA","STRM":"STRM","STREAM":"STRM","STREME":"STRM",
  "ST":"ST","STREET":"ST","STR":"ST","STRT":"ST","STS":"STS","STREETS":"STS","SMT":"SMT","SUMMIT":"SMT",
  "SUMIT":"SMT","SUMITT":"SMT","TER":"TER","TERRACE":"TER","TERR":"TER","TRWY":"TRWY","THROUGHWAY":"TRWY",
  "TRCE":"TRCE","TRACE":"TRCE","TRACES":"TRCE","TRAK":"TRAK","TRACK":"TRAK","TRACKS":"TRAK","TRK":"TRAK",
  "TRKS":"TRAK","TRFY":"TRFY","TRAFFICWAY":"TRFY","TRL":"TRL","TRAIL":"TRL","TRAILS":"TRL","TRLS":"TRL",
  "TR":"TRL","TRLR":"TRLR","TRAILER":"TRLR","TRLRS":"TRLR","TUNL":"TUNL","TUNNEL":"TUNL","TUNEL":"TUNL",
  "TUNLS":"TUNL","TUNNELS":"TUNL","TUNNL":"TUNL","TPKE":"TPKE","TURNPIKE":"TPKE","TRNPK":"TPKE","TURNPK":"TPKE","TNPK":"TPKE","TPK":"TPKE",
  "UPAS":"UPAS","UNDERPASS":"UPAS","UN":"UN","UNION":"UN","UNS":"UNS","UNIONS":"UNS","VLY":"VLY","VALLEY":"VLY",
  "VALLY":"VLY","VLLY":"VLY","VLYS":"VLYS","VALLEYS":"VLYS","VIA":"VIA","VIADUCT":"VIA","VDCT":"VIA",
  "VIADCT":"VIA","VW":"VW","VIEW":"VW","VWS":"VWS","VIEWS":"VWS","VLG":"VLG","VILLAGE":"VLG","VILL":"VLG",
  "VILLAG":"VLG","VILLG":"VLG","VILLIAGE":"VLG","VLGS":"VLGS","VILLAGES":"VLGS","VL":"VL","VILLE":"VL",
  "VIS":"VIS","VISTA":"VIS","VIST":"VIS","VST":"VIS","VSTA":"VIS","WALK":"WALK","WALKS":"WALK","WALL":"WALL",
  "WAY":"WAY","WY":"WAY","WAYS":"WAYS","WL":"WL","WELL":"WL","WLS":"WLS","WELLS":"WLS"}'::jsonb
$function$;

CREATE OR REPLACE FUNCTION private.strip_place (
  INOUT words text[],
  INOUT city text,
  INOUT state text,
  INOUT zip text,
  OUT   stripped boolean
)
  RETURNS record
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  n integer := cardinality(words);
  v_city text[] := string_to_array(city, ' ');
  v_word text;
  v_two text;
  v_comma integer;
  v_from integer;
  k integer;
begin
  stripped := false;
  if n > 4 and words[n] in ('USA', 'US') and (words[n - 1] = ',' or words[n - 1] ~ '^[0-9-]{5,10}$') then
    n := n - 1;
    n := n - (words[n] = ',')::integer;
  end if;
  if n > 5 and words[n] = 'STATES' and words[n - 1] = 'UNITED'
    and (words[n - 2] = ',' or words[n - 2] ~ '^[0-9-]{5,10}$') then
    n := n - 2;
    n := n - (words[n] = ',')::integer;
  end if;
  -- `60601 - 1234` and `60601 1234`.
  if n > 5 and length(words[n]) = 4 and words[n] ~ '^[0-9]{4}$' and words[n - 1] = '-'
    and words[n - 2] ~ '^[0-9]{5}$' then
    n := n - 2;
  elsif n > 4 and length(words[n]) = 4 and words[n] ~ '^[0-9]{4}$' and words[n - 1] ~ '^[0-9]{5}$' then
    n := n - 1;
  end if;
  -- The ZIP counts when it equals the row's ZIP, or when a state or a comma precedes it. A spreadsheet drops its
  -- leading zeros; without them it counts only after a state whose ZIPs have some and that is not a street type.
  -- The number of a box may equal its ZIP.
  if n > 3 and length(words[n]) >= 3 and ascii(right(words[n], 1)) < 58
    and not '{"BOX":1,"BX":1,"POBOX":1,"POB":1,"DRAWER":1,"LOCKBOX":1,"CALLER":1,"BIN":1,"APARTADO":1,"APDO":1,
      "BUZON":1,"BZN":1}'::jsonb ? words[n - 1]
    and words[n] ~ '^[0-9]{3,5}(-[0-9]{4})?$|^[0-9]{9}$' then
    v_word := words[n - 1 - (words[n - 1] = ',')::integer];
    v_two := words[n - 2 - (words[n - 1] = ',')::integer] || ' ' || v_word;
    if (case
      when words[n] ~ '^[0-9]{5}' then left(words[n], 5) = zip or private.normalise_state(v_word) is not null
        or private.normalise_state(v_two) is not null or v_word in ('AA', 'AE', 'AP')
        or zip is null and city is null and words[n - 1] = ',' and private.street_types() ? words[n - 2]
        -- `1 Oak St, Evanston, 60201` and `1 Oak St, Evanston 60201`: letters only between the last comma and the ZIP.
        or zip is null and city is null and array_to_string(words[1 : n - 1], ' ') ~ '^[^ ]+ .+ , [A-Z ]*[A-Z]+(?: ,)?$'
      when zip is null then
        (length(words[n]) > 3 and (v_word in ('MA', 'MASSACHUSETTS', 'ME', 'MAINE', 'NH', 'NJ', 'RI', 'VT', 'VERMONT',
            'CONNECTICUT') or v_two in ('NEW HAMPSHIRE', 'NEW JERSEY', 'RHODE ISLAND')
            or v_word = 'CT' and words[n - 2] = ',')
          or v_word in ('PR', 'VI') and words[n - 2] = ',' or v_two = 'PUERTO RICO')
      else false
    end) then
      zip := coalesce(zip, private.normalise_zip(words[n]));
      n := n - 1;
      n := n - (words[n] = ',')::integer;
      stripped := true;
    end if;
  end if;
  -- The military states are no states of leads; their ZIP is the place.
  if stripped and words[n] in ('AA', 'AE', 'AP')
    and words[n - 1 - (words[n - 1] = ',')::integer] in ('APO', 'FPO', 'DPO') then
    city := coalesce(city, words[n - 1 - (words[n - 1] = ',')::integer]);
    n := n - 2 - (words[n - 1] = ',')::integer;
    n := n - (words[n] = ',')::integer;
    words := words[1 : n];
    return;
  end if;
  -- The state: after a ZIP, a comma or the row's city. CT, AL, LA … are street types as well, and stay unless a comma
  -- or the city marks them as a state.
  v_two := words[n - 1] || ' ' || words[n];
  if n > 4 and private.normalise_state(v_two) is not null and position(' ' in v_two) > 0
    and words[n - 1] <> ',' and (stripped or words[n - 2] = ',') then
    state := coalesce(state, private.normalise_state(v_two));
    n := n - 2;
    stripped := true;
  elsif n > 3 and private.normalise_state(words[n]) is not null
    and (words[n - 1] = ','
      or (cardinality(v_city) > 0 and n - cardinality(v_city) > 2 and words[n - cardinality(v_city) : n - 1] = v_city)
      or (stripped and (not private.street_types() ? words[n] or private.street_types() ? words[n - 1]
        -- `5 ELM ST HARTFORD CT 06103`: the street has its type already.
        or words[n] = 'CT' and zip like '06%' and exists (select from unnest(words[3 : n - 2]) t
          where private.common_street_types() ? (private.street_types() ->> t)))))
  then
    state := coalesce(state, private.normalise_state(words[n]));
    n := n - 1;
    stripped := true;
  end if;
  n := n - (words[n] = ',')::integer;
  -- The city: the row's own, or the words between the last comma and the state.
  v_comma := 0;
  for i in reverse n .. 3 loop
    if words[i] = ',' then
      v_comma := i;
      exit;
    end if;
  end loop;
  if cardinality(v_city) > 0 then
    if n - cardinality(v_city) > 1 and words[n - cardinality(v_city) + 1 : n] = v_city
      and (stripped or words[n - cardinality(v_city)] = ',' or private.street_types() ? words[n - cardinality(v_city)])
      and not private.directions() ? words[n - cardinality(v_city)]
    then
      n := n - cardinality(v_city);
      stripped := true;
    end if;
  elsif (stripped or private.street_types() ? words[v_comma - 1]) and v_comma > 0 and v_comma < n
    and not words[v_comma + 1] ~ '[0-9#]' and (stripped or array_to_string(words[v_comma + 1 : n], '') !~ '[^A-Z]'
      and not private.unit_words() ?| words[v_comma + 1 : n])
  then
    city := array_to_string(words[v_comma + 1 : n], ' ');
    n := v_comma;
    stripped := true;
  elsif stripped then
    -- Without a comma: the city follows the unit, or a street type that is at least the third word. A common type
    -- counts before the others, and none may follow it.
    for i in 3 .. n - 1 loop
      k := i + 1 + (words[i + 1] in ('NO', '#'))::integer;
      if private.unit_words() ->> words[i] = 'sure' and words[k] ~ '[0-9]' and k + 1 <= n
        and array_to_string(words[k + 1 : n], '') !~ '[^A-Z]' then
        v_from := k + 1;
      end if;
    end loop;
    for v_round in 0 .. 1 loop
      exit when v_from is not null;
      for i in 3 .. n - 1 loop
        k := i + 1 + (private.directions() ? words[i + 1] and length(words[i + 1]) <= 2)::integer;
        if private.street_types() ? words[i] and k <= n
          and (v_round = 1 or private.common_street_types() ? (private.street_types() ->> words[i]))
          and (not private.street_types() ? words[k] or words[k] in ('ST', 'FT', 'MT', 'FORT', 'MOUNT', 'PORT', 'PT',
            'LAKE', 'GREEN', 'GLEN', 'FOREST', 'PARK', 'GARDEN', 'UNION', 'GROVE', 'ROCK', 'BAY') and k < n)
          and not private.unit_words() ? words[k]
          and array_to_string(words[k : n], '') !~ '[^A-Z]'
          and not exists (select from unnest(words[k + 1 : n]) t
            where private.common_street_types() ? (private.street_types() ->> t))
        then
          v_from := k;
          exit;
        end if;
      end loop;
    end loop;
    if v_from is not null then
      city := array_to_string(words[v_from : n], ' ');
      n := v_from - 1;
    end if;
  end if;
  n := n - coalesce((words[n] = ',')::integer, 0);
  words := words[1 : n];
end
$function$;

COMMENT ON COLUMN "private"."contacts_of_others"."is_nameless" IS 'The row named nobody: it is the lead''s as long as no other owner is known at its address.';

COMMENT ON FUNCTION "private"."bare_properties"(uuid) IS 'Places of properties without a unit where a name is missing, while units of the building are known elsewhere.';

COMMENT ON FUNCTION "private"."came_without_name"(uuid, bigint) IS 'Whether this contact point came with a row or a lead that named nobody.';

COMMENT ON FUNCTION "private"."is_one_of_several_owners"(uuid, uuid) IS 'Whether another owner is known at a lead''s address, or in its building where its unit is not known.';

COMMENT ON FUNCTION "private"."name_on_street"(text, text) IS 'A name for parse_name_text in which the words of the street that the property is on are generic; unchanged where it does not have them or is a person''s.';

COMMENT ON FUNCTION "private"."note_contacts_of_others"(uuid, uuid, bigint) IS 'Fills contacts_of_others from the rows of a resolve that name another person than their lead does now, or nobody.';

COMMENT ON FUNCTION "private"."owner_text"(text, text, text, text, text, text) IS 'The owners of a lead or row as one text, for comparison: the persons, or else the full name, in which the words of the street are marked.';

COMMENT ON FUNCTION "private"."parse_name_text"(text) IS 'Words and roles of a name from name_letters. ^ begins a name whose columns are known: family names, |, given names. ~ marks a word that the street has, too (private.name_on_street).';

COMMENT ON FUNCTION "private"."road_owners"() IS 'Words before ROAD whose number names a road: COUNTY ROAD 12. Inlined, hence without a SET clause.';

COMMENT ON FUNCTION "private"."split_glued_unit"(text) IS 'A line with its unit apart from its designator: APT4B and APT-4B are APT 4B.';

REVOKE ALL ON FUNCTION "private"."bare_properties"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."bare_properties"(uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."came_without_name"(uuid, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."came_without_name"(uuid, bigint) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_one_of_several_owners"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_one_of_several_owners"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."name_on_street"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."name_on_street"(text, text) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."name_on_street"(text, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."note_contacts_of_others"(uuid, uuid, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."note_contacts_of_others"(uuid, uuid, bigint) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."owner_text"(text, text, text, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."owner_text"(text, text, text, text, text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."road_owners"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."road_owners"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."road_owners"() TO "service_role";

-- Existing leads get the hashes of the new rules. Written by hand, as in 20261127143551_whole_address_lines.sql.
set statement_timeout = '60min';
alter table public.leads disable trigger user;
select private.rehash_addresses();
alter table public.leads enable trigger user;
reset statement_timeout;

-- fill address gaps: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE UNLOGGED TABLE "private"."resolve_addresses" (
  "addr_hash" bytea NOT NULL,
  "house"     text,
  "stem"      text,
  "street"    text,
  "unit"      text,
  "city"      text,
  "state"     text,
  "zip"       text,
  "owner"     text
);

ALTER TABLE "private"."resolve_addresses"
  ENABLE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE "private"."resolve_aliases" (
  "addr_hash" bytea NOT NULL,
  "place"     bytea NOT NULL,
  CONSTRAINT "resolve_aliases_pkey" PRIMARY KEY (addr_hash)
);

ALTER TABLE "private"."resolve_aliases"
  ENABLE ROW LEVEL SECURITY;

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
    where c.claimants = 1 or (c.fits and c.agreeing_claimants = 1)
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
      private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full) as owner
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
  select distinct p.place, coalesce(f.lead_id::text, 'c' || r.component), f.lead_id, r.component, p.owner,
    f.mak, f.parcel, f.apn
  from resolve_places p
  join resolve_rows r using (row_no)
  join (
    select x.component, (array_agg(coalesce(x.by_mak, x.by_parcel)) filter (where coalesce(x.by_mak, x.by_parcel)
      is not null))[1] as lead_id, min(x.mak) as mak, min(x.parcel) as parcel, min(x.apn) as apn
    from resolve_rows x
    where x.component in (select y.component from resolve_places q join resolve_rows y using (row_no) where q.kind = 1)
    group by x.component
  ) f using (component)
  where p.kind = 1;
  insert into resolve_nodes (place, node, lead_id, component, owner, mak, parcel, apn)
  select n.place, n.node, n.lead_id, n.component, l.owner, n.mak, n.parcel, n.apn
  from (select distinct x.place, x.node, x.lead_id, x.component, x.mak, x.parcel, x.apn from resolve_nodes x
    where x.component is not null and x.lead_id is not null) n
  cross join lateral (
    select private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full) as owner
    from public.leads x where x.org_id = p_org_id and x.id = n.lead_id
    offset 0
  ) l;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_loose_addresses (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.find_shared_addresses()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
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
$function$;

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
  ), pairs as materialized (
    select a.addr_hash, b.addr_hash as other
    from known a
    join known b on b.house = a.house and b.stem = a.stem and b.addr_hash <> a.addr_hash and a.keys && b.keys
    where not private.addresses_contradict(a.street, a.unit, a.city, a.state, a.zip, b.street, b.unit, b.city, b.state,
        b.zip)
      -- A ZIP that differs is a typing error where city, street and owner agree.
      or a.zip <> b.zip and a.city is not null and b.city is not null
        and not private.addresses_contradict(a.street, a.unit, a.city, a.state, null, b.street, b.unit, b.city,
          b.state, null)
        and private.owners_agree(a.owner, b.owner)
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

CREATE OR REPLACE FUNCTION private.open_resolve_scratch()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if to_regclass('pg_temp.resolve_rows') is null then
    create temporary table resolve_rows (like private.resolve_rows including indexes including defaults)
      on commit drop;
    create temporary table resolve_links (like private.resolve_links) on commit drop;
    create temporary table resolve_addresses (like private.resolve_addresses) on commit drop;
    create temporary table resolve_aliases (like private.resolve_aliases including indexes) on commit drop;
    create temporary table resolve_places (like private.resolve_places) on commit drop;
    create temporary table resolve_nodes (like private.resolve_nodes) on commit drop;
    create temporary table resolve_words (like private.resolve_words including indexes) on commit drop;
    create temporary table resolve_owners (like private.resolve_owners) on commit drop;
    create temporary table resolve_leads (like private.resolve_leads including indexes) on commit drop;
  else
    truncate pg_temp.resolve_rows, pg_temp.resolve_links, pg_temp.resolve_addresses, pg_temp.resolve_aliases,
      pg_temp.resolve_places, pg_temp.resolve_nodes,
      pg_temp.resolve_words, pg_temp.resolve_owners, pg_temp.resolve_leads;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_parts (
  p_upload_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET jit TO 'off'
  AS $function$
declare
  v_upload public.uploads;
  v_parts uuid[];
  v_lost uuid[];
  v_verified jsonb;
  v_by_contact jsonb;
begin
  select * into strict v_upload from public.uploads u where u.id = p_upload_id;
  perform pg_advisory_xact_lock(hashtextextended(v_upload.org_id::text, 1));
  perform from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged' order by p.part for update;
  select array_agg(p.id order by p.part), array_agg(p.id) filter (where p.staged - p.created - p.updated - p.unchanged
      - p.merged - p.conflict <> (select count(*) from public.leads_staging s where s.part_id = p.id
        and s.verdict is null))
  into v_parts, v_lost
  from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged';
  if v_lost is not null then
    -- The staging rows are lost (database crash): stage again from the stored bytes.
    perform private.reset_part(x) from unnest(v_lost) x;
    return 'restage';
  end if;
  perform set_config('sluice.actor', 'upload', true), set_config('sluice.upload_id', p_upload_id::text, true);

  perform private.open_resolve_scratch();
  perform private.match_rows(v_upload.org_id, v_parts);
  if exists (select from resolve_rows r where r.twin) then
    perform private.match_twins(v_upload.org_id);
  end if;
  perform private.recall_answers(v_upload.org_id);
  perform private.link_keys();
  perform private.find_loose_addresses(v_upload.org_id);
  perform private.join_loose_addresses();
  perform private.find_shared_addresses();
  if private.drop_shared_keys(v_upload.org_id, p_upload_id) then
    truncate resolve_places, resolve_links;
    perform private.find_shared_addresses(), private.link_keys();
  end if;
  if private.link_twins(v_upload.org_id) then
    truncate resolve_links;
    perform private.link_keys();
  end if;
  perform private.spread_components();
  perform private.keep_unsettled_addresses();
  if exists (select from resolve_places) then
    perform private.find_address_nodes(v_upload.org_id);
    perform private.claim_leads(v_upload.org_id);
    perform private.settle_places();
    perform private.link_keys(true);
    perform private.spread_components();
  end if;
  v_verified := private.resolve_matched(v_upload, p_as_of);

  perform private.open_resolve_scratch();
  if private.match_contacts(v_parts) then
    perform private.recall_answers(v_upload.org_id), private.find_contact_nodes(v_upload.org_id);
    perform private.settle_places();
    perform private.link_keys(true);
    perform private.spread_components();
    v_by_contact := private.resolve_matched(v_upload, p_as_of);
  end if;

  -- The rows of a rerun replace those that its earlier runs read from the same bytes.
  perform private.withdraw_conflict_rows(x.org_id, x.id, 'the upload was read again', p_as_of)
  from public.uploads x
  where x.org_id = v_upload.org_id and v_upload.rerun_of_upload_id in (x.id, x.rerun_of_upload_id)
    and x.id <> p_upload_id;
  perform private.reject_keyless_rows(p_upload_id, v_parts);
  perform private.clear_staging(v_parts);
  update public.upload_parts p set state = 'resolved', resolved_at = greatest(p_as_of, p.staged_at)
  where p.id = any (v_parts);
  perform private.record_part_events(p.id, coalesce((v_verified ->> p.part::text)::integer, 0)
    + coalesce((v_by_contact ->> p.part::text)::integer, 0), p_as_of)
  from public.upload_parts p where p.id = any (v_parts);
  perform private.record_dead_letter(v_upload.org_id, 'rejects', jsonb_build_object('part_id', p.id),
    p.rejected || case when p.rejected = 1 then ' row' else ' rows' end || ' rejected', null, v_upload.correlation_id,
      p_as_of)
  from public.upload_parts p where p.id = any (v_parts) and p.rejected > 0;
  return 'resolved';
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_places()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.street_stem (
  situs_street text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select substring(upper(situs_street) from
    '^\S+ (?:(?:N|S|E|W|NE|NW|SE|SW|NORTH|SOUTH|EAST|WEST) )?([A-Z0-9]+)')
$function$;

COMMENT ON FUNCTION "private"."find_loose_addresses"(uuid) IS 'Fills resolve_addresses with the addresses of this upload, and of leads with the same house number and street name, if the upload has rows with only an address.';

COMMENT ON FUNCTION "private"."join_loose_addresses"() IS 'Fills resolve_aliases: addresses that are one place, by their holes, and the hash that stands for it.';

COMMENT ON FUNCTION "private"."street_stem"(text) IS 'First word of the street name of a normalised line: MAIN of `12 N Main St`. Addresses that may be one place share it.';

COMMENT ON TABLE "private"."resolve_addresses" IS 'Shape: addresses that may be one place although they have holes.';

COMMENT ON TABLE "private"."resolve_aliases" IS 'Shape: addresses with holes, and the place that they belong to.';

REVOKE ALL ON FUNCTION "private"."find_loose_addresses"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_loose_addresses"(uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."join_loose_addresses"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."join_loose_addresses"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."street_stem"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."street_stem"(text) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."street_stem"(text) TO "service_role";

GRANT SELECT ON TABLE "private"."resolve_addresses" TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."resolve_aliases" TO "pipeline_writer";

-- CHANGELOG.md tells operators of large tables what to do before.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX IF NOT EXISTS leads_street_idx ON public.leads USING btree (org_id, situs_house_number, private.street_stem(situs_street))
  WHERE (addr_hash IS NOT NULL);

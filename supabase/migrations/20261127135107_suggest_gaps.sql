-- suggest gaps: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE UNLOGGED TABLE "private"."resolve_gaps" (
  "addr_hash" bytea   NOT NULL,
  "other"     bytea   NOT NULL,
  "fits"      integer NOT NULL
);

ALTER TABLE "private"."resolve_gaps"
  ENABLE ROW LEVEL SECURITY;

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
    private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full) as owner
  from (
    select x.id from public.leads x where x.org_id = p_org_id and x.addr_hash = p_addr_hash
    union
    select a.lead_id from public.lead_addresses a where a.org_id = p_org_id and a.addr_hash = p_addr_hash
    limit 5
  ) i
  join public.leads l on l.org_id = p_org_id and l.id = i.id
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
    create temporary table resolve_gaps (like private.resolve_gaps) on commit drop;
    create temporary table resolve_places (like private.resolve_places) on commit drop;
    create temporary table resolve_nodes (like private.resolve_nodes) on commit drop;
    create temporary table resolve_words (like private.resolve_words including indexes) on commit drop;
    create temporary table resolve_owners (like private.resolve_owners) on commit drop;
    create temporary table resolve_overused (like private.resolve_overused including indexes) on commit drop;
    create temporary table resolve_leads (like private.resolve_leads including indexes) on commit drop;
  else
    truncate pg_temp.resolve_rows, pg_temp.resolve_links, pg_temp.resolve_addresses, pg_temp.resolve_aliases,
      pg_temp.resolve_gaps,
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
  perform private.find_overused_contacts(v_upload.org_id, p_upload_id, v_parts);
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
  perform private.suggest_gaps(v_upload.org_id, p_as_of);

  perform private.open_resolve_scratch();
  if private.match_contacts(v_parts) then
    perform private.recall_answers(v_upload.org_id), private.find_contact_nodes(v_upload.org_id);
    perform private.drop_overused_contacts();
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

CREATE OR REPLACE FUNCTION private.suggest_gaps (
  p_org_id uuid,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
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
    from (
      select m.addr_hash, m.other, m.fits from resolve_gaps m
      where m.addr_hash in (select r.addr_hash from resolve_rows r where r.kind = 2)
        or m.other in (select r.addr_hash from resolve_rows r where r.kind = 2)
      order by m.fits, m.addr_hash, m.other
      limit 2000
    ) g
    cross join lateral (select * from private.leads_at_address(p_org_id, g.addr_hash) offset 0) x
    cross join lateral (select * from private.leads_at_address(p_org_id, g.other) offset 0) y
    where x.id <> y.id
    order by least(x.id, y.id), greatest(x.id, y.id), g.fits
  ) s
  where s.fits = 1 or s.agree is not false;
end
$function$;

COMMENT ON FUNCTION "private"."leads_at_address"(uuid, bytea) IS 'Up to five leads at an address, with their owners.';

COMMENT ON FUNCTION "private"."suggest_gaps"(uuid, timestamp with time zone) IS 'Offers the leads at the addresses of resolve_gaps that did not become one, at most 2,000 pairs per upload. Where several places fit, those whose owners share nothing are left out.';

COMMENT ON TABLE "private"."resolve_gaps" IS 'Shape: addresses with gaps and the addresses that they fit; fits counts those. What does not become one lead is suggested.';

REVOKE ALL ON FUNCTION "private"."leads_at_address"(uuid, bytea) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leads_at_address"(uuid, bytea) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."suggest_gaps"(uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."suggest_gaps"(uuid, timestamp WITH time zone) TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."resolve_gaps" TO "pipeline_writer";

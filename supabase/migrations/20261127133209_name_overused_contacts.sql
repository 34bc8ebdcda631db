-- name overused contacts: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

ALTER TABLE "public"."upload_shared_keys"
  DROP CONSTRAINT "kind_is_known";

CREATE UNLOGGED TABLE "private"."resolve_overused" (
  "place"       bytea               NOT NULL,
  "kind"        public.contact_kind NOT NULL,
  "masked"      text                NOT NULL,
  "rows"        integer             NOT NULL,
  "places"      integer             NOT NULL,
  "owners"      integer             NOT NULL,
  "first_lines" jsonb               NOT NULL,
  CONSTRAINT "resolve_overused_pkey" PRIMARY KEY (place)
);

ALTER TABLE "private"."resolve_overused"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION private.drop_overused_contacts()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
begin
  if not exists (select from resolve_overused) then
    return;
  end if;
  -- CURRENT OWNER is no name.
  update resolve_places p set owner = null
  where p.place in (select o.place from resolve_overused o) and p.owner is not null
    and private.owners_agree(p.owner, p.owner) is null;
  update resolve_rows r set owner = null
  where r.row_no in (select p.row_no from resolve_places p join resolve_overused o using (place) where p.owner is null)
    and r.owner is not null;
  -- Rows without a name are matched by what is left.
  update resolve_rows r
  set phone = case when r.phone not in (select o.place from resolve_overused o) then r.phone end,
    email = case when r.email not in (select o.place from resolve_overused o) then r.email end
  where r.owner is null and (r.phone in (select o.place from resolve_overused o)
    or r.email in (select o.place from resolve_overused o));
  delete from resolve_places p
  where p.owner is null and p.place in (select o.place from resolve_overused o);
  update public.leads_staging s set verdict = 'keyless', phone = null, email = null
  from resolve_rows r
  where r.phone is null and r.email is null and r.answer is null
    and s.part_id = r.part_id and s.line_number = r.line_number;
  delete from resolve_rows r where r.phone is null and r.email is null and r.answer is null;
end
$function$;

CREATE OR REPLACE FUNCTION private.drop_shared_keys (
  p_org_id    uuid,
  p_upload_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
declare
  v_found integer;
begin
  with busy as (
    select l.link from resolve_links l
    group by l.link having count(*) > private.shared_key_limit()
  ), facts as (
    select case when b.link = convert_to('m' || r.mak, 'UTF8') then 'mak' else 'parcel' end as kind,
      case when b.link = convert_to('m' || r.mak, 'UTF8') then r.mak else r.parcel end as value,
      r.row_no, r.owner, s.place
    from busy b
    join resolve_links l using (link)
    join resolve_rows r using (row_no)
    cross join lateral (
      select case when x.addr_hash is not null then concat_ws(' ',
        substr(x.situs_street, length(x.situs_house_number) + 2),
        left(lpad(substring(x.situs_house_number from '^\d+'), 6, '0'), 4), coalesce(x.situs_zip, x.situs_city))
        end as place
      from public.leads_staging x
      where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) s
    where b.link in (convert_to('m' || r.mak, 'UTF8'), convert_to('p' || r.parcel, 'UTF8'))
  )
  insert into public.upload_shared_keys as k (org_id, upload_id, kind, value, rows, places, owners, first_lines)
  select p_org_id, p_upload_id, f.kind, f.value, count(*), count(distinct f.place), count(distinct f.owner),
    to_jsonb((array_agg(jsonb_build_array(f.row_no >> 32, f.row_no & 4294967295) order by f.row_no))[1:5])
  from facts f
  group by f.kind, f.value
  having count(distinct f.place) > private.shared_key_limit() or count(distinct f.owner) > private.shared_key_limit()
  on conflict (org_id, upload_id, kind, value) do update
  set rows = excluded.rows, places = excluded.places, owners = excluded.owners, first_lines = excluded.first_lines;

  -- Also in rows of this upload that are resolved later (repaired and replayed).
  if not exists (select from public.upload_shared_keys k
    where k.org_id = p_org_id and k.upload_id = p_upload_id and k.kind in ('mak', 'parcel')) then
    return false;
  end if;
  update resolve_rows r
  set without_mak = r.without_mak or m.value is not null, mak = case when m.value is null then r.mak end,
    by_mak = case when m.value is null then r.by_mak end,
    without_parcel = r.without_parcel or p.value is not null, parcel = case when p.value is null then r.parcel end,
    apn = case when p.value is null then r.apn end, by_parcel = case when p.value is null then r.by_parcel end,
    twin = case when p.value is null then r.twin end,
    kind = case when (r.mak is null or m.value is not null) and (r.parcel is null or p.value is not null) then 2
      else 1 end,
    near = case when r.addr_hash is not null then coalesce(
      (select true from public.leads l where l.org_id = p_org_id and l.addr_hash = r.addr_hash limit 1),
      (select true from public.lead_addresses x where x.org_id = p_org_id and x.addr_hash = r.addr_hash limit 1)) end,
    lead_id = null, component_size = null, verdict = null
  from resolve_rows x
  left join public.upload_shared_keys m on m.org_id = p_org_id and m.upload_id = p_upload_id and m.kind = 'mak'
    and m.value = x.mak
  left join public.upload_shared_keys p on p.org_id = p_org_id and p.upload_id = p_upload_id and p.kind = 'parcel'
    and p.value = x.parcel
  where r.row_no = x.row_no and (m.value is not null or p.value is not null);
  get diagnostics v_found = row_count;
  perform private.add_warnings(w.part_id,
    jsonb_build_object('shared_key', jsonb_build_object('n', w.n, 'lines', w.lines)))
  from (
    select r.part_id, count(*) as n, to_jsonb((array_agg(r.line_number order by r.line_number))[1:5]) as lines
    from resolve_rows r where r.without_mak or r.without_parcel group by r.part_id
  ) w;
  -- Without an address their phone or e-mail is left (match_contacts).
  update public.leads_staging s set verdict = 'keyless'
  from resolve_rows r
  where r.kind = 2 and r.addr_hash is null and s.part_id = r.part_id and s.line_number = r.line_number;
  delete from resolve_rows r where r.kind = 2 and r.addr_hash is null;
  return v_found > 0;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_overused_contacts (
  p_org_id    uuid,
  p_upload_id uuid,
  p_parts     uuid[]
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
        private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full) as owner
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
  if not found then
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
    create temporary table resolve_overused (like private.resolve_overused including indexes) on commit drop;
    create temporary table resolve_leads (like private.resolve_leads including indexes) on commit drop;
  else
    truncate pg_temp.resolve_rows, pg_temp.resolve_links, pg_temp.resolve_addresses, pg_temp.resolve_aliases,
      pg_temp.resolve_places, pg_temp.resolve_nodes,
      pg_temp.resolve_words, pg_temp.resolve_owners, pg_temp.resolve_leads;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.reject_keyless_rows (
  p_upload_id uuid,
  p_parts     uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if not exists (select from public.upload_shared_keys k where k.upload_id = p_upload_id) then
    return;
  end if;
  insert into public.upload_rejects (org_id, upload_id, part, line, code, detail, key_id, raw)
  select s.org_id, s.upload_id, s.part, s.line_number, 'no_identity',
    'The row has only a parcel number, MAK, phone or e-mail that many addresses or owners share.', p.key_id, s.raw
  from public.leads_staging s
  join public.upload_parts p on p.id = s.part_id
  where s.part_id = any (p_parts) and s.verdict = 'keyless' and s.phone is null and s.email is null
  on conflict (upload_id, part, line) do update set code = excluded.code, detail = excluded.detail,
    key_id = excluded.key_id, raw = excluded.raw, replayed_at = null;
  update public.upload_parts p set staged = p.staged - k.n, rejected = p.rejected + k.n
  from (
    select s.part_id, count(*) as n from public.leads_staging s
    where s.part_id = any (p_parts) and s.verdict = 'keyless' and s.phone is null and s.email is null
    group by s.part_id
  ) k
  where p.id = k.part_id;
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

CREATE OR REPLACE FUNCTION private.settle_owners()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
begin
  -- Each owner is parsed once. One that says nothing (CURRENT OWNER) counts as none.
  insert into resolve_words (owner, parsed, is_named)
  select d.owner, d.parsed, private.names_agree(d.parsed, d.parsed)
  from (
    select x.owner, private.parse_name_text(private.name_letters(x.owner)) as parsed
    from (
      select p.owner from resolve_places p where p.owner is not null and p.kind > 1
      union
      select n.owner from resolve_nodes n where n.owner is not null
    ) x
    offset 0
  ) d;
  analyze pg_temp.resolve_words;
  update resolve_places p set owner = null
  where p.kind > 1 and p.owner in (select w.owner from resolve_words w where w.is_named is not true);
  insert into resolve_owners (place, owner)
  select distinct p.place, p.owner from resolve_places p where p.kind > 1;

  -- Which node of its place does each named owner fit?
  with sizes as (
    select x.place, case when x.place in (select u.place from resolve_overused u) then 1000000
      else x.owners * n.nodes end as pairs
    from (select o.place, count(*) as owners from resolve_owners o group by o.place) x
    join (select y.place, count(*) as nodes from resolve_nodes y group by y.place) n using (place)
  ), fits as (
    select o.place, o.owner, n.node,
      case when bool_or(w.fits) then true when bool_or(not w.fits) then false end as fits
    from resolve_owners o
    join sizes z using (place)
    join resolve_nodes n using (place)
    left join resolve_words x on x.owner = o.owner
    left join resolve_words y on y.owner = n.owner
    cross join lateral (select private.fits(o.owner, x.parsed, n.owner, y.parsed, z.pairs) as fits) w
    where o.owner is not null
    group by o.place, o.owner, n.node
  ), counts as (
    select f.place, f.owner, count(*) as nodes, count(*) filter (where f.fits) as agreeing,
      count(*) filter (where f.fits is null) as silent, min(f.node) filter (where f.fits) as agreeing_node,
      min(f.node) as any_node
    from fits f group by f.place, f.owner
  )
  update resolve_owners o
  set node = case when c.agreeing = 1 then c.agreeing_node when c.agreeing = 0 and c.nodes = 1 and c.silent = 1
      then c.any_node end,
    state = case when c.agreeing > 1 or c.agreeing = 0 and c.silent > 0 and c.nodes > 1 then 'ambiguous'
      when c.agreeing = 1 then 'agrees' when c.silent = 1 then 'silent' end
  from counts c where o.place = c.place and o.owner = c.owner;

  -- Owners among themselves, as far as they belong to no node yet: they form a cluster if they agree. Of two that
  -- share nothing but a third who agrees with both, the third is ambiguous.
  with free as (
    select o.place, o.owner, case when o.place in (select u.place from resolve_overused u) then 1000
      else count(*) over (partition by o.place) end as owners
    from resolve_owners o where o.owner is not null and (o.state is null or o.state = 'silent')
  ), pairs as (
    select a.place, a.owner, b.owner as other
    from free a
    join free b using (place)
    join resolve_words x on x.owner = a.owner
    join resolve_words y on y.owner = b.owner
    where a.owner <> b.owner and private.fits(a.owner, x.parsed, b.owner, y.parsed, a.owners * a.owners)
  ), unclear as (
    select distinct p.place, p.owner
    from pairs p join pairs q using (place, owner)
    where p.other < q.other and not exists (
      select from pairs x where x.place = p.place and x.owner = p.other and x.other = q.other)
  ), clusters as (
    select f.place, f.owner, least(f.owner, min(p.other)) as cluster
    from free f
    left join pairs p on p.place = f.place and p.owner = f.owner and not exists (
      select from unclear u where u.place = p.place and u.owner = p.other)
    group by f.place, f.owner
  )
  update resolve_owners o
  set cluster = case when u.owner is null then c.cluster end,
    state = case when u.owner is not null then 'ambiguous' else o.state end
  from clusters c left join unclear u using (place, owner)
  where o.place = c.place and o.owner = c.owner;

  -- A nameless node belongs to the only cluster there; it belongs to nobody if there are two.
  with claims as (
    select o.place, count(distinct o.cluster) as clusters, bool_or(o.state = 'ambiguous') as unclear
    from resolve_owners o where o.owner is not null group by o.place
  )
  update resolve_owners o
  set node = case when c.clusters = 1 and not c.unclear then o.node end
  from claims c where o.place = c.place and o.state = 'silent';

  -- Rows without a name.
  with groups as (
    select o.place, o.cluster, o.node from resolve_owners o
    where o.owner is not null and o.state is distinct from 'ambiguous'
    union select n.place, null, n.node from resolve_nodes n
  ), counts as (
    select o.place, count(distinct coalesce('n' || g.node, 'o' || g.cluster)) as groups,
      min(g.node) as node, min(g.cluster) filter (where g.node is null) as cluster
    from resolve_owners o left join groups g using (place)
    where o.owner is null
    group by o.place
  )
  update resolve_owners o
  set node = c.node, cluster = coalesce(c.cluster, ''),
    state = case when c.groups > 1 then 'ambiguous' else 'silent' end
  from counts c where o.place = c.place and o.owner is null;
end
$function$;

CREATE OR REPLACE FUNCTION private.stranger_limit()
  RETURNS integer
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select 50
$function$;

-- The table is small: a few rows per upload.
ALTER TABLE "public"."upload_shared_keys"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "kind_is_known" CHECK ((kind = ANY (ARRAY['mak'::text, 'parcel'::text, 'phone'::text, 'email'::text])));

COMMENT ON COLUMN "public"."upload_shared_keys"."value" IS 'A phone or e-mail masked, with the beginning of its blind index.';

COMMENT ON FUNCTION "private"."drop_overused_contacts"() IS 'For the rows that have only a phone or e-mail: those without a name lose the values in resolve_overused. Between the owners of such a value only equal names agree (settle_owners).';

COMMENT ON FUNCTION "private"."find_overused_contacts"(uuid, uuid, uuid[]) IS 'Fills resolve_overused and upload_shared_keys with the phones and e-mails of an upload that meet more than private.shared_key_limit() owners, with a warning for their rows. Those with more than private.stranger_limit() owners become invalid in these rows.';

COMMENT ON FUNCTION "private"."reject_keyless_rows"(uuid, uuid[]) IS 'Rejects rows that have no identity left after private.drop_shared_keys and private.drop_overused_contacts.';

COMMENT ON FUNCTION "private"."stranger_limit"() IS 'How many owners a phone or e-mail may have within one upload and still be contacted.';

COMMENT ON TABLE "private"."resolve_overused" IS 'Shape: phones and e-mails of the whole upload that too many owners have, so that only equal names unite there.';

COMMENT ON TABLE "public"."upload_shared_keys" IS 'MAKs, parcels, phones and e-mails that were no key in an upload, because they met too many places or owners.';

REVOKE ALL ON FUNCTION "private"."drop_overused_contacts"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."drop_overused_contacts"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."find_overused_contacts"(uuid, uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_overused_contacts"(uuid, uuid, uuid[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."stranger_limit"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."stranger_limit"() TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."resolve_overused" TO "pipeline_writer";

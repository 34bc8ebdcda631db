-- resolve in slices: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."find_overused_contacts"(uuid, uuid, uuid[]);

DROP FUNCTION "private"."resolve_matched"(public.uploads, timestamp WITH time zone);

DROP FUNCTION "private"."resolve_parts"(uuid, timestamp WITH time zone);

DROP FUNCTION "private"."resolve_upload"(uuid, timestamp WITH time zone);

CREATE UNLOGGED TABLE "private"."resolve_plan" (
  "upload_id"      uuid     NOT NULL,
  "row_no"         bigint   NOT NULL,
  "part_id"        uuid     NOT NULL,
  "line_number"    integer  NOT NULL,
  "kind"           smallint NOT NULL,
  "mak"            text,
  "parcel"         text,
  "apn"            text,
  "addr_hash"      bytea,
  "phone"          bytea,
  "email"          bytea,
  "owner"          text,
  "without_mak"    boolean  NOT NULL DEFAULT false,
  "without_parcel" boolean  NOT NULL DEFAULT false,
  "by_mak"         uuid,
  "by_parcel"      uuid,
  "by_place"       uuid,
  "by_email"       uuid,
  "near"           boolean,
  "twin"           boolean,
  "component"      bigint   NOT NULL,
  "component_size" integer,
  "lead_id"        uuid,
  "verdict"        text,
  "reason"         text,
  "evidence"       text,
  "answer"         text
);

ALTER TABLE "private"."resolve_plan"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."resolve_progress" (
  "org_id"     uuid                     NOT NULL,
  "upload_id"  uuid                     NOT NULL,
  "parts"      uuid[]                   NOT NULL,
  "phase"      smallint                 NOT NULL DEFAULT 1,
  "step"       text                     NOT NULL DEFAULT 'match'::text,
  "restarts"   smallint                 NOT NULL DEFAULT 0,
  "gaps"       jsonb                    NOT NULL DEFAULT '[]'::jsonb,
  "touched_at" timestamp with time zone NOT NULL,
  CONSTRAINT "resolve_progress_pkey" PRIMARY KEY (org_id, upload_id),
  CONSTRAINT "step_is_known" CHECK ((step = ANY (ARRAY['match'::text, 'apply'::text, 'rows'::text])))
);

ALTER TABLE "private"."resolve_progress"
  ENABLE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE "private"."resolve_slices" (
  "org_id"          uuid                     NOT NULL,
  "upload_id"       uuid                     NOT NULL,
  "phase"           smallint                 NOT NULL,
  "slice"           integer                  NOT NULL,
  "first_component" bigint,
  "last_component"  bigint,
  "counts"          jsonb                    NOT NULL DEFAULT '[]'::jsonb,
  "verified"        jsonb                    NOT NULL DEFAULT '{}'::jsonb,
  "applied_at"      timestamp with time zone,
  CONSTRAINT "resolve_slices_pkey" PRIMARY KEY (org_id, upload_id, phase, slice)
);

ALTER TABLE "private"."resolve_slices"
  ENABLE ROW LEVEL SECURITY;

CREATE OR REPLACE FUNCTION private.apply_matched (
  p_upload public.uploads,
  p_phase  smallint,
  p_slice  integer,
  p_as_of  timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
begin
  perform private.fold_rows();
  perform private.apply_leads(p_upload.org_id, p_upload.id, p_upload.source_id,
    (select s.trust from public.sources s where s.id = p_upload.source_id),
    coalesce(p_upload.observed_at, p_upload.received_at));
  insert into resolve_slices as s (org_id, upload_id, phase, slice, verified, applied_at)
  select p_upload.org_id, p_upload.id, p_phase, p_slice, coalesce(jsonb_object_agg(v.part, v.n), '{}'), p_as_of
  from (
    select n.component >> 32 as part, count(*) as n from resolve_leads n where n.is_new and n.phone_verified group by 1
  ) v
  on conflict (org_id, upload_id, phase, slice) do update
  set verified = excluded.verified, applied_at = excluded.applied_at;
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_slice (
  p_upload public.uploads,
  p_as_of  timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET jit TO 'off'
  AS $function$
declare
  v_phase constant smallint := (select x.phase from resolve_progress x
    where x.org_id = p_upload.org_id and x.upload_id = p_upload.id);
  s private.resolve_slices;
begin
  select * into s from resolve_slices x
  where x.org_id = p_upload.org_id and x.upload_id = p_upload.id and x.phase = v_phase and x.applied_at is null
  order by x.slice limit 1 for update skip locked;
  if not found then
    if exists (select from resolve_slices x where x.org_id = p_upload.org_id and x.upload_id = p_upload.id
      and x.phase = v_phase and x.applied_at is null) then
      return 'claimed';
    elsif not exists (select from resolve_slices x where x.org_id = p_upload.org_id and x.upload_id = p_upload.id) then
      perform private.restart_resolve(p_upload.org_id, p_upload.id);
      return 'restage';
    end if;
    update resolve_progress x set step = 'rows', touched_at = p_as_of
    where x.org_id = p_upload.org_id and x.upload_id = p_upload.id and x.step = 'apply';
    return 'more';
  end if;
  perform private.open_resolve_scratch();
  with taken as (
    delete from resolve_plan p
    where p.upload_id = p_upload.id and p.component between s.first_component and s.last_component
      and p.lead_id is not null
    returning *
  )
  insert into resolve_rows (row_no, part_id, line_number, kind, addr_hash, without_mak, without_parcel, component,
    component_size, lead_id, verdict, evidence, answer)
  select t.row_no, t.part_id, t.line_number, t.kind, t.addr_hash, t.without_mak, t.without_parcel, t.component,
    t.component_size, t.lead_id, t.verdict, t.evidence, t.answer
  from taken t;
  begin
    -- Somebody may have deleted, merged or made a lead of this plan since.
    if exists (select from resolve_rows r where r.verdict = 'unchanged' and (
      select true from public.leads l where l.org_id = p_upload.org_id and l.id = r.lead_id) is null) then
      raise foreign_key_violation;
    end if;
    perform private.apply_matched(p_upload, v_phase, s.slice, p_as_of);
    perform private.count_verdicts(p_upload, v_phase, s.slice, p_as_of);
  exception when foreign_key_violation or unique_violation then
    perform private.restart_resolve(p_upload.org_id, p_upload.id);
    return 'restage';
  end;
  return 'slices';
end
$function$;

CREATE OR REPLACE FUNCTION private.begin_resolve (
  p_upload public.uploads,
  p_as_of  timestamp with time zone
)
  RETURNS private.resolve_progress
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  g private.resolve_progress;
  v_other uuid;
  v_parts uuid[];
  v_lost uuid[];
begin
  -- A resolve that nobody continues any more gives way; it begins again when its turn comes.
  for v_other in
    select x.upload_id from private.resolve_progress x
    where x.org_id = p_upload.org_id and x.upload_id <> p_upload.id and (x.step <> 'match' or x.phase > 1)
  loop
    perform private.restart_resolve(p_upload.org_id, v_other);
  end loop;
  select x.* into g from private.resolve_progress x where x.org_id = p_upload.org_id and x.upload_id = p_upload.id;
  if g.step <> 'match' or g.phase > 1 then
    if exists (select from private.resolve_slices s where s.org_id = p_upload.org_id and s.upload_id = p_upload.id) then
      return g;
    end if;
    perform private.restart_resolve(p_upload.org_id, p_upload.id);
    return null;
  end if;
  select array_agg(p.id order by p.part), array_agg(p.id) filter (where p.staged - p.created - p.updated - p.unchanged
      - p.merged - p.conflict <> (select count(*) from public.leads_staging s where s.part_id = p.id
        and s.verdict is null))
  into v_parts, v_lost
  from public.upload_parts p where p.upload_id = p_upload.id and p.state = 'staged';
  if v_lost is not null then
    -- The staging rows are lost (database crash): stage again from the stored bytes.
    perform private.reset_part(x) from unnest(v_lost) x;
    return null;
  end if;
  insert into private.resolve_progress as x (org_id, upload_id, parts, touched_at)
  values (p_upload.org_id, p_upload.id, v_parts, p_as_of)
  on conflict (org_id, upload_id) do update set parts = excluded.parts, touched_at = excluded.touched_at
  returning * into g;
  return g;
end
$function$;

CREATE OR REPLACE FUNCTION private.claim_resolve (
  p_upload_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_org uuid := (select u.org_id from public.uploads u where u.id = p_upload_id);
  v_key bigint := hashtextextended(v_org::text, 1);
  v_step text := (select p.step from private.resolve_progress p where p.org_id = v_org and p.upload_id = p_upload_id);
begin
  if v_org is null then
    return 'gone';
  end if;
  if not (case when v_step = 'apply' then pg_try_advisory_xact_lock_shared(v_key)
      else pg_try_advisory_xact_lock(v_key) end)
    or exists (
      select from private.resolve_progress p
      where p.org_id = v_org and p.upload_id <> p_upload_id and (p.step <> 'match' or p.phase > 1)
        and greatest(p.touched_at, (select max(s.applied_at) from private.resolve_slices s
          where s.org_id = v_org and s.upload_id = p.upload_id)) > p_as_of - interval '10 minutes') then
    return 'busy';
  end if;
  return 'free';
end
$function$;

CREATE OR REPLACE FUNCTION private.count_verdicts (
  p_upload public.uploads,
  p_phase  smallint,
  p_slice  integer,
  p_as_of  timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_restarted constant boolean := (select x.restarts > 0 from resolve_progress x
    where x.org_id = p_upload.org_id and x.upload_id = p_upload.id);
begin
  -- A resolve that began again finds the leads that it has written before.
  if v_restarted then
    update resolve_rows r set verdict = 'created'
    where r.verdict in ('unchanged', 'updated') and r.row_no = r.component
      and (select l.created_upload_id from public.leads l
        where l.org_id = p_upload.org_id and l.id = r.lead_id) = p_upload.id;
    update resolve_rows r set verdict = 'updated'
    where r.verdict = 'unchanged' and r.row_no = r.component
      and (select true from public.lead_changes c where c.org_id = p_upload.org_id and c.lead_id = r.lead_id
        and c.upload_id = p_upload.id limit 1);
  end if;
  -- A row that matches a lead created by this same upload is a repeat. One look-up by key for each such row: without
  -- statistics, a join would scan the leads for every row.
  update resolve_rows r set verdict = 'merged'
  where r.verdict in ('unchanged', 'updated')
    and (select l.created_upload_id from public.leads l
      where l.org_id = p_upload.org_id and l.id = r.lead_id) = p_upload.id;
  insert into public.lead_joins (org_id, lead_id, upload_id, part, line, evidence, joined_at)
  select p_upload.org_id, r.lead_id, p_upload.id, r.row_no >> 32, r.line_number, r.evidence, p_as_of
  from resolve_rows r
  where r.evidence is not null and r.verdict in ('updated', 'merged')
    and not (v_restarted and exists (select from public.lead_joins j where j.org_id = p_upload.org_id
      and j.upload_id = p_upload.id and j.part = r.row_no >> 32 and j.line = r.line_number));

  insert into resolve_slices as s (org_id, upload_id, phase, slice, counts, applied_at)
  select p_upload.org_id, p_upload.id, p_phase, p_slice, coalesce(jsonb_agg(to_jsonb(v)), '[]'), p_as_of
  from (
    select r.part_id, count(*) filter (where r.verdict = 'created') as created,
      count(*) filter (where r.verdict = 'updated') as updated,
      count(*) filter (where r.verdict = 'unchanged') as unchanged,
      count(*) filter (where r.verdict = 'merged') as merged,
      count(*) filter (where r.verdict = 'conflict') as conflict
    from resolve_rows r group by r.part_id
  ) v
  on conflict (org_id, upload_id, phase, slice) do update set counts = excluded.counts;
end
$function$;

CREATE OR REPLACE FUNCTION private.dry_run_upload (
  p_upload_id uuid,
  p_as_of     timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_counts jsonb;
begin
  -- Runs for real and is then rolled back: only the counts survive the inner block.
  begin
    if exists (select from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged')
      and private.resolve_parts(p_upload_id, p_as_of, null) <> 'resolved' then
      raise exception 'staging rows of upload % are missing', p_upload_id using errcode = 'SL205';
    end if;
    select jsonb_agg(to_jsonb(p)) into v_counts from public.upload_parts p
    where p.upload_id = p_upload_id and p.state = 'resolved';
    raise exception 'dry run' using errcode = 'SL299';
  exception when sqlstate 'SL299' then
    null;
  end;
  update public.upload_parts p
  set state = 'resolved', resolved_at = greatest(p_as_of, p.staged_at), staged = c.staged, created = c.created,
    updated = c.updated, unchanged = c.unchanged, merged = c.merged, conflict = c.conflict, rejected = c.rejected
  from jsonb_to_recordset(coalesce(v_counts, '[]')) as c (id uuid, staged integer, created integer, updated integer,
    unchanged integer, merged integer, conflict integer, rejected integer)
  where p.id = c.id;
  -- The outcome depends on the day and on the source's settings, so the same content may be sent again.
  delete from public.ingest_replay_guard g where g.upload_id = p_upload_id and g.dry_run;
  return private.complete_upload(p_upload_id, p_as_of);
exception when sqlstate 'SL205' then
  perform private.reset_part(p.id) from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged';
  return 'restage';
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

CREATE OR REPLACE FUNCTION private.finish_resolve (
  p_upload public.uploads,
  p_parts  uuid[],
  p_as_of  timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_verified jsonb;
begin
  -- The rows of a rerun replace those that its earlier runs read from the same bytes.
  perform private.withdraw_conflict_rows(x.org_id, x.id, 'the upload was read again', p_as_of)
  from public.uploads x
  where x.org_id = p_upload.org_id and p_upload.rerun_of_upload_id in (x.id, x.rerun_of_upload_id)
    and x.id <> p_upload.id;
  perform private.reject_keyless_rows(p_upload.id, p_parts);
  perform private.clear_staging(p_parts);
  update public.upload_parts p
  set created = p.created + v.created, updated = p.updated + v.updated, unchanged = p.unchanged + v.unchanged,
    merged = p.merged + v.merged, conflict = p.conflict + v.conflict
  from (
    select c.part_id, sum(c.created) as created, sum(c.updated) as updated, sum(c.unchanged) as unchanged,
      sum(c.merged) as merged, sum(c.conflict) as conflict
    from private.resolve_slices s
    cross join lateral jsonb_to_recordset(s.counts) c (part_id uuid, created integer, updated integer,
      unchanged integer, merged integer, conflict integer)
    where s.org_id = p_upload.org_id and s.upload_id = p_upload.id
    group by c.part_id
  ) v
  where p.id = v.part_id;
  select jsonb_object_agg(v.part, v.n) into v_verified
  from (
    select e.key as part, sum(e.value::integer) as n
    from private.resolve_slices s cross join lateral jsonb_each_text(s.verified) e
    where s.org_id = p_upload.org_id and s.upload_id = p_upload.id
    group by e.key
  ) v;
  delete from private.resolve_progress x where x.org_id = p_upload.org_id and x.upload_id = p_upload.id;

  update public.upload_parts p set state = 'resolved', resolved_at = greatest(p_as_of, p.staged_at)
  where p.id = any (p_parts);
  perform private.record_part_events(p.id, coalesce((v_verified ->> p.part::text)::integer, 0), p_as_of)
  from public.upload_parts p where p.id = any (p_parts);
  perform private.record_dead_letter(p_upload.org_id, 'rejects', jsonb_build_object('part_id', p.id),
    p.rejected || case when p.rejected = 1 then ' row' else ' rows' end || ' rejected', null, p_upload.correlation_id,
      p_as_of)
  from public.upload_parts p where p.id = any (p_parts) and p.rejected > 0;
end
$function$;

CREATE OR REPLACE FUNCTION private.keep_conflict_row (
  p_org_id      uuid,
  p_conflict_id bigint,
  p_part_id     uuid,
  p_line        integer,
  p_as_of       timestamp with time zone
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into private.conflict_rows (org_id, conflict_id, upload_id, part, line, key_id, content, created_at)
  select p_org_id, p_conflict_id, s.upload_id, s.part, s.line_number, p.key_id,
    private.encrypt_value(jsonb_build_object(
      'row', to_jsonb(s) - '{org_id,part_id,upload_id,part,line_number,raw,verdict,lead_id,loaded_at}'::text[],
      'raw', private.decrypt_value(s.raw, k.key)::jsonb,
      'contacts', coalesce((
        select jsonb_agg(to_jsonb(c) - '{part_id,line_number,value_bidx,value_cipher,masked}'::text[]
          || jsonb_build_object('value', private.decrypt_value(c.value_cipher, k.key)) order by c.kind, c.position)
        from private.leads_staging_contacts c where c.part_id = p_part_id and c.line_number = p_line), '[]'))::text,
      k.key),
    p_as_of
  from public.leads_staging s
  join public.upload_parts p on p.id = s.part_id
  cross join lateral (select private.org_key(p_org_id, p.key_id) as key offset 0) k
  where s.part_id = p_part_id and s.line_number = p_line
  -- Kept already when a resolve began again.
  on conflict (upload_id, part, line) do nothing
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
    perform private.recall_answers(p_org_id), private.find_contact_nodes(p_org_id);
    perform private.drop_overused_contacts();
    perform private.settle_places();
    perform private.link_keys(true);
    perform private.spread_components();
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.link_properties (
  p_org_id    uuid,
  p_upload_id uuid,
  p_parts     uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
begin
  perform private.find_overused_contacts(p_org_id, p_upload_id, p_parts);
  perform private.match_rows(p_org_id, p_parts);
  if exists (select from resolve_rows r where r.twin) then
    perform private.match_twins(p_org_id);
  end if;
  perform private.recall_answers(p_org_id);
  perform private.link_keys();
  perform private.find_loose_addresses(p_org_id);
  perform private.join_loose_addresses();
  perform private.find_shared_addresses();
  if private.drop_shared_keys(p_org_id, p_upload_id) then
    truncate resolve_places, resolve_links;
    perform private.find_shared_addresses(), private.link_keys();
  end if;
  if private.link_twins(p_org_id) then
    truncate resolve_links;
    perform private.link_keys();
  end if;
  perform private.spread_components();
  perform private.keep_unsettled_addresses();
  if exists (select from resolve_places) then
    perform private.find_address_nodes(p_org_id);
    perform private.claim_leads(p_org_id);
    perform private.settle_places();
    perform private.link_keys(true);
    perform private.spread_components();
  end if;
  perform private.pick_gaps();
end
$function$;

CREATE OR REPLACE FUNCTION private.pick_gaps()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
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
    'The row has only a parcel number or MAK that many addresses or owners in this upload share.', p.key_id, s.raw
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
  p_upload_id  uuid,
  p_as_of      timestamp with time zone,
  p_slice_rows integer
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET jit TO 'off'
  AS $function$
declare
  v_upload public.uploads;
  v_key bigint;
  g private.resolve_progress;
  v_state text;
begin
  select * into strict v_upload from public.uploads u where u.id = p_upload_id;
  v_key := hashtextextended(v_upload.org_id::text, 1);
  perform set_config('sluice.actor', 'upload', true), set_config('sluice.upload_id', p_upload_id::text, true);
  if exists (select from resolve_progress x where x.upload_id = p_upload_id and x.org_id = v_upload.org_id
    and x.step = 'apply') then
    perform pg_advisory_xact_lock_shared(v_key);
    return private.apply_slice(v_upload, p_as_of);
  end if;
  perform pg_advisory_xact_lock(v_key);
  if private.claim_resolve(p_upload_id, p_as_of) = 'busy' then
    return 'busy';
  end if;
  perform from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged' order by p.part for update;
  g := private.begin_resolve(v_upload, p_as_of);
  if g is null then
    return 'restage';
  end if;
  loop
    if g.step = 'match' then
      perform private.open_resolve_scratch();
      if g.phase = 1 then
        perform private.link_properties(v_upload.org_id, p_upload_id, g.parts);
      else
        perform private.link_contacts(v_upload.org_id, p_upload_id, g.parts);
      end if;
      perform private.classify_components(v_upload.org_id);
      if p_slice_rows is not null and (
        select count(*) > p_slice_rows or count(*) filter (where r.lead_id is null) > least(p_slice_rows, 500)
        from resolve_rows r) then
        perform private.save_plan(v_upload.org_id, p_upload_id, g.phase, p_slice_rows, p_as_of);
        return 'more';
      end if;
      perform private.apply_matched(v_upload, g.phase, 0, p_as_of);
      v_state := 'resolved';
      perform private.resolve_unclear(v_upload, p_as_of, null);
      perform private.count_verdicts(v_upload, g.phase, 0, p_as_of);
    else
      v_state := private.resolve_unclear_slice(v_upload, g.phase, p_slice_rows, p_as_of);
    end if;
    exit when v_state = 'more' or g.phase = 2;
    perform private.suggest_gaps(v_upload.org_id, p_as_of);
    g.phase := 2;
    g.step := 'match';
    update resolve_progress x set phase = g.phase, step = g.step, touched_at = p_as_of
    where x.org_id = v_upload.org_id and x.upload_id = p_upload_id;
    -- What was applied in slices is committed before the rest is matched.
    if exists (select from resolve_slices s
      where s.org_id = v_upload.org_id and s.upload_id = p_upload_id and s.slice > 0) then
      v_state := 'more';
      exit;
    end if;
  end loop;
  if v_state = 'resolved' then
    perform private.finish_resolve(v_upload, g.parts, p_as_of);
  end if;
  return v_state;
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_unclear (
  p_upload public.uploads,
  p_as_of  timestamp with time zone,
  p_most   integer
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET jit TO 'off'
  AS $function$
declare
  v_trust constant smallint := (select s.trust from public.sources s where s.id = p_upload.source_id);
  v_observed constant timestamptz := coalesce(p_upload.observed_at, p_upload.received_at);
  v_until constant timestamptz := clock_timestamp() + interval '20 seconds';
  v_row bigint;
begin
  -- What a row says decides its turn, so that the order of the file does not.
  for v_row in
    select r.row_no from resolve_rows r
    where r.lead_id is null
    order by r.reason is not null, r.kind, num_nulls(r.mak, r.parcel), position('-' in r.parcel) = 0,
      length(r.owner) desc nulls last, r.mak, r.parcel, r.owner, r.addr_hash, r.phone, r.email, r.row_no
    limit p_most
  loop
    exit when p_most is not null and clock_timestamp() > v_until;
    delete from resolve_leads where true;
    perform private.resolve_row(p_upload.org_id, p_upload.id, v_row, p_as_of);
    if (select r.lead_id is not null from resolve_rows r where r.row_no = v_row) then
      perform private.fold_rows(v_row);
      perform private.apply_leads(p_upload.org_id, p_upload.id, p_upload.source_id, v_trust, v_observed,
        v_row);
    end if;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_unclear_slice (
  p_upload     public.uploads,
  p_phase      smallint,
  p_slice_rows integer,
  p_as_of      timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_slice integer := (select max(s.slice) + 1 from resolve_slices s
    where s.org_id = p_upload.org_id and s.upload_id = p_upload.id and s.phase = p_phase);
begin
  perform private.open_resolve_scratch();
  insert into resolve_gaps (addr_hash, other, fits)
  select m.addr_hash, m.other, m.fits
  from resolve_progress x
  cross join lateral jsonb_to_recordset(x.gaps) m (addr_hash bytea, other bytea, fits integer)
  where x.org_id = p_upload.org_id and x.upload_id = p_upload.id and p_phase = 1;
  with taken as (
    delete from resolve_plan p where p.upload_id = p_upload.id and p.lead_id is null returning *
  )
  insert into resolve_rows (row_no, part_id, line_number, kind, mak, parcel, apn, addr_hash, phone, email, owner,
    without_mak, without_parcel, by_mak, by_parcel, by_place, by_email, near, twin, component, component_size,
    reason, evidence, answer)
  select t.row_no, t.part_id, t.line_number, t.kind, t.mak, t.parcel, t.apn, t.addr_hash, t.phone, t.email, t.owner,
    t.without_mak, t.without_parcel, t.by_mak, t.by_parcel, t.by_place, t.by_email, t.near, t.twin, t.component,
    t.component_size, t.reason, t.evidence, t.answer
  from taken t;
  perform private.resolve_unclear(p_upload, p_as_of, p_slice_rows);
  insert into resolve_plan select p_upload.id, r.* from resolve_rows r where r.verdict is null;
  if not found then
    perform private.count_verdicts(p_upload, p_phase, v_slice, p_as_of);
    return 'resolved';
  end if;
  delete from resolve_rows r where r.verdict is null;
  perform private.count_verdicts(p_upload, p_phase, v_slice, p_as_of);
  update resolve_progress x set touched_at = p_as_of
  where x.org_id = p_upload.org_id and x.upload_id = p_upload.id;
  return 'more';
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_upload (
  p_upload_id  uuid,
  p_as_of      timestamp with time zone DEFAULT now(),
  p_slice_rows integer                  DEFAULT 25000
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_upload public.uploads;
  v_state text;
begin
  select * into strict v_upload from public.uploads u where u.id = p_upload_id;
  if exists (select from public.upload_parts p where p.upload_id = p_upload_id and p.state in ('received', 'staging'))
    or v_upload.parts_expected is distinct from (
      select count(*) from public.upload_parts p where p.upload_id = p_upload_id) then
    return 'waiting';
  end if;
  if v_upload.dry_run then
    return private.dry_run_upload(p_upload_id, p_as_of);
  end if;
  if exists (select from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged') then
    v_state := private.resolve_parts(p_upload_id, p_as_of, p_slice_rows);
    return case when v_state = 'resolved' then 'more' else v_state end;
  end if;
  return private.complete_upload(p_upload_id, p_as_of);
end
$function$;

CREATE OR REPLACE FUNCTION private.restart_resolve (
  p_org_id    uuid,
  p_upload_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if (select x.restarts >= 5 from private.resolve_progress x
    where x.org_id = p_org_id and x.upload_id = p_upload_id) then
    raise exception 'the resolve of upload % began again too often', p_upload_id using errcode = 'SL205';
  end if;
  delete from private.resolve_plan p where p.upload_id = p_upload_id;
  delete from private.resolve_slices s where s.org_id = p_org_id and s.upload_id = p_upload_id;
  perform private.reset_part(p.id) from public.upload_parts p
  where p.upload_id = p_upload_id and p.state = 'staged';
  update private.resolve_progress x set phase = 1, step = 'match', restarts = x.restarts + 1
  where x.org_id = p_org_id and x.upload_id = p_upload_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.save_plan (
  p_org_id     uuid,
  p_upload_id  uuid,
  p_phase      smallint,
  p_slice_rows integer,
  p_as_of      timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
begin
  insert into resolve_plan (upload_id, row_no, part_id, line_number, kind, addr_hash, without_mak, without_parcel,
    component, component_size, lead_id, verdict, evidence, answer)
  select p_upload_id, r.row_no, r.part_id, r.line_number, r.kind,
    case when r.component_size > 1 or r.verdict <> 'created' then r.addr_hash end, r.without_mak, r.without_parcel,
    r.component, r.component_size, r.lead_id, r.verdict, r.evidence, r.answer
  from resolve_rows r where r.lead_id is not null;
  insert into resolve_plan select p_upload_id, r.* from resolve_rows r where r.lead_id is null;
  insert into resolve_slices (org_id, upload_id, phase, slice, first_component, last_component)
  select p_org_id, p_upload_id, p_phase, c.slice, min(c.component), max(c.component)
  from (
    -- The first row of a component gives it its number.
    select r.component, 1 + (row_number() over (order by r.component) - 1) / p_slice_rows as slice
    from resolve_rows r where r.lead_id is not null and r.row_no = r.component
  ) c
  group by c.slice
  union all
  -- For the counts of the unclear rows, and to tell that nothing is lost.
  select p_org_id, p_upload_id, p_phase, 0, null, null;
  update resolve_slices s set applied_at = p_as_of
  where s.org_id = p_org_id and s.upload_id = p_upload_id and s.phase = p_phase and s.slice = 0;
  update resolve_progress x
  set step = 'apply', touched_at = p_as_of, gaps = (select coalesce(jsonb_agg(to_jsonb(m)), '[]') from resolve_gaps m)
  where x.org_id = p_org_id and x.upload_id = p_upload_id;
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
    from resolve_gaps g
    cross join lateral (select * from private.leads_at_address(p_org_id, g.addr_hash) offset 0) x
    cross join lateral (select * from private.leads_at_address(p_org_id, g.other) offset 0) y
    where x.id <> y.id
    order by least(x.id, y.id), greatest(x.id, y.id), g.fits
  ) s
  where s.fits = 1 or s.agree is not false;
end
$function$;

ALTER TABLE "private"."resolve_progress"
  ADD CONSTRAINT "progress_belongs_to_an_upload_of_its_org" FOREIGN KEY (org_id, upload_id) REFERENCES public.uploads(org_id, id) ON DELETE CASCADE;

ALTER TABLE "private"."resolve_slices"
  ADD CONSTRAINT "slice_belongs_to_a_resolve" FOREIGN KEY (org_id, upload_id) REFERENCES private.resolve_progress(org_id, upload_id) ON DELETE CASCADE;

CREATE INDEX resolve_plan_component_idx ON private.resolve_plan USING btree (upload_id, component);

CREATE INDEX resolve_plan_unclear_idx ON private.resolve_plan USING btree (upload_id)
  WHERE (lead_id IS NULL);

CREATE POLICY "delete_writer" ON "private"."resolve_plan"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "private"."resolve_plan"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."resolve_plan"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "delete_writer" ON "private"."resolve_progress"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "private"."resolve_progress"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."resolve_progress"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "private"."resolve_progress"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "delete_writer" ON "private"."resolve_slices"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "private"."resolve_slices"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."resolve_slices"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "private"."resolve_slices"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

COMMENT ON COLUMN "private"."resolve_progress"."gaps" IS 'Rows of resolve_gaps, to be suggested when all rows with a property key are leads.';

COMMENT ON COLUMN "private"."resolve_progress"."parts" IS 'The parts that were staged when the resolve began.';

COMMENT ON COLUMN "private"."resolve_progress"."restarts" IS 'How often it began again: the database had crashed, or somebody changed a lead of the plan in between.';

COMMENT ON COLUMN "private"."resolve_progress"."touched_at" IS 'Of the last step; other uploads of the org wait meanwhile.';

COMMENT ON COLUMN "private"."resolve_slices"."counts" IS 'Verdicts: [{part_id, created, updated, unchanged, merged, conflict}].';

COMMENT ON COLUMN "private"."resolve_slices"."verified" IS 'New leads with a verified phone: {part: number}.';

COMMENT ON FUNCTION "private"."apply_matched"(public.uploads, smallint, integer, timestamp with time zone) IS 'Writes the leads of the clear components in resolve_rows.';

COMMENT ON FUNCTION "private"."apply_slice"(public.uploads, timestamp with time zone) IS 'Applies one slice of the plan of an upload that nobody else applies at this moment. Returns what private.resolve_parts returns.';

COMMENT ON FUNCTION "private"."begin_resolve"(public.uploads, timestamp with time zone) IS 'Begins or continues the resolve of an upload; null when parts have to be staged again.';

COMMENT ON FUNCTION "private"."claim_resolve"(uuid, timestamp with time zone) IS 'Whether the upload can be resolved now: free, busy (something else is resolved for the org: try again soon), or gone. Slices of one upload may be applied at the same time.';

COMMENT ON FUNCTION "private"."count_verdicts"(public.uploads, smallint, integer, timestamp with time zone) IS 'The final verdicts of the rows in resolve_rows, why they joined their leads, and how many there are of each.';

COMMENT ON FUNCTION "private"."find_overused_contacts"(uuid, uuid, uuid[], boolean) IS 'Fills resolve_overused and upload_shared_keys with the phones and e-mails of an upload that meet more than private.shared_key_limit() owners, with a warning for their rows. Those with more than private.stranger_limit() owners become invalid in these rows. p_report: false where all but resolve_overused is done already.';

COMMENT ON FUNCTION "private"."finish_resolve"(public.uploads, uuid[], timestamp with time zone) IS 'After the last row: counts, events, rejects, and the end of staging.';

COMMENT ON FUNCTION "private"."link_contacts"(uuid, uuid, uuid[]) IS 'Fills resolve_rows with the rows that have only a phone or e-mail, after all others have become leads.';

COMMENT ON FUNCTION "private"."link_properties"(uuid, uuid, uuid[]) IS 'Fills resolve_rows with the rows that have a property key: their leads, and their components.';

COMMENT ON FUNCTION "private"."pick_gaps"() IS 'Keeps the gaps of rows with only an address in resolve_gaps, at most 2,000 pairs per upload.';

COMMENT ON FUNCTION "private"."reject_keyless_rows"(uuid, uuid[]) IS 'Rejects rows that have no identity left after private.drop_shared_keys.';

COMMENT ON FUNCTION "private"."resolve_parts"(uuid, timestamp with time zone, integer) IS 'Resolves the staged rows of an upload to leads, exactly once: as a whole, or a step at a time if it has more than p_slice_rows rows (null: always as a whole). Returns resolved; more (call again); slices (as more, and others may call at the same time), claimed (others apply the last slices), busy (another upload of the org is resolved), or restage when parts must be staged again.';

COMMENT ON FUNCTION "private"."resolve_unclear"(public.uploads, timestamp with time zone, integer) IS 'Decides the rows of unclear components one by one: all (p_most null), or at most p_most and for 20 seconds.';

COMMENT ON FUNCTION "private"."resolve_unclear_slice"(public.uploads, smallint, integer, timestamp with time zone) IS 'Decides some of the unclear rows in the plan. Returns more, or resolved after the last one.';

COMMENT ON FUNCTION "private"."resolve_upload"(uuid, timestamp with time zone, integer) IS 'Resolves an upload whose parts are all staged. Returns more, slices, claimed or busy (call again; see private.resolve_parts), waiting (a part is not staged or has not arrived yet), restage (staging rows lost: queue the staging again), or the state of the finished upload.';

COMMENT ON FUNCTION "private"."restart_resolve"(uuid, uuid) IS 'Drops the plan of an upload: its parts are staged and resolved again. The leads that it has written so far are found by their keys then.';

COMMENT ON FUNCTION "private"."save_plan"(uuid, uuid, smallint, integer, timestamp with time zone) IS 'Keeps resolve_rows in private.resolve_plan, and divides its clear components into slices.';

COMMENT ON FUNCTION "private"."suggest_gaps"(uuid, timestamp with time zone) IS 'Offers the leads at the addresses of resolve_gaps that did not become one. Where several places fit, those whose owners share nothing are left out.';

COMMENT ON TABLE "private"."resolve_plan" IS 'Rows of uploads that are resolved in slices and not applied yet; of rows with a lead, only what applying needs.';

COMMENT ON TABLE "private"."resolve_progress" IS 'The uploads that are being resolved, in which phase (1 property keys, 2 phones and e-mails) and step.';

COMMENT ON TABLE "private"."resolve_slices" IS 'Parts of a plan that are each applied in one transaction, with their counts.';

REVOKE ALL ON FUNCTION "private"."apply_matched"(public.uploads, smallint, integer, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."apply_matched"(public.uploads, smallint, integer, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."apply_slice"(public.uploads, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."apply_slice"(public.uploads, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."begin_resolve"(public.uploads, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."begin_resolve"(public.uploads, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."claim_resolve"(uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_resolve"(uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."count_verdicts"(public.uploads, smallint, integer, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_verdicts"(public.uploads, smallint, integer, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."find_overused_contacts"(uuid, uuid, uuid[], boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_overused_contacts"(uuid, uuid, uuid[], boolean) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."finish_resolve"(public.uploads, uuid[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."finish_resolve"(public.uploads, uuid[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."link_contacts"(uuid, uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."link_contacts"(uuid, uuid, uuid[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."link_properties"(uuid, uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."link_properties"(uuid, uuid, uuid[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."pick_gaps"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."pick_gaps"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."resolve_parts"(uuid, timestamp WITH time zone, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."resolve_parts"(uuid, timestamp WITH time zone, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."resolve_unclear"(public.uploads, timestamp WITH time zone, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."resolve_unclear"(public.uploads, timestamp WITH time zone, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."resolve_unclear_slice"(public.uploads, smallint, integer, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."resolve_unclear_slice"(public.uploads, smallint, integer, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."resolve_upload"(uuid, timestamp WITH time zone, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."resolve_upload"(uuid, timestamp WITH time zone, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."restart_resolve"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."restart_resolve"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."save_plan"(uuid, uuid, smallint, integer, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."save_plan"(uuid, uuid, smallint, integer, timestamp WITH time zone) TO "pipeline_writer";

GRANT DELETE, INSERT, SELECT ON TABLE "private"."resolve_plan" TO "pipeline_writer";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "private"."resolve_progress" TO "pipeline_writer";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "private"."resolve_slices" TO "pipeline_writer";

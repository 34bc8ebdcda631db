-- repeated content: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

ALTER TABLE "public"."ingest_replay_guard"
  DROP CONSTRAINT "ingest_replay_guard_pkey";

DROP FUNCTION "private"."accept_part"(uuid, text, bytea, bigint, text, uuid, integer, integer, boolean, text, uuid, timestamp WITH time zone);

ALTER TABLE "public"."uploads"
  ADD COLUMN "given_id" uuid;

CREATE OR REPLACE FUNCTION private.accept_part (
  p_source_id        uuid,
  p_webhook_id       text,
  p_sha256           bytea,
  p_bytes            bigint,
  p_content_encoding text,
  p_upload_id        uuid,
  p_part             integer,
  p_parts            integer,
  p_dry_run          boolean,
  p_filename         text,
  p_correlation_id   uuid,
  p_as_of            timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    outcome       text,
    upload_id     uuid,
    part_id       uuid,
    part          integer,
    own_upload_id uuid
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_org uuid;
  v_upload public.uploads;
  v_guard public.ingest_replay_guard;
  v_existing public.upload_parts;
  v_part integer := coalesce(p_part, 1);
  v_part_id uuid := gen_random_uuid();
  v_duplicate boolean;
begin
  select s.org_id into strict v_org from public.sources s where s.id = p_source_id;

  -- One delivery per id and one per content at a time: the second waits and then sees the first.
  perform pg_advisory_xact_lock(hashtextextended(p_source_id::text || p_webhook_id, 3));
  select g.* into v_guard from public.ingest_replay_guard g
  where g.source_id = p_source_id and g.webhook_id = p_webhook_id;
  if found and (v_guard.content_sha256 <> p_sha256 or v_guard.dry_run <> p_dry_run) then
    return query select 'webhook_id_reused', v_guard.upload_id, null::uuid, v_guard.part, null::uuid;
    return;
  elsif found and p_upload_id is null then
    -- A retry of that delivery, whatever has happened since.
    return query select 'duplicate', private.given_upload_id(v_guard.upload_id, p_source_id), p.id, p.part, null::uuid
      from public.upload_parts p where p.upload_id = v_guard.upload_id and p.part = v_guard.part;
    return;
  end if;

  perform pg_advisory_xact_lock(hashtextextended(v_org::text || encode(p_sha256, 'hex') || p_dry_run, 2));
  v_guard := null;
  if p_upload_id is null then
    v_guard := private.repeated_part(v_org, p_sha256, p_dry_run, null, v_part);
  end if;
  if v_guard.upload_id is not null then
    return query select 'duplicate', private.given_upload_id(v_guard.upload_id, p_source_id), p.id, p.part, null::uuid
      from public.upload_parts p where p.upload_id = v_guard.upload_id and p.part = v_guard.part;
    return;
  end if;

  v_upload := private.open_upload(v_org, p_source_id, p_upload_id, p_parts, p_dry_run, p_filename, p_correlation_id,
    p_as_of);
  if v_upload.dry_run <> p_dry_run
    or v_upload.parts_expected <> p_parts or v_upload.parts_expected < v_part
    or v_upload.state = 'undone'
    or exists (select from public.upload_parts p where p.upload_id = v_upload.id
      and p.part > v_upload.parts_expected) then
    raise exception 'this part does not match upload %', coalesce(p_upload_id, v_upload.id) using errcode = 'SL204';
  end if;

  select p.* into v_existing from public.upload_parts p where p.upload_id = v_upload.id and p.part = v_part;
  if found then
    if v_existing.sha256 <> p_sha256 then
      raise exception 'part % of upload % was already received with different content', v_part, p_upload_id
        using errcode = 'SL204';
    end if;
    return query select 'duplicate', p_upload_id, v_existing.id, v_part, v_upload.id;
    return;
  end if;

  v_guard := private.repeated_part(v_org, p_sha256, p_dry_run, v_upload.id, v_part);
  v_duplicate := v_guard.upload_id is not null;
  insert into public.upload_parts (id, org_id, upload_id, part, state, bytes, sha256, content_encoding, key_id,
    duplicate_of_upload_id, received_at)
  values (v_part_id, v_org, v_upload.id, v_part,
    case when v_duplicate then 'duplicate' else 'received' end::public.part_state,
    p_bytes, p_sha256, p_content_encoding, private.active_key_id(v_org, 'data'),
    case when v_duplicate then v_guard.upload_id end, p_as_of);
  perform private.unskip_part(p.id) from public.upload_parts p
  where p.upload_id = v_upload.id and p.state = 'duplicate' and p.part > v_part
    and (not v_duplicate or p.duplicate_of_upload_id <> v_guard.upload_id);
  if v_duplicate then
    -- Another upload already has this content. Later parts still need its header.
    update public.uploads u
    set header = o.header, dialect = o.dialect, mapping = o.mapping, read_with = o.read_with
    from public.uploads o where u.id = v_upload.id and o.id = v_guard.upload_id and v_part = 1 and u.header is null;
    return query select 'duplicate', private.given_upload_id(v_guard.upload_id, p_source_id), v_part_id, v_part,
      v_upload.id;
    return;
  end if;
  insert into public.ingest_replay_guard (org_id, content_sha256, dry_run, source_id, webhook_id, upload_id, part,
    received_at)
  values (v_org, p_sha256, p_dry_run, p_source_id, p_webhook_id, v_upload.id, v_part, p_as_of)
  on conflict (source_id, webhook_id) do nothing;
  update public.uploads u set state = 'processing'
  where u.id = v_upload.id and u.state in ('receiving', 'completed')
    and (select count(*) from public.upload_parts p where p.upload_id = u.id) = u.parts_expected;
  return query select 'accepted', coalesce(p_upload_id, v_upload.id), v_part_id, v_part, v_upload.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_upload (
  p_source_id uuid,
  p_given_id  uuid
)
  RETURNS uuid
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select u.id from public.uploads u where u.source_id = p_source_id and coalesce(u.given_id, u.id) = p_given_id
$function$;

CREATE OR REPLACE FUNCTION private.given_upload_id (
  p_upload_id uuid,
  p_source_id uuid
)
  RETURNS uuid
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select case when u.source_id = p_source_id then coalesce(u.given_id, u.id) else u.id end
  from public.uploads u where u.id = p_upload_id
$function$;

CREATE OR REPLACE FUNCTION private.is_superseded (
  p_org_id       uuid,
  p_upload_id    uuid,
  p_part         integer,
  p_in_upload_id uuid    DEFAULT NULL::uuid,
  p_in_part      integer DEFAULT NULL::integer
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select exists (
    select from public.uploads g
    join public.uploads u on u.org_id = g.org_id and u.received_at >= g.received_at and not u.dry_run
      and coalesce(u.observed_at, u.received_at) >= g.received_at and u.rerun_of_upload_id is distinct from g.id
    join public.upload_parts q on q.org_id = u.org_id and q.upload_id = u.id
    where g.org_id = p_org_id and g.id = p_upload_id
      and (q.state in ('received', 'staging', 'staged') or q.state = 'resolved' and q.updated + q.merged > 0)
      and case
        when u.id = g.id then q.part > p_part
        when u.id = p_in_upload_id then q.part < p_in_part
        else true end)
$function$;

CREATE OR REPLACE FUNCTION private.open_upload (
  p_org_id         uuid,
  p_source_id      uuid,
  p_given_id       uuid,
  p_parts          integer,
  p_dry_run        boolean,
  p_filename       text,
  p_correlation_id uuid,
  p_as_of          timestamp with time zone
)
  RETURNS public.uploads
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  u public.uploads;
begin
  perform pg_advisory_xact_lock(hashtextextended(p_source_id::text || p_given_id, 4));
  update public.uploads x set parts_expected = coalesce(x.parts_expected, p_parts)
  where x.source_id = p_source_id and coalesce(x.given_id, x.id) = p_given_id
  returning * into u;
  if found then
    return u;
  end if;
  -- The second attempt: an upload of another source has that id.
  for i in 1 .. 2 loop
    insert into public.uploads (id, org_id, source_id, given_id, state, dry_run, filename, parts_expected,
      correlation_id, received_at)
    values (case when i = 1 and p_given_id is not null then p_given_id else gen_random_uuid() end, p_org_id, p_source_id,
      case when i = 2 then p_given_id end, 'receiving', p_dry_run, p_filename,
      case when p_given_id is null then 1 else p_parts end, p_correlation_id, p_as_of)
    on conflict (id) do nothing
    returning * into u;
    exit when found;
  end loop;
  return u;
end
$function$;

CREATE OR REPLACE FUNCTION private.repeated_part (
  p_org_id       uuid,
  p_sha256       bytea,
  p_dry_run      boolean,
  p_in_upload_id uuid,
  p_part         integer
)
  RETURNS public.ingest_replay_guard
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select g.*
  from public.ingest_replay_guard g
  join public.upload_parts o on o.upload_id = g.upload_id and o.part = g.part
  -- The same bytes as another part mean something else: they are read with another header, and at another time.
  where g.org_id = p_org_id and g.content_sha256 = p_sha256 and g.dry_run = p_dry_run and g.part = p_part
    and case
      when p_dry_run then p_in_upload_id is null
      when private.is_superseded(g.org_id, g.upload_id, g.part, p_in_upload_id, p_part) then false
      when p_in_upload_id is null then true
      -- Parts are skipped at the beginning of an upload, as long as it repeats one other upload, and while their
      -- bytes are there to be read after all.
      else o.state <> 'failed'
        and not exists (
          select from public.upload_parts q
          where q.upload_id = p_in_upload_id and q.part < p_part
            and q.duplicate_of_upload_id is distinct from g.upload_id)
        and (o.state <> 'resolved' or private.is_part_stored(o.id))
    end
  order by g.received_at desc, g.upload_id
  limit 1
$function$;

CREATE OR REPLACE FUNCTION private.settle_conflict (
  k            public.lead_conflicts,
  p_answer     public.conflict_answer,
  p_lead_id    uuid,
  p_resolution text,
  p_rule_id    bigint,
  p_as_of      timestamp with time zone
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_row private.conflict_rows;
  v_upload public.uploads;
  v_trust smallint;
  v_part uuid;
  v_keys text;
  v_lead uuid := p_lead_id;
  v_is_new boolean;
  v_verdict text;
begin
  for v_row in
    select x.* from private.conflict_rows x
    where x.org_id = k.org_id and x.conflict_id = k.id
    order by x.created_at, x.upload_id, x.part, x.line
  loop
    v_part := private.restage_conflict_row(v_row);
    v_keys := coalesce(v_keys, (private.identity_of_row(k.org_id, v_part, v_row.line)).row_keys);
    if p_answer <> 'dismiss' then
      select u.* into strict v_upload from public.uploads u where u.org_id = k.org_id and u.id = v_row.upload_id;
      select s.trust into strict v_trust from public.sources s where s.id = v_upload.source_id;
      perform set_config('sluice.actor', 'upload', true),
        set_config('sluice.upload_id', v_row.upload_id::text, true), private.open_resolve_scratch();
      v_is_new := v_lead is null;
      v_lead := coalesce(v_lead, gen_random_uuid());
      insert into resolve_rows (row_no, part_id, line_number, kind, component, component_size, lead_id, verdict)
      values (v_row.line, v_part, v_row.line, 2, v_row.line, 1, v_lead,
        case when v_is_new then 'created' else 'unchanged' end);
      if v_is_new then
        perform private.free_keys(k.org_id, v_part, v_row.line, v_lead);
      else
        perform private.take_keys(v_part, v_row.line);
      end if;
      perform private.fold_rows();
      -- The row is as old as its upload: the answer says whose it is, not that it is news.
      perform private.apply_leads(k.org_id, v_row.upload_id, v_upload.source_id, v_trust,
        coalesce(v_upload.observed_at, v_upload.received_at));
      select case when r.verdict <> 'created' and l.created_upload_id = v_row.upload_id then 'merged' else r.verdict end
      into v_verdict
      from resolve_rows r
      join public.leads l on l.org_id = k.org_id and l.id = r.lead_id
      where r.line_number = v_row.line;
      update public.upload_parts p
      set conflict = p.conflict - 1,
        created = p.created + (v_verdict = 'created')::integer,
        updated = p.updated + (v_verdict = 'updated')::integer,
        unchanged = p.unchanged + (v_verdict = 'unchanged')::integer,
        merged = p.merged + (v_verdict = 'merged')::integer
      where p.id = v_part;
    end if;
    delete from public.leads_staging s where s.part_id = v_part and s.line_number = v_row.line;
    delete from private.leads_staging_contacts c where c.part_id = v_part and c.line_number = v_row.line;
  end loop;
  if v_keys is not null and k.identity is not null then
    perform private.remember_answer(k.org_id, k.identity, v_keys, p_answer, v_lead, k.lead_ids, k.id, p_rule_id,
      p_as_of);
  end if;
  delete from private.conflict_rows x where x.org_id = k.org_id and x.conflict_id = k.id;
  update public.lead_conflicts c
  set state = case p_answer when 'dismiss' then 'dismissed' else 'resolved' end::public.conflict_state,
    closed_at = p_as_of, closed_by = auth.uid(), answer = p_answer, lead_id = v_lead,
    resolution = coalesce(p_resolution, case p_answer
      when 'dismiss' then 'dismissed'
      when 'own' then 'made a lead of its own: ' || v_lead
      else 'row assigned to lead ' || v_lead end)
  where c.org_id = k.org_id and c.id = k.id;
  return v_lead;
end
$function$;

CREATE OR REPLACE FUNCTION private.unskip_part (
  p_part_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_origin public.upload_parts;
begin
  select o.* into v_origin
  from public.upload_parts p
  join public.upload_parts o on o.upload_id = p.duplicate_of_upload_id and o.part = p.part and o.sha256 = p.sha256
  where p.id = p_part_id and p.state = 'duplicate' and private.is_part_stored(o.id);
  if not found then
    return;
  end if;
  update public.upload_parts p
  set state = 'received', duplicate_of_upload_id = null, stored_part_id = coalesce(v_origin.stored_part_id, v_origin.id),
    content_encoding = v_origin.content_encoding, bytes = v_origin.bytes
  where p.id = p_part_id;
  update public.uploads u set state = 'processing', completed_at = null
  from public.upload_parts p where p.id = p_part_id and u.id = p.upload_id and u.state = 'completed';
  perform private.send_job('stage-part', jsonb_build_object('part_id', p_part_id), p_part_id::text);
end
$function$;

CREATE OR REPLACE FUNCTION public.undo_upload (
  p_upload_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  u public.uploads;
  v_kept jsonb;
  v_more jsonb;
  v_reverted integer;
  v_unmerged integer;
  v_deleted integer;
begin
  select x.* into u from public.uploads x
  where x.id = p_upload_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')));
  if not found then
    raise exception 'upload not found' using errcode = 'SL203';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(u.org_id::text, 1));
  select x.* into strict u from public.uploads x where x.id = p_upload_id for update;
  if u.state not in ('completed', 'failed') or exists (
      select from public.upload_parts p where p.upload_id = u.id and p.state in ('received', 'staging', 'staged')) then
    raise exception 'upload % is %: only a finished upload can be undone', u.id, u.state using errcode = 'SL206';
  end if;
  if exists (select from public.uploads r
      where r.org_id = u.org_id and r.rerun_of_upload_id = u.id and r.state not in ('undone', 'failed')) then
    raise exception 'upload % was read again: undo upload % first', u.id, (
      select r.id from public.uploads r
      where r.org_id = u.org_id and r.rerun_of_upload_id = u.id and r.state not in ('undone', 'failed')
      order by r.received_at desc limit 1) using errcode = 'SL206';
  end if;
  perform set_config('sluice.actor', 'system', true);

  delete from public.lead_addresses a where a.org_id = u.org_id and a.created_upload_id = u.id;
  select coalesce(jsonb_agg(jsonb_build_object('lead_id', r.lead_id, 'reason', r.reason))
    filter (where r.reason is not null), '[]'),
    count(*) filter (where r.reverted)
  into v_kept, v_reverted
  from private.revert_changes(u.org_id, u.id) r;
  v_unmerged := private.unmerge_leads(u.org_id, u.id, p_as_of);

  with gone as (
    delete from public.contact_points c using public.leads l
    where l.org_id = u.org_id and l.id = c.lead_id and c.org_id = u.org_id and c.created_upload_id = u.id
      and l.created_upload_id is distinct from u.id and l.campaign_status = 'new'
    returning c.lead_id
  )
  select v_reverted + count(distinct g.lead_id) filter (where g.lead_id not in (
      select x.lead_id from public.lead_changes x where x.org_id = u.org_id and x.upload_id = u.id
        and x.action = 'updated'))
  into v_reverted from gone g;
  perform private.refresh_verification(u.org_id, array(
    select distinct x.lead_id from public.lead_changes x where x.org_id = u.org_id and x.upload_id = u.id
      and x.action = 'updated'));

  select coalesce(jsonb_agg(jsonb_build_object('lead_id', l.id, 'reason', k.reason)), '[]') into v_more
  from public.leads l cross join lateral (select private.reason_to_keep(l, u.id) as reason) k
  where l.org_id = u.org_id and l.source_id = u.source_id and l.created_upload_id = u.id and k.reason is not null;
  with gone as (
    delete from public.leads l
    where l.org_id = u.org_id and l.source_id = u.source_id and l.created_upload_id = u.id
      and private.reason_to_keep(l, u.id) is null
    returning l.id
  )
  select count(*) into v_deleted from gone;

  perform private.withdraw_conflict_rows(u.org_id, u.id, p_as_of);
  update public.pipeline_dlq d
  set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the upload was undone'), 2000)
  where d.org_id = u.org_id and d.resolved_at is null and d.source in ('rejects', 'stage-part', 'resolve-upload')
    and (d.payload ->> 'upload_id' = u.id::text or d.payload ->> 'part_id' in (
      select p.id::text from public.upload_parts p where p.upload_id = u.id));
  delete from public.ingest_replay_guard g where g.upload_id = u.id;
  -- Uploads that skipped parts because this one had them read them after all.
  perform private.unskip_part(p.id) from public.upload_parts p
  join public.uploads x on x.id = p.upload_id and x.state <> 'undone'
  where p.org_id = u.org_id and p.duplicate_of_upload_id = u.id and p.state = 'duplicate'
  order by p.upload_id, p.part;
  update public.uploads x set state = 'undone', undone_at = p_as_of, completed_at = coalesce(x.completed_at, p_as_of)
  where x.id = u.id;
  return jsonb_build_object(
    'undone', jsonb_build_object('deleted', v_deleted, 'reverted', v_reverted, 'unmerged', v_unmerged),
    'kept', v_kept || v_more);
end
$function$;

CREATE OR REPLACE FUNCTION public.upload_status (
  p_upload_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_build_object(
    'upload_id', u.id,
    'source', s.key,
    'state', u.state,
    'dry_run', u.dry_run,
    'filename', u.filename,
    'rerun_of', u.rerun_of_upload_id,
    'parts_expected', u.parts_expected,
    'parts', coalesce(p.parts, '[]'),
    'progress', case
      when u.state in ('completed', 'failed', 'undone') then 1
      when coalesce(u.parts_expected, p.count, 0) = 0 then 0
      else round(coalesce(p.weight, 0) / greatest(u.parts_expected, p.count), 3) end,
    'counts', coalesce(p.counts, '{}'),
    'skipped', coalesce((
      select jsonb_build_object('parts', count(*), 'rows', coalesce(sum(o.received), 0),
        'uploads', jsonb_agg(distinct x.duplicate_of_upload_id))
      from public.upload_parts x
      left join public.upload_parts o on o.upload_id = x.duplicate_of_upload_id and o.part = x.part
      where x.upload_id = u.id and x.state = 'duplicate'), '{}'),
    -- Whether something newer may have changed leads of this upload; like private.is_superseded, for members.
    'superseded', not u.dry_run and exists (
      select from public.uploads n join public.upload_parts q on q.upload_id = n.id
      where n.org_id = u.org_id and n.id <> u.id and n.received_at >= u.received_at and not n.dry_run
        and coalesce(n.observed_at, n.received_at) >= u.received_at and n.rerun_of_upload_id is distinct from u.id
        and (q.state in ('received', 'staging', 'staged') or q.state = 'resolved' and q.updated + q.merged > 0)),
    'warnings', coalesce((
      select jsonb_object_agg(w.code, w.n) from (
        select e.key as code, sum(e.value::integer) as n
        from public.upload_parts x cross join lateral jsonb_each_text(x.warnings) e
        where x.upload_id = u.id group by e.key) w), '{}'),
    'warning_lines', private.warning_lines(u.id),
    'shared_keys', coalesce((
      select jsonb_agg(jsonb_build_object('kind', k.kind, 'value', k.value, 'rows', k.rows, 'places', k.places,
        'owners', k.owners, 'first_lines', k.first_lines) order by k.rows desc, k.value)
      from (
        select x.* from public.upload_shared_keys x where x.org_id = u.org_id and x.upload_id = u.id
        order by x.rows desc, x.value limit 10) k), '[]'),
    'dialect', u.dialect,
    'mapping', u.mapping,
    'timings', jsonb_build_object(
      'received_at', u.received_at, 'staged_at', p.staged_at, 'resolved_at', p.resolved_at, 'completed_at',
        u.completed_at,
      'seconds', round(extract(epoch from coalesce(u.completed_at, p.resolved_at) - u.received_at), 3)),
    'correlation_id', u.correlation_id,
    'error', u.error)
  from public.uploads u
  join public.sources s on s.id = u.source_id
  left join lateral (
    select count(*) as count,
      sum(case x.state when 'received' then 0.05 when 'staging' then 0.2 when 'staged' then 0.5 else 1 end) as weight,
      max(x.staged_at) as staged_at, max(x.resolved_at) as resolved_at,
      jsonb_agg(jsonb_build_object('part', x.part, 'state', x.state, 'bytes', x.bytes,
        'sha256', encode(x.sha256, 'hex'), 'rows', x.received, 'error', x.error)
        || case when x.duplicate_of_upload_id is null then '{}'
          else jsonb_build_object('duplicate_of', x.duplicate_of_upload_id) end order by x.part) as parts,
      jsonb_build_object('received', sum(x.received), 'staged', sum(x.staged), 'created', sum(x.created),
        'updated', sum(x.updated), 'unchanged', sum(x.unchanged), 'merged', sum(x.merged),
        'conflict', sum(x.conflict), 'rejected', sum(x.rejected)) as counts
    from public.upload_parts x where x.upload_id = u.id
  ) p on true
  where u.id = p_upload_id
$function$;

-- Uploads, their parts and the guard have few rows: a list of a million rows has about a hundred parts.
-- squawk-ignore constraint-missing-not-valid, adding-serial-primary-key-field
ALTER TABLE "public"."ingest_replay_guard" ADD CONSTRAINT "ingest_replay_guard_pkey" PRIMARY KEY (org_id, content_sha256, dry_run, upload_id, part);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX upload_parts_duplicate_idx ON public.upload_parts USING btree (org_id, duplicate_of_upload_id)
  WHERE (duplicate_of_upload_id IS NOT NULL);

-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX uploads_given_id_key ON public.uploads USING btree (source_id, COALESCE(given_id, id));

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX uploads_received_idx ON public.uploads USING btree (org_id, received_at);

COMMENT ON COLUMN "public"."upload_parts"."duplicate_of_upload_id" IS 'The upload whose part of the same number has the same content, so that this one is skipped.';

COMMENT ON COLUMN "public"."upload_parts"."stored_part_id" IS 'For a part of a rerun, or one that was skipped at first: the part that holds the stored bytes. Null: this one does.';

COMMENT ON COLUMN "public"."uploads"."given_id" IS 'The id that the sender chose, where an upload of another source already had it as its id; else null, and id is the chosen one. Senders name their uploads by it, so ids of others are neither blocked nor visible.';

COMMENT ON FUNCTION "private"."accept_part"(uuid, text, bytea, bigint, text, uuid, integer, integer, boolean, text, uuid, timestamp with time zone) IS 'Registers a part. outcome: accepted (store the bytes now), duplicate (upload_id is the upload that has this content) or webhook_id_reused (409). upload_id is what the sender calls it; own_upload_id is the id of the upload of this part. Raises SL204 when number, total or content contradict the upload. Definer: callers may not edit the guard.';

COMMENT ON FUNCTION "private"."find_upload"(uuid, uuid) IS 'The upload that the source calls p_given_id; null for an id of its own that it never used, whoever else did.';

COMMENT ON FUNCTION "private"."given_upload_id"(uuid, uuid) IS 'What the source calls the upload.';

COMMENT ON FUNCTION "private"."is_superseded"(uuid, uuid, integer, uuid, integer) IS 'Whether something newer than a part changed existing leads, or may still do so: a later part, or an upload received since. Then its content is worth sending again. p_in_upload_id and p_in_part: where it is sent again; parts after that do not count.';

COMMENT ON FUNCTION "private"."open_upload"(uuid, uuid, uuid, integer, boolean, text, uuid, timestamp with time zone) IS 'The upload that the source calls p_given_id, made if there is none. Null: a new one, of one part.';

COMMENT ON FUNCTION "private"."repeated_part"(uuid, bytea, boolean, uuid, integer) IS 'The latest part with this content whose repetition as part p_part of an upload (null: a new one) would change nothing; null if there is none.';

COMMENT ON FUNCTION "private"."settle_conflict"(public.lead_conflicts, public.conflict_answer, uuid, text, bigint, timestamp with time zone) IS 'Applies an answer to the rows of an open conflict, in the name of the uploads that brought them (where they count as created, updated, unchanged or merged from now on), remembers it and closes the conflict. same: p_lead_id gets their facts and contacts; its identity keys stay. own: a new lead gets them. Returns the lead.';

COMMENT ON FUNCTION "private"."unskip_part"(uuid) IS 'Reads a skipped part after all, from the bytes of the part that it repeats.';

COMMENT ON FUNCTION "public"."upload_status"(uuid) IS 'State, progress (0 to 1), counts, skipped parts, warnings with their first lines, overused keys (the first ten), column mapping and timings (seconds) of an upload, as JSON; null when the caller may not see it. superseded: something newer may have changed its leads, so the same content may be sent again.';

COMMENT ON TABLE "public"."ingest_replay_guard" IS 'Received content: the same content is not accepted twice unless something newer may have changed what it changed (private.is_superseded), and a webhook-id is never reused for different content. Undoing an upload releases its content.';

REVOKE ALL ON FUNCTION "private"."accept_part"(uuid, text, bytea, bigint, text, uuid, integer, integer, boolean, text, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."accept_part"(uuid, text, bytea, bigint, text, uuid, integer, integer, boolean, text, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."find_upload"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_upload"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."given_upload_id"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."given_upload_id"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_superseded"(uuid, uuid, integer, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_superseded"(uuid, uuid, integer, uuid, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."open_upload"(uuid, uuid, uuid, integer, boolean, text, uuid, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."repeated_part"(uuid, bytea, boolean, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."repeated_part"(uuid, bytea, boolean, uuid, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."unskip_part"(uuid) FROM PUBLIC;

-- Rights that default privileges would change.

revoke execute on function private.open_upload(uuid,uuid,uuid,integer,boolean,text,uuid,timestamp with time zone) from pipeline_writer;
revoke execute on function private.unskip_part(uuid) from pipeline_writer;

-- equal leads of two sources: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."repeated_part"(uuid, bytea, boolean, uuid, integer);

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
  -- The id is signed, the query is not: a captured signature must not place the content somewhere else.
  if found and (v_guard.content_sha256 <> p_sha256 or v_guard.dry_run <> p_dry_run
    or p_upload_id <> private.given_upload_id(v_guard.upload_id, p_source_id)
    or p_upload_id is not null and v_part <> v_guard.part) then
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
    v_guard := private.repeated_part(p_source_id, p_sha256, p_dry_run, null, v_part);
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

  v_guard := private.repeated_part(p_source_id, p_sha256, p_dry_run, v_upload.id, v_part);
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

CREATE OR REPLACE FUNCTION private.repeated_part (
  p_source_id    uuid,
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
  from public.sources s
  join public.ingest_replay_guard g on g.org_id = s.org_id
  join public.upload_parts o on o.upload_id = g.upload_id and o.part = g.part
  join public.uploads u on u.id = g.upload_id
  -- The same bytes as another part mean something else: they are read with another header, and at another time.
  where s.id = p_source_id and g.content_sha256 = p_sha256 and g.dry_run = p_dry_run and g.part = p_part
    -- Two forms or partners that post the same person are two sources of the lead.
    and (u.kind <> 'api' or g.source_id = p_source_id)
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

COMMENT ON FUNCTION "private"."repeated_part"(uuid, bytea, boolean, uuid, integer) IS 'The latest part of the org of this source (of submissions: of this source) with this content whose repetition as part p_part of an upload (null: a new one) would change nothing; null if there is none.';

REVOKE ALL ON FUNCTION "private"."repeated_part"(uuid, bytea, boolean, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."repeated_part"(uuid, bytea, boolean, uuid, integer) TO "pipeline_writer";

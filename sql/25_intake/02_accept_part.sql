-- Accepting a part. The upload endpoint calls this after it has verified the signature, in the transaction that also
-- stores the bytes and queues the work.

create function private.accept_part(
  p_source_id uuid, p_webhook_id text, p_sha256 bytea, p_bytes bigint, p_content_encoding text,
  p_upload_id uuid, p_part integer, p_parts integer, p_dry_run boolean, p_filename text,
  p_correlation_id uuid, p_as_of timestamptz default now()
) returns table (outcome text, upload_id uuid, part_id uuid, part integer, own_upload_id uuid)
language plpgsql volatile security definer set search_path = '' as $$
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
$$;
comment on function private.accept_part(uuid, text, bytea, bigint, text, uuid, integer, integer, boolean, text, uuid,
  timestamptz) is
  'Registers a part. outcome: accepted (store the bytes now), duplicate (upload_id is the upload that has this '
  'content) or webhook_id_reused (409). upload_id is what the sender calls it; own_upload_id is the id of the upload '
  'of this part. Raises SL204 when number, total or content contradict the upload. Definer: callers may not edit the '
  'guard.';
grant execute on function private.accept_part(uuid, text, bytea, bigint, text, uuid, integer, integer, boolean, text,
  uuid, timestamptz)
  to pipeline_writer;

create function private.store_part_chunk(p_part_id uuid, p_seq integer, p_body bytea) returns void
language sql volatile security definer set search_path = '' as $$
  insert into private.upload_part_chunks (part_id, seq, body)
  select p.id, p_seq, private.encrypt_bytes(p_body, private.org_key(p.org_id, p.key_id))
  from public.upload_parts p where p.id = p_part_id and p.state = 'received'
$$;
comment on function private.store_part_chunk(uuid, integer, bytea) is
  'Stores one chunk (1 MiB or less) of a part, encrypted. Definer: only the owner reads chunks and keys.';
grant execute on function private.store_part_chunk(uuid, integer, bytea) to pipeline_writer;

create function private.read_part_chunk(p_part_id uuid, p_seq integer) returns bytea
language sql stable security definer set search_path = '' as $$
  select private.decrypt_bytes(c.body, private.org_key(b.org_id, b.key_id))
  from public.upload_parts p
  join public.upload_parts b on b.org_id = p.org_id and b.id = coalesce(p.stored_part_id, p.id)
  join private.upload_part_chunks c on c.part_id = b.id
  where p.id = p_part_id and c.seq = p_seq
$$;
comment on function private.read_part_chunk(uuid, integer) is
  'One chunk of a part in plain bytes, for the parser; null after the last. Definer: only the owner reads chunks '
  'and keys.';
grant execute on function private.read_part_chunk(uuid, integer) to pipeline_writer;

create function private.is_part_stored(p_part_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.upload_parts p
    join private.upload_part_chunks c on c.part_id = coalesce(p.stored_part_id, p.id)
    where p.id = p_part_id)
$$;
comment on function private.is_part_stored(uuid) is
  'Whether the bytes of a part are still stored and can be read again. Definer: like private.read_part_chunk.';
grant execute on function private.is_part_stored(uuid) to pipeline_writer;

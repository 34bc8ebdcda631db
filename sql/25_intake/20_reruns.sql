-- Reading a finished upload again, after the column map of its source has changed. The stored bytes are staged as a
-- new upload, so that the new run has its own counts, mapping and undo. Its values count as observed when the list was
-- received: they replace what the first run read from the same bytes, but nothing that was observed later.

create function private.read_settings(p_source public.sources) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('column_map', p_source.column_map, 'preset', p_source.preset,
    'default_state', p_source.default_state, 'default_city', p_source.default_city,
    'default_county', p_source.default_county)
$$;
comment on function private.read_settings(public.sources) is
  'The settings of a source that decide how its files are read.';

create function private.stored_part(p_part public.upload_parts) returns uuid
language sql stable set search_path = '' as $$
  select case when private.is_part_stored(p_part.id) then coalesce(p_part.stored_part_id, p_part.id)
    else (
      select o.id from public.upload_parts o
      where o.org_id = p_part.org_id and o.upload_id = p_part.duplicate_of_upload_id and o.sha256 = p_part.sha256
        and private.is_part_stored(o.id)
      limit 1) end
$$;
comment on function private.stored_part(public.upload_parts) is
  'The part that holds the bytes of this one: itself, or the first part with the same content. Null when they are no '
  'longer stored.';

create function private.rerun_answer(p_upload public.uploads) returns text
language sql stable set search_path = '' as $$
  select case
    when p_upload.dry_run then 'dry_run'
    when p_upload.state = 'undone' then 'undone'
    when exists (select from public.uploads r
      where r.org_id = p_upload.org_id and p_upload.id in (r.id, r.rerun_of_upload_id)
        and r.state in ('receiving', 'processing')) then 'running'
    when p_upload.state = 'failed' then 'failed'
    when (
      select r.read_with = private.read_settings(s)
      from public.uploads r
      join public.sources s on s.id = r.source_id
      where r.org_id = p_upload.org_id and p_upload.id in (r.id, r.rerun_of_upload_id) and r.state = 'completed'
      order by r.received_at desc, r.rerun_of_upload_id is null
      limit 1) then 'current'
    when exists (select from public.upload_parts p
      where p.upload_id = p_upload.id and private.stored_part(p) is null) then 'not_stored'
    else 'ready'
  end
$$;
comment on function private.rerun_answer(public.uploads) is
  'Whether an upload (not a rerun) can be read again: ready, or why not. current: its last run was read with the '
  'settings that its source has now.';

create function public.uploads_to_rerun(p_source_id uuid)
returns table (upload_id uuid, filename text, received_at timestamptz, received bigint, answer text)
language sql stable security definer set search_path = '' as $$
  select u.id, u.filename, u.received_at,
    (select sum(p.received) from public.upload_parts p where p.upload_id = u.id),
    private.rerun_answer(u)
  from public.uploads u
  where u.source_id = p_source_id and u.rerun_of_upload_id is null and not u.dry_run and u.state <> 'undone'
    and (private.is_trusted_caller() or u.org_id = any (private.my_org_ids('{owner,admin}')))
  order by u.received_at, u.id
$$;
comment on function public.uploads_to_rerun(uuid) is
  'Uploads of a source, oldest first, with the number of their rows and whether each can be read again: ready, current '
  '(read with the settings that the source has now), running, failed (replay it) or not_stored. For owners, admins and '
  'the service. Definer: members cannot see whether bytes are stored.';
revoke execute on function public.uploads_to_rerun(uuid) from public, anon;
grant execute on function public.uploads_to_rerun(uuid) to authenticated, service_role;

create function private.read_upload_again(u public.uploads, p_as_of timestamptz) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  v_id constant uuid := gen_random_uuid();
  v_first uuid;
begin
  insert into public.uploads (id, org_id, source_id, state, filename, parts_expected, correlation_id, received_at,
    rerun_of_upload_id, observed_at, read_with)
  select v_id, u.org_id, u.source_id, 'processing', u.filename, u.parts_expected, gen_random_uuid(), p_as_of,
    u.id, u.received_at, private.read_settings(s)
  from public.sources s where s.id = u.source_id;
  insert into public.upload_parts (org_id, upload_id, part, bytes, sha256, content_encoding, key_id, received_at,
    stored_part_id)
  select p.org_id, v_id, p.part, p.bytes, p.sha256, b.content_encoding, private.active_key_id(p.org_id, 'data'), p_as_of,
    b.id
  from public.upload_parts p
  join public.upload_parts b on b.id = private.stored_part(p)
  where p.upload_id = u.id;
  -- Its rejects are read again, too: replaying the old ones would read them twice.
  update public.pipeline_dlq d
  set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the upload was read again'), 2000)
  where d.org_id = u.org_id and d.resolved_at is null and d.source in ('rejects', 'stage-part')
    and d.payload ->> 'part_id' in (
      select p.id::text from public.upload_parts p join public.uploads x on x.id = p.upload_id
      where x.org_id = u.org_id and u.id in (x.id, x.rerun_of_upload_id) and x.id <> v_id);
  -- The other parts are queued when part 1 has given the header.
  select p.id into strict v_first from public.upload_parts p where p.upload_id = v_id and p.part = 1;
  perform private.send_job('stage-part', jsonb_build_object('part_id', v_first), v_first::text);
  return v_id;
end
$$;
comment on function private.read_upload_again(public.uploads, timestamptz) is
  'Stages the stored bytes of an upload as a new one and returns its id. The caller has locked it and checked that it can '
  'be read.';
revoke execute on function private.read_upload_again(public.uploads, timestamptz) from pipeline_writer;

create function public.rerun_upload(p_upload_id uuid, p_as_of timestamptz default now()) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  u public.uploads;
  v_answer text;
begin
  p_as_of := private.caller_clock(p_as_of);
  -- A rerun is read again as the upload that it read.
  select x.* into u from public.uploads x
  where x.id = (select coalesce(y.rerun_of_upload_id, y.id) from public.uploads y where y.id = p_upload_id)
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))
  for update;
  if not found then
    raise exception 'upload not found' using errcode = 'SL203';
  end if;
  v_answer := private.rerun_answer(u);
  if v_answer <> 'ready' then
    raise exception 'upload % cannot be read again: %', u.id, case v_answer
      when 'current' then 'its last run was read with the settings that the source has now'
      when 'running' then 'it is not finished'
      when 'failed' then 'it failed, so replay it'
      when 'not_stored' then 'its bytes are no longer stored'
      when 'undone' then 'it was undone'
      else 'it was a dry run' end using errcode = 'SL208';
  end if;
  return private.read_upload_again(u, p_as_of);
end
$$;
comment on function public.rerun_upload(uuid, timestamptz) is
  'Reads a finished upload again with the settings that its source has now, as a new upload, and returns its id. Once '
  'for the same settings: raises SL208 when it is running or current, or cannot be read again, and SL203 when there is '
  'no such upload. For owners, admins and the service. Definer: members cannot write uploads.';
revoke execute on function public.rerun_upload(uuid, timestamptz) from public, anon;
grant execute on function public.rerun_upload(uuid, timestamptz) to authenticated, service_role;

-- Replaying dead letters. Idempotent: a resolved part is left alone, and the replay that picks up a dead letter
-- closes it. A part whose bytes are no longer stored is left as it is, because it would be read as empty.

create function private.replay_dead_letters(p_source_id uuid, p_upload_id uuid default null,
  p_ids bigint[] default null, p_as_of timestamptz default now())
returns table (queue text, data jsonb)
language plpgsql volatile set search_path = '' as $$
declare
  v_letter record;
begin
  for v_letter in
    select d.id, d.source, d.payload, p.id as part_id, p.upload_id, p.state
    from public.pipeline_dlq d
    join public.upload_parts p on p.id = (d.payload ->> 'part_id')::uuid
    join public.uploads u on u.id = p.upload_id
    where d.resolved_at is null and d.source = 'stage-part' and u.state <> 'undone'
      and private.is_part_stored(p.id)
      and u.source_id = p_source_id and (p_upload_id is null or u.id = p_upload_id)
      and (p_ids is null or d.id = any (p_ids))
    order by d.id
    for update of d
  loop
    update public.pipeline_dlq d set resolved_at = p_as_of, resolution = 'replayed' where d.id = v_letter.id;
    if v_letter.state in ('failed', 'received', 'staging') then
      perform private.reset_part(v_letter.part_id);
      update public.uploads u set state = 'processing', completed_at = null, error = null
      where u.id = v_letter.upload_id and u.state = 'failed';
      queue := 'stage-part';
      data := jsonb_build_object('part_id', v_letter.part_id);
      return next;
    end if;
  end loop;
  -- Rejected rows: the part is staged again, but only the rejected lines.
  for v_letter in
    select d.id, p.id as part_id, p.upload_id
    from public.pipeline_dlq d
    join public.upload_parts p on p.id = (d.payload ->> 'part_id')::uuid
    join public.uploads u on u.id = p.upload_id
    where d.resolved_at is null and d.source = 'rejects' and p.state = 'resolved' and u.state = 'completed'
      and not u.dry_run
      and private.is_part_stored(p.id)
      and u.source_id = p_source_id and (p_upload_id is null or u.id = p_upload_id)
      and (p_ids is null or d.id = any (p_ids))
    order by d.id
    for update of d
  loop
    update public.pipeline_dlq d set resolved_at = p_as_of, resolution = 'replayed' where d.id = v_letter.id;
    update public.upload_rejects r set replayed_at = p_as_of
    from public.upload_parts p
    where p.id = v_letter.part_id and r.upload_id = p.upload_id and r.part = p.part;
    update public.upload_parts p
    set state = 'received', staged_at = null, resolved_at = null, received = p.received - p.rejected, rejected = 0
    where p.id = v_letter.part_id;
    update public.uploads u set state = 'processing', completed_at = null where u.id = v_letter.upload_id;
    queue := 'stage-part';
    data := jsonb_build_object('part_id', v_letter.part_id);
    return next;
  end loop;
  for v_letter in
    select d.id, (d.payload ->> 'upload_id')::uuid as upload_id
    from public.pipeline_dlq d
    join public.uploads u on u.id = (d.payload ->> 'upload_id')::uuid
    where d.resolved_at is null and d.source = 'resolve-upload'
      and u.source_id = p_source_id and (p_upload_id is null or u.id = p_upload_id)
      and (p_ids is null or d.id = any (p_ids))
    order by d.id
    for update of d
  loop
    update public.pipeline_dlq d set resolved_at = p_as_of, resolution = 'replayed' where d.id = v_letter.id;
    queue := 'resolve-upload';
    data := jsonb_build_object('upload_id', v_letter.upload_id);
    return next;
  end loop;
end
$$;
comment on function private.replay_dead_letters(uuid, uuid, bigint[], timestamptz) is
  'Closes the open dead letters of a source (or one upload, or p_ids of them) and returns the jobs that repeat their work: (queue, '
  'data), to be sent in the same transaction.';

create function private.replay_lines(p_part_id uuid) returns integer[]
language sql stable set search_path = '' as $$
  select array_agg(r.line order by r.line)
  from public.upload_rejects r
  join public.upload_parts p on p.upload_id = r.upload_id and p.part = r.part
  where p.id = p_part_id and r.replayed_at is not null
$$;
comment on function private.replay_lines(uuid) is
  'Lines of a part whose rejects are being replayed; the stager reads only these. Null when the whole part is to be '
  'staged.';

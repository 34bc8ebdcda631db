-- Uploads by the ids that their senders chose, and parts whose content is known already.

create function private.given_upload_id(p_upload_id uuid, p_source_id uuid) returns uuid
language sql stable set search_path = '' as $$
  select case when u.source_id = p_source_id then coalesce(u.given_id, u.id) else u.id end
  from public.uploads u where u.id = p_upload_id
$$;
comment on function private.given_upload_id(uuid, uuid) is 'What the source calls the upload.';

create function private.find_upload(p_source_id uuid, p_given_id uuid) returns uuid
language sql stable set search_path = '' as $$
  select u.id from public.uploads u where u.source_id = p_source_id and coalesce(u.given_id, u.id) = p_given_id
$$;
comment on function private.find_upload(uuid, uuid) is
  'The upload that the source calls p_given_id; null for an id of its own that it never used, whoever else did.';
grant execute on function private.find_upload(uuid, uuid) to pipeline_writer;

create function private.open_upload(
  p_org_id uuid, p_source_id uuid, p_given_id uuid, p_parts integer, p_dry_run boolean, p_filename text,
  p_correlation_id uuid, p_as_of timestamptz
) returns public.uploads
language plpgsql volatile set search_path = '' as $$
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
    values (case when i = 1 and p_given_id is not null then p_given_id else gen_random_uuid() end, p_org_id,
      p_source_id, case when i = 2 then p_given_id end, 'receiving', p_dry_run, p_filename,
      case when p_given_id is null then 1 else p_parts end, p_correlation_id, p_as_of)
    on conflict (id) do nothing
    returning * into u;
    exit when found;
  end loop;
  return u;
end
$$;
comment on function private.open_upload(uuid, uuid, uuid, integer, boolean, text, uuid, timestamptz) is
  'The upload that the source calls p_given_id, made if there is none. Null: a new one, of one part.';

create function private.is_superseded(
  p_org_id uuid, p_upload_id uuid, p_part integer, p_in_upload_id uuid default null, p_in_part integer default null
) returns boolean
language sql stable set search_path = '' as $$
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
$$;
comment on function private.is_superseded(uuid, uuid, integer, uuid, integer) is
  'Whether something newer than a part changed existing leads, or may still do so: a later part, or an upload received '
  'since. Then its content is worth sending again. p_in_upload_id and p_in_part: where it is sent again; parts after '
  'that do not count.';

create function private.repeated_part(
  p_source_id uuid, p_sha256 bytea, p_dry_run boolean, p_in_upload_id uuid, p_part integer
) returns public.ingest_replay_guard
language sql stable set search_path = '' as $$
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
$$;
comment on function private.repeated_part(uuid, bytea, boolean, uuid, integer) is
  'The latest part of the org of this source (of submissions: of this source) with this content whose repetition as part '
  'p_part of an upload (null: a new one) would change nothing; null if there is none.';

create function private.unskip_part(p_part_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
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
  set state = 'received', duplicate_of_upload_id = null,
    stored_part_id = coalesce(v_origin.stored_part_id, v_origin.id),
    content_encoding = v_origin.content_encoding, bytes = v_origin.bytes
  where p.id = p_part_id;
  update public.uploads u set state = 'processing', completed_at = null
  from public.upload_parts p where p.id = p_part_id and u.id = p.upload_id and u.state = 'completed';
  perform private.send_job('stage-part', jsonb_build_object('part_id', p_part_id), p_part_id::text);
end
$$;
comment on function private.unskip_part(uuid) is
  'Reads a skipped part after all, from the bytes of the part that it repeats.';

revoke execute on function private.open_upload(uuid, uuid, uuid, integer, boolean, text, uuid, timestamptz),
  private.unskip_part(uuid) from pipeline_writer;

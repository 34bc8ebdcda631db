-- Staging rows become leads: one transaction per part, parts in order, one resolve per org at a time.

-- JIT-compiling the plans of a part, which run once, would take longer than running them.
create function private.resolve_part(p_part_id uuid, p_as_of timestamptz default now()) returns text
language plpgsql volatile set search_path = pg_temp, private set jit = off as $$
declare
  v_part public.upload_parts;
  v_upload public.uploads;
  v_trust smallint;
  v_observed timestamptz;
  v_line integer;
  v_verified integer;
begin
  select * into strict v_part from public.upload_parts p where p.id = p_part_id;
  perform pg_advisory_xact_lock(hashtextextended(v_part.org_id::text, 1));
  select * into strict v_part from public.upload_parts p where p.id = p_part_id for update;
  if v_part.state <> 'staged' then
    return v_part.state;
  end if;
  select * into strict v_upload from public.uploads u where u.id = v_part.upload_id;
  v_observed := coalesce(v_upload.observed_at, v_upload.received_at);
  select s.trust into strict v_trust from public.sources s where s.id = v_upload.source_id;
  if (select count(*) from public.leads_staging s where s.part_id = p_part_id and s.verdict is null)
    <> v_part.staged - v_part.created - v_part.updated - v_part.unchanged - v_part.merged - v_part.conflict then
    -- The staging rows are lost (database crash): stage again from the stored bytes.
    perform private.reset_part(p_part_id);
    return 'received';
  end if;
  perform set_config('sluice.actor', 'upload', true), set_config('sluice.upload_id', v_upload.id::text, true);

  perform private.open_resolve_scratch();
  perform private.match_rows(v_part.org_id, p_part_id);
  perform private.recall_answers(v_part.org_id, p_part_id);
  perform private.link_rows(v_part.org_id, p_part_id);
  perform private.classify_components(v_part.org_id);
  perform private.fold_rows(p_part_id);
  perform private.apply_leads(v_part.org_id, p_part_id, v_upload.id, v_upload.source_id, v_trust,
    v_observed);

  v_verified := (select count(*) from resolve_leads n where n.is_new and n.phone_verified);

  for v_line in select r.line_number from resolve_rows r where r.lead_id is null order by r.line_number loop
    delete from resolve_leads where true;
    perform private.resolve_row(v_part.org_id, p_part_id, v_upload.id, v_line, p_as_of);
    if (select r.lead_id is not null from resolve_rows r where r.line_number = v_line) then
      perform private.fold_rows(p_part_id, v_line);
      perform private.apply_leads(v_part.org_id, p_part_id, v_upload.id, v_upload.source_id, v_trust,
        v_observed, v_line);
      v_verified := v_verified + (select count(*) from resolve_leads n where n.is_new and n.phone_verified);
    end if;
  end loop;

  -- A row that matches a lead created by this same upload is a repeat. One look-up by key for each such row: without
  -- statistics, a join would scan the leads for every row.
  update resolve_rows r set verdict = 'merged'
  where r.verdict in ('unchanged', 'updated')
    and (select l.created_upload_id from public.leads l
      where l.org_id = v_part.org_id and l.id = r.lead_id) = v_upload.id;
  perform private.clear_staging(p_part_id);

  update public.upload_parts p
  set state = 'resolved', resolved_at = greatest(p_as_of, p.staged_at),
    created = p.created + v.created, updated = p.updated + v.updated, unchanged = p.unchanged + v.unchanged,
    merged = p.merged + v.merged, conflict = p.conflict + v.conflict
  from (
    select count(*) filter (where r.verdict = 'created') as created,
      count(*) filter (where r.verdict = 'updated') as updated,
      count(*) filter (where r.verdict = 'unchanged') as unchanged,
      count(*) filter (where r.verdict = 'merged') as merged,
      count(*) filter (where r.verdict = 'conflict') as conflict
    from resolve_rows r
  ) v
  where p.id = p_part_id;
  perform private.record_part_events(p_part_id, v_verified, p_as_of);
  if v_part.rejected > 0 then
    perform private.record_dead_letter(v_part.org_id, 'rejects', jsonb_build_object('part_id', p_part_id),
      v_part.rejected || case when v_part.rejected = 1 then ' row' else ' rows' end || ' rejected', null,
        v_upload.correlation_id, p_as_of);
  end if;
  return 'resolved';
end
$$;
comment on function private.resolve_part(uuid, timestamptz) is
  'Resolves the staging rows of a part to leads, exactly once. Returns the new state of the part: resolved, or '
  'received when it must be staged again.';

create function private.clear_staging(p_part_id uuid) returns void
language sql volatile set search_path = '' as $$
  delete from public.leads_staging s where s.part_id = p_part_id;
  delete from private.leads_staging_contacts c where c.part_id = p_part_id;
$$;
comment on function private.clear_staging(uuid) is 'Deletes the staging rows of a part.';

create function private.reset_part(p_part_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.clear_staging(p_part_id);
  delete from public.upload_rejects j using public.upload_parts p
  where p.id = p_part_id and j.upload_id = p.upload_id and j.part = p.part;
  update public.upload_parts p
  set state = 'received', staged_at = null, error = null, lines = 0, received = 0, staged = 0, rejected = 0,
    created = 0, updated = 0, unchanged = 0, merged = 0, conflict = 0, warnings = '{}', warning_lines = '{}'
  where p.id = p_part_id and p.state in ('received', 'staging', 'staged', 'failed');
end
$$;
comment on function private.reset_part(uuid) is
  'Returns a part to received, to be staged again from the stored bytes.';

create function private.resolve_upload(p_upload_id uuid, p_as_of timestamptz default now()) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_upload public.uploads;
  v_part record;
  v_state text;
begin
  select * into strict v_upload from public.uploads u where u.id = p_upload_id;
  if v_upload.dry_run then
    return private.dry_run_upload(p_upload_id, p_as_of);
  end if;
  -- The next part in order; a gap (a part that has not arrived) blocks the later ones.
  select p.id, p.part, p.state into v_part
  from public.upload_parts p
  where p.upload_id = p_upload_id and p.state in ('received', 'staging', 'staged')
  order by p.part limit 1;
  if found then
    if v_part.state <> 'staged'
      or (select count(*) from public.upload_parts p
        where p.upload_id = p_upload_id and p.part < v_part.part) < v_part.part - 1 then
      return 'waiting';
    end if;
    v_state := private.resolve_part(v_part.id, p_as_of);
    return case when v_state = 'resolved' then 'more' else 'restage' end;
  end if;
  return private.complete_upload(p_upload_id, p_as_of);
end
$$;
comment on function private.resolve_upload(uuid, timestamptz) is
  'Resolves the next part of an upload. Returns more (call again), waiting (a part is not staged yet), restage '
  '(staging rows lost: queue the staging again), or the state of the finished upload.';

create function private.complete_upload(p_upload_id uuid, p_as_of timestamptz) returns text
language sql volatile set search_path = '' as $$
  update public.uploads u
  set state = case when f.failed then 'failed' else 'completed' end::public.upload_state,
    completed_at = p_as_of,
    error = case when f.failed then f.error end
  from (
    select bool_or(p.state = 'failed') as failed, min(p.error) as error, count(*) as parts
    from public.upload_parts p where p.upload_id = p_upload_id
  ) f
  where u.id = p_upload_id and u.state in ('receiving', 'processing', 'failed') and f.parts = u.parts_expected
    and not exists (select from public.upload_parts p
      where p.upload_id = p_upload_id and p.state in ('received', 'staging', 'staged'))
  returning u.state::text
$$;
comment on function private.complete_upload(uuid, timestamptz) is
  'Completes an upload whose parts are all done; null while parts are missing.';

create function private.dry_run_upload(p_upload_id uuid, p_as_of timestamptz) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_part record;
  v_counts jsonb;
begin
  if exists (select from public.uploads u where u.id = p_upload_id and u.parts_expected is distinct from (
      select count(*) from public.upload_parts p where p.upload_id = u.id))
    or exists (select from public.upload_parts p where p.upload_id = p_upload_id
      and p.state in ('received', 'staging')) then
    return 'waiting';
  end if;
  -- Runs for real and is then rolled back: only the counts survive the inner block.
  begin
    for v_part in select p.id from public.upload_parts p
      where p.upload_id = p_upload_id and p.state = 'staged' order by p.part loop
      if private.resolve_part(v_part.id, p_as_of) <> 'resolved' then
        raise exception 'the staging rows of part % are missing', v_part.id using errcode = 'SL205';
      end if;
    end loop;
    select jsonb_agg(to_jsonb(p)) into v_counts from public.upload_parts p
    where p.upload_id = p_upload_id and p.state = 'resolved';
    raise exception 'dry run' using errcode = 'SL299';
  exception when sqlstate 'SL299' then
    null;
  end;
  update public.upload_parts p
  set state = 'resolved', resolved_at = greatest(p_as_of, p.staged_at), created = c.created, updated = c.updated,
    unchanged = c.unchanged, merged = c.merged, conflict = c.conflict
  from jsonb_to_recordset(coalesce(v_counts, '[]'))
    as c (id uuid, created integer, updated integer, unchanged integer, merged integer, conflict integer)
  where p.id = c.id;
  -- The outcome depends on the day and on the source's settings, so the same content may be sent again.
  delete from public.ingest_replay_guard g where g.upload_id = p_upload_id and g.dry_run;
  return private.complete_upload(p_upload_id, p_as_of);
exception when sqlstate 'SL205' then
  perform private.reset_part(p.id) from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged';
  return 'restage';
end
$$;
comment on function private.dry_run_upload(uuid, timestamptz) is
  'Resolves all parts of a dry run and rolls back everything except the counts; afterwards its content no longer '
  'counts as a duplicate. Returns waiting, restage or the state of the finished upload.';

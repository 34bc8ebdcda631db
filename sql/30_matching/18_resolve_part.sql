-- Staging rows become leads. An upload is resolved as a whole, in one transaction, when all its parts are staged: what
-- a row means depends on the others (does another parcel have this address?), and must not depend on their order or
-- on how the file was cut. One resolve runs per org at a time.

-- JIT-compiling the plans of a resolve, which run once, would take longer than running them.
create function private.resolve_parts(p_upload_id uuid, p_as_of timestamptz default now()) returns text
language plpgsql volatile set search_path = pg_temp, private set jit = off as $$
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
$$;
comment on function private.resolve_parts(uuid, timestamptz) is
  'Resolves the staged rows of an upload to leads, exactly once. Returns resolved, or restage when parts must be '
  'staged again.';

create function private.resolve_matched(p_upload public.uploads, p_as_of timestamptz) returns jsonb
language plpgsql volatile set search_path = pg_temp, private set jit = off as $$
declare
  v_trust constant smallint := (select s.trust from public.sources s where s.id = p_upload.source_id);
  v_observed constant timestamptz := coalesce(p_upload.observed_at, p_upload.received_at);
  v_verified jsonb;
  v_row bigint;
begin
  perform private.classify_components(p_upload.org_id);
  perform private.fold_rows();
  perform private.apply_leads(p_upload.org_id, p_upload.id, p_upload.source_id, v_trust, v_observed);
  v_verified := (select jsonb_object_agg(v.part, v.n) from (
    select n.component >> 32 as part, count(*) as n from resolve_leads n where n.is_new and n.phone_verified group by 1
  ) v);

  -- What a row says decides its turn, so that the order of the file does not.
  for v_row in
    select r.row_no from resolve_rows r
    where r.lead_id is null
    order by r.reason is not null, r.kind, num_nulls(r.mak, r.parcel), position('-' in r.parcel) = 0,
      length(r.owner) desc nulls last, r.mak, r.parcel, r.owner, r.addr_hash, r.phone, r.email, r.row_no
  loop
    delete from resolve_leads where true;
    perform private.resolve_row(p_upload.org_id, p_upload.id, v_row, p_as_of);
    if (select r.lead_id is not null from resolve_rows r where r.row_no = v_row) then
      perform private.fold_rows(v_row);
      perform private.apply_leads(p_upload.org_id, p_upload.id, p_upload.source_id, v_trust, v_observed,
        v_row);
    end if;
  end loop;

  -- A row that matches a lead created by this same upload is a repeat. One look-up by key for each such row: without
  -- statistics, a join would scan the leads for every row.
  update resolve_rows r set verdict = 'merged'
  where r.verdict in ('unchanged', 'updated')
    and (select l.created_upload_id from public.leads l
      where l.org_id = p_upload.org_id and l.id = r.lead_id) = p_upload.id;
  insert into public.lead_joins (org_id, lead_id, upload_id, part, line, evidence, joined_at)
  select p_upload.org_id, r.lead_id, p_upload.id, r.row_no >> 32, r.line_number, r.evidence, p_as_of
  from resolve_rows r
  where r.evidence is not null and r.verdict in ('updated', 'merged');

  update public.upload_parts p
  set created = p.created + v.created, updated = p.updated + v.updated, unchanged = p.unchanged + v.unchanged,
    merged = p.merged + v.merged, conflict = p.conflict + v.conflict
  from (
    select r.part_id, count(*) filter (where r.verdict = 'created') as created,
      count(*) filter (where r.verdict = 'updated') as updated,
      count(*) filter (where r.verdict = 'unchanged') as unchanged,
      count(*) filter (where r.verdict = 'merged') as merged,
      count(*) filter (where r.verdict = 'conflict') as conflict
    from resolve_rows r group by r.part_id
  ) v
  where p.id = v.part_id;
  return coalesce(v_verified, '{}');
end
$$;
comment on function private.resolve_matched(public.uploads, timestamptz) is
  'Turns resolve_rows into leads: clear components at once, the others row by row; then conflicts and counts. '
  'Returns the number of new leads with a verified phone, per part.';

-- Rows that had only a key that is no key in this upload.
create function private.reject_keyless_rows(p_upload_id uuid, p_parts uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
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
$$;
comment on function private.reject_keyless_rows(uuid, uuid[]) is
  'Rejects rows that have no identity left after private.drop_shared_keys and private.drop_overused_contacts.';

create function private.clear_staging(p_parts uuid[]) returns void
language sql volatile set search_path = '' as $$
  delete from public.leads_staging s where s.part_id = any (p_parts);
  delete from private.leads_staging_contacts c where c.part_id = any (p_parts);
$$;
comment on function private.clear_staging(uuid[]) is 'Deletes the staging rows of parts.';

create function private.reset_part(p_part_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.clear_staging(array[p_part_id]);
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
    v_state := private.resolve_parts(p_upload_id, p_as_of);
    return case when v_state = 'resolved' then 'more' else v_state end;
  end if;
  return private.complete_upload(p_upload_id, p_as_of);
end
$$;
comment on function private.resolve_upload(uuid, timestamptz) is
  'Resolves an upload whose parts are all staged. Returns more (call again), waiting (a part is not staged or has not '
  'arrived yet), restage (staging rows lost: queue the staging again), or the state of the finished upload.';

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
  v_counts jsonb;
begin
  -- Runs for real and is then rolled back: only the counts survive the inner block.
  begin
    if exists (select from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged')
      and private.resolve_parts(p_upload_id, p_as_of) <> 'resolved' then
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
$$;
comment on function private.dry_run_upload(uuid, timestamptz) is
  'Resolves all parts of a dry run and rolls back everything except the counts; afterwards its content no longer '
  'counts as a duplicate. Returns restage or the state of the finished upload.';

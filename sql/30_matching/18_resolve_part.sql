-- Staging rows become leads. What each row means is found out for an upload as a whole, when all its parts are staged: it
-- depends on the others (does another parcel have this address?), and must not depend on their order or on how the file
-- was cut. One upload is resolved per org at a time. The steps are in 07_resolve_progress.sql.

-- JIT-compiling the plans of a resolve, which run once, would take longer than running them.
create function private.resolve_parts(p_upload_id uuid, p_as_of timestamptz, p_slice_rows integer) returns text
language plpgsql volatile set search_path = pg_temp, private set jit = off as $$
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
    if g.phase = 2 and g.step = 'match' and not exists (
      select from public.leads_staging s
      where s.part_id = any (g.parts) and (s.verdict is null and s.mak is null and s.addr_hash is null
        and (s.apn is null or s.county_fips is null) or s.verdict = 'keyless')
        and (s.phone is not null or s.email is not null)) then
      -- Most lists have a property in each row.
      v_state := 'resolved';
    elsif g.step = 'match' then
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
$$;
comment on function private.resolve_parts(uuid, timestamptz, integer) is
  'Resolves the staged rows of an upload to leads, exactly once: as a whole, or a step at a time if it has more than '
  'p_slice_rows rows (null: always as a whole). Returns resolved; more (call again); slices (as more, and others may '
  'call at the same time), claimed (others apply the last slices), busy (another upload of the org is resolved), or '
  'restage when parts must be staged again.';

create function private.begin_resolve(p_upload public.uploads, p_as_of timestamptz) returns private.resolve_progress
language plpgsql volatile set search_path = '' as $$
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
$$;
comment on function private.begin_resolve(public.uploads, timestamptz) is
  'Begins or continues the resolve of an upload; null when parts have to be staged again.';

create function private.link_properties(p_org_id uuid, p_upload_id uuid, p_parts uuid[]) returns void
language plpgsql volatile set search_path = pg_temp, private as $$
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
$$;
comment on function private.link_properties(uuid, uuid, uuid[]) is
  'Fills resolve_rows with the rows that have a property key: their leads, and their components.';

create function private.link_contacts(p_org_id uuid, p_upload_id uuid, p_parts uuid[]) returns void
language plpgsql volatile set search_path = pg_temp, private as $$
begin
  if private.match_contacts(p_parts) then
    -- Not known any more where the properties were matched in another transaction.
    if not exists (select from resolve_overused) then
      perform private.find_overused_contacts(p_org_id, p_upload_id, p_parts, false);
    end if;
    perform private.recall_answers(p_org_id), private.find_contact_nodes(p_org_id, p_parts);
    perform private.drop_overused_contacts();
    perform private.settle_places();
    perform private.link_keys(true);
    perform private.spread_components();
  end if;
end
$$;
comment on function private.link_contacts(uuid, uuid, uuid[]) is
  'Fills resolve_rows with the rows that have only a phone or e-mail, after all others have become leads.';

create function private.finish_resolve(p_upload public.uploads, p_parts uuid[], p_as_of timestamptz) returns void
language plpgsql volatile set search_path = '' as $$
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
$$;
comment on function private.finish_resolve(public.uploads, uuid[], timestamptz) is
  'After the last row: counts, events, rejects, and the end of staging.';

-- Rows that had only a key that is no key in this upload.
create function private.reject_keyless_rows(p_upload_id uuid, p_parts uuid[]) returns void
language plpgsql volatile set search_path = '' set enable_nestloop = off as $$
begin
  if not exists (select from public.upload_shared_keys k where k.upload_id = p_upload_id) then
    return;
  end if;
  with keyless as materialized (
    select s.* from public.leads_staging s
    where s.part_id = any (p_parts) and s.verdict = 'keyless' and s.phone is null and s.email is null
  ), parts as materialized (
    select p.id, p.key_id, private.org_key(p.org_id, p.key_id) as key
    from public.upload_parts p where p.id in (select s.part_id from keyless s)
  ), raw as materialized (
    -- Each message is decrypted once.
    select b.part_id, r.key::integer as line, r.value
    from private.leads_staging_raw b
    join parts p on p.id = b.part_id
    cross join lateral jsonb_each(private.decrypt_value(b.content, p.key)::jsonb) r
    where exists (
      select from keyless s
      where s.part_id = b.part_id and s.line_number between b.first_line and b.last_line)
  )
  insert into public.upload_rejects (org_id, upload_id, part, line, code, detail, key_id, raw)
  select s.org_id, s.upload_id, s.part, s.line_number, 'no_identity',
    case when s.mak is null and (s.apn is null or s.county_fips is null)
      then 'The row has only a phone or e-mail that many owners in this upload share.'
      else 'The row has only a parcel number or MAK that many addresses or owners in this upload share.' end,
    p.key_id, private.encrypt_value(coalesce(r.value, '[]')::text, p.key)
  from keyless s
  join parts p on p.id = s.part_id
  left join raw r on r.part_id = s.part_id and r.line = s.line_number
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
  'Rejects rows that have no identity left after private.drop_shared_keys.';

create function private.clear_staging(p_parts uuid[]) returns void
language sql volatile set search_path = '' as $$
  delete from public.leads_staging s where s.part_id = any (p_parts);
  delete from private.leads_staging_raw r where r.part_id = any (p_parts);
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

create function private.resolve_upload(
  p_upload_id uuid, p_as_of timestamptz default now(), p_slice_rows integer default 25000
) returns text
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
    v_state := private.resolve_parts(p_upload_id, p_as_of, p_slice_rows);
    return case when v_state = 'resolved' then 'more' else v_state end;
  end if;
  return private.complete_upload(p_upload_id, p_as_of);
end
$$;
comment on function private.resolve_upload(uuid, timestamptz, integer) is
  'Resolves an upload whose parts are all staged. Returns more, slices, claimed or busy (call again; see '
  'private.resolve_parts), waiting (a part is not staged or has not arrived yet), restage (staging rows lost: queue the staging again), or the state of the finished upload.';

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
$$;
comment on function private.dry_run_upload(uuid, timestamptz) is
  'Resolves all parts of a dry run and rolls back everything except the counts; afterwards its content no longer '
  'counts as a duplicate. Returns restage or the state of the finished upload.';

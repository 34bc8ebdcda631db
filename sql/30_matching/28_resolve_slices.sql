-- Applying what was found out about the rows of an upload: clear components at once or slice by slice, unclear rows one
-- after the other.

create function private.save_plan(
  p_org_id uuid, p_upload_id uuid, p_phase smallint, p_slice_rows integer, p_as_of timestamptz
) returns void
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' as $$
begin
  insert into resolve_plan (upload_id, row_no, part_id, line_number, kind, addr_hash, without_mak, without_parcel,
    component, component_size, lead_id, verdict, evidence, answer)
  select p_upload_id, r.row_no, r.part_id, r.line_number, r.kind,
    case when r.component_size > 1 or r.verdict <> 'created' then r.addr_hash end, r.without_mak, r.without_parcel,
    r.component, r.component_size, r.lead_id, r.verdict, r.evidence, r.answer
  from resolve_rows r where r.lead_id is not null;
  -- By name: after an upgrade the order of columns may differ.
  insert into resolve_plan (upload_id,
    row_no, part_id, line_number, kind, mak, parcel, apn, addr_hash, phone, email, owner, without_mak, without_parcel,
    by_mak, by_parcel, by_place, by_email, near, twin, component, component_size, reason, evidence, answer)
  select p_upload_id,
    r.row_no, r.part_id, r.line_number, r.kind, r.mak, r.parcel, r.apn, r.addr_hash, r.phone, r.email, r.owner,
    r.without_mak, r.without_parcel, r.by_mak, r.by_parcel, r.by_place, r.by_email, r.near, r.twin, r.component,
    r.component_size, r.reason, r.evidence, r.answer
  from resolve_rows r where r.lead_id is null;
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
$$;
comment on function private.save_plan(uuid, uuid, smallint, integer, timestamptz) is
  'Keeps resolve_rows in private.resolve_plan, and divides its clear components into slices.';

create function private.restart_resolve(p_org_id uuid, p_upload_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
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
$$;
comment on function private.restart_resolve(uuid, uuid) is
  'Drops the plan of an upload: its parts are staged and resolved again. The leads that it has written so far are '
  'found by their keys then.';

create function private.apply_slice(p_upload public.uploads, p_as_of timestamptz) returns text
language plpgsql volatile set search_path = pg_temp, private set work_mem = '64MB' set jit = off as $$
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
$$;
comment on function private.apply_slice(public.uploads, timestamptz) is
  'Applies one slice of the plan of an upload that nobody else applies at this moment. Returns what '
  'private.resolve_parts returns.';

create function private.apply_matched(p_upload public.uploads, p_phase smallint, p_slice integer, p_as_of timestamptz)
returns void
language plpgsql volatile set search_path = pg_temp, private as $$
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
$$;
comment on function private.apply_matched(public.uploads, smallint, integer, timestamptz) is
  'Writes the leads of the clear components in resolve_rows.';

create function private.resolve_unclear(p_upload public.uploads, p_as_of timestamptz, p_most integer) returns void
language plpgsql volatile set search_path = pg_temp, private set jit = off as $$
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
$$;
comment on function private.resolve_unclear(public.uploads, timestamptz, integer) is
  'Decides the rows of unclear components one by one: all (p_most null), or at most p_most and for 20 seconds.';

create function private.resolve_unclear_slice(
  p_upload public.uploads, p_phase smallint, p_slice_rows integer, p_as_of timestamptz
) returns text
language plpgsql volatile set search_path = pg_temp, private as $$
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
  insert into resolve_plan (upload_id,
    row_no, part_id, line_number, kind, mak, parcel, apn, addr_hash, phone, email, owner, without_mak, without_parcel,
    by_mak, by_parcel, by_place, by_email, near, twin, component, component_size, reason, evidence, answer)
  select p_upload.id,
    r.row_no, r.part_id, r.line_number, r.kind, r.mak, r.parcel, r.apn, r.addr_hash, r.phone, r.email, r.owner,
    r.without_mak, r.without_parcel, r.by_mak, r.by_parcel, r.by_place, r.by_email, r.near, r.twin, r.component,
    r.component_size, r.reason, r.evidence, r.answer
  from resolve_rows r where r.verdict is null;
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
$$;
comment on function private.resolve_unclear_slice(public.uploads, smallint, integer, timestamptz) is
  'Decides some of the unclear rows in the plan. Returns more, or resolved after the last one.';

create function private.count_verdicts(p_upload public.uploads, p_phase smallint, p_slice integer,
  p_as_of timestamptz) returns void
language plpgsql volatile set search_path = pg_temp, private as $$
declare
  v_restarted constant boolean := (select x.restarts > 0 from resolve_progress x
    where x.org_id = p_upload.org_id and x.upload_id = p_upload.id);
begin
  -- A trigger ends contact with people whom the list marks so (35_consent).
  update public.leads_staging s set lead_id = r.lead_id
  from resolve_rows r
  where s.upload_id = p_upload.id and s.do_not_contact
    and r.row_no = (s.part::bigint << 32) + s.line_number and r.lead_id is not null;
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
  if p_upload.kind = 'api' then
    insert into submitted_rows as w (org_id, upload_id, line, verdict, lead_id)
    select p_upload.org_id, p_upload.id, r.line_number, r.verdict, r.lead_id
    from resolve_rows r
    where r.verdict in ('created', 'updated', 'unchanged', 'merged', 'conflict')
    on conflict (upload_id, line) do update set verdict = excluded.verdict, lead_id = excluded.lead_id;
  end if;

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
$$;
comment on function private.count_verdicts(public.uploads, smallint, integer, timestamptz) is
  'Ends contact with people whom the list marks so. The final verdicts of the rows in resolve_rows, why they joined their leads, and how many there are of each. Leads '
  'that were posted as JSON are answered with them.';

create function private.record_part_events(p_part_id uuid, p_verified integer, p_as_of timestamptz default now())
  returns void
language sql volatile set search_path = '' as $$
  insert into public.pipeline_events (org_id, kind, at, quantity, duration, correlation_id, detail)
  select p.org_id, e.kind::public.pipeline_event_kind, p_as_of, e.quantity, e.duration, u.correlation_id,
    jsonb_build_object('upload_id', p.upload_id, 'part', p.part)
  from public.upload_parts p
  join public.uploads u on u.id = p.upload_id
  -- Rows of a rerun are in the funnel since they came; new are those that no earlier run could read.
  cross join lateral (
    select coalesce(max(x.received), 0) as received, coalesce(max(x.staged), 0) as staged
    from (
      select o.received, o.staged from public.upload_parts o where o.id = p.stored_part_id and o.state = 'resolved'
      union all
      select r.received, r.staged from public.upload_parts r
      where r.org_id = p.org_id and r.stored_part_id = p.stored_part_id and r.id <> p.id and r.state = 'resolved') x
    where u.rerun_of_upload_id is not null) b
  cross join lateral (values
    ('uploaded', greatest(p.received - b.received, 0), null::interval),
    ('staged', greatest(p.staged - b.staged, 0), p.staged_at - p.received_at),
    ('deduped', p.created, p.resolved_at - p.staged_at),
    ('verified', p_verified, null)
  ) e (kind, quantity, duration)
  where p.id = p_part_id
$$;
comment on function private.record_part_events(uuid, integer, timestamptz) is
  'Records the funnel events of a resolved part, as quantities (of a rerun, what is new); p_verified of its '
  'new leads have a verified phone.';

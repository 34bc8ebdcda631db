create function private.record_part_events(p_part_id uuid, p_verified integer, p_as_of timestamptz default now())
  returns void
language sql volatile set search_path = '' as $$
  insert into public.pipeline_events (org_id, kind, at, quantity, duration, correlation_id, detail)
  select p.org_id, e.kind::public.pipeline_event_kind, p_as_of, e.quantity, e.duration, u.correlation_id,
    jsonb_build_object('upload_id', p.upload_id, 'part', p.part)
  from public.upload_parts p
  join public.uploads u on u.id = p.upload_id
  cross join lateral (values
    ('uploaded', p.received, null::interval),
    ('staged', p.staged, p.staged_at - p.received_at),
    ('deduped', p.created, p.resolved_at - p.staged_at),
    ('verified', p_verified, null)
  ) e (kind, quantity, duration)
  where p.id = p_part_id
$$;
comment on function private.record_part_events(uuid, integer, timestamptz) is
  'Records the funnel events of a resolved part, as quantities; p_verified of its new leads have a verified phone.';

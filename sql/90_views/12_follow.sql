-- From upload to booking: what is on record about a lead or an upload, in the order in which it happened, with the
-- correlation ids by which logs, sessions and traces are found. Ids, names of states and numbers only.

create function private.find_followed(p_id uuid) returns table (org_id uuid, upload_id uuid, lead_id uuid)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
begin
  return query
  select u.org_id, u.id, null::uuid from public.uploads u where p_id in (u.id, u.correlation_id)
  union all
  -- One probe per org.
  select o.id, null, x.lead_id
  from public.orgs o
  cross join lateral (
    select l.id as lead_id from public.leads l where l.org_id = o.id and l.id = p_id
    union all
    select m.lead_id from public.messages m where m.org_id = o.id and m.id = p_id
    union all
    select b.lead_id from public.bookings b where b.org_id = o.id and b.id = p_id
    union all
    select r.lead_id from public.sequence_runs r where r.org_id = o.id and r.id = p_id) x;
end
$$;
comment on function private.find_followed(uuid) is
  'What an id means: the upload with that id or correlation id, or else the lead with it, or of the message, booking '
  'or run. No row if nothing has it.';

create function private.follow_upload(p_org_id uuid, p_upload_id uuid, p_limit integer default 20)
returns table (at timestamptz, kind text, id text, correlation_id uuid, detail jsonb)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
begin
  return query
  select x.at, x.kind, x.id, x.correlation_id, jsonb_strip_nulls(x.detail)
  from (
    select u.received_at, 'upload', u.id::text, u.correlation_id, jsonb_build_object('state', u.state, 'parts',
      u.parts_expected, 'dry_run', nullif(u.dry_run, false))
    from public.uploads u where u.org_id = p_org_id and u.id = p_upload_id
    union all
    select e.at, 'event', e.id::text, e.correlation_id, jsonb_build_object('step', e.kind, 'quantity', e.quantity,
      'part', e.detail -> 'part', 'seconds', round(extract(epoch from e.duration), 3))
    from public.uploads u
    join public.pipeline_events e on e.org_id = u.org_id and e.at >= u.received_at and e.lead_id is null
      and e.kind in ('uploaded', 'staged', 'deduped', 'verified') and e.detail ->> 'upload_id' = u.id::text
    where u.org_id = p_org_id and u.id = p_upload_id
    union all
    select d.created_at, 'dead_letter', d.id::text, d.correlation_id, jsonb_build_object('source', d.source, 'reason',
      d.reason)
    from public.uploads u join public.pipeline_dlq d on d.org_id = u.org_id and d.correlation_id = u.correlation_id
    where u.org_id = p_org_id and u.id = p_upload_id
    union all
    (select l.created_at, 'lead', l.id::text, u.correlation_id, jsonb_build_object('campaign_status', l.campaign_status)
    from public.uploads u
    join public.leads l on l.org_id = u.org_id and l.source_id = u.source_id and l.created_upload_id = u.id
    where u.org_id = p_org_id and u.id = p_upload_id
    order by l.campaign_status = 'new', l.id limit p_limit)
  ) x (at, kind, id, correlation_id, detail)
  order by x.at, x.kind = 'lead', x.kind = 'event', x.id;
end
$$;
comment on function private.follow_upload(uuid, uuid, integer) is
  'What happened to an upload: itself, the steps of its parts, dead letters, and p_limit of the leads that it made, '
  'those in work first.';

create function private.follow_lead(p_org_id uuid, p_lead_id uuid)
returns table (at timestamptz, kind text, id text, correlation_id uuid, detail jsonb)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
begin
  return query
  select x.at, x.kind, x.id, x.correlation_id, jsonb_strip_nulls(x.detail)
  from (
    select u.received_at, 'upload', u.id::text, u.correlation_id, jsonb_build_object('state', u.state)
    from public.leads l join public.uploads u on u.id = l.created_upload_id
    where l.org_id = p_org_id and l.id = p_lead_id
    union all
    select e.at, 'event', e.id::text, e.correlation_id, jsonb_build_object('step', e.kind, 'message_id',
      e.detail -> 'message_id', 'campaign_id', e.detail -> 'campaign_id')
    from public.pipeline_events e where e.org_id = p_org_id and e.lead_id = p_lead_id
    union all
    select r.started_at, 'run', r.id::text, r.correlation_id, jsonb_build_object('state', r.state, 'reason',
      r.end_reason, 'campaign_id', r.campaign_id)
    from public.sequence_runs r where r.org_id = p_org_id and r.lead_id = p_lead_id
    union all
    select c.at, 'provider_call', c.id::text, c.correlation_id, jsonb_build_object('provider', c.provider, 'endpoint',
      c.endpoint, 'outcome', c.outcome, 'ms', c.duration_ms)
    from public.provider_calls c where c.org_id = p_org_id and c.lead_id = p_lead_id
    union all
    select coalesce(m.claimed_at, m.created_at), 'message', m.id::text, m.correlation_id, jsonb_build_object('channel',
      m.channel, 'kind', m.kind, 'state', m.state, 'step', m.step, 'error_code', m.error_code)
    from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id
    union all
    select d.created_at, 'dead_letter', d.id::text, d.correlation_id, jsonb_build_object('source', d.source, 'reason',
      d.reason)
    from public.messages m
    join public.pipeline_dlq d on d.org_id = m.org_id and d.payload ->> 'message_id' = m.id::text
    where m.org_id = p_org_id and m.lead_id = p_lead_id
    union all
    -- The request that brought it has an id of its own: the provider's, or one made at the endpoint.
    select w.at, 'webhook_event', w.id::text, i.correlation_id, jsonb_build_object('provider', w.provider, 'event',
      w.kind, 'outcome', w.outcome, 'message_id', w.message_id)
    from public.webhook_events w left join public.webhook_inbox i on i.org_id = w.org_id and i.id = w.inbox_id
    where w.org_id = p_org_id and w.lead_id = p_lead_id
    union all
    select r.at, 'reply', r.id::text, private.lead_correlation(r.org_id, r.lead_id), jsonb_build_object('channel',
      r.channel, 'request', r.request, 'label', r.label, 'message_id', r.message_id)
    from public.replies r where r.org_id = p_org_id and r.lead_id = p_lead_id
    union all
    select coalesce(b.made_at, b.moved_at, b.cancelled_at), 'booking', b.id::text,
      private.lead_correlation(b.org_id, b.lead_id), jsonb_build_object('state', b.state, 'message_id', b.message_id)
    from public.bookings b where b.org_id = p_org_id and b.lead_id = p_lead_id
  ) x (at, kind, id, correlation_id, detail)
  order by x.at, x.kind, x.id;
end
$$;
comment on function private.follow_lead(uuid, uuid) is
  'What happened to a lead: its upload, events, runs, calls to data providers, messages, dead letters, deliveries from '
  'providers, replies and bookings.';
revoke execute on function private.find_followed(uuid), private.follow_upload(uuid, uuid, integer),
  private.follow_lead(uuid, uuid) from pipeline_writer;

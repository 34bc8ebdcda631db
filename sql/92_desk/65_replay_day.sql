-- Replay of a day: what came in on a local date of an org is processed again from the stored bytes, for example after a
-- mistake in the rules or a backup of an older state. Idempotent: an upload is read as of when it came, so that nothing
-- newer is overwritten, and an event that was applied is not applied again. `sluice replay day` calls these.

create function private.replay_answer(u public.uploads) returns text
language sql stable set search_path = '' as $$
  select case
    when a.answer = 'failed' and not exists (select from public.pipeline_dlq d
      join public.upload_parts p on p.id::text = d.payload ->> 'part_id'
      where d.org_id = u.org_id and d.resolved_at is null and d.source = 'stage-part' and p.upload_id = u.id
        and private.is_part_stored(p.id)) then 'not_stored'
    -- The same settings are no reason against it.
    when a.answer = 'current' then case when exists (select from public.upload_parts p
      where p.upload_id = u.id and private.stored_part(p) is null) then 'not_stored' else 'ready' end
    else a.answer end
  from (select private.rerun_answer(u) as answer) a
$$;
comment on function private.replay_answer(public.uploads) is
  'What a replay does with an upload (not a rerun): ready (read again), failed (its failed parts are tried again), or why '
  'it is left out: running, not_stored, undone, dry_run.';

create function private.day_to_replay(p_org_id uuid, p_day date, p_source_id uuid default null)
returns table (kind text, id text, name text, received_at timestamptz, items bigint, answer text)
language sql stable set search_path = '' as $$
  with day as (
    select p_day::timestamp at time zone o.time_zone as since, (p_day + 1)::timestamp at time zone o.time_zone as until
    from public.orgs o where o.id = p_org_id
  )
  select 'upload', u.id::text, coalesce(u.filename, s.key), u.received_at,
    (select coalesce(sum(p.received), 0) from public.upload_parts p where p.upload_id = u.id), private.replay_answer(u)
  from day d
  join public.uploads u on u.org_id = p_org_id and u.received_at >= d.since and u.received_at < d.until
  join public.sources s on s.id = u.source_id
  where u.rerun_of_upload_id is null and (p_source_id is null or u.source_id = p_source_id)
  union all
  select 'delivery', i.id::text, i.provider, i.received_at, i.events,
    case when i.state = 'received' then 'running' when i.body_cipher is null then 'not_stored' else 'ready' end
  from day d
  join public.webhook_inbox i on i.org_id = p_org_id and i.received_at >= d.since and i.received_at < d.until
  where p_source_id is null
  order by 1 desc, 4, 2
$$;
comment on function private.day_to_replay(uuid, date, uuid) is
  'What an org received on a date in its time zone, and what a replay would do with it: uploads (items: rows; of one '
  'source with p_source_id) and deliveries of webhooks (items: events). answer: ready, failed (its failed parts are tried '
  'again), or why not: running, not_stored (its bytes have expired), undone, dry_run.';

create function private.replay_upload(p_org_id uuid, p_upload_id uuid, p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  u public.uploads;
begin
  select x.* into u from public.uploads x
  where x.org_id = p_org_id and x.id = p_upload_id and x.rerun_of_upload_id is null for update;
  if not found then
    raise exception 'upload not found' using errcode = 'SL203';
  end if;
  case private.replay_answer(u)
    when 'ready' then
      perform private.read_upload_again(u, p_as_of);
    when 'failed' then
      perform private.send_job(r.queue, r.data, coalesce(r.data ->> 'part_id', r.data ->> 'upload_id'))
      from private.replay_dead_letters(u.source_id, u.id, p_as_of => p_as_of) r;
    else return false;
  end case;
  return true;
end
$$;
comment on function private.replay_upload(uuid, uuid, timestamptz) is
  'Reads an upload again from its stored bytes, or tries its failed parts again; false where day_to_replay says why not. '
  'Raises SL203. Definer: queue and uploads belong to the owner.';

create function private.replay_deliveries(p_org_id uuid, p_ids bigint[], p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_batch constant uuid := gen_random_uuid();
  v_count integer;
begin
  update public.webhook_inbox i set state = 'received', processed_at = null, error = null, batch_id = v_batch
  where i.org_id = p_org_id and i.id = any (p_ids) and i.state <> 'received' and i.body_cipher is not null;
  get diagnostics v_count = row_count;
  if v_count > 0 then
    perform private.resolve_dead_letter('process-inbox', jsonb_build_object('inbox_id', x.id), p_as_of)
    from unnest(p_ids) x (id);
    perform private.send_job('process-inbox', jsonb_build_object('batch_id', v_batch), v_batch::text);
  end if;
  return v_count;
end
$$;
comment on function private.replay_deliveries(uuid, bigint[], timestamptz) is
  'Has the worker read deliveries again, as one batch, and apply what was not applied; closes their dead letters. Returns '
  'how many. Definer: as replay_upload.';
revoke execute on function private.replay_answer(public.uploads), private.day_to_replay(uuid, date, uuid),
  private.replay_upload(uuid, uuid, timestamptz), private.replay_deliveries(uuid, bigint[], timestamptz)
  from pipeline_writer;

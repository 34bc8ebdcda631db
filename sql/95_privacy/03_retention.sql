-- Retention of raw data: bytes of uploads, rejected rows, bodies of webhooks, after the org's raw_days. Deleted in
-- batches, each a short statement, for a bounded time; the next run goes on where this one stopped.

create function private.raw_until(p_settings jsonb, p_at timestamptz) returns timestamptz
language sql immutable parallel safe set search_path = '' as $$
  select p_at + make_interval(days => coalesce((p_settings ->> 'raw_days')::integer, 30))
$$;
comment on function private.raw_until(jsonb, timestamptz) is
  'Until when raw data that was finished at that time is kept, by the settings of its org.';

create function private.purge_parts(p_as_of timestamptz, p_limit integer) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_parts uuid[];
  v_count integer;
begin
  select array_agg(x.part_id) into v_parts from (
    select distinct c.part_id
    from private.upload_part_chunks c
    join public.upload_parts p on p.id = c.part_id
    join public.uploads u on u.id = p.upload_id
    join public.orgs o on o.id = u.org_id
    where u.state in ('completed', 'undone', 'failed')
      and private.raw_until(o.settings, coalesce(u.completed_at, u.received_at)) < p_as_of
      -- A rerun may still be reading them.
      and not exists (select from public.upload_parts r join public.uploads x on x.id = r.upload_id
        where r.org_id = p.org_id and r.stored_part_id = p.id and x.state in ('receiving', 'processing'))
    limit p_limit) x;
  if v_parts is null then
    return 0;
  end if;
  delete from private.upload_part_chunks c where c.part_id = any (v_parts);
  get diagnostics v_count = row_count;
  -- Their dead letters cannot be replayed any more.
  update public.pipeline_dlq d
  set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the stored bytes have expired'), 2000)
  where d.resolved_at is null and d.source in ('rejects', 'stage-part')
    and d.payload ->> 'part_id' in (
      select g::text from unnest(v_parts) g
      union all
      select r.id::text from public.upload_parts r where r.stored_part_id = any (v_parts));
  return v_count;
end
$$;
comment on function private.purge_parts(timestamptz, integer) is
  'Deletes the expired bytes of up to p_limit parts, and closes the dead letters that would need them; returns how many '
  'chunks. Definer: the bytes belong to the owner.';

create function private.purge_rejects(p_as_of timestamptz, p_limit integer) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer;
begin
  -- The rows that became no lead are part of the raw data, too.
  delete from public.upload_rejects r
  where r.ctid = any (array(
    select x.ctid from public.upload_rejects x
    join public.uploads u on u.id = x.upload_id
    join public.orgs o on o.id = u.org_id
    where u.state in ('completed', 'undone', 'failed')
      and private.raw_until(o.settings, coalesce(u.completed_at, u.received_at)) < p_as_of
    limit p_limit));
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.purge_rejects(timestamptz, integer) is
  'Deletes up to p_limit expired rejected rows; returns how many. Definer: retention belongs to the owner.';

create function private.purge_webhook_bodies(p_as_of timestamptz default now(), p_limit integer default 5000)
  returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer;
begin
  update public.webhook_inbox i set body_cipher = null, key_id = null
  where (i.org_id, i.id) in (
    select x.org_id, x.id from public.webhook_inbox x join public.orgs o on o.id = x.org_id
    where x.body_cipher is not null and x.state in ('done', 'unmatched')
      and private.raw_until(o.settings, x.processed_at) < p_as_of
    order by x.processed_at limit p_limit);
  get diagnostics v_count = row_count;
  -- Nobody may read them, and no lead can be found for them any more.
  update public.calls c set transcript_cipher = null, key_id = null
  from public.orgs o
  where o.id = c.org_id and c.lead_id is null and c.transcript_cipher is not null
    and private.raw_until(o.settings, c.at) < p_as_of;
  return v_count;
end
$$;
comment on function private.purge_webhook_bodies(timestamptz, integer) is
  'Empties the bodies of up to p_limit deliveries that were processed longer ago than the org''s raw_days (30); returns '
  'how many. Likewise transcripts of calls without a lead. The events stay. Definer: retention belongs to the owner.';

create function private.purge_dead_letters(p_as_of timestamptz, p_limit integer) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer;
begin
  delete from public.pipeline_dlq d
  where d.id = any (array(
    select x.id from public.pipeline_dlq x where x.resolved_at < p_as_of - interval '400 days' limit p_limit));
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.purge_dead_letters(timestamptz, integer) is
  'Deletes up to p_limit dead letters that were resolved 400 days ago; returns how many. Definer: nobody else may delete '
  'them.';

create function private.purge_expired(p_as_of timestamptz default now(), p_seconds numeric default 60) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_end constant timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
  v_chunks integer := 0;
  v_webhooks integer := 0;
  v_letters integer := 0;
  v_rows jsonb;
  v_guards integer;
  v_rates integer;
  v integer;
begin
  loop
    v := private.purge_parts(p_as_of, 100);
    v_chunks := v_chunks + v;
    exit when v = 0 or clock_timestamp() > v_end;
  end loop;
  loop
    exit when private.purge_rejects(p_as_of, 5000) = 0 or clock_timestamp() > v_end;
  end loop;
  loop
    v := private.purge_webhook_bodies(p_as_of);
    v_webhooks := v_webhooks + v;
    exit when v = 0 or clock_timestamp() > v_end;
  end loop;
  loop
    v := private.purge_dead_letters(p_as_of, 5000);
    v_letters := v_letters + v;
    exit when v = 0 or clock_timestamp() > v_end;
  end loop;
  v_rows := private.delete_old_rows(p_as_of, extract(epoch from v_end - clock_timestamp()));
  delete from public.ingest_replay_guard g where g.received_at < p_as_of - interval '400 days';
  get diagnostics v_guards = row_count;
  delete from private.source_rates r where r.minute < p_as_of - interval '1 day';
  get diagnostics v_rates = row_count;
  delete from private.source_secrets s where s.expires_at < p_as_of - interval '30 days';
  delete from private.reveal_grants g where g.expires_at < p_as_of - interval '1 day';
  return jsonb_build_object('chunks', v_chunks, 'guards', v_guards, 'rates', v_rates, 'webhooks', v_webhooks,
    'dead_letters', v_letters, 'rows', v_rows -> 'rows', 'complete', clock_timestamp() <= v_end and (v_rows -> 'complete')::boolean);
end
$$;
comment on function private.purge_expired(timestamptz, numeric) is
  'Deletes stored bytes and rejected rows of finished uploads, bodies of processed webhooks and transcripts of '
  'calls without a lead after the org''s raw_days (30), '
  'closes the dead letters that would need them, and deletes dead letters 400 days after they were resolved, rows of old months (delete_old_rows), replay guards after '
  '400 days, idle rate counters, long expired secrets and grants. Begins no batch after p_seconds; complete is false '
  'if something is left for the next run. Returns the counts. Definer: these tables belong to the owner.';
revoke execute on function private.purge_parts(timestamptz, integer), private.purge_rejects(timestamptz, integer),
  private.purge_webhook_bodies(timestamptz, integer), private.purge_dead_letters(timestamptz, integer)
  from pipeline_writer;

-- Retention: deletes what is no longer needed. Runs daily from the schedule.

create function private.purge_expired(p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_chunks integer;
  v_guards integer;
  v_rates integer;
begin
  with gone as (
    delete from private.upload_part_chunks c
    using public.upload_parts p
    join public.uploads u on u.id = p.upload_id
    join public.orgs o on o.id = u.org_id
    where c.part_id = p.id
      and u.state in ('completed', 'undone', 'failed')
      and coalesce(u.completed_at, u.received_at)
        < p_as_of - make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30))
      -- A rerun may still be reading them.
      and not exists (select from public.upload_parts r join public.uploads x on x.id = r.upload_id
        where r.org_id = p.org_id and r.stored_part_id = p.id and x.state in ('receiving', 'processing'))
    returning c.part_id
  ), closed as (
    -- Their dead letters cannot be replayed any more.
    update public.pipeline_dlq d
    set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the stored bytes have expired'), 2000)
    where d.resolved_at is null and d.source in ('rejects', 'stage-part')
      and d.payload ->> 'part_id' in (
        select g.part_id::text from gone g
        union all
        select r.id::text from gone g join public.upload_parts r on r.stored_part_id = g.part_id)
  )
  select count(*) into v_chunks from gone;
  -- The rows that became no lead are in them, too.
  delete from public.upload_rejects r
  using public.uploads u join public.orgs o on o.id = u.org_id
  where r.upload_id = u.id and u.state in ('completed', 'undone', 'failed')
    and coalesce(u.completed_at, u.received_at)
      < p_as_of - make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30));
  delete from public.ingest_replay_guard g where g.received_at < p_as_of - interval '400 days';
  get diagnostics v_guards = row_count;
  delete from private.source_rates r where r.minute < p_as_of - interval '1 day';
  get diagnostics v_rates = row_count;
  delete from private.source_secrets s where s.expires_at < p_as_of - interval '30 days';
  delete from private.reveal_grants g where g.expires_at < p_as_of - interval '1 day';
  return jsonb_build_object('chunks', v_chunks, 'guards', v_guards, 'rates', v_rates, 'webhooks',
    private.purge_webhook_bodies(p_as_of));
end
$$;
comment on function private.purge_expired(timestamptz) is
  'Deletes stored bytes and rejected rows of finished uploads, bodies of processed webhooks and transcripts of '
  'calls without a lead after the org''s raw_days (30), '
  'closes the dead letters that would need them, and deletes replay guards after 400 days, idle rate counters, '
  'long expired secrets and grants; returns the counts. Definer: these tables belong to the owner.';

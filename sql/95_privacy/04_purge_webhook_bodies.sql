create function private.purge_webhook_bodies(p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer;
begin
  update public.webhook_inbox i set body_cipher = null, key_id = null
  from public.orgs o
  where o.id = i.org_id and i.body_cipher is not null and i.state in ('done', 'unmatched')
    and i.processed_at < p_as_of - make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30));
  get diagnostics v_count = row_count;
  -- Nobody may read them, and no lead can be found for them any more.
  update public.calls c set transcript_cipher = null, key_id = null
  from public.orgs o
  where o.id = c.org_id and c.lead_id is null and c.transcript_cipher is not null
    and c.at < p_as_of - make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30));
  return v_count;
end
$$;
comment on function private.purge_webhook_bodies(timestamptz) is
  'Empties the bodies of deliveries that were processed longer ago than the org''s raw_days (30); returns how '
  'many. Likewise transcripts of calls without a lead. The events stay. Definer: retention belongs to the owner.';
revoke execute on function private.purge_webhook_bodies(timestamptz) from pipeline_writer;

-- What a schedule asks for: data about the leads that are fed next, approved by a person above a cost.

create function public.enrich_fed_next(p_org_id uuid, p_kind text, p_up_to_usd numeric default 0,
  p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.enrichment_runs;
  v_run uuid;
begin
  p_as_of := private.caller_clock(p_as_of);
  -- Callers that overlap would plan twice.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice enrich %s %s', p_org_id, p_kind), 0));
  select x.* into r from public.enrichment_runs x
  where x.org_id = p_org_id and x.kind = p_kind and x.scope = '{"fed_next": true}'
    and private.org_date(x.org_id, x.created_at) = private.org_date(x.org_id, p_as_of)
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))
  order by x.created_at desc, x.id limit 1;
  v_run := r.id;
  if v_run is null then
    v_run := public.plan_enrichment(p_org_id, p_kind, '{"fed_next": true}', p_as_of => p_as_of);
  -- A run that is priced again has spent what was confirmed before.
  elsif r.state = 'planned' and r.spent_usd + (r.forecast ->> 'most_usd')::numeric <= p_up_to_usd then
    perform public.confirm_enrichment(v_run, p_as_of);
  end if;
  return public.enrichment_status(v_run);
end
$$;
comment on function public.enrich_fed_next(uuid, text, numeric, timestamptz) is
  'The run of this kind about the leads that are fed next: one a local date of the org, planned by the first call, and '
  'started by a later one if its forecast, with what it has spent already, is no more than p_up_to_usd. One that costs '
  'more waits for confirm_enrichment; one that a person cancelled is not planned again on that date. Returns its status '
  '(enrichment_status). Raises SL702 and SL703. For owners, admins and the service. Definer: runs are written by '
  'functions only.';
revoke execute on function public.enrich_fed_next(uuid, text, numeric, timestamptz) from public, anon;
grant execute on function public.enrich_fed_next(uuid, text, numeric, timestamptz)
  to authenticated, service_role, pipeline_writer;

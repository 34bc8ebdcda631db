-- What people do with runs: plan, confirm, pause, resume, cancel.

create function private.send_enrichment(p_org_id uuid, p_run_id uuid) returns void
language sql volatile set search_path = '' as $$
  select private.send_job('enrich', jsonb_build_object('run_id', p_run_id, 'org_id', p_org_id, 'task', 'enrich'),
    p_run_id::text)
$$;
comment on function private.send_enrichment(uuid, uuid) is 'Sends the job that plans or continues a run.';

create function private.enrichment_for_admin(p_run_id uuid) returns public.enrichment_runs
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.enrichment_runs;
begin
  select x.* into r from public.enrichment_runs x
  where x.id = p_run_id and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))
  for update;
  if not found then
    raise exception 'run not found' using errcode = 'SL702';
  end if;
  return r;
end
$$;
comment on function private.enrichment_for_admin(uuid) is
  'The run, locked, where the caller is an owner, an admin or the service. Raises SL702. Definer: reads for its callers.';
revoke execute on function private.enrichment_for_admin(uuid) from pipeline_writer;

create function public.plan_enrichment(p_org_id uuid, p_kind text, p_scope jsonb default '{}',
  p_provider text default null, p_options jsonb default '{}', p_as_of timestamptz default now()) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_run uuid;
  v_leads integer;
begin
  p_as_of := private.caller_clock(p_as_of);
  if not (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}')))
    or not exists (select from public.orgs o where o.id = p_org_id)
  then
    raise exception 'org not found' using errcode = 'SL702';
  end if;
  if not exists (select from public.enrichment_kinds k where k.kind = p_kind) then
    raise exception 'no run has the kind %: known are %', p_kind,
      (select string_agg(k.kind, ', ' order by k.kind) from public.enrichment_kinds k) using errcode = 'SL703';
  end if;
  if jsonb_typeof(p_scope) is distinct from 'object' or jsonb_typeof(p_options) is distinct from 'object'
    or jsonb_typeof(coalesce(p_scope -> 'lead_ids', '[]')) <> 'array'
  then
    raise exception 'scope and options are objects, and lead_ids is a list' using errcode = 'SL703';
  end if;
  -- It would start without a person's confirmation.
  if p_options ? 'renewal' then
    raise exception 'renewals are opened by the worker' using errcode = 'SL703';
  end if;
  if p_scope - '{campaign_id,source_id,fed_next,lead_ids}'::text[] <> '{}'
    or coalesce(p_scope -> 'fed_next', 'true') <> 'true'
    or exists (
      select from (
        select x.value from jsonb_each_text(p_scope - '{fed_next,lead_ids}'::text[]) x
        union all
        select x.value from jsonb_array_elements_text(coalesce(p_scope -> 'lead_ids', '[]')) x) ids
      where coalesce(ids.value, '') !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
  then
    raise exception 'the org has no such leads: %', left(p_scope::text, 200) using errcode = 'SL703';
  end if;
  if p_scope ? 'campaign_id' and not exists (select from public.campaigns c
      where c.org_id = p_org_id and c.id = (p_scope ->> 'campaign_id')::uuid)
    or p_scope ? 'source_id' and not exists (select from public.sources s
      where s.org_id = p_org_id and s.id = (p_scope ->> 'source_id')::uuid)
  then
    raise exception 'the org has no such leads: %', left(p_scope::text, 200) using errcode = 'SL703';
  end if;
  insert into public.enrichment_runs (org_id, kind, provider, scope, options, created_by, created_at)
  -- Kept with the run, so that what is asked is what was forecast.
  values (p_org_id, p_kind, p_provider, p_scope, p_options || case when p_kind = 'property' then (
      select case when p_provider is null and o.settings ->> 'property_fallback' = 'on' then jsonb '{"fallback": true}'
          else '{}' end
        || case when o.settings ->> 'property_equity' = 'on' then jsonb '{"equity": true}' else '{}' end
        || case when o.settings ->> 'property_foreclosures' = 'on' then jsonb '{"foreclosures": true}' else '{}' end
      from public.orgs o where o.id = p_org_id) else '{}' end, (select auth.uid()), p_as_of)
  returning id into v_run;
  insert into private.enrichment_items (org_id, run_id, lead_id, place)
  select p_org_id, v_run, s.lead_id, s.place from private.enrichment_scope(p_org_id, p_scope) s;
  get diagnostics v_leads = row_count;
  update public.enrichment_runs r set leads = v_leads where r.org_id = p_org_id and r.id = v_run;
  perform private.send_enrichment(p_org_id, v_run);
  return v_run;
end
$$;
comment on function public.plan_enrichment(uuid, text, jsonb, text, jsonb, timestamptz) is
  'Plans a run of a kind about the leads of a scope; the worker then makes its forecast. Nothing is asked before '
  'confirm_enrichment. Returns its id. Raises SL702, and SL703 for an unknown kind or scope. For owners, admins and the '
  'service. Definer: runs are written by functions only.';

create function public.confirm_enrichment(p_run_id uuid, p_as_of timestamptz default now()) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.enrichment_runs := private.enrichment_for_admin(p_run_id);
begin
  p_as_of := private.caller_clock(p_as_of);
  if r.state <> 'planned' then
    raise exception 'the run is %, not planned', r.state using errcode = 'SL703';
  end if;
  update public.enrichment_runs x
  set state = 'running', confirmed_at = p_as_of, most_usd = x.spent_usd + (x.forecast ->> 'most_usd')::numeric,
    next_at = p_as_of
  where x.org_id = r.org_id and x.id = r.id;
  perform private.send_enrichment(r.org_id, r.id);
end
$$;
comment on function public.confirm_enrichment(uuid, timestamptz) is
  'Starts a planned run, which may cost what its forecast says at most. Raises SL702, and SL703 unless it is planned. '
  'For owners, admins and the service. Definer: runs are written by functions only.';

create function public.control_enrichment(p_run_id uuid, p_action text, p_as_of timestamptz default now()) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.enrichment_runs := private.enrichment_for_admin(p_run_id);
  v_state public.enrichment_state;
begin
  p_as_of := private.caller_clock(p_as_of);
  v_state := (case
    when p_action = 'pause' and r.state = 'running' then 'paused'
    when p_action = 'cancel' and r.state not in ('done', 'failed', 'cancelled') then 'cancelled'
    -- What was confirmed is spent: it is priced again.
    when p_action = 'resume' and (r.confirmed_at is null or r.reason = 'over_forecast')
      and r.state in ('paused', 'failed') then 'planning'
    when p_action = 'resume' and (r.state in ('paused', 'failed') or r.state = 'done' and exists (
      select from private.enrichment_items i
      where i.org_id = r.org_id and i.run_id = r.id and i.state = 'failed')) then 'running' end)::public.enrichment_state;
  if v_state is null then
    raise exception 'a run that is % cannot be changed by %', r.state, p_action using errcode = 'SL703';
  end if;
  update public.enrichment_runs x
  set state = v_state, reason = case when v_state = 'paused' then 'by hand' end, next_at = p_as_of,
    ended_at = case when v_state = 'cancelled' then p_as_of end,
    confirmed_at = case when v_state <> 'planning' then x.confirmed_at end,
    most_usd = case when v_state <> 'planning' then x.most_usd end
  where x.org_id = r.org_id and x.id = r.id;
  if p_action = 'resume' then
    update private.enrichment_items i
    set state = 'waiting', attempts = 0, reason = null, next_at = p_as_of,
      asks = case when v_state = 'running' then i.asks end, cached = case when v_state = 'running' then i.cached end,
      most_usd = case when v_state = 'running' then i.most_usd end
    where i.org_id = r.org_id and i.run_id = r.id and i.state <> 'done';
    perform private.send_enrichment(r.org_id, r.id);
  end if;
  if p_action in ('resume', 'cancel') then
    perform private.resolve_dead_letter('enrich', jsonb_build_object('run_id', r.id), p_as_of);
  end if;
  return v_state;
end
$$;
comment on function public.control_enrichment(uuid, text, timestamptz) is
  'pause: no further question is asked. resume: continues a run that is paused or failed, also with the leads that '
  'failed or wait for a budget. cancel: ends it; what was answered stays. Returns its state. Raises SL702, and SL703 for '
  'an action that its state does not allow. For owners, admins and the service. Definer: runs are written by functions '
  'only.';

create function public.enrichment_status(p_run_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_status jsonb;
begin
  select to_jsonb(r) - '{org_id,lease_until,job_id}'::text[] || jsonb_build_object(
      'waiting', count(*) filter (where i.state = 'waiting'), 'finished', count(*) filter (where i.state = 'done'),
      'failed', count(*) filter (where i.state = 'failed'))
    || jsonb_build_object('reasons', coalesce((select jsonb_agg(jsonb_build_object('state', w.state, 'reason', w.reason,
        'leads', w.n, 'next_at', w.next_at) order by w.n desc, w.reason)
      from (
        select x.state, x.reason, count(*) as n, min(nullif(x.next_at, '-infinity')) as next_at
        from private.enrichment_items x
        where x.org_id = r.org_id and x.run_id = r.id and x.state <> 'done' and x.reason is not null
        group by 1, 2) w), '[]'))
  into v_status
  from public.enrichment_runs r
  left join private.enrichment_items i on i.org_id = r.org_id and i.run_id = r.id
  where r.id = p_run_id
    and (private.is_trusted_caller() or r.org_id = any (private.my_org_ids('{owner,admin,viewer}')))
  group by r.org_id, r.id;
  if v_status is null then
    raise exception 'run not found' using errcode = 'SL702';
  end if;
  return v_status;
end
$$;
comment on function public.enrichment_status(uuid) is
  'A run with its forecast, what came of it ({waiting, finished, failed} leads) and why leads wait or failed (reasons). '
  'Raises SL702. For owners, admins, viewers and the service. Definer: callers have no rights on items.';
revoke execute on function public.plan_enrichment(uuid, text, jsonb, text, jsonb, timestamptz),
  public.confirm_enrichment(uuid, timestamptz), public.control_enrichment(uuid, text, timestamptz),
  public.enrichment_status(uuid) from public, anon;
grant execute on function public.plan_enrichment(uuid, text, jsonb, text, jsonb, timestamptz),
  public.confirm_enrichment(uuid, timestamptz), public.control_enrichment(uuid, text, timestamptz),
  public.enrichment_status(uuid) to authenticated, service_role;

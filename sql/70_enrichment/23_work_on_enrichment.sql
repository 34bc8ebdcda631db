-- What the worker does with a run: claims it, estimates its leads, then asks about them in order. Each step is one
-- transaction, so that a worker that dies loses nothing: what it had asked is in the cache.

create function private.claim_enrichment(p_org_id uuid, p_run_id uuid, p_job_id uuid,
  p_as_of timestamptz default now()) returns public.enrichment_runs
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.enrichment_runs;
begin
  update public.enrichment_runs x set lease_until = p_as_of + interval '3 minutes', job_id = p_job_id
  where x.org_id = p_org_id and x.id = p_run_id and x.state in ('planning', 'running')
    -- The queue gives a job whose worker died to another one under the same id.
    and (coalesce(x.lease_until, '-infinity') <= p_as_of or x.job_id = p_job_id)
  returning x.* into r;
  return r;
end
$$;
comment on function private.claim_enrichment(uuid, uuid, uuid, timestamptz) is
  'The run for the worker with this job, for three minutes, which each step extends; null when another one has it, or '
  'when there is nothing to do. Definer: runs are written by functions only.';

create function private.release_enrichment(p_org_id uuid, p_run_id uuid, p_job_id uuid) returns void
language sql volatile security definer set search_path = '' as $$
  update public.enrichment_runs r set lease_until = null
  where r.org_id = p_org_id and r.id = p_run_id and r.job_id = p_job_id
$$;
comment on function private.release_enrichment(uuid, uuid, uuid) is
  'Ends a claim: another worker may have the run. Definer: runs are written by functions only.';

create function private.leads_to_estimate(p_org_id uuid, p_run_id uuid, p_limit integer) returns uuid[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(x.lead_id order by x.place), '{}') from (
    select i.lead_id, i.place from private.enrichment_items i
    where i.org_id = p_org_id and i.run_id = p_run_id and i.state = 'waiting' and i.asks is null
    order by i.place limit p_limit) x
$$;
comment on function private.leads_to_estimate(uuid, uuid, integer) is
  'The next leads of a run without an estimate. Definer: the writer has no rights on items.';

create function private.record_estimates(p_org_id uuid, p_run_id uuid, p_job_id uuid, p_lead_ids uuid[],
  p_estimates jsonb, p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  update public.enrichment_runs r set lease_until = p_as_of + interval '3 minutes'
  where r.org_id = p_org_id and r.id = p_run_id and r.state = 'planning' and r.job_id = p_job_id;
  if not found then
    return false;
  end if;
  update private.enrichment_items i
  set asks = coalesce(e.asks, 0), cached = coalesce(e.cached, 0), most_usd = coalesce(e.most_usd, 0),
    state = case when coalesce(e.asks, 0) = 0 then 'done' else 'waiting' end::private.enrichment_item_state
  from unnest(p_lead_ids) l (id)
  left join jsonb_to_recordset(p_estimates) e (lead_id uuid, asks integer, cached integer, most_usd numeric)
    on e.lead_id = l.id
  where i.org_id = p_org_id and i.run_id = p_run_id and i.lead_id = l.id and i.state = 'waiting' and i.asks is null;
  return true;
end
$$;
comment on function private.record_estimates(uuid, uuid, uuid, uuid[], jsonb, timestamptz) is
  'Stores estimates [{lead_id, asks, cached, most_usd}] of leads; one without an estimate, or with nothing to ask, is '
  'done. False: the run is not this job''s any more. Definer: the writer has no rights on items.';

create function private.finish_plan(p_org_id uuid, p_run_id uuid, p_job_id uuid, p_providers text[],
  p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_forecast jsonb;
begin
  select jsonb_build_object('leads', count(*), 'to_ask', count(*) filter (where i.asks > 0),
    'cached', count(*) filter (where i.asks > 0 and i.cached = i.asks), 'most_usd', coalesce(sum(i.most_usd), 0))
  into v_forecast
  from private.enrichment_items i where i.org_id = p_org_id and i.run_id = p_run_id;
  v_forecast := v_forecast || (
    select jsonb_build_object('budget_left_usd', sum(b.left_usd), 'budgets',
      coalesce(jsonb_agg(jsonb_build_object('provider', p.name, 'left_usd', b.left_usd) order by p.n), '[]'))
    from unnest(p_providers) with ordinality p (name, n)
    left join lateral (
      select min(s.left_usd) as left_usd from public.provider_budget_status(p_org_id, p_as_of) s
      where s.provider = p.name and s.limit_usd is not null) b on true);
  update public.enrichment_runs r
  set forecast = v_forecast, planned_at = p_as_of, lease_until = null,
    -- Facts are renewed within the budget alone.
    state = case when r.options ? 'renewal' then 'running' else 'planned' end::public.enrichment_state,
    confirmed_at = case when r.options ? 'renewal' then p_as_of end,
    most_usd = case when r.options ? 'renewal' then r.spent_usd + (v_forecast ->> 'most_usd')::numeric end,
    next_at = case when r.options ? 'renewal' then p_as_of end
  where r.org_id = p_org_id and r.id = p_run_id and r.state = 'planning' and r.job_id = p_job_id;
  return v_forecast;
end
$$;
comment on function private.finish_plan(uuid, uuid, uuid, text[], timestamptz) is
  'Makes the forecast of a run from the estimates of its leads and the budgets of its providers; it then waits to be '
  'confirmed, unless it is a renewal. Definer: runs are written by functions only.';

create function private.leads_to_ask(p_org_id uuid, p_run_id uuid, p_limit integer, p_as_of timestamptz default now())
returns uuid[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(x.lead_id order by x.place), '{}') from (
    select i.lead_id, i.place from private.enrichment_items i
    where i.org_id = p_org_id and i.run_id = p_run_id and i.state = 'waiting' and i.next_at <= p_as_of
    order by i.place limit p_limit) x
$$;
comment on function private.leads_to_ask(uuid, uuid, integer, timestamptz) is
  'The next leads of a run that are due. Definer: the writer has no rights on items.';

create function private.record_enrichment(p_org_id uuid, p_run_id uuid, p_job_id uuid, p_results jsonb,
  p_as_of timestamptz default now()) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  -- A day of trying: 24 attempts that double up to an hour apart.
  v_most_attempts constant smallint := 24;
  r public.enrichment_runs;
  v_tomorrow timestamptz;
  v_stop text;
begin
  select x.* into r from public.enrichment_runs x where x.org_id = p_org_id and x.id = p_run_id for update;
  if not found then
    return 'gone';
  end if;
  select (private.org_date(o.id, p_as_of) + 1)::timestamp at time zone o.time_zone into v_tomorrow
  from public.orgs o where o.id = p_org_id;
  update private.enrichment_items i
  set state = case
      when x.status = 'done' then 'done'
      when x.status = 'failed' or x.counted and i.attempts + 1 >= v_most_attempts then 'failed'
      else 'waiting' end::private.enrichment_item_state,
    reason = case when x.status <> 'done' then x.reason end,
    attempts = i.attempts + x.counted::integer,
    next_at = case x.status
      when 'refused' then v_tomorrow
      when 'later' then p_as_of + greatest(make_interval(secs => coalesce(x.wait_ms, 1000) / 1000.0),
        case when x.counted then least(interval '5 seconds' * power(2, least(i.attempts, 10)), interval '1 hour')
          else interval '0' end)
      else i.next_at end
  from (
    select e.lead_id, e.status, e.reason, e.wait_ms,
      -- Waiting for a turn is no failure.
      e.status = 'later' and e.reason not in ('limit', 'in_flight', 'stopped') as counted
    from jsonb_to_recordset(p_results) e (lead_id uuid, status text, reason text, wait_ms double precision)) x
  where i.org_id = p_org_id and i.run_id = p_run_id and i.lead_id = x.lead_id and i.state = 'waiting';
  select min(e.reason) into v_stop
  from jsonb_to_recordset(p_results) e (status text, reason text) where e.status = 'stop';
  update public.enrichment_runs x
  set lease_until = case when x.job_id = p_job_id then p_as_of + interval '3 minutes' else x.lease_until end,
    spent_usd = x.spent_usd + (select coalesce(sum((e ->> 'cost_usd')::numeric), 0)
      from jsonb_array_elements(p_results) e),
    results = x.results || coalesce((
      select jsonb_object_agg(w.key, w.n + coalesce((x.results ->> w.key)::integer, 0)) from (
        select c.key, sum(c.value::integer) as n
        from jsonb_array_elements(p_results) e cross join lateral jsonb_each_text(e -> 'words') c
        group by 1) w), '{}'),
    state = case when v_stop is not null and x.state = 'running' then 'paused' else x.state end,
    reason = case when v_stop is not null and x.state = 'running' then v_stop else x.reason end
  where x.org_id = p_org_id and x.id = p_run_id;
  if v_stop is not null and r.state = 'running' then
    perform private.record_dead_letter(p_org_id, 'enrich', jsonb_build_object('run_id', p_run_id),
      'a run is paused and waits for a person', v_stop, r.correlation_id, p_as_of);
    return 'paused';
  end if;
  return case when r.job_id is distinct from p_job_id then 'lost' else r.state::text end;
end
$$;
comment on function private.record_enrichment(uuid, uuid, uuid, jsonb, timestamptz) is
  'Stores what came of questions [{lead_id, status, reason, wait_ms, cost_usd, words: {verified: 1}}]. Status: done; '
  'failed; later (after wait_ms, 24 times at most); refused (by a budget: again on the next date of the org); stop (the '
  'whole run is paused for the reason). Returns the state of the run; lost: it is not this job''s any more. Definer: '
  'runs are written by functions only.';

create function private.rest_enrichment(p_org_id uuid, p_run_id uuid, p_job_id uuid, p_as_of timestamptz default now())
returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v record;
  r public.enrichment_runs;
begin
  select x.* into r from public.enrichment_runs x
  where x.org_id = p_org_id and x.id = p_run_id and x.state = 'running' and x.job_id = p_job_id for update;
  if not found then
    return 'lost';
  end if;
  select count(*) filter (where i.state = 'waiting') as waiting, min(i.next_at) filter (where i.state = 'waiting') as
    next_at, count(*) filter (where i.state = 'failed') as failed
  into v from private.enrichment_items i where i.org_id = p_org_id and i.run_id = p_run_id;
  if v.next_at <= p_as_of + interval '5 seconds' then
    update public.enrichment_runs x set lease_until = p_as_of + interval '3 minutes'
    where x.org_id = p_org_id and x.id = p_run_id;
    return 'soon';
  end if;
  update public.enrichment_runs x
  set state = case when v.waiting = 0 then 'done' else 'running' end::public.enrichment_state, next_at = v.next_at,
    ended_at = case when v.waiting = 0 then p_as_of end, lease_until = null
  where x.org_id = p_org_id and x.id = p_run_id;
  if v.waiting = 0 and v.failed > 0 then
    perform private.record_dead_letter(p_org_id, 'enrich', jsonb_build_object('run_id', p_run_id),
      format('a run ended, and asking about %s of its leads failed', v.failed),
      (select string_agg(format('%s: %s', x.reason, x.n), ', ' order by x.n desc) from (
        select i.reason, count(*) as n from private.enrichment_items i
        where i.org_id = p_org_id and i.run_id = p_run_id and i.state = 'failed' group by 1) x),
      r.correlation_id, p_as_of);
  end if;
  return case when v.waiting = 0 then 'done' else 'running' end;
end
$$;
comment on function private.rest_enrichment(uuid, uuid, uuid, timestamptz) is
  'Ends a run without waiting leads (done), with a dead letter for those that failed; one whose leads are due later '
  'rests until then (running). soon: one is due within seconds. lost: it is not this job''s any more. Definer: runs are written by functions only.';

create function private.fail_enrichment(p_org_id uuid, p_run_id uuid, p_reason text, p_error text default null,
  p_as_of timestamptz default now()) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_correlation uuid;
begin
  update public.enrichment_runs r
  set state = 'failed', reason = left(p_reason, 500), ended_at = p_as_of, lease_until = null
  where r.org_id = p_org_id and r.id = p_run_id and r.state in ('planning', 'running')
  returning r.correlation_id into v_correlation;
  if found then
    perform private.record_dead_letter(p_org_id, 'enrich', jsonb_build_object('run_id', p_run_id), 'a run failed',
      concat_ws(': ', p_reason, p_error), v_correlation, p_as_of);
  end if;
end
$$;
comment on function private.fail_enrichment(uuid, uuid, text, text, timestamptz) is
  'Ends a run that cannot go on, with a dead letter; resume continues it. Definer: runs are written by functions only.';

create function private.wake_enrichment(p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  r record;
  v_count integer := 0;
begin
  for r in
    select x.org_id, x.id from public.enrichment_runs x
    where x.state in ('planning', 'running') and coalesce(x.next_at, '-infinity') <= p_as_of
      and coalesce(x.lease_until, '-infinity') <= p_as_of
    order by x.next_at nulls first, x.id
  loop
    perform private.send_enrichment(r.org_id, r.id);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.wake_enrichment(timestamptz) is
  'Sends the jobs of runs that have rested until now; returns how many. Definer: runs are read for the queue.';
grant execute on function private.claim_enrichment(uuid, uuid, uuid, timestamptz),
  private.release_enrichment(uuid, uuid, uuid), private.leads_to_estimate(uuid, uuid, integer),
  private.record_estimates(uuid, uuid, uuid, uuid[], jsonb, timestamptz),
  private.finish_plan(uuid, uuid, uuid, text[], timestamptz),
  private.leads_to_ask(uuid, uuid, integer, timestamptz),
  private.record_enrichment(uuid, uuid, uuid, jsonb, timestamptz),
  private.rest_enrichment(uuid, uuid, uuid, timestamptz),
  private.fail_enrichment(uuid, uuid, text, text, timestamptz), private.wake_enrichment(timestamptz)
  to pipeline_writer;

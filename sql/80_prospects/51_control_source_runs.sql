-- What people and the schedule do with runs: plan, confirm, pause, resume, cancel.

create function private.send_source_run(p_org_id uuid, p_run_id uuid) returns void
language sql volatile set search_path = '' as $$
  select private.send_job('source-places', jsonb_build_object('run_id', p_run_id, 'org_id', p_org_id, 'task', 'source'),
    p_run_id::text)
$$;
comment on function private.send_source_run(uuid, uuid) is 'Sends the job that plans or continues a run.';

create function private.open_source_run(p_org_id uuid, p_universe_id uuid, p_scheduled boolean, p_as_of timestamptz)
returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into public.source_runs (org_id, universe_id, local_date, scheduled, created_by, created_at, next_at)
  select u.org_id, u.id, (p_as_of at time zone o.time_zone)::date, p_scheduled, (select auth.uid()), p_as_of, p_as_of
  from public.universes u join public.orgs o on o.id = u.org_id
  where u.org_id = p_org_id and u.id = p_universe_id and u.state = 'active'
  on conflict (org_id, universe_id, local_date) do nothing
  returning id into v_id;
  if v_id is not null then
    perform private.send_source_run(p_org_id, v_id);
  end if;
  return v_id;
end
$$;
comment on function private.open_source_run(uuid, uuid, boolean, timestamptz) is
  'Opens the run of a universe for the local date of its org; null where there is one already, or the universe is not '
  'active. Definer: runs are written by functions only.';
revoke execute on function private.open_source_run(uuid, uuid, boolean, timestamptz) from pipeline_writer;

create function public.plan_source_run(p_org_id uuid, p_universe_id uuid, p_as_of timestamptz default now()) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  p_as_of := private.caller_clock(p_as_of);
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.require_pack(p_org_id, 'prospects');
  v_id := private.open_source_run(p_org_id, p_universe_id, false, p_as_of);
  if v_id is null then
    raise exception 'universe not found or not active, or it has a run today' using errcode = 'SL712';
  end if;
  return v_id;
end
$$;
comment on function public.plan_source_run(uuid, uuid, timestamptz) is
  'Plans the run of today for a universe; the worker then makes its forecast. Nothing is asked before '
  'confirm_source_run. Returns its id. Raises SL111, SL141 and SL712. For owners, admins and the service. Definer: runs '
  'are written by functions only.';

create function private.source_run_for_admin(p_run_id uuid) returns public.source_runs
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.source_runs;
begin
  select x.* into r from public.source_runs x
  where x.id = p_run_id and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))
  for update;
  if not found then
    raise exception 'run not found' using errcode = 'SL713';
  end if;
  perform private.require_pack(r.org_id, 'prospects');
  return r;
end
$$;
comment on function private.source_run_for_admin(uuid) is
  'The run, locked, where the caller is an owner, an admin or the service. Raises SL141 and SL713. Definer: reads for '
  'its callers.';
revoke execute on function private.source_run_for_admin(uuid) from pipeline_writer;

create function public.confirm_source_run(p_run_id uuid, p_as_of timestamptz default now()) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.source_runs;
begin
  p_as_of := private.caller_clock(p_as_of);
  r := private.source_run_for_admin(p_run_id);
  if r.state <> 'planned' then
    raise exception 'the run is %, not planned', r.state using errcode = 'SL714';
  end if;
  update public.source_runs x
  set state = 'running', confirmed_at = p_as_of, most_usd = x.spent_usd + (x.forecast ->> 'most_usd')::numeric,
    next_at = p_as_of
  where x.org_id = r.org_id and x.id = r.id;
  perform private.send_source_run(r.org_id, r.id);
end
$$;
comment on function public.confirm_source_run(uuid, timestamptz) is
  'Starts a planned run, which may cost what its forecast says at most. Raises SL141, SL713, and SL714 unless it is '
  'planned. For owners, admins and the service. Definer: runs are written by functions only.';

create function public.control_source_run(p_run_id uuid, p_action text, p_as_of timestamptz default now()) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.source_runs;
  v_state public.source_run_state;
begin
  p_as_of := private.caller_clock(p_as_of);
  r := private.source_run_for_admin(p_run_id);
  v_state := (case
    when p_action = 'pause' and r.state = 'running' then 'paused'
    when p_action = 'cancel' and r.state not in ('done', 'failed', 'cancelled') then 'cancelled'
    -- What was confirmed is spent: it is priced again.
    when p_action = 'resume' and r.state in ('paused', 'failed') then
      case when r.confirmed_at is null or r.reason = 'over_cap' then 'planning' else 'running' end
    end)::public.source_run_state;
  if v_state is null then
    raise exception 'a run that is % cannot be changed by %', r.state, p_action using errcode = 'SL714';
  end if;
  update public.source_runs x
  set state = v_state, reason = case when v_state = 'paused' then 'by hand' end, next_at = p_as_of,
    ended_at = case when v_state = 'cancelled' then p_as_of end, scheduled = x.scheduled and v_state <> 'planning',
    confirmed_at = case when v_state <> 'planning' then x.confirmed_at end,
    most_usd = case when v_state <> 'planning' then x.most_usd end
  where x.org_id = r.org_id and x.id = r.id;
  if p_action = 'resume' then
    perform private.send_source_run(r.org_id, r.id);
  end if;
  if p_action in ('resume', 'cancel') then
    perform private.resolve_dead_letter('source-places', jsonb_build_object('run_id', r.id), p_as_of);
  end if;
  return v_state;
end
$$;
comment on function public.control_source_run(uuid, text, timestamptz) is
  'pause: no further place is asked for. resume: continues a run that is paused or failed; where the confirmed amount is '
  'spent, it is priced again. cancel: ends it; what was found stays. Returns its state. Raises SL141, SL713 and SL714. '
  'For owners, admins and the service. Definer: runs are written by functions only.';
revoke execute on function public.plan_source_run(uuid, uuid, timestamptz), public.confirm_source_run(uuid, timestamptz),
  public.control_source_run(uuid, text, timestamptz) from public, anon;
grant execute on function public.plan_source_run(uuid, uuid, timestamptz), public.confirm_source_run(uuid, timestamptz),
  public.control_source_run(uuid, text, timestamptz) to authenticated, service_role;

create function private.open_due_source_runs(p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v record;
  v_count integer := 0;
begin
  for v in
    select u.org_id, u.id from public.universes u
    join public.orgs o on o.id = u.org_id
    join public.org_packs p on p.org_id = u.org_id and p.pack = 'prospects'
    where u.state = 'active' and u.scheduled_usd is not null
      and (p_as_of at time zone o.time_zone)::time >= time '05:00'
      and not exists (select from public.source_runs r where r.org_id = u.org_id and r.universe_id = u.id
        and r.local_date = (p_as_of at time zone o.time_zone)::date)
      -- One that waits for a person is not joined by another.
      and not exists (select from public.source_runs r where r.org_id = u.org_id and r.universe_id = u.id
        and r.state in ('planning', 'planned', 'running', 'paused'))
    order by u.org_id, u.id
  loop
    v_count := v_count + (private.open_source_run(v.org_id, v.id, true, p_as_of) is not null)::integer;
  end loop;
  return v_count;
end
$$;
comment on function private.open_due_source_runs(timestamptz) is
  'Opens the runs of today, from 05:00 local time of the org on, for active universes with scheduled_usd; returns how '
  'many. Definer: runs are written by functions only.';
revoke execute on function private.open_due_source_runs(timestamptz) from pipeline_writer;

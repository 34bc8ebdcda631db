-- What the worker does with runs. Each step is a transaction, so that a killed worker loses one answer at most.

create function private.claim_source_run(p_org_id uuid, p_run_id uuid, p_job_id uuid, p_as_of timestamptz)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.source_runs;
begin
  update public.source_runs x set job_id = p_job_id, lease_until = p_as_of + interval '3 minutes'
  where x.org_id = p_org_id and x.id = p_run_id and x.state in ('planning', 'running')
    and (x.lease_until is null or x.lease_until <= p_as_of or x.job_id = p_job_id)
    and exists (select from public.org_packs p where p.org_id = p_org_id and p.pack = 'prospects')
  returning * into r;
  if not found then
    return null;
  end if;
  return (select jsonb_build_object('state', r.state, 'scheduled', r.scheduled, 'most_usd', r.most_usd, 'spent_usd',
      r.spent_usd, 'calls', r.calls, 'calls_most', r.forecast -> 'calls_most', 'correlation_id', r.correlation_id,
      'provider', u.provider, 'area', u.area, 'floor_metres', u.floor_metres, 'daily_quota', u.daily_quota,
      'places_read', r.places_read, 'scheduled_usd', u.scheduled_usd, 'categories', (
        select jsonb_agg(distinct c.code) from public.vertical_codes c
        where c.scheme = u.provider and c.vertical = any (u.verticals)))
    from public.universes u where u.org_id = p_org_id and u.id = r.universe_id);
end
$$;
comment on function private.claim_source_run(uuid, uuid, uuid, timestamptz) is
  'Gives a run that is planning or running to a job for three minutes, which every record prolongs; null: it is another '
  'one''s, has ended, or the pack is off. Returns what the worker needs. Definer: runs are written by functions only.';

create function private.open_source_cells(p_org_id uuid, p_run_id uuid, p_roots jsonb, p_as_of timestamptz)
returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  u public.universes;
begin
  select x.* into u from public.universes x join public.source_runs r on r.org_id = x.org_id and r.universe_id = x.id
  where r.org_id = p_org_id and r.id = p_run_id;
  insert into public.source_cells (org_id, universe_id, category, path, south, west, north, east)
  select p_org_id, u.id, x.category, x.path, x.south, x.west, x.north, x.east
  from jsonb_to_recordset(p_roots) x (category text, path text, south float8, west float8, north float8, east float8)
  on conflict do nothing;
  update public.source_cells c set state = 'open'
  where c.org_id = p_org_id and c.universe_id = u.id and c.state in ('complete', 'incomplete')
    and (c.state = 'incomplete' or c.results_new > 0)
    and c.asked_at <= p_as_of - make_interval(days => u.refresh_days);
  return (select count(*) from public.source_cells c
    where c.org_id = p_org_id and c.universe_id = u.id and c.state = 'open');
end
$$;
comment on function private.open_source_cells(uuid, uuid, jsonb, timestamptz) is
  'Adds the whole area for each category where it is not there, and opens again the cells that were full or whose last '
  'answer had places that were new, after refresh_days. Returns how many cells are open. Definer: as its callers.';

create function private.finish_source_plan(p_org_id uuid, p_run_id uuid, p_job_id uuid, p_prices jsonb,
  p_as_of timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.source_runs;
  u public.universes;
  v_cells integer;
  v_new integer;
  v_calls_most integer;
  v_reads integer;
  v_left numeric;
  v_forecast jsonb;
  v_most numeric;
begin
  select x.* into r from public.source_runs x where x.org_id = p_org_id and x.id = p_run_id and x.state = 'planning'
    and x.job_id = p_job_id for update;
  if not found then
    return null;
  end if;
  select x.* into u from public.universes x where x.org_id = p_org_id and x.id = r.universe_id;
  select count(*) into v_cells from public.source_cells c
  where c.org_id = p_org_id and c.universe_id = u.id and c.state = 'open';
  select count(*) into v_new from public.business_places p
  where p.org_id = p_org_id and p.universe_id = u.id and p.state = 'new';
  -- Nobody knows how many cells will be cut: where searches cost nothing, as many as a dense city has; else as many as
  -- bring the places of a day.
  v_calls_most := (p_prices ->> 'calls_per_search')::integer * (v_cells + case
    when (p_prices ->> 'search_usd')::numeric = 0 then 10000
    else 20 + 3 * v_cells + ceil(8.0 * u.daily_quota / (p_prices ->> 'ceiling')::integer)::integer end);
  v_reads := case when p_prices -> 'read_usd' = 'null' then 0
    else greatest(0, case when v_cells > 0 then u.daily_quota else least(v_new, u.daily_quota) end - r.places_read) end;
  v_most := v_calls_most * (p_prices ->> 'search_usd')::numeric
    + v_reads * coalesce((p_prices ->> 'read_usd')::numeric, 0);
  select min(s.left_usd) into v_left from public.provider_budget_status(p_org_id, p_as_of) s
  where s.provider = u.provider and s.limit_usd is not null;
  v_forecast := jsonb_build_object('cells', v_cells, 'places_waiting', v_new, 'calls_least', v_cells,
    'calls_most', r.calls + v_calls_most, 'reads_most', v_reads, 'search_usd', p_prices -> 'search_usd',
    'read_usd', p_prices -> 'read_usd', 'most_usd', v_most, 'budget_left_usd', v_left);
  update public.source_runs x set forecast = v_forecast, lease_until = null,
    state = case when x.scheduled and v_most <= u.scheduled_usd then 'running' else 'planned' end::public.source_run_state,
    reason = case when x.scheduled and v_most > u.scheduled_usd then 'over_scheduled_usd' end,
    confirmed_at = case when x.scheduled and v_most <= u.scheduled_usd then p_as_of end,
    most_usd = case when x.scheduled and v_most <= u.scheduled_usd then x.spent_usd + v_most end
  where x.org_id = p_org_id and x.id = p_run_id returning * into r;
  if r.state = 'running' then
    perform private.send_source_run(p_org_id, p_run_id);
  end if;
  return v_forecast;
end
$$;
comment on function private.finish_source_plan(uuid, uuid, uuid, jsonb, timestamptz) is
  'Stores the forecast of a run by prices {search_usd, read_usd or null, calls_per_search, ceiling}; a scheduled one '
  'starts where it costs no more than scheduled_usd. Returns it; null: the run is not this job''s. Definer: as its callers.';

create function private.next_source_cell(p_org_id uuid, p_run_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('category', c.category, 'path', c.path, 'south', c.south, 'west', c.west, 'north', c.north,
    'east', c.east)
  from public.source_runs r
  join public.source_cells c on c.org_id = r.org_id and c.universe_id = r.universe_id and c.state = 'open'
  where r.org_id = p_org_id and r.id = p_run_id
  order by length(c.path), c.category, c.path limit 1
$$;
comment on function private.next_source_cell(uuid, uuid) is
  'The next open cell of a run, large ones first; null: none. Definer: as its callers.';

create function private.record_source_cell(p_org_id uuid, p_run_id uuid, p_job_id uuid, p_cell jsonb, p_answer jsonb,
  p_as_of timestamptz) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.source_runs;
  u public.universes;
  v_place jsonb;
  v_known boolean;
  v_new integer := 0;
  v_split constant boolean := (p_answer -> 'full')::boolean and jsonb_array_length(p_answer -> 'children') > 0;
begin
  select x.* into r from public.source_runs x where x.org_id = p_org_id and x.id = p_run_id for update;
  select x.* into u from public.universes x where x.org_id = p_org_id and x.id = r.universe_id;
  -- What was paid counts, whatever became of the run.
  for v_place in select p.value from jsonb_array_elements(p_answer -> 'places') p order by p.value ->> 'id' loop
    update public.business_places p set last_seen_at = p_as_of
    where p.org_id = p_org_id and p.provider = u.provider and p.place_id = v_place ->> 'id';
    v_known := found;
    if not v_known then
      insert into public.business_places (org_id, provider, place_id, universe_id, category, path, first_seen_at,
        last_seen_at)
      values (p_org_id, u.provider, v_place ->> 'id', u.id, p_cell ->> 'category', p_cell ->> 'path', p_as_of, p_as_of);
      v_new := v_new + 1;
      if v_place -> 'display' <> 'null' then
        perform private.keep_display(p_org_id, u.provider, v_place ->> 'id',
          jsonb_build_object('location', v_place -> 'location', 'display', v_place -> 'display'), p_as_of);
      end if;
    end if;
  end loop;
  update public.source_cells c
  set state = case when v_split then 'split' when (p_answer -> 'full')::boolean then 'incomplete' else 'complete'
      end::public.source_cell_state,
    results = jsonb_array_length(p_answer -> 'places'), results_new = case when c.asked_at is null then jsonb_array_length(p_answer -> 'places') else v_new end, asked_at = p_as_of,
    calls = c.calls + (p_answer ->> 'calls')::integer, cost_usd = c.cost_usd + (p_answer ->> 'cost_usd')::numeric
  where c.org_id = p_org_id and c.universe_id = u.id and c.category = p_cell ->> 'category'
    and c.path = p_cell ->> 'path';
  if v_split then
    insert into public.source_cells (org_id, universe_id, category, path, south, west, north, east)
    select p_org_id, u.id, p_cell ->> 'category', x.path, x.south, x.west, x.north, x.east
    from jsonb_to_recordset(p_answer -> 'children') x (path text, south float8, west float8, north float8, east float8)
    on conflict do nothing;
  end if;
  update public.source_runs x
  set cells = x.cells + 1, places_new = x.places_new + v_new, calls = x.calls + (p_answer ->> 'calls')::integer,
    spent_usd = x.spent_usd + (p_answer ->> 'cost_usd')::numeric,
    lease_until = case when x.job_id = p_job_id then p_as_of + interval '3 minutes' else x.lease_until end
  where x.org_id = p_org_id and x.id = p_run_id;
  return case when r.job_id is distinct from p_job_id then 'lost' else r.state::text end;
end
$$;
comment on function private.record_source_cell(uuid, uuid, uuid, jsonb, jsonb, timestamptz) is
  'Records the answer for a cell {places: [{id, location, display}], full, children: [], calls, cost_usd}: places by '
  'their ids, and the quarters of a full cell; without quarters it stays not complete. Returns the state of the run; '
  'lost: it is another job''s. Definer: as its callers.';

create function private.next_source_place(p_org_id uuid, p_run_id uuid, p_as_of timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.source_runs;
  u public.universes;
  v record;
  v_display text;
begin
  select x.* into r from public.source_runs x where x.org_id = p_org_id and x.id = p_run_id;
  select x.* into u from public.universes x where x.org_id = p_org_id and x.id = r.universe_id;
  if r.places_read >= u.daily_quota then
    return null;
  end if;
  select p.place_id, p.category, p.path into v from public.business_places p
  where p.org_id = p_org_id and p.universe_id = u.id and p.state = 'new' and p.attempts < 3
    and (u.cell_quota is null or u.cell_quota > (
      select count(*) from public.business_places q
      where q.org_id = p_org_id and q.universe_id = u.id and q.category = p.category and q.path = p.path
        and q.read_at >= r.created_at))
  order by p.attempts, p.category, p.path, p.place_id limit 1;
  if not found then
    return null;
  end if;
  select private.decrypt_value(d.value_cipher, private.org_key(p_org_id, d.key_id)) into v_display
  from public.place_displays d
  where d.org_id = p_org_id and d.provider = u.provider and d.place_id = v.place_id and d.expires_at > p_as_of;
  return jsonb_build_object('place_id', v.place_id, 'shown', v_display::jsonb);
end
$$;
comment on function private.next_source_place(uuid, uuid, timestamptz) is
  'The next new place of a run within its quotas, with what its provider shows of it where that is still kept; null: '
  'none. Definer: as its callers.';

create function private.keep_place(p_org_id uuid, p_run_id uuid, p_place_id text, p_shown jsonb, p_calls integer,
  p_cost_usd numeric, p_as_of timestamptz) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if p_shown is not null then
    perform private.keep_display(p_org_id, u.provider, p_place_id, p_shown, p_as_of)
    from public.source_runs r join public.universes u on u.org_id = r.org_id and u.id = r.universe_id
    where r.org_id = p_org_id and r.id = p_run_id;
  end if;
  update public.source_runs x set calls = x.calls + p_calls, spent_usd = x.spent_usd + p_cost_usd
  where x.org_id = p_org_id and x.id = p_run_id;
end
$$;
comment on function private.keep_place(uuid, uuid, text, jsonb, integer, numeric, timestamptz) is
  'Keeps what was paid for a place before its website is read, so that nobody pays twice. Definer: as its callers.';

create function private.why_left_out(p_universe public.universes, p_name text, p_domain text, p_city text, p_state text,
  p_zip text) returns text
language sql stable set search_path = '' as $$
  select case
    when not private.is_within(p_universe.within, p_city, p_state, p_zip) then 'outside'
    when p_universe.filters -> 'chains' = 'false' and exists (select from public.business_chains c
      where c.name_key = private.business_name_key(p_name) or c.website_domain = p_domain) then 'chain'
    when p_universe.filters -> 'domains' ? p_domain then 'domain'
    when exists (select from jsonb_array_elements_text(coalesce(p_universe.filters -> 'words', '[]')) w
      where ' ' || private.business_name_key(p_name) || ' ' like '% ' || private.business_name_key(w.value) || ' %')
      then 'word' end
$$;
comment on function private.why_left_out(public.universes, text, text, text, text, text) is
  'The filter of a universe that leaves a business out: outside, chain, domain, word; null: none.';

create function private.filter_place(p_org_id uuid, p_run_id uuid, p_display jsonb) returns text
language sql stable security definer set search_path = '' as $$
  select private.why_left_out(u, p_display ->> 'name', private.website_host(p_display ->> 'website'),
    p_display ->> 'city', p_display ->> 'state', left(p_display ->> 'zip', 5))
  from public.source_runs r join public.universes u on u.org_id = r.org_id and u.id = r.universe_id
  where r.org_id = p_org_id and r.id = p_run_id
$$;
comment on function private.filter_place(uuid, uuid, jsonb) is
  'The filter of a run''s universe that leaves a place out, by what its provider shows. Definer: as its callers.';

create function private.record_source_place(p_org_id uuid, p_run_id uuid, p_job_id uuid, p_place_id text, p_result jsonb,
  p_as_of timestamptz) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.source_runs;
  u public.universes;
  v_recorded jsonb;
  v_match jsonb;
  v_business uuid;
  v_reason text := p_result ->> 'reason';
begin
  select x.* into r from public.source_runs x where x.org_id = p_org_id and x.id = p_run_id for update;
  select x.* into u from public.universes x where x.org_id = p_org_id and x.id = r.universe_id;
  if p_result ->> 'state' = 'later' then
    update public.business_places p set attempts = p.attempts + 1, reason = v_reason
    where p.org_id = p_org_id and p.provider = u.provider and p.place_id = p_place_id and p.state = 'new';
  else
    if p_result -> 'business' <> 'null' then
      v_recorded := private.record_business(p_org_id, 'website', p_result -> 'business', p_result ->> 'source_url',
        p_as_of);
      v_business := (v_recorded ->> 'business_id')::uuid;
      v_reason := coalesce(v_recorded ->> 'reason', v_reason);
    end if;
    -- Without a website of its own, it may be a business that is known already.
    if p_result -> 'display' <> 'null' then
      v_match := private.match_place(p_org_id, p_result -> 'display', p_result -> 'location', v_business);
      v_business := coalesce(v_business, (v_match ->> 'business_id')::uuid);
    end if;
    update public.business_places p
    set state = case when p_result ->> 'state' = 'gone' then 'gone' when v_business is not null then 'read'
        else 'left_out' end::public.business_place_state,
      reason = case when v_business is null then coalesce(v_reason, 'no_website') end, business_id = v_business,
      match = v_match -> 'match', read_at = p_as_of
    where p.org_id = p_org_id and p.provider = u.provider and p.place_id = p_place_id and p.state = 'new';
  end if;
  update public.source_runs x
  set places_read = x.places_read + (p_result ->> 'state' <> 'later')::integer,
    businesses_new = x.businesses_new + coalesce((v_recorded -> 'is_new')::boolean, false)::integer,
    lease_until = case when x.job_id = p_job_id then p_as_of + interval '3 minutes' else x.lease_until end
  where x.org_id = p_org_id and x.id = p_run_id;
  return case when r.job_id is distinct from p_job_id then 'lost' else r.state::text end;
end
$$;
comment on function private.record_source_place(uuid, uuid, uuid, text, jsonb, timestamptz) is
  'Records what came of a place {state: read, left_out, gone or later, reason, display, location, business, source_url}: '
  'the facts of its website become a business; what its provider shows is compared only. Returns the state of the run; '
  'lost: it is another job''s. Definer: as its callers.';

create function private.rest_source_run(p_org_id uuid, p_run_id uuid, p_job_id uuid, p_until timestamptz,
  p_stop text, p_as_of timestamptz) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  r public.source_runs;
begin
  update public.source_runs x
  set state = case when x.state <> 'running' then x.state when p_stop is not null then 'paused'
      when p_until is null then 'done' else 'running' end::public.source_run_state,
    reason = case when x.state = 'running' then p_stop else x.reason end, next_at = p_until,
    ended_at = case when x.state = 'running' and p_stop is null and p_until is null then p_as_of else x.ended_at end,
    lease_until = null
  where x.org_id = p_org_id and x.id = p_run_id and x.job_id = p_job_id
  returning * into r;
  if r.state = 'paused' and p_stop is not null then
    perform private.record_dead_letter(p_org_id, 'source-places', jsonb_build_object('run_id', p_run_id),
      'a run is paused and waits for a person', p_stop, r.correlation_id, p_as_of);
  end if;
  return coalesce(r.state::text, 'lost');
end
$$;
comment on function private.rest_source_run(uuid, uuid, uuid, timestamptz, text, timestamptz) is
  'Lets a run rest until a time, pauses it for a reason (with a dead letter), or ends it where neither is given. Returns '
  'its state. Definer: as its callers.';

create function private.fail_source_run(p_org_id uuid, p_run_id uuid, p_reason text, p_as_of timestamptz) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_correlation uuid;
begin
  update public.source_runs r
  set state = 'failed', reason = left(p_reason, 500), ended_at = p_as_of, lease_until = null
  where r.org_id = p_org_id and r.id = p_run_id and r.state in ('planning', 'running')
  returning r.correlation_id into v_correlation;
  if found then
    perform private.record_dead_letter(p_org_id, 'source-places', jsonb_build_object('run_id', p_run_id), 'a run failed',
      p_reason, v_correlation, p_as_of);
  end if;
end
$$;
comment on function private.fail_source_run(uuid, uuid, text, timestamptz) is
  'Ends a run that cannot go on, with a dead letter; resume continues it. Definer: as its callers.';

create function private.release_source_run(p_org_id uuid, p_run_id uuid, p_job_id uuid) returns void
language sql volatile security definer set search_path = '' as $$
  update public.source_runs r set lease_until = null
  where r.org_id = p_org_id and r.id = p_run_id and r.job_id = p_job_id
$$;
comment on function private.release_source_run(uuid, uuid, uuid) is
  'Gives a run back, so that the next job need not wait for the lease. Definer: as its callers.';

create function private.wake_source_runs(p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  r record;
  v_count integer := 0;
begin
  for r in
    select x.org_id, x.id from public.source_runs x
    join public.org_packs p on p.org_id = x.org_id and p.pack = 'prospects'
    where x.state in ('planning', 'running') and coalesce(x.next_at, '-infinity') <= p_as_of
      and coalesce(x.lease_until, '-infinity') <= p_as_of
    order by x.next_at nulls first, x.id
  loop
    perform private.send_source_run(r.org_id, r.id);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.wake_source_runs(timestamptz) is
  'Sends the jobs of runs that have rested until now; returns how many. Definer: as its callers.';

create function private.source_and_sweep(p_as_of timestamptz default now()) returns jsonb
language sql volatile security definer set search_path = '' as $$
  select jsonb_build_object('opened', private.open_due_source_runs(p_as_of), 'woken', private.wake_source_runs(p_as_of),
    'erased', private.sweep_displays(p_as_of))
$$;
comment on function private.source_and_sweep(timestamptz) is
  'Opens due runs, wakes those that rest, and erases what providers showed and may not be kept longer. Called by the '
  'schedule. Definer: as what it calls.';
revoke execute on function private.source_and_sweep(timestamptz) from pipeline_writer;

revoke execute on function private.claim_source_run(uuid, uuid, uuid, timestamptz),
  private.open_source_cells(uuid, uuid, jsonb, timestamptz),
  private.finish_source_plan(uuid, uuid, uuid, jsonb, timestamptz), private.next_source_cell(uuid, uuid),
  private.record_source_cell(uuid, uuid, uuid, jsonb, jsonb, timestamptz), private.next_source_place(uuid, uuid, timestamptz),
  private.keep_place(uuid, uuid, text, jsonb, integer, numeric, timestamptz),
  private.filter_place(uuid, uuid, jsonb),
  private.record_source_place(uuid, uuid, uuid, text, jsonb, timestamptz),
  private.rest_source_run(uuid, uuid, uuid, timestamptz, text, timestamptz),
  private.fail_source_run(uuid, uuid, text, timestamptz), private.release_source_run(uuid, uuid, uuid),
  private.wake_source_runs(timestamptz) from public;
grant execute on function private.claim_source_run(uuid, uuid, uuid, timestamptz),
  private.open_source_cells(uuid, uuid, jsonb, timestamptz),
  private.finish_source_plan(uuid, uuid, uuid, jsonb, timestamptz), private.next_source_cell(uuid, uuid),
  private.record_source_cell(uuid, uuid, uuid, jsonb, jsonb, timestamptz), private.next_source_place(uuid, uuid, timestamptz),
  private.keep_place(uuid, uuid, text, jsonb, integer, numeric, timestamptz),
  private.filter_place(uuid, uuid, jsonb),
  private.record_source_place(uuid, uuid, uuid, text, jsonb, timestamptz),
  private.rest_source_run(uuid, uuid, uuid, timestamptz, text, timestamptz),
  private.fail_source_run(uuid, uuid, text, timestamptz), private.release_source_run(uuid, uuid, uuid),
  private.wake_source_runs(timestamptz) to pipeline_writer;

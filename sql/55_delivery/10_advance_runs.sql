-- How runs advance and end. Every transaction locks in the same order: leads, runs, messages, each by id, then
-- contact values.

create function private.lead_has_contact(p_org_id uuid, p_lead_id uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id
    and c.invalid_at is null);
end
$$;
comment on function private.lead_has_contact(uuid, uuid) is
  'Whether the lead can still be reached by any contact point.';

create function private.complete_leads(p_org_id uuid, p_lead_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
begin
  perform set_config('sluice.actor', 'system', true);
  update public.leads l set campaign_status = case
    when private.lead_has_contact(l.org_id, l.id) then 'completed' else 'invalid' end::public.campaign_status
  where l.org_id = p_org_id and l.id = any (p_lead_ids) and l.campaign_status in ('queued', 'active', 'paused');
  perform set_config('sluice.actor', v_actor, true);
end
$$;
comment on function private.complete_leads(uuid, uuid[]) is
  'Marks leads whose sequence has ended as completed, or as invalid if no contact point is left. Leads that '
  'replied, booked or opted out keep their status.';

create function private.advance_runs(p_org_id uuid, p_run_ids uuid[], p_as_of timestamptz default now()) returns
  integer
language plpgsql volatile set search_path = '' as $$
declare
  v_drawn constant uuid[] := array(
    select r.id from public.sequence_runs r join public.sequences q on q.org_id = r.org_id and q.id = r.sequence_id
    where r.org_id = p_org_id and r.id = any (p_run_ids) and q.first_step is not null order by r.id);
  v_ended uuid[];
  v_count integer;
begin
  with next as materialized (
    select r.id, r.sent_count > 0 as said, o.time_zone, o.holidays, (
      select s from public.sequence_steps s
      where s.org_id = r.org_id and s.sequence_id = r.sequence_id and s.step > r.next_step order by s.step limit 1) as
        s
    from public.sequence_runs r
    join public.orgs o on o.id = r.org_id
    where r.org_id = p_org_id and r.id = any (p_run_ids) and r.id <> all (v_drawn)
  ), moved as (
    update public.sequence_runs r set
      message_id = null, refusal = null,
      next_step = coalesce((n.s).step, r.next_step), next_channel = coalesce((n.s).channel, r.next_channel),
      next_at = case when (n.s).step is not null then private.step_due_at(n.s, r.lead_id, p_as_of, n.time_zone,
        n.holidays) end,
      state = case when (n.s).step is not null then r.state when n.said then 'completed' else 'stopped' end,
      paused_at = case when (n.s).step is not null then r.paused_at end, paused_by = case when (n.s).step is not null
        then r.paused_by end,
      ended_at = case when (n.s).step is null then p_as_of end,
      end_reason = case when (n.s).step is null then case when n.said then 'completed'
        else 'nothing_could_be_sent' end end
    from next n
    -- By the ids: where statistics are old, the join alone is planned as a scan of all live runs.
    where r.org_id = p_org_id and r.id = any (p_run_ids) and r.id = n.id and r.state in ('active', 'paused')
    returning r.lead_id, r.ended_at
  )
  select count(*), array_agg(m.lead_id) filter (where m.ended_at is not null) into v_count, v_ended from moved m;
  perform private.complete_leads(p_org_id, v_ended) where v_ended is not null;
  perform private.walk_run(p_org_id, x, 'next', p_as_of) from unnest(v_drawn) x;
  return v_count + cardinality(v_drawn);
end
$$;
comment on function private.advance_runs(uuid, uuid[], timestamptz) is
  'Moves runs to their next step, due from p_as_of on, or ends them: completed, or stopped if no step could be '
  'sent. The lead of an ended run becomes completed, or invalid if no contact point is left. Returns the number of '
  'runs.';

create function private.skip_steps(p_org_id uuid, p_skips jsonb, p_as_of timestamptz default now()) returns integer
language plpgsql volatile set search_path = '' as $$
begin
  update public.sequence_runs r set skipped = r.skipped || (s.x - 'run_id')
  from jsonb_array_elements(p_skips) s (x)
  where r.org_id = p_org_id and r.id = (s.x ->> 'run_id')::uuid and r.state in ('active', 'paused');
  return private.advance_runs(p_org_id, array(select (s.x ->> 'run_id')::uuid from jsonb_array_elements(p_skips) s
    (x)), p_as_of);
end
$$;
comment on function private.skip_steps(uuid, jsonb, timestamptz) is
  'Skips the next step of runs and records why: p_skips is [{run_id, step, channel, at, rules, decision_id}]. '
  'Returns the number of runs that moved on.';

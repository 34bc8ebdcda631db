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

-- By the ids, and without a join: where statistics are old, a join is planned as a scan of all live runs.
create function private.advance_listed_runs(p_org_id uuid, p_run_ids uuid[], p_sent integer, p_as_of timestamptz,
  out moved integer, out ended_leads uuid[])
language plpgsql volatile set search_path = '' as $$
declare
  v_zone text;
  v_holidays date[];
begin
  select o.time_zone, o.holidays into v_zone, v_holidays from public.orgs o where o.id = p_org_id;
  with went as (
    update public.sequence_runs r set
      sent_count = r.sent_count + p_sent, message_id = null, refusal = null,
      (next_step, next_channel, next_at, state, paused_at, paused_by, ended_at, end_reason) = (
        select coalesce((n.s).step, r.next_step), coalesce((n.s).channel, r.next_channel),
          case when (n.s).step is not null
            then private.step_due_at(n.s, r.lead_id, p_as_of, v_zone, v_holidays) end,
          case when (n.s).step is not null then r.state
            else case when r.sent_count + p_sent > 0 then 'completed' else 'stopped' end::public.sequence_run_state end,
          case when (n.s).step is not null then r.paused_at end,
          case when (n.s).step is not null then r.paused_by end,
          case when (n.s).step is null then p_as_of end,
          case when (n.s).step is null then case when r.sent_count + p_sent > 0 then 'completed'
            else 'nothing_could_be_sent' end end
        from (select (
          select s from public.sequence_steps s
          where s.org_id = r.org_id and s.sequence_id = r.sequence_id and s.step > r.next_step
          order by s.step limit 1) as s) n)
    where r.org_id = p_org_id and r.id = any (p_run_ids) and r.state in ('active', 'paused')
    returning r.lead_id, r.ended_at
  )
  select count(*), array_agg(w.lead_id) filter (where w.ended_at is not null) into moved, ended_leads from went w;
end
$$;
comment on function private.advance_listed_runs(uuid, uuid[], integer, timestamptz) is
  'Moves runs of listed sequences to their next step, or ends them; p_sent is added to their sent messages. Returns '
  'how many, and the leads of those that ended, which the caller completes.';

create function private.advance_runs(p_org_id uuid, p_run_ids uuid[], p_as_of timestamptz default now()) returns
  integer
language plpgsql volatile set search_path = '' as $$
declare
  v_drawn constant uuid[] := array(
    select r.id from public.sequence_runs r join public.sequences q on q.org_id = r.org_id and q.id = r.sequence_id
    where r.org_id = p_org_id and r.id = any (p_run_ids) and q.first_step is not null order by r.id);
  v_went record;
begin
  select w.* into v_went from private.advance_listed_runs(p_org_id,
    array(select x from unnest(p_run_ids) x where x <> all (v_drawn)), 0, p_as_of) w;
  perform private.complete_leads(p_org_id, v_went.ended_leads) where v_went.ended_leads is not null;
  perform private.walk_run(p_org_id, x, 'next', p_as_of) from unnest(v_drawn) x;
  return v_went.moved + cardinality(v_drawn);
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

create function private.cancel_waiting(p_org_id uuid, p_run_ids uuid[], p_reason text, p_as_of timestamptz default
  now()) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_ids uuid[];
begin
  with gone as (
    update public.messages m set state = 'cancelled', cancelled_at = p_as_of, refused = jsonb_build_array(p_reason),
      lease_token = null,
      lease_until = null, retry_at = null
    where m.org_id = p_org_id and m.run_id = any (p_run_ids) and m.requested_at is null and m.state in ('sending',
      'retrying')
    returning m.id
  )
  select array_agg(g.id) into v_ids from gone g;
  perform private.record_costs(p_org_id, v_ids, p_as_of) where v_ids is not null;
  return coalesce(cardinality(v_ids), 0);
end
$$;
comment on function private.cancel_waiting(uuid, uuid[], text, timestamptz) is
  'Cancels the messages of runs that were not requested yet; requests under way cannot be recalled. Returns how many.';

create function private.stop_runs(p_org_id uuid, p_lead_id uuid, p_reason text, p_as_of timestamptz default now())
  returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_ids uuid[];
begin
  perform from public.leads l where l.org_id = p_org_id and l.id = p_lead_id for no key update;
  with stopped as (
    update public.sequence_runs r set state = 'stopped', ended_at = p_as_of, end_reason = p_reason, next_at = null,
      message_id = null,
      paused_at = null, paused_by = null
    where r.org_id = p_org_id and r.lead_id = p_lead_id and r.state in ('active', 'paused')
    returning r.id
  )
  select array_agg(s.id) into v_ids from stopped s;
  -- Includes runs that ended with a message still to be retried.
  perform private.cancel_waiting(p_org_id, array(select r.id from public.sequence_runs r where r.org_id = p_org_id
    and r.lead_id = p_lead_id), p_reason, p_as_of);
  return coalesce(cardinality(v_ids), 0);
end
$$;
comment on function private.stop_runs(uuid, uuid, text, timestamptz) is
  'Ends the runs of a lead: after a reply, an opt-out, a booking, or the loss of its last contact. Cancels '
  'messages not requested yet; confirmations and answers are still sent. Returns the number of runs stopped; '
  'repeating it stops none.';

create function private.stop_drawn_runs(p_org_id uuid, p_lead_id uuid, p_reason text, p_as_of timestamptz default now())
  returns void
language plpgsql volatile set search_path = '' as $$
begin
  if exists (select from public.sequence_runs r join public.sequences q on q.org_id = r.org_id and q.id = r.sequence_id
    where r.org_id = p_org_id and r.lead_id = p_lead_id and r.state in ('active', 'paused')
      and q.first_step is not null)
  then
    perform private.stop_runs(p_org_id, p_lead_id, p_reason, p_as_of);
    perform private.complete_leads(p_org_id, array[p_lead_id]);
  end if;
end
$$;
comment on function private.stop_drawn_runs(uuid, uuid, text, timestamptz) is
  'Ends the run of a lead in a drawn sequence after a wrong number: its branches would read silence as no answer. A list '
  'goes on with the next number.';

create function private.tg_leads__stop_runs() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
begin
  -- Most leads that a list marks were never in a campaign. A reply that a branch takes care of ends nothing.
  if exists (select from public.sequence_runs r where r.org_id = new.org_id and r.lead_id = new.id)
    and not (new.campaign_status = 'replied' and exists (select from public.sequence_runs r
      where r.org_id = new.org_id and r.lead_id = new.id and r.state in ('active', 'paused')
        and r.replied_at is not null))
  then
    perform private.stop_runs(new.org_id, new.id, new.campaign_status::text,
      coalesce(nullif(current_setting('sluice.as_of', true), '')::timestamptz, now()));
  end if;
  return null;
end
$$;
comment on function private.tg_leads__stop_runs() is
  'Trigger: stops the runs of a lead that opted out, became invalid, replied or booked, no matter which role '
  'recorded it. Definer: not every role that writes leads may write runs.';
create trigger _600_stop_runs after update of campaign_status on public.leads
  for each row when (old.campaign_status <> new.campaign_status and new.campaign_status in ('opted_out', 'invalid',
    'replied', 'booked'))
  execute function private.tg_leads__stop_runs();

create function private.pause_runs(p_org_id uuid, p_run_ids uuid[], p_by text, p_as_of timestamptz default now())
  returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  perform private.cancel_waiting(p_org_id, p_run_ids, 'paused', p_as_of);
  update public.sequence_runs r set state = 'paused', paused_at = p_as_of, paused_by = p_by,
    -- A message under way moves the run on once it is settled; otherwise the step is due when the run resumes.
    message_id = m.id, next_at = case when m.id is null then coalesce(r.next_at, p_as_of) end
  from public.sequence_runs o
  left join public.messages m on m.org_id = o.org_id and m.id = o.message_id and m.state <> 'cancelled'
  where r.org_id = p_org_id and r.id = any (p_run_ids) and r.state = 'active' and o.org_id = r.org_id and o.id = r.id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.pause_runs(uuid, uuid[], text, timestamptz) is
  'Pauses active runs, for a lead or a campaign; returns how many.';

create function private.resume_runs(p_org_id uuid, p_run_ids uuid[], p_by text, p_as_of timestamptz default now())
  returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  update public.sequence_runs r set state = 'active', paused_at = null, paused_by = null,
    -- Steps that became due meanwhile are spread over the coming hours.
    next_at = case
      when r.next_at is null then null
      when r.next_at > p_as_of or s.kind <> 'send' then r.next_at
      else private.fit_to_window(p_as_of, s.send_from, s.send_until, s.delay_kind = 'business', o.time_zone,
        o.holidays,
        private.hash_fraction(r.lead_id::text || s.sequence_id || s.step), case when p_by = 'campaign'
          then interval '1 day' end) end
  from public.orgs o, public.sequence_steps s
  where r.org_id = p_org_id and r.id = any (p_run_ids) and r.state = 'paused' and r.paused_by = p_by
    and o.id = r.org_id
    and s.org_id = r.org_id and s.sequence_id = r.sequence_id and s.step = r.next_step;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.resume_runs(uuid, uuid[], text, timestamptz) is
  'Resumes runs that were paused by p_by; returns how many.';

create function public.control_lead(
  p_org_id uuid, p_lead_id uuid, p_action text, p_reason text default null, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  r public.sequence_runs;
begin
  p_as_of := private.caller_clock(p_as_of);
  if p_action is null or p_action not in ('pause', 'resume', 'skip', 'stop') then
    raise exception 'unknown action %: use pause, resume, skip or stop', p_action using errcode = 'SL513';
  end if;
  perform from public.leads x
  where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}'))
      or (x.org_id = any (private.my_org_ids('{broker}')) and x.assigned_broker_id = any (private.my_broker_ids())))
  for no key update;
  if not found then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL511';
  end if;
  select x.* into r from public.sequence_runs x
  where x.org_id = p_org_id and x.lead_id = p_lead_id and x.state in ('active', 'paused') for no key update;
  if not found then
    raise exception 'lead % has no active sequence run', p_lead_id using errcode = 'SL513';
  end if;
  perform set_config('sluice.actor', 'system', true);
  case p_action
    when 'pause' then
      perform private.pause_runs(p_org_id, array[r.id], 'lead', p_as_of);
      update public.sequence_runs x set paused_by = 'lead' where x.org_id = p_org_id and x.id = r.id
        and x.paused_by = 'campaign';
      update public.leads x set campaign_status = 'paused'
      where x.org_id = p_org_id and x.id = p_lead_id and x.campaign_status in ('queued', 'active');
    when 'resume' then
      perform private.resume_runs(p_org_id, array[r.id], 'lead', p_as_of);
      update public.leads x set campaign_status = case when r.sent_count > 0 then 'active'
        else 'queued' end::public.campaign_status
      where x.org_id = p_org_id and x.id = p_lead_id and x.campaign_status = 'paused';
      -- The run stays paused while its campaign is.
      perform private.pause_runs(p_org_id, array[r.id], 'campaign', p_as_of)
      from public.campaigns c where c.org_id = p_org_id and c.id = r.campaign_id and c.state = 'paused';
    when 'skip' then
      perform private.cancel_waiting(p_org_id, array[r.id], 'skipped', p_as_of);
      perform private.skip_steps(p_org_id, jsonb_build_array(jsonb_build_object('run_id', r.id, 'step', r.next_step,
        'channel', r.next_channel,
        'at', p_as_of, 'rules', array['skipped_by_person'], 'reason', p_reason, 'by', auth.uid())), p_as_of);
    when 'stop' then
      perform private.stop_runs(p_org_id, p_lead_id, coalesce(p_reason, 'stopped_by_person'), p_as_of);
      perform private.complete_leads(p_org_id, array[p_lead_id]);
  end case;
  perform set_config('sluice.actor', v_actor, true);
  select x.* into r from public.sequence_runs x where x.org_id = p_org_id and x.id = r.id;
  return jsonb_build_object('run_id', r.id, 'state', r.state, 'next_step', r.next_step, 'next_at', r.next_at,
    'message_id', r.message_id);
end
$$;
comment on function public.control_lead(uuid, uuid, text, text, timestamptz) is
  'Pauses, resumes or stops the sequence run of a lead, or skips its next step; returns {run_id, state, next_step, '
  'next_at, message_id}. Brokers control their own leads; owners, admins and the service all leads. A request '
  'under way is still sent. Definer: members may not write runs. Raises SL511 (no such lead), SL513 (unknown '
  'action, or no active run).';

create function private.control_runs_of_campaign(p_org_id uuid, p_campaign_id uuid, p_state public.campaign_state,
  p_as_of timestamptz) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_runs uuid[];
  v_leads uuid[];
  v_count integer;
begin
  -- Leads before runs: the common lock order.
  v_leads := array(
    select l.id from public.leads l
    where l.org_id = p_org_id and l.id in (select r.lead_id from public.sequence_runs r
      where r.org_id = p_org_id and r.campaign_id = p_campaign_id and r.state in ('active', 'paused'))
    order by l.id for no key update);
  v_runs := array(
    select r.id from public.sequence_runs r
    where r.org_id = p_org_id and r.campaign_id = p_campaign_id and r.state in ('active', 'paused') order by r.id for
      no key update);
  if p_state = 'paused' then
    return private.pause_runs(p_org_id, v_runs, 'campaign', p_as_of);
  elsif p_state = 'running' then
    return private.resume_runs(p_org_id, v_runs, 'campaign', p_as_of);
  end if;
  perform private.cancel_waiting(p_org_id, v_runs, 'campaign_finished', p_as_of);
  update public.sequence_runs r set state = 'stopped', ended_at = p_as_of, end_reason = 'campaign_finished',
    next_at = null, message_id = null,
    paused_at = null, paused_by = null
  where r.org_id = p_org_id and r.id = any (v_runs);
  get diagnostics v_count = row_count;
  perform private.complete_leads(p_org_id, v_leads);
  return v_count;
end
$$;
comment on function private.control_runs_of_campaign(uuid, uuid, public.campaign_state, timestamptz) is
  'Pauses, resumes or stops the runs of a campaign that was paused, resumed or finished; returns how many. '
  'Definer: the trigger calls it for members, who may not write runs.';
revoke execute on function private.control_runs_of_campaign(uuid, uuid, public.campaign_state, timestamptz)
  from pipeline_writer;

create function private.tg_campaigns__control_runs() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.control_runs_of_campaign(new.org_id, new.id, new.state,
    coalesce(nullif(current_setting('sluice.as_of', true), '')::timestamptz, now()));
  return null;
end
$$;
comment on function private.tg_campaigns__control_runs() is
  'Trigger: pausing, starting or finishing a campaign controls its runs; the clock is sluice.as_of if '
  'control_campaign set it. Definer: members may not write runs.';
create trigger _300_control_runs after update of state on public.campaigns
  for each row when (old.state <> new.state and old.state <> 'draft') execute
    function private.tg_campaigns__control_runs();

create function public.control_campaign(
  p_org_id uuid, p_campaign_id uuid, p_action text, p_reason text default null, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
begin
  p_as_of := private.caller_clock(p_as_of);
  perform from public.campaigns x
  where x.org_id = p_org_id and x.id = p_campaign_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}'))) for no key update;
  if not found then
    raise exception 'campaign % not found', p_campaign_id using errcode = 'SL512';
  elsif p_action is null or p_action not in ('pause', 'resume', 'stop') then
    raise exception 'unknown action %: use pause, resume or stop', p_action using errcode = 'SL513';
  end if;
  perform set_config('sluice.as_of', p_as_of::text, true);
  -- Repeating an action has no effect.
  update public.campaigns x set state = w.state
  from (select case p_action when 'pause' then 'paused' when 'resume' then 'running'
    else 'finished' end::public.campaign_state as state) w
  where x.org_id = p_org_id and x.id = p_campaign_id and x.state <> w.state;
  if found and p_action = 'stop' and p_reason is not null then
    update public.sequence_runs r set end_reason = p_reason
    where r.org_id = p_org_id and r.campaign_id = p_campaign_id and r.state = 'stopped' and r.ended_at = p_as_of
      and r.end_reason = 'campaign_finished';
  end if;
  perform set_config('sluice.as_of', v_clock, true);
  return (select jsonb_build_object('campaign_id', x.id, 'state', x.state,
      'runs', (select coalesce(jsonb_object_agg(s.state, s.count), '{}') from (select r.state, count(*)
        from public.sequence_runs r
        where r.org_id = p_org_id and r.campaign_id = p_campaign_id group by 1) s))
    from public.campaigns x where x.org_id = p_org_id and x.id = p_campaign_id);
end
$$;
comment on function public.control_campaign(uuid, uuid, text, text, timestamptz) is
  'Pauses, resumes or stops a campaign with all its runs; returns {campaign_id, state, runs}. For owners, admins '
  'and the service. Definer: members may not write runs. Raises SL512 (no such campaign), SL513 (unknown action), '
  'SL501 (invalid transition).';
revoke execute on function public.control_lead(uuid, uuid, text, text, timestamptz), public.control_campaign(uuid,
  uuid, text, text, timestamptz) from public, anon;
grant execute on function public.control_lead(uuid, uuid, text, text, timestamptz), public.control_campaign(uuid,
  uuid, text, text, timestamptz)
  to authenticated, service_role, pipeline_writer;

create function private.tg_consents__stop_mails() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_ended record;
begin
  perform set_config('sluice.actor', 'system', true);
  for v_ended in
    select r.org_id, r.lead_id, max(n.occurred_at) as at
    from new_rows n
    join public.contact_points c on c.org_id = n.org_id and c.value_bidx = n.value_bidx
    join public.sequence_runs r on r.org_id = c.org_id and r.lead_id = c.lead_id and r.state in ('active', 'paused')
    where n.action = 'revoke' and n.kind = 'email' and 'email' = any (n.channels)
    group by 1, 2 order by 1, 2
  loop
    perform private.stop_runs(v_ended.org_id, v_ended.lead_id, 'unsubscribed', v_ended.at);
    perform private.complete_leads(v_ended.org_id, array[v_ended.lead_id]);
  end loop;
  perform set_config('sluice.actor', v_actor, true);
  return null;
end
$$;
comment on function private.tg_consents__stop_mails() is
  'Trigger: whoever ends e-mail gets no further step of a sequence, on any address, whether a link, a reply or the '
  'provider reports it. Definer: not every role that writes consents may write runs.';
create trigger _300_stop_mails after insert on public.consents
  referencing new table as new_rows for each statement execute function private.tg_consents__stop_mails();

-- Runs of drawn sequences: along the edges, from one message to the next. What a branch answers is read from the run and
-- its messages, so a reply or a click only makes a run due, and a walk that is lost with its transaction is repeated.

create function private.end_run(p_org_id uuid, p_run_id uuid, p_reason text, p_as_of timestamptz) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_lead uuid;
begin
  update public.sequence_runs r set ended_at = p_as_of,
    state = case when p_reason in ('completed', 'handed_over') then 'completed'
      else 'stopped' end::public.sequence_run_state,
    end_reason = p_reason, next_at = null, message_id = null, refusal = null, paused_at = null, paused_by = null,
    branch_until = null
  where r.org_id = p_org_id and r.id = p_run_id and r.state in ('active', 'paused')
  returning r.lead_id into v_lead;
  perform private.complete_leads(p_org_id, array[v_lead]) where v_lead is not null;
end
$$;
comment on function private.end_run(uuid, uuid, text, timestamptz) is
  'Ends one run: completed for the reasons completed and handed_over, otherwise stopped. Its lead is completed.';

create function private.answer_branch(p_run public.sequence_runs, p_step public.sequence_steps, p_as_of timestamptz,
  out answer text, out next_at timestamptz)
language plpgsql stable set search_path = '' as $$
declare
  v_clicked timestamptz;
begin
  if p_step.event in ('clicked', 'no_answer') then
    select min(m.clicked_at) into v_clicked from public.messages m
    where m.org_id = p_run.org_id and m.run_id = p_run.id and m.clicked_at > p_run.branch_since
      and m.clicked_at <= p_run.branch_until;
  end if;
  if (p_step.event in ('replied', 'no_answer') and p_run.replied_at <= p_run.branch_until)
    or v_clicked <= p_as_of - interval '1 minute' then
    answer := case p_step.event when 'no_answer' then 'no' else 'yes' end;
  elsif v_clicked is not null then
    next_at := v_clicked + interval '1 minute';
  elsif p_as_of >= p_run.branch_until then
    answer := case p_step.event when 'no_answer' then 'yes' else 'no' end;
  else
    next_at := p_run.branch_until;
  end if;
end
$$;
comment on function private.answer_branch(public.sequence_runs, public.sequence_steps, timestamptz) is
  'yes or no, or when to look again. A click counts a minute later: one that follows may show that it was a scanner''s.';

create function private.walk_run(p_org_id uuid, p_run_id uuid, p_outcome text default null,
  p_as_of timestamptz default now()) returns void
language plpgsql volatile set search_path = '' as $$
declare
  r public.sequence_runs;
  s public.sequence_steps;
  e public.sequence_edges;
  o record;
  v_answer record;
  v_outcome text := p_outcome;
begin
  select x.* into r from public.sequence_runs x
  where x.org_id = p_org_id and x.id = p_run_id and x.state in ('active', 'paused');
  if not found then
    return;
  end if;
  select x.time_zone, x.holidays into o from public.orgs x where x.id = p_org_id;
  select x.* into s from public.sequence_steps x
  where x.org_id = p_org_id and x.sequence_id = r.sequence_id and x.step = r.next_step;
  if v_outcome = 'next' and s.kind = 'send' then
    r.branch_since := p_as_of;
  elsif v_outcome = 'next' and s.kind = 'branch' then
    -- Skipped: as if nothing happened.
    v_outcome := case s.event when 'no_answer' then 'yes' else 'no' end;
  end if;
  loop
    if v_outcome is null and s.kind = 'hand_over' then
      update public.sequence_runs x set next_step = r.next_step, next_channel = r.next_channel,
        branch_since = r.branch_since
      where x.org_id = p_org_id and x.id = p_run_id;
      perform private.end_run(p_org_id, p_run_id, 'handed_over', p_as_of);
      return;
    elsif v_outcome is null then
      -- The time begins when the lead arrived, however late this looks.
      r.branch_until := coalesce(r.branch_until, private.after_delay(r.next_at, s.within, false, o.time_zone,
        o.holidays));
      v_answer := private.answer_branch(r, s, p_as_of);
      v_outcome := v_answer.answer;
      r.next_at := coalesce(v_answer.next_at, r.next_at);
      exit when v_outcome is null;
      if (s.event, v_outcome) in (('replied', 'yes'), ('no_answer', 'no')) then
        r.replied_at := null;
      end if;
    end if;
    select x.* into e from public.sequence_edges x
    where x.org_id = p_org_id and x.sequence_id = r.sequence_id and x.step = s.step and x.outcome = v_outcome;
    if not found then
      perform private.end_run(p_org_id, p_run_id, case when r.sent_count > 0 then 'completed'
        else 'nothing_could_be_sent' end, p_as_of);
      return;
    end if;
    select x.* into s from public.sequence_steps x
    where x.org_id = p_org_id and x.sequence_id = r.sequence_id and x.step = e.to_step;
    if s.kind = 'send' and r.replied_at is not null then
      -- A person waits for an answer, and no branch has taken care of it.
      perform private.end_run(p_org_id, p_run_id, 'reply', p_as_of);
      return;
    end if;
    r.message_id := null;
    r.refusal := null;
    r.branch_until := null;
    r.next_step := s.step;
    r.next_channel := coalesce(s.channel, s.kind);
    s.delay := e.delay;
    s.delay_kind := e.delay_kind;
    r.next_at := case when s.kind = 'send'
      then private.step_due_at(s, r.lead_id, p_as_of, o.time_zone, o.holidays, false)
      else private.after_delay(p_as_of, s.delay, s.delay_kind = 'business', o.time_zone, o.holidays) end;
    exit when s.kind = 'send' or r.next_at > p_as_of;
    v_outcome := null;
  end loop;
  update public.sequence_runs x set message_id = r.message_id, refusal = r.refusal, next_step = r.next_step,
    next_channel = r.next_channel, next_at = r.next_at, branch_since = r.branch_since,
    branch_until = r.branch_until, replied_at = r.replied_at
  where x.org_id = p_org_id and x.id = p_run_id;
end
$$;
comment on function private.walk_run(uuid, uuid, text, timestamptz) is
  'Moves a run of a drawn sequence on until it waits or ends. p_outcome next: its step was sent or skipped; null: it '
  'waits at a branch or a hand-over and is due. Call it with lead and run locked. Edges lead forward, so it ends.';

create function private.walk_due_runs(p_as_of timestamptz default now(), p_org_id uuid default null,
  p_limit integer default 2000) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_source record;
  v_run record;
  v_count integer := 0;
begin
  for v_source in
    select c.org_id, c.id as campaign_id, k.channel
    from public.campaigns c
    cross join unnest('{branch,hand_over}'::text[]) k (channel)
    where c.state = 'running' and (p_org_id is null or c.org_id = p_org_id)
      and (select r.next_at from public.sequence_runs r where r.org_id = c.org_id and r.campaign_id = c.id
        and r.next_channel = k.channel and r.state = 'active' and r.next_at <= p_as_of
        order by r.next_at limit 1) is not null
    order by c.org_id, c.id, k.channel
  loop
    for v_run in
      select r.id from public.sequence_runs r
      join public.leads l on l.org_id = r.org_id and l.id = r.lead_id
      where r.org_id = v_source.org_id and r.campaign_id = v_source.campaign_id
        and r.next_channel = v_source.channel and r.state = 'active' and r.next_at <= p_as_of
      order by r.next_at, r.id limit p_limit - v_count
      for no key update of r, l skip locked
    loop
      perform private.walk_run(v_source.org_id, v_run.id, null, p_as_of);
      v_count := v_count + 1;
    end loop;
  end loop;
  return v_count;
end
$$;
comment on function private.walk_due_runs(timestamptz, uuid, integer) is
  'Walks the runs that are due at a branch or a hand-over, p_limit at most, and returns how many. Runs that others have '
  'locked wait for the next call. Definer: a job of the schedule, and it writes runs.';
revoke execute on function private.walk_due_runs(timestamptz, uuid, integer) from pipeline_writer;

create function private.follow_reply(p_org_id uuid, p_lead_id uuid, p_at timestamptz) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  perform from public.leads l where l.org_id = p_org_id and l.id = p_lead_id for no key update;
  update public.sequence_runs r set replied_at = least(r.replied_at, p_at),
    next_at = case when r.branch_until is not null then least(r.next_at, p_at) else r.next_at end
  from public.sequences q
  where r.org_id = p_org_id and r.lead_id = p_lead_id and r.state in ('active', 'paused')
    and q.org_id = r.org_id and q.id = r.sequence_id and q.first_step is not null
    -- A message that was not requested yet would follow the reply.
    and (r.next_channel = 'branch' or exists (select from public.messages m
      where m.org_id = r.org_id and m.id = r.message_id and m.requested_at is not null))
    and private.awaits_reply(r.org_id, r.sequence_id, r.next_step);
  return found;
end
$$;
comment on function private.follow_reply(uuid, uuid, timestamptz) is
  'Whether a branch of the lead''s drawn sequence takes care of a reply before the next message; notes it there. '
  'Otherwise a reply ends the run.';

create function private.tg_messages__wake_branch() returns trigger
language plpgsql set search_path = '' as $$
begin
  update public.sequence_runs r set next_at = least(r.next_at, new.clicked_at + interval '1 minute')
  where r.org_id = new.org_id and r.id = new.run_id and r.state in ('active', 'paused') and r.next_channel = 'branch'
    and r.branch_until is not null and new.clicked_at > r.branch_since;
  return null;
end
$$;
comment on function private.tg_messages__wake_branch() is
  'Trigger: makes a run due that waits at a branch when a person clicks. Whoever writes messages writes runs.';
create trigger _300_wake_branch after update of clicked_at on public.messages
  for each row when (new.run_id is not null and new.clicked_at is not null
    and old.clicked_at is distinct from new.clicked_at)
  execute function private.tg_messages__wake_branch();

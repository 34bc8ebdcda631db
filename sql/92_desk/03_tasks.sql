-- Tasks and calls.

create function private.task_words(p_kind text, p_detail jsonb) returns text
language sql immutable parallel safe as $$
  select case p_kind
    when 'answer_reply' then case when p_detail ? 'possible_wish' then 'Read the message: it may ask us to stop'
      when p_detail ? 'unread' then 'Read the message: it is in a language that is not read automatically'
      when p_detail ->> 'read_by' = 'learned' then 'Check the wish that was read from the message'
      when p_detail ->> 'channel' in ('voice_ai', 'voice_manual') then 'Answer what was said on the phone'
      else 'Answer the message' end
    when 'call_back' then 'Call back'
    when 'prepare_booking' then 'Prepare the appointment'
    when 'follow_up_cancelled' then 'Follow up on the cancelled appointment'
    when 'follow_up' then 'Follow up'
    when 'to_do' then 'To do'
    when 'hand_over' then coalesce('Take over: ' || (p_detail ->> 'note'), 'Take over from the sequence')
    when 'review_call' then 'Review a call that the rules would not have allowed'
    else p_kind end
$$;
comment on function private.task_words(text, jsonb) is 'What a task asks for, in words.';
revoke execute on function private.task_words(text, jsonb) from pipeline_writer;
grant execute on function private.task_words(text, jsonb) to authenticated;

-- Row-level security asks for each row whether its lead is the caller's: of 20,000 leads that takes half a second.
-- Here the caller's brokers and orgs are asked for once. Only ids leave; the rows are then read under the policies.
create function private.own_task_ids(p_list text, p_org_id uuid, p_limit integer, p_at timestamptz, p_number bigint)
returns uuid[]
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_orgs constant uuid[] := array(select x from unnest(private.my_org_ids()) x
    where p_org_id is null or x = p_org_id);
  v_brokers constant uuid[] := private.my_broker_ids();
  v_limit constant integer := private.page_size(p_limit);
begin
  if v_orgs = '{}' or v_brokers = '{}' then
    return '{}'::uuid[];
  elsif p_list = 'done' then
    return array(select t.id from public.leads l join public.tasks t on t.org_id = l.org_id and t.lead_id = l.id
      where l.org_id = any (v_orgs) and l.assigned_broker_id = any (v_brokers)
        and t.done_at is not null and (p_at is null or (t.done_at, t.number) < (p_at, p_number))
      order by t.done_at desc, t.number desc limit v_limit);
  end if;
  return array(select t.id from public.leads l join public.tasks t on t.org_id = l.org_id and t.lead_id = l.id
    where l.org_id = any (v_orgs) and l.assigned_broker_id = any (v_brokers) and t.done_at is null
      and (p_list = 'team' or (t.assigned_to is null and t.kind <> 'review_call'))
      and (p_list <> 'due' or coalesce(t.due_at, t.created_at) <= now())
      and (p_at is null or (coalesce(t.due_at, t.created_at), t.number) > (p_at, p_number))
    order by coalesce(t.due_at, t.created_at), t.number limit v_limit);
end
$$;
comment on function private.own_task_ids(text, uuid, integer, timestamptz, bigint) is
  'A page of the tasks about leads of the caller''s brokers in orgs of which the caller is a member: nobody''s (mine, '
  'due), open (team) or done. Definer: it checks the leads of one caller at once, and returns ids alone.';
revoke execute on function private.own_task_ids(text, uuid, integer, timestamptz, bigint) from public, pipeline_writer;
grant execute on function private.own_task_ids(text, uuid, integer, timestamptz, bigint) to authenticated;

create function public.desk_tasks(p_list text default 'mine', p_org_id uuid default null, p_limit integer default 50,
  p_cursor text default null)
returns table (org_id uuid, task_id uuid, number bigint, lead_id uuid, owner_full text, kind text, words text,
  due_at timestamptz, overdue boolean, assigned_to uuid, assigned_name text, created_by uuid, created_at timestamptz,
  done_at timestamptz, done_by uuid, done_by_name text, has_note boolean, detail jsonb, lead_score smallint,
  cursor text)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_limit constant integer := private.page_size(p_limit);
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
  v_at constant timestamptz := (v_after ->> 0)::timestamptz;
  v_number constant bigint := (v_after ->> 1)::bigint;
  v_me constant uuid := auth.uid();
  v_orgs constant uuid[] := private.my_org_ids();
  v_whole constant uuid[] := private.whole_orgs(p_org_id);
  v_ids uuid[];
begin
  if p_list is null or p_list not in ('mine', 'due', 'team', 'done') then
    raise exception 'unknown list %: use mine, due, team or done', p_list using errcode = 'SL802';
  end if;
  -- Found from the caller's leads and assignments; of a whole org in the order of an index.
  if p_list in ('mine', 'due') then
    v_ids := array(
      select x.id from (
        select t.id, coalesce(t.due_at, t.created_at) as at, t.number from public.tasks t
        where t.org_id = any (v_orgs) and t.assigned_to = v_me and t.done_at is null
          and (p_org_id is null or t.org_id = p_org_id)
          and (p_list = 'mine' or coalesce(t.due_at, t.created_at) <= now())
          and (v_after is null or (coalesce(t.due_at, t.created_at), t.number) > (v_at, v_number))
        union all
        select t.id, coalesce(t.due_at, t.created_at), t.number
        from unnest(private.own_task_ids(p_list, p_org_id, v_limit, v_at, v_number)) i (id)
        join public.tasks t on t.org_id = any (v_orgs) and t.id = i.id) x
      order by x.at, x.number limit v_limit);
  elsif v_whole <> '{}' and p_list = 'team' then
    v_ids := array(select x.id from unnest(v_whole) o (id) cross join lateral (
        select t.id, coalesce(t.due_at, t.created_at) as at, t.number from public.tasks t
        where t.org_id = o.id and t.done_at is null
          and (v_after is null or (coalesce(t.due_at, t.created_at), t.number) > (v_at, v_number))
        order by coalesce(t.due_at, t.created_at), t.number limit v_limit) x
      order by x.at, x.number limit v_limit);
  elsif v_whole <> '{}' then
    v_ids := array(select x.id from unnest(v_whole) o (id) cross join lateral (
        select t.id, t.done_at as at, t.number from public.tasks t
        where t.org_id = o.id and t.done_at is not null
          and (v_after is null or (t.done_at, t.number) < (v_at, v_number))
        order by t.done_at desc, t.number desc limit v_limit) x
      order by x.at desc, x.number desc limit v_limit);
  else
    v_ids := private.own_task_ids(p_list, p_org_id, v_limit, v_at, v_number);
  end if;
  return query
  select t.org_id, t.id, t.number, t.lead_id,
    coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')), t.kind,
    private.task_words(t.kind, t.detail), t.due_at, t.done_at is null and t.due_at < now(), t.assigned_to,
    private.member_name(t.org_id, t.assigned_to), t.created_by, t.created_at, t.done_at, t.done_by,
    private.member_name(t.org_id, t.done_by), t.has_note, t.detail, coalesce(s.score, l.lead_score),
    jsonb_build_array(case when p_list = 'done' then t.done_at else coalesce(t.due_at, t.created_at) end,
      t.number)::text
  from unnest(v_ids) with ordinality i (id, n)
  join public.tasks t on t.org_id = any (v_orgs) and t.id = i.id
  join public.leads l on l.org_id = t.org_id and l.id = t.lead_id
  left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
  order by i.n;
end
$$;
comment on function public.desk_tasks(text, uuid, integer, text) is
  'Open tasks by due time: mine (assigned to the caller, or to nobody and about an own lead), due (of these, due by '
  'now), team (all that the caller may see); done: finished ones, the latest first. Notes are shown by '
  'request_reveal with the subject tasks and the number. Raises SL801, SL802.';

create function public.desk_calls(p_org_id uuid default null, p_mine boolean default true,
  p_lead_id uuid default null,
  p_limit integer default 50, p_cursor text default null)
returns table (org_id uuid, call_id bigint, lead_id uuid, owner_full text, at timestamptz, ended_at timestamptz,
  seconds integer, direction text, provider text, answered boolean, outcome public.hand_call_outcome, contact text,
  called_by uuid, called_by_name text, against_gate boolean, reasons jsonb, has_notes boolean, cursor text)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_limit constant integer := private.page_size(p_limit);
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
  v_at constant timestamptz := (v_after ->> 0)::timestamptz;
  v_id constant bigint := (v_after ->> 1)::bigint;
  v_orgs constant uuid[] := case when p_org_id is null then private.my_org_ids() else array[p_org_id] end;
  v_whole constant uuid[] := private.whole_orgs(p_org_id);
  v_brokers constant uuid[] := private.my_broker_ids();
  v_ids bigint[];
begin
  if p_lead_id is not null then
    v_ids := array(select k.id from public.calls k
      where k.org_id = any (v_orgs) and k.lead_id = p_lead_id and (v_after is null or (k.at, k.id) < (v_at, v_id))
      order by k.at desc, k.id desc limit v_limit);
  elsif p_mine then
    v_ids := array(select k.id from public.calls k
      where k.org_id = any (v_orgs) and k.provider = 'hand' and k.called_by = auth.uid()
        and (v_after is null or (k.at, k.id) < (v_at, v_id))
      order by k.at desc, k.id desc limit v_limit);
  elsif v_whole <> '{}' then
    v_ids := array(select x.id from unnest(v_whole) o (id) cross join lateral (
        select k.id, k.at from public.calls k
        where k.org_id = o.id and k.lead_id is not null and (v_after is null or (k.at, k.id) < (v_at, v_id))
        order by k.at desc, k.id desc limit v_limit) x
      order by x.at desc, x.id desc limit v_limit);
  else
    v_ids := array(select k.id from public.leads l join public.calls k on k.org_id = l.org_id and k.lead_id = l.id
      where l.assigned_broker_id = any (v_brokers) and l.org_id = any (v_orgs)
        and (v_after is null or (k.at, k.id) < (v_at, v_id))
      order by k.at desc, k.id desc limit v_limit);
  end if;
  return query
  select k.org_id, k.id, k.lead_id,
    coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')), k.at, k.ended_at, k.seconds,
    k.direction, k.provider, k.answered, k.outcome, c.masked, k.called_by, private.member_name(k.org_id, k.called_by),
    k.recorded_against_gate, coalesce(private.explain_reasons(d.reasons), '[]'), k.has_transcript,
    jsonb_build_array(k.at, k.id)::text
  from unnest(v_ids) with ordinality i (id, n)
  join public.calls k on k.org_id = any (v_orgs) and k.id = i.id
  left join public.leads l on l.org_id = k.org_id and l.id = k.lead_id
  left join public.contact_points c on c.org_id = k.org_id and c.id = k.contact_point_id
  left join public.gate_decisions d on k.recorded_against_gate and d.org_id = k.org_id and d.id = k.decision_id
  order by i.n;
end
$$;
comment on function public.desk_calls(uuid, boolean, uuid, integer, text) is
  'Calls, the latest first: those that the caller dialled (p_mine), of a lead, or all that the caller may see. '
  'reasons: why the gate would not have allowed it. Notes and transcripts are shown by request_reveal. Raises SL801.';
revoke execute on function public.desk_tasks(text, uuid, integer, text),
  public.desk_calls(uuid, boolean, uuid, integer, text) from public, anon;
grant execute on function public.desk_tasks(text, uuid, integer, text),
  public.desk_calls(uuid, boolean, uuid, integer, text) to authenticated;

-- Tasks that members create, hand to each other, put off and finish.

create function private.member_sees_lead(p_org_id uuid, p_user_id uuid, p_lead_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.members m
    join public.leads l on l.org_id = m.org_id and l.id = p_lead_id
    where m.org_id = p_org_id and m.user_id = p_user_id
      and (m.role in ('owner', 'admin') or (m.role = 'broker' and l.assigned_broker_id in (
        select b.id from public.brokers b where b.org_id = m.org_id and b.user_id = m.user_id and b.active))))
$$;
comment on function private.member_sees_lead(uuid, uuid, uuid) is
  'Whether a member may work on the lead: owners, admins and its broker.';
revoke execute on function private.member_sees_lead(uuid, uuid, uuid) from pipeline_writer;

create function private.add_task(p_org_id uuid, p_lead_id uuid, p_kind text, p_due_at timestamptz, p_note text,
  p_assigned_to uuid, p_client_key uuid, p_detail jsonb, p_as_of timestamptz) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  -- Also without a note: a generic plan reads the key before it sees that there is nothing to encrypt.
  v_key constant integer := private.active_key_id(p_org_id, 'data');
  v_id uuid;
begin
  if p_assigned_to is not null and not private.member_sees_lead(p_org_id, p_assigned_to, p_lead_id) then
    raise exception 'this member may not work on the lead' using errcode = 'SL613';
  end if;
  insert into public.tasks (org_id, lead_id, kind, detail, created_at, due_at, assigned_to, created_by, client_key,
    note_cipher, key_id)
  values (p_org_id, p_lead_id, p_kind, p_detail, p_as_of, p_due_at, p_assigned_to, auth.uid(), p_client_key,
    private.encrypt_value(p_note, private.org_key(p_org_id, v_key)), case when p_note is not null then v_key end)
  on conflict do nothing
  returning id into v_id;
  if v_id is null then
    -- Sent before; without a key: the service has an open one of this kind.
    select t.id into v_id from public.tasks t
    where t.org_id = p_org_id and t.lead_id = p_lead_id and t.kind = p_kind
      and (t.client_key = p_client_key or (p_client_key is null and t.created_by is null and t.done_at is null));
    if v_id is null then
      raise exception 'this key was already used for another task' using errcode = 'SL614';
    end if;
  end if;
  return v_id;
end
$$;
comment on function private.add_task(uuid, uuid, text, timestamptz, text, uuid, uuid, jsonb, timestamptz) is
  'Adds a task of a member, once per client key. Raises SL613 (assignee), SL614 (the key was used for another task).';
revoke execute on function private.add_task(uuid, uuid, text, timestamptz, text, uuid, uuid, jsonb, timestamptz)
  from pipeline_writer;

create function private.task_error(p_kind text, p_due_at timestamptz, p_note text, p_as_of timestamptz) returns text
language sql stable parallel safe set search_path = '' as $$
  select case
    when p_kind is null or p_kind not in ('call_back', 'follow_up', 'to_do') then
      'a member''s task is call_back, follow_up or to_do'
    when p_due_at < p_as_of - interval '1 day' or p_due_at > p_as_of + interval '2 years' then
      'a task is due between now and in two years'
    when length(p_note) > 4000 then 'a note has at most 4,000 characters' end
$$;
comment on function private.task_error(text, timestamptz, text, timestamptz) is
  'What is wrong with a task that a member wants to create; null: nothing.';
revoke execute on function private.task_error(text, timestamptz, text, timestamptz) from pipeline_writer;

create function public.create_task(p_org_id uuid, p_lead_id uuid, p_kind text, p_due_at timestamptz default null,
  p_note text default null, p_assigned_to uuid default null, p_client_key uuid default null) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_error text;
begin
  if not private.may_act_for_lead(p_org_id, p_lead_id) then
    raise exception 'lead not found, or you may not work on it' using errcode = 'SL613';
  end if;
  v_error := private.task_error(p_kind, p_due_at, p_note, now());
  if v_error is not null then
    raise exception '%', v_error using errcode = 'SL614';
  end if;
  return private.add_task(p_org_id, p_lead_id, p_kind, p_due_at, nullif(btrim(p_note), ''), p_assigned_to,
    p_client_key, '{}', now());
end
$$;
comment on function public.create_task(uuid, uuid, text, timestamptz, text, uuid, uuid) is
  'Creates a task of a member (call_back, follow_up, to_do) for a lead, for its broker or another member who may '
  'work on it; returns its id. p_client_key: a repeated request creates one. For owners, admins and the lead''s '
  'broker. Raises SL613 (lead or assignee), SL614 (kind, time, note or key). Definer: members may not write tasks.';

create function private.task_of_worker(p_org_id uuid, p_task_id uuid) returns public.tasks
language plpgsql volatile set search_path = '' as $$
declare
  t public.tasks;
begin
  select x.* into t from public.tasks x where x.org_id = p_org_id and x.id = p_task_id for no key update;
  if not found or not private.may_act_for_lead(p_org_id, t.lead_id) then
    raise exception 'task not found, or you may not work on it' using errcode = 'SL613';
  elsif t.kind = 'review_call' and not private.is_trusted_caller()
    and not p_org_id = any (private.my_org_ids('{owner,admin}')) then
    raise exception 'an owner or admin reviews this call' using errcode = 'SL613';
  end if;
  return t;
end
$$;
comment on function private.task_of_worker(uuid, uuid) is
  'A task that the caller may work on. Raises SL613; only owners and admins review calls.';
revoke execute on function private.task_of_worker(uuid, uuid) from pipeline_writer;

create function public.assign_task(p_org_id uuid, p_task_id uuid, p_user_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  t constant public.tasks := private.task_of_worker(p_org_id, p_task_id);
begin
  if p_user_id is not null and not private.member_sees_lead(p_org_id, p_user_id, t.lead_id) then
    raise exception 'this member may not work on the lead' using errcode = 'SL613';
  end if;
  update public.tasks x set assigned_to = p_user_id where x.org_id = p_org_id and x.id = p_task_id;
end
$$;
comment on function public.assign_task(uuid, uuid, uuid) is
  'Hands a task to a member who may work on its lead; null: to the lead''s broker. Raises SL613. Definer: members '
  'may not write tasks.';

create function public.complete_task(p_org_id uuid, p_task_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  t constant public.tasks := private.task_of_worker(p_org_id, p_task_id);
begin
  update public.tasks x set done_at = now() where x.org_id = p_org_id and x.id = t.id and x.done_at is null;
end
$$;
comment on function public.complete_task(uuid, uuid) is
  'Finishes a task; repeating it has no effect. Of answer_reply: a possible wish no longer holds automatic sending. '
  'Raises SL613. Definer: as assign_task.';

create function public.reopen_task(p_org_id uuid, p_task_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  t constant public.tasks := private.task_of_worker(p_org_id, p_task_id);
begin
  update public.tasks x set done_at = null where x.org_id = p_org_id and x.id = t.id and x.done_at is not null;
exception when unique_violation then
  raise exception 'the lead has a newer open task of this kind' using errcode = 'SL614';
end
$$;
comment on function public.reopen_task(uuid, uuid) is
  'Opens a finished task again; repeating it has no effect. Raises SL613, SL614 (a newer one of the pipeline is '
  'open). Definer: as assign_task.';

create function public.snooze_task(p_org_id uuid, p_task_id uuid, p_until timestamptz) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  t constant public.tasks := private.task_of_worker(p_org_id, p_task_id);
begin
  if p_until is null or p_until not between now() and now() + interval '2 years' then
    raise exception 'a task is put off to a time between now and in two years' using errcode = 'SL614';
  end if;
  update public.tasks x set due_at = p_until where x.org_id = p_org_id and x.id = t.id and x.done_at is null;
end
$$;
comment on function public.snooze_task(uuid, uuid, timestamptz) is
  'Puts an open task off: it is due at p_until. Raises SL613, SL614 (time). Definer: as assign_task.';

revoke execute on function public.create_task(uuid, uuid, text, timestamptz, text, uuid, uuid),
  public.assign_task(uuid, uuid, uuid), public.complete_task(uuid, uuid), public.reopen_task(uuid, uuid),
  public.snooze_task(uuid, uuid, timestamptz) from public, anon;
grant execute on function public.create_task(uuid, uuid, text, timestamptz, text, uuid, uuid),
  public.assign_task(uuid, uuid, uuid), public.complete_task(uuid, uuid), public.reopen_task(uuid, uuid),
  public.snooze_task(uuid, uuid, timestamptz) to authenticated, service_role;

-- Tasks for people. The pipeline creates them, and so do members (13_member_tasks.sql); the lead's broker sees them
-- at
-- once, and subscriptions forward those of the pipeline.

create table public.tasks (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  lead_id uuid not null,
  kind text not null,
  detail jsonb not null default '{}',
  created_at timestamptz not null,
  done_at timestamptz,
  merged_from uuid,
  number bigint generated always as identity,
  due_at timestamptz,
  assigned_to uuid,
  created_by uuid,
  done_by uuid,
  client_key uuid,
  note_cipher bytea,
  key_id integer,
  has_note boolean not null generated always as (note_cipher is not null) stored,
  primary key (org_id, id),
  constraint task_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade,
  constraint task_is_assigned_to_a_member foreign key (org_id, assigned_to)
    references public.members (org_id, user_id) on delete set null (assigned_to),
  constraint task_is_created_once_per_key unique (org_id, client_key),
  constraint task_kind_is_known check (kind in ('answer_reply', 'call_back', 'prepare_booking',
    'follow_up_cancelled', 'follow_up', 'to_do', 'review_call', 'hand_over')),
  constraint task_note_has_its_key check ((note_cipher is null) = (key_id is null)),
  constraint task_detail_is_an_object check (jsonb_typeof(detail) = 'object'),
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table public.tasks is
  'The next steps for a lead''s broker: of the pipeline, one open task per lead and kind. detail holds ids and codes '
  'only. Of answer_reply: channel, request, unread (in a language that the reader does not read), possible_wish '
  '(perhaps a wish to be left alone; nothing ended), read_by learned (a wish that the learned reader added). Of '
  'hand_over: sequence_id, step, node, and the note of the sequence.';
comment on column public.tasks.kind is
  'answer_reply: the person wrote or spoke; call_back: the person called; prepare_booking: an appointment was '
  'booked; follow_up_cancelled: an appointment was cancelled; follow_up, to_do: a member''s own; review_call: a call '
  'was recorded that the gate would not have allowed; hand_over: a drawn sequence ended at a hand-over.';
comment on column public.tasks.number is 'Names the task where numbers are wanted: in public.request_reveal.';
comment on column public.tasks.due_at is 'When it is due; null: at any time, for those of the pipeline at once.';
comment on column public.tasks.assigned_to is 'The member who does it; null: the lead''s broker.';
comment on column public.tasks.created_by is 'The member who created it; null: the pipeline.';
comment on column public.tasks.client_key is 'Chosen by the page, so that a repeated request creates one task.';
comment on column public.tasks.note_cipher is
  'What the member wrote, encrypted under key_id; public.redeem_reveal shows it.';
comment on column public.tasks.merged_from is 'Its lead before that lead was merged into lead_id.';
create unique index tasks_one_open_idx on public.tasks (org_id, lead_id, kind)
  where done_at is null and created_by is null;
create index tasks_lead_idx on public.tasks (org_id, lead_id, created_at);
create index tasks_due_idx on public.tasks (org_id, coalesce(due_at, created_at), number) where done_at is null;
create index tasks_assigned_idx on public.tasks (org_id, assigned_to) where assigned_to is not null;
create index tasks_done_idx on public.tasks (org_id, done_at desc, number desc) where done_at is not null;
create index tasks_key_idx on public.tasks (key_id, org_id) where key_id is not null;
create index tasks_kind_idx on public.tasks (org_id, kind, created_at);

alter table public.tasks enable row level security;
revoke all on public.tasks from anon, authenticated, service_role;
grant select (org_id, id, lead_id, kind, detail, created_at, done_at, merged_from, number, due_at, assigned_to,
  created_by, done_by, has_note) on public.tasks to authenticated, service_role;
grant update (done_at) on public.tasks to authenticated;
grant select, insert, update on public.tasks to pipeline_writer;
create trigger _150_member_clock before update on public.tasks
  for each row execute function private.member_clock('done_at');
create function private.tg_tasks__note_who_finished() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.done_by := case when new.done_at is null then null when old.done_at is null then auth.uid()
    else old.done_by end;
  return new;
end
$$;
comment on function private.tg_tasks__note_who_finished() is 'Trigger: notes which member finished a task.';
create trigger _160_note_who_finished before update of done_at on public.tasks
  for each row execute function private.tg_tasks__note_who_finished();
create policy select_members on public.tasks for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]) and private.sees_lead(org_id, lead_id));
-- Nobody reviews an own call.
create policy update_workers on public.tasks for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,broker}'))::uuid[]) and private.sees_lead(org_id,
    lead_id) and (kind <> 'review_call' or org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[])))
  with check (org_id = any ((select private.my_org_ids('{owner,admin,broker}'))::uuid[]) and private.sees_lead(org_id,
    lead_id) and (kind <> 'review_call' or org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[])));
create policy select_writer on public.tasks for select to pipeline_writer using (true);
create policy insert_writer on public.tasks for insert to pipeline_writer with check (true);
-- Only a person finishes a task to answer, because that ends a hold for a possible wish.
create policy update_writer on public.tasks for update to pipeline_writer
  using (kind <> 'answer_reply' or done_at is null) with check (kind <> 'answer_reply' or done_at is null);

create function private.wish_in_detail(p_detail jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object('possible_wish', p_detail -> 'possible_wish', 'unread',
    p_detail -> 'unread', 'read_by', p_detail -> 'read_by'))
$$;
comment on function private.wish_in_detail(jsonb) is
  'What a task says of a possible wish, for an open task of the same kind that takes it over.';

create function private.create_task(p_org_id uuid, p_lead_id uuid, p_kind text, p_detail jsonb, p_as_of timestamptz
  default now()) returns void
language sql volatile set search_path = '' as $$
  insert into public.tasks (org_id, lead_id, kind, detail, created_at)
  values (p_org_id, p_lead_id, p_kind, p_detail, p_as_of)
  on conflict (org_id, lead_id, kind) where done_at is null and created_by is null do update
    set detail = tasks.detail || private.wish_in_detail(excluded.detail)
    where excluded.detail ?| '{possible_wish,unread,read_by}'
$$;
comment on function private.create_task(uuid, uuid, text, jsonb, timestamptz) is
  'Creates a task for a lead''s broker. If one of its kind is open, that one says, too, that a message may be a '
    'wish.';

create function private.hold_for_possible_wish(p_org_id uuid, p_value_bidx bytea, p_lead_ids uuid[],
  p_at timestamptz) returns void
language sql volatile set search_path = '' as $$
  insert into private.possible_wishes (org_id, value_bidx, lead_id, at)
  select p_org_id, p_value_bidx, x, p_at from unnest(p_lead_ids) x
  on conflict do nothing
$$;
comment on function private.hold_for_possible_wish(uuid, bytea, uuid[], timestamptz) is
  'Nothing automatic is sent to the leads, or to others with the value, until the task answer_reply of one is done.';

create function private.tg_tasks__release_wishes() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.possible_wishes w
  where w.org_id = new.org_id and (w.lead_id = new.lead_id or w.value_bidx in (
    select x.value_bidx from private.possible_wishes x where x.org_id = new.org_id and x.lead_id = new.lead_id));
  return null;
end
$$;
comment on function private.tg_tasks__release_wishes() is
  'Trigger: whoever finishes the task has looked at the message, and what it did not end may be sent again. A task '
  'of a lead that has the same phone and did not get the message ends nothing. Definer: members may not write the '
  'table.';
create trigger _300_release_wishes after update of done_at on public.tasks
  for each row when (new.kind = 'answer_reply' and old.done_at is null and new.done_at is not null)
  execute function private.tg_tasks__release_wishes();

-- Packs: what serves another trade. The core knows them as rows; their tables, functions and tasks are in domains of
-- their own (sql/80 to 89), to which the core never refers. A pack is off until an owner switches it on.

create table public.packs (
  name text primary key,
  meaning text not null,
  constraint pack_has_a_name check (name ~ '^[a-z][a-z0-9_]{1,39}$')
);
comment on table public.packs is 'The packs of this installation.';

create table public.pack_parts (
  pack text not null references public.packs (name) on delete cascade,
  kind text not null,
  name text not null,
  meaning text not null default '',
  primary key (pack, kind, name),
  constraint part_kind_is_known check (kind in ('domain', 'table', 'cipher', 'role', 'queue', 'secret', 'provider'))
);
comment on table public.pack_parts is
  'The manifest of each pack: its domains of sql/, tables, encrypted columns (cipher), roles, queues, and the secrets '
  'and providers that it uses. Its cron tasks are in private.pack_tasks.';
comment on column public.pack_parts.name is
  'Of a table with its schema; of a cipher schema, table and column, whose key is in key_id of the same row, which has '
  'an index; of a secret the name of the variable.';

create table private.pack_tasks (
  name text primary key,
  pack text not null references public.packs (name) on delete cascade,
  schedule text not null,
  timeout text not null,
  command text not null,
  constraint task_is_named_for_the_schedule check (name ~ '^sluice-[a-z-]+$')
);
comment on table private.pack_tasks is
  'Cron tasks of packs, which 99_schedule schedules. A command skips orgs that do not have the pack.';
create index pack_tasks_pack_idx on private.pack_tasks (pack);
alter table private.pack_tasks enable row level security;

create table private.pack_hooks (
  pack text not null references public.packs (name) on delete cascade,
  hook text not null,
  name text not null,
  command text not null,
  primary key (hook, name, pack),
  constraint hook_is_known check (hook in ('replay', 'fail', 'erase', 'export'))
);
comment on table private.pack_hooks is
  'What the core has a pack do. $1 is the org, $3 the clock. replay: has the work of a dead letter of the source name done '
  'again; fail: a job with the task name has failed for good; $2 is the payload, or the data of the job with its error. '
  'erase, export: of a person whose keyed values are $2 (bytea[]); returns jsonb.';
create index pack_hooks_pack_idx on private.pack_hooks (pack);
alter table private.pack_hooks enable row level security;

create function private.call_pack_hook(p_hook text, p_name text, p_org_id uuid, p_payload jsonb, p_as_of timestamptz)
returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_command text;
begin
  select h.command into v_command from private.pack_hooks h where h.hook = p_hook and h.name = p_name;
  if found then
    execute v_command using p_org_id, p_payload, p_as_of;
  end if;
  return v_command is not null;
end
$$;
comment on function private.call_pack_hook(text, text, uuid, jsonb, timestamptz) is
  'Has a pack replay or fail its work; false: no pack has such a hook. Definer: the functions of a hook are the owner''s.';

create function private.ask_packs(p_hook text, p_org_id uuid, p_values bytea[], p_as_of timestamptz) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  h private.pack_hooks;
  v_answer jsonb;
  v_all jsonb := jsonb '{}';
begin
  for h in select x.* from private.pack_hooks x where x.hook = p_hook order by x.pack, x.name loop
    execute h.command into v_answer using p_org_id, p_values, p_as_of;
    v_all := v_all || jsonb_build_object(h.pack, coalesce(v_all -> h.pack, '{}') || jsonb_build_object(h.name, v_answer));
  end loop;
  return v_all;
end
$$;
comment on function private.ask_packs(text, uuid, bytea[], timestamptz) is
  'Has every pack erase or export what it has of a person with these keyed values, also while it is off: {pack: {name: '
  'answer}}. Definer: as call_pack_hook.';
revoke execute on function private.call_pack_hook(text, text, uuid, jsonb, timestamptz),
  private.ask_packs(text, uuid, bytea[], timestamptz) from public, pipeline_writer;
grant execute on function private.call_pack_hook(text, text, uuid, jsonb, timestamptz) to pipeline_writer;

create table public.org_packs (
  org_id uuid not null references public.orgs (id) on delete cascade,
  pack text not null references public.packs (name) on delete cascade,
  switched_on_at timestamptz not null default now(),
  switched_on_by uuid,
  primary key (org_id, pack)
);
comment on table public.org_packs is 'Which orgs have which packs switched on. Written by switch_pack.';
create index org_packs_pack_idx on public.org_packs (pack);
create trigger _800_audit after insert or delete on public.org_packs
  for each row execute function private.tg_audit_row('pack', 'pack', 'pack');

alter table public.packs enable row level security;
alter table public.pack_parts enable row level security;
alter table public.org_packs enable row level security;
revoke all on public.packs, public.pack_parts, public.org_packs from anon, authenticated, service_role;
grant select on public.packs, public.pack_parts, public.org_packs to authenticated, service_role, pipeline_writer;
create policy select_members on public.packs for select to authenticated using (true);
create policy select_writer on public.packs for select to pipeline_writer using (true);
create policy select_members on public.pack_parts for select to authenticated using (true);
create policy select_writer on public.pack_parts for select to pipeline_writer using (true);
create policy select_members on public.org_packs for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy select_writer on public.org_packs for select to pipeline_writer using (true);

create function private.orgs_with_pack(p_pack text) returns uuid[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(o.org_id), '{}') from public.org_packs o where o.pack = p_pack
$$;
comment on function private.orgs_with_pack(text) is
  'Orgs with the pack; of a member, those of their orgs. For the policies of a pack''s tables.';
grant execute on function private.orgs_with_pack(text) to authenticated, service_role;

create function private.require_pack(p_org_id uuid, p_pack text) returns void
language plpgsql stable set search_path = '' as $$
begin
  if not exists (select from public.org_packs o where o.org_id = p_org_id and o.pack = p_pack) then
    raise exception 'the pack % is off', p_pack using errcode = 'SL141',
      hint = 'An owner switches it on: sluice pack on ' || p_pack;
  end if;
end
$$;
comment on function private.require_pack(uuid, text) is
  'Raises SL141 where the org does not have the pack. Each function of a pack that members call begins with it, after '
  'the check of their role.';

create function private.tg_require_pack() returns trigger
language plpgsql set search_path = '' as $$
begin
  -- A rotation of keys reaches packs that are off, or the old key could never be destroyed.
  if tg_op = 'UPDATE' and not exists (select from public.org_packs o
      where o.org_id = new.org_id and o.pack = tg_argv[0])
    and (select bool_and(to_jsonb(new) -> k = to_jsonb(old) -> k) from jsonb_object_keys(to_jsonb(new)) k
      where k !~ '(_cipher|^key_id)$')
  then
    return new;
  end if;
  perform private.require_pack(new.org_id, tg_argv[0]);
  return new;
end
$$;
comment on function private.tg_require_pack() is
  'Trigger on every table of a pack that belongs to orgs, before insert and update: refuses rows of an org without the '
  'pack (SL141). Deleting stays possible, so that an erasure needs no pack, and so does encrypting with another key. The '
  'argument names the pack.';

create function public.switch_pack(p_org_id uuid, p_pack text, p_on boolean) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner}');
  if not exists (select from public.packs p where p.name = p_pack) then
    raise exception 'no pack has the name %', p_pack using errcode = 'SL140';
  end if;
  if coalesce(p_on, false) then
    insert into public.org_packs (org_id, pack, switched_on_by) values (p_org_id, p_pack, (select auth.uid()))
    on conflict do nothing;
  else
    delete from public.org_packs o where o.org_id = p_org_id and o.pack = p_pack;
  end if;
  return found;
end
$$;
comment on function public.switch_pack(uuid, text, boolean) is
  'Switches a pack on or off for an org; false where it was so. What the pack has stored stays, hidden, until it is on '
  'again or the org is deleted. For owners and the service. Raises SL111 and SL140. Definer: nobody else writes org_packs.';

create function public.list_packs(p_org_id uuid)
returns table (name text, meaning text, switched_on_at timestamptz, parts jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  select p.name, p.meaning, o.switched_on_at, coalesce((
      select jsonb_object_agg(k.kind, k.names)
      from (
        select x.kind, jsonb_agg(x.name order by x.name) as names
        from (select y.kind, y.name from public.pack_parts y where y.pack = p.name
          union all select 'task', t.name from private.pack_tasks t where t.pack = p.name) x
        group by x.kind) k), '{}')
  from public.packs p
  left join public.org_packs o on o.org_id = p_org_id and o.pack = p.name
  order by p.name;
end
$$;
comment on function public.list_packs(uuid) is
  'The packs of the installation with their parts {kind: [names]}, and since when the org has each; null: it is off. '
  'For members and the service. Raises SL111. Definer: checks the role, then reads as one.';
revoke execute on function public.switch_pack(uuid, text, boolean), public.list_packs(uuid) from public, anon;
grant execute on function public.switch_pack(uuid, text, boolean), public.list_packs(uuid)
  to authenticated, service_role;

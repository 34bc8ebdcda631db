-- Who did what. One row per change of a setting, a right, a key, and per launch, reveal, export or lift. Tables report
-- themselves through triggers (92_desk/50_audited_tables.sql), so that no way around the functions is a way around the
-- log. 28_audit_chain.sql links the rows of each org, so that a change of the log shows.

create function private.request_address() returns inet
language plpgsql stable set search_path = '' as $$
declare
  v_headers jsonb;
  v_address text := nullif(current_setting('sluice.client_address', true), '');
begin
  if v_address is null then
    v_headers := nullif(current_setting('request.headers', true), '')::jsonb;
    v_address := coalesce(v_headers ->> 'cf-connecting-ip', split_part(v_headers ->> 'x-forwarded-for', ',', -1));
  end if;
  if nullif(btrim(v_address), '') is not null then
    return btrim(v_address)::inet;
  -- Behind a function, the connection is that of the function.
  elsif nullif(current_setting('request.jwt.claims', true), '') is null then
    return inet_client_addr();
  end if;
  return null;
exception when invalid_text_representation then
  return null;
end
$$;
comment on function private.request_address() is
  'Where the request came from: sluice.client_address, which the functions set to what their proxy saw; of a request to '
  'the REST API, cf-connecting-ip or the last entry of x-forwarded-for; of a direct session, the address of the client. '
  'Null where none is known, as over a local socket.';

create table private.audit_events (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  at timestamptz not null default now(),
  user_id uuid,
  session_id text,
  actor text not null,
  action text not null,
  subject text not null,
  subject_id text,
  detail jsonb not null default '{}',
  key_id text,
  address inet default private.request_address(),
  primary key (org_id, id),
  constraint audit_actor_is_known check (actor in ('member', 'key', 'service', 'system', 'operator')),
  constraint audit_detail_is_an_object check (jsonb_typeof(detail) = 'object')
);
comment on table private.audit_events is
  'Append-only log of what people and services did. Ids, codes, names and settings of the org; no values of contacts, '
  'no secrets. Deleted with the org only. Read with public.list_audit.';
comment on column private.audit_events.actor is
  'member: a signed-in user; key: an API key (key_id); service: the service key; system: the pipeline; operator: a direct '
  'session of the project.';
comment on column private.audit_events.action is 'What happened, as subject.verb: member.created, campaign.changed.';
comment on column private.audit_events.detail is
  'For changed: {column: [before, after]}; for created and removed: {column: value}; else what the action names.';
comment on column private.audit_events.key_id is 'The API key that did it.';
comment on column private.audit_events.address is
  'Network address of whoever did it, of a member or a machine; null where unknown.';
create index audit_events_action_idx on private.audit_events (org_id, action, id);
create index audit_events_id_idx on private.audit_events (id);
create index audit_events_user_idx on private.audit_events (org_id, user_id, id);
alter table private.audit_events enable row level security;

create function private.tg_audit_events__refuse_change() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' and not exists (select from public.orgs o where o.id = old.org_id) then
    return old;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'SL002';
end
$$;
comment on function private.tg_audit_events__refuse_change() is
  'Trigger: an event goes with its org only. Raises SL002. Definer: looks up the org without the policies.';
create trigger _100_append_only before update or delete on private.audit_events
  for each row execute function private.tg_audit_events__refuse_change();
create trigger _100_refuse_truncate before truncate on private.audit_events
  for each statement execute function private.refuse_change();

create function private.audit_actor() returns text
language sql stable set search_path = '' as $$
  select case
    when auth.jwt() ? 'api_key' then 'key'
    when auth.uid() is not null then 'member'
    when auth.role() = 'service_role' then 'service'
    when current_setting('sluice.actor', true) in ('system', 'upload') then 'system'
    else 'operator' end
$$;
comment on function private.audit_actor() is 'Kind of the caller, for the audit log.';

create function private.record_audit(p_org_id uuid, p_action text, p_subject_id text, p_detail jsonb default '{}')
  returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  insert into private.audit_events (org_id, user_id, session_id, actor, action, subject, subject_id, detail, key_id)
  select o.id, auth.uid(), auth.jwt() ->> 'session_id', private.audit_actor(), p_action,
    split_part(p_action, '.', 1), p_subject_id, coalesce(p_detail, '{}'), auth.jwt() ->> 'api_key'
  -- What goes with a deleted org is no event.
  from public.orgs o where o.id = p_org_id;
end
$$;
comment on function private.record_audit(uuid, text, text, jsonb) is
  'Adds an event of the caller to the audit log. Definer: the log belongs to the owner.';
revoke execute on function private.record_audit(uuid, text, text, jsonb) from pipeline_writer;

create function private.tg_audit_row() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_old constant jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
  v_new constant jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
  v_row constant jsonb := case when tg_op = 'DELETE' then v_old else v_new end;
  v_detail jsonb;
begin
  select coalesce(jsonb_object_agg(c.name, case tg_op when 'UPDATE'
    then jsonb_build_array(v_old -> c.name, v_new -> c.name) else v_row -> c.name end), '{}')
  into v_detail
  from unnest(tg_argv[2:]) c (name)
  where tg_op <> 'UPDATE' or v_old -> c.name is distinct from v_new -> c.name;
  if tg_op <> 'UPDATE' or v_detail <> '{}' then
    perform private.record_audit(
      (case tg_table_name when 'orgs' then v_row ->> 'id' else v_row ->> 'org_id' end)::uuid,
      tg_argv[0] || case tg_op when 'INSERT' then '.created' when 'UPDATE' then '.changed' else '.removed' end,
      (select string_agg(v_row ->> k.name, '/' order by k.n)
        from unnest(string_to_array(tg_argv[1], ',')) with ordinality k (name, n)),
      v_detail);
  end if;
  return null;
end
$$;
comment on function private.tg_audit_row() is
  'Trigger: reports a row to the audit log. Arguments: subject, columns of its id with commas, and the columns whose '
  'values are logged. An update that changes none of them is not logged. Definer: the log belongs to the owner.';

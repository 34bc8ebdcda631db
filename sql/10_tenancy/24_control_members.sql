create function public.list_members(p_org_id uuid)
returns table (user_id uuid, email text, role public.member_role, joined_at timestamptz, is_me boolean,
  broker_id uuid, broker_name text, licensed_states text[], capacity integer, broker_active boolean,
  has_second_factor boolean, may_export boolean)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_manages constant boolean := private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'));
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  select m.user_id,
    case when v_manages or m.user_id = auth.uid() then u.email::text end,
    m.role, m.created_at, m.user_id is not distinct from auth.uid(), b.id, b.name, b.licensed_states, b.capacity,
    b.active, case when v_manages then exists (select from auth.mfa_factors f
      where f.user_id = m.user_id and f.status = 'verified') end,
    case when v_manages then m.role = 'owner' or m.role = 'admin' and m.may_export end
  from public.members m
  left join auth.users u on u.id = m.user_id
  left join public.brokers b on b.org_id = m.org_id and b.user_id = m.user_id
  where m.org_id = p_org_id
  order by m.role, m.created_at, m.user_id;
end
$$;
comment on function public.list_members(uuid) is
  'Members of an org with their broker records. E-mail addresses, whether there is a second factor, and who may '
  'export plain values are for owners, admins and the service; others see their own address. Raises SL111. Definer: both are in tables of Supabase Auth.';

create function public.set_member_role(p_org_id uuid, p_user_id uuid, p_role public.member_role) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  update public.members m set role = p_role
  where m.org_id = p_org_id and m.user_id = p_user_id and private.may_grant_role(p_org_id, m.role)
    and private.may_grant_role(p_org_id, p_role);
  if not found then
    raise exception 'member not found, or only an owner can do this' using errcode = 'SL115';
  end if;
end
$$;
comment on function public.set_member_role(uuid, uuid, public.member_role) is
  'Changes the role of a member. Owners change every role, admins those below owner. Raises SL111, SL115 (member not '
  'found, or an owner is needed) and SL102 (the last owner). Definer: the rule about owners is checked here.';

create function public.remove_member(p_org_id uuid, p_user_id uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  -- Everyone may leave.
  if p_user_id is distinct from auth.uid() then
    perform private.require_role(p_org_id, '{owner,admin}');
  end if;
  delete from public.members m
  where m.org_id = p_org_id and m.user_id = p_user_id
    and (m.user_id = auth.uid() or private.may_grant_role(p_org_id, m.role));
  if not found then
    raise exception 'member not found, or only an owner can do this' using errcode = 'SL115';
  end if;
end
$$;
comment on function public.remove_member(uuid, uuid) is
  'Ends a membership. The broker record stays, without a login, and keeps its leads for a successor. Owners remove '
  'anybody, admins everybody but owners, each member themselves. Raises SL111, SL115 and SL102 (the last owner). '
  'Definer: members without a right to others'' rows may leave.';

create function public.save_broker(p_org_id uuid, p_broker_id uuid default null, p_name text default null,
  p_user_id uuid default null, p_licensed_states text[] default null, p_capacity integer default null,
  p_active boolean default null) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  if p_name is not null and length(btrim(p_name)) not between 1 and 200 or p_broker_id is null and p_name is null then
    raise exception 'a broker has a name of 1 to 200 characters' using errcode = 'SL116';
  elsif p_user_id is not null and not exists (select from public.members m where m.org_id = p_org_id
    and m.user_id = p_user_id and m.role <> 'viewer') then
    raise exception 'the login of a broker is a member who is no viewer' using errcode = 'SL116';
  elsif p_licensed_states is not null and exists (select from unnest(p_licensed_states) s
    where coalesce(s, '') !~ '^[A-Z]{2}$') then
    raise exception 'licences are state codes of two capital letters, like CA' using errcode = 'SL116';
  elsif p_capacity not between 0 and 100000 then
    raise exception 'capacity is 0 to 100000 leads' using errcode = 'SL116';
  elsif p_broker_id is null then
    insert into public.brokers (org_id, name, user_id, licensed_states, capacity, active)
    values (p_org_id, btrim(p_name), p_user_id, coalesce(p_licensed_states, '{}'), coalesce(p_capacity, 200),
      coalesce(p_active, true))
    returning id into v_id;
    return v_id;
  end if;
  update public.brokers b set name = coalesce(btrim(p_name), b.name), user_id = coalesce(p_user_id, b.user_id),
    licensed_states = coalesce(p_licensed_states, b.licensed_states), capacity = coalesce(p_capacity, b.capacity),
    active = coalesce(p_active, b.active)
  where b.org_id = p_org_id and b.id = p_broker_id
  returning b.id into v_id;
  if not found then
    raise exception 'broker not found' using errcode = 'SL116';
  end if;
  return v_id;
end
$$;
comment on function public.save_broker(uuid, uuid, text, uuid, text[], integer, boolean) is
  'Adds a broker (without p_broker_id) or changes one; null keeps a value. p_capacity: most open leads. Returns the id. '
  'For owners, admins and the service. Raises SL111 and SL116. Definer: one check for all callers.';

revoke execute on function public.list_members(uuid), public.set_member_role(uuid, uuid, public.member_role),
  public.remove_member(uuid, uuid), public.save_broker(uuid, uuid, text, uuid, text[], integer, boolean)
  from public, anon;
grant execute on function public.list_members(uuid), public.set_member_role(uuid, uuid, public.member_role),
  public.remove_member(uuid, uuid), public.save_broker(uuid, uuid, text, uuid, text[], integer, boolean)
  to authenticated, service_role;

-- What the pages in the browser read. Each list has p_limit and a keyset cursor: the cursor of a row, given back,
-- begins
-- behind it. Row-level security decides what is in them; functions that must run as their owner check the caller
-- first.

create function private.read_cursor(p_cursor text, p_parts integer) returns jsonb
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_cursor jsonb;
begin
  if p_cursor is null then
    return null;
  end if;
  v_cursor := p_cursor::jsonb;
  if jsonb_typeof(v_cursor) <> 'array' or jsonb_array_length(v_cursor) <> p_parts then
    raise exception 'invalid cursor' using errcode = 'SL801';
  end if;
  return v_cursor;
exception when invalid_text_representation then
  raise exception 'invalid cursor' using errcode = 'SL801';
end
$$;
comment on function private.read_cursor(text, integer) is
  'The parts of a cursor; null for the first page. Raises SL801.';

-- Members have no names of their own: a broker's name, otherwise the role.
create function private.member_name(p_org_id uuid, p_user_id uuid) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case when p_user_id is null then null
    else coalesce(
      (select b.name from public.brokers b where b.org_id = p_org_id and b.user_id = p_user_id),
      (select initcap(m.role::text) from public.members m where m.org_id = p_org_id and m.user_id = p_user_id),
      'Former member') end;
end
$$;
comment on function private.member_name(uuid, uuid) is 'What a member is called in lists.';

-- The orgs in which the caller sees every lead, and the brokers whose leads they see elsewhere.
create function private.whole_orgs(p_org_id uuid) returns uuid[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(x), '{}') from unnest(private.my_org_ids('{owner,admin,viewer}')) x
  where p_org_id is null or x = p_org_id
$$;
comment on function private.whole_orgs(uuid) is
  'Orgs in which the caller sees every lead; of them p_org_id alone where it is given.';

create function private.own_lead_ids(p_org_id uuid) returns uuid[]
language plpgsql stable set search_path = '' as $$
declare
  v_brokers constant uuid[] := private.my_broker_ids();
begin
  return array(select l.id from public.leads l
    where l.assigned_broker_id = any (v_brokers) and l.org_id = any (private.my_org_ids())
      and (p_org_id is null or l.org_id = p_org_id));
end
$$;
comment on function private.own_lead_ids(uuid) is 'The leads that are assigned to the caller.';
revoke execute on function private.read_cursor(text, integer), private.page_size(integer),
  private.member_name(uuid, uuid), private.whole_orgs(uuid), private.own_lead_ids(uuid) from pipeline_writer;
grant execute on function private.read_cursor(text, integer), private.page_size(integer),
  private.member_name(uuid, uuid), private.whole_orgs(uuid), private.own_lead_ids(uuid) to authenticated;

create function public.desk_members(p_org_id uuid, p_limit integer default 200, p_cursor text default null)
returns table (user_id uuid, name text, role public.member_role, broker_id uuid, is_me boolean, cursor text)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
begin
  return query
  select x.user_id, x.name, x.role, x.broker_id, x.user_id = (select auth.uid()),
    jsonb_build_array(x.name, x.user_id)::text
  from (
    select m.user_id, private.member_name(m.org_id, m.user_id) as name, m.role, b.id as broker_id
    from public.members m
    left join public.brokers b on b.org_id = m.org_id and b.user_id = m.user_id
    where m.org_id = p_org_id) x
  where v_after is null or (x.name, x.user_id) > (v_after ->> 0, (v_after ->> 1)::uuid)
  order by x.name, x.user_id limit private.page_size(p_limit);
end
$$;
comment on function public.desk_members(uuid, integer, text) is
  'The members of an org by name, to hand work to. Raises SL801.';
revoke execute on function public.desk_members(uuid, integer, text) from public, anon;
grant execute on function public.desk_members(uuid, integer, text) to authenticated;

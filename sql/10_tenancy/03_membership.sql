-- Helpers for policies. Each reads the caller's JWT and is called as `(select f())`, so that it runs once per
-- statement. Security definer, because they read members and brokers, whose own policies call them. PL/pgSQL keeps
-- its plans for the session; an SQL function would be planned at every call.

create function private.my_org_ids(p_roles public.member_role[] default null) returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
declare
  k record;
begin
  if auth.jwt() ? 'api_key' then
    k := private.current_api_key();
    return case when p_roles is null or k.role = any (p_roles) then array[k.org_id] else '{}' end;
  end if;
  perform private.check_session();
  return (
    select coalesce(array_agg(m.org_id), '{}')
    from public.members m
    where m.user_id = (select auth.uid())
      and (p_roles is null or m.role = any (p_roles)));
end
$$;
comment on function private.my_org_ids(public.member_role[]) is
  'Orgs in which the signed-in user has one of the roles (any role when null); of an API key, its org. Empty for anon. '
  'Raises SL106 and SL107 (check_session), SL132 and SL133 (current_api_key). Definer: the policies of members call it.';

create function private.my_broker_ids() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
declare
  k record;
begin
  if auth.jwt() ? 'api_key' then
    k := private.current_api_key();
    return array(select b.id from public.brokers b where b.org_id = k.org_id and b.id = k.broker_id and b.active);
  end if;
  perform private.check_session();
  return (
    select coalesce(array_agg(b.id order by b.id), '{}')
    from public.brokers b
    join public.members m on m.org_id = b.org_id and m.user_id = b.user_id
    where b.user_id = (select auth.uid()) and b.active
      and m.role in ('owner', 'admin', 'broker'));
end
$$;
comment on function private.my_broker_ids() is
  'Active broker rows of the signed-in user; of an API key with the role broker, its broker. Raises SL106 and SL107 '
  '(check_session), SL132 and SL133 (current_api_key). Definer: the policies of brokers call it.';

-- Callers that need no membership. The API puts the claims of the verified token, anon's included, into every
-- session; a direct session has none. The check is positive, so a signed-in caller without a user id has no rights.
create function private.is_trusted_caller() returns boolean
language sql stable set search_path = '' as $$
  select case coalesce((select auth.role()), '')
    when 'service_role' then true
    when '' then (select auth.uid()) is null and session_user not in ('authenticator', 'anon', 'authenticated')
    else false
  end
$$;
comment on function private.is_trusted_caller() is
  'True for the service role, and for a direct database session of the project (Studio, psql, the pipeline). False '
  'for members and all other API callers.';

-- A member who could set the clock could date a record, an erasure or an undo as it suits.
create function private.caller_clock(p_as_of timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  select case when private.is_trusted_caller() then p_as_of else now() end
$$;
comment on function private.caller_clock(timestamptz) is
  'The time of a record: p_as_of for the service and the pipeline, the real time for members and everybody else.';

create function private.member_clock() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_old constant jsonb := case when tg_op = 'UPDATE' then to_jsonb(old) else '{}' end;
  v_new constant jsonb := to_jsonb(new);
  v_set jsonb := '{}';
  v_column text;
begin
  if current_user not in ('anon', 'authenticated') then
    return new;
  end if;
  foreach v_column in array tg_argv loop
    if v_new -> v_column is distinct from coalesce(v_old -> v_column, 'null') and v_new -> v_column <> 'null' then
      v_set := v_set || jsonb_build_object(v_column, now());
    end if;
  end loop;
  return jsonb_populate_record(new, v_set);
end
$$;
comment on function private.member_clock() is
  'Trigger: times that a member writes are the real time, whatever the value; the arguments name the columns.';

revoke execute on function private.my_org_ids(public.member_role[]), private.my_broker_ids() from public;
grant execute on function private.my_org_ids(public.member_role[]), private.my_broker_ids()
  to authenticated, service_role, pipeline_writer;

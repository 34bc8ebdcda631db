-- Helpers for policies. Each answers from the caller's JWT and is called as `(select f())`, so it runs
-- once a statement. Security definer: they read members and brokers without asking the policies that call them.
-- PL/pgSQL, because it keeps its plans for the session: an SQL function would be planned at every call.

create function private.my_org_ids(p_roles public.member_role[] default null) returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(array_agg(m.org_id), '{}')
    from public.members m
    where m.user_id = (select auth.uid())
      and (p_roles is null or m.role = any (p_roles)));
end
$$;
comment on function private.my_org_ids(public.member_role[]) is
  'Orgs in which the signed-in user has one of the roles (any role when null). Empty for anon. Definer: policies of members itself ask it.';

create function private.my_broker_ids() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(array_agg(b.id), '{}')
    from public.brokers b
    join public.members m on m.org_id = b.org_id and m.user_id = b.user_id
    where b.user_id = (select auth.uid()) and b.active
      and m.role in ('owner', 'admin', 'broker'));
end
$$;
comment on function private.my_broker_ids() is 'Broker rows that the signed-in user acts as. Definer: policies of brokers itself ask it.';

-- Who needs no membership. The API puts the verified token's claims, anon's too, into every session; a
-- direct session has none. Asked positively: a signed-in caller without a user id is nobody.
create function private.is_trusted_caller() returns boolean
language sql stable set search_path = '' as $$
  select case coalesce((select auth.role()), '')
    when 'service_role' then true
    when '' then (select auth.uid()) is null and session_user not in ('authenticator', 'anon', 'authenticated')
    else false
  end
$$;
comment on function private.is_trusted_caller() is
  'True for the service role, and for a direct database session of the project (Studio, psql, the pipeline); false for members and every other API caller.';

revoke execute on function private.my_org_ids(public.member_role[]), private.my_broker_ids() from public;
grant execute on function private.my_org_ids(public.member_role[]), private.my_broker_ids()
  to authenticated, service_role, pipeline_writer;

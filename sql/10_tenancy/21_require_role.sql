create function private.require_role(p_org_id uuid, p_roles public.member_role[]) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  -- Others cause the same work for an org that exists and for one that does not.
  if p_org_id = any (private.my_org_ids(p_roles)) or private.is_trusted_caller()
    and exists (select from public.orgs o where o.id = p_org_id) then
    return;
  end if;
  raise exception 'org not found, or your role does not allow this: it takes %', array_to_string(p_roles, ' or ')
    using errcode = 'SL111';
end
$$;
comment on function private.require_role(uuid, public.member_role[]) is
  'Refuses callers that are neither the service nor a member or API key with one of the roles. Raises SL111. Definer: '
  'looks up the org without the policies.';
revoke execute on function private.require_role(uuid, public.member_role[]) from pipeline_writer;

create function private.page_size(p_limit integer) returns integer
language sql immutable parallel safe set search_path = '' as $$
  select least(greatest(coalesce(p_limit, 50), 1), 200)
$$;
comment on function private.page_size(integer) is 'Rows of a page: 1 to 200, 50 by default.';

create function public.list_audit(
  p_org_id uuid, p_limit integer default 50, p_before bigint default null, p_action text default null,
  p_user_id uuid default null
) returns table (id bigint, at timestamptz, user_id uuid, email text, actor text, action text, subject text,
  subject_id text, detail jsonb, key_id text, key_name text, address text)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return query
  select e.id, e.at, e.user_id, u.email::text, e.actor, e.action, e.subject, e.subject_id, e.detail, e.key_id, k.name,
    host(e.address)
  from private.audit_events e
  left join auth.users u on u.id = e.user_id
  left join public.api_keys k on k.org_id = e.org_id and k.id = e.key_id
  where e.org_id = p_org_id and (p_before is null or e.id < p_before) and (p_action is null or e.action = p_action)
    and (p_user_id is null or e.user_id = p_user_id)
  order by e.id desc limit private.page_size(p_limit);
end
$$;
comment on function public.list_audit(uuid, integer, bigint, text, uuid) is
  'The audit log of an org, newest first; p_before: the smallest id of the page before; address: where the request came '
  'from, where known. For owners, admins and the service. Raises SL111. Definer: the log belongs to the owner.';
revoke execute on function public.list_audit(uuid, integer, bigint, text, uuid) from public, anon;
grant execute on function public.list_audit(uuid, integer, bigint, text, uuid) to authenticated, service_role;

-- Exports take a permission of their own: owners have it, and give it to single admins. An export is a file with plain
-- values that leaves the system: a person's whole record, the rejected rows of an upload.

create function private.tg_members__end_export() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.may_export := false;
  return new;
end
$$;
comment on function private.tg_members__end_export() is 'Trigger: the right to export ends with the role.';
create trigger _200_end_export before update of role on public.members
  for each row when (old.role is distinct from new.role) execute function private.tg_members__end_export();

create function private.may_export(p_org_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select private.is_trusted_caller()
    or p_org_id = any (private.my_org_ids('{owner,admin}')) and exists (
      select from public.members m where m.org_id = p_org_id and m.user_id = auth.uid()
        and (m.role = 'owner' or m.may_export))
$$;
comment on function private.may_export(uuid) is
  'Whether the caller may export plain values of the org: the service, owners, and admins whom an owner let; no API key.';
grant execute on function private.may_export(uuid) to authenticated;

create function public.set_member_export(p_org_id uuid, p_user_id uuid, p_may boolean) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner}');
  update public.members m set may_export = coalesce(p_may, false)
  where m.org_id = p_org_id and m.user_id = p_user_id and m.role = 'admin';
  if not found then
    raise exception 'admin not found' using errcode = 'SL115';
  end if;
end
$$;
comment on function public.set_member_export(uuid, uuid, boolean) is
  'Lets an admin export plain values, or ends it. For owners and the service. Raises SL111 and SL115. Definer: no role '
  'but the owner''s may write the right.';
revoke execute on function public.set_member_export(uuid, uuid, boolean) from public, anon;
grant execute on function public.set_member_export(uuid, uuid, boolean) to authenticated, service_role;

-- In Studio's SQL editor: the rest of the transaction runs as a member, with row-level security, and history names them.

create function public.act_as(p_email text) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_user uuid;
  v_as text;
begin
  if not private.is_trusted_caller() or coalesce(auth.role(), '') <> '' then
    raise exception 'only a direct session of the database''s owner acts as a member' using errcode = '42501';
  end if;
  select u.id, string_agg(m.role || ' of ' || o.name, ', ' order by o.name) into v_user, v_as
  from auth.users u
  join public.members m on m.user_id = u.id
  join public.orgs o on o.id = m.org_id
  where lower(u.email) = lower(btrim(p_email))
  group by u.id;
  if v_user is null then
    raise exception 'no member has the e-mail address %', p_email using errcode = 'SL131',
      hint = 'Put the e-mail address of a member into act_as(…) at the top.';
  end if;
  perform set_config('request.jwt.claims', jsonb_build_object('sub', v_user, 'role', 'authenticated')::text, true),
    set_config('role', 'authenticated', true);
  return v_as;
end
$$;
comment on function public.act_as(text) is
  'First statement of a snippet in Studio: the rest of the transaction runs as the member with this e-mail address, so '
  'that row-level security holds and history names them. Returns their roles. For direct sessions of the database''s '
  'owner only. Raises SL131 (no such member).';
revoke execute on function public.act_as(text) from public, anon, authenticated, service_role;

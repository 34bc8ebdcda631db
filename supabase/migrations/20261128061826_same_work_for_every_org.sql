-- same work for every org: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.require_role (
  p_org_id uuid,
  p_roles  public.member_role[]
)
  RETURNS void
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  -- Others cause the same work for an org that exists and for one that does not.
  if p_org_id = any (private.my_org_ids(p_roles)) or private.is_trusted_caller()
    and exists (select from public.orgs o where o.id = p_org_id) then
    return;
  end if;
  raise exception 'org not found, or your role does not allow this: it takes %', array_to_string(p_roles, ' or ')
    using errcode = 'SL111';
end
$function$;

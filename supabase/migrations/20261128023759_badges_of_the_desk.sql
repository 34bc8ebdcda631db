-- badges of the desk: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.desk_summary (
  p_org_id uuid
)
  RETURNS TABLE (
    replies   integer,
    tasks     integer,
    conflicts integer
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select (select count(*)::integer from public.desk_inbox('open', p_org_id, p_limit => 100)),
    (select count(*)::integer from public.desk_tasks('due', p_org_id, 100)),
    (select count(*)::integer from (
      select from public.lead_conflicts c
      where c.org_id = p_org_id and c.state = 'open' and p_org_id = any (private.my_org_ids('{owner,admin}'))
      limit 100) x)
$function$;

REVOKE ALL ON FUNCTION "public"."desk_summary"(uuid) FROM PUBLIC, "anon";

COMMENT ON FUNCTION "public"."desk_summary"(uuid) IS 'How many replies and calls nobody answers yet, tasks of the caller that are due, and, for owners and admins, open conflicts there are: each up to 100. Zeros for other callers.';

GRANT EXECUTE ON FUNCTION "public"."desk_summary"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_summary"(uuid) TO "service_role";

-- badges and leads of brokers: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.assign_lead (
  p_org_id    uuid,
  p_lead_id   uuid,
  p_broker_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if p_org_id = any (private.my_org_ids('{owner,admin}')) is not true then
    raise exception 'org not found, or your role does not allow this: it takes owner or admin' using errcode = 'SL111';
  end if;
  if p_broker_id is not null and not exists (
      select from public.brokers b where b.org_id = p_org_id and b.id = p_broker_id) then
    raise exception 'broker not found' using errcode = 'SL116';
  end if;
  update public.leads l set assigned_broker_id = p_broker_id where l.org_id = p_org_id and l.id = p_lead_id;
  if not found then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL511';
  end if;
end
$function$;

REVOKE ALL ON FUNCTION "public"."assign_lead"(uuid, uuid, uuid) FROM PUBLIC, "anon";

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

COMMENT ON FUNCTION "public"."assign_lead"(uuid, uuid, uuid) IS 'Gives a lead to a broker of the org, or to nobody (null). The history of the lead keeps who did it. For owners and admins. Raises SL111, SL116 (broker not found), SL511 (lead not found), SL106.';

COMMENT ON FUNCTION "public"."desk_summary"(uuid) IS 'How many replies and calls nobody answers yet, tasks of the caller that are due, and, for owners and admins, open conflicts there are: each up to 100. Zeros for other callers.';

GRANT EXECUTE ON FUNCTION "public"."assign_lead"(uuid, uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."assign_lead"(uuid, uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."desk_summary"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_summary"(uuid) TO "service_role";

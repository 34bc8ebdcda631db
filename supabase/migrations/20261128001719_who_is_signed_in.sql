-- who is signed in: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.desk_me()
  RETURNS TABLE (
    org_id      uuid,
    org_name    text,
    time_zone   text,
    role        public.member_role,
    user_id     uuid,
    email       text,
    broker_id   uuid,
    broker_name text
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select m.org_id, o.name, o.time_zone, m.role, m.user_id, auth.jwt() ->> 'email', b.id, b.name
  from public.members m
  join public.orgs o on o.id = m.org_id
  left join public.brokers b on b.org_id = m.org_id and b.user_id = m.user_id
  where m.user_id = (select auth.uid())
  order by o.name, m.org_id
  limit 200
$function$;

REVOKE ALL ON FUNCTION "public"."desk_me"() FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.drop_view (
  p_id uuid
)
  RETURNS boolean
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  with gone as (delete from public.saved_views v where v.id = p_id and v.user_id = (select auth.uid()) returning 1)
  select exists (select from gone)
$function$;

REVOKE ALL ON FUNCTION "public"."drop_view"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_sources (
  p_org_id uuid
)
  RETURNS TABLE (
    source_id uuid,
    key       text,
    name      text
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select s.id, s.key, s.name from public.sources s where s.org_id = p_org_id order by s.name, s.id limit 500
$function$;

REVOKE ALL ON FUNCTION "public"."list_sources"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.save_view (
  p_org_id uuid,
  p_page   text,
  p_name   text,
  p_query  text
)
  RETURNS uuid
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into public.saved_views (org_id, page, name, query) values (p_org_id, p_page, btrim(p_name), p_query)
  on conflict on constraint view_is_named_once do update set query = excluded.query
  returning id
$function$;

REVOKE ALL ON FUNCTION "public"."save_view"(uuid, text, text, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.saved_views_of (
  p_org_id uuid,
  p_page   text
)
  RETURNS TABLE (
    id    uuid,
    name  text,
    query text
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select v.id, v.name, v.query from public.saved_views v
  where v.org_id = p_org_id and v.user_id = (select auth.uid()) and v.page = p_page
  order by v.name, v.id
  limit 100
$function$;

REVOKE ALL ON FUNCTION "public"."saved_views_of"(uuid, text) FROM PUBLIC, "anon";

COMMENT ON FUNCTION "public"."desk_me"() IS 'The orgs of the caller, with the role and the broker record there.';

COMMENT ON FUNCTION "public"."drop_view"(uuid) IS 'Removes a view of the caller; whether there was one.';

COMMENT ON FUNCTION "public"."list_sources"(uuid) IS 'The sources of an org, to upload a list for.';

COMMENT ON FUNCTION "public"."save_view"(uuid, text, text, text) IS 'Keeps the filters of a page under a name; the same name is overwritten. Returns its id.';

COMMENT ON FUNCTION "public"."saved_views_of"(uuid, text) IS 'The caller''s own views of a page, by name.';

GRANT EXECUTE ON FUNCTION "public"."desk_me"() TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."desk_me"() TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."drop_view"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."drop_view"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_sources"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_sources"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_view"(uuid, text, text, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_view"(uuid, text, text, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."saved_views_of"(uuid, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."saved_views_of"(uuid, text) TO "service_role";

-- changes are told to the desk: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.hears_desk (
  p_topic text
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  return coalesce(
    substring(p_topic from '^desk:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$')::uuid = any (private.my_org_ids()),
    false);
end
$function$;

CREATE OR REPLACE FUNCTION private.tell_desk()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_org_id uuid;
begin
  if to_regprocedure('realtime.send(jsonb, text, text, boolean)') is null then
    return null;
  end if;
  for v_org_id in select distinct n.org_id from new_rows n loop
    begin
      execute 'select realtime.send($1, $2, $3, true)' using '{}'::jsonb, tg_argv[0], 'desk:' || v_org_id;
    -- A message that is lost costs the time to the next look; a write that is lost costs the lead.
    exception when others then
      raise warning 'the desk is not told of %: %', tg_argv[0], sqlerrm;
    end;
  end loop;
  return null;
end
$function$;

CREATE TRIGGER _900_tell_desk_insert AFTER INSERT ON public.calls REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.tell_desk (
  'calls'
);

CREATE TRIGGER _900_tell_desk_update AFTER UPDATE ON public.calls REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.tell_desk (
  'calls'
);

CREATE TRIGGER _900_tell_desk_update AFTER UPDATE ON public.campaign_feeds REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.tell_desk (
  'feeds'
);

CREATE TRIGGER _900_tell_desk_insert AFTER INSERT ON public.deals REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.tell_desk (
  'deals'
);

CREATE TRIGGER _900_tell_desk_update AFTER UPDATE ON public.deals REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.tell_desk (
  'deals'
);

CREATE TRIGGER _900_tell_desk_insert AFTER INSERT ON public.replies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.tell_desk (
  'inbox'
);

CREATE TRIGGER _900_tell_desk_update AFTER UPDATE ON public.replies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.tell_desk (
  'inbox'
);

CREATE TRIGGER _900_tell_desk_insert AFTER INSERT ON public.tasks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.tell_desk (
  'tasks'
);

CREATE TRIGGER _900_tell_desk_update AFTER UPDATE ON public.tasks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.tell_desk (
  'tasks'
);

CREATE TRIGGER _900_tell_desk_update AFTER UPDATE ON public.upload_parts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.tell_desk (
  'uploads'
);

CREATE TRIGGER _900_tell_desk_insert AFTER INSERT ON public.uploads REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.tell_desk (
  'uploads'
);

CREATE TRIGGER _900_tell_desk_update AFTER UPDATE ON public.uploads REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.tell_desk (
  'uploads'
);

-- Where the project has Realtime. Members listen and never send: there is no policy for inserts.
do $$
begin
  if to_regclass('realtime.messages') is null then
    return;
  end if;
  drop policy if exists desk_select on realtime.messages;
  create policy desk_select on realtime.messages for select to authenticated
    using (extension = 'broadcast' and (select private.hears_desk(realtime.topic())));
exception when insufficient_privilege then
  raise warning 'no policy on realtime.messages (%): the desk asks by the clock', sqlerrm;
end
$$;

COMMENT ON FUNCTION "private"."hears_desk"(text) IS 'Whether the signed-in user may join the topic desk:ORG: members of the org. False for any other topic. Raises SL106 and SL107 (check_session). Definer: a policy of another schema calls it.';

COMMENT ON FUNCTION "private"."tell_desk"() IS 'Trigger: one message of the kind in its argument to the desk of each org whose rows the statement wrote. Definer: writers have no rights on Realtime.';

REVOKE ALL ON FUNCTION "private"."hears_desk"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."hears_desk"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."tell_desk"() FROM PUBLIC;

-- Rights that default privileges would change.

revoke execute on function private.hears_desk(text) from pipeline_writer;
revoke execute on function private.tell_desk() from pipeline_writer;

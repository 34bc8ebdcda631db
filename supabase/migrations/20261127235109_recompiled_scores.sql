-- recompiled scores: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.replace_score_statement (
  p_org_id   uuid,
  p_version  integer,
  p_compiled jsonb,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_texts constant text[] := array(select jsonb_array_elements_text(p_compiled -> 'texts'));
  v public.score_versions;
begin
  select x.* into v from public.score_versions x
  where x.org_id = p_org_id and x.version = p_version for no key update;
  if not found then
    raise exception 'score version % not found', p_version using errcode = 'SL722';
  end if;
  if v.fields <> array(select jsonb_array_elements_text(p_compiled -> 'fields'))
    or v.activities <> array(select jsonb_array_elements_text(p_compiled -> 'activities'))
  then
    raise exception 'a version of a score does not change: its rules ask for other facts now' using errcode = 'SL723';
  end if;
  update private.score_statements x set statement = p_compiled ->> 'statement', texts = v_texts, headers = null
  where x.org_id = p_org_id and x.version = p_version
    and (x.statement, x.texts) is distinct from (p_compiled ->> 'statement', v_texts);
  if not found then
    return false;
  end if;
  -- What does not run is not saved.
  execute format('select count(*) from (%s) x', p_compiled ->> 'statement')
  using p_org_id, '{}'::uuid[], p_as_of, v_texts;
  if v.state = 'active' then
    perform private.send_job('score-leads', jsonb_build_object('org_id', p_org_id, 'task', 'score-leads',
      'all', true), p_org_id::text || ' all');
  end if;
  return true;
end
$function$;

COMMENT ON FUNCTION "private"."replace_score_statement"(uuid, integer, jsonb, timestamp with time zone) IS 'Replaces the query of a version by that of this release, and scores all leads where the version is active; whether it differed. p_compiled as in put_score_version. For the command, as the owner of the database: the statement is executed. Raises SL722, SL723. Definer: nobody else may write versions.';

REVOKE ALL ON FUNCTION "private"."replace_score_statement"(uuid, integer, jsonb, timestamp WITH time zone) FROM PUBLIC;

-- Rights that default privileges would change.

revoke execute on function private.replace_score_statement(uuid,integer,jsonb,timestamp with time zone) from pipeline_writer;

-- n8n works with an api key: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "public"."save_sequence"(uuid, text, jsonb, integer, boolean);

ALTER TABLE "public"."sequences"
  ADD COLUMN "origin" text;

CREATE OR REPLACE FUNCTION private.scopes_of_role (
  p_role public.member_role
)
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select case p_role
    when 'admin' then '{leads.read,leads.pii,leads.control,leads.write,tasks.write,messages.send,campaigns.read,
      campaigns.control,uploads.write,sequences.read,sequences.publish,outreach.dispatch,enrichment.run,metrics.read}'::text[]
    when 'broker' then '{leads.read,leads.pii,leads.control,tasks.write,messages.send,campaigns.read,
      sequences.read}'::text[]
    when 'viewer' then '{leads.read,campaigns.read,sequences.read,metrics.read}'::text[]
    else '{}'::text[] end
$function$;

CREATE OR REPLACE FUNCTION public.save_sequence (
  p_org_id  uuid,
  p_name    text,
  p_steps   jsonb,
  p_version integer DEFAULT NULL::integer,
  p_dry_run boolean DEFAULT false,
  p_origin  text    DEFAULT NULL::text
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  q public.sequences;
  v_latest public.sequences;
  v_step jsonb;
  v_nth integer := 0;
  v_name text := 'step 0';
  v_number integer;
  v_highest integer;
  v_drawn boolean;
  v_campaigns integer;
  v_problem text;
  v_answer jsonb;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform pg_advisory_xact_lock(hashtextextended('sluice sequence ' || p_org_id || btrim(p_name), 0));
  select x.* into v_latest from public.sequences x where x.org_id = p_org_id and x.name = btrim(p_name)
  order by x.version desc limit 1;
  -- A workflow is edited from what it published last.
  select greatest(p_version, max(x.version)) into p_version from public.sequences x
  where x.org_id = p_org_id and x.name = btrim(p_name) and x.origin = btrim(p_origin);
  if p_version is distinct from v_latest.version then
    raise exception 'the sequence has version % already: read it again', coalesce(v_latest.version, 0)
      using errcode = 'SL525', detail = coalesce(v_latest.version, 0)::text;
  elsif jsonb_typeof(p_steps) is distinct from 'array' or jsonb_array_length(p_steps) not between 1 and 50 then
    raise exception 'a sequence has 1 to 50 steps' using errcode = 'SL526';
  end if;
  select bool_or(s.x ->> 'node' is not null) into v_drawn from jsonb_array_elements(p_steps) s (x);
  v_problem := case when v_drawn then private.drawn_problem(p_steps)
    when v_latest.first_step is not null then 'the sequence is drawn: its steps have names'
    when exists (select from jsonb_array_elements(p_steps) s where coalesce(s ->> 'kind', 'send') <> 'send')
      then 'only a drawn sequence has branches and hand-overs' end;
  if v_problem is not null then
    raise exception '%', v_problem using errcode = 'SL526';
  end if;
  select coalesce(max(s.step), 0) into v_highest
  from public.sequences x join public.sequence_steps s on s.org_id = x.org_id and s.sequence_id = x.id
  where x.org_id = p_org_id and x.name = btrim(p_name);
  insert into public.sequences (org_id, name, version, origin)
  values (p_org_id, btrim(p_name), coalesce(v_latest.version, 0) + 1, btrim(p_origin)) returning * into q;
  for v_step in select s from jsonb_array_elements(p_steps) s loop
    v_nth := v_nth + 1;
    v_name := 'step ' || v_nth;
    v_number := v_nth;
    if v_drawn then
      v_name := format('node %s', v_step -> 'node');
      -- A node keeps its number in all versions, so that no lead gets its message twice.
      select s.step into v_number
      from public.sequences x join public.sequence_steps s on s.org_id = x.org_id and s.sequence_id = x.id
      where x.org_id = p_org_id and x.name = q.name and private.step_name(s) = v_step ->> 'node'
      order by x.version desc limit 1;
      if not found then
        v_highest := v_highest + 1;
        v_number := v_highest;
      end if;
    end if;
    insert into public.sequence_steps (org_id, sequence_id, step, channel, delay, delay_kind, send_from, send_until,
      purpose, sender_id, node, kind, event, within, note)
    values (p_org_id, q.id, v_number, v_step ->> 'channel', coalesce((v_step ->> 'delay')::interval, '0'),
      coalesce(v_step ->> 'delay_kind', 'business'), coalesce((v_step ->> 'send_from')::time, '09:00'),
      coalesce((v_step ->> 'send_until')::time, '17:00'), coalesce(v_step ->> 'purpose', 'marketing'),
      (v_step ->> 'sender_id')::uuid, v_step ->> 'node', coalesce(v_step ->> 'kind', 'send'), v_step ->> 'event',
      (v_step ->> 'within')::interval, nullif(btrim(v_step ->> 'note'), ''));
    insert into public.step_variants (org_id, sequence_id, step, variant, template_id, share)
    select p_org_id, q.id, v_number, coalesce(v.x ->> 'variant', chr(96 + v.n::integer)),
      (v.x ->> 'template_id')::uuid, coalesce((v.x ->> 'share')::integer, 1)
    from jsonb_array_elements(v_step -> 'variants') with ordinality v (x, n);
    if coalesce(v_step ->> 'kind', 'send') = 'send' and not exists (select from public.step_variants v
      where v.org_id = p_org_id and v.sequence_id = q.id and v.step = v_number and v.share > 0) then
      raise exception '% has no text', v_name using errcode = 'SL526';
    end if;
  end loop;
  if v_drawn then
    perform private.write_edges(p_org_id, q.id, p_steps);
  end if;
  update public.campaigns k set sequence_id = q.id
  where k.org_id = p_org_id and k.state <> 'finished' and k.sequence_id in (select x.id from public.sequences x
    where x.org_id = p_org_id and x.name = q.name and x.id <> q.id);
  get diagnostics v_campaigns = row_count;
  v_answer := jsonb_build_object('sequence_id', q.id, 'version', q.version, 'campaigns', v_campaigns,
    'leads_on_older', (
      select count(*) from public.sequence_runs r join public.sequences x on x.org_id = r.org_id
        and x.id = r.sequence_id
      where r.org_id = p_org_id and x.name = q.name and x.id <> q.id and r.state in ('active', 'paused')),
    -- They feed their next leads into this version, and nobody has looked at a forecast of it.
    'running', (select coalesce(jsonb_agg(jsonb_build_object('campaign_id', k.id, 'name', k.name) order by k.name), '[]')
      from public.campaigns k where k.org_id = p_org_id and k.sequence_id = q.id and k.state = 'running'));
  if p_dry_run or (v_drawn
    and private.sequence_content(p_org_id, q.id) = private.sequence_content(p_org_id, v_latest.id))
  then
    raise transaction_rollback;
  end if;
  return v_answer;
exception
  -- Undoes what was written, here only.
  when transaction_rollback then
    return v_answer || case when p_dry_run then '{"sequence_id": null, "dry_run": true}'
      else jsonb_build_object('sequence_id', v_latest.id, 'version', v_latest.version, 'unchanged', true, 'campaigns', 0)
    end;
  when check_violation or not_null_violation or foreign_key_violation or unique_violation or invalid_text_representation
    or datetime_field_overflow or invalid_datetime_format or invalid_parameter_value or numeric_value_out_of_range then
    raise exception '% is not valid: %', v_name, sqlerrm using errcode = 'SL526';
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_sequence"(uuid, text, jsonb, integer, boolean, text) FROM PUBLIC, "anon";

-- Few rows, all without an origin.
ALTER TABLE "public"."sequences"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "sequence_origin_is_a_name" CHECK (((length(btrim(origin)) >= 1) AND (length(btrim(origin)) <= 200)));

CREATE TRIGGER _050_require_scope
  BEFORE INSERT OR DELETE OR UPDATE ON public.enrichment_runs
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_require_scope('enrichment.run');

COMMENT ON COLUMN "public"."sequences"."origin" IS 'The workflow that published the version, as it names itself (n8n INSTANCE WORKFLOW); null: the desk or a command.';

COMMENT ON FUNCTION "public"."save_sequence"(uuid, text, jsonb, integer, boolean, text) IS 'Saves a sequence as its next version: {sequence_id, version, campaigns, leads_on_older, running}. p_steps in order: [{channel, delay, delay_kind, send_from, send_until, purpose, sender_id, variants: [{variant, template_id, share}]}]. Steps with a node are a drawn sequence, the first node first: {node, kind, event, within, note, next|yes|no: {to, delay, delay_kind}}; the same as the last version is not saved again (unchanged). p_version: the version that was read, null for a new name. p_origin: the workflow that publishes; the version that it published last counts as read, too. p_dry_run: nothing is saved. Campaigns that ran an older version feed into this one; those in running do so without another forecast. Leads that are in an older one stay there (move_runs). For owners, admins and the service. Raises SL111, SL522, SL525 (there is another version) and SL526 (a step is not valid). Definer: one check for all callers.';

GRANT EXECUTE ON FUNCTION "public"."save_sequence"(uuid, text, jsonb, integer, boolean, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_sequence"(uuid, text, jsonb, integer, boolean, text) TO "service_role";

-- search yields to uploads: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.county_candidates (
  county text,
  state  text
)
  RETURNS text[]
  LANGUAGE plpgsql
  STABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_county text := county;
  v_state text := private.normalise_state(county_candidates.state);
  v_key text;
  v_part text[];
  v_found text[];
begin
  -- The state may stand with the name: `CLARK (NV)`, `Cook County IL`, `IL - Cook`, `NV-003`.
  if v_state is null or position(v_state in upper(v_county)) > 0 then
    v_part := regexp_match(v_county, '^(.+?)[,( ]\s*([A-Z]{2})\s*\)?\s*$');
    if v_part is null or v_part[1] ~* '^[a-z]{2}$' then
      v_part := regexp_match(v_county, '^([A-Z]{2})\s*[-:,/]\s*(.+)$');
      v_part := array[v_part[2], v_part[1]];
    end if;
    if private.normalise_state(v_part[2]) = coalesce(v_state, private.normalise_state(v_part[2])) then
      v_state := private.normalise_state(v_part[2]);
      v_county := v_part[1];
    end if;
  end if;
  v_state := coalesce(v_state, private.normalise_state(substring(v_county, '[,(]\s*([A-Za-z. ]+?)\s*\)?\s*$')));
  v_key := private.normalise_county_name(v_county);
  if v_state = 'NY' and v_key in ('NYC', 'NEWYORKCITY') then
    return '{36005,36047,36061,36081,36085}'::text[];
  end if;
  v_key := coalesce(private.county_aliases() ->> (v_state || ':' || v_key), v_key);
  -- A bare name may be that of a county and of a city ("Richmond", VA).
  select array_agg(c.fips order by c.fips) into v_found from public.us_counties c
  where (c.state = v_state or v_state is null)
    and (c.name_key = v_key or v_county !~* 'county|co\.?\s*$|city' and c.name_key = v_key || 'CITY');
  return v_found;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_candidates (
  p_org_id uuid,
  p_limit  integer                  DEFAULT 300,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET jit TO 'off'
  AS $function$
declare
  v_model public.match_models;
  v_upload uuid;
  v_batch uuid[];
  v_changed uuid[];
  v_pairs integer := 0;
  v_found integer := 0;
  v_merged integer := 0;
begin
  -- Uploads come first.
  if private.match_waits_for_intake(p_org_id) then
    return jsonb_build_object('busy', true, 'done', true);
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 2));
  select u.upload_id into v_upload from private.match_uploads u
  where u.org_id = p_org_id order by u.completed_at, u.upload_id limit 1;
  if found then
    return jsonb_build_object('queued', private.queue_upload_leads(p_org_id, v_upload, p_as_of), 'done', false);
  end if;
  with taken as (
    delete from private.match_queue q
    where q.org_id = p_org_id and q.lead_id in (
      select x.lead_id from private.match_queue x where x.org_id = p_org_id order by x.lead_id limit p_limit)
    returning q.lead_id
  )
  select array_agg(t.lead_id) into v_batch from taken t;
  if v_batch is null then
    perform private.learn_match_model(p_org_id, p_as_of);
    v_merged := private.merge_alike(p_org_id, p_as_of);
    insert into private.match_finders as f (org_id, ran_at) values (p_org_id, p_as_of)
    on conflict (org_id) do update set ran_at = excluded.ran_at;
    perform private.resolve_dead_letter('match-leads', jsonb_build_object('org_id', p_org_id), p_as_of);
    return jsonb_build_object('merged', v_merged, 'done', true);
  end if;

  v_model := private.current_match_model(p_org_id);
  if v_model.version is null then
    v_model := private.untrained_match_model(p_org_id);
  end if;
  perform private.open_match_scratch();
  perform private.load_match_records(p_org_id, v_batch);
  v_changed := private.profile_leads(p_org_id, p_as_of);
  if v_changed <> '{}' then
    insert into match_nominations select n.* from private.nominate_leads(p_org_id, v_changed, 10, 60) n;
    insert into match_leads (record, lead_id) select i.record, i.reference::uuid from match_input i;
    perform private.load_match_records(p_org_id, array(
      select n.left_id from match_nominations n union select n.right_id from match_nominations n
      except select l.lead_id from match_leads l));
    insert into match_leads (record, lead_id) select i.record, i.reference::uuid from match_input i;
    insert into match_pairs (a, b)
    select x.record, y.record from match_nominations n
    join match_leads x on x.lead_id = n.left_id join match_leads y on y.lead_id = n.right_id;
    get diagnostics v_pairs = row_count;
    analyze pg_temp.match_pairs;
    perform private.compare_pairs();
    insert into private.match_pattern_counts as c (org_id, levels, pairs)
    select p_org_id, p.levels, count(*) from match_pairs p group by p.levels order by p.levels
    on conflict (org_id, levels) do update set pairs = c.pairs + excluded.pairs;
    v_found := private.store_candidates(v_model, v_changed, p_as_of);
    -- A first search takes long: it learns on the way.
    if (select sum(c.pairs) from private.match_pattern_counts c where c.org_id = p_org_id) >= 1000 then
      perform private.learn_match_model(p_org_id, p_as_of);
    end if;
  end if;
  return jsonb_build_object('leads', cardinality(v_batch), 'changed', cardinality(v_changed), 'pairs', v_pairs,
    'found', v_found, 'done', false);
end
$function$;

CREATE OR REPLACE FUNCTION private.match_waits_for_intake (
  p_org_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if not exists (
    select from pgboss.job j
    where j.name in ('stage-part', 'resolve-upload') and j.state < 'completed' and j.start_after <= now()
  ) then
    return false;
  end if;
  perform private.send_job('match-leads', jsonb_build_object('org_id', p_org_id), p_org_id::text);
  update pgboss.job j set start_after = now() + interval '10 seconds'
  where j.name = 'match-leads' and j.singleton_key = p_org_id::text and j.state = 'created';
  return true;
end
$function$;

COMMENT ON FUNCTION "private"."find_candidates"(uuid, integer, timestamp with time zone) IS 'One step of the search: queues the leads of a completed upload, or compares up to p_limit queued leads with the others, or, when none is left, learns from what was seen, merges what the org lets be merged by itself, and returns done. Does nothing, and is done, while uploads are staged or resolved. Each step is a transaction of its own: call it until done.';

COMMENT ON FUNCTION "private"."match_waits_for_intake"(uuid) IS 'Whether parts wait to be staged or uploads to be resolved; then the search for candidates is sent for ten seconds later. An upload that waits for its retry does not count. Definer: reads and writes the queues.';

REVOKE ALL ON FUNCTION "private"."match_waits_for_intake"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."match_waits_for_intake"(uuid) TO "pipeline_writer";

-- enrich fed next: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.enrich_fed_next (
  p_org_id    uuid,
  p_kind      text,
  p_up_to_usd numeric                  DEFAULT 0,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.enrichment_runs;
  v_run uuid;
begin
  p_as_of := private.caller_clock(p_as_of);
  -- Callers that overlap would plan twice.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice enrich %s %s', p_org_id, p_kind), 0));
  select x.* into r from public.enrichment_runs x
  where x.org_id = p_org_id and x.kind = p_kind and x.scope = '{"fed_next": true}'
    and private.org_date(x.org_id, x.created_at) = private.org_date(x.org_id, p_as_of)
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))
  order by x.created_at desc, x.id limit 1;
  v_run := r.id;
  if v_run is null then
    v_run := public.plan_enrichment(p_org_id, p_kind, '{"fed_next": true}', p_as_of => p_as_of);
  elsif r.state = 'planned' and (r.forecast ->> 'most_usd')::numeric <= p_up_to_usd then
    perform public.confirm_enrichment(v_run, p_as_of);
  end if;
  return public.enrichment_status(v_run);
end
$function$;

REVOKE ALL ON FUNCTION "public"."enrich_fed_next"(uuid, text, numeric, timestamp WITH time zone) FROM PUBLIC, "anon";

COMMENT ON FUNCTION "public"."enrich_fed_next"(uuid, text, numeric, timestamp with time zone) IS 'The run of this kind about the leads that are fed next: one a local date of the org, planned by the first call, and started by a later one if its forecast costs no more than p_up_to_usd. One that costs more waits for confirm_enrichment; one that a person cancelled is not planned again on that date. Returns its status (enrichment_status). Raises SL702 and SL703. For owners, admins and the service. Definer: runs are written by functions only.';

GRANT EXECUTE ON FUNCTION "public"."enrich_fed_next"(uuid, text, numeric, timestamp WITH time zone) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."enrich_fed_next"(uuid, text, numeric, timestamp WITH time zone) TO "service_role";

-- attacks on enrichment: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

ALTER TABLE "public"."provider_budgets"
  DROP CONSTRAINT "budget_is_not_negative";

ALTER TABLE "public"."trace_steps"
  DROP CONSTRAINT "trace_price_is_not_negative";

CREATE OR REPLACE FUNCTION private.drop_pull_run (
  p_run_id uuid,
  p_as_of  timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_upload uuid;
  v_parts uuid[];
begin
  select x.upload_id into strict v_upload from public.pull_runs x where x.id = p_run_id for update;
  -- Parts before their upload, as staging locks them.
  v_parts := array(select x.id from public.upload_parts x where x.upload_id = v_upload order by x.part for update);
  perform private.clear_staging(v_parts);
  delete from public.uploads u where u.id = v_upload and u.state = 'receiving';
  update public.pull_runs x set state = 'dropped', ended_at = p_as_of, lease_until = null where x.id = p_run_id;
  perform private.resolve_dead_letter('pull', jsonb_build_object('run_id', p_run_id), p_as_of);
end
$function$;

CREATE OR REPLACE FUNCTION private.due_contacts (
  p_org_id   uuid,
  p_provider text,
  p_kind     public.contact_kind,
  p_lead_ids uuid[],
  p_renewals boolean                  DEFAULT false,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS SETOF public.contact_points
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select c.* from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = any (p_lead_ids) and c.kind = p_kind and c.invalid_at is null
    -- Nothing is bought about somebody who is never contacted, or who opted out since the run was planned.
    and exists (select from public.leads l
      where l.org_id = c.org_id and l.id = c.lead_id and l.campaign_status <> 'opted_out')
    and not exists (select from public.suppressions s
      where s.org_id = c.org_id and s.value_bidx = c.value_bidx
        and (s.channel is null or c.kind = 'email' and s.channel = 'email')
        and not exists (select from public.suppression_lifts l
          where l.org_id = s.org_id and l.suppression_id = s.id))
    and not exists (select from public.lead_facts f
      where f.org_id = c.org_id and f.lead_id = c.lead_id and f.contact_point_id = c.id and f.provider = p_provider
        and f.name = 'verification' and f.expires_at > p_as_of)
    and (not p_renewals or exists (select from private.fact_renewals r
      where r.org_id = c.org_id and r.lead_id = c.lead_id and r.contact_point_id = c.id and r.provider = p_provider
        and r.name = 'verification'))
$function$;

CREATE OR REPLACE FUNCTION private.open_renewals (
  p_as_of timestamp with time zone DEFAULT now(),
  p_limit integer                  DEFAULT 5000
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v record;
  v_run uuid;
  v_count integer := 0;
begin
  -- Nobody asks again about a contact that is gone, wrong or suppressed since, or a person who opted out.
  delete from private.fact_renewals r
  where r.next_at <= p_as_of and r.contact_point_id is not null and not exists (
    select from public.contact_points c join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
    where c.org_id = r.org_id and c.id = r.contact_point_id and c.lead_id = r.lead_id and c.invalid_at is null
      and l.campaign_status <> 'opted_out'
      and not exists (select from public.suppressions s
        where s.org_id = c.org_id and s.value_bidx = c.value_bidx and s.channel is null
          and not exists (select from public.suppression_lifts x
            where x.org_id = s.org_id and x.suppression_id = s.id)));
  for v in
    with due as materialized (
      select r.org_id, r.id, r.lead_id, r.provider, k.kind
      from private.fact_renewals r
      left join public.contact_points c on c.org_id = r.org_id and c.id = r.contact_point_id
      join public.enrichment_kinds k on k.renews = r.name and k.contact_kind is not distinct from c.kind
      where r.next_at <= p_as_of
        and exists (select from public.provider_budgets b where b.org_id = r.org_id and b.provider = r.provider)
        -- One at a time: what a budget refuses waits in the run.
        and not exists (select from public.enrichment_runs x
          where x.org_id = r.org_id and x.kind = k.kind and x.provider = r.provider and x.options ? 'renewal'
            and x.state in ('planning', 'running', 'paused'))
      order by r.next_at limit p_limit for update of r skip locked
    ), taken as (
      -- Where the run ends without an answer, somebody asks again in a week.
      update private.fact_renewals r set next_at = p_as_of + interval '7 days' from due d
      where r.org_id = d.org_id and r.id = d.id
    )
    select u.org_id, u.provider, u.kind, array_agg(distinct u.lead_id) as leads from due u group by 1, 2, 3
  loop
    v_run := public.plan_enrichment(v.org_id, v.kind, jsonb_build_object('lead_ids', to_jsonb(v.leads)), v.provider,
      p_as_of => p_as_of);
    -- No caller can plan one: it starts without a person's confirmation.
    update public.enrichment_runs x set options = '{"renewal": true}' where x.org_id = v.org_id and x.id = v_run;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_pulls__start_over()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  new.cursor_value := null;
  perform private.drop_pull_run(r.id, now()) from public.pull_runs r
  where r.source_id = new.source_id and r.parts > 0 and (r.state = 'running' or r.state = 'failed'
    and not exists (select from public.pull_runs x where x.source_id = r.source_id and x.due_at > r.due_at));
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.decide_pull (
  p_source_id uuid,
  p_release   boolean,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  p public.pulls := private.pull_for_admin(p_source_id);
  r public.pull_runs;
begin
  p_as_of := private.caller_clock(p_as_of);
  select x.* into r from public.pull_runs x where x.source_id = p.source_id and x.state = 'held' for update;
  if not found then
    raise exception 'no run of the pull is held' using errcode = 'SL212';
  end if;
  if p_release then
    perform private.let_pull_through(r.id, p_as_of);
  else
    perform private.drop_pull_run(r.id, p_as_of);
  end if;
  return (select x.state from public.pull_runs x where x.id = r.id);
end
$function$;

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
  -- A run that is priced again has spent what was confirmed before.
  elsif r.state = 'planned' and r.spent_usd + (r.forecast ->> 'most_usd')::numeric <= p_up_to_usd then
    perform public.confirm_enrichment(v_run, p_as_of);
  end if;
  return public.enrichment_status(v_run);
end
$function$;

CREATE OR REPLACE FUNCTION public.plan_enrichment (
  p_org_id   uuid,
  p_kind     text,
  p_scope    jsonb                    DEFAULT '{}'::jsonb,
  p_provider text                     DEFAULT NULL::text,
  p_options  jsonb                    DEFAULT '{}'::jsonb,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_run uuid;
  v_leads integer;
begin
  p_as_of := private.caller_clock(p_as_of);
  if not (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}')))
    or not exists (select from public.orgs o where o.id = p_org_id)
  then
    raise exception 'org not found' using errcode = 'SL702';
  end if;
  if not exists (select from public.enrichment_kinds k where k.kind = p_kind) then
    raise exception 'no run has the kind %: known are %', p_kind,
      (select string_agg(k.kind, ', ' order by k.kind) from public.enrichment_kinds k) using errcode = 'SL703';
  end if;
  if jsonb_typeof(p_scope) is distinct from 'object' or jsonb_typeof(p_options) is distinct from 'object'
    or jsonb_typeof(coalesce(p_scope -> 'lead_ids', '[]')) <> 'array'
  then
    raise exception 'scope and options are objects, and lead_ids is a list' using errcode = 'SL703';
  end if;
  -- It would start without a person's confirmation.
  if p_options ? 'renewal' then
    raise exception 'renewals are opened by the worker' using errcode = 'SL703';
  end if;
  if p_scope - '{campaign_id,source_id,fed_next,lead_ids}'::text[] <> '{}'
    or coalesce(p_scope -> 'fed_next', 'true') <> 'true'
    or exists (
      select from (
        select x.value from jsonb_each_text(p_scope - '{fed_next,lead_ids}'::text[]) x
        union all
        select x.value from jsonb_array_elements_text(coalesce(p_scope -> 'lead_ids', '[]')) x) ids
      where coalesce(ids.value, '') !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
  then
    raise exception 'the org has no such leads: %', left(p_scope::text, 200) using errcode = 'SL703';
  end if;
  if p_scope ? 'campaign_id' and not exists (select from public.campaigns c
      where c.org_id = p_org_id and c.id = (p_scope ->> 'campaign_id')::uuid)
    or p_scope ? 'source_id' and not exists (select from public.sources s
      where s.org_id = p_org_id and s.id = (p_scope ->> 'source_id')::uuid)
  then
    raise exception 'the org has no such leads: %', left(p_scope::text, 200) using errcode = 'SL703';
  end if;
  insert into public.enrichment_runs (org_id, kind, provider, scope, options, created_by, created_at)
  values (p_org_id, p_kind, p_provider, p_scope, p_options, (select auth.uid()), p_as_of)
  returning id into v_run;
  insert into private.enrichment_items (org_id, run_id, lead_id, place)
  select p_org_id, v_run, s.lead_id, s.place from private.enrichment_scope(p_org_id, p_scope) s;
  get diagnostics v_leads = row_count;
  update public.enrichment_runs r set leads = v_leads where r.org_id = p_org_id and r.id = v_run;
  perform private.send_enrichment(p_org_id, v_run);
  return v_run;
end
$function$;

ALTER TABLE "public"."provider_budgets"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "budget_is_not_negative" CHECK (((limit_usd >= (0)::numeric) AND (limit_usd <> 'NaN'::numeric)));

ALTER TABLE "public"."trace_steps"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "trace_price_is_not_negative" CHECK (((price_usd >= (0)::numeric) AND (price_usd <> 'NaN'::numeric)));

CREATE TRIGGER _300_start_over
  BEFORE UPDATE OF kind, url, OPTIONS ON public.pulls
  FOR EACH ROW
  WHEN (((old.kind IS DISTINCT FROM new.kind) OR (old.url IS DISTINCT FROM new.url) OR (old.options IS DISTINCT FROM new.options)))
  EXECUTE FUNCTION private.tg_pulls__start_over();

COMMENT ON FUNCTION "private"."drop_pull_run"(uuid, timestamp with time zone) IS 'Ends a run, and removes what it has fetched. Definer: the ledger belongs to the owner.';

COMMENT ON FUNCTION "private"."due_contacts"(uuid, text, public.contact_kind, uuid[], boolean, timestamp with time zone) IS 'Contacts of the leads that the provider has not verified within the lifetime of a verification; without wrong and suppressed ones, and those of people who opted out. p_renewals: only those whose verification has expired.';

COMMENT ON FUNCTION "private"."tg_pulls__start_over"() IS 'Trigger: a pull whose kind, URL or options changed fetches the whole list, and a run that was in the middle of the other one is dropped. Definer: the ledger belongs to the owner.';

COMMENT ON FUNCTION "public"."enrich_fed_next"(uuid, text, numeric, timestamp with time zone) IS 'The run of this kind about the leads that are fed next: one a local date of the org, planned by the first call, and started by a later one if its forecast, with what it has spent already, is no more than p_up_to_usd. One that costs more waits for confirm_enrichment; one that a person cancelled is not planned again on that date. Returns its status (enrichment_status). Raises SL702 and SL703. For owners, admins and the service. Definer: runs are written by functions only.';

REVOKE ALL ON FUNCTION "private"."drop_pull_run"(uuid, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tg_pulls__start_over"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_pulls__start_over"() TO "pipeline_writer";

-- Rights that default privileges would change.

revoke execute on function private.drop_pull_run(uuid,timestamp with time zone) from pipeline_writer;

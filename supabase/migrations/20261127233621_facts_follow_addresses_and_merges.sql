-- facts follow addresses and merges: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

ALTER TABLE "private"."fact_renewals"
  ADD COLUMN "level" text NOT NULL DEFAULT ''::text;

CREATE OR REPLACE FUNCTION private.leads_within (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS uuid[]
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  with recursive inside (id) as (
    select p_lead_id
    union
    select m.merged_id from inside i
    join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = i.id and m.undone_at is null
  )
  select array_agg(i.id) from inside i
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
      select r.org_id, r.id, r.lead_id, p.check_name as provider, k.kind
      from private.fact_renewals r
      -- A look into the provider's database is not renewed by the dearer question.
      cross join lateral (
        select r.provider || case when r.level = 'express' then '_express' else '' end as check_name offset 0) p
      left join public.contact_points c on c.org_id = r.org_id and c.id = r.contact_point_id
      join public.enrichment_kinds k on k.renews = r.name and k.contact_kind is not distinct from c.kind
      where r.next_at <= p_as_of
        and exists (select from public.provider_budgets b where b.org_id = r.org_id and b.provider = r.provider)
        -- One at a time: what a budget refuses waits in the run.
        and not exists (select from public.enrichment_runs x
          where x.org_id = r.org_id and x.kind = k.kind and x.provider = p.check_name and x.options ? 'renewal'
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

CREATE OR REPLACE FUNCTION private.record_verification (
  p_org_id           uuid,
  p_contact_point_id bigint,
  p_provider         text,
  p_codes            text[],
  p_correlation_id   uuid                     DEFAULT NULL::uuid,
  p_level            text                     DEFAULT ''::text,
  p_as_of            timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  c public.contact_points;
  v record;
  v_verdict text;
begin
  -- The lead first, as everywhere.
  select x.* into c from public.contact_points x where x.org_id = p_org_id and x.id = p_contact_point_id;
  perform from public.leads l where l.org_id = p_org_id and l.id = c.lead_id for no key update;
  select x.* into c from public.contact_points x
  where x.org_id = p_org_id and x.id = p_contact_point_id and x.lead_id = c.lead_id for no key update;
  if not found then
    return null;
  end if;
  select array_agg(m.code order by m.code) as known,
    coalesce(bool_or(m.is_verified) and not bool_or(m.is_invalid or m.is_uncertain), false) as verified,
    coalesce(bool_or(m.is_invalid), false) as invalid, coalesce(bool_or(m.is_uncertain), false) as uncertain
  into v
  from (
    -- What a code means at this level, or else at any.
    select distinct on (x.code) x.* from public.verification_code_map x
    where x.provider = p_provider and x.channel = c.kind::text and x.code = any (p_codes)
      and x.level in ('', p_level)
    order by x.code, x.level desc) m;
  -- A code that is not listed verifies nothing, and takes nothing away.
  v_verdict := case when v.known is null then 'unknown' when v.invalid then 'invalid' when v.verified then 'verified'
    when v.uncertain then 'uncertain' else 'unknown' end;
  perform set_config('sluice.actor', 'system', true);
  if v_verdict in ('verified', 'invalid', 'uncertain') then
    update public.contact_points x set codes = v.known, verified = v_verdict = 'verified'
    where x.org_id = p_org_id and x.id = c.id
      and (x.codes, x.verified) is distinct from (v.known, v_verdict = 'verified');
    perform private.refresh_verification(p_org_id, array[c.lead_id]);
  elsif c.kind = 'phone' and private.line_type_of(coalesce(v.known, '{}')) <> 'unknown' then
    -- What kind of line it is, not whether it works: in place of what this provider said about the line before.
    update public.contact_points x set codes = n.codes
    from (
      select array_agg(k.code order by k.code) as codes
      from (
        select unnest(v.known) as code
        union
        select o.code from unnest(c.codes) o (code)
        where not exists (select from public.verification_code_map m
          where m.provider = p_provider and m.channel = 'phone' and m.code = o.code
            and not (m.is_verified or m.is_invalid or m.is_uncertain))) k) n
    where x.org_id = p_org_id and x.id = c.id and x.codes is distinct from n.codes;
    perform private.refresh_verification(p_org_id, array[c.lead_id]);
  end if;
  perform private.record_facts(p_org_id, p_provider, jsonb_build_array(jsonb_build_object('lead_id', c.lead_id,
    'contact_point_id', c.id, 'name', 'verification', 'value', jsonb_build_object('verdict', v_verdict, 'codes',
    to_jsonb(p_codes)) || case when p_level = '' then '{}' else jsonb_build_object('level', p_level) end, 'obtained_at', p_as_of)), p_as_of);
  -- Codes that are not listed are counted, never guessed.
  insert into public.provider_drift as d (org_id, provider, endpoint, path, problem, first_at, last_at)
  select distinct p_org_id, p_provider, 'verification', x.code, 'unknown code', p_as_of, p_as_of
  from unnest(p_codes) x (code)
  where x.code ~ '^[A-Za-z0-9_.-]{1,60}$' and not exists (select from public.verification_code_map m
    where m.provider = p_provider and m.channel = c.kind::text and m.code = x.code 
      and m.level in ('', p_level))
  on conflict (org_id, provider, endpoint, path, problem) do update set times = d.times + 1,
    last_at = greatest(d.last_at, excluded.last_at);
  if v_verdict = 'verified' and not c.verified then
    insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
    values (p_org_id, c.lead_id, 'verified', p_as_of, p_correlation_id,
      jsonb_build_object('provider', p_provider, 'contact_point_id', c.id));
  end if;
  perform set_config('sluice.actor', v_actor, true);
  return v_verdict;
end
$function$;

CREATE OR REPLACE FUNCTION private.sweep_facts (
  p_as_of timestamp with time zone DEFAULT now(),
  p_limit integer                  DEFAULT 100000
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_erased integer;
  v_renewed integer;
begin
  with due as materialized (
    select f.org_id, f.id from public.lead_facts f where f.expires_at <= p_as_of
    order by f.expires_at limit p_limit for update skip locked
  ), gone as (
    delete from public.lead_facts f using due d where f.org_id = d.org_id and f.id = d.id
    returning f.*
  ), noted as (
    insert into private.fact_renewals (org_id, lead_id, contact_point_id, provider, name, expired_at, next_at,
      level)
    select g.org_id, g.lead_id, g.contact_point_id, g.provider, g.name, g.expires_at, p_as_of,
      coalesce(g.value ->> 'level', '')
    from gone g join public.data_terms t on t.terms = g.terms and t.at_end = 'renew'
    -- Nobody asks again about a contact that is gone, wrong, or never to be contacted.
    where g.contact_point_id is null or exists (
      select from public.contact_points c
      where c.org_id = g.org_id and c.id = g.contact_point_id and c.lead_id = g.lead_id and c.invalid_at is null
        and not exists (select from public.suppressions s
          where s.org_id = c.org_id and s.value_bidx = c.value_bidx and s.channel is null
            and not exists (select from public.suppression_lifts l
              where l.org_id = s.org_id and l.suppression_id = s.id)))
    on conflict do nothing
    returning 1
  )
  select (select count(*) from gone), (select count(*) from noted) into v_erased, v_renewed;
  delete from public.property_facts f where f.expires_at <= p_as_of;
  return jsonb_build_object('erased', v_erased, 'to_renew', v_renewed, 'answers', private.purge_answers(p_as_of));
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_lead_merges__move_facts()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if new.undone_at is null then
    update public.lead_facts f set lead_id = new.survivor_id, merged_from = coalesce(f.merged_from, f.lead_id)
    where f.org_id = new.org_id and f.lead_id = new.merged_id
      and not exists (select from public.lead_facts s where s.org_id = f.org_id and s.lead_id = new.survivor_id
        and s.provider = f.provider and s.name = f.name
        and s.contact_point_id is not distinct from f.contact_point_id);
  else
    update public.lead_facts f set lead_id = new.merged_id, merged_from = nullif(f.merged_from, new.merged_id)
    where f.org_id = new.org_id and f.lead_id = new.survivor_id
      and f.merged_from = any (private.leads_within(new.org_id, new.merged_id));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_lead_merges__move_property_facts()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if new.undone_at is null then
    update public.property_facts f set lead_id = new.survivor_id, merged_from = coalesce(f.merged_from, f.lead_id)
    where f.org_id = new.org_id and f.lead_id = new.merged_id
      and not exists (select from public.property_facts s where s.org_id = f.org_id and s.lead_id = new.survivor_id
        and s.provider = f.provider and s.name = f.name and s.as_of = f.as_of and s.entry = f.entry);
  else
    update public.property_facts f set lead_id = new.merged_id, merged_from = nullif(f.merged_from, new.merged_id)
    where f.org_id = new.org_id and f.lead_id = new.survivor_id
      and f.merged_from = any (private.leads_within(new.org_id, new.merged_id));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_leads__forget_position()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  delete from public.lead_facts f
  where f.org_id = new.org_id and f.lead_id = new.id and f.contact_point_id is null
    and f.name in ('location', 'place_id', 'unlocated');
  return null;
end
$function$;

CREATE TRIGGER _500_forget_position
  AFTER UPDATE OF situs_house_number, situs_street, situs_city, situs_state, situs_zip ON public.leads
  FOR EACH ROW
  WHEN
    ((((((old.situs_house_number IS DISTINCT FROM new.situs_house_number) OR (old.situs_street IS DISTINCT FROM new.situs_street)) OR (old.situs_city IS DISTINCT FROM
    new.situs_city)) OR (old.situs_state IS DISTINCT FROM new.situs_state)) OR (old.situs_zip IS DISTINCT FROM new.situs_zip)))
  EXECUTE FUNCTION private.tg_leads__forget_position();

COMMENT ON COLUMN "private"."fact_renewals"."level" IS 'The level of the check that has expired: the same is asked for again.';

COMMENT ON FUNCTION "private"."leads_within"(uuid, uuid) IS 'A lead and those that were merged into it, also by way of others. Definer: as its callers.';

COMMENT ON FUNCTION "private"."tg_leads__forget_position"() IS 'Trigger: erases position and place id of a lead whose address changed. Definer: whoever may edit leads has no rights on facts.';

REVOKE ALL ON FUNCTION "private"."leads_within"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tg_leads__forget_position"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_leads__forget_position"() TO "pipeline_writer";

-- Rights that default privileges would change.

revoke execute on function private.leads_within(uuid,uuid) from pipeline_writer;

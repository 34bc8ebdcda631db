-- check contacts: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

ALTER TABLE "public"."verification_code_map"
  DROP CONSTRAINT "verification_code_map_pkey";

DROP FUNCTION "private"."contacts_to_verify"(uuid, text, public.contact_kind, uuid[], timestamp WITH time zone);

DROP FUNCTION "private"."due_contacts"(uuid, text, public.contact_kind, uuid[], timestamp WITH time zone);

DROP FUNCTION "private"."estimate_verification"(uuid, text, text, public.contact_kind, uuid[], timestamp WITH time zone);

DROP FUNCTION "private"."record_verification"(uuid, bigint, text, text[], uuid, timestamp WITH time zone);

ALTER TABLE "public"."enrichment_kinds"
  ADD COLUMN "renews" text;

ALTER TABLE "public"."enrichment_kinds"
  ADD COLUMN "contact_kind" public.contact_kind;

ALTER TABLE "public"."verification_code_map"
  ADD COLUMN "level" text NOT NULL DEFAULT ''::text;

CREATE OR REPLACE FUNCTION private.contacts_to_verify (
  p_org_id   uuid,
  p_provider text,
  p_kind     public.contact_kind,
  p_lead_ids uuid[],
  p_renewals boolean                  DEFAULT false,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    contact_point_id bigint,
    lead_id          uuid,
    value            text
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  return query
  with due as materialized (
    select c.id, c.lead_id, c.value_cipher, c.key_id, c.position
    from private.due_contacts(p_org_id, p_provider, p_kind, p_lead_ids, p_renewals, p_as_of) c
  ), looked as (
    insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown, subject, reason)
    select p_org_id, d.lead_id, null, session_user, count(*)::smallint, 'contacts', 'verification by ' || p_provider
    from due d group by d.lead_id
  )
  select d.id, d.lead_id, private.decrypt_value(d.value_cipher, private.org_key(p_org_id, d.key_id))
  from due d order by array_position(p_lead_ids, d.lead_id), d.position, d.id;
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
    -- Nothing is bought about somebody who is never contacted.
    and not exists (select from public.suppressions s
      where s.org_id = c.org_id and s.value_bidx = c.value_bidx and s.channel is null
        and not exists (select from public.suppression_lifts l
          where l.org_id = s.org_id and l.suppression_id = s.id))
    and not exists (select from public.lead_facts f
      where f.org_id = c.org_id and f.lead_id = c.lead_id and f.contact_point_id = c.id and f.provider = p_provider
        and f.name = 'verification' and f.expires_at > p_as_of)
    and (not p_renewals or exists (select from private.fact_renewals r
      where r.org_id = c.org_id and r.lead_id = c.lead_id and r.contact_point_id = c.id and r.provider = p_provider
        and r.name = 'verification'))
$function$;

CREATE OR REPLACE FUNCTION private.estimate_verification (
  p_org_id   uuid,
  p_provider text,
  p_endpoint text,
  p_kind     public.contact_kind,
  p_lead_ids uuid[],
  p_renewals boolean                  DEFAULT false,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    lead_id uuid,
    asks    integer,
    cached  integer
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_blind constant bytea := private.blind_key(p_org_id);
begin
  return query
  select l.id, count(q.input)::integer, count(a.input_bidx)::integer
  from unnest(p_lead_ids) l (id)
  left join lateral (
    select private.input_bidx(p_provider, p_endpoint,
      private.decrypt_value(c.value_cipher, private.org_key(p_org_id, c.key_id)), v_blind) as input
    from private.due_contacts(p_org_id, p_provider, p_kind, array[l.id], p_renewals, p_as_of) c) q on true
  left join private.provider_answers a on a.org_id = p_org_id and a.provider = p_provider
    and a.endpoint = p_endpoint and a.input_bidx = q.input and a.expires_at > p_as_of
  group by l.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.finish_plan (
  p_org_id    uuid,
  p_run_id    uuid,
  p_job_id    uuid,
  p_providers text[],
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_forecast jsonb;
begin
  select jsonb_build_object('leads', count(*), 'to_ask', count(*) filter (where i.asks > 0),
    'cached', count(*) filter (where i.asks > 0 and i.cached = i.asks), 'most_usd', coalesce(sum(i.most_usd), 0))
  into v_forecast
  from private.enrichment_items i where i.org_id = p_org_id and i.run_id = p_run_id;
  v_forecast := v_forecast || (
    select jsonb_build_object('budget_left_usd', sum(b.left_usd), 'budgets',
      coalesce(jsonb_agg(jsonb_build_object('provider', p.name, 'left_usd', b.left_usd) order by p.n), '[]'))
    from unnest(p_providers) with ordinality p (name, n)
    left join lateral (
      select min(s.left_usd) as left_usd from public.provider_budget_status(p_org_id, p_as_of) s
      where s.provider = p.name and s.limit_usd is not null) b on true);
  update public.enrichment_runs r
  set forecast = v_forecast, planned_at = p_as_of, lease_until = null,
    -- Facts are renewed within the budget alone.
    state = case when r.options ? 'renewal' then 'running' else 'planned' end::public.enrichment_state,
    confirmed_at = case when r.options ? 'renewal' then p_as_of end,
    most_usd = case when r.options ? 'renewal' then r.spent_usd + (v_forecast ->> 'most_usd')::numeric end,
    next_at = case when r.options ? 'renewal' then p_as_of end
  where r.org_id = p_org_id and r.id = p_run_id and r.state = 'planning' and r.job_id = p_job_id;
  return v_forecast;
end
$function$;

CREATE OR REPLACE FUNCTION private.judge_codes (
  p_channel text,
  p_codes   text,
  p_results text,
  OUT       known text[],
  OUT       verified boolean,
  OUT       invalid boolean
)
  RETURNS record
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(array_agg(c.code order by c.code), '{}'),
    coalesce(bool_or(c.is_verified) and not bool_or(c.is_invalid or c.is_uncertain), false),
    coalesce(bool_or(c.is_invalid), false)
  from (
    select upper(m.code) as code, bool_or(m.is_verified) as is_verified, bool_or(m.is_invalid) as is_invalid,
      bool_or(m.is_uncertain) as is_uncertain
    from regexp_split_to_table(upper(p_codes || ' ' || p_results), '[^A-Z0-9_-]+') w (word)
    join public.verification_code_map m on m.channel = p_channel and m.level = '' and upper(m.code) = w.word
    group by upper(m.code)
  ) c
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
      '{"renewal": true}', p_as_of);
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
  end if;
  perform private.record_facts(p_org_id, p_provider, jsonb_build_array(jsonb_build_object('lead_id', c.lead_id,
    'contact_point_id', c.id, 'name', 'verification', 'value', jsonb_build_object('verdict', v_verdict, 'codes',
    to_jsonb(p_codes)), 'obtained_at', p_as_of)), p_as_of);
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

-- A few hundred rows of reference data.
ALTER TABLE "public"."verification_code_map"
  -- squawk-ignore constraint-missing-not-valid, adding-serial-primary-key-field
  ADD CONSTRAINT "verification_code_map_pkey" PRIMARY KEY (PROVIDER, channel, code, level);

COMMENT ON COLUMN "public"."enrichment_kinds"."renews" IS 'The name of the facts that it asks for again once they have expired; contact_kind: if they are about such contacts.';

COMMENT ON COLUMN "public"."enrichment_runs"."options" IS 'Options of the kind, such as an account; {"renewal": true}: of facts that have expired, without a person''s confirmation.';

COMMENT ON COLUMN "public"."verification_code_map"."level" IS 'The level of the check, such as express, at which the code means something else; empty: at all others.';

COMMENT ON FUNCTION "private"."contacts_to_verify"(uuid, text, public.contact_kind, uuid[], boolean, timestamp with time zone) IS 'The due contacts of the leads in plain text, in the order of the leads. Every access is logged. Definer: keys belong to the owner.';

COMMENT ON FUNCTION "private"."due_contacts"(uuid, text, public.contact_kind, uuid[], boolean, timestamp with time zone) IS 'Contacts of the leads that the provider has not verified within the lifetime of a verification; without wrong and suppressed ones. p_renewals: only those whose verification has expired.';

COMMENT ON FUNCTION "private"."estimate_verification"(uuid, text, text, public.contact_kind, uuid[], boolean, timestamp with time zone) IS 'How many questions about each lead a verification would ask, and how many of them the cache answers. No value leaves the database. Definer: keys belong to the owner.';

COMMENT ON FUNCTION "private"."finish_plan"(uuid, uuid, uuid, text[], timestamp with time zone) IS 'Makes the forecast of a run from the estimates of its leads and the budgets of its providers; it then waits to be confirmed, unless it is a renewal. Definer: runs are written by functions only.';

COMMENT ON FUNCTION "private"."open_renewals"(timestamp with time zone, integer) IS 'Opens runs that ask again for facts which have expired: one for each org, kind and provider that has a budget. Returns how many. Definer: runs are written by functions only.';

COMMENT ON FUNCTION "private"."record_verification"(uuid, bigint, text, text[], uuid, text, timestamp with time zone) IS 'Records the result codes of a verification of a contact point, at a level such as express: verified, invalid, uncertain or unknown, as verification_code_map has them; null: the contact point is gone. A later bad result takes "verified" away. Definer: judging needs no right to edit contacts.';

REVOKE ALL ON FUNCTION "private"."contacts_to_verify"(uuid, text, public.contact_kind, uuid[], boolean, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."contacts_to_verify"(uuid, text, public.contact_kind, uuid[], boolean, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."due_contacts"(uuid, text, public.contact_kind, uuid[], boolean, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."due_contacts"(uuid, text, public.contact_kind, uuid[], boolean, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."estimate_verification"(uuid, text, text, public.contact_kind, uuid[], boolean, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."estimate_verification"(uuid, text, text, public.contact_kind, uuid[], boolean, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."open_renewals"(timestamp WITH time zone, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."open_renewals"(timestamp WITH time zone, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."record_verification"(uuid, bigint, text, text[], uuid, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_verification"(uuid, bigint, text, text[], uuid, text, timestamp WITH time zone) TO "pipeline_writer";

-- Reference data, queues and cron jobs.

insert into private.provider_settings (provider, name) values
  ('neverbounce', 'NEVERBOUNCE_API_KEY'),
  ('melissa', 'MELISSA_LICENSE_KEY')
on conflict (name, provider) do nothing;

insert into public.enrichment_kinds (kind, meaning, renews, contact_kind) values
  ('verify_email', 'whether the e-mail addresses of leads work', 'verification', 'email'),
  ('verify_phone', 'whether the phone numbers of leads work, and their line types', 'verification', 'phone')
on conflict (kind) do update set renews = excluded.renews, contact_kind = excluded.contact_kind;

insert into public.provider_terms (provider, name, terms, source) values
  ('melissa', 'verification', 'verification', 'our own choice of a lifetime')
on conflict (name, provider) do update set terms = excluded.terms, source = excluded.source;

insert into public.verification_code_map (provider, channel, code, level, is_verified, is_invalid, is_uncertain, meaning) values
  ('neverbounce', 'email', 'has_dns', '', 'false', 'false', 'false', 'the domain has DNS entries'),
  ('neverbounce', 'email', 'has_dns_mx', '', 'false', 'false', 'false', 'the domain has a mail server'),
  ('neverbounce', 'email', 'free_email_host', '', 'false', 'false', 'false', 'free mail provider'),
  ('neverbounce', 'email', 'profanity', '', 'false', 'false', 'false', 'the address has a rude word'),
  ('neverbounce', 'email', 'government_host', '', 'false', 'false', 'false', 'government domain'),
  ('neverbounce', 'email', 'academic_host', '', 'false', 'false', 'false', 'academic domain'),
  ('neverbounce', 'email', 'military_host', '', 'false', 'false', 'false', 'military domain'),
  ('neverbounce', 'email', 'international_host', '', 'false', 'false', 'false', 'foreign domain'),
  ('neverbounce', 'email', 'squatter_host', '', 'false', 'false', 'true', 'a domain that catches misspellings'),
  ('neverbounce', 'email', 'spelling_mistake', '', 'false', 'false', 'true', 'probably misspelt'),
  ('neverbounce', 'email', 'temporary_dns_error', '', 'false', 'false', 'true', 'could not be checked: DNS error'),
  ('neverbounce', 'email', 'connect_fails', '', 'false', 'false', 'true', 'could not be checked: connection refused'),
  ('neverbounce', 'email', 'contains_alias', '', 'false', 'false', 'false', 'has an alias after a plus sign'),
  ('neverbounce', 'email', 'contains_subdomain', '', 'false', 'false', 'false', 'the domain has a subdomain'),
  ('melissa', 'email', 'ES01', 'express', 'false', 'false', 'true', 'syntax and domain are right, nobody asked for the mailbox')
on conflict (channel, code, level, provider) do update set is_verified = excluded.is_verified, is_invalid = excluded.is_invalid, is_uncertain = excluded.is_uncertain, meaning = excluded.meaning;

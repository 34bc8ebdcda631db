-- enrichment runs: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."begin_calls"(uuid, text, text, text, jsonb, jsonb, interval, interval, uuid, timestamp WITH time zone);

CREATE TABLE "private"."enrichment_items" (
  "org_id"  uuid    NOT NULL,
  "run_id"  uuid    NOT NULL,
  "lead_id" uuid    NOT NULL,
  "place"   integer NOT NULL,
  CONSTRAINT "enrichment_items_pkey" PRIMARY KEY (org_id, run_id, lead_id)
);

ALTER TABLE "private"."enrichment_items"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."enrichment_kinds" (
  "kind"    text NOT NULL,
  "meaning" text NOT NULL,
  CONSTRAINT "enrichment_kinds_pkey" PRIMARY KEY (kind),
  CONSTRAINT "kind_is_a_name" CHECK ((kind ~ '^[a-z][a-z0-9_]{1,39}$'::text))
);

ALTER TABLE "public"."enrichment_kinds"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."enrichment_kinds" FROM "anon";

CREATE TABLE "public"."enrichment_runs" (
  "org_id"   uuid  NOT NULL,
  "id"       uuid  NOT NULL DEFAULT gen_random_uuid(),
  "kind"     text  NOT NULL,
  "provider" text,
  "scope"    jsonb NOT NULL DEFAULT '{}'::jsonb,
  "options"  jsonb NOT NULL DEFAULT '{}'::jsonb,
  CONSTRAINT "enrichment_runs_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "run_id_is_unique" UNIQUE (id)
);

ALTER TABLE "public"."enrichment_runs"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."enrichment_runs" FROM "anon";

CREATE TYPE "private"."enrichment_item_state" AS ENUM (
  'waiting',
  'done',
  'failed'
);

ALTER TABLE "private"."enrichment_items"
  ADD COLUMN "state" private.enrichment_item_state NOT NULL DEFAULT 'waiting'::private.enrichment_item_state;

ALTER TABLE "private"."enrichment_items"
  ADD COLUMN "asks" integer;

ALTER TABLE "private"."enrichment_items"
  ADD COLUMN "cached" integer;

ALTER TABLE "private"."enrichment_items"
  ADD COLUMN "most_usd" numeric(14,6);

ALTER TABLE "private"."enrichment_items"
  ADD COLUMN "reason" text;

ALTER TABLE "private"."enrichment_items"
  ADD COLUMN "attempts" smallint NOT NULL DEFAULT 0;

ALTER TABLE "private"."enrichment_items"
  ADD COLUMN "next_at" timestamp WITH time zone NOT NULL DEFAULT '-infinity'::timestamp WITH time zone;

CREATE TYPE "public"."enrichment_state" AS ENUM (
  'planning',
  'planned',
  'running',
  'paused',
  'done',
  'failed',
  'cancelled'
);

ALTER TABLE "public"."enrichment_runs"
  ADD COLUMN "state" public.enrichment_state NOT NULL DEFAULT 'planning'::public.enrichment_state;

ALTER TABLE "public"."enrichment_runs"
  ADD COLUMN "reason" text;

ALTER TABLE "public"."enrichment_runs"
  ADD COLUMN "leads" integer NOT NULL DEFAULT 0;

ALTER TABLE "public"."enrichment_runs"
  ADD COLUMN "forecast" jsonb;

ALTER TABLE "public"."enrichment_runs"
  ADD COLUMN "most_usd" numeric(14,6);

ALTER TABLE "public"."enrichment_runs"
  ADD COLUMN "spent_usd" numeric(14,6) NOT NULL DEFAULT 0;

ALTER TABLE "public"."enrichment_runs"
  ADD COLUMN "results" jsonb NOT NULL DEFAULT '{}'::jsonb;

-- The table is new and empty.
ALTER TABLE "public"."enrichment_runs"
  -- squawk-ignore adding-field-with-default
  ADD COLUMN "correlation_id" uuid NOT NULL DEFAULT gen_random_uuid();

ALTER TABLE "public"."enrichment_runs"
  ADD COLUMN "created_by" uuid;

ALTER TABLE "public"."enrichment_runs"
  ADD COLUMN "created_at" timestamp WITH time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."enrichment_runs"
  ADD COLUMN "planned_at" timestamp WITH time zone;

ALTER TABLE "public"."enrichment_runs"
  ADD COLUMN "confirmed_at" timestamp WITH time zone;

ALTER TABLE "public"."enrichment_runs"
  ADD COLUMN "ended_at" timestamp WITH time zone;

ALTER TABLE "public"."enrichment_runs"
  ADD COLUMN "next_at" timestamp WITH time zone;

ALTER TABLE "public"."enrichment_runs"
  ADD COLUMN "lease_until" timestamp WITH time zone;

ALTER TABLE "public"."enrichment_runs"
  ADD COLUMN "job_id" uuid;

CREATE OR REPLACE FUNCTION private.begin_calls (
  p_org_id         uuid,
  p_provider       text,
  p_account        text,
  p_endpoint       text,
  p_calls          jsonb,
  p_limits         jsonb                    DEFAULT '[]'::jsonb,
  p_lease          interval                 DEFAULT '00:01:00'::interval,
  p_horizon        interval                 DEFAULT '00:00:01'::interval,
  p_correlation_id uuid                     DEFAULT NULL::uuid,
  p_most_usd       numeric                  DEFAULT NULL::numeric,
  p_as_of          timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    nth         integer,
    verdict     text,
    reason      text,
    call_id     uuid,
    wait_ms     integer,
    outcome     public.call_outcome,
    answer      text,
    answered_at timestamp with time zone
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_blind constant bytea := private.blind_key(p_org_id);
  v_day constant date := private.org_date(p_org_id, p_as_of);
  -- The same account is open to sending while it is closed to data calls, and the other way round.
  v_circuit constant text := p_provider || ' data';
  v_inputs bytea[];
  v_room integer;
  v_retry_at timestamptz;
  v_day_left numeric;
  v_month_left numeric;
  v_most_left numeric := p_most_usd;
  v_reserved numeric := 0;
  v_refused integer := 0;
  v_refused_usd numeric := 0;
  v_wanted integer[] := array[]::integer[];
  v_inputs_wanted bytea[] := array[]::bytea[];
  v_cost numeric;
  v_call jsonb;
  v_taken record;
  r private.call_reservations;
  a private.provider_answers;
begin
  select array_agg(private.input_bidx(p_provider, p_endpoint, c ->> 'input', v_blind) order by n) into v_inputs
  from jsonb_array_elements(p_calls) with ordinality x (c, n);
  -- Where the cache knows everything, nobody waits for anybody.
  if (select count(distinct k.input_bidx) from private.provider_answers k
      where k.org_id = p_org_id and k.provider = p_provider and k.endpoint = p_endpoint
        and k.input_bidx = any (v_inputs) and k.expires_at > p_as_of)
    < (select count(distinct i) from unnest(v_inputs) i)
  then
    perform private.lock_calls(p_org_id, p_provider);
  end if;
  select min(b.limit_usd - coalesce(s.spent_usd + s.reserved_usd, 0)) filter (where b.period = 'day'),
    min(b.limit_usd - coalesce(s.spent_usd + s.reserved_usd, 0)) filter (where b.period = 'month')
  into v_day_left, v_month_left
  from public.provider_budgets b
  left join private.call_spend s on s.org_id = b.org_id and s.provider = b.provider and s.period = b.period
    and s.starts_on = case b.period when 'day' then v_day else date_trunc('month', v_day)::date end
  where b.org_id = p_org_id and b.provider = p_provider;
  v_room := private.circuit_capacity(p_org_id, v_circuit, p_account, p_as_of);
  select c.retry_at into v_retry_at from private.provider_circuits c
  where c.org_id = p_org_id and c.provider = v_circuit and c.account = p_account;

  for i in 1..coalesce(cardinality(v_inputs), 0) loop
    v_call := p_calls -> (i - 1);
    v_cost := coalesce((v_call ->> 'cost_usd')::numeric, 0);
    nth := i; call_id := null; wait_ms := null; outcome := null; answer := null; answered_at := null; reason := null;
    select k.* into a from private.provider_answers k
    where k.org_id = p_org_id and k.provider = p_provider and k.endpoint = p_endpoint and k.input_bidx = v_inputs[i]
      and k.expires_at > p_as_of;
    if found then
      insert into public.provider_calls (org_id, at, lead_id, contact_point_id, provider, account, endpoint, outcome,
        cached, correlation_id, input_bidx)
      values (p_org_id, p_as_of, (v_call ->> 'lead_id')::uuid, (v_call ->> 'contact_point_id')::bigint, p_provider,
        p_account, p_endpoint, a.outcome, true, p_correlation_id, v_inputs[i]);
      verdict := 'cached'; outcome := a.outcome; answered_at := a.answered_at;
      if a.key_id is not null then
        answer := private.decrypt_value(a.answer_cipher, private.org_key(p_org_id, a.key_id));
      end if;
      return next;
      continue;
    end if;
    if v_inputs[i] = any (v_inputs_wanted) then
      verdict := 'later'; reason := 'in_flight'; wait_ms := 250;
      return next;
      continue;
    end if;
    select x.* into r from private.call_reservations x
    where x.org_id = p_org_id and x.provider = p_provider and x.endpoint = p_endpoint and x.input_bidx = v_inputs[i];
    if found then
      if r.state = 'in_flight' and r.lease_until > p_as_of then
        verdict := 'later'; reason := 'in_flight'; wait_ms := 250;
        return next;
        continue;
      elsif r.cost_usd > 0 then
        -- It may have been charged. Only somebody who has looked (reconcile_calls) may have it made again.
        verdict := 'refused'; reason := 'unconfirmed';
        return next;
        continue;
      end if;
      delete from private.call_reservations x where x.org_id = p_org_id and x.id = r.id;
    end if;
    if v_room = 0 then
      verdict := 'later'; reason := 'circuit_open';
      wait_ms := ceil(extract(epoch from v_retry_at - p_as_of) * 1000);
      return next;
      continue;
    end if;
    if v_cost > 0 and (v_day_left is null and v_month_left is null or v_cost > least(v_day_left, v_month_left)) then
      verdict := 'refused';
      reason := case when v_day_left is null and v_month_left is null then 'no_budget' else 'over_budget' end;
      v_refused := v_refused + 1;
      v_refused_usd := v_refused_usd + v_cost;
      return next;
      continue;
    end if;
    if v_cost > 0 and v_cost > v_most_left then
      verdict := 'refused'; reason := 'over_cap';
      return next;
      continue;
    end if;
    if v_room = 1 then
      v_room := 0;
      v_retry_at := p_as_of + interval '2 minutes';
      perform private.reserve_probe(p_org_id, v_circuit, p_account, p_as_of);
    end if;
    v_day_left := v_day_left - v_cost;
    v_month_left := v_month_left - v_cost;
    v_most_left := v_most_left - v_cost;
    v_wanted := v_wanted || i;
    -- Equal questions of one batch: the first is asked.
    v_inputs_wanted := v_inputs_wanted || v_inputs[i];
  end loop;

  if cardinality(v_wanted) > 0 then
    select t.* into v_taken
    from private.take_calls(p_provider, p_account, p_limits, cardinality(v_wanted), p_horizon, p_as_of) t;
    for k in 1..cardinality(v_wanted) loop
      nth := v_wanted[k]; call_id := null; outcome := null; answer := null; answered_at := null;
      v_call := p_calls -> (nth - 1);
      if k > cardinality(v_taken.waits) then
        verdict := 'later'; reason := 'limit';
        wait_ms := ceil(extract(epoch from v_taken.next_at - p_as_of) * 1000);
        return next;
        continue;
      end if;
      v_cost := coalesce((v_call ->> 'cost_usd')::numeric, 0);
      insert into private.call_reservations (org_id, provider, account, endpoint, input_bidx, lead_id,
        contact_point_id, cost_usd, local_date, reserved_at, lease_until, correlation_id)
      values (p_org_id, p_provider, p_account, p_endpoint, v_inputs[nth], (v_call ->> 'lead_id')::uuid,
        (v_call ->> 'contact_point_id')::bigint, v_cost, v_day, p_as_of, p_as_of + v_taken.waits[k] + p_lease,
        p_correlation_id)
      returning id into call_id;
      v_reserved := v_reserved + v_cost;
      verdict := 'go'; reason := null;
      wait_ms := ceil(extract(epoch from v_taken.waits[k]) * 1000);
      return next;
    end loop;
  end if;
  perform private.book_spend(p_org_id, p_provider, v_day, 0, v_reserved, v_refused, v_refused_usd);
end
$function$;

CREATE OR REPLACE FUNCTION private.claim_enrichment (
  p_org_id uuid,
  p_run_id uuid,
  p_job_id uuid,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS public.enrichment_runs
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.enrichment_runs;
begin
  update public.enrichment_runs x set lease_until = p_as_of + interval '3 minutes', job_id = p_job_id
  where x.org_id = p_org_id and x.id = p_run_id and x.state in ('planning', 'running')
    -- The queue gives a job whose worker died to another one under the same id.
    and (coalesce(x.lease_until, '-infinity') <= p_as_of or x.job_id = p_job_id)
  returning x.* into r;
  return r;
end
$function$;

CREATE OR REPLACE FUNCTION private.contacts_to_verify (
  p_org_id   uuid,
  p_provider text,
  p_kind     public.contact_kind,
  p_lead_ids uuid[],
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
    from private.due_contacts(p_org_id, p_provider, p_kind, p_lead_ids, p_as_of) c
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
$function$;

CREATE OR REPLACE FUNCTION private.enrichment_for_admin (
  p_run_id uuid
)
  RETURNS public.enrichment_runs
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.enrichment_runs;
begin
  select x.* into r from public.enrichment_runs x
  where x.id = p_run_id and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))
  for update;
  if not found then
    raise exception 'run not found' using errcode = 'SL702';
  end if;
  return r;
end
$function$;

CREATE OR REPLACE FUNCTION private.enrichment_scope (
  p_org_id uuid,
  p_scope  jsonb
)
  RETURNS TABLE (
    lead_id uuid,
    place   bigint
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select l.id, row_number() over (order by f.place, l.campaign_status not in ('queued', 'active'), l.lead_score desc,
    l.id)
  from public.leads l
  left join private.fed_next(p_org_id) f on f.lead_id = l.id
  where l.org_id = p_org_id and l.campaign_status <> 'opted_out'
    and (not p_scope ? 'source_id' or l.source_id = (p_scope ->> 'source_id')::uuid)
    and (not p_scope ? 'fed_next' or f.place is not null)
    and (not p_scope ? 'lead_ids' or l.id = any (array(select jsonb_array_elements_text(p_scope -> 'lead_ids'))::uuid[]))
    and (not p_scope ? 'campaign_id' or l.campaign_id = (p_scope ->> 'campaign_id')::uuid or l.id in (
      select c.lead_id from public.campaigns k cross join lateral private.campaign_candidates(k) c
      where k.org_id = p_org_id and k.id = (p_scope ->> 'campaign_id')::uuid))
$function$;

CREATE OR REPLACE FUNCTION private.estimate_verification (
  p_org_id   uuid,
  p_provider text,
  p_endpoint text,
  p_kind     public.contact_kind,
  p_lead_ids uuid[],
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
    from private.due_contacts(p_org_id, p_provider, p_kind, array[l.id], p_as_of) c) q on true
  left join private.provider_answers a on a.org_id = p_org_id and a.provider = p_provider
    and a.endpoint = p_endpoint and a.input_bidx = q.input and a.expires_at > p_as_of
  group by l.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.fail_enrichment (
  p_org_id uuid,
  p_run_id uuid,
  p_reason text,
  p_error  text                     DEFAULT NULL::text,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_correlation uuid;
begin
  update public.enrichment_runs r
  set state = 'failed', reason = left(p_reason, 500), ended_at = p_as_of, lease_until = null
  where r.org_id = p_org_id and r.id = p_run_id and r.state in ('planning', 'running')
  returning r.correlation_id into v_correlation;
  if found then
    perform private.record_dead_letter(p_org_id, 'enrich', jsonb_build_object('run_id', p_run_id), 'a run failed',
      concat_ws(': ', p_reason, p_error), v_correlation, p_as_of);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.fed_next (
  p_org_id uuid
)
  RETURNS TABLE (
    lead_id uuid,
    place   bigint
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select x.lead_id, min(x.place) from (
    select n.lead_id, k.daily_limit,
      row_number() over (partition by k.id order by n.lead_score desc, n.lead_id) as place
    from public.campaigns k
    join public.mv_contactable_leads n on n.org_id = k.org_id and n.lead_score >= k.min_score
      and (cardinality(k.states) = 0 or n.situs_state = any (k.states))
      and (cardinality(k.source_ids) = 0 or n.source_id = any (k.source_ids))
    where k.org_id = p_org_id and k.state = 'running') x
  where x.place <= x.daily_limit group by x.lead_id
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
  set state = 'planned', forecast = v_forecast, planned_at = p_as_of, lease_until = null, next_at = null
  where r.org_id = p_org_id and r.id = p_run_id and r.state = 'planning' and r.job_id = p_job_id;
  return v_forecast;
end
$function$;

CREATE OR REPLACE FUNCTION private.kept_answers (
  p_org_id   uuid,
  p_provider text,
  p_endpoint text,
  p_inputs   text[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS boolean[]
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_blind constant bytea := private.blind_key(p_org_id);
begin
  return array(
    select exists (select from private.provider_answers a
      where a.org_id = p_org_id and a.provider = p_provider and a.endpoint = p_endpoint
        and a.input_bidx = private.input_bidx(p_provider, p_endpoint, i.input, v_blind) and a.expires_at > p_as_of)
    from unnest(p_inputs) with ordinality i (input, n) order by i.n);
end
$function$;

CREATE OR REPLACE FUNCTION private.leads_to_ask (
  p_org_id uuid,
  p_run_id uuid,
  p_limit  integer,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS uuid[]
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select coalesce(array_agg(x.lead_id order by x.place), '{}') from (
    select i.lead_id, i.place from private.enrichment_items i
    where i.org_id = p_org_id and i.run_id = p_run_id and i.state = 'waiting' and i.next_at <= p_as_of
    order by i.place limit p_limit) x
$function$;

CREATE OR REPLACE FUNCTION private.leads_to_estimate (
  p_org_id uuid,
  p_run_id uuid,
  p_limit  integer
)
  RETURNS uuid[]
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select coalesce(array_agg(x.lead_id order by x.place), '{}') from (
    select i.lead_id, i.place from private.enrichment_items i
    where i.org_id = p_org_id and i.run_id = p_run_id and i.state = 'waiting' and i.asks is null
    order by i.place limit p_limit) x
$function$;

CREATE OR REPLACE FUNCTION private.record_enrichment (
  p_org_id  uuid,
  p_run_id  uuid,
  p_job_id  uuid,
  p_results jsonb,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  -- A day of trying: 24 attempts that double up to an hour apart.
  v_most_attempts constant smallint := 24;
  r public.enrichment_runs;
  v_tomorrow timestamptz;
  v_stop text;
begin
  select x.* into r from public.enrichment_runs x where x.org_id = p_org_id and x.id = p_run_id for update;
  if not found then
    return 'gone';
  end if;
  select (private.org_date(o.id, p_as_of) + 1)::timestamp at time zone o.time_zone into v_tomorrow
  from public.orgs o where o.id = p_org_id;
  update private.enrichment_items i
  set state = case
      when x.status = 'done' then 'done'
      when x.status = 'failed' or x.counted and i.attempts + 1 >= v_most_attempts then 'failed'
      else 'waiting' end::private.enrichment_item_state,
    reason = case when x.status <> 'done' then x.reason end,
    attempts = i.attempts + x.counted::integer,
    next_at = case x.status
      when 'refused' then v_tomorrow
      when 'later' then p_as_of + greatest(make_interval(secs => coalesce(x.wait_ms, 1000) / 1000.0),
        case when x.counted then least(interval '5 seconds' * power(2, least(i.attempts, 10)), interval '1 hour')
          else interval '0' end)
      else i.next_at end
  from (
    select e.lead_id, e.status, e.reason, e.wait_ms,
      -- Waiting for a turn is no failure.
      e.status = 'later' and e.reason not in ('limit', 'in_flight', 'stopped') as counted
    from jsonb_to_recordset(p_results) e (lead_id uuid, status text, reason text, wait_ms double precision)) x
  where i.org_id = p_org_id and i.run_id = p_run_id and i.lead_id = x.lead_id and i.state = 'waiting';
  select min(e.reason) into v_stop
  from jsonb_to_recordset(p_results) e (status text, reason text) where e.status = 'stop';
  update public.enrichment_runs x
  set lease_until = case when x.job_id = p_job_id then p_as_of + interval '3 minutes' else x.lease_until end,
    spent_usd = x.spent_usd + (select coalesce(sum((e ->> 'cost_usd')::numeric), 0)
      from jsonb_array_elements(p_results) e),
    results = x.results || coalesce((
      select jsonb_object_agg(w.key, w.n + coalesce((x.results ->> w.key)::integer, 0)) from (
        select c.key, sum(c.value::integer) as n
        from jsonb_array_elements(p_results) e cross join lateral jsonb_each_text(e -> 'words') c
        group by 1) w), '{}'),
    state = case when v_stop is not null and x.state = 'running' then 'paused' else x.state end,
    reason = case when v_stop is not null and x.state = 'running' then v_stop else x.reason end
  where x.org_id = p_org_id and x.id = p_run_id;
  if v_stop is not null and r.state = 'running' then
    perform private.record_dead_letter(p_org_id, 'enrich', jsonb_build_object('run_id', p_run_id),
      'a run is paused and waits for a person', v_stop, r.correlation_id, p_as_of);
    return 'paused';
  end if;
  return case when r.job_id is distinct from p_job_id then 'lost' else r.state::text end;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_estimates (
  p_org_id    uuid,
  p_run_id    uuid,
  p_job_id    uuid,
  p_lead_ids  uuid[],
  p_estimates jsonb,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS boolean
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  update public.enrichment_runs r set lease_until = p_as_of + interval '3 minutes'
  where r.org_id = p_org_id and r.id = p_run_id and r.state = 'planning' and r.job_id = p_job_id;
  if not found then
    return false;
  end if;
  update private.enrichment_items i
  set asks = coalesce(e.asks, 0), cached = coalesce(e.cached, 0), most_usd = coalesce(e.most_usd, 0),
    state = case when coalesce(e.asks, 0) = 0 then 'done' else 'waiting' end::private.enrichment_item_state
  from unnest(p_lead_ids) l (id)
  left join jsonb_to_recordset(p_estimates) e (lead_id uuid, asks integer, cached integer, most_usd numeric)
    on e.lead_id = l.id
  where i.org_id = p_org_id and i.run_id = p_run_id and i.lead_id = l.id and i.state = 'waiting' and i.asks is null;
  return true;
end
$function$;

CREATE OR REPLACE FUNCTION private.release_enrichment (
  p_org_id uuid,
  p_run_id uuid,
  p_job_id uuid
)
  RETURNS void
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  update public.enrichment_runs r set lease_until = null
  where r.org_id = p_org_id and r.id = p_run_id and r.job_id = p_job_id
$function$;

CREATE OR REPLACE FUNCTION private.rest_enrichment (
  p_org_id uuid,
  p_run_id uuid,
  p_job_id uuid,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v record;
  r public.enrichment_runs;
begin
  select x.* into r from public.enrichment_runs x
  where x.org_id = p_org_id and x.id = p_run_id and x.state = 'running' and x.job_id = p_job_id for update;
  if not found then
    return 'lost';
  end if;
  select count(*) filter (where i.state = 'waiting') as waiting, min(i.next_at) filter (where i.state = 'waiting') as
    next_at, count(*) filter (where i.state = 'failed') as failed
  into v from private.enrichment_items i where i.org_id = p_org_id and i.run_id = p_run_id;
  if v.next_at <= p_as_of + interval '5 seconds' then
    update public.enrichment_runs x set lease_until = p_as_of + interval '3 minutes'
    where x.org_id = p_org_id and x.id = p_run_id;
    return 'soon';
  end if;
  update public.enrichment_runs x
  set state = case when v.waiting = 0 then 'done' else 'running' end::public.enrichment_state, next_at = v.next_at,
    ended_at = case when v.waiting = 0 then p_as_of end, lease_until = null
  where x.org_id = p_org_id and x.id = p_run_id;
  if v.waiting = 0 and v.failed > 0 then
    perform private.record_dead_letter(p_org_id, 'enrich', jsonb_build_object('run_id', p_run_id),
      format('a run ended, and asking about %s of its leads failed', v.failed),
      (select string_agg(format('%s: %s', x.reason, x.n), ', ' order by x.n desc) from (
        select i.reason, count(*) as n from private.enrichment_items i
        where i.org_id = p_org_id and i.run_id = p_run_id and i.state = 'failed' group by 1) x),
      r.correlation_id, p_as_of);
  end if;
  return case when v.waiting = 0 then 'done' else 'running' end;
end
$function$;

CREATE OR REPLACE FUNCTION private.send_enrichment (
  p_org_id uuid,
  p_run_id uuid
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  select private.send_job('enrich', jsonb_build_object('run_id', p_run_id, 'org_id', p_org_id, 'task', 'enrich'),
    p_run_id::text)
$function$;

CREATE OR REPLACE FUNCTION private.wake_enrichment (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r record;
  v_count integer := 0;
begin
  for r in
    select x.org_id, x.id from public.enrichment_runs x
    where x.state in ('planning', 'running') and coalesce(x.next_at, '-infinity') <= p_as_of
      and coalesce(x.lease_until, '-infinity') <= p_as_of
    order by x.next_at nulls first, x.id
  loop
    perform private.send_enrichment(r.org_id, r.id);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION public.confirm_enrichment (
  p_run_id uuid,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.enrichment_runs := private.enrichment_for_admin(p_run_id);
begin
  p_as_of := private.caller_clock(p_as_of);
  if r.state <> 'planned' then
    raise exception 'the run is %, not planned', r.state using errcode = 'SL703';
  end if;
  update public.enrichment_runs x
  set state = 'running', confirmed_at = p_as_of, most_usd = x.spent_usd + (x.forecast ->> 'most_usd')::numeric,
    next_at = p_as_of
  where x.org_id = r.org_id and x.id = r.id;
  perform private.send_enrichment(r.org_id, r.id);
end
$function$;

REVOKE ALL ON FUNCTION "public"."confirm_enrichment"(uuid, timestamp WITH time zone) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.control_enrichment (
  p_run_id uuid,
  p_action text,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r public.enrichment_runs := private.enrichment_for_admin(p_run_id);
  v_state public.enrichment_state;
begin
  p_as_of := private.caller_clock(p_as_of);
  v_state := case
    when p_action = 'pause' and r.state = 'running' then 'paused'
    when p_action = 'cancel' and r.state not in ('done', 'failed', 'cancelled') then 'cancelled'
    -- What was confirmed is spent: it is priced again.
    when p_action = 'resume' and (r.confirmed_at is null or r.reason = 'over_forecast')
      and r.state in ('paused', 'failed') then 'planning'
    when p_action = 'resume' and (r.state in ('paused', 'failed') or r.state = 'done' and exists (
      select from private.enrichment_items i
      where i.org_id = r.org_id and i.run_id = r.id and i.state = 'failed')) then 'running' end;
  if v_state is null then
    raise exception 'a run that is % cannot be changed by %', r.state, p_action using errcode = 'SL703';
  end if;
  update public.enrichment_runs x
  set state = v_state, reason = case when v_state = 'paused' then 'by hand' end, next_at = p_as_of,
    ended_at = case when v_state = 'cancelled' then p_as_of end,
    confirmed_at = case when v_state <> 'planning' then x.confirmed_at end,
    most_usd = case when v_state <> 'planning' then x.most_usd end
  where x.org_id = r.org_id and x.id = r.id;
  if p_action = 'resume' then
    update private.enrichment_items i
    set state = 'waiting', attempts = 0, reason = null, next_at = p_as_of,
      asks = case when v_state = 'running' then i.asks end, cached = case when v_state = 'running' then i.cached end,
      most_usd = case when v_state = 'running' then i.most_usd end
    where i.org_id = r.org_id and i.run_id = r.id and i.state <> 'done';
    perform private.send_enrichment(r.org_id, r.id);
  end if;
  if p_action in ('resume', 'cancel') then
    perform private.resolve_dead_letter('enrich', jsonb_build_object('run_id', r.id), p_as_of);
  end if;
  return v_state;
end
$function$;

REVOKE ALL ON FUNCTION "public"."control_enrichment"(uuid, text, timestamp WITH time zone) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.enrichment_status (
  p_run_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_status jsonb;
begin
  select to_jsonb(r) - '{org_id,lease_until,job_id}'::text[] || jsonb_build_object(
      'waiting', count(*) filter (where i.state = 'waiting'), 'finished', count(*) filter (where i.state = 'done'),
      'failed', count(*) filter (where i.state = 'failed'))
    || jsonb_build_object('reasons', coalesce((select jsonb_agg(jsonb_build_object('state', w.state, 'reason', w.reason,
        'leads', w.n, 'next_at', w.next_at) order by w.n desc, w.reason)
      from (
        select x.state, x.reason, count(*) as n, min(nullif(x.next_at, '-infinity')) as next_at
        from private.enrichment_items x
        where x.org_id = r.org_id and x.run_id = r.id and x.state <> 'done' and x.reason is not null
        group by 1, 2) w), '[]'))
  into v_status
  from public.enrichment_runs r
  left join private.enrichment_items i on i.org_id = r.org_id and i.run_id = r.id
  where r.id = p_run_id
    and (private.is_trusted_caller() or r.org_id = any (private.my_org_ids('{owner,admin,viewer}')))
  group by r.org_id, r.id;
  if v_status is null then
    raise exception 'run not found' using errcode = 'SL702';
  end if;
  return v_status;
end
$function$;

REVOKE ALL ON FUNCTION "public"."enrichment_status"(uuid) FROM PUBLIC, "anon";

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
  if p_scope - '{campaign_id,source_id,fed_next,lead_ids}'::text[] <> '{}'
    or p_scope ? 'campaign_id' and not exists (select from public.campaigns c
      where c.org_id = p_org_id and c.id = (p_scope ->> 'campaign_id')::uuid)
    or p_scope ? 'source_id' and not exists (select from public.sources s
      where s.org_id = p_org_id and s.id = (p_scope ->> 'source_id')::uuid)
  then
    raise exception 'the org has no such leads: %', p_scope using errcode = 'SL703';
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

REVOKE ALL ON FUNCTION "public"."plan_enrichment"(uuid, text, jsonb, text, jsonb, timestamp WITH time zone) FROM PUBLIC, "anon";

ALTER TABLE "private"."enrichment_items"
  ADD CONSTRAINT "cached_answers_are_asked_for" CHECK (((cached >= 0) AND (cached <= asks)));

ALTER TABLE "private"."enrichment_items"
  ADD CONSTRAINT "estimate_is_whole" CHECK ((num_nonnulls(asks, cached, most_usd) = ANY (ARRAY[0, 3])));

ALTER TABLE "private"."enrichment_items"
  ADD CONSTRAINT "item_is_a_lead_of_its_org" FOREIGN KEY (org_id, lead_id) REFERENCES public.leads(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."enrichment_runs"
  ADD CONSTRAINT "confirmed_run_has_a_cap" CHECK (((confirmed_at IS NULL) = (most_usd IS NULL)));

ALTER TABLE "public"."enrichment_runs"
  ADD CONSTRAINT "ended_run_has_its_time"
    CHECK (((state = ANY (ARRAY['done'::public.enrichment_state, 'failed'::public.enrichment_state, 'cancelled'::public.enrichment_state])) = (ended_at IS NOT NULL)));

ALTER TABLE "public"."enrichment_runs"
  ADD CONSTRAINT "enrichment_runs_kind_fkey" FOREIGN KEY (kind) REFERENCES public.enrichment_kinds(kind) ON DELETE RESTRICT;

ALTER TABLE "public"."enrichment_runs"
  ADD CONSTRAINT "enrichment_runs_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."enrichment_items"
  ADD CONSTRAINT "item_belongs_to_a_run" FOREIGN KEY (org_id, run_id) REFERENCES public.enrichment_runs(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."enrichment_runs"
  ADD CONSTRAINT "planned_run_has_a_forecast"
    CHECK (((state = ANY (ARRAY['planning'::public.enrichment_state, 'failed'::public.enrichment_state, 'cancelled'::public.enrichment_state])) OR (forecast IS NOT NULL)));

ALTER TABLE "public"."enrichment_runs"
  ADD CONSTRAINT "running_run_is_confirmed" CHECK (((state <> ALL (ARRAY['running'::public.enrichment_state, 'done'::public.enrichment_state])) OR (confirmed_at IS NOT NULL)));

ALTER TABLE "public"."enrichment_runs"
  ADD CONSTRAINT "stopped_run_has_a_reason" CHECK (((state <> ALL (ARRAY['paused'::public.enrichment_state, 'failed'::public.enrichment_state])) OR (reason IS NOT NULL)));

CREATE INDEX enrichment_items_lead_idx ON private.enrichment_items USING btree (org_id, lead_id);

CREATE INDEX enrichment_items_waiting_idx ON private.enrichment_items USING btree (org_id, run_id, place)
  WHERE (state = 'waiting'::private.enrichment_item_state);

CREATE INDEX enrichment_runs_kind_idx ON public.enrichment_runs USING btree (kind);

CREATE INDEX enrichment_runs_open_idx ON public.enrichment_runs USING btree (next_at)
  WHERE (state = ANY (ARRAY['planning'::public.enrichment_state, 'running'::public.enrichment_state]));

CREATE POLICY "select_members" ON "public"."enrichment_kinds"
  FOR SELECT
  TO "authenticated"
  USING (true);

CREATE POLICY "select_writer" ON "public"."enrichment_kinds"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_members" ON "public"."enrichment_runs"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."enrichment_runs"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

COMMENT ON COLUMN "private"."enrichment_items"."asks" IS 'Questions that the forecast found; null: not estimated yet.';

COMMENT ON COLUMN "private"."enrichment_items"."reason" IS 'Why it waits or failed, such as over_budget or no_answer.';

COMMENT ON COLUMN "public"."enrichment_runs"."correlation_id" IS 'Also in provider_calls.';

COMMENT ON COLUMN "public"."enrichment_runs"."forecast" IS '{leads, to_ask, cached, most_usd, budget_left_usd, budgets: [{provider, left_usd}]}; budget_left_usd null: no budget.';

COMMENT ON COLUMN "public"."enrichment_runs"."lease_until" IS 'Until when the worker with job_id has it.';

COMMENT ON COLUMN "public"."enrichment_runs"."most_usd" IS 'What was confirmed: no call is made that would exceed it.';

COMMENT ON COLUMN "public"."enrichment_runs"."next_at" IS 'When the next lead of those that wait is due.';

COMMENT ON COLUMN "public"."enrichment_runs"."options" IS 'Options of the kind, such as an account or a price cap per lead.';

COMMENT ON COLUMN "public"."enrichment_runs"."provider" IS 'Null: the kind decides which providers it asks.';

COMMENT ON COLUMN "public"."enrichment_runs"."reason" IS 'Why it is paused or failed.';

COMMENT ON COLUMN "public"."enrichment_runs"."results" IS 'Answers by what came of them: {"verified": 12, "invalid": 1}.';

COMMENT ON COLUMN "public"."enrichment_runs"."scope" IS 'Which leads: {"campaign_id"}, {"source_id"}, {"fed_next": true}, {"lead_ids": [...]}, or {} for all.';

COMMENT ON FUNCTION "private"."begin_calls"(uuid, text, text, text, jsonb, jsonb, interval, interval, uuid, numeric, timestamp with time zone) IS 'Asks whether data calls [{input, cost_usd, lead_id, contact_point_id}] may be made; cost_usd is the most that one can cost. Verdicts: cached (with answer); go (make it after wait_ms and settle call_id); later (after wait_ms: in_flight, circuit_open, limit); refused (over_budget, no_budget; over_cap: it would cost more than is left of p_most_usd; unconfirmed: an earlier one may have been charged). p_limits is as in take_calls. A call that is not settled before p_lease counts as spent until it is reconciled.';

COMMENT ON FUNCTION "private"."claim_enrichment"(uuid, uuid, uuid, timestamp with time zone) IS 'The run for the worker with this job, for three minutes, which each step extends; null when another one has it, or when there is nothing to do. Definer: runs are written by functions only.';

COMMENT ON FUNCTION "private"."contacts_to_verify"(uuid, text, public.contact_kind, uuid[], timestamp with time zone) IS 'The due contacts of the leads in plain text, in the order of the leads. Every access is logged. Definer: keys belong to the owner.';

COMMENT ON FUNCTION "private"."due_contacts"(uuid, text, public.contact_kind, uuid[], timestamp with time zone) IS 'Contacts of the leads that the provider has not verified within the lifetime of a verification; without wrong and suppressed ones.';

COMMENT ON FUNCTION "private"."enrichment_for_admin"(uuid) IS 'The run, locked, where the caller is an owner, an admin or the service. Raises SL702. Definer: reads for its callers.';

COMMENT ON FUNCTION "private"."enrichment_scope"(uuid, jsonb) IS 'The leads of a scope (see enrichment_runs.scope): those fed next first, then those in a campaign, then by score. Without people who opted out.';

COMMENT ON FUNCTION "private"."estimate_verification"(uuid, text, text, public.contact_kind, uuid[], timestamp with time zone) IS 'How many questions about each lead a verification would ask, and how many of them the cache answers. No value leaves the database. Definer: keys belong to the owner.';

COMMENT ON FUNCTION "private"."fail_enrichment"(uuid, uuid, text, text, timestamp with time zone) IS 'Ends a run that cannot go on, with a dead letter; resume continues it. Definer: runs are written by functions only.';

COMMENT ON FUNCTION "private"."fed_next"(uuid) IS 'Leads that the next feeds of the running campaigns would take, best first, as of the last refresh. The feed checks each again.';

COMMENT ON FUNCTION "private"."finish_plan"(uuid, uuid, uuid, text[], timestamp with time zone) IS 'Makes the forecast of a run from the estimates of its leads and the budgets of its providers; it then waits to be confirmed. Definer: runs are written by functions only.';

COMMENT ON FUNCTION "private"."kept_answers"(uuid, text, text, text[], timestamp with time zone) IS 'For each normalised question, whether the cache has its answer. Asks nothing and notes nothing.';

COMMENT ON FUNCTION "private"."leads_to_ask"(uuid, uuid, integer, timestamp with time zone) IS 'The next leads of a run that are due. Definer: the writer has no rights on items.';

COMMENT ON FUNCTION "private"."leads_to_estimate"(uuid, uuid, integer) IS 'The next leads of a run without an estimate. Definer: the writer has no rights on items.';

COMMENT ON FUNCTION "private"."record_enrichment"(uuid, uuid, uuid, jsonb, timestamp with time zone) IS 'Stores what came of questions [{lead_id, status, reason, wait_ms, cost_usd, words: {verified: 1}}]. Status: done; failed; later (after wait_ms, 24 times at most); refused (by a budget: again on the next date of the org); stop (the whole run is paused for the reason). Returns the state of the run; lost: it is not this job''s any more. Definer: runs are written by functions only.';

COMMENT ON FUNCTION "private"."record_estimates"(uuid, uuid, uuid, uuid[], jsonb, timestamp with time zone) IS 'Stores estimates [{lead_id, asks, cached, most_usd}] of leads; one without an estimate, or with nothing to ask, is done. False: the run is not this job''s any more. Definer: the writer has no rights on items.';

COMMENT ON FUNCTION "private"."release_enrichment"(uuid, uuid, uuid) IS 'Ends a claim: another worker may have the run. Definer: runs are written by functions only.';

COMMENT ON FUNCTION "private"."rest_enrichment"(uuid, uuid, uuid, timestamp with time zone) IS 'Ends a run without waiting leads (done), with a dead letter for those that failed; one whose leads are due later rests until then (running). soon: one is due within seconds. lost: it is not this job''s any more. Definer: runs are written by functions only.';

COMMENT ON FUNCTION "private"."send_enrichment"(uuid, uuid) IS 'Sends the job that plans or continues a run.';

COMMENT ON FUNCTION "private"."wake_enrichment"(timestamp with time zone) IS 'Sends the jobs of runs that have rested until now; returns how many. Definer: runs are read for the queue.';

COMMENT ON FUNCTION "public"."confirm_enrichment"(uuid, timestamp with time zone) IS 'Starts a planned run, which may cost what its forecast says at most. Raises SL702, and SL703 unless it is planned. For owners, admins and the service. Definer: runs are written by functions only.';

COMMENT ON FUNCTION "public"."control_enrichment"(uuid, text, timestamp with time zone) IS 'pause: no further question is asked. resume: continues a run that is paused or failed, also with the leads that failed or wait for a budget. cancel: ends it; what was answered stays. Returns its state. Raises SL702, and SL703 for an action that its state does not allow. For owners, admins and the service. Definer: runs are written by functions only.';

COMMENT ON FUNCTION "public"."enrichment_status"(uuid) IS 'A run with its forecast, what came of it ({waiting, finished, failed} leads) and why leads wait or failed (reasons). Raises SL702. For owners, admins, viewers and the service. Definer: callers have no rights on items.';

COMMENT ON FUNCTION "public"."plan_enrichment"(uuid, text, jsonb, text, jsonb, timestamp with time zone) IS 'Plans a run of a kind about the leads of a scope; the worker then makes its forecast. Nothing is asked before confirm_enrichment. Returns its id. Raises SL702, and SL703 for an unknown kind or scope. For owners, admins and the service. Definer: runs are written by functions only.';

COMMENT ON TABLE "private"."enrichment_items" IS 'The leads of a run, in the order in which they are asked about.';

COMMENT ON TABLE "public"."enrichment_kinds" IS 'What runs can ask about leads. The worker has the code of each (edge-functions/_shared/enrichment/kinds.ts).';

COMMENT ON TABLE "public"."enrichment_runs" IS 'Runs that ask data providers about many leads. Nothing is asked before a person has confirmed the forecast.';

COMMENT ON TYPE "private"."enrichment_item_state" IS 'In the order of life; see sql/STATES.md.';

COMMENT ON TYPE "public"."enrichment_state" IS 'In the order of life; see sql/STATES.md.';

REVOKE ALL ON FUNCTION "private"."begin_calls"(uuid, text, text, text, jsonb, jsonb, interval, interval, uuid, numeric, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."begin_calls"(uuid, text, text, text, jsonb, jsonb, interval, interval, uuid, numeric, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."claim_enrichment"(uuid, uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_enrichment"(uuid, uuid, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."due_contacts"(uuid, text, public.contact_kind, uuid[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."due_contacts"(uuid, text, public.contact_kind, uuid[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."enrichment_for_admin"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."enrichment_scope"(uuid, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."estimate_verification"(uuid, text, text, public.contact_kind, uuid[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."estimate_verification"(uuid, text, text, public.contact_kind, uuid[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."fail_enrichment"(uuid, uuid, text, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fail_enrichment"(uuid, uuid, text, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."fed_next"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."finish_plan"(uuid, uuid, uuid, text[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."finish_plan"(uuid, uuid, uuid, text[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."kept_answers"(uuid, text, text, text[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."kept_answers"(uuid, text, text, text[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."leads_to_ask"(uuid, uuid, integer, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leads_to_ask"(uuid, uuid, integer, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."leads_to_estimate"(uuid, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leads_to_estimate"(uuid, uuid, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."record_enrichment"(uuid, uuid, uuid, jsonb, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_enrichment"(uuid, uuid, uuid, jsonb, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."record_estimates"(uuid, uuid, uuid, uuid[], jsonb, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_estimates"(uuid, uuid, uuid, uuid[], jsonb, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."release_enrichment"(uuid, uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."release_enrichment"(uuid, uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."rest_enrichment"(uuid, uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rest_enrichment"(uuid, uuid, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."send_enrichment"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."send_enrichment"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."wake_enrichment"(timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."wake_enrichment"(timestamp WITH time zone) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."confirm_enrichment"(uuid, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."confirm_enrichment"(uuid, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."control_enrichment"(uuid, text, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."control_enrichment"(uuid, text, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."enrichment_status"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."enrichment_status"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."plan_enrichment"(uuid, text, jsonb, text, jsonb, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."plan_enrichment"(uuid, text, jsonb, text, jsonb, timestamp WITH time zone) TO "service_role";

REVOKE ALL ON TABLE "public"."enrichment_kinds" FROM "authenticated";

GRANT SELECT ON TABLE "public"."enrichment_kinds" TO "authenticated";

GRANT SELECT ON TABLE "public"."enrichment_kinds" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."enrichment_kinds" FROM "service_role";

GRANT SELECT ON TABLE "public"."enrichment_kinds" TO "service_role";

REVOKE ALL ON TABLE "public"."enrichment_runs" FROM "authenticated";

GRANT SELECT ON TABLE "public"."enrichment_runs" TO "authenticated";

GRANT SELECT ON TABLE "public"."enrichment_runs" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."enrichment_runs" FROM "service_role";

GRANT SELECT ON TABLE "public"."enrichment_runs" TO "service_role";

-- Rights that default privileges would change.

revoke execute on function private.enrichment_for_admin(uuid) from pipeline_writer;
revoke execute on function private.enrichment_scope(uuid,jsonb) from pipeline_writer;
revoke execute on function private.fed_next(uuid) from pipeline_writer;

-- Reference data, queues and cron jobs.

insert into pgboss.queue (name, policy, retry_limit, retry_delay, retry_backoff, retry_delay_max, expire_seconds, retention_seconds, deletion_seconds, dead_letter, partition, table_name, warning_queued, heartbeat_seconds, notify) values
  ('enrich', 'short', '6', '5', 'true', '600', '7200', '1209600', '3600', 'dead-letters', 'false', 'job_common', '0', '15', 'true')
on conflict (name) do update set policy = excluded.policy, retry_limit = excluded.retry_limit, retry_delay = excluded.retry_delay, retry_backoff = excluded.retry_backoff, retry_delay_max = excluded.retry_delay_max, expire_seconds = excluded.expire_seconds, retention_seconds = excluded.retention_seconds, deletion_seconds = excluded.deletion_seconds, dead_letter = excluded.dead_letter, partition = excluded.partition, table_name = excluded.table_name, warning_queued = excluded.warning_queued, heartbeat_seconds = excluded.heartbeat_seconds, notify = excluded.notify;

insert into public.enrichment_kinds (kind, meaning) values
  ('verify_email', 'whether the e-mail addresses of leads work'),
  ('verify_phone', 'whether the phone numbers of leads work, and their line types')
on conflict (kind) do update set meaning = excluded.meaning;

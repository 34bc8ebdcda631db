-- gateway: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE TABLE "private"."call_limits" (
  "provider" text                     NOT NULL,
  "account"  text                     NOT NULL,
  "name"     text                     NOT NULL,
  "next_at"  timestamp with time zone NOT NULL,
  CONSTRAINT "call_limits_pkey" PRIMARY KEY (PROVIDER, account, name)
);

ALTER TABLE "private"."call_limits"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."call_reservations" (
  "org_id"           uuid          NOT NULL,
  "id"               uuid          NOT NULL DEFAULT gen_random_uuid(),
  "provider"         text          NOT NULL,
  "account"          text          NOT NULL,
  "endpoint"         text          NOT NULL,
  "input_bidx"       bytea,
  "lead_id"          uuid,
  "contact_point_id" bigint,
  "cost_usd"         numeric(14,6) NOT NULL,
  "local_date"       date          NOT NULL,
  CONSTRAINT "call_in_flight_is_made_once" UNIQUE (org_id, PROVIDER, endpoint, input_bidx),
  CONSTRAINT "call_reservations_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "reserved_cost_is_not_negative" CHECK ((cost_usd >= (0)::numeric))
);

ALTER TABLE "private"."call_reservations"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."call_spend" (
  "org_id"       uuid          NOT NULL,
  "provider"     text          NOT NULL,
  "period"       text          NOT NULL,
  "starts_on"    date          NOT NULL,
  "spent_usd"    numeric(14,6) NOT NULL DEFAULT 0,
  "reserved_usd" numeric(14,6) NOT NULL DEFAULT 0,
  "refused"      integer       NOT NULL DEFAULT 0,
  "refused_usd"  numeric(14,6) NOT NULL DEFAULT 0,
  CONSTRAINT "call_spend_pkey" PRIMARY KEY (org_id, PROVIDER, period, starts_on),
  CONSTRAINT "spend_is_not_negative" CHECK (((spent_usd >= (0)::numeric) AND (reserved_usd >= (0)::numeric) AND (refused >= 0) AND (refused_usd >= (0)::numeric))),
  CONSTRAINT "spend_period_is_known" CHECK ((period = ANY (ARRAY['day'::text, 'month'::text])))
);

ALTER TABLE "private"."call_spend"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."fact_renewals" (
  "org_id"           uuid                     NOT NULL,
  "id"               bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "lead_id"          uuid                     NOT NULL,
  "contact_point_id" bigint,
  "provider"         text                     NOT NULL,
  "name"             text                     NOT NULL,
  "expired_at"       timestamp with time zone NOT NULL,
  "next_at"          timestamp with time zone NOT NULL,
  CONSTRAINT "fact_renewals_pkey" PRIMARY KEY (org_id, id),
  CONSTRAINT "renewal_is_noted_once" UNIQUE NULLS NOT DISTINCT (org_id, lead_id, contact_point_id, PROVIDER, name)
);

ALTER TABLE "private"."fact_renewals"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."provider_answers" (
  "org_id"     uuid  NOT NULL,
  "provider"   text  NOT NULL,
  "endpoint"   text  NOT NULL,
  "input_bidx" bytea NOT NULL,
  CONSTRAINT "provider_answers_pkey" PRIMARY KEY (org_id, PROVIDER, endpoint, input_bidx)
);

ALTER TABLE "private"."provider_answers"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."data_terms" (
  "terms"     text     NOT NULL,
  "may_store" boolean  NOT NULL,
  "keep"      interval,
  "at_end"    text     NOT NULL DEFAULT 'erase'::text,
  "meaning"   text     NOT NULL,
  CONSTRAINT "data_terms_pkey" PRIMARY KEY (terms),
  CONSTRAINT "end_of_a_fact_is_known" CHECK ((at_end = ANY (ARRAY['erase'::text, 'renew'::text]))),
  CONSTRAINT "terms_have_a_name" CHECK ((terms ~ '^[a-z0-9_]{1,40}$'::text))
);

ALTER TABLE "public"."data_terms"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."data_terms" FROM "anon";

CREATE TABLE "public"."lead_facts" (
  "org_id"           uuid                     NOT NULL,
  "id"               bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "lead_id"          uuid                     NOT NULL,
  "contact_point_id" bigint,
  "provider"         text                     NOT NULL,
  "name"             text                     NOT NULL,
  "value"            jsonb,
  "value_cipher"     bytea,
  "key_id"           integer,
  "terms"            text                     NOT NULL,
  "obtained_at"      timestamp with time zone NOT NULL,
  "expires_at"       timestamp with time zone,
  "merged_from"      uuid,
  CONSTRAINT "encrypted_fact_has_its_key" CHECK (((value_cipher IS NULL) = (key_id IS NULL))),
  CONSTRAINT "fact_expires_after_it_came" CHECK ((expires_at > obtained_at)),
  CONSTRAINT "fact_has_a_name" CHECK ((name ~ '^[a-z0-9_]{1,60}$'::text)),
  CONSTRAINT "fact_has_one_value" CHECK ((num_nonnulls(value, value_cipher) = 1)),
  CONSTRAINT "fact_is_kept_once" UNIQUE NULLS NOT DISTINCT (org_id, lead_id, contact_point_id, PROVIDER, name),
  CONSTRAINT "lead_facts_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "public"."lead_facts"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."lead_facts" FROM "anon";

CREATE TABLE "public"."provider_budgets" (
  "org_id"     uuid                     NOT NULL,
  "provider"   text                     NOT NULL,
  "period"     text                     NOT NULL,
  "limit_usd"  numeric(14,6)            NOT NULL,
  "updated_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "budget_is_not_negative" CHECK ((limit_usd >= (0)::numeric)),
  CONSTRAINT "budget_names_its_provider" CHECK ((provider ~ '^[a-z0-9_]{1,40}$'::text)),
  CONSTRAINT "budget_period_is_known" CHECK ((period = ANY (ARRAY['day'::text, 'month'::text]))),
  CONSTRAINT "provider_budgets_pkey" PRIMARY KEY (org_id, PROVIDER, period)
);

ALTER TABLE "public"."provider_budgets"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."provider_budgets" FROM "anon";

CREATE TABLE "public"."provider_drift" (
  "org_id"   uuid                     NOT NULL,
  "provider" text                     NOT NULL,
  "endpoint" text                     NOT NULL,
  "path"     text                     NOT NULL,
  "problem"  text                     NOT NULL,
  "times"    bigint                   NOT NULL DEFAULT 1,
  "first_at" timestamp with time zone NOT NULL,
  "last_at"  timestamp with time zone NOT NULL,
  CONSTRAINT "drift_is_seen_at_least_once" CHECK ((times >= 1)),
  CONSTRAINT "drift_path_is_a_path" CHECK (((path ~ '^[][A-Za-z0-9_.*-]{1,120}$'::text) AND (problem ~ '^[a-z0-9_ ]{1,60}$'::text))),
  CONSTRAINT "provider_drift_pkey" PRIMARY KEY (org_id, PROVIDER, endpoint, path, problem)
);

ALTER TABLE "public"."provider_drift"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."provider_drift" FROM "anon";

CREATE TABLE "public"."provider_terms" (
  "provider" text NOT NULL,
  "name"     text NOT NULL,
  "terms"    text NOT NULL,
  "source"   text NOT NULL,
  CONSTRAINT "provider_terms_pkey" PRIMARY KEY (PROVIDER, name)
);

ALTER TABLE "public"."provider_terms"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."provider_terms" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."lead_facts_id_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."lead_facts_id_seq" FROM "authenticated";

CREATE TYPE "private"."call_state" AS ENUM (
  'in_flight',
  'unconfirmed'
);

ALTER TABLE "private"."call_reservations"
  ADD COLUMN "state" private.call_state NOT NULL DEFAULT 'in_flight'::private.call_state;

-- The table is new.
ALTER TABLE "private"."call_reservations"
  -- squawk-ignore adding-required-field
  ADD COLUMN "reserved_at" timestamp WITH time zone NOT NULL;

-- The table is new.
ALTER TABLE "private"."call_reservations"
  -- squawk-ignore adding-required-field
  ADD COLUMN "lease_until" timestamp WITH time zone NOT NULL;

ALTER TABLE "private"."call_reservations"
  ADD COLUMN "correlation_id" uuid;

ALTER TABLE "private"."call_reservations"
  ADD COLUMN "code" text;

CREATE TYPE "public"."call_outcome" AS ENUM (
  'ok',
  'empty',
  'retry_after',
  'slow_down',
  'out_of_credit',
  'bad_request',
  'auth',
  'blocked',
  'forbidden_person',
  'unreachable',
  'no_answer'
);

CREATE TABLE "public"."provider_calls" (
  "org_id"           uuid                     NOT NULL,
  "id"               bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "at"               timestamp with time zone NOT NULL,
  "lead_id"          uuid,
  "contact_point_id" bigint,
  "provider"         text                     NOT NULL,
  "account"          text                     NOT NULL,
  "endpoint"         text                     NOT NULL,
  "outcome"          public.call_outcome      NOT NULL,
  "cached"           boolean                  NOT NULL,
  "cost_usd"         numeric(14,6)            NOT NULL,
  "duration_ms"      integer,
  "code"             text,
  "correlation_id"   uuid,
  "input_bidx"       bytea
) PARTITION BY RANGE (at);

ALTER TABLE "public"."provider_calls"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."provider_calls" FROM "anon";

-- The table is new.
ALTER TABLE "private"."provider_answers"
  -- squawk-ignore adding-required-field
  ADD COLUMN "outcome" public.call_outcome NOT NULL;

ALTER TABLE "private"."provider_answers"
  ADD COLUMN "answer_cipher" bytea;

ALTER TABLE "private"."provider_answers"
  ADD COLUMN "key_id" integer;

ALTER TABLE "private"."provider_answers"
  ADD COLUMN "cost_usd" numeric(14,6) NOT NULL DEFAULT 0;

-- The table is new.
ALTER TABLE "private"."provider_answers"
  -- squawk-ignore adding-required-field
  ADD COLUMN "answered_at" timestamp WITH time zone NOT NULL;

-- The table is new.
ALTER TABLE "private"."provider_answers"
  -- squawk-ignore adding-required-field
  ADD COLUMN "expires_at" timestamp WITH time zone NOT NULL;

REVOKE ALL ON SEQUENCE "public"."provider_calls_id_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."provider_calls_id_seq" FROM "authenticated";

ALTER TABLE "public"."provider_calls"
  ALTER COLUMN "at" SET DEFAULT now();

ALTER TABLE "public"."provider_calls"
  ALTER COLUMN "cached" SET DEFAULT false;

ALTER TABLE "public"."provider_calls"
  ALTER COLUMN "cost_usd" SET DEFAULT 0;

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
    if v_room = 1 then
      v_room := 0;
      v_retry_at := p_as_of + interval '2 minutes';
      perform private.reserve_probe(p_org_id, v_circuit, p_account, p_as_of);
    end if;
    v_day_left := v_day_left - v_cost;
    v_month_left := v_month_left - v_cost;
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

CREATE OR REPLACE FUNCTION private.book_spend (
  p_org_id      uuid,
  p_provider    text,
  p_day         date,
  p_spent       numeric,
  p_reserved    numeric,
  p_refused     integer DEFAULT 0,
  p_refused_usd numeric DEFAULT 0
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into private.call_spend as s (org_id, provider, period, starts_on, spent_usd, reserved_usd, refused,
    refused_usd)
  select p_org_id, p_provider, x.period, x.starts_on, p_spent, greatest(p_reserved, 0), p_refused, p_refused_usd
  from (values ('day', p_day), ('month', date_trunc('month', p_day)::date)) x (period, starts_on)
  where (p_spent, p_reserved, p_refused) <> (0, 0, 0)
  on conflict (org_id, provider, period, starts_on) do update set spent_usd = s.spent_usd + excluded.spent_usd,
    reserved_usd = s.reserved_usd + p_reserved, refused = s.refused + excluded.refused,
    refused_usd = s.refused_usd + excluded.refused_usd
$function$;

CREATE OR REPLACE FUNCTION private.daily_tasks()
  RETURNS TABLE (
    task    text,
    at      time without time zone,
    command text
  )
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  values ('event_partitions', time '00:00',
      'select private.ensure_event_partitions($1) + private.ensure_call_partitions($1)'),
    ('decision_partitions', '00:00', 'select private.ensure_decision_partitions($1)'),
    ('old_decisions', '00:00', 'select private.drop_expired_decisions($1)'),
    ('cron_history', '00:00', 'select private.prune_cron_history($1)'),
    ('retention', '00:00', 'select private.purge_expired($1)'),
    ('consent_terms', '00:00', 'select private.expire_consents($1, 100000)'),
    ('dnc_scrub', '01:00', 'select private.scrub_phones($1)'),
    ('match_leads', '02:00', 'select private.queue_changed_leads($1)')
$function$;

CREATE OR REPLACE FUNCTION private.ensure_call_partitions (
  p_as_of  timestamp with time zone DEFAULT now(),
  p_months integer                  DEFAULT 3
)
  RETURNS integer
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select private.ensure_month_partitions('provider_calls', 'at', this.month - interval '1 month',
    this.month + make_interval(months => p_months), true)
  from (select date_trunc('month', p_as_of at time zone 'UTC') as month) this
$function$;

CREATE OR REPLACE FUNCTION private.forget_answers (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_count integer;
begin
  -- An answer that is on its way is charged, but not kept. First these: who is
  -- storing one is waited for.
  update private.call_reservations r set input_bidx = null
  where r.org_id = p_org_id and r.lead_id = any (p_lead_ids) and r.input_bidx is not null;
  delete from private.provider_answers a
  using (
    select distinct c.provider, c.endpoint, c.input_bidx from public.provider_calls c
    where c.org_id = p_org_id and c.lead_id = any (p_lead_ids)) c
  where a.org_id = p_org_id and a.provider = c.provider and a.endpoint = c.endpoint and a.input_bidx = c.input_bidx;
  get diagnostics v_count = row_count;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.input_bidx (
  p_provider text,
  p_endpoint text,
  p_input    text,
  p_key      bytea
)
  RETURNS bytea
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  AS $function$
  select private.blind_index(concat_ws(chr(31), p_provider, p_endpoint, p_input), p_key)
$function$;

CREATE OR REPLACE FUNCTION private.lock_calls (
  p_org_id   uuid,
  p_provider text
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  select pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'sluice calls', p_org_id, p_provider), 0))
$function$;

CREATE OR REPLACE FUNCTION private.object_to_contact (
  p_org_id           uuid,
  p_lead_id          uuid,
  p_contact_point_id bigint,
  p_source           text,
  p_as_of            timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE sql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select count(*)::integer from (
    select private.suppress_value(p_org_id, c.value_bidx, c.kind, null, 'objection', p_source, p_as_of)
    from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id and (p_contact_point_id is null or c.id = p_contact_point_id)
    order by c.value_bidx) x
$function$;

CREATE OR REPLACE FUNCTION private.open_circuit (
  p_org_id   uuid,
  p_provider text,
  p_account  text,
  p_until    timestamp with time zone,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into private.provider_circuits as c (org_id, provider, account, state, window_at, trips, opened_at, retry_at)
  values (p_org_id, p_provider, p_account, 'open', p_as_of, 1, p_as_of, p_until)
  on conflict (org_id, provider, account) do update set state = 'open', opened_at = p_as_of,
    retry_at = greatest(c.retry_at, p_until), trips = c.trips + 1
$function$;

CREATE OR REPLACE FUNCTION private.org_date (
  p_org_id uuid,
  p_as_of  timestamp with time zone
)
  RETURNS date
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select (p_as_of at time zone o.time_zone)::date from public.orgs o where o.id = p_org_id
$function$;

CREATE OR REPLACE FUNCTION private.pause_calls (
  p_provider text,
  p_account  text,
  p_until    timestamp with time zone
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into private.call_limits as x (provider, account, name, next_at)
  values (p_provider, p_account, 'pause', p_until)
  on conflict (provider, account, name) do update set next_at = excluded.next_at
    where x.next_at < excluded.next_at
$function$;

CREATE OR REPLACE FUNCTION private.person_record (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  l public.leads;
  v_contacts jsonb;
  v_values bytea[];
begin
  select x.* into strict l from public.leads x where x.org_id = p_org_id and x.id = p_lead_id;
  select coalesce(jsonb_agg(to_jsonb(c) - '{org_id,value_bidx,value_cipher,key_id}'::text[]
      || jsonb_build_object('value', private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)))
        order by c.kind, c.position), '[]'),
    array_agg(c.value_bidx)
  into v_contacts, v_values from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  return jsonb_build_object(
    'exported_at', now(), 'lead', jsonb_strip_nulls(to_jsonb(l) - '{org_id,phone_bidx,addr_hash}'::text[]),
      'contacts', v_contacts,
    'suppressions', (select coalesce(jsonb_agg(to_jsonb(s) - '{org_id,value_bidx}'::text[] order by s.created_at),
      '[]')
      from public.suppressions s where s.org_id = p_org_id and s.value_bidx = any (v_values)),
    'consents_of_the_same_contacts',
      (select coalesce(jsonb_agg(to_jsonb(c) - '{org_id,value_bidx,text_sha256,text_cipher,key_id}'::text[]
      order by c.occurred_at), '[]')
      from public.consents c where c.org_id = p_org_id and c.value_bidx = any (v_values) and c.lead_id is distinct
        from p_lead_id),
    'opt_out_texts', (select coalesce(jsonb_agg(jsonb_build_object('consent_id', c.id, 'text',
      private.decrypt_value(c.text_cipher, private.org_key(c.org_id, c.key_id)))), '[]')
      from public.consents c where c.org_id = p_org_id and (c.lead_id = p_lead_id or c.value_bidx = any (v_values))
        and c.text_cipher is not null),
    -- The nonce of a link to a consent form is for its receiver only.
    'message_texts', (select coalesce(jsonb_agg(jsonb_build_object('message_id', m.id, 'text',
      regexp_replace(private.decrypt_value(m.text_cipher, private.org_key(m.org_id, m.key_id)),
        '#[A-Za-z0-9_-]{43}', '#...', 'g')) order by m.created_at), '[]')
      from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id and m.text_cipher is not null),
    'reply_texts', (select coalesce(jsonb_agg(jsonb_build_object('reply_id', r.id, 'text',
      private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id))) order by r.at, r.id), '[]')
      from public.replies r where r.org_id = p_org_id and r.lead_id = p_lead_id and r.text_cipher is not null),
    'call_transcripts', (select coalesce(jsonb_agg(jsonb_build_object('call_id', k.id, 'text',
      private.decrypt_value(k.transcript_cipher, private.org_key(k.org_id, k.key_id))) order by k.at, k.id), '[]')
      from public.calls k where k.org_id = p_org_id and k.lead_id = p_lead_id and k.transcript_cipher is not null),
    'rows_in_conflict', (select coalesce(jsonb_agg(jsonb_build_object('conflict_id', k.id, 'upload_id', x.upload_id,
      'part', x.part, 'line', x.line, 'row', private.conflict_row_content(x) -> 'raw')
        order by k.id, x.created_at), '[]')
      from public.lead_conflicts k join private.conflict_rows x on x.org_id = k.org_id and x.conflict_id = k.id
      where k.org_id = p_org_id and k.contacts && v_values),
    'do_not_call_status', (select coalesce(jsonb_agg(to_jsonb(s) - '{org_id,value_bidx}'::text[]), '[]')
      from private.phone_scrubs s where s.org_id = p_org_id and s.value_bidx = any (v_values)),
    'merged_with', (select coalesce(jsonb_agg(m.merged_row - '{org_id,phone_bidx,addr_hash,contact_points}'::text[]),
      '[]')
      from public.lead_merges m where m.org_id = p_org_id and m.survivor_id = p_lead_id),
    'facts', (select coalesce(jsonb_agg(jsonb_build_object('fact_id', f.id, 'name', f.name, 'provider', f.provider,
      'value', private.decrypt_value(f.value_cipher, private.org_key(f.org_id, f.key_id))) order by f.id), '[]')
      from public.lead_facts f where f.org_id = p_org_id and f.lead_id = p_lead_id and f.value_cipher is not null),
    'provider_answers', (select coalesce(jsonb_agg(jsonb_build_object('provider', a.provider, 'endpoint', a.endpoint,
      'answered_at', a.answered_at, 'answer', private.decrypt_value(a.answer_cipher, private.org_key(a.org_id,
        a.key_id))) order by a.answered_at, a.provider, a.endpoint, a.input_bidx), '[]')
      from private.provider_answers a
      where a.org_id = p_org_id and a.answer_cipher is not null and exists (
        select from public.provider_calls c
        where c.org_id = p_org_id and c.lead_id = p_lead_id and c.provider = a.provider and c.endpoint = a.endpoint
          and c.input_bidx = a.input_bidx)),
    'records', private.rows_about_lead(p_org_id, p_lead_id));
end
$function$;

CREATE OR REPLACE FUNCTION private.purge_answers (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_count integer;
begin
  delete from private.provider_answers a where a.expires_at <= p_as_of;
  get diagnostics v_count = row_count;
  delete from private.call_limits x where x.next_at < p_as_of - interval '2 days';
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_facts (
  p_org_id   uuid,
  p_provider text,
  p_facts    jsonb,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_key_id constant integer := private.active_key_id(p_org_id, 'data');
  v_key text;
  v_count integer;
begin
  if p_facts @? '$[*].secret' then
    v_key := private.org_key(p_org_id, v_key_id);
  end if;
  insert into public.lead_facts as f (org_id, lead_id, contact_point_id, provider, name, value, value_cipher, key_id,
    terms, obtained_at, expires_at)
  select p_org_id, x.lead_id, x.contact_point_id, p_provider, x.name, x.value,
    private.encrypt_value(x.secret #>> '{}', v_key), case when x.secret is not null then v_key_id end, '',
    coalesce(x.obtained_at, p_as_of), x.expires_at
  from jsonb_to_recordset(p_facts) x (lead_id uuid, contact_point_id bigint, name text, value jsonb, secret jsonb,
    obtained_at timestamptz, expires_at timestamptz)
  where exists (select from public.leads l where l.org_id = p_org_id and l.id = x.lead_id)
  order by x.lead_id, x.contact_point_id, x.name
  on conflict (org_id, lead_id, contact_point_id, provider, name) do update set value = excluded.value,
    value_cipher = excluded.value_cipher, key_id = excluded.key_id, obtained_at = excluded.obtained_at,
    expires_at = excluded.expires_at
    where f.obtained_at <= excluded.obtained_at;
  get diagnostics v_count = row_count;
  delete from private.fact_renewals r using jsonb_to_recordset(p_facts) x (lead_id uuid, contact_point_id bigint,
    name text)
  where r.org_id = p_org_id and r.provider = p_provider and r.lead_id = x.lead_id and r.name = x.name
    and r.contact_point_id is not distinct from x.contact_point_id;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_verification (
  p_org_id           uuid,
  p_contact_point_id bigint,
  p_provider         text,
  p_codes            text[],
  p_correlation_id   uuid                     DEFAULT NULL::uuid,
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
  from public.verification_code_map m
  where m.provider = p_provider and m.channel = c.kind::text and m.code = any (p_codes);
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
    where m.provider = p_provider and m.channel = c.kind::text and m.code = x.code)
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

CREATE OR REPLACE FUNCTION private.settle_calls (
  p_org_id   uuid,
  p_provider text,
  p_calls    jsonb,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    call_id uuid,
    settled boolean,
    kept    boolean
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v_circuit constant text := p_provider || ' data';
  v_key_id integer;
  v_key text;
  c record;
  r private.call_reservations;
  v_cost numeric;
begin
  perform private.lock_calls(p_org_id, p_provider);
  for c in
    select (x ->> 'call_id')::uuid as id, (x ->> 'outcome')::public.call_outcome as outcome,
      coalesce(x ->> 'processed', 'maybe') as processed, (x ->> 'cost_usd')::numeric as cost_usd,
      x ->> 'answer' as answer, (x ->> 'keep_seconds')::double precision as keep_seconds,
      (x ->> 'duration_ms')::integer as duration_ms, (x ->> 'retry_after_seconds')::double precision as retry_after,
      left(x ->> 'code', 80) as code, coalesce(x -> 'drift', '[]') as drift
    from jsonb_array_elements(p_calls) x
  loop
    call_id := c.id; settled := false; kept := false;
    select x.* into r from private.call_reservations x
    where x.org_id = p_org_id and x.id = c.id and x.provider = p_provider for update;
    if not found then
      -- Reconciled meanwhile.
      return next;
      continue;
    end if;
    if c.processed = 'maybe' and r.cost_usd > 0 then
      update private.call_reservations x set state = 'unconfirmed', code = c.code
      where x.org_id = p_org_id and x.id = r.id;
    else
      settled := true;
      v_cost := case c.processed when 'yes' then coalesce(c.cost_usd, r.cost_usd) else 0 end;
      delete from private.call_reservations x where x.org_id = p_org_id and x.id = r.id;
      perform private.book_spend(p_org_id, p_provider, r.local_date, v_cost, -r.cost_usd);
      insert into public.provider_calls (org_id, at, lead_id, contact_point_id, provider, account, endpoint, outcome,
        cost_usd, duration_ms, code, correlation_id, input_bidx)
      values (p_org_id, p_as_of, r.lead_id, r.contact_point_id, p_provider, r.account, r.endpoint, c.outcome, v_cost,
        c.duration_ms, c.code, r.correlation_id, r.input_bidx);
      if c.outcome in ('ok', 'empty', 'forbidden_person') and c.keep_seconds > 0 and r.input_bidx is not null then
        if c.answer is not null and v_key is null then
          v_key_id := private.active_key_id(p_org_id, 'data');
          v_key := private.org_key(p_org_id, v_key_id);
        end if;
        insert into private.provider_answers as a (org_id, provider, endpoint, input_bidx, outcome, answer_cipher,
          key_id, cost_usd, answered_at, expires_at)
        values (p_org_id, p_provider, r.endpoint, r.input_bidx, c.outcome, private.encrypt_value(c.answer, v_key),
          case when c.answer is not null then v_key_id end, v_cost, p_as_of,
          p_as_of + make_interval(secs => c.keep_seconds))
        on conflict (org_id, provider, endpoint, input_bidx) do update set outcome = excluded.outcome,
          answer_cipher = excluded.answer_cipher, key_id = excluded.key_id, cost_usd = excluded.cost_usd,
          answered_at = excluded.answered_at, expires_at = excluded.expires_at;
      end if;
    end if;
    kept := r.input_bidx is not null;
    if c.outcome = 'slow_down' then
      perform private.pause_calls(p_provider, r.account, p_as_of + make_interval(secs => coalesce(c.retry_after, 1)));
    end if;
    if c.outcome in ('out_of_credit', 'auth', 'blocked') then
      perform private.open_circuit(p_org_id, v_circuit, r.account,
        p_as_of + make_interval(secs => coalesce(c.retry_after, 900)), p_as_of);
    else
      perform private.record_request_outcomes(p_org_id, v_circuit, r.account,
        case when c.outcome in ('retry_after', 'unreachable', 'no_answer') then 0 else 1 end,
        case when c.outcome in ('retry_after', 'unreachable', 'no_answer') then 1 else 0 end,
        make_interval(secs => c.retry_after), p_as_of);
    end if;
    if c.outcome = 'forbidden_person' and r.lead_id is not null then
      perform private.object_to_contact(p_org_id, r.lead_id, r.contact_point_id, p_provider, p_as_of);
    end if;
    insert into public.provider_drift as d (org_id, provider, endpoint, path, problem, times, first_at, last_at)
    select p_org_id, p_provider, r.endpoint, x ->> 'path', x ->> 'problem', count(*), p_as_of, p_as_of
    from jsonb_array_elements(c.drift) x group by 1, 2, 3, 4, 5
    on conflict (org_id, provider, endpoint, path, problem) do update set times = d.times + excluded.times,
      last_at = greatest(d.last_at, excluded.last_at);
    return next;
  end loop;
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
    insert into private.fact_renewals (org_id, lead_id, contact_point_id, provider, name, expired_at, next_at)
    select g.org_id, g.lead_id, g.contact_point_id, g.provider, g.name, g.expires_at, p_as_of
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
  return jsonb_build_object('erased', v_erased, 'to_renew', v_renewed, 'answers', private.purge_answers(p_as_of));
end
$function$;

CREATE OR REPLACE FUNCTION private.take_calls (
  p_provider text,
  p_account  text,
  p_limits   jsonb,
  p_wanted   integer,
  p_horizon  interval                 DEFAULT '00:00:01'::interval,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    waits   interval[],
    next_at timestamp with time zone
  )
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_names text[];
  v_steps interval[];
  v_room interval[];
  v_next timestamptz[];
  v_pause timestamptz;
  v_at timestamptz;
begin
  -- In one order, so that two workers never wait for each other.
  insert into private.call_limits as x (provider, account, name, next_at)
  select p_provider, p_account, l ->> 'name', p_as_of from jsonb_array_elements(p_limits) l order by l ->> 'name'
  on conflict do nothing;
  perform from private.call_limits x where x.provider = p_provider and x.account = p_account
  order by x.name for update;
  select array_agg(l.name order by l.name), array_agg(l.step order by l.name),
    array_agg(l.step * (l.burst - 1) order by l.name), array_agg(x.next_at order by l.name)
  into v_names, v_steps, v_room, v_next
  from (
    select j.name, j.burst,
      -- Rounded up to the microsecond, which is what an instant can hold.
      make_interval(secs => ceil(j.seconds * 1e6 / (j.calls + 1 - j.burst)) / 1e6) as step
    from (
      select l ->> 'name' as name, (l ->> 'calls')::integer as calls, (l ->> 'seconds')::double precision as seconds,
        least(coalesce((l ->> 'burst')::integer, 1 + (l ->> 'calls')::integer / 33), (l ->> 'calls')::integer) as burst
      from jsonb_array_elements(p_limits) l) j) l
  join private.call_limits x on x.provider = p_provider and x.account = p_account and x.name = l.name;
  select x.next_at into v_pause from private.call_limits x
  where x.provider = p_provider and x.account = p_account and x.name = 'pause';
  waits := '{}';
  for i in 1..p_wanted loop
    v_at := greatest(p_as_of, v_pause);
    for b in 1..coalesce(cardinality(v_names), 0) loop
      v_at := greatest(v_at, v_next[b] - v_room[b]);
    end loop;
    if v_at > p_as_of + p_horizon then
      next_at := v_at;
      exit;
    end if;
    for b in 1..coalesce(cardinality(v_names), 0) loop
      v_next[b] := greatest(v_next[b], v_at) + v_steps[b];
    end loop;
    waits := waits || (v_at - p_as_of);
  end loop;
  update private.call_limits x set next_at = v_next[b.n]
  from unnest(v_names) with ordinality b (name, n)
  where x.provider = p_provider and x.account = p_account and x.name = b.name and x.next_at <> v_next[b.n];
  return next;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_lead_facts__apply_terms()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  t public.data_terms;
begin
  select d.* into t from public.provider_terms p join public.data_terms d on d.terms = p.terms
  where p.provider = new.provider and p.name in (new.name, '*')
  order by p.name = '*' limit 1;
  if not found then
    raise exception 'no terms are known for % of %', new.name, new.provider using errcode = 'SL701';
  elsif not t.may_store then
    raise exception '% of % may not be stored: %', new.name, new.provider, t.meaning using errcode = 'SL701';
  end if;
  new.terms := t.terms;
  if t.keep is not null then
    new.expires_at := least(new.expires_at, new.obtained_at + t.keep);
  end if;
  return new;
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
    update public.lead_facts f set lead_id = new.merged_id, merged_from = null
    where f.org_id = new.org_id and f.lead_id = new.survivor_id and f.merged_from = new.merged_id;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_leads__forget()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v record;
begin
  for v in
    select o.org_id, array_agg(o.id) as ids from old_rows o
    -- The history goes with the org. A lead that is being merged lives on in another.
    where o.org_id::text is distinct from current_setting('sluice.deleting_org', true)
      and not exists (select from public.lead_merges m
        where m.org_id = o.org_id and m.merged_id = o.id and m.undone_at is null)
    group by o.org_id
  loop
    perform private.forget_history(v.org_id, private.with_merged(v.org_id, v.ids), 'deleted', now()),
      private.forget_answers(v.org_id, private.with_merged(v.org_id, v.ids));
  end loop;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_orgs__delete_history()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_was constant text := coalesce(current_setting('sluice.erasing', true), '');
begin
  perform set_config('sluice.erasing', 'org', true);
  delete from public.lead_changes h where h.org_id = old.id;
  delete from public.pipeline_events e where e.org_id = old.id;
  delete from public.provider_calls c where c.org_id = old.id;
  perform set_config('sluice.erasing', v_was, true), set_config('sluice.deleting_org', '', true);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tick (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_done jsonb := '{}'::jsonb;
  v_task record;
  v_feeds jsonb;
begin
  -- Each task, the refresh and each feed is a subtransaction: a failure is recorded and rolls back nothing else.
  for v_task in select * from private.daily_tasks() loop
    if private.run_daily_task(v_task.task, p_as_of) then
      v_done := v_done || jsonb_build_object(v_task.task, true);
    end if;
  end loop;
  -- First the nominations, then the feeds that take from them, also after an outage that covered both times.
  if public.refresh_contactable_leads(p_as_of) then
    v_done := v_done || '{"refresh": true}'::jsonb;
  end if;
  select jsonb_agg(jsonb_build_object('campaign_id', f.campaign_id, 'local_date', f.local_date, 'state', f.state,
    'fed', f.fed_count, 'unassigned', f.unassigned_count, 'late', f.late))
  into v_feeds from public.feed_campaigns(p_as_of) f;
  if v_feeds is not null then
    v_done := v_done || jsonb_build_object('feeds', v_feeds);
  end if;
  begin
    perform private.sweep_facts(p_as_of);
  exception when others then
    raise warning 'sweeping facts failed: % (%)', sqlerrm, sqlstate;
  end;
  begin
    perform private.announce_closed_days(p_as_of);
  exception when others then
    raise warning 'announcing the end of the day failed: % (%)', sqlerrm, sqlstate;
  end;
  return v_done;
end
$function$;

CREATE OR REPLACE FUNCTION private.what_stays (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_values   bytea[],
  p_as_of    timestamp with time zone
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  with org as (
    select make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30)) as raw from public.orgs o
    where o.id = p_org_id
  ), stored as (
    select count(*) as n, max(coalesce(u.completed_at, p_as_of) + o.raw) as until
    from public.uploads u cross join org o
    where u.org_id = p_org_id and (exists (select from public.upload_rejects r where r.upload_id = u.id)
      or exists (select from public.upload_parts p join private.upload_part_chunks c on c.part_id = p.id
        where p.upload_id = u.id))
  ), bodies as (
    select count(*) filter (where i.state in ('done', 'unmatched')) as processed,
      max(i.processed_at + o.raw) filter (where i.state in ('done', 'unmatched')) as until,
      count(*) filter (where i.state in ('received', 'dead') and exists (select from private.unread_contacts u
        where u.org_id = i.org_id and u.inbox_id = i.id and u.value_bidx = any (p_values))) as unread
    from public.webhook_inbox i cross join org o
    where i.org_id = p_org_id and i.body_cipher is not null
  ), counted (nth, what, n, until, why) as (
    select 1, 'suppressions, as keyed hashes',
      (select count(*) from public.suppressions s where s.org_id = p_org_id and s.value_bidx = any (p_values)),
      'the org is deleted', 'the person must not be contacted when a list names them again'
    union all
    select 2, 'consents and opt-outs with their evidence: texts, signatures, words, masked contacts, links used',
      (select count(*) from public.consents c where c.org_id = p_org_id
        and (c.lead_id = any (p_lead_ids) or c.value_bidx = any (p_values))),
      'the org is deleted', 'proof of consent, at least five years (16 CFR 310.5)'
    union all
    select 3, 'decisions of the gate, without contact values',
      (select count(*) from public.gate_decisions d where d.org_id = p_org_id and d.lead_id = any (p_lead_ids)),
      'five years after each', 'proof of what was checked (16 CFR 310.5)'
    union all
    select 4, 'messages and contact attempts, without texts',
      (select count(*) from public.messages m where m.org_id = p_org_id and m.lead_id = any (p_lead_ids))
        + (select count(*) from public.contact_attempts a where a.org_id = p_org_id and a.lead_id = any (p_lead_ids)),
      'the org is deleted', 'records of contacts made (16 CFR 310.5), and limits on further ones'
    union all
    select 12, 'questions to registers of reassigned numbers, as keyed hashes',
      (select count(*) from public.reassigned_checks r where r.org_id = p_org_id
        and (r.lead_id = any (p_lead_ids) or r.value_bidx = any (p_values))),
      'the org is deleted', 'proof that a consent was still of the person'
    union all
    select 13, 'calls to data providers, with costs and keyed hashes of the questions',
      (select count(*) from public.provider_calls p where p.org_id = p_org_id and p.lead_id = any (p_lead_ids)),
      'the org is deleted', 'what was paid for'
    union all
    select 5, 'the property: address, parcel, history with the names of fields', cardinality(p_lead_ids),
      'the lead is deleted', 'public record; decisions and consents refer to it'
    union all
    select 6, 'stored uploads and rejected rows of the org, encrypted, which may list the person', s.n, s.until::text,
      'they can be read again until raw_days have passed' from stored s where s.n > 0
    union all
    select 7, 'bodies of other processed webhooks of the org, encrypted', b.processed, b.until::text,
      'no event in them was matched with the person; raw_days' from bodies b where b.processed > 0
    union all
    select 8, 'webhook deliveries of the person that are not processed, encrypted', b.unread,
      'they are processed, then raw_days', 'they may be about others, too' from bodies b where b.unread > 0
    union all
    select 9, 'the logs of reads and of this erasure: ids, and reasons as they were written',
      (select count(*) from private.pii_access_log g where g.org_id = p_org_id and g.lead_id = any (p_lead_ids)) + 1,
      'never', 'who has seen the data'
    union all
    select 10, 'other leads with a phone or e-mail of the person',
      (select count(distinct c.lead_id) from public.contact_points c
        where c.org_id = p_org_id and c.value_bidx = any (p_values)),
      'they are erased', 'they may be of somebody else; erase those that are not'
    union all
    select 11, 'backups of the platform', null, 'they expire', 'outside of the database'
  )
  select jsonb_agg(jsonb_build_object('what', c.what, 'count', c.n, 'until', c.until, 'why', c.why) order by c.nth)
  from counted c where c.n is distinct from 0
$function$;

CREATE OR REPLACE FUNCTION public.erase_lead (
  p_org_id  uuid,
  p_lead_id uuid,
  p_reason  text,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_leads uuid[];
  v_values bytea[];
  v_pattern text;
  v_erased jsonb := '{}'::jsonb;
  v_kept jsonb;
  v_rows integer;
  v_answers integer;
begin
  p_as_of := private.caller_clock(p_as_of);
  if not exists (select from public.leads x where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')))) then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL426';
  end if;
  perform set_config('sluice.actor', 'system', true);
  v_leads := private.with_merged(p_org_id, array[p_lead_id]);
  v_pattern := private.person_pattern(p_org_id, v_leads);
  -- A person who asked for erasure must not be contacted when a list contains the number again.
  perform private.suppress_value(c.org_id, c.value_bidx, c.kind, null, 'erasure', 'request to erase', p_as_of)
  from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  v_values := array(select c.value_bidx from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id);
  delete from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id;
  -- What was bought about the person. The property's own facts are public record.
  delete from public.lead_facts f where f.org_id = p_org_id and f.lead_id = any (v_leads)
    and (f.value is null or f.contact_point_id is not null);
  delete from private.fact_renewals r where r.org_id = p_org_id and r.lead_id = any (v_leads);
  v_answers := private.forget_answers(p_org_id, v_leads);
  v_erased := v_erased || jsonb_build_object('contacts', cardinality(v_values), 'answers', v_answers);
  -- The property is public record, and decisions and consents refer to it; the owner's data is erased.
  update public.leads l set owner_1_first = null, owner_1_last = null, owner_2_first = null, owner_2_last = null,
    owner_full = null,
    mailing_street = null, mailing_unit = null, mailing_city = null, mailing_state = null, mailing_zip = null,
    attributes = '{}', melissa_payload = null, campaign_status = 'opted_out', vapi_call_id = null,
      assigned_broker_id = null,
    phone_verified = false, email_verified = false, phone_verification_codes = '{}', email_verification_codes = '{}',
      phone_bidx = null,
    edited_fields = array(select distinct f
      from unnest(l.edited_fields || '{owner_1,owner_2,owner_full,mailing,attributes}'::text[]) f order by 1)
  where l.org_id = p_org_id and l.id = p_lead_id;
  v_erased := v_erased || jsonb_build_object('changes', private.forget_history(p_org_id, v_leads, 'erased', p_as_of));
  -- Rows that wait for an answer: those that name the lead, and those with a phone or e-mail of the person.
  with erased as (
    update public.lead_conflicts c set row_keys = '{}', identity = null, building = null, contacts = '{}',
      state = 'dismissed', closed_at = coalesce(c.closed_at, p_as_of), resolution = 'erased'
    where c.org_id = p_org_id and (v_leads && c.lead_ids or c.lead_id = any (v_leads) or c.contacts && v_values)
    returning c.id
  )
  delete from private.conflict_rows x using erased e where x.org_id = p_org_id and x.conflict_id = e.id;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('conflict_rows', v_rows);
  delete from public.conflict_answers a where a.org_id = p_org_id and a.lead_id = any (v_leads);
  -- Messages are kept by their ids; texts and the provider's references to them are erased.
  update public.messages m set text_cipher = null, key_id = null, in_reply_to = null, error_detail = null
  where m.org_id = p_org_id and m.lead_id = p_lead_id;
  update public.replies r set text_cipher = null, key_id = null, draft_cipher = null, draft_key_id = null
  where r.org_id = p_org_id and r.lead_id = p_lead_id and num_nonnulls(r.text_cipher, r.draft_cipher) > 0;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('replies', v_rows);
  update public.calls k set transcript_cipher = null, key_id = null
  where k.org_id = p_org_id and k.lead_id = p_lead_id and k.transcript_cipher is not null;
  get diagnostics v_rows = row_count;
  v_erased := v_erased || jsonb_build_object('transcripts', v_rows);
  v_erased := v_erased || jsonb_build_object('links', private.erase_links(p_org_id, v_leads),
    'webhook_bodies', private.erase_deliveries(p_org_id, v_leads, v_values, p_as_of),
    'errors', case when v_pattern is null then 0 else private.redact_errors(p_org_id, v_pattern) end);
  v_kept := jsonb_build_object(
    'suppressions', cardinality(v_values),
    'messages', (select count(*) from public.messages m where m.org_id = p_org_id and m.lead_id = p_lead_id),
    'consents', (select count(*) from public.consents c where c.org_id = p_org_id and c.lead_id = p_lead_id),
    'decisions', (select count(*) from public.gate_decisions d where d.org_id = p_org_id and d.lead_id = p_lead_id),
    'contact_attempts', (select count(*) from public.contact_attempts a where a.org_id = p_org_id
      and a.lead_id = p_lead_id),
    'erased', v_erased, 'stays', private.what_stays(p_org_id, v_leads, v_values, p_as_of));
  insert into public.erasures (org_id, lead_id, reason, erased_at, erased_by, kept)
  values (p_org_id, p_lead_id, p_reason, p_as_of, auth.uid(), v_kept);
  perform set_config('sluice.actor', v_actor, true);
  return v_kept;
end
$function$;

CREATE OR REPLACE FUNCTION public.list_unconfirmed_calls (
  p_org_id   uuid,
  p_provider text DEFAULT NULL::text
)
  RETURNS TABLE (
    call_id     uuid,
    provider    text,
    account     text,
    endpoint    text,
    lead_id     uuid,
    cost_usd    numeric,
    reserved_at timestamp with time zone,
    code        text
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select r.id, r.provider, r.account, r.endpoint, r.lead_id, r.cost_usd, r.reserved_at, r.code
  from private.call_reservations r
  where r.org_id = p_org_id and (p_provider is null or r.provider = p_provider)
    and (r.state = 'unconfirmed' or r.lease_until < now())
    and (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}')))
  order by r.reserved_at, r.id
$function$;

REVOKE ALL ON FUNCTION "public"."list_unconfirmed_calls"(uuid, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.provider_budget_status (
  p_org_id uuid,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    provider        text,
    period          text,
    starts_on       date,
    limit_usd       numeric,
    spent_usd       numeric,
    reserved_usd    numeric,
    left_usd        numeric,
    refused         integer,
    refused_usd     numeric,
    unconfirmed     integer,
    unconfirmed_usd numeric
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  with day as (
    select private.org_date(p_org_id, p_as_of) as today
    where private.is_trusted_caller() or p_org_id = any (private.my_org_ids())
  ), periods (period, starts_on) as (
    select 'day', d.today from day d
    union all
    select 'month', date_trunc('month', d.today)::date from day d
  ), known as (
    select b.provider from public.provider_budgets b where b.org_id = p_org_id
    union
    select s.provider from private.call_spend s join periods p on p.period = s.period and p.starts_on = s.starts_on
    where s.org_id = p_org_id
    union
    select r.provider from private.call_reservations r where r.org_id = p_org_id
  )
  select k.provider, p.period, p.starts_on, b.limit_usd, coalesce(s.spent_usd, 0), coalesce(s.reserved_usd, 0),
    greatest(b.limit_usd - coalesce(s.spent_usd + s.reserved_usd, 0), 0), coalesce(s.refused, 0),
    coalesce(s.refused_usd, 0), coalesce(u.calls, 0)::integer, coalesce(u.usd, 0)
  from known k cross join periods p
  left join public.provider_budgets b on b.org_id = p_org_id and b.provider = k.provider and b.period = p.period
  left join private.call_spend s on s.org_id = p_org_id and s.provider = k.provider and s.period = p.period
    and s.starts_on = p.starts_on
  left join lateral (
    select count(*) as calls, sum(r.cost_usd) as usd from private.call_reservations r
    where r.org_id = p_org_id and r.provider = k.provider and (r.state = 'unconfirmed' or r.lease_until < p_as_of)
      and r.local_date >= p.starts_on) u on true
  order by k.provider, p.period
$function$;

REVOKE ALL ON FUNCTION "public"."provider_budget_status"(uuid, timestamp WITH time zone) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.reconcile_calls (
  p_org_id   uuid,
  p_provider text,
  p_charged  boolean,
  p_call_ids uuid[]                   DEFAULT NULL::uuid[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  r private.call_reservations;
  v_count integer := 0;
  v_usd numeric := 0;
begin
  p_as_of := private.caller_clock(p_as_of);
  if not (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'))) then
    raise exception 'org not found' using errcode = 'SL544';
  end if;
  perform private.lock_calls(p_org_id, p_provider);
  for r in
    delete from private.call_reservations x
    where x.org_id = p_org_id and x.provider = p_provider and (p_call_ids is null or x.id = any (p_call_ids))
      and (x.state = 'unconfirmed' or x.lease_until < p_as_of)
    returning x.*
  loop
    perform private.book_spend(p_org_id, p_provider, r.local_date, case when p_charged then r.cost_usd else 0 end,
      -r.cost_usd);
    insert into public.provider_calls (org_id, at, lead_id, contact_point_id, provider, account, endpoint, outcome,
      cost_usd, code, correlation_id, input_bidx)
    values (p_org_id, p_as_of, r.lead_id, r.contact_point_id, r.provider, r.account, r.endpoint, 'no_answer',
      case when p_charged then r.cost_usd else 0 end, r.code, r.correlation_id, r.input_bidx);
    v_count := v_count + 1;
    v_usd := v_usd + r.cost_usd;
  end loop;
  return jsonb_build_object('calls', v_count, 'cost_usd', v_usd);
end
$function$;

REVOKE ALL ON FUNCTION "public"."reconcile_calls"(uuid, text, boolean, uuid[], timestamp WITH time zone) FROM PUBLIC, "anon";

ALTER TABLE "private"."call_reservations"
  ADD CONSTRAINT "call_reservations_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."call_spend"
  ADD CONSTRAINT "call_spend_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."fact_renewals"
  ADD CONSTRAINT "renewal_belongs_to_a_lead_of_its_org" FOREIGN KEY (org_id, lead_id) REFERENCES public.leads(org_id, id) ON DELETE CASCADE;

ALTER TABLE "private"."provider_answers"
  ADD CONSTRAINT "answer_expires_after_it_came" CHECK ((expires_at > answered_at));

ALTER TABLE "private"."provider_answers"
  ADD CONSTRAINT "answer_has_its_key" CHECK (((answer_cipher IS NULL) = (key_id IS NULL)));

ALTER TABLE "private"."provider_answers"
  ADD CONSTRAINT "kept_answer_is_final" CHECK ((outcome = ANY (ARRAY['ok'::public.call_outcome, 'empty'::public.call_outcome, 'forbidden_person'::public.call_outcome])));

ALTER TABLE "private"."provider_answers"
  ADD CONSTRAINT "provider_answers_key_id_fkey" FOREIGN KEY (key_id) REFERENCES private.org_keys(id) ON DELETE RESTRICT;

ALTER TABLE "private"."provider_answers"
  ADD CONSTRAINT "provider_answers_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."lead_facts"
  ADD CONSTRAINT "fact_belongs_to_a_lead_of_its_org" FOREIGN KEY (org_id, lead_id) REFERENCES public.leads(org_id, id) ON DELETE CASCADE;

ALTER TABLE "public"."lead_facts"
  ADD CONSTRAINT "lead_facts_key_id_fkey" FOREIGN KEY (key_id) REFERENCES private.org_keys(id) ON DELETE RESTRICT;

ALTER TABLE "public"."lead_facts"
  ADD CONSTRAINT "lead_facts_terms_fkey" FOREIGN KEY (terms) REFERENCES public.data_terms(terms) ON DELETE RESTRICT;

ALTER TABLE "public"."provider_budgets"
  ADD CONSTRAINT "provider_budgets_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."provider_calls"
  ADD CONSTRAINT "cached_call_costs_nothing" CHECK (((NOT cached) OR (cost_usd = (0)::numeric)));

ALTER TABLE "public"."provider_calls"
  ADD CONSTRAINT "call_code_is_short" CHECK ((length(code) <= 80));

ALTER TABLE "public"."provider_calls"
  ADD CONSTRAINT "call_cost_is_not_negative" CHECK ((cost_usd >= (0)::numeric));

-- The table is new.
ALTER TABLE "public"."provider_calls"
  -- squawk-ignore adding-serial-primary-key-field
  ADD CONSTRAINT "provider_calls_pkey" PRIMARY KEY (org_id, at, id);

ALTER TABLE "public"."provider_drift"
  ADD CONSTRAINT "provider_drift_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."provider_terms"
  ADD CONSTRAINT "provider_terms_terms_fkey" FOREIGN KEY (terms) REFERENCES public.data_terms(terms) ON DELETE RESTRICT;

CREATE VIEW "public"."provider_unit_costs" WITH (security_invoker=true) AS  WITH months AS (
         SELECT c.org_id,
            (date_trunc('month'::text, (c.at AT TIME ZONE o.time_zone)))::date AS month,
            sum(c.cost_usd) AS cost_usd,
            count(DISTINCT c.lead_id) AS leads
           FROM (public.provider_calls c
             JOIN public.orgs o ON ((o.id = c.org_id)))
          GROUP BY c.org_id, ((date_trunc('month'::text, (c.at AT TIME ZONE o.time_zone)))::date)
        ), verified AS (
         SELECT e.org_id,
            (date_trunc('month'::text, (e.at AT TIME ZONE o.time_zone)))::date AS month,
            count(DISTINCT (e.detail ->> 'contact_point_id'::text)) AS contacts
           FROM (public.pipeline_events e
             JOIN public.orgs o ON ((o.id = e.org_id)))
          WHERE ((e.kind = 'verified'::public.pipeline_event_kind) AND (e.detail ? 'contact_point_id'::text))
          GROUP BY e.org_id, ((date_trunc('month'::text, (e.at AT TIME ZONE o.time_zone)))::date)
        ), booked AS (
         SELECT b_1.org_id,
            (date_trunc('month'::text, (b_1.made_at AT TIME ZONE o.time_zone)))::date AS month,
            count(*) AS bookings
           FROM (public.bookings b_1
             JOIN public.orgs o ON ((o.id = b_1.org_id)))
          WHERE (b_1.made_at IS NOT NULL)
          GROUP BY b_1.org_id, ((date_trunc('month'::text, (b_1.made_at AT TIME ZONE o.time_zone)))::date)
        )
 SELECT m.org_id,
    m.month,
    m.cost_usd,
    m.leads,
    round((m.cost_usd / (NULLIF(m.leads, 0))::numeric), 6) AS cost_per_lead,
    COALESCE(v.contacts, (0)::bigint) AS verified_contacts,
    round((m.cost_usd / (NULLIF(v.contacts, 0))::numeric), 6) AS cost_per_verified_contact,
    COALESCE(b.bookings, (0)::bigint) AS bookings,
    round((m.cost_usd / (NULLIF(b.bookings, 0))::numeric), 6) AS cost_per_booking
   FROM ((months m
     LEFT JOIN verified v ON (((v.org_id = m.org_id) AND (v.month = m.month))))
     LEFT JOIN booked b ON (((b.org_id = m.org_id) AND (b.month = m.month))));

REVOKE ALL ON TABLE "public"."provider_unit_costs" FROM "anon";

CREATE VIEW "public"."provider_usage" WITH (security_invoker=true) AS  SELECT c.org_id,
    c.provider,
    c.endpoint,
    ((c.at AT TIME ZONE o.time_zone))::date AS day,
    count(*) FILTER (WHERE (NOT c.cached)) AS calls,
    count(*) FILTER (WHERE c.cached) AS cached,
    round(((count(*) FILTER (WHERE c.cached))::numeric / (count(*))::numeric), 4) AS cache_share,
    sum(c.cost_usd) AS cost_usd,
    count(*) FILTER (WHERE (c.outcome = 'ok'::public.call_outcome)) AS ok,
    count(*) FILTER (WHERE (c.outcome = 'empty'::public.call_outcome)) AS empty,
    count(*) FILTER (WHERE (c.outcome <> ALL (ARRAY['ok'::public.call_outcome, 'empty'::public.call_outcome]))) AS failed,
    percentile_disc((0.95)::double precision) WITHIN GROUP (ORDER BY c.duration_ms) FILTER (WHERE (NOT c.cached)) AS p95_ms
   FROM (public.provider_calls c
     JOIN public.orgs o ON ((o.id = c.org_id)))
  GROUP BY c.org_id, c.provider, c.endpoint, (((c.at AT TIME ZONE o.time_zone))::date);

REVOKE ALL ON TABLE "public"."provider_usage" FROM "anon";

CREATE INDEX call_reservations_lead_idx ON private.call_reservations USING btree (org_id, lead_id)
  WHERE (lead_id IS NOT NULL);

CREATE INDEX fact_renewals_due_idx ON private.fact_renewals USING btree (PROVIDER, next_at);

CREATE INDEX provider_answers_expiry_idx ON private.provider_answers USING btree (expires_at);

CREATE INDEX provider_answers_key_idx ON private.provider_answers USING btree (key_id)
  WHERE (key_id IS NOT NULL);

CREATE INDEX lead_facts_expiry_idx ON public.lead_facts USING btree (expires_at)
  WHERE (expires_at IS NOT NULL);

CREATE INDEX lead_facts_key_idx ON public.lead_facts USING btree (key_id)
  WHERE (key_id IS NOT NULL);

CREATE INDEX lead_facts_terms_idx ON public.lead_facts USING btree (terms);

CREATE INDEX provider_calls_lead_idx ON ONLY public.provider_calls USING btree (org_id, lead_id, at)
  WHERE (lead_id IS NOT NULL);

CREATE INDEX provider_calls_provider_idx ON ONLY public.provider_calls USING btree (org_id, PROVIDER, at);

CREATE TABLE "private"."provider_calls_other" PARTITION OF "public"."provider_calls" DEFAULT;

ALTER TABLE "private"."provider_calls_other"
  ENABLE ROW LEVEL SECURITY;

CREATE INDEX provider_terms_terms_idx ON public.provider_terms USING btree (terms);

CREATE TRIGGER _100_apply_terms
  BEFORE INSERT OR UPDATE OF PROVIDER, name, obtained_at, expires_at, terms ON public.lead_facts
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_lead_facts__apply_terms();

CREATE TRIGGER _200_move_facts
  AFTER INSERT ON public.lead_merges
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_lead_merges__move_facts();

CREATE TRIGGER _210_restore_facts
  AFTER UPDATE OF undone_at ON public.lead_merges
  FOR EACH ROW
  WHEN (((old.undone_at IS NULL) AND (new.undone_at IS NOT NULL)))
  EXECUTE FUNCTION private.tg_lead_merges__move_facts();

CREATE TRIGGER _100_set_updated_at
  BEFORE UPDATE ON public.provider_budgets
  FOR EACH ROW
  EXECUTE FUNCTION private.set_updated_at();

CREATE POLICY "delete_writer" ON "private"."call_limits"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "private"."call_limits"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."call_limits"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "private"."call_limits"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "delete_writer" ON "private"."call_reservations"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "private"."call_reservations"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."call_reservations"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "private"."call_reservations"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "insert_writer" ON "private"."call_spend"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."call_spend"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "private"."call_spend"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "delete_writer" ON "private"."fact_renewals"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "private"."fact_renewals"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."fact_renewals"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "private"."fact_renewals"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "delete_writer" ON "private"."provider_answers"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "private"."provider_answers"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."provider_answers"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "private"."provider_answers"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."data_terms"
  FOR SELECT
  TO "authenticated"
  USING (true);

CREATE POLICY "select_writer" ON "public"."data_terms"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "delete_writer" ON "public"."lead_facts"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "public"."lead_facts"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."lead_facts"
  FOR SELECT
  TO "authenticated"
  USING
    (((org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])) AND ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS
    my_org_ids)::uuid[])) OR private.sees_lead(org_id, lead_id)) AND ((expires_at IS NULL) OR (expires_at > now()))));

CREATE POLICY "select_writer" ON "public"."lead_facts"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "public"."lead_facts"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "delete_admins" ON "public"."provider_budgets"
  FOR DELETE
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "insert_admins" ON "public"."provider_budgets"
  FOR INSERT
  TO "authenticated"
  WITH CHECK ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "select_members" ON "public"."provider_budgets"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."provider_budgets"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_admins" ON "public"."provider_budgets"
  FOR UPDATE
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])))
  WITH CHECK ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "insert_writer" ON "public"."provider_calls"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."provider_calls"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."provider_calls"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "delete_admins" ON "public"."provider_drift"
  FOR DELETE
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "insert_writer" ON "public"."provider_drift"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."provider_drift"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."provider_drift"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "public"."provider_drift"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."provider_terms"
  FOR SELECT
  TO "authenticated"
  USING (true);

CREATE POLICY "select_writer" ON "public"."provider_terms"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

COMMENT ON COLUMN "private"."call_limits"."name" IS 'Name of the limit, such as second or minute; pause: no call before next_at, because the provider asked for it.';

COMMENT ON COLUMN "private"."call_limits"."next_at" IS 'When the bucket is full again; the next call moves it on.';

COMMENT ON COLUMN "private"."call_reservations"."input_bidx" IS 'Keyed hash of the question; null: the subject was erased meanwhile, and the answer is not kept.';

COMMENT ON COLUMN "private"."call_reservations"."local_date" IS 'The date of the org whose budget the cost is reserved in.';

COMMENT ON COLUMN "private"."fact_renewals"."next_at" IS 'When to ask. A worker that asks sets it to the time at which another one may.';

COMMENT ON COLUMN "private"."provider_answers"."cost_usd" IS 'What the call cost: what each further answer saves.';

COMMENT ON COLUMN "public"."data_terms"."at_end" IS 'What the sweep does with an expired value. renew: it is erased, and asked for again.';

COMMENT ON COLUMN "public"."data_terms"."keep" IS 'How long after it was obtained; null: as long as the lead.';

COMMENT ON COLUMN "public"."data_terms"."may_store" IS 'False: to be shown at once and never stored.';

COMMENT ON COLUMN "public"."lead_facts"."expires_at" IS 'From then on the value is not used, and the next sweep erases it; null: as long as the lead. Set from the terms; an earlier time may be given.';

COMMENT ON COLUMN "public"."lead_facts"."merged_from" IS 'The lead that it was about before a merge.';

COMMENT ON COLUMN "public"."lead_facts"."value" IS 'A plain value: codes, numbers, dates, ids. Never a contact value or name.';

COMMENT ON COLUMN "public"."provider_calls"."at" IS 'When the answer came.';

COMMENT ON COLUMN "public"."provider_calls"."code" IS 'The provider''s own code, or http_503.';

COMMENT ON COLUMN "public"."provider_calls"."input_bidx" IS 'Keyed hash of the question, by which an erasure finds the answer in the cache.';

COMMENT ON COLUMN "public"."provider_calls"."lead_id" IS 'The subject; null: the call was about no single lead.';

COMMENT ON FUNCTION "private"."begin_calls"(uuid, text, text, text, jsonb, jsonb, interval, interval, uuid, timestamp with time zone) IS 'Asks whether data calls [{input, cost_usd, lead_id, contact_point_id}] may be made; cost_usd is the most that one can cost. Verdicts: cached (with answer); go (make it after wait_ms and settle call_id); later (after wait_ms: in_flight, circuit_open, limit); refused (over_budget, no_budget; unconfirmed: an earlier one may have been charged). p_limits is as in take_calls. A call that is not settled before p_lease counts as spent until it is reconciled.';

COMMENT ON FUNCTION "private"."book_spend"(uuid, text, date, numeric, numeric, integer, numeric) IS 'Adds to the cost of a date and of its month; p_reserved is negative when a reservation ends.';

COMMENT ON FUNCTION "private"."ensure_call_partitions"(timestamp with time zone, integer) IS 'Creates the monthly partitions from last month to p_months ahead; returns how many were missing. Definer: partitions belong to the owner.';

COMMENT ON FUNCTION "private"."forget_answers"(uuid, uuid[]) IS 'Deletes the kept answers to questions about leads, and sees to it that none is kept that is still on its way; returns how many were deleted.';

COMMENT ON FUNCTION "private"."input_bidx"(text, text, text, bytea) IS 'Keyed hash of a normalised question to an endpoint of a provider.';

COMMENT ON FUNCTION "private"."lock_calls"(uuid, text) IS 'Serialises the statements that reserve and settle calls of an org to a provider, until they commit. The calls themselves are made outside of it.';

COMMENT ON FUNCTION "private"."object_to_contact"(uuid, uuid, bigint, text, timestamp with time zone) IS 'Suppresses a contact point, or all of a lead: a provider says that the person objected. Returns how many values. Definer: suppressing also stops what is under way, for which the writer may lack rights.';

COMMENT ON FUNCTION "private"."open_circuit"(uuid, text, text, timestamp with time zone, timestamp with time zone) IS 'Opens a circuit at once: every other call with the account would fail, too.';

COMMENT ON FUNCTION "private"."org_date"(uuid, timestamp with time zone) IS 'The local date of the org.';

COMMENT ON FUNCTION "private"."pause_calls"(text, text, timestamp with time zone) IS 'No call with the account before then: its provider asked to slow down.';

COMMENT ON FUNCTION "private"."purge_answers"(timestamp with time zone) IS 'Deletes answers whose lifetime is over, and limits that were full two days ago; returns the number of answers. Definer: retention belongs to the owner.';

COMMENT ON FUNCTION "private"."record_facts"(uuid, text, jsonb, timestamp with time zone) IS 'Stores facts [{lead_id, contact_point_id, name, value or secret, obtained_at, expires_at}] in place of older ones of the same name; secret: a value about the person, which is encrypted. Returns how many were newer. Raises SL701.';

COMMENT ON FUNCTION "private"."record_verification"(uuid, bigint, text, text[], uuid, timestamp with time zone) IS 'Records the result codes of a verification of a contact point: verified, invalid, uncertain or unknown, as verification_code_map has them; null: the contact point is gone. A later bad result takes "verified" away. Definer: judging needs no right to edit contacts.';

COMMENT ON FUNCTION "private"."settle_calls"(uuid, text, jsonb, timestamp with time zone) IS 'Ends calls [{call_id, outcome, processed (yes, no, maybe), cost_usd, answer, keep_seconds, duration_ms, retry_after_seconds, code, drift: [{path, problem}]}]. yes: the cost is spent; no: it is released; maybe: it stays reserved until reconcile_calls. Keeps the answer for keep_seconds; kept is false when the subject was erased meanwhile, and its caller must drop the answer. out_of_credit, auth and blocked close the account for retry_after_seconds (900), slow_down pauses it, forbidden_person suppresses the person.';

COMMENT ON FUNCTION "private"."sweep_facts"(timestamp with time zone, integer) IS 'Erases facts and kept answers whose time is over; of those that are to be asked for again, notes what was asked. Returns {erased, to_renew, answers}. Definer: retention belongs to the owner.';

COMMENT ON FUNCTION "private"."take_calls"(text, text, jsonb, integer, interval, timestamp with time zone) IS 'Takes up to p_wanted calls from all limits [{name, calls, seconds, burst?}] of an account. Returns how long each granted call has to wait, and when the first that was not granted may be asked for again: calls that would wait longer than p_horizon are not granted. At most `calls` in any `seconds`; burst: how many at once (3 % of calls).';

COMMENT ON FUNCTION "private"."tg_lead_facts__apply_terms"() IS 'Trigger: a fact has the terms of its provider and ends when they say, or earlier. Raises SL701 for one that may not be stored, or whose terms are unknown.';

COMMENT ON FUNCTION "private"."tg_lead_merges__move_facts"() IS 'Trigger: facts follow the lead into a merge and back. Definer: resolving an import grants no rights on facts.';

COMMENT ON FUNCTION "public"."list_unconfirmed_calls"(uuid, text) IS 'Calls of which nobody knows whether they were charged: no answer came, or their worker died. For owners, admins and the service. Definer: callers have no rights on reservations.';

COMMENT ON FUNCTION "public"."provider_budget_status"(uuid, timestamp with time zone) IS 'Budgets of the org''s providers today and this month, what is spent, reserved and left of them, what they refused, and how many calls are unconfirmed (their cost is in reserved_usd). limit_usd null: no budget for that period. For members and the service. Definer: callers have no rights on spend.';

COMMENT ON FUNCTION "public"."reconcile_calls"(uuid, text, boolean, uuid[], timestamp with time zone) IS 'Ends unconfirmed calls, all of a provider or those given: charged, so that their cost is spent, or not, so that it is released. The same questions may be asked again. Returns {calls, cost_usd}. For owners, admins and the service. Definer: callers have no rights on reservations. Raises SL544.';

COMMENT ON TABLE "private"."call_limits" IS 'State of the limits of accounts at providers. Without org_id: the limit is the account''s, and orgs may share the project''s account.';

COMMENT ON TABLE "private"."call_reservations" IS 'Calls that are being made, or whose answer never came. Their cost is in call_spend.reserved_usd.';

COMMENT ON TABLE "private"."call_spend" IS 'What data calls to a provider have cost. reserved_usd: calls whose answer is not known yet, which count as spent. refused: calls that a budget prevented, with the cost that they would have had.';

COMMENT ON TABLE "private"."fact_renewals" IS 'Facts that have expired and are to be asked for again. The value is erased already.';

COMMENT ON TABLE "private"."provider_answers" IS 'The cache: answers of providers, encrypted under the org''s data key, found by the keyed hash of the question.';

COMMENT ON TABLE "public"."data_terms" IS 'Classes of terms under which values of providers may be kept.';

COMMENT ON TABLE "public"."lead_facts" IS 'Values from providers, each with its terms and its end. Facts about the person are encrypted; facts about the property are public record and plain.';

COMMENT ON TABLE "public"."provider_budgets" IS 'The most that data calls to a provider may cost on a local date, or in a calendar month, of the org. Without a budget, only calls without a cost are made.';

COMMENT ON TABLE "public"."provider_calls" IS 'Every data call to a provider, and every answer that came from the cache instead. Holds ids, codes and costs, no contact values. Partitioned by month.';

COMMENT ON TABLE "public"."provider_drift" IS 'Where answers of a provider differ from what its documentation says: the place in the answer and the kind of difference, never a value.';

COMMENT ON TABLE "public"."provider_terms" IS 'Which terms apply to a fact of a provider. name *: to all of its facts that have no row. A provider without rows can fill nothing.';

COMMENT ON TYPE "private"."call_state" IS 'in_flight: a worker waits for the answer; after lease_until it counts as unconfirmed. unconfirmed: nobody knows whether the provider charged it. See sql/STATES.md.';

COMMENT ON TYPE "public"."call_outcome" IS 'What a provider answered, as its own classifier reads status and body. unreachable: it never received the call; no_answer: nobody knows whether it did.';

COMMENT ON VIEW "public"."provider_unit_costs" IS 'What data calls cost per month of the org: per lead that was asked about, per contact that a provider verified, per booking that was made. Null where there was none.';

COMMENT ON VIEW "public"."provider_usage" IS 'Data calls by org, provider, endpoint and local date: made, answered by the cache, their cost, outcomes and the time that 95 % of them took at most. Refused calls are in provider_budget_status.';

REVOKE ALL ON FUNCTION "private"."begin_calls"(uuid, text, text, text, jsonb, jsonb, interval, interval, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."begin_calls"(uuid, text, text, text, jsonb, jsonb, interval, interval, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."book_spend"(uuid, text, date, numeric, numeric, integer, numeric) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."book_spend"(uuid, text, date, numeric, numeric, integer, numeric) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."ensure_call_partitions"(timestamp WITH time zone, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."ensure_call_partitions"(timestamp WITH time zone, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."forget_answers"(uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."forget_answers"(uuid, uuid[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."input_bidx"(text, text, text, bytea) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."input_bidx"(text, text, text, bytea) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."lock_calls"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lock_calls"(uuid, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."object_to_contact"(uuid, uuid, bigint, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."object_to_contact"(uuid, uuid, bigint, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."open_circuit"(uuid, text, text, timestamp WITH time zone, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."open_circuit"(uuid, text, text, timestamp WITH time zone, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."org_date"(uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."org_date"(uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."pause_calls"(text, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."pause_calls"(text, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."purge_answers"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."record_facts"(uuid, text, jsonb, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_facts"(uuid, text, jsonb, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."record_verification"(uuid, bigint, text, text[], uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_verification"(uuid, bigint, text, text[], uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."settle_calls"(uuid, text, jsonb, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."settle_calls"(uuid, text, jsonb, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."sweep_facts"(timestamp WITH time zone, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."take_calls"(text, text, jsonb, integer, interval, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."take_calls"(text, text, jsonb, integer, interval, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_lead_facts__apply_terms"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_lead_facts__apply_terms"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_lead_merges__move_facts"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_lead_merges__move_facts"() TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."list_unconfirmed_calls"(uuid, text) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."list_unconfirmed_calls"(uuid, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."provider_budget_status"(uuid, timestamp WITH time zone) TO "authenticated", "pipeline_writer";

GRANT EXECUTE ON FUNCTION "public"."provider_budget_status"(uuid, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."reconcile_calls"(uuid, text, boolean, uuid[], timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."reconcile_calls"(uuid, text, boolean, uuid[], timestamp WITH time zone) TO "service_role";

REVOKE ALL ON SEQUENCE "public"."lead_facts_id_seq" FROM "service_role";

GRANT SELECT, UPDATE, USAGE ON SEQUENCE "public"."lead_facts_id_seq" TO "service_role";

REVOKE ALL ON SEQUENCE "public"."provider_calls_id_seq" FROM "service_role";

GRANT SELECT, UPDATE, USAGE ON SEQUENCE "public"."provider_calls_id_seq" TO "service_role";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "private"."call_limits" TO "pipeline_writer";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "private"."call_reservations" TO "pipeline_writer";

GRANT INSERT, SELECT, UPDATE ON TABLE "private"."call_spend" TO "pipeline_writer";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "private"."fact_renewals" TO "pipeline_writer";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "private"."provider_answers" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."data_terms" FROM "authenticated";

GRANT SELECT ON TABLE "public"."data_terms" TO "authenticated";

GRANT SELECT ON TABLE "public"."data_terms" TO "pipeline_writer";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."data_terms" TO "service_role";

REVOKE ALL ON TABLE "public"."lead_facts" FROM "authenticated";

REVOKE ALL ("contact_point_id") ON TABLE "public"."lead_facts" FROM "authenticated";

GRANT SELECT ("contact_point_id") ON TABLE "public"."lead_facts" TO "authenticated";

REVOKE ALL ("expires_at") ON TABLE "public"."lead_facts" FROM "authenticated";

GRANT SELECT ("expires_at") ON TABLE "public"."lead_facts" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."lead_facts" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."lead_facts" TO "authenticated";

REVOKE ALL ("lead_id") ON TABLE "public"."lead_facts" FROM "authenticated";

GRANT SELECT ("lead_id") ON TABLE "public"."lead_facts" TO "authenticated";

REVOKE ALL ("name") ON TABLE "public"."lead_facts" FROM "authenticated";

GRANT SELECT ("name") ON TABLE "public"."lead_facts" TO "authenticated";

REVOKE ALL ("obtained_at") ON TABLE "public"."lead_facts" FROM "authenticated";

GRANT SELECT ("obtained_at") ON TABLE "public"."lead_facts" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."lead_facts" FROM "authenticated";

GRANT SELECT ("org_id") ON TABLE "public"."lead_facts" TO "authenticated";

REVOKE ALL ("provider") ON TABLE "public"."lead_facts" FROM "authenticated";

GRANT SELECT ("provider") ON TABLE "public"."lead_facts" TO "authenticated";

REVOKE ALL ("terms") ON TABLE "public"."lead_facts" FROM "authenticated";

GRANT SELECT ("terms") ON TABLE "public"."lead_facts" TO "authenticated";

REVOKE ALL ("value") ON TABLE "public"."lead_facts" FROM "authenticated";

GRANT SELECT ("value") ON TABLE "public"."lead_facts" TO "authenticated";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "public"."lead_facts" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."lead_facts" FROM "service_role";

GRANT SELECT ON TABLE "public"."lead_facts" TO "service_role";

REVOKE ALL ON TABLE "public"."provider_budgets" FROM "authenticated";

REVOKE ALL ("limit_usd") ON TABLE "public"."provider_budgets" FROM "authenticated";

GRANT INSERT ("limit_usd"), UPDATE ("limit_usd") ON TABLE "public"."provider_budgets" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."provider_budgets" FROM "authenticated";

GRANT INSERT ("org_id") ON TABLE "public"."provider_budgets" TO "authenticated";

REVOKE ALL ("period") ON TABLE "public"."provider_budgets" FROM "authenticated";

GRANT INSERT ("period") ON TABLE "public"."provider_budgets" TO "authenticated";

REVOKE ALL ("provider") ON TABLE "public"."provider_budgets" FROM "authenticated";

GRANT INSERT ("provider") ON TABLE "public"."provider_budgets" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."provider_budgets" TO "authenticated";

GRANT SELECT ON TABLE "public"."provider_budgets" TO "pipeline_writer";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."provider_budgets" TO "service_role";

REVOKE ALL ON TABLE "public"."provider_calls" FROM "authenticated";

REVOKE ALL ("account") ON TABLE "public"."provider_calls" FROM "authenticated";

GRANT SELECT ("account") ON TABLE "public"."provider_calls" TO "authenticated";

REVOKE ALL ("at") ON TABLE "public"."provider_calls" FROM "authenticated";

GRANT SELECT ("at") ON TABLE "public"."provider_calls" TO "authenticated";

REVOKE ALL ("cached") ON TABLE "public"."provider_calls" FROM "authenticated";

GRANT SELECT ("cached") ON TABLE "public"."provider_calls" TO "authenticated";

REVOKE ALL ("code") ON TABLE "public"."provider_calls" FROM "authenticated";

GRANT SELECT ("code") ON TABLE "public"."provider_calls" TO "authenticated";

REVOKE ALL ("contact_point_id") ON TABLE "public"."provider_calls" FROM "authenticated";

GRANT SELECT ("contact_point_id") ON TABLE "public"."provider_calls" TO "authenticated";

REVOKE ALL ("correlation_id") ON TABLE "public"."provider_calls" FROM "authenticated";

GRANT SELECT ("correlation_id") ON TABLE "public"."provider_calls" TO "authenticated";

REVOKE ALL ("cost_usd") ON TABLE "public"."provider_calls" FROM "authenticated";

GRANT SELECT ("cost_usd") ON TABLE "public"."provider_calls" TO "authenticated";

REVOKE ALL ("duration_ms") ON TABLE "public"."provider_calls" FROM "authenticated";

GRANT SELECT ("duration_ms") ON TABLE "public"."provider_calls" TO "authenticated";

REVOKE ALL ("endpoint") ON TABLE "public"."provider_calls" FROM "authenticated";

GRANT SELECT ("endpoint") ON TABLE "public"."provider_calls" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."provider_calls" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."provider_calls" TO "authenticated";

REVOKE ALL ("lead_id") ON TABLE "public"."provider_calls" FROM "authenticated";

GRANT SELECT ("lead_id") ON TABLE "public"."provider_calls" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."provider_calls" FROM "authenticated";

GRANT SELECT ("org_id") ON TABLE "public"."provider_calls" TO "authenticated";

REVOKE ALL ("outcome") ON TABLE "public"."provider_calls" FROM "authenticated";

GRANT SELECT ("outcome") ON TABLE "public"."provider_calls" TO "authenticated";

REVOKE ALL ("provider") ON TABLE "public"."provider_calls" FROM "authenticated";

GRANT SELECT ("provider") ON TABLE "public"."provider_calls" TO "authenticated";

GRANT INSERT, SELECT ON TABLE "public"."provider_calls" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."provider_calls" FROM "service_role";

GRANT SELECT ON TABLE "public"."provider_calls" TO "service_role";

REVOKE ALL ON TABLE "public"."provider_drift" FROM "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."provider_drift" TO "authenticated";

GRANT INSERT, SELECT, UPDATE ON TABLE "public"."provider_drift" TO "pipeline_writer";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."provider_drift" TO "service_role";

REVOKE ALL ON TABLE "public"."provider_terms" FROM "authenticated";

GRANT SELECT ON TABLE "public"."provider_terms" TO "authenticated";

GRANT SELECT ON TABLE "public"."provider_terms" TO "pipeline_writer";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."provider_terms" TO "service_role";

REVOKE ALL ON TABLE "public"."provider_unit_costs" FROM "authenticated";

GRANT SELECT ON TABLE "public"."provider_unit_costs" TO "authenticated";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."provider_unit_costs" TO "service_role";

REVOKE ALL ON TABLE "public"."provider_usage" FROM "authenticated";

GRANT SELECT ON TABLE "public"."provider_usage" TO "authenticated";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."provider_usage" TO "service_role";

-- Rights that default privileges would change.

revoke execute on function private.purge_answers(timestamp with time zone) from pipeline_writer;
revoke execute on function private.sweep_facts(timestamp with time zone,integer) from pipeline_writer;

-- Reference data, queues and cron jobs.

insert into private.encrypted_columns (relation, cipher_column, place, key_column, is_text, cursor_column) values
  ('private.provider_answers', 'answer_cipher', 'row', 'key_id', 'true', null),
  ('public.lead_facts', 'value_cipher', 'row', 'key_id', 'true', null)
on conflict (cipher_column, relation) do update set place = excluded.place, key_column = excluded.key_column, is_text = excluded.is_text, cursor_column = excluded.cursor_column;

insert into public.data_terms (terms, may_store, keep, at_end, meaning) values
  ('display_only', 'false', null, 'erase', 'may be shown, not stored'),
  ('provider_id', 'true', null, 'erase', 'an id of the provider, which may be kept'),
  ('location_30_days', 'true', '30 days', 'renew', 'a location that may be kept for 30 days'),
  ('content_24_hours', 'false', '24:00:00', 'erase', 'content that may be cached for a day, not fill a table'),
  ('bought', 'true', null, 'erase', 'bought under a contract that lets it be kept'),
  ('verification', 'true', '180 days', 'renew', 'whether a contact works, which is true for a while only'),
  ('public_record', 'true', null, 'erase', 'public record')
on conflict (terms) do update set may_store = excluded.may_store, keep = excluded.keep, at_end = excluded.at_end, meaning = excluded.meaning;

insert into public.provider_terms (provider, name, terms, source) values
  ('google', '*', 'display_only', 'Google Maps Platform policies: no pre-fetching, caching or storing of content'),
  ('google', 'place_id', 'provider_id', 'Google Maps Platform policies: place ids are exempt'),
  ('google', 'location', 'location_30_days', 'Google Maps Platform terms: latitude and longitude, 30 days'),
  ('yelp', '*', 'content_24_hours', 'Yelp API terms: no more than 24 hours'),
  ('yelp', 'business_id', 'provider_id', 'Yelp API terms: the business id is exempt'),
  ('zerobounce', '*', 'verification', 'our own choice of a lifetime'),
  ('neverbounce', '*', 'verification', 'our own choice of a lifetime'),
  ('twilio', '*', 'verification', 'our own choice of a lifetime'),
  ('melissa', '*', 'bought', 'contract'),
  ('attom', '*', 'bought', 'contract'),
  ('batchdata', '*', 'bought', 'contract'),
  ('data_axle', '*', 'bought', 'contract')
on conflict (name, provider) do update set terms = excluded.terms, source = excluded.source;

do $cron$
begin
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    raise notice 'no pg_cron in this database: its jobs stay as they are';
    return;
  end if;
  perform cron.schedule('sluice-sweep-facts', '7-59/10 * * * *', 'set statement_timeout = ''5min''; select private.sweep_facts()');
end
$cron$;

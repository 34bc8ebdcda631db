-- skip traces: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."object_to_contact"(uuid, uuid, bigint, text, timestamp WITH time zone);

CREATE TABLE "private"."person_endpoints" (
  "provider" text NOT NULL,
  "endpoint" text NOT NULL,
  CONSTRAINT "person_endpoints_pkey" PRIMARY KEY (PROVIDER, endpoint)
);

ALTER TABLE "private"."person_endpoints"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."trace_claims" (
  "org_id"      uuid                     NOT NULL,
  "lead_id"     uuid                     NOT NULL,
  "lease_until" timestamp with time zone NOT NULL,
  CONSTRAINT "trace_claims_pkey" PRIMARY KEY (org_id, lead_id)
);

ALTER TABLE "private"."trace_claims"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."trace_steps" (
  "org_id"            uuid                     NOT NULL,
  "provider"          text                     NOT NULL,
  "position"          smallint                 NOT NULL DEFAULT 1,
  "price_usd"         numeric(8,4),
  "expected_hit_rate" numeric(4,3)             NOT NULL DEFAULT 0.5,
  "active"            boolean                  NOT NULL DEFAULT true,
  "updated_at"        timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "hit_rate_is_a_share" CHECK (((expected_hit_rate > (0)::numeric) AND (expected_hit_rate <= (1)::numeric))),
  CONSTRAINT "trace_price_is_not_negative" CHECK ((price_usd >= (0)::numeric)),
  CONSTRAINT "trace_step_names_its_provider" CHECK ((provider ~ '^[a-z0-9_]{1,40}$'::text)),
  CONSTRAINT "trace_steps_pkey" PRIMARY KEY (org_id, PROVIDER)
);

ALTER TABLE "public"."trace_steps"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."trace_steps" FROM "anon";

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
  v_about_person constant boolean := exists (select from private.person_endpoints e
    where e.provider = p_provider and e.endpoint = p_endpoint);
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
  -- What this statement reserves for a lead.
  v_lead_usd jsonb := '{}';
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
    -- A person who must not be contacted is not looked up in the cache, either.
    if v_about_person then
      reason := private.refuse_person_call(p_org_id, (v_call ->> 'lead_id')::uuid, 0, p_as_of);
      if reason is not null then
        verdict := 'refused';
        return next;
        continue;
      end if;
    end if;
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
    if v_about_person then
      reason := private.refuse_person_call(p_org_id, (v_call ->> 'lead_id')::uuid,
        v_cost + coalesce((v_lead_usd ->> (v_call ->> 'lead_id'))::numeric, 0), p_as_of);
      if reason is not null then
        verdict := 'refused';
        return next;
        continue;
      end if;
      v_lead_usd := v_lead_usd || jsonb_build_object(v_call ->> 'lead_id',
        v_cost + coalesce((v_lead_usd ->> (v_call ->> 'lead_id'))::numeric, 0));
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

CREATE OR REPLACE FUNCTION private.claim_traces (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS uuid[]
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  with claimed as (
    insert into private.trace_claims as t (org_id, lead_id, lease_until)
    select l.org_id, l.id, p_as_of + interval '10 minutes' from public.leads l
    where l.org_id = p_org_id and l.id = any (p_lead_ids) order by l.id
    on conflict (org_id, lead_id) do update set lease_until = excluded.lease_until where t.lease_until <= p_as_of
    returning t.lead_id
  )
  select coalesce(array_agg(c.lead_id), '{}') from claimed c
$function$;

CREATE OR REPLACE FUNCTION private.has_good_contact (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select exists (
    select from public.contact_points c join public.orgs o on o.id = c.org_id
    where c.org_id = p_org_id and c.lead_id = p_lead_id and c.invalid_at is null
      and (coalesce(o.settings ->> 'trace_wants', 'phone') = 'either'
        or c.kind::text = coalesce(o.settings ->> 'trace_wants', 'phone'))
      and not private.is_suppressed(p_org_id, c.value_bidx)
      -- A doubtful trace is kept, and does not end the search.
      and not exists (select from public.lead_facts f
        where f.org_id = c.org_id and f.lead_id = c.lead_id and f.contact_point_id = c.id and f.name = 'traced'
          and (f.value ->> 'confidence')::integer < 50
          and not exists (select from public.lead_facts b
            where b.org_id = f.org_id and b.lead_id = f.lead_id and b.contact_point_id = f.contact_point_id
              and b.name = 'traced' and (b.value ->> 'confidence')::integer >= 50)))
$function$;

CREATE OR REPLACE FUNCTION private.is_never_contacted (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select not exists (select from public.leads l
      where l.org_id = p_org_id and l.id = p_lead_id and l.campaign_status <> 'opted_out')
    or exists (select from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = p_lead_id and private.is_suppressed(p_org_id, c.value_bidx, 'all'))
    or exists (select from public.consents r
      where r.org_id = p_org_id and r.lead_id = p_lead_id and r.revoked_scope = 'person'
        and not exists (select from public.consents g
          where g.org_id = r.org_id and g.lead_id = r.lead_id and g.action = 'grant' and not g.is_unproven
            and not g.is_keyword and g.occurred_at > r.occurred_at))
$function$;

CREATE OR REPLACE FUNCTION private.leads_to_trace (
  p_org_id   uuid,
  p_provider text,
  p_lead_ids uuid[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    lead_id  uuid,
    question jsonb
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select l.id, jsonb_build_object('first', coalesce(l.owner_1_first, l.owner_2_first),
    'last', coalesce(l.owner_1_last, l.owner_2_last), 'full', l.owner_full,
    'property', jsonb_build_object('street', concat_ws(' ', l.situs_house_number, l.situs_street, l.situs_unit),
      'city', l.situs_city, 'state', l.situs_state, 'zip', l.situs_zip),
    'mailing', case when l.mailing_street is not null then jsonb_build_object('street',
      concat_ws(' ', l.mailing_street, l.mailing_unit), 'city', l.mailing_city, 'state', l.mailing_state, 'zip',
      l.mailing_zip) end,
    'countyFips', l.county_fips, 'apn', l.apn, 'mak', l.mak)
  from public.leads l
  where l.org_id = p_org_id and l.id = any (p_lead_ids)
    -- Whose phone would it be?
    and num_nonnulls(l.owner_1_last, l.owner_2_last, l.owner_full) > 0
    and (l.situs_street is not null and (l.situs_zip is not null or l.situs_city is not null and l.situs_state is not
      null) or l.county_fips is not null and l.apn is not null)
    and not private.is_never_contacted(p_org_id, l.id)
    and not private.has_good_contact(p_org_id, l.id)
    and not exists (select from public.lead_facts f
      where f.org_id = l.org_id and f.lead_id = l.id and f.provider = p_provider and f.name = 'trace'
        and f.obtained_at > p_as_of - interval '180 days')
  order by array_position(p_lead_ids, l.id)
$function$;

CREATE OR REPLACE FUNCTION private.names_owner (
  p_name  text,
  p_first text,
  p_owner text
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select coalesce(private.names_agree(p_name, p_owner), false)
    -- Somebody else of the family: the given names contradict each other. Initials stand for any name.
    and (coalesce(btrim(p_first), '') = '' or position(' ' in btrim(p_owner)) = 0
      or coalesce(private.names_agree(p_first, p_owner), true)
      or upper(left(btrim(p_first), 1)) = any (regexp_split_to_array(upper(translate(p_owner, '.', ' ')), '\s+'))
      or length(translate(btrim(p_first), '.', '')) = 1
        and exists (select from regexp_split_to_table(upper(p_owner), '\s+') w
          where left(w, 1) = upper(left(btrim(p_first), 1))))
$function$;

CREATE OR REPLACE FUNCTION private.object_to_contact (
  p_org_id           uuid,
  p_lead_id          uuid,
  p_contact_point_id bigint,
  p_source           text,
  p_as_of            timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_count integer;
begin
  select count(*) into v_count from (
    select private.suppress_value(p_org_id, c.value_bidx, c.kind, null, 'objection', p_source, p_as_of)
    from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id and (p_contact_point_id is null or c.id = p_contact_point_id)
    order by c.value_bidx) x;
  -- An objection of the person also counts for contacts that become known later, and at every other provider.
  if p_contact_point_id is null and exists (select from public.leads l
      where l.org_id = p_org_id and l.id = p_lead_id) then
    perform set_config('sluice.actor', 'system', true);
    insert into public.consents (org_id, lead_id, action, channels, revoked_scope, method, occurred_at, recorded_by,
      recorded_at)
    select p_org_id, p_lead_id, 'revoke', '{email,sms,voice_manual,voice_ai}', 'person', 'objection, ' || p_source,
      p_as_of, 'system', p_as_of
    where not private.is_never_contacted(p_org_id, p_lead_id) or v_count > 0;
    update public.leads l set campaign_status = 'opted_out'
    where l.org_id = p_org_id and l.id = p_lead_id and l.campaign_status <> 'opted_out';
    perform set_config('sluice.actor', v_actor, true);
  end if;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.owner_names (
  l public.leads
)
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select array(select distinct n from unnest(array[
    case when l.owner_1_last is not null then concat_ws(' ', l.owner_1_first, l.owner_1_last) end,
    case when l.owner_2_last is not null then concat_ws(' ', l.owner_2_first, l.owner_2_last) end,
    case when l.owner_1_last is null then l.owner_full end]) n where btrim(n) <> '')
$function$;

CREATE OR REPLACE FUNCTION private.person_cost (
  p_org_id  uuid,
  p_lead_id uuid,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS numeric
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce((
      select sum(c.cost_usd) from public.provider_calls c
      join private.person_endpoints e on e.provider = c.provider and e.endpoint = c.endpoint
      where c.org_id = p_org_id and c.lead_id = p_lead_id and c.at > p_as_of - interval '180 days'), 0)
    + coalesce((
      select sum(r.cost_usd) from private.call_reservations r
      join private.person_endpoints e on e.provider = r.provider and e.endpoint = r.endpoint
      where r.org_id = p_org_id and r.lead_id = p_lead_id), 0)
$function$;

CREATE OR REPLACE FUNCTION private.record_trace (
  p_org_id   uuid,
  p_lead_id  uuid,
  p_provider text,
  p_persons  jsonb,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_blind constant bytea := private.blind_key(p_org_id);
  v_key_id constant integer := private.active_key_id(p_org_id, 'data');
  v_key constant text := private.org_key(p_org_id, v_key_id);
  l public.leads;
  v_names text[];
  v_found jsonb;
  v_reason text;
  v_phones integer;
  v_emails integer;
  v_others integer;
  v_unnamed integer;
  v_marked integer;
  v_result text;
  v record;
begin
  select x.* into l from public.leads x where x.org_id = p_org_id and x.id = p_lead_id for no key update;
  -- Somebody opted out, or was erased, while the provider was asked.
  if not found or private.is_never_contacted(p_org_id, p_lead_id) then
    return 'never_contact';
  end if;
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  v_names := private.owner_names(l);
  -- One row per value: as the best of the persons who have it, with the marks of all of them.
  select coalesce(jsonb_agg(to_jsonb(f)), '[]') into v_found
  from (
    select c.kind, c.value, encode(private.blind_index(c.value, v_blind), 'hex') as bidx,
      bool_or(c.is_owner) as is_owner, bool_and(c.is_named) as is_named,
      max(c.confidence) filter (where c.is_owner) as confidence,
      min(c.rank) filter (where c.is_owner) as rank,
      min(c.type) filter (where c.is_owner) as type,
      coalesce(array_agg(distinct m.mark) filter (where m.mark is not null), '{}') as marks
    from (
      select w.kind, w.value, w.rank, w.confidence, w.type, w.marks || coalesce(p.person -> 'marks', '[]') as
          marks, p.person ->> 'name' <> '' as is_named,
        coalesce((select bool_or(private.names_owner(p.person ->> 'name', p.person ->> 'first', n))
          from unnest(v_names) n), false) as is_owner
      from jsonb_array_elements(p_persons) p (person)
      cross join lateral (
        -- What must not be called counts even where it looks invented; what may be called has to look real.
        select 'phone' as kind, case when jsonb_array_length(coalesce(x -> 'marks', '[]')
            || coalesce(p.person -> 'marks', '[]')) > 0 then private.read_phone(x ->> 'number')
          else private.normalise_phone(x ->> 'number') end as value, (x ->> 'rank')::integer as rank,
          (x ->> 'confidence')::integer as confidence, x ->> 'type' as type, coalesce(x -> 'marks', '[]') as marks
        from jsonb_array_elements(coalesce(p.person -> 'phones', '[]')) x
        union all
        select 'email', case when jsonb_array_length(coalesce(p.person -> 'marks', '[]')) > 0
            then private.read_email(x ->> 'email') else private.normalise_email(x ->> 'email') end,
          (x ->> 'rank')::integer, (x ->> 'confidence')::integer, null::text, '[]'::jsonb
        from jsonb_array_elements(coalesce(p.person -> 'emails', '[]')) x
      ) w
      where w.value is not null
    ) c
    left join lateral jsonb_array_elements_text(c.marks) m (mark) on true
    group by c.kind, c.value
  ) f;

  for v in
    select distinct on (f.bidx, ch) f.bidx, f.kind, ch, t.reason
    from jsonb_to_recordset(v_found) f (kind text, bidx text, marks text[])
    join private.traced_marks() t on t.mark = any (f.marks)
    cross join lateral unnest(case f.kind when 'phone' then t.phone else t.email end) ch
    order by f.bidx, ch, t.rank
  loop
    perform private.suppress_value(p_org_id, decode(v.bidx, 'hex'), v.kind::public.contact_kind, v.ch, v.reason,
      'trace by ' || p_provider, p_as_of);
  end loop;
  -- The owner sues over calls, has died alone, or forbids the sale of their data.
  select min(t.reason) into v_reason
  from jsonb_array_elements(p_persons) p (person)
  cross join lateral jsonb_array_elements_text(coalesce(p.person -> 'marks', '[]')) m (mark)
  join private.traced_marks() t on t.mark = m.mark and not t.keep
  where (t.mark <> 'deceased' or cardinality(v_names) = 1)
    and exists (select from unnest(v_names) n
      where private.names_owner(p.person ->> 'name', p.person ->> 'first', n));
  if v_reason is not null then
    perform private.suppress_value(p_org_id, c.value_bidx, c.kind, null, v_reason, 'trace by ' || p_provider, p_as_of)
    from (select o.value_bidx, o.kind from public.contact_points o
      where o.org_id = p_org_id and o.lead_id = p_lead_id order by o.value_bidx) c;
    update public.leads x set campaign_status = 'opted_out'
    where x.org_id = p_org_id and x.id = p_lead_id and x.campaign_status <> 'opted_out';
  else
    with accepted as materialized (
      select f.*, row_number() over (partition by f.kind order by f.confidence desc, f.rank, f.bidx) as nth
      from jsonb_to_recordset(v_found) f (kind text, value text, bidx text, is_owner boolean, confidence integer,
        rank integer, type text, marks text[])
      where f.is_owner and not exists (select from private.traced_marks() t where t.mark = any (f.marks)
        and not t.keep)
    ), had as (
      select c.kind::text as kind, max(c.position) as last from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = p_lead_id group by c.kind
    ), added as (
      -- After what is known already, which stays as it is.
      insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, label,
        position, created_at)
      select p_org_id, p_lead_id, a.kind::public.contact_kind, decode(a.bidx, 'hex'),
        private.encrypt_value(a.value, v_key), v_key_id, private.mask_contact(a.value), 'traced',
        least(coalesce(h.last, 0) + a.nth, 32767), p_as_of
      from accepted a left join had h on h.kind = a.kind
      where a.nth <= 5
      on conflict (org_id, lead_id, value_bidx) do nothing
      returning id, value_bidx
    ), known as (
      select n.id, n.value_bidx from added n
      union all
      select c.id, c.value_bidx from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = p_lead_id
    )
    select private.record_facts(p_org_id, p_provider, jsonb_agg(jsonb_build_object('lead_id', p_lead_id,
        'contact_point_id', k.id, 'name', 'traced', 'value', jsonb_strip_nulls(jsonb_build_object('confidence',
        a.confidence, 'rank', a.rank, 'type', a.type)), 'obtained_at', p_as_of)), p_as_of)
    into v_phones from accepted a join known k on k.value_bidx = decode(a.bidx, 'hex')
    having count(*) > 0;
    perform private.refresh_verification(p_org_id, array[p_lead_id]);
  end if;
  select count(*) filter (where f.is_owner and f.kind = 'phone'), count(*) filter (where f.is_owner and f.kind =
      'email'), count(*) filter (where not f.is_owner and f.is_named), count(*) filter (where not f.is_owner
      and not f.is_named), count(*) filter (where f.marks <> '{}')
  into v_phones, v_emails, v_others, v_unnamed, v_marked
  from jsonb_to_recordset(v_found) f (kind text, is_owner boolean, is_named boolean, marks text[]);
  v_result := case
    when v_reason is not null then v_reason
    when private.has_good_contact(p_org_id, p_lead_id) then 'found'
    when v_phones + v_emails > 0 then 'doubtful'
    when v_others + v_unnamed > 0 then 'other_person'
    else 'nobody'
  end;
  perform private.record_facts(p_org_id, p_provider, jsonb_build_array(jsonb_build_object('lead_id', p_lead_id, 'name',
    'trace', 'value', jsonb_build_object('result', v_result, 'phones', v_phones, 'emails', v_emails, 'of_others',
    v_others, 'unnamed', v_unnamed, 'marked', v_marked), 'obtained_at', p_as_of)), p_as_of);
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.as_of', v_clock, true);
  return v_result;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_person_call (
  p_org_id   uuid,
  p_lead_id  uuid,
  p_cost_usd numeric,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select case
    when p_lead_id is null or private.is_never_contacted(p_org_id, p_lead_id) then 'never_contact'
    when p_cost_usd > 0
      and p_cost_usd + private.person_cost(p_org_id, p_lead_id, p_as_of) > private.trace_cap(p_org_id)
      then 'over_lead_cap'
  end
$function$;

CREATE OR REPLACE FUNCTION private.release_traces (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  delete from private.trace_claims t where t.org_id = p_org_id and t.lead_id = any (p_lead_ids)
$function$;

CREATE OR REPLACE FUNCTION private.trace_cap (
  p_org_id uuid
)
  RETURNS numeric
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select coalesce((o.settings ->> 'trace_cap_usd')::numeric, 1) from public.orgs o where o.id = p_org_id
$function$;

CREATE OR REPLACE FUNCTION private.trace_plan (
  p_org_id uuid,
  p_prices jsonb
)
  RETURNS TABLE (
    provider  text,
    price_usd numeric,
    hit_rate  numeric,
    place     bigint
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  with steps as (
    select p.key as provider, coalesce(s.price_usd, p.value::numeric) as price_usd, s.position,
      coalesce(s.expected_hit_rate, 0.5) as expected
    from jsonb_each_text(p_prices) p
    left join public.trace_steps s on s.org_id = p_org_id and s.provider = p.key
    where coalesce(s.active, not exists (select from public.trace_steps x where x.org_id = p_org_id))
  ), measured as (
    select f.provider, count(*) as asked, count(*) filter (where f.value ->> 'result' = 'found') as found
    from public.lead_facts f where f.org_id = p_org_id and f.name = 'trace' group by f.provider
  ), rates as (
    -- The expectation counts like twenty answers.
    select t.*, (t.expected * 20 + coalesce(m.found, 0)) / (20 + coalesce(m.asked, 0)) as hit_rate
    from steps t left join measured m on m.provider = t.provider
  )
  select r.provider, r.price_usd, round(r.hit_rate, 3),
    row_number() over (order by case when o.settings ->> 'trace_order' = 'position' then r.position end nulls last,
      r.price_usd / r.hit_rate, r.provider)
  from rates r join public.orgs o on o.id = p_org_id
  order by 4
$function$;

CREATE OR REPLACE FUNCTION private.traced_marks()
  RETURNS TABLE (
    mark   text,
    rank   integer,
    phone  text[],
    email  text[],
    reason text,
    keep   boolean
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  ROWS 4
  SET search_path TO ''
  AS $function$
  values
    ('litigator', 1, '{null}'::text[], '{null}'::text[], 'litigator', false),
    ('deceased', 2, '{null}', '{null}', 'deceased', false),
    ('do_not_sell', 3, '{null}', '{null}', 'do_not_sell', false),
    ('dnc', 4, '{sms,voice_manual,voice_ai}', '{}', 'dnc', true)
$function$;

ALTER TABLE "private"."trace_claims"
  ADD CONSTRAINT "trace_claim_is_of_a_lead_of_its_org" FOREIGN KEY (org_id, lead_id) REFERENCES public.leads(org_id, id) ON DELETE CASCADE;

-- A table of few rows.
ALTER TABLE "public"."orgs"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "trace_cap_is_an_amount" CHECK (((settings ->> 'trace_cap_usd'::text) ~ '^[0-9]{1,4}([.][0-9]{1,6})?$'::text));

-- A table of few rows.
ALTER TABLE "public"."orgs"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "trace_order_is_known" CHECK (((settings ->> 'trace_order'::text) = ANY (ARRAY['cost_per_hit'::text, 'position'::text])));

-- A table of few rows.
ALTER TABLE "public"."orgs"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "trace_wants_a_kind_of_contact" CHECK (((settings ->> 'trace_wants'::text) = ANY (ARRAY['phone'::text, 'email'::text, 'either'::text])));

ALTER TABLE "public"."trace_steps"
  ADD CONSTRAINT "trace_steps_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

CREATE TRIGGER _100_set_updated_at
  BEFORE UPDATE ON public.trace_steps
  FOR EACH ROW
  EXECUTE FUNCTION private.set_updated_at();

CREATE POLICY "select_writer" ON "private"."person_endpoints"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "delete_writer" ON "private"."trace_claims"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "private"."trace_claims"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."trace_claims"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "private"."trace_claims"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "delete_admins" ON "public"."trace_steps"
  FOR DELETE
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "insert_admins" ON "public"."trace_steps"
  FOR INSERT
  TO "authenticated"
  WITH CHECK ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "select_members" ON "public"."trace_steps"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids() AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."trace_steps"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_admins" ON "public"."trace_steps"
  FOR UPDATE
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])))
  WITH CHECK ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin}'::public.member_role[]) AS my_org_ids)::uuid[])));

COMMENT ON COLUMN "public"."orgs"."settings" IS 'Settings of the org. raw_days: number of days for which the bytes of finished uploads are kept (default 30). consent_months: number of months after which a consent expires (default: never). consent_page: https address that serves pages/consent. seller: the seller that consents must name (default: the name of the org). lead_attempts_24h, org_attempts_24h: limits on contacts per lead and for the org. help_contact: the address that the answer to HELP names. merge_probability: leads that are one with at least this probability (0.9 to 1) are merged without an answer (default: never). reveals_per_hour: the number of leads whose plain values a member may see within an hour (default 120). trace_cap_usd: what skip traces of a lead may cost in half a year (default 1). trace_order: cost_per_hit (default) or position. trace_wants: phone (default), email or either.';

COMMENT ON COLUMN "public"."trace_steps"."expected_hit_rate" IS 'Share of leads that get an accepted contact; measured answers correct it as they come.';

COMMENT ON COLUMN "public"."trace_steps"."position" IS 'Order of the steps where the org''s trace_order is position.';

COMMENT ON COLUMN "public"."trace_steps"."price_usd" IS 'What a lead costs by the org''s contract; null: the price in the settings of the account.';

COMMENT ON FUNCTION "private"."begin_calls"(uuid, text, text, text, jsonb, jsonb, interval, interval, uuid, numeric, timestamp with time zone) IS 'Asks whether data calls [{input, cost_usd, lead_id, contact_point_id}] may be made; cost_usd is the most that one can cost. Verdicts: cached (with answer); go (make it after wait_ms and settle call_id); later (after wait_ms: in_flight, circuit_open, limit); refused (over_budget, no_budget; over_cap: it would cost more than is left of p_most_usd; unconfirmed: an earlier one may have been charged; for private.person_endpoints also never_contact and over_lead_cap). p_limits is as in take_calls. A call that is not settled before p_lease counts as spent until it is reconciled.';

COMMENT ON FUNCTION "private"."claim_traces"(uuid, uuid[], timestamp with time zone) IS 'Claims leads for ten minutes; returns those that nobody else has.';

COMMENT ON FUNCTION "private"."has_good_contact"(uuid, uuid) IS 'Whether a lead has a contact of the kind that the org wants (orgs.settings: trace_wants) that is valid, suppressed on no channel, and no trace of less than 50 confidence. Definer: reads suppressions without the policies.';

COMMENT ON FUNCTION "private"."is_never_contacted"(uuid, uuid) IS 'Whether the person of a lead must not be contacted at all: opted out, objected, or suppressed on all channels under any contact. Also true for a lead that is gone. Definer: the writer reads consents and suppressions of its org only by way of functions.';

COMMENT ON FUNCTION "private"."leads_to_trace"(uuid, text, uuid[], timestamp with time zone) IS 'Questions {first, last, full, property, mailing, countyFips, apn, mak} about the leads, in their order, that this provider was not asked within 180 days: without leads that have a good contact, no owner''s name or no property, and without people who must not be contacted. Definer: reads consents and suppressions without the policies.';

COMMENT ON FUNCTION "private"."names_owner"(text, text, text) IS 'Whether a provider names the owner: the names agree (private.names_agree), and the given name does not contradict. False without a name of either.';

COMMENT ON FUNCTION "private"."object_to_contact"(uuid, uuid, bigint, text, timestamp with time zone) IS 'Suppresses a contact point: a provider says that the person objected. Without one, all of the lead, and the objection is recorded for the person, so that nobody asks anywhere again. Returns how many values. Definer: suppressing also stops what is under way, for which the writer may lack rights.';

COMMENT ON FUNCTION "private"."owner_names"(public.leads) IS 'The names of a lead''s owners, one by one.';

COMMENT ON FUNCTION "private"."person_cost"(uuid, uuid, timestamp with time zone) IS 'What questions about the person of a lead have cost within 180 days, with those whose answer is unknown.';

COMMENT ON FUNCTION "private"."record_trace"(uuid, uuid, text, jsonb, timestamp with time zone) IS 'Records what a skip trace found: persons [{name, first, marks, phones: [{number, type, rank, confidence, marks}], emails: [{email, rank, confidence}]}]. Flagged values are suppressed. Contacts of a person who is named as the owner are added after those that the lead has, five of a kind at most, each with a fact of the provider. Returns found, doubtful (none is good enough, or each is suppressed), other_person, nobody, never_contact, or the reason why the owner must not be contacted. Definer: suppressing and adding contacts needs rights that the worker lacks.';

COMMENT ON FUNCTION "private"."refuse_person_call"(uuid, uuid, numeric, timestamp with time zone) IS 'Why a question about the person of a lead is not asked: never_contact (also without a lead, of which nobody could say), over_lead_cap; null: it may be.';

COMMENT ON FUNCTION "private"."release_traces"(uuid, uuid[]) IS 'Ends claims of claim_traces.';

COMMENT ON FUNCTION "private"."trace_cap"(uuid) IS 'What questions about the person of a lead may cost in half a year, in dollars. Definer: reads the org.';

COMMENT ON FUNCTION "private"."trace_plan"(uuid, jsonb) IS 'The steps of the org''s waterfall in order, by expected cost per hit or by position: of the providers in p_prices ({provider: dollars}), which are those with keys. Definer: reads the facts of the whole org.';

COMMENT ON FUNCTION "private"."traced_marks"() IS 'Flags of traced phones and persons, the furthest first: the channels that each closes for a value (null: all of them), the reason of the suppression, and whether the value is kept as a contact.';

COMMENT ON TABLE "private"."person_endpoints" IS 'Endpoints whose answers are new contacts of a person. begin_calls asks refuse_person_call before each.';

COMMENT ON TABLE "private"."trace_claims" IS 'Leads that a worker takes through the waterfall, so that no other one pays for the same lead elsewhere.';

COMMENT ON TABLE "public"."trace_steps" IS 'The org''s steps of the waterfall. Without steps, every provider of skip traces with keys is one.';

REVOKE ALL ON FUNCTION "private"."claim_traces"(uuid, uuid[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_traces"(uuid, uuid[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."has_good_contact"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."has_good_contact"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."is_never_contacted"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_never_contacted"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."leads_to_trace"(uuid, text, uuid[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leads_to_trace"(uuid, text, uuid[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."names_owner"(text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."names_owner"(text, text, text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."object_to_contact"(uuid, uuid, bigint, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."object_to_contact"(uuid, uuid, bigint, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."owner_names"(public.leads) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."owner_names"(public.leads) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."person_cost"(uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."person_cost"(uuid, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."record_trace"(uuid, uuid, text, jsonb, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_trace"(uuid, uuid, text, jsonb, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."refuse_person_call"(uuid, uuid, numeric, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_person_call"(uuid, uuid, numeric, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."release_traces"(uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."release_traces"(uuid, uuid[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."trace_cap"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."trace_cap"(uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."trace_plan"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."trace_plan"(uuid, jsonb) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."traced_marks"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."traced_marks"() TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."person_endpoints" TO "pipeline_writer";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "private"."trace_claims" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."trace_steps" FROM "authenticated";

REVOKE ALL ("active") ON TABLE "public"."trace_steps" FROM "authenticated";

GRANT INSERT ("active"), UPDATE ("active") ON TABLE "public"."trace_steps" TO "authenticated";

REVOKE ALL ("expected_hit_rate") ON TABLE "public"."trace_steps" FROM "authenticated";

GRANT INSERT ("expected_hit_rate"), UPDATE ("expected_hit_rate") ON TABLE "public"."trace_steps" TO "authenticated";

REVOKE ALL ("org_id") ON TABLE "public"."trace_steps" FROM "authenticated";

GRANT INSERT ("org_id") ON TABLE "public"."trace_steps" TO "authenticated";

REVOKE ALL ("position") ON TABLE "public"."trace_steps" FROM "authenticated";

GRANT INSERT ("position"), UPDATE ("position") ON TABLE "public"."trace_steps" TO "authenticated";

REVOKE ALL ("price_usd") ON TABLE "public"."trace_steps" FROM "authenticated";

GRANT INSERT ("price_usd"), UPDATE ("price_usd") ON TABLE "public"."trace_steps" TO "authenticated";

REVOKE ALL ("provider") ON TABLE "public"."trace_steps" FROM "authenticated";

GRANT INSERT ("provider") ON TABLE "public"."trace_steps" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."trace_steps" TO "authenticated";

GRANT SELECT ON TABLE "public"."trace_steps" TO "pipeline_writer";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."trace_steps" TO "service_role";

-- Reference data, queues and cron jobs.

insert into public.enrichment_kinds (kind, meaning) values
  ('trace', 'which phones and e-mails the owners of properties have')
on conflict (kind) do update set meaning = excluded.meaning;

insert into private.person_endpoints (provider, endpoint) values
  ('batchdata', 'skip_trace')
on conflict (endpoint, provider) do nothing;

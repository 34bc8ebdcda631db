-- property fallback: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP TRIGGER "_050_score_by_hand" ON "public"."lead_scores";

ALTER TABLE "public"."verification_code_map"
  DROP CONSTRAINT "channel_is_known";

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
  SET ROLE TO 'pipeline_writer'
  AS $function$
#variable_conflict use_column
declare
  v_blind constant bytea := private.blind_key(p_org_id);
  v_about_person constant boolean := exists (select from private.person_endpoints e
    where e.provider = p_provider and e.endpoint = p_endpoint);
  v_day date;
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
  v_lead_usd jsonb := jsonb '{}';
  v_taken record;
  v_began timestamptz;
  -- How long others were waited for: no turn is granted that passed meanwhile.
  v_waited interval := interval '0';
  r private.call_reservations;
  a private.provider_answers;
  n public.provider_calls;
  v_cached public.provider_calls[];
  v_locked boolean := false;
begin
  select array_agg(private.input_bidx(p_provider, p_endpoint, c ->> 'input', v_blind) order by n) into v_inputs
  from jsonb_array_elements(p_calls) with ordinality x (c, n);
  -- Where the cache knows everything, nobody waits for anybody.
  if exists (
    select from unnest(v_inputs) i
    where not exists (
      select from private.provider_answers k
      where k.org_id = p_org_id and k.provider = p_provider and k.endpoint = p_endpoint and k.input_bidx = i
        and k.expires_at > p_as_of))
  then
    v_began := clock_timestamp();
    perform private.lock_calls(p_org_id, p_provider);
    v_locked := true;
    v_waited := date_trunc('milliseconds', clock_timestamp() - v_began);
  end if;
  select d.today, b.day_left, b.month_left, c.retry_at into v_day, v_day_left, v_month_left, v_retry_at
  from (select (p_as_of at time zone o.time_zone)::date as today from public.orgs o where o.id = p_org_id) d
  cross join lateral (
    select min(b.limit_usd - coalesce(s.spent_usd + s.reserved_usd, 0)) filter (where b.period = 'day') as day_left,
      min(b.limit_usd - coalesce(s.spent_usd + s.reserved_usd, 0)) filter (where b.period = 'month') as month_left
    from public.provider_budgets b
    left join private.call_spend s on s.org_id = b.org_id and s.provider = b.provider and s.period = b.period
      and s.starts_on = case b.period when 'day' then d.today else date_trunc('month', d.today)::date end
    where b.org_id = p_org_id and b.provider = p_provider) b
  left join private.provider_circuits c on c.org_id = p_org_id and c.provider = v_circuit and c.account = p_account;
  if v_retry_at is not null then
    v_room := private.circuit_capacity(p_org_id, v_circuit, p_account, p_as_of);
  end if;

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
      n.lead_id := v_call ->> 'lead_id'; n.contact_point_id := v_call ->> 'contact_point_id';
      n.outcome := a.outcome; n.input_bidx := v_inputs[i];
      v_cached := v_cached || n;
      verdict := 'cached'; outcome := a.outcome; answered_at := a.answered_at;
      if a.key_id is not null then
        answer := private.decrypt_value(a.answer_cipher, private.org_key(p_org_id, a.key_id));
      end if;
      return next;
      continue;
    end if;
    if not v_locked then
      -- It was there a moment ago: erased meanwhile. Nothing is reserved without the lock.
      verdict := 'later'; reason := 'in_flight'; wait_ms := 250;
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
    from private.take_calls(p_provider, p_account, p_limits, cardinality(v_wanted), p_horizon,
      p_as_of + v_waited) t;
    for k in 1..cardinality(v_wanted) loop
      nth := v_wanted[k]; call_id := null; outcome := null; answer := null; answered_at := null;
      v_call := p_calls -> (nth - 1);
      if k > cardinality(v_taken.waits) then
        verdict := 'later'; reason := 'limit';
        -- Back when half of the horizon is used up: whoever came when all of it is would be late for the next turn.
        wait_ms := ceil(extract(epoch from v_taken.next_at - p_horizon / 2 - p_as_of) * 1000);
        return next;
        continue;
      end if;
      v_cost := coalesce((v_call ->> 'cost_usd')::numeric, 0);
      insert into private.call_reservations (org_id, provider, account, endpoint, input_bidx, lead_id,
        contact_point_id, cost_usd, local_date, reserved_at, lease_until, correlation_id)
      values (p_org_id, p_provider, p_account, p_endpoint, v_inputs[nth], (v_call ->> 'lead_id')::uuid,
        (v_call ->> 'contact_point_id')::bigint, v_cost, v_day, p_as_of,
        p_as_of + v_waited + v_taken.waits[k] + p_lease, p_correlation_id)
      returning id into call_id;
      v_reserved := v_reserved + v_cost;
      verdict := 'go'; reason := null;
      wait_ms := ceil(extract(epoch from v_waited + v_taken.waits[k]) * 1000);
      return next;
    end loop;
  end if;
  if v_cached is not null then
    -- Once for all answers: whoever counts them does so once a statement.
    insert into public.provider_calls (org_id, at, lead_id, contact_point_id, provider, account, endpoint, outcome,
      cached, correlation_id, input_bidx)
    select p_org_id, p_as_of, x.lead_id, x.contact_point_id, p_provider, p_account, p_endpoint, x.outcome, true,
      p_correlation_id, x.input_bidx
    from unnest(v_cached) x;
  end if;
  if v_reserved > 0 or v_refused > 0 then
    perform private.book_spend(p_org_id, p_provider, v_day, 0, v_reserved, v_refused, v_refused_usd);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_property_codes (
  p_org_id   uuid,
  p_provider text,
  p_codes    text[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into public.provider_drift as d (org_id, provider, endpoint, path, problem, first_at, last_at)
  select p_org_id, p_provider, 'property', x.code, 'unknown code', p_as_of, p_as_of
  from (select distinct unnest(p_codes) as code) x
  where x.code ~ '^[A-Za-z0-9_.-]{1,60}$' and not exists (select from public.verification_code_map m
    where m.provider = p_provider and m.channel = 'property' and m.code = x.code)
  on conflict (org_id, provider, endpoint, path, problem) do update set times = d.times + 1,
    last_at = greatest(d.last_at, excluded.last_at)
$function$;

CREATE OR REPLACE FUNCTION private.org_setting_kinds()
  RETURNS TABLE (
    key      text,
    area     text,
    title    text,
    hint     text,
    pattern  text,
    standard text
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  values
    ('seller', 'Identity', 'Seller', 'The name that consents must carry.', '^.{1,200}$', 'the name of the org'),
    ('help_contact', 'Identity', 'Contact in the answer to HELP', 'A phone number or an address.', '^.{1,200}$',
      'your broker'),
    ('postal_address', 'Identity', 'Postal address', 'New e-mail senders get it. The law asks for a valid one in '
      'every marketing e-mail (CAN-SPAM Act).', '^.{5,255}$', 'none'),
    ('consent_page', 'Identity', 'Consent page', 'The https address that serves the consent form.',
      '^https://[^#[:space:]]+$', 'none'),
    ('raw_days', 'Retention', 'Days for which the bytes of finished uploads are kept',
      'Rejected rows and bodies of processed webhooks go with them. Afterwards nothing can be replayed.',
      '^[1-9][0-9]{0,3}$', '30'),
    ('events_months', 'Retention', 'Months for which steps of the funnel and deliveries of webhooks are kept',
      '10 or more. The numbers of the funnel stay.', '^[1-9][0-9]{1,2}$', 'always'),
    ('calls_months', 'Retention', 'Months for which calls to data providers are kept',
      '10 or more. The sums of what they cost stay.', '^[1-9][0-9]{1,2}$', 'always'),
    ('decision_years', 'Retention', 'Years for which decisions of the gate are kept',
      'Five or more (16 CFR 310.5).', '^([5-9]|[1-9][0-9])$', '5'),
    ('consent_months', 'Retention', 'Months after which a consent expires', 'Counted from the day it was given.',
      '^[1-9][0-9]{0,2}$', 'never'),
    ('lead_attempts_24h', 'Limits', 'Contacts with a lead in 24 hours', 'All channels together.', '^[1-9][0-9]{0,2}$',
      'none of the org''s own'),
    ('org_attempts_24h', 'Limits', 'Contacts of the org in 24 hours', 'All channels together.', '^[1-9][0-9]{0,5}$',
      'none'),
    ('reveals_per_hour', 'Limits', 'Leads whose plain values a member may see in an hour',
      'Look-ups by phone or e-mail count, too.', '^[1-9][0-9]{0,4}$', '120'),
    ('soft_bounces', 'Limits', 'Soft bounces after which an address counts as invalid', 'A delivery begins anew.',
      '^[1-9][0-9]{0,2}$', '5'),
    ('soft_bounce_days', 'Limits', 'Days within which soft bounces add up', '', '^[1-9][0-9]{0,2}$', '30'),
    ('merge_probability', 'Matching', 'Probability from which two leads are merged without a person',
      '0.9 to 1. Empty: a person answers every candidate.', '^(0[.]9[0-9]{0,8}|1([.]0{1,8})?)$', 'never'),
    ('trace_cap_usd', 'Skip traces', 'Most that traces of a lead may cost in half a year, in USD', '',
      '^[0-9]{1,4}([.][0-9]{1,6})?$', '1'),
    ('trace_order', 'Skip traces', 'Which provider is asked first', 'cost_per_hit or position.',
      '^(cost_per_hit|position)$', 'cost_per_hit'),
    ('trace_wants', 'Skip traces', 'What a trace looks for', 'phone, email or either.', '^(phone|email|either)$',
      'phone'),
    ('property_fallback', 'Property data', 'Ask the next provider about properties that the first does not know',
      'on or off. The forecast of a run then counts both.', '^(on|off)$', 'off')
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
  SET ROLE TO 'pipeline_writer'
  AS $function$
#variable_conflict use_column
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_circuit constant text := p_provider || ' data';
  v_key_id integer;
  v_key text;
  c record;
  r private.call_reservations;
  v_cost numeric;
  v_unconfirmed boolean;
  -- What is booked and counted at the end, once for all calls.
  v_days date[] := array[]::date[];
  v_spent numeric[] := array[]::numeric[];
  v_released numeric[] := array[]::numeric[];
  v_answered text[] := array[]::text[];
  n public.provider_calls;
  v_calls public.provider_calls[];
  v_objected boolean := false;
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
    if c.processed = 'maybe' then
      update private.call_reservations x set state = 'unconfirmed', code = c.code
      where x.org_id = p_org_id and x.id = c.id and x.provider = p_provider and x.cost_usd > 0
      returning x.* into r;
      v_unconfirmed := found;
    else
      v_unconfirmed := false;
    end if;
    if not v_unconfirmed then
      delete from private.call_reservations x
      where x.org_id = p_org_id and x.id = c.id and x.provider = p_provider
      returning x.* into r;
      if not found then
        -- Reconciled meanwhile.
        return next;
        continue;
      end if;
      settled := true;
      v_cost := case c.processed when 'yes' then coalesce(c.cost_usd, r.cost_usd) else 0 end;
      v_days := v_days || r.local_date;
      v_spent := v_spent || v_cost;
      v_released := v_released || r.cost_usd;
      n.lead_id := r.lead_id; n.contact_point_id := r.contact_point_id; n.account := r.account;
      n.endpoint := r.endpoint; n.outcome := c.outcome; n.cost_usd := v_cost; n.duration_ms := c.duration_ms;
      n.code := c.code; n.correlation_id := r.correlation_id; n.input_bidx := r.input_bidx;
      v_calls := v_calls || n;
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
    if c.outcome in ('out_of_credit', 'auth', 'blocked', 'retry_after', 'unreachable', 'no_answer') then
      -- In the order of the calls: an answer closes a circuit.
      perform private.record_request_outcomes(p_org_id, v_circuit, x.account, x.answered::integer, 0, null, p_as_of)
      from (select a.account, count(*) as answered from unnest(v_answered) a (account) group by 1 order by 1) x;
      v_answered := '{}';
    end if;
    if c.outcome in ('out_of_credit', 'auth', 'blocked') then
      perform private.open_circuit(p_org_id, v_circuit, r.account,
        p_as_of + make_interval(secs => coalesce(c.retry_after, 900)), p_as_of);
    elsif c.outcome in ('retry_after', 'unreachable', 'no_answer') then
      perform private.record_request_outcomes(p_org_id, v_circuit, r.account, 0, 1,
        make_interval(secs => c.retry_after), p_as_of);
    else
      v_answered := v_answered || r.account;
    end if;
    if c.outcome = 'forbidden_person' and r.lead_id is not null then
      perform set_config('sluice.actor', 'system', true);
      perform private.object_to_contact(p_org_id, r.lead_id, r.contact_point_id, p_provider, p_as_of);
      v_objected := true;
      perform set_config('sluice.actor', v_actor, true);
    end if;
    if c.drift <> '[]' then
      insert into public.provider_drift as d (org_id, provider, endpoint, path, problem, times, first_at, last_at)
      select p_org_id, p_provider, r.endpoint, x ->> 'path', x ->> 'problem', count(*), p_as_of, p_as_of
      from jsonb_array_elements(c.drift) x group by 1, 2, 3, 4, 5
      on conflict (org_id, provider, endpoint, path, problem) do update set times = d.times + excluded.times,
        last_at = greatest(d.last_at, excluded.last_at);
    end if;
    return next;
  end loop;
  -- Once for all calls: whoever counts them does so once a statement.
  insert into public.provider_calls (org_id, at, lead_id, contact_point_id, provider, account, endpoint, outcome,
    cost_usd, duration_ms, code, correlation_id, input_bidx)
  select p_org_id, p_as_of, x.lead_id, x.contact_point_id, p_provider, x.account, x.endpoint, x.outcome, x.cost_usd,
    x.duration_ms, x.code, x.correlation_id, x.input_bidx
  from unnest(v_calls) x;
  perform private.record_request_outcomes(p_org_id, v_circuit, x.account, x.answered::integer, 0, null, p_as_of)
  from (select a.account, count(*) as answered from unnest(v_answered) a (account) group by 1 order by 1) x;
  perform private.book_spend(p_org_id, p_provider, x.day, x.spent, -x.released)
  from (
    select d.day, sum(d.spent) as spent, sum(d.released) as released
    from unnest(v_days, v_spent, v_released) d (day, spent, released) group by 1 order by 1) x;
  -- A call whose end is lost with a crash of the database stays reserved, so it counts as spent and is not repeated.
  if not v_objected then
    perform set_config('synchronous_commit', 'off', true);
  end if;
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
  values (p_org_id, p_kind, p_provider, p_scope, p_options || case
      -- Kept with the run, so that what is asked is what was forecast.
      when p_kind = 'property' and p_provider is null and exists (select from public.orgs o
        where o.id = p_org_id and o.settings ->> 'property_fallback' = 'on') then jsonb '{"fallback": true}'
      else '{}' end, (select auth.uid()), p_as_of)
  returning id into v_run;
  insert into private.enrichment_items (org_id, run_id, lead_id, place)
  select p_org_id, v_run, s.lead_id, s.place from private.enrichment_scope(p_org_id, p_scope) s;
  get diagnostics v_leads = row_count;
  update public.enrichment_runs r set leads = v_leads where r.org_id = p_org_id and r.id = v_run;
  perform private.send_enrichment(p_org_id, v_run);
  return v_run;
end
$function$;

ALTER TABLE "public"."orgs"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "property_fallback_is_on_or_off" CHECK (((settings ->> 'property_fallback'::text) = ANY (ARRAY['on'::text, 'off'::text])));

ALTER TABLE "public"."verification_code_map"
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "channel_is_known" CHECK ((channel = ANY (ARRAY['email'::text, 'phone'::text, 'address'::text, 'property'::text])));

CREATE TRIGGER _050_score_by_hand
  BEFORE INSERT OR DELETE OR UPDATE ON public.lead_scores
  FOR EACH STATEMENT
  WHEN (((COALESCE(current_setting('sluice.actor'::text, true), ''::text) = ''::text) AND (COALESCE(current_setting('sluice.repair'::text, true), ''::text) = ''::text)))
  EXECUTE FUNCTION private.tg_refuse_hand_edits('a score', 'it follows from the rules of the org; change the rules');

COMMENT ON COLUMN "public"."orgs"."settings" IS 'Settings of the org. raw_days: number of days for which the bytes of finished uploads are kept (default 30). events_months: whole months for which steps of the funnel and deliveries of webhooks are kept, 10 or more (default: always). calls_months: the same for calls to data providers. decision_years: years for which decisions of the gate are kept, five or more (default 5). consent_months: number of months after which a consent expires (default: never). consent_page: https address that serves pages/consent. seller: the seller that consents must name (default: the name of the org). lead_attempts_24h, org_attempts_24h: limits on contacts per lead and for the org. help_contact: the address that the answer to HELP names. merge_probability: leads that are one with at least this probability (0.9 to 1) are merged without an answer (default: never). reveals_per_hour: the number of leads whose plain values a member may see within an hour (default 120). trace_cap_usd: what skip traces of a lead may cost in half a year (default 1). trace_order: cost_per_hit (default) or position. trace_wants: phone (default), email or either. property_fallback: on (the next provider of property data is asked about what the first does not know) or off (default).';

COMMENT ON FUNCTION "private"."count_property_codes"(uuid, text, text[], timestamp with time zone) IS 'Counts result codes of an answer about a property that verification_code_map does not list: they are not judged.';

REVOKE ALL ON FUNCTION "private"."count_property_codes"(uuid, text, text[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_property_codes"(uuid, text, text[], timestamp WITH time zone) TO "pipeline_writer";

-- Reference data, queues and cron jobs.

insert into public.score_fields (name, type, relation, expression, observed, fresh_days, words, counts_since, next_change) values
  ('lead.owner_is_company', 'bool', null, 'string_to_array(upper(translate(coalesce(l.owner_full, l.owner_1_last), '',.'', '' '') collate "C"), '' '')
    && ''{LLC,INC,CORP,CORPORATION,CO,COMPANY,LP,LLP,LTD,TRUST,TRUSTEE,BANK,HOLDINGS,ASSN,ASSOCIATION,HOA}''::text[]', null, null, 'The owner is a company, a trust or an association', null, null),
  ('lead.days_on_file', 'number', null, 'floor(date_part(''epoch'', $3::timestamptz - l.created_at) / 86400)', null, null, 'Days since the lead was created', 'l.created_at', null),
  ('engagement.days_since_reply', 'number', null, 'floor(date_part(''epoch'', $3::timestamptz - l.last_reply_at) / 86400)', null, null, 'Days since the last reply', 'l.last_reply_at', null),
  ('property.years_owned', 'number', 'property', '(date_part(''year'', $3::timestamptz at time zone ''UTC'') - coalesce(
      date_part(''year'', pf.sold_at at time zone ''UTC''),
      case translate(private.list_value(l.attributes,
      ''{lastsaledate,lastsalesdate,saledate,lasttransferdate,lastsaleyear}''), ''0123456789'', ''9999999999'')
        when ''99/99/9999'' then case when left(right(private.list_value(l.attributes,
      ''{lastsaledate,lastsalesdate,saledate,lasttransferdate,lastsaleyear}''), 4), 2) in (''19'', ''20'') then right(private.list_value(l.attributes,
      ''{lastsaledate,lastsalesdate,saledate,lasttransferdate,lastsaleyear}''), 4) end
        when ''9999-99-99'' then case when left(private.list_value(l.attributes,
      ''{lastsaledate,lastsalesdate,saledate,lasttransferdate,lastsaleyear}''), 2) in (''19'', ''20'') then left(private.list_value(l.attributes,
      ''{lastsaledate,lastsalesdate,saledate,lasttransferdate,lastsaleyear}''), 4) end
        else substring(private.list_value(l.attributes,
      ''{lastsaledate,lastsalesdate,saledate,lasttransferdate,lastsaleyear}'') from ''(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[0-9]{4})?(?:[^0-9]|$)'')
      end::float8))', null, null, 'Years since the last sale', null, '(date_trunc(''year'', $3::timestamptz at time zone ''UTC'') + interval ''1 year'') at time zone ''UTC''')
on conflict (name) do update set expression = excluded.expression;

-- faster gateway: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."book_spend"(uuid, text, date, numeric, numeric, integer, numeric);

DROP FUNCTION "private"."org_date"(uuid, timestamp WITH time zone);

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
  if v_reserved > 0 or v_refused > 0 then
    perform private.book_spend(p_org_id, p_provider, v_day, 0, v_reserved, v_refused, v_refused_usd);
  end if;
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
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  insert into private.call_spend as s (org_id, provider, period, starts_on, spent_usd, reserved_usd, refused,
    refused_usd)
  select p_org_id, p_provider, x.period, x.starts_on, p_spent, greatest(p_reserved, 0), p_refused, p_refused_usd
  from (values ('day', p_day), ('month', date_trunc('month', p_day)::date)) x (period, starts_on)
  where (p_spent, p_reserved, p_refused) <> (0, 0, 0)
  on conflict (org_id, provider, period, starts_on) do update set spent_usd = s.spent_usd + excluded.spent_usd,
    reserved_usd = s.reserved_usd + p_reserved, refused = s.refused + excluded.refused,
    refused_usd = s.refused_usd + excluded.refused_usd;
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_calls (
  p_org_id   uuid,
  p_provider text
)
  RETURNS void
  LANGUAGE sql
  AS $function$
  select pg_advisory_xact_lock(hashtextextended(concat_ws(' ', 'sluice calls', p_org_id, p_provider), 0))
$function$;

CREATE OR REPLACE FUNCTION private.org_date (
  p_org_id uuid,
  p_as_of  timestamp with time zone
)
  RETURNS date
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (select (p_as_of at time zone o.time_zone)::date from public.orgs o where o.id = p_org_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.record_request_outcomes (
  p_org_id      uuid,
  p_provider    text,
  p_account     text,
  p_answered    integer,
  p_failed      integer,
  p_retry_after interval                 DEFAULT NULL::interval,
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS private.circuit_state
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  c private.provider_circuits;
begin
  if p_answered + p_failed = 0 then
    return null;
  end if;
  loop
    select x.* into c from private.provider_circuits x
    where x.org_id = p_org_id and x.provider = p_provider and x.account = p_account for update;
    exit when found;
    insert into private.provider_circuits (org_id, provider, account, window_at)
    values (p_org_id, p_provider, p_account, p_as_of)
    on conflict do nothing;
  end loop;
  if c.state = 'closed' then
    if c.window_at <= p_as_of - interval '1 minute' or c.window_at > p_as_of then
      c.window_at := p_as_of; c.requests := 0; c.failures := 0;
    end if;
    c.requests := c.requests + p_answered + p_failed;
    c.failures := c.failures + p_failed;
    if p_answered > 0 then
      c.trips := 0;
    end if;
    if c.failures >= 5 and 2 * c.failures >= c.requests then
      c.state := 'open';
    end if;
  elsif p_answered > 0 then
    c.state := 'closed'; c.opened_at := null; c.retry_at := null;
    c.window_at := p_as_of; c.requests := p_answered; c.failures := 0;
  -- Requests in flight when the circuit opened say nothing new; a failed probe does.
  elsif c.state = 'half_open' then
    c.state := 'open';
    c.opened_at := null;
  end if;
  if c.state = 'open' and c.opened_at is null then
    c.opened_at := p_as_of;
    c.retry_at := p_as_of + greatest(p_retry_after, interval '15 seconds' * 2 ^ least(c.trips, 5));
    c.trips := c.trips + 1;
  end if;
  update private.provider_circuits x set state = c.state, window_at = c.window_at, requests = c.requests,
    failures = c.failures,
    trips = c.trips, opened_at = c.opened_at, retry_at = c.retry_at
  where x.org_id = p_org_id and x.provider = p_provider and x.account = p_account;
  return c.state;
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
  perform private.record_request_outcomes(p_org_id, v_circuit, x.account, x.answered::integer, 0, null, p_as_of)
  from (select a.account, count(*) as answered from unnest(v_answered) a (account) group by 1 order by 1) x;
  perform private.book_spend(p_org_id, p_provider, x.day, x.spent, -x.released)
  from (
    select d.day, sum(d.spent) as spent, sum(d.released) as released
    from unnest(v_days, v_spent, v_released) d (day, spent, released) group by 1 order by 1) x;
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
  loop
    -- Locked in one order, so that two workers never wait for each other.
    select array_agg(l.name order by l.name) filter (where l.step is not null),
      array_agg(l.step order by l.name) filter (where l.step is not null),
      array_agg(l.step * (l.burst - 1) order by l.name) filter (where l.step is not null),
      array_agg(l.next_at order by l.name) filter (where l.step is not null),
      min(l.next_at) filter (where l.name = 'pause')
    into v_names, v_steps, v_room, v_next, v_pause
    from (
      select x.name, x.next_at, j.burst,
        -- Rounded up to the microsecond, which is what an instant can hold.
        make_interval(secs => ceil(j.seconds * 1e6 / 0.97 / (j.calls + 1 - j.burst)) / 1e6) as step
      from private.call_limits x
      left join (
        select l ->> 'name' as name, (l ->> 'calls')::integer as calls, (l ->> 'seconds')::double precision as seconds,
          least(coalesce((l ->> 'burst')::integer, 1), (l ->> 'calls')::integer) as burst
        from jsonb_array_elements(p_limits) l) j on j.name = x.name
      where x.provider = p_provider and x.account = p_account
      order by x.name for update of x) l;
    exit when coalesce(cardinality(v_names), 0) = jsonb_array_length(p_limits);
    insert into private.call_limits as x (provider, account, name, next_at)
    select distinct p_provider, p_account, l ->> 'name', p_as_of from jsonb_array_elements(p_limits) l
    order by l ->> 'name'
    on conflict do nothing;
  end loop;
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

COMMENT ON FUNCTION "private"."book_spend"(uuid, text, date, numeric, numeric, integer, numeric) IS 'Adds to the cost of a date and of its month; p_reserved is negative when a reservation ends.';

COMMENT ON FUNCTION "private"."org_date"(uuid, timestamp with time zone) IS 'The local date of the org.';

REVOKE ALL ON FUNCTION "private"."book_spend"(uuid, text, date, numeric, numeric, integer, numeric) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."book_spend"(uuid, text, date, numeric, numeric, integer, numeric) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."org_date"(uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."org_date"(uuid, timestamp WITH time zone) TO "pipeline_writer";

-- Before a data call: one statement answers from the cache, keeps equal calls apart, checks circuit and budget, takes
-- from the limits and reserves the cost. What it does not permit is not called.

create function private.begin_calls(
  p_org_id uuid, p_provider text, p_account text, p_endpoint text, p_calls jsonb, p_limits jsonb default '[]',
  p_lease interval default interval '60 seconds', p_horizon interval default interval '1 second',
  p_correlation_id uuid default null, p_most_usd numeric default null, p_as_of timestamptz default now()
) returns table (nth integer, verdict text, reason text, call_id uuid, wait_ms integer, outcome public.call_outcome,
  answer text, answered_at timestamptz)
language plpgsql volatile
-- Called as one statement without a transaction around it, so it takes the role of the pipeline itself.
set search_path = '' set role = 'pipeline_writer' as $$
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
      n.lead_id := (v_call ->> 'lead_id')::uuid; n.contact_point_id := (v_call ->> 'contact_point_id')::bigint;
      n.outcome := a.outcome; n.input_bidx := v_inputs[i];
      n.correlation_id := coalesce((v_call ->> 'correlation_id')::uuid, p_correlation_id);
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
        p_as_of + v_waited + v_taken.waits[k] + p_lease,
        coalesce((v_call ->> 'correlation_id')::uuid, p_correlation_id))
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
      x.correlation_id, x.input_bidx
    from unnest(v_cached) x;
  end if;
  if v_reserved > 0 or v_refused > 0 then
    perform private.book_spend(p_org_id, p_provider, v_day, 0, v_reserved, v_refused, v_refused_usd);
  end if;
end
$$;
comment on function private.begin_calls(uuid, text, text, text, jsonb, jsonb, interval, interval, uuid, numeric,
  timestamptz) is
  'Asks whether data calls [{input, cost_usd, lead_id, contact_point_id, correlation_id}] may be made; cost_usd is the '
  'most that one can cost, and p_correlation_id counts for calls without one. Verdicts: cached (with answer); go (make it after wait_ms and settle call_id); later (after wait_ms: '
  'in_flight, circuit_open, limit); refused (over_budget, no_budget; over_cap: it would cost more than is left of '
  'p_most_usd; unconfirmed: an earlier one may have been charged; for private.person_endpoints also never_contact and '
  'over_lead_cap). p_limits is as in take_calls. A call that is not settled before p_lease counts as spent until it is '
  'reconciled.';

create function private.kept_answers(p_org_id uuid, p_provider text, p_endpoint text, p_inputs text[],
  p_as_of timestamptz default now()) returns boolean[]
language plpgsql stable set search_path = '' as $$
declare
  v_blind constant bytea := private.blind_key(p_org_id);
begin
  return array(
    select exists (select from private.provider_answers a
      where a.org_id = p_org_id and a.provider = p_provider and a.endpoint = p_endpoint
        and a.input_bidx = private.input_bidx(p_provider, p_endpoint, i.input, v_blind) and a.expires_at > p_as_of)
    from unnest(p_inputs) with ordinality i (input, n) order by i.n);
end
$$;
comment on function private.kept_answers(uuid, text, text, text[], timestamptz) is
  'For each normalised question, whether the cache has its answer. Asks nothing and notes nothing.';

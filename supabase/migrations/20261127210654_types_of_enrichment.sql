-- types of enrichment: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

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
  v_lead_usd jsonb := jsonb '{}';
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
    perform public.plan_enrichment(v.org_id, v.kind, jsonb_build_object('lead_ids', to_jsonb(v.leads)), v.provider,
      '{"renewal": true}', p_as_of);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$function$;

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
  v_state := (case
    when p_action = 'pause' and r.state = 'running' then 'paused'
    when p_action = 'cancel' and r.state not in ('done', 'failed', 'cancelled') then 'cancelled'
    -- What was confirmed is spent: it is priced again.
    when p_action = 'resume' and (r.confirmed_at is null or r.reason = 'over_forecast')
      and r.state in ('paused', 'failed') then 'planning'
    when p_action = 'resume' and (r.state in ('paused', 'failed') or r.state = 'done' and exists (
      select from private.enrichment_items i
      where i.org_id = r.org_id and i.run_id = r.id and i.state = 'failed')) then 'running' end)::public.enrichment_state;
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

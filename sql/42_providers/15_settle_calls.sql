-- After a data call: its cost, its answer, and what the answer says about account, limits and person.

create function private.open_circuit(p_org_id uuid, p_provider text, p_account text, p_until timestamptz,
  p_as_of timestamptz default now()) returns void
language sql volatile set search_path = '' as $$
  insert into private.provider_circuits as c (org_id, provider, account, state, window_at, trips, opened_at, retry_at)
  values (p_org_id, p_provider, p_account, 'open', p_as_of, 1, p_as_of, p_until)
  on conflict (org_id, provider, account) do update set state = 'open', opened_at = p_as_of,
    retry_at = greatest(c.retry_at, p_until), trips = c.trips + 1
$$;
comment on function private.open_circuit(uuid, text, text, timestamptz, timestamptz) is
  'Opens a circuit at once: every other call with the account would fail, too.';

create function private.object_to_contact(p_org_id uuid, p_lead_id uuid, p_contact_point_id bigint, p_source text,
  p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
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
$$;
comment on function private.object_to_contact(uuid, uuid, bigint, text, timestamptz) is
  'Suppresses a contact point: a provider says that the person objected. Without one, all of the lead, and the '
  'objection is recorded for the person, so that nobody asks anywhere again. Returns how many values. '
  'Definer: suppressing also stops what is under way, for which the writer may lack rights.';
revoke execute on function private.object_to_contact(uuid, uuid, bigint, text, timestamptz) from public;
grant execute on function private.object_to_contact(uuid, uuid, bigint, text, timestamptz) to pipeline_writer;

create function private.settle_calls(p_org_id uuid, p_provider text, p_calls jsonb,
  p_as_of timestamptz default now()) returns table (call_id uuid, settled boolean, kept boolean)
language plpgsql volatile
-- Called as one statement without a transaction around it, so it takes the role of the pipeline itself.
set search_path = '' set role = 'pipeline_writer' as $$
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
$$;
comment on function private.settle_calls(uuid, text, jsonb, timestamptz) is
  'Ends calls [{call_id, outcome, processed (yes, no, maybe), cost_usd, answer, keep_seconds, duration_ms, '
  'retry_after_seconds, code, drift: [{path, problem}]}]. yes: the cost is spent; no: it is released; maybe: it stays '
  'reserved until reconcile_calls. Keeps the answer for keep_seconds; kept is false when the subject was erased '
  'meanwhile, and its caller must drop the answer. out_of_credit, auth and blocked close the account for '
  'retry_after_seconds (900), slow_down pauses it, forbidden_person suppresses the person.';

create function private.return_calls(p_org_id uuid, p_provider text, p_call_ids uuid[]) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  r private.call_reservations;
  v_count integer := 0;
begin
  perform private.lock_calls(p_org_id, p_provider);
  for r in
    delete from private.call_reservations x
    where x.org_id = p_org_id and x.provider = p_provider and x.id = any (p_call_ids) and x.state = 'in_flight'
    returning x.*
  loop
    perform private.book_spend(p_org_id, p_provider, r.local_date, 0, -r.cost_usd);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.return_calls(uuid, text, uuid[]) is
  'Ends reservations of calls that were never made, and releases their cost: their turn has passed, and a late call '
  'could exceed a limit. Returns how many.';

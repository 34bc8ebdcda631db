-- Calls whose answer never came: their cost counts as spent until somebody has looked at the provider's invoice.

create function public.list_unconfirmed_calls(p_org_id uuid, p_provider text default null)
returns table (call_id uuid, provider text, account text, endpoint text, lead_id uuid, cost_usd numeric,
  reserved_at timestamptz, code text)
language sql stable security definer set search_path = '' as $$
  select r.id, r.provider, r.account, r.endpoint, r.lead_id, r.cost_usd, r.reserved_at, r.code
  from private.call_reservations r
  where r.org_id = p_org_id and (p_provider is null or r.provider = p_provider)
    and (r.state = 'unconfirmed' or r.lease_until < now())
    and (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}')))
  order by r.reserved_at, r.id
$$;
comment on function public.list_unconfirmed_calls(uuid, text) is
  'Calls of which nobody knows whether they were charged: no answer came, or their worker died. For owners, admins and '
  'the service. Definer: callers have no rights on reservations.';
revoke execute on function public.list_unconfirmed_calls(uuid, text) from public, anon;
grant execute on function public.list_unconfirmed_calls(uuid, text) to authenticated, service_role, pipeline_writer;

create function public.reconcile_calls(p_org_id uuid, p_provider text, p_charged boolean,
  p_call_ids uuid[] default null, p_as_of timestamptz default now()) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
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
$$;
comment on function public.reconcile_calls(uuid, text, boolean, uuid[], timestamptz) is
  'Ends unconfirmed calls, all of a provider or those given: charged, so that their cost is spent, or not, so that it '
  'is released. The same questions may be asked again. Returns {calls, cost_usd}. For owners, admins and the service. '
  'Definer: callers have no rights on reservations. Raises SL544.';
revoke execute on function public.reconcile_calls(uuid, text, boolean, uuid[], timestamptz) from public, anon;
grant execute on function public.reconcile_calls(uuid, text, boolean, uuid[], timestamptz)
  to authenticated, service_role;

create function public.provider_budget_status(p_org_id uuid, p_as_of timestamptz default now())
returns table (provider text, period text, starts_on date, limit_usd numeric, spent_usd numeric, reserved_usd numeric,
  left_usd numeric, refused integer, refused_usd numeric, unconfirmed integer, unconfirmed_usd numeric)
language sql stable security definer set search_path = '' as $$
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
$$;
comment on function public.provider_budget_status(uuid, timestamptz) is
  'Budgets of the org''s providers today and this month, what is spent, reserved and left of them, what they refused, '
  'and how many calls are unconfirmed (their cost is in reserved_usd). limit_usd null: no budget for that period. For '
  'members and the service. Definer: callers have no rights on spend.';
revoke execute on function public.provider_budget_status(uuid, timestamptz) from public, anon;
grant execute on function public.provider_budget_status(uuid, timestamptz) to authenticated, service_role,
  pipeline_writer;

create function private.purge_answers(p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer;
begin
  delete from private.provider_answers a where a.expires_at <= p_as_of;
  get diagnostics v_count = row_count;
  delete from private.call_limits x where x.next_at < p_as_of - interval '2 days';
  return v_count;
end
$$;
comment on function private.purge_answers(timestamptz) is
  'Deletes answers whose lifetime is over, and limits that were full two days ago; returns the number of answers. '
  'Definer: retention belongs to the owner.';
revoke execute on function private.purge_answers(timestamptz) from pipeline_writer;

-- How many messages throttles, budgets and circuit breakers still allow.

create type private.sender_capacity as (sender public.senders, capacity integer, initial_capacity integer,
  is_probe boolean);
comment on type private.sender_capacity is
  'A sender and how many more messages it may take in this claim; is_probe: the one that tests whether the '
  'provider answers again.';

create function private.sender_capacities(p_org_id uuid, p_channels text[], p_local_date date, p_as_of timestamptz)
returns setof private.sender_capacity
language plpgsql stable set search_path = '' as $$
begin
  return query
  select s, least(r.limit_capacity, r.circuit_capacity), least(r.limit_capacity, r.circuit_capacity),
    r.circuit_capacity = 1
  from public.senders s
  left join private.provider_spend d on d.org_id = s.org_id and d.sender_id = s.id and d.local_date = p_local_date
  cross join lateral (
    select least(1000000,
        private.throttle_capacity(s.org_id, 'sender', s.id::text, s.per_minute, s.per_day, p_as_of),
        case
          when s.daily_budget_usd is null then null
          when s.cost_usd > 0 then greatest(0, floor((s.daily_budget_usd - coalesce(d.spent_usd + d.reserved_usd, 0))
            / s.cost_usd))::integer
          when coalesce(d.spent_usd + d.reserved_usd, 0) >= s.daily_budget_usd then 0 end) as limit_capacity,
      private.circuit_capacity(s.org_id, s.provider, s.account, p_as_of) as circuit_capacity) r
  where s.org_id = p_org_id and s.state = 'active' and s.channel = any (p_channels)
  order by s.id;
end
$$;
comment on function private.sender_capacities(uuid, text[], date, timestamptz) is
  'The active senders of an org, with the capacity that throttle, budget and circuit breaker leave each of them.';

create function private.choose_sender(p_senders private.sender_capacity[], p_sender_id uuid, p_channel text,
  p_lead_id uuid) returns integer
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return (
    select x.n::integer from unnest(p_senders) with ordinality x (sender, capacity, initial_capacity, is_probe, n)
    where (x.sender).channel = p_channel and x.capacity > 0 and (p_sender_id is null or (x.sender).id = p_sender_id)
    order by private.hash_fraction(p_lead_id::text || (x.sender).id), x.n limit 1);
end
$$;
comment on function private.choose_sender(private.sender_capacity[], uuid, text, uuid) is
  'Index in p_senders of the sender for a lead: the one its step names, otherwise the one that the lead''s hash '
  'prefers among those with capacity, so that a person usually sees the same number. Null if none has capacity.';

create function private.consume_capacity(p_capacities jsonb, p_keys text[], p_count integer default 1) returns jsonb
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_key text;
begin
  if p_capacities <> '{}' then
    foreach v_key in array p_keys loop
      if p_capacities ? v_key then
        p_capacities := jsonb_set(p_capacities, array[v_key], to_jsonb((p_capacities ->> v_key)::integer - p_count));
      end if;
    end loop;
  end if;
  return p_capacities;
end
$$;
comment on function private.consume_capacity(jsonb, text[], integer) is
  'Subtracts p_count from the named throttles; those without a limit are not in p_capacities.';

create function private.has_capacity(p_capacities jsonb, p_keys text[]) returns boolean
language sql immutable parallel safe as $$
  select p_capacities = '{}' or not exists (select from unnest(p_keys) x where (p_capacities ->> x)::integer <= 0)
$$;
comment on function private.has_capacity(jsonb, text[]) is 'Whether all of the named throttles have capacity left.';

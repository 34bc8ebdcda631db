create function private.circuit_capacity(p_org_id uuid, p_provider text, p_account text, p_as_of timestamptz default now()) returns integer
language plpgsql stable set search_path = '' as $$
declare
  c private.provider_circuits;
begin
  select x.* into c from private.provider_circuits x
  where x.org_id = p_org_id and x.provider = p_provider and x.account = p_account;
  return case when not found or c.state = 'closed' then null when c.retry_at > p_as_of then 0 else 1 end;
end
$$;
comment on function private.circuit_capacity(uuid, text, text, timestamptz) is
  'How many calls may go out now: null: any number; 0: the circuit is open, or its probe on the way; 1: a probe.';

create function private.reserve_probe(p_org_id uuid, p_provider text, p_account text, p_as_of timestamptz default now()) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  update private.provider_circuits c set state = 'half_open', retry_at = p_as_of + interval '2 minutes'
  where c.org_id = p_org_id and c.provider = p_provider and c.account = p_account
    and c.state <> 'closed' and c.retry_at <= p_as_of;
  return found;
end
$$;
comment on function private.reserve_probe(uuid, text, text, timestamptz) is
  'Takes the one call that an open circuit lets out when its time has come; false when somebody else has it. One that never answers counts as lost after two minutes.';

create function private.record_request_outcomes(
  p_org_id uuid, p_provider text, p_account text, p_answered integer, p_failed integer, p_retry_after interval default null,
  p_as_of timestamptz default now()
) returns private.circuit_state
language plpgsql volatile set search_path = '' as $$
declare
  c private.provider_circuits;
begin
  if p_answered + p_failed = 0 then
    return null;
  end if;
  insert into private.provider_circuits (org_id, provider, account, window_at) values (p_org_id, p_provider, p_account, p_as_of)
  on conflict do nothing;
  select x.* into strict c from private.provider_circuits x
  where x.org_id = p_org_id and x.provider = p_provider and x.account = p_account for update;
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
  -- Calls that were on their way when it opened say nothing new; a failed probe does.
  elsif c.state = 'half_open' then
    c.state := 'open';
    c.opened_at := null;
  end if;
  if c.state = 'open' and c.opened_at is null then
    c.opened_at := p_as_of;
    c.retry_at := p_as_of + greatest(p_retry_after, interval '15 seconds' * 2 ^ least(c.trips, 5));
    c.trips := c.trips + 1;
  end if;
  update private.provider_circuits x set state = c.state, window_at = c.window_at, requests = c.requests, failures = c.failures,
    trips = c.trips, opened_at = c.opened_at, retry_at = c.retry_at
  where x.org_id = p_org_id and x.provider = p_provider and x.account = p_account;
  return c.state;
end
$$;
comment on function private.record_request_outcomes(uuid, text, text, integer, integer, interval, timestamptz) is
  'Tells the circuit how calls went: p_answered by the provider, whatever it said, p_failed not (5xx, 429, timeouts). Opens it for 15 seconds, twice as long each time up to eight minutes, or as long as the provider asked. Returns its state.';

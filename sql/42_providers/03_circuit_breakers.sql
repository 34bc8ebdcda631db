create type private.circuit_state as enum ('closed', 'open', 'half_open');
comment on type private.circuit_state is
  'closed: requests are sent; open: none until retry_at; half_open: a probe is in flight. See sql/STATES.md.';

create table private.provider_circuits (
  org_id uuid not null references public.orgs (id) on delete cascade,
  provider text not null,
  account text not null,
  state private.circuit_state not null default 'closed',
  window_at timestamptz not null,
  requests integer not null default 0,
  failures integer not null default 0,
  trips integer not null default 0,
  opened_at timestamptz,
  retry_at timestamptz,
  primary key (org_id, provider, account),
  constraint open_circuit_knows_when_to_try check ((state = 'closed') = (retry_at is null)
    and (state = 'closed') = (opened_at is null)),
  constraint circuit_counts_are_not_negative check (requests >= 0 and failures between 0 and requests and trips >= 0)
);
comment on table private.provider_circuits is
  'Circuit breakers by provider and account. One opens when half of at least ten requests within a minute failed, or '
  'the first five in a row.';
comment on column private.provider_circuits.window_at is 'Start of the minute that requests and failures count.';
comment on column private.provider_circuits.trips is
  'How often it opened since it last closed: each time it stays open twice as long.';
comment on column private.provider_circuits.retry_at is
  'When the next probe may be sent; while one is in flight, when it counts as lost.';

alter table private.provider_circuits enable row level security;
grant select, insert, update, delete on private.provider_circuits to pipeline_writer;
create policy select_writer on private.provider_circuits for select to pipeline_writer using (true);
create policy insert_writer on private.provider_circuits for insert to pipeline_writer with check (true);
create policy update_writer on private.provider_circuits for update to pipeline_writer using (true) with check (true);
create policy delete_writer on private.provider_circuits for delete to pipeline_writer using (true);

create function private.circuit_capacity(p_org_id uuid, p_provider text, p_account text,
  p_as_of timestamptz default now()) returns integer
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
  'How many requests may be sent now: null: any number; 0: the circuit is open, or its probe in flight; 1: a probe.';

create function private.reserve_probe(p_org_id uuid, p_provider text, p_account text,
  p_as_of timestamptz default now()) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  update private.provider_circuits c set state = 'half_open', retry_at = p_as_of + interval '2 minutes'
  where c.org_id = p_org_id and c.provider = p_provider and c.account = p_account
    and c.state <> 'closed' and c.retry_at <= p_as_of;
  return found;
end
$$;
comment on function private.reserve_probe(uuid, text, text, timestamptz) is
  'Reserves the one request that an open circuit allows after retry_at; false when another worker has it. A probe '
  'without an answer counts as lost after two minutes.';

create function private.record_request_outcomes(
  p_org_id uuid, p_provider text, p_account text, p_answered integer, p_failed integer,
    p_retry_after interval default null,
  p_as_of timestamptz default now()
) returns private.circuit_state
language plpgsql volatile set search_path = '' as $$
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
$$;
comment on function private.record_request_outcomes(uuid, text, text, integer, integer, interval, timestamptz) is
  'Records the outcomes of requests: p_answered by the provider, with whatever status, p_failed (5xx, 429, '
  'timeouts). Opens the circuit for 15 seconds, doubling up to eight minutes, or for as long as the provider asked. '
  'Returns its state.';

create type public.call_outcome as enum (
  'ok', 'empty', 'retry_after', 'slow_down', 'out_of_credit', 'bad_request', 'auth', 'blocked', 'forbidden_person',
  'unreachable', 'no_answer');
comment on type public.call_outcome is
  'What a provider answered, as its own classifier reads status and body. unreachable: it never received the call; '
  'no_answer: nobody knows whether it did.';

create table public.provider_calls (
  org_id uuid not null,
  id bigint generated always as identity,
  at timestamptz not null default now(),
  lead_id uuid,
  contact_point_id bigint,
  provider text not null,
  account text not null,
  endpoint text not null,
  outcome public.call_outcome not null,
  cached boolean not null default false,
  cost_usd numeric(14, 6) not null default 0,
  duration_ms integer,
  code text,
  correlation_id uuid,
  input_bidx bytea,
  primary key (org_id, at, id),
  constraint cached_call_costs_nothing check (not cached or cost_usd = 0),
  constraint call_cost_is_not_negative check (cost_usd >= 0),
  constraint call_code_is_short check (length(code) <= 80)
) partition by range (at);
comment on table public.provider_calls is
  'Every data call to a provider, and every answer that came from the cache instead. Holds ids, codes and costs, no '
  'contact values. Partitioned by month.';
comment on column public.provider_calls.lead_id is 'The subject; null: the call was about no single lead.';
comment on column public.provider_calls.at is 'When the answer came.';
comment on column public.provider_calls.code is 'The provider''s own code, or http_503.';
comment on column public.provider_calls.input_bidx is
  'Keyed hash of the question, by which an erasure finds the answer in the cache.';
create index provider_calls_lead_idx on public.provider_calls (org_id, lead_id, at) where lead_id is not null;
create index provider_calls_provider_idx on public.provider_calls (org_id, provider, at);
alter table public.provider_calls enable row level security;
revoke all on public.provider_calls from anon, authenticated, service_role;
grant select on public.provider_calls to service_role;
grant select (org_id, id, at, lead_id, contact_point_id, provider, account, endpoint, outcome, cached, cost_usd,
  duration_ms, code, correlation_id) on public.provider_calls to authenticated;
grant select, insert on public.provider_calls to pipeline_writer;
create policy select_members on public.provider_calls for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.provider_calls for select to pipeline_writer using (true);
create policy insert_writer on public.provider_calls for insert to pipeline_writer with check (true);

create function private.ensure_call_partitions(p_as_of timestamptz default now(), p_months integer default 3)
returns integer
language sql volatile security definer set search_path = '' as $$
  select private.ensure_month_partitions('provider_calls', 'at', this.month - interval '1 month',
    this.month + make_interval(months => p_months), true)
  from (select date_trunc('month', p_as_of at time zone 'UTC') as month) this
$$;
comment on function private.ensure_call_partitions(timestamptz, integer) is
  'Creates the monthly partitions from last month to p_months ahead; returns how many were missing. Definer: '
  'partitions belong to the owner.';

-- Receives calls without a monthly partition, so that no call is lost.
create table private.provider_calls_other partition of public.provider_calls default;
alter table private.provider_calls_other enable row level security;

create table public.provider_drift (
  org_id uuid not null references public.orgs (id) on delete cascade,
  provider text not null,
  endpoint text not null,
  path text not null,
  problem text not null,
  times bigint not null default 1,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (org_id, provider, endpoint, path, problem),
  constraint drift_is_seen_at_least_once check (times >= 1),
  constraint drift_path_is_a_path check (path ~ '^[][A-Za-z0-9_.*-]{1,120}$' and problem ~ '^[a-z0-9_ ]{1,60}$')
);
comment on table public.provider_drift is
  'Where answers of a provider differ from what its documentation says: the place in the answer and the kind of '
  'difference, never a value.';
alter table public.provider_drift enable row level security;
revoke all on public.provider_drift from anon, authenticated;
grant select, delete on public.provider_drift to authenticated, service_role;
grant select, insert, update on public.provider_drift to pipeline_writer;
create policy select_members on public.provider_drift for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy delete_admins on public.provider_drift for delete to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.provider_drift for select to pipeline_writer using (true);
create policy insert_writer on public.provider_drift for insert to pipeline_writer with check (true);
create policy update_writer on public.provider_drift for update to pipeline_writer using (true) with check (true);

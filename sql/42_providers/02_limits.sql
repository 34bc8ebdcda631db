-- What keeps sending within bounds, in tables that every worker sees: throttles, budgets, circuit breakers.

create table public.throttles (
  org_id uuid not null references public.orgs (id) on delete cascade,
  scope text not null,
  key text not null,
  per_minute integer,
  per_day integer,
  primary key (org_id, scope, key),
  constraint throttle_scope_is_known check (scope in ('org', 'campaign', 'domain', 'mailbox')),
  constraint throttle_key_fits_its_scope check (case scope
    when 'org' then key = 'org' when 'campaign' then key ~ '^[0-9a-f-]{36}$' else key = lower(key) and key ~ '^[^@\s]+[.][^@\s]+$' end),
  constraint throttle_limits_something check (num_nonnulls(per_minute, per_day) > 0 and per_minute >= 0 and per_day >= 0)
);
comment on table public.throttles is
  'The most messages in any minute and in any 24 hours. Limits of a sender are in senders; what is not here has none.';
comment on column public.throttles.scope is
  'org (key org), campaign (its id), domain (a sending domain), mailbox (the domain of the people written to, such as gmail.com).';

create table private.throttle_windows (
  org_id uuid not null references public.orgs (id) on delete cascade,
  scope text not null,
  key text not null,
  span text not null,
  bucket_at timestamptz not null,
  taken integer not null,
  primary key (org_id, scope, key, span, bucket_at),
  constraint window_span_is_known check (span in ('minute', 'day')),
  constraint window_counts_something check (taken > 0)
);
comment on table private.throttle_windows is
  'Sliding windows in buckets of a second (minute) and five minutes (day). A bucket counts until all of it is outside, so no window ever holds more than its limit.';

create table private.provider_spend (
  org_id uuid not null,
  sender_id uuid not null,
  local_date date not null,
  spent_usd numeric(14, 6) not null default 0,
  reserved_usd numeric(14, 6) not null default 0,
  messages integer not null default 0,
  primary key (org_id, sender_id, local_date),
  constraint spend_is_of_a_sender_of_its_org foreign key (org_id, sender_id)
    references public.senders (org_id, id) on delete cascade
);
comment on table private.provider_spend is
  'What a sender cost on a local date of the org. reserved_usd: of messages whose provider has not answered yet.';

create type private.circuit_state as enum ('closed', 'open', 'half_open');
comment on type private.circuit_state is 'closed: requests go out; open: none until retry_at; half_open: one is on its way to find out. See sql/STATES.md.';

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
  constraint open_circuit_knows_when_to_try check ((state = 'closed') = (retry_at is null) and (state = 'closed') = (opened_at is null)),
  constraint circuit_counts_are_not_negative check (requests >= 0 and failures between 0 and requests and trips >= 0)
);
comment on table private.provider_circuits is
  'Circuit breakers by provider and account. Opens when half of at least ten requests of a minute failed, or five in a row from the start.';
comment on column private.provider_circuits.window_at is 'Start of the minute that requests and failures count.';
comment on column private.provider_circuits.trips is 'How often it opened since it last closed: each time it stays open twice as long.';
comment on column private.provider_circuits.retry_at is 'When the next probe may go; while one is on its way, when it counts as lost.';

alter table public.throttles enable row level security;
alter table private.throttle_windows enable row level security;
alter table private.provider_spend enable row level security;
alter table private.provider_circuits enable row level security;
revoke all on public.throttles from anon, authenticated;
grant select, insert, delete, update (per_minute, per_day) on public.throttles to authenticated;
grant select on public.throttles to pipeline_writer;
grant select, insert, update, delete on private.throttle_windows, private.provider_spend, private.provider_circuits to pipeline_writer;
create policy select_members on public.throttles for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy insert_admins on public.throttles for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy update_admins on public.throttles for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]))
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy delete_admins on public.throttles for delete to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.throttles for select to pipeline_writer using (true);
do $$
declare
  v_table text;
begin
  foreach v_table in array '{throttle_windows,provider_spend,provider_circuits}'::text[] loop
    execute format($p$
      create policy select_writer on private.%1$I for select to pipeline_writer using (true);
      create policy insert_writer on private.%1$I for insert to pipeline_writer with check (true);
      create policy update_writer on private.%1$I for update to pipeline_writer using (true) with check (true);
      create policy delete_writer on private.%1$I for delete to pipeline_writer using (true)$p$, v_table);
  end loop;
end
$$;

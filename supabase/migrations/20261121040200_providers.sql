-- Built from sql/42_providers by `npm run db:build`; edit there.

-- sql/42_providers/01_senders.sql

-- Sender identities: a from-address, a number, an assistant. No secrets here; provider keys come from the environment
-- of the functions.

create type public.sender_state as enum ('active', 'paused');
comment on type public.sender_state is 'In the order of life; see sql/STATES.md.';

create table public.senders (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  channel text not null,
  provider text not null,
  account text not null default 'default',
  name text not null,
  address text not null,
  reply_to text,
  domain text,
  postal_address text,
  phone text,
  messaging_service_sid text,
  phone_number_id text,
  assistant_id text,
  authenticated_at timestamptz,
  per_minute integer,
  per_day integer,
  daily_budget_usd numeric(12, 4),
  cost_usd numeric(12, 6) not null default 0,
  state public.sender_state not null default 'active',
  paused_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint sender_channel_is_known check (channel in ('email', 'sms', 'voice_ai')),
  constraint sender_provider_fits_its_channel check ((channel, provider) in
    (('email', 'sendgrid'), ('sms', 'twilio'), ('voice_ai', 'vapi'), ('voice_ai', 'twilio'))),
  constraint sender_has_a_name check (length(btrim(name)) between 1 and 200),
  constraint sender_address_fits_its_channel check (case channel
    when 'email' then address ~ '^[^@\s]+@[^@\s]+[.][^@\s]+$' else address ~ '^\+1[2-9][0-9]{9}$' end),
  constraint email_sender_names_its_postal_address check (channel <> 'email'
    or length(btrim(coalesce(postal_address, ''))) > 0),
  constraint sender_limits_are_not_negative check (per_minute >= 0 and per_day >= 0 and daily_budget_usd >= 0
    and cost_usd >= 0),
  constraint paused_sender_has_its_time check ((state = 'paused') = (paused_at is not null))
);
comment on table public.senders is
  'From-addresses, numbers and assistants of the org, with their limits. Contains no secrets. Senders are paused, '
  'not deleted, because messages refer to them.';
comment on column public.senders.account is 'Account at the provider: senders of one account share a circuit breaker.';
comment on column public.senders.name is 'The name under which the org writes and calls; texts must contain it.';
comment on column public.senders.address is 'From-address, or the org''s own number in E.164.';
comment on column public.senders.domain is
  'Sending domain; senders of one domain share its throttle. Derived from the address of an e-mail sender when not '
  'given.';
comment on column public.senders.phone is 'Number for reaching the org, as shown in texts.';
comment on column public.senders.authenticated_at is
  'When SPF, DKIM and DMARC of the domain last passed; null: unknown, and the gate refuses marketing e-mail.';
comment on column public.senders.per_minute is
  'Maximum messages in any minute; null: no limit of its own. per_day: in any 24 hours.';
comment on column public.senders.daily_budget_usd is
  'Maximum cost of the sender on a local date of the org; null: no limit.';
comment on column public.senders.cost_usd is
  'Expected cost of one message: reserved when it is claimed, replaced by the cost that the provider reports.';
create index senders_channel_idx on public.senders (org_id, channel, id) where state = 'active';

create function private.tg_senders__fill_in() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.channel = 'email' and new.domain is null then
    new.domain := split_part(new.address, '@', 2);
  end if;
  new.domain := lower(new.domain);
  new.paused_at := case when new.state = 'paused' then coalesce(new.paused_at, now()) end;
  return new;
end
$$;
comment on function private.tg_senders__fill_in() is
  'Trigger: sets the domain of an e-mail sender, and when a sender was paused.';
create trigger _100_set_updated_at before update on public.senders
  for each row execute function private.set_updated_at();
create trigger _200_fill_in before insert or update on public.senders
  for each row execute function private.tg_senders__fill_in();

alter table public.senders enable row level security;
revoke all on public.senders from anon, authenticated;
grant select on public.senders to authenticated;
grant insert (org_id, id, channel, provider, account, name, address, reply_to, domain, postal_address, phone,
  messaging_service_sid,
    phone_number_id, assistant_id, authenticated_at, per_minute, per_day, daily_budget_usd, cost_usd, state),
  update (account, name, address, reply_to, domain, postal_address, phone, messaging_service_sid, phone_number_id,
    assistant_id,
    authenticated_at, per_minute, per_day, daily_budget_usd, cost_usd, state)
  on public.senders to authenticated;
grant select on public.senders to pipeline_writer;
create policy select_members on public.senders for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy insert_admins on public.senders for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy update_admins on public.senders for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]))
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.senders for select to pipeline_writer using (true);

-- sql/42_providers/02_throttles.sql

-- Limits on messages per minute and day, in tables that all workers share.

create table public.throttles (
  org_id uuid not null references public.orgs (id) on delete cascade,
  scope text not null,
  key text not null,
  per_minute integer,
  per_day integer,
  primary key (org_id, scope, key),
  constraint throttle_scope_is_known check (scope in ('org', 'campaign', 'domain', 'mailbox')),
  constraint throttle_key_fits_its_scope check (case scope
    when 'org' then key = 'org' when 'campaign' then key ~ '^[0-9a-f-]{36}$' else key = lower(key)
      and key ~ '^[^@\s]+[.][^@\s]+$' end),
  constraint throttle_limits_something check (num_nonnulls(per_minute, per_day) > 0 and per_minute >= 0
    and per_day >= 0)
);
comment on table public.throttles is
  'Maximum messages in any minute and in any 24 hours. Limits of a sender are in senders; a key without a row has no '
  'limit.';
comment on column public.throttles.scope is
  'org (key org), campaign (its id), domain (a sending domain), mailbox (the domain of the recipients, such as '
  'gmail.com).';

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
  'Sliding windows in buckets of one second (minute) and five minutes (day). A bucket counts until all of it is '
  'outside, so no window ever exceeds its limit.';

alter table public.throttles enable row level security;
revoke all on public.throttles from anon, authenticated;
grant select, insert, delete, update (per_minute, per_day) on public.throttles to authenticated;
grant select on public.throttles to pipeline_writer;
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
alter table private.throttle_windows enable row level security;
grant select, insert, update, delete on private.throttle_windows to pipeline_writer;
create policy select_writer on private.throttle_windows for select to pipeline_writer using (true);
create policy insert_writer on private.throttle_windows for insert to pipeline_writer with check (true);
create policy update_writer on private.throttle_windows for update to pipeline_writer using (true) with check (true);
create policy delete_writer on private.throttle_windows for delete to pipeline_writer using (true);

create function private.throttle_capacity(
  p_org_id uuid, p_scope text, p_key text, p_per_minute integer, p_per_day integer, p_as_of timestamptz default now()
) returns integer
language plpgsql stable set search_path = '' as $$
declare
  v_room integer;
begin
  if p_per_minute is not null then
    select p_per_minute - coalesce(sum(w.taken), 0) into v_room from private.throttle_windows w
    where w.org_id = p_org_id and w.scope = p_scope and w.key = p_key and w.span = 'minute'
      and w.bucket_at > p_as_of - interval '61 seconds' and w.bucket_at <= p_as_of;
  end if;
  if p_per_day is not null then
    select least(v_room, p_per_day - coalesce(sum(w.taken), 0)) into v_room from private.throttle_windows w
    where w.org_id = p_org_id and w.scope = p_scope and w.key = p_key and w.span = 'day'
      and w.bucket_at > p_as_of - interval '24 hours 5 minutes' and w.bucket_at <= p_as_of;
  end if;
  return case when num_nonnulls(p_per_minute, p_per_day) > 0 then greatest(v_room, 0) end;
end
$$;
comment on function private.throttle_capacity(uuid, text, text, integer, integer, timestamptz) is
  'How many more messages the sliding windows of a key allow now; null: no limit. Call it with the lock of '
  'private.lock_limits.';

create function private.consume_throttle(
  p_org_id uuid, p_scope text, p_key text, p_per_minute integer, p_per_day integer, p_count integer,
    p_as_of timestamptz default now()
) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if p_count > 0 and num_nonnulls(p_per_minute, p_per_day) > 0 then
    -- Buckets that no longer count are deleted as the windows slide.
    delete from private.throttle_windows w
    where w.org_id = p_org_id and w.scope = p_scope and w.key = p_key
      and w.bucket_at < p_as_of - case w.span when 'minute' then interval '2 minutes' else interval '25 hours' end;
    insert into private.throttle_windows as w (org_id, scope, key, span, bucket_at, taken)
    select p_org_id, p_scope, p_key, s.span, date_bin(s.width, p_as_of, '2000-01-01Z'), p_count
    from (values ('minute', interval '1 second', p_per_minute), ('day', interval '5 minutes', p_per_day)) s (span,
      width, most)
    where s.most is not null
    on conflict (org_id, scope, key, span, bucket_at) do update set taken = w.taken + excluded.taken;
  end if;
end
$$;
comment on function private.consume_throttle(uuid, text, text, integer, integer, integer, timestamptz) is
  'Counts messages in the windows of a key and deletes buckets that have slid out; without limits it writes nothing.';

create function private.lock_limits(p_org_id uuid, p_channel text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- From wide to narrow: limits of the org, campaigns or domains apply across channels.
  if exists (select from public.throttles t where t.org_id = p_org_id) then
    perform pg_advisory_xact_lock(hashtextextended('sluice sending ' || p_org_id, 0));
  end if;
  if exists (select from public.senders s where s.org_id = p_org_id and s.channel = p_channel
    and num_nonnulls(s.per_minute, s.per_day, s.daily_budget_usd) > 0) then
    perform pg_advisory_xact_lock(hashtextextended('sluice sending ' || p_org_id || p_channel, 0));
  end if;
end
$$;
comment on function private.lock_limits(uuid, text) is
  'Serialises claims that count against a common limit until they commit; without limits it locks nothing.';

-- sql/42_providers/03_circuit_breakers.sql

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
  insert into private.provider_circuits (org_id, provider, account, window_at)
    values (p_org_id, p_provider, p_account, p_as_of)
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

-- sql/42_providers/04_provider_spend.sql

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
  'Cost of a sender on a local date of the org. reserved_usd: messages that their provider has not answered yet.';

alter table private.provider_spend enable row level security;
grant select, insert, update, delete on private.provider_spend to pipeline_writer;
create policy select_writer on private.provider_spend for select to pipeline_writer using (true);
create policy insert_writer on private.provider_spend for insert to pipeline_writer with check (true);
create policy update_writer on private.provider_spend for update to pipeline_writer using (true) with check (true);
create policy delete_writer on private.provider_spend for delete to pipeline_writer using (true);

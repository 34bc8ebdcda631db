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
create trigger _150_member_clock before insert or update on public.senders
  for each row execute function private.member_clock('authenticated_at');
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

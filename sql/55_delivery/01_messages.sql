-- The send ledger. A row is committed as `sending` before the provider request, so that after any crash the messages
-- that may have gone out are known.

create type public.message_state as enum
  ('sending', 'retrying', 'unconfirmed', 'sent', 'delivered', 'failed', 'bounced', 'cancelled');
comment on type public.message_state is 'In the order of life; see sql/STATES.md.';

create table public.messages (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  lead_id uuid not null,
  merged_from uuid,
  campaign_id uuid,
  sequence_id uuid,
  run_id uuid,
  step smallint,
  channel text not null,
  kind text not null default 'sequence',
  purpose text not null default 'marketing',
  variant text,
  template_id uuid,
  matter text,
  text_cipher bytea,
  key_id integer,
  in_reply_to text,
  contact_point_id bigint not null,
  value_bidx bytea not null,
  sender_id uuid not null,
  provider text not null,
  state public.message_state not null default 'sending',
  lease_token uuid,
  lease_until timestamptz,
  requested_at timestamptz,
  attempts smallint not null default 0,
  retry_at timestamptz,
  provider_id text,
  decision_id bigint,
  correlation_id uuid not null default gen_random_uuid(),
  cost_usd numeric(12, 6),
  reserved_usd numeric(12, 6),
  reserved_on date,
  error_code text,
  error_detail text,
  refused jsonb,
  created_at timestamptz not null default now(),
  claimed_at timestamptz,
  sent_at timestamptz,
  delivered_at timestamptz,
  deferred_at timestamptz,
  opened_at timestamptz,
  clicked_at timestamptz,
  machine_opened_at timestamptz,
  machine_clicked_at timestamptz,
  failed_at timestamptz,
  soft_bounced_at timestamptz,
  bounced_at timestamptz,
  complained_at timestamptz,
  unsubscribed_at timestamptz,
  cancelled_at timestamptz,
  primary key (org_id, id),
  constraint message_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete restrict,
  constraint message_belongs_to_a_run foreign key (org_id, run_id)
    references public.sequence_runs (org_id, id) on delete restrict,
  constraint message_channel_is_known check (channel in ('email', 'sms', 'voice_ai')),
  constraint message_kind_is_known check (kind in ('sequence', 'confirmation', 'help', 'manual')),
  constraint message_purpose_is_known check (purpose in ('marketing', 'transactional')),
  constraint sequence_message_names_its_step
    check ((kind = 'sequence') = (num_nulls(campaign_id, sequence_id, run_id, step, template_id, variant) = 0)),
  constraint message_text_is_encrypted check ((text_cipher is null) = (key_id is null) and (kind <> 'sequence'
    or text_cipher is null)),
  constraint leased_message_is_sending_or_unconfirmed
    check ((state in ('sending', 'unconfirmed')) = (lease_token is not null)
      and (lease_token is null) = (lease_until is null)),
  constraint claimed_message_has_its_time check (state in ('retrying', 'cancelled', 'failed')
    or claimed_at is not null),
  constraint retrying_message_has_its_time check ((state = 'retrying') = (retry_at is not null)),
  constraint unconfirmed_message_was_requested check (state <> 'unconfirmed' or requested_at is not null),
  constraint sent_message_has_its_time check (state not in ('sent', 'delivered', 'bounced') or sent_at is not null),
  constraint delivered_message_has_its_time check (state <> 'delivered' or delivered_at is not null),
  constraint failed_message_has_its_time check (state <> 'failed' or failed_at is not null),
  constraint bounced_message_has_its_time check ((state = 'bounced') = (bounced_at is not null)),
  constraint cancelled_message_has_its_time check ((state = 'cancelled') = (cancelled_at is not null)),
  constraint cancelled_message_was_never_sent check (state <> 'cancelled' or sent_at is null),
  constraint reserved_cost_names_its_day check ((reserved_usd is null) = (reserved_on is null)),
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table public.messages is
  'The send ledger: one row per lead, campaign, step and channel, or per answer. It holds ids only; texts that '
  'come from no template are encrypted.';
comment on column public.messages.merged_from is
  'The lead for which it was claimed, if that lead was merged into lead_id later.';
comment on column public.messages.kind is
  'sequence: a step; confirmation: of an opt-out; help: the answer to HELP; manual: written by a broker.';
comment on column public.messages.matter is 'The subject matter, as its template states it.';
comment on column public.messages.text_cipher is
  'The text of a message that is not part of a sequence, encrypted with key_id.';
comment on column public.messages.in_reply_to is 'Id of the message or event that it answers.';
comment on column public.messages.lease_token is
  'The lease: only the worker with this token may begin, send and settle the message.';
comment on column public.messages.requested_at is
  'Set and committed just before the provider request; a message whose lease expires after that is unconfirmed.';
comment on column public.messages.attempts is 'Number of provider requests begun.';
comment on column public.messages.provider_id is 'The provider''s own id, by which its webhooks refer to the message.';
comment on column public.messages.decision_id is 'The decision of the gate that allowed the claim.';
comment on column public.messages.reserved_usd is
  'Expected cost, reserved in the sender''s budget of reserved_on until the message is sent or given up.';
comment on column public.messages.refused is 'Why it was cancelled: [rule].';
comment on column public.messages.opened_at is
  'Opened by a person, as far as can be told; opens and clicks of scanners have columns of their own.';
-- A merged lead keeps its own slot.
create unique index messages_once_per_step_key on public.messages (org_id, (coalesce(merged_from, lead_id)),
  campaign_id, step, channel)
  where kind = 'sequence' and state <> 'cancelled';
create index messages_lead_idx on public.messages (org_id, lead_id, created_at);
create index messages_key_idx on public.messages (key_id, org_id) where key_id is not null;
create index messages_run_idx on public.messages (org_id, run_id) where run_id is not null;
create unique index messages_provider_id_key on public.messages (org_id, provider, provider_id)
  where provider_id is not null;
create index messages_retry_idx on public.messages (org_id, channel, retry_at) where state = 'retrying';
create index messages_lease_idx on public.messages (lease_until) where state = 'sending';
create index messages_unconfirmed_idx on public.messages (lease_until) where state = 'unconfirmed';
create index messages_value_idx on public.messages (org_id, value_bidx, created_at) where kind <> 'sequence';
create index messages_merged_idx on public.messages (org_id, merged_from) where merged_from is not null;

alter table public.messages enable row level security;
revoke all on public.messages from anon, authenticated;
grant select (org_id, id, lead_id, campaign_id, sequence_id, run_id, step, channel, kind, purpose, variant,
  template_id, matter, in_reply_to,
    contact_point_id, sender_id, provider, state, requested_at, attempts, retry_at, provider_id, decision_id,
      correlation_id, cost_usd,
    error_code, error_detail, refused, created_at, claimed_at, sent_at, delivered_at, deferred_at, opened_at,
      clicked_at,
    machine_opened_at, machine_clicked_at, failed_at, soft_bounced_at, bounced_at, complained_at, unsubscribed_at,
      cancelled_at)
  on public.messages to authenticated;
grant select, insert, update on public.messages to pipeline_writer;
create policy select_members on public.messages for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]) or private.sees_lead(org_id,
      lead_id)));
create policy select_writer on public.messages for select to pipeline_writer using (true);
create policy insert_writer on public.messages for insert to pipeline_writer with check (true);
create policy update_writer on public.messages for update to pipeline_writer using (true) with check (true);

create function private.tg_messages__check_state() returns trigger
language plpgsql set search_path = '' as $$
begin
  if not (
    case old.state
      when 'sending' then true
      when 'retrying' then true
      when 'unconfirmed' then new.state in ('retrying', 'sent', 'delivered', 'failed', 'bounced')
      when 'sent' then new.state in ('delivered', 'failed', 'bounced')
      when 'failed' then new.state in ('delivered', 'bounced')
      when 'delivered' then new.state = 'bounced'
      else false end)
  then
    raise exception 'a % message cannot become %', old.state, new.state using errcode = 'SL531';
  end if;
  return new;
end
$$;
comment on function private.tg_messages__check_state() is
  'Trigger: allows only the transitions of the state machine. Final states stay, unless stronger evidence arrives. '
  'Raises SL531.';
create trigger _100_check_state before update of state on public.messages
  for each row when (old.state <> new.state) execute function private.tg_messages__check_state();

create function private.tg_orgs__delete_messages() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.messages m where m.org_id = old.id;
  delete from public.sequence_runs r where r.org_id = old.id;
  update public.campaigns c set sequence_id = null where c.org_id = old.id and c.sequence_id is not null;
  delete from public.sequences s where s.org_id = old.id;
  return old;
end
$$;
comment on function private.tg_orgs__delete_messages() is
  'Trigger: deletes messages and runs together with their org, before the leads and campaigns that they refer to. '
  'Definer: no other role may delete messages.';
create trigger _050_delete_messages before delete on public.orgs
  for each row execute function private.tg_orgs__delete_messages();

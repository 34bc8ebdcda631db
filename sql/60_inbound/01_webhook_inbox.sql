-- Incoming webhooks. A delivery is stored as received, once, before it is acknowledged. The worker reads events from
-- it; each event is applied once, however often and in whichever delivery it arrives.

create type public.inbox_state as enum ('received', 'done', 'unmatched', 'dead');
comment on type public.inbox_state is
  'In the order of life: stored; processed; processed, but some event matched no lead or message; given up. See '
  'sql/STATES.md.';

create table public.webhook_inbox (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  provider text not null,
  kind text not null,
  content_key bytea not null,
  state public.inbox_state not null default 'received',
  deliveries integer not null default 1,
  events integer not null,
  params jsonb not null default '{}',
  content_type text not null,
  body_cipher bytea,
  key_id integer,
  batch_id uuid not null,
  correlation_id uuid not null,
  received_at timestamptz not null,
  last_received_at timestamptz not null,
  processed_at timestamptz,
  error text,
  primary key (org_id, id),
  constraint delivery_is_stored_once unique (org_id, provider, kind, content_key),
  constraint processed_delivery_has_its_time check ((state = 'received') = (processed_at is null)),
  constraint unprocessed_delivery_has_its_body check (state not in ('received', 'dead') or body_cipher is not null),
  constraint stored_body_has_its_key check ((body_cipher is null) = (key_id is null)),
  constraint delivery_counts_are_positive check (deliveries > 0 and events > 0),
  constraint delivery_kind_is_a_slug check (provider ~ '^[a-z]{2,20}$' and kind ~ '^[a-z]{2,20}$'),
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table public.webhook_inbox is
  'The webhook inbox, one row per delivery: the verified body (encrypted) and its state. A delivery with the same '
  'content again is counted, not stored.';
comment on column public.webhook_inbox.content_key is
  'SHA-256 of the keys of its events: the same if the provider sends them again under another id, in another order '
  'or format.';
comment on column public.webhook_inbox.deliveries is 'How often it was received.';
comment on column public.webhook_inbox.params is
  'The query parameters that belong to the events (message_id); for signed sources also source and webhook_id.';
comment on column public.webhook_inbox.body_cipher is
  'Encrypted under key_id; emptied some days after processing (raw_days). Attachments of e-mails are not kept.';
comment on column public.webhook_inbox.batch_id is 'Deliveries stored by one statement share one job.';
create index webhook_inbox_batch_idx on public.webhook_inbox (batch_id) where state = 'received';
create index webhook_inbox_waiting_idx on public.webhook_inbox (received_at) where state = 'received';
create index webhook_inbox_unmatched_idx on public.webhook_inbox (org_id, received_at desc)
  where state in ('unmatched', 'dead');
create index webhook_inbox_key_idx on public.webhook_inbox (key_id, org_id) where key_id is not null;
create index webhook_inbox_kept_body_idx on public.webhook_inbox (processed_at) where body_cipher is not null;

alter table private.unread_contacts add constraint unread_contact_is_of_a_delivery
  foreign key (org_id, inbox_id) references public.webhook_inbox (org_id, id) on delete cascade;
create index unread_contacts_inbox_idx on private.unread_contacts (org_id, inbox_id);

create function private.tg_webhook_inbox__forget_unread() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.unread_contacts u using new_rows n
  where n.state in ('done', 'unmatched') and u.org_id = n.org_id and u.inbox_id = n.id;
  return null;
end
$$;
comment on function private.tg_webhook_inbox__forget_unread() is
  'Trigger: the contacts of a processed delivery may be contacted again, unless it ended that. Those of a dead '
  'delivery may not: nobody knows what the person wished for. Definer: whoever processes a delivery.';
create trigger _100_forget_unread after update on public.webhook_inbox
  referencing new table as new_rows for each statement execute function private.tg_webhook_inbox__forget_unread();

create type public.event_outcome as enum ('applied', 'waiting', 'ignored', 'unmatched');
comment on type public.event_outcome is
  'applied: its effects are recorded; waiting: an open or click whose delivery has not been reported yet; ignored: '
  'it has no effect; unmatched: it matches no lead or message.';

create table public.webhook_events (
  org_id uuid not null,
  id bigint generated always as identity,
  inbox_id bigint not null,
  provider text not null,
  event_key text not null,
  kind text not null,
  name text not null,
  at timestamptz not null,
  outcome public.event_outcome not null,
  message_id uuid,
  lead_id uuid,
  detail jsonb not null default '{}',
  primary key (org_id, id),
  constraint event_counts_once unique (org_id, provider, event_key),
  constraint event_came_in_a_delivery foreign key (org_id, inbox_id)
    references public.webhook_inbox (org_id, id) on delete cascade,
  constraint event_kind_is_known check (kind in ('message', 'reply', 'call', 'booking', 'opt_out', 'other'))
);
comment on table public.webhook_events is
  'The events read from deliveries, each once: its kind, time and outcome. No contact values and no text.';
comment on column public.webhook_events.event_key is
  'Hash of the content that identifies the event; see edge-functions/_shared/inbound.';
comment on column public.webhook_events.at is
  'When it happened according to the provider, otherwise when it was received.';
comment on column public.webhook_events.name is 'The provider''s name for it.';
create index webhook_events_inbox_idx on public.webhook_events (org_id, inbox_id);
create index webhook_events_message_idx on public.webhook_events (org_id, message_id, at) where message_id is not null;
create index webhook_events_lead_idx on public.webhook_events (org_id, lead_id, at) where lead_id is not null;

alter table public.webhook_inbox enable row level security;
alter table public.webhook_events enable row level security;
revoke all on public.webhook_inbox, public.webhook_events from anon, authenticated, service_role;
grant select (org_id, id, provider, kind, state, deliveries, events, correlation_id, received_at, last_received_at,
  processed_at, error)
  on public.webhook_inbox to authenticated, service_role;
grant select on public.webhook_events to authenticated, service_role;
grant select, insert, update on public.webhook_inbox, public.webhook_events to pipeline_writer;
create policy select_admins on public.webhook_inbox for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.webhook_inbox for select to pipeline_writer using (true);
create policy insert_writer on public.webhook_inbox for insert to pipeline_writer with check (true);
create policy update_writer on public.webhook_inbox for update to pipeline_writer using (true) with check (true);
create policy select_members on public.webhook_events for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]) or private.sees_lead(org_id,
      lead_id)));
create policy select_writer on public.webhook_events for select to pipeline_writer using (true);
create policy insert_writer on public.webhook_events for insert to pipeline_writer with check (true);
create policy update_writer on public.webhook_events for update to pipeline_writer using (true) with check (true);

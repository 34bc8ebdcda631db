-- Built from sql/60_inbound by `npm run db:build`; edit there.

-- sql/60_inbound/01_webhook_inbox.sql

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
  constraint delivery_kind_is_a_slug check (provider ~ '^[a-z]{2,20}$' and kind ~ '^[a-z]{2,20}$')
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
create index webhook_inbox_kept_body_idx on public.webhook_inbox (processed_at) where body_cipher is not null;

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

-- sql/60_inbound/02_receive_webhooks.sql

-- The webhook endpoint: stores the deliveries of many requests in one statement, with one job for all of them.

create function private.receive_webhooks(p_batch_id uuid, p_rows jsonb, p_bodies bytea) returns table (nth integer,
  is_new boolean)
language plpgsql volatile set search_path = '' as $$
declare
  v_new integer;
begin
  return query
  with given as (
    select r.nth, r.org_id, r.provider, r.kind, decode(r.content_key, 'hex') as content_key, r.events, r.params,
      r.content_type,
      r.correlation_id, r.received_at, r.body_at, r.body_bytes
    from jsonb_to_recordset(p_rows) r (nth integer, org_id uuid, provider text, kind text, content_key text,
      events integer,
      params jsonb, content_type text, correlation_id uuid, received_at timestamptz, body_at integer,
        body_bytes integer)
  ), keys as materialized (
    -- Unwrapping a key costs as much as encrypting a body: do it once per org, not per row.
    select o.org_id, k.key_id, private.org_key(o.org_id, k.key_id) as key
    from (select distinct g.org_id from given g) o
    cross join lateral (select private.active_key_id(o.org_id, 'data') as key_id) k
    where k.key_id is not null
  ), firsts as (
    -- The same content twice in one statement: only the first is stored.
    select distinct on (g.org_id, g.provider, g.kind, g.content_key) g.*,
      count(*) over (partition by g.org_id, g.provider, g.kind, g.content_key) as deliveries,
      max(g.received_at) over (partition by g.org_id, g.provider, g.kind, g.content_key) as last_received_at
    from given g
    order by g.org_id, g.provider, g.kind, g.content_key, g.nth
  ), stored as (
    insert into public.webhook_inbox as i (org_id, provider, kind, content_key, deliveries, events, params,
      content_type,
      body_cipher, key_id, batch_id, correlation_id, received_at, last_received_at)
    select f.org_id, f.provider, f.kind, f.content_key, f.deliveries, f.events, f.params, f.content_type,
      private.encrypt_bytes(substr(p_bodies, f.body_at + 1, f.body_bytes), k.key), k.key_id, p_batch_id,
        f.correlation_id, f.received_at, f.last_received_at
    from firsts f join keys k on k.org_id = f.org_id
    -- In a fixed order: two statements with the same contents wait for each other and do not deadlock.
    order by f.org_id, f.provider, f.kind, f.content_key
    on conflict on constraint delivery_is_stored_once do update
      set deliveries = i.deliveries + excluded.deliveries,
        last_received_at = greatest(i.last_received_at, excluded.last_received_at)
    returning i.org_id, i.provider, i.kind, i.content_key, i.batch_id = p_batch_id as is_new
  )
  select g.nth, s.is_new
  from stored s
  join given g on g.org_id = s.org_id and g.provider = s.provider and g.kind = s.kind
    and g.content_key = s.content_key;
  select count(*) into v_new from public.webhook_inbox i where i.batch_id = p_batch_id and i.state = 'received';
  if v_new > 0 then
    perform private.send_job('process-inbox', jsonb_build_object('batch_id', p_batch_id), p_batch_id::text);
  end if;
end
$$;
comment on function private.receive_webhooks(uuid, jsonb, bytea) is
  'Stores deliveries [{nth, org_id, provider, kind, content_key (hex), events, params, content_type, '
  'correlation_id, received_at, body_at, body_bytes}] with their bodies, cut from p_bodies and encrypted, and '
  'sends one job for the new ones. Returns (nth, is_new) for each delivery that is stored now; no row for an '
  'unknown org.';

-- sql/60_inbound/10_tasks.sql

-- Tasks for people. The pipeline creates them; the lead's broker sees them at once, and subscriptions forward them.

create table public.tasks (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  lead_id uuid not null,
  kind text not null,
  detail jsonb not null default '{}',
  created_at timestamptz not null,
  done_at timestamptz,
  merged_from uuid,
  primary key (org_id, id),
  constraint task_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade,
  constraint task_kind_is_known check (kind in ('answer_reply', 'call_back', 'prepare_booking',
    'follow_up_cancelled')),
  constraint task_detail_is_an_object check (jsonb_typeof(detail) = 'object')
);
comment on table public.tasks is
  'The next steps for a lead''s broker: one open task per lead and kind. detail holds ids only.';
comment on column public.tasks.kind is
  'answer_reply: the person wrote or spoke; call_back: the person called; prepare_booking: an appointment was '
  'booked; follow_up_cancelled: an appointment was cancelled.';
comment on column public.tasks.merged_from is 'Its lead before that lead was merged into lead_id.';
create unique index tasks_one_open_idx on public.tasks (org_id, lead_id, kind) where done_at is null;
create index tasks_lead_idx on public.tasks (org_id, lead_id, created_at);

alter table public.tasks enable row level security;
revoke all on public.tasks from anon, authenticated;
grant select, update (done_at) on public.tasks to authenticated;
grant select, insert, update on public.tasks to pipeline_writer;
create policy select_members on public.tasks for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]) and private.sees_lead(org_id, lead_id));
create policy update_workers on public.tasks for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,broker}'))::uuid[]) and private.sees_lead(org_id,
    lead_id))
  with check (org_id = any ((select private.my_org_ids('{owner,admin,broker}'))::uuid[]) and private.sees_lead(org_id,
    lead_id));
create policy select_writer on public.tasks for select to pipeline_writer using (true);
create policy insert_writer on public.tasks for insert to pipeline_writer with check (true);
create policy update_writer on public.tasks for update to pipeline_writer using (true) with check (true);

create function private.create_task(p_org_id uuid, p_lead_id uuid, p_kind text, p_detail jsonb, p_as_of timestamptz
  default now()) returns void
language sql volatile set search_path = '' as $$
  insert into public.tasks (org_id, lead_id, kind, detail, created_at)
  values (p_org_id, p_lead_id, p_kind, p_detail, p_as_of)
  on conflict (org_id, lead_id, kind) where done_at is null do nothing
$$;
comment on function private.create_task(uuid, uuid, text, jsonb, timestamptz) is
  'Creates a task for a lead''s broker, unless one of its kind is open.';

-- sql/60_inbound/11_replies.sql

create type public.reply_label as enum ('interested', 'question', 'later', 'wrong_person', 'not_interested',
  'opt_out');
comment on type public.reply_label is
  'The intent of a reply, as read by rules or a model. For sorting only: nothing is sent because of it.';

create table public.replies (
  org_id uuid not null,
  id bigint generated always as identity,
  lead_id uuid not null,
  contact_point_id bigint,
  value_bidx bytea not null,
  channel text not null,
  provider text not null,
  event_key text not null,
  at timestamptz not null,
  request text not null,
  text_cipher bytea,
  key_id integer,
  message_id uuid,
  campaign_id uuid,
  label public.reply_label,
  labelled_by text,
  labelled_at timestamptz,
  draft_cipher bytea,
  draft_key_id integer,
  answered_at timestamptz,
  merged_from uuid,
  primary key (org_id, id),
  constraint reply_is_kept_once_per_lead unique (org_id, provider, event_key, lead_id),
  constraint reply_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade,
  constraint reply_channel_is_known check (channel in ('email', 'sms', 'voice_manual', 'voice_ai')),
  constraint reply_request_is_known check (request in ('none', 'opt_out', 'opt_in', 'help')),
  constraint reply_text_has_its_key check ((text_cipher is null) = (key_id is null)),
  constraint draft_has_its_key check ((draft_cipher is null) = (draft_key_id is null)),
  constraint labelled_reply_says_by_whom check (num_nonnulls(label, labelled_by, labelled_at) in (0, 3)
    and labelled_by in ('rules', 'model', 'person'))
);
comment on table public.replies is
  'Replies that people wrote or spoke, one row per lead that the sender belongs to. Texts are encrypted; '
  'public.read_replies shows them.';
comment on column public.replies.request is
  'The request in the text, which was carried out at once: opt_out, opt_in (START), help or none.';
comment on column public.replies.message_id is 'Our message that it answers, if known.';
comment on column public.replies.draft_cipher is
  'A drafted answer that the broker may send, change or discard, encrypted under draft_key_id. Never sent '
  'automatically.';
comment on column public.replies.event_key is 'That of the event in webhook_events.';
comment on column public.replies.merged_from is 'Its lead before that lead was merged into lead_id.';
create index replies_lead_idx on public.replies (org_id, lead_id, at desc);
create index replies_open_idx on public.replies (org_id, label, at desc) where answered_at is null;
create index replies_merged_idx on public.replies (org_id, merged_from) where merged_from is not null;

alter table public.replies enable row level security;
revoke all on public.replies from anon, authenticated, service_role;
grant select (org_id, id, lead_id, contact_point_id, channel, provider, at, request, message_id, campaign_id, label,
  labelled_by,
    labelled_at, answered_at) on public.replies to authenticated, service_role;
grant update (label, labelled_by, labelled_at, answered_at) on public.replies to authenticated;
grant select, insert, update on public.replies to pipeline_writer;
create policy select_members on public.replies for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]) or private.sees_lead(org_id,
      lead_id)));
create policy update_workers on public.replies for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,broker}'))::uuid[]) and private.sees_lead(org_id,
    lead_id))
  with check (org_id = any ((select private.my_org_ids('{owner,admin,broker}'))::uuid[]) and private.sees_lead(org_id,
    lead_id));
create policy select_writer on public.replies for select to pipeline_writer using (true);
create policy insert_writer on public.replies for insert to pipeline_writer with check (true);
create policy update_writer on public.replies for update to pipeline_writer using (true) with check (true);

create function public.read_replies(p_lead_ids uuid[])
returns table (org_id uuid, lead_id uuid, id bigint, channel text, at timestamptz, body text, draft text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
begin
  insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown)
  select r.org_id, r.lead_id, auth.uid(), session_user, least(count(*), 32767)
  from public.replies r
  where r.lead_id = any (p_lead_ids) and (private.is_trusted_caller() or private.sees_lead(r.org_id, r.lead_id))
  group by r.org_id, r.lead_id;
  return query
    select r.org_id, r.lead_id, r.id, r.channel, r.at,
      case when r.text_cipher is not null then private.decrypt_value(r.text_cipher, private.org_key(r.org_id,
        r.key_id)) end,
      case when r.draft_cipher is not null then private.decrypt_value(r.draft_cipher, private.org_key(r.org_id,
        r.draft_key_id)) end
    from public.replies r
    where r.lead_id = any (p_lead_ids) and (private.is_trusted_caller() or private.sees_lead(r.org_id, r.lead_id))
    order by r.lead_id, r.at, r.id;
end
$$;
comment on function public.read_replies(uuid[]) is
  'The texts of replies and drafted answers in plain text, newest last. Leads that the caller may not see give no '
  'rows. Every call is logged in private.pii_access_log. Definer: keys and log do not belong to the caller.';
revoke execute on function public.read_replies(uuid[]) from public, anon;
grant execute on function public.read_replies(uuid[]) to authenticated, service_role;

create table public.calls (
  org_id uuid not null,
  id bigint generated always as identity,
  lead_id uuid,
  message_id uuid,
  provider text not null,
  provider_id text,
  event_key text not null,
  direction text not null,
  at timestamptz not null,
  ended_reason text,
  answered boolean not null,
  seconds integer,
  cost_usd numeric(12, 6),
  transcript_cipher bytea,
  key_id integer,
  merged_from uuid,
  primary key (org_id, id),
  constraint call_is_kept_once unique (org_id, provider, event_key),
  constraint call_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade,
  constraint call_direction_is_known check (direction in ('outbound', 'inbound')),
  constraint call_has_no_negative_length_or_cost check (seconds >= 0 and cost_usd >= 0),
  constraint transcript_has_its_key check ((transcript_cipher is null) = (key_id is null))
);
comment on table public.calls is
  'Phone calls that ended: outcome, length, cost. The transcript is encrypted; public.read_transcript shows it.';
comment on column public.calls.answered is 'A person spoke: not voicemail, no answer or a failed connection.';
create index calls_lead_idx on public.calls (org_id, lead_id, at desc) where lead_id is not null;
create index calls_every_lead_idx on public.calls (org_id, lead_id);
create index calls_merged_idx on public.calls (org_id, merged_from) where merged_from is not null;
alter table public.calls enable row level security;
revoke all on public.calls from anon, authenticated, service_role;
grant select (org_id, id, lead_id, message_id, provider, provider_id, direction, at, ended_reason, answered, seconds,
  cost_usd)
  on public.calls to authenticated, service_role;
grant select, insert, update on public.calls to pipeline_writer;
create policy select_members on public.calls for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]) or private.sees_lead(org_id,
      lead_id)));
create policy select_writer on public.calls for select to pipeline_writer using (true);
create policy insert_writer on public.calls for insert to pipeline_writer with check (true);
create policy update_writer on public.calls for update to pipeline_writer using (true) with check (true);

create function public.read_transcript(p_org_id uuid, p_call_id bigint) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  c public.calls;
begin
  select x.* into c from public.calls x
  where x.org_id = p_org_id and x.id = p_call_id and (private.is_trusted_caller() or private.sees_lead(x.org_id,
    x.lead_id));
  if not found or c.transcript_cipher is null then
    return null;
  end if;
  if c.lead_id is not null then
    insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown)
    values (p_org_id, c.lead_id, auth.uid(), session_user, 1);
  end if;
  return private.decrypt_value(c.transcript_cipher, private.org_key(c.org_id, c.key_id));
end
$$;
comment on function public.read_transcript(uuid, bigint) is
  'The transcript of a phone call in plain text; null if there is none, or if the caller may not see the lead. '
  'Logged in private.pii_access_log. Definer: keys and log do not belong to the caller.';
revoke execute on function public.read_transcript(uuid, bigint) from public, anon;
grant execute on function public.read_transcript(uuid, bigint) to authenticated, service_role;

-- sql/60_inbound/12_bookings.sql

create type public.booking_state as enum ('announced', 'made', 'moved', 'cancelled');
comment on type public.booking_state is
  'In the order of life; announced: known only from a later event so far. See sql/STATES.md.';

create table public.bookings (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  provider text not null,
  uid text not null,
  lead_id uuid,
  message_id uuid,
  state public.booking_state not null generated always as (case
    when cancelled_at is not null then 'cancelled'::public.booking_state
    when moved_at is not null then 'moved'
    when made_at is not null then 'made'
    else 'announced' end) stored,
  starts_at timestamptz,
  ends_at timestamptz,
  made_at timestamptz,
  moved_at timestamptz,
  moved_to_uid text,
  cancelled_at timestamptz,
  merged_from uuid,
  primary key (org_id, id),
  constraint booking_is_kept_once unique (org_id, provider, uid),
  constraint booking_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade,
  constraint booking_ends_after_it_starts check (ends_at >= starts_at),
  constraint moved_booking_says_where check ((moved_at is null) = (moved_to_uid is null))
);
comment on table public.bookings is
  'Appointments by the calendar''s own uid: moving one creates a new one, which the old one refers to. The state '
  'follows from the timestamps, in whatever order events arrive.';
create index bookings_lead_idx on public.bookings (org_id, lead_id, starts_at);
create index bookings_merged_idx on public.bookings (org_id, merged_from) where merged_from is not null;
alter table public.bookings enable row level security;
revoke all on public.bookings from anon, authenticated, service_role;
grant select on public.bookings to authenticated, service_role;
grant select, insert, update on public.bookings to pipeline_writer;
create policy select_members on public.bookings for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]) or private.sees_lead(org_id,
      lead_id)));
create policy select_writer on public.bookings for select to pipeline_writer using (true);
create policy insert_writer on public.bookings for insert to pipeline_writer with check (true);
create policy update_writer on public.bookings for update to pipeline_writer using (true) with check (true);

-- Records of a lead move with it in a merge, and return when the merge is undone.
create function private.tg_lead_merges__move_replies() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    update public.replies r set lead_id = new.survivor_id, merged_from = coalesce(r.merged_from, new.merged_id)
    where r.org_id = new.org_id and r.lead_id = new.merged_id
      and not exists (select from public.replies o where o.org_id = r.org_id and o.provider = r.provider
        and o.event_key = r.event_key and o.lead_id = new.survivor_id);
    update public.calls c set lead_id = new.survivor_id, merged_from = coalesce(c.merged_from, new.merged_id)
    where c.org_id = new.org_id and c.lead_id = new.merged_id;
    update public.bookings b set lead_id = new.survivor_id, merged_from = coalesce(b.merged_from, new.merged_id)
    where b.org_id = new.org_id and b.lead_id = new.merged_id;
    update public.tasks t set lead_id = new.survivor_id, merged_from = coalesce(t.merged_from, new.merged_id)
    where t.org_id = new.org_id and t.lead_id = new.merged_id
      and (t.done_at is not null or not exists (select from public.tasks o where o.org_id = t.org_id
        and o.lead_id = new.survivor_id and o.kind = t.kind and o.done_at is null));
  elsif old.undone_at is null and new.undone_at is not null then
    update public.replies r set lead_id = new.merged_id, merged_from = null
    where r.org_id = new.org_id and r.merged_from = new.merged_id;
    update public.calls c set lead_id = new.merged_id, merged_from = null
    where c.org_id = new.org_id and c.merged_from = new.merged_id;
    update public.bookings b set lead_id = new.merged_id, merged_from = null
    where b.org_id = new.org_id and b.merged_from = new.merged_id;
    update public.tasks t set lead_id = new.merged_id, merged_from = null
    where t.org_id = new.org_id and t.merged_from = new.merged_id;
  end if;
  return null;
end
$$;
comment on function private.tg_lead_merges__move_replies() is
  'Trigger: replies, phone calls, bookings and tasks move with a merged lead and return when the merge is undone. '
  'Definer: roles that merge leads may not write these tables.';
create trigger _300_move_replies after insert or update of undone_at on public.lead_merges
  for each row execute function private.tg_lead_merges__move_replies();

-- sql/60_inbound/20_find_leads.sql

-- Finding the leads of an incoming phone number or e-mail address.

create function private.find_leads_by_contact(p_org_id uuid, p_value_bidx bytea, p_message_id uuid default null)
returns table (lead_id uuid, contact_point_id bigint, campaign_id uuid)
language sql stable set search_path = '' as $$
  with known as (
    select l.id, c.id as contact_point_id, l.campaign_id,
      l.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked') as in_work,
      l.id = m.lead_id as is_meant
    from public.contact_points c
    join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
    left join public.messages m on m.org_id = p_org_id and m.id = p_message_id
    where c.org_id = p_org_id and c.value_bidx = p_value_bidx
    union
    -- The person answers from another address than the one we wrote to.
    select l.id, null, l.campaign_id, true, true
    from public.messages m
    join public.leads l on l.org_id = m.org_id and l.id = m.lead_id
    where m.org_id = p_org_id and m.id = p_message_id
      and not exists (select from public.contact_points c
        where c.org_id = m.org_id and c.lead_id = m.lead_id and c.value_bidx = p_value_bidx)
  ), best as (
    select k.*, case when k.is_meant then 0 when k.in_work then 0 when a.lead_id is not null then 1 else 2 end as place
    from known k
    left join lateral (
      select x.lead_id from public.contact_attempts x
      where x.org_id = p_org_id and x.value_bidx = p_value_bidx and x.direction = 'outbound'
      order by x.at desc, x.id desc limit 1) a on a.lead_id = k.id
  )
  select b.id, min(b.contact_point_id), b.campaign_id
  from best b
  where b.place = (select min(x.place) from best x)
  group by b.id, b.campaign_id, b.is_meant
  order by coalesce(b.is_meant, false) desc, b.id
  limit 20
$$;
comment on function private.find_leads_by_contact(uuid, bytea, uuid) is
  'Leads that a phone number or e-mail address belongs to, the lead of p_message_id first: leads in work; '
  'otherwise the one contacted last; otherwise all that have the value.';

create function private.contact_index(p_org_id uuid, p_value text) returns bytea
language sql stable set search_path = '' as $$
  select private.blind_index(p_value, private.blind_key(p_org_id))
$$;
comment on function private.contact_index(uuid, text) is
  'Blind index of a normalised phone number or e-mail address under the org''s key.';

create function private.mark_leads_replied(p_org_id uuid, p_lead_ids uuid[], p_at timestamptz, p_detail jsonb) returns
  void
language plpgsql volatile set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
begin
  perform set_config('sluice.actor', 'system', true);
  perform private.stop_runs(p_org_id, x, 'reply', p_at) from unnest(p_lead_ids) x;
  update public.leads l set last_reply_at = greatest(l.last_reply_at, p_at),
    campaign_status = case when l.campaign_status in ('new', 'queued', 'active', 'paused', 'completed') then 'replied'
      else l.campaign_status end
  where l.org_id = p_org_id and l.id = any (p_lead_ids)
    and (l.last_reply_at is null or l.last_reply_at < p_at or l.campaign_status in ('new', 'queued', 'active',
      'paused', 'completed'));
  -- The funnel shows how far a lead has come, not how often it wrote: once per campaign.
  insert into public.pipeline_events (org_id, lead_id, kind, at, detail)
  select p_org_id, l.id, 'replied', p_at, p_detail || jsonb_strip_nulls(jsonb_build_object('campaign_id',
    l.campaign_id))
  from public.leads l
  where l.org_id = p_org_id and l.id = any (p_lead_ids)
    and not exists (select from public.pipeline_events e
      where e.org_id = p_org_id and e.lead_id = l.id and e.kind = 'replied'
        and e.detail ->> 'campaign_id' is not distinct from l.campaign_id::text);
  perform set_config('sluice.actor', v_actor, true);
end
$$;
comment on function private.mark_leads_replied(uuid, uuid[], timestamptz, jsonb) is
  'Records that a person replied: stops active runs, sets the lead to replied (unless booked, opted out or '
  'invalid), and counts it in the funnel once per campaign. Repeating it has no effect.';

-- sql/60_inbound/21_apply_replies.sql

-- A reply and all of its effects, in the transaction of its event.

create function private.has_attempt(p_org_id uuid, p_value_bidx bytea, p_channel text, p_at timestamptz) returns
  boolean
language sql stable set search_path = '' as $$
  select exists (select from public.contact_attempts a
    where a.org_id = p_org_id and a.value_bidx = p_value_bidx and a.at = p_at and a.channel = p_channel
      and a.direction = 'inbound')
$$;
comment on function private.has_attempt(uuid, bytea, text, timestamptz) is
  'Whether this inbound contact is on record already.';

create function private.apply_latest_keyword(p_org_id uuid, p_value_bidx bytea, p_channel text, p_keyword text,
  p_at timestamptz) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_later timestamptz;
begin
  select max(a.at) into v_later from public.contact_attempts a
  where a.org_id = p_org_id and a.value_bidx = p_value_bidx and a.at > p_at
    and a.keyword = case p_keyword when 'stop' then 'start' when 'start' then 'stop' end;
  if v_later is null then
    return;
  elsif p_keyword = 'stop' then
    perform private.record_opt_in(p_org_id, p_value_bidx, 'reply START', v_later);
  else
    perform private.record_opt_out(p_org_id, p_value_bidx, 'phone', p_channel, 'reply by ' || p_channel, null,
      'stop_keyword', null, true, v_later);
  end if;
end
$$;
comment on function private.apply_latest_keyword(uuid, bytea, text, text, timestamptz) is
  'STOP and START events that arrive in the wrong order: the later message decides.';

create function private.queue_text_answer(
  p_org_id uuid, p_lead_id uuid, p_contact_point_id bigint, p_kind text, p_text text, p_in_reply_to text,
    p_as_of timestamptz default now()
) returns uuid
language plpgsql volatile set search_path = '' as $$
begin
  return private.queue_message(p_org_id, p_lead_id, p_contact_point_id, 'sms', p_kind, p_text, p_in_reply_to, p_as_of);
exception when sqlstate 'SL533' then
  -- The org has no sender for texts, so it cannot answer; the request was carried out all the same.
  raise warning 'could not answer by text: %', sqlerrm;
  return null;
end
$$;
comment on function private.queue_text_answer(uuid, uuid, bigint, text, text, text, timestamptz) is
  'Queues the confirmation of an opt-out or the answer to HELP, once; null if the org has no sender for texts.';

create function private.apply_reply_event(p_org_id uuid, p_provider text, p_event jsonb, p_now timestamptz default
  now())
returns table (lead_id uuid, outcome public.event_outcome)
language plpgsql volatile set search_path = '' as $$
#variable_conflict use_column
declare
  v_at constant timestamptz := (p_event ->> 'at')::timestamptz;
  v_channel constant text := p_event ->> 'channel';
  v_kind constant public.contact_kind := case v_channel when 'email' then 'email'
    else 'phone' end::public.contact_kind;
  v_value constant bytea := coalesce(decode(p_event ->> 'value_bidx', 'hex'), private.contact_index(p_org_id,
    p_event ->> 'from'));
  v_key constant integer := private.active_key_id(p_org_id, 'data');
  v_text constant text := coalesce(p_event ->> 'text', '');
  v_label constant public.reply_label := (p_event ->> 'label')::public.reply_label;
  v_message public.messages;
  v_leads uuid[];
  v_points bigint[];
  v_campaign uuid;
  v_answer jsonb;
  v_request text;
  v_keyword text;
  v_replies bigint[];
begin
  -- Serialised per number: the last of STOP and START decides.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice reply %s %s', p_org_id, encode(v_value, 'hex')), 0));
  select m.* into v_message from public.messages m
  where m.org_id = p_org_id and m.id = private.find_message(p_org_id,
    -- A reply may arrive through another provider than the one that sent the message.
    coalesce((select min(s.provider) from public.senders s where s.org_id = p_org_id and s.channel = v_channel),
      p_provider),
    case when v_channel = 'sms' then null else p_event ->> 'provider_id' end, (p_event ->> 'message_id')::uuid);
  select array_agg(f.lead_id), array_agg(f.contact_point_id), (array_agg(f.campaign_id))[1] into v_leads, v_points,
    v_campaign
  from private.find_leads_by_contact(p_org_id, v_value, v_message.id) f;

  v_answer := private.record_reply_opt_out(p_org_id, v_value, v_kind, v_channel, v_text, p_event ->> 'opt_out_type',
    coalesce((p_event ->> 'model_says_opt_out')::boolean, false), v_at);
  v_request := v_answer ->> 'kind';
  if v_request = 'opt_out' and v_message.value_bidx <> v_value then
    perform private.record_opt_out(p_org_id, v_message.value_bidx, case v_message.channel when 'email' then 'email'
      else 'phone' end::public.contact_kind,
      v_message.channel, 'reply by ' || v_channel, v_text, 'opt_out', null, true, v_at);
  end if;
  v_keyword := v_answer ->> 'keyword';
  insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, campaign_id, lead_id, keyword)
  select p_org_id, v_value, v_channel, 'inbound', v_at, v_campaign, v_leads[1], v_keyword
  where not private.has_attempt(p_org_id, v_value, v_channel, v_at);
  if v_leads is null then
    perform private.apply_latest_keyword(p_org_id, v_value, v_channel, v_keyword, v_at);
    return query select null::uuid, 'unmatched'::public.event_outcome;
    return;
  end if;

  with kept as (
    insert into public.replies (org_id, lead_id, contact_point_id, value_bidx, channel, provider, event_key, at,
      request,
      text_cipher, key_id, message_id, campaign_id, label, labelled_by, labelled_at)
    select p_org_id, f.lead_id, f.contact_point_id, v_value, v_channel, p_provider, p_event ->> 'key', v_at, v_request,
      private.encrypt_value(nullif(v_text, ''), private.org_key(p_org_id, v_key)), case when v_text <> ''
        then v_key end,
      case when v_message.lead_id = f.lead_id then v_message.id end, l.campaign_id,
      case when v_request = 'opt_out' then 'opt_out' else v_label end,
      case when v_request = 'opt_out' or v_label is not null then 'rules' end,
      case when v_request = 'opt_out' or v_label is not null then p_now end
    from unnest(v_leads, v_points) f (lead_id, contact_point_id)
    join public.leads l on l.org_id = p_org_id and l.id = f.lead_id
    on conflict on constraint reply_is_kept_once_per_lead do nothing
    returning id
  )
  select array_agg(k.id) into v_replies from kept k;
  -- START and HELP are commands to the system, not replies to our message.
  if v_request in ('none', 'opt_out') then
    perform private.mark_leads_replied(p_org_id, v_leads, v_at, jsonb_build_object('channel', v_channel, 'request',
      v_request));
  end if;
  perform private.apply_latest_keyword(p_org_id, v_value, v_channel, v_keyword, v_at);
  if v_request = 'none' then
    perform private.create_task(p_org_id, x, 'answer_reply', jsonb_build_object('channel', v_channel), v_at)
      from unnest(v_leads) x;
  end if;
  if v_answer #>> '{confirmation,text}' is not null and (v_answer #>> '{confirmation,not_after}')::timestamptz >=
    p_now and v_points[1] is not null then
    perform private.queue_text_answer(p_org_id, v_leads[1], v_points[1], 'confirmation',
      v_answer #>> '{confirmation,text}', p_event ->> 'key', p_now);
  elsif v_request = 'help' and v_answer ->> 'answer' is not null and v_points[1] is not null then
    perform private.queue_text_answer(p_org_id, v_leads[1], v_points[1], 'help', v_answer ->> 'answer',
      p_event ->> 'key', p_now);
  end if;
  perform private.announce(p_org_id, 'reply.received', jsonb_strip_nulls(jsonb_build_object('reply_id', r.id,
    'lead_id', r.lead_id,
      'broker_id', l.assigned_broker_id, 'campaign_id', r.campaign_id, 'message_id', r.message_id, 'channel',
        r.channel, 'request', r.request,
      'label', r.label, 'at', r.at)), p_now)
  from public.replies r
  join public.leads l on l.org_id = r.org_id and l.id = r.lead_id
  where r.org_id = p_org_id and r.id = any (v_replies);
  -- A model may read what the rules could not.
  perform private.send_job('triage', jsonb_build_object('reply_id', v_replies[1]::text, 'org_id', p_org_id),
    p_org_id::text || v_replies[1])
  where v_request = 'none' and v_label is null and v_text <> '' and v_replies is not null
    and coalesce((p_event ->> 'triage')::boolean, false);
  return query select x, 'applied'::public.event_outcome from unnest(v_leads[1:1]) x;
end
$$;
comment on function private.apply_reply_event(uuid, text, jsonb, timestamptz) is
  'Applies a reply {key, at, channel, from or value_bidx, text, message_id, provider_id, opt_out_type, label}: '
  'carries out opt-out, START and HELP, stores the text for each of its leads, stops their sequences, marks them '
  'as replied, and notifies broker and subscribers. Returns the first lead, or unmatched: the opt-out of an '
  'unknown value takes effect all the same.';

-- sql/60_inbound/22_apply_calls.sql

create function private.apply_call_event(p_org_id uuid, p_provider text, p_event jsonb, p_now timestamptz default
  now())
returns table (lead_id uuid, message_id uuid, outcome public.event_outcome)
language plpgsql volatile set search_path = '' as $$
#variable_conflict use_column
declare
  v_at constant timestamptz := (p_event ->> 'at')::timestamptz;
  v_inbound constant boolean := p_event ->> 'direction' = 'inbound';
  v_answered constant boolean := coalesce((p_event ->> 'answered')::boolean, false);
  v_key constant integer := private.active_key_id(p_org_id, 'data');
  v_transcript constant text := nullif(p_event ->> 'transcript', '');
  v_message public.messages;
  v_value bytea := private.contact_index(p_org_id, p_event ->> 'from');
  v_leads uuid[];
begin
  select m.* into v_message from public.messages m
  where m.org_id = p_org_id and m.id = private.find_message(p_org_id, p_provider, p_event ->> 'provider_id',
    (p_event ->> 'message_id')::uuid);
  if v_message.id is not null then
    perform private.apply_message_event(p_org_id, v_message.id, p_event ->> 'kind', v_at,
      jsonb_strip_nulls(jsonb_build_object(
      'cost_usd', (p_event ->> 'cost_usd')::numeric, 'provider_id', p_event ->> 'provider_id',
      'code', case when p_event ->> 'kind' = 'failed' then p_event ->> 'ended_reason' end)))
    where p_event ->> 'kind' is not null;
    v_value := coalesce(v_message.value_bidx, v_value);
    v_leads := array[v_message.lead_id];
  else
    select array_agg(f.lead_id) into v_leads from private.find_leads_by_contact(p_org_id, v_value) f;
  end if;
  insert into public.calls as c (org_id, lead_id, message_id, provider, provider_id, event_key, direction, at,
    ended_reason, answered,
    seconds, cost_usd, transcript_cipher, key_id)
  values (p_org_id, v_leads[1], v_message.id, p_provider, p_event ->> 'provider_id', p_event ->> 'key',
    p_event ->> 'direction', v_at,
    p_event ->> 'ended_reason', v_answered, (p_event ->> 'seconds')::integer, (p_event ->> 'cost_usd')::numeric,
    private.encrypt_value(v_transcript, private.org_key(p_org_id, v_key)), case when v_transcript is not null
      then v_key end)
  on conflict on constraint call_is_kept_once do update
    set lead_id = coalesce(c.lead_id, excluded.lead_id), message_id = coalesce(c.message_id, excluded.message_id);
  -- What the person said counts as a reply; our assistant's own lines are not included.
  if v_answered and v_value is not null and p_event ->> 'person_text' is not null then
    perform private.apply_reply_event(p_org_id, p_provider, p_event || jsonb_build_object('channel', 'voice_ai',
      'text', p_event ->> 'person_text',
      'value_bidx', encode(v_value, 'hex'), 'message_id', v_message.id), p_now);
  elsif v_inbound and v_leads is not null then
    insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, lead_id)
    select p_org_id, v_value, 'voice_manual', 'inbound', v_at, v_leads[1]
    where not private.has_attempt(p_org_id, v_value, 'voice_manual', v_at);
    perform private.mark_leads_replied(p_org_id, v_leads, v_at, '{"channel": "voice_manual", "request": "none"}');
    perform private.create_task(p_org_id, x, 'call_back', '{}', v_at) from unnest(v_leads) x;
  end if;
  return query select v_leads[1], v_message.id,
    case when v_leads is null and v_message.id is null then 'unmatched' else 'applied' end::public.event_outcome;
end
$$;
comment on function private.apply_call_event(uuid, text, jsonb, timestamptz) is
  'Applies an outbound phone call that ended, or an inbound one: settles its message with the cost, stores the '
  'transcript encrypted, reads the person''s lines as a reply, and creates a task to call back. Returns lead and '
  'message, or unmatched.';

-- sql/60_inbound/23_apply_bookings.sql

create function private.settle_bookings(p_org_id uuid, p_lead_id uuid, p_at timestamptz, p_now timestamptz default
  now()) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_lead public.leads;
  v_open boolean;
  v_made boolean;
begin
  select l.* into v_lead from public.leads l where l.org_id = p_org_id and l.id = p_lead_id for no key update;
  select bool_or(b.state = 'made'), bool_or(b.made_at is not null) into v_open, v_made
  from public.bookings b where b.org_id = p_org_id and b.lead_id = p_lead_id;
  perform set_config('sluice.actor', 'system', true);
  perform private.stop_runs(p_org_id, p_lead_id, 'booking', p_at);
  if v_open and v_lead.campaign_status in ('new', 'queued', 'active', 'replied', 'paused', 'completed') then
    update public.leads l set campaign_status = 'booked' where l.org_id = p_org_id and l.id = p_lead_id;
  elsif not v_open and v_lead.campaign_status in ('new', 'queued', 'active', 'paused', 'booked', 'completed') then
    update public.leads l set campaign_status = 'replied', last_reply_at = coalesce(l.last_reply_at, p_at)
    where l.org_id = p_org_id and l.id = p_lead_id;
  end if;
  insert into public.pipeline_events (org_id, lead_id, kind, at, detail)
  select p_org_id, p_lead_id, 'booked', p_at, jsonb_strip_nulls(jsonb_build_object('campaign_id', v_lead.campaign_id))
  where v_made and not exists (select from public.pipeline_events e
    where e.org_id = p_org_id and e.lead_id = p_lead_id and e.kind = 'booked'
      and e.detail ->> 'campaign_id' is not distinct from v_lead.campaign_id::text);
  if v_open then
    perform private.create_task(p_org_id, p_lead_id, 'prepare_booking', '{}', p_at);
    update public.tasks t set done_at = p_now
    where t.org_id = p_org_id and t.lead_id = p_lead_id and t.kind = 'follow_up_cancelled' and t.done_at is null;
  else
    perform private.create_task(p_org_id, p_lead_id, 'follow_up_cancelled', '{}', p_at);
    update public.tasks t set done_at = p_now
    where t.org_id = p_org_id and t.lead_id = p_lead_id and t.kind = 'prepare_booking' and t.done_at is null;
  end if;
  perform set_config('sluice.actor', v_actor, true);
end
$$;
comment on function private.settle_bookings(uuid, uuid, timestamptz, timestamptz) is
  'Updates a lead from the current state of its bookings: booked while one is made, otherwise replied, with a '
  'task. Stops its sequence either way. Repeating it has no effect.';

create function private.apply_booking_event(p_org_id uuid, p_provider text, p_event jsonb, p_now timestamptz default
  now())
returns table (lead_id uuid, outcome public.event_outcome)
language plpgsql volatile set search_path = '' as $$
#variable_conflict use_column
declare
  v_at constant timestamptz := (p_event ->> 'at')::timestamptz;
  v_uid constant text := p_event ->> 'uid';
  v_previous constant text := p_event ->> 'previous_uid';
  v_action constant text := p_event ->> 'action';
  v_starts constant timestamptz := (p_event ->> 'starts_at')::timestamptz;
  v_ends constant timestamptz := (p_event ->> 'ends_at')::timestamptz;
  v_message public.messages;
  v_lead uuid;
  v_booking public.bookings;
begin
  -- A calendar has few bookings: serialising them keeps chains of moves simple.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice bookings %s', p_org_id), 0));
  select m.* into v_message from public.messages m where m.org_id = p_org_id
    and m.id = (p_event ->> 'message_id')::uuid;
  select coalesce(
    (select l.id from public.leads l where l.org_id = p_org_id and l.id = (p_event ->> 'lead_id')::uuid),
    v_message.lead_id,
    (select b.lead_id from public.bookings b where b.org_id = p_org_id and b.provider = p_provider
      and b.uid in (v_uid, v_previous)
      and b.lead_id is not null order by b.uid = v_uid desc limit 1),
    (select b.lead_id from public.bookings b where b.org_id = p_org_id and b.provider = p_provider
      and b.moved_to_uid = v_uid
      and b.lead_id is not null limit 1),
    (select f.lead_id from unnest(array[p_event ->> 'email', p_event ->> 'phone']) with ordinality v (value, nth)
      cross join lateral private.find_leads_by_contact(p_org_id, private.contact_index(p_org_id, v.value)) with
        ordinality f (lead_id, point, campaign, place)
      where v.value is not null order by v.nth, f.place limit 1))
  into v_lead;
  insert into public.bookings as b (org_id, provider, uid, lead_id, message_id, starts_at, ends_at, made_at,
    cancelled_at)
  values (p_org_id, p_provider, v_uid, v_lead, v_message.id, v_starts, greatest(v_starts, v_ends),
    case when v_action in ('made', 'moved') then v_at end, case when v_action = 'cancelled' then v_at end)
  on conflict on constraint booking_is_kept_once do update set
    lead_id = coalesce(b.lead_id, excluded.lead_id), message_id = coalesce(b.message_id, excluded.message_id),
    starts_at = coalesce(b.starts_at, excluded.starts_at), ends_at = coalesce(b.ends_at, excluded.ends_at),
    made_at = least(b.made_at, excluded.made_at), cancelled_at = least(b.cancelled_at, excluded.cancelled_at)
  returning b.* into v_booking;
  if v_previous is not null and v_previous <> v_uid then
    insert into public.bookings as b (org_id, provider, uid, lead_id, moved_at, moved_to_uid)
    values (p_org_id, p_provider, v_previous, v_lead, v_at, v_uid)
    on conflict on constraint booking_is_kept_once do update set lead_id = coalesce(b.lead_id, excluded.lead_id),
      moved_to_uid = case when b.moved_at <= excluded.moved_at then b.moved_to_uid else excluded.moved_to_uid end,
      moved_at = least(b.moved_at, excluded.moved_at);
  end if;
  if v_booking.lead_id is null then
    return query select null::uuid, 'unmatched'::public.event_outcome;
    return;
  end if;
  perform private.settle_bookings(p_org_id, v_booking.lead_id, v_at, p_now);
  perform private.announce(p_org_id, case when v_action = 'made' then 'booking.made' else 'booking.changed' end,
    jsonb_strip_nulls(jsonb_build_object('booking_id', v_booking.id, 'lead_id', l.id, 'broker_id',
      l.assigned_broker_id,
      'campaign_id', l.campaign_id, 'change', v_action, 'starts_at', v_starts)), p_now)
  from public.leads l where l.org_id = p_org_id and l.id = v_booking.lead_id;
  return query select v_booking.lead_id, 'applied'::public.event_outcome;
end
$$;
comment on function private.apply_booking_event(uuid, text, jsonb, timestamptz) is
  'Applies a booking that was made, moved or cancelled {uid, previous_uid, action, starts_at, ends_at, lead_id, '
  'message_id, email, phone}: stores it, finds its lead (by our ids in its metadata, by related bookings, by '
  'e-mail or phone), updates the lead, and notifies broker and subscribers. Returns the lead, or unmatched.';

-- sql/60_inbound/30_apply_events.sql

-- From a delivery to its effects. The worker that inserts an event under its key is the one that applies it. Events
-- and the delivery's state are written in one transaction, so a crash leaves nothing half done.

create function private.apply_inbox_message_event(p_org_id uuid, p_message_id uuid, p_event_id bigint, p_kind text,
  p_at timestamptz, p_detail jsonb)
returns public.event_outcome
language plpgsql volatile set search_path = '' as $$
declare
  v_delivered timestamptz;
  v_outcome public.event_outcome;
begin
  if p_kind = 'clicked' and p_detail ->> 'machine' = 'false' then
    -- Lock first: either we see the delivery report, or the transaction that records it sees this click waiting.
    perform private.lock_messages(p_org_id, array[p_message_id]);
    select m.delivered_at into v_delivered from public.messages m where m.org_id = p_org_id and m.id = p_message_id;
    if v_delivered is null then
      return 'waiting'::public.event_outcome;
    end if;
    p_detail := p_detail || jsonb_build_object('machine', p_at < v_delivered + interval '10 seconds');
  end if;
  v_outcome := case private.apply_message_event(p_org_id, p_message_id, p_kind, p_at, p_detail)
    when 'unknown' then 'unmatched' when 'ignored' then 'ignored' else 'applied' end::public.event_outcome;
  if p_kind = 'delivered' then
    perform private.apply_inbox_message_event(p_org_id, p_message_id, e.id, 'clicked', e.at, e.detail)
    from public.webhook_events e
    where e.org_id = p_org_id and e.message_id = p_message_id and e.outcome = 'waiting' and e.id <> p_event_id;
    update public.webhook_events e set outcome = 'applied'
    where e.org_id = p_org_id and e.message_id = p_message_id and e.outcome = 'waiting' and e.id <> p_event_id;
  end if;
  return v_outcome;
end
$$;
comment on function private.apply_inbox_message_event(uuid, uuid, bigint, text, timestamptz, jsonb) is
  'Applies one event of a message. A click within ten seconds of the delivery is a scanner''s; a click reported '
  'before its delivery waits for it, so that the order of reports does not matter.';

create function private.apply_webhook_events(p_org_id uuid, p_inbox_ids bigint[], p_events jsonb, p_now timestamptz
  default now()) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_new jsonb;
  v record;
  v_lead uuid;
  v_message uuid;
  v_outcome public.event_outcome;
  v_counts jsonb;
begin
  -- The worker that locks them processes them; a second worker finds nothing left to do.
  perform from public.webhook_inbox i
  where i.org_id = p_org_id and i.id = any (p_inbox_ids) and i.state = 'received' order by i.id for update;
  with given as (
    select distinct on (e ->> 'provider', e ->> 'key') e
    from jsonb_array_elements(p_events) e
    join public.webhook_inbox i on i.org_id = p_org_id and i.id = (e ->> 'inbox_id')::bigint and i.state = 'received'
    order by e ->> 'provider', e ->> 'key', (e ->> 'inbox_id')::bigint
  ), noted as (
    insert into public.webhook_events as n (org_id, inbox_id, provider, event_key, kind, name, at, outcome,
      message_id, lead_id, detail)
    select p_org_id, (g.e ->> 'inbox_id')::bigint, g.e ->> 'provider', g.e ->> 'key', g.e ->> 'type', g.e ->> 'name',
      (g.e ->> 'at')::timestamptz,
      'ignored', m.id, m.lead_id, coalesce(g.e -> 'detail', '{}')
    from given g
    left join lateral (select private.find_message(p_org_id, g.e ->> 'provider', g.e ->> 'provider_id',
      (g.e ->> 'message_id')::uuid) as id
      where g.e ->> 'type' = 'message') f on true
    left join public.messages m on m.org_id = p_org_id and m.id = f.id
    order by g.e ->> 'provider', g.e ->> 'key'
    on conflict on constraint event_counts_once do update
      -- An unmatched event is matched again when it is repeated or replayed.
      set inbox_id = excluded.inbox_id, outcome = 'ignored', message_id = excluded.message_id,
        lead_id = excluded.lead_id
      where n.outcome = 'unmatched'
    returning n.id, n.provider, n.event_key, n.message_id, n.lead_id
  )
  select jsonb_agg(jsonb_build_object('id', n.id, 'found', n.message_id, 'lead', n.lead_id, 'e', g.e)) into v_new
  from noted n join given g on g.e ->> 'provider' = n.provider and g.e ->> 'key' = n.event_key;

  -- By lead and message: two workers with events in common wait for each other and do not deadlock.
  for v in
    select (n ->> 'id')::bigint as id, (n ->> 'found')::uuid as message_id, n -> 'e' as e
    from jsonb_array_elements(v_new) n
    order by n ->> 'lead', n ->> 'found', (n #>> '{e,at}')::timestamptz, n ->> 'id'
  loop
    v_lead := null; v_message := null; v_outcome := 'ignored';
    case v.e ->> 'type'
      when 'message' then
        v_message := v.message_id;
        v_outcome := case when v_message is null then 'unmatched' else private.apply_inbox_message_event(p_org_id,
          v_message, v.id, v.e ->> 'kind',
          (v.e ->> 'at')::timestamptz, coalesce(v.e -> 'detail', '{}')
            || jsonb_strip_nulls(jsonb_build_object('provider_id', v.e ->> 'provider_id'))) end;
      when 'reply' then
        select t.lead_id, t.outcome into v_lead, v_outcome from private.apply_reply_event(p_org_id,
          v.e ->> 'provider', v.e, p_now) t;
      when 'call' then
        select t.lead_id, t.message_id, t.outcome into v_lead, v_message, v_outcome
        from private.apply_call_event(p_org_id, v.e ->> 'provider', v.e, p_now) t;
      when 'booking' then
        select t.lead_id, t.outcome into v_lead, v_outcome from private.apply_booking_event(p_org_id,
          v.e ->> 'provider', v.e, p_now) t;
      when 'opt_out' then
        perform private.record_opt_out(p_org_id, private.contact_index(p_org_id, x.value), x.kind, v.e ->> 'channel',
          'webhook',
          v.e ->> 'person_text', 'opt_out', null, true, (v.e ->> 'at')::timestamptz)
        from (values (v.e ->> 'phone', 'phone'::public.contact_kind), (v.e ->> 'email', 'email')) x (value, kind)
        where x.value is not null;
        v_outcome := 'applied';
      else null;
    end case;
    update public.webhook_events e set outcome = v_outcome, lead_id = coalesce(v_lead, e.lead_id),
      message_id = coalesce(v_message, e.message_id)
    where e.org_id = p_org_id and e.id = v.id
      and (e.outcome, e.lead_id, e.message_id) is distinct from (v_outcome, coalesce(v_lead, e.lead_id),
        coalesce(v_message, e.message_id));
  end loop;

  with closed as (
    update public.webhook_inbox i set processed_at = p_now, error = null,
      state = case when exists (select from public.webhook_events e
        where e.org_id = i.org_id and e.inbox_id = i.id and e.outcome = 'unmatched') then 'unmatched'
          else 'done' end::public.inbox_state
    where i.org_id = p_org_id and i.id = any (p_inbox_ids) and i.state = 'received'
    returning i.state
  )
  select jsonb_build_object('deliveries', count(*), 'unmatched', count(*) filter (where c.state = 'unmatched'),
    'events', coalesce(jsonb_array_length(v_new), 0)) into v_counts from closed c;
  return v_counts;
end
$$;
comment on function private.apply_webhook_events(uuid, bigint[], jsonb, timestamptz) is
  'Processes deliveries of one org: p_events are the events read from them [{inbox_id, provider, key, type, name, '
  'at, …}]. Each event is applied once, in whichever delivery it arrives; the deliveries become done or unmatched. '
  'Returns {deliveries, unmatched, events}.';

create function private.inbox_bodies(p_batch_id uuid)
returns table (org_id uuid, id bigint, provider text, kind text, content_type text, params jsonb,
  received_at timestamptz,
  correlation_id uuid, body bytea)
language sql volatile set search_path = '' as $$
  with waiting as materialized (
    select i.* from public.webhook_inbox i where i.batch_id = p_batch_id and i.state = 'received'
  ), keys as materialized (
    select k.org_id, k.key_id, private.org_key(k.org_id, k.key_id) as key from (select distinct w.org_id, w.key_id
      from waiting w) k
  )
  select w.org_id, w.id, w.provider, w.kind, w.content_type, w.params, w.received_at, w.correlation_id,
    private.decrypt_bytes(w.body_cipher, k.key)
  from waiting w join keys k on k.org_id = w.org_id and k.key_id = w.key_id
  order by w.org_id, w.id
$$;
comment on function private.inbox_bodies(uuid) is
  'The unprocessed deliveries of a batch, with their bodies decrypted.';

create function private.fail_inbox(p_batch_id uuid, p_error text, p_as_of timestamptz default now()) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer := 0;
  v record;
begin
  for v in
    update public.webhook_inbox i set state = 'dead', processed_at = p_as_of, error = left(p_error, 500)
    where i.batch_id = p_batch_id and i.state = 'received'
    returning i.org_id, i.id, i.provider, i.kind, i.correlation_id
  loop
    perform private.record_dead_letter(v.org_id, 'process-inbox', jsonb_build_object('inbox_id', v.id),
      format('delivery from %s could not be processed', v.provider), p_error, v.correlation_id, p_as_of);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.fail_inbox(uuid, text, timestamptz) is
  'Gives up on the remaining deliveries of a batch: dead, with a dead letter each. Returns how many.';

create function public.replay_inbox(p_org_id uuid, p_inbox_id bigint, p_as_of timestamptz default now()) returns
  boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_batch constant uuid := gen_random_uuid();
begin
  if not (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'))) then
    raise exception 'replayable delivery not found' using errcode = 'SL603';
  end if;
  update public.webhook_inbox i set state = 'received', processed_at = null, error = null, batch_id = v_batch
  where i.org_id = p_org_id and i.id = p_inbox_id and i.state in ('dead', 'unmatched') and i.body_cipher is not null;
  if not found then
    raise exception 'replayable delivery not found' using errcode = 'SL603';
  end if;
  perform private.resolve_dead_letter('process-inbox', jsonb_build_object('inbox_id', p_inbox_id), p_as_of);
  perform private.send_job('process-inbox', jsonb_build_object('batch_id', v_batch), v_batch::text);
  return true;
end
$$;
comment on function public.replay_inbox(uuid, bigint, timestamptz) is
  'Processes a dead or unmatched delivery again and closes its dead letter. Events that were applied are not '
  'applied again. For owners, admins and the service. Definer: checks the caller, then acts as the pipeline. '
  'Raises SL603.';
revoke execute on function public.replay_inbox(uuid, bigint, timestamptz) from public, anon;
grant execute on function public.replay_inbox(uuid, bigint, timestamptz) to authenticated, service_role;

-- sql/60_inbound/40_triage.sql

-- What a model may do with replies: label the intent and draft an answer for the broker. It can record an opt-out but
-- never lift one, and its daily cost is limited.

create table private.triage_usage (
  org_id uuid not null references public.orgs (id) on delete cascade,
  local_date date not null,
  tokens integer not null,
  replies integer not null,
  primary key (org_id, local_date),
  constraint triage_usage_is_not_negative check (tokens >= 0 and replies >= 0)
);
comment on table private.triage_usage is 'Tokens that the model has used for the org per local date.';
alter table private.triage_usage enable row level security;
grant select, insert, update on private.triage_usage to pipeline_writer;
create policy select_writer on private.triage_usage for select to pipeline_writer using (true);
create policy insert_writer on private.triage_usage for insert to pipeline_writer with check (true);
create policy update_writer on private.triage_usage for update to pipeline_writer using (true) with check (true);

create function private.take_triage_budget(p_org_id uuid, p_tokens integer, p_limit integer, p_as_of timestamptz
  default now()) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  insert into private.triage_usage as u (org_id, local_date, tokens, replies)
  select o.id, (p_as_of at time zone o.time_zone)::date, p_tokens, 1 from public.orgs o
  where o.id = p_org_id and p_tokens <= p_limit
  on conflict (org_id, local_date) do update set tokens = u.tokens + excluded.tokens, replies = u.replies + 1
    where u.tokens + excluded.tokens <= p_limit;
  return found;
end
$$;
comment on function private.take_triage_budget(uuid, integer, integer, timestamptz) is
  'Reserves tokens for one reply; false if the budget of the org''s local date is used up.';

create function private.reply_to_triage(p_org_id uuid, p_reply_id bigint) returns table (body text, channel text)
language sql stable set search_path = '' as $$
  select private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id)), r.channel
  from public.replies r
  where r.org_id = p_org_id and r.id = p_reply_id and r.request = 'none' and r.label is null
    and r.text_cipher is not null
$$;
comment on function private.reply_to_triage(uuid, bigint) is
  'The text of a reply that has no label yet; no row otherwise.';

create function private.label_reply(
  p_org_id uuid, p_reply_id bigint, p_label public.reply_label, p_draft text, p_correction integer default 0,
    p_as_of timestamptz default now()
) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_key constant integer := private.active_key_id(p_org_id, 'data');
  r public.replies;
begin
  update private.triage_usage u set tokens = greatest(0, u.tokens + p_correction)
  from public.orgs o
  where o.id = p_org_id and u.org_id = o.id and u.local_date = (p_as_of at time zone o.time_zone)::date
    and p_correction <> 0;
  select x.* into r from public.replies x where x.org_id = p_org_id and x.id = p_reply_id and x.label is null for
    update;
  if not found then
    return false;
  end if;
  update public.replies x set label = p_label, labelled_by = 'model', labelled_at = p_as_of,
    request = case when p_label = 'opt_out' then 'opt_out' else x.request end,
    draft_cipher = case when p_label <> 'opt_out' then private.encrypt_value(nullif(p_draft, ''),
      private.org_key(p_org_id, v_key)) end,
    draft_key_id = case when p_label <> 'opt_out' and nullif(p_draft, '') is not null then v_key end
  where x.org_id = p_org_id and x.provider = r.provider and x.event_key = r.event_key and x.label is null;
  perform private.record_reply_opt_out(p_org_id, r.value_bidx, case r.channel when 'email' then 'email'
    else 'phone' end::public.contact_kind,
    r.channel, private.decrypt_value(r.text_cipher, private.org_key(r.org_id, r.key_id)), null, true, r.at)
      where p_label = 'opt_out';
  perform private.announce(p_org_id, 'reply.labelled', jsonb_strip_nulls(jsonb_build_object('reply_id', x.id,
    'lead_id', x.lead_id,
      'broker_id', l.assigned_broker_id, 'channel', x.channel, 'label', x.label, 'has_draft',
        x.draft_cipher is not null)), p_as_of)
  from public.replies x
  join public.leads l on l.org_id = x.org_id and l.id = x.lead_id
  where x.org_id = p_org_id and x.provider = r.provider and x.event_key = r.event_key;
  return true;
end
$$;
comment on function private.label_reply(uuid, bigint, public.reply_label, text, integer, timestamptz) is
  'Records the model''s label and draft for a reply, for all of its leads; labels by people and rules stay. The '
  'label opt_out is recorded as an opt-out. p_correction: tokens used less tokens reserved. False if the reply was '
  'labelled meanwhile.';

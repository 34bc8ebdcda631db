-- Built from sql/60_events by `npm run db:build`; edit there.

-- sql/60_events/01_pipeline_events.sql

create type public.pipeline_event_kind as enum
  ('uploaded', 'staged', 'deduped', 'verified', 'fed', 'sent', 'replied', 'booked');
comment on type public.pipeline_event_kind is 'Steps of the funnel, in order.';

create table public.pipeline_events (
  org_id uuid not null,
  id bigint generated always as identity,
  lead_id uuid,
  kind public.pipeline_event_kind not null,
  at timestamptz not null default now(),
  quantity integer not null default 1,
  duration interval,
  correlation_id uuid,
  detail jsonb not null default '{}',
  primary key (org_id, at, id),
  constraint quantity_is_not_negative check (quantity >= 0),
  constraint event_of_one_lead_counts_one check (lead_id is null or quantity = 1)
) partition by range (at);
comment on table public.pipeline_events is
  'One step of a lead through the funnel, or of many leads at once (lead_id null, quantity n: a part of an upload). No contact values in detail. Partitioned by month.';
create index pipeline_events_lead_idx on public.pipeline_events (org_id, lead_id, at) where lead_id is not null;
create index pipeline_events_kind_idx on public.pipeline_events (org_id, kind, at);
alter table public.pipeline_events enable row level security;
grant select on public.pipeline_events to authenticated;
grant select, insert on public.pipeline_events to pipeline_writer;
create policy select_members on public.pipeline_events for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]) or private.sees_lead(org_id, lead_id)));
create policy select_writer on public.pipeline_events for select to pipeline_writer using (true);
create policy insert_writer on public.pipeline_events for insert to pipeline_writer with check (true);

create function private.ensure_event_partitions(p_as_of timestamptz default now(), p_months integer default 3) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_month timestamp;
  v_name text;
  v_made integer := 0;
begin
  for v_month in
    select m from generate_series(
      date_trunc('month', p_as_of at time zone 'UTC') - interval '1 month',
      date_trunc('month', p_as_of at time zone 'UTC') + make_interval(months => p_months), interval '1 month') m
  loop
    v_name := 'pipeline_events_' || to_char(v_month, 'YYYY_MM');
    if to_regclass('private.' || v_name) is null then
      execute format('create table private.%I (like public.pipeline_events including defaults including constraints)', v_name);
      -- Events that came before their month was made wait in the default partition.
      lock table private.pipeline_events_other in access exclusive mode;
      execute format(
        'with moved as (delete from private.pipeline_events_other e where e.at >= %L and e.at < %L returning e.*) insert into private.%I select * from moved',
        v_month at time zone 'UTC', (v_month + interval '1 month') at time zone 'UTC', v_name);
      execute format('alter table public.pipeline_events attach partition private.%I for values from (%L) to (%L)',
        v_name, v_month at time zone 'UTC', (v_month + interval '1 month') at time zone 'UTC');
      execute format('alter table private.%I enable row level security', v_name);
      v_made := v_made + 1;
    end if;
  end loop;
  return v_made;
end
$$;
comment on function private.ensure_event_partitions(timestamptz, integer) is
  'Makes the monthly partitions from last month to p_months ahead; returns how many were missing. Definer: partitions belong to the owner.';

-- Catches what no month was made for, so that an event is never lost.
create table private.pipeline_events_other partition of public.pipeline_events default;
alter table private.pipeline_events_other enable row level security;

create function private.record_part_events(p_part_id uuid, p_verified integer, p_as_of timestamptz default now()) returns void
language sql volatile set search_path = '' as $$
  insert into public.pipeline_events (org_id, kind, at, quantity, duration, correlation_id, detail)
  select p.org_id, e.kind::public.pipeline_event_kind, p_as_of, e.quantity, e.duration, u.correlation_id,
    jsonb_build_object('upload_id', p.upload_id, 'part', p.part)
  from public.upload_parts p
  join public.uploads u on u.id = p.upload_id
  cross join lateral (values
    ('uploaded', p.received, null::interval),
    ('staged', p.staged, p.staged_at - p.received_at),
    ('deduped', p.created, p.resolved_at - p.staged_at),
    ('verified', p_verified, null)
  ) e (kind, quantity, duration)
  where p.id = p_part_id
$$;
comment on function private.record_part_events(uuid, integer, timestamptz) is 'The funnel events of a resolved part, as quantities; p_verified of its new leads have a verified phone.';

-- sql/60_events/10_webhook_inbox.sql

-- What providers tell us. A delivery is stored as it came before it is answered, once; the worker reads
-- events out of it, and each of those counts once however often and in whatever batch it is told.

create type public.inbox_state as enum ('received', 'done', 'unmatched', 'dead');
comment on type public.inbox_state is
  'In the order of life: stored; processed; processed, but something in it belongs to nobody we know; given up. See sql/STATES.md.';

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
  'Webhooks, one row per delivery: the verified body (encrypted) and how far it has got. A delivery with the same content again is counted, not stored.';
comment on column public.webhook_inbox.content_key is
  'SHA-256 over the keys of the events in it: the same when the provider sends it again under another id, in another order or form.';
comment on column public.webhook_inbox.deliveries is 'How often it came.';
comment on column public.webhook_inbox.params is 'What of the query belongs to the events (message_id), and for signed sources source and webhook_id.';
comment on column public.webhook_inbox.body_cipher is 'Encrypted under key_id; emptied some time after it was processed (raw_days). Attachments of mails are not kept.';
comment on column public.webhook_inbox.batch_id is 'Deliveries stored by one statement have one job.';
create index webhook_inbox_batch_idx on public.webhook_inbox (batch_id) where state = 'received';
create index webhook_inbox_waiting_idx on public.webhook_inbox (received_at) where state = 'received';
create index webhook_inbox_unmatched_idx on public.webhook_inbox (org_id, received_at desc) where state in ('unmatched', 'dead');
create index webhook_inbox_kept_body_idx on public.webhook_inbox (processed_at) where body_cipher is not null;

create type public.event_outcome as enum ('applied', 'waiting', 'ignored', 'unmatched');
comment on type public.event_outcome is
  'applied: it has had its effect; waiting: an open or a click whose delivery has not been told yet; ignored: nothing follows from it; unmatched: it belongs to nobody we know.';

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
  'The events read out of deliveries, each once: what it was, when, what became of it. No contact values and no text.';
comment on column public.webhook_events.event_key is 'Hash of what tells the event from all others in its own content; see edge-functions/_shared/webhooks.';
comment on column public.webhook_events.at is 'When it happened, as the provider says, else when it came in.';
comment on column public.webhook_events.name is 'What the provider calls it.';
create index webhook_events_inbox_idx on public.webhook_events (org_id, inbox_id);
create index webhook_events_message_idx on public.webhook_events (org_id, message_id, at) where message_id is not null;
create index webhook_events_lead_idx on public.webhook_events (org_id, lead_id, at) where lead_id is not null;

alter table public.webhook_inbox enable row level security;
alter table public.webhook_events enable row level security;
revoke all on public.webhook_inbox, public.webhook_events from anon, authenticated, service_role;
grant select (org_id, id, provider, kind, state, deliveries, events, correlation_id, received_at, last_received_at, processed_at, error)
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
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]) or private.sees_lead(org_id, lead_id)));
create policy select_writer on public.webhook_events for select to pipeline_writer using (true);
create policy insert_writer on public.webhook_events for insert to pipeline_writer with check (true);
create policy update_writer on public.webhook_events for update to pipeline_writer using (true) with check (true);

-- sql/60_events/11_receive_webhooks.sql

-- The door: deliveries of many requests in one statement, with one job for all of them.

create function private.send_job(p_queue text, p_data jsonb, p_singleton_key text default null) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into pgboss.job (name, data, singleton_key, retry_limit, retry_delay, retry_backoff, retry_delay_max,
    expire_seconds, deletion_seconds, dead_letter, policy, heartbeat_seconds, keep_until)
  select q.name, p_data, p_singleton_key, q.retry_limit, q.retry_delay, q.retry_backoff, q.retry_delay_max,
    q.expire_seconds, q.deletion_seconds, q.dead_letter, q.policy, q.heartbeat_seconds,
    now() + make_interval(secs => q.retention_seconds)
  from pgboss.queue q where q.name = p_queue
  on conflict do nothing
  returning id into v_id;
  -- The channel that pg-boss tells its own jobs on.
  perform pg_notify('pgboss_' || left(encode(sha224('pgboss'::bytea), 'hex'), 24), p_queue);
  return v_id;
end
$$;
comment on function private.send_job(text, jsonb, text) is
  'Sends a job to the queue in this transaction, as pg-boss does; null when one with the same key is waiting already. For triggers and functions. Definer: who writes a feed or a dead letter has no rights on the queue.';
revoke execute on function private.send_job(text, jsonb, text) from public;
grant execute on function private.send_job(text, jsonb, text) to pipeline_writer, service_role;

create function private.receive_webhooks(p_batch_id uuid, p_rows jsonb, p_bodies bytea) returns table (nth integer, is_new boolean)
language plpgsql volatile set search_path = '' as $$
declare
  v_new integer;
begin
  return query
  with given as (
    select r.nth, r.org_id, r.provider, r.kind, decode(r.content_key, 'hex') as content_key, r.events, r.params, r.content_type,
      r.correlation_id, r.received_at, r.body_at, r.body_bytes
    from jsonb_to_recordset(p_rows) r (nth integer, org_id uuid, provider text, kind text, content_key text, events integer,
      params jsonb, content_type text, correlation_id uuid, received_at timestamptz, body_at integer, body_bytes integer)
  ), keys as materialized (
    -- Unwrapping a key costs as much as a body: once an org, not once a row.
    select o.org_id, k.key_id, private.org_key(o.org_id, k.key_id) as key
    from (select distinct g.org_id from given g) o
    cross join lateral (select private.active_key_id(o.org_id, 'data') as key_id) k
    where k.key_id is not null
  ), firsts as (
    -- The same content twice in one statement: the first is stored.
    select distinct on (g.org_id, g.provider, g.kind, g.content_key) g.*,
      count(*) over (partition by g.org_id, g.provider, g.kind, g.content_key) as deliveries,
      max(g.received_at) over (partition by g.org_id, g.provider, g.kind, g.content_key) as last_received_at
    from given g
    order by g.org_id, g.provider, g.kind, g.content_key, g.nth
  ), stored as (
    insert into public.webhook_inbox as i (org_id, provider, kind, content_key, deliveries, events, params, content_type,
      body_cipher, key_id, batch_id, correlation_id, received_at, last_received_at)
    select f.org_id, f.provider, f.kind, f.content_key, f.deliveries, f.events, f.params, f.content_type,
      private.encrypt_bytes(substr(p_bodies, f.body_at + 1, f.body_bytes), k.key), k.key_id, p_batch_id, f.correlation_id, f.received_at, f.last_received_at
    from firsts f join keys k on k.org_id = f.org_id
    -- In one order: two statements with the same contents wait for each other and do not deadlock.
    order by f.org_id, f.provider, f.kind, f.content_key
    on conflict on constraint delivery_is_stored_once do update
      set deliveries = i.deliveries + excluded.deliveries,
        last_received_at = greatest(i.last_received_at, excluded.last_received_at)
    returning i.org_id, i.provider, i.kind, i.content_key, i.batch_id = p_batch_id as is_new
  )
  select g.nth, s.is_new
  from stored s
  join given g on g.org_id = s.org_id and g.provider = s.provider and g.kind = s.kind and g.content_key = s.content_key;
  select count(*) into v_new from public.webhook_inbox i where i.batch_id = p_batch_id and i.state = 'received';
  if v_new > 0 then
    perform private.send_job('process-inbox', jsonb_build_object('batch_id', p_batch_id), p_batch_id::text);
  end if;
end
$$;
comment on function private.receive_webhooks(uuid, jsonb, bytea) is
  'Stores deliveries [{nth, org_id, provider, kind, content_key (hex), events, params, content_type, correlation_id, received_at, body_at, body_bytes}], their bodies cut out of p_bodies and encrypted, and sends one job for the new ones. Answers (nth, is_new) of each that is stored now; none for an org that does not exist.';

create function private.purge_webhook_bodies(p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer;
begin
  update public.webhook_inbox i set body_cipher = null, key_id = null
  from public.orgs o
  where o.id = i.org_id and i.body_cipher is not null and i.state in ('done', 'unmatched')
    and i.processed_at < p_as_of - make_interval(days => coalesce((o.settings ->> 'raw_days')::integer, 30));
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.purge_webhook_bodies(timestamptz) is
  'Empties the bodies of deliveries that were processed longer ago than the org''s raw_days (30); returns how many. What was read out of them stays. Definer: retention is the owner''s.';
revoke execute on function private.purge_webhook_bodies(timestamptz) from pipeline_writer;

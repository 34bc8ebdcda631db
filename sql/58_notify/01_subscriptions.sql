-- Notifications to subscribers: signed Standard Webhooks with ids only. Receivers fetch details with their own
-- permissions.

create type public.notification_state as enum ('pending', 'sent', 'failed');
comment on type public.notification_state is
  'In the order of life; a failed notification can be replayed from its dead letter.';

create table public.subscriptions (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  url text not null,
  events text[] not null,
  secret_cipher bytea not null,
  key_id integer not null,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (org_id, id),
  constraint url_is_subscribed_once unique (org_id, url),
  -- Plain http only to this machine, where n8n may run.
  constraint subscription_url_is_safe check (length(url) <= 2000
    and url ~ '^(https://[^\s/@]+|http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?)(/\S*)?$'),
  constraint subscribed_events_are_known check (cardinality(events) > 0 and events <@
    '{feed.done,reply.received,reply.labelled,booking.made,booking.changed,dead_letter.filed,day.closed}'::text[]),
  constraint ended_subscription_has_its_time check (active = (ended_at is null)),
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table public.subscriptions is
  'Subscribers: which events are sent to which URL. The secret signs (Standard Webhooks); create_subscription '
  'shows it once.';
comment on column public.subscriptions.active is 'False after a member ended it, or after its URL answered 410.';
create index subscriptions_key_idx on public.subscriptions (key_id, org_id);
alter table public.subscriptions enable row level security;
revoke all on public.subscriptions from anon, authenticated, service_role;
grant select (org_id, id, url, events, active, created_at, ended_at) on public.subscriptions to authenticated,
  service_role;
grant update (events, active, ended_at), delete on public.subscriptions to authenticated, service_role;
grant select, update on public.subscriptions to pipeline_writer;
create function private.tg_subscriptions__check_url() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_problem constant text := private.url_problem(new.url, private.loopback_urls_allowed());
begin
  if v_problem is not null then
    raise exception 'the URL %', v_problem using errcode = 'check_violation',
      constraint = 'subscription_url_is_public';
  end if;
  return new;
end
$$;
comment on function private.tg_subscriptions__check_url() is
  'Trigger: a new or changed URL has the form of a public one. Raises 23514. Definer: reads the switch of development '
  'machines.';
create trigger _100_check_url before insert or update of url on public.subscriptions
  for each row execute function private.tg_subscriptions__check_url();
create trigger _150_member_clock before update on public.subscriptions
  for each row execute function private.member_clock('ended_at');
create policy select_admins on public.subscriptions for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy update_admins on public.subscriptions for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]))
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy delete_admins on public.subscriptions for delete to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.subscriptions for select to pipeline_writer using (true);
create policy update_writer on public.subscriptions for update to pipeline_writer using (true) with check (true);

create function public.create_subscription(p_org_id uuid, p_url text, p_events text[], p_secret text default null)
  returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_secret text := coalesce(p_secret, 'whsec_' || encode(extensions.gen_random_bytes(32), 'base64'));
  v_key integer;
  v_id uuid;
begin
  if not (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'))) then
    raise exception 'org not found' using errcode = 'SL601';
  elsif v_secret !~ '^whsec_[A-Za-z0-9+/]{32,88}={0,2}$' then
    raise exception 'invalid secret: use whsec_ followed by 24 to 64 bytes in base64' using errcode = 'SL602';
  end if;
  v_key := private.active_key_id(p_org_id, 'data');
  insert into public.subscriptions as s (org_id, url, events, secret_cipher, key_id)
  values (p_org_id, p_url, p_events, private.encrypt_value(v_secret, private.org_key(p_org_id, v_key)), v_key)
  on conflict (org_id, url) do update set events = excluded.events, secret_cipher = excluded.secret_cipher,
    key_id = excluded.key_id,
    active = true, ended_at = null
  returning s.id into v_id;
  return jsonb_build_object('id', v_id, 'secret', v_secret);
end
$$;
comment on function public.create_subscription(uuid, text, text[], text) is
  'Subscribes a URL to events and returns {id, secret}; the secret is shown only here. Subscribing the same URL '
  'again replaces its events and secret. For owners, admins and the service. Definer: secrets are encrypted under '
  'the owner''s keys. Raises SL601, SL602.';
revoke execute on function public.create_subscription(uuid, text, text[], text) from public, anon;
grant execute on function public.create_subscription(uuid, text, text[], text) to authenticated, service_role;

create table public.notifications (
  org_id uuid not null,
  id uuid not null,
  subscription_id uuid not null,
  event text not null,
  data jsonb not null,
  state public.notification_state not null default 'pending',
  attempts integer not null default 0,
  last_status integer,
  last_error text,
  correlation_id uuid,
  announced_at timestamptz not null,
  sent_at timestamptz,
  failed_at timestamptz,
  primary key (org_id, id),
  constraint notification_belongs_to_its_subscription foreign key (org_id, subscription_id)
    references public.subscriptions (org_id, id) on delete cascade,
  constraint sent_notification_has_its_time check ((state = 'sent') = (sent_at is not null)),
  constraint failed_notification_has_its_time check ((state = 'failed') = (failed_at is not null)),
  constraint notification_attempts_are_not_negative check (attempts >= 0)
);
comment on table public.notifications is 'Notifications to subscribers and whether they arrived. data holds ids only.';
comment on column public.notifications.id is
  'Derived from subscription, event and data: a repeated notification has the same id, and receivers see the same '
  'webhook-id.';
comment on column public.notifications.correlation_id is
  'Of the lead, feed or dead letter that it is about; the request names it in traceparent.';
create index notifications_subscription_idx on public.notifications (org_id, subscription_id, announced_at);
create index notifications_pending_idx on public.notifications (announced_at) where state = 'pending';
alter table public.notifications enable row level security;
revoke all on public.notifications from anon, authenticated;
grant select on public.notifications to authenticated, service_role;
grant select, insert, update on public.notifications to pipeline_writer;
create policy select_admins on public.notifications for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.notifications for select to pipeline_writer using (true);
create policy insert_writer on public.notifications for insert to pipeline_writer with check (true);
create policy update_writer on public.notifications for update to pipeline_writer using (true) with check (true);

create function private.announce(p_org_id uuid, p_event text, p_data jsonb, p_as_of timestamptz default now(),
  p_correlation_id uuid default null) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_ids uuid[];
begin
  with told as (
    insert into public.notifications (org_id, id, subscription_id, event, data, correlation_id, announced_at)
    select s.org_id, md5(concat_ws(' ', s.id, p_event, p_data::text))::uuid, s.id, p_event, p_data, p_correlation_id,
      p_as_of
    from public.subscriptions s
    where s.org_id = p_org_id and s.active and p_event = any (s.events)
    on conflict do nothing
    returning id
  )
  select array_agg(t.id) into v_ids from told t;
  perform private.send_job('notify', jsonb_build_object('notification_id', x), x::text) from unnest(v_ids) x;
  return coalesce(cardinality(v_ids), 0);
end
$$;
comment on function private.announce(uuid, text, jsonb, timestamptz, uuid) is
  'Notifies the subscribers of an event of the org; p_data holds ids only. p_correlation_id: of the lead, feed or dead letter. Runs in the caller''s transaction, so '
  'that no notification exists without its fact. A repeated notification is sent once; returns the number of new '
  'ones. Definer: many roles write feeds and dead letters.';
revoke execute on function private.announce(uuid, text, jsonb, timestamptz, uuid) from public;
grant execute on function private.announce(uuid, text, jsonb, timestamptz, uuid) to pipeline_writer, service_role;

create function private.notification_to_send(p_notification_id uuid)
returns table (org_id uuid, url text, secret text, event text, data jsonb, announced_at timestamptz,
  correlation_id uuid)
language sql stable security definer set search_path = '' as $$
  select n.org_id, s.url, private.decrypt_value(s.secret_cipher, private.org_key(s.org_id, s.key_id)), n.event,
    n.data, n.announced_at, n.correlation_id
  from public.notifications n
  join public.subscriptions s on s.org_id = n.org_id and s.id = n.subscription_id
  where n.id = p_notification_id and n.state <> 'sent' and s.active
$$;
comment on function private.notification_to_send(uuid) is
  'URL, secret and content of a notification; no row if it was sent or its subscription has ended. Definer: '
  'secrets are encrypted under the owner''s keys.';
revoke execute on function private.notification_to_send(uuid) from public;
grant execute on function private.notification_to_send(uuid) to pipeline_writer;

-- Announced with the feed itself, no matter which role feeds.
create function private.tg_campaign_feeds__announce() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.announce(new.org_id, 'feed.done', jsonb_build_object('campaign_id', new.campaign_id, 'local_date',
    new.local_date,
    'fed', new.fed_count, 'unassigned', new.unassigned_count, 'late', new.late), coalesce(new.finished_at, now()), new.correlation_id);
  return null;
end
$$;
comment on function private.tg_campaign_feeds__announce() is
  'Trigger: announces a feed that is done. Definer: roles that feed have no rights on notifications.';
create trigger _300_announce after update of state on public.campaign_feeds
  for each row when (old.state <> 'done' and new.state = 'done') execute
    function private.tg_campaign_feeds__announce();

create function private.announce_closed_days(p_as_of timestamptz default now()) returns integer
language sql volatile security definer set search_path = '' as $$
  select coalesce(sum(private.announce(o.id, 'day.closed', jsonb_build_object('local_date',
    (p_as_of at time zone o.time_zone)::date), p_as_of)), 0)::integer
  from public.orgs o
  where (p_as_of at time zone o.time_zone)::time >= '21:00'
    and exists (select from public.subscriptions s where s.org_id = o.id and s.active
      and 'day.closed' = any (s.events))
$$;
comment on function private.announce_closed_days(timestamptz) is
  'Announces day.closed for the local date from 21:00 on, when nothing is sent any more; once per date, however '
  'often it is called. Definer: reads across orgs.';
revoke execute on function private.announce_closed_days(timestamptz) from pipeline_writer;

begin;
\ir ../support/cast.sql
select no_plan();
create function cast_.org() returns uuid language sql as $$ select 'a0000000-0000-4000-8000-000000000000'::uuid $$;
create function cast_.subscribe(p_url text, p_events text default '{reply.received}') returns text language sql as $$
  select format('select public.create_subscription(%L, %L, %L)', cast_.org(), p_url, p_events)
$$;

-- Subscribing.
select is(cast_.run('owner', cast_.subscribe('https://n8n.example.com/webhook/x')), 'rows 1',
  'an owner can subscribe a URL');
select is(cast_.run('service_role', cast_.subscribe('http://127.0.0.1:5678/webhook/x')), 'rows 1',
  'the service can subscribe a local URL');
select is(cast_.run('broker', cast_.subscribe('https://b.example.com/')), 'SL601 org not found',
  'a broker cannot subscribe');
select is(cast_.run('rival', cast_.subscribe('https://r.example.com/')), 'SL601 org not found',
  'another org cannot subscribe');
select is(cast_.run('anon', cast_.subscribe('https://a.example.com/')),
  '42501 permission denied for function create_subscription', 'anon cannot subscribe');
select throws_ok(cast_.subscribe('http://n8n.example.com/'), '23514', null,
  'plain http to another machine is rejected');
select throws_ok(cast_.subscribe('https://user:pass@n8n.example.com/'), '23514', null,
  'a URL with a password is rejected');
select throws_ok(cast_.subscribe('https://n8n.example.com/', '{lead.named}'), '23514', null,
  'an unknown event is rejected');
select throws_ok(format('select public.create_subscription(%L, %L, %L, %L)', cast_.org(), 'https://x.example.com/',
  '{day.closed}', 'secret'), 'SL602', null, 'an invalid secret is rejected');
select matches(cast_.ask('admin', $$ select public.create_subscription('a0000000-0000-4000-8000-000000000000',
  'https://n8n.example.com/webhook/x', '{day.closed,reply.received}') ->> 'secret' $$),
  '^whsec_', 'subscribing again returns a new secret');
select is(cast_.ask('owner', 'select count(id) from public.subscriptions'), '2',
  'subscribing again keeps one subscription');
select is(cast_.run('owner', 'select secret_cipher from public.subscriptions'),
  '42501 permission denied for table subscriptions', 'members cannot read secrets');
select is(cast_.ask('broker', 'select count(id) from public.subscriptions'), '0', 'brokers see no subscriptions');

-- Notifications are sent once.
select is(private.announce(cast_.org(), 'reply.received', '{"reply_id": 1}', '2026-11-23T18:00Z'), 2,
  'both subscribers are notified');
select is(private.announce(cast_.org(), 'reply.received', '{"reply_id": 1}', '2026-11-23T18:01Z'), 0,
  'a repeated event notifies no one');
select is(private.announce(cast_.org(), 'reply.received', '{"reply_id": 2}', '2026-11-23T18:01Z'), 2,
  'another event notifies both');
select is(private.announce('b0000000-0000-4000-8000-000000000000', 'reply.received', '{"reply_id": 1}'), 0,
  'another org has no subscribers');
select is(private.announce(cast_.org(), 'booking.made', '{"booking_id": 1}'), 0,
  'an event without subscribers notifies no one');
select is((select count(*) from pgboss.job where name = 'notify'), 4::bigint, 'each notification has its job');
select is((select s.secret like 'whsec_%' from public.notifications n, private.notification_to_send(n.id) s limit 1),
  true, 'a notification comes with its signing secret');
update public.subscriptions set active = false, ended_at = now() where url like 'http://127%';
select is((select count(*) from public.notifications n, private.notification_to_send(n.id)), 2::bigint,
  'waiting notifications of an ended subscription are not sent');
select is(private.announce(cast_.org(), 'reply.received', '{"reply_id": 3}'), 1,
  'an ended subscription gets no new notifications');
select is(cast_.run('pipeline_writer', $$ select private.announce('a0000000-0000-4000-8000-000000000000',
  'day.closed', '{}') $$), 'rows 1', 'the pipeline can announce');
select is(cast_.run('owner', $$ select private.announce('a0000000-0000-4000-8000-000000000000', 'day.closed', '{}')
  $$), '42501 permission denied for function announce', 'members cannot announce');

-- The day ends in the org's time zone.
select is(private.announce_closed_days('2026-11-24T04:59Z'), 0, 'the day is not closed before 21:00');
select is(private.announce_closed_days('2026-11-24T05:00Z'), 1, 'the day is closed at 21:00');
select is(private.announce_closed_days('2026-11-24T05:01Z'), 0, 'the day is closed once');
select is((select n.data ->> 'local_date' from public.notifications n where n.event = 'day.closed'
  and n.data ? 'local_date'), '2026-11-23', 'the closed day has the org''s local date');

-- Feeds and dead letters are announced.
select public.create_subscription(cast_.org(), 'https://ops.example.com/', '{feed.done,dead_letter.filed}')
  \g /dev/null
insert into public.campaigns (org_id, id, name, state) values (cast_.org(), 'a0000000-0000-4000-8000-0000000000ca',
  'Autumn', 'running');
insert into public.campaign_feeds (org_id, campaign_id, local_date, planned, started_at)
  values (cast_.org(), 'a0000000-0000-4000-8000-0000000000ca', '2026-11-23', 10, now());
select is((select count(*) from public.notifications n where n.event = 'feed.done'), 0::bigint,
  'a running feed is not announced');
update public.campaign_feeds set state = 'done', fed_count = 3, finished_at = now();
select is((select n.data ->> 'fed' from public.notifications n where n.event = 'feed.done'), '3',
  'a done feed is announced');
select private.record_dead_letter(cast_.org(), 'process-inbox', '{"inbox_id": 1}', 'x', 'y', null) \g /dev/null
select private.record_dead_letter(cast_.org(), 'process-inbox', '{"inbox_id": 1}', 'x', 'y', null) \g /dev/null
select is((select count(*) from public.notifications n where n.event = 'dead_letter.filed'), 1::bigint,
  'a dead letter is announced once, not per attempt');
select private.record_dead_letter(cast_.org(), 'notify', '{"notification_id": "x"}', 'x', 'y', null) \g /dev/null
select is((select count(*) from public.notifications n where n.event = 'dead_letter.filed'), 1::bigint,
  'a dead letter about a notification is not announced');
select is(cast_.ask('owner', 'select count(*) from public.notifications where state = ''pending'''),
  (select count(*)::text from public.notifications), 'owners see notifications');
select is(cast_.ask('broker', 'select count(*) from public.notifications'), '0', 'brokers see no notifications');

-- Replay.
select private.fail_notification(n.id, 'answered 500') from public.notifications n where n.event = 'feed.done'
  \g /dev/null
create function cast_.again() returns text language sql as $$
  select format('select public.replay_notification(%L, %L)', cast_.org(), n.id) from public.notifications n
    where n.event = 'feed.done'
$$;
select is(cast_.run('broker', cast_.again()), 'SL604 failed notification not found',
  'a broker cannot replay a notification');
select is(cast_.run('owner', cast_.again()), 'rows 1', 'an owner can replay a notification');
select is((select count(*) from public.pipeline_dlq d where d.source = 'notify' and d.payload ->> 'notification_id'
  <> 'x' and d.resolved_at is null), 0::bigint, 'replaying closes the dead letter');
select is(cast_.run('owner', cast_.again()), 'SL604 failed notification not found', 'a notification is replayed once');
select * from finish();
rollback;

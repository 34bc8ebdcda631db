begin;
\ir ../support/cast.sql
select no_plan();
create function cast_.org() returns uuid language sql as $$ select 'a0000000-0000-4000-8000-000000000000'::uuid $$;
create function cast_.subscribe(p_url text, p_events text default '{reply.received}') returns text language sql as $$
  select format('select public.create_subscription(%L, %L, %L)', cast_.org(), p_url, p_events)
$$;

-- Who subscribes, and to what.
select is(cast_.run('owner', cast_.subscribe('https://n8n.example.com/webhook/x')), 'rows 1', 'an owner subscribes an address');
select is(cast_.run('service_role', cast_.subscribe('http://127.0.0.1:5678/webhook/x')), 'rows 1', 'the service one on this machine');
select is(cast_.run('broker', cast_.subscribe('https://b.example.com/')), 'SL601 org not found', 'a broker none');
select is(cast_.run('rival', cast_.subscribe('https://r.example.com/')), 'SL601 org not found', 'another org none');
select is(cast_.run('anon', cast_.subscribe('https://a.example.com/')), '42501 permission denied for function create_subscription', 'nor anon');
select throws_ok(cast_.subscribe('http://n8n.example.com/'), '23514', null, 'nothing goes over the net in the clear');
select throws_ok(cast_.subscribe('https://user:pass@n8n.example.com/'), '23514', null, 'nor with a password in the address');
select throws_ok(cast_.subscribe('https://n8n.example.com/', '{lead.named}'), '23514', null, 'an event must be known');
select throws_ok(format('select public.create_subscription(%L, %L, %L, %L)', cast_.org(), 'https://x.example.com/', '{day.closed}', 'secret'), 'SL602', null, 'a secret must be one');
select matches(cast_.ask('admin', $$ select public.create_subscription('a0000000-0000-4000-8000-000000000000', 'https://n8n.example.com/webhook/x', '{day.closed,reply.received}') ->> 'secret' $$),
  '^whsec_', 'subscribing again shows a new secret');
select is(cast_.ask('owner', 'select count(id) from public.subscriptions'), '2', 'and is the same subscription');
select is(cast_.run('owner', 'select secret_cipher from public.subscriptions'), '42501 permission denied for table subscriptions', 'secrets are read by nobody');
select is(cast_.ask('broker', 'select count(id) from public.subscriptions'), '0', 'brokers see no subscriptions');

-- What is announced, is announced once.
select is(private.announce(cast_.org(), 'reply.received', '{"reply_id": 1}', '2026-11-23T18:00Z'), 2, 'both are told');
select is(private.announce(cast_.org(), 'reply.received', '{"reply_id": 1}', '2026-11-23T18:01Z'), 0, 'the same again nobody');
select is(private.announce(cast_.org(), 'reply.received', '{"reply_id": 2}', '2026-11-23T18:01Z'), 2, 'another one both');
select is(private.announce('b0000000-0000-4000-8000-000000000000', 'reply.received', '{"reply_id": 1}'), 0, 'another org has nobody to tell');
select is(private.announce(cast_.org(), 'booking.made', '{"booking_id": 1}'), 0, 'nobody asked for bookings');
select is((select count(*) from pgboss.job where name = 'notify'), 4::bigint, 'each has its job');
select is((select s.secret like 'whsec_%' from public.notifications n, private.notification_to_send(n.id) s limit 1), true, 'which knows what to sign with');
update public.subscriptions set active = false, ended_at = now() where url like 'http://127%';
select is((select count(*) from public.notifications n, private.notification_to_send(n.id)), 2::bigint, 'what ended is not told what waits');
select is(private.announce(cast_.org(), 'reply.received', '{"reply_id": 3}'), 1, 'nor what comes');
select is(cast_.run('pipeline_writer', $$ select private.announce('a0000000-0000-4000-8000-000000000000', 'day.closed', '{}') $$), 'rows 1', 'the pipeline announces');
select is(cast_.run('owner', $$ select private.announce('a0000000-0000-4000-8000-000000000000', 'day.closed', '{}') $$), '42501 permission denied for function announce', 'members do not');

-- The day is closed where the org is.
select is(private.announce_closed_days('2026-11-24T04:59Z'), 0, 'not before nine in the evening');
select is(private.announce_closed_days('2026-11-24T05:00Z'), 1, 'then it is');
select is(private.announce_closed_days('2026-11-24T05:01Z'), 0, 'once');
select is((select n.data ->> 'local_date' from public.notifications n where n.event = 'day.closed' and n.data ? 'local_date'), '2026-11-23', 'by its local date');

-- Feeds and dead letters announce themselves.
select public.create_subscription(cast_.org(), 'https://ops.example.com/', '{feed.done,dead_letter.filed}') \g /dev/null
insert into public.campaigns (org_id, id, name, state) values (cast_.org(), 'a0000000-0000-4000-8000-0000000000ca', 'Autumn', 'running');
insert into public.campaign_feeds (org_id, campaign_id, local_date, planned, started_at) values (cast_.org(), 'a0000000-0000-4000-8000-0000000000ca', '2026-11-23', 10, now());
select is((select count(*) from public.notifications n where n.event = 'feed.done'), 0::bigint, 'a feed that runs is not done');
update public.campaign_feeds set state = 'done', fed_count = 3, finished_at = now();
select is((select n.data ->> 'fed' from public.notifications n where n.event = 'feed.done'), '3', 'one that is done is announced');
select private.record_dead_letter(cast_.org(), 'process-inbox', '{"inbox_id": 1}', 'x', 'y', null) \g /dev/null
select private.record_dead_letter(cast_.org(), 'process-inbox', '{"inbox_id": 1}', 'x', 'y', null) \g /dev/null
select is((select count(*) from public.notifications n where n.event = 'dead_letter.filed'), 1::bigint, 'a dead letter is announced, its next attempt not');
select private.record_dead_letter(cast_.org(), 'notify', '{"notification_id": "x"}', 'x', 'y', null) \g /dev/null
select is((select count(*) from public.notifications n where n.event = 'dead_letter.filed'), 1::bigint, 'one about an announcement is not');
select is(cast_.ask('owner', 'select count(*) from public.notifications where state = ''pending'''), (select count(*)::text from public.notifications), 'owners see what was told');
select is(cast_.ask('broker', 'select count(*) from public.notifications'), '0', 'brokers do not');

-- Sent again.
select private.fail_notification(n.id, 'answered 500') from public.notifications n where n.event = 'feed.done' \g /dev/null
create function cast_.again() returns text language sql as $$
  select format('select public.replay_notification(%L, %L)', cast_.org(), n.id) from public.notifications n where n.event = 'feed.done'
$$;
select is(cast_.run('broker', cast_.again()), 'SL604 failed notification not found', 'a broker sends nothing again');
select is(cast_.run('owner', cast_.again()), 'rows 1', 'an owner does');
select is((select count(*) from public.pipeline_dlq d where d.source = 'notify' and d.payload ->> 'notification_id' <> 'x' and d.resolved_at is null), 0::bigint, 'which closes the dead letter');
select is(cast_.run('owner', cast_.again()), 'SL604 failed notification not found', 'once');
select * from finish();
rollback;

-- The inbox: what the same delivery again does, who sees it, what may be replayed and what is forgotten.
begin;
\ir ../support/cast.sql
select no_plan();

create function cast_.org() returns uuid language sql as $$ select 'a0000000-0000-4000-8000-000000000000'::uuid $$;
create function cast_.receive(p_key text, p_body text, p_org uuid default cast_.org(), p_at timestamptz default '2026-11-23T18:00Z') returns text
language sql as $$
  select string_agg(case when r.is_new then 'new' else 'again' end, ' ' order by r.nth) from private.receive_webhooks(gen_random_uuid(),
    jsonb_build_array(jsonb_build_object('nth', 1, 'org_id', p_org, 'provider', 'twilio', 'kind', 'sms',
      'content_key', encode(sha256(p_key::bytea), 'hex'), 'events', 1, 'params', '{}'::jsonb, 'content_type', 'text/plain',
      'correlation_id', gen_random_uuid(), 'received_at', p_at, 'body_at', 0, 'body_bytes', octet_length(p_body))), p_body::bytea) r
$$;
grant usage on schema cast_ to pipeline_writer;
grant execute on all functions in schema cast_ to pipeline_writer;

select is(cast_.ask('pipeline_writer', $$ select cast_.receive('k1', 'Yes, call me') $$), 'new', 'the worker''s role stores a delivery');
select is(cast_.ask('pipeline_writer', $$ select cast_.receive('k1', 'Yes, call me', p_at => '2026-11-23T18:05Z') $$), 'again', 'the same again is known');
select results_eq($$ select deliveries, received_at, last_received_at from public.webhook_inbox $$,
  $$ values (2, '2026-11-23T18:00Z'::timestamptz, '2026-11-23T18:05Z'::timestamptz) $$, 'and counted');
select is(cast_.receive('k1', 'Yes', 'b0000000-0000-4000-8000-000000000000'), 'new', 'another org''s is its own');
select is(cast_.receive('k1', 'Yes', 'c0000000-0000-4000-8000-000000000000'), null, 'an org that does not exist stores nothing');
select is((select count(*) from pgboss.job j where j.name = 'process-inbox'), 2::bigint, 'each batch that has something new has its job');
select is((select position('call'::bytea in i.body_cipher) from public.webhook_inbox i where i.org_id = cast_.org()), 0, 'the body rests encrypted');
select is((select convert_from(b.body, 'UTF8') from public.webhook_inbox i cross join lateral private.inbox_bodies(i.batch_id) b where i.org_id = cast_.org()),
  'Yes, call me', 'and comes out as it went in');

-- Who sees it.
select is(cast_.ask('owner', 'select string_agg(state::text, '' '') from public.webhook_inbox'), 'received', 'an owner sees the org''s deliveries');
select is(cast_.ask('broker', 'select count(id) from public.webhook_inbox'), '0', 'a broker none');
select is(cast_.ask('rival', 'select count(id) from public.webhook_inbox'), '1', 'another org its own');
select is(cast_.run('owner', 'select body_cipher from public.webhook_inbox'), '42501 permission denied for table webhook_inbox', 'bodies are granted to nobody');
select is(cast_.run('owner', 'update public.webhook_inbox set state = ''done'''), '42501 permission denied for table webhook_inbox', 'nor may members write');
select is(cast_.run('pipeline_writer', 'update public.webhook_inbox set error = null'), 'rows 2', 'the pipeline may');

-- From delivery to events.
create function cast_.take(p_events jsonb) returns jsonb language sql as $$
  select private.apply_webhook_events(cast_.org(), array[(select i.id from public.webhook_inbox i where i.org_id = cast_.org())],
    (select jsonb_agg(e || jsonb_build_object('inbox_id', i.id)) from jsonb_array_elements(p_events) e, public.webhook_inbox i where i.org_id = cast_.org()),
    '2026-11-23T19:00Z')
$$;
select is(cast_.take('[{"provider": "twilio", "key": "e1", "type": "other", "name": "queued", "at": "2026-11-23T18:00Z"},
  {"provider": "twilio", "key": "e2", "type": "message", "kind": "delivered", "name": "delivered", "at": "2026-11-23T18:00Z", "provider_id": "SM1"}]'),
  '{"deliveries": 1, "events": 2, "unmatched": 1}', 'a delivery is processed once');
select is(cast_.take('[{"provider": "twilio", "key": "e3", "type": "other", "name": "queued", "at": "2026-11-23T18:00Z"}]'),
  '{"deliveries": 0, "events": 0, "unmatched": 0}', 'and not again');
select results_eq($$ select event_key, outcome::text from public.webhook_events order by 1 $$, $$ values ('e1', 'ignored'), ('e2', 'unmatched') $$,
  'what belongs to nobody stays visible');
select is(cast_.ask('admin', 'select state::text from public.webhook_inbox'), 'unmatched', 'in the inbox too');
select is(cast_.ask('owner', 'select count(*) from public.webhook_events'), '2', 'an owner sees events');
select is(cast_.ask('broker', 'select count(*) from public.webhook_events'), '0', 'a broker those of own leads only');
select is(cast_.ask('rival', 'select count(*) from public.webhook_events'), '0', 'another org none');
update public.webhook_events set lead_id = cast_.lead('a1') where event_key = 'e1';
select is(cast_.ask('broker', 'select string_agg(event_key, '' '') from public.webhook_events'), 'e1', 'which the broker does');

-- Replay.
create function cast_.replay() returns text language sql as $$
  select format('select public.replay_inbox(%L, %s)', cast_.org(), i.id) from public.webhook_inbox i where i.org_id = cast_.org()
$$;
select is(cast_.run('broker', cast_.replay()), 'SL603 replayable delivery not found', 'a broker replays nothing');
select is(cast_.run('rival', cast_.replay()), 'SL603 replayable delivery not found', 'another org neither');
select is(cast_.run('anon', cast_.replay()), '42501 permission denied for function replay_inbox', 'nor anon');
select is(cast_.run('owner', cast_.replay()), 'rows 1', 'an owner does');
select is((select i.state::text from public.webhook_inbox i where i.org_id = cast_.org()), 'received', 'and it waits again');
select is(cast_.run('owner', cast_.replay()), 'SL603 replayable delivery not found', 'what waits is not replayed');
select is(private.fail_inbox(i.batch_id, '22000: broken', '2026-11-23T20:00Z'), 1, 'what cannot be processed is given up')
from public.webhook_inbox i where i.org_id = cast_.org();
select is((select d.payload ->> 'inbox_id' from public.pipeline_dlq d where d.source = 'process-inbox'),
  (select i.id::text from public.webhook_inbox i where i.org_id = cast_.org()), 'with a dead letter');
select is(cast_.run('service_role', cast_.replay()), 'rows 1', 'the service replays it');
select is((select count(*) from public.pipeline_dlq d where d.resolved_at is null), 0::bigint, 'which closes the letter');

-- Retention.
select is(private.purge_webhook_bodies('2027-06-01'), 0, 'what waits keeps its body, however old');
select is(cast_.take('[]') ->> 'deliveries', '1', 'processed');
select is(private.purge_webhook_bodies('2026-12-23T18:59Z'), 0, 'nothing goes before thirty days are over');
select is(private.purge_webhook_bodies('2026-12-23T19:01Z'), 1, 'then the body goes');
select is((select count(*) from public.webhook_inbox i where i.body_cipher is null), 1::bigint, 'and the record stays');
select is(cast_.run('pipeline_writer', 'select private.purge_webhook_bodies(now())'),
  '42501 permission denied for function purge_webhook_bodies', 'the pipeline does not purge');
select * from finish();
rollback;

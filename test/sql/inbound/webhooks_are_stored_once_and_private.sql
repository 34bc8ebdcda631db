-- The inbox: repeated deliveries, visibility, replay and retention.
begin;
\ir ../support/cast.sql
select no_plan();

create function cast_.org() returns uuid language sql as $$ select 'a0000000-0000-4000-8000-000000000000'::uuid $$;
create function cast_.receive(p_key text, p_body text, p_org uuid default cast_.org(), p_at timestamptz default
  '2026-11-23T18:00Z') returns text
language sql as $$
  select string_agg(case when r.is_new then 'new' else 'again' end, ' ' order by r.nth)
    from private.receive_webhooks(gen_random_uuid(),
    jsonb_build_array(jsonb_build_object('nth', 1, 'org_id', p_org, 'provider', 'twilio', 'kind', 'sms',
      'content_key', encode(sha256(p_key::bytea), 'hex'), 'events', 1, 'params', '{}'::jsonb, 'content_type',
        'text/plain',
      'correlation_id', gen_random_uuid(), 'received_at', p_at, 'body_at', 0, 'body_bytes', octet_length(p_body))),
        p_body::bytea) r
$$;
grant usage on schema cast_ to pipeline_writer;
grant execute on all functions in schema cast_ to pipeline_writer;

select is(cast_.ask('pipeline_writer', $$ select cast_.receive('k1', 'Yes, call me') $$), 'new',
  'the worker''s role can store a delivery');
select is(cast_.ask('pipeline_writer', $$ select cast_.receive('k1', 'Yes, call me', p_at => '2026-11-23T18:05Z') $$),
  'again', 'a repeated delivery is recognised');
select results_eq($$ select deliveries, received_at, last_received_at from public.webhook_inbox $$,
  $$ values (2, '2026-11-23T18:00Z'::timestamptz, '2026-11-23T18:05Z'::timestamptz) $$,
    'a repeated delivery is counted');
select is(cast_.receive('k1', 'Yes', 'b0000000-0000-4000-8000-000000000000'), 'new',
  'the same content in another org is new');
select is(cast_.receive('k1', 'Yes', 'c0000000-0000-4000-8000-000000000000'), null,
  'a delivery for an unknown org is not stored');
select is((select count(*) from pgboss.job j where j.name = 'process-inbox'), 2::bigint,
  'each batch with a new delivery has its job');
select is((select position('call'::bytea in i.body_cipher) from public.webhook_inbox i where i.org_id = cast_.org()),
  0, 'the body is stored encrypted');
select is((select convert_from(b.body, 'UTF8') from public.webhook_inbox i cross
  join lateral private.inbox_bodies(i.batch_id) b where i.org_id = cast_.org()),
  'Yes, call me', 'the body is decrypted unchanged');

-- Visibility.
select is(cast_.ask('owner', 'select string_agg(state::text, '' '') from public.webhook_inbox'), 'received',
  'an owner sees the org''s deliveries');
select is(cast_.ask('broker', 'select count(id) from public.webhook_inbox'), '0', 'a broker sees no deliveries');
select is(cast_.ask('rival', 'select count(id) from public.webhook_inbox'), '1',
  'another org sees its own deliveries');
select is(cast_.run('owner', 'select body_cipher from public.webhook_inbox'),
  '42501 permission denied for table webhook_inbox', 'members cannot read bodies');
select is(cast_.run('owner', 'update public.webhook_inbox set state = ''done'''),
  '42501 permission denied for table webhook_inbox', 'members cannot write deliveries');
select is(cast_.run('pipeline_writer', 'update public.webhook_inbox set error = null'), 'rows 2',
  'the pipeline can write deliveries');

-- From delivery to events.
create function cast_.take(p_events jsonb) returns jsonb language sql as $$
  select private.apply_webhook_events(cast_.org(), array[(select i.id from public.webhook_inbox i
    where i.org_id = cast_.org())],
    (select jsonb_agg(e || jsonb_build_object('inbox_id', i.id)) from jsonb_array_elements(p_events) e,
      public.webhook_inbox i where i.org_id = cast_.org()),
    '2026-11-23T19:00Z')
$$;
select is(cast_.take('[{"provider": "twilio", "key": "e1", "type": "other", "name": "queued", "at": '
  '"2026-11-23T18:00Z"},
  {"provider": "twilio", "key": "e2", "type": "message", "kind": "delivered", "name": "delivered", "at": '
    '"2026-11-23T18:00Z", "provider_id": "SM1"}]'),
  '{"deliveries": 1, "events": 2, "unmatched": 1}', 'a delivery is processed');
select is(cast_.take('[{"provider": "twilio", "key": "e3", "type": "other", "name": "queued", "at": '
  '"2026-11-23T18:00Z"}]'),
  '{"deliveries": 0, "events": 0, "unmatched": 0}', 'a processed delivery is not processed again');
select results_eq($$ select event_key, outcome::text from public.webhook_events order by 1 $$, $$
  values ('e1', 'ignored'), ('e2', 'unmatched') $$,
  'an unmatched event is recorded');
select is(cast_.ask('admin', 'select state::text from public.webhook_inbox'), 'unmatched',
  'the delivery is unmatched, too');
select is(cast_.ask('owner', 'select count(*) from public.webhook_events'), '2', 'an owner sees all events');
select is(cast_.ask('broker', 'select count(*) from public.webhook_events'), '0',
  'a broker sees no events of other leads');
select is(cast_.ask('rival', 'select count(*) from public.webhook_events'), '0', 'another org sees no events');
update public.webhook_events set lead_id = cast_.lead('a1') where event_key = 'e1';
select is(cast_.ask('broker', 'select string_agg(event_key, '' '') from public.webhook_events'), 'e1',
  'a broker sees events of own leads');

-- Replay.
create function cast_.replay() returns text language sql as $$
  select format('select public.replay_inbox(%L, %s)', cast_.org(), i.id) from public.webhook_inbox i
    where i.org_id = cast_.org()
$$;
select is(cast_.run('broker', cast_.replay()), 'SL603 replayable delivery not found',
  'a broker cannot replay a delivery');
select is(cast_.run('rival', cast_.replay()), 'SL603 replayable delivery not found',
  'another org cannot replay a delivery');
select is(cast_.run('anon', cast_.replay()), '42501 permission denied for function replay_inbox',
  'anon cannot replay a delivery');
select is(cast_.run('owner', cast_.replay()), 'rows 1', 'an owner can replay a delivery');
select is((select i.state::text from public.webhook_inbox i where i.org_id = cast_.org()), 'received',
  'a replayed delivery waits for processing');
select is(cast_.run('owner', cast_.replay()), 'SL603 replayable delivery not found',
  'a waiting delivery cannot be replayed');
select is(private.fail_inbox(i.batch_id, '22000: broken', '2026-11-23T20:00Z'), 1,
  'a delivery that cannot be processed is given up')
from public.webhook_inbox i where i.org_id = cast_.org();
select is((select d.payload ->> 'inbox_id' from public.pipeline_dlq d where d.source = 'process-inbox'),
  (select i.id::text from public.webhook_inbox i where i.org_id = cast_.org()),
    'a delivery that was given up has a dead letter');
select is(cast_.run('service_role', cast_.replay()), 'rows 1', 'the service can replay it');
select is((select count(*) from public.pipeline_dlq d where d.resolved_at is null), 0::bigint,
  'replaying closes the dead letter');

-- Retention.
select is(private.purge_webhook_bodies('2027-06-01'), 0, 'a waiting delivery keeps its body, however old');
select is(cast_.take('[]') ->> 'deliveries', '1', 'the delivery is processed');
select is(private.purge_webhook_bodies('2026-12-23T18:59Z'), 0, 'no body is emptied within thirty days');
select is(private.purge_webhook_bodies('2026-12-23T19:01Z'), 1, 'the body is emptied after thirty days');
select is((select count(*) from public.webhook_inbox i where i.body_cipher is null), 1::bigint,
  'the delivery stays on record');
select is(cast_.run('pipeline_writer', 'select private.purge_webhook_bodies(now())'),
  '42501 permission denied for function purge_webhook_bodies', 'the pipeline cannot purge');
select * from finish();
rollback;

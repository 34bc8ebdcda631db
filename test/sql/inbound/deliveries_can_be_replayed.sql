begin;
\ir ../support/cast.sql
\ir ../support/webhooks.sql
select no_plan();

select cast_.receive('k1', 'Yes, call me'), cast_.receive('k1', 'Yes',
  'b0000000-0000-4000-8000-000000000000') \g /dev/null
select cast_.take('[{"provider": "twilio", "key": "e2", "type": "message", "kind": "delivered", '
  '"name": "delivered", "at": "2026-11-23T18:00Z", "provider_id": "SM1"}]') \g /dev/null

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

select * from finish();
rollback;

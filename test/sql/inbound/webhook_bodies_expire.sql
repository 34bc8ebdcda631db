begin;
\ir ../support/cast.sql
\ir ../support/webhooks.sql
select no_plan();

select cast_.receive('k1', 'Yes, call me'), cast_.receive('k1', 'Yes',
  'b0000000-0000-4000-8000-000000000000') \g /dev/null

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

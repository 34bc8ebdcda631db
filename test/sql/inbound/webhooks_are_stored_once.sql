begin;
\ir ../support/cast.sql
\ir ../support/webhooks.sql
select no_plan();

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

select * from finish();
rollback;

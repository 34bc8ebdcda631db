begin;
\ir ../support/cast.sql
\ir ../support/webhooks.sql
select no_plan();

select cast_.receive('k1', 'Yes, call me'), cast_.receive('k1', 'Yes',
  'b0000000-0000-4000-8000-000000000000') \g /dev/null

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

select * from finish();
rollback;

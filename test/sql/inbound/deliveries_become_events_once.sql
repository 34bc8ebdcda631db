begin;
\ir ../support/cast.sql
\ir ../support/webhooks.sql
select no_plan();

select cast_.receive('k1', 'Yes, call me'), cast_.receive('k1', 'Yes',
  'b0000000-0000-4000-8000-000000000000') \g /dev/null

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

select * from finish();
rollback;

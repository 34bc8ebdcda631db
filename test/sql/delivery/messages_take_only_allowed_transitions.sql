-- The state machines of messages and runs.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();
select cast_.runner(21), cast_.runner(22) \g /dev/null
select is(cast_.claim() || ' ' || cast_.begin(), '21 22 21 go 22 go', 'two requests begin');
select is(private.settle_messages(cast_.org(), m.lease_token, jsonb_build_array(
  jsonb_build_object('message_id', cast_.message(21), 'result', 'accepted'),
  jsonb_build_object('message_id', cast_.message(22), 'result', 'unknown'))), 2, 'one is sent, one is unconfirmed')
from public.messages m where m.id = cast_.message(21);

select throws_ok(format('update public.messages set state = %L, cancelled_at = now(), lease_token = null, lease_until '
  '= null where id = %L', 'cancelled', cast_.message(22)), 'SL531', null, 'a requested message cannot be cancelled');
select throws_ok(format('update public.messages set state = %L, retry_at = now() where id = %L', 'retrying',
  cast_.message(21)), 'SL531', null, 'a sent message cannot be sent again');
select throws_ok(format('update public.messages set state = %L where id = %L', 'delivered', cast_.message(21)),
  '23514', null, 'a delivered message needs its time');
select lives_ok(format('update public.messages set state = %L, delivered_at = now() where id = %L', 'delivered',
  cast_.message(21)), 'a delivered message can have its time');
select throws_ok(format('update public.messages set state = %L where id = %L', 'sent', cast_.message(21)), 'SL531',
  null, 'a delivered message cannot become sent');
select throws_ok(format('update public.sequence_runs set ended_at = now() where lead_id = %L', cast_.nth(21)),
  '23514', null, 'a live run has no end');
select throws_ok(format('update public.sequence_runs set next_at = null where lead_id = %L', cast_.nth(21)), '23514',
  null, 'a live run waits for something');
select throws_ok(format('insert into public.sequence_runs (org_id, campaign_id, lead_id, sequence_id, next_channel, '
  'next_at) select org_id, campaign_id, lead_id, sequence_id, next_channel, now() from public.sequence_runs where '
  'lead_id = %L', cast_.nth(21)), '23505', null, 'a lead has one live run');
select * from finish();
rollback;

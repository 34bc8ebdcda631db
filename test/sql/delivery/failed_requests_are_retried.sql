begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/requests.sql
select no_plan();

-- Lead 2 has no e-mail address.
select cast_.runner(1), cast_.runner(2, p_phone => true, p_email => false), cast_.runner(3, p_phone => true)
  \g /dev/null

select is(cast_.claim(), '1 3', 'two steps are claimed for a refusal');
select is(cast_.begin(), '1 go 3 go', 'their requests begin');
select is(cast_.settle('{"result": "refused", "code": "400", "detail": "no mailbox lead1@example.com at +1 '
  '213-555-0101"}'), 2, 'the provider refuses both');
select is((select concat_ws(' ', state, error_code, error_detail) from public.messages where id = cast_.message(1)),
  'failed 400 no mailbox (address) at (number)',
  'the message is failed, with the provider''s error without contact values');
select is(cast_.lead_state(1), 'active 2 queued', 'the run moves on, and the lead stays queued');
select is((select count(*)::integer from public.pipeline_events), 0, 'no pipeline event is recorded');

select cast_.reset() \g /dev/null
select is(cast_.claim(), '1 3', 'two steps are claimed for a retry');
select is(cast_.begin(), '1 go 3 go', 'their requests begin');
select is(cast_.settle('{"result": "retry", "code": "503"}'), 2, 'the provider is unavailable');
select is((select string_agg(concat_ws(' ', state, attempts, requested_at, lease_token), ',') from public.messages),
  'retrying 1,retrying 1', 'both messages are retried');
select ok((select min(retry_at) > cast_.noon() and max(retry_at) <= cast_.noon() + interval '31 seconds'
  from public.messages), 'the retry is due within half a minute');
select is(cast_.claim(100, cast_.noon() + interval '1 minute'), '1 3', 'they are claimed again');
select is((select count(*)::integer from public.messages), 2, 'the same rows are used');
select is((select count(*)::integer from public.contact_attempts where lead_id = cast_.nth(1)), 2,
  'a retry is not another contact attempt');
create function cast_.try_until_it_fails() returns text language plpgsql as $$
declare t timestamptz := cast_.noon() + interval '1 minute';
begin
  for i in 1..10 loop
    perform cast_.claim(100, t);
    exit when cast_.begin(t) = 'none';
    perform cast_.settle('{"result": "retry", "code": "503"}', t);
    delete from private.provider_circuits;
    t := t + interval '2 hours';
  end loop;
  return (select string_agg(distinct state || ' ' || attempts, ',') from public.messages);
end
$$;
select is(cast_.try_until_it_fails(), 'failed 6', 'a message fails after six requests');
select is((select count(*)::integer from public.pipeline_dlq where source = 'message_failed' and reason = '503'), 2,
  'each failed message has a dead letter');
select is(cast_.lead_state(1), 'active 2 queued', 'the run moves on');
select ok((select bool_and(w >= interval '1 second' and w <= interval '1 hour 1 second')
  from (select private.retry_delay(n) as w from generate_series(1, 40) n) x), 'retry delays grow up to an hour');
select ok((select min(private.retry_delay(1, 600)) >= interval '10 minutes' from generate_series(1, 20)),
  'retry delays are never shorter than the provider asked for');
select cast_.reset() \g /dev/null
select cast_.claim() \g /dev/null
select cast_.begin() \g /dev/null
select is(cast_.settle('{"result": "retry", "called": false}'), 2, 'messages that were never requested are settled');
select is((select max(attempts) || ' ' || count(*) from public.messages where state = 'retrying'), '0 2',
  'a request that was not sent is not an attempt');
select is((select count(*)::integer from private.provider_circuits), 0,
  'a request that was not sent does not affect the circuit');

select * from finish();
rollback;

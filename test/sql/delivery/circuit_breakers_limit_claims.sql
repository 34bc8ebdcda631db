-- Circuit breakers open after failures, by the clock argument.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/limits.sql
select no_plan();
select cast_.runner(n) from generate_series(1, 40) n \g /dev/null

select cast_.reset();
create function cast_.circuit() returns text language sql as $$
  select concat_ws(' ', state, trips, round(extract(epoch from retry_at - opened_at))) from private.provider_circuits
    where provider = 'sendgrid'
$$;
select is(cast_.claimed(4), 4, 'four messages are claimed');
select is(cast_.begin(), '1 go 2 go 3 go 4 go', 'four requests begin');
select is(cast_.settle('{"result": "retry", "code": "500"}'), 4, 'four requests fail');
select is(cast_.circuit(), 'closed 0', 'four failures do not open the circuit');
select is(cast_.claimed(2, '1 second'), 2, 'a closed circuit lets more messages through');
select ok(cast_.begin(cast_.noon() + interval '1 second') like '%go%', 'their requests begin');
select is(cast_.settle('{"result": "retry", "code": "500"}', cast_.noon() + interval '1 second'), 2,
  'their requests fail');
select is(cast_.circuit(), 'open 1 15', 'six failures of six open the circuit for 15 seconds');
select is(cast_.claimed(100, '10 seconds'), 0, 'an open circuit lets nothing through');
select is((select count(*)::integer from public.sequence_runs where next_at = cast_.noon()), 34,
  'waiting steps stay due');
select is(cast_.claimed(100, '16 seconds'), 1, 'after 15 seconds one probe is claimed');
select is(cast_.circuit(), 'half_open 1 135', 'the circuit is half open');
select is(cast_.claimed(100, '17 seconds'), 0, 'no other message is claimed during a probe');
select ok(cast_.begin(cast_.noon() + interval '17 seconds') like '%go', 'the probe''s request begins');
select is(cast_.settle('{"result": "retry", "code": "503"}', cast_.noon() + interval '18 seconds'), 1,
  'the probe fails');
select is(cast_.circuit(), 'open 2 30', 'the circuit opens for twice as long');
select is(cast_.claimed(100, '47 seconds'), 0, 'nothing is claimed before that');
select is(cast_.claimed(100, '49 seconds'), 1, 'a second probe is claimed');
select ok(cast_.begin(cast_.noon() + interval '49 seconds') like '%go', 'the second probe''s request begins');
select is(cast_.settle('{"result": "refused", "code": "400"}', cast_.noon() + interval '50 seconds'), 1,
  'the second probe is refused, which is an answer');
select is(cast_.circuit(), 'closed 2', 'the circuit closes');
select ok(cast_.claimed(100, '51 seconds') > 30, 'claims continue');

select cast_.reset();
select is(cast_.claimed(6), 6, 'six messages are claimed');
select ok(cast_.begin() like '%go%', 'their requests begin');
select is(cast_.settle('{"result": "retry", "code": "429", "retry_after_seconds": 120}'), 6,
  'the provider asks to retry after two minutes');
select is(cast_.circuit(), 'open 1 120', 'the circuit opens for two minutes');
select ok((select min(retry_at) >= cast_.noon() + interval '120 seconds' and max(retry_at) <= cast_.noon() + interval
  '151 seconds' and count(distinct retry_at) > 3
  from public.messages where state = 'retrying'), 'each message waits for two minutes plus a random delay');
select is(private.circuit_capacity(cast_.org(), 'sendgrid', 'default', cast_.noon()), 0,
  'the circuit of the account is open');
select is(private.circuit_capacity(cast_.org(), 'sendgrid', 'other', cast_.noon()), null,
  'another account is not affected');
select is(private.circuit_capacity(cast_.org('b'), 'sendgrid', 'default', cast_.noon()), null,
  'another org is not affected');
select is(private.reserve_probe(cast_.org(), 'sendgrid', 'default', cast_.noon() + interval '121 seconds'), true,
  'the probe is reserved');
select is(private.reserve_probe(cast_.org(), 'sendgrid', 'default', cast_.noon() + interval '122 seconds'), false,
  'the probe is reserved once');
select is(private.reserve_probe(cast_.org(), 'sendgrid', 'default', cast_.noon() + interval '242 seconds'), true,
  'a probe without an answer can be reserved again');
select is(private.record_request_outcomes(cast_.org(), 'sendgrid', 'z', 10, 5, null, cast_.noon()), 'closed',
  'five failures of fifteen do not open the circuit');
select is(private.record_request_outcomes(cast_.org(), 'sendgrid', 'z', 0, 5, null, cast_.noon() + interval
  '30 seconds'), 'open', 'ten failures of twenty in one minute open it');
select is(private.record_request_outcomes(cast_.org(), 'sendgrid', 'y', 0, 4, null, cast_.noon()), 'closed',
  'four failures do not open the circuit');
select is(private.record_request_outcomes(cast_.org(), 'sendgrid', 'y', 0, 4, null, cast_.noon() + interval
  '61 seconds'), 'closed', 'four more a minute later are counted separately');
select is(private.record_request_outcomes(cast_.org(), 'sendgrid', 'y', 0, 1, null, cast_.noon() + interval
  '62 seconds'), 'open', 'five failures in one minute open it');
select * from finish();
rollback;

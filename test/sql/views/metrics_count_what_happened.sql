-- Counters say what happened, before, while and after they are folded.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

create function pg_temp.counter(p_metric text, p_labels jsonb default '{}') returns double precision
language sql as $$
  select coalesce(sum(m.value), 0) from private.read_metrics(cast_.org()) m
  where m.metric = p_metric and m.labels @> p_labels
$$;
create function pg_temp.all_counters() returns text language sql as $$
  select string_agg(m.metric || m.labels || m.value, ',' order by m.metric, m.labels)
  from private.read_metrics(cast_.org(), '2026-11-23T20:00Z') m
$$;
select private.fold_metrics() \g /dev/null

-- Uploads and their rows.
create temp table before_it as select pg_temp.counter('sluice_uploads_total', '{"outcome": "received"}') as n;
insert into public.uploads (org_id, id, source_id, correlation_id, dry_run)
select cast_.org(), id::uuid, 'a0000000-0000-4000-8000-00000000005c', gen_random_uuid(), dry
from (values ('a0000000-0000-4000-8000-0000000000d1', false), ('a0000000-0000-4000-8000-0000000000d2', true)) x (id,
  dry);
select is(pg_temp.counter('sluice_uploads_total', '{"outcome": "received", "kind": "file"}'), (select n + 1
  from before_it), 'a received upload counts, a dry run does not');
update public.uploads set state = 'processing' where id::text like '%d1' or id::text like '%d2';
update public.uploads set state = 'failed', error = 'unreadable' where id::text like '%00d1' or id::text like '%00d2';
select is(pg_temp.counter('sluice_uploads_total', '{"outcome": "failed"}'), 1::double precision, 'a failed one');
select is(pg_temp.counter('sluice_uploads_total', '{"outcome": "processing"}'), 0::double precision,
  'a step on the way is no outcome');
insert into public.upload_parts (org_id, upload_id, part, bytes, sha256, received, created, rejected)
select cast_.org(), u.id, 1, 1, sha256('x'), 5, 3, 2 from public.uploads u
where u.id::text like '%00d1' or u.id::text like '%00d2';
update public.upload_parts set state = 'staged', staged_at = now() where received = 5;
update public.upload_parts set state = 'resolved', resolved_at = now() where received = 5;
select is(pg_temp.counter('sluice_upload_rows_total', jsonb_build_object('verdict', v)), n::double precision,
  v || ' rows')
from (values ('created', 3), ('rejected', 2), ('merged', 0)) x (v, n);

-- Data calls: outcome, and how long.
insert into public.provider_calls (org_id, at, provider, account, endpoint, outcome, code, duration_ms, cached)
select cast_.org(), now(), 'zerobounce', 'main', 'verify', o::public.call_outcome, c, ms, cached
from (values ('ok', null, 100, false), ('empty', null, 101, false), ('slow_down', 'http_429', 20, false),
  ('retry_after', 'http_503', 31000, false), ('no_answer', 'no_answer', null, false),
  ('bad_request', 'http_400', 0, false), ('ok', null, null, true)) x (o, c, ms, cached);
select is(pg_temp.counter('sluice_provider_requests_total', jsonb_build_object('provider', 'zerobounce', 'purpose',
  'data', 'status', s)), n::double precision, n || ' calls were answered ' || s)
from (values ('ok', 2), ('429', 1), ('5xx', 1), ('no_answer', 1), ('4xx', 1)) x (s, n);
select is(pg_temp.counter('sluice_provider_cached_answers_total', '{"provider": "zerobounce"}'), 1::double precision,
  'the cache answered once');
select is(pg_temp.counter('sluice_provider_request_duration_seconds_bucket',
  jsonb_build_object('provider', 'zerobounce', 'le', le)), n::double precision, n || ' calls took at most ' || le)
from (values ('0.1', 3), ('0.25', 4), ('30', 4), ('+Inf', 5)) x (le, n);
select is(pg_temp.counter('sluice_provider_request_duration_seconds_count', '{"provider": "zerobounce"}'),
  5::double precision, 'the count is that of the last bucket');
select is(round(pg_temp.counter('sluice_provider_request_duration_seconds_sum',
  '{"provider": "zerobounce"}')::numeric, 3), 31.221, 'the sum is in seconds');
select private.count_requests(cast_.org(), '[
  {"provider": "twilio", "result": "accepted", "duration_ms": 200},
  {"provider": "twilio", "result": "retry", "code": "20429", "duration_ms": 50},
  {"provider": "twilio", "result": "unknown", "code": "http_502", "duration_ms": 900},
  {"provider": "twilio", "result": "retry", "code": "unreachable", "duration_ms": 1},
  {"provider": "Not a name", "result": "accepted", "duration_ms": 1}]') \g /dev/null
select is((select string_agg(m.labels ->> 'status' || ' ' || m.value, ', ' order by m.labels ->> 'status')
  from private.read_metrics(cast_.org()) m where m.metric = 'sluice_provider_requests_total'
    and m.labels ->> 'purpose' = 'send'), '429 1, 5xx 1, ok 1, unreachable 1', 'requests that sent messages');

-- Messages by the states that they enter, decisions by rule.
select cast_.runner(1), cast_.runner(2) \g /dev/null
select is(cast_.claim(), '1 2', 'two messages are claimed');
select is(pg_temp.counter('sluice_messages_total', '{"channel": "email", "provider": "sendgrid", "state": "sending"}'),
  2::double precision, 'they are being sent');
select is((select sum(m.value) from private.read_metrics(cast_.org()) m where m.metric = 'sluice_messages_in_flight'),
  2::double precision, 'and in flight');
select cast_.begin(), cast_.settle() \g /dev/null
select is(pg_temp.counter('sluice_messages_total', '{"state": "sent"}'), 2::double precision, 'they were sent');
select is((select sum(m.value) from private.read_metrics(cast_.org()) m where m.metric = 'sluice_messages_in_flight'),
  null, 'and are in flight no more');
select cast_.runner(3, 2, p_phone => false) \g /dev/null
select cast_.claim() \g /dev/null
select cmp_ok(pg_temp.counter('sluice_gate_decisions_total', '{"channel": "email"}'), '=',
  (select count(*)::double precision from public.gate_decisions where org_id = cast_.org() and channel = 'email'),
  'decisions by channel');
select results_eq($$ select m.labels ->> 'rule', m.value from private.read_metrics(cast_.org()) m
    where m.metric = 'sluice_gate_refusals_total' order by 1 $$,
  $$ select r, count(*)::double precision from public.gate_decisions d cross join unnest(d.rules) r
    where d.org_id = cast_.org() group by r order by 1 $$, 'refusals by rule');

-- Folding changes nothing.
create temp table told as select pg_temp.all_counters() as all_counters;
select is(private.fold_metrics(3), 3::bigint, 'a part is folded');
select is(pg_temp.all_counters(), (select all_counters from told), 'with a part folded');
select private.fold_metrics() \g /dev/null
select is((select count(*) from private.metric_deltas where org_id = cast_.org()), 0::bigint, 'all are folded');
select is(pg_temp.all_counters(), (select all_counters from told), 'with all folded');

select * from finish();
rollback;

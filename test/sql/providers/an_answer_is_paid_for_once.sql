begin;
\ir ../support/cast.sql
\ir ../support/data_calls.sql
select no_plan();
insert into public.provider_budgets (org_id, provider, period, limit_usd)
select cast_.org(o), 'zerobounce', 'month', 1 from unnest('{a,b}'::text[]) o;

-- Single flight: while one worker asks, nobody else does.
select is(cast_.begin('a@example.com'), 'go', 'the first asks');
select is(cast_.begin('a@example.com'), 'later in_flight', 'the second waits');
select is(cast_.begin('b@example.com'), 'go', 'another question is no matter');
select is(cast_.settle('ok', 'yes'), 't t', 'it is answered');
select is(cast_.begin('a@example.com', p_org => 'b'), 'go', 'and another org asks for itself');
delete from cast_.latest_calls where n = (select max(n) from cast_.latest_calls);
select is(cast_.settle('ok', 'yes', p_answer => '{"status": "valid"}', p_keep => 3600), 't t', 'the answer is kept');
select is(cast_.begin('a@example.com'), 'cached ok {"status": "valid"}', 'the cache answers');
select is(cast_.begin('a@example.com', p_as_of => '2026-11-20T18:59Z'), 'cached ok {"status": "valid"}',
  'for as long as it may');
select is(cast_.begin('a@example.com', p_as_of => '2026-11-20T19:01Z'), 'go', 'and no longer');
select is(cast_.settle('empty', 'yes', p_keep => 3600, p_as_of => '2026-11-20T19:01Z'), 't t', 'nothing was found');
select is(cast_.begin('a@example.com', p_as_of => '2026-11-20T19:02Z'), 'cached empty', 'which is an answer, too');
select is((select array_agg(verdict || coalesce(' ' || reason, '') order by nth) from private.begin_calls(cast_.org(),
  'zerobounce', 'default', 'validate', '[{"input": "x@example.com", "cost_usd": 0.008}, {"input": "a@example.com"},
  {"input": "x@example.com", "cost_usd": 0.008}]', p_as_of => '2026-11-20T19:02Z')),
  array['go', 'cached', 'later in_flight'], 'equal questions of a batch are asked once');
select is((select count(*) from private.provider_answers where position('valid' in encode(answer_cipher, 'escape')) >
  0),
  0::bigint, 'kept answers are encrypted');
select is((select array_agg((outcome, cached, cost_usd)::text order by id) from public.provider_calls),
  '{"(ok,f,0.008000)","(ok,f,0.008000)","(ok,t,0.000000)","(ok,t,0.000000)","(empty,f,0.008000)","(empty,t,0.000000)",
  "(empty,t,0.000000)"}'::text[], 'every call and every cached answer is on record');

-- A call of which nobody knows whether it was charged is not repeated blindly.
select is(cast_.begin('c@example.com'), 'go', 'a call');
select is(cast_.settle('no_answer', 'maybe'), 'f t', 'without an answer');
select is(cast_.begin('c@example.com'), 'refused unconfirmed', 'is not made again');
select is(cast_.begin('d@example.com'), 'go', 'a call whose worker dies');
select is(cast_.begin('d@example.com', p_as_of => '2026-11-20T18:02Z'), 'refused unconfirmed',
  'is not, either, when its lease is over');
select is(cast_.begin('e@example.com', 0), 'go', 'one that costs nothing');
select is(cast_.begin('e@example.com', 0, p_as_of => '2026-11-20T18:02Z'), 'go', 'is simply made again');
select is(cast_.run(who, format('select * from public.list_unconfirmed_calls(%L, ''zerobounce'')', cast_.org())),
  answer,
  who || ' lists them: ' || answer)
from (values ('owner', 'rows 4'), ('service_role', 'rows 4'), ('broker', 'rows 0'), ('rival', 'rows 0')) x (who,
  answer);
select matches(cast_.run(who, format('select public.reconcile_calls(%L, ''zerobounce'', true)', cast_.org())),
  '^SL544',
  who || ' may not reconcile them') from unnest('{broker,viewer,rival}'::text[]) who;
select is(cast_.spend(), '0.024 0.024', 'they count as spent');
select is(public.reconcile_calls(cast_.org(), 'zerobounce', false, array(select id from private.call_reservations
  where state = 'unconfirmed')), '{"calls": 1, "cost_usd": 0.008}', 'one was not charged');
select is(cast_.spend(), '0.024 0.016', 'its cost is released');
select is(cast_.begin('c@example.com'), 'go', 'and it may be made again');
select is(cast_.run('owner', format('select public.reconcile_calls(%L, ''zerobounce'', true)', cast_.org())), 'rows 1',
  'an owner says that the others were');
select is(cast_.spend(), '0.048 0', 'which spends their cost');

-- What the account and the limits say.
select is(cast_.begin('g@example.com'), 'go', 'a call');
select is(cast_.settle('slow_down', 'no', p_retry_after => 30), 't t', 'a provider that says slower');
select is(cast_.begin('f@example.com'), 'later limit', 'is left alone');
select is(cast_.begin('f@example.com', p_as_of => '2026-11-20T18:00:32Z'), 'go', 'as long as it said');
select is(cast_.settle('auth', 'no', p_as_of => '2026-11-20T18:00:32Z'), 't t', 'a key that is refused');
select is(cast_.begin('f@example.com', p_as_of => '2026-11-20T18:10Z'), 'later circuit_open', 'closes the account');
select is(cast_.begin('h@example.com', p_as_of => '2026-11-20T19:10Z'), 'go', 'for a quarter of an hour');
select is(cast_.begin('f@example.com', p_as_of => '2026-11-20T19:10Z'), 'later circuit_open', 'then one call tries');
select is(cast_.settle('ok', 'yes', p_as_of => '2026-11-20T19:10:01Z'), 't t', 'and when it is answered');
select is(cast_.begin('f@example.com', p_as_of => '2026-11-20T19:10:02Z'), 'go', 'the account is open');
select is(private.circuit_capacity(cast_.org(), 'zerobounce', 'default', '2026-11-20T18:10Z'), null,
  'sending with the same account is another matter');

-- Differences from the documentation are counted, without values.
select is(cast_.settle('ok', 'yes', p_drift => '[{"path": "sub_status", "problem": "unknown value"},
  {"path": "sub_status", "problem": "unknown value"}]'), 't t', 'an answer that differs');
select is((select (path, problem, times) from public.provider_drift), ('sub_status'::text, 'unknown value'::text,
  2::bigint), 'is counted');
select is(cast_.run(who, 'select path from public.provider_drift'), answer, who || ' sees it: ' || answer)
from (values ('admin', 'rows 1'), ('viewer', 'rows 1'), ('broker', 'rows 0'), ('rival', 'rows 0')) x (who, answer);
select is(cast_.run(who, format('select id, cost_usd from public.provider_calls where org_id = %L limit 1',
  cast_.org())),
  answer, who || ' reads calls: ' || answer)
from (values ('admin', 'rows 1'), ('viewer', 'rows 1'), ('broker', 'rows 0'), ('rival', 'rows 0')) x (who, answer);
select matches(cast_.run(who, 'select input_bidx from public.provider_calls'), '^42501', who || ' reads no hashes')
from unnest('{owner,viewer}'::text[]) who;

-- A person who objected is never contacted again.
select is(cast_.begin('ames@example.com', p_as_of => '2026-11-20T19:20Z', p_lead => cast_.lead('a1'),
  p_contact => (select id from public.contact_points where masked like 'a***@%' and org_id = cast_.org())), 'go',
  'a call about a contact');
set local synchronous_commit = on;
select is(cast_.settle('forbidden_person', 'no', p_keep => 864000000), 't t', 'that the provider may not speak of');
select is(current_setting('synchronous_commit'), 'on', 'an objection waits for the disk');
select is((select count(*) from public.suppressions where org_id = cast_.org() and reason = 'objection'
  and source = 'zerobounce' and channel is null), 1::bigint, 'suppresses it');
select is(cast_.begin('ames@example.com', p_as_of => '2027-11-20T19:20Z'), 'cached forbidden_person',
  'and is never asked about again');

-- Usage.
select results_eq(format($$ select day, calls, cached, cache_share, cost_usd from public.provider_usage
  where org_id = %L and day = '2026-11-20' $$, cast_.org()),
  $$ select '2026-11-20'::date, count(*) filter (where not cached), count(*) filter (where cached),
    round(count(*) filter (where cached)::numeric / count(*), 4), sum(cost_usd) from public.provider_calls
    where org_id = cast_.org() and at < '2026-11-21T08:00Z' $$, 'usage adds up');
select is(cast_.run('rival', format('select * from public.provider_usage where org_id = %L', cast_.org())), 'rows 0',
  'and is the org''s own');
select cmp_ok((select cost_per_lead from public.provider_unit_costs where org_id = cast_.org() and month =
  '2026-11-01'),
  '>', 0::numeric, 'so is the cost of a lead');

-- A worker that is slow: its lease is over before its answer comes.
insert into public.provider_budgets (org_id, provider, period, limit_usd)
values (cast_.org(), 'zerobounce', 'day', 0.008)
on conflict (org_id, provider, period) do update set limit_usd = excluded.limit_usd;
select is(cast_.begin('slow@example.com', p_as_of => '2026-12-16T07:59:59Z'), 'go', 'a call just before midnight');
select is(cast_.begin('slow@example.com', p_as_of => '2026-12-16T08:20Z'), 'refused unconfirmed',
  'which nobody makes again after its lease');
select is(cast_.begin('other@example.com', p_as_of => '2026-12-16T08:20Z'), 'go', 'the day after has its own budget');
select is(cast_.settle('ok', 'yes', p_as_of => '2026-12-16T08:20:01Z'), 't t', 'and is spent by its own call');
select is(cast_.settle('ok', 'yes', p_answer => '{}', p_keep => 3600, p_as_of => '2026-12-16T08:21Z'), 't t',
  'the late answer is taken');
select is(cast_.spend('day', d), '0.008 0', 'each is spent on the date on which it was reserved')
from unnest('{2026-12-15,2026-12-16}'::date[]) d;
select is(cast_.begin('slow@example.com', p_as_of => '2026-12-16T08:22Z'), 'cached ok {}', 'and kept');
select is(cast_.begin('free@example.com', 0, p_as_of => '2026-12-17T18:00Z'), 'go', 'one that costs nothing');
select is(cast_.begin('free@example.com', 0, p_as_of => '2026-12-17T18:02Z'), 'go', 'is made again after its lease');
select is(cast_.settle('ok', 'yes', 0, '{"n": 2}', 3600, p_as_of => '2026-12-17T18:02:01Z'), 't t', 'and answered');
select is(cast_.settle('ok', 'yes', 0, '{"n": 1}', 3600, p_as_of => '2026-12-17T18:03Z'), 'f f',
  'the answer of the slow one is dropped');
select is(cast_.begin('free@example.com', 0, p_as_of => '2026-12-17T18:04Z'), 'cached ok {"n": 2}',
  'and replaces nothing');
delete from public.provider_budgets where org_id = cast_.org() and period = 'day';

-- The end of a call does not wait for the disk, except where a person objected.
set local synchronous_commit = on;
select is(cast_.begin('y@example.com', p_as_of => '2026-12-19T18:00Z'), 'go', 'a call');
select is(current_setting('synchronous_commit'), 'on', 'whose reservation is on disk before it is made');
select is(cast_.settle('ok', 'yes', p_as_of => '2026-12-19T18:00:01Z'), 't t', 'and is answered');
select is(current_setting('synchronous_commit'), 'off', 'which need not be');

-- Whoever finds all answers in the cache waits for nobody. One that is erased at that moment is asked for again, with
-- the lock: without it, two could reserve the last of a budget.
insert into public.provider_budgets (org_id, provider, period, limit_usd)
values (cast_.org(), 'zerobounce', 'month', 9) on conflict do nothing;
select is(cast_.begin('z@example.com', p_as_of => '2026-12-20T18:00Z'), 'go', 'a question');
select is(cast_.settle('ok', 'yes', p_answer => '{}', p_keep => 864000, p_as_of => '2026-12-20T18:00:01Z'), 't t',
  'with its answer');
insert into private.person_endpoints (provider, endpoint) values ('zerobounce', 'validate');
create or replace function private.refuse_person_call(p_org_id uuid, p_lead_id uuid, p_cost_usd numeric,
  p_as_of timestamptz default now()) returns text language plpgsql as $$
begin
  delete from private.provider_answers a where a.org_id = p_org_id;
  return null;
end
$$;
select is(cast_.begin('z@example.com', p_as_of => '2026-12-20T18:01Z', p_lead => cast_.org()), 'later in_flight',
  'an answer that is erased while it is looked for is not asked for without the lock');
select is(cast_.begin('z@example.com', p_as_of => '2026-12-20T18:02Z', p_lead => cast_.org()), 'go',
  'but by the next statement');

-- Calls of several runs share a statement, and each stays that of its run.
create function cast_.run_of(p text) returns text language sql as $$
  select ('0000000' || p || '-0000-4000-8000-000000000000')
$$;
select private.begin_calls(cast_.org(), 'zerobounce', 'default', 'other', jsonb_build_array(
  jsonb_build_object('input', 'r1@example.com', 'correlation_id', cast_.run_of('1')),
  jsonb_build_object('input', 'r2@example.com', 'correlation_id', cast_.run_of('2')),
  jsonb_build_object('input', 'r3@example.com')), p_correlation_id => cast_.run_of('3')::uuid) \g /dev/null
select is((select array_agg(right(left(r.correlation_id::text, 8), 1) order by r.correlation_id)
  from private.call_reservations r where r.correlation_id = any (array[cast_.run_of('1'), cast_.run_of('2'),
    cast_.run_of('3')]::uuid[])),
  '{1,2,3}', 'calls keep the run that they are for');
select * from finish();
rollback;

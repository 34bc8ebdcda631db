begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();
\set job '''10000000-0000-4000-8000-000000000001'''
\set other '''10000000-0000-4000-8000-000000000002'''
select cast_.add_contact(cast_.lead('a2'), 'email', 'bell@example.com'),
  cast_.add_contact(cast_.lead('a3'), 'email', 'cole@example.com') \gset ignored_
insert into public.provider_budgets (org_id, provider, period, limit_usd) values
  (cast_.org(), 'zerobounce', 'month', 150);

-- Who may plan.
select matches(cast_.run(who, format('select public.plan_enrichment(%L, ''verify_email'')', cast_.org())), answer,
  who || ' plans a run: ' || answer)
from (values ('owner', '^rows 1'), ('admin', '^rows 1'), ('service_role', '^rows 1'), ('viewer', '^SL702'),
  ('broker', '^SL702'), ('rival', '^SL702'), ('anon', '^42501')) x (who, answer);
select is(cast_.ask('viewer', 'select count(*) from public.enrichment_runs'), '3', 'a viewer sees the org''s runs');
select is(cast_.ask('rival', 'select count(*) from public.enrichment_runs'), '0', 'another org does not');
select matches(cast_.run('owner', 'insert into public.enrichment_runs (org_id, kind) select org_id, kind
  from public.enrichment_runs'), '^42501', 'runs are not written directly');
delete from public.enrichment_runs where true;
delete from pgboss.job where name = 'enrich';
select matches(cast_.run('owner', format('select public.plan_enrichment(%L, ''read_minds'')', cast_.org())),
  '^SL703 no run has the kind read_minds: known are ', 'an unknown kind is refused');
select matches(cast_.run('owner', format('select public.plan_enrichment(%L, ''verify_email'', %L)', cast_.org(),
  jsonb_build_object('source_id', 'b0000000-0000-4000-8000-00000000005c'))), '^SL703 the org has no such leads',
  'and another org''s source');
select matches(cast_.run('owner', format('select public.plan_enrichment(%L, ''verify_email'', ''{"all": 1}'')',
  cast_.org())), '^SL703', 'and an unknown scope');

select matches(cast_.run('owner', format('select public.plan_enrichment(%L, ''verify_email'', %L)', cast_.org(), s)),
  '^SL703', format('and the scope %s', s))
from unnest(array['[]', '"all"', '{"lead_ids": "all"}', '{"lead_ids": ["x"]}', '{"lead_ids": [null]}',
  '{"campaign_id": "x"}', '{"source_id": null}', '{"fed_next": false}']) s;
select matches(cast_.run('owner', format('select public.plan_enrichment(%L, ''verify_email'', p_options => %L)',
  cast_.org(), o)), '^SL703 scope and options are objects', format('and the options %s', o))
from unnest(array['null', '[1]', '"x"']) o;
select matches(cast_.run(who, format('select public.plan_enrichment(%L, ''verify_email'',
  p_options => ''{"renewal": true}'')', cast_.org())), '^SL703 renewals are opened by the worker',
  who || ' cannot plan a run that nobody confirms')
from unnest(array['owner', 'service_role']) who;

select public.plan_enrichment(cast_.org(), 'verify_email', p_as_of => '2026-11-20T18:00Z') as run \gset
create function cast_.state() returns text language sql as $$
  select concat_ws(' ', r.state, r.reason) from public.enrichment_runs r $$;
create function cast_.items() returns text language sql as $$
  select string_agg(concat_ws(' ', 'a' || right(left(i.lead_id::text, -2), 1), i.state, i.reason), ', '
    order by i.place)
  from private.enrichment_items i $$;
select is((select count(*) from pgboss.job where name = 'enrich' and singleton_key = :'run'), 1::bigint,
  'a job makes the forecast');
select is(cast_.items(), 'a3 waiting, a2 waiting, a1 waiting', 'the best lead comes first');
select matches(cast_.run('owner', format('select public.confirm_enrichment(%L)', :'run')), '^SL703 .* planning',
  'nothing can be confirmed before there is a forecast');

-- The worker: a claim, estimates, the forecast.
create function cast_.claim(p_job uuid, p_as_of timestamptz) returns text language sql as $$
  select (private.claim_enrichment(r.org_id, r.id, p_job, p_as_of)).state::text from public.enrichment_runs r $$;
select is(cast_.claim(:job, '2026-11-20T18:00Z'), 'planning', 'a worker claims the run');
select is(cast_.claim(:other, '2026-11-20T18:01Z'), null, 'another one does not get it');
select is(cast_.claim(:job, '2026-11-20T18:01Z'), 'planning', 'but the same job does, after its worker died');
select is(cast_.claim(:other, '2026-11-20T18:05Z'), 'planning', 'and another one once the lease is over');
select is(cast_.claim(:job, '2026-11-20T18:09Z'), 'planning', 'like the first');
insert into private.provider_answers (org_id, provider, endpoint, input_bidx, outcome, answered_at, expires_at)
values (cast_.org(), 'zerobounce', 'validate', private.input_bidx('zerobounce', 'validate', 'ames@example.com',
  private.blind_key(cast_.org())), 'ok', '2026-11-20', '2027-01-01');
select is(private.kept_answers(cast_.org(), 'zerobounce', 'validate', '{bell@example.com,ames@example.com}',
  '2026-11-20T18:00Z'), '{f,t}', 'the cache knows one answer');
select results_eq(format($$
  select asks, cached
  from private.estimate_verification(%L, 'zerobounce', 'validate', 'email', %L, false, '2026-11-20T18:10Z')
  order by lead_id $$, cast_.org(), array[cast_.lead('a1'), cast_.lead('a2')]), $$ values (1, 1), (1, 0) $$,
  'the estimate sees it without showing a value');
select private.suppress_value(c.org_id, c.value_bidx, c.kind, null, 'request', 'test')
from public.contact_points c where c.lead_id = cast_.lead('a3') and c.kind = 'email' \gset ignored_
select results_eq(format($$
  select asks, cached from private.estimate_verification(%L, 'zerobounce', 'validate', 'email', %L) $$, cast_.org(),
  array[cast_.lead('a3')]), $$ values (0, 0) $$, 'and asks nothing about a person who is never contacted');
savepoint opted_out;
update public.leads set campaign_status = 'opted_out' where id = cast_.lead('a2');
select is((select count(*) from private.contacts_to_verify(cast_.org(), 'zerobounce', 'email',
  array[cast_.lead('a2')])), 0::bigint, 'nor about one who opted out after the run was planned');
rollback to opted_out;
select private.suppress_value(c.org_id, c.value_bidx, c.kind, 'email', 'unsubscribed', 'test')
from public.contact_points c where c.lead_id = cast_.lead('a2') and c.kind = 'email' \gset ignored_
select is((select count(*) from private.contacts_to_verify(cast_.org(), 'zerobounce', 'email',
  array[cast_.lead('a2')])), 0::bigint, 'nor about an address that is unsubscribed');
rollback to opted_out;
select is((select count(*) from private.contacts_to_verify(cast_.org(), 'zerobounce', 'email',
  array[cast_.lead('a2')])), 1::bigint, 'but about others');
select is(private.leads_to_estimate(cast_.org(), :'run', 2), array[cast_.lead('a3'), cast_.lead('a2')],
  'leads are estimated some at a time');
select is(private.record_estimates(cast_.org(), :'run', :job, private.leads_to_estimate(cast_.org(), :'run', 10),
  jsonb_build_array(jsonb_build_object('lead_id', cast_.lead('a1'), 'asks', 1, 'cached', 1, 'most_usd', 0),
    jsonb_build_object('lead_id', cast_.lead('a2'), 'asks', 2, 'cached', 0, 'most_usd', 0.02)), '2026-11-20T18:10Z'),
  true, 'the estimates are stored');
select is(private.record_estimates(cast_.org(), :'run', :other, '{}', '[]'), false,
  'only by the job that has the run');
select is(private.leads_to_estimate(cast_.org(), :'run', 10), '{}', 'and each once');
select is(private.finish_plan(cast_.org(), :'run', :job, '{zerobounce}', '2026-11-20T18:10Z'),
  '{"leads": 3, "to_ask": 2, "cached": 1, "most_usd": 0.020000, "budget_left_usd": 150,
    "budgets": [{"provider": "zerobounce", "left_usd": 150}]}', 'the forecast');
select is(cast_.state(), 'planned', 'waits for a person');
select is(cast_.claim(:job, '2026-11-20T18:11Z'), null, 'and for nothing else');
select matches(cast_.run(who, format('select public.confirm_enrichment(%L)', :'run')), answer,
  who || ' confirms: ' || answer)
from (values ('viewer', '^SL702'), ('rival', '^SL702'), ('owner', '^rows 1')) x (who, answer);
select is((select (state::text, most_usd) from public.enrichment_runs), ('running'::text, 0.02::numeric(14, 6)),
  'it runs with the forecast as its limit');

-- Asking.
select is(cast_.claim(:job, '2026-11-20T18:12Z'), 'running', 'the worker has it');
select is(private.leads_to_ask(cast_.org(), :'run', 10, '2026-11-20T18:12Z'),
  array[cast_.lead('a2'), cast_.lead('a1')], 'leads with a question, in order');
create function cast_.record(p_results jsonb, p_as_of timestamptz default '2026-11-20T18:12Z') returns text
language sql as $$
  select private.record_enrichment(r.org_id, r.id, r.job_id, p_results, p_as_of) from public.enrichment_runs r $$;
select is(cast_.record(jsonb_build_array(
  jsonb_build_object('lead_id', cast_.lead('a1'), 'status', 'done', 'cost_usd', 0, 'words', '{"verified": 1}'::jsonb),
  jsonb_build_object('lead_id', cast_.lead('a2'), 'status', 'refused', 'reason', 'over_budget', 'cost_usd', 0.01,
    'words', '{"verified": 1}'::jsonb))), 'running', 'results are stored');
select is((select (results, spent_usd) from public.enrichment_runs),
  ('{"verified": 2}'::jsonb, 0.01::numeric(14, 6)), 'and counted');
select is(cast_.items(), 'a3 done, a2 waiting over_budget, a1 done', 'what a budget refused waits');
select is(private.leads_to_ask(cast_.org(), :'run', 10, '2026-11-21T07:59Z'), '{}', 'until the next date of the org');
select is(private.rest_enrichment(cast_.org(), :'run', :job, '2026-11-20T18:12Z'), 'running', 'the run rests');
select is((select (next_at, lease_until) from public.enrichment_runs), ('2026-11-21T08:00Z'::timestamptz,
  null::timestamptz), 'until then');
delete from pgboss.job where name = 'enrich';
select is(private.wake_enrichment('2026-11-21T07:59Z'), 0, 'nobody wakes it before');
select is(private.wake_enrichment('2026-11-21T08:00Z'), 1, 'and then it continues');
select is((public.enrichment_status(:'run') -> 'reasons')::text, format('[{"leads": 1, "state": "waiting", "reason": '
  '"over_budget", "next_at": "%s"}]', to_jsonb('2026-11-21T08:00Z'::timestamptz) #>> '{}'), 'the status explains');

-- Failures.
select is(cast_.claim(:job, '2026-11-21T08:00Z'), 'running', 'the worker has it again');
select is(cast_.record(jsonb_build_array(jsonb_build_object('lead_id', cast_.lead('a2'), 'status', 'later', 'reason',
  'unreachable', 'wait_ms', 1000, 'cost_usd', 0, 'words', '{}'::jsonb)), '2026-11-21T08:00Z'), 'running',
  'a lead that is asked again later');
select is((select (next_at, attempts) from private.enrichment_items where lead_id = cast_.lead('a2')),
  ('2026-11-21T08:00:05Z'::timestamptz, 1::smallint), 'waits longer each time');
select is(private.rest_enrichment(cast_.org(), :'run', :job, '2026-11-21T08:00:01Z'), 'soon', 'and is due soon');
update private.enrichment_items set attempts = 23 where lead_id = cast_.lead('a2');
select is(cast_.record(jsonb_build_array(jsonb_build_object('lead_id', cast_.lead('a2'), 'status', 'later', 'reason',
  'unreachable', 'wait_ms', 1000, 'cost_usd', 0, 'words', '{}'::jsonb)), '2026-11-21T08:00Z'), 'running',
  'until it has been tried for a day');
select is(private.rest_enrichment(cast_.org(), :'run', :job, '2026-11-22T08:00Z'), 'done', 'then the run ends');
select is((select (reason, last_error) from public.pipeline_dlq where source = 'enrich' and resolved_at is null),
  ('a run ended, and asking about 1 of its leads failed'::text, 'unreachable: 1'::text), 'with a dead letter');
select is(public.control_enrichment(:'run', 'resume', '2026-11-22T09:00Z'), 'running', 'which a resume asks again');
select is((select count(*) from public.pipeline_dlq where source = 'enrich' and resolved_at is null), 0::bigint,
  'and closes');
select is(cast_.items(), 'a3 done, a2 waiting, a1 done', 'only what failed');

-- An account that refuses stops the run; more than was confirmed is confirmed again.
select is(cast_.claim(:job, '2026-11-22T09:00Z'), 'running', 'the worker has it once more');
select is(cast_.record(jsonb_build_array(jsonb_build_object('lead_id', cast_.lead('a2'), 'status', 'stop', 'reason',
  'out_of_credit', 'cost_usd', 0, 'words', '{}'::jsonb)), '2026-11-22T09:00Z'), 'paused', 'no credits');
select is(cast_.state(), 'paused out_of_credit', 'pause it');
select is(cast_.items(), 'a3 done, a2 waiting out_of_credit, a1 done', 'with its leads');
select is(public.control_enrichment(:'run', 'resume'), 'running', 'it continues when told to');
select is(cast_.claim(:job, '2126-11-22T09:00Z'), 'running', 'and is claimed');
select is(cast_.record(jsonb_build_array(jsonb_build_object('lead_id', cast_.lead('a2'), 'status', 'stop', 'reason',
  'over_forecast', 'cost_usd', 0, 'words', '{}'::jsonb)), '2026-11-22T09:00Z'), 'paused',
  'what was confirmed is spent');
select is(public.control_enrichment(:'run', 'resume'), 'planning', 'so that it is priced again');
select is((select (asks, cached) from private.enrichment_items where lead_id = cast_.lead('a2')),
  (null::integer, null::integer), 'with new estimates');
select is(public.control_enrichment(:'run', 'cancel'), 'cancelled', 'a run can be cancelled');
select matches(cast_.run('owner', format('select public.control_enrichment(%L, ''resume'')', :'run')),
  '^SL703 a run that is cancelled cannot be changed by resume', 'and then ends');
select matches(cast_.run(who, format('select public.control_enrichment(%L, ''pause'')', :'run')), answer,
  who || ' controls: ' || answer)
from (values ('rival', '^SL702'), ('viewer', '^SL702'), ('owner', '^SL703')) x (who, answer);
select matches(cast_.run(who, format('select public.enrichment_status(%L)', :'run')), answer,
  who || ' looks: ' || answer)
from (values ('rival', '^SL702'), ('broker', '^SL702'), ('viewer', '^rows 1')) x (who, answer);

-- A worker without hope ends it.
select public.plan_enrichment(cast_.org(), 'verify_email', '{"fed_next": true}') as run \gset
select private.fail_enrichment(cast_.org(), :'run', 'the org has no keys for zerobounce') \gset ignored_
select is((select (state::text, reason) from public.enrichment_runs where id = :'run'),
  ('failed'::text, 'the org has no keys for zerobounce'::text), 'a run that cannot be made says why');
select is(public.control_enrichment(:'run', 'resume'), 'planning', 'and can be tried again');
select * from finish();
rollback;

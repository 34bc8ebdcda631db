-- begin_calls refuses questions about the person of a lead before anything is reserved, whoever asks.
begin;
\ir ../support/cast.sql
\ir ../support/data_calls.sql
select no_plan();
insert into public.provider_budgets (org_id, provider, period, limit_usd)
select cast_.org(o), p, 'month', 100 from unnest('{a,b}'::text[]) o cross join
  unnest('{zerobounce,batchdata}'::text[]) p;
create function cast_.trace(p_lead uuid, p_cost numeric default 0.2, p_input text default null) returns text
language sql as $$
  select string_agg(concat_ws(' ', b.verdict, b.reason), ', ' order by b.nth)
  from private.begin_calls(cast_.org(), 'batchdata', 'default', 'skip_trace', jsonb_build_array(jsonb_strip_nulls(
    jsonb_build_object('input', coalesce(p_input, p_lead::text, 'x'), 'cost_usd', p_cost, 'lead_id', p_lead))),
    p_as_of => '2026-11-20T18:00Z') b
$$;
select is(cast_.trace(cast_.lead('a1')), 'go', 'a person who may be contacted');
select is(cast_.trace(null), 'refused never_contact', 'a question that names no lead');
select is(cast_.trace(cast_.lead('b1')), 'refused never_contact', 'a lead of another org');
update public.leads set campaign_status = 'opted_out' where id = cast_.lead('a2');
select is(cast_.trace(cast_.lead('a2')), 'refused never_contact', 'a person who opted out');
select is(cast_.begin('a2@example.com', p_lead => cast_.lead('a2')), 'go', 'other questions are not concerned');

-- A contact that was suppressed before the lead was known.
select private.suppress_value(cast_.org(), private.blind_index('+12135550133', private.blind_key(cast_.org())),
  'phone',
  null, 'request', 'test') \g /dev/null
select cast_.add_contact(cast_.lead('a3'), 'phone', '+12135550133') \g /dev/null
select is(cast_.trace(cast_.lead('a3')), 'refused never_contact', 'a person with a suppressed contact');
select is((select count(*) from private.call_reservations where provider = 'batchdata'), 1::bigint,
  'nothing was reserved for them');

-- An objection without any contact is an objection of the person, at every provider.
insert into public.leads (org_id, id, owner_1_last) values (cast_.org(), cast_.lead('a4'), 'Dunn'),
  (cast_.org(), cast_.lead('a5'), 'Eads');
select is(cast_.trace(cast_.lead('a4')), 'go', 'a lead without contacts');
select (private.settle_calls(cast_.org(), 'batchdata', jsonb_build_array(jsonb_build_object('call_id', r.id,
  'outcome',
  'forbidden_person', 'processed', 'no', 'keep_seconds', 1000, 'duration_ms', 1)))).settled
from private.call_reservations r where r.lead_id = cast_.lead('a4') \g /dev/null
select is((select campaign_status from public.leads where id = cast_.lead('a4')), 'opted_out',
  'whose person objected is opted out');
select is((select (action, revoked_scope, method, recorded_by)::text from public.consents
  where lead_id = cast_.lead('a4')), '(revoke,person,"objection, batchdata",system)', 'with a record');
select is(cast_.trace(cast_.lead('a4'), p_input => 'otherwise'), 'refused never_contact', 'and not asked about
  again');
select cast_.add_contact(cast_.lead('a4'), 'phone', '+12135550144') \g /dev/null
select is(private.is_never_contacted(cast_.org(), cast_.lead('a4')), true, 'also when a list brings a contact');

-- The cap of a lead.
select is(cast_.trace(cast_.lead('a5'), 0.6, 'one'), 'go', 'a question within the cap of a dollar');
select is(cast_.trace(cast_.lead('a5'), 0.6, 'two'), 'refused over_lead_cap', 'one that would exceed it');
select is(cast_.trace(cast_.lead('a5'), 0.4, 'three'), 'go', 'and one that just fits');
select is((select string_agg(concat_ws(' ', b.verdict, b.reason), ', ' order by b.nth)
  from private.begin_calls(cast_.org(), 'batchdata', 'default', 'skip_trace', jsonb_build_array(
    jsonb_build_object('input', 'four', 'cost_usd', 0.5, 'lead_id', cast_.lead('a1')),
    jsonb_build_object('input', 'five', 'cost_usd', 0.5, 'lead_id', cast_.lead('a1')))) b),
  'go, refused over_lead_cap', 'questions of one statement count together');
update public.orgs set settings = settings || '{"trace_cap_usd": "1.5"}' where id = cast_.org();
select is(cast_.trace(cast_.lead('a5'), 0.5, 'six'), 'go', 'the org sets the cap');
select is(cast_.trace(cast_.lead('a5'), 0, 'seven'), 'go', 'what costs nothing is asked');
select throws_ok($$ update public.orgs set settings = settings || '{"trace_cap_usd": "much"}' $$, '23514', null,
  'the cap is an amount');

-- The org's steps.
select is(cast_.run(who, format('insert into public.trace_steps (org_id, provider, price_usd, expected_hit_rate)
  values (%L, ''batchdata'', 0.1, 0.4)', cast_.org())), answer, who || ' sets a step: ' || left(answer, 8))
from (values ('owner', 'rows 1')) x (who, answer);
select matches(cast_.run(who, format('insert into public.trace_steps (org_id, provider) values (%L, ''other'')',
  cast_.org())), '^42501', who || ' may not set a step') from unnest('{broker,viewer,rival}'::text[]) who;
select is(cast_.run(who, 'select * from public.trace_steps'), answer, who || ' sees steps: ' || answer)
from (values ('owner', 'rows 1'), ('broker', 'rows 1'), ('rival', 'rows 0')) x (who, answer);
select results_eq($$ select provider, price_usd, hit_rate, place from private.trace_plan(cast_.org(),
  '{"batchdata": 0.5, "melissa": 0.05}') $$, $$ values ('batchdata', 0.1, 0.4, 1::bigint) $$,
  'the steps of the org, with its price');
insert into public.trace_steps (org_id, provider, position, expected_hit_rate) values (cast_.org(), 'melissa', 2,
  0.1);
select results_eq($$ select provider, place from private.trace_plan(cast_.org(), '{"batchdata": 0.5, "melissa":
  0.02}') $$,
  $$ values ('melissa', 1::bigint), ('batchdata', 2) $$, 'in the order of cost per hit');
update public.orgs set settings = settings || '{"trace_order": "position"}' where id = cast_.org();
update public.trace_steps set position = 1 where provider = 'batchdata';
select results_eq($$ select provider, place from private.trace_plan(cast_.org(), '{"batchdata": 0.5, "melissa":
  0.02}') $$,
  $$ values ('batchdata', 1::bigint), ('melissa', 2) $$, 'or in the order that the org wants');
select results_eq($$ select provider, price_usd from private.trace_plan(cast_.org('b'), '{"batchdata": 0.5}') $$,
  $$ values ('batchdata', 0.5) $$, 'an org without steps asks whoever has keys');
select private.record_facts(cast_.org('b'), 'batchdata', (select jsonb_agg(jsonb_build_object('lead_id',
  cast_.lead('b1'),
  'name', 'trace', 'value', jsonb_build_object('result', 'found'))))) \g /dev/null
select is((select hit_rate from private.trace_plan(cast_.org('b'), '{"batchdata": 0.5}')), round(11 / 21.0, 3),
  'what was measured corrects the expectation');

-- One worker at a time takes a lead through the waterfall.
select is(private.claim_traces(cast_.org(), array[cast_.lead('a1'), cast_.lead('b1')], '2026-11-20T18:00Z'),
  array[cast_.lead('a1')], 'a claim, within the org');
select is(private.claim_traces(cast_.org(), array[cast_.lead('a1')], '2026-11-20T18:05Z'), '{}', 'is one worker''s');
select is(private.claim_traces(cast_.org(), array[cast_.lead('a1')], '2026-11-20T18:10Z'), array[cast_.lead('a1')],
  'until it ends');
select * from finish();
rollback;

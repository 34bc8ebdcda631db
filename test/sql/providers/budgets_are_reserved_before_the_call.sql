begin;
\ir ../support/cast.sql
\ir ../support/data_calls.sql
select no_plan();

-- Without a budget, only what costs nothing is called.
select is(cast_.begin('a@example.com', 0.008), 'refused no_budget', 'a call that costs money needs a budget');
select is(cast_.begin('free@example.com', 0), 'go', 'one that costs nothing does not');
insert into public.provider_budgets (org_id, provider, period, limit_usd) values
  (cast_.org(), 'zerobounce', 'day', 0.02), (cast_.org(), 'zerobounce', 'month', 0.03);

-- The cost is reserved, spent, released.
select is(cast_.begin('a@example.com', 0.008), 'go', 'a call within the budget is made');
select is(cast_.spend(), '0 0.008', 'and its cost is reserved');
select is(cast_.settle('ok', 'yes'), 't t', 'the answer settles it');
select is(cast_.spend(), '0.008 0', 'and its cost is spent');
select is(cast_.begin('b@example.com', 0.008), 'go', 'so is the next');
select is(cast_.settle('unreachable', 'no'), 't t', 'a call that never arrived');
select is(cast_.spend(), '0.008 0', 'releases its cost');
select is(cast_.begin('b@example.com', 0.008), 'go', 'and may be made again');
select is(private.return_calls(cast_.org(), 'zerobounce', array(select call_id from cast_.latest_calls
  where n = (select max(n) from cast_.latest_calls))), 1, 'a call whose turn has passed is returned');
select is(cast_.spend(), '0.008 0', 'with its cost, and without a record');
select is(cast_.begin('b@example.com', 0.008), 'go', 'and asked for once more');
select is(cast_.begin('c@example.com', 0.008), 'refused over_budget', 'what is reserved counts as spent');
select is(cast_.begin('c@example.com', 0.004), 'go', 'to the last tenth of a cent');
select is(cast_.settle('ok', 'yes', 0.001), 't t', 'a call may cost less than was reserved');
select is(cast_.spend(), '0.009 0.008', 'and only its cost is spent');
select is((select (refused, refused_usd) from private.call_spend where period = 'day' and org_id = cast_.org()),
  (2, 0.016::numeric), 'refused calls are counted');

-- The month holds, too, and each day begins anew.
select is(cast_.settle('empty', 'yes'), 't t', 'the second one is answered');
select is(cast_.begin('d@example.com', 0.008, '2026-11-21T18:00Z'), 'go', 'the next day has a budget of its own');
select is(cast_.begin('e@example.com', 0.008, '2026-11-21T18:00Z'), 'refused over_budget', 'within the month');
select is(cast_.begin('e@example.com', 0.008, '2026-12-01T18:00Z'), 'go', 'the next month, too');
-- 07:00 UTC on the first is still the last of the month before in Los Angeles.
select is(cast_.begin('f@example.com', 0.008, '2026-12-01T07:00Z'), 'refused over_budget',
  'days and months are those of the org');
select is(cast_.begin('f@example.com', 0.008, p_org => 'b'), 'refused no_budget', 'and budgets are of one org');

-- Owners and admins set budgets.
select is(cast_.run(who, format($$ update public.provider_budgets set limit_usd = 5 where org_id = %L $$,
  cast_.org())), answer, who || ' sets budgets: ' || answer)
from (values ('owner', 'rows 2'), ('admin', 'rows 2'), ('broker', 'rows 0'), ('viewer', 'rows 0'), ('rival', 'rows 0'))
  x (who, answer);
select is(cast_.run(who, 'select * from public.provider_budgets'), answer, who || ' reads budgets: ' || answer)
from (values ('broker', 'rows 2'), ('viewer', 'rows 2'), ('rival', 'rows 0')) x (who, answer);
select matches(cast_.run(who, format($$ insert into public.provider_budgets (org_id, provider, period, limit_usd)
  values (%L, 'hunter', 'day', 1) $$, cast_.org())), answer, who || ' adds a budget: ' || answer)
from (values ('viewer', '^42501'), ('rival', '^42501'), ('admin', '^rows 1$')) x (who, answer);
select is(cast_.run(who, format($$ select * from public.provider_budget_status(%L, '2026-11-20T18:00Z')
  where provider = 'zerobounce' $$, cast_.org())), answer, who || ' reads the state: ' || answer)
from (values ('broker', 'rows 2'), ('service_role', 'rows 2'), ('rival', 'rows 0')) x (who, answer);
select results_eq(format($$ select period, limit_usd, spent_usd, reserved_usd, left_usd
  from public.provider_budget_status(%L, '2026-11-20T18:00Z') where provider = 'zerobounce' $$, cast_.org()),
  $$ values ('day', 5.0, 0.017, 0.0, 4.983), ('month', 5.0, 0.017, 0.008, 4.975) $$, 'which adds up');


-- Not a number is above every amount.
select throws_ok(format($$ insert into public.provider_budgets values (%L, 'twilio', 'day', 'NaN') $$, cast_.org()),
  '23514', null, 'a budget is an amount');
select throws_ok(format($$ insert into public.trace_steps (org_id, provider, price_usd) values (%L, 'batchdata',
  'NaN') $$, cast_.org()), '23514', null, 'so is a price');
select * from finish();
rollback;

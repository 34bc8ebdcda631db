-- Budgets are per local day, by the clock argument.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/limits.sql
select no_plan();
select cast_.runner(n) from generate_series(1, 40) n \g /dev/null

select cast_.reset();
update public.senders set daily_budget_usd = 0.10, cost_usd = 0.02 where id = cast_.sender('email');
select is(cast_.claimed(), 5, 'the budget of the day limits the claim');
select is((select reserved_usd::text || ' ' || spent_usd from private.provider_spend), '0.100000 0.000000',
  'the expected cost is reserved');
select is(cast_.begin(cast_.noon()), '1 go 2 go 3 go 4 go 5 go', 'the requests begin');
select is(cast_.settle('{"result": "accepted", "cost_usd": 0.01}'), 5,
  'messages are sent at a lower cost than expected');
select is((select concat_ws(' ', local_date, reserved_usd, spent_usd, messages) from private.provider_spend),
  '2026-11-18 0.000000 0.050000 5', 'the actual cost is booked');
select is(cast_.claimed(), 2, 'the rest of the budget pays for two more');
select is(cast_.begin(cast_.noon()), '6 go 7 go', 'their requests begin');
select is(cast_.settle('{"result": "refused", "code": "400"}'), 2, 'the provider refuses them');
select is((select concat_ws(' ', reserved_usd, spent_usd, messages) from private.provider_spend),
  '0.000000 0.050000 5', 'refused messages cost nothing');
select is(cast_.claimed(100, '13 hours 59 minutes'), 2,
  'a minute before midnight in Los Angeles the same budget applies');
select is(cast_.claimed(100, '14 hours'), 5, 'the next day has a budget of its own');
select is((select string_agg(local_date || ' ' || reserved_usd, ', ' order by local_date)
  from private.provider_spend), '2026-11-18 0.040000, 2026-11-19 0.100000', 'costs are booked per day');
select cast_.event(m.id, 'delivered', cast_.noon(), '{"cost_usd": 0.03}') from public.messages m
  where m.state = 'sent' order by m.id limit 1 \g /dev/null
select is((select spent_usd::text from private.provider_spend where local_date = '2026-11-18'), '0.070000',
  'a price reported later is booked');

select * from finish();
rollback;

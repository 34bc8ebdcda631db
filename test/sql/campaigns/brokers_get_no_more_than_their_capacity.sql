begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/brokers.sql
select no_plan();

savepoint start;

update public.brokers set capacity = 1 where name in ('Ann', 'Cid');
select cast_.feed() \g /dev/null
select is(cast_.brokers_of(1, 7), 'Bob Cid Ann Bob Bob Bob Bob', 'a broker at capacity is skipped');
rollback to start;
update public.brokers set capacity = case name when 'Bob' then 2 else 0 end;
select cast_.feed() \g /dev/null
select is(cast_.brokers_of(1, 7), 'Bob Bob - - - - -', 'leads are fed without a broker when no broker has capacity');
select is((select unassigned_count from public.campaign_feeds), 5, 'the feed counts leads without a broker');
select is(cast_.feed('2026-11-24'), 'none', 'leads without a broker are not fed again');

-- Leads that count towards the capacity.
rollback to start;
update public.brokers set capacity = case name when 'Bob' then 3 else 0 end;
set local sluice.actor = 'system';
select cast_.feedable(n, 0) from generate_series(20, 25) n \g /dev/null
set local sluice.actor = 'system';
update public.leads l set assigned_broker_id = '00000000-0000-4000-8000-00000000000b', campaign_id = cast_.campaign(),
  added_to_campaign_at = now(),
  last_reply_at = now(), campaign_status = x.status::public.campaign_status
from (values (20, 'new'), (21, 'completed'), (22, 'opted_out'), (23, 'booked'), (24, 'active')) x (n, status)
  where l.id = cast_.nth(x.n);
set local sluice.actor = '';
select cast_.feed() \g /dev/null
select is(cast_.brokers_of(1, 7), 'Bob - - - - - -',
  'leads in progress count towards the capacity; waiting and completed ones do not');

select * from finish();
rollback;

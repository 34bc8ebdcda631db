begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/brokers.sql
select no_plan();

savepoint start;

select is(cast_.feed(), '1 2 3 4 5 6 7', 'seven leads are fed');
select is(cast_.brokers_of(1, 7), 'Bob Cid Ann Bob Cid Ann Bob',
  'brokers take turns, longest wait first; inactive brokers and those of other orgs get no leads');
select results_eq($$ select name, last_assigned_at from public.brokers where org_id = cast_.org() and active
  order by last_assigned_at $$,
  $$ values ('Cid', '2026-11-23 14:00:00.000005Z'::timestamptz), ('Ann', '2026-11-23 14:00:00.000006Z'),
    ('Bob', '2026-11-23 14:00:00.000007Z') $$,
  'the order of turns is kept');
select cast_.feedable(n, 100 - n) from generate_series(8, 10) n \g /dev/null
select cast_.nominate() \g /dev/null
select is(cast_.feed('2026-11-24'), '8 9 10', 'three more leads are fed the next day');
select is(cast_.brokers_of(8, 10), 'Cid Ann Bob', 'the next feed continues with the next broker in turn');

-- Leads keep their broker.
rollback to start;
update public.brokers set capacity = 1 where name = 'Cid';
set local sluice.actor = 'system';
update public.leads set assigned_broker_id = '00000000-0000-4000-8000-00000000000c'
  where id in (cast_.nth(1), cast_.nth(2));
set local sluice.actor = '';
select cast_.feed() \g /dev/null
select is(cast_.brokers_of(1, 7), 'Cid Cid Bob Ann Bob Ann Bob',
  'a lead keeps its broker, who gets no more while at capacity');

rollback to start;
update public.campaigns set assign_brokers = false where id = cast_.campaign();
select cast_.feed() \g /dev/null
select is(cast_.brokers_of(1, 7), '- - - - - - -', 'a campaign may leave the assignment to people');
select is((select unassigned_count from public.campaign_feeds), 7, 'the feed counts unassigned leads');
rollback to start;
delete from public.brokers;
select is(cast_.feed(), '1 2 3 4 5 6 7', 'an org without brokers is fed');

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

delete from public.brokers;
insert into public.brokers (org_id, id, name, licensed_states, capacity, active, last_assigned_at) values
  (cast_.org(), '00000000-0000-4000-8000-00000000000a', 'Ann', '{}', 100, true, '2026-11-20'),
  (cast_.org(), '00000000-0000-4000-8000-00000000000b', 'Bob', '{CA}', 100, true, null),
  (cast_.org(), '00000000-0000-4000-8000-00000000000c', 'Cid', '{NV,CA}', 100, true, '2026-11-19'),
  (cast_.org(), '00000000-0000-4000-8000-00000000000d', 'Dan', '{}', 100, false, null),
  (cast_.org('b'), '00000000-0000-4000-8000-00000000000e', 'Eve', '{}', 100, true, null);
-- The broker of each fed lead, in the order of the feed.
create function cast_.brokers_of(p_first integer, p_last integer) returns text
language sql as $$
  select string_agg(coalesce(b.name, '-'), ' ' order by l.lead_score desc, l.id)
  from public.leads l left join public.brokers b on b.id = l.assigned_broker_id
  where l.id between cast_.nth(p_first) and cast_.nth(p_last)
$$;
select cast_.feedable(n, 100 - n) from generate_series(1, 7) n \g /dev/null
select cast_.nominate() \g /dev/null
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
select is(cast_.feed('2026-11-24'), '8 9 10', 'three more the next day');
select is(cast_.brokers_of(8, 10), 'Cid Ann Bob', 'the next feed continues with the next broker in turn');

rollback to start;
update public.brokers set capacity = 1 where name in ('Ann', 'Cid');
select cast_.feed() \g /dev/null
select is(cast_.brokers_of(1, 7), 'Bob Cid Ann Bob Bob Bob Bob', 'a broker at capacity is skipped');
rollback to start;
update public.brokers set capacity = case name when 'Bob' then 2 else 0 end;
select cast_.feed() \g /dev/null
select is(cast_.brokers_of(1, 7), 'Bob Bob - - - - -', 'when no broker has capacity, leads are fed without a broker');
select is((select unassigned_count from public.campaign_feeds), 5, 'and these leads are counted');
select is(cast_.feed('2026-11-24'), 'nobody', 'they are in progress all the same');

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

-- Licences.
rollback to start;
set local sluice.actor = 'system';
update public.leads set situs_state = case when id = cast_.nth(1) then 'NV' when id = cast_.nth(2) then 'TX'
  when id = cast_.nth(3) then null else 'CA' end
where id::text like 'f%';
set local sluice.actor = '';
select cast_.feed() \g /dev/null
select is(cast_.brokers_of(1, 7), 'Cid Ann Ann Bob Cid Ann Bob',
  'a lead goes to a broker licensed in its state; no list of states means any; a lead without a state goes only to '
  'those');
rollback to start;
delete from public.brokers where name = 'Ann';
set local sluice.actor = 'system';
update public.leads set situs_state = 'TX' where id = cast_.nth(1);
set local sluice.actor = '';
select cast_.feed() \g /dev/null
select is(cast_.brokers_of(1, 3), '- Bob Cid', 'without a licensed broker no broker is assigned');

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
select is((select unassigned_count from public.campaign_feeds), 7, 'and the unassigned leads are counted');
rollback to start;
delete from public.brokers;
select is(cast_.feed(), '1 2 3 4 5 6 7', 'an org without brokers is fed');

select * from finish();
rollback;

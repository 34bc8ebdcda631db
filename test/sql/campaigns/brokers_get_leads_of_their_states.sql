begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/brokers.sql
select no_plan();

savepoint start;

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
select is(cast_.brokers_of(1, 3), '- Bob Cid', 'a lead without a licensed broker gets no broker');

select * from finish();
rollback;

begin;
\ir ../support/deliver.sql
select no_plan();

create function pg_temp.show() returns text language sql as $$
  select string_agg(concat_ws(' ', l.apn, l.owner_1_first), ', ' order by l.apn) from public.leads l
$$;
create temporary table rows as select
  '[{"street":"5 Elm St","first":"Ann","last":"Moss","phone":"310-555-0112"}]'::jsonb as address,
  '[{"fips":"06037","apn":"10-1","street":"5 Elm St","first":"Ann","last":"Moss","phone":"310-555-0111"}]'::jsonb
    as parcel;
select is(pg_temp.deliver(address), 'c1 u0 =0 m0 x0 r0', 'a row with an address') from rows;
select is(pg_temp.deliver(parcel), 'c0 u1 =0 m0 x0 r0', 'a parcel at the address joins its lead') from rows;
savepoint united;

select isnt(public.split_lead('00000000-0000-4000-8000-000000000001', (select id from public.leads), '{}', '{parcel}',
  '{}', '{"first":"Zoe","last":"Moss"}'), null, 'a person gives the parcel a lead of its own');
select is(pg_temp.show(), '101 Zoe, Ann', 'two leads');
savepoint split;
select is(pg_temp.deliver(parcel), 'c0 u1 =0 m0 x0 r0', 'the parcel''s row comes again without a conflict') from rows;
select is(pg_temp.show(), '101 Zoe, Ann', 'it belongs to the parcel''s lead, and unites nothing');
select is(pg_temp.deliver(parcel), 'c0 u0 =1 m0 x0 r0', 'and changes nothing after that') from rows;
select is(pg_temp.deliver(address), 'c0 u1 =0 m0 x0 r0', 'the address keeps its lead, which gets a county again')
from rows;
select is((select count(*)::int from public.lead_conflicts), 0, 'nothing was asked');
rollback to split;
select is(pg_temp.deliver(address || parcel), 'c0 u2 =0 m0 x0 r0', 'both rows in one upload') from rows;
select is(pg_temp.show(), '101 Zoe, Ann', 'go to their leads');
rollback to united;

select isnt(public.split_lead('00000000-0000-4000-8000-000000000001', (select id from public.leads), '{}', '{}',
  array(select u.id from public.uploads u order by u.received_at, u.id limit 1), '{"first":"Bea","last":"Moss"}',
  true), null, 'the other way round: the address becomes a lead of its own');
select is(pg_temp.deliver(parcel), 'c0 u0 =1 m0 x0 r0', 'the parcel''s row stays with its lead') from rows;
select * from finish();
rollback;

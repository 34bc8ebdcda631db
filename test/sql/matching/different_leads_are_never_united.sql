begin;
\ir ../support/deliver.sql
select no_plan();

create function pg_temp.say_different(p_left text, p_right text) returns void language sql as $$
  insert into public.match_candidates (org_id, left_id, right_id, origin, weight, probability, state, decided_at)
  select min(l.org_id::text)::uuid, min(l.id::text)::uuid, max(l.id::text)::uuid, 'person', 0, 0.5, 'different', now()
  from public.leads l where l.owner_1_first in (p_left, p_right)
$$;

-- Without an answer, a row with the contacts of both unites two persons.
select is(pg_temp.deliver('[{"city":"","first":"Ann","last":"Moss","phone":"310-555-0170"},
  {"city":"","first":"Annie","last":"Moss","email":"annie@example.com"}]'), 'c2 u0 =0 m0 x0 r0', 'two persons');
savepoint two;
select is(pg_temp.deliver('[{"city":"","first":"Ann","last":"Moss","phone":"310-555-0170",
  "email":"annie@example.com"}]'), 'c0 u0 =0 m1 x0 r0', 'a row with the contacts of both unites them');
rollback to two;
select pg_temp.say_different('Ann', 'Annie') \gset ignored_
select is(pg_temp.deliver('[{"city":"","first":"Ann","last":"Moss","phone":"310-555-0170",
  "email":"annie@example.com"}]'), 'c0 u1 =0 m0 x0 r0', 'after "different" the phone decides, and they stay two');
select is((select count(*)::int from public.lead_merges), 0, 'nothing was merged');

-- A row with the parcel of one and the MAK of the other.
select is(pg_temp.deliver('[{"fips":"06037","apn":"9-1","street":"9 Plaza Dr","first":"Cy","last":"Voss"},
  {"mak":"1234567893","street":"11 Plaza Dr","first":"Cyrus","last":"Voss"}]'), 'c2 u0 =0 m0 x0 r0', 'two properties');
savepoint two;
select is(pg_temp.deliver('[{"fips":"06037","apn":"9-1","mak":"1234567893","street":"9 Plaza Dr","first":"Cy",
  "last":"Voss"}]'), 'c0 u0 =0 m1 x0 r0', 'a row with the keys of both unites them');
rollback to two;
select pg_temp.say_different('Cy', 'Cyrus') \gset ignored_
select is(pg_temp.deliver('[{"fips":"06037","apn":"9-1","mak":"1234567893","street":"9 Plaza Dr","first":"Cy",
  "last":"Voss"}]'), 'c0 u0 =0 m0 x1 r0', 'after "different" a person decides: a conflict');
select * from finish();
rollback;

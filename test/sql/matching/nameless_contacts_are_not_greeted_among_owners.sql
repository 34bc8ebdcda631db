-- A row without a name belongs to the only owner at its address. Whoever else turns up there later may be the one.
begin;
\ir ../support/deliver.sql
select no_plan();

-- The phones of an owner that are not greeted by that owner's name.
create function pg_temp.not_greeted(p_full text) returns text language sql as $$
  select string_agg(right(c.masked, 4), ',' order by c.masked)
  from public.leads l join public.contact_points c on c.org_id = l.org_id and c.lead_id = l.id
  where l.owner_full = p_full and private.came_with_another_name(c.org_id, c.id)
$$;
create function pg_temp.later() returns void language sql as $$
  -- Uploads are transactions of their own; what is written later is later.
  update public.contact_points set created_at = created_at - interval '1 day'
$$;

select pg_temp.deliver('[{"street":"20 Bay St","full":"GARCIA WES","phone":"310-555-0120"}]');
select is(pg_temp.deliver('[{"street":"20 Bay St","phone":"310-555-0121"}]'), 'c0 u1 =0 m0 x0 r0',
  'a phone without a name belongs to the only owner at its address');
select is(pg_temp.not_greeted('GARCIA WES'), null, 'and is greeted by that name while nobody else is there');
select is(pg_temp.deliver('[{"street":"20 Bay St","full":"TODD ED"}]'), 'c1 u0 =0 m0 x0 r0', 'a second owner');
select is(pg_temp.not_greeted('GARCIA WES'), '0121', 'ends that, but not for the phone that came with the name');
select is(pg_temp.deliver('[{"street":"20 Bay St","full":"GARCIA WES","phone":"310-555-0122"},
  {"street":"20 Bay St","full":"GARCIA WES"}]'), 'c0 u1 =0 m1 x0 r0', 'further rows with the name');
select is(pg_temp.not_greeted('GARCIA WES'), '0121', 'are greeted');

-- The phone comes first, then a name, then another owner.
select pg_temp.deliver('[{"street":"21 Bay St","phone":"310-555-0123"}]');
select pg_temp.later();
select pg_temp.deliver('[{"street":"21 Bay St","full":"GARCIA ADA","phone":"310-555-0124"}]');
select is(pg_temp.not_greeted('GARCIA ADA'), null, 'one owner is greeted at all phones of the address');
select pg_temp.deliver('[{"street":"21 Bay St","full":"TODD EVE"}]');
select is(pg_temp.not_greeted('GARCIA ADA'), '0123', 'of two owners neither is greeted at a phone without a name');

-- The same person's household, and one upload with both rows.
select pg_temp.deliver('[{"street":"22 Bay St","full":"GARCIA LIA"},{"street":"22 Bay St","phone":"310-555-0125"},
  {"street":"22 Bay St","full":"GARCIA LIA","phone":"310-555-0126"},{"street":"22 Bay St","phone":"310-555-0126"}]');
select is(pg_temp.deliver('[{"street":"22 Bay St","full":"LIA GARCIA TRUST"}]'), 'c0 u1 =0 m0 x0 r0',
  'another spelling is no other owner');
select is(pg_temp.not_greeted('LIA GARCIA TRUST'), null, 'so the phone stays greeted');
select pg_temp.deliver('[{"street":"22 Bay St","full":"TODD MAX"}]');
select is(pg_temp.not_greeted('LIA GARCIA TRUST'), '0125', 'a phone that also came with the name is greeted');

-- A building: the phone came without a unit.
select pg_temp.deliver('[{"street":"23 Bay St","full":"GARCIA IRA"}]');
select pg_temp.deliver('[{"street":"23 Bay St","phone":"310-555-0127"}]');
select pg_temp.deliver('[{"street":"23 Bay St","unit":"4","full":"TODD JOY"}]');
select is(pg_temp.not_greeted('GARCIA IRA'), '0127', 'an owner in a unit of the building is another owner');
select pg_temp.deliver('[{"street":"24 Bay St","unit":"4","full":"GARCIA ZOE"}]');
select pg_temp.deliver('[{"street":"24 Bay St","unit":"4","phone":"310-555-0128"}]');
select pg_temp.deliver('[{"street":"24 Bay St","unit":"5","full":"TODD KAI"}]');
select is(pg_temp.not_greeted('GARCIA ZOE'), null, 'an owner in another unit is not');

select * from finish();
rollback;

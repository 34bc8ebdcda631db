-- A list with a row for each owner of a property.
begin;
\ir ../support/deliver.sql
select no_plan();

create function pg_temp.row(p_first text, p_phone text, p_last text default 'Ames', p_apn text default '11-22-1')
returns jsonb language sql as $$
  select jsonb_build_array(jsonb_build_object('fips', '06037', 'apn', p_apn, 'street', '1 Main St', 'first', p_first,
    'last', p_last, 'phone', p_phone))
$$;
-- The phones of the lead that are not greeted by its name, and the name.
create function pg_temp.others() returns text language sql as $$
  select concat_ws(' ', min(l.owner_1_first), ':', string_agg(right(c.masked, 4), ' ' order by c.masked)
    filter (where private.came_with_another_name(c.org_id, c.id)))
  from public.leads l join public.contact_points c on c.org_id = l.org_id and c.lead_id = l.id
$$;
select is(pg_temp.deliver(pg_temp.row('John', '310-555-0101') || pg_temp.row('Mary', '310-555-0102')
  || pg_temp.row('Mary J', '310-555-0103')), 'c1 u0 =0 m2 x0 r0', 'husband and wife own one property');
select is(pg_temp.others(), 'Mary J : 0101', 'his phone is not greeted by her name');
select is(pg_temp.deliver(pg_temp.row('Bob', '310-555-0104', 'Bell'), 'list-b'), 'c0 u1 =0 m0 x0 r0',
  'a less trusted list knows another owner');
select is(pg_temp.others(), 'Mary J : 0101 0104', 'whose phone is not greeted by her name either');
select is(pg_temp.deliver(pg_temp.row('Mary', '310-555-0105')), 'c0 u1 =0 m0 x0 r0', 'a further phone of hers');
select is(pg_temp.others(), 'Mary : 0101 0104', 'is greeted');
select * from finish();
rollback;

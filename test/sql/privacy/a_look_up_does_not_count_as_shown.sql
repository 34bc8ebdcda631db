begin;
\ir ../support/cast.sql
\ir ../support/reveal.sql
select no_plan();

-- A look-up by phone shows no value, so that it must not make room for one, nor use room up.
create function pg_temp.asked(p_leads uuid[]) returns text language sql as $$
  select coalesce(a.j ->> 'code', a.j ->> 'values')
  from (select cast_.request('admin', 'contacts', p_leads)::jsonb as j) a
$$;
update public.orgs set settings = settings || '{"reveals_per_hour": 1}' where id::text like 'a%';
insert into public.leads (org_id, id, owner_1_last) values
  ('a0000000-0000-4000-8000-000000000000', 'd0000000-0000-4000-8000-000000000001', 'Lot');
select cast_.add_contact('d0000000-0000-4000-8000-000000000001', 'phone', '+12135550188') \g /dev/null
select is(cast_.ask('admin', $$ select lead_id::text from public.desk_search('213-555-0188') $$),
  'd0000000-0000-4000-8000-000000000001', 'a look-up finds a lead');
select isnt(pg_temp.asked(array[cast_.lead('a1')]), 'hourly_limit', 'a look-up uses up no reveal');
select is(pg_temp.asked(array['d0000000-0000-4000-8000-000000000001'::uuid]), 'hourly_limit',
  'over the limit, a lead that was only looked up is not shown');
select isnt(pg_temp.asked(array[cast_.lead('a1')]), 'hourly_limit', 'one that was shown is shown again');

select * from finish();
rollback;

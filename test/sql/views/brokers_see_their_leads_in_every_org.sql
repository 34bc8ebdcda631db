begin;
\ir ../support/cast.sql
select no_plan();

-- The broker of org A becomes a broker of org B, too, and has leads in both.
insert into public.members (org_id, user_id, role)
select 'b0000000-0000-4000-8000-000000000000', p.user_id, 'broker' from cast_.people p where p.who = 'broker';
insert into public.brokers (org_id, id, name, user_id)
select o.id, gen_random_uuid(), 'Broker', p.user_id from public.orgs o, cast_.people p
where p.who = 'broker' and not exists (select from public.brokers b where b.org_id = o.id and b.user_id = p.user_id);
update public.leads l set assigned_broker_id = (select b.id from public.brokers b join cast_.people p on p.user_id
  = b.user_id where p.who = 'broker' and b.org_id = l.org_id)
where l.id in (cast_.lead('a1'), cast_.lead('a3'), cast_.lead('b1'));
select is(cast_.leads('broker', 'public.my_leads', 'lead_id'), 'a1 a3 b1',
  'a broker of two orgs sees the leads of both');
select is(cast_.ask('broker', 'select count(*) from public.my_leads'), '3', 'each once');
select is(cast_.ask('broker', $$ select string_agg(lead_score::text, ' ') from (select lead_score from public.my_leads
    order by lead_score desc, lead_id) x $$),
  (select string_agg(l.lead_score::text, ' ' order by l.lead_score desc, l.id) from public.leads l
    where l.id in (cast_.lead('a1'), cast_.lead('a3'), cast_.lead('b1'))), 'best first across orgs');
update public.brokers b set active = false from cast_.people p
where p.who = 'broker' and b.user_id = p.user_id and b.org_id = 'a0000000-0000-4000-8000-000000000000';
select is(cast_.leads('broker', 'public.my_leads', 'lead_id'), 'b1', 'an inactive broker has none');
select is(cast_.leads('colleague', 'public.my_leads', 'lead_id'), 'a2', 'a colleague sees only their own');

-- A page is read from the index in order (PostgreSQL 15) or from the broker's own leads (17): nobody else's are read.
insert into public.leads (org_id, situs_street, lead_score, assigned_broker_id)
select l.org_id, n || ' Elm St', n % 100, l.assigned_broker_id
from public.leads l, generate_series(1, 3000) n where l.id = cast_.lead('b1');
-- Another broker of the org has as many.
insert into public.brokers (org_id, id, name) values ('b0000000-0000-4000-8000-000000000000',
  'b0000000-0000-4000-8000-0000000000b9', 'Other');
insert into public.leads (org_id, situs_street, lead_score, assigned_broker_id)
select l.org_id, n || ' Oak St', n % 100, 'b0000000-0000-4000-8000-0000000000b9'
from public.leads l, generate_series(1, 3000) n where l.id = cast_.lead('b1');
analyze public.leads;
create function cast_.rows_read(p_sql text) returns numeric language plpgsql as $$
declare
  v_plan jsonb;
begin
  execute 'explain (analyze, format json) ' || p_sql into v_plan;
  return (select max(((x ->> 'Actual Rows')::numeric + coalesce((x ->> 'Rows Removed by Filter')::numeric, 0))
      * (x ->> 'Actual Loops')::numeric)
    from jsonb_path_query(v_plan, '$.**') x where x ? 'Actual Rows');
end
$$;
grant usage on schema cast_ to authenticated;
grant execute on function cast_.rows_read(text) to authenticated;
select ok(cast_.ask('broker', $$ select cast_.rows_read('select lead_id, owner_full, lead_score from public.my_leads
    order by lead_score desc, lead_id limit 100') $$)::numeric between 100 and 3001,
  'the first page reads no lead of anybody else');

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
select no_plan();

-- The funnel counts the leads that the caller may see.
update public.leads set assigned_broker_id = null where id = cast_.lead('a1');
insert into public.pipeline_events (org_id, lead_id, kind) select org_id, id, 'fed' from public.leads;
select is(cast_.ask(who, 'select coalesce(sum(quantity), 0)::text from public.funnel where kind = ''fed'''), answer,
  format('%s counts %s fed leads', who, answer))
from (values ('owner', '3'), ('viewer', '3'), ('colleague', '1'), ('broker', '0'), ('rival', '1'), ('stranger', '0'),
  ('anon', '42501 permission denied for view funnel')) x (who, answer);

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
select no_plan();
create function pg_temp.split(p_who text) returns text language sql as $$
  select cast_.run(p_who, format($q$select public.split_lead('a0000000-0000-4000-8000-000000000000', %L,
    p_facts => '{owner_1}')$q$, cast_.lead('a1')))
$$;
select is(pg_temp.split(who), 'SL321 lead not found', who || ' may not split a lead')
from unnest('{broker,viewer,rival}'::text[]) who;
select is(cast_.run(who, format($q$select public.lead_parts('a0000000-0000-4000-8000-000000000000', %L)$q$,
  cast_.lead('a1'))), 'SL321 lead not found', who || ' may not see its parts')
from unnest('{broker,viewer,rival}'::text[]) who;
select is(cast_.run('admin', format($q$select public.lead_parts('a0000000-0000-4000-8000-000000000000', %L)$q$,
  cast_.lead('a1'))), 'rows 1', 'an admin sees them');
select is(pg_temp.split('admin'), 'rows 1', 'an admin splits it');
select is((select s.split_by from public.lead_splits s), 'a0000000-0000-4000-8000-000000000002'::uuid,
  'the split names its author');
select is(cast_.ask(who, 'select count(*) from public.lead_splits'), seen, who || ' sees ' || seen)
from (values ('owner', '1'), ('viewer', '1'), ('broker', '0'), ('rival', '0')) t (who, seen);
select is(cast_.run(who, $$select public.undo_split('a0000000-0000-4000-8000-000000000000', s.id)
  from public.lead_splits s$$), case who when 'viewer' then 'SL324 split not found, or it cannot be undone'
    else 'rows 0' end, who || ' may not undo it')
from unnest('{broker,viewer,rival}'::text[]) who;
select is(cast_.run('owner', $$select public.undo_split('a0000000-0000-4000-8000-000000000000', s.id)
  from public.lead_splits s$$), 'rows 1', 'an owner undoes it');
select is((select l.owner_1_last from public.leads l where l.id = cast_.lead('a1')), 'Ames', 'the owner is back');
select * from finish();
rollback;

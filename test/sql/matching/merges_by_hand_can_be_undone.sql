begin;
\ir ../support/cast.sql
select no_plan();

-- phone_bidx follows the contact points. Leads without identity keys of their own, since two parcels are never one.
update public.leads set mak = null, county_fips = null, apn = null where id = cast_.lead('a2');
create temporary table before as
select l.id, to_jsonb(l) - '{updated_at,phone_bidx}'::text[] as state from public.leads l
where l.id in (cast_.lead('a1'), cast_.lead('a2'));
grant select on before to public;

create function pg_temp.merge(p_who text, p_survivor text, p_merged text) returns text language sql as $$
  select cast_.run(p_who, format($q$select public.merge_leads('a0000000-0000-4000-8000-000000000000', %L, %L)$q$,
    cast_.lead(p_survivor), cast_.lead(p_merged)))
$$;
select is(pg_temp.merge(who, 'a1', 'a2'), 'SL321 lead not found', who || ' may not merge leads of org A')
from unnest('{broker,viewer,rival}'::text[]) who;
select is(pg_temp.merge('owner', 'a1', 'b1'), 'SL321 lead not found', 'leads of two orgs are not merged');
select is(pg_temp.merge('owner', 'a1', 'a1'), 'SL321 lead not found', 'a lead is not merged with itself');
select matches(pg_temp.merge('owner', 'a1', 'a3'), '^SL301', 'two parcels are never one');
select is(pg_temp.merge('admin', 'a1', 'a2'), 'rows 1', 'an admin merges two leads');

select is((select count(*)::int from public.contact_points c where c.lead_id = cast_.lead('a1')), 3,
  'the survivor has the contact points of both');
select is((select count(*)::int from public.leads l where l.id = cast_.lead('a2')), 0, 'the other lead is gone');
select is((select m.merged_by from public.lead_merges m where m.merged_id = cast_.lead('a2')),
  'a0000000-0000-4000-8000-000000000002'::uuid, 'the merge names its author');

create function pg_temp.undo(p_who text) returns text language sql as $$
  select cast_.run(p_who, format($q$select public.undo_merge('a0000000-0000-4000-8000-000000000000', %L)$q$,
    (select max(m.id) from public.lead_merges m)))
$$;
select is(pg_temp.undo(who), 'SL322 merge not found, or it cannot be undone', who || ' may not undo it')
from unnest('{broker,viewer,rival}'::text[]) who;
select is(pg_temp.undo('owner'), 'rows 1', 'an owner undoes it');
select results_eq(
  $$ select l.id, to_jsonb(l) - '{updated_at,phone_bidx}'::text[] from public.leads l
    where l.id in (select id from before) order by 1 $$,
  $$ select id, state from before order by 1 $$, 'both leads are as they were');
select is((select count(*)::int from public.contact_points c where c.lead_id = cast_.lead('a2')), 1,
  'the contact point is back');
select is(pg_temp.undo('owner'), 'SL322 merge not found, or it cannot be undone', 'a merge is undone once');

-- An opt-out survives the merge and its undo.
update public.leads set campaign_status = 'opted_out' where id = cast_.lead('a2');
select is(pg_temp.merge('owner', 'a1', 'a2'), 'rows 1', 'merge with a lead that opted out');
select is((select l.campaign_status::text from public.leads l where l.id = cast_.lead('a1')), 'opted_out',
  'the survivor is opted out');
select is(pg_temp.undo('owner'), 'rows 1', 'undo');
select results_eq($$ select l.campaign_status::text from public.leads l where l.id in (select id from before) $$,
  $$ values ('opted_out'), ('opted_out') $$, 'both stay opted out');
select * from finish();
rollback;

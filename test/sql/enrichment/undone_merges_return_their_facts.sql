begin;
\ir ../support/cast.sql
\ir ../support/data_calls.sql
select no_plan();
insert into public.leads (org_id, id, owner_1_last, created_at)
select cast_.org(), cast_.lead(id), 'Dunn', '2026-01-01'::timestamptz + n * interval '1 day'
from (values ('a6', 1), ('a7', 2), ('a8', 3)) x (id, n);
select private.record_facts(cast_.org(), 'attom', (
  select jsonb_agg(jsonb_build_object('lead_id', cast_.lead(id), 'name', 'of_' || id, 'value', 1))
  from unnest('{a6,a7,a8}'::text[]) id)) \gset ignored_
insert into public.property_facts (org_id, lead_id, property_hash, provider, name, as_of, entry, amount_usd, terms,
  obtained_at)
select cast_.org(), cast_.lead(id), '\x00', 'attom', 'value', '2026-01-01', id, 1, '', now()
from unnest('{a6,a7,a8}'::text[]) id;
create function cast_.facts() returns text language sql as $$
  select string_agg(x.lead || ': ' || x.facts, ', ' order by x.lead) from (
    select 'a' || substr(f.lead_id::text, 34, 1) as lead, string_agg(f.name, ' ' order by f.name) as facts
    from (select lead_id, name from public.lead_facts where org_id = cast_.org() and provider = 'attom'
      union all select lead_id, 'p_' || entry from public.property_facts where org_id = cast_.org()) f
    group by f.lead_id) x
$$;
select cast_.facts() as before \gset
select private.merge_with_undo(cast_.org(), cast_.lead('a7'), cast_.lead('a8'), 'test', null, now()) as first \gset
select private.merge_with_undo(cast_.org(), cast_.lead('a6'), cast_.lead('a7'), 'test', null, now()) as second \gset
select is(cast_.facts(), 'a6: of_a6 of_a7 of_a8 p_a6 p_a7 p_a8', 'two merges take the facts of three leads along');
select is(cast_.run('owner', format('select public.undo_merge(%L, %s)', cast_.org(), :second)), 'rows 1',
  'the second is undone');
select is(cast_.facts(), 'a6: of_a6 p_a6, a7: of_a7 of_a8 p_a7 p_a8', 'the second lead has all that it had');
select is(cast_.run('owner', format('select public.undo_merge(%L, %s)', cast_.org(), :first)), 'rows 1',
  'then the first');
select is(cast_.facts(), :'before', 'and each lead has its own');
select is((select count(*) from public.lead_facts where merged_from is not null), 0::bigint, 'without a trace');
select * from finish();
rollback;

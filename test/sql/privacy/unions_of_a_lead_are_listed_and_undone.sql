-- Merges and splits on the page of a lead: who sees them, and what may be undone by whom.
begin;
\ir ../support/cast.sql
select no_plan();
\set org 'a0000000-0000-4000-8000-000000000000'
set local sluice.actor = 'system';
update public.leads set mak = null, apn = null where id in (cast_.lead('a2'), cast_.lead('a3'));
set local sluice.actor = '';
create function cast_.unions(p_who text, p_what text default 'count(*)', p_more text default '') returns text
  language sql as $$
  select cast_.ask(p_who, format('select %s from public.lead_unions(%L, %L%s) u', p_what,
    'a0000000-0000-4000-8000-000000000000', cast_.lead('a1'), p_more))
$$;
select is(cast_.run(who, format('select public.merge_leads(%L, %L, %L)', :'org', cast_.lead('a1'), cast_.lead('a2'))),
  'SL321 lead not found', who || ' merges nothing') from unnest('{broker,viewer,rival}'::text[]) who;
select is(cast_.run('admin', format('select public.merge_leads(%L, %L, %L)', :'org', cast_.lead('a1'),
  cast_.lead('a2'))), 'rows 1', 'an admin merges two leads');
select is(cast_.run('owner', format($$ select public.split_lead(%L, %L, p_facts => '{owner_1}', p_reason => 'two') $$,
  :'org', cast_.lead('a1'))), 'rows 1', 'an owner splits one');
select is(cast_.unions('owner', $$ string_agg(concat_ws(' ', kind, by_whom, reason,
    nullif(split_part(other, ', ', 2), ''), may_undo), ' | ' order by kind) $$),
  'merge Admin merged by hand 2 Main St t | split Owner two t', 'both are listed');
select is(cast_.unions('viewer', 'string_agg(may_undo::text, '' '')'), 'false false', 'a viewer sees them, to read');
select is(left(cast_.unions(who), 5), 'SL111', who || ' does not see them')
from unnest('{broker,colleague,rival,stranger}'::text[]) who;
select is(cast_.unions('owner', 'count(*)', format(', 50, %L',
    cast_.unions('owner', '(array_agg(cursor))[1]', ', 1'))),
  '1', 'page by page');
select is(cast_.run('admin', format('select public.undo_split(%L, %s)', :'org',
  cast_.unions('owner', 'max(id) filter (where kind = ''split'')'))), 'rows 1', 'the split is undone');
select is(cast_.run('admin', format('select public.undo_merge(%L, %s)', :'org',
  cast_.unions('owner', 'max(id) filter (where kind = ''merge'' and reason = ''merged by hand'')'))), 'rows 1',
  'and the merge');
select is(cast_.unions('owner', 'bool_or(may_undo)'), 'false', 'nothing is left to undo');
select is((select count(*) from public.leads where id = cast_.lead('a2')), 1::bigint, 'the other lead is back');
select * from finish();
rollback;

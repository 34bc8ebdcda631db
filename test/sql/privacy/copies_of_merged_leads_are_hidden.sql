begin;
\ir ../support/cast.sql
\ir ../support/reveal.sql
select no_plan();
\set org '''a0000000-0000-4000-8000-000000000000'''

insert into public.leads (org_id, id, owner_1_last) values
  (:org, 'd0000000-0000-4000-8000-0000000000d1', 'Cole'), (:org, 'd0000000-0000-4000-8000-0000000000d2', 'Cole');
-- The same contact on both, so that the merged lead's own ends with it.
select cast_.add_contact('d0000000-0000-4000-8000-0000000000d1', 'phone', '+12135550199'),
  cast_.add_contact('d0000000-0000-4000-8000-0000000000d2', 'phone', '+12135550199') \g /dev/null
select cast_.ask('owner', format('select public.merge_leads(%L, %L, %L)', :org,
  'd0000000-0000-4000-8000-0000000000d2', 'd0000000-0000-4000-8000-0000000000d1')) as merge \gset
select is((select merged_row -> 'contact_points' -> 0 ? 'value_cipher' from public.lead_merges where id = :merge),
  true, 'a merge keeps the contact points of the merged lead as they are stored');
select is(cast_.run(who, 'select ' || columns || ' from public.lead_merges'), answer,
  format('%s selects %s: %s', who, columns, answer))
from (values
  ('id, survivor_id, merged_id, reason, merged_at, undone_at, survivor_changes, merged_by, upload_id'),
  ('merged_row'), ('merged_row ->> ''id'''), ('merged_addresses'), ('*')) c (columns)
cross join lateral (values ('owner', 'rows 1'), ('admin', 'rows 1'), ('viewer', 'rows 1'), ('broker', 'rows 0'),
  ('rival', 'rows 0')) x (who, rows)
cross join lateral (select case when columns ~ '^id' then rows else '42501 permission denied for table lead_merges' end
  as answer) a;
select is(cast_.ask('owner', 'select count(*) from public.lead_merges where merged_row::text ~ ''0199'''),
  '42501 permission denied for table lead_merges', 'it cannot be searched either');

-- The undo reads it for them.
select is(cast_.run(who, format('select public.undo_merge(%L, %s)', :org, :merge)),
  'SL322 merge not found, or it cannot be undone', who || ' cannot undo it')
from unnest('{broker,viewer,rival}'::text[]) who;
select is(cast_.run('admin', format('select public.undo_merge(%L, %s)', :org, :merge)), 'rows 1',
  'an admin undoes it');
select is(cast_.revealed('admin', 'contacts', array['d0000000-0000-4000-8000-0000000000d1'::uuid],
  'value'), '+12135550199',
  'the lead has its contact again');

select * from finish();
rollback;

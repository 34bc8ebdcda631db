begin;
\ir ../support/deliver.sql
select no_plan();

select is(pg_temp.deliver('[{"fips":"06037","apn":"70-1","first":"New","attributes":{"baths":"2"}},
  {"street":"60 Bay St","phone":"310-555-0140"}]', 'list-a', '2026-05-01'), 'c2 u0 =0 m0 x0 r0',
  'two leads exist before the wrong upload');
create temp table before_undo as select id, to_jsonb(l) - 'updated_at' - 'field_sources' as row from public.leads l;
select is(pg_temp.deliver('[{"fips":"06037","apn":"70-1","first":"Oops","phone":"3105550170"},
  {"street":"90 New St"},{"street":"60 Bay St","mak":"6000000001"}]', 'list-a', '2026-06-01'),
  'c1 u2 =0 m0 x0 r0', 'a wrong upload is resolved');
select is((select public.undo_upload(id) -> 'undone' from public.uploads where received_at = '2026-06-01'),
  '{"deleted": 1, "reverted": 2, "unmerged": 0}'::jsonb, 'undo returns the counts of its changes');
select is_empty($$ select id, row from before_undo except select id, to_jsonb(l) - 'updated_at' - 'field_sources'
  from public.leads l $$, 'every lead has its previous state');
select set_config('sluice.actor', '', true);
select is(pg_temp.deliver('[{"street":"90 New St"}]', 'list-a', '2026-06-02'), 'c1 u0 =0 m0 x0 r0',
  'a lead is created again');
update public.leads set owner_1_first = 'Edited' where situs_street = '90 New St';
select is((select public.undo_upload(id) -> 'kept' -> 0 ->> 'reason' from public.uploads
  where received_at = '2026-06-02'), 'edited by a person', 'undo keeps a person''s edits and reports them');

select * from finish();
rollback;

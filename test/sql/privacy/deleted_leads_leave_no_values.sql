begin;
\ir ../support/cast.sql
\ir ../support/markers.sql
select no_plan();
\set org '''a0000000-0000-4000-8000-000000000000'''

-- Two leads of the person, and one of somebody else (a2).
insert into public.leads (org_id, id, owner_1_last, attributes, assigned_broker_id) values
  (:org, 'd0000000-0000-4000-8000-0000000000d1', 'Quillmarker', '{"Spouse": "Pat Quillmarker"}', null),
  (:org, 'd0000000-0000-4000-8000-0000000000d2', 'Ames', '{}', null);
select cast_.add_contact('d0000000-0000-4000-8000-0000000000d1', 'email', 'quillmarker@example.com'),
  cast_.add_contact('d0000000-0000-4000-8000-0000000000d2', 'email', 'quillmarker@example.com') \g /dev/null
select cast_.run('owner', $$ update public.leads set owner_1_last = 'Quillmarker', mailing_city = 'Quillmarker Falls'
  where id = 'd0000000-0000-4000-8000-0000000000d2' $$) \g /dev/null
select cast_.run('owner', format($$ update public.leads set owner_1_last = 'Other' where id = %L $$, cast_.lead('a2')))
\g /dev/null

-- A merge with somebody else's lead that is undone: the history of that lead has had the values.
select cast_.ask('owner', format('select public.merge_leads(%L, %L, %L)', :org, cast_.lead('a2'),
  'd0000000-0000-4000-8000-0000000000d1')) as wrong \gset
select cast_.run('owner', format('select public.undo_merge(%L, %s)', :org, :'wrong')) \g /dev/null
select isnt_empty($$ select 1 from public.lead_changes where lead_id = cast_.lead('a2')
  and changes::text ~ 'Quillmarker' $$,
  'the history of the other lead has values of the person');
-- A merge that holds.
select cast_.ask('owner', format('select public.merge_leads(%L, %L, %L)', :org,
  'd0000000-0000-4000-8000-0000000000d2', 'd0000000-0000-4000-8000-0000000000d1')) as right \gset
select ok((select merged_row::text ~ 'Quillmarker' from public.lead_merges where id = :right),
  'a merge keeps the lead that it ended, so that it can be undone');
select is(cast_.run('owner', format('select public.undo_merge(%L, %s)', :org, :'right')), 'rows 1', 'it is undone');
select is((select owner_1_last from public.leads where id = 'd0000000-0000-4000-8000-0000000000d1'), 'Quillmarker',
  'with everything');
select cast_.run('owner', format('select public.merge_leads(%L, %L, %L)', :org,
  'd0000000-0000-4000-8000-0000000000d2', 'd0000000-0000-4000-8000-0000000000d1')) \g /dev/null

select results_eq($$ select t from cast_.tables_with('quillmarker') t order by t collate "C" $$, $$ values
  ('public.contact_points (encrypted)'), ('public.lead_changes'), ('public.lead_merges'),
  ('public.lead_merges (encrypted)'), ('public.leads') $$, 'the person is in leads, history and merges');
delete from public.leads where id = 'd0000000-0000-4000-8000-0000000000d2';
select is_empty($$ select cast_.tables_with('quillmarker') $$, 'a deleted lead leaves no value anywhere');
select isnt_empty($$ select 1 from public.lead_changes where lead_id = 'd0000000-0000-4000-8000-0000000000d2'
  and changes -> 'mailing_city' = '"deleted"' $$, 'its history still names the fields');
select isnt_empty($$ select 1 from public.lead_changes h where h.lead_id = cast_.lead('a2')
  and h.changes -> 'owner_1_last' = '["Bell", "Other"]' $$, 'the other lead keeps its own history');
select is((select owner_1_last from public.leads where id = cast_.lead('a2')), 'Other', 'and its values');

-- A part of another lead that became a lead of its own.
select cast_.run('owner', format($$ update public.leads set owner_2_last = 'Quillmarker' where id = %L $$,
  cast_.lead('a3'))) \g /dev/null
select cast_.ask('owner', format('select public.split_lead(%L, %L, p_facts => ''{owner_2}'') ->> ''lead_id''', :org,
  cast_.lead('a3'))) as part \gset
select results_eq($$ select t from cast_.tables_with('quillmarker') t order by t collate "C" $$, $$ values
  ('public.lead_changes'), ('public.lead_splits'), ('public.leads') $$,
  'a part of a lead is in the history of the whole');
delete from public.leads where id = :'part';
select is_empty($$ select cast_.tables_with('quillmarker') $$, 'the deleted part leaves no value in the other lead');
select is((select owner_1_last from public.leads where id = cast_.lead('a3')), 'Cole', 'which keeps its own');
select throws_ok('update public.lead_changes set changes = null', 'SL002', null,
  'the history is append-only as before');

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
select no_plan();

-- A second list renames the owner of lead a1 and adds a lead.
select set_config('role', 'pipeline_writer', true) \g /dev/null
select a.part_id, a.upload_id from private.accept_part('a0000000-0000-4000-8000-00000000005c', 'msg_1',
  extensions.digest('x', 'sha256'), 40, null, null, 1, 1, false, 'list.csv', gen_random_uuid()) a \gset
update public.upload_parts set state = 'staging' where id = :'part_id';
select private.open_stage() \g /dev/null
insert into pg_temp.stage_in (line_no, mak, owner_1_last, mail_city, phones, raw) values
  (2, '1000000001', 'Newname', 'Reno', '[]', '[]'), (3, '1000000077', 'Newcomer', null, '[{"v": "2135550177"}]', '[]');
select private.stage_rows(:'part_id') \g /dev/null
update public.upload_parts set state = 'staged', staged_at = now() where id = :'part_id';
select private.resolve_upload(:'upload_id') \g /dev/null
select private.resolve_upload(:'upload_id') \g /dev/null
reset role;
set local sluice.actor = '';
set local sluice.upload_id = '';
select is((select (owner_1_last, mailing_city) from public.leads where id = cast_.lead('a1')),
  ('Newname'::text, 'Reno'::text), 'the list changed the lead');

-- An admin undoes it through the API.
select is(cast_.ask('admin', format('select public.undo_upload(%L) -> ''undone''', :'upload_id')),
  '{"deleted": 1, "reverted": 1, "unmerged": 0}', 'an admin can undo the upload');
select is((select (owner_1_last, mailing_city) from public.leads where id = cast_.lead('a1')),
  ('Ames'::text, null::text), 'the changes are reverted');
select is((select edited_fields from public.leads where id = cast_.lead('a1')), '{}',
  'reverted fields are not marked as edited, so a corrected list may change them');
select is((select (addr_hash, situs_street) from public.leads where id = cast_.lead('a1')),
  (null::bytea, '1 Main St'::text), 'other fields are unchanged');
select results_eq(format($$ select distinct actor, actor_id from public.lead_changes where changed_at = now()
  and upload_id is null and action <> 'created' and lead_id in (%L) $$, cast_.lead('a1')),
  $$ values ('system', 'a0000000-0000-4000-8000-000000000002'::uuid) $$,
    'the history names the system, on behalf of the admin');
select is((select count(*) from public.leads where mak = '1000000077'), 0::bigint,
  'the lead created by the upload is deleted');

-- The counterpart: a direct change by the admin is an edit, and survives an undo.
select is(cast_.run('admin', format('update public.leads set mailing_city = ''Napa'' where id = %L',
  cast_.lead('a1'))), 'rows 1', 'the same admin edits the lead');
select is((select edited_fields from public.leads where id = cast_.lead('a1')), '{mailing}',
  'the edit is recorded as an edit');

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
select no_plan();
set local sluice.actor = '';

-- edited_fields records the changes of persons, and not those of the pipeline.
select is(cast_.run('broker',
  format('update public.leads set owner_1_last = ''Adams'', mailing_city = ''Reno'', status = ''working'' where id '
    '= %L', cast_.lead('a1'))), 'rows 1', 'a broker corrects name and mailing address');
select is((select edited_fields from public.leads where id = cast_.lead('a1')), '{mailing,owner_1}',
  'the facts are recorded; the status is not a fact of an import');
select is(cast_.run('broker', format('update public.leads set owner_full = ''Ann Adams'' where id = %L',
  cast_.lead('a1'))), 'rows 1', 'a broker corrects the full name');
select is((select edited_fields from public.leads where id = cast_.lead('a1')), '{mailing,owner_1,owner_full}',
  'edits accumulate');
select is(cast_.run('broker',
  format('update public.leads set owner_full = owner_full, owner_1_last = ''Adams'' where id = %L',
  cast_.lead('a1'))), 'rows 1', 'a broker writes the same values again');
select is((select edited_fields from public.leads where id = cast_.lead('a1')), '{mailing,owner_1,owner_full}',
  'an update without changes records nothing');
select is(cast_.run('owner',
  format('update public.leads set mailing_street = null, attributes = ''{"k": 1}'' where id = %L',
  cast_.lead('a2'))), 'rows 1', 'an owner edits attributes');
select is((select edited_fields from public.leads where id = cast_.lead('a2')), '{attributes}',
  'only the attributes are recorded');
select is(cast_.run('project_owner', format('update public.leads set lead_score = 1 where id = %L', cast_.lead('a3'))),
  'rows 1', 'a direct session sets a score');
select is((select edited_fields from public.leads where id = cast_.lead('a3')), '{lead_score}',
  'an edit in a direct session is recorded');
set local sluice.actor = 'system';
update public.leads set owner_2_last = 'Doe', lead_score = 2 where id = cast_.lead('a3');
select is((select edited_fields from public.leads where id = cast_.lead('a3')), '{lead_score}',
  'a change by the system is not an edit');
set local sluice.actor = 'upload';
update public.leads set owner_2_last = 'Roe' where id = cast_.lead('a3');
select is((select edited_fields from public.leads where id = cast_.lead('a3')), '{lead_score}',
  'a change by an upload is not an edit');
-- Emptying a field is an edit: an import must not fill it again.
set local sluice.actor = '';
select is(cast_.run('admin', format('update public.leads set owner_2_last = null where id = %L', cast_.lead('a3'))),
  'rows 1', 'an admin empties a field');
select is((select edited_fields from public.leads where id = cast_.lead('a3')), '{lead_score,owner_2}',
  'an emptied field is recorded');
-- A member is recorded as a member, whatever the session claims.
set local sluice.actor = 'upload';
select is(cast_.run('broker', format('update public.leads set owner_2_last = ''Poe'' where id = %L',
  cast_.lead('a1'))), 'rows 1', 'a broker updates a lead in a session that claims to be an upload');
select is((select edited_fields from public.leads where id = cast_.lead('a1')),
  '{mailing,owner_1,owner_2,owner_full}', 'the change is recorded as a person''s edit');
set local sluice.actor = '';

-- updated_at follows every change.
update public.leads set updated_at = '2020-01-01' where id = cast_.lead('a1');
select is((select updated_at from public.leads where id = cast_.lead('a1')), now(), 'updated_at is set');

select * from finish();
rollback;

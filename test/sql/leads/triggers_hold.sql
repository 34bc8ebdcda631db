begin;
\ir ../support/cast.sql
select no_plan();
insert into public.campaigns (org_id, id, name)
  values ('a0000000-0000-4000-8000-000000000000', 'a0000000-0000-4000-8000-0000000000ca', 'Spring');

-- added_to_campaign_at: set when a lead changes from `new` to queued or active, and kept afterwards.
set local sluice.actor = 'system';
create function pg_temp.become(p_name text, p_status text, p_more text default '')
  returns timestamptz language plpgsql as $$
declare
  v_at timestamptz;
begin
  execute format('update public.leads set campaign_status = %L, campaign_id = '
    '''a0000000-0000-4000-8000-0000000000ca'' %s where id = %L returning added_to_campaign_at',
    p_status, p_more, cast_.lead(p_name)) into strict v_at;
  return v_at;
end
$$;
select is(pg_temp.become('a1', 'completed'), null, 'a lead that never enters a campaign has no time');
select is(pg_temp.become('a1', 'new'), null, 'staying new sets no time');
select is(pg_temp.become('a1', 'queued'), now(), 'entering a campaign sets the time');
select is(pg_temp.become('a2', 'queued', ', added_to_campaign_at = ''2026-01-02 03:04:05Z'''),
  '2026-01-02 03:04:05Z', 'a time supplied by the writer is kept');
select is(pg_temp.become('a2', 'active'), '2026-01-02 03:04:05Z', 'becoming active keeps the time');
select is(pg_temp.become('a2', 'replied', ', last_reply_at = now()'), '2026-01-02 03:04:05Z',
  'a reply keeps the time');
select is(pg_temp.become('a3', 'active'), now(), 'entering as active sets the time');
insert into public.leads (org_id, mak, campaign_status, campaign_id)
  values ('a0000000-0000-4000-8000-000000000000', '1000000055', 'queued', 'a0000000-0000-4000-8000-0000000000ca');
select is((select added_to_campaign_at from public.leads where mak = '1000000055'), now(),
  'a lead inserted as queued gets its time');
select has_function('public', 'set_added_to_campaign_at', '{}'::name[],
  'the function has the name of the production plan');
set local sluice.actor = '';

-- Keys of a lead written by a person go through the same normalisers as those of an import.
select is(cast_.run('broker', $$insert into public.leads (org_id, county_fips, apn, situs_street, situs_unit,
  situs_city, situs_state, situs_zip, assigned_broker_id)
  values ('a0000000-0000-4000-8000-000000000000', '6037', '4567-012 034', '123 north main street', 'Apt 4B',
    'los angeles', 'California', '90012-1234', 'a0000000-0000-4000-8000-0000000000b1')$$),
  'rows 1', 'a broker inserts a lead with unnormalised keys');
select is((l.county_fips, l.apn, l.situs_state, l.situs_zip),
  ('06037'::text, '4567012034'::text, 'CA'::text, '90012'::text), 'county, parcel, state and ZIP are normalised')
  from public.leads l where l.apn = '4567012034';
select is(l.addr_hash, p.addr_hash, 'the address hash is the same as for an import')
  from public.leads l, private.parse_address('123 N MAIN ST', '# 4b', 'LOS ANGELES', 'CA', '90012') p
  where l.apn = '4567012034';
select is(l.addr_hash_version, private.address_hash_version()::smallint, 'the version of the normaliser is recorded')
  from public.leads l where l.apn = '4567012034';
select matches(cast_.run('admin', $$insert into public.leads (org_id, situs_street, situs_unit, situs_city,
  situs_state, situs_zip)
  values ('a0000000-0000-4000-8000-000000000000', '123 N. Main St.', 'Unit 4B', 'Los Angeles', 'CA', '90012')$$),
    '^23505 .*leads_addr_hash_key', 'another spelling of the address violates the unique key');
select is(cast_.run('desk', $$update public.leads set mak = ' 1234567890.0 ' where apn = '4567012034'$$), 'rows 1',
  'a direct session can correct a key');
select is((select mak from public.leads where apn = '4567012034'), '1234567890', 'the corrected key is normalised');
select is(cast_.run('desk', $$update public.leads set mak = 'none' where apn = '4567012034'$$), 'rows 1', 'nonsense');
select is((select mak from public.leads where apn = '4567012034'), null, 'is not a valid key');
-- The pipeline supplies normalised keys, which stay as they are.
select is(cast_.run('pipeline_writer', 'set local sluice.actor = ''upload'''), 'rows 0',
  'the pipeline can set its actor');
set local sluice.actor = 'upload';
insert into public.leads (org_id, mak, situs_street)
  values ('a0000000-0000-4000-8000-000000000000', '1000000066', 'As Imported');
select is((select situs_street from public.leads where mak = '1000000066'), 'As Imported',
  'keys written by the pipeline are not derived again');
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
select is(cast_.run('desk', format('update public.leads set lead_score = 1 where id = %L', cast_.lead('a3'))),
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

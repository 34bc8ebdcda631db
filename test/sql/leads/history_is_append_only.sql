begin;
\ir ../support/cast.sql
select no_plan();

create function pg_temp.history(p_name text) returns text language sql as $$
  select string_agg(format('%s %s %s %s', h.actor, coalesce(p.who, '-'), h.action,
    coalesce((select string_agg(k, ',' order by k) from jsonb_object_keys(h.changes) k), '-')), '; ' order by h.id)
  from public.lead_changes h left join cast_.people p on p.user_id = h.actor_id
  where h.lead_id = cast_.lead(p_name)
$$;
select is(pg_temp.history('a1'), 'upload - created -', 'the creation by an upload is recorded');
select is((select upload_id from public.lead_changes where lead_id = cast_.lead('a1')),
  'a0000000-0000-4000-8000-00000000000d', 'the record names the upload');

-- Each kind of actor.
select is(cast_.run('broker',
  format('update public.leads set status = ''working'', owner_1_last = ''Adams'' where id = %L', cast_.lead('a1'))),
  'rows 1', 'a broker');
select is(cast_.run('admin', format('update public.leads set assigned_broker_id = null where id = %L',
  cast_.lead('a1'))), 'rows 1', 'an admin');
select is(cast_.run('project_owner', format('update public.leads set lead_score = 7 where id = %L', cast_.lead('a1'))),
  'rows 1', 'the project owner');
select is(cast_.run('service_role', format('update public.leads set lead_score = 8 where id = %L',
  cast_.lead('a1'))), 'rows 1', 'the service through the API');
set local sluice.actor = 'system';
update public.leads set lead_score = 9 where id = cast_.lead('a1');
set local sluice.actor = 'upload';
set local sluice.upload_id = 'a0000000-0000-4000-8000-00000000000d';
update public.leads set lead_score = 10 where id = cast_.lead('a1');
select is(pg_temp.history('a1'), concat_ws('; ', 'upload - created -', 'member broker updated owner_1_last,status',
  'member admin updated assigned_broker_id',
  'member - updated lead_score', 'member - updated lead_score', 'system - updated lead_score',
    'upload - updated lead_score'), 'every kind of actor is recorded with its changes');
select is((select array_agg(upload_id is not null order by id) from public.lead_changes
  where lead_id = cast_.lead('a1')), '{t,f,f,f,f,f,t}', 'a change by a person does not name an upload');
select is((select changes -> 'owner_1_last' from public.lead_changes where lead_id = cast_.lead('a1')
  and changes ? 'owner_1_last'), '["Ames", "Adams"]', 'the record contains the old and the new value');
-- The signed-in user is recorded as the author, whatever the session claims.
select is(cast_.run('owner', format('update public.leads set status = ''lost'' where id = %L', cast_.lead('a1'))),
  'rows 1', 'an owner updates a lead in a session that claims to be an upload');
select is((select actor_id from public.lead_changes where lead_id = cast_.lead('a1') order by id desc limit 1),
  'a0000000-0000-4000-8000-000000000001', 'the owner is recorded as the author');
set local sluice.actor = '';
set local sluice.upload_id = '';

-- An update without changes is not recorded; one statement over many leads records one row each.
select is(cast_.run('owner', 'update public.leads set status = status'), 'rows 3',
  'three leads are updated to the same values');
select is((select count(*) from public.lead_changes where lead_id = cast_.lead('a2')), 1::bigint,
  'nothing is recorded');
select is(cast_.run('owner', 'update public.leads set status = ''won'''), 'rows 3',
  'three leads are updated to new values');
select is((select count(*) from public.lead_changes where changes -> 'status' ->> 1 = 'won'), 3::bigint,
  'one row per lead is recorded');

-- A deletion keeps the names of the fields.
delete from public.leads where id = cast_.lead('a3');
select is(pg_temp.history('a3') like 'upload - created -; member owner updated status; member - deleted %', true,
  'a deletion is recorded');
select is((select changes ->> 'owner_1_last' from public.lead_changes where lead_id = cast_.lead('a3')
  and action = 'deleted'), 'deleted', 'the record names the fields');
select is((select count(*) from public.lead_changes where action = 'deleted' and changes::text ~ 'Cole|3 Main'),
  0::bigint, 'the record of a deletion contains no value');
select is(cast_.run('owner', format('select from public.lead_changes where lead_id = %L', cast_.lead('a3'))),
  'rows 3', 'an owner can still read the history');

-- Append-only for every role.
select throws_ok('update public.lead_changes set actor = ''system''', 'SL002', 'lead_changes is append-only',
  'history cannot be updated');
select throws_ok('delete from public.lead_changes', 'SL002', 'lead_changes is append-only',
  'history cannot be deleted');
select throws_ok('truncate public.lead_changes', 'SL002', 'lead_changes is append-only',
  'history cannot be truncated');
select is(cast_.run(who,
  'insert into public.lead_changes (org_id, lead_id, action, actor) values '
    '(''a0000000-0000-4000-8000-000000000000'', gen_random_uuid(), ''created'', ''member'')'),
  '42501 permission denied for table lead_changes', who || ' cannot insert history')
from unnest(array['anon', 'owner', 'broker', 'pipeline_writer']) who;
select is(cast_.run('pipeline_writer', 'select from public.lead_changes'),
  cast_.run('project_owner', 'select from public.lead_changes'), 'the writer can read history');
-- History contains no contact values, not even encrypted ones.
select is((select count(*) from public.lead_changes where changes ? 'value_cipher'
  or changes::text ~ '[2-9][0-9]{2}[-) ]*555-?01[0-9]{2}'), 0::bigint, 'history contains no contact values');

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
\ir ../support/reveal.sql
select no_plan();
\set org '''a0000000-0000-4000-8000-000000000000'''
select user_id as admin from cast_.people where who = 'admin' \gset
select user_id as broker from cast_.people where who = 'broker' \gset
select user_id as owner from cast_.people where who = 'owner' \gset

create function pg_temp.export(p_who text) returns text language sql as $$
  select left(cast_.request(p_who, 'person', array[cast_.lead('a1')]), 5)
$$;
create function pg_temp.rejects(p_user uuid) returns text language sql as $$
  select cast_.run('pipeline_writer',
    format('select private.log_rejects_access(''a0000000-0000-4000-8000-00000000000d'', %L)', p_user))
$$;
create function pg_temp.give(p_who text, p_user uuid, p_may text default 'true') returns text language sql as $$
  select cast_.run(p_who, format('select public.set_member_export(%L, %L, %s)',
    'a0000000-0000-4000-8000-000000000000', p_user, p_may))
$$;
select 'SL139 exporting rejected rows takes a permission that an owner gives' as no_rows,
  'SL111 org not found, or your role does not allow this: it takes owner' as refused \gset

select is(pg_temp.export(who), answer, format('%s exports a person: %s', who, answer))
from (values ('admin', 'SL425'), ('broker', 'SL425'), ('viewer', 'SL425'),
  ('rival', 'SL425')) x (who, answer);
select matches(pg_temp.export('owner'), '^\{', 'an owner exports a person');
select is(pg_temp.rejects(:'owner'), 'rows 1', 'an owner exports rejected rows');
select is(pg_temp.rejects(:'admin'), :'no_rows', 'an admin does not');
select is(pg_temp.rejects(null), 'rows 1', 'the source that sent them does');
select is(cast_.ask('admin', format('select may ->> ''export'' from public.desk_lead(%L, %L)', :org,
  cast_.lead('a1'))), 'false', 'the desk shows an admin no export');

-- Who gives it.
select is(pg_temp.give(who, :'admin'), :'refused', who || ' gives no right to export')
from unnest('{admin,broker,viewer,stranger,rival}'::text[]) who;
select is(cast_.run('admin', 'update public.members set may_export = true where true'),
  '42501 permission denied for table members', 'nor does an admin by a direct write');
select is(pg_temp.give('owner', :'broker'), 'SL115 admin not found', 'a broker cannot be given it');
select is(pg_temp.give('owner', :'admin'), 'rows 1', 'an owner gives it to an admin');
select matches(pg_temp.export('admin'), '^\{', 'then the admin exports a person');
select is(pg_temp.rejects(:'admin'), 'rows 1', 'and rejected rows');
select is(cast_.ask('admin', format('select may ->> ''export'' from public.desk_lead(%L, %L)', :org,
  cast_.lead('a1'))), 'true', 'and the desk shows it');
select is((select e.detail ->> 'may_export' from private.audit_events e where e.action = 'member.changed'
  order by e.id desc limit 1), '[false, true]', 'the audit log has the right that was given');
select is((select count(*) from private.audit_events e where e.action = 'reveal.granted'
  and e.detail ->> 'values' in ('person', 'rejects') and e.user_id = :'admin'), 2::bigint, 'and each export');

-- It ends with the role, and when it is taken back.
select is(cast_.run('owner', format('select public.set_member_role(%L, %L, %L)', :org, :'admin', role)), 'rows 1',
  'the admin becomes a ' || role) from unnest('{viewer,admin}'::text[]) role;
select is(pg_temp.export('admin'), 'SL425', 'the right ends with the role');
select is(pg_temp.give('owner', :'admin'), 'rows 1', 'it is given again');
select is(pg_temp.give('owner', :'admin', 'false'), 'rows 1', 'and taken back');
select is(pg_temp.export('admin'), 'SL425', 'then the admin exports nothing');

select * from finish();
rollback;

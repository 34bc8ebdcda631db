-- A login of the same server without any grant, as n8n has one: what PostgreSQL gives to everybody.
begin;
\ir ../support/cast.sql
select no_plan();
create role sluice_test_guest nologin;

select is_empty($$
  select n.nspname from pg_namespace n
  where n.nspname in ('private', 'pgboss', 'vault', 'auth', 'cron')
    and has_schema_privilege('sluice_test_guest', n.oid, 'usage, create')
$$, 'it can use none of the schemas with data');
select is_empty($$
  select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'private', 'pgboss', 'vault', 'auth') and c.relkind in ('r', 'p', 'v', 'm')
    and has_any_column_privilege('sluice_test_guest', c.oid, 'select, insert, update, references')
$$, 'it reads and writes no table');
select is_empty($$
  select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('public', 'private') and has_function_privilege('sluice_test_guest', p.oid, 'execute')
$$, 'it calls no function of Sluice');
select is_empty($$
  select r, n.nspname from pg_namespace n, unnest('{sluice_test_guest,anon,authenticated,service_role,
    pipeline_writer}'::text[]) r
  where n.nspname in ('public', 'private', 'extensions') and has_schema_privilege(r, n.oid, 'create')
$$, 'nobody but the owner creates objects where others look for theirs');
select is_empty($$
  select m.roleid::regrole, m.member::regrole from pg_auth_members m
  where m.roleid = 'pipeline_writer'::regrole and m.member not in (
    select c.relowner from pg_class c where c.oid = 'public.leads'::regclass)
    and not (select r.rolsuper from pg_roles r where r.oid = m.member)
$$, 'only the owner''s login becomes the pipeline');

select * from finish();
rollback;

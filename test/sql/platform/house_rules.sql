-- The house rules for SQL, asked of the catalogue: each query lists what breaks the rule.
begin;
select plan(21);

create temp view ours as
  select c.oid, n.nspname as schema, c.relname as name, c.relkind as kind, c.relrowsecurity as rls,
    c.relpersistence = 'u' as scratch,
    format('%I.%I', n.nspname, c.relname) as label
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'private')
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e');

create temp view our_functions as
  select p.oid, n.nspname as schema, p.proname as name, p.prosecdef as definer, p.proconfig as config,
    l.lanname as language, p.prokind as kind, p.oid::regprocedure::text as label
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  join pg_language l on l.oid = p.prolang
  where n.nspname in ('public', 'private')
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e');

-- Sanity: rules about nothing would hold.
select cmp_ok((select count(*)::int from ours where kind = 'r'), '>', 10, 'there are tables to judge');
select cmp_ok((select count(*)::int from our_functions), '>', 10, 'there are functions to judge');

-- Tables ---------------------------------------------------------------------------------------

select is_empty($$ select label from ours where kind in ('r', 'p') and schema = 'public' and not rls $$,
  'every table of the exposed schema has row-level security');

select is_empty($$
  select o.label from ours o
  where o.kind in ('r', 'p', 'v', 'm') and coalesce(obj_description(o.oid, 'pg_class'), '') = ''
    and not exists (select from pg_inherits i where i.inhrelid = o.oid) $$,
  'every table and view has a comment');

select is_empty($$
  select o.label, a.attname from ours o join pg_attribute a on a.attrelid = o.oid
  where o.kind in ('r', 'p') and a.attnum > 0 and a.atttypid = 'timestamp'::regtype $$,
  'every point in time has a time zone');

select is_empty($$
  select o.label, a.attname from ours o join pg_attribute a on a.attrelid = o.oid
  where o.kind in ('r', 'p') and a.attnum > 0 and a.attname like '%\_at'
    and a.atttypid <> 'timestamptz'::regtype
    -- Holds fields as they stand in the file.
    and o.label <> 'private.stage_in' $$,
  'what is called _at is a timestamptz');

select is_empty($$
  select t.oid::regtype from pg_type t join pg_namespace n on n.oid = t.typnamespace
  where t.typtype = 'e' and n.nspname in ('public', 'private')
    and coalesce(obj_description(t.oid, 'pg_type'), '') = '' $$,
  'every enum has a comment');

select is_empty($$
  select o.label, k.conname from ours o join pg_constraint k on k.conrelid = o.oid
  where k.contype = 'c' and k.conname ~ '_check\d*$' and k.conislocal $$,
  'checks are named as sentences, not by Postgres');

select is_empty($$
  select o.label from ours o
  join pg_attribute a on a.attrelid = o.oid and a.attname = 'org_id' and not a.attisdropped
  where o.kind in ('r', 'p') and o.schema = 'public' and not o.scratch
    and not exists (select from pg_index i where i.indrelid = o.oid and i.indkey[0] = a.attnum) $$,
  'every tenant''s table has an index that org_id leads');

-- Foreign keys ---------------------------------------------------------------------------------

select is_empty($$
  select o.label, k.conname from ours o join pg_constraint k on k.conrelid = o.oid
  where k.contype = 'f' and k.conparentid = 0 and not exists (
    select from pg_index i
    where i.indrelid = k.conrelid and i.indnkeyatts >= cardinality(k.conkey)
      and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey) $$,
  'every foreign key has an index');

select is_empty($$
  select o.label, k.conname from ours o join pg_constraint k on k.conrelid = o.oid
  where k.contype = 'f' and k.confdeltype = 'a' $$,
  'every foreign key says what a delete does');

-- Functions and triggers -----------------------------------------------------------------------

-- A SET clause keeps a SQL function from being inlined: those that run once a row go without, in
-- the schema that is not exposed, as the caller, with qualified names. The checks of the gate, which
-- write nothing, run below gate_evaluate, which sets it: thirty settings a decision would cost more
-- than deciding.
select is_empty($$
  select label from our_functions f
  where not exists (select from unnest(f.config) c where c like 'search_path=%')
    and not (f.schema = 'private' and f.language = 'sql' and not f.definer)
    and not (f.schema = 'private' and not f.definer and f.label like '%gate\_%'
      and (select p.provolatile from pg_proc p where p.oid = f.oid) <> 'v') $$,
  'every function that is neither inlined nor a check of the gate sets its search_path');

select is_empty($$
  select label from our_functions where coalesce(obj_description(oid, 'pg_proc'), '') = '' $$,
  'every function has a comment');

select is_empty($$
  select label from our_functions f
  where f.definer and obj_description(f.oid, 'pg_proc') !~* 'definer' $$,
  'every security definer function says why in its comment');

select is_empty($$
  select o.label, t.tgname from ours o join pg_trigger t on t.tgrelid = o.oid
  where not t.tgisinternal and t.tgname !~ '^_\d{3}_' and t.tgparentid = 0 $$,
  'triggers are named by firing order');

select is_empty($$
  select f.label from our_functions f join pg_proc p on p.oid = f.oid
  where p.prorettype <> 'trigger'::regtype
    and (has_function_privilege('anon', f.oid, 'execute')
      and has_schema_privilege('anon', f.schema, 'usage')) $$,
  'anon may execute nothing');

-- Policies and rights --------------------------------------------------------------------------

select is_empty($$
  select p.polrelid::regclass, p.polname from pg_policy p join ours o on o.oid = p.polrelid
  where p.polcmd = '*' $$,
  'every policy is about one command');

select is_empty($$
  select p.polrelid::regclass, p.polname from pg_policy p join ours o on o.oid = p.polrelid
  where p.polroles = array[0::oid] $$,
  'every policy names its roles');

select is_empty($$
  select p.polrelid::regclass, p.polname from pg_policy p join ours o on o.oid = p.polrelid
  where p.polname !~ (case p.polcmd
    when 'r' then '^select_' when 'a' then '^insert_' when 'w' then '^update_' else '^delete_' end) $$,
  'policies are named <command>_<who>');

select is_empty($$
  select o.label, r.role from ours o
  cross join (values ('anon')) as r (role)
  where o.kind in ('r', 'p', 'v', 'm')
    and has_schema_privilege(r.role, o.schema, 'usage')
    and has_table_privilege(r.role, o.oid, 'select, insert, update, delete') $$,
  'anon may touch no table');

select is_empty($$
  select o.label, r.role from ours o
  cross join (values ('anon'), ('authenticated')) as r (role)
  where o.kind = 'm' and has_table_privilege(r.role, o.oid, 'select') $$,
  'materialized views, which no policy guards, are not exposed');

select * from finish();
rollback;

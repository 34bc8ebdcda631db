begin;
set local search_path = public, extensions;
select no_plan();

create temporary view ours as
select c.oid, c.oid::regclass::text as name, c.relname, c.relkind, n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'private')
  and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e');
create temporary view our_functions as
select p.*, p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('public', 'private')
  and not exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e');

select is_empty($$ select name from ours where relkind in ('r', 'p', 'v', 'm') and obj_description(oid, 'pg_class') is null
  and not exists (select from pg_inherits i where i.inhrelid = ours.oid) $$, 'every table and view has a comment');
select is_empty($$ select name from our_functions where obj_description(oid, 'pg_proc') is null $$, 'every function has a comment');
select is_empty($$ select t.typname from pg_type t join pg_namespace n on n.oid = t.typnamespace
  where n.nspname in ('public', 'private') and t.typtype = 'e' and obj_description(t.oid, 'pg_type') is null $$, 'every enum has a comment');

-- A function without a fixed search path is plain SQL that is to be inlined, or a check below gate_evaluate.
select is_empty($$ select name from our_functions f join pg_language l on l.oid = f.prolang
  where not exists (select from unnest(f.proconfig) c where c like 'search_path=%') and l.lanname <> 'sql'
    and not (f.proname like 'gate\_%' and f.pronamespace = 'private'::regnamespace and not f.prosecdef and f.provolatile <> 'v') $$, 'every other function has a fixed search path');
select is_empty($$ select name, c from our_functions f cross join unnest(f.proconfig) c
  where c like 'search_path=%' and c not in ('search_path=""', 'search_path=pg_temp, private') $$, 'the search path is empty, or that of the resolver');

select is_empty($$ select c.conrelid::regclass, c.conname from pg_constraint c join ours o on o.oid = c.conrelid where c.contype = 'f' and c.confdeltype = 'a' and c.conparentid = 0 $$,
  'every foreign key says what it does on delete');
select is_empty($$ select c.conrelid::regclass, c.conname from pg_constraint c join ours o on o.oid = c.conrelid
  where c.contype = 'f' and not exists (select from pg_index i where i.indrelid = c.conrelid
    -- The leading columns of an index, in any order, are those of the key.
    and (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] operator(pg_catalog.@>) c.conkey) $$, 'every foreign key has an index');
-- Scratch (unlogged) is reached by part.
select is_empty($$ select o.name from ours o where o.nspname = 'public' and o.relkind in ('r', 'p')
  and (select c.relpersistence from pg_class c where c.oid = o.oid) = 'p'
  and exists (select from pg_attribute a where a.attrelid = o.oid and a.attname = 'org_id' and not a.attisdropped)
  and not exists (select from pg_index i join pg_attribute a on a.attrelid = o.oid and a.attnum = i.indkey[0] where i.indrelid = o.oid and a.attname = 'org_id') $$,
  'every table with tenants has an index that org_id leads');

select is_empty($$ select t.tgrelid::regclass, t.tgname from pg_trigger t join ours o on o.oid = t.tgrelid where not t.tgisinternal and t.tgname !~ '^_[0-9]{3}_[a-z_]+$' $$,
  'triggers are named by firing order and task');
select is_empty($$ select tablename, policyname from pg_policies where schemaname in ('public', 'private') and policyname !~ ('^' || lower(cmd) || '_[a-z]+$') $$,
  'policies are named by command and who');
select is_empty($$ select o.name, a.attname from ours o join pg_attribute a on a.attrelid = o.oid where o.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
  and a.atttypid = 'timestamp'::regtype $$, 'times have a zone');
select is_empty($$ select c.conrelid::regclass, c.conname from pg_constraint c join ours o on o.oid = c.conrelid
  where c.contype = 'c' and c.conname ~ '_check[0-9]*$' and c.conparentid = 0 $$, 'checks are sentences, not generated names');

select * from finish();
rollback;

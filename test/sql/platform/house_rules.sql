-- The house rules for SQL that the catalogue can answer: each query lists what breaks the rule.
begin;
set local search_path = public, extensions;
select plan(25);

create temporary view ours as
  select c.oid, n.nspname as schema, c.relname as name, c.relkind as kind, c.relrowsecurity as rls,
    c.relpersistence = 'u' as unlogged,
    format('%I.%I', n.nspname, c.relname) as label
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'private')
    and not exists (
      select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e');

create temporary view our_functions as
  select p.oid, n.nspname as schema, p.proname as name, p.prosecdef as definer, p.proconfig as config,
    p.provolatile as volatility, l.lanname as language, p.prokind as kind, p.oid::regprocedure::text as label
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  join pg_language l on l.oid = p.prolang
  where n.nspname in ('public', 'private')
    and not exists (
      select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e');

-- A check of the checks: a rule about an empty list always passes.
select cmp_ok((select count(*)::int from ours where kind = 'r'), '>', 10, 'the catalogue lists our tables');
select cmp_ok((select count(*)::int from our_functions), '>', 10, 'the catalogue lists our functions');

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
  where o.kind in ('r', 'p') and a.attnum > 0 and not a.attisdropped and a.atttypid = 'timestamp'::regtype $$,
  'every timestamp column has a time zone');

select is_empty($$
  select o.label, a.attname from ours o join pg_attribute a on a.attrelid = o.oid
  where o.kind in ('r', 'p') and a.attnum > 0 and a.attname like '%\_at'
    and a.atttypid <> 'timestamptz'::regtype
    -- Its columns hold the raw text of the file.
    and o.label <> 'private.stage_in' $$,
  'every column named _at is a timestamptz');

select is_empty($$
  select t.oid::regtype from pg_type t join pg_namespace n on n.oid = t.typnamespace
  where t.typtype = 'e' and n.nspname in ('public', 'private')
    and coalesce(obj_description(t.oid, 'pg_type'), '') = '' $$,
  'every enum has a comment');

select is_empty($$
  select o.label, k.conname from ours o join pg_constraint k on k.conrelid = o.oid
  where k.contype = 'c' and k.conname ~ '_check\d*$' $$,
  'check constraints have names that are sentences, not generated ones');

select is_empty($$
  select o.label from ours o
  join pg_attribute a on a.attrelid = o.oid and a.attname = 'org_id' and not a.attisdropped
  where o.kind in ('r', 'p') and o.schema = 'public' and not o.unlogged
    and not exists (select from pg_index i where i.indrelid = o.oid and i.indkey[0] = a.attnum) $$,
  'every table with an org_id has an index that starts with it');

-- Foreign keys ---------------------------------------------------------------------------------

select is_empty($$
  select o.label, k.conname from ours o join pg_constraint k on k.conrelid = o.oid
  where k.contype = 'f' and not exists (
    -- The leading columns of an index, in any order, are those of the key.
    select from pg_index i
    where i.indrelid = k.conrelid and i.indnkeyatts >= cardinality(k.conkey)
      and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] operator(pg_catalog.@>) k.conkey) $$,
  'every foreign key has an index');

select is_empty($$
  select o.label, k.conname from ours o join pg_constraint k on k.conrelid = o.oid
  where k.contype = 'f' and k.confdeltype = 'a' and k.conparentid = 0 $$,
  'every foreign key has an on delete clause');

select is_empty($$
  select o.label, k.conname from ours o join pg_constraint k on k.conrelid = o.oid
  join pg_attribute a on a.attrelid = k.conrelid and a.attname = 'org_id' and not a.attisdropped
  join pg_attribute b on b.attrelid = k.confrelid and b.attname = 'org_id' and not b.attisdropped
  where k.contype = 'f' and k.conparentid = 0 and a.attnum <> all (k.conkey)
  $$,
  'every foreign key between tables with an org_id includes it');

-- Functions and triggers -----------------------------------------------------------------------

-- A SET clause prevents the inlining of an SQL function. Functions that run once per row therefore have none, but
-- are private, security invoker and fully qualified. The checks of the gate write nothing and run below
-- gate_evaluate, which sets the search path: thirty settings per decision would cost more than deciding. Staging calls
-- some functions for each value of a list; they are private, invoker and write nothing, too.
select is_empty($$
  select label from our_functions f
  where not exists (select from unnest(f.config) c where c like 'search_path=%')
    and not (f.schema = 'private' and f.language = 'sql' and not f.definer)
    and not (f.schema = 'private' and not f.definer and f.volatility <> 'v' and (f.name like 'gate\_%' or f.name in (
      'read_phone', 'normalise_phone', 'read_email', 'normalise_email', 'normalise_apn', 'normalise_mak',
      'parcel_segments', 'parse_address', 'mask_attributes'))) $$,
  'every function sets its search_path, except inlined ones, checks of the gate, and what staging calls per value');

select is_empty($$
  select f.label, c from our_functions f cross join unnest(f.config) c
  where c like 'search_path=%' and c not in ('search_path=""', 'search_path=pg_temp, private') $$,
  'the search_path is empty, or pg_temp and private for functions that use working tables');

select is_empty($$
  select label from our_functions where coalesce(obj_description(oid, 'pg_proc'), '') = '' $$,
  'every function has a comment');

select is_empty($$
  select label from our_functions f
  where f.definer and obj_description(f.oid, 'pg_proc') !~* 'definer' $$,
  'the comment of every security definer function says why');

select is_empty($$
  select o.label, t.tgname from ours o join pg_trigger t on t.tgrelid = o.oid
  where not t.tgisinternal and t.tgname !~ '^_[0-9]{3}_[a-z_]+$' $$,
  'triggers are named by firing order and task');

select is_empty($$
  select f.label from our_functions f join pg_proc p on p.oid = f.oid
  where p.prorettype <> 'trigger'::regtype
    and (has_function_privilege('anon', f.oid, 'execute')
      and has_schema_privilege('anon', f.schema, 'usage')) $$,
  'anon may execute no function');

-- Policies and rights --------------------------------------------------------------------------

select is_empty($$
  select p.polrelid::regclass, p.polname from pg_policy p join ours o on o.oid = p.polrelid
  where p.polcmd = '*' $$,
  'every policy applies to one command');

select is_empty($$
  select p.polrelid::regclass, p.polname from pg_policy p join ours o on o.oid = p.polrelid
  where p.polroles = array[0::oid] $$,
  'every policy names its roles');

select is_empty($$
  select p.tablename, p.policyname from pg_policies p
  where p.schemaname in ('public', 'private') and p.policyname !~ ('^' || lower(p.cmd) || '_[a-z]+$') $$,
  'policies are named <command>_<role>');

-- Previews and outlooks answer questions about a time and store nothing (gate/previews_store_nothing.sql). Of calls
-- and tasks, the time is what happened or is due, checked against the clock (inbound/hand_calls_are_recorded_once…);
-- likewise of what a person asked for (desk/permission_is_recorded_by_those_who_act_for_the_lead).
-- Of dead letters, it chooses among them.
select is_empty($$
  select f.label from our_functions f join pg_proc p on p.oid = f.oid
  where f.schema = 'public' and f.volatility = 'v' and has_function_privilege('authenticated', f.oid, 'execute')
    and p.proargtypes::oid[] && array['timestamptz'::regtype, 'timestamp'::regtype]::oid[]
    and f.name not in ('gate_preview', 'contact_outlook', 'my_day', 'record_call', 'create_task', 'snooze_task',
      'stop_contact',
      'replay_dead_letters', 'discard_dead_letters')
    and p.prosrc !~ '\nbegin\s+p_as_of := private\.caller_clock\(p_as_of\);' $$,
  'functions that members may call take the time only from the service');

select is_empty($$
  select o.label, a.attname from ours o join pg_attribute a on a.attrelid = o.oid
  where o.kind in ('r', 'p') and a.attnum > 0 and a.atttypid = 'timestamptz'::regtype
    and (has_column_privilege('authenticated', o.oid, a.attnum, 'insert')
      or has_column_privilege('authenticated', o.oid, a.attnum, 'update'))
    and not exists (
      select from pg_trigger t
      where t.tgrelid = o.oid and t.tgfoid = 'private.member_clock'::regproc
        and a.attname = any (string_to_array(encode(t.tgargs, 'escape'), '\000'))) $$,
  'times that members may write are set to the real time');

select is_empty($$
  select o.label, r.role from ours o
  cross join (values ('anon')) as r (role)
  where o.kind in ('r', 'p', 'v', 'm')
    and has_schema_privilege(r.role, o.schema, 'usage')
    and has_table_privilege(r.role, o.oid, 'select, insert, update, delete') $$,
  'anon has no rights on any table');

select is_empty($$
  select o.label, r.role from ours o
  cross join (values ('anon'), ('authenticated')) as r (role)
  where o.kind = 'm' and has_table_privilege(r.role, o.oid, 'select') $$,
  'materialized views, which policies cannot protect, are not exposed');

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
select no_plan();

-- Rules over the catalogue, so that they cover new tables and functions automatically.
select is_empty($$
  select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'private') and c.relkind in ('r', 'p') and not c.relrowsecurity
$$, 'every table in public and private has row-level security');

select is_empty($$
  select c.oid::regclass, a.privilege_type
  from pg_class c join pg_namespace n on n.oid = c.relnamespace cross join lateral aclexplode(c.relacl) a
  where n.nspname in ('public', 'private') and a.grantee in (0, 'anon'::regrole)
  union all
  select a.attrelid::regclass, x.privilege_type
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  cross join lateral aclexplode(a.attacl) x
  where n.nspname in ('public', 'private') and x.grantee in (0, 'anon'::regrole)
$$, 'anon and PUBLIC have no right to any table or column');

select is_empty($$
  select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('public', 'private')
    and (has_function_privilege('anon', p.oid, 'execute')
      or exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0))
$$, 'anon and PUBLIC may execute no function');

select is_empty($$
  select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'private' and c.relkind in ('r', 'p', 'm')
    and has_any_column_privilege('authenticated', c.oid, 'select, insert, update, references')
    -- Ids only, of the caller's orgs, by policy: the tables that members read are in public and use the policies of
    -- leads, and the log of reads is read through public.reveal_log.
    and c.oid not in ('private.nominated_leads'::regclass, 'private.pii_access_log'::regclass)
$$, 'members have no rights on tables in private');

select is_empty($$
  select p.oid::regproc from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname = 'private' and has_function_privilege('authenticated', p.oid, 'execute')
    and (p.proname ~ '(crypt|_key$|secret|blind)'
      or p.prosecdef and p.proname not in ('my_org_ids', 'my_broker_ids', 'sees_lead', 'sees_record_of',
        'hears_desk',
        -- Ids of the caller's own leads' tasks and inbox; tested by desk/own_work_is_found_for_its_broker_alone.
        'own_task_ids', 'own_inbox_items',
        -- Of the policies of storage.objects.
        'sees_deal_file', 'works_deal_file'))
$$, 'members run with the owner''s rights only functions of policies and of own lists, never one that decrypts');

select is_empty($$
  select n.nspname from pg_namespace n
  where n.nspname not in ('public', 'private', 'extensions', 'auth', 'pg_catalog', 'information_schema', 'cast_')
    and n.nspname not like 'pg\_%' and n.nspname not in ('vault', 'net', 'cron', 'storage', 'realtime', 'graphql',
      'graphql_public')
    and (has_schema_privilege('anon', n.oid, 'usage') or has_schema_privilege('authenticated', n.oid, 'usage'))
$$, 'members and anon have usage on none of our schemas but public and private');
select ok(not has_schema_privilege('anon', 'private', 'usage'), 'anon has no usage on private');

select is_empty($$
  select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'private') and c.relkind in ('v', 'm')
    and has_any_column_privilege('authenticated', c.oid, 'select')
    and not coalesce(c.reloptions @> array['security_invoker=true'], false)
    and (c.relkind = 'm' or not exists (select from pg_depend d join pg_rewrite r on r.oid = d.objid
      where r.ev_class = c.oid and d.refobjid = 'private.my_org_ids(public.member_role[])'::regprocedure))
$$, 'a view that members read uses their rights, or enforces membership itself');

select is_empty($$
  select p.tablename, p.policyname from pg_policies p
  where p.schemaname in ('public', 'private') and (p.roles && array['public', 'anon']::name[] or p.cmd = 'ALL')
$$, 'every policy applies to one command and names its roles');

select is_empty($$
  select p.tablename, p.policyname from pg_policies p
  where p.schemaname = 'public' and 'authenticated' = any (p.roles) and p.tablename <> 'verification_code_map'
    and concat(p.qual, p.with_check) !~ '(my_org_ids|sees_lead|sees_record_of)'
    and exists (select from pg_attribute a where a.attrelid = format('public.%I', p.tablename)::regclass
      and a.attname = 'org_id')
$$, 'every policy for members of a table with org_id checks membership');

select is_empty($$
  select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('public', 'private') and p.prosecdef
    and not exists (select from unnest(p.proconfig) c where c like 'search_path=%')
$$, 'every security definer function has a fixed search path');

select is_empty($$
  select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('public', 'private') and p.prosecdef and p.prorettype <> 'trigger'::regtype
    and coalesce(obj_description(p.oid, 'pg_proc'), '') !~ 'efiner:|ecurity definer:'
    and p.proname not in ('my_org_ids', 'my_broker_ids', 'add_org_key', 'active_key_id', 'blind_key',
      'store_part_chunk', 'read_part_chunk')
$$, 'every security definer function has a reason in its comment');

select is_empty($$
  select p.oid::regprocedure from pg_proc p
  where p.oid in ('private.wrapping_key()'::regprocedure,
    'private.add_org_key(uuid, private.key_purpose)'::regprocedure)
    and (has_function_privilege('pipeline_writer', p.oid, 'execute')
      or has_function_privilege('service_role', p.oid, 'execute'))
$$, 'neither the writer nor the service can read the wrapping key or create keys');

-- The writer has the rights it needs and no others.
select is_empty($$
  select t, x from unnest(array['orgs', 'members', 'brokers', 'sources', 'lead_changes', 'verification_code_map']) t,
    unnest(array['insert', 'delete', 'truncate']) x
  where has_table_privilege('pipeline_writer', 'public.' || t, x)
$$, 'the writer cannot create or delete tenants, people, sources, history or result codes');
select is_empty($$
  select t from unnest(array['private.org_keys', 'private.source_secrets', 'private.pii_access_log']) t
  where has_any_column_privilege('pipeline_writer', t, 'select, insert, update')
    or has_any_column_privilege('service_role', t, 'select, insert, update')
$$, 'only the owner has rights on keys, secrets and the access log');
select ok(has_table_privilege('pipeline_writer', 'public.leads', 'select, insert, update, delete'),
  'the writer writes leads');
select ok(not (select rolbypassrls or rolsuper or rolcanlogin from pg_roles where rolname = 'pipeline_writer'),
  'the writer is an ordinary role without login');

-- A table without explicit grants is closed.
select set_config('role', (select relowner::regrole::text from pg_class where oid = 'public.leads'::regclass),
  true) \g /dev/null
create table public.forgotten (x integer);
create function public.forgotten() returns integer language sql as 'select 1';
reset role;
select is(cast_.run(who, 'select * from public.forgotten'), '42501 permission denied for table forgotten',
  who || ' may not read a table without grants')
from unnest(array['anon', 'owner', 'pipeline_writer']) who;
select is(cast_.run(who, 'select public.forgotten()'), '42501 permission denied for function forgotten',
  who || ' may not call a function without grants')
from unnest(array['anon', 'owner', 'pipeline_writer']) who;

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

-- A pack of the test, as one in sql/80 to 89 would be.
insert into public.packs (name, meaning) values ('trial', 'a pack of this test');
insert into public.pack_parts (pack, kind, name) values ('trial', 'table', 'public.trials');
create table public.trials (org_id uuid not null, id integer not null, primary key (org_id, id));
create trigger _010_require_pack before insert or update on public.trials
  for each row execute function private.tg_require_pack('trial');
alter table public.trials enable row level security;
grant select on public.trials to authenticated;
create policy select_members on public.trials for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and org_id = any ((select private.orgs_with_pack('trial'))::uuid[]));

create function cast_.switch(p_who text, p_on boolean, p_pack text default 'trial') returns text language sql as $$
  select cast_.ask(p_who, format('select public.switch_pack(%L, %L, %L)', cast_.org(), p_pack, p_on))
$$;
create function cast_.add(p_id integer) returns text language sql as $$
  select cast_.run('project_owner', format('insert into public.trials values (%L, %s)', cast_.org(), p_id))
$$;

select is(cast_.add(1), 'SL141 the pack trial is off', 'nothing is written while the pack is off');
select is(cast_.switch(who, true), 'SL111 org not found, or your role does not allow this: it takes owner',
  who || ' may not switch a pack on')
from unnest(array['admin', 'broker', 'viewer', 'rival', 'stranger']) who;
select is(cast_.switch('owner', true, 'nothing'), 'SL140 no pack has the name nothing', 'an unknown pack is refused');
select is(cast_.switch('owner', true), 'true', 'an owner switches it on');
select is(cast_.switch('owner', true), 'false', 'a second time changes nothing');
select is(cast_.add(1), 'rows 1', 'what was refused is written now');
select is(cast_.run('viewer', 'select from public.trials'), 'rows 1', 'members see it');
select is(cast_.run('rival', 'select from public.trials'), 'rows 0', 'members of another org do not');
select is(cast_.ask('viewer', format('select switched_on_at is not null from public.list_packs(%L) where name = %L',
  cast_.org(), 'trial')), 'true', 'members see which packs are on');
select is(cast_.ask('rival', format('select count(*) from public.list_packs(%L)', cast_.org())),
  'SL111 org not found, or your role does not allow this: it takes owner or admin or broker or viewer',
  'those of another org do not');

select is(cast_.switch('owner', false), 'true', 'an owner switches it off');
select is(cast_.run('viewer', 'select from public.trials'), 'rows 0', 'what was stored is hidden');
select is(cast_.run('project_owner', 'update public.trials set id = 2'), 'SL141 the pack trial is off',
  'a row that is there cannot be changed');
select is(cast_.run('project_owner', 'delete from public.trials'), 'rows 1', 'and can be deleted');
select results_eq($$ select e.action, e.subject_id from private.audit_events e where e.subject = 'pack'
  order by e.id $$,
  $$ values ('pack.created', 'trial'), ('pack.removed', 'trial') $$, 'the audit log has both switches');

-- House rules of packs.
create temporary view pack_tables as
select p.pack, p.name, p.name::regclass as oid from public.pack_parts p where p.kind = 'table'
  and exists (select from pg_attribute a where a.attrelid = p.name::regclass and a.attname = 'org_id');
create temporary view open_tables as
select t.name from pack_tables t
where not exists (select from pg_trigger g where g.tgrelid = t.oid and g.tgname = '_010_require_pack'
    and g.tgfoid = 'private.tg_require_pack'::regproc and g.tgtype & 1 = 1 and g.tgtype & 2 = 2
    and g.tgtype & 4 = 4 and g.tgtype & 16 = 16 and encode(g.tgargs, 'escape') = t.pack || '\000')
  or exists (select from pg_policies p where format('%I.%I', p.schemaname, p.tablename) = t.name
    and 'authenticated' = any (p.roles) and concat(p.qual, p.with_check) !~ format('orgs_with_pack\(''%s''', t.pack));
select cmp_ok((select count(*)::integer from pack_tables), '>', 3, 'packs have tables');
select is_empty($$ select * from open_tables $$, 'every table of a pack refuses and hides while the pack is off');
create policy select_all on public.trials for select to authenticated using (true);
select results_eq($$ select * from open_tables $$, $$ values ('public.trials') $$, 'an open policy is found');

select * from finish();
rollback;

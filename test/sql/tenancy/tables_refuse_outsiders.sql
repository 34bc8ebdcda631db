-- The tenant matrix of tables and views, from the catalogue, also for those of later releases: nobody outside of org A
-- reads, changes, deletes or adds its rows, and what has no org is on a list.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/reveal.sql
\ir ../support/markers.sql
select no_plan();
\ir ../support/a_known_person.sql

create view pg_temp.relations as
select c.oid, format('%I.%I', n.nspname, c.relname) as name, c.relkind as kind,
  exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped)
    or c.oid = 'public.orgs'::regclass as of_org,
  case when c.oid = 'public.orgs'::regclass then 'id' else 'org_id' end as org_column
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'private') and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and has_schema_privilege('authenticated', n.oid, 'usage');
create function pg_temp.columns(p_relation oid, p_right text) returns text language sql stable as $$
  select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a
  where a.attrelid = p_relation and a.attnum > 0 and not a.attisdropped and a.attidentity <> 'a'
    and a.attgenerated = ''
    and has_column_privilege('authenticated', p_relation, a.attnum, p_right)
$$;

-- What outsiders try, and what must not be the answer: rows.
create function pg_temp.attempts(p_who text) returns table (attempt text, answer text) language plpgsql as $$
declare
  r record;
  v_row jsonb;
begin
  for r in select x.*, pg_temp.columns(x.oid, 'select') as reads, pg_temp.columns(x.oid, 'update') as updates,
      pg_temp.columns(x.oid, 'insert') as inserts, has_table_privilege('authenticated', x.oid, 'delete') as deletes,
      has_column_privilege('authenticated', x.oid, x.org_column, 'select') as names_org
    from pg_temp.relations x where x.of_org order by x.name
  loop
    if r.reads is not null then
      attempt := 'select ' || r.name;
      answer := cast_.run(p_who, format('select %s from %s', r.reads, r.name)
        || case when r.names_org then format(' where %I = ''a0000000-0000-4000-8000-000000000000''', r.org_column)
          else '' end);
      return next;
    end if;
    if r.updates is not null then
      attempt := 'update ' || r.name;
      answer := cast_.run(p_who, format('update %s set %s = %2$s where %I = ''a0000000-0000-4000-8000-000000000000''',
        r.name, split_part(r.updates, ', ', 1), r.org_column));
      return next;
    end if;
    if r.deletes then
      attempt := 'delete ' || r.name;
      answer := cast_.run(p_who, format('delete from %s where %I = ''a0000000-0000-4000-8000-000000000000''', r.name,
        r.org_column));
      return next;
    end if;
    if r.inserts is not null then
      -- A row of org A, as it is there.
      execute format('select to_jsonb(t) from %s t where %I = %L limit 1', r.name, r.org_column, cast_.org())
        into v_row;
      attempt := 'insert ' || r.name;
      answer := cast_.run(p_who, format('insert into %1$s (%2$s) select %2$s
        from jsonb_populate_record(null::%1$s, %3$L)', r.name, r.inserts,
        coalesce(v_row, jsonb_build_object('org_id', cast_.org()))));
      return next;
    end if;
  end loop;
end
$$;
create temp table attempts as select 'owner' as who, a.* from pg_temp.attempts('owner') a;
select cmp_ok((select count(*) from attempts where attempt ~ ('^' || verb) and answer ~ '^rows [1-9]'), '>', least,
  format('the owner of org A may %s more than %s tables', verb, least))
from (values ('select', 35::bigint), ('update', 5), ('delete', 1)) x (verb, least);
select is_empty(format($$ select a.* from pg_temp.attempts(%L) a where a.answer ~ '^rows [1-9]' $$, who),
  who || ' reads, changes, deletes and adds no row of org A') from unnest('{rival,stranger,newcomer}'::text[]) who;
select is_empty($$ select a.* from pg_temp.attempts('anon') a where a.answer !~ '^42501 permission denied' $$,
  'without a session everything is refused');
savepoint members;
delete from public.members where user_id in (select user_id from cast_.people where who in ('admin', 'broker'));
select is_empty(format($$ select a.* from pg_temp.attempts(%L) a where a.answer ~ '^rows [1-9]' $$, who),
  'nor does a removed ' || who) from unnest('{admin,broker}'::text[]) who;
rollback to members;

-- Tables without an org that members read or write, beside those of packs, which their manifests list.
select is((select string_agg(r.name, ' ' order by r.name) from pg_temp.relations r where not r.of_org
  and r.name not in (select p.name from public.pack_parts p where p.kind = 'table')
  and concat(pg_temp.columns(r.oid, 'select'), pg_temp.columns(r.oid, 'update'), pg_temp.columns(r.oid, 'insert'))
    <> ''), 'public.area_code_zones public.calling_laws public.calling_windows public.data_terms '
  'public.decision_rules public.emergencies public.enrichment_kinds public.gate_rules public.holiday_dates '
  'public.holidays '
  'public.mapping_targets public.pack_parts public.packs public.provider_terms public.rule_sets '
  'public.score_activities public.score_exclusions '
  'public.score_fields public.state_rules public.us_counties public.us_states public.verification_code_map '
  'public.zip_counties public.zip_zones', 'what has no org is published data, on this list');

-- The matrix finds what is not protected.
create table public.forgotten (org_id uuid, note text);
insert into public.forgotten values (cast_.org(), 'secret');
create view public.forgotten_view as select org_id, owner_1_last from public.leads;
grant select, insert, update, delete on public.forgotten to authenticated;
grant select on public.forgotten_view to authenticated;
select results_eq($$ select a.attempt from pg_temp.attempts('rival') a where a.answer ~ '^rows [1-9]'
    order by a.attempt collate "C" $$,
  $$ values ('delete public.forgotten'), ('insert public.forgotten'), ('select public.forgotten'),
    ('select public.forgotten_view'), ('update public.forgotten') $$,
  'a table without policies and a view with the rights of its owner are found');

select * from finish();
rollback;

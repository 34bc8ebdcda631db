begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/reveal.sql
\ir ../support/markers.sql
select no_plan();
\set person 'quillmarker|213\\D{0,3}555\\D{0,2}0177'
\ir ../support/a_known_person.sql

-- Staging rows of an upload that is still being processed.
select set_config('role', 'pipeline_writer', true) \g /dev/null
select a.part_id as waiting from private.accept_part('a0000000-0000-4000-8000-00000000005c', 'msg_waiting',
  extensions.digest('waiting', 'sha256'), 40, null, null, 1, 1, false, 'list.csv', gen_random_uuid()) a \gset
update public.upload_parts set state = 'staging' where id = :'waiting';
select private.open_stage() \g /dev/null
delete from pg_temp.stage_in where true;
insert into pg_temp.stage_in (line_no, street, city, state, zip, owner_1_last, phones, raw) values
  (2, '79 Main St', 'Los Angeles', 'CA', '90001', 'Quillmarker', '[{"v": "(213) 555-0177"}]', '["Quillmarker"]');
select private.stage_rows(:'waiting') \g /dev/null
-- As if it were resolved in slices.
insert into private.resolve_plan (upload_id, row_no, part_id, line_number, kind, owner, component)
select p.upload_id, 2, p.id, 2, 2, 'QUILLMARKER', 2 from public.upload_parts p where p.id = :'waiting';
reset role;
insert into private.resolve_plan (upload_id, row_no, part_id, line_number, kind, component, component_size,
  owner)
select p.upload_id, 1, p.id, 2, 1, 1, 1, 'Quillmarker' from public.upload_parts p where p.id = :'waiting';

create function pg_temp.tables_of(p_org uuid) returns setof text language plpgsql as $$
declare
  t record;
  v_found boolean;
begin
  for t in
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('public', 'private')
      and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id')
  loop
    execute format('select exists (select from %s t where t.org_id = $1)', t.name) into v_found using p_org;
    if v_found then
      return next t.name;
    end if;
  end loop;
end
$$;
create temp table of_rival as select t from pg_temp.tables_of('b0000000-0000-4000-8000-000000000000') t;
select cmp_ok((select count(*) from pg_temp.tables_of(cast_.org())), '>', 40::bigint,
  'the org has rows in many tables');
select results_eq($$ select t from cast_.tables_with('quillmarker') t where t ~ '(staging|plan)' order by 1 $$,
  $$ values ('private.leads_staging_raw (encrypted)'), ('private.resolve_plan'), ('public.leads_staging') $$,
  'the person is in staging rows and plans, too');

select lives_ok(format('delete from public.orgs where id = %L', cast_.org()), 'an org is deleted, whatever it has');
-- The output of a failed job: it quotes what it failed on, knows no org, and is deleted by the queue within a day.
select results_eq(format($$ select t from cast_.tables_with(%L) t $$, :'person'), $$ values ('pgboss.job_common') $$,
  'no value of its people is left in the database');
select results_eq(format($$ select t from pg_temp.tables_of(%L) t order by 1 $$, cast_.org()),
  $$ values ('private.pii_access_log'), ('public.gate_decisions') $$,
  'its decisions and the log of reads stay, which hold ids and keyed hashes');
select is_empty(format($$ select 1 from private.leads_staging_contacts where part_id = %L $$, :'waiting'),
  'its staging contacts are gone');
select is_empty(format($$ select 1 from private.leads_staging_raw where part_id = %L $$, :'waiting'),
  'and so are the original records');
select results_eq($$ select t from pg_temp.tables_of('b0000000-0000-4000-8000-000000000000') t order by 1 $$,
  $$ select t from of_rival order by 1 $$, 'another org keeps everything');
select is(cast_.revealed('rival', 'contacts', array[cast_.lead('b1')], 'value',
  p_org => 'b0000000-0000-4000-8000-000000000000'), '+12135550101', 'and can read its values');
select throws_ok('delete from public.lead_changes', 'SL002', null, 'the history is append-only as before');
select is(cast_.run(who, format('delete from public.orgs where id = %L', 'b0000000-0000-4000-8000-000000000000')),
  '42501 permission denied for table orgs', who || ' cannot delete an org')
from unnest('{rival,stranger,anon,pipeline_writer}'::text[]) who;

select * from finish();
rollback;

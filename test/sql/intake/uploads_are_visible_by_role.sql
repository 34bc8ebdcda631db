begin;
\ir ../support/cast.sql
select no_plan();

insert into public.upload_parts (id, org_id, upload_id, part, bytes, sha256, key_id)
select overlay(u.id::text placing '9a' from 35)::uuid, u.org_id, u.id, 1, 10,
  extensions.digest(u.id::text, 'sha256'), private.active_key_id(u.org_id, 'data') from public.uploads u;
insert into public.upload_rejects (org_id, upload_id, part, line, code, key_id, raw)
select u.org_id, u.id, 1, 2, 'no_identity', private.active_key_id(u.org_id, 'data'), '\x00' from public.uploads u;
insert into public.ingest_replay_guard (org_id, content_sha256, source_id, webhook_id, upload_id, part)
select u.org_id, extensions.digest(u.id::text, 'sha256'), u.source_id, 'msg_1', u.id, 1 from public.uploads u;
insert into public.leads_staging (org_id, part_id, upload_id, part, line_number)
select p.org_id, p.id, p.upload_id, 1, 2 from public.upload_parts p;

-- Uploads, parts and rejects are visible to the org's owners, admins and viewers, but not to its brokers or another
-- org.
select is(cast_.ask(who, format('select coalesce(string_agg(left(%I::text, 1), '' ''), ''none'') from public.%s', c,
  t)), answer, format('%s sees %s: %s', who, t, answer))
from (values ('uploads', 'id'), ('upload_parts', 'id'), ('upload_rejects', 'upload_id')) x (t, c)
cross join (values ('owner', 'a'), ('admin', 'a'), ('viewer', 'a'), ('broker', 'none'), ('rival', 'b'),
  ('stranger', 'none'), ('pipeline_writer', 'a b'),
  ('service_role', 'a b'), ('anon', '42501 permission denied for table ')) y (who, a)
cross join lateral (select case when who = 'anon' then a || t else a end) z (answer);
select is(cast_.run('owner', 'select raw from public.upload_rejects'),
  '42501 permission denied for table upload_rejects', 'the original row of a reject is hidden');
select is(cast_.run('owner', 'select code, line from public.upload_rejects'), 'rows 1',
  'the line and code of a reject are visible');

-- Staging rows and the replay guard are visible to the pipeline only.
select is(cast_.run(who, 'select * from public.' || t), '42501 permission denied for table ' || t,
  format('%s cannot read %s', who, t))
from unnest(array['leads_staging', 'ingest_replay_guard']) t, unnest(array['anon', 'broker', 'admin', 'owner']) who;
select is(cast_.run('pipeline_writer', 'select * from public.' || t), 'rows 2', 'the writer can read ' || t)
from unnest(array['leads_staging', 'ingest_replay_guard']) t;

-- Only the pipeline writes these tables.
select is(cast_.run('owner', format('update public.%s set org_id = org_id', t)), '42501 permission denied for table '
  || t, 'an owner cannot update ' || t)
from unnest(array['uploads', 'upload_parts', 'upload_rejects', 'leads_staging', 'ingest_replay_guard']) t;
select is(cast_.run('owner', 'delete from public.' || t), '42501 permission denied for table ' || t,
  'an owner cannot delete ' || t)
from unnest(array['uploads', 'upload_parts', 'upload_rejects', 'leads_staging', 'ingest_replay_guard',
  'sources']) t;
select is(cast_.run('pipeline_writer', change), 'rows 1', 'the writer can run: ' || change)
from unnest(array[
  'update public.uploads set filename = ''x'' where filename is null and id::text like ''a%''',
  'update public.upload_parts set lines = 3 where id::text like ''a%''',
  'delete from public.upload_rejects where upload_id::text like ''a%''',
  'delete from public.leads_staging where part_id::text like ''a%''',
  'delete from public.ingest_replay_guard where upload_id::text like ''a%''']) change;

-- Functions that members may call are limited to their org.
select is(cast_.ask(who, 'select public.upload_status(''a0000000-0000-4000-8000-00000000000d'') ->> ''source'''),
  answer, format('%s reads the status of an upload: %s', who, coalesce(answer, 'nothing')))
from (values ('owner', 'list-a'), ('viewer', 'list-a'), ('broker', null), ('rival', null), ('stranger', null),
  ('service_role', 'list-a'),
  ('anon', '42501 permission denied for function upload_status')) x (who, answer);
update public.uploads set state = 'completed', completed_at = now();
update public.upload_parts set state = 'failed', error = 'test';
select is(cast_.run(who, 'select public.undo_upload(''a0000000-0000-4000-8000-00000000000d'')'), answer,
  format('%s undoes an upload: %s', who, answer))
from (values ('broker', 'SL203 upload not found'), ('viewer', 'SL203 upload not found'),
  ('rival', 'SL203 upload not found'), ('stranger', 'SL203 upload not found'),
  ('anon', '42501 permission denied for function undo_upload'), ('admin', 'rows 1')) x (who, answer);
insert into public.lead_conflicts (org_id, upload_id, part, line, reason, lead_ids, row_keys)
select l.org_id, l.created_upload_id, 1, 9, 'key_contradicts', array[l.id], '{}'
from public.leads l where l.org_id = 'b0000000-0000-4000-8000-000000000000';
select is(cast_.run(who, format('select public.close_conflict(%L, %s)', 'b0000000-0000-4000-8000-000000000000',
    (select max(id) from public.lead_conflicts))), answer,
  format('%s closes a conflict of org B: %s', who, answer))
from (values ('owner', 'SL302 open conflict not found'), ('stranger', 'SL302 open conflict not found'),
  ('anon', '42501 permission denied for function close_conflict'), ('rival', 'rows 1'),
  ('rival', 'SL302 open conflict not found')) x (who, answer);

select * from finish();
rollback;

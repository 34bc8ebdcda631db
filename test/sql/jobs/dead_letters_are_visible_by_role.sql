begin;
\ir ../support/cast.sql
select no_plan();

insert into public.pipeline_dlq (org_id, source, payload, reason)
select u.org_id, 'stage-part', jsonb_build_object('part_id', u.id), 'test' from public.uploads u
union all values (null::uuid, 'worker', '{}'::jsonb, 'without an org');

-- Dead letters are visible to owners and admins of the org; those without an org only to the service.
select is(cast_.ask(who,
  'select coalesce(string_agg(left(org_id::text, 1), '' ''), ''none'') from public.pipeline_dlq'), answer,
  format('%s sees dead letters: %s', who, answer))
from (values ('owner', 'a'), ('admin', 'a'), ('viewer', 'none'), ('broker', 'none'), ('rival', 'b'),
  ('stranger', 'none'),
  ('anon', '42501 permission denied for table pipeline_dlq')) x (who, answer);
select is(cast_.run(who, 'select * from public.pipeline_dlq'), 'rows 3', who || ' sees all dead letters')
from unnest(array['pipeline_writer', 'service_role']) who;

-- Only the pipeline writes dead letters.
select is(cast_.run('owner', change), '42501 permission denied for table pipeline_dlq',
  'an owner cannot run: ' || change)
from unnest(array['update public.pipeline_dlq set org_id = org_id', 'delete from public.pipeline_dlq']) change;
select is(cast_.run('pipeline_writer',
  'update public.pipeline_dlq set resolved_at = now() where org_id::text like ''a%'''), 'rows 1',
  'the writer can resolve a dead letter');

select * from finish();
rollback;

begin;
\ir ../support/cast.sql
select no_plan();

insert into public.pipeline_events (org_id, kind, quantity)
select u.org_id, 'staged', 10 from public.uploads u;

-- Events about many leads are visible to the org; a broker sees only events of assigned leads.
select is(cast_.ask(who, 'select coalesce(sum(quantity), 0) from public.pipeline_events'), answer,
  format('%s sees %s staged rows', who, answer))
from (values ('owner', '10'), ('admin', '10'), ('viewer', '10'), ('broker', '0'), ('rival', '10'), ('stranger', '0'),
  ('pipeline_writer', '20')) x (who, answer);
-- The partitions are in private and give no way around the parent's policies.
select matches(cast_.run('owner', 'select * from private.pipeline_events_other'),
  '^42501 permission denied for table pipeline_events_other', 'a partition cannot be read directly');

-- Events are history: even the writer can only insert.
select is(cast_.run(who, change), '42501 permission denied for table pipeline_events',
  format('%s cannot run: %s', who, change))
from unnest(array['owner', 'pipeline_writer']) who,
  unnest(array['update public.pipeline_events set quantity = 0', 'delete from public.pipeline_events']) change;
select is(cast_.run('pipeline_writer',
  'insert into public.pipeline_events (org_id, kind) values (''a0000000-0000-4000-8000-000000000000'', ''staged'')'),
  'rows 1', 'the writer can insert events');

select * from finish();
rollback;

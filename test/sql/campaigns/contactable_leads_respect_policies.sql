begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

-- The cast's own leads become contactable: one each of the broker, the colleague, no broker and the rival.
select cast_.verify(cast_.lead(l)) from unnest(array['a1', 'a2', 'a3', 'b1']) l \g /dev/null
select is(cast_.leads('owner', 'public.contactable_leads', 'lead_id'), 'none',
  'no lead is nominated before a refresh');
select cast_.nominate() \g /dev/null
select is((select count(*) from public.mv_contactable_leads), 4::bigint, 'four leads are nominated');

select is(cast_.leads(who, 'public.contactable_leads', 'lead_id'), answer,
  format('%s sees contactable leads: %s', who, answer))
from (values ('owner', 'a1 a2 a3'), ('admin', 'a1 a2 a3'), ('viewer', 'a1 a2 a3'), ('broker', 'a1'),
  ('colleague', 'a2'),
  ('rival', 'b1'), ('stranger', 'none'), ('project_owner', 'a1 a2 a3 b1'),
  ('anon', '42501 permission denied for view contactable_leads'),
  ('pipeline_writer', '42501 permission denied for view contactable_leads')) x (who, answer);

-- Indirect access is refused, too.
select is(cast_.run(who, 'select * from public.mv_contactable_leads'), answer,
  format('%s reads the materialized view: %s', who, answer))
from (values ('anon', '42501 permission denied for materialized view mv_contactable_leads'),
  ('owner', '42501 permission denied for materialized view mv_contactable_leads'),
  ('broker', '42501 permission denied for materialized view mv_contactable_leads'),
  ('pipeline_writer', 'rows 4'), ('project_owner', 'rows 4')) x (who, answer);
select is(cast_.leads(who, 'private.nominated_leads', 'lead_id'), answer,
  format('%s sees nominations: %s', who, answer))
from (values ('owner', 'a1 a2 a3'), ('rival', 'b1'), ('stranger', 'none'),
  ('anon', '42501 permission denied for schema private')) x (who, answer);

-- A lead that changes its broker after the refresh is visible to the new broker at once.
set local sluice.actor = 'system';
update public.leads set assigned_broker_id = 'a0000000-0000-4000-8000-0000000000b2' where id = cast_.lead('a1');
set local sluice.actor = '';
select is(cast_.leads('broker', 'public.contactable_leads', 'lead_id'), 'none',
  'a reassigned lead disappears from the old broker''s view at once');
select is(cast_.leads('colleague', 'public.contactable_leads', 'lead_id'), 'a1 a2',
  'a reassigned lead appears in the new broker''s view');

-- A broker's own list.
select is(cast_.leads(who, 'public.my_leads', 'lead_id'), answer, format('%s has leads of their own: %s', who, answer))
from (values ('broker', 'none'), ('colleague', 'a1 a2'), ('rival', 'b1'), ('owner', 'none'), ('viewer', 'none'),
  ('stranger', 'none'),
  ('anon', '42501 permission denied for view my_leads')) x (who, answer);

-- Leads that are no longer contactable disappear; new ones wait for the refresh.
select count(*) from public.feed_campaign(cast_.org(), cast_.campaign(), '2026-11-23',
  '2026-11-23 14:00Z') \g /dev/null
select is(cast_.leads('owner', 'public.contactable_leads', 'lead_id'), 'none', 'fed leads are no longer contactable');
select is(cast_.leads('rival', 'public.contactable_leads', 'lead_id'), 'b1',
  'leads of another org are still contactable');
select is((select count(*) from public.mv_contactable_leads), 4::bigint,
  'the materialized view is out of date until a refresh');
select cast_.nominate() \g /dev/null
select is((select count(*) from public.mv_contactable_leads), 1::bigint, 'a refresh updates the materialized view');

select * from finish();
rollback;

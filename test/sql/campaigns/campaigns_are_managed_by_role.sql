begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

insert into public.campaigns (org_id, name) values (cast_.org(), 'x');

select is(cast_.run(who, 'select * from public.campaigns'), answer, format('%s reads campaigns: %s', who, answer))
from (values ('owner', 'rows 2'), ('viewer', 'rows 2'), ('broker', 'rows 2'), ('rival', 'rows 1'),
  ('stranger', 'rows 0'),
  ('anon', '42501 permission denied for table campaigns')) x (who, answer);
select is(cast_.run(who, format($$ insert into public.campaigns (org_id, name) values (%L, 'New') $$, cast_.org())),
  answer, format('%s makes campaigns: %s', who, answer))
from (values ('owner', 'rows 1'), ('admin', 'rows 1'), ('viewer',
  '42501 new row violates row-level security policy for table "campaigns"'),
  ('broker', '42501 new row violates row-level security policy for table "campaigns"'),
    ('rival', '42501 new row violates row-level security policy for table "campaigns"'),
  ('anon', '42501 permission denied for table campaigns')) x (who, answer);
select is(cast_.run(who, $$ update public.campaigns set daily_limit = 10 where name = 'x' $$), answer,
  format('%s changes campaigns: %s', who, answer))
from (values ('owner', 'rows 1'), ('admin', 'rows 1'), ('viewer', 'rows 0'), ('broker', 'rows 0'),
  ('rival', 'rows 0')) x (who, answer);
select is(cast_.run('owner', $$ delete from public.campaigns where name = 'x' $$),
  '42501 permission denied for table campaigns', 'campaigns are finished, not deleted');
select is(cast_.run('owner', $$ update public.campaigns set started_at = now() $$),
  '42501 permission denied for table campaigns', 'members cannot edit the times of a campaign');

insert into public.campaign_feeds (org_id, campaign_id, local_date, state, planned, started_at, finished_at)
values (cast_.org(), cast_.campaign(), '2026-11-23', 'done', 250, now(), now());
select is(cast_.run(who, 'select * from public.campaign_feeds'), answer, format('%s reads feeds: %s', who, answer))
from (values ('owner', 'rows 1'), ('broker', 'rows 1'), ('viewer', 'rows 1'), ('rival', 'rows 0'),
  ('anon', '42501 permission denied for table campaign_feeds')) x (who, answer);
select is(cast_.run('owner', 'delete from public.campaign_feeds'), '42501 permission denied for table campaign_feeds',
  'feeds cannot be edited directly');

select * from finish();
rollback;

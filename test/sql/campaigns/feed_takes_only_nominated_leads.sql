begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

select cast_.feedable(n, score) from (values (1, 10), (2, 90), (3, 50), (4, 50), (5, 50), (6, 0), (7, 100)) x (n,
  score) \g /dev/null
select cast_.nominate() \g /dev/null
update public.campaigns set daily_limit = 2 where id = cast_.campaign();

select cast_.feedable(10, 100) \g /dev/null
select is(cast_.feed(), '7 2', 'a lead created after the refresh waits for the next one');
select cast_.as_new(), cast_.nominate() \g /dev/null
select is(cast_.feed(), '7 10', 'the lead is fed after a refresh');

select cast_.as_new();
select is(cast_.feed(p_name => 'b'), 'none', 'a campaign of another org gets none of them');
update public.campaigns set state = 'paused' where id = cast_.campaign();
select throws_ok($$ select cast_.feed() $$, 'SL503', null, 'a paused campaign is not fed');
update public.campaigns set state = 'running' where id = cast_.campaign();
select is(cast_.feed(), '7 10', 'a resumed campaign is fed');

select is(cast_.run(who, $$ select * from public.feed_campaigns() $$),
  '42501 permission denied for function feed_campaigns', who || ' cannot feed')
from unnest(array['anon', 'viewer', 'broker', 'owner']) who;
select matches(cast_.run(who, $$ select * from public.feed_campaigns('2026-11-23 13:00Z') $$), '^rows', who
  || ' can feed')
from unnest(array['pipeline_writer', 'service_role', 'project_owner']) who;

select * from finish();
rollback;
